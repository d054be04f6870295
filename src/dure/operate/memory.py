"""A store in memory: the broker's test bench, and what a SQL store has to behave like."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dure.operate.ports import Rows
from dure.policy.fold import LIVE, WANTED


class MemoryStore:
    """One log in memory. Commits are whole; rows that were handed out are never changed."""

    def __init__(self) -> None:
        self._rows, self._jobs = np.zeros(1 << 10, LIVE), np.zeros(1 << 8, WANTED)
        self._marks: dict[str, int] = {}
        self._job_count = 0
        self.seq = 0

    def commit(self, rows: Rows, jobs: Rows, marks: Mapping[str, int]) -> None:
        first = self.seq
        self._rows = _appended(self._rows, first, rows)
        self._jobs = _appended(self._jobs, self._job_count, jobs)
        self.seq += len(rows)
        self._job_count += len(jobs)
        self._rows["seq"][first : self.seq] = np.arange(first, self.seq)
        self._marks.update(marks)

    def rows(self, since: int = 0, until: int | None = None) -> Rows:
        return self._rows[since : self.seq if until is None else min(until, self.seq)]

    def jobs(self, since: int = 0) -> Rows:
        return self._jobs[since : self._job_count]

    def marks(self) -> dict[str, int]:
        return dict(self._marks)


def _appended(table: Rows, used: int, more: Rows) -> Rows:
    """The table with rows after its first `used` ones; another table where it was full."""
    while used + len(more) > len(table):
        table = np.concatenate([table, np.zeros_like(table)])
    table[used : used + len(more)] = more
    return table
