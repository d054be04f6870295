"""Use, charges, settlements and access as tables for a terminal; what is not known is a dash, what is known in part is `≥`."""

from __future__ import annotations

from dure.model.units import HOUR_S, MICRO, MILLI
from dure.present.tables import Cell, Column, Table
from dure.present.words import Words
from dure.wire import api


def usage_table(found: api.Usage, say: Words) -> Table:
    """What `dure usage` prints: measured by the sites, charged by the published weights."""
    columns = (
        Column("name", say(f"books.by.{found.by}"), number=False),
        Column("jobs", say("work.ran")),
        Column("busy_milli_s", say("books.hours")),
        Column("credits_micro", say("work.credits")),
        Column("won", say("books.owed")),
        Column("energy_wh", say("books.energy")),
        Column("electricity_won", say("books.electricity"), optional=True),
        Column("service_won", say("books.service"), optional=True),
        Column("wait_s", say("books.wait"), optional=True),
    )
    told = tuple(
        (
            Cell(one.name, one.name),
            Cell(one.jobs, say.count(one.jobs)),
            Cell(one.busy_milli_s, fine(one.busy_milli_s / MILLI / HOUR_S)),
            Cell(one.credits_micro, fine(one.credits_micro / MICRO)),
            Cell(one.won, say.won_exact(one.won)),
            partly(one.energy_wh, one.energy_unknown_milli_s, say.count),
            partly(one.electricity_won, one.electricity_unknown_milli_s, say.won_exact),
            partly(one.service_won, one.service_unknown_milli_s, say.won_exact),
            _waits(one, say),
        )
        for one in found.rows
    )
    return Table("usage", say("work.usage"), columns, told, None)


def partly(value: int | None, unknown: int, text: object) -> Cell:
    """A sum of which a part may be unknown."""
    assert callable(text)
    return Cell(value, "–" if value is None else f"≥ {text(value)}" if unknown else str(text(value)))


def _waits(one: api.UsageRow, say: Words) -> Cell:
    if one.wait_median_s is None or one.wait_p90_s is None:
        return Cell(None, "–")
    return Cell(one.wait_p90_s, f"{say.duration(one.wait_median_s)} · {say.duration(one.wait_p90_s)}")


def fine(value: float) -> str:
    """Small amounts keep the figures that tell them from nothing."""
    return f"{value:,.4f}" if 0 < value < 10 else f"{value:,.1f}" if value else "0"
