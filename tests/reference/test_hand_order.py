"""Hand-worked: order, ties, EASY, holds (POLICY.md §2, §3, §5). Node sets and seconds are worked out in the comments."""

from tests.reference.case import Job, Policy, Pool
from tests.reference.hand import job, placed, play, starts

ONE = Pool(nodes=1, devices=1)


def test_first_come_first_served() -> None:
    # One device, all there at 0: 0-10, 10-15, 15-16.
    result = play(ONE, [job(0, 1, 10), job(0, 1, 5), job(0, 1, 1)])
    assert starts(result) == [(0, 0), (10, 1), (15, 2)]
    assert result.ends == {0: 10, 1: 15, 2: 16}


def test_submission_second_comes_before_input_row() -> None:
    result = play(ONE, [job(5, 1, 10), job(0, 1, 20), job(5, 1, 1)])
    assert starts(result) == [(0, 1), (20, 0), (30, 2)]


def test_shortest_first_by_request_not_by_run() -> None:
    # Requests 10, 5, 7; runs 1, 5, 7.
    result = play(ONE, [job(0, 1, 10, run_s=1), job(0, 1, 5), job(0, 1, 7)], order="sjf")
    assert starts(result) == [(0, 1), (5, 2), (12, 0)]


def test_an_end_and_an_arrival_of_one_second_are_one_instant() -> None:
    # At 10 the device is free and job 2 arrives: it is shorter than job 1, which waits since 0, and goes first.
    result = play(ONE, [job(0, 1, 3, run_s=10), job(0, 1, 9), job(10, 1, 2)], order="sjf")
    assert starts(result) == [(0, 0), (10, 2), (12, 1)]


def test_without_backfill_the_head_blocks_all() -> None:
    result = play(Pool(2, 1), [job(0, 1, 10), job(1, 2, 5), job(1, 1, 1)])
    assert starts(result) == [(0, 0), (10, 1), (15, 2)]


def test_who_can_never_run_is_passed_over() -> None:
    # Job 0 asks for three of two nodes.
    result = play(Pool(2, 1), [job(0, 3, 10), job(0, 2, 5)])
    assert starts(result) == [(0, 1)]


FOUR = Pool(nodes=4, devices=1)


def test_backfill_that_ends_in_time() -> None:
    # Job 0 on 0-2 until 10. Head 1 wants all four: shadow 10, extra 1 + 3 − 4 = 0. At 1: job 2 ends at 11, job 3 at 10.
    result = play(FOUR, [job(0, 3, 10), job(1, 4, 5), job(1, 1, 10), job(1, 1, 9)], backfill="easy")
    assert placed(result) == [(0, 0, 0, (0, 1, 2)), (1, 3, 0, (3,)), (10, 1, 0, (0, 1, 2, 3)), (15, 2, 0, (0,))]


def test_backfill_beside_the_head() -> None:
    # Node size 2, four nodes: job 0 takes 0-1 until 10, job 1 takes 2 until 20. Head 2 wants two whole nodes: one is, two more at 10:
    # shadow 10, extra 1 + 2 − 2 = 1. Job 3 (a gang of 2 nodes) is too large, job 4 (one node, late) costs 1, job 5 finds extra 0.
    jobs = [job(0, 4, 10), job(0, 2, 20), job(1, 4, 5), job(1, 4, 99), job(1, 2, 99), job(1, 2, 99)]
    result = play(Pool(4, 2), jobs, backfill="easy")
    # At 10 the head takes 0 and 1; at 15 job 3 does; job 5 takes node 2, free since 20: job 3 runs, so nobody is before it.
    assert placed(result) == [
        (0, 0, 0, (0, 1)),
        (0, 1, 0, (2,)),
        (1, 4, 0, (3,)),
        (10, 2, 0, (0, 1)),
        (15, 3, 0, (0, 1)),
        (20, 5, 0, (2,)),
    ]


