"""A trace measured: its demand profile, a few hundred figures from which alike traces can be drawn."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np

from dure.twin.draws import Ints
from dure.wire.profile import PARTS_OF_PERIOD, Band, DemandClass, Period, Profile
from dure.wire.tables import BoolArray, IntArray, Jobs

SIZE_EDGES: Final = (1, 2, 4, 8, 16, 64, 256)
"""Greatest size of each size group; the last group has no end."""
RUN_EDGES: Final = (("10m", 600), ("1h", 3_600), ("6h", 21_600), ("1d", 86_400), ("4d", 345_600), ("10d", 864_000), ("long", 2**62))
BANDS: Final = 4  # equal parts of a class whose run times are measured apart
PERIODS_MAX: Final = 440
PERIODS_S: Final = tuple(6 * 3_600 << k for k in range(24))
"""Lengths of a calendar period: 6 hours where the trace is short enough, else 12, 24 … hours."""
PROJECTS_MAX: Final = 30
SIZES_MAX: Final = 12
_SLACK_STEPS: Final = 10
_GROUP_JOBS_MIN: Final = 5  # per mille of the jobs, and of the work ten times as much, or a size group joins its neighbour


def measure(jobs: Jobs, name: str, source: str) -> Profile:
    """The profile of a trace with at least one job. Run times are as recorded; jobs that never ran do not count."""
    jobs = jobs[jobs.run_s > 0]
    group = _size_groups(jobs)
    band = np.searchsorted([most for _, most in RUN_EDGES], jobs.run_s)
    kind, code = np.unique(group * len(RUN_EDGES) + band, return_inverse=True)
    first_s = (jobs.epoch_s + int(jobs.submit_s[0])) // 3_600 * 3_600 if jobs.epoch_s else 0
    since = jobs.submit_s + (jobs.epoch_s - first_s) if jobs.epoch_s else jobs.submit_s - int(jobs.submit_s[0])
    period_s = next(length for length in PERIODS_S if int(since[-1]) // length < PERIODS_MAX)
    classes = tuple(_class(jobs, since, code == k, *divmod(int(which), len(RUN_EDGES))) for k, which in enumerate(kind))
    return Profile(
        name,
        source,
        classes,
        _hours(since + first_s) if jobs.epoch_s else (1,) * 168,
        _periods(jobs, since, period_s, code, classes),
        period_s,
        first_s,
        int(since[-1]),
        0,
        _projects(jobs, group, int(group.max()) + 1),
    )


def _size_groups(jobs: Jobs) -> Ints:
    """Size group of each job; groups that hold next to nothing join the one below (or above, if they are the first)."""
    group = np.searchsorted(SIZE_EDGES, jobs.devices)
    work = jobs.run_s * jobs.devices
    count = np.bincount(group)
    share = np.bincount(group, work)
    keep = (count * 1000 >= _GROUP_JOBS_MIN * len(jobs)) | (share * 100 >= _GROUP_JOBS_MIN * work.sum())
    place = np.maximum(np.cumsum(keep) - 1, 0)
    found: Ints = place[group].astype(np.int64)
    return found


def _class(jobs: Jobs, since: Ints, rows: BoolArray, group: int, band: int) -> DemandClass:
    size, number = np.unique(jobs.devices[rows], return_counts=True)
    if len(size) > SIZES_MAX:
        size, number = _thinned(size, number)
    run_s = np.sort(jobs.run_s[rows])
    cuts = np.unique(np.arange(BANDS + 1) * len(run_s) // BANDS)
    edges = [int(run_s[0]), *(int(run_s[cut - 1]) for cut in cuts[1:])]
    means = [int(run_s[a:b].mean().round()) for a, b in pairwise(cuts)]
    bands = tuple(Band(least, most, mean) for (least, most), mean in zip(pairwise(edges), means, strict=True))
    known = rows & (jobs.request_known == 1)
    slack: tuple[int, ...] = ()
    if int(known.sum()) * 2 > len(run_s):
        ratio = np.sort(jobs.request_s[known] * 1_000_000 // jobs.run_s[known])
        slack = tuple(int(ratio[(len(ratio) - 1) * k // _SLACK_STEPS]) for k in range(_SLACK_STEPS + 1))
    name = f"{_size_name(int(size[0]), int(size[-1]))}-{RUN_EDGES[band][0]}"
    ends_s = int((since[rows] + jobs.run_s[rows]).max())
    return DemandClass(name, len(run_s), tuple(zip(size.tolist(), number.tolist(), strict=True)), bands, group, slack, ends_s=ends_s)


def _thinned(size: IntArray, number: IntArray) -> tuple[Ints, Ints]:
    """Many sizes as a dozen of the same mean: equal parts by number of jobs, each at its rounded mean."""
    every = np.repeat(size, number)
    cuts = np.unique(np.arange(SIZES_MAX + 1) * len(every) // SIZES_MAX)
    means = [int(every[a:b].mean().round()) for a, b in pairwise(cuts)]
    found, which = np.unique(means, return_inverse=True)
    return found, np.bincount(which, np.diff(cuts)).astype(np.int64)


def _size_name(least: int, most: int) -> str:
    return str(least) if least == most else f"{least}..{most}"


def _hours(unix: Ints) -> tuple[int, ...]:
    """Jobs by hour of the week, Monday first, as the trace's own clock shows it."""
    return tuple(np.bincount((unix // 3_600 + 3 * 24) % 168, minlength=168).tolist())


def _periods(jobs: Jobs, since: Ints, period_s: int, code: Ints, classes: tuple[DemandClass, ...]) -> tuple[Period, ...]:
    period = since // period_s
    periods = int(period.max()) + 1
    part = np.zeros((periods, PARTS_OF_PERIOD), np.int64)
    np.add.at(part, (period, since % period_s * PARTS_OF_PERIOD // period_s), 1)
    count = np.zeros((periods, len(classes)), np.int64)
    np.add.at(count, (period, code), 1)
    group = np.array([one.group for one in classes], np.int64)
    work_s = np.zeros((periods, int(group.max()) + 1), np.int64)
    np.add.at(work_s, (period, group[code]), jobs.run_s * jobs.devices.astype(np.int64))
    rows = zip(part.tolist(), work_s.tolist(), count.tolist(), strict=True)
    return tuple(Period(tuple(parts), tuple(work), tuple(numbers)) for parts, work, numbers in rows)


def _projects(jobs: Jobs, group: Ints, groups: int) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Jobs of each project in each size group, the largest first; beyond thirty the rest counts as one. Names become ranks."""
    if len(jobs.projects) < 2:
        return ()
    count = np.zeros((len(jobs.projects), groups), np.int64)
    np.add.at(count, (jobs.project, group), 1)
    order = np.argsort(-count.sum(axis=1), kind="stable")
    shown, rest = count[order[:PROJECTS_MAX]], count[order[PROJECTS_MAX:]].sum(axis=0)
    table = [(f"p{k + 1:02d}", tuple(row)) for k, row in enumerate(shown.tolist()) if any(row)]
    return tuple(table + ([("others", tuple(rest.tolist()))] if rest.any() else []))
