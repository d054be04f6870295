"""What stands now, from the log: one row for every job and every attempt, as people look at them.

Pure: rows in, changed rows out. A store keeps what changed in the transaction that keeps the rows, so the two are never apart; and
whoever reads the log from its beginning gets the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from dure.model.events import Kind, Outcome
from dure.model.work import AttemptState, JobState
from dure.operate.attempts import following

_FINAL = {
    Outcome.COMPLETED: JobState.COMPLETED,
    Outcome.FAILED: JobState.FAILED,
    Outcome.TIME_LIMIT: JobState.FAILED,
    Outcome.CANCELED: JobState.CANCELED,
}
"""Outcomes that end a job; after the others it waits again, unless its user wants it no more."""

Row = tuple[int, ...]
"""In the order of `model.events.LIVE_COLUMNS`."""


@dataclass(frozen=True, slots=True)
class AttemptNow:
    """One run of a job. Seconds are Unix time; None: has not come."""

    attempt: int
    job: int
    pool: int
    state: AttemptState = AttemptState.PLACED
    milli: int = 0
    placed_at: int = 0
    started_at: int | None = None
    stop_by: int | None = None
    ended_at: int | None = None
    outcome: Outcome | None = None
    kept_s: int = 0


@dataclass(frozen=True, slots=True)
class JobNow:
    """One job. `attempt`: its last one, None before the first."""

    job: int
    submitted_at: int
    state: JobState = JobState.QUEUED
    attempts: int = 0
    attempt: int | None = None
    pool: int | None = None
    started_at: int | None = None
    ended_at: int | None = None
    outcome: Outcome | None = None
    withdrawn: int = 0
    """1: its user wants it no more; 2: what it waited for can never come; 3: its servers were given back."""
    held: int = 0
    """What keeps it out of the queue: 0 nothing, -1 its own spec, else the act that paused it."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The rows that are otherwise after a commit, by number; what is in neither has not changed."""

    jobs: dict[int, JobNow]
    attempts: dict[int, AttemptNow]
    new_jobs: set[int]
    new_attempts: set[int]


