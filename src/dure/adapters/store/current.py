"""How jobs stand, read: what lists and pages show. Anybody may read; nothing here writes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, Select, and_, func, select, union_all

from dure.adapters.store.epochs import key_columns
from dure.adapters.store.schema import attempt, ground, inbox, mark, piece, work
from dure.model.events import Outcome
from dure.model.work import AttemptState, JobState
from dure.operate.attempts import key_of

SUBMIT = "submit"
INBOX = "inbox"
FRESH = 500
"""Unread jobs that are looked at together."""


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job as its users know it. `id`: its place in the inbox; `task`: of an array; seconds are Unix time, None: not yet."""

    id: int
    task: int | None
    number: int | None
    name: str
    project: int
    person: int
    devices: int
    state: JobState
    pool: str | None
    attempts: int
    key: str | None
    submitted_at: int
    started_at: int | None
    ended_at: int | None
    outcome: Outcome | None
    spec: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One run of a job."""

    attempt: int
    key: str
    pool: str
    state: AttemptState
    milli: int
    placed_at: int
    started_at: int | None
    ended_at: int | None
    outcome: Outcome | None


class Current:
    """Jobs and attempts of a store."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._pools: dict[int, str] = {}

    def job(self, id: int, task: int | None = None) -> JobRow | None:
        """One job; of an array without `task` its first task."""
        which = work.c.inbox == id if task is None else and_(work.c.inbox == id, work.c.task == task)
        found = self._read(select(*_COLUMNS).join(inbox, inbox.c.number == work.c.inbox).where(which).order_by(work.c.job).limit(1))
        if found:
            return self._job(found[0])
        waiting = self._read(select(inbox).where(inbox.c.number == id, inbox.c.act == SUBMIT))
        return _unread(waiting[0]) if waiting else None

    def tasks(self, id: int) -> list[JobRow]:
        """Every task of a job, in their order."""
        query = select(*_COLUMNS).join(inbox, inbox.c.number == work.c.inbox).where(work.c.inbox == id).order_by(work.c.job)
        return [self._job(row) for row in self._read(query)]

    def jobs(
        self,
        *,
        projects: Collection[int] | None = None,
        states: Collection[JobState] | None = None,
        before: int | None = None,
        limit: int = 100,
    ) -> list[JobRow]:
        """Newest first, those submitted before job `before`; an array stands there by all its tasks."""
        if projects is not None and not projects:
            return []
        page = union_all(*(_newest(where, before, limit) for where in _ranges(projects, states))).subquery()
        order = (work.c.inbox.desc(), work.c.task)
        query = select(*_COLUMNS).join(inbox, inbox.c.number == work.c.inbox).where(work.c.job.in_(select(page.c.job)))
        known = [self._job(row) for row in self._read(query.order_by(*order).limit(limit))]
        if states is not None and JobState.NEW not in states:
            return known
        return (self._fresh(projects, before, limit) + known)[:limit]

    def _fresh(self, projects: Collection[int] | None, before: int | None, limit: int) -> list[JobRow]:
        """Accepted jobs that the broker has not read yet, newest first; looked through in pages, however many there are."""
        read = select(mark.c.position).where(mark.c.source == INBOX).scalar_subquery()
        query = select(inbox).where(inbox.c.act == SUBMIT, inbox.c.number >= func.coalesce(read, 0)).order_by(inbox.c.number.desc())
        found: list[JobRow] = []
        while len(found) < limit:
            page = self._read((query if before is None else query.where(inbox.c.number < before)).limit(FRESH))
            found += [_unread(row) for row in page if projects is None or row.body["project"] in projects]
            if len(page) < FRESH:
                break
            before = page[-1].number
        return found[:limit]

    def attempts(self, id: int, task: int | None = None) -> list[AttemptRow]:
        """Every run of a job, in their order."""
        which = work.c.inbox == id if task is None else and_(work.c.inbox == id, work.c.task == task)
        query = select(attempt, *_KEYS).join(work, work.c.job == attempt.c.job).where(which).order_by(attempt.c.attempt)
        return [self._attempt(row) for row in self._read(query)]

    def pool(self, number: int) -> str:
        """`site/pool` of the State's number; of servers that a project holds, the pool that they are of."""
        if number not in self._pools:
            grounds = self._read(select(ground.c.number, ground.c.pool))
            self._pools = {one.number: one.pool for one in (*grounds, *self._read(select(piece.c.number, piece.c.pool)))}
        return self._pools[number]

    def _read(self, query: Any) -> list[Row[Any]]:
        with self._engine.connect() as connection:
            return list(connection.execute(query))

    def _job(self, row: Row[Any]) -> JobRow:
        return JobRow(
            id=row.inbox,
            task=row.task,
            number=row.job,
            name=row.name,
            project=row.project,
            person=row.person,
            devices=row.devices,
            state=JobState(row.state),
            pool=None if row.pool is None else self.pool(row.pool),
            attempts=row.attempts,
            key=None if row.attempt is None else _key(row),
            submitted_at=row.submitted_at,
            started_at=row.started_at,
            ended_at=row.ended_at,
            outcome=None if row.outcome is None else Outcome(row.outcome),
            spec=row.body["spec"],
        )

    def _attempt(self, row: Row[Any]) -> AttemptRow:
        return AttemptRow(
            attempt=row.attempt,
            key=_key(row),
            pool=self.pool(row.pool),
            state=AttemptState(row.state),
            milli=row.milli,
            placed_at=row.placed_at,
            started_at=row.started_at,
            ended_at=row.ended_at,
            outcome=None if row.outcome is None else Outcome(row.outcome),
        )


def _ranges(projects: Collection[int] | None, states: Collection[JobState] | None) -> Iterator[list[ColumnElement[bool]]]:
    """Parts of the table that each lie side by side in an index: a page takes the newest of every one, and never looks through the rest."""
    if projects is None:
        of_states = [[]] if states is None else [[work.c.state == int(state)] for state in sorted(states)]
        yield from of_states
        return
    for project in sorted(projects):
        for state in sorted(JobState if states is None else states):
            yield [work.c.project == project, work.c.state == int(state)]


def _newest(where: list[ColumnElement[bool]], before: int | None, limit: int) -> Select[Any]:
    below = [] if before is None else [work.c.inbox < before]
    part = select(work.c.job).where(*where, *below).order_by(work.c.inbox.desc(), work.c.task).limit(limit).subquery()
    return select(part.c.job)


_KEYS = key_columns(attempt.c.attempt)
_COLUMNS = (*work.c, inbox.c.body, *key_columns(work.c.attempt))


def _key(row: Row[Any]) -> str:
    old: str | None = row.old_key
    return old or key_of(row.epoch, row.attempt)


def _unread(row: Row[Any]) -> JobRow:
    """A job as it was accepted, of which the broker does not know yet."""
    spec = row.body["spec"]
    return JobRow(
        id=row.number,
        task=None,
        number=None,
        name=spec["name"],
        project=row.body["project"],
        person=row.body["person"],
        devices=0,
        state=JobState.NEW,
        pool=None,
        attempts=0,
        key=None,
        submitted_at=row.at,
        started_at=None,
        ended_at=None,
        outcome=None,
        spec=spec,
    )
