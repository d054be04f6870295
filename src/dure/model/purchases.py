"""What a purchase plan is asked (`Purchase`) and what it answers (`Plan`): periods, machines that may be bought, sites, budgets, demand.

Everything is resolved: machines carry what one buying unit costs at a site, draws and serves. Money is integer won, power integer W,
shares and speeds parts per million, time a number of periods from the start of the plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from dure.model.errors import Where

Kind = Literal["capex", "opex", "labour"]
KINDS: tuple[Kind, ...] = ("capex", "opex", "labour")
By = Literal["count", "capacity", "money"]
Goal = Literal["served", "cost", "dependency"]
"""The most work, the least won over the whole life, or the fewest accelerators of the vendor that sells the most of them."""

PPM = 1_000_000
OPEX_FUNDED = "opex_funded"
"""The rule that refuses machines which nobody will pay to run."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What one buying unit of a model costs at one site: when it is bought, and in each whole year of its life, by item."""

    capex_won: int
    running_won_year: Mapping[str, int]
    electricity_won: Mapping[int, int] = field(default_factory=dict)
    """Electricity of a whole year by year, where its tariff is another than that of `running_won_year`."""

    def running_in(self, year: int) -> Mapping[str, int]:
        """By item, of a whole year at what it costs in that year."""
        other = self.electricity_won.get(year)
        return self.running_won_year if other is None else {**self.running_won_year, "electricity": other}

    def won_in(self, kind: Kind, year: int) -> int:
        """Opex or labour of a whole year at what it costs in that year."""
        return sum(won for item, won in self.running_in(year).items() if (item == "labour") == (kind == "labour"))


@dataclass(frozen=True, slots=True)
class Machine:
    """A model that may be bought, or stands there already.

    `unit` accelerators come in one buying unit; ordered in period p they serve from p + `lead` up to and without p + `lead` + `life`.
    `speed_ppm` holds the classes of demand that it can serve, relative to the reference accelerator. `capacity_micro` is what one
    accelerator counts in shares by capacity; None is unknown.
    """

    name: str
    model: str
    vendor: str
    origin: str
    unit: int
    lead: int
    life: int
    first: int
    power_w: int
    """Electric power of one buying unit at work, without cooling."""
    speed_ppm: Mapping[str, int]
    terms: Mapping[str, Terms]
    """By site: the sites where it may stand."""
    capacity_micro: int | None = None
    supply: Mapping[int, int] = field(default_factory=dict)
    """Most accelerators that can be ordered in a period; a period that is not named is not limited."""
    usable_ppm: int | None = None
    """How much of one in service does work, where that was measured; None = as the plan says for all."""
    price_ppm: Mapping[int, int] = field(default_factory=dict)
    """What it costs to buy in a period, of what `terms` say; a period that is not named costs that."""
    arrives: Mapping[int, int | None] = field(default_factory=dict)
    """When orders of a period enter service where that is not `lead` later; None is never, and what never comes is not paid."""

    paid_life: int | None = None
    """Periods for which it must be paid to run, where its life ends within a period: that one too; None = as long as it serves."""
    later: Mapping[int, Mapping[str, Terms]] = field(default_factory=dict)
    """By period of order, where prices move: what holds then; a period that is not named has `terms`."""

    def terms_of(self, site: str, bought: int) -> Terms:
        """What a buying unit costs at a site when it is ordered in a period."""
        return self.later.get(bought, self.terms)[site]

    def arrival(self, bought: int) -> int | None:
        return self.arrives.get(bought, bought + self.lead)

    def counts_as(self, by: By, site: str, bought: int) -> int:
        """What one buying unit counts in a share, in won, accelerators or millionths of a reference accelerator; what never arrives, 0."""
        if self.arrival(bought) is None:
            return 0
        if by == "money":
            return self.capex_won(site, bought)
        if by == "count":
            return self.unit
        assert self.capacity_micro is not None, "the reader asks for it"
        return self.unit * self.capacity_micro

    def capex_won(self, site: str, bought: int) -> int:
        """What one buying unit costs when it is ordered in a period; 0 where it never arrives."""
        if self.arrival(bought) is None:
            return 0
        return round(Fraction(self.terms_of(site, bought).capex_won * self.price_ppm.get(bought, PPM), PPM))


