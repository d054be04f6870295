"""Use of the fleet in rows: who or what, what it ran, what that is worth, and how long it waited."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal, NamedTuple

import numpy as np

from dure.ledger.books import Ints, Place
from dure.ledger.cells import SUMS, Cells

By = Literal["attempt", "job", "person", "project", "organisation", "site", "operator", "model", "month"]
BYS: Final[tuple[By, ...]] = ("attempt", "job", "person", "project", "organisation", "site", "operator", "model", "month")


class UsedBy(NamedTuple):
    """One row. `jobs`: each counts once, where and when it was first placed, so that rows add up. `won`: what projects owe for it.
    Energy and money are None where nothing of it is known; where a part is unknown, its time at work stands beside what is known of the
    rest. Waits are of jobs that began to run, from their submission, in seconds.
    """

    key: int
    name: str
    jobs: int
    runs: int
    held_milli_s: int
    busy_milli_s: int
    credits_micro: int
    won: int
    energy_wh: int | None
    energy_unknown_milli_s: int
    electricity_won: int | None
    electricity_unknown_milli_s: int
    service_won: int | None
    service_unknown_milli_s: int
    wait_median_s: int | None
    wait_p90_s: int | None


def used_by(cells: Cells, keys: Ints, owed: Ints, name: Callable[[int], str], *, whole: bool) -> tuple[UsedBy, ...]:
    """A row a key, in the order of the keys. `keys`, `owed` (won): of each cell. `whole`: runs are those that were placed in these cells;
    else those that held something in them, which in one month is each of them once.
    """
    if not len(cells):
        return ()
    order = np.argsort(keys, kind="stable")
    begins = np.flatnonzero(np.concatenate(([True], np.diff(keys[order]) != 0)))
    sums, won = np.add.reduceat(cells.sums[order], begins), np.add.reduceat(owed[order], begins)
    distinct = keys[order[begins]]
    group, seconds = np.searchsorted(distinct, keys[cells.waits[:, 0]]), cells.waits[:, 1]
    seconds = seconds[np.lexsort((seconds, group))]
    ends = np.cumsum(np.bincount(group, minlength=len(distinct)))
    rows = []
    for at, key in enumerate(distinct.tolist()):
        one = dict(zip(SUMS, sums[at].tolist(), strict=True))
        waited = seconds[ends[at - 1] if at else 0 : ends[at]]
        rows.append(
            UsedBy(
                key=key,
                name=name(key),
                jobs=one["jobs"],
                runs=one["runs" if whole else "parts"],
                held_milli_s=one["held_milli_s"],
                busy_milli_s=one["busy_milli_s"],
                credits_micro=one["credits_micro"],
                won=int(won[at]),
                energy_wh=known_of(one, "wh", "wh_unknown_milli_s"),
                energy_unknown_milli_s=one["wh_unknown_milli_s"],
                electricity_won=known_of(one, "electricity_won", "electricity_unknown_milli_s"),
                electricity_unknown_milli_s=one["electricity_unknown_milli_s"],
                service_won=known_of(one, "service_won", "service_unknown_milli_s"),
                service_unknown_milli_s=one["service_unknown_milli_s"],
                wait_median_s=quantile(waited, 500),
                wait_p90_s=quantile(waited, 900),
            )
        )
    return tuple(rows)


def known_of(one: Mapping[str, int], what: str, unknown: str) -> int | None:
    """Nothing is known where all that ran is unknown; what never ran used nothing, which is known."""
    return None if one[unknown] and one[unknown] == one["busy_milli_s"] else one[what]


def quantile(ordered: Sequence[int] | Ints, per_mille: int) -> int | None:
    """The smallest value that so many of a thousand do not exceed; None of nothing. A value that was there, never a mean of two."""
    return int(ordered[max(0, -(-len(ordered) * per_mille // 1_000) - 1)]) if len(ordered) else None


def by_place(places: Sequence[Place], place: Ints, part: Callable[[Place], str]) -> tuple[Ints, Mapping[int, str]]:
    """Keys by something of the place of each cell, and what each key stands for, in the order of their names."""
    names = sorted({part(one) for one in places})
    number = {name: at for at, name in enumerate(names)}
    table = np.array([number[part(one)] for one in places] or [0], np.int64)
    return table[place], dict(enumerate(names))
