"""DEMO.md, real input (2): jobs drawn from the measured profile behave on a cluster like the trace that was measured."""

from __future__ import annotations

import csv
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from dure.adapters.profiles import load_profile
from dure.adapters.traces import read_trace
from dure.twin.demand import Wanted, generate
from dure.twin.measure import RUN_EDGES, measure
from dure.wire.profile import rows
from dure.wire.tables import Jobs


@pytest.fixture(scope="module")
def philly(shared: Path) -> Jobs:
    return read_trace(shared / "traces/philly/philly.csv").jobs


@pytest.fixture(scope="module")
def drawn() -> Jobs:
    return generate(load_profile("philly-trace"), Wanted(seed=1))


def test_the_packaged_profile_is_what_the_trace_measures_today(philly: Jobs) -> None:
    packaged = load_profile("philly-trace")
    assert measure(philly, packaged.name, packaged.source) == packaged


def test_it_has_at_most_500_rows_of_figures_with_their_source() -> None:
    text = (resources.files("dure.catalog") / "demand_profile.csv").read_text(encoding="utf-8")
    table = list(csv.DictReader(text.splitlines()))
    assert len(table) == len(rows(load_profile("philly-trace"))) <= 500
    assert "msr-fiddle/philly-traces" in table[0]["source"]


def test_the_draw_has_the_size_and_run_time_shares_of_the_trace(philly: Jobs, drawn: Jobs) -> None:
    assert len(drawn) == len(philly)
    assert drawn.device_seconds == pytest.approx(philly.device_seconds, rel=0.01)
    for size in (1, 2, 4, 8):
        assert int((drawn.devices == size).sum()) == int((philly.devices == size).sum())
    for _, edge in RUN_EDGES[:-1]:
        assert (drawn.run_s <= edge).mean() == pytest.approx((philly.run_s <= edge).mean(), abs=0.002)
    for share in (0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999):
        assert np.quantile(drawn.run_s, share) == pytest.approx(np.quantile(philly.run_s, share), rel=0.1)


def test_the_draw_has_the_weeks_and_projects_of_the_trace(philly: Jobs, drawn: Jobs) -> None:
    def per_day(jobs: Jobs) -> np.ndarray:
        return np.bincount((jobs.submit_s + jobs.epoch_s - drawn.epoch_s) // 86_400, minlength=110)

    def work(jobs: Jobs) -> np.ndarray:
        return np.cumsum(np.bincount((jobs.submit_s + jobs.epoch_s - drawn.epoch_s) // 86_400, jobs.run_s * jobs.devices, minlength=110))

    assert np.abs(per_day(drawn) - per_day(philly)).sum() < 0.02 * len(philly)
    assert np.abs(work(drawn) - work(philly)).max() < 0.02 * philly.device_seconds
    own, measured = (np.sort(np.bincount(jobs.project))[::-1] / len(jobs) for jobs in (drawn, philly))
    assert own[:8] == pytest.approx(measured[:8], abs=0.01)


@pytest.mark.system
@pytest.mark.parametrize(
    ("nodes", "order", "backfill"), [(80, "fcfs", "easy"), (56, "fcfs", "easy"), (64, "sjf", "easy"), (64, "fcfs", "none")]
)
def test_the_draw_waits_on_a_cluster_as_the_trace_does(philly: Jobs, nodes: int, order: str, backfill: str) -> None:
    """Operating rate within 1 point, mean wait within 15 %.

    Not with 64 servers, FCFS and EASY: there the trace's own mean wait falls by up to a half when every submission is moved by a
    second, so one replay says nothing that a draw could be held to.
    """
    from dure.cli.validation_twin import Cluster, replay

    cluster = Cluster(nodes, 8, order=order, backfill=backfill)
    trace = replay(cluster, philly).summary
    draws = [replay(cluster, generate(load_profile("philly-trace"), Wanted(seed=seed))).summary for seed in (1, 2, 3)]
    for draw in draws:
        assert draw["operating_rate"] == pytest.approx(trace["operating_rate"], abs=0.01)
    assert sum(draw["wait_mean_s"] for draw in draws) / 3 == pytest.approx(trace["wait_mean_s"], rel=0.15)
