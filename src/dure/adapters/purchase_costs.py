"""What a purchase plan costs by the books: every order as entries of `ledger.cost`, with interest, residual value, tax and exchange rates.

The plan itself counts money as it leaves; here the same orders become what each year, site, model and hour costs. Electricity is priced as
the plan prices it, by the mean won of a kWh of the site's tariff in each year. Machines count from the month in which they enter service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate

from dure.adapters.catalogs import load_catalog
from dure.adapters.electricity import Electricity, YearPrice
from dure.adapters.files import LoadedScenario
from dure.adapters.purchase_terms import HOURS_YEAR, UnitCost, persons_of
from dure.adapters.scenario_costs import ScenarioCosts, scenario_costs
from dure.adapters.scenario_purchase import Calendar, purchase_calendar, unit_cost
from dure.ledger.cost import Asset, Billed, CostTerms, Entry, Running
from dure.ledger.fleet_cost import Batch, batch_entries, people
from dure.model.deals import MONTHS
from dure.model.purchases import Order, Purchase, SiteRoom
from dure.model.units import MICRO, MILLI
from dure.plan.site_costs import site_won


@dataclass(frozen=True, slots=True)
class PlanEntries:
    """Everything that is paid for a plan, and the terms of the books."""

    entries: tuple[Entry, ...]
    terms: CostTerms


@dataclass(frozen=True, slots=True)
class _Stands:
    """Buying units of a machine at one site for some months (year × 12 + month − 1); `bought` None: they were there before."""

    cost: UnitCost
    site: str
    units: int
    month: int
    months: int
    bought: int | None
    """The month of the order, in which it is paid."""


def plan_entries(loaded: LoadedScenario, purchase: Purchase, orders: Sequence[Order]) -> PlanEntries:
    """The entries of the orders, of what stands there already and of the people of the sites."""
    asked = loaded.scenario.plan.purchase
    assert asked is not None, "the purchase was read from it"
    costs, catalog, calendar = scenario_costs(loaded), load_catalog(loaded.scenario.catalog, loaded.where), purchase_calendar(loaded)
    power = Electricity(costs.sites, costs.holidays)
    made = [unit_cost(loaded, asked, index, costs, power, catalog) for index in range(len(asked.machines))]
    by_name = {one.entry.label: one for one in made}
    pues = {site.name: site.pue_ppm for site in asked.sites}
    staff = {site.name: site.staff_per_1000_micro for site in asked.sites}
    entries: list[Entry] = []
    for one in _stands(purchase, orders, by_name, calendar):
        entries += _entries(one, costs, pues[one.site], power, staff[one.site])
    for room in purchase.sites:
        entries += _of_site(purchase, orders, room, costs, power, calendar)
    return PlanEntries(tuple(entries), costs.terms)


def _of_site(
    purchase: Purchase, orders: Sequence[Order], room: SiteRoom, costs: ScenarioCosts, power: Electricity, calendar: Calendar
) -> Iterator[Entry]:
    """People of a site and what its contract power costs beyond what is drawn, in the years in which the plan pays them."""
    floor: tuple[dict[int, int], dict[int, int]] = {}, {}
    for year in dict.fromkeys(purchase.years):
        at = purchase.years.index(year)
        first = calendar.first_month + at * calendar.months
        last = first + purchase.years.count(year) * calendar.months
        if site_won(purchase, orders, room, "labour", year):
            yield people(room.name, costs.sites[room.name].persons_milli, costs.book, first, last)
        won = site_won(purchase, orders, room, "opex", year)
        if won:
            price = power.floor_kw(room.name, year)[1]
            for into, whole in zip(floor, (won, won * price.vat / price.won), strict=True):
                sums = [round(whole * month / (last - first)) for month in range(last - first + 1)]
                into.update({first + month: sums[month + 1] - sums[month] for month in range(last - first)})
    if floor[0]:
        yield Billed("electricity", room.name, "", *floor, "assumed")


def _stands(purchase: Purchase, orders: Sequence[Order], by_name: Mapping[str, UnitCost], calendar: Calendar) -> Iterator[_Stands]:
    for order in orders:
        machine = purchase.machine(order.machine)
        span = purchase.paid_for(machine, order.period)
        month = calendar.first_month + span.start * calendar.months
        yield _Stands(
            by_name[order.machine],
            order.site,
            order.units,
            month,
            len(span) * calendar.months,
            calendar.first_month + order.period * calendar.months,
        )
    for stands in purchase.standing:
        until = min(stands.until, len(purchase.years)) * calendar.months
        yield _Stands(by_name[stands.machine], stands.site, stands.units, calendar.first_month, until, None)


def _entries(one: _Stands, costs: ScenarioCosts, pue_ppm: int, power: Electricity, staff_micro: int) -> Iterator[Entry]:
    cost, accelerators = one.cost, one.units * one.cost.unit
    if not one.months:
        return
    drawn_w = cost.entry.power_w * cost.unit * pue_ppm // MICRO * one.units
    batch = Batch(
        site=one.site,
        model=cost.model.id,
        accelerators=accelerators,
        accelerators_per_server=cost.per_server,
        month=one.month,
        life_months=one.months,
        power_w=drawn_w,
        storage_tb=cost.storage_tb(accelerators),
        residual_ppm=costs.residual_ppm,
        where=cost.where,
    )
    book = costs.book if one.bought is None else cost.book_of(one.site, one.bought // MONTHS)
    for entry in batch_entries(batch, book, costs.terms):
        if not isinstance(entry, Asset):
            yield entry
        elif one.bought is not None:
            yield replace(entry, paid_month=one.bought)
    yield _electricity(one, drawn_w, power)
    staff_milli = persons_of(staff_micro, accelerators)
    if staff_milli:
        paid = people(one.site, staff_milli, costs.book, one.month, one.month + one.months)
        yield Running(paid.item, paid.site, cost.model.id, paid.quantity, paid.price, paid.from_month, paid.to_month)


def _electricity(one: _Stands, drawn_w: int, power: Electricity) -> Billed:
    """Equal months: a twelfth of what a year of the load costs by the tariff of its year, and the tax within it."""
    month_kwh = Fraction(drawn_w * HOURS_YEAR, MILLI * MONTHS)
    months = range(one.month, one.month + one.months)
    prices = {month: power.price(one.site, month // MONTHS) for month in months}

    def spread(won_kwh: Callable[[YearPrice], Fraction]) -> dict[int, int]:
        sums = [round(month_kwh * each) for each in accumulate((won_kwh(price) for price in prices.values()), initial=Fraction(0))]
        return {month: sums[at + 1] - sums[at] for at, month in enumerate(months)}

    paid, taxed = spread(lambda price: price.won), spread(lambda price: price.vat)
    return Billed("electricity", one.site, one.cost.model.id, paid, taxed, "assumed")
