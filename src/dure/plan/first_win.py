"""The first change at which an offer wins, where its chances may rise and fall again on the way.

A cheaper bid is not always a better one: a suitability test takes points off below its target, a negotiated price below 80 % of the
estimate, and a new lowest price moves everybody's points. So the way is cut at the turns of the formulas and rules. Where an offer's
own points then only rise and nobody else's move, one search is enough. Elsewhere a stretch is left out only when no award in it can
take the offer: price of its better end, the best points anybody has in it with the offer, the worst without. What is not left out is
halved, down to single changes, each solved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from dure.plan.offers import Offer, value_of
from dure.plan.scores import turns
from dure.plan.what_if import SCORED, Field, Seen

QUESTIONS_MAX, OF_MANY_MAX, MANY = 2_000, 20, 200
"""Awards asked for in one search before it stops without a proof: a search asks ten to a thousand, so fewer where offers are MANY."""

Search = Callable[[int, int], int | None]
"""The first winning change of a stretch on which the chances never fall."""


class Unproven(Exception):
    """So many questions were asked that the rest was not looked at."""


@dataclass(frozen=True, slots=True)
class Way:
    """One kind of change of one offer, from 1 to `most`."""

    field: Field
    offer: Offer
    change: Callable[[int], Offer]
    most: int

    def seen(self, amount: int) -> Seen:
        return self.field.seen(self.change(amount))


def first_win(way: Way, search: Search) -> int | None:
    """The least change that wins; None: none does. Raises Unproven."""
    begun = way.field.solved
    for low, high in _pieces(way):
        found = _first(way, search, low, high, begun)
        if found is not None:
            return found
    return None


def _first(way: Way, search: Search, low: int, high: int, begun: int) -> int | None:
    """The first win from low to high, on one side of every turn."""
    least, most = way.seen(low), way.seen(high)
    if least.own is None or most.own is None:
        return None
    if _rises(way.field, least, most):
        return search(low, high)
    if _bound(way, least, most, high) < -way.field.tolerance():
        return None
    if way.field.solved - begun > (OF_MANY_MAX if len(way.field.offers) > MANY else QUESTIONS_MAX):
        raise Unproven
    if low == high:
        return low if way.field.wins(way.change(low)) else None
    middle = (low + high) // 2
    found = _first(way, search, low, middle, begun)
    return _first(way, search, middle + 1, high, begun) if found is None else found


def _rises(field: Field, least: Seen, most: Seen) -> bool:
    """Whether an offer's chances can only rise on a piece: nobody else's points move and its own, one by one, do not fall."""
    if field.tender.objective not in SCORED:
        out, later = ({name for name, score in one.others.items() if score is None} for one in (least, most))
        if out != later:
            return False
        if field.enough(_sum(least, most, min)):
            return True
    elif least.others != most.others:
        return False
    return all((before or 0) <= (after or 0) for before, after in _pairs(least, most))


def _bound(way: Way, least: Seen, most: Seen, high: int) -> float:
    """No change of a stretch has a larger margin."""
    own = _sum(least, most, max)
    if not way.field.enough(own):
        return float("-inf")
    return way.field.margin_of(way.change(high), own, least.others, most.others)


def _pairs(least: Seen, most: Seen) -> list[tuple[Fraction | None, Fraction | None]]:
    assert least.own is not None
    assert most.own is not None
    return [(points, most.own[name]) for name, points in least.own.items()]


def _sum(least: Seen, most: Seen, of: Callable[[Fraction, Fraction], Fraction]) -> Fraction:
    nothing = Fraction(0)
    return sum((of(before or nothing, after or nothing) for before, after in _pairs(least, most)), nothing)


def _pieces(way: Way) -> list[tuple[int, int]]:
    """The stretches between the turns: of formulas, of limits on what an offer says, and of whether it says it at all."""
    ends = {way.most}
    tender, rivals = way.field.tender, way.field.rivals(way.offer)

    scored = tender.objective in SCORED or tender.score_least_micro is not None
    criteria = tender.criteria if scored else ()

    def sides(amount: int) -> tuple[tuple[bool, ...], ...]:
        offer = way.change(amount)
        limits = []
        for rule in tender.eligibility:
            value = None if rule.subject is None else value_of(offer, rule.subject, tender)
            if value is not None:
                said = Fraction(*value)
                limits += [rule.least is None or said >= rule.least, rule.most is None or said <= rule.most]
        return (tuple(limits), *(turns(tender, one, offer, rivals) for one in criteria))

    def cut(low: int, high: int) -> None:
        """Each side changes at most once on the way, so a stretch whose ends agree has no turn in it."""
        if sides(low) == sides(high):
            return
        if high - low == 1:
            ends.add(low)
            return
        middle = (low + high) // 2
        cut(low, middle)
        cut(middle, high)

    cut(1, way.most)
    starts = [1, *(end + 1 for end in sorted(ends))]
    return list(zip(starts, sorted(ends), strict=False))
