"""What a scenario's `catalog` section does to the packaged catalogue: changed and added models, billing weights, assumptions."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from dure.adapters.tables_csv import Row
from dure.model.catalog import PPM, Assumption, Attribute, BillingWeight, Catalog, Fact, fold, plain
from dure.model.errors import CatalogError, Where
from dure.plant.serving import RATE
from dure.plant.speed import ANY, StatedSpeed, ppm
from dure.wire.scenario_catalog import STATEMENT, AcceleratorEntry, CatalogSection, NodeModelEntry
from dure.wire.scenario_catalog import Assumption as AssumptionEntry

Locate = Callable[..., Where]
"""Keys and indexes from the top of a scenario → file, line and field: `LoadedScenario.where`."""

ALWAYS = dt.date.min
"""The day from which a scenario's own weights hold: all of the run."""

WEIGHT = "billing_weight"
SPEED = "speed"


def merge_rows(rows: dict[str, list[Row]], section: CatalogSection, attributes: Sequence[Attribute], where: Locate) -> None:
    """Puts the scenario's models among the rows of the tables, so that they are parsed and checked like those."""
    groups: tuple[tuple[str, str, str, Sequence[AcceleratorEntry | NodeModelEntry]], ...] = (
        ("accelerators", "accelerator", "tdp_w", section.accelerators),
        ("node_models", "node", "power_rated_w", section.node_models),
    )
    for table, kind, power, entries in groups:
        units = {attribute.name: attribute.unit for attribute in attributes if attribute.applies_to == kind}
        for index, entry in enumerate(entries):
            place = where("catalog", table, index)
            _merge_entry(rows, table, _cells(entry), _figures(entry, power, units, place), units, place)


def _merge_entry(
    rows: dict[str, list[Row]],
    table: str,
    given: Mapping[str, str],
    figures: Mapping[str, str],
    units: Mapping[str, str],
    place: Where,
) -> None:
    id_ = fold(given["id"])
    at = next((i for i, row in enumerate(rows[table]) if id_ in (row.cells["id"], *row.cells.get("names", "").split())), None)
    base = _blank(table, tuple(rows[table][0].cells), id_) if at is None else dict(rows[table][at].cells)
    id_ = base["id"]
    merged = Row(place.file, place.line, base | {name: text for name, text in given.items() if text and name != "id"}, stated=True)
    if at is None:
        rows[table].append(merged)
    else:
        rows[table][at] = merged
    said = {name: given[name] for name in ("source", "as_of", "confidence")}
    for name, text in figures.items():
        cells = {"thing": id_, "attribute": name, "value": text, "unit": units[name], "note": "", **said}
        rows["figures"].append(Row(place.file, place.line, cells, stated=True))


def _cells(entry: AcceleratorEntry | NodeModelEntry) -> dict[str, str]:
    """The columns that the entry gives, as the text they have in a table; "" where it says nothing."""
    skipped = {"memory_gb", "power_w", "figures_micro"}
    given = {name: getattr(entry, name) for name in type(entry).model_fields if name not in skipped}
    return {name: "" if value is None else " ".join(value) if isinstance(value, tuple) else str(value) for name, value in given.items()}


def _figures(entry: AcceleratorEntry | NodeModelEntry, power: str, units: Mapping[str, str], place: Where) -> dict[str, str]:
    figures = {name: plain(Decimal(value) / PPM) for name, value in entry.figures_micro.items()}
    for name in figures:
        if name not in units:
            raise _unknown(f"no figure {name!r} in the catalogue", name, units, replace(place, field=f"{place.field}.figures.{name}"))
    if isinstance(entry, AcceleratorEntry) and entry.memory_gb is not None:
        figures["memory_gb"] = str(entry.memory_gb)
    if entry.power_w is not None:
        figures[power] = str(entry.power_w)
    return figures


def _blank(table: str, columns: Sequence[str], id_: str) -> dict[str, str]:
    """The cells of a model that the packaged tables do not have; what has no value here must be given."""
    cells = dict.fromkeys(columns, "") | {"id": id_}
    return cells | ({"names": id_, "devices_per_card": "1"} if table == "accelerators" else {"name": id_})


def stated_speeds(section: CatalogSection) -> tuple[StatedSpeed, ...]:
    return tuple(StatedSpeed(entry.workload, entry.model, entry.speed_ppm, entry.source) for entry in section.speeds)