@dataclass(frozen=True, slots=True)
class Standing:
    """Buying units of a machine that are there before the plan begins, up to and without a period."""

    machine: str
    site: str
    units: int
    until: int


@dataclass(frozen=True, slots=True)
class SiteGrid:
    """The grid-impact rule at a site: what it may draw in each period while its assessment is not passed, None once it is.

    `threshold_w` is where an assessment is due (what stands there counts too), `days` how long an answer takes, None where it is unknown.
    """

    rule: str
    threshold_w: int
    days: int | None
    most_w: tuple[int | None, ...]

    def most(self, period: int) -> int | None:
        """Periods beyond those that are written are like the last."""
        return self.most_w[min(period, len(self.most_w) - 1)]


@dataclass(frozen=True, slots=True)
class Floor:
    """The least that a site pays demand for, of its contract power, and won a year for each MW that it draws less."""

    power_w: int
    won_mw_year: int


@dataclass(frozen=True, slots=True)
class SiteRoom:
    """`power_w` is what the site may draw in each period, None without a limit; `pue_ppm` what it draws for each watt of machines."""

    name: str
    power_w: tuple[int | None, ...]
    pue_ppm: int
    labour_won_year: int = 0
    """People of the site, in each year in which something stands there."""
    grid: SiteGrid | None = None
    """None where no grid rule holds."""
    always_staffed: bool = False
    """Whether its people are paid in years in which nothing stands there, too."""
    floors: Mapping[int, Floor] = field(default_factory=dict)
    """By year, where the contract power is known; paid in years in which something stands there."""


@dataclass(frozen=True, slots=True)
class Loan:
    """How borrowed money comes back: a whole year's interest in each of the `years` years after the one in which it is drawn, the
    principal in the last `years` − `grace` of them, in equal parts or (`level`) so that interest and principal together stay equal.
    """

    rate_ppm: int
    years: int
    grace: int = 0
    level: bool = False


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """Money of one kind, source and year; what is left of it goes into the next year (`carries`) or lapses.

    With a loan it is borrowed as it is spent, and what falls due for it is operation of the years that follow.
    """

    year: int
    kind: Kind
    source: str
    won: int
    carries: bool
    where: Where = field(default_factory=Where)
    loan: Loan | None = None


@dataclass(frozen=True, slots=True)
class ShareRule:
    """What a group of machines may be of all that is bought."""

    name: str
    machines: frozenset[str]
    by: By
    least_ppm: int | None
    most_ppm: int | None
    where: Where = field(default_factory=Where)


@dataclass(frozen=True, slots=True)
class CountRule:
    """Accelerators in service in a period, of all machines."""

    name: str
    period: int
    least: int | None
    most: int | None
    where: Where = field(default_factory=Where)


@dataclass(frozen=True, slots=True)
class Work:
    """A class of demand: reference accelerators at work, by year; `weight_micro` is what one of them counts in the objective."""

    name: str
    name_ko: str
    by_year: Mapping[int, int]
    weight_micro: int
    least_ppm: int = 0
    where: Where = field(default_factory=Where)


