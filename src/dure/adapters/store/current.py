"""How jobs stand, read: what lists and pages show. Anybody may read; nothing here writes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, Select, and_, func, or_, select, union_all

from dure.adapters.store.changes import Change, changes
from dure.adapters.store.epochs import key_columns
from dure.adapters.store.schema import attempt, ground, inbox, job_array, mark, piece, work
from dure.model.events import Outcome
from dure.model.work import AttemptState, JobState
from dure.operate.attempts import key_of
from dure.wire.jobspec_parts import read_array

SUBMIT = "submit"
INBOX = "inbox"
_LABEL = re.compile(r"\w[\w.+-]{0,63}")
FRESH = 500
"""Unread jobs that are looked at together."""


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job as its users know it. `id`: its place in the inbox; `task`: of an array; seconds are Unix time, None: not yet.

    An array is one row too: `tasks` of them, `counts` by the name of their state. `held`: what keeps it out of the queue, 0 nothing,
    -1 its own spec, else the act that paused it; `withdrawn` 2: what it waited for can never come.
    """

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
    tasks: int = 1
    counts: Mapping[str, int] = field(default_factory=dict)
    held: int = 0
    withdrawn: int = 0


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
        """One job, or one task of an array; an array without `task` as a whole."""
        which = work.c.inbox == id if task is None else and_(work.c.inbox == id, work.c.task == task)
        query = select(*_COLUMNS).join(inbox, inbox.c.number == work.c.inbox)
        found = self._read(query.where(which).order_by(work.c.task).limit(1))
        if found:
            return self._job(found[0]) if task is not None else self._whole([self._job(found[0])])[0]
        if task is not None:
            return self._not_made(id, task)
        waiting = self._read(select(inbox).where(inbox.c.number == id, inbox.c.act == SUBMIT))
        return _unread(waiting[0]) if waiting else None

    def _not_made(self, id: int, task: int) -> JobRow | None:
        """A task that is no job yet, or never will be."""
        found = self._read(
            select(job_array, inbox.c.body, inbox.c.at.label("asked_at"))
            .join(inbox, inbox.c.number == job_array.c.number)
            .where(job_array.c.number == id)
        )
        if not found or task not in read_array(found[0].body["spec"]["array"]):
            return None
        row = found[0]
        left = row.tasks > row.made + row.dropped
        state = JobState.NEW if left else JobState.CANCELED
        spec = row.body["spec"]
        return replace(_accepted(id, row.asked_at, row.body), task=task, state=state, tasks=1, spec=spec, held=row.paused)

    def named(self, name: str, project: int) -> int | None:
        """The last job of this name in a project, also one that the broker has not read yet."""
        fresh = self._fresh([project], None, 1, {}, name)
        if fresh:
            return fresh[0].id
        alone = select(func.max(work.c.inbox)).where(work.c.project == project, work.c.name == name, work.c.task.is_(None))
        arrays = _FIRST.where(job_array.c.project == project, work.c.name == name).with_only_columns(func.max(work.c.inbox))
        return max((row[0] for query in (alone, arrays) for row in self._read(query) if row[0] is not None), default=None)

    def changes(self, after: int | None, projects: Collection[int] | None, limit: int) -> tuple[list[Change], int]:
        """What happened to jobs behind a row of the log, and the row behind which to go on (`adapters.store.changes`)."""
        return changes(self._engine, after, projects, limit)

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
        labels: Mapping[str, str] | None = None,
    ) -> list[JobRow]:
        """Newest first, those submitted before job `before`; an array is one row, and of a state if one of its tasks is."""
        asked = dict(labels or {})
        if (projects is not None and not projects) or not all(_LABEL.fullmatch(name) for name in asked):
            return []
        marked = [inbox.c.body["spec", "labels", name].as_string() == value for name, value in asked.items()]
        alone = union_all(*(_newest(where, marked, before, limit) for where in _ranges(projects, states))).subquery()
        acts = select(alone.c.inbox).order_by(alone.c.inbox.desc()).limit(limit)
        query = select(*_COLUMNS).join(inbox, inbox.c.number == work.c.inbox).where(work.c.inbox.in_(acts), work.c.task.is_(None))
        rows = self._read(query) + self._read(_newest_arrays(projects, states, marked, before, limit))
        known = self._whole([self._job(row) for row in sorted(rows, key=lambda row: -row.inbox)[:limit]])
        if states is not None and JobState.NEW not in states:
            return known
        return (self._fresh(projects, before, limit, asked) + known)[:limit]

    def _whole(self, rows: list[JobRow]) -> list[JobRow]:
        """Rows of which those of an array stand for all of its tasks."""
        numbers = [one.id for one in rows if one.task is not None]
        if not numbers:
            return rows
        found = {row.number: row for row in self._read(select(job_array).where(job_array.c.number.in_(numbers)))}
        return [one if one.task is None else _array(one, found[one.id]) for one in rows]

    def _fresh(
        self, projects: Collection[int] | None, before: int | None, limit: int, labels: Mapping[str, str], name: str | None = None
    ) -> list[JobRow]:
        """Accepted jobs that the broker has not read yet, newest first; looked through in pages, however many there are."""
        read = select(mark.c.position).where(mark.c.source == INBOX).scalar_subquery()
        query = select(inbox).where(inbox.c.act == SUBMIT, inbox.c.number >= func.coalesce(read, 0)).order_by(inbox.c.number.desc())
        found: list[JobRow] = []
        while len(found) < limit:
            page = self._read((query if before is None else query.where(inbox.c.number < before)).limit(FRESH))
            mine = (_unread(row) for row in page if projects is None or row.body["project"] in projects)
            found += [one for one in mine if name in (None, one.name) and labels.items() <= one.spec.get("labels", {}).items()]
            if len(page) < FRESH:
                break
            before = page[-1].number
        return found[:limit]

    def attempts(self, id: int, task: int | None = None, after: int = -1, limit: int | None = None) -> list[AttemptRow]:
        """Runs of a job behind number `after`, in their order; `limit` None: all of them."""
        which = work.c.inbox == id if task is None else and_(work.c.inbox == id, work.c.task == task)
        query = (
            select(attempt, *_KEYS)
            .join(work, work.c.job == attempt.c.job)
            .where(which, attempt.c.attempt > after)
            .order_by(attempt.c.attempt)
        )
        return [self._attempt(row) for row in self._read(query.limit(limit))]

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
            held=row.held,
            withdrawn=row.withdrawn,
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
    for state in sorted(JobState if states is None else states):
        if projects is None:
            yield [work.c.state == int(state)]
        else:
            yield from ([work.c.project == project, work.c.state == int(state)] for project in sorted(projects))


