"""The cheapest ways out of a refusal, in whole buying units; each is a plan that the independent checker has seen before it is told.

The continuous optimum is a least that no plan passes, not an answer: money for 3.4 servers buys three. What is told is what the orders
of a whole plan need, to the won, beside the bound that no whole plan passes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from dure.model.purchases import KINDS, BudgetLine, Missing, Order, Purchase, Served
from dure.plan.check_purchase import Broken, check_purchase
from dure.plan.elastic import Elastic, Given, elastic
from dure.plan.gives import given_purchase, given_relief
from dure.plan.purchase_part import PurchaseProgram
from dure.plan.purchase_program import build, spending_rule
from dure.plan.spending import to_fund
from dure.plan.whole_units import NEAR, SMALL, Chosen, best, gap_of, in_whole_units
from dure.solver import FEASIBLE_WITHIN, Clock, Solution, Status, solve

WAY_GAP = 1e-4
"""How near a way out is proven to the cheapest one: so near that the three digits told are those of the cheapest."""
EXACTLY = 1e-7
FINER = 10
"""So many times nearer than asked for is the best plan of the same money proven."""
NOTHING = 1e-6
"""Of a weighted sum in scaled won: less than this is a solver's way to say nothing."""
FEW = 6
"""Looks of the search for the plan that serves the most for the money of a way: it betters a plan that suffices already."""
SUPPLEMENT = "supplement"


@dataclass(frozen=True, slots=True)
class Way:
    """One way out. `infeasible`: nothing of this sort helps; `unknown`: time ran out before a whole plan was found.

    `gives` are the rules that give, `missing` the won to be added by year; `won` is what that is reckoned at, `bound_won` what no way
    of this sort is below, `continuous_won` the same in fractions of buying units. The plan behind it is in `orders` and `served`.
    """

    status: Status
    gives: tuple[Given, ...] = ()
    missing: tuple[Missing, ...] = ()
    orders: tuple[Order, ...] = ()
    served: tuple[Served, ...] = ()
    won: int | None = None
    bound_won: int | None = None
    continuous_won: int | None = None
    gap: float | None = None
    broken: tuple[Broken, ...] = ()

    @property
    def found(self) -> bool:
        return self.status in (Status.OPTIMAL, Status.FEASIBLE) and not self.broken

    @property
    def whole_only(self) -> bool:
        """Whether fractions of buying units would need nothing to give."""
        return self.continuous_won == 0


@dataclass(frozen=True, slots=True)
class Fundable:
    """The best plan that the money there is pays for, with nothing that must be reached in number or in work."""

    asked: Purchase
    chosen: Chosen
    broken: tuple[Broken, ...]


def money_way(made: PurchaseProgram, clock: Clock) -> Way:
    """The least won that must be added for running costs, over all years, for a plan of the same rules to be paid for."""
    rules = {spending_rule(kind, year) for kind in KINDS if kind != "capex" for year in made.purchase.all_years}
    way = _cheapest(made, {rule: weight for rule, weight in made.rules.items() if rule in rules}, clock)
    if not way.orders and way.status not in (Status.OPTIMAL, Status.FEASIBLE):
        return way
    lacking = to_fund(made.purchase, way.orders)
    won = sum(one.won for one in lacking)
    raised = funded_by(made.purchase, lacking)
    way = _most_for(raised, way, clock)
    served = _serving(raised, way.orders, clock) or way.served
    gap = gap_of(won, way.bound_won)
    exact = gap <= EXACTLY or won - (way.bound_won or 0) <= len(lacking)  # each year is rounded up to a won
    return replace(
        way,
        status=Status.OPTIMAL if exact else Status.FEASIBLE,
        gives=(),
        missing=lacking,
        served=served,
        won=won,
        gap=0.0 if exact else gap,
        broken=check_purchase(raised, way.orders, served),
    )


def _most_for(raised: Purchase, way: Way, clock: Clock) -> Way:
    """The plan that serves the most for the money that a way adds: the cheapest to run may serve little where the same money does more."""
    if raised.goal != "served" or not way.orders:
        return way
    made = build(raised)
    start = _best_known(made, [way.orders], clock)
    relaxed = clock.spend(solve(made.program, clock.left, relaxed=True))
    if start is None or not relaxed.found:
        return way
    brief = Clock(replace(clock.left, looks=FEW))
    answer, _ = in_whole_units(made, relaxed, brief.limits, insist=False, nearby=(0,), clock=brief, start=start)
    clock.join(brief)
    return replace(way, orders=made.ordered(answer.values), served=made.serving(answer.values)) if answer.found else way


def funded_by(purchase: Purchase, lacking: Sequence[Missing]) -> Purchase:
    """The question with lines of a source of their own that add what is missing; they do not carry over."""
    source = SUPPLEMENT
    while any(line.source == source for line in purchase.budgets):
        source += "+"
    lines = (BudgetLine(one.year, one.kind, source, one.won, False) for one in lacking)
    return replace(purchase, budgets=(*purchase.budgets, *lines))


def rules_way(made: PurchaseProgram, weights: Mapping[str, float], clock: Clock) -> Way:
    """How far the named rules have to give, at the least price, for a plan in whole buying units to exist."""
    way = _cheapest(made, weights, clock, prove=False)
    if way.status not in (Status.OPTIMAL, Status.FEASIBLE):
        return way
    changed, relief = given_purchase(made, way.gives, way.orders), given_relief(way.gives)
    served = way.served if relief.missed else _serving(changed, way.orders, clock) or way.served
    return replace(way, served=served, broken=check_purchase(changed, way.orders, served, relief))