@dataclass(frozen=True, slots=True)
class Assumed:
    """A figure that no source states: the price of an item for a model (`*`: of any), power and lead time of a machine,
    a speed or weight of the catalogue, interest, demand, or what a shock changes and how likely it is; `given` is a figure of the
    scenario with neither source nor author.

    `value`, `low` and `high` are written as in a scenario, won without a unit; empty is not a number or has no range.
    """

    what: Literal["price", "machine", "path", "catalog", "term", "given", "demand", "shock"]
    of: str
    item: str
    who: str
    why: str
    why_ko: str
    value: str = ""
    low: str = ""
    high: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Purchase:
    """The whole question. Period p is in `years[p]`; the first `buying` periods are the plan's, the rest is the life of what it bought."""

    name: str
    periods_year: int
    years: tuple[int, ...]
    labels: tuple[str, ...]
    buying: int
    machines: tuple[Machine, ...]
    sites: tuple[SiteRoom, ...]
    standing: tuple[Standing, ...]
    budgets: tuple[BudgetLine, ...]
    shares: tuple[ShareRule, ...]
    counts: tuple[CountRule, ...]
    work: tuple[Work, ...]
    usable_ppm: int
    """How much of an accelerator in service does work."""
    goal: Goal = "served"
    funded: bool = True
    """Whether every year of life must be paid for."""

    def machine(self, name: str) -> Machine:
        return next(one for one in self.machines if one.name == name)

    def usable_of(self, machine: Machine) -> int:
        """How much of a machine in service does work, in parts per million: what was measured on it, else what the plan says."""
        return self.usable_ppm if machine.usable_ppm is None else machine.usable_ppm

    @property
    def all_years(self) -> tuple[int, ...]:
        """Those of the periods, and those in which what was borrowed still falls due."""
        return tuple(range(self.years[0], max(self.years[-1], *self._debts()) + 1)) if self.loans else tuple(dict.fromkeys(self.years))

    @property
    def loans(self) -> dict[str, Loan]:
        """By source."""
        return {line.source: line.loan for line in self.budgets if line.loan is not None}

    def _debts(self) -> list[int]:
        """The last year in which something falls due, by line: money that carries may be drawn until the last order."""
        last = self.years[self.buying - 1]
        lines = [line for line in self.budgets if line.loan is not None]
        return [(last if line.carries else min(line.year, last)) + (line.loan.years if line.loan else 0) for line in lines]

    def money_lasts(self, source: str, kind: Kind, year: int) -> int:
        """The last year in which money of a kind, source and year may be spent."""
        carries = {line.year for line in self.budgets if (line.source, line.kind) == (source, kind) and line.carries}
        while year in carries:
            year += 1
        return year

    def standing_units(self, machine: str, site: str, period: int) -> int:
        """Buying units at a site in a period that were there before the plan began."""
        return sum(one.units for one in self.standing if (one.machine, one.site) == (machine, site) and period < one.until)

    def in_service(self, machine: Machine, bought: int) -> range:
        """The periods in which what was ordered in a period works."""
        start = machine.arrival(bought)
        return range(0) if start is None else range(start, min(start + machine.life, len(self.years)))

    def paid_for(self, machine: Machine, bought: int) -> range:
        """The periods in which running what was ordered in a period must be paid for."""
        start = machine.arrival(bought)
        return range(0) if start is None else range(start, min(start + (machine.paid_life or machine.life), len(self.years)))


@dataclass(frozen=True, slots=True)
class Order:
    """So many buying units of a machine, ordered in a period for a site."""

    machine: str
    site: str
    period: int
    units: int


@dataclass(frozen=True, slots=True)
class Served:
    """Reference accelerators at work on a class, on a machine, in a period."""

    work: str
    machine: str
    period: int
    amount: float


@dataclass(frozen=True, slots=True)
class Missing:
    """Won that a year lacks to run what the plan has, of one kind."""

    year: int
    kind: Kind
    won: int


@dataclass(frozen=True, slots=True)
class Relief:
    """What gives in a case that nobody planned for: accelerators in service that do not run, rules missed by so much, won not paid.

    Keys are machine and period; machine, site and period; name of the rule; kind and year.
    """

    dark: Mapping[tuple[str, int], float] = field(default_factory=dict)
    unpowered: Mapping[tuple[str, str, int], float] = field(default_factory=dict)
    missed: Mapping[str, float] = field(default_factory=dict)
    unpaid: Mapping[tuple[Kind, int], float] = field(default_factory=dict)
    scale_won: int = 1
    """Rules about money are missed by so many won times their figure."""
