"""What happened to jobs, in the order of the log: whoever knows the number of the last row that it has seen misses nothing after it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Engine, func, select

from dure.adapters.store.schema import event, ground, head, piece, work
from dure.model.events import Kind, Outcome

LOOKED_AT = 20_000
"""Rows of the log that one reading looks at, at most."""
KINDS = {
    Kind.SUBMITTED: "submitted",
    Kind.PLACED: "placed",
    Kind.SENT: "sent",
    Kind.STARTED: "started",
    Kind.ENDED: "ended",
    Kind.PREEMPTED: "preempted",
    Kind.RECALLED: "recalled",
    Kind.REFUSED: "refused",
    Kind.WITHDRAWN: "withdrawn",
    Kind.HELD_BACK: "held_back",
    Kind.READY: "ready",
}


@dataclass(frozen=True, slots=True)
class Change:
    """A row of the log that is about a job; `at` is a Unix second, `pool` None where it says none, `outcome` of an end."""

    seq: int
    at: int
    what: str
    id: int
    task: int | None
    name: str
    project: int
    person: int
    pool: str | None
    outcome: Outcome | None


def changes(engine: Engine, after: int | None, projects: Collection[int] | None, limit: int) -> tuple[list[Change], int]:
    """Changes of jobs behind row `after` of the log (None: from now on), oldest first, and the row behind which to go on.

    `projects`: None, of all. A gang on several runs of servers is placed once.
    """
    with engine.connect() as connection:
        end = (connection.execute(select(func.max(head.c.seq))).scalar_one() or 0) - 1
        if after is None or after >= end:
            return [], end if after is None else after
        last = min(end, after + LOOKED_AT)
        query = (
            select(event.c.seq, event.c.at, event.c.kind, event.c.attempt, event.c.pool, event.c.cause)
            .add_columns(work.c.inbox, work.c.task, work.c.name, work.c.project, work.c.person)
            .join(work, work.c.job == event.c.job)
            .where(event.c.seq > after, event.c.seq <= last, event.c.kind.in_([int(kind) for kind in KINDS]))
            .order_by(event.c.seq)
            .limit(limit)
        )
        rows = connection.execute(query if projects is None else query.where(work.c.project.in_(projects))).all()
        paths = {row.number: row.pool for table in (ground, piece) for row in connection.execute(select(table.c.number, table.c.pool))}
    found: list[Change] = []
    placed: set[int] = set()
    for row in rows:
        if row.kind == Kind.PLACED and row.attempt in placed:
            continue
        placed |= {row.attempt} if row.kind == Kind.PLACED else set()
        outcome = Outcome(row.cause) if row.kind == Kind.ENDED else None
        what, pool = KINDS[Kind(row.kind)], paths.get(row.pool)
        found.append(Change(row.seq, row.at, what, row.inbox, row.task, row.name, row.project, row.person, pool, outcome))
    return found, rows[-1].seq if len(rows) == limit else last
