"""How jobs stand, read: what lists and pages show. Anybody may read; nothing here writes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, Select, and_, func, select, union_all

from dure.adapters.store.changes import Change, changes
from dure.adapters.store.epochs import key_columns
from dure.adapters.store.schema import attempt, ground, inbox, mark, piece, work
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
        found = self._read(select(*_COLUMNS).join(inbox, inbox.c.number == work.c.inbox).where(which).order_by(work.c.job).limit(1))
        if found:
            return self._job(found[0]) if task is not None else self._whole([self._job(found[0])])[0]
        waiting = self._read(select(inbox).where(inbox.c.number == id, inbox.c.act == SUBMIT))
        return _unread(waiting[0]) if waiting and task is None else None

    def named(self, name: str, project: int) -> int | None:
        """The last job of this name in a project, also one that the broker has not read yet."""
        fresh = self._fresh([project], None, 1, {}, name)
        if fresh:
            return fresh[0].id
        found = self._read(select(func.max(work.c.inbox)).where(work.c.project == project, work.c.name == name))
        number: int | None = found[0][0]
        return number

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
        page = union_all(*(_newest(where, marked, before, limit) for where in _ranges(projects, states))).subquery()
        acts = select(page.c.inbox).distinct().order_by(page.c.inbox.desc()).limit(limit)
        first = select(func.min(work.c.job)).where(work.c.inbox.in_(acts)).group_by(work.c.inbox)
        query = select(*_COLUMNS).join(inbox, inbox.c.number == work.c.inbox).where(work.c.job.in_(first)).order_by(work.c.inbox.desc())
        known = self._whole([self._job(row) for row in self._read(query)])
        if states is not None and JobState.NEW not in states:
            return known
        return (self._fresh(projects, before, limit, asked) + known)[:limit]

    def _whole(self, rows: list[JobRow]) -> list[JobRow]:
        """Rows of which those of an array stand for all of its tasks."""
        arrays = [one.id for one in rows if one.task is not None]
        if not arrays:
            return rows
        sums = (func.count().label("n"), func.sum(work.c.attempts).label("attempts"), func.max(work.c.held).label("held"))
        ends = (func.min(work.c.started_at).label("started_at"), func.max(work.c.ended_at).label("ended_at"))
        query = select(work.c.inbox, work.c.state, *sums, func.max(work.c.withdrawn).label("withdrawn"), *ends)
        found: dict[int, list[Row[Any]]] = {}
        for row in self._read(query.where(work.c.inbox.in_(arrays)).group_by(work.c.inbox, work.c.state)):
            found.setdefault(row.inbox, []).append(row)
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
    if projects is None:
        of_states = [[]] if states is None else [[work.c.state == int(state)] for state in sorted(states)]
        yield from of_states
        return
    for project in sorted(projects):
        for state in sorted(JobState if states is None else states):
            yield [work.c.project == project, work.c.state == int(state)]


def _newest(where: list[ColumnElement[bool]], marked: list[ColumnElement[bool]], before: int | None, limit: int) -> Select[Any]:
    """The newest acts of a part of the table, an array once."""
    below = [] if before is None else [work.c.inbox < before]
    part = select(work.c.inbox).where(*where, *below)
    if marked:
        part = part.join(inbox, inbox.c.number == work.c.inbox).where(*marked)
    page = part.group_by(work.c.inbox).order_by(work.c.inbox.desc()).limit(limit).subquery()
    return select(page.c.inbox)


_KEYS = key_columns(attempt.c.attempt)
_COLUMNS = (*work.c, inbox.c.body, *key_columns(work.c.attempt))


def _key(row: Row[Any]) -> str:
    old: str | None = row.old_key
    return old or key_of(row.epoch, row.attempt)


def _array(first: JobRow, rows: Sequence[Row[Any]]) -> JobRow:
    """All tasks as one: it runs while one runs, and is over when all are; of ends the worst is told."""
    counts = {JobState(row.state): row.n for row in rows}
    order = (JobState.ACTIVE, JobState.QUEUED, JobState.FAILED, JobState.CANCELED, JobState.COMPLETED)
    state = next(one for one in order if one in counts)
    started = [row.started_at for row in rows if row.started_at is not None]
    waiting = [row.held for row in rows if row.state == JobState.QUEUED]
    return replace(
        first,
        task=None,
        state=state,
        tasks=sum(counts.values()),
        counts={one.name: counts[one] for one in sorted(counts)},
        attempts=sum(row.attempts for row in rows),
        started_at=min(started, default=None),
        ended_at=max((row.ended_at for row in rows if row.ended_at is not None), default=None) if state.final else None,
        outcome=None,
        held=waiting[0] if state == JobState.QUEUED else 0,
        withdrawn=max(row.withdrawn for row in rows),
    )


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
        tasks=read_array(spec["array"]).tasks if spec.get("array") else 1,
    )
