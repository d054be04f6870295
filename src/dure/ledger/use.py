"""Use of the fleet in rows: who or what, what it ran, what that is worth, and how long it waited."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal, NamedTuple

import numpy as np

from dure.ledger.books import NEVER, Ints, Parts, Place, Runs, summed
from dure.ledger.months import months_between

By = Literal["attempt", "job", "person", "project", "organisation", "site", "operator", "model", "month"]
BYS: Final[tuple[By, ...]] = ("attempt", "job", "person", "project", "organisation", "site", "operator", "model", "month")


class UsedBy(NamedTuple):
    """One row. `won`: what projects owe for it. Energy and money are None where nothing of it is known; where a part is unknown, its
    time at work stands beside what is known of the rest. Waits are of jobs that began to run, from their submission, in seconds.
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


def used_by(
    runs: Runs, found: Parts, owed: Ints, key_of_run: Ints | None, name: Callable[[int], str], since: int, until: int
) -> tuple[UsedBy, ...]:
    """A row a key, in the order of the keys. `key_of_run`: by run; None: by month. `owed`: won of each part."""
    keys = found.month if key_of_run is None else key_of_run[found.run]
    distinct, sums = summed(found, keys)
    place = np.searchsorted(distinct, keys)
    won = np.zeros(len(distinct), np.int64)
    np.add.at(won, place, owed)
    jobs, many = _counts(runs, found, place, len(distinct))
    waits = _waits(runs, found, place, len(distinct), since, until)
    rows = []
    for at, key in enumerate(distinct.tolist()):
        one = {measure: int(values[at]) for measure, values in sums.items()}
        rows.append(
            UsedBy(
                key=key,
                name=name(key),
                jobs=jobs[at],
                runs=many[at],
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
                wait_median_s=quantile(waits[at], 500),
                wait_p90_s=quantile(waits[at], 900),
            )
        )
    return tuple(rows)


def known_of(one: Mapping[str, int], what: str, unknown: str) -> int | None:
    """Nothing is known where all that ran is unknown; what never ran used nothing, which is known."""
    return None if one[unknown] and one[unknown] == one["busy_milli_s"] else one[what]


def _counts(runs: Runs, found: Parts, place: Ints, groups: int) -> tuple[list[int], list[int]]:
    """Jobs and runs of each group; an array is one job, and so is a job of many runs."""
    pairs = np.unique(np.stack([place, runs.job[found.run]], 1), axis=0) if len(place) else np.zeros((0, 2), np.int64)
    run_pairs = np.unique(np.stack([place, found.run], 1), axis=0) if len(place) else pairs
    jobs = np.bincount(pairs[:, 0], minlength=groups).tolist()
    return jobs, np.bincount(run_pairs[:, 0], minlength=groups).tolist()


def _waits(runs: Runs, found: Parts, place: Ints, groups: int, since: int, until: int) -> list[list[int]]:
    """Sorted waits of each group: of the runs with which a job began, in the part that holds that second."""
    started = runs.started_at
    begun = (runs.first != 0) & (started != NEVER) & (started >= since) & (started < until)
    which = np.flatnonzero(begun[found.run])
    if not len(which):
        return [[] for _ in range(groups)]
    second = started[found.run[which]]
    number, begins = months_between(int(second.min()), int(second.max()) + 1)
    which = which[found.month[which] == number[np.searchsorted(begins, second, side="right") - 1]]
    waits: list[list[int]] = [[] for _ in range(groups)]
    for group, run in zip(place[which].tolist(), found.run[which].tolist(), strict=True):
        waits[group].append(int(started[run] - runs.submitted_at[run]))
    return [sorted(one) for one in waits]


def quantile(ordered: Sequence[int], per_mille: int) -> int | None:
    """The smallest value that so many of a thousand do not exceed; None of nothing. A value that was there, never a mean of two."""
    return ordered[max(0, -(-len(ordered) * per_mille // 1_000) - 1)] if ordered else None


def by_place(places: Sequence[Place], runs: Runs, part: Callable[[Place], str]) -> tuple[Ints, Mapping[int, str]]:
    """Keys of runs by something of their place, and what each key stands for, in the order of their names."""
    names = sorted({part(one) for one in places})
    number = {name: at for at, name in enumerate(names)}
    table = np.array([number[part(one)] for one in places] or [0], np.int64)
    return table[runs.place], dict(enumerate(names))
