"""Match-the-lowest: in each lot the lowest price holds for everybody, and whoever does not match it leaves the lot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dure.model.tenders import Taking, Tender
from dure.plan.offers import Offer


@dataclass(frozen=True, slots=True)
class Matched:
    """One line of a bid in the match round: whether its bidder stays at the lowest price, and with how many accelerators."""

    offer: Offer
    lowest_won: int
    stays: bool
    units: int


def match_lowest(tender: Tender, offers: Sequence[Offer]) -> tuple[Matched, ...]:
    """Every line that stands alone, in order of lot and of own price; who bid lower is served first where a lot is limited."""
    found = []
    for lot in tender.lots:
        on_lot = [one for one in offers if len(one.lines) == 1 and one.lines[0].lot == lot.name]
        on_lot.sort(key=lambda one: (one.lines[0].tiers[-1].unit_won, one.name))
        left = lot.most
        for offer in on_lot:
            (line,) = offer.lines
            lowest = on_lot[0].lines[0].tiers[-1].unit_won
            stays = line.floor_won is None or line.floor_won <= lowest or offer is on_lot[0]
            units = line.most if left is None else min(line.most, left) // line.step * line.step
            units = units if stays and units >= line.least else 0
            left = None if left is None else left - units
            found.append(Matched(offer, lowest, stays, units))
    return tuple(found)


def matched_takings(matched: Sequence[Matched]) -> tuple[Taking, ...]:
    taken = [
        Taking(
            bid=one.offer.bid.name,
            line=one.offer.indices[0],
            units=one.units,
            won=one.units * one.lowest_won,
            public=one.offer.lines[0].public_units(one.units),
        )
        for one in matched
        if one.units
    ]
    return tuple(sorted(taken, key=lambda one: (one.bid, one.line)))
