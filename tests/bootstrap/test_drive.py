"""The live broker over real processes: killed at every row that it writes, and by `kill -9` with four running."""

from __future__ import annotations

import json
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import pytest

from dure.adapters.store.engine import connect
from dure.adapters.store.migrate import migrate
from dure.adapters.store.sql import SqlStore
from dure.bootstrap.drive import Driver
from dure.bootstrap.trial import JOBS, SITES, SPEC, began, places, put_down, six_jobs, start_broker, trial
from dure.bootstrap.witness import Witnessed, witnessed
from dure.model.events import Kind, Outcome
from dure.operate.broker import Broker
from dure.operate.ports import Engine, Fact, Placement, Presence, Program, Receipt
from tests.adapters.engines.rigs import PATIENCE_S
from tests.simulation.bench import Killed, MortalStore


def all_ended(store: MortalStore | SqlStore) -> Callable[[], bool]:
    given_up = time.monotonic() + PATIENCE_S

    def over() -> bool:
        assert time.monotonic() < given_up, "it does not come to its end"
        return int((store.rows()["kind"] == Kind.ENDED).sum()) >= JOBS

    return over


def compare(broker: Broker, folder: Path) -> Witnessed:
    used = {name: site.usage(0, 1 << 40) for name, site in places(folder).items()}
    open_jobs = broker.state.job["id"][broker.state.job["state"] != -1].tolist()
    return witnessed(broker._store.rows(), open_jobs, used, int(time.time()))


def check(found: Witnessed, folder: Path) -> None:
    assert (found.jobs, found.lost, found.run_twice, found.unseen, found.charged_twice, found.differs) == (JOBS, 0, 0, 0, 0, 0)
    assert found.kept
    assert found.charged >= JOBS * 1_000
    started = began(folder)
    assert Counter(job for _, job in started) == Counter(str(number) for number in range(JOBS)), "each program ran once"
    assert len({key for key, _ in started}) == JOBS


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_six_processes_and_a_broker_that_dies_at_its_commits(kind: str, tmp_path: Path) -> None:
    """Every third row that it would write kills it, before the commit or after; what follows has new engines on the same places."""

    def open_sqlite() -> SqlStore:
        engine = connect(f"sqlite:///{tmp_path}/store.db")
        migrate(engine)
        return SqlStore(engine, "a test")

    store = MortalStore(open_sqlite if kind == "sqlite" else None, dies_at=range(0, 1_000, 3))
    deaths = 0
    while True:
        broker = Broker(SPEC, store)
        driver = Driver(broker, store, places(tmp_path), SITES.__getitem__, six_jobs(tmp_path, 1))
        try:
            driver.begin()
            driver.run(all_ended(store))
            break
        except Killed:
            deaths += 1
            store.reopen()
    assert deaths > 5
    check(compare(broker, tmp_path), tmp_path)
    ends = store.rows()[store.rows()["kind"] == Kind.ENDED]
    assert ends["cause"].tolist() == [Outcome.COMPLETED] * JOBS


class Deaf:
    """A site that does not answer for a while; what it was told before that it does."""

    def __init__(self, site: Engine) -> None:
        self._site, self.deaf, self.sends = site, False, 0

    def __getattr__(self, verb: str) -> object:
        if self.deaf:
            raise TimeoutError("no answer")
        return getattr(self._site, verb)

    def send(self, key: str, placement: Placement, now: int, program: Program | None = None) -> Receipt:
        """Does it, and its first answer gets lost."""
        self.sends += 1
        answer = self._site.send(key, placement, now, program)
        if self.sends == 1:
            raise TimeoutError("no answer")
        return answer

    def observe(self, since: int, now: int) -> tuple[Sequence[Fact], int]:
        if self.deaf:
            raise TimeoutError("no answer")
        return self._site.observe(since, now)

    def lookup(self, key: str, now: int) -> Presence:
        if self.deaf:
            raise TimeoutError("no answer")
        return self._site.lookup(key, now)


def test_a_site_that_does_not_answer_holds_nobody_up(tmp_path: Path) -> None:
    store = MortalStore()
    sites: dict[str, Engine] = dict(places(tmp_path))
    deaf = Deaf(sites["south"])
    broker = Broker(SPEC, store)
    driver = Driver(broker, store, sites | {"south": deaf}, SITES.__getitem__, six_jobs(tmp_path, 1))  # type: ignore[dict-item]
    driver.begin()
    driver.run(lambda: deaf.sends > 0)
    assert driver.silent["south"] == "no answer"
    deaf.deaf = True
    north = all_ended(store)
    driver.run(lambda: north() or int((store.rows()["kind"] == Kind.ENDED).sum()) >= 2)
    assert driver.silent == {"south": "no answer"}
    ends = store.rows()[store.rows()["kind"] == Kind.ENDED]
    assert set(ends["pool"].tolist()) == {0}, "the other site went on"
    deaf.deaf = False
    driver.run(all_ended(store))
    assert driver.silent == {}
    check(compare(broker, tmp_path), tmp_path)


@pytest.mark.system
def test_six_processes_and_kill_9_of_the_broker_with_four_running(tmp_path: Path) -> None:
    found = trial(tmp_path)
    assert (found.running, found.programs_twice, found.last_line) == (4, 0, "step 4 of 4")
    assert found.restart_s > 0
    check(found.witnessed, tmp_path)


def rounds(folder: Path, seed: int, deaths: int) -> int:
    """Kill the broker so often at drawn moments, its own start included; returns how often it died before all was over."""
    draw = Random(seed)
    for death in range(deaths):
        process = start_broker(folder, 3)
        try:
            process.wait(draw.choice((0.2, 0.8, 1.5)) + draw.random())
        except subprocess.TimeoutExpired:
            continue
        else:
            return death
        finally:
            put_down(process)
    return deaths


def kills(folder: Path, seed: int, deaths: int) -> int:
    died = rounds(folder, seed, deaths)
    last = start_broker(folder, 3)
    try:
        assert last.stdout is not None
        said = [last.stdout.readline() for _ in range(2)]
    finally:
        put_down(last)
    check(Witnessed(**json.loads(said[1])), folder)
    return died


@pytest.mark.system
def test_kill_9_at_five_drawn_moments(tmp_path: Path) -> None:
    assert kills(tmp_path, 1, 5) >= 2


@pytest.mark.soak
def test_kill_9_at_a_hundred_drawn_moments(tmp_path: Path) -> None:
    died = 0
    for seed in range(100):
        (tmp_path / str(seed)).mkdir()
        died += kills(tmp_path / str(seed), seed, 4)
        if died >= 100:
            break
    assert died >= 100
