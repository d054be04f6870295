"""The verdict that a service sends as tables: what `dure jobs explain` prints of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dure.model.units import MICRO
from dure.present.job_tables import ratio
from dure.present.tables import Cell, Column, Table
from dure.present.words import Words

Row = Mapping[str, Any]


def can_table(rows: Sequence[Row], say: Words) -> Table:
    """Pools that can run it; how long copies of its data take stands beside where it has any."""
    with_data = any("copy_s" in row for row in rows)
    columns = (
        Column("pool", say("jobs.pool"), number=False),
        Column("model", say("jobs.model"), number=False),
        Column("speed_ppm", say("jobs.speed")),
        *((Column("copy_s", say("data.copy")),) if with_data else ()),
        Column("result_s", say("jobs.result")),
        Column("limit_s", say("jobs.limit")),
        Column("credits_micro", say("jobs.credits")),
    )
    return Table("can", say("jobs.can"), columns, tuple(_row(row, say, with_data=with_data) for row in rows), None)


def _row(row: Row, say: Words, *, with_data: bool) -> tuple[Cell, ...]:
    credits = row["credits_micro"]
    return (
        Cell(row["pool"], row["pool"]),
        Cell(row["model"], row["model"]),
        Cell(row["speed_ppm"], ratio(row["speed_ppm"], say)),
        *((Cell(row["copy_s"], _length(row["copy_s"], say)),) if with_data else ()),
        Cell(row["result_s"], _length(row["result_s"], say)),
        Cell(row["limit_s"], _length(row["limit_s"], say)),
        Cell(credits, say.compact(None if credits is None else credits / MICRO)),
    )


def _length(seconds: int | None, say: Words) -> str:
    return say.unknown if seconds is None else say.duration(seconds)


def cannot_table(rows: Sequence[Row], say: Words) -> Table:
    """The others, each with every part of the wish that it fails."""
    columns = (
        Column("pool", say("jobs.pool"), number=False),
        Column("model", say("jobs.model"), number=False),
        Column("lacks", say("jobs.lacks"), number=False),
    )
    lacks = ("; ".join(part["text"] for part in row["failed"]) for row in rows)
    cells = tuple(
        (Cell(row["pool"], row["pool"]), Cell(row["model"], row["model"]), Cell(text, text)) for row, text in zip(rows, lacks, strict=True)
    )
    return Table("cannot", say("jobs.cannot"), columns, cells, None)