def test_a_gang_pays_its_nodes_from_the_extra_ones() -> None:
    # Five nodes of 2: job 0 on 0-1 until 10. Head 1 wants 4: shadow 10, extra 3 + 2 − 4 = 1. Job 2 wants two nodes for long: not.
    jobs = [job(0, 4, 10), job(1, 8, 5), job(1, 4, 99)]
    assert starts(play(Pool(5, 2), jobs, backfill="easy")) == [(0, 0), (10, 1), (15, 2)]
    # With six nodes extra is 2: it starts, at the lowest whole nodes.
    assert placed(play(Pool(6, 2), [jobs[0], job(1, 10, 5), jobs[2]], backfill="easy")) == [
        (0, 0, 0, (0, 1)),
        (10, 1, 0, (0, 1, 2, 3, 4)),
        (15, 2, 0, (0, 1)),
    ]
    assert placed(play(Pool(7, 2), [jobs[0], job(1, 12, 5), job(1, 2, 99)], backfill="easy"))[1] == (1, 2, 0, (2,))


def test_a_late_shared_node_costs_nothing() -> None:
    # Two nodes of 4: job 0 takes 2 of node 0 until 100, job 1 all of node 1 until 10. Head 2 wants a whole node: shadow 10, extra 0.
    # Job 3 would end at 51, but node 0 is not expected whole before 100 anyway.
    jobs = [job(0, 2, 100), job(0, 4, 10), job(1, 4, 5), job(1, 2, 50)]
    assert placed(play(Pool(2, 4), jobs, backfill="easy")) == [(0, 0, 0, (0,)), (0, 1, 0, (1,)), (1, 3, 0, (0,)), (10, 2, 0, (1,))]


def test_a_small_late_job_costs_a_whole_node() -> None:
    # Three nodes of 4: 2 of node 0 and all of node 1 until 10, node 2 whole. Head 2 wants two: shadow 10, extra 1 + 2 − 2 = 1.
    # Job 3 (late): no node is late, so it pays 1 and goes where it fits best: node 0. Job 4 (late): extra 0. Job 5 ends in time: node 2.
    jobs = [job(0, 2, 10), job(0, 4, 10), job(1, 8, 5), job(1, 2, 50), job(1, 2, 50), job(1, 1, 9)]
    assert placed(play(Pool(3, 4), jobs, backfill="easy")) == [
        (0, 0, 0, (0,)),
        (0, 1, 0, (1,)),
        (1, 3, 0, (0,)),
        (1, 5, 0, (2,)),
        (10, 2, 0, (1, 2)),
        (10, 4, 0, (0,)),
    ]


def test_an_estimate_that_has_passed_counts_at_its_own_time() -> None:
    # Job 0 asked for 5 and runs 20. Head 1 at 6: shadow is 5, in the past: nothing ends by then, extra 1 + 1 − 2 = 0: job 2 must wait.
    result = play(Pool(2, 1), [job(0, 1, 5, run_s=20), job(6, 2, 3), job(6, 1, 1)], backfill="easy")
    assert starts(result) == [(0, 0), (20, 1), (23, 2)]


def test_the_shadow_is_chosen_again_or_kept() -> None:
    # Two nodes: job 0 until 10, job 1 expected at 20 but gone at 5. Head 2 wants both: at 1 its shadow is 20.
    # At 5 a fresh shadow is 10, job 3 (12 s) waits; the kept one is 20, job 3 starts. The head still starts when it can.
    jobs = [job(0, 1, 10), job(0, 1, 20, run_s=5), job(1, 2, 4), job(5, 1, 12, run_s=2)]
    assert starts(play(Pool(2, 1), jobs, backfill="easy")) == [(0, 0), (0, 1), (10, 2), (14, 3)]
    assert starts(play(Pool(2, 1), jobs, backfill="easy", hold="kept")) == [(0, 0), (0, 1), (5, 3), (10, 2)]


