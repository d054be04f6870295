"""What became of dedicated servers, from a broker's log with real processes: used by the holder, idle, unknown before it began."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from dure.adapters.store.engine import connect
from dure.bootstrap.held import Held
from dure.bootstrap.live import Live
from dure.model.events import Outcome
from dure.model.work import JobState
from tests.bootstrap.test_serve import Programme

pytestmark = pytest.mark.system
SERVER = 2_000
"""Milli-accelerators of a server of the built-in scenario."""


@pytest.fixture
def programme(tmp_path: Path) -> Programme:
    made = Programme(tmp_path / "data")
    made.ask("project", project=1, name="univ-vision", share=1)
    made.ask("dedicate", grant=7, project=1, pool="north/a", nodes=1, notice_s=5, lent=True)
    return made


def test_used_lent_and_idle_add_up_to_what_was_held(programme: Programme) -> None:
    id = programme.submit(run="sleep 3", accelerators=1)
    programme.until(lambda: bool(programme.current.tasks(id)) and programme.current.tasks(id)[0].state == JobState.ACTIVE)
    job = programme.ended(id)
    assert job.started_at is not None
    assert job.ended_at is not None
    since, until = job.started_at, job.ended_at
    assert until - since >= 2
    engine = connect(programme.served.address)
    now = int(time.time())
    (window, before) = Held(engine).windows([(since, until), (now - 10_000, now - 9_000)])[7]
    assert (window.used, window.lent) == (1_000 * (until - since), 0)
    assert window.used is not None
    assert window.idle is not None
    assert window.used + window.idle == SERVER * (until - since)
    assert window.share_ppm() == 500_000
    assert (before.used, before.lent, before.idle) == (None, None, None)
    assert Held(engine).windows([]) == {}
    engine.dispose()


def test_a_lent_server_comes_back_within_its_notice_and_is_not_charged(programme: Programme) -> None:
    """The holder's server runs others' jobs; the holder asks, and has it after the notice; the ledger knows whose hours were whose."""
    notice_s = 5
    programme.ask("project", project=2, name="guests", share=1)
    programme.ask("credit", project=2, micro=50_000_000)
    h100 = {"count": 1, "any_of": ["nvidia-h100"]}
    guests = [
        programme.submit(project=2, run="trap '' TERM; sleep 120", accelerators=h100, time="10m", qos="low", checkpoint="1m")
        for _ in range(4)
    ]

    def where(state: JobState) -> int:
        return sum(row.state == state for id in guests for row in programme.current.tasks(id))

    programme.until(lambda: where(JobState.ACTIVE) == 4)  # two on the common server, two on the lent one
    time.sleep(2)
    held = Held(connect(programme.served.address))
    before = held.promise(7)
    assert before is not None
    assert (before.notice_s, before.turn_round_s, before.within_s) == (notice_s, None, None)
    asked_at = int(time.time())
    mine = programme.submit(run="sleep 2", accelerators={"count": 2, "any_of": ["nvidia-h100"]}, time="1m")
    job = programme.ended(mine)
    (run,) = programme.current.attempts(mine)
    assert job.state == JobState.COMPLETED
    assert run.started_at is not None
    assert run.ended_at is not None
    gone = [one for id in guests for one in programme.current.attempts(id) if one.outcome == Outcome.PREEMPTED]
    assert len(gone) == 2
    slack_s = 4  # of this machine, which does other things meanwhile; the promise holds what the site measures
    assert all(one.ended_at is not None and one.ended_at <= asked_at + notice_s + slack_s for one in gone)
    assert run.started_at <= asked_at + notice_s + 2 * slack_s
    now = int(time.time())
    window = held.whole(7, now)
    assert window is not None
    assert window.used == 2_000 * (run.ended_at - run.started_at)
    assert window.lent is not None
    assert window.idle is not None
    lent = sum(one.milli * ((one.ended_at or now) - one.started_at) for one in gone if one.started_at is not None)
    assert abs(window.lent - lent) <= 2_000 * slack_s
    assert window.used + window.lent + window.idle <= SERVER * (window.to_at - window.from_at)
    promise = held.promise(7)
    assert promise is not None
    assert promise.turn_round_s is not None
    assert promise.within_s == notice_s + promise.turn_round_s
    spent = {one.project: one.credits_micro for one in Live(connect(programme.served.address), programme.served.grounds()).used()}
    assert spent[1] == 0  # the holder pays neither for what was lent nor for its own servers
    assert spent[2] > 0
    for id in guests:
        programme.ask("cancel", job=id)
    programme.until(lambda: all(row.state.final for id in guests for row in programme.current.tasks(id)))
