"""What free devices are charged to: by hand, and never more of them than somebody asks for (docs/MEASURES.md §2)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.twin.scenes import jobs_of, plan_of, played

IDLE = ("held_s", "fragmented_s", "too_small_s", "capped_s", "incompatible_s", "no_demand_s")
TWO_POOLS = """
programme: {name: x, start: 2026-01-01, horizon: 1000s, organisations: [{name: o, projects: [{name: a, credits: 0.05}, {name: b}]}]}
sites:
  - name: s
    operator: o
    pools:
      - {name: big, model: nvidia-h200, nodes: 1, accelerators_per_node: 8}
      - {name: small, model: nvidia-a100, nodes: 1, accelerators_per_node: 8}
catalog:
  assume:
    - {what: speed, model: nvidia-a100, value: 1, range: [0.5, 2], who: me, why: test}
    - {what: speed, model: nvidia-h200, value: 1, range: [0.5, 2], who: me, why: test}
  billing_weights: {nvidia-h200: 4, nvidia-a100: 1}
policy: {order: fcfs, pool_rule: first}
"""


@pytest.mark.parametrize("backfill", ["easy", "none"])
def test_credits_that_pay_for_one_pool_only_are_a_limit_on_the_other(backfill: str) -> None:
    """b has all of the small pool for 500 s; a could pay 100 s there and a quarter of that on the big one, which is free."""
    jobs = jobs_of(
        {"submit_s": 0, "run_s": 500, "request_s": 500, "devices": 8, "project": 0, "constraint": 1},
        {"submit_s": 10, "run_s": 100, "request_s": 100, "devices": 1, "project": 1},
        projects=["b", "a"],
        constraints=["", "nvidia-a100"],
    )
    waterfall = played(plan_of(TWO_POOLS, jobs, [f"policy.backfill={backfill}"]))[1].summary["waterfall"]
    assert [waterfall[cause] for cause in ("held_s", "capped_s")] == [0, 490]


@pytest.mark.parametrize("backfill", ["easy", "none"])
def test_a_ceiling_on_one_model_is_a_limit_on_its_pools_alone(backfill: str) -> None:
    """b has all of the small pool for 500 s; a may have nothing of the model of the big one, which is free, and waits 490 s of them."""
    text = TWO_POOLS.replace("{name: a, credits: 0.05}", "{name: a, quota: {models: {nvidia-h200: 0}}}")
    jobs = jobs_of(
        {"submit_s": 0, "run_s": 500, "request_s": 500, "devices": 8, "project": 0, "constraint": 1},
        {"submit_s": 10, "run_s": 100, "request_s": 100, "devices": 1, "project": 1},
        projects=["b", "a"],
        constraints=["", "nvidia-a100"],
    )
    waterfall = played(plan_of(text, jobs, [f"policy.backfill={backfill}"]))[1].summary["waterfall"]
    assert [waterfall[cause] for cause in ("held_s", "capped_s")] == [0, 490]


def test_who_may_pass_nobody_is_held_by_the_one_before_it() -> None:
    """8 of 16 devices are free for 100 s, the next job asks for 16, and the one behind it for 1 that it may not have."""
    text = """
programme: {name: x, start: 2026-01-01, horizon: 100s, organisations: [{name: o, projects: [{name: a}]}]}
sites: [{name: s, operator: o, pools: [{name: p, model: nvidia-h100, nodes: 2, accelerators_per_node: 8}]}]
policy: {order: fcfs, backfill: none}
"""
    jobs = jobs_of(*({"submit_s": 0, "run_s": 100, "request_s": 100, "devices": n} for n in (8, 16, 1)), projects=["a"])
    waterfall = played(plan_of(text, jobs))[1].summary["waterfall"]
    assert {cause: waterfall[cause] for cause in IDLE if waterfall[cause]} == {"held_s": 100, "too_small_s": 700}


POOLS = st.lists(st.tuples(st.integers(1, 6), st.integers(1, 8), st.sampled_from(["nvidia-h100", "amd-mi300x"])), min_size=1, max_size=4)


@given(POOLS, st.sampled_from(["none", "easy", "conservative"]), st.sampled_from(["quota", "credits", "stop"]), st.booleans())
@settings(max_examples=60)
def test_one_capped_job_of_one_device_moves_at_most_one_device_of_an_idle_fleet(
    pools: list[tuple[int, int, str]], backfill: str, limit: str, kept_waiting: bool
) -> None:
    if backfill == "conservative":
        pools = pools[:1]
    rights = {"quota": "quota: {nominal: 0, borrow: 0}", "credits": "credits: 0.001", "stop": "stop_at: 1s"}[limit]
    rows = [
        f"{{name: p{k}, model: {model}, nodes: {nodes}, accelerators_per_node: {size}}}" for k, (nodes, size, model) in enumerate(pools)
    ]
    text = f"""
programme: {{name: x, start: 2026-01-01, horizon: 100s, organisations: [{{name: o, projects: [{{name: a, {rights}}}, {{name: b}}]}}]}}
sites: [{{name: s, operator: o, pools: [{", ".join(rows)}]}}]
catalog: {{assume: [{{what: speed, model: amd-mi300x, value: 1, range: [0.5, 2], who: me, why: test}}]}}
policy: {{order: fcfs, backfill: {backfill}}}
"""
    capped = {"submit_s": 10, "run_s": 100, "request_s": 100, "devices": 1, "project": 0}
    jobs = jobs_of(capped, projects=["a", "b"]) if kept_waiting else jobs_of(capped | {"submit_s": 99}, projects=["a", "b"])
    waterfall = played(plan_of(text, jobs))[1].summary["waterfall"]
    seconds, devices = 90 if kept_waiting else 1, sum(nodes * size for nodes, size, _ in pools)
    assert {cause: waterfall[cause] for cause in IDLE} == {
        **dict.fromkeys(IDLE, 0),
        "capped_s": seconds,
        "no_demand_s": devices * 100 - seconds,
    }