def apply_weights(catalog: Catalog, section: CatalogSection, where: Locate) -> Catalog:
    """The scenario's billing weights in place of the published ones of those models, at all dates."""
    own: dict[str, BillingWeight] = {}
    for name, weight_ppm in section.billing_weights_ppm.items():
        place = where("catalog", "billing_weights", name)
        id_ = catalog.resolve(name, place)
        own[id_] = BillingWeight(id_, weight_ppm, ALWAYS, "stated", "stated by the scenario", place.file)
    return _with_weights(catalog, own)


def apply_assumptions(catalog: Catalog, section: CatalogSection, where: Locate) -> Catalog:
    """Figures and billing weights that the scenario assumes, put where nothing is known; speeds and rates are the speed table's.

    An assumption about a named model holds even against a published figure; one about a group fills gaps only.
    """
    assumed = tuple(_assumption(entry) for entry in section.assume)
    for index, row in enumerate(assumed):
        if row.what not in (STATEMENT, SPEED, RATE):
            catalog = _assume(catalog, row, where("catalog", "assume", index))
        elif row.what in (SPEED, RATE) and row.model != ANY and not catalog.group(row.model):
            catalog.resolve(row.model, where("catalog", "assume", index))
    return replace(catalog, assumptions=(*assumed, *catalog.assumptions))


def _assumption(entry: AssumptionEntry) -> Assumption:
    value = None if entry.value_micro is None else Decimal(entry.value_micro) / PPM
    span = None if entry.range_micro is None else (Decimal(entry.range_micro[0]) / PPM, Decimal(entry.range_micro[1]) / PPM)
    workload = (entry.workload or ANY) if entry.what in (SPEED, RATE) else ""
    return Assumption(entry.what, entry.model or "", workload, value, span, entry.unit or "", entry.who, entry.why, entry.why_ko or "")


def _assume(catalog: Catalog, row: Assumption, place: Where) -> Catalog:
    attributes = {attribute.name: attribute for attribute in catalog.attributes if attribute.applies_to == "accelerator"}
    if row.what != WEIGHT and row.what not in attributes:
        place = replace(place, field=f"{place.field}.what")
        raise _unknown(f"nothing called {row.what!r} can be assumed", row.what, (SPEED, RATE, WEIGHT, STATEMENT, *attributes), place)
    group = tuple(catalog.accelerators.values()) if row.model == ANY else catalog.group(row.model)
    ids = [model.id for model in group] or [catalog.resolve(row.model, place)]
    for id_ in ids:
        if row.what == WEIGHT:
            if not group or catalog.weight(id_, dt.date.max) is None:
                assert row.value is not None, "an assumed weight has a value"
                weight = BillingWeight(id_, ppm(row.value), ALWAYS, "assumed", row.why, place.file, row.who)
                catalog = _with_weights(catalog, {id_: weight})
        elif not group or not catalog.accelerators[id_].figures[row.what].known:
            catalog = _with_figure(catalog, id_, row, attributes[row.what].unit, place)
    return catalog


def _with_weights(catalog: Catalog, own: Mapping[str, BillingWeight]) -> Catalog:
    kept = tuple(row for row in catalog.weights if row.accelerator not in own)
    return replace(catalog, weights=(*kept, *own.values())) if own else catalog


def _with_figure(catalog: Catalog, id_: str, row: Assumption, unit: str, place: Where) -> Catalog:
    if row.unit and row.unit != unit:
        raise CatalogError(
            f"{row.what} is assumed in {row.unit!r}", where=replace(place, field=f"{place.field}.unit"), remedy=f"give it in {unit}"
        )
    model = catalog.accelerators[id_]
    fact = Fact(row.value, unit, f"assumed by {row.who}", "", "low", row.why)
    changed = replace(model, figures={**model.figures, row.what: fact})
    return replace(catalog, accelerators={**catalog.accelerators, id_: changed})


def _unknown(what: str, name: str, known: Sequence[str] | Mapping[str, str], place: Where) -> CatalogError:
    near = difflib.get_close_matches(name, list(known), n=2, cutoff=0.5)
    return CatalogError(what, where=place, remedy=f"did you mean {' or '.join(near)}?" if near else f"write one of {', '.join(known)}")
