"""The catalogue as tables and as JSON: what a person reads and what a program reads say the same; unknown is said, never 0."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dure.model.catalog import PPM, Accelerator, BillingWeight, Catalog, Fact, NodeModel, number, plain
from dure.plant.speed import Speed, SpeedRow, SpeedTable
from dure.present.said import said
from dure.present.tables import Cell, Column, Table, Word
from dure.present.words import Words

PEAKS = ("bf16_tflops", "fp16_tflops")
"""The 16-bit peak of a model: bfloat16, or half precision where no bfloat16 peak is stated."""


def peak(model: Accelerator) -> Fact:
    facts = [model.per_device(name) for name in PEAKS]
    return next((fact for fact in facts if fact.known), facts[0])


def models_table(catalog: Catalog, models: Iterable[Accelerator], on: dt.date, say: Words) -> Table:
    """One row a model, figures of one schedulable device."""
    rows = [_model_row(catalog, model, on, say) for model in models]
    columns = (
        Column("name", say("catalog.name"), number=False),
        Column("model", say("catalog.model"), number=False),
        Column("vendor", say("catalog.vendor"), number=False),
        Column("kind", say("catalog.kind"), number=False),
        Column("memory_gb", say("catalog.memory")),
        Column("peak_tflops", say("catalog.peak")),
        Column("tdp_w", say("catalog.tdp")),
        Column("devices_per_node", say("catalog.node_devices")),
        Column("credits_per_hour", say("catalog.weight")),
        Column("training", say("catalog.trains"), number=False),
    )
    return Table("catalog", say("catalog.title", n=len(rows)), columns, tuple(rows), Word.PUBLISHED)


def _model_row(catalog: Catalog, model: Accelerator, on: dt.date, say: Words) -> tuple[Cell, ...]:
    return (
        Cell(model.id, model.short),
        Cell(model.model, model.model),
        Cell(model.vendor, model.vendor),
        Cell(model.kind, model.kind),
        _fact(model.memory_gb, say),
        _fact(peak(model), say),
        _fact(model.per_device("tdp_w"), say),
        _count(model.devices_per_node, say),
        _weight(catalog.weight(model.id, on), say),
        Cell(model.training, say(f"catalog.{model.training}")),
    )


def nodes_table(nodes: Iterable[NodeModel], say: Words) -> Table:
    rows = [
        (
            Cell(node.id, node.id),
            Cell(node.name, node.name),
            Cell(node.accelerator, node.accelerator),
            _count(node.cards, say),
            _count(node.devices, say),
            _count(node.domain_nodes, say),
            _fact(node.figure("power_rated_w"), say),
        )
        for node in nodes
    ]
    columns = (
        Column("id", say("catalog.name"), number=False),
        Column("name", say("catalog.model"), number=False),
        Column("accelerator", say("catalog.accelerator"), number=False),
        Column("cards", say("catalog.cards")),
        Column("devices", say("catalog.devices")),
        Column("domain_nodes", say("catalog.domain")),
        Column("power_rated_w", say("catalog.rated")),
    )
    return Table("node_models", say("catalog.nodes_title", n=len(rows)), columns, tuple(rows), Word.PUBLISHED)


def weights_table(rows: Iterable[BillingWeight], title: str, say: Words) -> Table:
    cells = tuple(
        (
            Cell(row.accelerator, row.accelerator),
            _weight(row, say),
            Cell(_day(row.valid_from), _day(row.valid_from) or "–"),
            Cell(row.basis, say(f"catalog.{row.basis}")),
            Cell(row.derivation, said(row.derivation, say)),
        )
        for row in rows
    )
    columns = (
        Column("accelerator", say("catalog.accelerator"), number=False),
        Column("credits_per_hour", say("catalog.weight")),
        Column("valid_from", say("catalog.since"), number=False),
        Column("basis", say("catalog.basis"), number=False),
        Column("derivation", say("catalog.derivation"), number=False),
    )
    return Table("billing_weights", title, columns, cells, None)


def sources(figures: Iterable[tuple[str, Fact]]) -> list[str]:
    """The sources of figures, each once, in order of first use: the numbers of `figures_table` count from 1."""
    return list(dict.fromkeys(fact.source for _, fact in figures if fact.source))


def figures_table(figures: Sequence[tuple[str, Fact]], title: str, say: Words) -> Table:
    """Each known figure with its source, and each unknown one of which a note says what was found instead (see `bare`)."""
    marks = {source: f"[{at}]" for at, source in enumerate(sources(figures), 1)}
    rows = tuple(
        (
            Cell(name, name),
            Cell(number(fact.value), str(fact) if fact.known else say.unknown),
            Cell(fact.as_of or None, fact.as_of),
            Cell(fact.confidence, say(f"catalog.{fact.confidence}") if fact.known else ""),
            Cell(fact.source or None, " ".join(part for part in (marks.get(fact.source, ""), fact.note) if part)),
        )
        for name, fact in figures
        if fact.known or fact.note
    )
    columns = (
        Column("attribute", say("catalog.figure"), number=False),
        Column("value", say("catalog.value")),
        Column("as_of", say("catalog.as_of"), number=False),
        Column("confidence", say("catalog.confidence"), number=False),
        Column("source", say("catalog.source"), number=False),
    )
    return Table("figures", title, columns, rows, Word.PUBLISHED)


def bare(figures: Iterable[tuple[str, Fact]]) -> list[str]:
    """The figures of which no source says anything."""
    return [name for name, fact in figures if not fact.known and not fact.note]


def parts_table(catalog: Catalog, model: Accelerator, say: Words) -> Table:
    rows = tuple(
        (
            Cell(part.id, part.id),
            Cell(part.level, say(f"catalog.{part.level}")),
            _count(part.count, say),
            Cell(part.milli, say.unknown if part.milli is None else f"{part.milli / 1000:g}"),
            _fact(part.memory_gb, say),
            Cell(part.resource or None, part.resource),
            Cell(part.note or None, part.note),
        )
        for part in catalog.parts(model.id)
    )
    columns = (
        Column("id", say("catalog.part"), number=False),
        Column("level", say("catalog.level"), number=False),
        Column("count", say("catalog.count")),
        Column("milli", say("catalog.milli")),
        Column("memory_gb", say("catalog.memory")),
        Column("resource", say("catalog.resource"), number=False),
        Column("note", say("catalog.note"), number=False),
    )
    return Table("partitions", say("catalog.section_parts"), columns, rows, Word.PUBLISHED)


def speed_sources(table: SpeedTable, model: Accelerator) -> list[str]:
    """The sources of published speeds, each once: the numbers of `speeds_table` count from 1."""
    found = (table.speed(name, model.id) for name in table.workloads)
    return list(dict.fromkeys(speed.source for speed in found if speed is not None and speed.basis == "published"))


def speeds_table(table: SpeedTable, model: Accelerator, say: Words) -> Table:
    """One row for each class with a speed, or with a result that is listed but not used (see `unmeasured`)."""
    blank = unmeasured(table, model)
    names = [name for name in table.workloads if name not in blank]
    marks = {source: f"[{at}]" for at, source in enumerate(speed_sources(table, model), 1)}
    rows = tuple((Cell(name, name), *_speed_cells(table, name, model.id, marks, say)) for name in names)
    columns = (
        Column("workload", say("catalog.workload"), number=False),
        Column("speed_ppm", say("catalog.speed")),
        Column("basis", say("catalog.basis"), number=False),
        Column("benchmark", say("catalog.benchmark"), number=False),
        Column("as_of", say("catalog.as_of"), number=False),
        Column("source", say("catalog.source"), number=False),
    )
    return Table("speeds", say("catalog.section_speeds"), columns, rows, None)


def unmeasured(table: SpeedTable, model: Accelerator) -> list[str]:
    """The classes in which nothing is known of the model's speed."""
    listed = {row.workload for row in table.rows if row.accelerator == model.id}
    return [name for name in table.workloads if name not in listed and table.speed(name, model.id) is None]


