"""The best plan of a purchase program in whole buying units, with its proven gap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from dure.model.purchases import Order, Served
from dure.plan.purchase_part import PurchaseProgram
from dure.plan.purchase_program import spending_rule
from dure.solver import NO_BOUNDS, Bounds, Clock, Limits, Solution, Status, solve

SMALL = 60
"""With so few whole numbers the whole program is solved at once."""
NEAR = (0, 1, 2, 4)
"""A larger program is first solved over the orders that its relaxation uses, then over so many times as many more."""


@dataclass(frozen=True, slots=True)
class Value:
    """What one more unit of a rule's limit is worth to the objective, by the continuous relaxation."""

    rule: str
    unit: str
    worth: float


@dataclass(frozen=True, slots=True)
class Chosen:
    """A plan with what is known about it; the objective is weighted served work (goal served) or won (goal cost)."""

    status: Status
    objective: float | None
    bound: float | None
    gap: float | None
    orders: tuple[Order, ...]
    served: tuple[Served, ...]
    rounding: float | None
    """What whole buying units cost: the continuous optimum less the plan."""
    values: tuple[Value, ...] = ()
    stopped: bool = False
    """Whether time ran out before the gap that was asked for was reached."""
    answer: tuple[float, ...] = field(default=(), repr=False, compare=False)
    """Of the program's columns: where another search may begin."""

    @property
    def found(self) -> bool:
        return self.status in (Status.OPTIMAL, Status.FEASIBLE)


def best(made: PurchaseProgram, limits: Limits, clock: Clock | None = None, start: Sequence[float] | None = None) -> Chosen:
    """The best plan of a program within the gap asked for, measured against the continuous optimum where that is enough.

    A large program is first solved over the orders that its relaxation uses: few whole numbers, and the bound of the relaxation stays
    a bound of the whole. Only where the gap stays too wide the whole program is solved. `start` is a plan that is known.
    """
    clock = clock or Clock(limits)
    relaxed = clock.spend(solve(made.program, clock.left, relaxed=True))
    if not relaxed.found:
        return Chosen(relaxed.status, None, None, None, (), (), None)
    answer, bound = in_whole_units(made, relaxed, limits, clock=clock, start=start)
    return _chosen(made, answer, _with_sites(made, answer, relaxed, clock), bound, limits.gap)


def _with_sites(made: PurchaseProgram, answer: Solution, relaxed: Solution, clock: Clock) -> Solution:
    """The continuous optimum with the sites in use that the plan uses: half a site in use is no fraction of a buying unit."""
    if not made.used or not answer.found:
        return relaxed
    used = {at: (float(round(answer.values[at])),) * 2 for at in made.used.values()}
    found = clock.spend(solve(made.program, clock.left, bounds=used, relaxed=True))
    return found if found.found else relaxed


def in_whole_units(
    made: PurchaseProgram,
    relaxed: Solution,
    limits: Limits,
    bounds: Bounds = NO_BOUNDS,
    costs: Mapping[int, float] | None = None,
    *,
    insist: bool = True,
    nearby: Sequence[int] = NEAR,
    clock: Clock | None = None,
    start: Sequence[float] | None = None,
) -> tuple[Solution, float | None]:
    """A plan in whole buying units and a bound that no plan passes; `relaxed` is the continuous optimum of the same.

    Within the gap, where time allows; without `insist` a plan with a wider gap will do, if one is found near the relaxation.
    `start` holds the values of a plan that is known to keep the rules: nothing worse is answered, whatever time does.
    """
    clock = clock or Clock(limits)
    bound = relaxed.objective
    answer = None if start is None else _as_it_stands(made, start, costs)
    near_found = False
    for more in nearby if len(made.orders) > SMALL else ():
        fixed = dict.fromkeys(_far(made, relaxed, more, start or ()), (0.0, 0.0))
        near = replace(clock.left, gap=limits.gap / 2)
        found = clock.spend(solve(made.program, near, bounds={**bounds, **fixed}, costs=costs, start=start))
        near_found = near_found or found.found
        if found.found and (answer is None or gap_of(found.objective, bound) < gap_of(answer.objective, bound)):
            answer = found
        if answer is not None and gap_of(answer.objective, bound) <= limits.gap:
            return answer, bound
    if near_found and answer is not None and not insist:
        return answer, bound
    known = start if answer is None else answer.values
    whole = clock.spend(solve(made.program, replace(clock.left, gap=limits.gap), bounds=bounds, costs=costs, start=known))
    tighter = _tighter(bound, whole.bound, maximise=made.program.maximise)
    if answer is None or (whole.found and gap_of(whole.objective, tighter) < gap_of(answer.objective, tighter)):
        return whole, tighter
    return answer, tighter


