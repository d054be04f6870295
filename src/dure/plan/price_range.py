"""Over which prices a budget buys the same: how far all prices may move together, to a billionth, shown by re-solving on both sides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from dure.plan.award import Award, award_offers
from dure.plan.displaced import Displaced, split
from dure.plan.offers import Offer
from dure.solver import NO_LIMITS, Limits

PPB = 10**9
"""Prices are scaled in billionths: less than a won of any price an accelerator has, so each end is exact to the won."""
STEP_PPB, FAR_PPB = 20_000_000, 500_000_000


@dataclass(frozen=True, slots=True)
class PriceEnd:
    """The last scale of all prices that buys the same, what that costs, and what is bought one billionth beyond it.

    `beyond_units` and `beyond_public` are None where the same is bought as far as was looked (half or one and a half of the prices).
    """

    scale_ppb: int
    won: int
    unit_won: int
    beyond_units: int | None
    beyond_public: int | None
    split: tuple[Displaced, ...] = ()
    """whose quantity is another one beyond"""

    @property
    def is_end(self) -> bool:
        """Whether other quantities are bought beyond it, or only nothing was looked for beyond."""
        return self.beyond_units is not None

    @property
    def ppm(self) -> int:
        """Against the bids, towards 0, so that what is said still holds."""
        return int((self.scale_ppb - PPB) / 1000)


@dataclass(frozen=True, slots=True)
class PriceRange:
    """All prices may move between these ends together, and the same quantities are bought."""

    low: PriceEnd
    high: PriceEnd


def quantities(made: Award) -> tuple[tuple[str, int, int], ...]:
    return tuple((one.bid, one.line, one.units) for one in made.choice.takings)


def price_range(made: Award, limits: Limits = NO_LIMITS) -> PriceRange:
    """How far all prices may fall or rise together while the budget still buys the same quantities.

    Looked for in steps of 2 % from the bids outwards and then by halving; inside the last step and outside it are solved.
    """
    offers = [one.offer for one in made.judged]
    bought = quantities(made)

    def at(ppb: int) -> Award:
        return award_offers(made.tender, [repriced(one, ppb) for one in offers], limits)

    def end(sign: int) -> PriceEnd:
        last = _last(sign, lambda ppb: quantities(at(ppb)) == bought)
        inside, beyond = at(last), at(last + sign) if abs(last - PPB) < FAR_PPB else None
        won, units = sum(one.won for one in inside.choice.takings), sum(one.units for one in inside.choice.takings)
        takings = None if beyond is None else beyond.choice.takings
        counts = [None if takings is None else sum(getattr(one, name) for one in takings) for name in ("units", "public")]
        return PriceEnd(last, won, won // units, counts[0], counts[1], () if takings is None else split(inside.choice.takings, takings))

    return PriceRange(end(-1), end(1))


def _last(sign: int, same: Callable[[int], bool]) -> int:
    good = PPB
    while abs(good - PPB) < FAR_PPB and same(good + sign * STEP_PPB):
        good += sign * STEP_PPB
    if abs(good - PPB) >= FAR_PPB:
        return good
    bad = good + sign * STEP_PPB
    while abs(bad - good) > 1:
        middle = (good + bad) // 2
        good, bad = (middle, bad) if same(middle) else (good, middle)
    return good


def repriced(offer: Offer, ppb: int) -> Offer:
    """The offer with all its prices times so many billionths."""
    lines = tuple(
        replace(
            line, tiers=tuple(replace(one, unit_won=one.unit_won * ppb // PPB, fixed_won=one.fixed_won * ppb // PPB) for one in line.tiers)
        )
        for line in offer.lines
    )
    return replace(offer, lines=lines)
