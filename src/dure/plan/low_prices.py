"""Abnormally low prices: beside the median of what the others ask on the same lots, those who offer several lots as one included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from dure.model.units import MICRO
from dure.plan.award import Award
from dure.plan.offers import Offer


@dataclass(frozen=True, slots=True)
class AbnormallyLow:
    """An offer's price of one accelerator and what it stands beside, won; of lots that go together both are means over all of them."""

    offer: Offer
    unit_won: int
    median_won: int


def usual_won(offer: Offer, offers: Sequence[Offer]) -> int | None:
    """What all that an offer offers would cost at the median of the others, lot by lot, in won; None where nobody else bids on any.

    A line of a bundle counts at the price that stands beside it; a lot on which nobody else bids at the offer's own.
    """
    others = [one for one in offers if one.name != offer.name]
    total, alone = 0, True
    for line in offer.lines:
        asked = [one.tiers[-1].won(one.most) // one.most for other in others for one in other.lines if one.lot == line.lot]
        total += int(median(asked)) * line.most if asked else line.tiers[-1].won(line.most)
        alone = alone and not asked
    return None if alone else total


def abnormally_low(made: Award) -> tuple[AbnormallyLow, ...]:
    """Offers whose price lies below the tender's share of the median of the others."""
    share = made.tender.abnormally_low_ppm
    if share is None:
        return ()
    offers = [one.offer for one in made.judged]
    found = []
    for offer in offers:
        usual = usual_won(offer, offers)
        if usual is not None and offer.full_won * MICRO < share * usual:
            found.append(AbnormallyLow(offer, offer.full_won // offer.units, usual // offer.units))
    return tuple(found)
