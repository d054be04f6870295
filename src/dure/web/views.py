"""From rows to replies: seconds become RFC 3339, names stay as they are."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dure.adapters.store.changes import Change
from dure.adapters.store.current import AttemptRow, JobRow
from dure.web.ports import Projects
from dure.wire import api


def instant(second: int | None) -> str | None:
    """A Unix second as RFC 3339; None stays None."""
    return None if second is None else dt.datetime.fromtimestamp(second, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def job(row: JobRow, projects: Projects) -> api.Job:
    return api.Job(**_job(row, projects))


def job_whole(row: JobRow, projects: Projects) -> api.JobWhole:
    return api.JobWhole(**_job(row, projects), spec=dict(row.spec))


def _job(row: JobRow, projects: Projects) -> dict[str, Any]:
    return {
        "id": api.job_id(row.id, row.task),
        "task": row.task,
        "name": row.name,
        "project": projects.name(row.project) or f"#{row.project}",
        "person": row.person,
        "state": row.state.name,
        "pool": row.pool,
        "accelerators": row.devices,
        "attempts": row.attempts,
        "outcome": None if row.outcome is None else row.outcome.name,
        "submitted_at": instant(row.submitted_at),
        "started_at": instant(row.started_at),
        "ended_at": instant(row.ended_at),
        "tasks": row.tasks,
        "counts": dict(row.counts),
        "held": None if not row.held else "spec" if row.held < 0 else "paused",
        "labels": row.spec.get("labels", {}),
    }


def change(row: Change, projects: Projects) -> api.Change:
    return api.Change(
        at=str(instant(row.at)),
        what=row.what,
        id=api.job_id(row.id, row.task),
        name=row.name,
        project=projects.name(row.project) or f"#{row.project}",
        pool=row.pool,
        outcome=None if row.outcome is None else row.outcome.name,
    )


def attempt(row: AttemptRow) -> api.Attempt:
    return api.Attempt(
        attempt=row.attempt,
        key=row.key,
        pool=row.pool,
        state=row.state.name,
        placed_at=instant(row.placed_at),
        started_at=instant(row.started_at),
        ended_at=instant(row.ended_at),
        outcome=None if row.outcome is None else row.outcome.name,
        accelerators_milli=row.milli,
    )
