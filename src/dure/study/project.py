"""Next year's demand by class, with bands: from what was asked for, refused or not, from what is used of what is granted, and growth.

1. *Asked.* An application for a accelerators over m months is a · m / 12 accelerator-years. What one year of applications asks for is
   then also the accelerators at work on average when every year is like it. The year is the last four quarters with applications.
2. *Need.* Who is granted more than they use asks for more than they need: asked × used / granted, as measured. Where nobody measured it
   the figure stays as asked, and that is said.
3. *Growth.* Of the quarters' sums, the median of the growth factors of all pairs of quarters (Theil and Sen), per quarter; its interval
   is exact and assumes no law: the pairs that Kendall's distribution leaves on both sides. Growth is a class's own: of fewer than three
   quarters, or with a quarter in which nobody asked after one in which somebody did, it is unknown, and none is counted.
4. *Band.* Applications are drawn again as if each had been handed in a Poisson number of times with mean one, which lets their number
   and their sizes vary; the tenth and ninetieth part of a thousand draws bound what was asked. The low end of the band is the low end
   of both, asked and growth; the high end the high end of both: at least as wide as either.
5. *Later years.* A year of applications says nothing of the tenth year after it: the level of the projected year stays, unless growth is
   said to go on, or a plan's own course is to be followed from that level on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import combinations
from math import factorial

import numpy as np

from dure.model.units import MICRO, ceil_div
from dure.twin.draws import Bits, Ints, Stream, bits

DRAWS = 1_000
LOW_END, HIGH_END = 10, 90
"""Per cent of the draws below the ends of a band."""
CONFIDENCE = Fraction(4, 5)
MONTHS_YEAR = 12
QUARTERS = 4
QUARTERS_LEAST = 3
"""Of two quarters there is one factor and no telling how sure it is."""
ANY = "*"
BLOCK = 1_000
"""Applications of a row that are drawn at once."""
_TERMS = 20


@dataclass(frozen=True, slots=True)
class Application:
    """One row: so many like applications of one day. `asked` and `granted` are accelerators of all of them together."""

    day: dt.date
    organisation: str
    shares: Mapping[str, int]
    """Weights of the classes of demand that it is for; one class mostly."""
    asked: int
    months: int
    granted: int | None
    applications: int = 1
    mark: str = "published"

    @property
    def quarter(self) -> int:
        """Quarters since year 0."""
        return self.day.year * QUARTERS + (self.day.month - 1) // 3

    def micro_years(self, work: str) -> int:
        """Millionths of an accelerator-year asked for a class."""
        return self.asked * self.months * MICRO * self.shares.get(work, 0) // (MONTHS_YEAR * sum(self.shares.values()))


@dataclass(frozen=True, slots=True)
class Band:
    low: float
    middle: float
    high: float

    def times(self, other: Band) -> Band:
        return Band(self.low * other.low, self.middle * other.middle, self.high * other.high)


class Later(StrEnum):
    """How the years after the projected one are filled."""

    LEVEL = "level"
    GROWTH = "growth"
    PLAN = "plan"


@dataclass(frozen=True, slots=True)
class Growth:
    """Per quarter. `confidence` of the interval; None where it was assumed and not measured."""

    factor: Band
    quarters: int
    confidence: Fraction | None


@dataclass(frozen=True, slots=True)
class Projected:
    """One class: accelerators at work. `used` and `growth` are None where nobody measured them; `band` then leaves them out."""

    work: str
    applications: int
    asked: Band
    granted: float | None
    used: float | None
    growth: Growth | None
    band: Band
    marks: tuple[str, ...]


def project(
    applications: Sequence[Application],
    used: Mapping[str, Fraction],
    year: int,
    *,
    assumed_growth: Band | None = None,
    weight: Fraction = Fraction(1),
    seed: int = 1,
) -> tuple[Projected, ...]:
    """Every class that was asked for, in order of first appearance; at least one application.

    `used` by class, `*` for all others; `assumed_growth` is a factor per year and stands in for the measured one; `weight` is what an
    accelerator that is asked for counts in reference accelerators.
    """
    last = max(one.quarter for one in applications)
    first = max(last - QUARTERS + 1, min(one.quarter for one in applications))
    base = [one for one in applications if one.quarter >= first]
    ahead = (year * QUARTERS + 1.5) - (first + last) / 2
    classes = list(dict.fromkeys(name for one in applications for name in one.shares))
    growth = None if assumed_growth is None else Growth(Band(*(_root(one) for one in _ends(assumed_growth))), 0, None)
    return tuple(
        _class(name, number, applications, base, used.get(name, used.get(ANY)), growth, ahead, weight, seed)
        for number, name in enumerate(classes)
    )


def by_year(one: Projected, year: int, through: int, later: Later, own: Mapping[int, int]) -> dict[int, Band]:
    """The band of every year from the projected one on. `own`: what a plan asks for by year; it must ask for something in `year`.

    Growth goes on in the band as it does in the middle, so the ends drift apart; growth that is unknown leaves the level.
    """
    found = {year: one.band}
    for number in range(1, through - year + 1):
        at, factor = year + number, Band(1.0, 1.0, 1.0)
        if later is Later.GROWTH and one.growth is not None:
            factor = Band(*(float(end ** (QUARTERS * number)) for end in _ends(one.growth.factor)))
        elif later is Later.PLAN:
            factor = Band(*(own.get(at, 0) / own[year],) * 3)
        found[at] = one.band.times(factor)
    return found


def _ends(band: Band) -> tuple[float, float, float]:
    return band.low, band.middle, band.high


def _root(factor_year: float) -> float:
    """A factor per quarter from one per year."""
    return float(factor_year ** (1 / QUARTERS))


def _class(
    name: str,
    number: int,
    every: Sequence[Application],
    base: Sequence[Application],
    used: Fraction | None,
    assumed: Growth | None,
    ahead: float,
    weight: Fraction,
    seed: int,
) -> Projected:
    mine = [one for one in base if one.shares.get(name)]
    asked = asked_band([one.micro_years(name) for one in mine], [one.applications for one in mine], number, seed)
    asked = asked.times(Band(*(float(weight),) * 3))
    growth = assumed or growth_of(every, name)
    need = asked if used is None else asked.times(Band(*(float(used),) * 3))
    if growth is not None:
        need = need.times(Band(*(float(one**ahead) for one in _ends(growth.factor))))
    known = all(one.granted is not None for one in mine)
    granted = sum(Fraction((one.granted or 0) * one.micro_years(name), max(1, one.asked) * MICRO) for one in mine)
    return Projected(
        work=name,
        applications=sum(one.applications for one in mine),
        asked=asked,
        granted=float(granted * weight) if known else None,
        used=None if used is None else float(used),
        growth=growth,
        band=need,
        marks=tuple(dict.fromkeys(one.mark for one in mine)),
    )


def asked_band(micro_years: Sequence[int], applications: Sequence[int], stream: int, seed: int) -> Band:
    """Accelerators asked for by rows of so many equal applications, and the band of what another year like it would have asked for."""
    whole = sum(micro_years) / MICRO
    total = np.zeros(DRAWS, np.float64)
    entity = np.arange(DRAWS)[:, None]
    for row, (micro, count) in enumerate(zip(micro_years, applications, strict=True)):
        again = np.zeros(DRAWS, np.int64)
        for begin in range(0, count, BLOCK):
            ids = np.arange(begin, min(count, begin + BLOCK))[None, :] + (stream << 48) + (row << 24)
            again += poisson(bits(seed, Stream.APPLICATION, entity, ids)).sum(axis=1)
        total += again * (micro / MICRO / count)
    total.sort()
    low, high = (float(total[ceil_div(DRAWS * percent, 100) - 1]) for percent in (LOW_END, HIGH_END))
    return Band(min(low, whole), whole, max(high, whole))


def poisson(draw: Bits) -> Ints:
    """How often an application is handed in: Poisson with mean one, from 32 bits and a table of whole numbers."""
    found: Ints = np.searchsorted(_poisson_table(), (draw >> np.uint64(32)).astype(np.int64), side="right").astype(np.int64)
    return found


def _poisson_table() -> Ints:
    """2^32 times the probability of at most 0, 1, 2 …; 1/e as the exact sum of its first terms."""
    one_over_e = sum(Fraction((-1) ** k, factorial(k)) for k in range(_TERMS))
    sums = [sum(one_over_e / factorial(j) for j in range(k + 1)) for k in range(12)]
    return np.array([int(one * 2**32) for one in sums], np.int64)


def growth_of(applications: Sequence[Application], work: str) -> Growth | None:
    """Growth per quarter of what is asked for a class, over the quarters of the whole table from the first in which it was.

    None where nothing can be said: fewer than three quarters, of which any two would grow evenly, or one in which nobody asked. The
    interval is the narrowest of at least four in five; of few quarters the widest there is, and how sure that is.
    """
    sums: dict[int, int] = {}
    for one in applications:
        sums[one.quarter] = sums.get(one.quarter, 0) + one.micro_years(work)
    asked = [quarter for quarter, whole in sums.items() if whole]
    quarters = sorted(quarter for quarter in sums if asked and quarter >= min(asked))
    if len(quarters) < QUARTERS_LEAST or len(asked) < len(quarters):
        return None
    factors = sorted(float((sums[b] / sums[a]) ** (1 / (b - a))) for a, b in combinations(quarters, 2))
    pairs = len(factors)
    middle = factors[pairs // 2] if pairs % 2 else (factors[pairs // 2 - 1] * factors[pairs // 2]) ** 0.5
    left_out, confidence = interval(len(quarters))
    return Growth(Band(factors[left_out], middle, factors[pairs - 1 - left_out]), len(quarters), confidence)


def interval(quarters: int) -> tuple[int, Fraction]:
    """Pairs that may be left out at each end for four in five, and how sure the interval of the others is.

    Of n quarters the order of the sums has n! equally likely forms when there is no growth; counts[k] of them have k pairs that fall.
    The interval without the lowest and highest j pairs misses when at most j pairs fall, or at most j rise.
    """
    counts = [1]
    for n in range(2, quarters + 1):
        counts = [sum(counts[max(0, k - n + 1) : k + 1]) for k in range(len(counts) + n - 1)]
    whole, left_out, sure = factorial(quarters), 0, Fraction(0)
    for j in range((len(counts) + 1) // 2):
        confidence = 1 - Fraction(2 * sum(counts[: j + 1]), whole)
        if j and confidence < CONFIDENCE:
            break
        left_out, sure = j, confidence
    return left_out, max(Fraction(0), sure)
