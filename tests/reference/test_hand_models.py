"""Hand-worked: ceilings on a named model (POLICY.md §4, §9)."""

import pytest

from tests.reference.admit import NO_LIMIT, model_room
from tests.reference.case import PPM, Account, Pool, Rule
from tests.reference.hand import case_of, job, placed, play, starts
from tests.reference.world import Waiting, World

PROJECT = (Account(), Account(parent=0, models=((0, 4),)), Account(parent=0))


def test_a_project_takes_another_model_where_its_ceiling_is_reached() -> None:
    # Pool 0 has 8 devices of model 0; project 1 may hold 4. Its third job would have the 5th and 6th: pool 1. Project 2 is not bound.
    pools = (Pool(2, 4), Pool(1, 4, model=1))
    jobs = [job(0, 2, 10), job(0, 2, 10), job(0, 2, 10), job(0, 2, 10, project=2)]
    assert placed(play(pools, jobs, accounts=PROJECT)) == [(0, 0, 0, (0,)), (0, 1, 0, (0,)), (0, 2, 1, (0,)), (0, 3, 0, (1,))]


def test_pools_of_one_model_count_together() -> None:
    # Two pools of model 0: 2 + 2 of the 4 are placed on one each; job 2 waits for the first end, though both have room.
    pools = (Pool(1, 3), Pool(1, 3))
    jobs = [job(0, 2, 10), job(0, 2, 20), job(0, 2, 5)]
    assert placed(play(pools, jobs, accounts=PROJECT)) == [(0, 0, 0, (0,)), (0, 1, 1, (0,)), (10, 2, 0, (0,))]


