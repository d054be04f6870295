"""The yardstick mix has the shares that its page states, asks for the load that was named, and is the same everywhere."""

from __future__ import annotations

import numpy as np
import pytest

from dure.twin.kernel_mix import RUN_MAX_S, SIZES, WEIGHTS, kernel_mix


@pytest.fixture(scope="module")
def jobs():  # type: ignore[no-untyped-def]
    return kernel_mix(200_000, seed=3, load=1.1, devices=50_000, projects=500, qos=3)


def test_sizes_runs_and_estimates(jobs) -> None:  # type: ignore[no-untyped-def]
    for size, weight in zip(SIZES, WEIGHTS, strict=True):
        assert (jobs.devices == size).mean() == pytest.approx(weight / sum(WEIGHTS), abs=0.004)
    assert np.median(jobs.run_s) == pytest.approx(1_800, rel=0.02)
    assert (jobs.run_s.min(), jobs.run_s.max()) == (10, RUN_MAX_S)
    assert np.log(jobs.run_s[jobs.run_s < RUN_MAX_S]).std() == pytest.approx(1.6, rel=0.03)
    assert (jobs.request_s >= jobs.run_s).all()
    assert (jobs.request_s <= RUN_MAX_S).all()
    assert ((jobs.request_s - 60) / jobs.run_s).mean() == pytest.approx(3, abs=0.05)


def test_load_is_the_named_one(jobs) -> None:  # type: ignore[no-untyped-def]
    assert jobs.device_seconds / (jobs.span_s * 50_000) == pytest.approx(1.1, rel=1e-3)


def test_projects_are_uneven_and_qualities_of_service_as_stated(jobs) -> None:  # type: ignore[no-untyped-def]
    per_project = np.bincount(jobs.project, minlength=500)
    assert per_project[0] > 3 * per_project[20] > 3 * per_project[400]
    assert np.bincount(jobs.qos) / len(jobs) == pytest.approx([0.6, 0.3, 0.1], abs=0.005)


def test_golden_hash_and_prefix() -> None:
    assert kernel_mix(1_000, seed=1).sha256() == "f69f4d377515559a67e1827577175a0bd46c9b720168d36b4333f23975024488"
    short, long = kernel_mix(100, seed=1), kernel_mix(1_000, seed=1)
    assert (short.run_s == long.run_s[:100]).all()