def test_a_kept_shadow_that_has_passed_is_chosen_again() -> None:
    # Job 0 runs on to 30; head 1 was promised 10. At 12 the kept shadow (10) is past, a fresh one is 10 too: nothing may start.
    result = play(Pool(2, 1), [job(0, 1, 10, run_s=30), job(1, 2, 5), job(12, 1, 1)], backfill="easy", hold="kept")
    assert starts(result) == [(0, 0), (30, 1), (35, 2)]


def test_a_kept_shadow_that_has_passed_keeps_no_room_for_others() -> None:
    # Three nodes: job 0 (asked 10) and job 2 (asked 20) both run 40, job 1 (asked 20) is gone at 5. Head 3 wants two nodes at 1: shadow 20.
    # At 25 that is past. A fresh one is 10: extra 1 + 1 − 2 = 0; by 20 there would have been one more. Job 4 waits.
    jobs = [job(0, 1, 10, run_s=40), job(0, 1, 20, run_s=5), job(0, 1, 20, run_s=40), job(1, 2, 9), job(25, 1, 99)]
    # (Nodes of 2: so these are jobs of a node, and a gang.)
    wide = [Job(j.submit_s, j.run_s, j.request_s, 2 * j.devices) for j in jobs]
    assert starts(play(Pool(3, 2), wide, backfill="easy", hold="kept"))[3:] == [(40, 3), (40, 4)]


def test_only_the_held_pool_is_kept_for_the_head() -> None:
    # Pools of 1 and 2 nodes at 100 %: job 0 holds both nodes of pool 1 until 10, job 1 pool 0 until 30. Head 2 (one node): pool 1 at 10.
    # Job 3 (late) may not take anything at 5, when job 1 ends early: the head takes pool 0 itself.
    pools = (Pool(1, 1), Pool(2, 1))
    result = play(pools, [job(0, 2, 10), job(0, 1, 30, run_s=5), job(1, 1, 4), job(1, 1, 99)], backfill="easy")
    assert placed(result) == [(0, 0, 1, (0, 1)), (0, 1, 0, (0,)), (5, 2, 0, (0,)), (9, 3, 0, (0,))]


def test_backfill_is_free_on_a_pool_that_is_not_held() -> None:
    # Head 1 wants two nodes: only pool 1 is large enough. Job 2 is late for it, and starts on pool 0.
    result = play((Pool(1, 1), Pool(2, 1)), [job(0, 1, 10), job(0, 1, 8), job(1, 2, 4), job(8, 1, 99)], backfill="easy")
    # Job 0 → pool 0, job 1 → pool 1 node 0 until 8; head 2 starts at 8 on pool 1; job 3 waits for pool 0 at 10.
    assert placed(result) == [(0, 0, 0, (0,)), (0, 1, 1, (0,)), (8, 2, 1, (0, 1)), (10, 3, 0, (0,))]
    longer = play((Pool(1, 1), Pool(2, 1)), [job(0, 1, 3), job(0, 1, 8), job(1, 2, 4), job(3, 1, 99)], backfill="easy")
    assert placed(longer)[2] == (3, 3, 0, (0,))


def test_the_head_holds_the_pool_where_it_ends_first() -> None:
    # Speeds 50 % and 100 %. Both pools busy: pool 0 until 10, pool 1 until 14. Head (8 s): 10 + 16 = 26 against 14 + 8 = 22: pool 1.
    # Pool 1 is then protected: job 3 is late for it; pool 0 is not: at 10 the head takes pool 0 itself, being first.
    speeds = ((500_000, 0), (0, 1_000_000), (500_000, 1_000_000))
    jobs = [job(0, 1, 5), job(0, 1, 14, kind=1), job(1, 1, 8, kind=2), job(1, 1, 99, kind=1)]
    assert placed(play((Pool(1, 1), Pool(1, 1)), jobs, backfill="easy", speeds=speeds)) == [
        (0, 0, 0, (0,)),
        (0, 1, 1, (0,)),
        (10, 2, 0, (0,)),
        (14, 3, 1, (0,)),
    ]


def test_policy_defaults_are_the_plainest() -> None:
    assert (Policy().order, Policy().backfill, Policy().hold) == ("fcfs", "none", "fresh")
