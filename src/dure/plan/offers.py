"""Bids as what can win or lose on its own: a bundle is one offer, lines that stand alone are one each; and changes to an offer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from dure.model.tenders import Bid, Line, Subject, Tender


@dataclass(frozen=True, slots=True)
class Offer:
    """Lines of one bid that are taken together; `indices` are their places in the bid."""

    name: str
    bid: Bid
    lines: tuple[Line, ...]
    indices: tuple[int, ...]

    @property
    def full_won(self) -> int:
        """The price of everything that is offered."""
        return sum(line.tiers[-1].won(line.most) for line in self.lines)

    @property
    def units(self) -> int:
        return sum(line.most for line in self.lines)

    def public_capacity_micro(self, tender: Tender) -> int:
        return sum(line.public * tender.capacity_of(line.model) for line in self.lines)


def offers_of(bids: Iterable[Bid]) -> tuple[Offer, ...]:
    """In the order of their names, so that no answer depends on the order in which bids were handed in."""
    found = []
    for bid in bids:
        if bid.together or len(bid.lines) == 1:
            found.append(Offer(bid.name, bid, bid.lines, tuple(range(len(bid.lines)))))
        else:
            found += [Offer(f"{bid.name}/{line.lot}", bid, (line,), (index,)) for index, line in enumerate(bid.lines)]
    return tuple(sorted(found, key=lambda one: one.name))


def value_of(offer: Offer, subject: Subject, tender: Tender) -> tuple[int, int] | None:
    """What an offer says of a subject, as an exact fraction; None where it does not say."""
    bid = offer.bid
    if subject is Subject.PRICE:
        return offer.full_won, offer.units
    if subject is Subject.PRICE_PER_PUBLIC:
        capacity = offer.public_capacity_micro(tender)
        return (offer.full_won * 1_000_000, capacity) if capacity else None
    if subject is Subject.PUBLIC_SHARE:
        return sum(line.public for line in offer.lines) * 1_000_000, offer.units
    if subject is Subject.QUANTITY:
        return offer.units, 1
    if subject is Subject.POWER:
        if any(line.power_w is None for line in offer.lines):
            return None
        return sum((line.power_w or 0) * line.most for line in offer.lines), 1
    said = {
        Subject.READY: bid.ready_s,
        Subject.PUE: bid.pue_ppm,
        Subject.AVAILABILITY: bid.availability_ppm,
        Subject.CLUSTER: bid.cluster,
        Subject.SUPPORT: bid.support_s,
    }[subject]
    return None if said is None else (said, 1)


def cheaper(offer: Offer, cut_won: int) -> Offer:
    """The offer with so many won off: each accelerator where it is one line, the whole where it is a bundle."""
    if len(offer.lines) == 1:
        (line,) = offer.lines
        tiers = tuple(replace(tier, unit_won=tier.unit_won - cut_won) for tier in line.tiers)
        return replace(offer, lines=(replace(line, tiers=tiers),))
    first, *rest = offer.lines
    tiers = tuple(replace(tier, fixed_won=tier.fixed_won - cut_won) for tier in first.tiers)
    return replace(offer, lines=(replace(first, tiers=tiers), *rest))


def more_public(offer: Offer, extra: int) -> Offer:
    """The offer with so many more accelerators for public use, spread over its lines in their order."""
    lines = []
    for line in offer.lines:
        given = min(extra, line.most - line.public)
        extra -= given
        lines.append(replace(line, public=line.public + given))
    return replace(offer, lines=tuple(lines))


def accepting(offer: Offer, fewer: int) -> Offer:
    """A single line that accepts so many buying units fewer than it did; its prices stay."""
    (line,) = offer.lines
    first, *rest = line.tiers
    return replace(offer, lines=(replace(line, tiers=(replace(first, least=first.least - fewer * line.step), *rest)),))


def earlier(offer: Offer, seconds: int) -> Offer:
    """The offer, ready so much earlier."""
    assert offer.bid.ready_s is not None
    return replace(offer, bid=replace(offer.bid, ready_s=offer.bid.ready_s - seconds))
