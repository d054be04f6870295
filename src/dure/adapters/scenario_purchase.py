"""The purchase question of a scenario, resolved: models by the catalogue, what a buying unit costs by the one formula of `ledger`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from dure.adapters.catalogs import load_catalog, load_speed_table
from dure.adapters.electricity import Electricity
from dure.adapters.files import LoadedScenario
from dure.adapters.purchase_assumed import assumed_figures
from dure.adapters.purchase_sites import site_room, with_grid
from dure.adapters.purchase_terms import UnitCost
from dure.adapters.scenario_costs import ScenarioCosts, scenario_costs
from dure.model.catalog import Accelerator, Catalog
from dure.model.deals import MONTHS
from dure.model.errors import CatalogError, ScenarioError
from dure.model.purchases import Assumed, BudgetLine, CountRule, Loan, Machine, Purchase, ShareRule, Standing, Work
from dure.model.units import MICRO, ceil_div
from dure.plant.speed import SpeedTable
from dure.wire.scenario_purchase import PERIODS_YEAR, SERVERS, BudgetEntry, MachineEntry, PurchaseSection, PurchaseSiteEntry

HERE = ("plan", "purchase")


@dataclass(frozen=True, slots=True)
class Calendar:
    """Periods of equal months from the start of the plan."""

    first_month: int
    months: int

    def period(self, second: int) -> int:
        """The period that an instant lies in; negative before the start."""
        day = dt.datetime.fromtimestamp(second, dt.UTC)
        return (day.year * MONTHS + day.month - 1 - self.first_month) // self.months

    def begins(self, second: int) -> int:
        """The first period that begins at or after an instant."""
        day = dt.datetime.fromtimestamp(second, dt.UTC)
        months = day.year * MONTHS + day.month - 1 - self.first_month + (day.day > 1)
        return ceil_div(max(0, months), self.months)

    def length(self, months: int) -> int:
        """Whole periods until something is there that takes so many months: begun ones count."""
        return ceil_div(months, self.months)

    def life(self, months: int) -> int:
        """Whole periods of a life: one that is begun and not lived out is not counted, so that no plan leans on it."""
        return months // self.months

    def paid_life(self, months: int) -> int | None:
        """Whole periods in which such a life is paid for: one that is begun is paid for whole; None where none is cut."""
        return ceil_div(months, self.months) if months % self.months else None

    def first_day(self, period: int) -> dt.date:
        year, month = divmod(self.first_month + period * self.months, MONTHS)
        return dt.date(year, month + 1, 1)

    def year(self, period: int) -> int:
        return (self.first_month + period * self.months) // MONTHS

    def label(self, period: int) -> str:
        month = (self.first_month + period * self.months) % MONTHS
        year = self.year(period)
        return {3: f"{year}-Q{month // 3 + 1}", 6: f"{year}-H{month // 6 + 1}"}.get(self.months, str(year))


@dataclass(frozen=True, slots=True)
class ReadPurchase:
    purchase: Purchase
    assumed: tuple[Assumed, ...]
    notes: tuple[str, ...] = ()
    """What the periods of the plan round (leads up, lives down), and what follows for it where a speed is not known."""


def scenario_purchase(loaded: LoadedScenario) -> ReadPurchase:
    """Raises ScenarioError where the scenario asks for no purchase, CostError and CatalogError for prices and models that are missing."""
    asked = loaded.scenario.plan.purchase
    if asked is None:
        raise ScenarioError("the scenario asks for no purchase", where=loaded.where("plan"), remedy="write `plan:` with `purchase:`")
    costs = scenario_costs(loaded)
    catalog = load_catalog(loaded.scenario.catalog, loaded.where)
    speeds = load_speed_table(catalog, loaded.scenario.catalog)
    calendar = purchase_calendar(loaded)
    power = Electricity(costs.sites, costs.holidays)
    machines = tuple(_machine(loaded, asked, index, costs, power, catalog, speeds, calendar) for index in range(len(asked.machines)))
    ends = [asked.periods, *(asked.periods + one.lead + (one.paid_life or one.life) for one in machines)]
    whole = ceil_div(max(ends), PERIODS_YEAR[asked.step]) * PERIODS_YEAR[asked.step]
    _demand_in_the_plan(loaded, asked, calendar, whole)
    _budgets_in_the_plan(loaded, asked, calendar.year(0), calendar.year(whole - 1))
    _supply_in_the_plan(loaded, asked, calendar)
    standing = tuple(_standing(loaded, asked, machines, calendar, whole))
    years = tuple(calendar.year(at) for at in range(whole))
    rooms = [site_room(loaded, one, costs, power, calendar.begins, years) for one in asked.sites]
    purchase = Purchase(
        name=loaded.scenario.programme.name or "plan",
        periods_year=PERIODS_YEAR[asked.step],
        years=years,
        labels=tuple(calendar.label(at) for at in range(whole)),
        buying=asked.periods,
        machines=machines,
        sites=with_grid(loaded, rooms, machines, standing, calendar.begins),
        standing=standing,
        budgets=_budgets(loaded, asked),
        shares=_shares_that_can_hold(loaded, tuple(_shares(loaded, asked, catalog)), machines),
        counts=tuple(_counts(loaded, asked, calendar, whole)),
        work=tuple(_work(loaded, asked, machines)),
        usable_ppm=asked.usable_ppm,
        goal=asked.objective,
    )
    assumed = tuple(assumed_figures(loaded, catalog, speeds))
    notes = (*_rounded(asked, costs.life_months, calendar), *_of_no_speed(asked, purchase, speeds))
    return ReadPurchase(purchase, assumed, notes)


def purchase_calendar(loaded: LoadedScenario) -> Calendar:
    """The periods of a scenario's plan; ScenarioError where it has none or begins within a month."""
    asked = loaded.scenario.plan.purchase
    if asked is None:
        raise ScenarioError("the scenario asks for no purchase", where=loaded.where("plan"), remedy="write `plan:` with `purchase:`")
    start = dt.datetime.fromtimestamp(asked.start_s, dt.UTC)
    if start.day != 1:
        raise ScenarioError("begins within a month", where=loaded.where(*HERE, "start"), remedy="write the first day of a month")
    return Calendar(start.year * MONTHS + start.month - 1, MONTHS // PERIODS_YEAR[asked.step])


def _machine(
    loaded: LoadedScenario,
    asked: PurchaseSection,
    index: int,
    costs: ScenarioCosts,
    power: Electricity,
    catalog: Catalog,
    speeds: SpeedTable,
    calendar: Calendar,
) -> Machine:
    where = loaded.where(*HERE, "machines", index)
    cost = unit_cost(loaded, asked, index, costs, power, catalog)
    entry, model, unit = cost.entry, cost.model, cost.unit
    life = entry.life_months or costs.life_months
    if not calendar.life(life):
        own = entry.life_months is not None
        at = (*HERE, "machines", index, "life") if own else ("plan", "cost", "life")
        remedy = f"write a life of {calendar.months}mo or more, or a shorter step"
        raise ScenarioError("a life shorter than a period of the plan", where=loaded.where(*at), remedy=remedy)
    sites = [one for one in asked.sites if _fits(entry, one)]
    if not sites:
        raise ScenarioError(f"no site can take {entry.label}", where=where, remedy="write sites that can cool it, or raise their rack")
    first = 0 if entry.from_s is None else max(0, calendar.begins(entry.from_s))
    end = asked.periods + calendar.length(entry.lead_months) + (calendar.paid_life(life) or calendar.life(life))
    years = range(calendar.year(0), calendar.year(end - 1) + 1)
    supply = {at: most for at in range(asked.periods) if (most := entry.supply.get(str(calendar.year(at)))) is not None}
    return Machine(
        name=entry.label,
        model=model.id,
        vendor=model.vendor,
        origin=model.origin,
        unit=unit,
        lead=calendar.length(entry.lead_months),
        life=calendar.life(life),
        paid_life=calendar.paid_life(life),
        first=first,
        power_w=entry.power_w * unit,
        speed_ppm=_speeds(asked, model, speeds, loaded),
        terms={one.name: cost.terms(one, years) for one in sites},
        capacity_micro=catalog.billing_weight(model.id, cost.start),
        supply=supply,
        later=cost.later(sites, [calendar.year(at) for at in range(asked.periods)], years),
    )


def _rounded(asked: PurchaseSection, life_months: int, calendar: Calendar) -> Iterator[str]:
    """A sentence for each lead and life that is no whole number of periods: the plan counts other months than are written."""
    each = calendar.months
    for one in asked.machines:
        lead, life = one.lead_months, one.life_months or life_months
        if lead % each:
            yield f"{one.label}: a lead of {lead} months counts as {calendar.length(lead) * each}, periods of {each} months"
        if life % each:
            counts, paid = calendar.life(life) * each, calendar.length(life) * each
            yield f"{one.label}: a life of {life} months serves {counts} and is paid for {paid}, periods of {each} months"


def _of_no_speed(asked: PurchaseSection, purchase: Purchase, speeds: SpeedTable) -> Iterator[str]:
    """What a machine of unknown speed means for the plan: the work that it cannot take, and what it is bought for all the same."""
    for one in purchase.machines:
        unknown = [work for work in asked.demand if speeds.class_speeds(work.workload, [one.model])[0] is None]
        if not unknown:
            continue
        if not one.speed_ppm:
            fills = ", ".join(rule.name for rule in purchase.shares if one.name in rule.machines)
            what = f"fills {fills} at most" if fills else "is bought for no work"
            yield f"{one.name}: no speed on any class asked for is known: it serves nothing, and {what}"
        else:
            workloads = ", ".join(dict.fromkeys(work.workload for work in unknown))
            yield f"{one.name}: no speed of {workloads} is known: it serves none of {', '.join(work.name for work in unknown)}"


def unit_cost(
    loaded: LoadedScenario, asked: PurchaseSection, index: int, costs: ScenarioCosts, power: Electricity, catalog: Catalog
) -> UnitCost:
    """What a buying unit of one of the machines is made of and priced by."""
    entry, where = asked.machines[index], loaded.where(*HERE, "machines", index)
    model, node = catalog.pool_model(entry.model, loaded.where(*HERE, "machines", index, "model"))
    per_server = entry.per_server or (node.devices if node else None)
    if per_server is None:
        raise CatalogError(f"no source says how many {model.id} a server holds", where=where, remedy="write per_server")
    unit = per_server * (entry.servers or SERVERS[entry.unit])
    start = dt.date(dt.datetime.fromtimestamp(asked.start_s, dt.UTC).year, 1, 1)
    return UnitCost(entry, model, unit, per_server, costs, power, start, where)


def _fits(entry: MachineEntry, site: PurchaseSiteEntry) -> bool:
    named = "*" in entry.sites or site.name in entry.sites
    cooled = entry.cooling in site.cooling
    return named and cooled and (site.rack_w is None or entry.rack_w is None or entry.rack_w <= site.rack_w)


def _speeds(asked: PurchaseSection, model: Accelerator, speeds: SpeedTable, loaded: LoadedScenario) -> dict[str, int]:
    """The classes that a model can serve; one of unknown speed it cannot."""
    found = {}
    for index, work in enumerate(asked.demand):
        speeds.workload(work.workload, loaded.where(*HERE, "demand", index, "workload"))
        (speed,) = speeds.class_speeds(work.workload, [model.id])
        if speed:
            found[work.name] = speed
    return found


def _standing(
    loaded: LoadedScenario, asked: PurchaseSection, machines: tuple[Machine, ...], calendar: Calendar, whole: int
) -> Iterator[Standing]:
    by_name = {one.name: one for one in machines}
    for index, one in enumerate(asked.standing):
        machine, where = by_name[one.machine], loaded.where(*HERE, "standing", index)
        if one.accelerators % machine.unit:
            raise ScenarioError(
                f"{one.accelerators} {one.machine} are no whole buying units", where=where, remedy=f"write a multiple of {machine.unit}"
            )
        if one.until_s <= asked.start_s:
            day = dt.datetime.fromtimestamp(one.until_s, dt.UTC).date()
            what = f"{one.machine} that stand until {day} are gone before the plan begins"
            raise ScenarioError(what, where=where, remedy="leave the entry out, or write the day on which they leave")
        if one.site not in machine.terms:
            raise ScenarioError(f"{one.site} cannot take {one.machine}", where=where, remedy="write a site that can cool it")
        yield Standing(one.machine, one.site, one.accelerators // machine.unit, min(whole, max(0, calendar.period(one.until_s))))


def _budgets(loaded: LoadedScenario, asked: PurchaseSection) -> tuple[BudgetLine, ...]:
    return tuple(
        BudgetLine(int(year), one.kind, one.source, won, one.carries, loaded.where(*HERE, "budgets", index), _loan(one))
        for index, one in enumerate(asked.budgets)
        for year, won in sorted(one.won.items())
    )


def _loan(entry: BudgetEntry) -> Loan | None:
    one = entry.loan
    return None if one is None else Loan(one.rate_ppm, one.years, one.grace, one.repay == "payment")


def _shares(loaded: LoadedScenario, asked: PurchaseSection, catalog: Catalog) -> Iterator[ShareRule]:
    for index, one in enumerate(asked.shares):
        where = loaded.where(*HERE, "shares", index)
        members = {model.id for name in one.of for model in catalog.group(name)}
        named = frozenset(each.label for each in asked.machines if catalog.pool_model(each.model)[0].id in members)
        if not named and one.least_ppm:
            raise ScenarioError(f"no machine is of {', '.join(one.of)}", where=where, remedy="add one to machines, or lower least")
        yield ShareRule(one.name, named, one.by, one.least_ppm, one.most_ppm, where)


def _shares_that_can_hold(loaded: LoadedScenario, shares: tuple[ShareRule, ...], machines: tuple[Machine, ...]) -> tuple[ShareRule, ...]:
    """Upper ends that cover every machine and still stay below the whole leave nothing that may be bought."""
    for by in ("count", "capacity", "money"):
        capped = [one for one in shares if one.by == by and one.most_ppm is not None]
        covered = set().union(*(one.machines for one in capped))
        if capped and covered >= {one.name for one in machines} and sum(one.most_ppm or 0 for one in capped) < MICRO:
            where = loaded.where(*HERE, "shares")
            raise ScenarioError("the most shares of all machines together are less than the whole", where=where, remedy="raise one of them")
    return shares


def _counts(loaded: LoadedScenario, asked: PurchaseSection, calendar: Calendar, whole: int) -> Iterator[CountRule]:
    for index, one in enumerate(asked.counts):
        where, period = loaded.where(*HERE, "counts", index), calendar.period(one.at_s)
        if not 0 <= period < whole:
            raise ScenarioError("lies outside the plan", where=where, remedy="write a day between its start and the end of its machines")
        yield CountRule(one.name, period, one.least, one.most, where)


def _demand_in_the_plan(loaded: LoadedScenario, asked: PurchaseSection, calendar: Calendar, whole: int) -> None:
    """What is asked for in a year in which nothing of the plan runs would be left out without a word."""
    first, last = calendar.year(0), calendar.year(whole - 1)
    for index, one in enumerate(asked.demand):
        for year, count in one.accelerators.items():
            if count and not first <= int(year) <= last:
                where = loaded.where(*HERE, "demand", index, "accelerators")
                remedy = f"write years of {first} to {last}, when machines of the plan run"
                raise ScenarioError(f"{one.name} is asked for in {year}, outside the plan", where=where, remedy=remedy)


def _budgets_in_the_plan(loaded: LoadedScenario, asked: PurchaseSection, first: int, last: int) -> None:
    """Money of a year in which nothing is bought, run or paid back would never be spent, and nobody would hear of it."""
    paid = last + max((one.loan.years for one in asked.budgets if one.loan is not None), default=0)
    for index, one in enumerate(asked.budgets):
        for year, won in one.won.items():
            if won and not first <= int(year) <= paid:
                swapped = year[:2] + year[:1:-1]
                remedy = f"did you mean {swapped}?" if first <= int(swapped) <= paid else f"write years of {first} to {paid}"
                where = loaded.where(*HERE, "budgets", index, "won", year)
                if int(year) < first:
                    raise ScenarioError(f"{year} is before the plan's first year ({first})", where=where, remedy=remedy)
                raise ScenarioError(f"{year} is after the plan's last year ({paid})", where=where, remedy=remedy)


def _supply_in_the_plan(loaded: LoadedScenario, asked: PurchaseSection, calendar: Calendar) -> None:
    """A limit of a year in which nothing is ordered limits nothing."""
    first, last = calendar.year(0), calendar.year(asked.periods - 1)
    for index, one in enumerate(asked.machines):
        for year in one.supply:
            if not first <= int(year) <= last:
                where = loaded.where(*HERE, "machines", index, "supply", year)
                what = f"nothing is ordered in {year}, so its limit limits nothing"
                raise ScenarioError(what, where=where, remedy=f"write years of {first} to {last}")


def _work(loaded: LoadedScenario, asked: PurchaseSection, machines: tuple[Machine, ...]) -> Iterator[Work]:
    for index, one in enumerate(asked.demand):
        where = loaded.where(*HERE, "demand", index)
        if not any(one.name in machine.speed_ppm for machine in machines):
            remedy = "add a machine that can, or state or assume its speed under catalog"
            raise ScenarioError(f"no machine can serve {one.name}", where=where, remedy=remedy)
        by_year = {int(year): count for year, count in one.accelerators.items()}
        yield Work(one.name, one.name_ko or one.name, by_year, one.weight_micro, one.least_ppm, where)
