"""Hand-worked: dated reservations (POLICY.md §6a), by the reference and by the kernel. One pool of nodes with one device each."""

from __future__ import annotations

from typing import Any

import pytest

from dure.policy.layout import C_KEPT, MILLI, NEVER
from tests.policy.test_against_reference import plain
from tests.reference import hand, kernel_runner
from tests.reference.case import Job, Pool, Qos, Result
from tests.reference.hand import case_of, job, starts
from tests.reference.kernel_runner import Play

FOUR = Pool(4, 1)
LOW = (Qos(), Qos(preemptible=True), Qos(rank=1, preempts=True, notice_s=1_000))
"""Quality 1 is never given a date, nor is 2, which is bound by none."""


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    kernel_runner.run(case_of(FOUR, [job(0, 1, 1)]))


def dated(jobs: list[Job], pool: Pool = FOUR, **more: Any) -> Result:
    """With a date for whoever asks for more than half of the pool; the kernel says the same."""
    rules = {"backfill": "easy", "reserve_ppm": 500_000, **more}
    result = hand.play(pool, jobs, **rules)
    assert plain(kernel_runner.run(case_of(pool, jobs, **rules))) == plain(result)
    return result


def test_shorter_jobs_that_come_later_do_not_move_a_date() -> None:
    # Job 1 wants three of four nodes, all busy until 100: that is its date. Job 2 is shorter, comes first by sjf, and may have the
    # fourth node only, so it waits until 160; job 3 needs one node and is done by 150.
    jobs = [job(0, 4, 100), job(1, 3, 60), job(90, 2, 50), job(95, 1, 50)]
    result = dated(jobs, order="sjf")
    assert result.dates == [(1, 1, 0, 100)]
    assert starts(result) == [(0, 0), (100, 1), (100, 3), (160, 2)]
    assert starts(dated(jobs, order="sjf", reserve_ppm=0)) == [(0, 0), (100, 2), (100, 3), (150, 1)]


def test_before_its_date_a_gang_starts_in_its_turn() -> None:
    # Job 0 asks for 100 and ends at 60: nobody is before job 1.
    result = dated([job(0, 4, 100, run_s=60), job(1, 3, 50)])
    assert result.dates == [(1, 1, 0, 100)]
    assert starts(result) == [(0, 0), (60, 1)]


def test_what_ends_early_does_not_let_a_gang_pass_the_head() -> None:
    # Job 2, the head, wants all four nodes at 100 and is done by 150: so that is the date of job 3. Job 0 ends at 50, and job 3 would
    # fit; the head would then start at 250.
    jobs = [job(0, 3, 100, run_s=50), job(0, 1, 100), job(1, 4, 50, qos=1), job(2, 3, 200)]
    result = dated(jobs, qos=LOW[:2])
    assert result.dates == [(2, 3, 0, 150)]
    assert starts(result) == [(0, 0), (0, 1), (100, 2), (150, 3)]


def test_a_date_is_an_instant_of_its_own() -> None:
    # Job 2 is given 300. At 100 three nodes are free, and job 3, shorter and so the first in line, holds the pool until 200, when job 1
    # should end and does not. Nothing happens at 300 but that it is the date.
    jobs = [job(0, 3, 300, run_s=100), job(0, 1, 200, run_s=1_000), job(1, 3, 500), job(50, 4, 20)]
    result = dated(jobs, order="sjf")
    assert result.dates == [(1, 2, 0, 300), (300, 3, 0, 800)]
    assert starts(result) == [(0, 1), (0, 0), (300, 2), (1000, 3)]


def test_a_date_that_could_not_be_kept_is_asked_first_from_then_on() -> None:
    # Job 0 should end at 50 and ends at 100. Job 2 is shorter and comes before job 1, but for the date.
    jobs = [job(0, 4, 50, run_s=100), job(1, 3, 60), job(60, 2, 20)]
    assert starts(dated(jobs, order="sjf")) == [(0, 0), (100, 1), (160, 2)]
    play = Play(case_of(FOUR, jobs, order="sjf", backfill="easy", reserve_ppm=500_000))
    play.advance(60)
    assert play.state.meta[0]["promise_next"] == NEVER, "an instant that has passed does not come again"


def test_what_stood_idle_only_because_of_a_date_is_counted() -> None:
    # From 50 on three nodes are free. Job 1 wants all four and may have them at 100. Job 2, one node for 500, fits and waits for that date:
    # it asks for one device, for 50 seconds. Job 1 is no head, so without the date nothing would be held.
    jobs = [job(0, 3, 50), job(0, 1, 100), job(1, 4, 10), job(50, 1, 500)]
    play = Play(case_of(FOUR, jobs, backfill="easy", reserve_ppm=500_000))
    play.advance(1_000)
    assert play.state.sum[:, C_KEPT].tolist() == [50 * MILLI]
    meta = play.state.meta[0]
    assert [int(meta[f"reserve_{name}"]) for name in ("given", "waited", "started", "started_waited")] == [1, 0, 1, 99]


def test_who_may_preempt_is_not_bound() -> None:
    # Job 2 takes two nodes at 50 for 100 s: by then, at 150, job 1 has the nodes that it wants.
    jobs = [job(0, 2, 50), job(0, 2, 100), job(1, 4, 10), job(50, 2, 100, qos=2)]
    result = dated(jobs, qos=LOW)
    assert result.dates == [(1, 2, 0, 100)]
    assert starts(result) == [(0, 0), (0, 1), (50, 3), (150, 2)]


def test_one_that_waited_less_long_gets_none() -> None:
    jobs = [job(0, 4, 100), job(1, 3, 60), job(30, 1, 1)]
    assert dated(jobs, reserve_after_s=200).dates == []
    assert dated(jobs, reserve_after_s=20).dates == [(30, 1, 0, 100)]
