"""What to buy, when and where: the best plan with its proven gap, or the rule that refuses it and the cheapest ways out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from dure.model.purchases import KINDS, OPEX_FUNDED, Kind, Missing, Order, Purchase, Served
from dure.plan.paying import Payments, payments
from dure.plan.purchase_part import PurchaseProgram
from dure.plan.purchase_program import MICRO, build, running_won, spending_rule, standing_won
from dure.solver import NO_BOUNDS, Bounds, Clock, Given, Limits, Solution, Status, cheapest_relaxation, conflict, solve

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

    @property
    def found(self) -> bool:
        return self.status in (Status.OPTIMAL, Status.FEASIBLE)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no plan: rules that cannot hold together, or running costs that nobody pays.

    `missing` is what the plan that is wanted lacks, `cheapest` the least that any plan of these rules would lack; `fewer` is how far
    the other rules would have to give with the money there is. Each None where it does not exist.
    """

    rules: tuple[str, ...]
    missing: tuple[Missing, ...] = ()
    cheapest: tuple[Missing, ...] | None = None
    fewer: tuple[Given, ...] | None = None

    @property
    def refused_by(self) -> tuple[str, ...]:
        return (OPEX_FUNDED,) if self.missing else self.rules


@dataclass(frozen=True, slots=True)
class Planned:
    """The answer: a plan, and the refusal where it may not be carried out as it stands."""

    purchase: Purchase
    chosen: Chosen
    refusal: Refusal | None
    scale_won: int


def plan(purchase: Purchase, limits: Limits) -> Planned:
    """The best plan; of a question without one, the plan that would be wanted if running it were paid for, and the refusal."""
    clock = Clock(limits)
    made = build(purchase)
    chosen = best(made, limits, clock)
    if chosen.found or chosen.status is Status.UNKNOWN:
        return Planned(purchase, chosen, None, made.scale_won)
    wanted = build(replace(purchase, funded=False))
    unfunded = best(wanted, limits, clock) if purchase.funded else chosen
    if unfunded.status is Status.UNKNOWN:
        return Planned(purchase, unfunded, None, made.scale_won)
    if not unfunded.found:
        return Planned(purchase, chosen, _conflict(made, limits, clock), made.scale_won)
    refusal = Refusal(
        tuple(dict.fromkeys(spending_rule(one.kind, one.year) for one in missing(purchase, unfunded.orders))),
        missing(purchase, unfunded.orders),
        _least_missing(made, clock),
        _give(made, clock, lambda rule: not _of_money(rule)),
    )
    return Planned(purchase, unfunded, refusal, made.scale_won)


def _of_money(rule: str) -> bool:
    return rule.startswith((OPEX_FUNDED, "budget"))


def _conflict(made: PurchaseProgram, limits: Limits, clock: Clock) -> Refusal:
    found = conflict(made.program, limits)
    rules = tuple(rule for rule in found or () if rule in made.rules)
    return Refusal(rules or found or ("whole buying units",), fewer=_give(made, clock, lambda _: True))


def _give(made: PurchaseProgram, clock: Clock, may: object) -> tuple[Given, ...] | None:
    assert callable(may)
    weights = {rule: weight for rule, weight in made.rules.items() if may(rule)}
    return cheapest_relaxation(made.program, weights, clock.left, relaxed=len(made.orders) > SMALL) if weights else None


def _least_missing(made: PurchaseProgram, clock: Clock) -> tuple[Missing, ...] | None:
    rules = {spending_rule(kind, year): (kind, year) for kind in KINDS if kind != "capex" for year in made.purchase.all_years}
    gives = _give(made, clock, lambda rule: rule in rules)
    if gives is None:
        return None
    return tuple(Missing(rules[one.row][1], rules[one.row][0], round(one.amount * made.scale_won)) for one in gives)


def best(made: PurchaseProgram, limits: Limits, clock: Clock | None = None) -> Chosen:
    """The best plan of a program within the gap asked for, measured against the continuous optimum where that is enough.

    A large program is first solved over the orders that its relaxation uses: few whole numbers, and the bound of the relaxation stays
    a bound of the whole. Only where the gap stays too wide the whole program is solved.
    """
    clock = clock or Clock(limits)
    relaxed = clock.spend(solve(made.program, clock.left, relaxed=True))
    if not relaxed.found:
        return Chosen(relaxed.status, None, None, None, (), (), None)
    answer, bound = in_whole_units(made, relaxed, limits, clock=clock)
    return _chosen(made, answer, relaxed, bound, limits.gap)


