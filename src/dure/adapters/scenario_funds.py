"""The budgets of a scenario's sites, resolved: prices by the one cost formula, powers by the scenario, its plan or the catalogue."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from dure.adapters.electricity import mean_won_kwh
from dure.adapters.files import LoadedScenario
from dure.adapters.scenario_costs import ScenarioCosts, SiteTerms, scenario_costs
from dure.adapters.scenario_models import ScenarioModels
from dure.ledger.cost import Asset, Running, annual
from dure.ledger.fleet_cost import Batch, batch_entries, people
from dure.ledger.running import Yearly, day_number, yearly
from dure.model.deals import MONTHS
from dure.model.errors import CostError, Where
from dure.model.units import MICRO, MILLI, round_div, split_largest_remainder
from dure.twin.floor import Floor, FloorPool
from dure.twin.funds import Funds, PoolTerms, SiteFunds
from dure.twin.purse import FundLine
from dure.wire.scenario_budget import BudgetLineEntry, period_days
from dure.wire.scenario_sites import Pool, Site

HOURS_YEAR = 8760


def scenario_funds(loaded: LoadedScenario, models: ScenarioModels, floor: Floor) -> Funds | None:
    """None where no site has a budget. Raises CostError for a price, a tariff or a power that is missing."""
    scenario = loaded.scenario
    sites = [site for site in scenario.sites if site.budget is not None and any(pool.site == site.name for pool in floor.pools)]
    if not sites:
        return None
    costs = scenario_costs(loaded)
    found = tuple(_site(loaded, models, floor, costs, site) for site in sites)
    return Funds(scenario.programme.start_s, found)


def _site(loaded: LoadedScenario, models: ScenarioModels, floor: Floor, costs: ScenarioCosts, site: Site) -> SiteFunds:
    budget, terms = site.budget, costs.sites[site.name]
    assert budget is not None
    assert site.pue_ppm is not None, "checked when the scenario was read"
    start = dt.datetime.fromtimestamp(loaded.scenario.programme.start_s, dt.UTC)
    own = [(number, pool) for number, pool in enumerate(floor.pools) if pool.site == site.name]
    written = {f"{site.name}/{pool.name}": pool for pool in site.pools}
    pools = tuple(
        _pool(loaded, models, costs, site, written[pool.path], number, pool, start.year * MONTHS + start.month - 1) for number, pool in own
    )
    by_name = {pool.path.partition("/")[2]: number for number, pool in own}
    order: tuple[int, ...] = ()
    if budget.order == "dearest":
        order = _dearest(pools, floor, terms, site.pue_ppm, start.year)
    elif budget.order != "proportional":
        order = tuple(by_name[name] for name in budget.order if name in by_name)
    staff = people(site.name, terms.persons_milli, costs.book, 0, MONTHS) if terms.persons_milli else None
    return SiteFunds(
        site=site.name,
        lines=tuple(_line(one) for one in budget.lines),
        pools=pools,
        people=yearly(staff, costs.terms) if staff else (),
        tariff=terms.tariff,
        holidays=costs.holidays,
        contract_w=terms.contract_w,
        pue_ppm=site.pue_ppm,
        evenly=budget.spend == "evenly",
        order=order,
        dedicated_last=budget.dedicated == "last",
        committed=frozenset(budget.committed),
        notice_s=budget.notice_s,
        power_cap_w=site.power_cap_w,
        factor=terms.factor,
    )


def _line(entry: BudgetLineEntry) -> FundLine:
    first, end = (day_number(day) for day in period_days(entry.period))
    parts = split_largest_remainder(entry.won, [one.share_ppm for one in entry.paid]) if entry.paid else (entry.won,)
    days = [day_number(dt.date.fromisoformat(one.at)) for one in entry.paid] or [first]
    return FundLine(entry.payer, entry.period, tuple(sorted(zip(days, parts, strict=True))), end, entry.carries, entry.mark)


def _pool(
    loaded: LoadedScenario,
    models: ScenarioModels,
    costs: ScenarioCosts,
    site: Site,
    written: Pool,
    number: int,
    pool: FloorPool,
    month: int,
) -> PoolTerms:
    where = loaded.where("sites", site.name, "pools", written.name)
    busy_w, idle_w = power_of(loaded, models, site, written, where)
    assert site.pue_ppm is not None
    drawn_w = round_div(busy_w * pool.devices * site.pue_ppm, MICRO)
    batch = Batch(site.name, pool.model, pool.devices, pool.devices, month, costs.life_months, drawn_w, None, costs.residual_ppm, where)
    entries = batch_entries(batch, costs.book, costs.terms)
    running: list[Yearly] = []
    for one in entries:
        if isinstance(one, Running):
            running += yearly(one, costs.terms)
    return PoolTerms(number, pool.devices, busy_w, idle_w, tuple(running), _capital(batch, pool.nodes, costs))


def _capital(batch: Batch, nodes: int, costs: ScenarioCosts) -> Fraction:
    """What having bought one server costs a year: the equal payments of its life, interest and tax in them, less the residual credit."""
    whole = Batch(
        batch.site,
        batch.model,
        batch.accelerators * nodes,
        batch.accelerators_per_server,
        batch.month,
        batch.life_months,
        batch.power_w * nodes if batch.power_w is not None else None,
        batch.storage_tb,
        batch.residual_ppm,
        batch.where,
    )
    assets = [one for one in batch_entries(whole, costs.book, costs.terms) if isinstance(one, Asset)]
    months = min(MONTHS, batch.life_months)
    stack = annual(assets, costs.terms, monthly=True).within(range(batch.month, batch.month + months))
    return Fraction(stack.total * MONTHS, months * nodes)


def watts_of(loaded: LoadedScenario, models: ScenarioModels, pool: Pool, where: Where) -> tuple[int | None, int | None]:
    """W of one accelerator with its share of server and network, at work and waiting: the pool's, plan's, catalogue's, or unknown."""
    model, node = models.catalog.pool_model(pool.model, where)
    purchase = loaded.scenario.plan.purchase
    planned = [one.power_w for one in purchase.machines if models.catalog.resolve(one.model, where) == model.id] if purchase else []
    busy_w = pool.power_w or (planned[0] if planned else model.per_device("power_all_in_w").whole)
    idle_w = pool.idle_power_w
    if idle_w is None and node is not None:
        measured = node.figures.get("power_idle_w")
        whole = None if measured is None else measured.whole
        idle_w = None if whole is None or node.devices is None else whole // node.devices
    return busy_w, idle_w


