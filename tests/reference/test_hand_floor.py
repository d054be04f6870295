"""Hand-worked: pool rules, node rules, fabric domains, speeds and start delays (POLICY.md §1, §6)."""

import pytest

from tests.reference.case import PPM, Case, Pool
from tests.reference.hand import job, placed, play, starts
from tests.reference.world import World


@pytest.mark.parametrize(
    ("rule", "nodes"),
    [
        # Free 4,4,4. 2 devices → node 0 (2,4,4).
        # 3 devices → best and first: node 1 (2,1,4); spread: the greatest free, lowest index: node 1.
        # 1 device  → best: node 1 (free 1); first: node 0; spread: node 2.
        ("best", [0, 1, 1]),
        ("first", [0, 1, 0]),
        ("spread", [0, 1, 2]),
    ],
)
def test_node_rules(rule: str, nodes: list[int]) -> None:
    result = play(Pool(3, 4), [job(0, 2, 9), job(0, 3, 9), job(0, 1, 9)], node_rule=rule)
    assert placed(result) == [(0, j, 0, (node,)) for j, node in enumerate(nodes)]


@pytest.mark.parametrize(
    ("rule", "pool"),
    [
        # 100 reference seconds, 1 device. Pool 0: 50 %, weight 0.25: 200 s, costs 50.
        # Pool 1: 200 %, weight 2, delay 200 s: 250 s, costs 500. Pool 2: 100 %, weight 1: 100 s, costs 100. Pool 3 is like 2.
        ("first", 0),
        ("fastest", 1),
        ("cheapest", 0),
        ("earliest", 2),
    ],
)
def test_pool_rules(rule: str, pool: int) -> None:
    pools = (
        Pool(1, 1, weight_ppm=250_000),
        Pool(1, 1, weight_ppm=2 * PPM, start_delay_s=200),
        Pool(1, 1),
        Pool(1, 1),
    )
    result = play(pools, [job(0, 1, 100)], pool_rule=rule, speeds=((500_000, 2 * PPM, PPM, PPM),))
    assert placed(result) == [(0, 0, pool, (0,))]


def test_cheapest_counts_whole_nodes() -> None:
    # 5 devices: on nodes of 4 that is 8 billed, on nodes of 5 it is 5: pool 1 is cheaper though its weight is higher.
    result = play((Pool(2, 4), Pool(1, 5, weight_ppm=1_500_000)), [job(0, 5, 10)], pool_rule="cheapest")
    assert (result.rows[0].pool, result.rows[0].devices) == (1, 5)
    result = play((Pool(2, 4), Pool(1, 5, weight_ppm=1_700_000)), [job(0, 5, 10)], pool_rule="cheapest")
    assert (result.rows[0].pool, result.rows[0].nodes, result.rows[0].devices) == (0, (0, 1), 8)


def test_a_job_of_exactly_a_node_is_no_gang() -> None:
    # 4 of 4 devices: node rule spread takes the greatest free, lowest index: node 1 once node 0 is in use.
    result = play(Pool(2, 4), [job(0, 1, 9), job(0, 4, 9)], node_rule="spread")
    assert placed(result) == [(0, 0, 0, (0,)), (0, 1, 0, (1,))]


def test_speed_scales_run_and_request_rounded_up() -> None:
    # 10 s at 30 %: 33.3 → 34 s.
    result = play(ONE_SLOW, [job(0, 1, 10), job(0, 1, 1)], speeds=((300_000,),))
    assert result.ends == {0: 34, 1: 38}


ONE_SLOW = Pool(1, 1)


def test_a_start_delay_holds_devices_and_moves_the_start() -> None:
    # Placed at 0, started at 5, ends at 15; the next is placed at 15.
    result = play(Pool(1, 1, start_delay_s=5), [job(0, 1, 10), job(0, 1, 10)])
    assert starts(result) == [(0, 0), (15, 1)]
    assert (result.starts, result.ends) == ({0: 5, 1: 20}, {0: 15, 1: 30})


def test_a_start_delay_counts_in_backfill() -> None:
    # Delay 5. Job 0 on node 0: 0 to 15. Head 1 wants both at 1: shadow 15. 1 + 5 + 9 = 15 is in time, 1 + 5 + 10 is not.
    jobs = [job(0, 1, 10), job(1, 2, 5)]
    assert starts(play(Pool(2, 1, start_delay_s=5), [*jobs, job(1, 1, 9)], backfill="easy"))[1] == (1, 2)
    assert starts(play(Pool(2, 1, start_delay_s=5), [*jobs, job(1, 1, 10)], backfill="easy"))[1] == (15, 1)


