"""A job that its user wants no more (POLICY.md §2): hand-worked, by the reference and by the kernel."""

from __future__ import annotations

import pytest

from tests.reference import kernel_runner, loop
from tests.reference.case import Case, Job, Pool, Qos, Result, Rule
from tests.reference.hand import case_of, ends, job, starts, told


def played(pool: Pool, jobs: list[Job], *withdrawn: tuple[int, int], **more: object) -> Result:
    """Both give the same rows. `withdrawn`: (second, job)."""
    case: Case = case_of(pool, jobs, rules=tuple(Rule(at_s, "withdraw", j) for at_s, j in withdrawn), **more)
    result, ours = loop.run(case), kernel_runner.run(case)
    assert (ours.rows, ours.ends, ours.starts) == (result.rows, result.ends, result.starts)
    return result


@pytest.mark.parametrize("backfill", ["none", "easy", "conservative"])
def test_who_waited_behind_it_starts_at_once(backfill: str) -> None:
    # Job 1 needs both nodes and holds job 2 back until 100; without it job 2 has the second node at 10.
    jobs = [job(0, 1, 100), job(1, 2, 50), job(2, 1, 200)]
    assert starts(played(Pool(2, 1), jobs, backfill=backfill)) == [(0, 0), (100, 1), (150, 2)]
    assert starts(played(Pool(2, 1), jobs, (10, 1), backfill=backfill)) == [(0, 0), (10, 2)]


def test_what_runs_gets_thirty_seconds_and_does_not_come_back() -> None:
    result = played(Pool(1, 1), [job(0, 1, 100, checkpoint_s=7), job(5, 1, 5)], (10, 0))
    assert (told(result), ends(result)) == ([(10, 0)], [(40, 0, "preempted", 35)])
    assert (starts(result), result.ends) == ([(0, 0), (40, 1)], {1: 45})


def test_what_ends_within_its_notice_has_ended_by_itself() -> None:
    result = played(Pool(1, 1), [job(0, 1, 35)], (10, 0))
    assert (ends(result), result.ends) == ([], {0: 35})


def test_what_is_placed_gets_its_notice_when_it_runs() -> None:
    result = played(Pool(1, 1, start_delay_s=20), [job(0, 1, 100)], (10, 0))
    assert (told(result), ends(result)) == ([(20, 0)], [(50, 0, "preempted", 0)])


def test_who_is_under_notice_already_does_not_come_back() -> None:
    # Job 1 stops job 0 with 10 s of notice at 5; at 8 its user cancels job 0, which would else run again at 20.
    qos = (Qos(rank=0, preemptible=True), Qos(rank=1, preempts=True, notice_s=10))
    result = played(Pool(1, 1), [job(0, 1, 100), job(5, 1, 5, qos=1)], (8, 0), qos=qos)
    assert (told(result), ends(result), result.ends) == ([(5, 0)], [(15, 0, "preempted", 0)], {1: 20})


def test_what_is_over_or_not_there_yet_is_left_alone() -> None:
    result = played(Pool(1, 1), [job(0, 1, 10), job(50, 1, 10)], (5, 1), (20, 0))
    assert result.ends == {0: 10, 1: 60}
