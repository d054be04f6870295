"""Hand-worked: quota tree, credits with escrow, stops (POLICY.md §4, §9)."""

import pytest

from tests.reference.admit import NO_LIMIT, available, held
from tests.reference.case import PPM, Account, Case, Policy, Pool, Rule
from tests.reference.hand import job, placed, play, starts
from tests.reference.world import World


def tree(*accounts: Account) -> World:
    """With the devices that each account's jobs hold, `held`, set by the test."""
    return World(Case(pools=(Pool(1, 1),), jobs=(job(0, 1, 1),), accounts=accounts))


def test_head_room_of_the_tree() -> None:
    # Root without its own part; child 1: N 6, lends at most 2, so 4 are guaranteed; borrows at most 1. Child 2: N 4, lends all.
    world = tree(Account(nominal=0), Account(parent=0, nominal=6, lend=2, borrow=1), Account(parent=0, nominal=4))
    # N(root) = 0 + (6 − 4) + (4 − 0) = 6.
    assert [available(world, x) for x in range(3)] == [6, 4 + min(6, 6 - 4 + 1 - 0), 0 + 6]
    # Child 2 holds 5, of which nothing is guaranteed: 5 at the root. Child 1: 4 + min(1, 3) = 5.
    world.held = [0, 0, 5]
    assert [available(world, x) for x in range(3)] == [1, 5, 1]
    # Child 1 holds 5: one beyond its guaranteed part, which counts at the root: 6 − 6 = 0. Child 1: 0 + min(0, 2 + 1 − 1) = 0.
    world.held = [0, 5, 5]
    assert (held(world, 0), [available(world, x) for x in range(3)]) == (6, [0, 0, 0])
    # Only child 1, 5 held: root 6 − 1 = 5; itself 0 + min(5, 2) = 2, so 7 = N + B in all.
    world.held = [0, 5, 0]
    assert [available(world, x) for x in range(3)] == [5, 2, 5]


def test_no_nominal_is_no_limit_of_its_own() -> None:
    world = tree(Account(), Account(parent=0), Account(parent=1, nominal=3, borrow=0), Account(parent=1))
    assert [available(world, x) for x in range(4)] == [NO_LIMIT, NO_LIMIT, 3, NO_LIMIT]
    # Three levels: root 10; organisation without a limit; the project may borrow without limit: the root is what stops it.
    world = tree(Account(nominal=10), Account(parent=0), Account(parent=1, nominal=3))
    world.held = [0, 0, 4]
    assert [available(world, x) for x in range(3)] == [6, 6, 6]


def test_a_capped_job_is_passed_over_and_holds_nothing() -> None:
    # Project 1 may hold 2 weighted devices; job 1 would be the third. Job 2 of project 2 is not behind it.
    accounts = (Account(), Account(parent=0, nominal=2 * PPM, borrow=0), Account(parent=0))
    jobs = [job(0, 2, 10), job(0, 1, 5), job(0, 1, 5, project=2)]
    assert starts(play(Pool(4, 1), jobs, accounts=accounts)) == [(0, 0), (0, 2), (10, 1)]


def test_quota_counts_weights_and_whole_nodes() -> None:
    # 5 devices on nodes of 4 are 8 billed, at weight 0.5 that is 4: fits a limit of 4, not of 3.
    def tried(limit: int) -> int:
        accounts = (Account(), Account(parent=0, nominal=limit, borrow=0))
        return len(play(Pool(2, 4, weight_ppm=500_000), [job(0, 5, 10)], accounts=accounts).rows)

    assert (tried(4 * PPM), tried(4 * PPM - 1)) == (1, 0)


def test_a_pool_that_is_too_dear_is_left_out() -> None:
    # Limit 1: the first pool weighs 2, the second 1.
    accounts = (Account(), Account(parent=0, nominal=PPM, borrow=0))
    result = play((Pool(1, 1, weight_ppm=2 * PPM), Pool(1, 1)), [job(0, 1, 10)], accounts=accounts)
    assert placed(result) == [(0, 0, 1, (0,))]


