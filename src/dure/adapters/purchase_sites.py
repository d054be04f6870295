"""What the sites of a plan may draw: steps of power, the cap of the site, and the grid-impact rule of the country."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from dure.adapters.electricity import Electricity
from dure.adapters.files import LoadedScenario
from dure.adapters.scenario_costs import ScenarioCosts
from dure.adapters.tariff_tables import load_grid_rules
from dure.ledger.cost import cash
from dure.ledger.fleet_cost import people
from dure.ledger.grid import assess
from dure.model.deals import MONTHS, GridRule
from dure.model.errors import CostError
from dure.model.purchases import Floor, Machine, SiteGrid, SiteRoom, Standing
from dure.model.units import DAY_S, MICRO, MILLI
from dure.wire.scenario_purchase import PurchaseSection, PurchaseSiteEntry

HERE = ("plan", "purchase", "sites")


Begins = Callable[[int], int]
"""The first period that begins at or after a second."""


def site_room(
    loaded: LoadedScenario, site: PurchaseSiteEntry, costs: ScenarioCosts, power_won: Electricity, begins: Begins, years: Sequence[int]
) -> SiteRoom:
    """A site without the grid rule; `years` holds the year of each period. `power_cap` of the same site is never passed."""
    whole = len(years)
    power: list[int | None] = [None if not site.power else 0] * whole
    for step in sorted(site.power, key=lambda one: one.at_s):
        for at in range(min(whole, begins(step.at_s)), whole):
            power[at] = step.power_w
    cap = next((one.power_cap_w for one in loaded.scenario.sites if one.name == site.name), None)
    if cap is not None:
        power = [cap if one is None else min(one, cap) for one in power]
    terms, won = costs.sites.get(site.name), 0
    if terms is None:
        return SiteRoom(site.name, tuple(power), site.pue_ppm)
    if terms.persons_milli:
        year = years[0] * MONTHS
        paid = people(site.name, terms.persons_milli, costs.book, year, year + MONTHS)
        won = sum(one.amount for one in cash([paid], costs.terms).lines)
    floors = {} if terms.contract_w is None else {year: _floor(power_won, site.name, year) for year in dict.fromkeys(years)}
    floors = {year: floor for year, floor in floors.items() if floor.power_w and floor.won_mw_year}
    return SiteRoom(site.name, tuple(power), site.pue_ppm, won, always_staffed=terms.always_staffed, floors=floors)


def _floor(power_won: Electricity, site: str, year: int) -> Floor:
    watts, price = power_won.floor_kw(site, year)
    return Floor(watts, round(price.won * MILLI))


def country_rule(asked: PurchaseSection) -> GridRule | None:
    """The grid-impact rule of the catalogue that is named after the country; None where it has none."""
    return next((rule for name, rule in load_grid_rules().items() if name.split("-")[0] == asked.country), None)


def with_grid(
    loaded: LoadedScenario, rooms: Iterable[SiteRoom], machines: Iterable[Machine], standing: Iterable[Standing], begins: Begins
) -> tuple[SiteRoom, ...]:
    """Each site held below the threshold of the country's rule until its assessment is passed; what stood there before may stay."""
    asked = loaded.scenario.plan.purchase
    assert asked is not None
    rule = country_rule(asked)
    if rule is None:
        return tuple(rooms)
    watts = {one.name: one.power_w for one in machines}
    made, there = [], list(standing)
    for index, room in enumerate(rooms):
        passed_s = _passed(loaded, asked.sites[index], index, rule, asked.start_s)
        most: list[int | None] = []
        for period in range(len(room.power_w)):
            drawn = sum(one.units * watts[one.machine] for one in there if one.site == room.name and period < one.until)
            held = passed_s is None or period < begins(passed_s)
            most.append(max(rule.threshold_w - 1, -(-drawn * room.pue_ppm // MICRO)) if held else None)
        made.append(replace(room, grid=SiteGrid(rule.id, rule.threshold_w, rule.answer_days, tuple(most))))
    return tuple(made)


def _passed(loaded: LoadedScenario, site: PurchaseSiteEntry, index: int, rule: GridRule, start_s: int) -> int | None:
    """The second from which the site may reach the threshold; None is never. Who says nothing asks on the first day of the plan."""
    entry = site.grid
    if entry is not None and entry.points:
        where = loaded.where(*HERE, index, "grid", "points")
        try:
            sheet = assess(rule, {part: micro // MILLI for part, micro in entry.points.items()}, entry.voltage)
        except CostError as error:
            raise CostError(error.what, where=where, remedy=error.remedy) from None
        if not sheet.passed:
            return None
    if entry is not None and entry.passed_s is not None:
        return entry.passed_s
    if rule.answer_days is None:
        where = loaded.where(*HERE, index)
        raise CostError(f"nobody says how long {rule.id} takes", where=where, remedy="write grid: {passed: …} with the day")
    applied = start_s if entry is None or entry.applied_s is None else entry.applied_s
    return applied + rule.answer_days * DAY_S
