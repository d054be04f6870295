"""Bidders who game the rules, played against a tender: what each trick earns them, what the public loses, and which rule closes it.

Every trick is an ordinary set of bids, judged by the ordinary award; nothing here bends a rule. A trick that gains nothing under
these rules is listed as held, so that a reader sees what was tried.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from dure.model.tenders import Bid, Line, Subject, Tender, Tier
from dure.model.units import DAY_S
from dure.plan.award import Award, award
from dure.plan.explain import abnormally_low
from dure.solver import NO_LIMITS, Limits

MICRO = 1_000_000
UNDERBID_PPM = 700_000
LATE_DAYS = 90
FINE_PPM = 1_000


class Trick(StrEnum):
    UNDERBID = "underbid"
    HOLD_UP = "hold_up"
    SPLIT = "split"
    LATE = "late"
    OWN_USE = "own_use"


@dataclass(frozen=True, slots=True)
class Played:
    """One trick by the bidder for whom it pays most. `gained` and `lost` are in the unit of the trick, None where it never works.

    underbid: won below its price, public accelerators lost once it has dropped out; hold_up: won more in all, the same;
    split: accelerators above the cap; late: days; own_use: public accelerators kept.
    """

    trick: Trick
    bid: str
    gained: int
    public_lost: int
    open: bool


def stress(tender: Tender, bids: Sequence[Bid], limits: Limits = NO_LIMITS) -> tuple[Played, ...]:
    """Every trick, each with the winner who gains most by it."""
    made = award(tender, bids, limits)
    winners = [bid for bid in sorted(bids, key=lambda one: one.name) if any(one.bid == bid.name for one in made.choice.takings)]
    found = []
    for trick, play in _TRICKS.items():
        played = [play(tender, bids, bid, made, limits) for bid in (bids if trick is Trick.UNDERBID else winners)]
        known = [one for one in played if one is not None]
        if known:
            best = max(known, key=lambda one: (one.open, one.public_lost, one.gained))
            found.append(replace(best, trick=trick))
    return tuple(found)


def public_of(made: Award) -> int:
    return sum(one.public for one in made.choice.takings)


def _with(bids: Sequence[Bid], *changed: Bid) -> list[Bid]:
    names = {one.name for one in changed}
    return [*(bid for bid in bids if bid.name not in names), *changed]


def _underbid(tender: Tender, bids: Sequence[Bid], bid: Bid, made: Award, limits: Limits) -> Played:
    """Bids 30 % less, wins, and drops out when the others have gone: what is left without it and those whom it pushed out."""
    cheap = replace(bid, lines=tuple(_priced(line, UNDERBID_PPM) for line in bid.lines))
    taken = award(tender, _with(bids, cheap), limits)
    left = sum(one.public for one in taken.choice.takings if one.bid != bid.name)
    won = any(one.bid == bid.name for one in taken.choice.takings)
    flagged = any(one.offer.bid.name == bid.name for one in abnormally_low(taken))
    lost = max(0, public_of(made) - left) if won else 0
    cut = sum(line.most * line.tiers[-1].unit_won * (MICRO - UNDERBID_PPM) // MICRO for line in bid.lines)
    return Played(Trick.UNDERBID, bid.name, cut, lost, lost > 0 and not flagged)


def _hold_up(tender: Tender, bids: Sequence[Bid], bid: Bid, made: Award, limits: Limits) -> Played | None:
    """Offers all or nothing at a higher price: how much more it can ask and still be taken whole."""
    whole = replace(bid, lines=tuple(_all_or_nothing(line) for line in bid.lines))

    def taken(ppm: int) -> Award | None:
        dearer = replace(whole, lines=tuple(_priced(line, ppm) for line in whole.lines))
        answer = award(tender, _with(bids, dearer), limits)
        return answer if any(one.bid == bid.name for one in answer.choice.takings) else None

    ppm = _most(lambda extra: taken(MICRO + extra) is not None, MICRO)
    answer = taken(MICRO + ppm)
    if answer is None:
        return None
    gained = sum(one.won for one in answer.choice.takings if one.bid == bid.name) - sum(
        one.won for one in made.choice.takings if one.bid == bid.name
    )
    lost = public_of(made) - public_of(answer)
    return Played(Trick.HOLD_UP, bid.name, max(0, gained), max(0, lost), ppm > FINE_PPM and lost > 0)


def _split(tender: Tender, bids: Sequence[Bid], bid: Bid, made: Award, limits: Limits) -> Played | None:
    """Bids a second time under another operator's name: what both win beyond the cap on one."""
    caps = tender.caps
    if caps.units is None and caps.units_ppm is None and caps.budget_ppm is None:
        return None
    twin = replace(bid, name=f"{bid.name}-2", operator=f"{bid.operator}-2")
    answer = award(tender, [*bids, twin], limits)
    before = sum(one.units for one in made.choice.takings if one.bid == bid.name)
    after = sum(one.units for one in answer.choice.takings if one.bid in (bid.name, twin.name))
    return Played(Trick.SPLIT, bid.name, after - before, 0, after > before)


