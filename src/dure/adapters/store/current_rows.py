"""The rows that say how every job and attempt stands: written by the leader in the transaction that keeps the rows of the log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, insert, select

from dure.adapters.store.epochs import Again
from dure.adapters.store.schema import adopted, attempt, job_array, work
from dure.adapters.store.texts import add, change
from dure.model.events import Outcome
from dure.model.work import AttemptState, JobState
from dure.operate.arrays import ArrayNow
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
            rows = jobs.all()
            attempts = connection.execute(select(attempt).where(attempt.c.state != int(AttemptState.ENDED)))
            self._current = Current(map(job_of, rows), map(attempt_of, attempts))
            self.arrays = Arrays(connection, self._current, rows)
        self._origins: dict[int, Origin] = {}
        self._again: dict[int, Again] = {}

    def announce(self, origins: Mapping[int, Origin]) -> None:
        """Jobs, by number, whose SUBMITTED rows are going to come."""
        self._origins.update(origins)
        for one in origins.values():
            if one.task is not None:
                self.arrays[one.inbox].made += 1

    def announce_again(self, found: Mapping[int, Again]) -> None:
        """Attempts, by number, that are going to be taken up again."""
        self._again.update(found)

    def keep(self, connection: Connection, rows: Rows) -> None:
        """Write what these rows, which come next in the log, change."""
        changes = self._current.fold(rows.tolist())
        write_rows(connection, changes, self._origins)
        self.arrays.keep(connection, changes, self._origins)
        for job in changes.jobs:
            self._origins.pop(job, None)
        again = [asdict(self._again.pop(number)) for number in sorted(changes.new_attempts & self._again.keys())]
        if again:
            connection.execute(insert(adopted), [one | {"orphan": int(one["orphan"])} for one in again])


class Arrays:
    """The arrays that are not over. What is changed of one between two commits is kept by the next of them."""

    def __init__(self, connection: Connection, current: Current, jobs: Sequence[Row[Any]]) -> None:
        """`jobs`: rows of those that are open."""
        self._current = current
        found = (ArrayNow(**row._mapping) for row in connection.execute(select(job_array).where(not_over())))
        self._open = {one.number: one for one in found}
        self._kept = {number: _array(one) for number, one in self._open.items()}
        self._of: dict[int, int] = {}
        self._jobs: dict[int, dict[int, JobNow]] = {number: {} for number in self._open}
        self._waiting: dict[int, set[int]] = {number: set() for number in self._open}
        self._ended: set[int] = set()
        for row in jobs:
            if row.task is not None and row.inbox in self._open:
                self._know(row.inbox, job_of(row))

    def __getitem__(self, number: int) -> ArrayNow:
        return self._open[number]

    def __iter__(self) -> Iterator[ArrayNow]:
        """In the order in which they were accepted."""
        return iter(sorted(self._open.values(), key=lambda one: one.number))

    def get(self, number: int) -> ArrayNow | None:
        """None: it is no array, or it is over."""
        return self._open.get(number)

    def begin(self, array: ArrayNow) -> None:
        """One that was read just now."""
        self._open[array.number] = array
        self._jobs[array.number], self._waiting[array.number] = {}, set()

    def waiting(self, number: int) -> int:
        """Jobs of it that have no placement, those included that were announced since the last commit."""
        array = self._open[number]
        announced = array.made - array.open - array.completed - array.failed - array.canceled
        return len(self._waiting[number]) + announced

    def jobs(self, number: int) -> Iterator[JobNow]:
        """Its open jobs as of the last commit, first made first."""
        return iter(self._jobs[number].values())

    def keep(self, connection: Connection, changes: Changes, origins: Mapping[int, Origin]) -> None:
        """Count what has changed and write the rows that are otherwise; one that is over is told and forgotten."""
        for job in changes.jobs.values():
            number = self._of.get(job.job)
            if number is None and job.job in changes.new_jobs and origins[job.job].task is not None:
                number = origins[job.job].inbox
            if number is not None:
                self._open[number].count(self._jobs[number].get(job.job), job)
                self._know(number, job)
        new: list[tuple[Any, ...]] = []
        old: list[tuple[Any, ...]] = []
        for one in self:
            told = _array(one)
            if self._kept.get(one.number) != told:
                (old if one.number in self._kept else new).append(told)
                self._kept[one.number] = told
        add(connection, job_array, (*_ARRAY, "number"), new)
        change(connection, job_array, ("number",), _ARRAY, old)
        self._forget()

    def _know(self, number: int, job: JobNow) -> None:
        self._of[job.job] = number
        self._jobs[number][job.job] = job
        if job.state == JobState.QUEUED and not self._current.placed(job):
            self._waiting[number].add(job.job)
        else:
            self._waiting[number].discard(job.job)
        if job.state.final:
            self._ended.add(job.job)

    def _forget(self) -> None:
        """Of what ended in this second more may be told in it."""
        over = [job for job in self._ended if not self._current.knows(job)]
        self._ended.difference_update(over)
        for job in over:
            del self._jobs[self._of.pop(job)][job]
        for number in [one.number for one in self._open.values() if one.over and not self._jobs[one.number]]:
            for table in (self._open, self._jobs, self._waiting, self._kept):
                del table[number]


def not_over() -> ColumnElement[bool]:
    """Arrays of which something is to come."""
    a = job_array.c
    return (a.tasks > a.made + a.dropped) | (a.made > a.completed + a.failed + a.canceled)


_ARRAY = tuple(one.name for one in fields(ArrayNow) if one.name != "number")
_array = attrgetter(*_ARRAY, "number")


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
