"""Where a purchase question stands in a program, alone or as one case of several, and what gives in a case that nobody planned for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import inf

from dure.model.purchases import Kind, Order, Purchase, Relief, Served
from dure.solver import Program

Terms = list[tuple[int, float]]
OrderKey = tuple[str, str, int]
"""Machine, site, period."""
LITTLE = 1e-4
"""Of what a missed accelerator counts: what one counts that stands dark for a period, so that none does without need."""


@dataclass(frozen=True, slots=True)
class Gives:
    """What may give in a case that nobody planned for, and what a unit of it takes off the objective.

    Rules that the programme set itself (shares, counts, demand that must be served) are missed at `accelerator` for each accelerator;
    money that is not there at `won` for each scaled won, which never pays. Machines go dark for want of money, and at `sites` for want
    of power, at next to no price but the work that they do not serve.
    """

    accelerator: float
    won: float
    sites: frozenset[str] = frozenset()
    since: int = 0
    """The period in which the case begins to differ: to stand dark before it counts like a missed rule, for nobody knew."""


@dataclass(frozen=True, slots=True)
class Part:
    """One case of several in one program: its names begin with `prefix`, its first orders are columns that all cases share.

    Columns of a part cost nothing in the program: `PurchaseProgram.worth` keeps what they count, for whoever weighs the cases.
    """

    program: Program
    prefix: str
    scale_won: int
    cost_weight: float
    shared: Mapping[OrderKey, int]
    gives: Gives | None = None
    drops: int | None = None
    """From this period on orders that were shared may be dropped, not added to; None = never."""
    whole: bool = True
    """Whether what this case orders for itself comes in whole buying units."""


@dataclass(slots=True)
class PurchaseProgram:
    """The program and where everything stands in it; money is in `scale_won` won."""

    purchase: Purchase
    program: Program
    scale_won: int
    cost_weight: float
    part: Part | None = None
    orders: dict[OrderKey, int] = field(default_factory=dict)
    in_service: dict[tuple[str, int], int] = field(default_factory=dict)
    served: dict[tuple[str, str, int], int] = field(default_factory=dict)
    rules: dict[str, float] = field(default_factory=dict)
    """Rows that a person wrote, and the won (in `scale_won`) that one unit of each is reckoned at when rules must give."""
    worth: dict[int, float] = field(default_factory=dict)
    """What one unit of a column counts in the objective of this question."""
    dark: dict[tuple[str, int], int] = field(default_factory=dict)
    unpowered: dict[OrderKey, int] = field(default_factory=dict)
    missed: dict[str, int] = field(default_factory=dict)
    unpaid: dict[tuple[Kind, int], int] = field(default_factory=dict)
    drawn: dict[tuple[str, int], int] = field(default_factory=dict)
    """By source and year: what is borrowed, in lumps of the builder's."""
    draws: dict[tuple[str, int], int] = field(default_factory=dict)
    """By site and period: MW with cooling, where a limit or a cost hangs on it."""
    used: dict[tuple[str, int], int] = field(default_factory=dict)
    """By site and year: whether anything stands there, where a cost hangs on it."""
    below: dict[tuple[str, int], int] = field(default_factory=dict)
    """By site and period: MW of contract power that are paid for and not drawn."""
    running: dict[OrderKey, dict[tuple[Kind, int], int]] = field(default_factory=dict)
    """By order: what one buying unit costs to run, by kind and year, in won times the periods of a year."""
    accelerator_won: float | None = None
    """What one accelerator costs on average, in scaled won."""
    spends: dict[tuple[Kind, int], Terms] = field(default_factory=dict)
    """By kind and year: what the orders cost, in scaled won."""
    moves: dict[str, tuple[dict[int, list[int]], dict[int, list[int]]]] = field(default_factory=dict)
    """By machine: the periods of order of what enters, and of what leaves service, in each period."""

    @property
    def gives(self) -> Gives | None:
        return self.part.gives if self.part else None

    def column(self, name: str, unit: str, worth: float = 0.0, *, high: float = inf, integer: bool = False) -> int:
        prefix, cost = (self.part.prefix, 0.0) if self.part else ("", worth)
        whole = integer and (self.part is None or self.part.whole)
        at = self.program.column(prefix + name, unit=unit, cost=cost, high=high, integer=whole)
        if worth:
            self.worth[at] = worth
        return at

    def row(self, name: str, terms: Terms, unit: str, low: float = -inf, high: float = inf) -> str:
        whole = self.part.prefix + name if self.part else name
        self.program.row(whole, terms, unit=unit, low=low, high=high)
        return whole

    def fixed(self, orders: Sequence[Order]) -> dict[int, tuple[float, float]]:
        """Bounds that hold every order as it is, and with it which sites are in use: no whole number is left to choose."""
        units = {(one.machine, one.site, one.period): float(one.units) for one in orders}
        found = {at: (units.get(key, 0.0),) * 2 for key, at in self.orders.items()}
        there = {
            (one.site, self.purchase.years[period])
            for one in orders
            for period in self.purchase.in_service(self.purchase.machine(one.machine), one.period)
            if one.units
        }
        return found | {at: (float(key in there),) * 2 for key, at in self.used.items()}

    def ordered(self, values: Sequence[float]) -> tuple[Order, ...]:
        return tuple(Order(*key, round(values[at])) for key, at in self.orders.items() if round(values[at]))

    def serving(self, values: Sequence[float]) -> tuple[Served, ...]:
        return tuple(Served(*key, values[at]) for key, at in self.served.items() if values[at] > 1e-9)

    def relief(self, values: Sequence[float]) -> Relief:
        """What gave, in the values of a solution."""
        return Relief(
            {key: values[at] for key, at in self.dark.items() if values[at] > 1e-7},
            {key: values[at] for key, at in self.unpowered.items() if values[at] > 1e-7},
            {key: values[at] for key, at in self.missed.items() if values[at] > 1e-7},
            {key: values[at] * self.scale_won for key, at in self.unpaid.items() if values[at] > 1e-7},
            self.scale_won,
        )

    def objective(self, values: Sequence[float]) -> float:
        return sum(worth * values[at] for at, worth in self.worth.items())


