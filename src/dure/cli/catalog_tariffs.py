"""`dure catalog tariffs`: what electricity costs by season and hour, who says so, and what of it is known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from dure.cli.catalog import day_of
from dure.cli.catalog_print import NARROW, print_facts, print_sources, print_table, wrapped
from dure.cli.context import put, put_json, width, words
from dure.cli.options import Json

if TYPE_CHECKING:
    import datetime as dt

    from dure.adapters.tariff_tables import Added
    from dure.model.deals import Holidays, Tariff


def tariffs(
    name: Annotated[str | None, Parameter(help="tariff to show; none lists all")] = None,
    /,
    *,
    on: Annotated[str | None, Parameter(metavar="DATE", help="as in force on this date (default: today)")] = None,
    scenario: Annotated[Path | None, Parameter(metavar="FILE", help="with the tariffs that this scenario brings")] = None,
    json: Json = False,
) -> int:
    """A day before the first version of a tariff is an error with the day on which it begins; nothing is carried back."""
    from dure.adapters.tariff_tables import load_holidays, load_tariffs, tariff_named, tariff_sources

    added = _added(scenario)
    known, holidays, day = load_tariffs(added=added), load_holidays(added=added), day_of(on)
    if name is not None:
        _show(tariff_named(name, known), day, holidays, tariff_sources(name, added=added), json=json)
        return 0
    means = {one.id: mean for one in known.values() if (mean := _mean(one, day)) is not None}
    if json:
        from dure.present.tariff_tables import tariff_json

        begun = [one for one in known.values() if one.id in means]
        put_json({"tariffs": [tariff_json(one, day, holidays, means[one.id], tariff_sources(one.id, added=added)) for one in begun]})
        return 0
    from dure.present.tariff_tables import tariffs_table
    from dure.present.terminal import grid

    say = words()
    table = tariffs_table(list(known.values()), day, means, say, own=bool(added))
    put(grid(table.without("versions") if width() < NARROW else table, say))
    print()
    print(wrapped(say("tariffs.list_note")))
    return 0


def _added(scenario: Path | None) -> Added:
    from dure.adapters.files import load_scenario
    from dure.adapters.scenario_costs import further_tables

    if scenario is None:
        return {}
    loaded = load_scenario(scenario)
    cost = loaded.scenario.plan.cost
    return further_tables(loaded) if cost is not None and cost.tariffs is not None else {}


def _mean(tariff: Tariff, day: dt.date) -> float | None:
    """Won for a kWh of a flat load by the prices of a day; None where the tariff has not begun."""
    from dure.adapters.electricity import mean_won_kwh
    from dure.model.errors import CostError

    try:
        return mean_won_kwh(tariff.as_on(day), day.year)
    except CostError:
        return None


def _show(tariff: Tariff, day: dt.date, holidays: Holidays, named: list[str], *, json: bool) -> None:
    from dure.adapters.tariff_tables import load_tariffs
    from dure.ledger.power_factor import rule_on
    from dure.present.tariff_tables import demand_facts, other_facts, prices_table, tariff_json, tariff_name

    say = words()
    tariff.terms_on(day), tariff.rates_on(day)
    if json:
        put_json({"tariff": tariff_json(tariff, day, holidays, _mean(tariff, day), named)})
        return
    print(f"{tariff_name(tariff, say)} · {tariff.id}\n")
    packaged = tariff.id in load_tariffs()
    print_table(prices_table(tariff, day, say, own=not packaged))
    print_facts(say("tariffs.section_demand"), demand_facts(tariff, day, rule_on(day) if packaged else None, say))
    print_facts(say("tariffs.section_more"), other_facts(tariff, day, holidays, say))
    print_sources(named)
