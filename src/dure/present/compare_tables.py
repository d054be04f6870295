"""Several runs of the same jobs side by side: each measure per run, and each cause of loss that any of them has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dure.model.reasons import CAUSES
from dure.present.tables import Cell, Column, Table, Word, share
from dure.present.words import Words

Summary = Mapping[str, Any]

SHARES = ("operating_rate", "occupancy", "goodput_rate")
COUNTS = ("jobs_completed", "jobs_waiting", "jobs_rejected", "preemptions", "evictions")
TIMES = ("wait_mean_s", "wait_median_s", "wait_p95_s", "wait_p99_s", "makespan_s")
NUMBERS = ("slowdown_mean", "jain_fairness")


def side_by_side(runs: Sequence[tuple[str, Summary]], say: Words) -> Table:
    """A row per measure, a column per run, in the order given; a measure that a run does not know is unknown."""
    rows = [_measure(key, [summary.get(key) for _, summary in runs], say) for key in (*SHARES, *COUNTS, *TIMES, *NUMBERS)]
    for cause in CAUSES:
        parts = [_lost(summary, cause.column) for _, summary in runs]
        if any(parts):
            label = Cell(f"lost_{cause.name}_share", f"− {say.cause(cause.name)}")
            rows.append((label, *(Cell(part, say.percent(part, 2)) for part in parts)))
    columns = (Column("measure", say("column.measure"), number=False), *(Column(name, name) for name, _ in runs))
    return Table("compare", say("compare.title"), columns, tuple(rows), Word.SIMULATED, say("compare.note"))


def _lost(summary: Summary, column: str) -> float | None:
    """Share of contracted that a cause took."""
    waterfall = summary.get("waterfall") or {}
    return share(waterfall.get(column), waterfall.get("contracted_s"))


def _measure(key: str, values: Sequence[Any], say: Words) -> tuple[Cell, ...]:
    def text(value: Any) -> str:
        if value is None:
            return say.unknown
        if key in SHARES:
            return say.percent(value, 2)
        if key in TIMES:
            return say.duration(value)
        return f"{value:,.3f}" if key in NUMBERS else say.count(value)

    return (Cell(key, say(f"headline.{key}")), *(Cell(value, text(value)) for value in values))
