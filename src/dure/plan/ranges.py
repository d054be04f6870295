"""How far the answer moves over the ranges of what is assumed: one figure at a time, its lowest and its highest.

Two movements are told apart. *The plan is fixed*: the same orders, served again and paid for again at the other figure. *The best plan
moves*: the question is solved again with it; by the continuous relaxation, so that no figure is the noise of whole units. The best plan
serves the most, or where the question asks for the least won, costs the least.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from dure.model.purchases import Purchase
from dure.plan.check_purchase import check_purchase, life_won
from dure.plan.front import funded_or_not
from dure.plan.points import COST, SERVED, Asking, Point
from dure.solver import Limits, Solution

Questions = tuple[Callable[[], Purchase], Callable[[], Purchase]]


@dataclass(frozen=True, slots=True)
class End:
    """One end of a range. `kept_*` of the fixed plan, `best_*` of the best plan at this figure (None: there is none that keeps the rules).

    `worth` in weighted reference accelerator-years; `lacks` the won that the fixed plan does not have at these prices; `moved` the
    accelerators by machine that the best plan buys more or fewer.
    """

    kept_worth: float | None
    kept_won: int
    lacks: int
    best_worth: float | None
    best_won: float | None
    moved: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Swing:
    """An assumed figure by its place among those asked, with both its ends."""

    at: int
    low: End
    high: End

    @property
    def span(self) -> float:
        """How far the best plan's work goes between the ends; without a plan at one of them, farther than any."""
        ends = (self.low.best_worth, self.high.best_worth)
        return float("inf") if None in ends else abs((ends[1] or 0.0) - (ends[0] or 0.0))

    @property
    def won_span(self) -> float:
        """How far the won of the best plan go between the ends; without a plan at one of them, farther than any."""
        ends = (self.low.best_won, self.high.best_won)
        return float("inf") if None in ends else abs((ends[1] or 0.0) - (ends[0] or 0.0))


@dataclass(frozen=True, slots=True)
class Ranges:
    """`base_worth` and `base_won` are of the relaxation, as all best plans here; `plan` is the one whose orders are kept."""

    asked: Purchase
    plan: Point
    base_worth: float
    base_won: float
    swings: tuple[Swing, ...]
    unfunded: bool


def ranges(purchase: Purchase, ends: Sequence[Questions], limits: Limits) -> Ranges | None:
    """Every swing, the widest first; `ends` gives the questions at the lowest and the highest of each. None where there is no plan."""
    asked, unfunded = funded_or_not(purchase, limits)
    if asked is None:
        return None
    asking = Asking(asked, limits)
    aim = asking.cheapest() if asked.goal == "cost" else None
    relaxed, point = asking.relaxed(costs=aim), asking.point(asked, costs=aim)
    if point is None or not relaxed.found:
        return None
    base = _bought(asking, relaxed)
    swings = []
    for at, pair in enumerate(ends):
        low, high = (_end(replace(one(), funded=asked.funded), asking, point, base) for one in pair)
        swings.append(Swing(at, low, high))
    cost = asked.goal == "cost"
    swings.sort(key=lambda one: (-(one.won_span if cost else one.span), one.at))
    values = relaxed.values
    won = values[asking.at(COST)] * asking.made.scale_won
    return Ranges(asked, point, values[asking.at(SERVED)], won, tuple(swings), unfunded)


def _end(asked: Purchase, base: Asking, point: Point, bought: Mapping[str, float]) -> End:
    asking = Asking(asked, base.limits)
    asking.warm = base.warm
    relaxed = asking.relaxed(costs=asking.cheapest() if asked.goal == "cost" else None)
    paid = Asking(_paid_for(asked), base.limits)
    kept = paid.held(point)
    moved: dict[str, float] = {}
    if relaxed.found:
        now = _bought(asking, relaxed)
        moved = {name: now[name] - count for name, count in bought.items() if abs(now[name] - count) >= 1}
    return End(
        kept.values[paid.at(SERVED)] if kept.found else None,
        life_won(asked, point.orders),
        _lacks(asked, point),
        relaxed.values[asking.at(SERVED)] if relaxed.found else None,
        relaxed.values[asking.at(COST)] * asking.made.scale_won if relaxed.found else None,
        moved,
    )


def _paid_for(asked: Purchase) -> Purchase:
    """The question as it is for orders that stand: money is told apart, and shares and counts were kept when they were made."""
    enough = tuple(replace(one, won=one.won * 20) for one in asked.budgets)
    return replace(asked, funded=False, budgets=enough, shares=(), counts=())


def _lacks(asked: Purchase, point: Point) -> int:
    """Won to buy and, where running is paid for, to run the plan that are not there."""
    broken = check_purchase(asked, point.orders, ())
    return round(sum(one.found - one.allowed for one in broken if one.rule.startswith("paid for")))


def _bought(asking: Asking, answer: Solution) -> dict[str, float]:
    """Accelerators by machine in a solution."""
    found = {one.name: 0.0 for one in asking.purchase.machines}
    for (name, _, _), at in asking.made.orders.items():
        found[name] += answer.values[at] * asking.purchase.machine(name).unit
    return found
