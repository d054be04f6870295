"""What a scenario's `catalog` section does to the packaged catalogue: changed and added models, billing weights, assumptions."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dure.adapters.tables_csv import Row
from dure.model.catalog import Assumption, Attribute, BillingWeight, Catalog, Fact, fold
from dure.model.errors import CatalogError, Where
from dure.plant.speed import StatedSpeed, ppm

ALWAYS = dt.date.min
"""The day from which a scenario's own weights hold: all of the run."""


@dataclass(frozen=True, slots=True)
class Overrides:
    """What a scenario's `catalog` section says.

    Rows of models have the columns of the packaged tables, with figures as columns beside them (`memory_gb: 64`). A row that names a known
    model changes what it gives; any other is a new model, which must say vendor, model, kind and training.
    """

    file: str = "scenario"
    accelerators: Sequence[Mapping[str, Any]] = ()
    node_models: Sequence[Mapping[str, Any]] = ()
    billing_weights_ppm: Mapping[str, int] = field(default_factory=dict)
    speeds: Sequence[StatedSpeed] = ()
    assume: Sequence[Assumption] = ()


def merge_rows(rows: dict[str, list[Row]], overrides: Overrides, attributes: Sequence[Attribute]) -> None:
    """Puts the scenario's models among the rows of the tables, so that they are parsed and checked like those."""
    for table, kind, given in (
        ("accelerators", "accelerator", overrides.accelerators),
        ("node_models", "node", overrides.node_models),
    ):
        units = {attribute.name: attribute.unit for attribute in attributes if attribute.applies_to == kind}
        for index, cells in enumerate(given):
            _merge_row(rows, table, units, Row(overrides.file, 0, _texts(cells), stated=True), f"catalog.{table}[{index}]")


def _merge_row(rows: dict[str, list[Row]], table: str, units: Mapping[str, str], given: Row, path: str) -> None:
    columns = tuple(rows[table][0].cells)
    for name in given.cells:
        if name not in columns and name not in units:
            near = difflib.get_close_matches(name, [*columns, *units], n=2)
            remedy = f"did you mean {' or '.join(near)}?" if near else "`dure catalog show h100` lists the figures a model can have"
            raise CatalogError(f"no column {name!r}", where=Where(given.file, 0, f"{path}.{name}"), remedy=remedy)
    id_ = fold(given.cells.get("id", ""))
    at = next((i for i, row in enumerate(rows[table]) if id_ in (row.cells["id"], *row.cells.get("names", "").split())), None)
    base = _blank(table, columns, given.cells, id_) if at is None else dict(rows[table][at].cells)
    id_ = base["id"]
    cells = base | {name: text for name, text in given.cells.items() if name in columns and name != "id"}
    merged = Row(f"{given.file}: {path}", 0, cells, stated=True)
    if at is None:
        rows[table].append(merged)
    else:
        rows[table][at] = merged
    source = given.cells.get("source") or f"stated in {given.file}"
    said = {"source": source, "as_of": given.cells.get("as_of", ""), "confidence": given.cells.get("confidence", "medium")}
    for name, text in given.cells.items():
        if name in units:
            figure = {"thing": id_, "attribute": name, "value": text, "unit": units[name], "note": "", **said}
            rows["figures"].append(Row(f"{given.file}: {path}.{name}", 0, figure, stated=True))


def _blank(table: str, columns: Sequence[str], given: Mapping[str, str], id_: str) -> dict[str, str]:
    """The cells of a model that the packaged tables do not have; what is not defaulted here must be given."""
    cells = dict.fromkeys(columns, "") | {"id": id_, "source": "the scenario", "confidence": "medium"}
    if table == "accelerators":
        vendor = fold(given.get("vendor", ""))
        origin = vendor if vendor in ("nvidia", "amd", "intel") else "other"
        cells |= {"names": id_, "origin": origin, "devices_per_card": "1"}
    else:
        cells |= {"name": id_}
    return cells


def _texts(given: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: "" if value is None else " ".join(value) if isinstance(value, list | tuple) else str(value) for name, value in given.items()
    }


def apply_weights(catalog: Catalog, overrides: Overrides) -> Catalog:
    """The scenario's billing weights in place of the published ones of those models, at all dates."""
    own: dict[str, BillingWeight] = {}
    for name, weight_ppm in overrides.billing_weights_ppm.items():
        id_ = catalog.resolve(name, Where(overrides.file, 0, f"catalog.billing_weights.{name}"))
        own[id_] = BillingWeight(id_, weight_ppm, ALWAYS, "stated", "the scenario's own table", overrides.file)
    return _with_weights(catalog, own)


def apply_assumptions(catalog: Catalog, overrides: Overrides) -> Catalog:
    """Billing weights and figures that the scenario assumes; speeds are the speed table's business."""
    attributes = {attribute.name: attribute for attribute in catalog.attributes}
    weights: dict[str, BillingWeight] = {}
    for index, row in enumerate(overrides.assume):
        where = Where(overrides.file, 0, f"catalog.assume[{index}]")
        if row.what == "speed":
            continue
        id_ = catalog.resolve(row.model, where)
        if row.what == "billing_weight":
            weights[id_] = BillingWeight(id_, ppm(row.value), ALWAYS, "assumed", row.why, overrides.file, row.who)
        elif row.what in attributes and attributes[row.what].applies_to == "accelerator":
            catalog = _with_figure(catalog, id_, row, attributes[row.what].unit)
        else:
            near = difflib.get_close_matches(row.what, ["speed", "billing_weight", *attributes], n=2)
            hint = f"did you mean {' or '.join(near)}?" if near else "write speed, billing_weight or a figure of an accelerator"
            raise CatalogError(
                f"nothing called {row.what!r} can be assumed", where=replace(where, field=f"{where.field}.what"), remedy=hint
            )
    return replace(_with_weights(catalog, weights), assumptions=(*overrides.assume, *catalog.assumptions))


def _with_weights(catalog: Catalog, own: Mapping[str, BillingWeight]) -> Catalog:
    kept = tuple(row for row in catalog.weights if row.accelerator not in own)
    return replace(catalog, weights=(*kept, *own.values())) if own else catalog


def _with_figure(catalog: Catalog, id_: str, row: Assumption, unit: str) -> Catalog:
    if row.unit and row.unit != unit:
        raise CatalogError(f"{row.what} of {id_} assumed in {row.unit!r}", remedy=f"give it in {unit}")
    model = catalog.accelerators[id_]
    fact = Fact(row.value, unit, f"assumed by {row.who}", "", "low", row.why)
    changed = replace(model, figures={**model.figures, row.what: fact})
    return replace(catalog, accelerators={**catalog.accelerators, id_: changed})
