"""Everything a purchase plan rests on that nobody published: with value and range, who assumes it and why, or given without a source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from dure.adapters.files import LoadedScenario
from dure.adapters.purchase_sites import country_rule
from dure.model.catalog import Catalog
from dure.model.purchases import Assumed
from dure.plant.speed import SpeedTable
from dure.wire.quantity import life_text, micro_text, price_text
from dure.wire.scenario_catalog import STATEMENT
from dure.wire.scenario_plan import CostSection
from dure.wire.scenario_purchase import MachineEntry, PurchaseSection

MEGAWATT = 1_000_000
PERCENT = 100


def assumed_figures(loaded: LoadedScenario, catalog: Catalog, speeds: SpeedTable) -> Iterator[Assumed]:
    """Prices first, then machines, the catalogue, interest and demand; what the scenario gives without a source last."""
    plan = loaded.scenario.plan
    assert plan.purchase is not None
    if plan.cost is not None:
        yield from _prices(plan.cost)
    for machine in plan.purchase.machines:
        yield from _machine(machine)
    yield from _catalogue(loaded, plan.purchase, catalog, speeds)
    if plan.cost is not None:
        interest = plan.cost.interest
        if interest.who is not None and interest.why is not None:
            yield Assumed("term", "", "interest", interest.who, interest.why, interest.why_ko or interest.why, _share(interest.rate_ppm))
    for work in plan.purchase.demand:
        if work.who is not None and work.why is not None:
            value = _by_year({year: f"{count:,}" for year, count in work.accelerators.items()})
            low, high = (f"× {micro_text(one)}" for one in work.range) if work.range else ("", "")
            said = work.who, work.why, work.why_ko or work.why
            yield Assumed("demand", work.name, "", *said, value, low, high, unit="reference accelerators")
    for line in plan.purchase.budgets:
        loan = line.loan
        if loan is not None and loan.who is not None and loan.why is not None:
            said = loan.who, loan.why, loan.why_ko or loan.why
            yield Assumed(
                "term", line.source, "loan", *said, f"{_share(loan.rate_ppm)}, {life_text(loan.years * 12)} ({life_text(loan.grace * 12)})"
            )
    usable = plan.purchase.usable_range
    if usable is not None and usable.who is not None and usable.why is not None:
        ends = (_share(one) for one in usable.range)
        said = usable.who, usable.why, usable.why_ko or usable.why
        yield Assumed("term", "", "usable", *said, _share(plan.purchase.usable_ppm), *ends)
    yield from _given(plan.cost, plan.purchase)


def _prices(cost: CostSection) -> Iterator[Assumed]:
    for price in cost.prices:
        if price.who is None or price.why is None:
            continue
        low, high = (price_text(one) for one in price.range) if price.range else ("", "")
        value, said = price_text(price.price), (price.who, price.why, price.why_ko or price.why)
        yield Assumed("price", price.model, price.item, *said, value, low, high, price.per)
    for currency, rate in cost.exchange.items():
        if rate.who is not None and rate.why is not None:
            ends = [micro_text(one) for one in rate.range or ()]
            said = rate.who, rate.why, rate.why_ko or rate.why
            yield Assumed("term", currency, "exchange", *said, micro_text(rate.rate_micro), *ends)


def _machine(machine: MachineEntry) -> Iterator[Assumed]:
    if machine.who is not None and machine.why is not None:
        value = f"{machine.power_w:,} W, {life_text(machine.lead_months)}"
        yield Assumed("machine", machine.label, "", machine.who, machine.why, machine.why_ko or machine.why, value)
    path = machine.price_path
    if path is not None and path.who is not None and path.why is not None:
        low, high = (micro_text(one) for one in path.range) if path.range else ("", "")
        value = _by_year({year: _share(share) for year, share in path.shares.items()})
        yield Assumed(
            "path", machine.label, "", path.who, path.why, path.why_ko or path.why, value, low and f"× {low}", high and f"× {high}"
        )


def _catalogue(loaded: LoadedScenario, asked: PurchaseSection, catalog: Catalog, speeds: SpeedTable) -> Iterator[Assumed]:
    """Speeds that the classes of demand rest on; weights of, and statements about, what may be bought."""
    models = [catalog.pool_model(one.model)[0].id for one in asked.machines]
    for one in speeds.assumptions(list(dict.fromkeys(work.workload for work in asked.demand)), list(dict.fromkeys(models))):
        low, high = (str(end) for end in one.range) if one.range else ("", "")
        value = "" if one.value is None else str(one.value)
        unit = "" if one.workload == "*" else one.workload
        if one.what == "speed":
            yield Assumed("catalog", one.model, "speed", one.who, one.why, one.why_ko or one.why, value, low, high, unit)
    for row in loaded.scenario.catalog.assume:
        named = {row.model, *(one.id for one in catalog.group(row.model or ""))}
        if row.what in ("billing_weight", STATEMENT) and (row.model in (None, "*") or named & {*models}):
            value = "" if row.value_micro is None else micro_text(row.value_micro)
            low, high = (micro_text(end) for end in row.range_micro) if row.range_micro else ("", "")
            yield Assumed("catalog", row.model or "*", row.what, row.who, row.why, row.why_ko or row.why, value, low, high)


def _given(cost: CostSection | None, asked: PurchaseSection) -> Iterator[Assumed]:
    """What has neither source nor author in the form of a scenario."""

    def given(item: str, value: str) -> Assumed:
        return Assumed("given", "", item, "", "", "", value)

    if cost is not None:
        yield given("life", life_text(cost.life_months))
        yield given("residual", _share(cost.residual_ppm))
    if asked.usable_range is None:
        yield given("usable", _share(asked.usable_ppm))
    rule = country_rule(asked)
    if rule is not None and rule.answer_days is not None and any(one.grid is None for one in asked.sites):
        yield given("grid", str(rule.answer_days))
    yield given("pue", ", ".join(f"{one.name} {micro_text(one.pue_ppm)}" for one in asked.sites))
    staff = {one.name: micro_text(one.staff_per_1000_micro) for one in asked.sites}
    staffed = ", ".join(f"{name} {people}" for name, people in staff.items())
    yield given("staff", next(iter(staff.values())) if len({*staff.values()}) == 1 else staffed)
    power = {one.name: [f"{step.power_w / MEGAWATT:g} MW ({_day(step.at_s)})" for step in one.power] for one in asked.sites}
    if any(power.values()):
        yield given("power", "; ".join(f"{name} {', '.join(steps)}" for name, steps in power.items() if steps))
    supply = {one.label: _by_year({year: f"{count:,}" for year, count in one.supply.items()}) for one in asked.machines if one.supply}
    if supply:
        yield given("supply", "; ".join(f"{name} {counts}" for name, counts in supply.items()))


def _share(ppm: int) -> str:
    return f"{micro_text(ppm * PERCENT)}%"


def _day(second: int) -> str:
    return dt.datetime.fromtimestamp(second, dt.UTC).date().isoformat()


def _by_year(texts: dict[str, str]) -> str:
    """`2,500 (2026–2030), 3,000 (2031)`: following years of one value together."""
    runs: list[list[str]] = []
    for year, value in sorted(texts.items()):
        if runs and runs[-1][2] == value:
            runs[-1][1] = year
        else:
            runs.append([year, year, value])
    return ", ".join(f"{value} ({first}–{last})" if first != last else f"{value} ({first})" for first, last, value in runs)
