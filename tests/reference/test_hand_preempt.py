"""Hand-worked: preemption, lending and calling back, failures, work that is kept (POLICY.md §2, §5 step 0, §7)."""

from tests.reference.case import PPM, Account, Pool, Qos, Rule, Supply
from tests.reference.hand import ends, job, placed, play, starts, told

URGENT, SPARE = 1, 2
QOS = (Qos(rank=1), Qos(rank=2, preempts=True, notice_s=10), Qos(rank=0, preemptible=True))


def test_notice_then_stop_then_the_head() -> None:
    # Spare job 0 (100 s, checkpoints every 7) on the only node. At 5 urgent job 1: shadow 100 > 5 + 10: notice.
    # It stops at 15: 14 of 15 s are kept.
    # Job 1 runs 15-20. Job 0 goes on with 86 s: 20-106.
    result = play(Pool(1, 1), [job(0, 1, 100, qos=SPARE, checkpoint_s=7), job(5, 1, 5, qos=URGENT)], qos=QOS)
    assert (told(result), ends(result)) == ([(5, 0)], [(15, 0, "preempted", 14)])
    assert (starts(result), result.ends) == ([(0, 0), (15, 1), (20, 0)], {0: 106, 1: 20})


def test_without_checkpoints_nothing_is_kept() -> None:
    result = play(Pool(1, 1), [job(0, 1, 100, qos=SPARE), job(5, 1, 5, qos=URGENT)], qos=QOS)
    assert (ends(result), result.ends[0]) == ([(15, 0, "preempted", 0)], 120)


def test_a_checkpoint_in_the_last_second_counts() -> None:
    result = play(Pool(1, 1), [job(0, 1, 100, qos=SPARE, checkpoint_s=5), job(5, 1, 5, qos=URGENT)], qos=QOS)
    assert ends(result) == [(15, 0, "preempted", 15)]


def test_kept_work_is_in_reference_seconds() -> None:
    # 40 %: 15 s on the pool, two checkpoints of 7: 14 s · 0.4 = 5.6 → 5 of 100.
    result = play(Pool(1, 1), [job(0, 1, 100, qos=SPARE, checkpoint_s=7), job(5, 1, 4, qos=URGENT)], qos=QOS, speeds=((400_000,),))
    # Job 1 runs 15-25. The remaining 95 s take 237.5 → 238 s.
    assert (ends(result), result.ends) == ([(15, 0, "preempted", 5)], {1: 25, 0: 25 + 238})


def test_nobody_is_told_when_the_wait_is_within_the_notice() -> None:
    # At 5 the node is expected free at 15 = 5 + 10.
    assert told(play(Pool(1, 1), [job(0, 1, 15, qos=SPARE), job(5, 1, 5, qos=URGENT)], qos=QOS)) == []
    assert told(play(Pool(1, 1), [job(0, 1, 16, qos=SPARE), job(5, 1, 5, qos=URGENT)], qos=QOS)) == [(5, 0)]


def test_work_that_ends_within_the_notice_has_ended_by_itself() -> None:
    # It asked for 100 but needs 15: it ends in the second of its deadline.
    result = play(Pool(1, 1), [job(0, 1, 100, run_s=15, qos=SPARE), job(5, 1, 5, qos=URGENT)], qos=QOS)
    assert (told(result), ends(result), result.ends) == ([(5, 0)], [], {0: 15, 1: 20})


def test_only_lower_and_preemptible_work_makes_room() -> None:
    # Normal work is not preemptible; another urgent job has the same rank.
    assert told(play(Pool(1, 1), [job(0, 1, 100), job(5, 1, 5, qos=URGENT)], qos=QOS)) == []
    same = (Qos(), Qos(rank=2, preempts=True, preemptible=True, notice_s=10))
    assert told(play(Pool(1, 1), [job(0, 1, 100, qos=1), job(5, 1, 5, qos=1)], qos=same)) == []


def test_victims_lowest_rank_then_latest_start() -> None:
    # Three nodes: rank 0 since 0, rank 1 since 1, rank 0 since 2. An urgent job of one node: the later of rank 0.
    qos = (Qos(rank=1, preemptible=True), QOS[1], QOS[2])
    jobs = [job(0, 1, 100, qos=SPARE), job(1, 1, 100), job(2, 1, 100, qos=SPARE), job(5, 1, 5, qos=URGENT)]
    assert told(play(Pool(3, 1), jobs, qos=qos)) == [(5, 2)]
    # Two nodes: both of rank 0, the later first.
    assert told(play(Pool(3, 1), [*jobs[:3], job(5, 2, 5, qos=URGENT)], qos=qos)) == [(5, 2), (5, 0)]


