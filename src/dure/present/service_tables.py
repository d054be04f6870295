"""Services as tables: what was asked of each and what was served, and the rate of one replica on every model it may run on."""

from __future__ import annotations

from typing import Any

from dure.model.units import MICRO
from dure.present.run_tables import word_of
from dure.present.said import said
from dure.present.tables import Cell, Column, Table
from dure.present.words import Words
from dure.wire.runs import RunFolder

_AMOUNTS = ("offered", "served", "not_served")
_PARTS = ("needed_s", "serving_s", "starting_s", "waiting_s", "again_s")


def services(run: RunFolder, say: Words) -> Table:
    """One row a service; empty for a run that had none, or that an older version wrote."""
    rows = tuple(_row(one, say) for one in run.run.get("services") or ())
    columns = (
        Column("service", say("service.name"), number=False),
        Column("workload", say("column.workload"), number=False),
        Column("unit", say("column.unit"), number=False),
        *(Column(name, say(f"service.{name}")) for name in (*_AMOUNTS, "served_share", "replicas_most", *_PARTS)),
    )
    return Table("services", say("report.services"), columns, rows, word_of(run), say("service.note"))


def brief(run: RunFolder, say: Words) -> Table:
    """The same for a terminal: fewer columns, and amounts in three digits."""
    names = (*_AMOUNTS, "served_share", "replicas_most", "waiting_s", "again_s")
    rows = []
    for one in run.run.get("services") or ():
        unit = f" {say('service.unit_' + one['unit'])}" if one["unit"] else ""
        shown = (
            *(say.compact(one[name]) + (unit if name == "offered" else "") for name in _AMOUNTS),
            say.percent(one["served_share"]),
            say.count(one["replicas_most"]),
            *(say.hours(one[name]) for name in names[-2:]),
        )
        cells = (Cell(one[name], text) for name, text in zip(names, shown, strict=True))
        rows.append((Cell(one["service"], say.name(one["service"], "service")), *cells))
    columns = (
        Column("service", say("service.name"), number=False),
        *(Column(name, say(f"service.brief_{name}" if name in names[-2:] else f"service.{name}")) for name in names),
    )
    return Table("services", say("report.services"), columns, tuple(rows), word_of(run), say("service.note"))


def _row(one: dict[str, Any], say: Words) -> tuple[Cell, ...]:
    share = one["served_share"]
    return (
        Cell(one["service"], say.name(one["service"], "service")),
        Cell(one["workload"], one["workload"]),
        Cell(one["unit"] or None, say(f"service.unit_{one['unit']}") if one["unit"] else say.unknown),
        *(Cell(one[name], say.count(one[name])) for name in _AMOUNTS),
        Cell(share, say.percent(share)),
        Cell(one["replicas_most"], say.count(one["replicas_most"])),
        *(Cell(one[name], say.hours(one[name])) for name in _PARTS),
    )


def rates(run: RunFolder, say: Words) -> Table:
    """What one replica does on each model and where that comes from: a rate that nobody measured there is derived or assumed."""
    rows = tuple(
        (
            Cell(one["service"], say.name(one["service"], "service")),
            Cell(rate["model"], rate["model"] + (f" ({say('service.sized_on')})" if rate["model"] == one["sized_on"] else "")),
            Cell(rate["replica_micro_per_s"] / MICRO, f"{rate['replica_micro_per_s'] / MICRO:,.2f} {say('service.unit_' + one['unit'])}/s"),
            Cell(rate["basis"], say(f"service.basis_{rate['basis']}")),
            Cell(rate["source"], said(rate["source"], say)),
        )
        for one in run.run.get("services") or ()
        for rate in one["rates"]
    )
    columns = (
        Column("service", say("service.name"), number=False),
        Column("model", say("column.model"), number=False),
        Column("replica_per_s", say("service.replica_per_s")),
        Column("basis", say("service.basis"), number=False),
        Column("source", say("service.source"), number=False),
    )
    return Table("service_rates", say("report.service_rates"), columns, rows, None)
