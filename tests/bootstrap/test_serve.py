"""A served programme end to end, in this process: acts in the inbox, real programs on two sites, rows that say how they stand."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from dure.adapters.store.current import Current, JobRow
from dure.adapters.store.engine import connect
from dure.adapters.store.registry import Registry
from dure.adapters.store.rules import rule_sets, rules_of
from dure.adapters.store.sql import Act, Inbox
from dure.adapters.store.upkeep import words
from dure.bootstrap.drive import Driver
from dure.bootstrap.live import Live
from dure.bootstrap.serve import BUILT_IN, Served, driver_of, sites
from dure.model.errors import StoreError
from dure.model.fleet import Mode
from dure.model.work import JobState
from dure.operate.ports import Upkeep

SPEC = {"name": "hello", "time": "10m", "run": 'echo "hello $DURE_NAME $DURE_TASK"'}
PATIENCE_S = 120


class Programme:
    """A served folder with its driver, an inbox, and readers."""

    def __init__(self, folder: Path, address: str = "", scenario: Path = BUILT_IN) -> None:
        self.served = Served(scenario, folder, address)
        self.driver: Driver = driver_of(self.served)
        self.driver.begin()
        engine = connect(self.served.address)
        self.inbox, self.current = Inbox(engine), Current(engine)
        self._acts = 0

    def ask(self, act: str, **body: object) -> int:
        self._acts += 1
        return self.inbox.put([Act(f"{act}-{self._acts}-{id(self)}", act, "p1", int(time.time()), body)])[0].number

    def submit(self, project: int = 1, **spec: object) -> int:
        return self.ask("submit", spec=SPEC | spec, project=project, person=1, files=[])

    def ask_after(self, job: int, condition: str) -> int:
        return self.ask("submit", spec=SPEC, project=1, person=1, files=[], after=[[job, None, condition]])

    def until(self, condition: Callable[[], bool]) -> None:
        given_up = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < given_up, self.current.jobs()
            self.driver.turn()
            time.sleep(0.02)

    def ended(self, id: int) -> JobRow:
        self.until(lambda: all(one.state.final for one in self.current.tasks(id)) and bool(self.current.tasks(id)))
        return self.current.tasks(id)[-1]

    def log(self, job: JobRow) -> str:
        assert job.pool is not None
        assert job.key is not None
        return sites(self.served)[job.pool.partition("/")[0]].logs(job.key, 0).decode()


@pytest.fixture
def programme(tmp_path: Path) -> Programme:
    made = Programme(tmp_path / "data")
    made.ask("project", project=1, name="univ-vision", share=1)
    made.ask("credit", project=1, micro=5_000_000)
    return made


def test_a_job_runs_and_says_so(programme: Programme) -> None:
    id = programme.submit()
    before = programme.current.job(id)
    assert before is not None
    assert (before.state, before.number) == (JobState.NEW, None)
    assert programme.current.jobs() == [before]
    job = programme.ended(id)
    assert (job.state, job.devices, job.attempts) == (JobState.COMPLETED, 1, 1)
    assert programme.log(job) == "hello hello \n"
    assert [one.state.name for one in programme.current.attempts(id)] == ["ENDED"]
    assert programme.current.jobs(projects=[2]) == []
    assert programme.current.jobs(before=id) == []


def test_an_array_is_its_tasks(programme: Programme) -> None:
    id = programme.submit(array="1-3")
    programme.ended(id)
    tasks = programme.current.tasks(id)
    assert [one.task for one in tasks] == [1, 2, 3]
    assert [programme.log(one) for one in tasks] == [f"hello hello {n}\n" for n in (1, 2, 3)]


def test_without_credits_it_waits_and_with_them_it_runs(programme: Programme) -> None:
    programme.ask("project", project=2, name="firm", share=1)
    id = programme.submit(project=2)
    programme.until(lambda: bool(programme.current.tasks(id)))
    for _ in range(3):
        programme.driver.turn()
    assert programme.current.tasks(id)[0].state == JobState.QUEUED
    programme.ask("credit", project=2, micro=1_000_000)
    assert programme.ended(id).state == JobState.COMPLETED


def test_servers_of_its_own_come_and_go(programme: Programme) -> None:
    programme.ask("project", project=2, name="lab", share=1)
    programme.ask("dedicate", grant="g1", project=2, pool="north/a", nodes=1, notice_s=5, lent=False)
    job = programme.ended(programme.submit(project=2))
    assert (job.state, job.pool) == (JobState.COMPLETED, "north/a")
    modes = programme.driver.broker.state.node["mode"].tolist()
    assert sorted(modes) == [Mode.UP] * 4 + [Mode.NOT_DELIVERED]
    programme.ask("release", grant="g1")
    programme.until(lambda: programme.driver.broker.state.node["mode"].tolist() == [Mode.UP] * 4 + [Mode.NOT_DELIVERED])
    programme.ask("credit", project=2, micro=1_000_000)
    assert programme.ended(programme.submit(project=2)).state == JobState.COMPLETED


def test_what_is_cancelled_ends_also_for_the_next_broker(programme: Programme) -> None:
    id = programme.submit(run="sleep 60")
    programme.until(lambda: bool(programme.current.tasks(id)) and programme.current.tasks(id)[0].state == JobState.ACTIVE)
    programme.ask("cancel", job=id)
    programme.driver = driver_of(programme.served)
    programme.driver.begin()
    assert programme.ended(id).state == JobState.CANCELED


def test_an_act_that_nobody_can_do_stops_nothing(programme: Programme) -> None:
    programme.ask("dance")
    programme.ask("submit", spec={"name": "x"}, project=1, person=1)
    programme.ask("credit", project=99, micro=1)
    programme.ask("dedicate", grant="g9", project=1, pool="north/a", nodes=50)
    assert programme.ended(programme.submit()).state == JobState.COMPLETED


def test_a_log_is_read_on_the_ground_on_which_it_was_written(programme: Programme) -> None:
    engine = connect(programme.served.address)
    from dure.adapters.store.sql import SqlStore

    store = SqlStore(engine, "another")
    with pytest.raises(StoreError, match="other pools"):
        Registry(engine, store, programme.served.grounds().grounds()[:1])


def test_a_drained_server_finishes_its_job_and_takes_no_other(programme: Programme) -> None:
    """Both servers of a pool are taken out of work, one while a job runs there; after a new start of the broker they still are."""
    long = programme.submit(run="sleep 3", accelerators={"count": 2, "any_of": ["h100"]})
    programme.until(lambda: bool(programme.current.tasks(long)) and programme.current.tasks(long)[0].state == JobState.ACTIVE)
    programme.ask("node", node="north/a/0", upkeep="drain", reason="fans")
    programme.ask("node", node="north/a/1", upkeep="repair", reason="board")
    programme.ask("node", node="north/a/7", upkeep="drain", reason="is not there")
    modes = [Mode.MAINTENANCE, Mode.FAILED, Mode.UP, Mode.UP]
    programme.until(lambda: programme.driver.broker.state.node["mode"].tolist() == modes)
    assert programme.current.tasks(long)[0].state == JobState.ACTIVE
    live = Live(connect(programme.served.address), programme.served.grounds())
    here = live.nodes(-1, 10, lambda pool, mode: True)
    assert [(one.pool, one.place, one.mode) for one in here] == [
        ("north/a", 0, Mode.MAINTENANCE),
        ("north/a", 1, Mode.FAILED),
        ("south/b", 0, Mode.UP),
        ("south/b", 1, Mode.UP),
    ]
    assert {one.jobs for one in here if one.busy_milli} == {((long, None),)}
    assert [one.number for one in live.nodes(0, 2, lambda pool, mode: mode == Mode.UP)] == [2, 3]
    waits = programme.submit(accelerators={"count": 1, "any_of": ["h100"]})
    assert programme.ended(long).state == JobState.COMPLETED
    programme.driver = driver_of(programme.served)
    programme.driver.begin()
    for _ in range(5):
        programme.driver.turn()
    assert programme.driver.broker.state.node["mode"].tolist() == modes
    assert programme.current.tasks(waits)[0].state == JobState.QUEUED
    said = words(connect(programme.served.address))
    assert {name: (one.wanted, one.told) for name, one in said.items()} == {
        "north/a/0": (Upkeep.DRAIN, True),
        "north/a/1": (Upkeep.REPAIR, True),
    }
    programme.ask("node", node="north/a/1", upkeep="resume", reason="new board")
    assert programme.ended(waits).state == JobState.COMPLETED


def test_a_drained_server_stays_so_when_it_passes_to_its_holder(programme: Programme) -> None:
    programme.ask("node", node="north/a/1", upkeep="drain", reason="fans")
    programme.until(lambda: Mode.MAINTENANCE in programme.driver.broker.state.node["mode"].tolist())
    programme.ask("project", project=2, name="lab", share=1)
    programme.ask("dedicate", grant="g1", project=2, pool="north/a", nodes=1, notice_s=5, lent=False)
    programme.until(lambda: programme.driver.broker.state.node["mode"].tolist()[:2] == [Mode.NOT_DELIVERED, Mode.MAINTENANCE])
    programme.ask("node", node="north/a/0", upkeep="drain", reason="fans")
    programme.until(lambda: programme.driver.broker.state.node["mode"].tolist()[4] == Mode.MAINTENANCE)
    programme.ask("release", grant="g1")
    programme.until(lambda: programme.driver.broker.state.node["mode"].tolist()[4] == Mode.NOT_DELIVERED)
    assert programme.driver.broker.state.node["mode"].tolist()[0] == Mode.MAINTENANCE


def test_rules_are_written_down_when_they_change(programme: Programme, tmp_path: Path) -> None:
    engine = connect(programme.served.address)
    programme.ended(programme.submit())
    before = rule_sets(engine)
    assert [(one.number, one.since_seq) for one in before] == [(1, 0)]
    assert before[0].text["policy"]["order"]["kind"] == "multifactor"
    again = driver_of(programme.served)
    assert rule_sets(engine) == before, "the same rules again are the same"
    text = programme.served.scenario.read_text(encoding="utf-8").replace("order: multifactor", "order: fcfs")
    (tmp_path / "other.yaml").write_text(text, encoding="utf-8")
    driver_of(replace(programme.served, scenario=tmp_path / "other.yaml"))
    now = rule_sets(engine)
    assert [(one.number, one.since_seq) for one in now] == [(1, 0), (2, again.broker.seq)]
    assert again.broker.seq > 0
    assert rules_of(now, again.broker.seq - 1) == now[0]
    assert rules_of(now, again.broker.seq) == now[1]
    assert rules_of((), 0) is None
