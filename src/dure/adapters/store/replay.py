"""The rows that say how things stand against the log that made them: they are the same, or one of them was changed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection, Engine, delete, func, select

from dure.adapters.store.current_rows import attempt_of, job_of, write_rows
from dure.adapters.store.engine import WRITES
from dure.adapters.store.migrate import migrate
from dure.adapters.store.occupied import alone
from dure.adapters.store.people_sealed import acts_differ, people_differ
from dure.adapters.store.rollups import forget_rollups, roll_all
from dure.adapters.store.schema import attempt, event, head, hourly, work
from dure.adapters.store.sql import CHUNK, read_rows
from dure.operate.current import AttemptNow, Changes, Current, JobNow

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Compared:
    """How much was compared, and what differs: at most SHOWN lines. `people`: rows about people against the acts that made them."""

    rows: int
    jobs: int
    attempts: int
    differ: tuple[str, ...]
    people: int = 0
    rewritten: int = 0
    rollups: int = 0


def compared(engine: Engine) -> Compared:
    """Read everything in one transaction and say what is not as the log says. Nothing is changed."""
    with engine.connect() as connection:
        found = _compared(connection)[0]
        people, wrong = people_differ(connection)
        wrong += acts_differ(connection)
        return replace(found, people=people, differ=(*found.differ, *wrong)[:SHOWN])


def rewrite(engine: Engine, now: int) -> Compared:
    """Make the rows what the log says, in one transaction; then the rollups of months that are not closed.

    What a row says beside the log (whose job it is, what it is called) stays. A job without a row cannot be made: only its act knows that.
    """
    with alone(engine, "end it first (Ctrl-C where it runs); dure store rebuild --check compares while it goes on"):
        migrate(engine)
        with engine.execution_options(**WRITES).begin() as connection:
            found, stale = _compared(connection)
            write_rows(connection, stale.changes, {})
            for number in stale.gone:
                connection.execute(delete(attempt).where(attempt.c.attempt == number))
            closed = forget_rollups(connection)
        roll_all(engine, now)
        with engine.connect() as connection:
            made = connection.execute(select(func.count()).select_from(hourly).where(hourly.c.hour >= closed)).scalar_one()
    return replace(found, rewritten=len(stale.changes.jobs) + len(stale.changes.attempts) + len(stale.gone), rollups=made)


@dataclass(frozen=True, slots=True)
class _Stale:
    """Rows to be written again, and attempts that the log does not know."""

    changes: Changes
    gone: tuple[int, ...]


def _compared(connection: Connection) -> tuple[Compared, _Stale]:
    current, jobs, attempts = Current(), dict[int, JobNow](), dict[int, AttemptNow]()
    differ: list[str] = []
    end = connection.execute(select(head.c.seq)).scalar_one()
    count = connection.execute(select(func.count()).select_from(event)).scalar_one()
    if count != end:
        differ.append(f"the log has {count} rows and ends at {end}")
    for since in range(0, end, CHUNK):
        changes = current.fold(read_rows(connection, since, min(since + CHUNK, end)).tolist())
        jobs |= changes.jobs
        attempts |= changes.attempts
    stands = {one.job: one for one in map(job_of, connection.execute(select(work)))}
    runs = {one.attempt: one for one in map(attempt_of, connection.execute(select(attempt)))}
    for name, ours, theirs in (("job", jobs, stands), ("attempt", attempts, runs)):
        for number in sorted(ours.keys() | theirs.keys()):
            said, stands_now = ours.get(number), theirs.get(number)
            if said != stands_now:
                differ.append(f"{name} {number}: {stands_now} stands there, the log says {said}")
    stale_jobs = {number: one for number, one in jobs.items() if number in stands and stands[number] != one}
    stale_runs = {number: one for number, one in attempts.items() if runs.get(number) != one}
    stale = Changes(stale_jobs, stale_runs, set(), stale_runs.keys() - runs.keys())
    return Compared(end, len(jobs), len(attempts), tuple(differ[:SHOWN])), _Stale(stale, tuple(runs.keys() - attempts.keys()))
