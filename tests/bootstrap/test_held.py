"""What became of dedicated servers, from a broker's log with real processes: used by the holder, idle, unknown before it began."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from dure.adapters.store.engine import connect
from dure.bootstrap.held import held_windows
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
    (window, before) = held_windows(engine, [(since, until), (now - 10_000, now - 9_000)])[7]
    assert (window.used, window.lent) == (1_000 * (until - since), 0)
    assert window.used is not None
    assert window.idle is not None
    assert window.used + window.idle == SERVER * (until - since)
    assert window.share_ppm() == 500_000
    assert (before.used, before.lent, before.idle) == (None, None, None)
    assert held_windows(engine, []) == {}
    engine.dispose()
