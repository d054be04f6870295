from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dure.model.events import Kind, Outcome
from dure.twin.kernel_mix import kernel_mix
from dure.wire.event_rows import EventColumns
from tests.twin.recount import recounted
from tests.twin.scenes import jobs_of, plan_of, played

ONE = """
programme: {{{programme}}}
sites:
  - name: s
    operator: x
    pools: [{{name: p, model: nvidia-h100, nodes: {nodes}, accelerators_per_node: {devices}}}]
    {more}
demand: {{{demand}}}
"""


def one(nodes: int = 2, devices: int = 2, programme: str = "start: 2026-01-01", more: str = "", demand: str = "") -> str:
    return ONE.format(nodes=nodes, devices=devices, programme=programme, more=more, demand=demand)


def job(submit: int, run: int, devices: int = 1, **more: Any) -> dict[str, Any]:
    return {"submit_s": submit, "run_s": run, "devices": devices, **more}


def waterfall(text: str, *jobs: dict[str, Any]) -> dict[str, int]:
    row: dict[str, int] = played(plan_of(text, jobs_of(*jobs)))[1].summary["waterfall"]
    return {name: value for name, value in row.items() if value}


def test_a_run_without_a_horizon_ends_with_its_last_job() -> None:
    result, found, _ = played(plan_of(one(), jobs_of(job(100, 1000), job(200, 5000, 4))))
    assert result.horizon_s == found.summary["horizon_s"] == 1100 + 5000
    assert found.summary["makespan_s"] == 6000
    assert found.summary["waterfall"]["contracted_s"] == 4 * 6100
    assert found.summary["waterfall"]["busy_s"] == 1000 + 4 * 5000


def test_a_horizon_is_kept_and_open_jobs_are_told_apart() -> None:
    text = one(programme="start: 2026-01-01, horizon: 1h")
    result, found, _ = played(plan_of(text, jobs_of(job(0, 1000, 4), job(0, 5000, 4), job(0, 10, 4), job(3600, 10))))
    assert result.horizon_s == 3600
    counts = {name: found.summary[name] for name in ("jobs_total", "jobs_completed", "jobs_running", "jobs_waiting", "attempts_open")}
    assert counts == {"jobs_total": 3, "jobs_completed": 1, "jobs_running": 1, "jobs_waiting": 1, "attempts_open": 1}
    assert found.summary["waterfall"]["productive_s"] == 4 * 3600
    assert found.summary["makespan_s"] == 3600


def test_failures_after_the_last_job_leave_no_trace() -> None:
    """A slice may overshoot the end of the run; what it counted beyond is taken back, whatever failed there."""
    more = "failures: {per_1000_node_days: 900, repair_min: 10m, repair_max: 40m}"
    plan = plan_of(one(nodes=40, more=more), jobs_of(job(0, 5 * 86_400 + 1234), job(0, 10)))
    result, found, rows = played(plan)
    assert result.horizon_s == found.times.end_s.max()
    assert rows["at"].max() <= result.horizon_s
    assert found.summary["waterfall"]["failed_s"] > 0


def test_failures_go_on_as_long_as_jobs_do() -> None:
    more = "failures: {per_1000_node_days: 60, repair_min: 10m, repair_max: 40m}"
    jobs = jobs_of(*(job(0, 60 * 86_400) for _ in range(3)))
    result, _, rows = played(plan_of(one(nodes=1, devices=1, more=more), jobs))
    assert result.horizon_s > 180 * 86_400
    failures = rows["at"][(rows["kind"] == Kind.NODE) & (rows["cause"] == 5)]
    assert failures.max() > 90 * 86_400, "beyond the first outlook of 30 days"


def test_a_run_ends_where_nothing_can_happen_any_more() -> None:
    more = "events: [{at: 2h, mode: down}]"
    result, found, _ = played(plan_of(one(more=more), jobs_of(job(0, 4000), job(0, 86_400))))
    assert result.horizon_s == 7200
    assert (found.summary["jobs_completed"], found.summary["jobs_waiting"], found.summary["evictions"]) == (1, 1, 1)