def _speed_cells(table: SpeedTable, workload: str, model: str, marks: Mapping[str, str], say: Words) -> tuple[Cell, ...]:
    speed = table.speed(workload, model)
    if speed is None:
        unused = [row for row in table.rows if row.workload == workload and row.accelerator == model]
        note = say("catalog.unused", note="; ".join(row.note for row in unused))
        return (Cell(None, say.unknown), Cell(None, ""), Cell(None, _bench(unused[0])), Cell(None, unused[0].as_of), Cell(None, note))
    row = speed.row
    bench = "" if row is None else _bench(row)
    named = "" if speed.basis == "reference" else marks.get(speed.source) or said(speed.source, say)
    source = "; ".join(part for part in (named, "" if row is None else row.note) if part)
    return (
        Cell(speed.ppm, ratio(speed.ppm)),
        Cell(speed.basis, say(f"catalog.{speed.basis}")),
        Cell(bench or None, bench),
        Cell(speed.as_of or None, speed.as_of),
        Cell(speed.source, source),
    )


def _bench(row: SpeedRow) -> str:
    return " ".join(part for part in (row.benchmark, row.round) if part)


def speed_lines(table: SpeedTable, models: Iterable[Accelerator], say: Words) -> list[tuple[str, str]]:
    """Class → the models with a known speed, fastest first."""
    models = tuple(models)
    lines = []
    for name in table.workloads:
        known = [(speed, model.short) for model in models if (speed := table.speed_ppm(name, model.id)) is not None]
        known.sort(key=lambda pair: (-pair[0], pair[1]))
        same = len({speed for speed, _ in known}) == 1 and len(known) == len(models) > 1
        text = (
            f"* {ratio(known[0][0])} ({say('catalog.assumed')})"
            if same
            else " · ".join(f"{model} {ratio(speed)}" for speed, model in known)
        )
        lines.append((name, text or say.unknown))
    return lines


