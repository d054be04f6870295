"""Attempts of a store as the books read them: what has ended is read once and added up, what goes on is kept and read again.

Memory grows with what goes on. A question about single runs, or about a month, reads those from the store and forgets them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Engine, func, select

from dure.adapters.store.schema import attempt, work
from dure.ledger.books import NEVER, RUN_COLUMNS, Ints, Runs

CHUNK = 50_000
ASKED = 500
"""Open attempts asked for at once."""
SETTLED_S = 60
"""So long after its end nothing of an attempt changes any more."""
EVER = 1 << 62
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
_STARTED, _ENDED, _FIRST = (RUN_COLUMNS.index(name) for name in ("started_at", "ended_at", "first"))


class RunReader:
    """Every attempt of a store once: those that are over are handed to `fold` and forgotten, those that go on are kept and read again."""

    def __init__(self, engine: Engine, fold: Callable[[Runs], None]) -> None:
        self._engine, self._fold = engine, fold
        self._going = np.zeros((0, len(RUN_COLUMNS)), np.int64)
        self._last = -1

    def going(self, now: int) -> Runs:
        """Attempts that go on, or ended less than SETTLED_S ago, in the order of their numbers; all others have been folded before."""
        parts: list[Ints] = []
        with self._engine.connect() as connection:
            numbers = self._going[:, 0].tolist()
            for at in range(0, len(numbers), ASKED):
                again = _SELECT.where(attempt.c.attempt.in_(numbers[at : at + ASKED])).order_by(attempt.c.attempt)
                parts.append(self._over(_rows(connection.execute(again).all()), now))
            while True:
                query = _SELECT.where(attempt.c.attempt > self._last).order_by(attempt.c.attempt).limit(CHUNK)
                more = _rows(connection.execute(query).all())
                if not len(more):
                    break
                self._last = int(more[-1, 0])
                parts.append(self._over(more, now))
        self._going = np.concatenate([self._going[:0], *parts])
        return _runs(self._going)

    def _over(self, rows: Ints, now: int) -> Ints:
        """Fold what is over; the rest."""
        over = (rows[:, _ENDED] != NEVER) & (rows[:, _ENDED] < now - SETTLED_S)
        if over.any():
            self._fold(_runs(rows[over]))
        rest: Ints = rows[~over]
        return rest


def read_runs(engine: Engine, *, projects: Collection[int] | None, also: Collection[int], since: int, until: int) -> Runs:
    """Attempts of some projects (None: of all) that touch [since, until), and all of those in `also`; in the order of their numbers."""
    inside = (attempt.c.placed_at < until) & (attempt.c.ended_at.is_(None) | (attempt.c.ended_at >= since) | (attempt.c.placed_at >= since))
    wanted = inside | work.c.project.in_(sorted(also)) if also else inside
    query = _SELECT if since == 0 and until == EVER else _SELECT.where(wanted)
    if projects is not None:
        query = query.where(work.c.project.in_(sorted(projects)))
    found, last = [np.zeros((0, len(RUN_COLUMNS)), np.int64)], -1
    with engine.connect() as connection:
        while True:
            more = _rows(connection.execute(query.where(attempt.c.attempt > last).order_by(attempt.c.attempt).limit(CHUNK)).all())
            if not len(more):
                return _runs(np.concatenate(found))
            found.append(more)
            last = int(more[-1, 0])


def _runs(table: Ints) -> Runs:
    return Runs(*(table[:, place] for place in range(len(RUN_COLUMNS))))


def _rows(found: Sequence[Any]) -> Ints:
    table = np.array([tuple(row) for row in found], np.int64).reshape(-1, len(RUN_COLUMNS))
    began = table[:, _FIRST]
    table[:, _FIRST] = (began != NEVER) & (began == table[:, _STARTED])
    return table