def _tighter(one: float | None, other: float | None, *, maximise: bool) -> float | None:
    """The bound that says more: a search that was stopped may know less than the relaxation did."""
    known = [each for each in (one, other) if each is not None]
    return None if not known else min(known) if maximise else max(known)


def _as_it_stands(made: PurchaseProgram, start: Sequence[float], costs: Mapping[int, float] | None) -> Solution:
    """A plan that is known, as an answer to this question: what it is worth here."""
    worth = made.program.offset + sum((costs or {}).get(at, one.cost) * start[at] for at, one in enumerate(made.program.columns))
    return Solution(Status.FEASIBLE, worth, values=tuple(start))


def _far(made: PurchaseProgram, relaxed: Solution, more: int, start: Sequence[float]) -> list[int]:
    """Orders that are left out: the relaxation places none of them, nor are they among the `more` × as many that it was nearest to.

    What a known plan orders stays in, so that the search can begin there.
    """
    reduced = relaxed.reduced_costs or ()
    unused = [at for at in made.orders.values() if relaxed.values[at] < 1e-7 and not (start and start[at] > 1e-7)]
    unused.sort(key=lambda at: (abs(reduced[at]), at) if reduced else (0.0, at))
    return unused[more * (len(made.orders) - len(unused)) :]


def gap_of(objective: float | None, bound: float | None) -> float:
    if objective is None or bound is None:
        return float("inf")
    return abs(bound - objective) / max(1e-9, abs(objective))


def _chosen(made: PurchaseProgram, answer: Solution, relaxed: Solution, bound: float | None, asked: float) -> Chosen:
    if not answer.found or answer.objective is None:
        return Chosen(answer.status, None, bound, None, (), (), None)
    gap = gap_of(answer.objective, bound)
    scale = made.scale_won if made.purchase.goal == "cost" else 1
    assert relaxed.objective is not None
    return Chosen(
        Status.OPTIMAL if gap <= 1e-7 else Status.FEASIBLE,
        answer.objective * scale,
        None if bound is None else bound * scale,
        gap,
        made.ordered(answer.values),
        made.serving(answer.values),
        abs(relaxed.objective - answer.objective) * scale,
        _values(made, relaxed),
        stopped=gap > max(asked, 1e-7),
        answer=tuple(answer.values),
    )


def taken_instead(made: PurchaseProgram, chosen: Chosen, values: Sequence[float]) -> Chosen:
    """What is known of a plan, told of another one of the same program that is no worse."""
    program = made.program
    objective = program.offset + sum(one.cost * values[at] for at, one in enumerate(program.columns) if one.cost)
    assert chosen.objective is not None, "a plan was chosen"
    more = max(0.0, objective - chosen.objective)
    gap = gap_of(objective, chosen.bound)
    return replace(
        chosen,
        status=Status.OPTIMAL if gap <= 1e-7 else chosen.status,
        objective=objective,
        gap=gap,
        orders=made.ordered(values),
        served=made.serving(values),
        rounding=None if chosen.rounding is None else abs(chosen.rounding - more),
        answer=tuple(values),
    )


def _values(made: PurchaseProgram, relaxed: Solution) -> tuple[Value, ...]:
    """Duals of the rules that a person wrote, where they bind."""
    duals = relaxed.row_duals or ()
    lines = made.purchase.budgets
    doubled = {spending_rule("capex", line.year) for line in lines if line.kind == "capex"}
    doubled |= {f"budget [{line.kind}, {line.source}, {line.year}]" for line in lines if line.kind != "capex"}
    found = [
        Value(row.name, row.unit, float(dual))
        for row, dual in zip(made.program.rows, duals, strict=False)
        if row.name in made.rules and abs(dual) > 1e-7 and row.name not in doubled
    ]
    return tuple(sorted(found, key=lambda one: -abs(one.worth)))
