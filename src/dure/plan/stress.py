"""Bidders who game the rules, played against a tender: what each trick earns them, what the public loses, and which rule closes it.

Every trick is an ordinary set of bids, judged by the ordinary award; nothing here bends a rule. What a trick costs the public is
measured against the award without it, never against nothing. A trick that gains nothing under these rules is listed as held, and one
that the rules give no room to play (no caps, no scores) is not listed, so that a reader sees what was tried.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from dure.model.tenders import Bid, Formula, Line, Objective, Procedure, Subject, Tender, Tier
from dure.model.units import DAY_S, MICRO, ceil_div
from dure.plan.award import Award, award, choose, judge
from dure.plan.low_prices import usual_won
from dure.plan.offers import offers_of
from dure.plan.price_range import quantities
from dure.plan.promises import best_promises
from dure.solver import NO_LIMITS, Limits

UNDERBID_PPM = 700_000
COLLUDE_MOST_PPM = 500_000
LATE_DAYS = 90
FINE_PPM = 1_000


class Trick(StrEnum):
    UNDERBID = "underbid"
    DROP_OUT = "drop_out"
    HOLD_UP = "hold_up"
    SPLIT = "split"
    COLLUDE = "collude"
    OVERPROMISE = "overpromise"
    STRAW = "straw"
    LATE = "late"
    OWN_USE = "own_use"


@dataclass(frozen=True, slots=True)
class Played:
    """One trick by the bidder for whom it pays most; `gained` and `public_lost` against the award without the trick.

    gained: underbid: won below its price at full quantity; hold_up, collude: won more that are paid; split: accelerators beyond the
    cap; overpromise, straw: accelerators more; late: days, 0 where no date is named; own_use: public accelerators kept; drop_out: none.
    `by_ppm`: how far prices were moved. `promises`: what an overpromise writes anew.
    """

    trick: Trick
    bid: str
    gained: int
    public_lost: int
    open: bool
    by_ppm: int = 0
    promises: tuple[Subject, ...] = ()


def stress(tender: Tender, bids: Sequence[Bid], limits: Limits = NO_LIMITS) -> tuple[Played, ...]:
    """Every trick that the rules leave room for, each with the bidder who gains most by it."""
    made = award(tender, bids, limits)
    ordered = sorted(bids, key=lambda one: one.name)
    won = {one.bid for one in made.choice.takings}
    whose = {Trick.DROP_OUT: won, Trick.HOLD_UP: won, Trick.SPLIT: won, Trick.LATE: won, Trick.OWN_USE: won}
    found = []
    for trick, play in _TRICKS.items():
        players = [bid for bid in ordered if bid.name in whose.get(trick, {one.name for one in ordered})]
        known = [one for bid in players if (one := play(tender, bids, bid, made, limits)) is not None]
        if known:
            found.append(max(known, key=lambda one: (one.open, one.public_lost, one.gained)))
    return tuple(found)


def public_of(made: Award) -> int:
    return sum(one.public for one in made.choice.takings)


def _paid(made: Award) -> int:
    return sum(one.won for one in made.choice.takings)


def _with(bids: Sequence[Bid], *changed: Bid) -> list[Bid]:
    names = {one.name for one in changed}
    return [*(bid for bid in bids if bid.name not in names), *changed]


def _underbid(tender: Tender, bids: Sequence[Bid], bid: Bid, made: Award, limits: Limits) -> Played | None:
    """Bids as low as nobody asks about, wins, and drops out when those whom it pushed out have gone.

    The loss is what is left without it, against what its going would have left at its own price: what a winner who drops out does to
    the public anyway is no trick of prices, and is told apart.
    """
    ppm = _unflagged_ppm(tender, bids, bid)
    if ppm >= MICRO:
        return None
    cheap = replace(bid, lines=tuple(_priced(line, ppm) for line in bid.lines))
    taken = award(tender, _with(bids, cheap), limits)
    if not _own(taken, bid):
        return Played(Trick.UNDERBID, bid.name, 0, 0, open=False)
    lost = _left(made, bid) - _left(taken, bid)
    cut = sum(line.most * line.tiers[-1].unit_won * (MICRO - ppm) // MICRO for line in bid.lines)
    return Played(Trick.UNDERBID, bid.name, cut, max(0, lost), lost > 0, MICRO - ppm)


def _drop_out(tender: Tender, bids: Sequence[Bid], bid: Bid, made: Award, limits: Limits) -> Played | None:
    """Wins at its own price and drops out when those whom it pushed out have gone: against an award that it was never part of."""
    never = award(tender, [one for one in bids if one.name != bid.name], limits)
    lost = public_of(never) - _left(made, bid)
    return Played(Trick.DROP_OUT, bid.name, 0, max(0, lost), lost > 0)


def _left(made: Award, bid: Bid) -> int:
    """What is left for public use of an award when one bidder goes."""
    return sum(one.public for one in made.choice.takings if one.bid != bid.name)


def _unflagged_ppm(tender: Tender, bids: Sequence[Bid], bid: Bid) -> int:
    """How low a bid may go before any of its offers is flagged, as a share of its own price: 30 % off where the tender flags nothing."""
    share = tender.abnormally_low_ppm
    if share is None:
        return UNDERBID_PPM
    offers = offers_of(bids)
    own = [one for one in offers if one.bid.name == bid.name]
    known = [(one, usual) for one in own if (usual := usual_won(one, offers)) is not None]
    limits = [  # a won an accelerator more for bundles, whose lines are cut to whole won one by one
        (ceil_div(share * usual, MICRO * one.units) * one.units + (one.units if len(one.lines) > 1 else 0), one.full_won)
        for one, usual in known
    ]
    return max((ceil_div(limit_won * MICRO, full_won) for limit_won, full_won in limits), default=UNDERBID_PPM)


def _hold_up(tender: Tender, bids: Sequence[Bid], bid: Bid, made: Award, limits: Limits) -> Played | None:
    """Offers all or nothing at a higher price: how much more it can ask and still be taken whole."""
    whole = replace(bid, lines=tuple(_all_or_nothing(line) for line in bid.lines))

    def taken(ppm: int) -> Award | None:
        dearer = replace(whole, lines=tuple(_priced(line, ppm) for line in whole.lines))
        answer = award(tender, _with(bids, dearer), limits)
        return answer if _own(answer, bid) else None

    ppm = _most(lambda extra: taken(MICRO + extra) is not None, MICRO)
    answer = taken(MICRO + ppm)
    if answer is None:
        return None
    gained = sum(one.won for one in answer.choice.takings if one.bid == bid.name)
    gained -= sum(one.won for one in made.choice.takings if one.bid == bid.name)
    lost = public_of(made) - public_of(answer)
    return Played(Trick.HOLD_UP, bid.name, max(0, gained), max(0, lost), ppm > FINE_PPM and gained > 0, ppm)


def _split(tender: Tender, bids: Sequence[Bid], bid: Bid, made: Award, limits: Limits) -> Played | None:
    """Bids the same machines under two names, half of them each: what both win beyond the cap on one."""
    caps = tender.caps
    if caps.units is None and caps.units_ppm is None and caps.budget_ppm is None:
        return None
    halves = [tuple(_part(line, number) for line in bid.lines) for number in (0, 1)]
    if any(line is None for half in halves for line in half):
        return None
    lines = [tuple(line for line in half if line is not None) for half in halves]
    first = replace(bid, lines=lines[0])
    second = replace(bid, name=f"{bid.name}-2", operator=f"{bid.operator}-2", lines=lines[1])
    answer = award(tender, [*_with(bids, first), second], limits)
    before = _own(made, bid)
    after = sum(one.units for one in answer.choice.takings if one.bid in (bid.name, second.name))
    return Played(Trick.SPLIT, bid.name, max(0, after - before), max(0, public_of(made) - public_of(answer)), after > before)


def _part(line: Line, number: int) -> Line | None:
    """One of two halves of a line in whole buying units, at the price of the tier that the whole has; None where it is one unit."""
    steps = line.most // line.step
    units = (steps // 2 + (steps % 2 if number == 0 else 0)) * line.step
    if not units or steps < 2:
        return None
    tier = replace(line.tiers[-1], least=min(line.least, units), most=units)
    return replace(line, tiers=(tier,), public=line.public * units // line.most)


def _collude(tender: Tender, bids: Sequence[Bid], bid: Bid, made: Award, limits: Limits) -> Played | None:
    """All bidders raise their prices together: how much more is paid while the very same is bought. The first bidder stands for all."""
    if bid is not min(bids, key=lambda one: one.name) or tender.objective is Objective.MATCH_LOWEST:
        return None

    def dearer(extra: int) -> Award:
        return award(tender, [replace(one, lines=tuple(_priced(line, MICRO + extra) for line in one.lines)) for one in bids], limits)

    extra = _most(lambda ppm: quantities(dearer(ppm)) == quantities(made), COLLUDE_MOST_PPM)
    gained = _paid(dearer(extra)) - _paid(made)
    return Played(Trick.COLLUDE, bid.name, max(0, gained), 0, extra > 10 * FINE_PPM, extra)


def _overpromise(tender: Tender, bids: Sequence[Bid], bid: Bid, made: Award, limits: Limits) -> Played | None:
    """Promises the best of everything that earns anything and is only kept later."""
    best, subjects = best_promises(tender, bids, bid)
    if not subjects:
        return None
    answer = award(tender, _with(bids, best), limits)
    gained = _own(answer, bid) - _own(made, bid)
    public = sum(one.public for one in answer.choice.takings if one.bid == bid.name)
    return Played(Trick.OVERPROMISE, bid.name, max(0, gained), public if gained > 0 else 0, gained > 0, promises=subjects)


def _straw(tender: Tender, bids: Sequence[Bid], bid: Bid, made: Award, limits: Limits) -> Played | None:
    """Lets a friend bid as low as nobody asks about, only to move everybody's points by ratio to the lowest; the friend then withdraws."""
    ratios = (Formula.LOWEST_PRICE_RATIO, Formula.KR_NEGOTIATED, Formula.RATIO_TO_BEST)
    scored = tender.objective in (Objective.SCORE, Objective.SCORED_CAPACITY) or tender.score_least_micro is not None
    if not scored or not any(one.formula in ratios for one in tender.criteria):
        return None
    ppm = min(MICRO, _unflagged_ppm(tender, bids, bid))
    friend = replace(bid, name=f"{bid.name}-straw", operator=f"{bid.operator}-straw", lines=tuple(_priced(line, ppm) for line in bid.lines))
    judged = judge(tender, offers_of([*bids, friend]))
    left = [one for one in judged if one.eligible and one.offer.bid.name != friend.name]
    choice = choose(tender, [one.offer for one in left], {one.offer.name: one.score for one in left}, limits)
    after = sum(one.units for one in choice.takings if one.bid == bid.name)
    gained, lost = after - _own(made, bid), public_of(made) - sum(one.public for one in choice.takings)
    return Played(Trick.STRAW, bid.name, max(0, gained), max(0, lost), gained > 0, MICRO - ppm)


