"""Verdicts before submitting: figures by hand, each part of a wish, changes against really changing the spec, the twin's own answer."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.adapters.asked_pools import asked_pools
from dure.adapters.framework_tables import load_frameworks
from dure.adapters.scenario_models import ScenarioModels, scenario_models
from dure.model.needs import Constraint
from dure.operate.verdicts import Answer, AskedPool, ChangeKind, Verdict, explain, likely
from dure.plant.verdict import Frameworks, Part
from dure.wire.constraint import constraint_text
from dure.wire.jobspec import JobSpec
from tests.twin.scenes import jobs_of, loaded, plan_of

FLEET = """
programme:
  start: 2026-01-05
  horizon: 10d
  organisations: [{name: o, projects: [{name: holder}, {name: other}]}]
  allocations: [{project: holder, pool: s/kept, nodes: 2}]
catalog:
  accelerators:
    - {id: bare, vendor: v, model: nobody knows it, kind: gpu, origin: other, training: unknown, source: test}
  assume:
    - {what: speed, model: furiosa-rngd, value: 0.25, range: [0.15, 0.4], who: test, why: test}
sites:
  - name: s
    operator: x
    pools:
      - {name: h100, model: nvidia-h100, nodes: 4, start_delay: 60s}
      - {name: h200, model: nvidia-h200, nodes: 2, domain_nodes: 1}
      - {name: mi300x, model: amd-mi300x, nodes: 2}
      - {name: l40s, model: nvidia-l40s, nodes: 3, accelerators_per_node: 4}
      - {name: rngd, model: furiosa-rngd, nodes: 2}
      - {name: bare, model: bare, nodes: 1, accelerators_per_node: 8}
      - {name: kept, model: nvidia-b200, nodes: 2}