@pytest.mark.parametrize(("most", "start"), [(8, [(0, 0)]), (7, [])])
def test_whole_nodes_count_and_weights_do_not(most: int, start: list[tuple[int, int]]) -> None:
    # 5 devices on nodes of 4 are billed as 8; the weight of 0.5 makes no 4 of them.
    accounts = (Account(), Account(parent=0, models=((0, most),)))
    assert starts(play(Pool(2, 4, weight_ppm=PPM // 2), [job(0, 5, 10)], accounts=accounts)) == start


def test_an_organisation_counts_all_that_its_projects_hold() -> None:
    # Organisation 1 may hold 4 of model 0: project 2 takes 3, so project 3 must wait with 2 until 10. Project 4 is not below it.
    # What project 2 is guaranteed by the tree of weighted devices does not hide what it holds.
    accounts = (
        Account(nominal=0),
        Account(parent=0, models=((0, 4),)),
        Account(parent=1, nominal=6 * PPM, lend=0),
        Account(parent=1),
        Account(parent=0, nominal=20 * PPM),
    )
    jobs = [job(0, 3, 10, project=2), job(0, 2, 5, project=3), job(0, 2, 5, project=4)]
    assert starts(play(Pool(8, 1), jobs, accounts=accounts)) == [(0, 0), (0, 2), (10, 1)]


def test_the_least_of_a_line_is_the_head_room() -> None:
    accounts = (
        Account(models=((1, 9),)),
        Account(parent=0, models=((0, 4),)),
        Account(parent=1, models=((0, 6), (1, 2))),
        Account(parent=1, models=((0, 1),)),
    )
    pools = (Pool(4, 4), Pool(4, 4, model=1))
    world = World(case_of(pools, [job(0, 1, 9, project=2), job(0, 3, 9, project=3)], accounts=accounts))
    assert [[model_room(world, x, model) for x in range(4)] for model in (0, 1)] == [[NO_LIMIT, 4, 4, 1], [9, 9, 2, 9]]
    world.waiting = {0: Waiting(9, 9), 1: Waiting(9, 9)}
    world.place(0, 0, (0,))
    world.place(1, 0, (1,))
    # Project 3 was forced beyond its 1: −2. Its organisation holds 1 + 3 of 4.
    assert [model_room(world, x, 0) for x in range(4)] == [NO_LIMIT, 0, 0, -2]


@pytest.mark.parametrize("backfill", ["none", "easy"])
def test_a_job_over_its_ceiling_is_passed_over_and_holds_nothing(backfill: str) -> None:
    # Job 1 would be the 5th device: it is not the head, so job 2 is not behind it and job 3 may outlast whatever it would hold.
    jobs = [job(0, 4, 10), job(0, 1, 5), job(0, 2, 50, project=2), job(1, 2, 50, project=2)]
    assert starts(play(Pool(8, 1), jobs, accounts=PROJECT, backfill=backfill)) == [(0, 0), (0, 2), (1, 3), (10, 1)]


def test_a_head_holds_only_where_its_ceiling_lets_it() -> None:
    # At 1 job 2 (2 devices) of project 1 finds both pools full. Pool 0 is free first, at 10, but project 1 holds its 4 there till 30:
    # it holds pool 1 (free at 20). Job 3 (10 s) may therefore have pool 0 at 10, before it; job 2 starts at 20.
    pools = (Pool(6, 1), Pool(2, 1, model=1))
    jobs = [
        job(0, 4, 30, kind=1),
        job(0, 2, 10, project=2, kind=1),
        job(0, 2, 20, project=2, kind=2),
        job(1, 2, 10),
        job(2, 2, 25, project=2),
    ]
    speeds = ((PPM, PPM), (PPM, 0), (0, PPM))
    result = play(pools, jobs, accounts=PROJECT, speeds=speeds, backfill="easy")
    assert placed(result)[3:] == [(10, 4, 0, (4, 5)), (20, 3, 1, (0, 1))]


def test_a_ceiling_is_set_moved_and_lifted_while_it_runs() -> None:
    # At 1 a ceiling of 2 comes, below the 4 that are placed: nobody is evicted. At 10 there are 0: job 1 (3 devices) is over 2 until
    # it is raised to 3 at 20. Job 2 (1) would be the 4th: it starts when the ceiling is lifted, at 25, in that very second.
    accounts = (Account(), Account(parent=0))
    rules = (Rule(1, "ceiling", 1, 2), Rule(20, "ceiling", 1, 3), Rule(25, "ceiling", 1, -1))
    jobs = [job(0, 4, 10), job(2, 3, 40), job(21, 1, 5)]
    assert starts(play(Pool(8, 1), jobs, accounts=accounts, rules=rules)) == [(0, 0), (20, 1), (25, 2)]


def test_both_quotas_must_suffice() -> None:
    # 4 of model 0, and 5 weighted devices in all: job 1 (2 on model 1) would be the 6th weighted one, job 2 (1) the 5th.
    accounts = (Account(), Account(parent=0, nominal=5 * PPM, borrow=0, models=((0, 4),)))
    pools = (Pool(8, 1), Pool(8, 1, model=1))
    speeds = ((PPM, 0), (0, PPM))
    jobs = [job(0, 4, 10), job(0, 2, 10, kind=1), job(0, 1, 10, kind=1), job(0, 1, 10)]
    assert starts(play(pools, jobs, accounts=accounts, speeds=speeds)) == [(0, 0), (0, 2), (10, 1), (10, 3)]


def test_what_a_project_has_on_its_own_pool_counts() -> None:
    # Pool 0 is project 1's own and of model 0: 3 there leave 1 of its 4 for pool 1, where job 1 asks 2.
    pools = (Pool(1, 3, owner=1), Pool(4, 1))
    jobs = [job(0, 3, 10), job(1, 2, 5, kind=1)]
    result = play(pools, jobs, accounts=PROJECT, speeds=((PPM, 0), (0, PPM)))
    assert placed(result) == [(0, 0, 0, (0,)), (10, 1, 1, (0, 1))]


def test_a_promise_is_lost_with_the_head_room_and_given_anew() -> None:
    # Conservative: job 1 (10 s) is promised 10, job 2 is promised 20. A ceiling of 3 at 5 takes job 1's promise. It is gone at 12, but
    # between 12 and the 20 of job 2 there are no 10 seconds: job 1 is promised 28. Nothing ended early, so nobody plans anew.
    rules = (Rule(5, "ceiling", 1, 3), Rule(12, "ceiling", 1, -1))
    jobs = [job(0, 4, 10, project=2), job(1, 4, 10), job(2, 4, 8, project=2)]
    accounts = (Account(), Account(parent=0), Account(parent=0))
    assert starts(play(Pool(4, 1), jobs, accounts=accounts, rules=rules, backfill="conservative")) == [(0, 0), (20, 2), (28, 1)]
