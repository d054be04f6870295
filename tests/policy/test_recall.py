"""Work that lies at a site and does not start (POLICY.md §6b): hand-worked, by the reference and by the kernel."""

from __future__ import annotations

import numpy as np
import pytest

from tests.reference import kernel_runner, loop
from tests.reference.case import PPM, Account, Case, Job, Pool, Qos, Result, Rule, Supply
from tests.reference.checkers import every
from tests.reference.hand import case_of, ends, job, placed

TREE = (Account(), Account(parent=0), Account(parent=0))


def played(pools: Pool | tuple[Pool, ...], jobs: list[Job], late_s: tuple[int, ...], **more: object) -> Result:
    """Both give the same rows. `late_s`: by attempt number, so much later than modelled it starts; a number of 2^n of them."""
    case: Case = case_of(pools, jobs, late_s=late_s, **more)
    result, ours = loop.run(case), kernel_runner.run(case)
    assert (ours.rows, ours.ended, ours.ends, ours.starts) == (result.rows, result.ended, result.ends, result.starts)
    every(case, result)
    return result


def recalled(result: Result) -> list[tuple[int, int]]:
    return [(row.at, row.job) for row in result.rows if row.what == "RECALLED"]


SLOW, OTHER = Pool(1, 1, ahead_s=60), Pool(1, 1)


def test_it_goes_elsewhere_as_soon_as_it_is_back() -> None:
    # Pool 0 would start it at 1,000. Called back at 60, it is back at 61 and starts on pool 1.
    result = played((SLOW, OTHER), [job(0, 1, 10)], (1_000, 0))
    assert (recalled(result), ends(result)) == ([(60, 0)], [(61, 0, "recalled", 0)])
    assert (placed(result), result.ends) == ([(0, 0, 0, (0,)), (61, 0, 1, (0,))], {0: 71})


def test_where_there_is_no_other_pool_it_goes_back_after_the_bar() -> None:
    # Back at 61, barred until 121; the second time it starts at once.
    result = played(SLOW, [job(0, 1, 10)], (1_000, 0))
    assert (placed(result), result.ends) == ([(0, 0, 0, (0,)), (121, 0, 0, (0,))], {0: 131})


def test_nobody_of_its_class_is_sent_there_meanwhile_and_another_class_is() -> None:
    # Job 1 is as job 0, job 2 of another kind. At 61 pool 0 is free: job 2, behind both in the queue, gets it.
    jobs = [job(0, 1, 10), job(1, 1, 10), job(1, 1, 10, kind=1)]
    result = played(SLOW, jobs, (1_000, 0, 0, 0), backfill="easy", speeds=((PPM,), (PPM,)))
    assert placed(result) == [(0, 0, 0, (0,)), (61, 2, 0, (0,)), (121, 0, 0, (0,)), (131, 1, 0, (0,))]


def test_what_started_in_time_is_not_asked_back() -> None:
    # 60 s late: it starts in the second in which it would be recalled, and starts come before `decide`.
    result = played(SLOW, [job(0, 1, 10)], (60,))
    assert (recalled(result), result.starts, result.ends) == ([], {0: 60}, {0: 70})


def test_what_has_started_before_it_was_taken_back_runs_on() -> None:
    # Taking it back takes 5 s here; it starts at 62, is charged as ever, and its class is not barred: job 1 follows at once.
    result = played(SLOW, [job(0, 1, 10), job(0, 1, 10)], (62, 0), back_s=(5,))
    assert (recalled(result), ends(result)) == ([(60, 0)], [])
    assert (result.starts, result.ends) == ({0: 62, 1: 72}, {0: 72, 1: 82})


def test_in_the_second_in_which_it_is_taken_back_it_does_not_start() -> None:
    result = played(SLOW, [job(0, 1, 10)], (65, 0), back_s=(5, 1))
    assert (ends(result), result.starts) == ([(65, 0, "recalled", 0)], {0: 125})


def test_nothing_is_taken_off_the_credits() -> None:
    # 10 credits-seconds for 10 s of work; it lay there for 61 s.
    accounts = (Account(), Account(parent=0, credits=10 * PPM), Account(parent=0))
    assert played((SLOW, OTHER), [job(0, 1, 10)], (1_000, 0), accounts=accounts).ends == {0: 71}


