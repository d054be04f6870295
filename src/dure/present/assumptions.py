"""What was assumed, as a table and as lines: in a report, and in the catalogue that a scenario changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dure.present.numbers import Lang
from dure.present.said import said
from dure.present.tables import Cell, Column, Raw, Table, Word
from dure.present.words import Words

NAMES = ("what", "model", "workload", "value", "range", "unit", "who", "why")
SENTENCES = ("who", "why")


def assumption_table(given: Sequence[Mapping[str, Any]], say: Words) -> Table:
    """Every assumption with its range, who stands for it and why."""
    rows = []
    for one in given:
        read = {**one, "range": _range(one.get("range"))}
        if say.lang is Lang.KO and one.get("why_ko"):
            read["why"] = one["why_ko"]
        rows.append(tuple(Cell(_raw(one.get(name)), _text(name, read.get(name), say)) for name in NAMES))
    columns = tuple(
        Column(name, say(f"column.{name}"), number=name in ("value", "range"), parts=("low", "high") if name == "range" else ())
        for name in NAMES
    )
    return Table("assumptions", say("report.assumptions"), columns, tuple(rows), Word.ASSUMED)


def _text(name: str, value: Any, say: Words) -> str:
    known = say(f"assume.every_{name}") if value == "*" else say.get(f"assume.{value}", _shown(value))
    return said(known, say) if name in SENTENCES else known


def _range(value: Any) -> str:
    return f"{_shown(value[0])} – {_shown(value[1])}" if isinstance(value, list | tuple) and len(value) == 2 else ""


def _raw(value: Any) -> Raw:
    if isinstance(value, list | tuple):
        return (value[0], value[1]) if len(value) == 2 else None
    return value if value is None or isinstance(value, int | float | str) else str(value)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def assumption_line(row: tuple[Cell, ...], say: Words) -> str:
    """`speed, amd-mi300x, llm-finetune: 1 (0.8 – 1.2) · quickstart: close to H100 where both were measured`."""
    what, model, workload, value, between, unit, who, why = (cell.text for cell in row)
    subject = ", ".join(part for part in (what, model, workload) if part)
    beside = ", ".join(part for part in ("" if row[5].raw == "won" else unit, between) if part)
    figure = say.won(row[3].raw) if row[5].raw == "won" and isinstance(row[3].raw, int) else value
    figure += f" ({beside})" if beside else ""
    return f"{subject}: {figure} · {who}: {why}" if figure else f"{subject} · {who}: {why}"
