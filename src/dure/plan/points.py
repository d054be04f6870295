"""One purchase program asked again and again under other limits and aims: what fronts, alternatives and values have in common.

The program gets columns that measure a plan (served work, won over its life, accelerators by vendor), so that a limit is the bound of
one column and an aim the cost of one. Relaxations begin where the one before ended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import inf

from dure.model.purchases import KINDS, Order, Purchase, Served
from dure.model.units import MICRO
from dure.plan.check_purchase import Broken, check_purchase, life_won
from dure.plan.purchase_program import LENT, anyway_won, build, interest_share, plan_running_won
from dure.plan.site_costs import site_terms
from dure.plan.thrift import SAME_WORK, briefly
from dure.plan.whole_units import gap_of, in_whole_units
from dure.solver import NO_BOUNDS, Bounds, Limits, Solution, Status, Warm, solve

SERVED, COST, TOTAL = "weighted work", "cost of life", "accelerators bought"
RELAXED_S = 120.0
"""Seconds that a relaxation has, whatever a search in whole numbers may take."""


@dataclass(frozen=True, slots=True)
class Point:
    """A plan in whole buying units, what is proven of it and what it is measured by; `bound` is of the aim it was found with.

    `worth` is weighted reference accelerator-years, `most_worth` what no plan under the same limits passes; `by_work` is unweighted
    reference accelerator-years; `won` everything over the whole life. `relaxed` holds the same classes of the continuous optimum.
    """

    status: Status
    gap: float
    orders: tuple[Order, ...]
    served: tuple[Served, ...]
    worth: float
    most_worth: float
    won: int
    by_work: Mapping[str, float]
    by_vendor: Mapping[str, int]
    relaxed: Mapping[str, float]
    broken: tuple[Broken, ...] = ()
    values: tuple[float, ...] = field(default=(), repr=False, compare=False)
    """Of the program's columns: where the search for another point may begin."""

    @property
    def accelerators(self) -> int:
        return sum(self.by_vendor.values())

    @property
    def share(self) -> Fraction:
        """The largest vendor's share of accelerators; 0 where nothing is bought."""
        return Fraction(max(self.by_vendor.values(), default=0), self.accelerators or 1)

    @property
    def largest(self) -> str | None:
        return max(self.by_vendor, key=lambda one: (self.by_vendor[one], one), default=None)

    @property
    def hhi(self) -> int | None:
        """Herfindahl-Hirschman index of vendors by accelerators: 10,000 is one vendor; None where nothing is bought."""
        whole = self.accelerators
        return round(sum(Fraction(100 * one, whole) ** 2 for one in self.by_vendor.values())) if whole else None