def test_same_start_highest_attempt_first() -> None:
    jobs = [job(0, 1, 100, qos=SPARE), job(0, 1, 100, qos=SPARE), job(5, 1, 5, qos=URGENT)]
    assert told(play(Pool(2, 1), jobs, qos=QOS)) == [(5, 1)]


def test_a_victim_that_turns_out_unneeded_is_dropped() -> None:
    # Two nodes of 4. Job 0: 4 devices of node 0 since 0. Job 1: 1 device of node 1 since 1. The head wants a whole node of 4.
    # Normal job 2 sits on node 1 too, so taking job 1 (the later) does not help; then job 0 does, and job 1 is dropped again.
    jobs = [job(0, 4, 100, qos=SPARE), job(1, 1, 100, qos=SPARE), job(1, 1, 100), job(5, 4, 5, qos=URGENT)]
    result = play(Pool(2, 4), jobs, qos=QOS)
    assert (told(result), placed(result)[3]) == ([(5, 0)], (15, 3, 0, (0,)))


def test_nobody_is_told_in_vain() -> None:
    # Node 0 spare, node 1 normal: two nodes cannot be had.
    jobs = [job(0, 1, 100, qos=SPARE), job(0, 1, 100), job(5, 2, 5, qos=URGENT)]
    assert told(play(Pool(2, 1), jobs, qos=QOS)) == []


def test_what_is_stopping_is_waited_for() -> None:
    # At 5 job 0 is told. At 6 something else happens: nobody more is told. At 7 a second urgent job is not the head.
    jobs = [job(0, 1, 100, qos=SPARE), job(0, 1, 100, qos=SPARE), job(5, 1, 5, qos=URGENT), job(6, 1, 1), job(7, 1, 5, qos=URGENT)]
    result = play(Pool(2, 1), jobs, qos=QOS)
    # At 15 job 2 starts (node 1), job 4 is the head: node 1 is expected free at 20, within the notice. 20: job 4; 25: job 3; 26: job 1.
    assert (told(result), starts(result)) == ([(5, 1)], [(0, 0), (0, 1), (15, 2), (20, 4), (25, 3), (26, 1)])


def test_after_notices_a_kept_hold_is_chosen_again() -> None:
    # Three nodes, spare work on two of them until 100. The urgent head wants all three: promised 100, then notices: 15.
    # A normal job of 20 s may not use the third node: it would be in time for 100, not for 15.
    jobs = [job(0, 1, 100, qos=SPARE), job(0, 1, 100, qos=SPARE), job(5, 3, 5, qos=URGENT), job(5, 1, 20)]
    result = play(Pool(3, 1), jobs, qos=QOS, backfill="easy", hold="kept")
    assert starts(result)[2:4] == [(15, 2), (20, 3)]


def test_notice_zero_stops_a_second_later() -> None:
    qos = (QOS[0], Qos(rank=2, preempts=True), QOS[2])
    result = play(Pool(1, 1), [job(0, 1, 100, qos=SPARE), job(5, 1, 5, qos=URGENT)], qos=qos)
    assert ends(result) == [(6, 0, "preempted", 0)]


def test_rank_comes_first_where_preemption_is_on() -> None:
    jobs = [job(0, 1, 10), job(0, 1, 5), job(0, 1, 3, qos=URGENT), job(0, 1, 3, qos=SPARE)]
    assert starts(play(Pool(1, 1), jobs, qos=QOS)) == [(0, 2), (3, 0), (13, 1), (18, 3)]
    calm = tuple(Qos(rank=quality.rank) for quality in QOS)
    assert starts(play(Pool(1, 1), jobs, qos=calm)) == [(0, 0), (10, 1), (15, 2), (18, 3)]