def _late(tender: Tender, bids: Sequence[Bid], bid: Bid, made: Award, limits: Limits) -> Played | None:
    """Promises a later date: how many days later the bid may be and win the same; 0 days where it wins and names no date at all."""
    if bid.ready_s is None:
        return Played(Trick.LATE, bid.name, 0, 0, open=True)
    ready_s, before = bid.ready_s, _own(made, bid)

    def same(days: int) -> bool:
        return _own(award(tender, _with(bids, replace(bid, ready_s=ready_s + days * DAY_S)), limits), bid) >= before

    days = _most(same, LATE_DAYS)
    return Played(Trick.LATE, bid.name, days, 0, days > 0)


def _own_use(tender: Tender, bids: Sequence[Bid], bid: Bid, made: Award, limits: Limits) -> Played | None:
    """Keeps more for itself: how many accelerators fewer for public use, and still as many sold."""
    if tender.procedure is Procedure.CONTRACT:
        return None
    public, before = sum(line.public for line in bid.lines), _own(made, bid)

    def same(kept: int) -> bool:
        return _own(award(tender, _with(bids, _keeps(bid, kept)), limits), bid) >= before

    kept = _most(same, public)
    answer = award(tender, _with(bids, _keeps(bid, kept)), limits)
    lost = public_of(made) - public_of(answer)
    return Played(Trick.OWN_USE, bid.name, kept, max(0, lost), lost > 0)


_TRICKS: dict[Trick, Callable[[Tender, Sequence[Bid], Bid, Award, Limits], Played | None]] = {
    Trick.UNDERBID: _underbid,
    Trick.DROP_OUT: _drop_out,
    Trick.HOLD_UP: _hold_up,
    Trick.SPLIT: _split,
    Trick.COLLUDE: _collude,
    Trick.OVERPROMISE: _overpromise,
    Trick.STRAW: _straw,
    Trick.LATE: _late,
    Trick.OWN_USE: _own_use,
}


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
