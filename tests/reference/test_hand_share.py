"""Hand-worked: multifactor priority, the fair-share tree in integers, conservative backfill (POLICY.md §8, §10)."""

from dataclasses import replace

import pytest

from tests.reference.case import PPM, Account, Case, Policy, Pool, Promise, Qos, Supply
from tests.reference.fairshare import ONE, TABLE, FairShare, factors, pow2
from tests.reference.hand import job, play, starts
from tests.reference.loop import Loop
from tests.reference.world import World

PROJECTS = (Account(), Account(parent=0), Account(parent=0))


def test_table_is_the_published_one() -> None:
    assert (TABLE[0], TABLE[1], TABLE[512], TABLE[1024], sum(TABLE)) == (2**30, 1073015252, 759250125, 2**29, 793935323051)


@pytest.mark.parametrize("x", [0.0, 0.1, 0.5, 1.0, 1.9999, 2.0, 7.3, 29.9, 30.0, 31.5])
def test_pow2_is_two_to_the_minus_x(x: float) -> None:
    assert pow2(int(x * ONE)) == pytest.approx(ONE * 2.0**-x, rel=2e-7, abs=1)


def test_pow2_never_rises() -> None:
    values = [pow2(x) for x in range(0, 40 * ONE, ONE // 997)]
    assert values == sorted(values, reverse=True)
    assert (values[0], values[-1]) == (ONE, 0)


def factors_of(accounts: tuple[Account, ...], decayed: list[int]) -> list[int]:
    case = Case(pools=(Pool(1, 1),), jobs=(), accounts=accounts, policy=Policy(fairshare_weight=1024))
    return factors(case, decayed)


def test_equal_shares_one_used_all() -> None:
    # S = 1/2 each. Project 1: U = 1, UE = 1 + (1 − 1)/2 = 1: 2^−2. Project 2: U = 0, UE = 0 + (1 − 0)/2 = 1/2: 2^−1.
    assert factors_of(PROJECTS, [0, 50, 0])[1:] == [256, 512]


def test_nothing_used_is_full_weight() -> None:
    assert factors_of(PROJECTS, [0, 0, 0])[1:] == [1024, 1024]


def test_three_levels() -> None:
    # Organisations 1 (share 3) and 2 (share 1); projects 3, 4 (shares 1, 1) of 1; project 5 of 2. Used: 3: 60, 5: 40.
    # Org 1: U = 0.6, UE = 0.6 + 0.4 · 3/4 = 0.9. Org 2: U = 0.4, UE = 0.4 + 0.6 · 1/4 = 0.55. S = 0.75, 0.25.
    # 3: U = 0.6, UE = 0.6 + 0.3/2 = 0.75, S = 0.375: 2^−2. 4: UE = 0 + 0.9/2 = 0.45, S = 0.375: 2^−1.2.
    # 5: UE = 0.4 + 0.15 = 0.55, S = 0.25: 2^−2.2.
    accounts = (Account(), Account(parent=0, share=3), Account(parent=0), Account(parent=1), Account(parent=1), Account(parent=2))
    found = factors_of(accounts, [0, 0, 0, 60, 0, 40])
    assert found[3:] == [256, int(1024 * 2**-1.2), int(1024 * 2**-2.2)]


def test_no_shares_at_all() -> None:
    accounts = (Account(), Account(parent=0, share=0), Account(parent=0, share=0))
    # UE = U, S = 1 ppm: the user of anything drops to nothing.
    assert factors_of(accounts, [0, 10, 0])[1:] == [0, 1024]


def test_usage_halves_in_a_half_life() -> None:
    share = FairShare(Case(pools=(Pool(1, 1),), jobs=(), accounts=PROJECTS, policy=Policy(period_s=300, half_life_s=3000)))
    share.gather(1, 2 * PPM + 1, 500_000)
    share.tick()
    # 2.000001 weighted devices for 500,000 s: 1,000,000.5; the half stays for the next tick.
    assert (share.decayed[1], share.gathered[1]) == (1_000_000, PPM // 2)
    for _ in range(10):
        share.tick()
    assert share.decayed[1] == pytest.approx(500_000, rel=1e-4)


def test_fair_share_decides_at_the_tick() -> None:
    # One device. Project 1 runs 0-10. At 10 both have a job: the last tick was at 0, F is equal, and project 1's was first.
    jobs = [job(0, 1, 10), job(1, 1, 20), job(2, 1, 20, project=2), job(3, 1, 20)]
    common = {"order": "multifactor", "fairshare_weight": 1000, "period_s": 15, "accounts": PROJECTS}
    # At 15 project 1 has used everything: at 30 project 2 goes first.
    assert starts(play(Pool(1, 1), jobs, **common)) == [(0, 0), (10, 1), (30, 2), (50, 3)]
    # With a tick at 5 it goes first at 10 already.
    assert starts(play(Pool(1, 1), jobs, **{**common, "period_s": 5})) == [(0, 0), (10, 2), (30, 1), (50, 3)]


def test_age_counts_from_submission_to_the_tick() -> None:
    # Sizes: 4 devices are 400 of 100 · 4, 1 device is 100. Age 10 per 10 s, at most 1000 s: weight 1000.
    # Job 1 (small, since 1) against job 2 (large, since 205): at 400 the tick gives 399 and 195: 100 + 399 > 400 + 195? No: 499 < 595.
    common = {"order": "multifactor", "size_weight": 400, "age_weight": 1000, "age_max_s": 1000, "period_s": 100}
    jobs = [job(0, 4, 400), job(1, 1, 9), job(205, 4, 9)]
    assert starts(play(Pool(4, 1), jobs, **common)) == [(0, 0), (400, 2), (409, 1)]
    # Job 2 since 305: 399 + 100 = 499 > 95 + 400 = 495.
    assert starts(play(Pool(4, 1), [*jobs[:2], job(305, 4, 9)], **common)) == [(0, 0), (400, 1), (409, 2)]


def test_age_has_a_ceiling_and_a_new_job_has_none() -> None:
    case = Case(pools=(Pool(1, 1),), jobs=(job(0, 1, 1), job(500, 1, 1)))
    world = World(replace(case, policy=replace(case.policy, order="multifactor", age_weight=300, age_max_s=90)))
    ages = []
    for world.tick_s in (0, 30, 90, 400):
        ages.append((world.priority(0), world.priority(1)))
    assert ages == [(0, 0), (100, 0), (300, 0), (300, 0)]


def test_quality_of_service_has_its_priority() -> None:
    qos = (Qos(priority=0), Qos(priority=5))
    assert starts(play(Pool(1, 1), [job(0, 1, 5), job(0, 1, 5, qos=1)], order="multifactor", qos=qos)) == [(0, 1), (5, 0)]


# --- conservative

TWO = Pool(nodes=2, devices=1)


def test_every_job_has_a_promise_and_nobody_passes_it() -> None:
    # Job 0: node 0 until 10. Job 1 wants both: 10-20. Job 2 (10 s): beside job 0: now. Job 3 (20 s): nothing before 20.
    result = play(TWO, [job(0, 1, 10), job(0, 2, 10), job(0, 1, 10), job(0, 1, 20)], backfill="conservative")
    assert result.promises == [Promise(0, 0, 0), Promise(0, 1, 10), Promise(0, 2, 0), Promise(0, 3, 20)]
    assert starts(result) == [(0, 0), (0, 2), (10, 1), (20, 3)]


def test_easy_would_have_delayed_the_second_in_line() -> None:
    # As above with a longer job 3 on three nodes: EASY lets it run beside the head, and job 2 behind the head starts at 30 instead of 20.
    jobs = [job(0, 2, 10), job(0, 2, 10), job(0, 3, 10), job(0, 1, 30)]
    assert starts(play(Pool(3, 1), jobs, backfill="easy")) == [(0, 0), (0, 3), (10, 1), (30, 2)]
    assert starts(play(Pool(3, 1), jobs, backfill="conservative")) == [(0, 0), (10, 1), (20, 2), (30, 3)]


def test_an_early_end_moves_promises_forward_one_at_a_time() -> None:
    # Job 0 asked 10 and is gone at 4: at 4 job 1 (both nodes) still waits for job 2 until 10; job 3 (6 s) moves from 20 to 4.
    jobs = [job(0, 1, 10, run_s=4), job(0, 2, 10), job(0, 1, 10), job(0, 1, 6)]
    result = play(TWO, jobs, backfill="conservative")
    assert result.promises[3:] == [Promise(0, 3, 20), Promise(4, 1, 10), Promise(4, 3, 4)]
    assert starts(result) == [(0, 0), (0, 2), (4, 3), (10, 1)]


def test_replans_keep_their_distance() -> None:
    # As above, replans at least 30 s apart (the start counts as one): job 3 keeps 20.
    jobs = [job(0, 1, 10, run_s=4), job(0, 2, 10), job(0, 1, 10), job(0, 1, 6)]
    assert starts(play(TWO, jobs, backfill="conservative", replan_s=30)) == [(0, 0), (0, 2), (10, 1), (20, 3)]


def test_depth_is_the_rank_in_the_queue() -> None:
    # Depth 1: once job 0 has started, job 1 alone has a promise; job 2, which would fit beside job 0, has none until job 1 has started.
    jobs = [job(0, 1, 10), job(0, 2, 10), job(0, 1, 10)]
    assert starts(play(TWO, jobs, backfill="conservative")) == [(0, 0), (0, 2), (10, 1)]
    assert starts(play(TWO, jobs, backfill="conservative", depth=2)) == [(0, 0), (0, 2), (10, 1)]
    assert starts(play(TWO, jobs, backfill="conservative", depth=1)) == [(0, 0), (10, 1), (20, 2)]


def test_small_jobs_count_as_a_node() -> None:
    # Two jobs of 1 on nodes of 4 take two nodes in the profile, so a third waits, though there is room. Best fit puts both on node 0.
    jobs = [job(0, 1, 10), job(0, 1, 10), job(0, 1, 10)]
    result = play(Pool(2, 4), jobs, backfill="conservative")
    assert [(row.at, row.nodes) for row in result.rows] == [(0, (0,)), (0, (0,)), (10, (0,))]


def test_small_attempts_on_one_node_take_it_once() -> None:
    # Both jobs of second 0 stand on node 0 until 10. At 1 node 1 is left over, and job 2 starts, by best fit beside them.
    result = play(Pool(2, 4), [job(0, 1, 10), job(0, 1, 10), job(1, 1, 5)], backfill="conservative")
    assert [(row.at, row.nodes) for row in result.rows] == [(0, (0,)), (0, (0,)), (1, (0,))]


def test_a_promise_that_an_overrun_breaks_stays_due() -> None:
    # Job 0 asked 10 and runs 30. Job 1 was promised 10; at 12 job 2 comes: behind job 1, were that to start now, is 17.
    jobs = [job(0, 2, 10, run_s=30), job(0, 2, 5), job(12, 1, 4)]
    result = play(TWO, jobs, backfill="conservative")
    assert result.promises == [Promise(0, 0, 0), Promise(0, 1, 10), Promise(12, 2, 17)]
    # At 30 both are due, and job 1 is first; at 35 job 2.
    assert starts(result) == [(0, 0), (30, 1), (35, 2)]


def test_a_lost_node_breaks_promises_and_a_replan_makes_new_ones() -> None:
    # Node 1 is lost at 3 and back at 50: job 1 (both nodes) is not feasible meanwhile and loses its promise; job 2 takes its turn.
    supply = (Supply(3, 0, 1, up=False), Supply(50, 0, 1, up=True))
    result = play(TWO, [job(0, 1, 10), job(0, 2, 10), job(0, 1, 20)], backfill="conservative", supply=supply)
    assert starts(result) == [(0, 0), (10, 2), (50, 1)]
    assert result.promises[1:] == [Promise(0, 1, 10), Promise(0, 2, 20), Promise(3, 2, 10), Promise(50, 1, 50)]


def test_an_overrun_takes_nothing_from_the_profile() -> None:
    # Job 0 asked 5 and runs 30 on node 0. At 12 job 1 (one node) is promised now, and takes node 1.
    result = play(TWO, [job(0, 1, 5, run_s=30), job(12, 1, 4)], backfill="conservative")
    assert result.promises == [Promise(0, 0, 0), Promise(12, 1, 12)]
    assert starts(result) == [(0, 0), (12, 1)]


def test_usage_counts_from_placed_to_the_end_to_the_second() -> None:
    # Weight 0.5, 3 devices, start delay 4: placed at 2, runs 6 to 16. At the tick of 10: 8 s · 1.5 = 12; at 20: 12 decayed + 9.
    # (Half-life 10: the factor is one half.) A last job keeps the clock going.
    pool = Pool(1, 4, weight_ppm=PPM // 2, start_delay_s=4)
    policy = Policy(order="multifactor", period_s=10, half_life_s=10)
    loop = Loop(Case(pools=(pool,), jobs=(job(2, 3, 10), job(40, 1, 1, project=2)), policy=policy))
    used = []
    while (at := loop.next_s()) is not None and at <= 30:
        loop.instant(at)
        used.append((at, loop.share.decayed[1], loop.share.gathered[1]))
    assert used == [(2, 0, 0), (6, 0, 6 * PPM), (10, 12, 0), (16, 12, 9 * PPM), (20, 15, 0), (30, 7, 0)]
