"""Terms that begin or end inside a run: the servers come back to the common pool, and a gang that needs all of it runs."""

from __future__ import annotations

import numpy as np
import pytest

from dure.model.events import Kind, Outcome
from dure.model.fleet import Mode
from tests.twin.recount import recounted
from tests.twin.scenes import jobs_of, plan_of, played

DAY = 86_400

CUT = """
programme:
  horizon: 7d
  organisations: [{name: o, projects: [{name: a}, {name: b}]}]
  allocations: [{project: a, pool: s/h100, nodes: 4, TERM}]
sites: [{name: s, operator: x, pools: [{name: h100, model: h100, nodes: 16}]}]
"""


def gang(submit_s: int, run_s: int = 3600, devices: int = 128, project: int = 1) -> dict[str, int]:
    return {"submit_s": submit_s, "run_s": run_s, "devices": devices, "project": project}


def scene(term: str, *rows: dict[str, int], **names: object):  # type: ignore[no-untyped-def]
    return plan_of(CUT.replace("TERM", term), jobs_of(*rows, projects=("a", "b"), **names))


@pytest.mark.parametrize(
    ("term", "starts"),
    [
        ("to: 2d", [2 * DAY, 3 * DAY, 370_000]),  # the first waits for the end of the term
        ("from: 5d", [DAY, 3 * DAY, 370_000]),
        ("from: 2d, to: 4d", [DAY, 4 * DAY, 370_000]),
    ],
)
def test_a_gang_of_the_whole_pool_runs_outside_the_term(term: str, starts: list[int]) -> None:
    plan = scene(term, gang(DAY), gang(3 * DAY), gang(370_000, project=0))
    assert not plan.refusals
    _, found, _ = played(plan)
    assert found.times.first_start_s.tolist() == starts


def test_a_gang_that_no_second_of_the_run_has_room_for_is_rejected() -> None:
    plan = scene("to: 60d", gang(DAY))
    assert [one.reason for one in plan.refusals] == [
        "asks for 128 accelerators: the largest pool that could run it has 96 beside what others hold all the time"
    ]


def test_where_a_term_begins_others_get_its_notice_and_the_holder_goes_on() -> None:
    plan = scene("from: 1d, to: 2d, notice: 600s", gang(0, 3 * DAY, 96, 1), gang(10, 3 * DAY, 32, 0), gang(DAY, 1000, 32, 1))
    _, found, rows = played(plan)
    assert (rows["kind"] == Kind.PREEMPTED).sum() == 0, "what others run stands on other servers, and the holder's own is the holder's"
    plan = scene("from: 1d, to: 2d, notice: 600s", gang(0, 2 * DAY, 128, 1), gang(DAY + 601, 1000, 32, 0), gang(DAY + 700, 1000, 96, 1))
    _, found, rows = played(plan)
    assert rows[rows["kind"] == Kind.PREEMPTED][["at", "value"]].tolist() == [(DAY, DAY + 600)]
    assert found.times.first_start_s.tolist()[1:] == [DAY + 601, DAY + 700]
    ended = rows[(rows["kind"] == Kind.ENDED) & (rows["job"] == 0)]
    assert ended["cause"].tolist() == [Outcome.PREEMPTED, Outcome.COMPLETED]


def test_after_the_term_a_server_comes_back_when_it_is_empty() -> None:
    """The holder's job on one server of four goes on; the other three are everybody's at once."""
    plan = scene("to: 1d", gang(0, DAY + 500, 4, 0), gang(10, DAY + 7200, 8 * 12, 1), gang(DAY, 60, 24, 1), gang(DAY + 10, 60, 32, 1))
    result, found, rows = played(plan)
    assert found.times.first_start_s.tolist() == [0, 10, DAY, DAY + 501]
    detail = found.summary["waterfall_detail"]["pool"]["s/h100"]
    assert detail["maintenance_s"] == 4 * 500 + 8, "what is free of a server that is being emptied"
    assert detail["not_delivered_s"] == 0
    assert result.away.sum() == result.horizon_s * 4 * 8 * 1000
    nodes = rows[rows["kind"] == Kind.NODE]
    assert nodes["at"].tolist() == sorted(nodes["at"].tolist())


