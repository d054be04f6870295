"""What a job table asks for, in a page of figures: sizes, run times, load, and whether a fleet could ever serve it."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from dure.twin.draws import Ints
from dure.twin.measure import SIZE_EDGES
from dure.wire.tables import Jobs

WEEK_S: Final = 7 * 86_400
SHARES: Final = (("median", 50), ("p75", 75), ("p90", 90), ("p95", 95), ("p99", 99), ("longest", 100))
_PPM: Final = 1_000_000


def summarise(jobs: Jobs, capacity: int | None = None) -> dict[str, Any]:
    """Figures of a table with at least one job; `capacity` is a number of accelerators to hold the demand against."""
    work_s = jobs.run_s * jobs.devices.astype(np.int64)
    mean_milli = int(work_s.sum()) * 1000 // max(jobs.span_s, 1)
    found: dict[str, Any] = {
        "jobs": len(jobs),
        "epoch_s": jobs.epoch_s,
        "first_submit_s": int(jobs.submit_s[0]),
        "last_submit_s": int(jobs.submit_s[-1]),
        "span_s": jobs.span_s,
        "device_s": int(work_s.sum()),
        "mean_accelerators": mean_milli // 1000 if jobs.span_s else None,
        "devices_most": int(jobs.devices.max()),
        "run_s": {name: quantile(np.sort(jobs.run_s), share) for name, share in SHARES} | {"mean": int(jobs.run_s.mean())},
        "requests_known": int(jobs.request_known.sum()),
        "projects": len([name for name in jobs.projects if name]),
        "users": len([name for name in jobs.users if name]),
        "outcomes": dict(zip(("completed", "failed", "cancelled"), np.bincount(jobs.outcome, minlength=3).tolist(), strict=True)),
        "sizes": _sizes(jobs, work_s),
        "sha256": jobs.sha256(),
    }
    if capacity is not None:
        found["load"] = load(jobs, work_s, capacity)
    return found


def load(jobs: Jobs, work_s: Ints, capacity: int) -> dict[str, Any]:
    """Demand against a number of accelerators: over the whole span, in its busiest week, and jobs that do not fit at all.

    `over_subscribed`: more was asked for than so many accelerators give from the first to the last submission; waits then grow
    without end as long as demand goes on, and a replay says more about the cut of the trace than about a policy.
    """
    week = (jobs.submit_s - jobs.submit_s[0]) // WEEK_S
    weeks = np.zeros(int(week[-1]) + 1, np.int64)
    np.add.at(weeks, week, work_s)
    span_s = max(jobs.span_s, 1)
    whole = int(work_s.sum()) * _PPM // (capacity * span_s)
    return {
        "capacity": capacity,
        "load_ppm": whole,
        "busiest_week_ppm": int(weeks.max()) * _PPM // (capacity * min(WEEK_S, span_s)),
        "over_subscribed": whole > _PPM,
        "jobs_too_large": int((jobs.devices > capacity).sum()),
    }


def quantile(ascending: Ints, percent: int) -> int:
    """The least value that at least so many per cent of the values do not exceed."""
    return int(ascending[max(0, -(-len(ascending) * percent // 100) - 1)])


def _sizes(jobs: Jobs, work_s: Ints) -> list[dict[str, Any]]:
    group = np.searchsorted(SIZE_EDGES, jobs.devices)
    rows = []
    for k in np.unique(group).tolist():
        own = group == k
        run_s = np.sort(jobs.run_s[own])
        size = jobs.devices[own]
        rows.append(
            {
                "least": int(size.min()),
                "most": int(size.max()),
                "jobs": len(run_s),
                "device_s": int(work_s[own].sum()),
                "run_median_s": quantile(run_s, 50),
                "run_p95_s": quantile(run_s, 95),
            }
        )
    return rows
