"""What keeps jobs out of the queue because people ask it: other jobs to wait for, tasks at once of an array, a pause.

The log says which jobs are held back (HELD_BACK, READY of cause 1) and the rows of `work` repeat it; why is read from what was submitted.
So nothing is remembered here, and a broker that starts again finds every job as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, select

from dure.adapters.store.current_rows import Arrays
from dure.adapters.store.schema import inbox as inbox_table
from dure.adapters.store.schema import job_array, work
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
_STANDS = (work.c.state, work.c.started_at)
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
    with engine.connect() as connection:
        return [_task_stands(connection, one) if one.task is not None else _stands(connection, one.job) for one in asked]


def _stands(connection: Connection, number: int) -> Standing:
    """A job or an array."""
    array = connection.execute(select(job_array).where(job_array.c.number == number)).one_or_none()
    if array is None:
        return _of_job(connection.execute(select(*_STANDS).where(work.c.inbox == number)).one_or_none())
    ended = array.completed + array.failed + array.canceled
    unbegun = array.unbegun + array.tasks - array.made - array.dropped
    return Standing(array.tasks, ended + array.dropped, array.completed, unbegun)


def _task_stands(connection: Connection, one: Waited) -> Standing:
    """A task that is no job yet has not begun; where no more are made, it has ended."""
    row = connection.execute(select(*_STANDS).where(work.c.inbox == one.job, work.c.task == one.task)).one_or_none()
    if row is not None:
        return _of_job(row)
    dropped = select(job_array.c.number).where(job_array.c.number == one.job, job_array.c.tasks == job_array.c.made + job_array.c.dropped)
    return Standing(0, 0, 0, 0) if connection.execute(dropped).first() is None else Standing(1, 1, 0, 0)


def _of_job(row: Any) -> Standing:
    if row is None:
        return Standing(0, 0, 0, 0)
    over = row.state >= JobState.COMPLETED
    return Standing(1, int(over), int(row.state == JobState.COMPLETED), int(not over and row.started_at is None))


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

    def __init__(self, engine: Engine, arrays: Arrays) -> None:
        self._engine, self._arrays = engine, arrays
        self._asked_at = -1
        self._body = lru_cache(maxsize=1_024)(self._read_body)

    def held_at_first(self, body: Mapping[str, Any], tasks: int, out: int = 0) -> int:
        """How many of the next tasks of a job, counted from the last one, do not go into the queue at once; `out`: of it that went."""
        waits = waited_of(body)
        if waits and waits_for(waits, standings(self._engine, waits)):
            return tasks
        most = at_once_of(body)
        return 0 if most is None else max(0, tasks - max(0, most - out))

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
        array = self._arrays.get(number)
        if never(waits, stand):
            if array is not None:
                array.dropped += array.left
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
            array = self._arrays.get(number)
            if at_once is not None and array is not None:
                room = max(0, at_once - (array.open - array.own - array.put_off))
            query = select(work.c.job).where(mine, _OPEN, work.c.held == OWN).order_by(work.c.job).limit(room)
            return list(connection.execute(query).scalars())

    def _read_body(self, number: int) -> Mapping[str, Any]:
        with self._engine.connect() as connection:
            found: Mapping[str, Any] = connection.execute(select(inbox_table.c.body).where(inbox_table.c.number == number)).scalar_one()
        return found
