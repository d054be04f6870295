"""Attempts of a store as the books read them, kept up with: what has ended is read once, what goes on is read again."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import Engine, func, select

from dure.adapters.store.schema import attempt, work
from dure.ledger.books import NEVER, RUN_COLUMNS, Ints, Runs

CHUNK = 50_000
ASKED = 500
"""Open attempts asked for at once."""
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
    """`runs()` is every attempt of a store as it stands; may be asked from any thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._lock = engine, threading.Lock()
        self._table = np.zeros((0, len(RUN_COLUMNS)), np.int64)
        self._open: list[int] = []

    def runs(self) -> Runs:
        """In the order of their numbers."""
        with self._lock:
            self._catch_up()
            return Runs(*(self._table[:, place] for place in range(len(RUN_COLUMNS))))

    def _catch_up(self) -> None:
        last = int(self._table[-1, 0]) if len(self._table) else -1
        fresh: list[Ints] = []
        with self._engine.connect() as connection:
            for at in range(0, len(self._open), ASKED):
                rows = self._open[at : at + ASKED]
                numbers = [int(self._table[row, 0]) for row in rows]
                again = _rows(connection.execute(_SELECT.where(attempt.c.attempt.in_(numbers)).order_by(attempt.c.attempt)).all())
                changed = self._table.copy() if at == 0 else self._table  # whoever holds the table of before keeps it
                changed[rows] = again
                self._table = changed
            while True:
                query = _SELECT.where(attempt.c.attempt > last).order_by(attempt.c.attempt).limit(CHUNK)
                more = _rows(connection.execute(query).all())
                if not len(more):
                    break
                fresh.append(more)
                last = int(more[-1, 0])
        if fresh:
            self._table = np.concatenate([self._table, *fresh])
        self._open = np.flatnonzero(self._table[:, _ENDED] == NEVER).tolist()


def _rows(found: Sequence[Any]) -> Ints:
    table = np.array([tuple(row) for row in found], np.int64).reshape(-1, len(RUN_COLUMNS))
    began = table[:, _FIRST]
    table[:, _FIRST] = (began != NEVER) & (began == table[:, _STARTED])
    return table