def _newest(where: list[ColumnElement[bool]], marked: list[ColumnElement[bool]], before: int | None, limit: int) -> Select[Any]:
    """The newest acts of a part of the table, arrays apart."""
    below = [] if before is None else [work.c.inbox < before]
    part = select(work.c.inbox).where(*where, work.c.task.is_(None), *below)
    if marked:
        part = part.join(inbox, inbox.c.number == work.c.inbox).where(*marked)
    page = part.order_by(work.c.inbox.desc()).limit(limit).subquery()
    return select(page.c.inbox)


def _newest_arrays(
    projects: Collection[int] | None,
    states: Collection[JobState] | None,
    marked: list[ColumnElement[bool]],
    before: int | None,
    limit: int,
) -> Select[Any]:
    """The newest arrays, each by its first job."""
    query = _FIRST.where(*marked)
    if projects is not None:
        query = query.where(job_array.c.project.in_(sorted(projects)))
    if before is not None:
        query = query.where(job_array.c.number < before)
    if states is not None:
        query = query.where(or_(*(_counted(state) > 0 for state in states)))
    return query.order_by(job_array.c.number.desc()).limit(limit)


def _counted(state: JobState) -> ColumnElement[int]:
    """How many tasks of an array are in a state."""
    a = job_array.c
    if state == JobState.NEW:
        return a.tasks - a.made - a.dropped
    column: ColumnElement[int] = a[state.name.lower()]
    return column + a.dropped if state == JobState.CANCELED else column


_KEYS = key_columns(attempt.c.attempt)
_COLUMNS = (*work.c, inbox.c.body, *key_columns(work.c.attempt))
_TASK = select(func.min(work.c.task)).where(work.c.inbox == job_array.c.number).correlate(job_array).scalar_subquery()
_FIRST = select(*_COLUMNS).select_from(job_array).join(inbox, inbox.c.number == job_array.c.number)
_FIRST = _FIRST.join(work, and_(work.c.inbox == job_array.c.number, work.c.task == _TASK))


def _key(row: Row[Any]) -> str:
    old: str | None = row.old_key
    return old or key_of(row.epoch, row.attempt)


def _array(first: JobRow, row: Row[Any]) -> JobRow:
    """All tasks as one: it runs while one runs, and is over when all are; of ends the worst is told. Tasks that are no jobs yet are NEW."""
    counts = {JobState.NEW: row.tasks - row.made - row.dropped, JobState.CANCELED: row.canceled + row.dropped}
    counts |= {one: row._mapping[one.name.lower()] for one in JobState if one not in counts}
    counts = {one: counts[one] for one in sorted(counts) if counts[one]}
    order = (JobState.ACTIVE, JobState.QUEUED, JobState.NEW, JobState.FAILED, JobState.CANCELED, JobState.COMPLETED)
    state = next(one for one in order if one in counts)
    held = row.held_by if row.put_off else -1 if row.own and row.own == row.queued else 0
    return replace(
        first,
        task=None,
        state=state,
        tasks=row.tasks,
        counts={one.name: n for one, n in counts.items()},
        attempts=row.attempts,
        started_at=row.started_at,
        ended_at=row.ended_at if state.final else None,
        outcome=None,
        held=held if state == JobState.QUEUED else row.paused,
        withdrawn=row.withdrawn,
    )


def _unread(row: Row[Any]) -> JobRow:
    """A job as it was accepted, of which the broker does not know yet."""
    return _accepted(row.number, row.at, row.body)


def _accepted(number: int, at: int, body: Mapping[str, Any]) -> JobRow:
    spec = body["spec"]
    return JobRow(
        id=number,
        task=None,
        number=None,
        name=spec["name"],
        project=body["project"],
        person=body["person"],
        devices=0,
        state=JobState.NEW,
        pool=None,
        attempts=0,
        key=None,
        submitted_at=at,
        started_at=None,
        ended_at=None,
        outcome=None,
        spec=spec,
        tasks=read_array(spec["array"]).tasks if spec.get("array") else 1,
    )
