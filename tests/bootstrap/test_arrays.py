"""A large array on the real broker and the real store: a row with a count, others' jobs between its slices, and an end in a few turns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dure.adapters.engines.simulated import SimulatedSite
from dure.adapters.store.current import Current, JobRow
from dure.adapters.store.replay import compared
from dure.adapters.store.sql import Act, Inbox
from dure.bootstrap.drive import Driver
from dure.bootstrap.front import _open
from dure.bootstrap.serve import take_lead
from dure.model.work import JobState
from dure.operate.arrays import SLICE
from tests.simulation.dice import Dice
from tests.simulation.disk import Disk
from tests.simulation.world import DrawnJobs, grounds

pytestmark = pytest.mark.system
TASKS = 200_000
BEGIN_S = 1_000_000
FEW = 4
"""Turns in which something has to have happened."""


class Programme:
    """A broker on virtual time, with one site of both."""

    def __init__(self, folder: Path) -> None:
        self.disk, self.folder, self.now = Disk(), folder, BEGIN_S
        self.inbox, self.current = Inbox(self.disk.engine), Current(self.disk.engine)
        truth = DrawnJobs(Dice(1))
        self.sites = {name: SimulatedSite(truth, [], delay_s={}, start_up_s=0, enforce=False, proof_s=0) for name in ("north", "south")}
        self.driver = self.lead()
        for project in (1, 2):
            self.ask("project", project=project, name=f"p{project}", share=1)
            self.ask("credit", project=project, micro=50_000_000_000)

    def lead(self) -> Driver:
        self.driver = take_lead(self.disk.engine, grounds(0, recalls=False), self.folder, self.sites, "a test", lambda: self.now)
        self.driver.begin()
        return self.driver

    def ask(self, act: str, **body: object) -> int:
        number = self.disk.one("SELECT inbox FROM head")
        self.inbox.put([Act(f"{act}-{number}", act, "p1", self.now, body)])
        return int(number)

    def submit(self, project: int, **spec: object) -> int:
        body = {"name": "x", "time": "100s", "run": "true", "accelerators": 1, **spec}
        return self.ask("submit", spec=body, project=project, person=project, files=[])

    def turns(self, count: int = FEW) -> None:
        for _ in range(count):
            self.now += 1
            self.driver.turn()

    def row(self, id: int, task: int | None = None) -> JobRow:
        found = self.current.job(id, task)
        assert found is not None
        return found

    def count(self, table: str, where: str = "1 = 1") -> int:
        return int(self.disk.one(f"SELECT count(*) FROM {table} WHERE {where}"))


@pytest.fixture
def programme(tmp_path: Path) -> Iterator[Programme]:
    return Programme(tmp_path)


def test_a_large_array_is_a_number_and_others_go_on_between_its_slices(programme: Programme) -> None:
    p = programme
    p.ask("quota", project=1, milli=16_000)  # a device is free for others
    big = p.submit(1, array=f"1-{TASKS}")
    p.turns()
    assert p.count("job_array") == 1
    assert p.count("work", "state = 1") <= SLICE + 36, "more than a slice waits"
    whole = p.row(big)
    assert whole.tasks == TASKS
    assert sum(whole.counts.values()) == TASKS
    assert whole.counts["NEW"] >= TASKS - 2 * SLICE
    assert _open(p.disk.engine).counts[1, 1] == sum(n for name, n in whole.counts.items() if not JobState[name].final)
    other = p.submit(2)
    p.turns()
    assert p.row(other).state >= JobState.ACTIVE, "somebody else waits for an array"
    assert [one.id for one in p.current.jobs(limit=10)] == [other, big]
    assert [one.id for one in p.current.jobs(projects=[1], states=[JobState.NEW], limit=10)] == [big]
    assert p.row(big, TASKS).state == JobState.NEW
    p.ask("cancel", job=big, task=TASKS)
    p.turns()
    assert p.row(big, TASKS).state == JobState.CANCELED
    assert p.row(big).counts["CANCELED"] == 1
    p.lead()
    p.turns()
    events = p.count("event")
    p.ask("cancel", job=big)
    p.turns(2)
    assert p.row(big).counts.get("NEW") is None, "what is not made is not dropped at once"
    p.now += 200  # what runs has its notice
    p.turns()
    assert p.row(big).state.final
    assert p.row(big, TASKS - 1).state == JobState.CANCELED
    assert p.count("event") - events <= 2 * SLICE
    assert p.count("work") <= 2 * SLICE
    assert p.count("work", "state < 3") == 0
    assert _open(p.disk.engine).counts == {}
    assert compared(p.disk.engine).differ == ()


def test_an_array_that_is_paused_makes_nothing_and_goes_on_where_it_was(programme: Programme) -> None:
    p = programme
    big = p.submit(1, array=f"0-{4 * SLICE - 1}", accelerators=16, qos="low")
    p.turns()
    p.ask("pause", job=big)
    p.turns()
    made = p.count("work")
    p.turns(20)
    assert p.count("work") == made
    assert p.count("work", "state = 1 AND held <= 0") == 0
    p.ask("resume", job=big)
    p.turns()
    assert p.count("work", "state = 1 AND held <> 0") == 0
    tasks = [task for (task,) in p.disk.all("SELECT task FROM work ORDER BY job")]
    assert tasks == list(range(len(tasks))), "tasks are made in their order, each once"