def test_its_devices_are_not_free_before_it_is_over() -> None:
    # Taking it back takes 30 s: job 1 of another kind starts at 90, not at 60.
    jobs = [job(0, 1, 10), job(0, 1, 10, kind=1)]
    result = played(SLOW, jobs, (1_000, 0), back_s=(30,), speeds=((PPM,), (PPM,)))
    assert placed(result)[1] == (90, 1, 0, (0,))


def test_a_withdrawn_job_is_over_when_it_is_back() -> None:
    for at_s in (10, 70):
        result = played((SLOW, OTHER), [job(0, 1, 10)], (1_000, 0), back_s=(30,), rules=(Rule(at_s, "withdraw", 0),))
        assert (placed(result), ends(result)) == ([(0, 0, 0, (0,))], [(90, 0, "recalled", 0)])


def test_a_withdrawn_job_that_started_after_all_gets_its_notice() -> None:
    result = played(SLOW, [job(0, 1, 100)], (62,), back_s=(5,), rules=(Rule(10, "withdraw", 0),))
    assert ends(result) == [(92, 0, "preempted", 0)]


def test_what_is_evicted_after_it_was_recalled_is_barred_too() -> None:
    supply = (Supply(65, 0, 0, up=False), Supply(70, 0, 0, up=True))
    result = played(SLOW, [job(0, 1, 10)], (1_000, 0), back_s=(30,), supply=supply)
    assert (ends(result), placed(result)[1]) == ([(65, 0, "evicted", 0)], (125, 0, 0, (0,)))


def test_several_are_recalled_in_the_order_of_placement() -> None:
    # Two pools with other limits, both due at 60; the third attempt was placed at 30.
    pools = (Pool(2, 1, ahead_s=60), Pool(1, 1, ahead_s=30))
    jobs = [job(0, 1, 10), job(0, 1, 10), job(30, 1, 10)]
    assert recalled(played(pools, jobs, (200, 200, 200, 0, 0, 0, 0, 0))) == [(60, 0), (60, 1), (60, 2)]


def test_a_gang_that_has_a_date_there_loses_it_with_the_bar() -> None:
    # Nodes 0-1 of pool 0. Job 0 lies on node 0 and is recalled at 60. Gang 1 (both nodes) has a date; gang 2, alike, is barred with it.
    jobs = [job(0, 2, 10), job(1, 2, 10), job(2, 1, 500)]
    result = played(Pool(2, 1, ahead_s=60), jobs, (1_000, 0, 0, 0), backfill="easy", reserve_ppm=1, reserve_after_s=0)
    # At 61 the gangs are barred; job 2 takes a node until 561, and at 121 both gangs wait for it.
    assert placed(result)[1:] == [(61, 2, 0, (0,)), (561, 0, 0, (0, 1)), (571, 1, 0, (0, 1))]


@pytest.mark.parametrize("backfill", ["none", "easy", "conservative"])
def test_what_was_behind_it_moves_up_while_it_is_barred(backfill: str) -> None:
    jobs = [job(0, 1, 10), job(1, 1, 10), job(2, 1, 20, kind=1)]
    result = played(SLOW, jobs, (1_000, 0, 0, 0), backfill=backfill, speeds=((PPM,), (PPM,)))
    assert placed(result)[1] == (61, 2, 0, (0,))


def test_who_may_preempt_does_not_take_what_has_not_started() -> None:
    qos = (Qos(preemptible=True), Qos(rank=1, preempts=True, notice_s=5))
    result = played(SLOW, [job(0, 1, 100), job(1, 1, 10, qos=1)], (1_000, 0, 0, 0), qos=qos)
    assert [row.what for row in result.rows] == ["PLACED", "RECALLED", "PLACED", "PLACED"]
    assert placed(result)[1:] == [(121, 1, 0, (0,)), (131, 0, 0, (0,))]


def test_with_no_limit_anywhere_nothing_is_kept() -> None:
    play = kernel_runner.Play(case_of((OTHER, OTHER), [job(0, 1, 10), job(0, 1, 10)], late_s=(5,)))
    play.by_instants(lambda now: None)
    assert play.state.meta[0]["late_next"] == play.state.meta[0]["bar_next"] == 1 << 62
    assert np.all(play.state.pool["late_first"] == -1)