class Asking:
    """The program of a question with its measures; the aim is served work first, and cost between equals."""

    def __init__(self, purchase: Purchase, limits: Limits) -> None:
        self.purchase = replace(purchase, goal="served")
        self.limits = limits
        self.made = build(self.purchase)
        self.warm = Warm()
        self.ran_out = 0
        """Questions for which time ran out before any plan in whole units was found."""
        program, scale = self.made.program, self.made.scale_won
        self.measures: dict[str, int] = {}
        self._measure(SERVED, "reference accelerator-years", self._worth())
        constant = anyway_won(purchase)
        lent = [(at, float(LENT * interest_share(purchase, source))) for (source, _), at in self.made.drawn.items()]
        sites = [one for kind in KINDS for year in purchase.all_years for one in site_terms(self.made, kind, year)]
        life = [(at, float(won / scale)) for at, won in (*self._life_won(), *sites)]
        self._measure(COST, f"{scale} won", [*life, *lent], float(constant / scale))
        units = {one.name: one.unit for one in purchase.machines}
        self._measure(TOTAL, "accelerators", [(at, float(units[name])) for (name, _, _), at in self.made.orders.items()])
        self.vendors = tuple(dict.fromkeys(one.vendor for one in purchase.machines))
        for vendor in self.vendors:
            of = {one.name for one in purchase.machines if one.vendor == vendor}
            terms = [(at, float(units[name])) for (name, _, _), at in self.made.orders.items() if name in of]
            self._measure(vendor_measure(vendor), "accelerators", terms)
        self.costs = [one.cost for one in program.columns]

    def _measure(self, name: str, unit: str, terms: list[tuple[int, float]], constant: float = 0.0) -> None:
        at = self.made.program.column(f"measure [{name}]", unit=unit)
        self.made.program.row(
            f"measures [{name}]", [(at, 1.0), *((one, -each) for one, each in terms)], unit=unit, low=constant, high=constant
        )
        self.measures[name] = at

    def _worth(self) -> list[tuple[int, float]]:
        weights = {one.name: one.weight_micro / MICRO / self.purchase.periods_year for one in self.purchase.work}
        return [(at, weights[work]) for (work, _, _), at in self.made.served.items()]

    def _life_won(self) -> list[tuple[int, Fraction]]:
        found = []
        for (name, site, period), at in self.made.orders.items():
            machine = self.purchase.machine(name)
            found.append((at, machine.capex_won(site, period) + plan_running_won(self.purchase, machine, site, period)))
        return found

    def at(self, measure: str) -> int:
        return self.measures[measure]

    def aim(self, weights: Mapping[str, float]) -> dict[int, float]:
        """Costs of columns that leave nothing to aim at but these measures, weighed."""
        return dict.fromkeys(range(len(self.costs)), 0.0) | {self.measures[name]: weight for name, weight in weights.items()}

    def cheapest(self) -> dict[int, float]:
        """Costs of columns that aim at the least won first, at work between equals: the other aim's weights turned around."""
        worth = sum(work.weight_micro / MICRO * sum(work.by_year.values()) for work in self.purchase.work)
        won = sum(line.won for line in self.purchase.budgets) / self.made.scale_won
        return self.aim({SERVED: 1e-4 * won / worth if worth else 0.0, COST: -1.0})

    def relaxed(self, bounds: Bounds = NO_BOUNDS, costs: Mapping[int, float] | None = None) -> Solution:
        """The continuous optimum; it has time enough on a busy machine, for without it nothing is known."""
        limits = Limits(max(RELAXED_S, self.limits.time_s), self.limits.gap)
        return solve(self.made.program, limits, bounds=bounds, costs=costs, relaxed=True, warm=self.warm)

    def held(self, point: Point) -> Solution:
        """The continuous optimum with every order as it is: what is left to choose is what serves what, and who pays."""
        return solve(self.made.program, self.limits, bounds=self.made.fixed(point.orders), relaxed=True)

    def point(
        self,
        asked: Purchase,
        bounds: Bounds = NO_BOUNDS,
        costs: Mapping[int, float] | None = None,
        start: Point | None = None,
        limits: Limits | None = None,
    ) -> Point | None:
        """The best plan in whole units under these limits, checked against the question `asked`; None where there is none.

        `start` is a plan that keeps these limits too: time that runs out then leaves a wider gap, never a point that is lost.
        """
        relaxed = self.relaxed(bounds, costs)
        if not relaxed.found:
            self.ran_out += relaxed.status is Status.UNKNOWN
            return None
        known = start.values if start is not None else None
        within = limits or self.limits
        answer, bound = in_whole_units(self.made, relaxed, within, bounds, costs, insist=self.limits.gap == 0, start=known)
        if not answer.found or answer.objective is None:
            self.ran_out += answer.status is Status.UNKNOWN
            return None
        gap = gap_of(answer.objective, bound)
        orders, served = self.made.ordered(answer.values), self.made.serving(answer.values)
        by_vendor = dict.fromkeys(self.vendors, 0)
        for one in orders:
            machine = self.purchase.machine(one.machine)
            by_vendor[machine.vendor] += one.units * machine.unit
        worth = answer.values[self.at(SERVED)]
        # what is left between plan and bound is at most so much work: won count next to nothing in the aim
        over = (bound - answer.objective) if bound is not None and costs is None else inf
        return Point(
            Status.OPTIMAL if gap <= 1e-7 else Status.FEASIBLE,
            gap,
            orders,
            served,
            worth,
            worth + over,
            life_won(self.purchase, orders),
            by_work(self.purchase, served),
            by_vendor,
            by_work(self.purchase, self.made.serving(relaxed.values)),
            check_purchase(asked, orders, served),
            tuple(answer.values),
        )

    def cheaper(self, asked: Purchase, point: Point) -> Point:
        """The cheapest plan found that serves no less than this one, which is taken where none is; what is proven of the work stays."""
        least = {self.at(SERVED): (point.worth - SAME_WORK * max(1.0, point.worth), inf)}
        found = self.point(asked, least, self.aim({COST: -1.0}), point, briefly(self.made.program, self.limits))
        if found is None or found.won >= point.won or found.broken:
            return point
        return replace(found, status=point.status, gap=point.gap, most_worth=point.most_worth, relaxed=point.relaxed)


def vendor_measure(vendor: str) -> str:
    return f"accelerators of {vendor}"


def by_work(purchase: Purchase, served: Sequence[Served]) -> dict[str, float]:
    """Reference accelerator-years by class, in the order of the classes."""
    found = {work.name: 0.0 for work in purchase.work}
    for one in served:
        found[one.work] += one.amount / purchase.periods_year
    return found
