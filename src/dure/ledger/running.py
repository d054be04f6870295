"""What it costs to run a site, as time passes: electricity as it is drawn, everything else by the year, exact at every instant.

A bill of a month that has not ended is the bill of what was drawn so far, demand charged for the hours so far (`ledger.tariffs`); a cost by
the year falls due in twelve equal months and evenly within a month, rounded as `ledger.cost` rounds it. So the sum of a whole month is, to
the won, what the tariff and the cost formula say of it, and no sum ever falls.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, NamedTuple

import numpy as np

from dure.ledger.cost import VAT, CostTerms, Running, tax_of, worth_of
from dure.ledger.tariffs import KST_S, Bill, Levy, Load, Meter, Use, bill, metered
from dure.model.deals import HOURS, MONTHS, Holidays, Mark, Tariff
from dure.model.units import DAY_S, HOUR_S, round_div

_EPOCH: Final = dt.date(1970, 1, 1)


def day_of(unix_s: int) -> int:
    """The Korean day of an instant, counted from 1970."""
    return (unix_s + KST_S) // DAY_S


def begin_of(day: int) -> int:
    """The second at which a Korean day begins."""
    return day * DAY_S - KST_S


def date_of(day: int) -> dt.date:
    return _EPOCH + dt.timedelta(days=day)


def day_number(date: dt.date) -> int:
    return (date - _EPOCH).days


def month_after(date: dt.date) -> dt.date:
    """The first day of the next month."""
    return dt.date(date.year + date.month // MONTHS, date.month % MONTHS + 1, 1)


def month_seconds(day: int) -> int:
    """Seconds of the month that a day lies in."""
    first = date_of(day).replace(day=1)
    return (month_after(first) - first).days * DAY_S


def together(meters: Sequence[Meter]) -> Meter:
    """What one meter of a month says that was read in parts, in their order."""
    uses: dict[tuple[str, str, int, int], int] = {}
    levies: dict[tuple[str, int], int] = {}
    rates: dict[int, int] = {}
    for one in meters:
        for use in one.uses:
            uses[use[:4]] = uses.get(use[:4], 0) + use.wh
        for levy in one.levies:
            levies[levy[:2]] = levies.get(levy[:2], 0) + levy.wh
        for rate, hours in one.demand_rates:
            rates[rate] = rates.get(rate, 0) + hours
    peaks = [one.peak_w for one in meters if one.peak_w is not None]
    return replace(
        meters[0],
        hours=sum(one.hours for one in meters),
        uses=tuple(Use(*key, wh) for key, wh in uses.items()),
        levies=tuple(Levy(*key, wh) for key, wh in levies.items()),
        demand_rates=tuple(rates.items()),
        peak_w=max(peaks, default=None),
        highest_w=max(one.highest_w for one in meters),
        demand=meters[-1].demand,
    )


def scaled(unit: Meter, power_w: int) -> Meter:
    """A meter of a load of 1 W as that of a flat load of `power_w`."""
    return replace(
        unit,
        uses=tuple(use._replace(wh=use.wh * power_w) for use in unit.uses),
        levies=tuple(levy._replace(wh=levy.wh * power_w) for levy in unit.levies),
        peak_w=None if unit.peak_w is None else unit.peak_w * power_w,
        highest_w=unit.highest_w * power_w,
    )


class Tab:
    """The electricity of a site from the first hour on: what was drawn, and what the bills of it come to so far."""

    def __init__(self, tariff: Tariff, holidays: Holidays, contract_w: int | None, factor: tuple[int, int] | None = None) -> None:
        """`factor`: power factor by day and by night in whole per cent, as a plan bills it; None = unknown, billed as the standard."""
        self._tariff, self._holidays, self._contract_w, self._factor = tariff, holidays, contract_w, factor
        self._months: dict[dt.date, Meter] = {}
        self._units: dict[tuple[int, int], tuple[Meter, ...]] = {}

    def draw(self, load: Load) -> None:
        """Hours that follow those drawn before."""
        for one in metered(load, self._tariff, self._holidays):
            before = self._months.get(one.month)
            self._months[one.month] = one if before is None else together((before, one))

    @property
    def won(self) -> int:
        return self.after(())

    @property
    def bills(self) -> tuple[Bill, ...]:
        """One for each month touched so far."""
        return tuple(self._bills(self._months))

    def after(self, more: Iterable[Meter]) -> int:
        """What all bills would come to if this were drawn too."""
        months = dict(self._months)
        for one in more:
            before = months.get(one.month)
            months[one.month] = one if before is None else together((before, one))
        return sum(one.total_won for one in self._bills(months))

    def flat(self, from_hour: int, to_hour: int, power_w: int) -> tuple[Meter, ...]:
        """What meters would say of a flat load between two hours, counted from 1970 in Korea: a part for each month."""
        return tuple(scaled(one, power_w) for one in self._unit(from_hour, to_hour))

    def _bills(self, months: Mapping[dt.date, Meter]) -> Iterator[Bill]:
        peaks: dict[dt.date, int] = {}
        for month in sorted(months):
            peak_w = months[month].peak_w
            if peak_w is not None:
                peaks[month] = peak_w
            yield bill(months[month], self._tariff, peaks, self._contract_w, self._factor)

    def _unit(self, from_hour: int, to_hour: int) -> tuple[Meter, ...]:
        """A load of 1 W between two hours, metered: whole months and the days of the others are metered once."""
        if from_hour >= to_hour:
            return ()
        key = from_hour, to_hour
        if key not in self._units:
            day = from_hour // HOURS
            over = day_number(month_after(date_of(day))) * HOURS
            if to_hour > over:
                self._units[key] = (*self._unit(from_hour, over), *self._unit(over, to_hour))
            elif to_hour > (day + 1) * HOURS:
                parts = (*self._unit(from_hour, (day + 1) * HOURS), *self._unit((day + 1) * HOURS, to_hour))
                self._units[key] = (together(parts),)
            else:
                load = Load(from_hour * HOUR_S - KST_S, np.ones(to_hour - from_hour, np.int64))
                self._units[key] = metered(load, self._tariff, self._holidays)
        return self._units[key]


class Yearly(NamedTuple):
    """A cost that runs by the year: won a year of one unit, exact. `of` is the item that a tax belongs to, else the item itself."""

    item: str
    of: str
    won: Fraction
    mark: Mark


def yearly(entry: Running, terms: CostTerms) -> tuple[Yearly, ...]:
    """What a running cost comes to in a year, and its tax."""
    worth, mark = worth_of(entry, terms)
    tax = tax_of(entry.price, terms)
    found = (Yearly(entry.item, entry.item, worth, mark),) if worth else ()
    return (*found, Yearly(VAT, entry.item, worth * tax, mark)) if worth and tax else found


@dataclass(slots=True)
class Accrual:
    """One line of costs by the year, as it falls due: exact inside, rounded once at any instant."""

    line: Yearly
    exact: Fraction = Fraction(0)

    def fall_due(self, unit_s: int, month_s: int) -> None:
        """So many unit-seconds within one month."""
        self.exact += self.after(unit_s, month_s)

    def after(self, unit_s: int, month_s: int) -> Fraction:
        """What so many unit-seconds of a month come to."""
        return self.line.won * unit_s / (MONTHS * month_s)

    @property
    def won(self) -> int:
        return rounded(self.exact)


def rounded(won: Fraction) -> int:
    return round_div(won.numerator, won.denominator)
