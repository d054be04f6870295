"""`dure catalog fleets`: who has, orders or plans how many accelerators, in reference capacity and per researcher, with sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from dure.cli.catalog import day_of, load
from dure.cli.catalog_print import print_facts, print_sources, wrapped
from dure.cli.context import put, put_json, words
from dure.cli.options import CatalogueOf, Json, WeightsOn
from dure.model.errors import CatalogError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from dure.model.catalog import Catalog
    from dure.model.inventory import PublishedFleet
    from dure.plant.speed import SpeedTable


def fleets(
    name: Annotated[str | None, Parameter(help="fleet to show with each part and its source; none lists all")] = None,
    /,
    *,
    workload: Annotated[
        str | None, Parameter(metavar="CLASS", help="capacity by the speed of this workload class instead of the billing weight")
    ] = None,
    on: WeightsOn = None,
    scenario: CatalogueOf = None,
    json: Json = False,
) -> int:
    """Capacity is unknown as soon as one model is: a fleet of unpublished models is counted and not guessed at."""
    from dure.adapters.fleet_tables import load_fleets
    from dure.present.fleet_tables import fleet_json

    known, table = load(scenario)
    day = day_of(on)
    listed = load_fleets(known)
    chosen = listed if name is None else (_one(name, listed),)
    worth = _worths(known, table, chosen, day, workload)
    if json:
        by = {"by": "speed", "workload": workload} if workload else {"by": "billing weight", "on": day.isoformat()}
        put_json({**by, "fleets": [fleet_json(one, worth) for one in chosen]})
    else:
        _put(chosen, worth, known, day, workload, parts=name is not None)
    return 0


def _one(name: str, listed: Sequence[PublishedFleet]) -> PublishedFleet:
    from difflib import get_close_matches

    from dure.model.catalog import fold

    found = next((one for one in listed if fold(name) in (one.id, fold(one.english), one.korean)), None)
    if found is None:
        say, names = words(), [one.id for one in listed]
        near = get_close_matches(fold(name), names, n=3) or names
        raise CatalogError(say("fleets.no_such", name=name), remedy=say("catalog.one_of", names=", ".join(near)))
    return found


def _worths(
    known: Catalog, table: SpeedTable, chosen: Sequence[PublishedFleet], day: dt.date, workload: str | None
) -> Mapping[str, int | None]:
    models = sorted({part.model for one in chosen for part in one.parts if part.model})
    if workload is None:
        return {model: known.billing_weight(model, day) for model in models}
    return dict(zip(models, table.class_speeds(workload, models), strict=True))


def _put(
    chosen: Sequence[PublishedFleet], worth: Mapping[str, int | None], known: Catalog, day: dt.date, workload: str | None, *, parts: bool
) -> None:
    from dure.present.fleet_tables import fleet_name, fleets_table, part_rows, sources
    from dure.present.terminal import grid

    say = words()

    def short(model: str) -> str:
        return known.accelerators[model].short.upper()

    put(grid(fleets_table(chosen, worth, short, say), say))
    print()
    if parts:
        for one in chosen:
            print_facts(fleet_name(one, say), part_rows(one, worth, short, say))
    listed = sources(chosen)
    people = {one.researchers for one in chosen if one.researchers is not None}
    for each in sorted(people, key=lambda one: listed.index(one.source)):
        of = each.korean if say.lang == "ko" else each.english
        print(wrapped(say("fleets.note_researchers", of=of, n=each.count, mark=listed.index(each.source) + 1)))
    print(wrapped(say("fleets.note_speed", workload=workload) if workload else say("fleets.note_weight", day=day.isoformat())) + "\n")
    print_sources(listed)
