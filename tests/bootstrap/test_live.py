"""What is told of now: a follower of the log says why a job waits, where devices are, and what was used."""

from __future__ import annotations

from pathlib import Path

import pytest

from dure.adapters.store.engine import connect
from dure.bootstrap.live import Live
from dure.model.reasons import Code
from dure.model.work import JobState
from tests.bootstrap.test_serve import Programme

MILLI = 1_000
SERVERS, DEVICES = 2, 2
"""Of each pool of the built-in scenario."""


@pytest.fixture
def programme(tmp_path: Path) -> Programme:
    made = Programme(tmp_path / "data")
    made.ask("project", project=1, name="univ-vision", share=1)
    made.ask("credit", project=1, micro=5_000_000)
    return made


@pytest.fixture
def live(programme: Programme) -> Live:
    return Live(connect(programme.served.address), programme.served.grounds())


def test_why_a_job_waits(programme: Programme, live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dure.bootstrap.live.STALE_S", 0)
    programme.ask("project", project=2, name="firm", share=1)
    id = programme.submit(project=2)
    assert [one.code for one in live.why(id)] == [Code.NOT_READY]
    programme.until(lambda: bool(programme.current.tasks(id)))
    found = live.why(id)
    assert found[0].code == Code.OVER_CREDITS
    assert dict(found[0].params)["project"] == 2
    programme.ask("credit", project=2, micro=1_000_000)
    programme.ended(id)
    assert live.why(id) == ()


def test_a_ceiling_on_a_model_is_set_and_lifted_while_it_runs(programme: Programme, live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dure.bootstrap.live.STALE_S", 0)
    models = programme.served.grounds().floor.models
    for model in models:
        programme.ask("quota", project=1, model=model, most=1)
    first, second = programme.submit(run="sleep 60"), programme.submit(run="true", accelerators=2)
    programme.until(lambda: bool(programme.current.tasks(first)) and programme.current.tasks(first)[0].state == JobState.ACTIVE)
    programme.until(lambda: bool(programme.current.tasks(second)))
    (found,) = live.why(second)
    said = dict(found.params)
    assert found.code == Code.OVER_MODEL_QUOTA
    assert said["model"] in models
    assert (said["project"], said["most"], said["needs"]) == (1, 1, 2)
    programme.ask("quota", project=1, model=models[-1], most=2 if len(models) > 1 else None)
    programme.ended(second)
    pool = programme.current.tasks(second)[0].pool
    assert next(one.model for one in programme.served.grounds().floor.pools if one.path == pool) == models[-1]
    programme.ask("cancel", job=first)
    programme.ended(first)


def test_an_act_that_names_a_model_of_no_pool_is_passed_over(programme: Programme) -> None:
    programme.ask("quota", project=1, model="none-such", most=0)
    assert programme.ended(programme.submit()).state == JobState.COMPLETED


def test_every_device_is_somewhere(programme: Programme, live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dure.bootstrap.live.STALE_S", 0)
    programme.ask("project", project=2, name="lab", share=1)
    programme.ask("dedicate", grant="g1", project=2, pool="north/a", nodes=1, notice_s=5, lent=False)
    id = programme.submit(run="sleep 60")
    programme.until(lambda: bool(programme.current.tasks(id)) and programme.current.tasks(id)[0].state == JobState.ACTIVE)
    _, pools = live.now()
    assert [sum(pool.milli.values()) for pool in pools] == [SERVERS * DEVICES * MILLI] * 2
    assert sum(pool.milli["busy"] for pool in pools) == MILLI
    assert pools[0].milli["dedicated_idle"] == DEVICES * MILLI
    assert pools[0].milli["not_delivered"] == 0
    programme.ask("cancel", job=id)
    programme.ended(id)
    programme.ask("release", grant="g1")
    programme.until(lambda: live.now()[1][0].milli["no_demand"] == SERVERS * DEVICES * MILLI)


def test_what_was_used(programme: Programme, live: Live) -> None:
    job = programme.ended(programme.submit(run="sleep 2", accelerators=2))
    assert job.started_at is not None
    assert job.ended_at is not None
    (run,) = programme.current.attempts(job.id)
    (used,) = live.used()
    assert (used.project, used.jobs) == (1, 1)
    assert used.busy_milli_s == 2 * MILLI * (job.ended_at - job.started_at)
    weight = next(pool.weight_ppm for pool in programme.served.grounds().floor.pools if pool.path == job.pool)
    assert used.credits_micro == 2 * weight * (job.ended_at - run.placed_at) // 3_600
    spent = 5_000_000 * 3_600 - int(programme.driver.broker.state.project["credits"][1])
    assert used.credits_micro == spent // 3_600
    assert live.used(7) == []


def test_whether_somebody_leads(programme: Programme, live: Live) -> None:
    waiting, oldest = live.behind()
    assert waiting == 2
    assert oldest == programme.inbox.read(0)[0].at
    programme.driver.turn()
    assert live.behind() == (0, None)