def _late(tender: Tender, bids: Sequence[Bid], bid: Bid, made: Award, limits: Limits) -> Played | None:
    """Promises a later date: how many days later the bid may be and win the same."""
    if bid.ready_s is None:
        return Played(Trick.LATE, bid.name, LATE_DAYS, 0, open=True)
    ready_s, before = bid.ready_s, _own(made, bid)

    def same(days: int) -> bool:
        return _own(award(tender, _with(bids, replace(bid, ready_s=ready_s + days * DAY_S)), limits), bid) >= before

    days = _most(same, LATE_DAYS)
    return Played(Trick.LATE, bid.name, days, 0, days > 0)


def _own_use(tender: Tender, bids: Sequence[Bid], bid: Bid, made: Award, limits: Limits) -> Played | None:
    """Keeps more for itself: how many accelerators fewer for public use, and still as many sold."""
    public, before = sum(line.public for line in bid.lines), _own(made, bid)

    def same(kept: int) -> bool:
        return _own(award(tender, _with(bids, _keeps(bid, kept)), limits), bid) >= before

    kept = _most(same, public)
    answer = award(tender, _with(bids, _keeps(bid, kept)), limits)
    lost = public_of(made) - public_of(answer)
    return Played(Trick.OWN_USE, bid.name, kept, max(0, lost), lost > 0)


_TRICKS: dict[Trick, Callable[[Tender, Sequence[Bid], Bid, Award, Limits], Played | None]] = {
    Trick.UNDERBID: _underbid,
    Trick.HOLD_UP: _hold_up,
    Trick.SPLIT: _split,
    Trick.LATE: _late,
    Trick.OWN_USE: _own_use,
}
CLOSED_BY: dict[Trick, Subject | None] = {Trick.LATE: Subject.READY, Trick.OWN_USE: Subject.PUBLIC_SHARE}


def _own(made: Award, bid: Bid) -> int:
    return sum(one.units for one in made.choice.takings if one.bid == bid.name)


def _keeps(bid: Bid, kept: int) -> Bid:
    lines = []
    for line in bid.lines:
        less = min(kept, line.public)
        kept -= less
        lines.append(replace(line, public=line.public - less))
    return replace(bid, lines=tuple(lines))


def _most(holds: Callable[[int], bool], most: int) -> int:
    """The largest amount up to `most` that still holds, by halving; 0 where the first does not."""
    if holds(most):
        return most
    low, high = 0, most
    while high - low > max(1, most // 1000):
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def _priced(line: Line, ppm: int) -> Line:
    tiers = tuple(replace(one, unit_won=one.unit_won * ppm // MICRO, fixed_won=one.fixed_won * ppm // MICRO) for one in line.tiers)
    return replace(line, tiers=tiers)


def _all_or_nothing(line: Line) -> Line:
    last = line.tiers[-1]
    return replace(line, tiers=(Tier(least=last.most, most=last.most, unit_won=last.unit_won, fixed_won=last.fixed_won),))