def test_slices_change_nothing() -> None:
    text = one(
        nodes=30, devices=8, more="failures: {per_1000_node_days: 90}", demand="checkpoint: 30m, start_up: 2m", programme="horizon: 9d"
    )
    digests = []
    for observer in (None, lambda snapshot: None):
        columns = EventColumns()
        columns.add(played(plan_of(text, kernel_mix(4000, 1, 0.9, 240)), observer)[2])
        digests.append(columns.digest())
    assert digests[0] == digests[1]


def test_the_hash_does_not_know_chunks_and_knows_every_cell() -> None:
    rows = played(plan_of(one(), jobs_of(job(100, 1000), job(200, 5000, 4))))[2]
    whole, parts, other = EventColumns(), EventColumns(), EventColumns()
    whole.add(rows)
    for chunk in np.split(rows, [1, 1, 4]):
        parts.add(chunk)
    rows["value"][-1] += 1
    other.add(rows)
    assert whole.digest() == parts.digest() != other.digest()


def test_start_up_and_checkpoints_are_overhead() -> None:
    text = one(nodes=1, devices=1, demand="start_up: 100s, checkpoint: 1000s, checkpoint_write: 50s")
    assert waterfall(text, job(0, 3500)) == {
        **dict.fromkeys(("contracted_s", "installed_s", "powered_s", "available_s", "busy_s"), 100 + 3500 + 150),
        "productive_s": 3500,
        "overhead_s": 250,
    }


def test_an_eviction_costs_the_work_since_the_last_checkpoint() -> None:
    text = one(nodes=1, devices=1, more="events: [{at: 2500s, for: 500s, mode: down}]", demand="checkpoint: 1000s")
    result, found, _ = played(plan_of(text, jobs_of(job(0, 4000))))
    assert result.horizon_s == 3000 + 2000
    row = found.summary["waterfall"]
    assert (row["failed_s"], row["rework_s"], row["productive_s"]) == (500, 500, 4000)
    assert (found.summary["evictions"], found.summary["lost_work_s"]) == (1, 500)


def test_a_drained_node_finishes_what_it_has() -> None:
    text = one(nodes=1, devices=2, more="events: [{at: 1000s, for: 5000s, mode: maintenance, evict: false}]")
    assert waterfall(text, job(0, 3000), job(1500, 10)) == {
        "contracted_s": 2 * 6010,
        "installed_s": 2 * 6010,
        "powered_s": 2 * 6010,
        "available_s": 2 * 6010 - 2000 - 6000,
        "busy_s": 3010,
        "productive_s": 3010,
        "maintenance_s": 2000 + 6000,
        "no_demand_s": 1000 + 10,
    }


def test_a_job_that_fails_loses_what_it_did() -> None:
    row = waterfall(one(nodes=1, devices=1), job(0, 3000, outcome=1), job(0, 1000, outcome=2))
    assert (row["job_error_s"], row["productive_s"]) == (3000, 1000)


def test_time_limits_hold_where_they_are_enforced() -> None:
    jobs = jobs_of(job(0, 3000, request_s=2000))
    _, kept, _ = played(plan_of(one(demand="time_limit: enforce"), jobs))
    assert (kept.summary["makespan_s"], kept.summary["jobs_failed"], kept.times.outcome[0]) == (2000, 1, Outcome.TIME_LIMIT)
    assert played(plan_of(one(), jobs))[1].summary["makespan_s"] == 3000


def test_a_stopped_project_starts_nothing_more() -> None:
    text = """
programme: {horizon: 4h, organisations: [{name: o, projects: [{name: a, stop_at: 1h}, {name: b}]}]}
sites: [{name: s, operator: x, pools: [{name: p, model: nvidia-h100, nodes: 1}]}]
"""
    jobs = jobs_of(*(job(0, 2400, 8, project=0) for _ in range(3)), job(0, 600, 8, project=1), projects=("a", "b"))
    _, found, rows = played(plan_of(text, jobs))
    assert found.times.first_start_s.tolist() == [0, 2400, -1, 4800]
    assert rows[rows["kind"] == Kind.STOP][["at", "value"]].tolist() == [(3600, 1)]


