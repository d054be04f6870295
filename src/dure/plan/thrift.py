"""The least won for the work that a plan serves: a plan within the gap of served work may be dearer than another that serves as much.

Cost weighs next to nothing in the aim of most work, far less than the gap that is allowed, so a search that ends at that gap has not
looked at cost at all. It is asked afterwards, with the work held.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf

from dure.plan.check_purchase import life_won
from dure.plan.purchase_part import PurchaseProgram
from dure.plan.purchase_program import anyway_won
from dure.plan.whole_units import Chosen, in_whole_units, taken_instead
from dure.solver import Clock, Limits, Program, Row, solve

WITHIN = 1e-3
"""How near the least cost is looked for: a fifth of the gap of work that is usual."""
WORK, LOOKS_LEAST, LOOKS_MOST = 45_000, 4, 100
"""Columns times looks that this search takes, and how few and many looks it takes at all: it betters a plan that suffices already."""
SAME_WORK = 1e-8
"""Relative: room for the solver in the work that is held."""


@dataclass(frozen=True, slots=True)
class Thrift:
    """Won over the whole life: of the plan that was found first, of the one taken, and what none that serves as much is below."""

    first_won: int
    won: int
    bound_won: int

    @property
    def saved_won(self) -> int:
        return self.first_won - self.won

    @property
    def gap(self) -> float:
        return max(0.0, 1 - self.bound_won / self.won) if self.won else 0.0


def briefly(program: Program, limits: Limits) -> Limits:
    """The gap and the work of a search for the least cost at the work found."""
    looks = min(LOOKS_MOST, max(LOOKS_LEAST, WORK // len(program.columns)))
    return replace(limits, gap=WITHIN, looks=looks if limits.looks is None else min(looks, limits.looks))


def thrifty(made: PurchaseProgram, chosen: Chosen, clock: Clock) -> tuple[Chosen, Thrift | None]:
    """The cheapest plan found that serves no less; the one given where none is cheaper, None where nothing is known of its cost."""
    if made.purchase.goal != "served" or not chosen.found or not made.cost_weight or not chosen.answer:
        return chosen, None
    program, worth = made.program, {at: made.program.columns[at].cost for at in made.served.values()}
    least = sum(each * chosen.answer[at] for at, each in worth.items())
    row = Row("no less work", "reference accelerator-years", least - SAME_WORK * max(1.0, least), inf, tuple(sorted(worth.items())))
    held = replace(program, rows=[*program.rows, row])
    costs = {at: 0.0 if at in worth else one.cost / made.cost_weight for at, one in enumerate(program.columns) if one.cost}
    relaxed = clock.spend(solve(held, clock.left, costs=costs, relaxed=True))
    if not relaxed.found or relaxed.objective is None:
        return chosen, None
    brief = Clock(briefly(program, clock.left))
    within = replace(made, program=held)
    answer, bound = in_whole_units(within, relaxed, brief.limits, costs=costs, insist=False, nearby=(0,), clock=brief, start=chosen.answer)
    clock.join(brief)
    first = life_won(made.purchase, chosen.orders)
    taken = taken_instead(made, chosen, answer.values) if answer.found else chosen
    won = life_won(made.purchase, taken.orders)
    if won >= first:
        taken, won = chosen, first
    below = min(won, round(-(relaxed.objective if bound is None else bound) * made.scale_won + float(anyway_won(made.purchase))))
    return taken, Thrift(first, won, below)
