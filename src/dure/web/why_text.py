"""What a person is told who asks why a job does not run: the cause, of an array the tasks by state, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from dure.adapters.store.current import JobRow
from dure.model.events import Outcome
from dure.model.reasons import Reason
from dure.model.work import JobState
from dure.present.words import Words
from dure.wire import api


def why_text(row: JobRow, reasons: Sequence[Reason], say: Words) -> str:
    """In the language of *say*."""
    if row.task is None and row.tasks > 1:
        return _array(row, reasons, say)
    if reasons:
        return say.why(reasons)
    if row.state == JobState.QUEUED:
        return say("why.unknown")
    if row.state == JobState.FAILED and row.outcome == Outcome.TIME_LIMIT:
        ran_s = None if row.started_at is None or row.ended_at is None else row.ended_at - row.started_at
        saves = row.spec.get("checkpoint") is not None
        return say("why.limit_saves" if saves else "why.limit", ran=say.duration(ran_s), id=api.job_id(row.id, row.task))
    return say(f"why.{row.state.name.lower()}")


def _array(row: JobRow, reasons: Sequence[Reason], say: Words) -> str:
    """How many tasks are in each state; a reason speaks of the first task that waits, and says so."""
    counts = row.counts or {row.state.name: row.tasks}
    states = ", ".join(say("work.counts", n=n, state=say(f"state.{state}")) for state, n in counts.items())
    parts = [say("why.tasks", n=row.tasks, states=states)]
    if reasons:
        parts.append(say("why.next_task", text=say.why(reasons)))
    elif JobState.QUEUED.name in counts:
        parts.append(say("why.unknown"))
    if JobState.FAILED.name in counts:
        parts.append(say("why.failed_tasks", id=api.job_id(row.id)))
    return " ".join(parts)