def in_whole_units(
    made: PurchaseProgram,
    relaxed: Solution,
    limits: Limits,
    bounds: Bounds = NO_BOUNDS,
    costs: Mapping[int, float] | None = None,
    *,
    insist: bool = True,
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
    for more in NEAR if len(made.orders) > SMALL else ():
        fixed = dict.fromkeys(_far(made, relaxed, more, start or ()), (0.0, 0.0))
        near = Limits(clock.left.time_s, limits.gap / 2)
        found = clock.spend(solve(made.program, near, bounds={**bounds, **fixed}, costs=costs, start=start))
        near_found = near_found or found.found
        if found.found and (answer is None or gap_of(found.objective, bound) < gap_of(answer.objective, bound)):
            answer = found
        if answer is not None and gap_of(answer.objective, bound) <= limits.gap:
            return answer, bound
    if near_found and answer is not None and not insist:
        return answer, bound
    whole = clock.spend(solve(made.program, clock.left, bounds=bounds, costs=costs, start=start))
    if answer is None or (whole.found and gap_of(whole.objective, whole.bound) < gap_of(answer.objective, bound)):
        return whole, bound if whole.bound is None else whole.bound
    return answer, bound


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


def spent(purchase: Purchase, orders: Sequence[Order]) -> dict[tuple[Kind, int], int]:
    """Won by kind and year of everything the plan orders and of what stands there already, over the whole of its life."""
    found: dict[tuple[Kind, int], Fraction] = {}
    for kind in KINDS:
        for year in purchase.all_years:
            won = Fraction(0) if kind == "capex" else standing_won(purchase, kind, year)
            for one in orders:
                machine = purchase.machine(one.machine)
                if kind != "capex":
                    won += one.units * running_won(purchase, machine, one.site, kind, one.period, year)
                elif purchase.years[one.period] == year:
                    won += one.units * machine.capex_won(one.site, one.period)
            if won:
                found[kind, year] = won
    return {key: round(won) for key, won in found.items()}


def missing(purchase: Purchase, orders: Sequence[Order]) -> tuple[Missing, ...]:
    """What each year lacks to run the plan, when the money there is goes to the earliest year that can use it."""
    found = []
    costs = spent(purchase, orders)
    if purchase.loans:
        short = borrowed(purchase, orders).missing
        return tuple(Missing(year, kind, round(won)) for (kind, year), won in sorted(short.items(), key=_by_year) if won >= 1)
    for kind in KINDS:
        if kind == "capex":
            continue
        lines = [line for line in purchase.budgets if line.kind == kind]
        purses = [(_lasts(purchase, line.source, kind, line.year), line.year, line.won) for line in lines]
        left = {at: won for at, (_, _, won) in enumerate(purses)}
        for year in purchase.all_years:
            need = costs.get((kind, year), 0)
            for at in sorted(left, key=lambda at: purses[at]):
                last, since, _ = purses[at]
                if since <= year <= last:
                    used = min(need, left[at])
                    left[at] -= used
                    need -= used
            if need:
                found.append(Missing(year, kind, need))
    return tuple(sorted(found, key=lambda one: (one.year, one.kind)))


def _by_year(pair: tuple[tuple[Kind, int], float]) -> tuple[int, Kind]:
    (kind, year), _ = pair
    return year, kind


def borrowed(purchase: Purchase, orders: Sequence[Order]) -> Payments:
    """What is drawn, paid as interest and paid back, with the least that is missing and then the least interest."""
    return payments(purchase, {key: Fraction(won) for key, won in spent(purchase, orders).items()})


def _lasts(purchase: Purchase, source: str, kind: Kind, year: int) -> int:
    carries = {line.year for line in purchase.budgets if line.source == source and line.kind == kind and line.carries}
    while year in carries:
        year += 1
    return year


@dataclass(frozen=True, slots=True)
class Rate:
    """A year that is not paid in full: accelerators that run of those installed, and reference capacity, both on average of the year."""

    year: int
    installed: float
    running: float
    capacity_ppm: int


def unfunded_rates(purchase: Purchase, orders: Sequence[Order]) -> tuple[Rate, ...]:
    """The rate at which a plan ends up with the money there is: running cost buys running machines in proportion.

    A year that lacks a share of its running cost leaves that share of every model dark: no source says which machines would be
    switched off, and the rate is then a ceiling that holds for any even choice.
    """
    costs, debts = spent(purchase, orders), borrowed(purchase, orders) if purchase.loans else None
    lacking: dict[int, int] = {}
    for one in missing(purchase, orders):
        lacking[one.year] = lacking.get(one.year, 0) + one.won
    found = []
    for year in purchase.all_years:
        installed = _installed(purchase, orders, year)
        need = costs.get(("opex", year), 0) + costs.get(("labour", year), 0) + (round(debts.due(year)) if debts else 0)
        if not installed or not need:
            continue
        share = max(Fraction(0), Fraction(need - lacking.get(year, 0), need))
        found.append(Rate(year, float(installed), float(installed * share), round(share * MICRO)))
    return tuple(found)


def _installed(purchase: Purchase, orders: Sequence[Order], year: int) -> Fraction:
    """Accelerators in service on average of a year."""
    total = Fraction(0)
    for at, each in enumerate(purchase.years):
        if each == year:
            total += sum(one.units * purchase.machine(one.machine).unit for one in purchase.standing if at < one.until)
            total += sum(
                one.units * purchase.machine(one.machine).unit
                for one in orders
                if at in purchase.in_service(purchase.machine(one.machine), one.period)
            )
    return total / sum(each == year for each in purchase.years)