DOMAINS = Pool(nodes=6, devices=1, domain_nodes=3)
"""Domains {0,1,2} and {3,4,5}."""

WIDE = Pool(nodes=6, devices=2, domain_nodes=3)


@pytest.mark.parametrize(
    ("domain", "devices", "nodes"),
    [
        # Node 0 is taken. Whole: 1,2 | 3,4,5.
        (0, 2 * 2, (1, 2)),
        (0, 3 * 2, (1, 2, 3)),
        (1, 2 * 2, (1, 2)),  # both domains have two; the first has fewer
        (1, 3 * 2, (3, 4, 5)),
        (1, 4 * 2, (1, 3, 4, 5)),  # none has four: most whole nodes first, then node 1
        (2, 3 * 2, (3, 4, 5)),
    ],
)
def test_fabric_domains(domain: int, devices: int, nodes: tuple[int, ...]) -> None:
    result = play(WIDE, [job(0, 2, 99), job(0, devices, 9, domain=domain)])
    assert placed(result)[1] == (0, 1, 0, nodes)


def test_prefer_takes_the_lower_domain_on_ties() -> None:
    # Nodes 0 and 3 are taken (the first two jobs: node 0, then a gang of three in one domain needs 3-5; it leaves at 1, one comes back).
    result = play(WIDE, [job(0, 2, 99), job(0, 6, 1, domain=2), job(1, 1, 99), job(1, 4, 9, domain=1)], node_rule="spread")
    # At 1: job 2 takes node 1 (greatest free, lowest index). Whole: 2 | 3,4,5: only the second domain has two.
    assert placed(result)[3] == (1, 3, 0, (3, 4))
    result = play(WIDE, [job(0, 4, 9, domain=1)])
    assert placed(result)[0] == (0, 0, 0, (0, 1))


def test_prefer_takes_the_domain_with_fewer() -> None:
    # Node 3 goes to job 2, after a gang held 0-2 for a second. Whole at 1: 0,1,2 | 4,5: the second has fewer.
    result = play(WIDE, [job(0, 6, 1, domain=2), job(0, 2, 99), job(1, 4, 9, domain=1)])
    assert placed(result)[1:] == [(0, 1, 0, (3,)), (1, 2, 0, (4, 5))]


def test_require_waits_for_one_domain() -> None:
    # Node 0 until 10, nodes 1-5 whole. Four nodes in one domain never exist; three in the second do; two such jobs must queue.
    jobs = [job(0, 2, 10), job(0, 8, 9, domain=2), job(0, 6, 20, domain=2), job(0, 6, 5, domain=2)]
    assert placed(play(WIDE, jobs)) == [(0, 0, 0, (0,)), (0, 2, 0, (3, 4, 5)), (10, 3, 0, (0, 1, 2))]


def test_the_shadow_of_require_counts_per_domain() -> None:
    # Node 0 until 10, nodes 3-5 (job 1) until 30. Whole now: 1, 2. Head 2 wants three of one domain: shadow 10.
    # Job 3 (one node, ends at 10) is in time. Job 4 (late): extra = 2 + 1 − 3 = 0 at 10 before job 3, which changes nothing: it waits.
    jobs = [job(0, 2, 10), job(0, 6, 30, domain=2), job(1, 6, 5, domain=2), job(1, 2, 9), job(1, 2, 10)]
    assert placed(play(WIDE, jobs, backfill="easy")) == [
        (0, 0, 0, (0,)),
        (0, 1, 0, (3, 4, 5)),
        (1, 3, 0, (1,)),
        (10, 2, 0, (0, 1, 2)),
        (15, 4, 0, (0,)),
    ]


def test_require_says_nothing_about_jobs_within_a_node() -> None:
    result = play(DOMAINS, [job(0, 1, 9, domain=2)])
    assert placed(result) == [(0, 0, 0, (0,))]


def test_free_devices_are_none_where_a_node_is_not_up() -> None:
    world = World(Case(pools=(Pool(2, 4),), jobs=(job(0, 1, 1),)))
    world.up[0][1] = False
    world.count_again(0)
    assert world.free == [[4, 0]]