def _cheapest(made: PurchaseProgram, weights: Mapping[str, float], clock: Clock, *, prove: bool = True) -> Way:
    """The least weighted sum of what rules give, first of those that give in fractions of units, then of all of them.

    Without `prove` a large program is searched near its relaxation alone, where each search ends by itself, whatever time does.
    """
    if not weights:
        return Way(Status.INFEASIBLE)
    gives = elastic(made.program, weights)
    relaxed = clock.spend(solve(gives.program, clock.left, relaxed=True))
    if not relaxed.found or relaxed.objective is None:
        return Way(relaxed.status)
    scale = made.scale_won
    continuous = 0 if relaxed.objective < NOTHING else round(relaxed.objective * scale)
    answer, bound = _in_whole_units(made, gives, relaxed, clock, prove)
    if answer.found and gap_of(answer.objective, bound) > WAY_GAP:
        answer = _pruned(gives, answer, clock)
    least = None if bound is None else max(0, round(bound * scale))
    if not answer.found or answer.objective is None:
        return Way(answer.status, bound_won=least, continuous_won=continuous)
    gap = gap_of(answer.objective, bound)
    return Way(
        Status.OPTIMAL if gap <= EXACTLY else Status.FEASIBLE,
        gives.given(answer.values),
        orders=made.ordered(answer.values),
        served=made.serving(answer.values),
        won=round(answer.objective * scale),
        bound_won=least,
        continuous_won=continuous,
        gap=gap,
    )


def _pruned(gives: Elastic, answer: Solution, clock: Clock) -> Solution:
    """An answer that is not proven, without the rules that need not give where the others give no more than they do."""
    for at in gives.missing.values():
        if answer.values[at] > FEASIBLE_WITHIN:
            held = {one: (0.0, 0.0 if one == at else max(0.0, answer.values[one])) for one in gives.missing.values()}
            orders = {
                one: (round(answer.values[one]),) * 2
                for one, column in enumerate(gives.program.columns)
                if column.integer and answer.values[one] < 0.5
            }
            found = clock.spend(solve(gives.program, clock.left, bounds={**orders, **held}))
            if found.found and found.objective is not None and answer.objective is not None and found.objective < answer.objective:
                answer = found
    return answer


def _in_whole_units(made: PurchaseProgram, gives: Elastic, relaxed: Solution, clock: Clock, prove: bool) -> tuple[Solution, float | None]:
    whole = replace(made, program=gives.program)
    asked = replace(clock.left, gap=min(clock.limits.gap, WAY_GAP))
    if len(made.orders) > SMALL:
        held = dict.fromkeys(gives.held(relaxed.values), (0.0, 0.0))
        first, _ = in_whole_units(whole, relaxed, asked, held, insist=False, nearby=(0, 1), clock=clock)
        if first.found and gap_of(first.objective, relaxed.objective) <= asked.gap:
            return first, relaxed.objective
    return in_whole_units(whole, relaxed, asked, insist=prove, nearby=NEAR if prove else NEAR[:2], clock=clock)


def _serving(purchase: Purchase, orders: Sequence[Order], clock: Clock) -> tuple[Served, ...]:
    """The most work that given orders serve; money is left out, for it was reckoned from the orders."""
    made = build(replace(purchase, funded=False, goal="served", counts=(), shares=()))
    answer = _ordering(made, orders, clock)
    return made.serving(answer.values) if answer.found else ()


def _ordering(made: PurchaseProgram, orders: Sequence[Order], clock: Clock) -> Solution:
    """The best answer with the orders given."""
    return clock.spend(solve(made.program, clock.left, bounds=made.fixed(orders), relaxed=True))


def _best_known(made: PurchaseProgram, known: Iterable[Sequence[Order]], clock: Clock) -> tuple[float, ...] | None:
    """The values of the known plan that serves the most here; None where none of them fits."""
    answers = [_ordering(made, orders, clock) for orders in known if orders]
    able = [one for one in answers if one.found and one.objective is not None]
    return max(able, key=lambda one: one.objective or 0.0).values if able else None


def fundable(purchase: Purchase, clock: Clock, known: Iterable[Sequence[Order]] = ()) -> Fundable | None:
    """The most work that the money there is buys and runs, where numbers and work that must be reached are set aside.

    `known` are the orders of plans that were found on the way: the search begins with the best of those that need no more money. It
    ends at a tenth of the gap asked for, a small question at none, for it stands beside plans of the same money.
    None where nothing of that sort was asked for, where no work is asked for, or where even that has no plan in time.
    """
    counts = tuple(replace(one, least=None) for one in purchase.counts)
    work = tuple(replace(one, least_ppm=0) for one in purchase.work)
    asked = replace(purchase, counts=counts, work=work, goal="served")
    if not work or (counts, work) == (purchase.counts, purchase.work):
        return None
    made = build(asked)
    gap = 0.0 if len(made.orders) <= SMALL else clock.limits.gap / FINER
    chosen = best(made, replace(clock.limits, gap=gap), clock, _best_known(made, known, clock))
    return Fundable(asked, chosen, check_purchase(asked, chosen.orders, chosen.served)) if chosen.found else None