def ratio(ppm: int) -> str:
    """A ratio to two figures after the point, to three below a tenth."""
    return f"{ppm / PPM:.2f}" if ppm >= PPM // 10 else f"{ppm / PPM:.3f}"


def _fact(fact: Fact, say: Words) -> Cell:
    return Cell(number(fact.value), say.unknown if fact.value is None else plain(fact.value))


def _count(value: int | None, say: Words) -> Cell:
    return Cell(value, say.unknown if value is None else str(value))


def _weight(row: BillingWeight | None, say: Words) -> Cell:
    if row is None or row.weight_ppm is None:
        return Cell(None, say.unknown)
    return Cell(row.weight_ppm / PPM, f"{row.weight_ppm / PPM:.2f}")


def _day(day: dt.date) -> str | None:
    return None if day == dt.date.min else day.isoformat()


def fact_json(fact: Fact) -> dict[str, Any]:
    return {
        "value": number(fact.value),
        "unit": fact.unit,
        "source": fact.source or None,
        "as_of": fact.as_of or None,
        "confidence": fact.confidence,
        "note": fact.note or None,
    }


def weight_json(row: BillingWeight | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "credits_per_hour": None if row.weight_ppm is None else row.weight_ppm / PPM,
        "valid_from": _day(row.valid_from),
        "basis": row.basis,
        "derivation": row.derivation,
        "source": row.source or None,
        "who": row.who or None,
    }


def model_json(catalog: Catalog, model: Accelerator, on: dt.date) -> dict[str, Any]:
    """Everything known of a model; figures are of one card, `device` is what one schedulable device has."""
    return {
        "id": model.id,
        "names": list(model.names),
        "vendor": model.vendor,
        "model": model.model,
        "kind": model.kind,
        "origin": model.origin,
        "year": model.year,
        "form_factor": model.form_factor or None,
        "training": model.training,
        "devices_per_card": model.devices_per_card,
        "devices_per_node": model.devices_per_node,
        "node_model": model.default_node or None,
        "device": {"memory_gb": number(model.memory_gb.value), "peak_16bit_tflops": number(peak(model).value)},
        "figures": {name: fact_json(fact) for name, fact in model.figures.items()},
        "billing_weight": weight_json(catalog.weight(model.id, on)),
        "partitions": [
            {"id": part.id, "level": part.level, "count": part.count, "milli": part.milli, "memory_gb": fact_json(part.memory_gb)}
            | {"resource": part.resource or None, "source": part.source}
            for part in catalog.parts(model.id)
        ],
        "software": {name: text or None for name, text in model.stack.items()},
        "source": model.source,
        "as_of": model.as_of or None,
        "confidence": model.confidence,
        "note": model.note or None,
    }


def node_json(node: NodeModel) -> dict[str, Any]:
    return {
        "id": node.id,
        "name": node.name,
        "accelerator": node.accelerator,
        "cards": node.cards,
        "devices": node.devices,
        "domain_nodes": node.domain_nodes,
        "figures": {name: fact_json(fact) for name, fact in node.figures.items()},
        "source": node.source,
        "as_of": node.as_of or None,
        "confidence": node.confidence,
        "note": node.note or None,
    }


def speeds_json(table: SpeedTable, model: str) -> dict[str, Any]:
    return {name: speed_json(table.speed(name, model)) for name in table.workloads}


def speed_json(speed: Speed | None) -> dict[str, Any] | None:
    if speed is None:
        return None
    row = speed.row
    bench = (
        {}
        if row is None
        else {"suite": row.suite, "benchmark": row.benchmark or None, "round": row.round or None, "submitter": row.submitter or None}
    )
    return {
        "speed": speed.ppm / PPM,
        "basis": speed.basis,
        **bench,
        "source": speed.source,
        "as_of": speed.as_of or None,
        "confidence": speed.confidence,
        "assumption": None if speed.assumption is None else speed.assumption.as_row(),
    }