class Current:
    """Open jobs and attempts. What has ended is told once and forgotten, so that memory grows with what is open."""

    def __init__(self, jobs: Iterable[JobNow] = (), attempts: Iterable[AttemptNow] = ()) -> None:
        """`jobs` and `attempts`: those that had not ended when the log was read up to."""
        self._jobs = {one.job: one for one in jobs}
        self._attempts = {one.attempt: one for one in attempts}
        self._over: set[int] = set()
        self._seen = -1

    def fold(self, rows: Iterable[Row]) -> Changes:
        """What these rows, which come next in the log, change."""
        changes = Changes({}, {}, set(), set())
        for row in rows:
            self._fold(row, changes)
        return changes

    def knows(self, job: int) -> bool:
        """Whether more may still be told of it."""
        return job in self._jobs

    def placed(self, job: JobNow) -> bool:
        """Whether it has an attempt that goes on."""
        last = None if job.attempt is None else self._attempts.get(job.attempt)
        return last is not None and last.state != AttemptState.ENDED

    def _forget(self, seen: int) -> None:
        """What ended in a second is told of once more in that second at most; in how many parts the log is read makes no difference."""
        for attempt in self._over:
            job = self._jobs.get(self._attempts.pop(attempt).job)
            if job is not None and job.state.final:
                del self._jobs[job.job]
        self._over.clear()
        self._seen = seen

    def _fold(self, row: Row, changes: Changes) -> None:
        _, at, number, job, attempt, pool, _, count, value, cause, seen = row
        if seen != self._seen:
            self._forget(seen)
        kind = Kind(number)
        if kind == Kind.SUBMITTED:
            changes.new_jobs.add(job)
            self._now(changes, JobNow(job, submitted_at=at, held=-cause))
        elif kind == Kind.PLACED:
            self._place(changes, at, job, attempt, pool, count)
        elif kind == Kind.WITHDRAWN:
            self._withdraw(changes, job, at, 1 + cause)
        elif kind == Kind.HELD_BACK or (kind == Kind.READY and cause):
            self._hold(changes, job, value if kind == Kind.HELD_BACK else 0)
        elif attempt in self._attempts:
            before = self._attempts[attempt]
            state = following(before.state, kind)
            if before.state == AttemptState.ENDED and kind == Kind.STARTED and before.started_at is None:
                self._began(changes, before, at)
            elif state is not None:
                self._move(changes, replace(before, state=state), kind, at, value, cause)

    def _now(self, changes: Changes, job: JobNow) -> None:
        self._jobs[job.job] = changes.jobs[job.job] = job

    def _run(self, changes: Changes, attempt: AttemptNow) -> None:
        self._attempts[attempt.attempt] = changes.attempts[attempt.attempt] = attempt
        if attempt.state == AttemptState.ENDED:
            self._over.add(attempt.attempt)

    def _place(self, changes: Changes, at: int, job: int, attempt: int, pool: int, milli: int) -> None:
        """A gang has one row for each run of nodes: devices add up."""
        known = self._attempts.get(attempt)
        if known is not None:
            self._run(changes, replace(known, milli=known.milli + milli))
            return
        before = self._jobs.get(job)
        if before is None or before.state.final:
            return
        changes.new_attempts.add(attempt)
        self._run(changes, AttemptNow(attempt, job, pool, milli=milli, placed_at=at))
        self._now(changes, replace(before, attempts=before.attempts + 1, attempt=attempt, pool=pool))

    def _move(self, changes: Changes, moved: AttemptNow, kind: Kind, at: int, value: int, cause: int) -> None:
        job = self._jobs[moved.job]
        if kind == Kind.STARTED:
            moved = replace(moved, started_at=at)
            job = replace(job, state=JobState.ACTIVE, started_at=at if job.started_at is None else job.started_at)
        elif kind == Kind.PREEMPTED:
            moved = replace(moved, stop_by=value)
        elif kind == Kind.ENDED:
            outcome = Outcome(cause)
            moved = replace(moved, ended_at=at, outcome=outcome, kept_s=value)
            job = _over(replace(job, pool=None) if outcome == Outcome.RECALLED else job, outcome, at)
        elif moved.state == AttemptState.ENDED:  # refused: it never ran
            moved = replace(moved, ended_at=at)
            job = _over(replace(job, pool=None), None, at)
        self._run(changes, moved)
        self._now(changes, job)

    def _began(self, changes: Changes, ended: AttemptNow, at: int) -> None:
        """Of one second ends are told before starts: an attempt that ended in the second in which it began."""
        job = self._jobs[ended.job]
        self._run(changes, replace(ended, started_at=at))
        self._now(changes, replace(job, started_at=at if job.started_at is None else job.started_at))

    def _hold(self, changes: Changes, number: int, held: int) -> None:
        if number in self._jobs:
            self._now(changes, replace(self._jobs[number], held=held))

    def _withdraw(self, changes: Changes, number: int, at: int, withdrawn: int) -> None:
        job = self._jobs.get(number)
        if job is None or job.state.final:  # its user was late, whether or not it is still remembered
            return
        last = None if job.attempt is None else self._attempts.get(job.attempt)
        if last is None or last.state == AttemptState.ENDED:
            job = replace(job, state=JobState.CANCELED, ended_at=at, outcome=Outcome.CANCELED)
        self._now(changes, replace(job, withdrawn=job.withdrawn or withdrawn))
        if job.state.final:
            del self._jobs[number]


def _over(job: JobNow, outcome: Outcome | None, at: int) -> JobNow:
    """A job after its attempt has ended."""
    final = JobState.CANCELED if job.withdrawn else JobState.QUEUED
    state = final if outcome is None else _FINAL.get(outcome, final)
    if state == JobState.CANCELED:
        outcome = Outcome.CANCELED
    return replace(job, state=state, outcome=outcome, ended_at=at if state.final else None)
