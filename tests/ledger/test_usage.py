from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.ledger import usage
from dure.ledger.attempts import NEVER, Gathering
from dure.model.events import Outcome
from tests.ledger.facts import Try, rows_of, stories


def told(*tries: Try) -> Gathering:
    gathering = Gathering()
    gathering.add(rows_of(list(tries)))
    return gathering


def test_waits_count_from_submission_to_the_first_start() -> None:
    first = Try(job=0, pool=0, placed=10, delay=2, up=0, kept=0, lost=8, outcome=Outcome.EVICTED, parts=(1000,))
    second = Try(job=0, pool=0, placed=30, delay=0, up=0, kept=20, lost=0, outcome=Outcome.COMPLETED, parts=(1000,))
    times = usage.job_times(told(first, second).attempts(100), np.array([4, 5]))
    assert times.first_start_s.tolist() == [12, NEVER]
    assert times.end_s.tolist() == [50, NEVER]
    assert times.run_s.tolist() == [20, 0]
    assert times.slowdown_milli.tolist() == [(50 - 4) * 1000 // 20, 0]
    found = usage.waits(times)
    assert (found.jobs, found.started, found.mean_s, found.median_s) == (2, 1, 8.0, 8)
    assert found.slowdown_mean == 2.3


def test_short_jobs_count_as_ten_seconds() -> None:
    one = Try(job=0, pool=0, placed=20, delay=0, up=0, kept=1, lost=0, outcome=Outcome.COMPLETED, parts=(1000,))
    assert usage.job_times(told(one).attempts(100), np.array([0])).slowdown_milli.tolist() == [2100]
    assert usage.job_times(told(one).attempts(100), np.array([19])).slowdown_milli.tolist() == [1000]


@given(st.lists(st.integers(0, 1000), min_size=1), st.integers(1, 100))
def test_percentiles_are_the_nearest_rank(values: list[int], percent: int) -> None:
    ascending = np.sort(np.array(values))
    found = usage.percentile(ascending, percent)
    assert found is not None
    assert (ascending <= found).sum() * 100 >= percent * len(values)
    assert (ascending < found).sum() * 100 < percent * len(values)
    assert usage.percentile(ascending[:0], 50) is None


def test_jain_is_1_for_equals_and_1_over_n_for_one_who_has_all() -> None:
    assert usage.jain([Fraction(3)] * 7) == 1.0
    assert usage.jain([Fraction(0)] * 3 + [Fraction(5)]) == 0.25
    assert usage.jain([]) is None


def test_credits_are_charged_from_placement_to_end_by_weight() -> None:
    one = Try(job=0, pool=1, placed=0, delay=600, up=0, kept=3000, lost=0, outcome=Outcome.FAILED, parts=(8000, 8000))
    used = usage.used_by(told(one).attempts(4000), np.array([2]), 3, [1_000_000, 2_500_000])
    assert used.credits_micro == (0, 0, 16 * 2_500_000)
    assert usage.credits(used.credits_micro[2]) == 40.0
    assert used.dispatch.tolist() == [0, 0, 600 * 16_000]
    assert used.productive.tolist() == [0, 0, 3000 * 16_000]


@given(stories())
def test_what_projects_used_is_what_attempts_spent(tries: list[Try]) -> None:
    horizon = max(one.started if one.open else one.ended for one in tries) + 1
    attempts = told(*tries).attempts(horizon)
    jobs = max(one.job for one in tries) + 1
    used = usage.used_by(attempts, np.arange(jobs) % 2, 2, [10**6] * 3)
    assert int(used.busy.sum()) == int((attempts.milli * attempts.ran_s).sum())
    held = int((attempts.milli * (attempts.ended_s - attempts.placed_s)).sum())
    assert sum(used.credits_micro) == pytest.approx(held / 3.6, abs=2)
    assert int((used.busy + used.dispatch).sum()) == held


def test_buckets_cover_every_size_once() -> None:
    devices = np.arange(1, 2000)
    marks = sum(usage.in_bucket(devices, *bucket).astype(int) for bucket in usage.BUCKETS)
    assert set(marks.tolist()) == {1}
    assert [usage.bucket_name(*bucket) for bucket in usage.BUCKETS] == ["1", "2-7", "8", "9-64", "65-512", "513+"]
