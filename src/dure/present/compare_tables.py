"""Several runs side by side: each measure per run, what services got done, and each cause of loss that any of them has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dure.model.reasons import CAUSES
from dure.present.tables import Cell, Column, Table, Word, share
from dure.present.words import Words

Summary = Mapping[str, Any]
Services = Sequence[Mapping[str, Any]]

SHARES = ("operating_rate", "occupancy", "goodput_rate")
COUNTS = ("jobs_total", "jobs_completed", "jobs_running", "jobs_waiting", "jobs_unstarted", "jobs_rejected", "preemptions", "evictions")
TIMES = ("wait_least_mean_s", "wait_least_p95_s", "wait_mean_s", "wait_median_s", "wait_p95_s", "wait_p99_s", "makespan_s")
NUMBERS = ("slowdown_mean", "jain_fairness")


def side_by_side(runs: Sequence[tuple[str, Summary]], say: Words, services: Sequence[Services] = (), *, same_jobs: bool = True) -> Table:
    """A row per measure, a column per run, in the order given; a measure that a run does not know is unknown.

    `services` are those of each run, in the same order; `same_jobs` says whether every run was asked for the same jobs.
    """
    rows = [_measure(key, [summary.get(key) for _, summary in runs], say) for key in (*SHARES, *COUNTS, *TIMES, *NUMBERS)]
    rows += _service_rows(services, say)
    for cause in CAUSES:
        parts = [_lost(summary, cause.column) for _, summary in runs]
        if any(parts):
            label = Cell(f"lost_{cause.name}_share", f"− {say.cause(cause.name)}")
            rows.append((label, *(Cell(part, say.percent(part, 2)) for part in parts)))
    columns = (Column("measure", say("column.measure"), number=False), *(Column(name, name) for name, _ in runs))
    title, note = (say("compare.title"), say("compare.note")) if same_jobs else (say("compare.title_other"), say("compare.note_other"))
    if any(summary.get("jobs_unstarted") for _, summary in runs):
        note = f"{note} {say('compare.note_unstarted')}"
    return Table("compare", title, columns, tuple(rows), Word.SIMULATED, note)


def _service_rows(services: Sequence[Services], say: Words) -> list[tuple[Cell, ...]]:
    """Per service how much of what was asked for was served, and what was not; of one that asks no rate, how long its replicas ran."""
    by_name = [{one["service"]: one for one in found} for found in services]
    rows = []
    for name in dict.fromkeys(name for found in by_name for name in found):
        here = [found.get(name, {}) for found in by_name]
        rated = any(one.get("offered") is not None for one in here)
        parts = [one.get("served_share") if rated else share(one.get("serving_s"), one.get("needed_s")) for one in here]
        what = "served" if rated else "running"
        shares = (Cell(part, say.percent(part, 2)) for part in parts)
        rows.append((Cell(f"service_{name}_{what}_share", say(f"compare.service_{what}", service=say.name(name, "service"))), *shares))
        if rated:
            label = Cell(f"service_{name}_not_served", say("compare.service_not_served", service=say.name(name, "service")))
            rows.append((label, *(Cell(one.get("not_served"), say.compact(one.get("not_served"))) for one in here)))
    return rows


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