"""
SCENE = loaded(FLEET)
MODELS: ScenarioModels = scenario_models(SCENE)
FRAMEWORKS: Frameworks = load_frameworks()


def job(**more: Any) -> JobSpec:
    return JobSpec.model_validate({"name": "a", "accelerators": 1, "time": "1h", "run": "true", **more})


def pools(project: str | None = None) -> tuple[AskedPool, ...]:
    return asked_pools(SCENE, MODELS, project, None)


def ask(spec: JobSpec, project: str | None = None) -> Answer:
    return explain(spec, pools(project), MODELS.speeds, FRAMEWORKS)


def of(answer: Answer, pool: str) -> Verdict:
    return next(one for one in (*answer.can, *answer.cannot) if one.pool.path == f"s/{pool}")


def failed(pool: str, **more: Any) -> tuple[Part, ...]:
    return of(ask(job(**more)), pool).failed


def test_times_limits_and_credits_by_hand() -> None:
    """16 accelerators, 8 h on the reference: 28,800 s / 1.194 = 24,120.6 s on H200 (weight 1.16), 28,800 / 0.985 on MI300X (0.96)."""
    found = ask(job(accelerators=16, time="8h", workload="llm-finetune"))
    assert [one.pool.path for one in found.can] == ["s/h200", "s/h100", "s/mi300x"]
    h200, h100, mi300x = found.can
    assert (h200.time_s, h200.limit_s, h100.time_s, h100.result_s, mi300x.time_s) == (24_121, 24_121, 28_800, 28_860, 29_239)
    assert h200.credits_micro == round(16 * 24_121 * Fraction(116, 100) / 3600 * 10**6)
    assert h100.credits_micro == 128 * 10**6
    assert mi300x.credits_hour_micro == 16 * 960_000
    assert [one.basis for one in found.can] == ["published", "reference", "published"]


def test_an_assumed_speed_has_its_interval_and_the_limit_is_at_its_lower_end() -> None:
    """10 min at 0.25 of the reference take 40 min; at 0.15, 66 min 40 s; weight 0.26."""
    found = of(ask(job(time="10m", workload="nlp-inference", accelerators="rngd:3")), "rngd")
    assert (found.basis, found.speed_ppm, found.low_ppm, found.high_ppm) == ("assumed", 250_000, 150_000, 400_000)
    assert (found.time_s, found.limit_s) == (2_400, 4_000)
    assert (found.credits_micro, found.credits_most_micro) == (520_000, round(Fraction(3 * 4_000 * 260_000, 3600)))


def test_a_job_without_a_class_is_a_wide_guess_elsewhere_than_on_the_reference() -> None:
    found = ask(job(time="1h"))
    assert (of(found, "h100").low_ppm, of(found, "h100").limit_s) == (1_000_000, 3_600)
    assert (of(found, "h200").low_ppm, of(found, "h200").high_ppm) == (25_000, 4_611_000)
    assert of(found, "h200").limit_s == 3_600 * 40


def test_the_time_of_a_script_is_that_of_the_machine() -> None:
    found = ask(job(time="2h", time_on="machine", workload="llm-finetune"))
    assert {(one.time_s, one.limit_s) for one in found.can} == {(7_200, 7_200)}


def test_an_array_and_replicas_multiply_credits_and_not_time() -> None:
    one, many = ask(job(workload="llm-finetune")), ask(job(workload="llm-finetune", array="1-10"))
    assert [b.credits_micro for b in many.can] == pytest.approx([10 * (a.credits_micro or 0) for a in one.can], abs=5)  # rounded once
    assert [b.time_s for b in many.can] == [a.time_s for a in one.can]
    assert {one.waves for one in many.can} == {1}
    service = ask(job(kind="service", time=None, replicas=3, workload="llm-inference-small"))
    assert all(one.time_s is None and one.credits_micro is None for one in service.can)
    assert of(service, "h100").credits_hour_micro == 3 * 10**6


@pytest.mark.parametrize(
    ("more", "waves"),
    [
        ({"array": "1-100%16"}, 7),  # 16 at once by the array's own word
        ({"array": "1-100"}, 4),  # 32 devices hold 32 tasks of one
        ({"array": "1-100", "accelerators": "h100:3"}, 13),  # 2 of three fit a server of eight: 8 at once
        ({"array": "1-10", "accelerators": "h100:16"}, 5),  # 4 servers hold two gangs of two
        ({"array": "1-10", "accelerators": "h100:16", "nodes": 4}, 10),
        ({}, 1),
    ],
)
def test_an_array_comes_in_waves_by_hand(more: dict[str, Any], waves: int) -> None:
    """A pool of four servers of eight H100 with 60 s to start: each wave takes its start and its time."""
    found = of(ask(job(workload="llm-finetune", **more)), "h100")
    assert (found.waves, found.result_s) == (waves, waves * (60 + 3_600))


@pytest.mark.parametrize(
    ("pool", "more", "parts"),
    [
        ("h100", {"accelerators": "amd"}, (Part.MODEL,)),
        ("h100", {"accelerators": "100GB.."}, (Part.MEMORY,)),
        ("h100", {"accelerators": "nvidia:h200:100GB.."}, (Part.MODEL,)),
        ("bare", {"accelerators": "8GB.."}, (Part.MEMORY,)),
        ("rngd", {"accelerators": {"training": True}}, (Part.TRAINING,)),
        ("bare", {"accelerators": {"training": True}}, (Part.TRAINING,)),
        ("rngd", {"workload": "llm-finetune"}, (Part.TRAINING,)),
        ("rngd", {"framework": "pytorch"}, (Part.FRAMEWORK,)),
        ("bare", {"workload": "llm-inference-small"}, (Part.SPEED,)),
        ("l40s", {"accelerators": 13}, (Part.COUNT,)),
        ("l40s", {"accelerators": 8, "nodes": 1}, (Part.NODES,)),
        ("l40s", {"accelerators": 12, "nodes": 3}, ()),
        ("l40s", {"accelerators": 8, "nodes": 4}, (Part.COUNT,)),
        ("h200", {"accelerators": {"count": 16, "domain": "require"}}, (Part.DOMAIN,)),
        ("h200", {"accelerators": {"count": 8, "domain": "require"}}, ()),
        ("kept", {}, (Part.HOLDER,)),
        (
            "rngd",
            {"accelerators": {"count": 99, "memory": "80GB..", "training": True}, "framework": "pytorch"},
            (Part.MEMORY, Part.TRAINING, Part.FRAMEWORK, Part.COUNT),
        ),
    ],
)
def test_every_part_of_a_wish_that_a_pool_fails_is_named(pool: str, more: dict[str, Any], parts: tuple[Part, ...]) -> None:
    assert failed(pool, **more) == parts


def test_dedicated_servers_are_open_to_their_holder_alone() -> None:
    assert of(ask(job(), "holder"), "kept").failed == ()
    assert of(ask(job(), "other"), "kept").failed == (Part.HOLDER,)


def test_a_framework_that_nobody_speaks_of_is_not_refused() -> None:
    found = ask(job(framework="jax"))
    assert of(found, "h100").framework == "unknown"
    assert Part.FRAMEWORK not in of(found, "h100").failed


SPECS = st.builds(
    lambda count, memory, training, names, workload, framework, nodes, domain: {
        "accelerators": {"count": count * (nodes or 1), "memory": memory, "training": training, "any_of": names, "domain": domain},
        "workload": workload,
        "framework": framework,
        "nodes": nodes,
    },
    st.sampled_from([1, 2, 4, 8, 12, 16, 20, 32, 33]),
    st.sampled_from([None, "40GB..", "80GB..", "100GB..", "..100GB", "150GB..", "500GB.."]),
    st.sampled_from([None, True, False]),
    st.lists(st.sampled_from(["h100", "h200", "amd", "nvidia:40GB..", "rngd", "l40s", "domestic", "bare"]), max_size=3),
    st.sampled_from([None, "llm-finetune", "llm-inference-small", "nlp-inference"]),
    st.sampled_from([None, "pytorch", "vllm", "furiosa-llm", "jax"]),
    st.sampled_from([None, None, 1, 2, 4]),
    st.sampled_from(["prefer", "require", "none"]),
)


def _job(wish: dict[str, Any]) -> JobSpec | None:
    try:
        return job(**{key: value for key, value in wish.items() if value is not None})
    except ValueError:
        return None  # memory and names that exclude each other


def _changed(wish: dict[str, Any], kind: ChangeKind, value: int | str) -> dict[str, Any]:
    """The change as a person would make it in the file."""
    asked = dict(wish["accelerators"])
    new = {**wish, "accelerators": asked}
    if kind is ChangeKind.DROP_TRAINING:
        asked["training"] = None
    elif kind is ChangeKind.MORE_MODELS:
        memories = [name.partition(":")[2] for name in asked["any_of"]]
        asked["any_of"] = [one for one in memories if one] if all(memories) else []
    elif kind is ChangeKind.FEWER:
        asked["count"], new["nodes"] = value, None
    elif kind is ChangeKind.DROP_NODES:
        new["nodes"] = None
    elif kind is ChangeKind.ANY_DOMAIN:
        asked["domain"] = "prefer"
    elif kind is ChangeKind.DROP_FRAMEWORK:
        new["framework"] = None
    return new


@given(SPECS)
@settings(max_examples=150)
def test_a_change_wins_the_pools_that_it_promises(wish: dict[str, Any]) -> None:
    """Each change is made in the spec itself and asked anew; the pools that are new are those of the change."""
    spec = _job(wish)
    if spec is None:
        return
    before = ask(spec)
    could = {one.pool.path for one in before.can}
    for change in before.changes:
        if change.kind in (ChangeKind.LESS_MEMORY, ChangeKind.STATE_SPEED):
            continue
        again = _job(_changed(wish, change.kind, change.value))
        assert again is not None
        assert {one.pool.path for one in ask(again).can} - could == set(change.pools), change
    assert [one.accelerators for one in before.changes] == sorted((one.accelerators for one in before.changes), reverse=True)


def test_less_memory_is_the_largest_that_wins_a_pool() -> None:
    found = ask(job(accelerators="100GB..:8", workload="llm-finetune"))
    change = next(one for one in found.changes if one.kind is ChangeKind.LESS_MEMORY)
    assert (change.value, change.pools, change.accelerators) == (80, ("s/h100",), 32)


@given(SPECS)
@settings(max_examples=150)
def test_verdicts_come_soonest_first_and_keep_their_own_arithmetic(wish: dict[str, Any]) -> None:
    spec = _job(wish)
    if spec is None:
        return
    found = ask(spec)
    results = [one.result_s for one in found.can]
    assert results == sorted(results, key=lambda one: one or 0)
    for one in found.can:
        assert one.speed_ppm is not None
        assert one.low_ppm is not None
        assert one.low_ppm <= one.speed_ppm <= (one.high_ppm or 0)
        assert one.limit_s == ceil(Fraction(3600 * 10**6, one.low_ppm))
        assert one.time_s == ceil(Fraction(3600 * 10**6, one.speed_ppm))


@given(SPECS)
@settings(max_examples=60)
def test_the_twin_gives_a_job_the_same_pools_at_the_same_speeds(wish: dict[str, Any]) -> None:
    """One job of the same need through the twin's own reader of classes. Framework, servers and lower bounds are the verdict's alone."""
    spec = _job({**wish, "framework": None, "nodes": None})
    if spec is None:
        return
    asked = spec.accelerators
    row = {
        "submit_s": 0,
        "run_s": 100,
        "devices": asked.count.least,
        "training": -1 if asked.training is None else int(asked.training),
        "workload": 1,
        "constraint": 1,
        "project": 0,
        "domain": ["none", "prefer", "require"].index(asked.domain),
    }
    text = constraint_text(Constraint(asked.alternatives))
    plan = plan_of(FLEET, jobs_of(row, workloads=("", spec.workload or "generic"), constraints=("", text), projects=("other",)))
    found = ask(spec, "other")
    if len(plan.refused):
        assert found.can == ()
        return
    speeds = np.array(plan.spec.classes[int(plan.columns["klass"][0])].speeds)
    eligible = {plan.floor.pools[piece.pool].path: int(speed) for piece, speed in zip(plan.floor.pieces, speeds, strict=True) if speed}
    fits_model = {
        one.pool.path: one.speed_ppm for one in (*found.can, *found.cannot) if not set(one.failed) - {Part.COUNT, Part.DOMAIN, Part.HOLDER}
    }
    assert fits_model == eligible


def test_the_likely_pool_is_the_one_that_the_rule_picks_among_those_with_room() -> None:
    found = ask(job(accelerators=8))
    by_speed = sorted(found.can, key=lambda one: -(one.low_ppm or 0))
    free = {one.pool.path: 16 for one in found.can}
    first, second = by_speed[0].pool.path, by_speed[1].pool.path
    assert likely(found.can, free, 8, "fastest") == first
    assert likely(found.can, free | {first: 7}, 8, "fastest") == second, "it has not the room"
    assert likely(found.can, dict(reversed(free.items())), 8, "first") == next(reversed(free))
    assert likely(found.can, dict.fromkeys(free, 0), 8, "fastest") is None
