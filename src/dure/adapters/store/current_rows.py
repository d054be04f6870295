"""The rows that say how every job and attempt stands: written by the leader in the transaction that keeps the rows of the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, Row, Table, Update, bindparam, insert, select, update

from dure.adapters.store.epochs import Again
from dure.adapters.store.schema import adopted, attempt, work
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
    jobs = [_job(one) | (_origin(origins[one.job]) if one.job in changes.new_jobs else {}) for one in changes.jobs.values()]
    attempts = [_attempt(one) for one in changes.attempts.values()]
    for table, key, rows, new in ((work, "job", jobs, changes.new_jobs), (attempt, "attempt", attempts, changes.new_attempts)):
        added = [row for row in rows if row[key] in new]
        changed = [row for row in rows if row[key] not in new]
        if added:
            connection.execute(insert(table), added)
        if changed:
            names = tuple(name for name in changed[0] if name != key)
            connection.execute(_changing(table, key, names), [{**row, "the_key": row[key]} for row in changed])


@cache
def _changing(table: Table, key: str, names: tuple[str, ...]) -> Update:
    return update(table).where(table.c[key] == bindparam("the_key")).values({name: bindparam(name) for name in names})


def _origin(origin: Origin) -> dict[str, Any]:
    return asdict(origin)


def _job(one: JobNow) -> dict[str, Any]:
    names = ("job", "attempts", "attempt", "pool", "submitted_at", "started_at", "ended_at")
    found = {name: getattr(one, name) for name in names}
    return found | {"state": int(one.state), "outcome": _number(one.outcome), "withdrawn": int(one.withdrawn)}


def _attempt(one: AttemptNow) -> dict[str, Any]:
    names = ("attempt", "job", "pool", "milli", "placed_at", "started_at", "stop_by", "ended_at", "kept_s")
    return {name: getattr(one, name) for name in names} | {"state": int(one.state), "outcome": _number(one.outcome)}


def _number(outcome: Outcome | None) -> int | None:
    return None if outcome is None else int(outcome)


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
        withdrawn=bool(row.withdrawn),
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
