"""What would have made a losing offer win: the smallest price cut, extra public share or earlier date, each shown by re-solving.

An offer wins at a change when the award that is made with it takes it, ties decided as an award decides them. The figure is the
smallest whole change at which that is so; that none below it does is proven (`first_win`), and so is "none does".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from math import ceil, isfinite

from dure.model.tenders import Formula, Procedure, Subject
from dure.model.units import DAY_S
from dure.plan.award import Award
from dure.plan.first_win import Unproven, Way, first_win
from dure.plan.offers import Offer, accepting, cheaper, earlier, more_public
from dure.plan.what_if import Field

__all__ = ["Field", "Flip", "FlipKind", "flip_price", "flip_public", "flip_quantity", "flip_ready", "losers"]


class FlipKind(StrEnum):
    PRICE = "price"
    PUBLIC = "public"
    READY = "ready"
    QUANTITY = "quantity"


@dataclass(frozen=True, slots=True)
class Flip:
    """The smallest change that makes an offer win: won off, accelerators more for public use, days earlier, or buying units fewer
    accepted as the least quantity.

    None: no change of this kind does. `solved` counts the awards that were computed to find and to show it. Not `proven`: the change
    wins, and that no smaller one does was not settled within so many awards.
    """

    offer: Offer
    kind: FlipKind
    change: int | None
    solved: int
    proven: bool = True
    given: int | None = None
    """accelerators that the award takes of a single line at this price"""
    lever: bool = True
    """whether there was anything to change: a bid that names no date, or whose date no rule looks at, has none to move"""
    whole: int | None = None
    """won off at which the award takes all that the line offers; None where no price does, or it was not looked for"""

    @property
    def variant(self) -> Offer | None:
        return None if self.change is None else _CHANGES[self.kind](self.offer, self.change)


_CHANGES: dict[FlipKind, Callable[[Offer, int], Offer]] = {
    FlipKind.PRICE: cheaper,
    FlipKind.PUBLIC: more_public,
    FlipKind.READY: lambda offer, days: earlier(offer, days * DAY_S),
    FlipKind.QUANTITY: accepting,
}


def flip_price(field: Field, offer: Offer) -> Flip:
    """Won off: of each accelerator of a single line, of the whole of a bundle."""
    most = (
        min(tier.unit_won for tier in offer.lines[0].tiers) - 1
        if len(offer.lines) == 1
        else sum(min(tier.won(tier.least) for tier in line.tiers) for line in offer.lines) - 1
    )
    return _flip(field, offer, FlipKind.PRICE, most)


def flip_public(field: Field, offer: Offer) -> Flip:
    """Accelerators more for public use; what is sold outright has no own use to give up."""
    if field.tender.procedure is Procedure.CONTRACT:
        return Flip(offer, FlipKind.PUBLIC, None, 0, lever=False)
    return _flip(field, offer, FlipKind.PUBLIC, sum(line.most - line.public for line in offer.lines))


def flip_ready(field: Field, offer: Offer) -> Flip:
    """Days earlier, down to the date from which nothing in the rules gets any better."""
    limits = [rule.most for rule in field.tender.eligibility if rule.subject is Subject.READY and rule.most is not None]
    judged = [one for one in field.tender.criteria if one.subject is Subject.READY and one.formula is not Formula.POINTS]
    limits += [end for one in judged for end in (one.full, one.zero) if end is not None]
    if any(one.formula is not Formula.LINEAR for one in judged):
        limits += [one.bid.ready_s - 30 * DAY_S for one in field.offers if one.bid.ready_s is not None]
    if offer.bid.ready_s is None or not limits:
        return Flip(offer, FlipKind.READY, None, 0, lever=False)
    return _flip(field, offer, FlipKind.READY, max(0, ceil((offer.bid.ready_s - min(limits)) / DAY_S)))


def flip_quantity(field: Field, offer: Offer) -> Flip:
    """Buying units fewer that the bidder would have to accept: what a bid of all or nothing gives up by it."""
    if len(offer.lines) > 1:
        return Flip(offer, FlipKind.QUANTITY, None, 0, lever=False)
    (line,) = offer.lines
    return _flip(field, offer, FlipKind.QUANTITY, (line.least - line.step) // line.step)


def _flip(field: Field, offer: Offer, kind: FlipKind, most: int) -> Flip:
    if most < 1:
        return Flip(offer, kind, None, 0, lever=False)
    begun = field.solved
    way = Way(field, offer, partial(_CHANGES[kind], offer), most)
    search = partial(_least, field, way.change, guesses=field.guesses(offer) if kind is FlipKind.PRICE else ())
    try:
        change, proven = first_win(way, search), True
    except Unproven:
        change, proven = search(1, most), False
    return Flip(offer, kind, change, field.solved - begun, proven)


def _least(field: Field, change: Callable[[int], Offer], low: int, high: int, guesses: Sequence[int] = ()) -> int | None:
    """The least whole change from low to high at which the offer wins, where the margin never falls with the change.

    Guesses are tried first, with the change before each.
    """
    room, top = field.tolerance(), high
    known: dict[int, float] = {}

    def margin(amount: int) -> float:
        if amount not in known:
            known[amount] = field.margin(change(amount))
        return known[amount]

    if margin(high) < -room:
        return None
    if margin(low) < -room:
        for guess in guesses:
            for probe in (guess, guess - 1):
                if low < probe < high:
                    low, high = (low, probe) if margin(probe) >= -room else (probe, high)
        low = _narrowed(margin, low, high, room)
    return low if margin(low) > room else _settled(field, change, low, top, margin, room)


def _narrowed(margin: Callable[[int], float], low: int, high: int, room: float) -> int:
    """The least change of those above `low` whose margin is not below 0, in few questions.

    Margins are made of straight pieces that bend up where the offer wins, often just there: so the line through the last two losing
    changes is followed first, then the line between a losing and a winning one, and where neither gets on the middle is asked.
    """
    lost: list[tuple[int, float]] = [(low, margin(low))]
    won = (high, margin(high))
    turn, spans = 0, [high - low]
    while high - low > 1:
        if len(spans) > 3 and 4 * spans[-1] > spans[-4]:
            probe = (low + high) // 2
        elif turn % 2 == 0 and len(lost) > 1:
            probe = _crossing(lost[-2], lost[-1], low, high)
        else:
            probe = _crossing(lost[-1], won, low, high)
        turn += 1
        value = margin(probe)
        if value >= -room:
            high, won = probe, (probe, value)
        else:
            low = probe
            lost.append((probe, value))
        spans.append(high - low)
    return high


def _crossing(one: tuple[int, float], other: tuple[int, float], low: int, high: int) -> int:
    """Where a straight line through both crosses 0, between low and high; the middle where there is no line."""
    (at, below), (to, above) = one, other
    if not isfinite(below) or not isfinite(above) or above <= below:
        return (low + high) // 2
    found = at + ceil((to - at) * -below / (above - below))
    return min(max(found, low + 1), high - 1)


def _settled(field: Field, change: Callable[[int], Offer], low: int, most: int, margin: Callable[[int], float], room: float) -> int | None:
    """Of equally good awards the cheaper is taken, then fewest bids, then names: how far the offer must go until its own is that."""
    if field.wins(change(low)):
        return low
    span = 1
    while low + span < most and not _taken(field, change, low + span, margin, room):
        low, span = low + span, span * 2
    high = min(low + span, most)
    if high == low or not _taken(field, change, high, margin, room):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _taken(field, change, middle, margin, room) else (middle, high)
    return high


def _taken(field: Field, change: Callable[[int], Offer], amount: int, margin: Callable[[int], float], room: float) -> bool:
    return margin(amount) > room or field.wins(change(amount))


def losers(made: Award) -> tuple[Offer, ...]:
    """Offers that the award does not take, in order of name."""
    return tuple(one.offer for one in made.judged if not made.choice.takes(one.offer))