def power_of(loaded: LoadedScenario, models: ScenarioModels, site: Site, pool: Pool, where: Where) -> tuple[int, int]:
    """`watts_of`, where both have to be known. Raises CostError."""
    model, _ = models.catalog.pool_model(pool.model, where)
    busy_w, idle_w = watts_of(loaded, models, pool, where)
    if busy_w is None:
        raise CostError(
            f"nobody says what {model.id} draws at {site.name}",
            where=where,
            remedy="write power: W of one accelerator at work, with its share",
        )
    if idle_w is None:
        raise CostError(
            f"nobody says what {model.id} draws at {site.name} while it waits",
            where=where,
            remedy="write idle_power: W of one accelerator that has nothing to do, with its share",
        )
    if idle_w > busy_w:
        raise CostError(f"{model.id} at {site.name} would draw more waiting than at work", where=where, remedy="write power and idle_power")
    return busy_w, idle_w


def _dearest(pools: tuple[PoolTerms, ...], floor: Floor, terms: SiteTerms, pue_ppm: int, year: int) -> tuple[int, ...]:
    """Pools by what a year of a reference accelerator costs to run, the dearest first; ties as written."""
    if len(pools) < 2:
        return tuple(one.pool for one in pools)
    won_kwh = Fraction(mean_won_kwh(terms.tariff, year, terms.factor))

    def dear(one: PoolTerms) -> Fraction:
        kwh = Fraction(one.busy_w * one.devices * HOURS_YEAR * pue_ppm, MILLI * MICRO)
        won = sum((line.won for line in one.costs), Fraction(0)) + kwh * won_kwh
        return won / (one.devices * floor.pools[one.pool].weight_ppm)

    return tuple(one.pool for one in sorted(pools, key=lambda one: (-dear(one), one.pool)))
