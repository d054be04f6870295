"""The rows that say how every job and attempt stands: written by the leader in the transaction that keeps the rows of the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select

from dure.adapters.store.epochs import Again
from dure.adapters.store.schema import adopted, attempt, work
from dure.adapters.store.texts import add, change
from dure.model.events import Outcome
from dure.model.work import AttemptState, JobState
from dure.operate.current import AttemptNow, Changes, Current, JobNow
from dure.operate.ports import Rows


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a job comes from: its act in the inbox, and what lists say of it."""

    inbox: int
    task: int | None
    name: str
    project: int
    person: int
    devices: int


class CurrentRows:
    """A view of the log that its store keeps along. Made on a store, it goes on where the store's rows stand."""

    def __init__(self, engine: Engine) -> None:
        with engine.connect() as connection:
            jobs = connection.execute(select(work).where(work.c.state < int(JobState.COMPLETED)))
            attempts = connection.execute(select(attempt).where(attempt.c.state != int(AttemptState.ENDED)))
            self._current = Current(map(job_of, jobs), map(attempt_of, attempts))
        self._origins: dict[int, Origin] = {}
        self._again: dict[int, Again] = {}

    def announce(self, origins: Mapping[int, Origin]) -> None:
        """Jobs, by number, whose SUBMITTED rows are going to come."""
        self._origins.update(origins)

    def announce_again(self, found: Mapping[int, Again]) -> None:
        """Attempts, by number, that are going to be taken up again."""
        self._again.update(found)

    def keep(self, connection: Connection, rows: Rows) -> None:
        """Write what these rows, which come next in the log, change."""
        changes = self._current.fold(rows.tolist())
        write_rows(connection, changes, self._origins)
        for job in changes.jobs:
            self._origins.pop(job, None)
        again = [asdict(self._again.pop(number)) for number in sorted(changes.new_attempts & self._again.keys())]
        if again:
            connection.execute(insert(adopted), [one | {"orphan": int(one["orphan"])} for one in again])


def write_rows(connection: Connection, changes: Changes, origins: Mapping[int, Origin]) -> None:
    """Make rows what `changes` says; `origins`: of the jobs that are new."""
    jobs, attempts = changes.jobs, changes.attempts
    new = [(*_job(jobs[number]), *_origin(origins[number])) for number in jobs if number in changes.new_jobs]
    add(connection, work, (*_JOB, "job", *_ORIGIN), new)
    change(connection, work, ("job",), _JOB, [_job(one) for number, one in jobs.items() if number not in changes.new_jobs])
    add(connection, attempt, (*_ATTEMPT, "attempt"), [_attempt(attempts[number]) for number in attempts if number in changes.new_attempts])
    old = [_attempt(one) for number, one in attempts.items() if number not in changes.new_attempts]
    change(connection, attempt, ("attempt",), _ATTEMPT, old)


_ORIGIN = tuple(one.name for one in fields(Origin))
_JOB = ("attempts", "attempt", "pool", "submitted_at", "started_at", "ended_at", "state", "outcome", "withdrawn", "held")
_ATTEMPT = ("job", "pool", "milli", "placed_at", "started_at", "stop_by", "ended_at", "kept_s", "state", "outcome")
_origin = attrgetter(*_ORIGIN)
_job_told = attrgetter(*_JOB, "job")
_attempt_told = attrgetter(*_ATTEMPT, "attempt")


def _job(one: JobNow) -> tuple[int | None, ...]:
    return tuple(None if value is None else int(value) for value in _job_told(one))


def _attempt(one: AttemptNow) -> tuple[int | None, ...]:
    return tuple(None if value is None else int(value) for value in _attempt_told(one))


def job_of(row: Row[Any]) -> JobNow:
    """A row of `work` as the log's fold knows it."""
    return JobNow(
        job=row.job,
        submitted_at=row.submitted_at,
        state=JobState(row.state),
        attempts=row.attempts,
        attempt=row.attempt,
        pool=row.pool,
        started_at=row.started_at,
        ended_at=row.ended_at,
        outcome=None if row.outcome is None else Outcome(row.outcome),
        withdrawn=row.withdrawn,
        held=row.held,
    )


def attempt_of(row: Row[Any]) -> AttemptNow:
    """A row of `attempt` as the log's fold knows it."""
    return AttemptNow(
        attempt=row.attempt,
        job=row.job,
        pool=row.pool,
        state=AttemptState(row.state),
        milli=row.milli,
        placed_at=row.placed_at,
        started_at=row.started_at,
        stop_by=row.stop_by,
        ended_at=row.ended_at,
        outcome=None if row.outcome is None else Outcome(row.outcome),
        kept_s=row.kept_s,
    )
