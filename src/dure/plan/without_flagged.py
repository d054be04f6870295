"""The award as it would be without the bids whose prices are asked about: what hangs on an answer that is not there yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dure.plan.award import Award, award_offers
from dure.plan.price_range import quantities
from dure.solver import NO_LIMITS, Limits


@dataclass(frozen=True, slots=True)
class WithoutFlagged:
    """The bids left out, and the award of the others; None where no bid is left. `same`: the same quantities are bought."""

    bids: tuple[str, ...]
    award: Award | None
    same: bool


def without_flagged(made: Award, flagged: Sequence[str], limits: Limits = NO_LIMITS) -> WithoutFlagged | None:
    """One more solve, with all flagged bids out; None where none is flagged or there is no award."""
    names = tuple(sorted(set(flagged)))
    if not names or not made.choice.takings:
        return None
    offers = [one.offer for one in made.judged if one.offer.bid.name not in names]
    again = award_offers(made.tender, offers, limits) if offers else None
    return WithoutFlagged(names, again, again is not None and quantities(again) == quantities(made))
