"""Reads the catalogue: the packaged CSV tables, and what a scenario adds to them or changes in them."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources

from dure.adapters.catalog_overrides import Locate, apply_assumptions, apply_weights, merge_rows, stated_speeds
from dure.adapters.tables_csv import Row, read_table
from dure.model.catalog import (
    APPLIES,
    BASES,
    LEVELS,
    ORIGINS,
    PPM,
    TRAININGS,
    Accelerator,
    Assumption,
    Attribute,
    BillingWeight,
    Catalog,
    Fact,
    NodeModel,
    Partition,
)
from dure.model.errors import Where
from dure.plant.speed import SpeedRow, SpeedTable, Workload, build_speed_table
from dure.wire.scenario_catalog import CatalogSection

STACK = ("memory_type", "scaleup", "stack", "torch_device", "collective", "image", "slurm_gres", "slurm_autodetect", "k8s_resource")
"""Text columns of accelerators.csv: what links the devices and how software names them."""

PROVENANCE = ("source", "as_of", "confidence", "note")

ACCELERATOR = ("id", "names", "vendor", "model", "kind", "origin", "year", "form_factor", "training", "devices_per_card", "node")
NODE = ("id", "name", "accelerator", "cards", "devices", "domain_nodes")

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "accelerators": (*ACCELERATOR, *STACK, *PROVENANCE),
    "attributes": ("attribute", "applies_to", "unit", "meaning"),
    "figures": ("thing", "attribute", "value", "unit", *PROVENANCE),
    "node_models": (*NODE, *PROVENANCE),
    "partitions": ("id", "accelerator", "level", "count", "milli", "memory_gb", "resource", *PROVENANCE),
    "billing_weights": ("accelerator", "valid_from", "weight", "basis", "derivation", "source", "who"),
    "assumptions": ("what", "model", "workload", "value", "low", "high", "unit", "who", "why"),
}
SPEED_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "workloads": ("workload", "training", "names", "measured_by", "meaning"),
    "speeds": (
        *("workload", "accelerator", "speed_ppm", "use", "suite", "benchmark", "value", "unit", "devices", "reference_value"),
        *("reference_devices", "round", "submitter", "reference_round", "reference_submitter", "source", "reference_source"),
        *("as_of", "confidence", "note"),
    ),
}
"""The header of each table, in order; a table with another header is refused."""


def _nowhere(*loc: str | int) -> Where:
    """Where a value stands that came from no file."""
    return Where(field=".".join(str(part) for part in loc))


def packaged(name: str) -> str:
    """The text of a table that ships with dure."""
    return resources.files("dure").joinpath("catalog", f"{name}.csv").read_text(encoding="utf-8")


def load_catalog(section: CatalogSection | None = None, where: Locate = _nowhere, tables: Mapping[str, str] | None = None) -> Catalog:
    """The catalogue as packaged, or as the `catalog` section of a scenario changes it.

    `where` (LoadedScenario.where) lets errors name the line of the scenario; `tables` replaces the text of packaged tables by name.
    """
    rows = {name: _read(name, columns, tables) for name, columns in COLUMNS.items()}
    attributes = tuple(_attribute(row) for row in rows["attributes"])
    if section is None:
        return _catalog(rows, attributes)
    merge_rows(rows, section, attributes, where)
    return apply_assumptions(apply_weights(_catalog(rows, attributes), section, where), section, where)


def load_speed_table(catalog: Catalog, section: CatalogSection | None = None, tables: Mapping[str, str] | None = None) -> SpeedTable:
    """The speed table of one run over `catalog` (and its assumptions), with the speeds that the scenario adds."""
    rows = {name: _read(name, columns, tables) for name, columns in SPEED_COLUMNS.items()}
    workloads = [_workload(row) for row in rows["workloads"]]
    known = {workload.name for workload in workloads}
    speeds = [_speed(row, known, catalog) for row in rows["speeds"]]
    return build_speed_table(catalog, workloads, speeds, () if section is None else stated_speeds(section))


def _read(name: str, columns: Sequence[str], tables: Mapping[str, str] | None) -> list[Row]:
    text = packaged(name) if tables is None or name not in tables else tables[name]
    return read_table(f"catalog/{name}.csv", text, columns)


def _catalog(rows: Mapping[str, Sequence[Row]], attributes: tuple[Attribute, ...]) -> Catalog:
    known = _unique(rows["accelerators"], "id")
    nodes = _unique(rows["node_models"], "id")
    figures = _figures(rows["figures"], attributes, known, nodes)
    accelerators = {id_: _accelerator(row, figures[id_], nodes) for id_, row in known.items()}
    return Catalog(
        accelerators=accelerators,
        node_models={id_: _node(row, figures[id_], known) for id_, row in nodes.items()},
        partitions=tuple(_partition(row, known) for row in _unique(rows["partitions"], "id").values()),
        weights=tuple(_weight(row, known) for row in rows["billing_weights"]),
        attributes=attributes,
        assumptions=tuple(_assumption(row) for row in rows["assumptions"]),
    )


def _unique(rows: Iterable[Row], name: str) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in rows:
        key = row.id(name)
        if key in found:
            raise row.error(name, f"{key!r} stands here for the second time")
        found[key] = row
    return found


def _reference(row: Row, name: str, known: Iterable[str]) -> str:
    known = list(known)
    text = row.required(name)
    if text not in known:
        near = difflib.get_close_matches(text, known, n=3)
        raise row.error(name, f"{text!r} is in no table", f"did you mean {' or '.join(near)}?" if near else "")
    return text


def _attribute(row: Row) -> Attribute:
    applies_to = row.choice("applies_to", APPLIES)
    return Attribute(row.id("attribute"), applies_to, row.required("unit"), row.required("meaning"))


def _figures(
    rows: Iterable[Row], attributes: Iterable[Attribute], accelerators: Mapping[str, Row], nodes: Mapping[str, Row]
) -> dict[str, dict[str, Fact]]:
    """Every attribute of every thing; one without a row, or with an empty value, is unknown."""
    units: dict[str, dict[str, str]] = {"accelerator": {}, "node": {}}
    for attribute in attributes:
        units[attribute.applies_to][attribute.name] = attribute.unit
    found: dict[str, dict[str, Fact]] = {id_: {} for id_ in (*accelerators, *nodes)}
    for row in rows:
        thing = _reference(row, "thing", found)
        unit_of = units["accelerator" if thing in accelerators else "node"]
        name = _reference(row, "attribute", unit_of)
        if row.text("unit") != unit_of[name]:
            raise row.error("unit", f"{row.text('unit')!r} where {name} is in {unit_of[name]}")
        if name in found[thing] and not row.stated:
            raise row.error("attribute", f"{thing} has {name} twice")
        found[thing][name] = row.fact("value", unit_of[name])
    for thing, facts in found.items():
        for name, unit in units["accelerator" if thing in accelerators else "node"].items():
            facts.setdefault(name, Fact(None, unit))
    return found


def _accelerator(row: Row, figures: Mapping[str, Fact], nodes: Mapping[str, Row]) -> Accelerator:
    node = row.text("node")
    cards = row.integer("devices_per_card")
    if not cards:
        raise row.error("devices_per_card", "a card has at least one device")
    return Accelerator(
        id=row.id("id"),
        vendor=row.required("vendor"),
        model=row.required("model"),
        names=tuple(row.required("names").split()),
        kind=row.required("kind"),
        origin=row.choice("origin", ORIGINS),
        year=row.integer("year"),
        form_factor=row.text("form_factor"),
        training=row.choice("training", TRAININGS),
        devices_per_card=cards,
        devices_per_node=nodes[_reference(row, "node", nodes)].integer("devices") if node else None,
        default_node=node,
        stack={name: row.text(name) for name in STACK},
        figures=figures,
        source=row.required("source"),
        as_of=row.date("as_of"),
        confidence=row.confidence(),
        note=row.text("note"),
    )


def _node(row: Row, figures: Mapping[str, Fact], accelerators: Iterable[str]) -> NodeModel:
    return NodeModel(
        id=row.id("id"),
        name=row.required("name"),
        accelerator=_reference(row, "accelerator", accelerators),
        cards=row.integer("cards"),
        devices=row.integer("devices"),
        domain_nodes=row.integer("domain_nodes"),
        figures=figures,
        source=row.required("source"),
        as_of=row.date("as_of"),
        confidence=row.confidence(),
        note=row.text("note"),
    )


def _partition(row: Row, accelerators: Iterable[str]) -> Partition:
    return Partition(
        id=row.id("id"),
        accelerator=_reference(row, "accelerator", accelerators),
        level=row.choice("level", LEVELS),
        count=row.integer("count"),
        milli=row.integer("milli"),
        memory_gb=row.fact("memory_gb", "GB"),
        resource=row.text("resource"),
        source=row.required("source"),
        as_of=row.date("as_of"),
        confidence=row.confidence(),
        note=row.text("note"),
    )


def _weight(row: Row, accelerators: Iterable[str]) -> BillingWeight:
    weight = row.decimal("weight")
    if weight is not None and (weight == 0 or (weight * PPM) % 1):
        raise row.error("weight", f"{row.text('weight')!r} is no weight", "write a figure above 0 with at most six digits after the point")
    try:
        day = dt.date.fromisoformat(row.required("valid_from"))
    except ValueError:
        raise row.error("valid_from", f"{row.text('valid_from')!r} is no day", "write YYYY-MM-DD") from None
    basis = row.choice("basis", BASES)
    if (weight is None) != (basis == "unknown"):
        raise row.error("basis", f"{basis!r} with the weight {row.text('weight')!r}", "an empty weight is unknown, and only that")
    return BillingWeight(
        accelerator=_reference(row, "accelerator", accelerators),
        weight_ppm=None if weight is None else int(weight * PPM),
        valid_from=day,
        basis=basis,
        derivation=row.required("derivation"),
        source=row.text("source"),
        who=row.required("who") if basis == "assumed" else row.text("who"),
    )


def _assumption(row: Row) -> Assumption:
    value, low, high = row.decimal("value"), row.decimal("low"), row.decimal("high")
    if value is None:
        raise row.error("value", "an assumption has a value")
    span = None if low is None or high is None else (low, high)
    if span is not None and not span[0] <= value <= span[1]:
        raise row.error("value", f"{row.text('value')} lies outside its own range")
    texts = [row.required(name) for name in ("unit", "who", "why")]
    return Assumption(row.required("what"), row.required("model"), row.text("workload"), value, span, texts[0], texts[1], texts[2])


def _workload(row: Row) -> Workload:
    measured_by = tuple(part for part in row.text("measured_by").split("; ") if part)
    training = row.choice("training", TRAININGS)
    return Workload(row.id("workload"), training, tuple(row.text("names").split()), measured_by, row.required("meaning"))


def _speed(row: Row, workloads: Iterable[str], catalog: Catalog) -> SpeedRow:
    speed = row.integer("speed_ppm")
    use = row.choice("use", ("yes", "no")) == "yes"
    if use and not speed:
        raise row.error("speed_ppm", "a row that is used has a speed above 0")
    if not use:
        row.required("note")
    return SpeedRow(
        workload=_reference(row, "workload", workloads),
        accelerator=_reference(row, "accelerator", catalog.accelerators),
        speed_ppm=speed,
        use=use,
        suite=row.required("suite"),
        benchmark=row.text("benchmark"),
        value=row.decimal("value"),
        unit=row.text("unit"),
        devices=row.integer("devices"),
        reference_value=row.decimal("reference_value"),
        reference_devices=row.integer("reference_devices"),
        round=row.text("round"),
        submitter=row.text("submitter"),
        reference_round=row.text("reference_round"),
        reference_submitter=row.text("reference_submitter"),
        source=row.required("source"),
        reference_source=row.text("reference_source"),
        as_of=row.date("as_of"),
        confidence=row.confidence(),
        note=row.text("note"),
    )
