"""What runs come to, added up by month, project, person and place: of any number of runs no more rows than there are such cells.

A run is rounded by itself, before it is added. So cells of some runs and cells of the others are, merged, the cells of all of them, to the
unit and in any order, and nobody has to read a run again that is over. What a project owes is split over cells first and inside a cell over
its runs: so a run, its project, its site and its month say the same won.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from dure.ledger.books import MEASURES, NEVER, Flags, Ints, Parts, Runs
from dure.ledger.months import months_between
from dure.model.units import split_largest_remainder

KEYS: Final = ("month", "project", "person", "place")
SUMS: Final = (*MEASURES, "jobs", "runs", "parts")
"""`jobs`: those that were placed for the first time, an array being one. `runs`: those that were placed. `parts`: those that held
something, which is one a month of each run."""
_SHRINKS: Final = 4
"""A level of a tally is so many times as large as the next one."""


@dataclass(frozen=True, slots=True)
class Cells:
    """`keys`: [cells, KEYS]; `sums`: [cells, SUMS]; `waits`: [jobs that began, (cell, seconds)], from submission to the first start."""

    keys: Ints
    sums: Ints
    waits: Ints

    def __len__(self) -> int:
        return len(self.keys)

    def key(self, name: str) -> Ints:
        """One of KEYS, by cell."""
        found: Ints = self.keys[:, KEYS.index(name)]
        return found

    def sum(self, name: str) -> Ints:
        """One of SUMS, by cell."""
        found: Ints = self.sums[:, SUMS.index(name)]
        return found

    def same(self, other: Cells) -> bool:
        """Whether the sums of both are the same."""
        return np.array_equal(self.keys, other.keys) and np.array_equal(self.sums, other.sums)

    def only(self, which: Flags) -> Cells:
        """Some of them."""
        if which.all():
            return self
        number = np.cumsum(which) - 1
        waits = self.waits[which[self.waits[:, 0]]]
        return Cells(self.keys[which], self.sums[which], np.stack([number[waits[:, 0]], waits[:, 1]], 1))

    def of(self, projects: Collection[int] | None, month: int | None) -> Cells:
        """Of some projects (None: of all), of a month (None: of all)."""
        which = np.ones(len(self), np.bool_)
        if projects is not None:
            which &= np.isin(self.key("project"), sorted(projects))
        if month is not None:
            which &= self.key("month") == month
        return self.only(which)


def cells_of(runs: Runs, found: Parts, fresh: Flags) -> Cells:
    """A cell for each part, in the order of the parts. `fresh`: of each run, whether it is the first of its job."""
    keys = np.stack([found.month, *(getattr(runs, name)[found.run] for name in KEYS[1:])], 1)
    first = np.ones(len(found.run), np.int64)
    first[1:] = found.run[1:] != found.run[:-1]  # parts of a run follow one another, from its placement on
    counts = (first * fresh[found.run], first, np.ones(len(first), np.int64))
    return Cells(keys, np.stack([*(getattr(found, name) for name in MEASURES), *counts], 1), _waits(runs, found))


def _waits(runs: Runs, found: Parts) -> Ints:
    """Of the runs with which a job began: in the part of the month of that second."""
    which = np.flatnonzero(((runs.first != 0) & (runs.started_at != NEVER))[found.run])
    if not len(which):
        return np.zeros((0, 2), np.int64)
    run = found.run[which]
    second = runs.started_at[run]
    number, begins = months_between(int(second.min()), int(second.max()) + 1)
    there = found.month[which] == number[np.searchsorted(begins, second, side="right") - 1]
    return np.stack([which[there], (second - runs.submitted_at[run])[there]], 1)


def merged(some: Sequence[Cells]) -> Cells:
    """One of each key, in the order of the keys."""
    keys = np.concatenate([one.keys for one in some] or [np.zeros((0, len(KEYS)), np.int64)])
    if not len(keys):
        return Cells(keys, np.zeros((0, len(SUMS)), np.int64), np.zeros((0, 2), np.int64))
    order = np.lexsort(keys.T[::-1])
    new = np.ones(len(keys), np.bool_)
    new[1:] = (keys[order[1:]] != keys[order[:-1]]).any(1)
    place = np.empty(len(keys), np.int64)
    place[order] = np.cumsum(new) - 1
    sums = np.add.reduceat(np.concatenate([one.sums for one in some])[order], np.flatnonzero(new))
    behind = np.cumsum([0, *(len(one) for one in some)])
    waits = [np.stack([place[one.waits[:, 0] + at], one.waits[:, 1]], 1) for one, at in zip(some, behind, strict=False)]
    return Cells(keys[order[new]], sums, np.concatenate(waits))


class Tally:
    """Cells of runs that are over; more may be added, and what that costs does not grow with what is there."""

    def __init__(self) -> None:
        self._levels: list[Cells] = []

    def add(self, one: Cells) -> None:
        """What further runs come to."""
        if not len(one):
            return
        self._levels.append(merged([one]))
        while len(self._levels) > 1 and len(self._levels[-2]) < _SHRINKS * len(self._levels[-1]):
            last = self._levels.pop()
            self._levels[-1] = merged([self._levels[-1], last])

    def cells(self, more: Cells, projects: Collection[int] | None = None, month: int | None = None) -> Cells:
        """With `more`, of some projects and a month (None: of all)."""
        return merged([one.of(projects, month) for one in (*self._levels, more)])


def owed_cells(owed: Mapping[tuple[int, int], int], cells: Cells) -> Ints:
    """What projects owe, by (project, month of the entry), given to their cells of that month: by credits, or by held time where none were
    spent; by largest remainder. An entry of a month without use is for use before it. What nobody ran for stands in no cell.

    `cells`: merged, of every month of each project in it.
    """
    won = np.zeros(len(cells), np.int64)
    sums: Counter[tuple[int, int]] = Counter()
    for number in sorted({number for (number, _), whole in owed.items() if whole}):
        mine = np.flatnonzero(cells.key("project") == number)
        months = cells.key("month")[mine]
        there = sorted(set(months.tolist()))
        for (of, month), whole in owed.items():
            if of == number and there:
                sums[number, max((one for one in there if one <= month), default=there[0])] += whole
        for month in there:
            which = mine[months == month]
            won[which] = shared(sums[number, month], cells.sum("credits_micro")[which], cells.sum("held_milli_s")[which])
    return won


def shared(whole: int, credits: Ints, held: Ints) -> tuple[int, ...]:
    """Won by credits, or by held time where none were spent, to the last won."""
    weights = credits.tolist() if credits.any() else held.tolist()
    return split_largest_remainder(whole, weights if any(weights) else [1] * len(weights))
