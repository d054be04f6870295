"""Services by request rate: replicas by hour, what was served, and the same recounted second by second from the rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.adapters.demand_files import demand_services
from dure.adapters.scenario_models import scenario_models
from dure.model.errors import InputError
from dure.model.events import Kind
from dure.twin.build import Plan, build_plan
from dure.twin.offer import one_offer, traced
from dure.twin.services import Life, Step, lives
from tests.twin.scenes import jobs_of, loaded, played

H100, H200 = 3_902_468_800, 4_487_880_000
SCENE = """
programme:
  start: 2026-01-05
  horizon: {horizon}
  organisations: [{{name: o, projects: [{{name: p}}]}}]
sites:
  - name: s
    operator: x
    pools: {pools}
    {more}
catalog: {{assume: [{assume}]}}
demand:
  start_up: {start_up}s
  services: [{services}]
policy: {{qos: [{{name: normal, rank: 1, preempts: true, notice: 30s}}, {{name: low, preemptible: true}}]}}
"""


def pools(*rows: tuple[str, int], devices: int = 1) -> str:
    return "[" + ", ".join(f"{{name: {m}, model: {m}, nodes: {n}, accelerators_per_node: {devices}}}" for m, n in rows) + "]"


ONE_POOL = pools(("h100", 2))


def plan_of(services: str, *jobs: dict[str, Any], horizon: str = "1000s", start_up: int = 0, **more: str) -> Plan:
    words = {"pools": ONE_POOL, "more": "", "assume": ""} | more
    scene = loaded(SCENE.format(services=services, horizon=horizon, start_up=start_up, **words))
    models = scenario_models(scene)
    found = demand_services(scene, models)
    assert found is not None
    offers = [traced(jobs_of(*jobs, projects=["p"])), found.offer] if jobs else [found.offer]
    return build_plan(scene.scenario, models.pools, models.speeds, one_offer(offers))


def service(**more: Any) -> str:
    said = {"name": "chat", "project": "p", "workload": "llm-inference-large"} | more
    return "{" + ", ".join(f"{key}: {value}" for key, value in said.items()) + "}"


def row_of(plan: Plan) -> dict[str, Any]:
    found: dict[str, Any] = played(plan)[1].services[0]
    return found


def test_replicas_rise_and_fall_and_the_last_ends_first() -> None:
    steps = [Step(0, 10, 1, 1), Step(10, 20, 3, 3), Step(20, 30, 2, 2), Step(30, 40, 0, 0), Step(40, 50, 1, 1)]
    assert lives(steps) == [Life(0, 30), Life(10, 20), Life(10, 30), Life(40, 50)]
    assert lives([]) == []


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 7)), max_size=12))
def test_lives_give_every_step_its_replicas(parts: list[tuple[int, int]]) -> None:
    edges = np.cumsum([0, *(length for length, _ in parts)]).tolist()
    steps = [Step(edges[k], edges[k + 1], None, replicas) for k, (_, replicas) in enumerate(parts)]
    for step in steps:
        for second in (step.from_s, step.to_s - 1):
            assert sum(one.from_s <= second < one.to_s for one in lives(steps)) == step.replicas


def test_a_hand_worked_case() -> None:
    """Two replicas for 6,000 tokens/s at 3,902.4688 each; one is away from 400 to 600 s and starts up until 700 s.

    0-100 s nothing, 100-400 s 6,000, 400-700 s 3,902.4688, 700-1000 s 6,000: 600 × 6,000 + 300 × 3,902.4688 = 4,770,740.64.
    """
    events = "events: [{at: 400s, for: 200s, mode: down, pool: h100, nodes: 1}]"
    row = row_of(plan_of(service(tokens_per_s=6000), start_up=100, more=events))
    assert (row["unit"], row["replicas_most"], row["sized_on"]) == ("tokens", 2, "nvidia-h100")
    assert (row["offered"], row["served"], row["not_served"]) == (6_000_000, 4_770_740, 1_229_260)
    assert row["served_share"] == 0.795123
    assert row["capacity"] == (900 + 600) * H100 // 10**6
    seconds = {name: row[f"{name}_s"] for name in ("needed", "serving", "starting", "waiting", "again")}
    assert seconds == {"needed": 2000, "serving": 1500, "starting": 300, "waiting": 0, "again": 200}


def test_headroom_and_several_accelerators_a_replica() -> None:
    two = pools(("h100", 8), devices=8)
    for more, replicas in (({}, 2), ({"headroom": "50%"}, 4), ({"accelerators": 2}, 1), ({"accelerators": 2, "headroom": "50%"}, 2)):
        row = row_of(plan_of(service(tokens_per_s=6000, **more), pools=two))
        assert (row["replicas_most"], row["served"]) == (replicas, row["offered"])


def test_requests_of_a_class_that_is_measured_in_tokens() -> None:
    row = row_of(plan_of(service(requests_per_s=30, tokens_per_request=200)))
    assert (row["unit"], row["offered"], row["replicas_most"]) == ("requests", 30_000, 2)
    assert row["rates"][0]["replica_micro_per_s"] == H100 // 200


def test_replicas_are_counted_by_the_slowest_model_unless_the_service_says_otherwise() -> None:
    two = pools(("h200", 1), ("h100", 3))
    slow, fast = (row_of(plan_of(service(tokens_per_s=8000, **more), pools=two)) for more in ({}, {"sized_on": "h200"}))
    assert (slow["sized_on"], slow["replicas_most"], slow["served"]) == ("nvidia-h100", 3, 8_000_000)
    assert (fast["sized_on"], fast["replicas_most"]) == ("nvidia-h200", 2)
    assert fast["served"] == 8_000_000, "4,487.88 + 3,902.4688 tokens/s on the two models on which they landed"
    short = row_of(plan_of(service(tokens_per_s=8900, sized_on="h200"), pools=two))
    assert short["served"] == (H100 + H200) * 1000 // 10**6


def test_replicas_follow_the_hours() -> None:
    """Korea's clock: 2026-01-05 00:00 UTC is Monday 9 o'clock."""
    hours = [0] * 9 + [1, 3, 2] + [0] * 12
    shape = f"{{peak: 12000, trough: 3000, hours: {hours}}}"
    plan = plan_of(service(tokens_per_s=shape, **{"from": "30m"}), horizon="4h", pools=pools(("h100", 4)))
    (one,) = plan.services
    assert [(step.from_s, step.to_s, step.offered_micro and step.offered_micro // 10**6, step.replicas) for step in one.steps] == [
        (1800, 3600, 6000, 2),
        (3600, 7200, 12000, 4),
        (7200, 10800, 9000, 3),
        (10800, 14400, 3000, 1),
    ]
    row = row_of(plan)
    assert row["served"] == row["offered"] == 6000 * 1800 + 12000 * 3600 + 9000 * 3600 + 3000 * 3600


def test_the_hours_of_a_profile_reach_peak_and_trough() -> None:
    (one,) = plan_of(service(tokens_per_s="{peak: 7000, trough: 1000}"), horizon="7d").services
    asked = [step.offered_micro or 0 for step in one.steps]
    assert (max(asked), min(asked)) == (7000 * 10**6, 1000 * 10**6)
    assert len(asked) > 50


def test_a_replica_ends_by_the_clock_however_late_it_starts() -> None:
    """Both devices are taken until 500 s; the service ends at 800 s and its replicas with it."""
    plan = plan_of(service(tokens_per_s=6000, to="800s"), *({"submit_s": 0, "run_s": 500, "devices": 1} for _ in range(2)))
    result, found, _ = played(plan)
    (row,) = found.services
    assert result.state is not None
    assert (row["offered"], row["served"]) == (4_800_000, 1_800_000)
    assert (row["needed_s"], row["waiting_s"], row["serving_s"]) == (1600, 1000, 600)
    ends = found.times.end_s[np.asarray(plan.columns["until"]) > 0]
    assert ends.tolist() == [800, 800]


def test_a_replica_that_comes_too_late_serves_nothing() -> None:
    row = row_of(plan_of(service(tokens_per_s=6000, to="400s"), *({"submit_s": 0, "run_s": 500, "devices": 1} for _ in range(2))))
    assert (row["served"], row["waiting_s"], row["needed_s"]) == (0, 800, 800)


def test_replicas_that_no_pool_can_hold_wait_for_ever() -> None:
    two = pools(("h100", 1), ("h200", 1))
    more = "events: [{at: 0s, mode: unfunded}]"
    row = row_of(plan_of(service(tokens_per_s=6000), pools=two, more=more))
    assert (row["served"], row["not_served"], row["waiting_s"]) == (0, 6_000_000, 2000)


def test_a_service_of_so_many_replicas_has_unknown_amounts() -> None:
    row = row_of(plan_of(service(replicas=2)))
    amounts = {row[name] for name in ("offered", "served", "not_served", "served_share", "capacity")}
    assert amounts == {None}
    assert (row["needed_s"], row["serving_s"], row["unit"], row["rates"]) == (2000, 2000, "", [])


def test_a_model_of_unknown_rate_is_never_used() -> None:
    """Nobody measured llm-inference-small on MI300X; its speed is not known, its rate neither."""
    two = pools(("mi300x", 4), ("h100", 1))
    small = service(workload="llm-inference-small", tokens_per_s=6000)
    row = row_of(plan_of(small, pools=two))
    assert [one["model"] for one in row["rates"]] == ["nvidia-h100"]
    assert (row["replicas_most"], row["serving_s"], row["waiting_s"]) == (2, 1000, 1000)
    rate = "{what: rate, model: mi300x, workload: llm-inference-small, value: 3000, unit: tokens/s, range: [1000, 5000], who: me, why: so}"
    assumed = row_of(plan_of(small, pools=two, assume=rate))
    assert [(one["model"], one["basis"]) for one in assumed["rates"]] == [("amd-mi300x", "assumed"), ("nvidia-h100", "published")]
    assert (assumed["sized_on"], assumed["replicas_most"], assumed["served"]) == ("amd-mi300x", 2, 6_000_000)


def test_replicas_write_no_checkpoints() -> None:
    text = SCENE.replace("start_up: {start_up}s", "start_up: {start_up}s\n  checkpoint: 1h\n  checkpoint_write: 30s")
    scene = loaded(text.format(services=service(tokens_per_s=6000), horizon="1000s", start_up=0, pools=ONE_POOL, more="", assume=""))
    models = scenario_models(scene)
    found = demand_services(scene, models)
    assert found is not None
    summary = played(build_plan(scene.scenario, models.pools, models.speeds, found.offer))[1].summary["waterfall"]
    assert (summary["busy_s"], summary["productive_s"], summary["overhead_s"]) == (2000, 2000, 0)


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"requests_per_s": 5}, "llm-inference-large is measured in tokens/s, not in requests/s"),
        ({"workload": "vision-inference", "tokens_per_s": 5}, "vision-inference is measured in requests/s, not in tokens/s"),
        ({"workload": "llm-finetune", "tokens_per_s": 5}, "no rate of llm-finetune is known on any accelerator"),
        ({"tokens_per_s": 5, "constraint": "domestic"}, "no rate of llm-inference-large is known on an accelerator that it may run on"),
        ({"tokens_per_s": 5, "accelerators": 4}, "no pool that it may run on has 4 accelerators"),
        ({"tokens_per_s": 5, "sized_on": "h200"}, "is sized on nvidia-h200, on which it does not run"),
        ({"tokens_per_s": "1e11"}, "needs more than 1,000,000 replicas"),
    ],
)
def test_what_cannot_be_sized_is_said_at_its_line(more: dict[str, Any], what: str) -> None:
    with pytest.raises(InputError) as told:
        plan_of(service(**more))
    (error,) = told.value.errors  # type: ignore[attr-defined]
    assert what in error.what
    assert error.remedy
    assert (error.where.line, error.where.field) == (14, "demand.services[chat]")


def counted(plan: Plan, rows: np.ndarray, horizon_s: int) -> tuple[int, int]:
    """Millionths offered and served, second by second from the event rows."""
    (one,) = plan.services
    micro = [one.replica_micro(plan.floor.pools[piece.pool].model) for piece in plan.floor.pieces]
    until = plan.columns["until"].tolist()
    serving: dict[int, tuple[int, int, int]] = {}
    pools: dict[int, int] = {}
    at = offered = served = 0
    for second in range(horizon_s):
        while at < len(rows) and rows[at]["at"] == second:
            row = rows[at]
            attempt, job = int(row["attempt"]), int(row["job"])
            if row["kind"] == Kind.PLACED:
                pools[attempt] = int(row["pool"])
            elif row["kind"] == Kind.STARTED and until[job]:
                serving[attempt] = (second + plan.start_up_s, until[job], micro[pools[attempt]])
            elif row["kind"] == Kind.ENDED:
                serving.pop(attempt, None)
            at += 1
        asked = sum(step.offered_micro or 0 for step in one.steps if step.from_s <= second < step.to_s)
        able = sum(rate for begins, ends, rate in serving.values() if begins <= second < ends)
        offered += asked
        served += min(asked, able)
    return offered, served


@settings(max_examples=25)
@given(
    st.integers(1, 20_000),
    st.lists(st.integers(0, 5), min_size=24, max_size=24).filter(lambda hours: len(set(hours)) > 1),
    st.integers(0, 200),
    st.lists(
        st.tuples(st.integers(0, 9000), st.integers(1, 6000), st.integers(1, 2), st.sampled_from(["normal", "low"])), min_size=1, max_size=9
    ),
    st.integers(0, 9000),
    st.sampled_from(["low", "normal"]),
)
def test_served_is_what_the_seconds_say(
    peak: int, hours: list[int], start_up: int, jobs: list[tuple[int, int, int, str]], begins: int, qos: str
) -> None:
    two = pools(("h100", 2), ("h200", 1), devices=2)
    more = "failures: {per_1000_node_days: 2000, repair_min: 5m, repair_max: 40m}"
    shape = f"{{peak: {peak}, trough: {peak // 3}, hours: {hours}}}"
    rows = [{"submit_s": at, "run_s": run, "devices": size, "qos": 1 + (name == "low")} for at, run, size, name in sorted(jobs)]
    written = service(tokens_per_s=shape, qos=qos, to="2h45m", **{"from": f"{begins}s"})
    scene = loaded(SCENE.format(services=written, horizon="3h", start_up=start_up, pools=two, more=more, assume=""))
    models = scenario_models(scene)
    found = demand_services(scene, models)
    assert found is not None
    others = traced(jobs_of(*rows, projects=["p"], qos_names=["", "normal", "low"]))
    plan = build_plan(scene.scenario, models.pools, models.speeds, one_offer([others, found.offer]))
    result, account, events = played(plan)
    offered, served = counted(plan, events, result.horizon_s)
    (row,) = account.services
    assert (row["offered"], row["served"]) == (offered // 10**6, served // 10**6)
    assert row["served"] <= row["offered"]
    assert row["needed_s"] == row["serving_s"] + row["starting_s"] + row["waiting_s"] + row["again_s"]
    assert min(row[name] for name in ("serving_s", "starting_s", "waiting_s", "again_s")) >= 0
