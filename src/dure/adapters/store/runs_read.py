"""Attempts of a store as the books read them: what has ended is read once and added up, what goes on is kept and read again.

Memory grows with what goes on. A question about single runs reads a page of them from the store and forgets them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import ColumnElement, Engine, Select, func, select

from dure.adapters.store.schema import attempt, work
from dure.ledger.books import NEVER, RUN_COLUMNS, Flags, Ints, Runs

CHUNK = 50_000
ASKED = 500
"""Open attempts asked for at once."""
SETTLED_S = 60
"""So long after its end nothing of an attempt changes any more."""
_SELECT = select(
    attempt.c.attempt,
    work.c.inbox,
    func.coalesce(work.c.task, NEVER),
    work.c.project,
    work.c.person,
    attempt.c.pool,
    attempt.c.milli,
    work.c.submitted_at,
    attempt.c.placed_at,
    func.coalesce(attempt.c.started_at, NEVER),
    func.coalesce(attempt.c.ended_at, NEVER),
    func.coalesce(attempt.c.outcome, NEVER),
    func.coalesce(work.c.started_at, NEVER),
).join(work, work.c.job == attempt.c.job)
_JOB, _STARTED, _ENDED, _FIRST = (RUN_COLUMNS.index(name) for name in ("job", "started_at", "ended_at", "first"))


class Period(NamedTuple):
    """[since, until)."""

    since: int
    until: int


class Going(NamedTuple):
    """`fresh`: whether it is the first run of its job, an array being one."""

    runs: Runs
    fresh: Flags


class RunReader:
    """Every attempt of a store once: those that are over are handed to `fold` and forgotten, those that go on are kept and read again."""

    def __init__(self, engine: Engine, fold: Callable[[Going], None]) -> None:
        self._engine, self._fold = engine, fold
        self._going, self._fresh = np.zeros((0, len(RUN_COLUMNS)), np.int64), np.zeros(0, np.bool_)
        self._seen: Flags = np.zeros(0, np.bool_)
        """By job as people know it, whether one of its runs was read."""
        self._last = -1

    def going(self, now: int) -> Going:
        """Attempts that go on, or ended less than SETTLED_S ago, in the order of their numbers; all others have been folded before."""
        rows, fresh = [self._going[:0]], [self._fresh[:0]]

        def keep(some: Ints, new: Flags) -> None:
            over = (some[:, _ENDED] != NEVER) & (some[:, _ENDED] < now - SETTLED_S)
            if over.any():
                self._fold(Going(_runs(some[over]), new[over]))
            rows.append(some[~over])
            fresh.append(new[~over])

        for at in range(0, len(self._going), ASKED):
            numbers = self._going[at : at + ASKED, 0].tolist()
            keep(self._read(_SELECT.where(attempt.c.attempt.in_(numbers))), self._fresh[at : at + ASKED])
        while len(more := self._read(_SELECT.where(attempt.c.attempt > self._last).limit(CHUNK))):
            self._last = int(more[-1, 0])
            keep(more, self._new(more[:, _JOB]))
        self._going, self._fresh = np.concatenate(rows), np.concatenate(fresh)
        return Going(_runs(self._going), self._fresh)

    def _read(self, query: Select[Any]) -> Ints:
        with self._engine.connect() as connection:
            return _rows(connection.execute(query.order_by(attempt.c.attempt)).all())

    def _new(self, jobs: Ints) -> Flags:
        """Whether it is the first time that a job is met; it is met from now on."""
        most = int(jobs.max()) + 1
        if most > len(self._seen):
            self._seen = np.concatenate([self._seen, np.zeros(max(most, 2 * len(self._seen)) - len(self._seen), np.bool_)])
        _, first = np.unique(jobs, return_index=True)
        fresh = np.zeros(len(jobs), np.bool_)
        fresh[first] = ~self._seen[jobs[first]]
        self._seen[jobs] = True
        return fresh


def read_runs(
    engine: Engine, *, projects: Collection[int] | None = None, period: Period | None = None, pools: Collection[int] | None = None
) -> Runs:
    """Attempts of some projects and pools (None: of all) that touch a period (None: all time), in the order of their numbers."""
    query = _asked(_SELECT, projects, period)
    if pools is not None:
        query = query.where(attempt.c.pool.in_(sorted(pools)))
    found, last = [np.zeros((0, len(RUN_COLUMNS)), np.int64)], -1
    with engine.connect() as connection:
        while True:
            more = _rows(connection.execute(query.where(attempt.c.attempt > last).order_by(attempt.c.attempt).limit(CHUNK)).all())
            if not len(more):
                return _runs(np.concatenate(found))
            found.append(more)
            last = int(more[-1, 0])


def read_newest(engine: Engine, *, projects: Collection[int] | None, period: Period | None, before: int | None, most: int) -> Runs:
    """The newest attempts below number `before`, in the order of their numbers."""
    query = _asked(_SELECT, projects, period)
    if before is not None:
        query = query.where(attempt.c.attempt < before)
    with engine.connect() as connection:
        return _runs(_rows(connection.execute(query.order_by(attempt.c.attempt.desc()).limit(most)).all())[::-1])


def read_newest_jobs(engine: Engine, *, projects: Collection[int] | None, period: Period | None, most: int) -> Runs:
    """The attempts of the newest jobs that have any, in the order of their numbers."""
    jobs = _asked(select(work.c.inbox).join(attempt, attempt.c.job == work.c.job), projects, period)
    found = [np.zeros((0, len(RUN_COLUMNS)), np.int64)]
    with engine.connect() as connection:
        numbers = list(connection.execute(jobs.group_by(work.c.inbox).order_by(work.c.inbox.desc()).limit(most)).scalars())
        for at in range(0, len(numbers), ASKED):
            theirs = _asked(_SELECT.where(work.c.inbox.in_(numbers[at : at + ASKED])), projects, period)
            found.append(_rows(connection.execute(theirs).all()))
    table = np.concatenate(found)
    return _runs(table[np.argsort(table[:, 0])])


def _asked(query: Select[Any], projects: Collection[int] | None, period: Period | None) -> Select[Any]:
    if period is not None:
        query = query.where(_touches(period))
    return query if projects is None else query.where(work.c.project.in_(sorted(projects)))


def _touches(period: Period) -> ColumnElement[bool]:
    """A run that held nothing for no second is of the second in which it was placed."""
    lasts = attempt.c.ended_at.is_(None) | (attempt.c.ended_at > period.since) | (attempt.c.placed_at >= period.since)
    return (attempt.c.placed_at < period.until) & lasts


def _runs(table: Ints) -> Runs:
    return Runs(*(table[:, place] for place in range(len(RUN_COLUMNS))))


def _rows(found: Sequence[Any]) -> Ints:
    table = np.array([tuple(row) for row in found], np.int64).reshape(-1, len(RUN_COLUMNS))
    began = table[:, _FIRST]
    table[:, _FIRST] = (began != NEVER) & (began == table[:, _STARTED])
    return table