def test_the_pool_where_the_head_ends_first_makes_room() -> None:
    # Pool 0 at 50 %, pool 1 at 100 %, both with spare work until 100. Urgent (20 s): 5 + 10 + 40 against 5 + 10 + 20: pool 1.
    speeds = ((500_000, PPM),)
    jobs = [job(0, 1, 50, qos=SPARE), job(0, 1, 100, qos=SPARE), job(5, 1, 20, qos=URGENT)]
    result = play((Pool(1, 1), Pool(1, 1)), jobs, qos=QOS, speeds=speeds, backfill="easy")
    assert (told(result), placed(result)[2]) == ([(5, 1)], (15, 2, 1, (0,)))


LENT = (Pool(1, 1, owner=1, lend=True, lend_notice_s=20), Pool(1, 1))


def test_lent_nodes_come_back_within_the_notice() -> None:
    # Pool 0 is project 1's. Spare work of project 2 fills both pools. At 10 the owner asks: notice 20, at 30 it has its node.
    jobs = [job(0, 1, 100, project=2, qos=SPARE, checkpoint_s=7)] * 2 + [job(10, 1, 5)]
    result = play(LENT, jobs, qos=QOS)
    assert placed(result)[:3] == [(0, 0, 0, (0,)), (0, 1, 1, (0,)), (30, 2, 0, (0,))]
    # 28 of 30 s are kept; 72 s remain, from 35 on.
    assert (told(result), ends(result), result.ends[0]) == ([(10, 0)], [(30, 0, "preempted", 28)], 107)


def test_lent_nodes_come_back_though_the_estimate_was_near() -> None:
    # It asked for 12 but runs 100: the estimate (12) is within the notice, yet the owner is not left waiting.
    jobs = [job(0, 1, 12, run_s=100, project=2, qos=SPARE), job(0, 1, 100, project=2), job(10, 1, 5)]
    assert (10, 0) in told(play(LENT, jobs, qos=QOS))


def test_nothing_is_lent_while_the_owner_waits() -> None:
    # The owner's gang of 2 needs node 0, busy until 10 with its own work; spare work does not slip onto node 1.
    pools = (Pool(2, 1, owner=1, lend=True, lend_notice_s=5),)
    result = play(pools, [job(0, 1, 10), job(0, 2, 5), job(0, 1, 3, project=2, qos=SPARE)], qos=QOS, backfill="easy")
    assert starts(result) == [(0, 0), (10, 1), (15, 2)]


def test_an_owner_who_may_not_run_does_not_stop_lending() -> None:
    rules = (Rule(0, "stop", 1), Rule(50, "go", 1))
    pools = (Pool(1, 1, owner=1, lend=True, lend_notice_s=5),)
    assert starts(play(pools, [job(0, 1, 10), job(0, 1, 3, project=2, qos=SPARE)], qos=QOS, rules=rules)) == [(0, 1), (50, 0)]


def test_a_closed_pool_is_only_for_its_owner() -> None:
    pools = (Pool(1, 1, owner=1), Pool(1, 1))
    jobs = [job(0, 1, 9, project=2, qos=SPARE), job(0, 1, 9, project=2, qos=SPARE), job(5, 1, 9)]
    assert placed(play(pools, jobs, qos=QOS)) == [(0, 0, 1, (0,)), (5, 2, 0, (0,)), (9, 1, 1, (0,))]


def test_only_preemptible_work_borrows() -> None:
    jobs = [job(0, 1, 9, project=2), job(0, 1, 9, project=2), job(0, 1, 9, project=2, qos=SPARE)]
    # Rank first: 0, 1 are normal, 2 is spare. Pool 1 to job 0; job 1 may not borrow; it waits; job 2 borrows.
    assert placed(play(LENT, jobs, qos=QOS, backfill="easy")) == [(0, 0, 1, (0,)), (0, 2, 0, (0,)), (9, 1, 1, (0,))]


def test_who_waits_only_for_a_lent_pool_is_no_head() -> None:
    # Kind 1 runs on the lent pool only. Job 0 is there; job 1 waits for it but holds nothing; job 2 passes it.
    jobs = [job(0, 1, 50, project=2, qos=SPARE, kind=1), job(0, 1, 50, project=2, qos=SPARE, kind=1), job(0, 1, 5, project=2)]
    calm = (Qos(), Qos(), Qos(preemptible=True))
    assert placed(play(LENT, jobs, qos=calm, speeds=((PPM, PPM), (PPM, 0)))) == [(0, 0, 0, (0,)), (0, 2, 1, (0,)), (50, 1, 0, (0,))]


