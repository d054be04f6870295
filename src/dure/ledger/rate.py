"""The figures of `dure rate`: both rates with what bounds them, coverage, who used what, waits. Each is defined here once (docs/RATE.md).

Whole device-seconds outside, milli-device-seconds inside; a figure that the records do not tell is None.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from dure.ledger import observed_kernel as kernel
from dure.ledger.allocated import spans
from dure.ledger.attempts import NEVER as NOT_YET
from dure.ledger.exact import rows_divided, sum_by
from dure.ledger.observed import Happened, Window
from dure.ledger.records import NEVER, Fate, Ints, JobRows, Mask, Recorded
from dure.ledger.usage import BUCKETS, JobTimes, Waits, bucket_name, in_bucket, waits
from dure.ledger.waterfall import Seconds, grouped, whole_seconds
from dure.model.units import MILLI

KINDS: Final = ("model", "partition", "account", "user", "state")


class Used(NamedTuple):
    """Attempts that held devices, and device-seconds: busy, of these `rework` and `job_error` (each at most)."""

    attempts: int
    busy_s: int
    rework_s: int
    job_error_s: int


@dataclass(frozen=True, slots=True)
class NodeUse:
    """One node during one term, whole device-seconds."""

    node: str
    model: str
    devices: int
    contracted_s: int
    busy_s: int
    failed_s: int
    maintenance_s: int
    overlap_s: int


@dataclass(frozen=True, slots=True)
class Rated:
    """What a command says. Where there is no list of nodes, `fleet` is None and only use is known."""

    fleet: Seconds | None
    models: Mapping[str, Seconds]
    bins: tuple[Seconds, ...]
    nodes: tuple[NodeUse, ...]
    used: Mapping[str, Mapping[str, Used]]
    busy_s: int
    suspended_s: int
    overlap_s: int
    outside_s: Mapping[str, int]
    busy_while_failed_s: int
    reached_s: int
    jobs: int
    attempts: int
    started: int
    waiting: int
    still_running: int
    waits: Mapping[str, Waits]

    @property
    def coverage(self) -> float | None:
        """Share of contracted device-time of which records say what it was."""
        if self.fleet is None or not self.fleet.step("contracted"):
            return None
        return round(1 - self.fleet.cause("unobserved") / self.fleet.step("contracted"), 6)

    @property
    def reached(self) -> float | None:
        """Share of contracted device-time within which every job is in the file."""
        if self.fleet is None or not self.fleet.step("contracted"):
            return None
        return round(self.reached_s / self.fleet.step("contracted"), 6)

    def rates(self, *, states_known: bool) -> dict[str, float | None]:
        """Both rates and goodput with their bounds. Unobserved time was available or not: occupancy lies between the two; goodput is a
        least, because what failed or was requeued may have kept some of its work.
        """
        if self.fleet is None:
            return dict.fromkeys(("operating_rate", "occupancy", "occupancy_least", "occupancy_most", "goodput_rate", "goodput_most"))
        lost = self.fleet.cause("rework") + self.fleet.cause("job_error")
        most = _share(self.fleet.step("productive") + lost, self.fleet.step("installed"))
        return {**bounded(self.fleet, states_known=states_known), "goodput_most": most}


def bounded(one: Seconds, *, states_known: bool) -> dict[str, float | None]:
    """The rates of a row of the waterfall. As long as any of it is unobserved its occupancy is unknown between two bounds, whoever
    assumed what about the rest.
    """
    rates, busy, unobserved = one.rates(), one.step("busy"), one.cause("unobserved")
    return {
        "operating_rate": rates["operating_rate"],
        "occupancy": rates["occupancy"] if states_known and not unobserved else None,
        "occupancy_least": _share(busy, one.step("available") + unobserved),
        "occupancy_most": _share(busy, one.step("available")),
        "goodput_rate": rates["goodput_rate"],
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None


def rated(recorded: Recorded, found: Happened | None, window: Window) -> Rated:
    """All figures of a window; `found` is None where no nodes are known."""
    rows = recorded.jobs
    busy = _row_busy(rows, window) if found is None else found.row_busy
    whole = rows_divided(busy.sum(axis=1)[None, :], MILLI)[0] if len(rows) else np.zeros(0, np.int64)
    seen = _within(rows, window)
    lines = None if found is None else whole_seconds(found.lines.reshape(-1, found.lines.shape[2])).reshape(found.lines.shape)
    outside = {} if found is None else {name: milli // MILLI for name, milli in found.outside.items()}
    times, first = _job_times(rows, window)
    devices = rows.milli[first] // MILLI
    buckets = {bucket_name(*bucket): waits(times, in_bucket(devices, *bucket)) for bucket in BUCKETS}
    held = seen & rows.started
    return Rated(
        fleet=None if lines is None else Seconds(tuple(lines.sum(axis=(0, 1)).tolist())),
        models={} if lines is None or found is None else grouped(lines.sum(axis=0), found.pools),
        bins=() if lines is None else tuple(Seconds(tuple(row.tolist())) for row in lines.sum(axis=1)),
        nodes=() if found is None else _node_use(found, window),
        used={kind: _used(rows, whole, held, kind) for kind in KINDS},
        busy_s=int(whole.sum()),
        suspended_s=int(busy[:, 1].sum()) // MILLI if len(busy) else 0,
        overlap_s=0 if found is None else int(found.overlap.sum()) // MILLI,
        outside_s={name: s for name, s in outside.items() if s},
        busy_while_failed_s=0 if found is None else found.busy_while_failed // MILLI,
        reached_s=0 if found is None else _reached(found, window),
        jobs=len(np.unique(rows.job[seen])),
        attempts=int(held.sum()),
        started=int(((rows.start_s >= window.from_s) & (rows.start_s < window.to_s) & rows.started).sum()),
        waiting=int(rows.tasks[seen & ~rows.started & (rows.end_s == NEVER)].sum()),
        still_running=int((held & (rows.end_s == NEVER)).sum()),
        waits={"": waits(times), **buckets},
    )


def _row_busy(rows: JobRows, window: Window) -> Ints:
    """What rows held within the window where no list of nodes says otherwise: working, suspended."""
    start, end, pause = spans(rows, window.from_s, window.to_s)
    found: Ints = np.stack([rows.milli * (pause - start), rows.milli * (end - pause)], axis=1)
    return found


def _within(rows: JobRows, window: Window) -> Mask:
    """Rows of which any second, waiting or running, lies within the window."""
    over = np.where(rows.end_s != NEVER, rows.end_s, np.maximum(rows.known_s * rows.started, window.to_s))
    flags: Mask = (rows.submit_s < window.to_s) & (over >= window.from_s)
    return flags


def _used(rows: JobRows, whole: Ints, held: Mask, kind: str) -> dict[str, Used]:
    """By name, the most busy first, ties by name."""
    names: Sequence[str] = getattr(rows, f"{kind}s")
    code: Ints = getattr(rows, kind)
    count = len(names)
    attempts = np.bincount(code[held], minlength=count)
    which = (held, held & (rows.fate == Fate.REWORK), held & (rows.fate == Fate.JOB_ERROR))
    parts = [sum_by(code, np.where(one, whole, 0), count) for one in which]
    found = {name: Used(int(attempts[at]), *(int(part[at]) for part in parts)) for at, name in enumerate(names) if attempts[at]}
    return dict(sorted(found.items(), key=lambda item: (-item[1].busy_s, item[0])))


def _node_use(found: Happened, window: Window) -> tuple[NodeUse, ...]:
    rows = []
    for at, place in enumerate(found.places):
        length = max(0, min(place.to_s, window.to_s) - max(place.from_s, window.from_s))
        one = found.by_place[at]
        busy = int(one[[kernel.L_KEPT, kernel.L_REWORK, kernel.L_OVERHEAD, kernel.L_JOB_ERROR]].sum())
        held = [busy, int(one[kernel.L_FAILED]), int(one[kernel.L_MAINTENANCE]), int(found.overlap[at])]
        rows.append(NodeUse(place.node, place.model, place.devices, length * place.devices, *(milli // MILLI for milli in held)))
    return tuple(rows)


def _reached(found: Happened, window: Window) -> int:
    begin, end = max(window.from_s, window.reach[0]), min(window.to_s, window.reach[1])
    return sum(max(0, min(one.to_s, end) - max(one.from_s, begin)) * one.devices for one in found.places)


def _job_times(rows: JobRows, window: Window) -> tuple[JobTimes, Ints]:
    """Jobs whose first start lies in the window, or that wait at its end; and the first row of each."""
    order = np.lexsort((rows.start_s, rows.job))
    job = rows.job[order]
    heads = np.flatnonzero(np.concatenate(([True], job[1:] != job[:-1]))) if len(job) else np.zeros(0, np.int64)
    first = order[heads]
    group = np.zeros(len(rows), np.int64)
    group[order] = np.cumsum(np.isin(np.arange(len(job)), heads)) - 1
    ran = rows.started & (rows.end_s != NEVER) & (rows.fate != Fate.REWORK)
    length = np.where(ran, rows.end_s - rows.start_s - rows.suspended_s, 0)
    run = sum_by(group, length, len(heads))
    last = np.concatenate((heads[1:] - 1, [len(job) - 1])).astype(np.int64) if len(job) else heads
    end = rows.end_s[order[last]]
    started = (rows.start_s[first] >= window.from_s) & (rows.start_s[first] < window.to_s)
    waiting = (rows.start_s[first] >= window.to_s) & (rows.end_s[first] == NEVER) & (rows.submit_s[first] < window.to_s)
    chosen = np.flatnonzero(started | waiting)
    begin = np.where(started, rows.start_s[first], NOT_YET)[chosen]
    over = np.where(started & (end != NEVER), end, NOT_YET)[chosen]
    return JobTimes(rows.submit_s[first][chosen], begin, over, np.zeros(len(chosen), np.int64), run[chosen]), first[chosen]