DEDICATED = """
programme:
  horizon: 4h
  organisations: [{name: o, projects: [{name: holder}, {name: other}]}]
  allocations: [{project: holder, pool: s/p, nodes: 1, from: 1h, to: 2h, lend: LEND, notice: 60s}]
sites: [{name: s, operator: x, pools: [{name: p, model: nvidia-h100, nodes: 1}]}]
demand: {checkpoint: 600s}
policy: {qos: [{name: low, preemptible: true}]}
"""


@pytest.mark.parametrize(("lend", "used", "lent", "idle"), [("true", 1000, 8 * 2600, 22_400 - 16_000), ("false", 1000, 0, 27_800)])
def test_dedicated_nodes_have_terms(lend: str, used: int, lent: int, idle: int) -> None:
    names = {"projects": ("holder", "other"), "qos_names": ("normal", "low")}
    jobs = jobs_of(job(3600 + 900, 1000, 1, project=0), job(3600 + 1000, 1000, 8, project=1, qos=1), **names)
    _, found, rows = played(plan_of(DEDICATED.replace("LEND", lend), jobs))
    held = found.summary["dedicated"]
    assert sum(held.values()) == 8 * 3600
    assert held["held_used_s"] == used
    dedications = rows[rows["kind"] == Kind.DEDICATED]
    assert dedications["at"].tolist() == [0, 3600, 7200]
    assert (dedications["job"] >= 0).tolist() == [False, True, False]
    waiting = found.times.first_start_s[1]
    assert waiting == (3600 + 900 + 1000 if lend == "true" else 7200)
    detail = found.summary["waterfall_detail"]
    assert detail["project"]["holder"]["dedicated_idle_s"] == held["held_idle_s"]
    assert detail["pool"]["s/p"]["dedicated_idle_s"] == held["held_idle_s"]


MIXED = """
programme:
  horizon: 3h
  organisations:
    - name: o
      projects: [{name: holder, qos: urgent}, {name: other, quota: {nominal: 6, borrow: 2}}, {name: third, qos: low, credits: 30}]
  allocations: [{project: holder, pool: s/p, nodes: 1, from: 20m, to: 2h, notice: 60s}]
sites:
  - name: s
    operator: x
    pools:
      - {name: p, model: h100, nodes: 4, accelerators_per_node: 4, start_delay: 30s, delivered: [{at: 0d, nodes: 3}, {at: 1h, nodes: 1}]}
      - {name: q, model: nvidia-a100, nodes: 3, accelerators_per_node: 2, own_use_nodes: 1}
    failures: {per_1000_node_days: 3000, repair_min: 5m, repair_max: 20m}
    events: [{at: 40m, for: 30m, mode: unfunded, share: 50%, evict: false}, {at: 1h, for: 10m, mode: maintenance, pool: q}]
catalog: {assume: [{what: speed, model: nvidia-a100, workload: "*", value: 0.5, range: [0.4, 0.6], who: test, why: test}]}
demand: {start_up: 40s, checkpoint: 10m, checkpoint_write: 20s}
policy:
  order: ORDER
  qos: [{name: urgent, rank: 2, preempts: true, notice: 60s}, {name: normal, rank: 1}, {name: low, preemptible: true}]
"""


@pytest.mark.parametrize("order", ["fcfs", "sjf", "multifactor"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_run_is_what_a_slow_recount_of_its_rows_says(order: str, seed: int) -> None:
    drawn = kernel_mix(160, seed, 1.4, 20, projects=3)
    rows = zip(drawn.submit_s.tolist(), drawn.run_s.tolist(), drawn.devices.tolist(), drawn.project.tolist(), strict=True)
    jobs = jobs_of(
        *(
            job(submit % 9000, min(run, 4000), min(devices, 12), project=who, outcome=n % 3)
            for n, (submit, run, devices, who) in enumerate(rows)
        ),
        projects=("holder", "other", "third"),
    )
    plan = plan_of(MIXED.replace("ORDER", order), jobs, seed=seed)
    result, found, events = played(plan)
    slow = recounted(plan, events, result.horizon_s)
    detail = found.summary["waterfall_detail"]["pool"]
    for index, pool in enumerate(plan.floor.pools):
        for name, seconds in slow[index].items():
            assert detail[pool.path][f"{name}_s"] == seconds, (pool.path, name)
    assert sum(found.summary["dedicated"].values()) <= 4 * 6000
