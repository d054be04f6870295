"""What a purchase plan costs by the books: every order as entries of `ledger.cost`, with interest, residual value, tax and exchange rates.

The plan itself counts money as it leaves; here the same orders become what each year, site, model and hour costs. Electricity is priced as
the plan prices it, by the mean won of a kWh of the site's tariff. Machines count from the month in which they enter service.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from dure.adapters.catalogs import load_catalog
from dure.adapters.files import LoadedScenario
from dure.adapters.purchase_terms import HOURS_YEAR, UnitCost
from dure.adapters.scenario_costs import ScenarioCosts, SiteTerms, scenario_costs
from dure.adapters.scenario_purchase import Calendar, purchase_calendar, unit_cost, year_of_bills
from dure.ledger.cost import VAT, Asset, Billed, CostTerms, Entry, Running
from dure.ledger.fleet_cost import Batch, batch_entries, people
from dure.model.deals import MONTHS
from dure.model.purchases import Order, Purchase
from dure.model.units import MICRO, MILLI


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
    power = {name: _kwh(one, calendar.first_month // MONTHS) for name, one in costs.sites.items()}
    won = {name: float(whole) for name, (whole, _) in power.items()}
    made = [unit_cost(loaded, asked, index, costs, won, catalog) for index in range(len(asked.machines))]
    by_name = {one.entry.label: one for one in made}
    pues = {site.name: site.pue_ppm for site in asked.sites}
    staff = {site.name: site.staff_per_1000_micro for site in asked.sites}
    entries: list[Entry] = []
    for one in _stands(purchase, orders, by_name, calendar):
        entries += _entries(one, costs, pues[one.site], power[one.site], staff[one.site])
    first, last = calendar.first_month, calendar.first_month + len(purchase.years) * calendar.months
    for site in asked.sites:
        if site.name in costs.sites and costs.sites[site.name].persons_milli:
            entries.append(people(site.name, costs.sites[site.name].persons_milli, costs.book, first, last))
    return PlanEntries(tuple(entries), costs.terms)


def _stands(purchase: Purchase, orders: Sequence[Order], by_name: Mapping[str, UnitCost], calendar: Calendar) -> Iterator[_Stands]:
    for order in orders:
        machine = purchase.machine(order.machine)
        span = purchase.in_service(machine, order.period)
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


def _entries(one: _Stands, costs: ScenarioCosts, pue_ppm: int, kwh: tuple[Fraction, Fraction], staff_micro: int) -> Iterator[Entry]:
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
        residual_ppm=costs.residual_ppm,
        where=cost.where,
    )
    book = costs.book if one.bought is None else cost.book_of(one.site, one.bought // MONTHS)
    for entry in batch_entries(batch, book, costs.terms):
        if not isinstance(entry, Asset):
            yield entry
        elif one.bought is not None:
            yield replace(entry, paid_month=one.bought)
    yield _electricity(one, drawn_w, kwh, costs)
    staff_milli = staff_micro * cost.unit // MICRO * one.units
    if staff_milli:
        paid = people(one.site, staff_milli, costs.book, one.month, one.month + one.months)
        yield Running(paid.item, paid.site, cost.model.id, paid.quantity, paid.price, paid.from_month, paid.to_month)


def _electricity(one: _Stands, drawn_w: int, kwh: tuple[Fraction, Fraction], costs: ScenarioCosts) -> Billed:
    """Equal months: a twelfth of what a year of the load costs, and the tax within it."""
    year = Fraction(drawn_w * HOURS_YEAR, MILLI)
    months = range(one.month, one.month + one.months)

    def spread(won_kwh: Fraction) -> dict[int, int]:
        sums = [round(year * won_kwh * at / MONTHS) for at in range(one.months + 1)]
        return {month: sums[at + 1] - sums[at] for at, month in enumerate(months)}

    return Billed("electricity", one.site, one.cost.model.id, spread(kwh[0]), spread(kwh[1]), "assumed")


def _kwh(terms: SiteTerms, year: int) -> tuple[Fraction, Fraction]:
    """Won for a kWh of a flat load on average of a year, and the value added tax within; as `mean_won_kwh` has it."""
    made = year_of_bills(terms.tariff, year, terms.factor)
    kwh = Fraction(sum(one.wh for one in made), MILLI)
    return sum(one.total_won for one in made) / kwh, sum(one.extras.get(VAT, 0) for one in made) / kwh
