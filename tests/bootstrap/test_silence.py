"""A site that does not answer: its servers become unobserved, its job stays, and both come back as the site then says."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from dure.adapters.engines.simulated import SimulatedJobs, SimulatedSite
from dure.bootstrap.drive import Driver, Listed
from dure.bootstrap.silence import SILENT_S
from dure.model.events import Kind, Outcome
from dure.model.fleet import Mode
from dure.operate.broker import Broker
from dure.operate.memory import MemoryStore
from dure.operate.ports import Fact, Program, Submission, Upkeep
from dure.policy.build import ClassSpec, PoolSpec, ProjectSpec, Spec
from dure.policy.layout import NONE

PPM = 1_000_000
SPEC = Spec(
    pools=(PoolSpec(nodes=2, devices=4), PoolSpec(nodes=1, devices=4)),
    classes=(ClassSpec(devices=4, speeds=(PPM, PPM)),),
    projects=(ProjectSpec(parent=NONE, leaf=False), ProjectSpec()),
    acts=True,
    jobs=8,
)
WORK_S = (500, 300, 40)
LATER = 110
"""When the second and the third job come."""
BEGIN = 1_000
MUTE, HEARD = BEGIN + 10, BEGIN + 200
ASKED = tuple(Submission(BEGIN + at, job, 0, WORK_S[job], 1) for job, at in enumerate((0, LATER, LATER)))


class Mute(SimulatedSite):
    """A site whose line is cut for a while."""

    cut = False
    slow = False
    """It tells one thing at a time."""

    def observe(self, since: int, now: int) -> tuple[Sequence[Fact], int]:
        if self.cut:
            raise OSError("no route to host")
        told, mark = super().observe(since, now)
        return (told[:1], since + len(told[:1])) if self.slow else (told, mark)


class Play:
    """A clock, two sites, a store that outlives its broker."""

    def __init__(self) -> None:
        self.now = BEGIN - 1
        jobs = SimulatedJobs(WORK_S, [[PPM, PPM]], [0] * len(WORK_S), [0] * len(WORK_S), [int(Outcome.COMPLETED)] * len(WORK_S))
        self.sites = {"a": Mute(jobs), "b": Mute(jobs)}
        self.store = MemoryStore()
        self.restart()

    def restart(self) -> None:
        listed = Listed([(one, Program(("true",))) for one in ASKED])
        self.broker = Broker(SPEC, self.store)
        self.driver = Driver(self.broker, self.store, self.sites, ("a", "b").__getitem__, listed, lambda: self.now)
        self.driver.begin()

    def until(self, second: int) -> None:
        while self.now < second:
            self.now += 1
            for _ in range(3):
                self.driver.turn()

    def modes(self) -> list[Mode]:
        return [Mode(mode) for mode in self.broker.state.node["mode"].tolist()]

    def told(self, kind: Kind) -> list[list[int]]:
        rows = self.store.rows()
        return [[row["at"] - BEGIN, row["job"], row["pool"]] for row in rows[rows["kind"] == kind]]


@pytest.mark.parametrize("dies_at", [None, MUTE + 30, MUTE + SILENT_S + 20])
def test_a_site_that_falls_silent_and_comes_back(dies_at: int | None) -> None:
    play = Play()
    play.until(MUTE)
    assert play.modes() == [Mode.UP] * 3
    play.sites["a"].cut = True
    if dies_at is not None:
        play.until(dies_at)
        play.restart()
    silent = play.now if dies_at is not None and dies_at < MUTE + SILENT_S else MUTE + 1
    play.until(silent + SILENT_S - 1)
    if dies_at is None:
        assert play.modes() == [Mode.UP] * 3, "a short silence is none"
    play.until(silent + SILENT_S + 1)
    assert play.modes() == [Mode.UNOBSERVED, Mode.UNOBSERVED, Mode.UP]
    play.until(HEARD - 60)
    play.sites["a"].node(1, Upkeep.DRAIN, play.now)  # somebody at the site does so, and nobody hears of it
    play.until(HEARD)
    assert play.told(Kind.STARTED) == [[0, 0, 0], [LATER, 1, 1]], "the job of later went where somebody answers, the last one waits"
    play.sites["a"].cut = False
    play.until(HEARD + 2)
    assert play.modes() == [Mode.UP, Mode.MAINTENANCE, Mode.UP], "the job that went on is known, the drained server is not given out"
    play.until(BEGIN + 600)
    assert [one[:2] for one in play.told(Kind.ENDED)] == [[LATER + 300, 1], [LATER + 340, 2], [500, 0]]
    assert len(play.told(Kind.PLACED)) == 3, "each was placed once"
    unobserved = [row for row in play.store.rows() if row["kind"] == Kind.NODE and row["cause"] == Mode.UNOBSERVED]
    assert len(unobserved) == 2, "it is said once of each server, whoever leads"


def test_what_a_site_tells_late_of_its_silence_still_counts() -> None:
    """A server was drained and resumed while nobody heard; the second word comes a turn later than the first, of a second long ago."""
    play = Play()
    play.until(MUTE)
    site = play.sites["a"]
    site.cut = site.slow = True
    play.until(HEARD - 60)
    site.node(1, Upkeep.DRAIN, play.now)
    play.until(HEARD - 40)
    site.node(1, Upkeep.RESUME, play.now)
    play.until(HEARD)
    assert play.modes()[1] == Mode.UNOBSERVED
    site.cut = False
    play.until(HEARD + 5)
    assert play.modes() == [Mode.UP] * 3


def test_a_site_may_fall_silent_again_and_again() -> None:
    play = Play()
    play.until(MUTE)
    for _ in range(3):
        play.sites["a"].cut = True
        play.until(play.now + SILENT_S + 3)
        assert play.modes() == [Mode.UNOBSERVED, Mode.UNOBSERVED, Mode.UP]
        play.sites["a"].cut = False
        play.until(play.now + 2)
        assert play.modes() == [Mode.UP] * 3
