"""Ten points of all accelerators taken from the largest group of vendors and given to another: what that costs, in work and in won.

Both by the continuous relaxation, so that the difference of two plans is not the noise of whole units. The ranges of shares are set
aside; every group but the two keeps at least the part it has. In won: the least that serves the same work, whatever the budgets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from dure.model.purchases import Purchase, ShareRule
from dure.model.units import MICRO
from dure.plan.points import COST, SERVED, Asking, by_work
from dure.solver import Limits, Solution

POINTS_PPM = 100_000


@dataclass(frozen=True, slots=True)
class Transfer:
    """`work` is what the weighted work changes by (a share of it), `by_work` that of each class; None: no plan keeps the other rules.

    `won` is what the same work costs more over the whole life, None where no money buys it.
    """

    to: str
    work: float | None
    by_work: Mapping[str, float]
    won: int | None


@dataclass(frozen=True, slots=True)
class Transfers:
    """`shares` are the parts that the groups have of all accelerators in the continuous optimum that the transfers start from."""

    giver: str
    shares: Mapping[str, Fraction]
    to: tuple[Transfer, ...]


def transfers(purchase: Purchase, limits: Limits) -> Transfers | None:
    """From the largest group to each other; None where there is no plan, or only one group."""
    asking = Asking(purchase, limits)
    base = asking.relaxed()
    groups = {one.origin: frozenset(each.name for each in purchase.machines if each.origin == one.origin) for one in purchase.machines}
    if not base.found or len(groups) < 2:
        return None
    count = {group: Fraction(_count(asking, base, names)) for group, names in groups.items()}
    whole = sum(count.values(), Fraction(0))
    if not whole:
        return None
    shares = {group: one / whole for group, one in count.items()}
    giver = max(shares, key=lambda one: (shares[one], one))
    held = tuple(_at_least(group, names, shares[group]) for group, names in groups.items())
    cheapest = _least_won(replace(purchase, shares=held), base.values[asking.at(SERVED)], limits)
    found = []
    for group in sorted(groups, key=lambda one: (-shares[one], one)):
        if group != giver:
            moved = replace(purchase, shares=tuple(_moved(one, names, shares[one], giver, group) for one, names in groups.items()))
            found.append(_transfer(asking, base, moved, group, cheapest, limits))
    return Transfers(giver, shares, tuple(found))


def _moved(group: str, names: frozenset[str], share: Fraction, giver: str, to: str) -> ShareRule:
    if group == giver:
        return ShareRule(group, names, "count", None, max(0, round(share * MICRO) - POINTS_PPM))
    more = POINTS_PPM if group == to else 0
    return ShareRule(group, names, "count", min(MICRO, max(0, int(share * MICRO) + more - 1)), None)


def _at_least(group: str, names: frozenset[str], share: Fraction) -> ShareRule:
    return ShareRule(group, names, "count", max(0, int(share * MICRO) - 1), None)


def _transfer(asking: Asking, base: Solution, moved: Purchase, to: str, cheapest: float | None, limits: Limits) -> Transfer:
    other = Asking(moved, limits)
    answer = other.relaxed()
    won = _least_won(moved, base.values[asking.at(SERVED)], limits)
    more = None if won is None or cheapest is None else round(won - cheapest)
    if not answer.found:
        return Transfer(to, None, {}, more)
    before, after = (by_work(one.purchase, one.made.serving(each.values)) for one, each in ((asking, base), (other, answer)))
    changes = {name: after[name] / was - 1 for name, was in before.items() if was}
    return Transfer(to, answer.values[other.at(SERVED)] / base.values[asking.at(SERVED)] - 1, changes, more)


def _least_won(purchase: Purchase, work: float, limits: Limits) -> float | None:
    """The least won over the whole life that serve so much, were every budget twenty times what it is."""
    rich = replace(purchase, budgets=tuple(replace(one, won=one.won * 20) for one in purchase.budgets))
    asking = Asking(rich, limits)
    within = {asking.at(SERVED): (work * (1 - 1e-6), float("inf"))}
    answer = asking.relaxed(within, asking.aim({COST: -1.0}))
    return answer.values[asking.at(COST)] * asking.made.scale_won if answer.found else None


def _count(asking: Asking, answer: Solution, names: frozenset[str]) -> float:
    orders = asking.made.orders.items()
    return sum(answer.values[at] * asking.purchase.machine(name).unit for (name, _, _), at in orders if name in names)
