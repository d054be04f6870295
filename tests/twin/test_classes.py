from __future__ import annotations

from typing import Any

import pytest

from dure.twin.build import Plan
from tests.twin.scenes import jobs_of, plan_of

FLEET = """
catalog:
  accelerators:
    - {id: bare, vendor: v, model: nobody knows it, kind: gpu, origin: other, training: yes, source: test}
sites:
  - name: s
    operator: x
    pools:
      - {name: h100, model: nvidia-h100, nodes: 4}
      - {name: h200, model: nvidia-h200, nodes: 2, domain_nodes: 1}
      - {name: rngd, model: furiosa-rngd, nodes: 2}
      - {name: bare, model: bare, nodes: 1, accelerators_per_node: 8}
"""


def speeds(plan: Plan, job: int = 0) -> list[int]:
    return list(plan.spec.classes[int(plan.columns["klass"][job])].speeds)


def one(constraint: str = "", workload: str = "", **cells: Any) -> Plan:
    row = {"submit_s": 0, "run_s": 100, "devices": 1, "workload": int(workload != ""), "constraint": int(constraint != ""), **cells}
    return plan_of(FLEET, jobs_of(row, workloads=("", workload), constraints=("", constraint)))


@pytest.mark.parametrize(
    ("constraint", "allowed"),
    [
        ("", [1, 1, 1, 1]),
        ("any", [1, 1, 1, 1]),
        ("h100", [1, 0, 0, 0]),
        ("h100|rngd", [1, 0, 1, 0]),
        ("nvidia", [1, 1, 0, 0]),
        ("domestic", [0, 0, 1, 0]),
        ("100GB..", [0, 1, 0, 0]),  # nobody states the memory of `bare`: unknown is not enough
        ("nvidia:..80GB", [1, 0, 0, 0]),
    ],
)
def test_constraints_choose_pools(constraint: str, allowed: list[int]) -> None:
    assert [int(speed > 0) for speed in speeds(one(constraint))] == allowed


def test_memory_of_a_job_is_a_floor() -> None:
    assert [int(speed > 0) for speed in speeds(one(memory_gb=81))] == [0, 1, 0, 0]
    assert any("memory of bare" in note for note in one(memory_gb=81).notes)


def test_training_is_refused_on_inference_only_devices() -> None:
    assert speeds(one(training=1))[2] == 0
    assert speeds(one(training=0))[2] > 0


def test_an_unknown_speed_makes_a_pool_ineligible_and_is_said_once() -> None:
    plan = one(workload="llm-finetune")
    assert speeds(plan)[0] == 10**6
    assert speeds(plan)[3] == 0
    assert [note for note in plan.notes if "bare" in note and "llm-finetune" in note] == [
        "no speed of llm-finetune on bare is known: its jobs are not placed there"
    ]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"devices": 33}, "asks for 33 accelerators: the largest pool that could run it has 32"),
        ({"devices": 16, "domain": 2, "constraint": "h200"}, "asks for 16 accelerators in one fabric domain: no domain is that large"),
        ({"constraint": "mi300x"}, "a job that names no workload insists on mi300x: no pool has that"),
        ({"memory_gb": 500}, "a job that names no workload asks for 500 GB: no pool has that"),
        ({"training": 1, "constraint": "rngd"}, "a job that names no workload trains, and every pool where it may run is inference-only"),
        (
            {"workload": "speech-train", "constraint": "bare"},
            "no speed of speech-train is known on any pool where it may run: state or assume one",
        ),
        ({"constraint": "h1000"}, "no accelerator 'h1000' in the catalogue"),
        ({"constraint": "nvidia||"}, "an empty alternative in 'nvidia||'"),
        ({"workload": "poetry"}, "no workload class 'poetry' in the catalogue"),
    ],
)
def test_a_job_that_no_pool_could_run_is_rejected_with_the_reason(cells: dict[str, Any], reason: str) -> None:
    plan = one(**cells)
    assert len(plan.jobs) == 0
    assert len(plan.refused) == 1
    assert [refusal.reason.startswith(reason) for refusal in plan.refusals] == [True], plan.refusals


def test_jobs_alike_to_the_policy_are_one_class() -> None:
    row = {"submit_s": 0, "run_s": 100, "devices": 2}
    jobs = jobs_of(
        {**row, "constraint": 1}, {**row, "constraint": 2, "domain": 1}, {**row, "devices": 16}, constraints=("", "nvidia", "h100|h200")
    )
    plan = plan_of(FLEET, jobs)
    assert plan.columns["klass"][0] == plan.columns["klass"][1]
    assert len(plan.spec.classes) == 2


DEDICATED = """
programme:
  horizon: 1d
  organisations: [{name: o, projects: [{name: holder}, {name: other}]}]
  allocations: [{project: holder, pool: s/h100, nodes: 4, lend: %s}]
sites: [{name: s, operator: x, pools: [{name: h100, model: nvidia-h100, nodes: 4}]}]
policy: {qos: [{name: low, preemptible: true}]}
"""


def test_what_is_dedicated_runs_its_holder_and_lent_borrowers_alone() -> None:
    row = {"submit_s": 0, "run_s": 100, "devices": 8}
    jobs = jobs_of(
        {**row, "project": 0},
        {**row, "project": 1},
        {**row, "project": 1, "qos": 1},
        projects=("holder", "other"),
        qos_names=("normal", "low"),
    )
    lent = plan_of(DEDICATED % "true", jobs)
    assert (len(lent.jobs), len(lent.refused)) == (2, 1)
    assert lent.refusals[0].reason == "every pool that could run it is dedicated to another project"
    kept = plan_of(DEDICATED % "false", jobs)
    assert (len(kept.jobs), len(kept.refused)) == (1, 2)