def test_credits_are_held_in_escrow() -> None:
    # 100 credits (device-seconds). Job 0 asks 60 and runs 30; job 1 (60) finds 40; at 30 there are 100 − 30 = 70: it starts, runs 30.
    # At 60 there are 40: job 2 (60) never runs, job 3 (40) does.
    accounts = (Account(), Account(parent=0, credits=100 * PPM))
    jobs = [job(0, 1, 60, run_s=30), job(0, 1, 60, run_s=30), job(0, 1, 60), job(0, 1, 40, run_s=1)]
    # Job 3 asks 40: at 0 exactly 40 are left, and job 1 is passed over: job 3 starts at 0.
    assert starts(play(Pool(4, 1), jobs, accounts=accounts)) == [(0, 0), (0, 3), (30, 1)]
    assert starts(play(Pool(4, 1), jobs[:3], accounts=accounts)) == [(0, 0), (30, 1)]


def test_an_attempt_is_charged_what_it_took_whatever_it_asked() -> None:
    # 100 credits; job 0 asks 50 and runs 90. At 90 only 10 are left.
    accounts = (Account(), Account(parent=0, credits=100 * PPM))
    jobs = [job(0, 1, 50, run_s=90), job(0, 1, 50, run_s=1), job(90, 1, 11), job(90, 1, 10)]
    assert starts(play(Pool(1, 1), jobs, accounts=accounts)) == [(0, 0), (90, 3)]


def test_credit_granted_later_lets_the_job_start_in_that_second() -> None:
    accounts = (Account(), Account(parent=0, credits=0))
    rules = (Rule(7, "credit", 1, 9 * PPM), Rule(8, "credit", 1, PPM))
    assert starts(play(Pool(1, 1), [job(0, 1, 10)], accounts=accounts, rules=rules)) == [(8, 0)]


def test_a_stop_lets_running_work_go_on() -> None:
    rules = (Rule(5, "stop", 1), Rule(20, "go", 1))
    result = play(Pool(1, 1), [job(0, 1, 10), job(1, 1, 4), job(1, 1, 3, project=2)], rules=rules)
    # At 10 job 1 is stopped and passed over.
    assert starts(result) == [(0, 0), (10, 2), (20, 1)]


def test_a_limit_that_is_lowered_evicts_nobody() -> None:
    accounts = (Account(), Account(parent=0, nominal=2 * PPM, borrow=0))
    rules = (Rule(1, "nominal", 1, PPM), Rule(30, "nominal", 1, 2 * PPM))
    result = play(Pool(2, 1), [job(0, 2, 10), job(2, 2, 4), job(2, 1, 40)], accounts=accounts, rules=rules)
    assert starts(result) == [(0, 0), (10, 2), (50, 1)]


@pytest.mark.parametrize("backfill", ["none", "easy"])
def test_each_placement_of_the_instant_counts(backfill: str) -> None:
    # Limit 2: of three jobs of one device two start at 0.
    accounts = (Account(), Account(parent=0, nominal=2 * PPM, borrow=0))
    result = play(Pool(4, 1), [job(0, 1, 10), job(0, 1, 20), job(0, 1, 5)], accounts=accounts, backfill=backfill)
    assert starts(result) == [(0, 0), (0, 1), (10, 2)]
    assert Policy().order == "fcfs"


def test_a_head_that_backfill_capped_keeps_nothing() -> None:
    # Pool 0: two nodes, pool 1: one node of 4. Project 1 may hold 3. At 1 its job 1 (3 devices, only pool 1) is the head; job 2 of
    # project 2 is late for pool 1. Job 3 of project 1 starts on pool 0: now job 1 is capped (1 + 3 > 3), so in the same second job 2 may
    # have pool 1.
    accounts = (Account(), Account(parent=0, nominal=3 * PPM, borrow=0), Account(parent=0))
    jobs = [job(0, 2, 9, project=2, kind=1), job(1, 3, 5), job(1, 2, 99, project=2, kind=1), job(1, 1, 20, kind=2)]
    speeds = ((PPM, PPM), (0, PPM), (PPM, 0))
    result = play((Pool(2, 1), Pool(1, 4)), jobs, accounts=accounts, speeds=speeds, backfill="easy")
    assert placed(result)[:3] == [(0, 0, 1, (0,)), (1, 3, 0, (0,)), (1, 2, 1, (0,))]
    assert result.starts[1] == 100
