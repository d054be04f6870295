"""The rows that say how things stand against the log that made them: they are the same, or one of them was changed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, func, select

from dure.adapters.store.current_rows import attempt_of, job_of
from dure.adapters.store.schema import attempt, event, head, work
from dure.adapters.store.sql import CHUNK, read_rows
from dure.operate.current import AttemptNow, Current, JobNow

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Compared:
    """How much was compared, and what differs: at most SHOWN lines."""

    rows: int
    jobs: int
    attempts: int
    differ: tuple[str, ...]


def compared(engine: Engine) -> Compared:
    """Read everything in one transaction and say what is not as the log says. Nothing is changed."""
    current, jobs, attempts = Current(), dict[int, JobNow](), dict[int, AttemptNow]()
    differ: list[str] = []
    with engine.connect() as connection:
        end = connection.execute(select(head.c.seq)).scalar_one()
        count = connection.execute(select(func.count()).select_from(event)).scalar_one()
        if count != end:
            differ.append(f"the log has {count} rows and ends at {end}")
        for since in range(0, end, CHUNK):
            rows = read_rows(connection, since, min(since + CHUNK, end))
            changes = current.fold(rows.tolist())
            jobs |= changes.jobs
            attempts |= changes.attempts
        stands = {one.job: one for one in map(job_of, connection.execute(select(work)))}
        runs = {one.attempt: one for one in map(attempt_of, connection.execute(select(attempt)))}
    for name, ours, theirs in (("job", jobs, stands), ("attempt", attempts, runs)):
        for number in sorted(ours.keys() | theirs.keys()):
            said, stands_now = ours.get(number), theirs.get(number)
            if said != stands_now:
                differ.append(f"{name} {number}: {stands_now} stands there, the log says {said}")
    return Compared(end, len(jobs), len(attempts), tuple(differ[:SHOWN]))