@pytest.mark.parametrize("term", ["from: 5010s, to: 5020s", "to: 5010s", "to: 2h", "from: 1h, to: 3h", "to: 60s"])
def test_a_run_without_a_horizon_is_over_with_its_last_job_though_a_term_goes_on(term: str) -> None:
    text = CUT.replace("TERM", term).replace("  horizon: 7d\n", "")
    plan = plan_of(text, jobs_of(gang(100, 4900, 96), gang(200, 60, 32, 0), projects=("a", "b")))
    result, found, _ = played(plan)
    assert result.horizon_s == 5000
    assert found.summary["waterfall"]["contracted_s"] == 5000 * 128
    assert found.summary["waterfall"]["not_delivered_s"] == 0


def test_a_failure_follows_the_server() -> None:
    """The servers of the term fail an hour before its end and are repaired an hour after it, and later fail in the common pool."""
    text = CUT.replace("TERM", "to: 1d").replace(
        "nodes: 16}]", "nodes: 16}], events: [{at: 23h, for: 2h, mode: down}, {at: 3d, for: 1h, mode: unfunded, pool: h100, nodes: 14}]"
    )
    plan = plan_of(text, jobs_of(gang(DAY), gang(3 * DAY), projects=("a", "b")))
    _, found, _ = played(plan)
    assert found.times.first_start_s.tolist() == [DAY + 3600, 3 * DAY + 3600]
    detail = found.summary["waterfall_detail"]["pool"]["s/h100"]
    assert (detail["failed_s"], detail["unfunded_s"], detail["not_delivered_s"]) == (128 * 7200, 14 * 8 * 3600, 0)


@pytest.mark.parametrize("seed", range(4))
def test_a_run_with_terms_is_what_a_slow_recount_says(seed: int) -> None:
    text = """
programme:
  horizon: 3h
  organisations: [{name: o, projects: [{name: a}, {name: b}]}]
  allocations:
    - {project: a, pool: s/p, nodes: 2, to: 40m}
    - {project: b, pool: s/p, nodes: 1, from: 30m, to: 80m, lend: false, notice: 90s}
    - {project: a, pool: s/p, nodes: 3, from: 90m}
sites:
  - name: s
    operator: x
    pools:
      - {name: p, model: h100, nodes: 5, accelerators_per_node: 4, start_delay: 20s, delivered: [{at: 0d, nodes: 4}, {at: 1h, nodes: 1}]}
    failures: {per_1000_node_days: 9000, repair_min: 5m, repair_max: 20m}
    events: [{at: 35m, for: 20m, mode: unfunded, share: 60%, evict: false}, {at: 2h, for: 10m, mode: maintenance}]
"""
    chance = np.random.default_rng(seed)
    drawn = (np.sort(chance.integers(0, 9000, 60)), chance.integers(60, 4000, 60), chance.choice([1, 2, 4, 8, 16, 20], 60))
    rows = [gang(*row) for row in zip(*(one.tolist() for one in (*drawn, chance.integers(0, 2, 60))), strict=True)]
    plan = plan_of(text, jobs_of(*rows, projects=("a", "b")), seed=seed)
    result, found, events = played(plan)
    slow = recounted(plan, events, result.horizon_s)
    detail = found.summary["waterfall_detail"]["pool"]["s/p"]
    away = int(result.away.sum()) // 1000
    assert away > 0
    for name, seconds in slow[0].items():
        assert detail[f"{name}_s"] == seconds, name
    assert detail["contracted_s"] == 5 * 4 * result.horizon_s
    assert (events["cause"][events["kind"] == Kind.NODE] == Mode.NOT_DELIVERED).any()
