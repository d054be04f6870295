"""What keeps jobs out of the queue because people ask it: other jobs to wait for, tasks at once of an array, a pause.

The log says which jobs are held back (HELD_BACK, READY of cause 1) and the rows of `work` repeat it; why is read from what was submitted.
So nothing is remembered here, and a broker that starts again finds every job as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Engine, and_, case, func, select

from dure.adapters.store.schema import inbox as inbox_table
from dure.adapters.store.schema import work
from dure.model.events import Kind
from dure.model.reasons import Code, Reason, reason
from dure.model.work import JobState
from dure.operate.ports import Fact
from dure.operate.waiting import Standing, Waited, never, waits_for
from dure.wire.api import job_id
from dure.wire.jobspec_parts import read_array

OWN = -1
"""Held back by its own spec."""
AT_ONCE = 10_000
"""Jobs of one act that are let go in one second."""
NAMED_MOST = 5
"""Jobs that are waited for and named in one sentence."""
_OPEN = work.c.state < int(JobState.COMPLETED)


def waited_of(body: Mapping[str, Any]) -> tuple[Waited, ...]:
    """The jobs that a submitted job waits for."""
    return tuple(Waited(int(job), None if task is None else int(task), condition) for job, task, condition in body.get("after", ()))


def at_once_of(body: Mapping[str, Any]) -> int | None:
    """How many tasks of an array may be in the queue or run at once; None: all."""
    array = body["spec"].get("array")
    most: int | None = None if array is None else read_array(array).at_once
    return most


def standings(engine: Engine, asked: tuple[Waited, ...]) -> list[Standing]:
    """How the jobs stand that somebody waits for. One that the broker has not read, or that is nowhere, has not even begun."""
    counts = (
        func.count().label("tasks"),
        func.sum(case((work.c.state >= int(JobState.COMPLETED), 1), else_=0)).label("ended"),
        func.sum(case((work.c.state == int(JobState.COMPLETED), 1), else_=0)).label("completed"),
        func.sum(case((and_(work.c.started_at.is_(None), _OPEN), 1), else_=0)).label("unbegun"),
    )
    found = []
    with engine.connect() as connection:
        for one in asked:
            which: list[ColumnElement[bool]] = [work.c.inbox == one.job, *([] if one.task is None else [work.c.task == one.task])]
            row = connection.execute(select(*counts).where(*which)).one()
            found.append(Standing(row.tasks, row.ended or 0, row.completed or 0, row.unbegun or 0))
    return found


def why_held(engine: Engine, job: int) -> tuple[Reason, ...]:
    """What people ask that keeps a job out of the queue, or that ended it before it could run; nothing where there is nothing of it."""
    act = inbox_table.alias()
    query = select(work.c.held, work.c.withdrawn, work.c.state, inbox_table.c.body, act.c.actor)
    query = query.join(inbox_table, inbox_table.c.number == work.c.inbox).join(act, act.c.number == work.c.held, isouter=True)
    with engine.connect() as connection:
        row = connection.execute(query.where(work.c.job == job)).one()
    waits = waited_of(row.body)
    if row.withdrawn > 2:
        return (reason(Code.SERVERS_GONE),)
    if row.withdrawn > 1:
        stand = standings(engine, waits)
        return tuple(reason(Code.NEVER_COMES, job=_named(one), condition=one.condition) for one in never(waits, stand))
    if not row.held or row.state >= JobState.COMPLETED:
        return ()
    if row.held > 0:
        return (reason(Code.PAUSED, who=row.actor),)
    missing = waits_for(waits, standings(engine, waits))
    if missing:
        return tuple(reason(Code.WAITS_FOR_JOB, job=_named(one), condition=one.condition) for one in missing[:NAMED_MOST])
    most = at_once_of(row.body)
    return () if most is None else (reason(Code.TASKS_AT_ONCE, most=most),)


def _named(one: Waited) -> str:
    return job_id(one.job, one.task)


class Gate:
    """Lets jobs go whose time has come, and gives up those whose time can never come."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._asked_at = -1
        self._body = lru_cache(maxsize=1_024)(self._read_body)

    def held_at_first(self, body: Mapping[str, Any], tasks: int) -> int:
        """How many tasks of a new job, counted from its last one, do not go into the queue at once."""
        waits = waited_of(body)
        if waits and waits_for(waits, standings(self._engine, waits)):
            return tasks
        most = at_once_of(body)
        return 0 if most is None else max(0, tasks - most)

    def look(self, now: int) -> Iterator[Fact]:
        """READY and WITHDRAWN facts, at most once a second."""
        if now == self._asked_at:
            return
        self._asked_at = now
        with self._engine.connect() as connection:
            held = list(
                connection.execute(select(work.c.inbox).where(work.c.held == OWN, _OPEN).distinct().order_by(work.c.inbox)).scalars()
            )
        for number in held:
            yield from self._look_at(number, now)

    def _look_at(self, number: int, now: int) -> Iterator[Fact]:
        body = self._body(number)
        waits = waited_of(body)
        stand = standings(self._engine, waits)
        if never(waits, stand):
            for job in self._held(number, None):
                yield Fact(Kind.WITHDRAWN, now, job=job, cause=1)
        elif not waits_for(waits, stand):
            for job in self._held(number, at_once_of(body)):
                yield Fact(Kind.READY, now, job=job, cause=1)

    def _held(self, number: int, at_once: int | None) -> list[int]:
        """Jobs of an act that its spec holds back, as many as may go now."""
        mine = work.c.inbox == number
        with self._engine.connect() as connection:
            room = AT_ONCE
            if at_once is not None:
                out = connection.execute(select(func.count()).select_from(work).where(mine, _OPEN, work.c.held == 0)).scalar_one()
                room = max(0, at_once - out)
            query = select(work.c.job).where(mine, _OPEN, work.c.held == OWN).order_by(work.c.job).limit(room)
            return list(connection.execute(query).scalars())

    def _read_body(self, number: int) -> Mapping[str, Any]:
        with self._engine.connect() as connection:
            found: Mapping[str, Any] = connection.execute(select(inbox_table.c.body).where(inbox_table.c.number == number)).scalar_one()
        return found
