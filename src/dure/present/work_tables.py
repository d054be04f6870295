"""Jobs, usage and pools of a service as tables for a terminal. `now` is given: nothing here looks at a clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from dure.model.units import MICRO
from dure.present.books_tables import fine
from dure.present.job_tables import ratio
from dure.present.tables import Cell, Column, Table
from dure.present.words import Words
from dure.wire import api

MILLI = 1_000
CREDITS = "credits"


def second(text: str | None) -> int | None:
    """The Unix second of a time of the API."""
    return None if text is None else int(dt.datetime.fromisoformat(text).timestamp())


def took_s(one: api.Job, now: int) -> int | None:
    """How long it waits, runs, or ran."""
    start = second(one.started_at)
    if start is None:
        start = second(one.submitted_at)
    end = second(one.ended_at)
    return None if start is None else max(0, (now if end is None else end) - start)


def jobs_table(jobs: Sequence[api.Job], say: Words, now: int) -> Table:
    """What `dure ps` prints."""
    columns = (
        Column("id", say("work.id"), number=False),
        Column("name", say("work.name"), number=False),
        Column("project", say("work.project"), number=False),
        Column("state", say("work.state"), number=False),
        Column("pool", say("work.pool"), number=False),
        Column("accelerators", say("work.accelerators")),
        Column("took_s", say("work.took")),
        Column("outcome", say("work.outcome"), number=False, optional=True),
        Column("why", say("work.waits"), number=False, optional=True),
    )
    rows = tuple(
        (
            Cell(one.id, one.id),
            Cell(one.name, one.name),
            Cell(one.project, one.project),
            Cell(one.state, state_text(one, say)),
            Cell(one.pool, one.pool or "–"),
            Cell(one.accelerators, say.count(one.accelerators)),
            Cell(took_s(one, now), say.duration(took_s(one, now))),
            Cell(one.outcome, "–" if one.outcome is None else say(f"outcome.{one.outcome}")),
            Cell(one.why, one.why or ""),
        )
        for one in jobs
    )
    return Table("jobs", say("work.jobs"), columns, rows, None)


def state_text(one: api.Job, say: Words) -> str:
    """The state, of an array how many tasks are in each, and what keeps it out of the queue."""
    if len(one.counts) > 1:
        text = ", ".join(say("work.counts", n=n, state=say(f"state.{state}")) for state, n in one.counts.items())
    else:
        text = say(f"state.{one.state}") + (f" × {say.count(one.tasks)}" if one.tasks > 1 else "")
    return text if one.held is None else say(f"work.held.{one.held}", state=text)


def _span(values: Sequence[float], told: Callable[[Any], str], say: Words) -> str:
    """The least and the most of what pools say, once where they say the same."""
    if not values:
        return "–"
    least, most = told(min(values)), told(max(values))
    return least if least == most else say("rate.between", least=least, most=most)


def change_line(one: api.Change, say: Words) -> str:
    """What `dure ps --follow` prints of one change."""
    outcome = "" if one.outcome is None else say(f"outcome.{one.outcome}")
    what = say(f"changed.{one.what}", pool=one.pool or "–", outcome=outcome)
    return say("changed.line", at=one.at, id=one.id, name=one.name, what=what)


def attempts_table(attempts: Sequence[api.Attempt], say: Words, now: int) -> Table:
    """Every run of a job, what `dure ps JOB` prints below it."""
    columns = (
        Column("attempt", say("work.attempt")),
        Column("state", say("work.attempt_state"), number=False),
        Column("pool", say("work.pool"), number=False),
        Column("accelerators", say("work.accelerators")),
        Column("ran_s", say("work.took")),
        Column("outcome", say("work.outcome"), number=False),
    )
    rows = []
    for one in attempts:
        start, end = second(one.started_at), second(one.ended_at)
        ran_s = None if start is None else max(0, (now if end is None else end) - start)
        rows.append(
            (
                Cell(one.attempt, str(one.attempt)),
                Cell(one.state, say(f"attempt.{one.state}")),
                Cell(one.pool, one.pool),
                Cell(one.accelerators_milli / MILLI, f"{one.accelerators_milli / MILLI:,.10g}"),
                Cell(ran_s, say.duration(ran_s)),
                Cell(one.outcome, "–" if one.outcome is None else say(f"outcome.{one.outcome}")),
            )
        )
    return Table("attempts", say("work.attempts"), columns, tuple(rows), None)


def pools_table(pools: Sequence[api.PoolView], say: Words) -> Table:
    """What `dure sites` prints; what is not known of a pool is a dash, never 0."""
    columns = (
        Column("pool", say("work.pool"), number=False),
        Column("model", say("work.model"), number=False),
        Column("nodes", say("work.nodes")),
        Column("accelerators", say("work.accelerators")),
        Column("weight_ppm", say("work.weight")),
        Column("available_milli", say.step("available")),
        Column("busy_milli", say.step("busy")),
    )
    rows = tuple(
        (
            Cell(one.pool, one.pool),
            Cell(one.model, one.model),
            Cell(one.nodes, say.count(one.nodes)),
            Cell(one.nodes * one.accelerators_per_node, say.count(one.nodes * one.accelerators_per_node)),
            Cell(one.weight_ppm, ratio(one.weight_ppm, say)),
            _of(one, "available", say),
            _of(one, "busy", say),
        )
        for one in pools
    )
    return Table("pools", say("work.pools"), columns, rows, None)


def _of(one: api.PoolView, line: str, say: Words) -> Cell:
    milli = one.milli.get(line)
    return Cell(milli, "–" if milli is None else f"{milli / MILLI:,.10g}")


def submitted_lines(one: api.Submitted, say: Words, likely: str | None = None, narrow: str = "") -> list[str]:
    """What `dure submit` prints: the id first, so that a person can copy it.

    `likely`: the pool that the broker would choose as things stand. `narrow`: the spec whose bounds are wide because it names no workload.
    """
    key = "submit.again" if one.again else "submit.kept"
    lines = [say(key, id=one.id, name=one.name, project=one.project)]
    if one.tasks > 1:
        lines.append(say("submit.tasks", n=one.tasks))
    lines += one.verdict.data
    if one.paid_by != CREDITS:
        lines.append(say("submit.grant", grant=one.paid_by))
    can = one.verdict.can
    if can[0].get("limit_s") is None:
        return [*lines, say("submit.stays", n=len(can), pool=likely or can[0]["pool"])]
    rows = [row for row in can if row["pool"] == likely] or can
    limit = _span([row["limit_s"] for row in rows], say.duration, say)
    most = _span([row["credits_most_micro"] / MICRO for row in rows if row["credits_most_micro"] is not None], fine, say)
    lines.append(say("submit.best" if len(rows) == 1 else "submit.bound", n=len(can), pool=rows[0]["pool"], limit=limit, credits=most))
    if narrow and any(row.get("speed_low_ppm") != row.get("speed_ppm") for row in can):
        lines.append(say("submit.narrow", file=narrow))
    return lines