def test_the_cycle_starts_again_when_an_owner_went_elsewhere() -> None:
    # Pool 0 (two nodes, one busy until 50) is project 1's. Job 1 wants two nodes: head of pool 0; job 2 one node for long: held back.
    # In the general part job 1 takes pool 1. Then job 2 may have node 1 of pool 0 in the same second.
    pools = (Pool(2, 1, owner=1), Pool(2, 1))
    result = play(pools, [job(0, 1, 50), job(1, 2, 9), job(1, 1, 99)], backfill="easy", accounts=TREE)
    assert placed(result) == [(0, 0, 0, (0,)), (1, 1, 1, (0, 1)), (1, 2, 0, (1,))]


TREE = (Account(), Account(parent=0), Account(parent=0))


def test_a_failed_node_evicts_and_its_job_waits_in_its_old_place() -> None:
    # Node 0 fails at 20 and is repaired at 50. Job 0 keeps 20 s and waits before job 2 again; node 1 is taken until 30.
    supply = (Supply(20, 0, 0, up=False), Supply(50, 0, 0, up=True))
    jobs = [job(0, 1, 100, checkpoint_s=10), job(0, 1, 30), job(1, 1, 9)]
    result = play(Pool(2, 1), jobs, supply=supply)
    assert ends(result) == [(20, 0, "evicted", 20)]
    assert placed(result) == [(0, 0, 0, (0,)), (0, 1, 0, (1,)), (30, 0, 0, (1,)), (50, 2, 0, (0,))]
    assert result.ends[0] == 110


def test_one_failed_node_takes_the_gang_down() -> None:
    supply = (Supply(20, 0, 1, up=False), Supply(50, 0, 1, up=True))
    result = play(Pool(2, 1), [job(0, 2, 30), job(0, 1, 25)], supply=supply)
    # At 20 the gang needs two up nodes: not feasible, passed over; job 1 takes node 0 until 45; at 50 both are up.
    assert (ends(result), starts(result)) == ([(20, 0, "evicted", 0)], [(0, 0), (20, 1), (50, 0)])


def test_supply_comes_before_ends() -> None:
    # The node fails in the second in which the work would have ended.
    supply = (Supply(10, 0, 0, up=False), Supply(12, 0, 0, up=True))
    assert ends(play(Pool(1, 1), [job(0, 1, 10)], supply=supply)) == [(10, 0, "evicted", 0)]


def test_a_drained_node_finishes_its_work_and_takes_none() -> None:
    supply = (Supply(5, 0, 0, up=False, evict=False), Supply(20, 0, 0, up=True))
    result = play(Pool(1, 1), [job(0, 1, 10), job(1, 1, 4)], supply=supply)
    assert (ends(result), starts(result)) == ([], [(0, 0), (20, 1)])


def test_nodes_that_are_not_up_release_nothing() -> None:
    # Three nodes; node 0 drains with job 0 until 10. Head 2 wants two nodes: node 1 at 30, node 2 whole: shadow 30, not 10.
    # Job 3 would end at 29: in time.
    supply = (Supply(3, 0, 0, up=False, evict=False), Supply(90, 0, 0, up=True))
    jobs = [job(0, 1, 10), job(0, 1, 30), job(4, 2, 5), job(4, 1, 25)]
    assert starts(play(Pool(3, 1), jobs, supply=supply, backfill="easy")) == [(0, 0), (0, 1), (4, 3), (30, 2)]


def test_shared_nodes_that_are_not_up_release_nothing_either() -> None:
    # As above on nodes of 4: node 0 drains with 2 devices in use until 10, node 1 is taken until 30. Head 2 wants two whole nodes.
    supply = (Supply(3, 0, 0, up=False, evict=False), Supply(90, 0, 0, up=True))
    jobs = [job(0, 2, 10), job(0, 4, 30), job(4, 8, 5), job(4, 4, 25)]
    assert starts(play(Pool(3, 4), jobs, supply=supply, backfill="easy")) == [(0, 0), (0, 1), (4, 3), (30, 2)]


def test_eviction_before_the_start_keeps_nothing() -> None:
    supply = (Supply(3, 0, 0, up=False), Supply(4, 0, 0, up=True))
    result = play(Pool(1, 1, start_delay_s=5), [job(0, 1, 10, checkpoint_s=1)], supply=supply)
    assert (ends(result), result.starts, result.ends) == ([(3, 0, "evicted", 0)], {0: 9}, {0: 19})