def may_stand_dark(made: PurchaseProgram, gives: Gives, last: int) -> None:
    """Machines that stand dark: for want of money anywhere, for want of power at the sites that lack it, where no more than stand there."""
    purchase = made.purchase
    sign = -1.0 if purchase.goal == "served" else 1.0
    for one in purchase.machines:
        for period in range(last + 1):
            idle = sign * (LITTLE if period >= gives.since else 1.0) * gives.accelerator
            label = purchase.labels[period]
            made.dark[one.name, period] = made.column(f"dark [{one.name}, {label}]", "accelerators", idle)
            terms: Terms = [(made.dark[one.name, period], 1.0), (made.in_service[one.name, period], -1.0)]
            for site in sorted(gives.sites & one.terms.keys()):
                at = made.column(f"unpowered [{one.name}, {site}, {label}]", "accelerators", idle)
                made.unpowered[one.name, site, period] = at
                terms.append((at, 1.0))
                stand = [
                    (made.orders[key], -float(one.unit))
                    for bought in range(one.first, purchase.buying)
                    if (key := (one.name, site, bought)) in made.orders and period in purchase.in_service(one, bought)
                ]
                there = purchase.standing_units(one.name, site, period)
                made.row(f"unpowered there [{one.name}, {site}, {label}]", [(at, 1.0), *stand], "accelerators", high=there * one.unit)
            made.row(f"dark there [{one.name}, {label}]", terms, "accelerators", high=0.0)


def missed_by(made: PurchaseProgram, rule: str, unit: str, times: float = 1.0) -> Terms:
    """By how much a rule of the programme's own is missed, where it may be; `times` is what a unit of it counts of an accelerator."""
    if made.gives is None:
        return []
    worth = made.gives.won if unit.endswith(" won") else made.gives.accelerator
    sign = -1.0 if made.purchase.goal == "served" else 1.0
    made.missed[rule] = at = made.column(f"missed [{rule}]", unit, sign * worth * times)
    return [(at, 1.0)]


def not_paid(made: PurchaseProgram, kind: Kind, year: int, constant: Fraction) -> Terms:
    """What need not be paid because machines are dark, by the site where that saves least; and what cannot be paid at all."""
    if made.gives is None:
        return []
    purchase, found = made.purchase, []
    if kind != "capex":
        for one in purchase.machines:
            every = (terms for at in (one.terms, *one.later.values()) for terms in at.values())
            saved = min((terms.won_in(kind, year) for terms in every), default=0)
            each = saved / one.unit / purchase.periods_year / made.scale_won
            found += [(at, -each) for (name, at_), at in made.dark.items() if name == one.name and purchase.years[at_] == year and saved]
    if kind == "capex" or constant:
        high = inf if kind == "capex" else float(constant / made.scale_won)
        sign = -1.0 if purchase.goal == "served" else 1.0
        made.unpaid[kind, year] = at = made.column(f"unpaid [{kind}, {year}]", f"{made.scale_won} won", sign * made.gives.won, high=high)
        found.append((at, -1.0))
    return found
