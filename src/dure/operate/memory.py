"""A store in memory: the broker's test bench, and what a SQL store has to behave like."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dure.operate.ports import Rows
from dure.policy.fold import LIVE, WANTED


class MemoryStore:
    """One log in memory. Commits are whole; what was handed out is never changed."""

    def __init__(self) -> None:
        self._rows, self._jobs = [np.zeros(0, LIVE)], [np.zeros(0, WANTED)]
        self._marks: dict[str, int] = {}
        self.seq = 0

    def commit(self, rows: Rows, jobs: Rows, marks: Mapping[str, int]) -> None:
        rows = rows.copy()
        rows["seq"] = np.arange(self.seq, self.seq + len(rows))
        self._rows.append(rows)
        self._jobs.append(jobs.copy())
        self._marks.update(marks)
        self.seq += len(rows)

    def rows(self, since: int = 0) -> Rows:
        return np.concatenate(self._rows)[since:]

    def jobs(self) -> Rows:
        return np.concatenate(self._jobs)

    def marks(self) -> dict[str, int]:
        return dict(self._marks)
