"""The shocks of a scenario, resolved: dates as periods, groups as machines, cases with their probabilities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from dure.adapters.catalogs import load_catalog
from dure.adapters.files import LoadedScenario
from dure.adapters.scenario_purchase import Calendar, purchase_calendar, scenario_purchase
from dure.model.catalog import Catalog
from dure.model.errors import ScenarioError
from dure.model.purchases import PPM, Assumed, Purchase
from dure.model.shocks import (
    BudgetShock,
    Case,
    DeliveryShock,
    DemandShock,
    Effect,
    PowerShock,
    PriceCause,
    PriceShock,
    RiskQuestion,
    Shock,
    TechnologyShock,
)
from dure.plan.shocks import case, named_cases, sampled_cases
from dure.wire.scenario_risk import PriceOfPart, PricePart, RiskSection, ShockEntry

HERE = ("plan", "risk")
ALL = "*"


@dataclass(frozen=True, slots=True)
class ReadRisk:
    asked: RiskQuestion
    assumed: tuple[Assumed, ...]


def scenario_risk(loaded: LoadedScenario) -> ReadRisk:
    """Raises ScenarioError where the scenario names no shocks, and what `scenario_purchase` raises."""
    section = loaded.scenario.plan.risk
    if section is None:
        raise ScenarioError("the scenario names no shocks", where=loaded.where("plan"), remedy="write `plan:` with `risk:`")
    read = scenario_purchase(loaded)
    assert loaded.scenario.plan.purchase is not None
    calendar, base = purchase_calendar(loaded), read.purchase
    catalog = load_catalog(loaded.scenario.catalog, loaded.where)
    shocks = tuple(_shock(loaded, index, one, base, calendar, catalog) for index, one in enumerate(section.shocks))
    until = calendar.begins(section.until_s)
    if until >= base.buying + 1:
        raise ScenarioError("lies after the last order", where=loaded.where(*HERE, "until"), remedy="write a day within the plan")
    asked = RiskQuestion(
        base=base,
        shocks=shocks,
        cases=_cases(section, base, shocks),
        until=until,
        level_ppm=section.level_ppm,
        aversion_ppm=section.aversion_ppm,
        missed_micro=section.missed_micro,
        missed_won=section.missed_won,
        seed=None if section.sample is None else section.sample.seed,
    )
    assumed = (
        Assumed("shock", one.name, "", one.who, one.why, one.why_ko or one.why)
        for one in section.shocks
        if one.who is not None and one.why is not None
    )
    return ReadRisk(asked, (*assumed, *read.assumed))


def _cases(section: RiskSection, base: Purchase, shocks: tuple[Shock, ...]) -> tuple[Case, ...]:
    if section.sample is not None:
        return sampled_cases(base, shocks, section.sample.draws, section.sample.seed)
    by_name = {one.name: one for one in shocks}
    found = list(named_cases(base, shocks))
    together = sum((Fraction(one.probability_ppm, PPM) for one in section.joint), Fraction(0))
    if together:
        planned = [one for one in found if one.planned]
        rest = sum((one.probability for one in planned), Fraction(0)) - together
        found = [one for one in found if not one.planned]
        found = [case(base, (), rest), *found] if rest > 0 else found
        for one in section.joint:
            held = [by_name[name] for name in one.shocks]
            found.append(case(base, held, Fraction(one.probability_ppm, PPM), (one.name or "", one.name_ko or one.name or "")))
    return tuple(found)


def _shock(loaded: LoadedScenario, index: int, one: ShockEntry, base: Purchase, calendar: Calendar, catalog: Catalog) -> Shock:
    ends = len(base.years)
    begins = 0 if one.from_s is None else calendar.begins(one.from_s)
    until = ends if one.until_s is None else min(ends, calendar.begins(one.until_s))
    if begins >= ends:
        raise ScenarioError(
            "begins after everything is over", where=loaded.where(*HERE, "shocks", index, "from"), remedy="write an earlier day"
        )
    effects = tuple(_Effects(loaded, index, one, base, calendar, catalog, begins, until).all())
    return Shock(
        name=one.name,
        name_ko=one.name_ko or one.name,
        probability_ppm=one.probability_ppm,
        begins=begins,
        ends=until,
        effects=effects,
        mark=one.mark,
        said=one.source or f"{one.who}: {one.why}",
        said_ko=one.source or f"{one.who}: {one.why_ko or one.why}",
    )


@dataclass(frozen=True, slots=True)
class _Effects:
    """What one shock changes, with the names resolved."""

    loaded: LoadedScenario
    index: int
    entry: ShockEntry
    base: Purchase
    calendar: Calendar
    catalog: Catalog
    begins: int
    ends: int

    def all(self) -> Iterator[Effect]:
        one, base = self.entry, self.base
        priced: tuple[tuple[PriceCause, PricePart | PriceOfPart | None], ...] = (
            ("price", one.price),
            ("exchange", one.exchange),
            ("memory", one.memory),
        )
        for cause, part in priced:
            if part is not None:
                share = part.part_ppm if isinstance(part, PriceOfPart) else PPM
                yield PriceShock(cause, self.machines(part.of, cause), part.times_ppm, share, part.range_ppm)
        if one.deliveries is not None:
            late = None if one.deliveries.late_months is None else self.calendar.length(one.deliveries.late_months)
            yield DeliveryShock(self.machines(one.deliveries.of, "deliveries"), late)
        if one.demand is not None:
            work = frozenset(each.name for each in base.work if ALL in one.demand.of or each.name in one.demand.of)
            yield DemandShock(work, one.demand.times_ppm, one.demand.range_ppm)
        if one.budget is not None:
            reached = {base.years[at] for at in range(self.begins, self.ends)}
            years = frozenset(int(year) for year in one.budget.years) or frozenset(reached)
            yield BudgetShock(frozenset(one.budget.kinds), years, one.budget.times_ppm, one.budget.range_ppm)
        if one.power is not None:
            sites = frozenset(each.name for each in base.sites if ALL in one.power.of or each.name in one.power.of)
            yield PowerShock(sites, self.calendar.length(one.power.late_months))
        if one.technology is not None:
            new = one.technology
            yield TechnologyShock(new.name, new.like, new.speed_ppm, new.price_ppm, new.power_ppm)

    def machines(self, named: tuple[str, ...], key: str) -> frozenset[str]:
        """Machines by their own names, or by model, vendor or origin."""
        if ALL in named:
            return frozenset(one.name for one in self.base.machines)
        found: set[str] = set()
        for name in named:
            own = {one.name for one in self.base.machines if name in (one.name, one.model)}
            if not own:
                models = {model.id for model in self.catalog.group(name)}
                own = {one.name for one in self.base.machines if one.model in models}
            if not own:
                where = self.loaded.where(*HERE, "shocks", self.index, key, "of")
                raise ScenarioError(
                    f"no machine is of {name}", where=where, remedy="write a vendor, origin, model or name of plan.purchase.machines"
                )
            found |= own
        return frozenset(found)
