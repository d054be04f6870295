"""What a scenario says takes servers away for a while: where, when, how many, and why. The run counts what it cost."""

from __future__ import annotations

from typing import Any

from dure.present.numbers import Lang
from dure.present.tables import Cell, Column, Table
from dure.present.words import Words
from dure.wire.runs import RunFolder

MODE_CAUSE = {"down": "failed", "maintenance": "maintenance", "unpowered": "unpowered", "unfunded": "unfunded"}


def events(run: RunFolder, say: Words) -> Table:
    """One row an event, in the order of the scenario; empty for a run that had none, or that an older version wrote."""
    rows = tuple(_row(run, one, say) for one in run.run.get("planned") or ())
    names = ("site", "pool", "at_s", "for_s", "mode", "nodes", "why")
    columns = tuple(Column(name, say(f"events.{name}"), number=name == "nodes") for name in names)
    return Table("planned", say("report.events"), columns, rows, None)


def _row(run: RunFolder, one: dict[str, Any], say: Words) -> tuple[Cell, ...]:
    pool, share, nodes = one["pool"], one["share_ppm"], one["nodes"]
    servers = say.count(nodes) if nodes is not None else say("events.all") if share is None else say.percent(share / 1e6)
    return (
        Cell(one["site"], say.name(one["site"], "site")),
        Cell(pool, pool or say("events.every_pool")),
        Cell(one["at_s"], say.date_time(run.start, one["at_s"])),
        Cell(one["for_s"], say("events.to_the_end") if one["for_s"] is None else say.duration(one["for_s"])),
        Cell(one["mode"], say.cause(MODE_CAUSE[one["mode"]])),
        Cell(nodes if share is None else f"{share / 1e4:g}%", servers),
        Cell(one["why"], (say.lang is Lang.KO and one.get("why_ko")) or one["why"] or say("events.no_reason")),
    )
