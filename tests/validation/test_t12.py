"""T12: jobs drawn from the calibrated profiles have the published means, medians and shares of GPU time, within 10 %."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from dure.adapters.profiles import load_profile, published_statistics
from dure.twin.demand import Wanted, generate
from dure.wire.profile import OUTCOMES

CLUSTERS = ("kalos", "seren", "philly", "helios")
TOLERANCE = 0.10


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("cluster", CLUSTERS)
def test_t12(cluster: str, seed: int) -> None:
    published = {name: float(value) for name, value in published_statistics()[cluster].items()}
    jobs = generate(load_profile(cluster), Wanted(jobs=200_000, seed=seed))
    work_s = jobs.run_s * jobs.devices
    drawn = {
        "size_mean": jobs.devices.mean(),
        "size_median": np.median(jobs.devices),
        "run_mean": jobs.run_s.mean(),
        "run_median": np.median(jobs.run_s),
    }
    for k, outcome in enumerate(OUTCOMES):
        drawn[f"{outcome}_time_share"] = work_s[jobs.outcome == k].sum() / work_s.sum()
        drawn[f"{outcome}_jobs_share"] = (jobs.outcome == k).mean()
    for name, value in drawn.items():
        assert float(value) == pytest.approx(published[name], rel=TOLERANCE), f"{cluster} {name}"
    time = sum(published[f"{outcome}_time"] for outcome in OUTCOMES) / published["gpu_jobs"]
    assert work_s.mean() == pytest.approx(time, rel=TOLERANCE), "sizes and run times go together as they were published"
    assert jobs.devices.max() <= published["size_max"]
    assert jobs.run_s.max() <= published["run_max"]


def test_the_packaged_figures_are_the_published_ones(shared: Path) -> None:
    columns = {"gpu_jobs": "gpu_job_num", "size_mean": "avg_gpu_num", "run_median": "med_run_time_gpu", "failed_time": "fail_gpu_time"}
    with (shared / "traces/acme/cluster_summary.csv").open(encoding="utf-8") as lines:
        rows = {row["id"].lower(): row for row in csv.DictReader(lines)}
    for cluster, figures in published_statistics().items():
        for name, column in columns.items():
            assert figures[name] == Decimal(rows[cluster][column]), (cluster, name)
