"""A whole programme under one seed: people, a store, brokers that die, and sites behind bad wires, all on virtual time.

What runs is what is shipped: the inbox, the intake, the driver, the broker, the SQL store and its rows, the simulated site. Only the
clock, the dice and what goes wrong are of the test. Each run draws which kinds of faults there are at all, so that some runs have
one kind and much of it, and others have everything.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from dure.adapters.engines.simulated import NEVER, Faults, NodeEvent, SimulatedJobs, SimulatedSite
from dure.adapters.files import load_scenario
from dure.adapters.store.backup import renew, stands
from dure.adapters.store.engine import WRITES
from dure.adapters.store.rollups import roll
from dure.adapters.store.sql import Act, Deposed, Inbox
from dure.bootstrap import grounds as grounds_module
from dure.bootstrap.drive import Driver
from dure.bootstrap.grounds import Grounds, grounds_of
from dure.bootstrap.serve import take_lead
from dure.model.errors import StoreError
from dure.model.events import Outcome
from dure.model.fleet import Mode
from tests.simulation.dice import PPM, Dice
from tests.simulation.disk import Disk
from tests.simulation.wire import Weather, Wire

BEGIN_S = 1_000_000
"""The second at which a run begins."""
ASKED_S = 500
"""Within so many seconds people ask."""
TURNS_MOST = 4_000
SLICE = 3
"""Tasks of an array that wait as jobs: fewer than most arrays have."""
FAULTS: Mapping[str, tuple[int, ...]] = {
    # kind → millionths of the calls or moments, one of them drawn for a run that has the kind
    "dies": (2_000, 10_000, 40_000),
    "sleeps": (3_000, 15_000),
    "full disk": (3_000, 15_000),
    "torn snapshot": (100_000,),
    "lost act": (100_000, 300_000),
    "lost send": (50_000, 300_000),
    "late send": (50_000, 300_000),
    "doubled send": (100_000, 300_000),
    "refused send": (30_000, 200_000),
    "lost stop": (100_000, 500_000),
    "doubled stop": (200_000,),
    "lost call": (10_000, 100_000),
    "lost answer": (10_000, 100_000),
    "slow call": (50_000,),
    "part of the facts": (200_000,),
    "facts again": (100_000,),
}
ONCE = ("dead site", "skew", "late facts", "node fails", "drain", "enforced limits", "snapshot", "restore", "broker clock", "own customers")
"""Kinds of which a run draws when and how much, not how often."""
SPECS: tuple[Mapping[str, Any], ...] = (
    {"accelerators": 1},
    {"accelerators": 2, "checkpoint": "20s"},
    {"accelerators": 4, "qos": "low", "checkpoint": "30s"},
    {"accelerators": 8},
    {"accelerators": 1, "array": "1-3"},
    {"accelerators": 2, "array": "1-12"},
    {"accelerators": 1, "array": "0-16:2%3", "checkpoint": "20s"},
    {"accelerators": 4, "qos": "urgent"},
    {"accelerators": 2, "qos": "low"},
    {"accelerators": 16, "qos": "low"},
)
POLICIES = (
    "{order: multifactor, backfill: easy",
    "{order: fcfs, backfill: easy, hold: kept",
    "{order: fcfs, backfill: none",
)
SCENARIO = """
programme: {{name: Seeds}}
sites:
  - {{name: north, operator: one, engine: simulated, pools: [
      {{name: a, model: nvidia-h100, nodes: 4, accelerators_per_node: 4, rate: 3141{near}}},
      {{name: c, model: nvidia-h100, nodes: 2, accelerators_per_node: 4{far}}}]}}
  - {{name: south, operator: two, engine: simulated, pools: [
      {{name: b, model: amd-mi300x, nodes: 3, accelerators_per_node: 4{near}}}]}}
catalog:
  assume: [{{what: speed, model: amd-mi300x, value: 1.0, range: [1.0, 1.0], who: test, why: alike, why_ko: 같음}}]
policy: {policy}, qos: [
  {{name: normal, rank: 1}}, {{name: low, preemptible: true}}, {{name: urgent, rank: 2, preempts: true, notice: 30s}}]}}
"""
AHEAD, NO_AHEAD = {"near": ", ahead: 40s", "far": ", ahead: 70s"}, {"near": "", "far": ""}
"""Without it a placement whose send was forgotten lies for ever: a broker that calls it back would hide that it forgot."""
SERVERS = (*(f"north/a/{n}" for n in range(4)), *(f"north/c/{n}" for n in range(2)), *(f"south/b/{n}" for n in range(3)))
SITES = {"north": range(6), "south": range(6, 9)}
MODELS = ("nvidia-h100", "amd-mi300x")
NODE_MILLI = 4_000
LOW_NOTICE_S = 30


class Died(Exception):
    """A process was killed here. Nothing that is tested catches it: those handlers name what they catch."""


@cache
def grounds(policy: int, recalls: bool) -> Grounds:
    """The scenario, read once a process. `recalls`: what lies at a site without a start is called back."""
    grounds_module.ROOM = 64
    folder = Path(tempfile.mkdtemp(prefix="dure-seeds-"))
    (folder / "seeds.yaml").write_text(SCENARIO.format(policy=POLICIES[policy], **(AHEAD if recalls else NO_AHEAD)), encoding="utf-8")
    return grounds_of(load_scenario(folder / "seeds.yaml"))


@cache
def disk() -> Disk:
    return Disk()


@cache
def home() -> Path:
    """Where snapshots lie, in memory if there is such a place."""
    place = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="dure-seeds-", dir=place if place.is_dir() else None))


class Drawn(dict[int, int]):
    """Seconds of work that a job has left, by number; drawn when first asked for."""

    def __init__(self, dice: Dice) -> None:
        super().__init__()
        self._dice = dice

    def __missing__(self, job: int) -> int:
        self[job] = 1 + self._dice.fixed("work", job) % 150
        return self[job]


class DrawnJobs(SimulatedJobs):
    """The truth about jobs of a run."""

    def __init__(self, dice: Dice) -> None:
        super().__init__((), (), (), (), ())
        self._dice = dice
        self.left_s = Drawn(dice)  # type: ignore[assignment]

    def speed_ppm(self, job: int, pool: int) -> int:
        return PPM

    def checkpoint_s(self, job: int) -> int:
        return 20 * (self._dice.fixed("checkpoint", job) % 3)

    def outcome(self, job: int) -> Outcome:
        return Outcome.FAILED if self._dice.fixed("outcome", job) % 12 == 0 else Outcome.COMPLETED


@dataclass(slots=True)
class Asked:
    """An act of somebody, and what came of it."""

    at: int
    key: str
    act: str
    body: dict[str, Any]
    of: Asked | None = None
    """What it cancels."""
    number: int | None = None
    """Once it was accepted."""
    tries: int = 0
    task: int | None = None
    """Which of an array it cancels; None: all."""


@dataclass
class World:
    """One run. `run` ends where everything has come to rest; what is then true is for `promises` to say."""

    seed: int
    faults: Counter[str] = field(default_factory=Counter)
    turns: int = 0
    now: int = BEGIN_S
    healed: bool = False
    told: list[str] = field(default_factory=list)
    """What happened, in words, where it is wanted."""
    tracing: bool = False

    def __post_init__(self) -> None:
        self.dice = Dice(self.seed)
        self.disk = disk()
        self.disk.new()
        self.disk.clear()
        self.disk.around = self.io
        every = self.dice.chance("everything", 150_000)
        self._has = {kind for kind in (*FAULTS, *ONCE) if every or self.dice.chance("kinds", 220_000)}
        recalls = "own customers" in self._has or self.dice.chance("recalls", 400_000)
        self.ground = grounds(self.dice.below("policy", len(POLICIES)), recalls)
        self.ground._meant.clear() if len(self.ground._meant) > 1_000 else None
        self._ppm = {kind: rates[self.dice.below("rates", len(rates))] if kind in self._has else 0 for kind, rates in FAULTS.items()}
        self.truth = DrawnJobs(self.dice)
        self.wires = {name: self._wire(name) for name in SITES}
        self.inbox = Inbox(self.disk.engine)
        self.asked = self._people()
        self.heals_at = BEGIN_S + ASKED_S + 400
        self.leader: Driver | None = None
        self.sleepers: list[tuple[int, Driver]] = []
        self._brokering = self._inside = False
        self._depth = 0
        self._full_until = 0
        self._snapshot_at = 0
        self._copy_at = BEGIN_S + self.dice.between("copy", 30, ASKED_S) if "restore" in self._has else NEVER
        self._copy: tuple[bytes, int] | None = None
        self.restored_at: int | None = None
        self.passed_over: list[str] = []
        self.folder = home()
        for old in self.folder.iterdir():
            old.unlink() if old.is_file() else None

    def say(self, *words: object) -> None:
        if self.tracing:
            self.told.append(f"{self.now - BEGIN_S:5d}  " + " ".join(map(str, words)))

    # -- what is drawn -------------------------------------------------------------------------------------------------------------

    def _wire(self, name: str) -> Wire:
        dice, has = self.dice, self._has
        dead: list[tuple[int, int]] = []
        if "dead site" in has and dice.chance("dead here", 700_000):
            start = BEGIN_S + dice.below("dead", ASKED_S)
            dead.append((start, start + dice.between("dead for", 5, 400)))
        weather = Weather(
            skew_s=dice.between("skew", -40, 40) if "skew" in has else 0,
            dead=tuple(dead),
            slow_s=dice.between("slow", 1, 20) if "slow call" in has else 0,
            lag_s=dice.between("lag", 1, 60) if "late facts" in has else 0,
        )
        site = SimulatedSite(
            self.truth,
            self._supply(name),
            delay_s={pool: dice.below("delay", 8) for pool in range(16)},
            start_up_s=dice.below("start up", 5),
            enforce="enforced limits" in has,
            proof_s=dice.below("proof", 60),
            faults=self._customers(),
        )
        return Wire(name, site, weather, self, dice)

    def _customers(self) -> Faults:
        """A site that has customers of its own starts some of what it takes late, and some of it never."""
        if "own customers" not in self._has:
            return Faults()
        late_s = [self.dice.between("late here", 1, 150) if self.dice.chance("queued", 400_000) else 0 for _ in range(61)]
        late_s = [NEVER if self.dice.chance("for ever", 100_000) else late for late in late_s]
        self.faults["own customers"] += 1
        return Faults(late_s=late_s, back_s=[self.dice.between("back", 1, 30) for _ in range(7)])

    def _supply(self, name: str) -> list[NodeEvent]:
        events: list[NodeEvent] = []
        for node in SITES[name]:
            if "node fails" in self._has and self.dice.chance("fails", 300_000):
                at = BEGIN_S + self.dice.below("fails at", ASKED_S)
                back = at + self.dice.between("fails for", 5, 300)
                events += [NodeEvent(at, node, 1, Mode.FAILED, True), NodeEvent(back, node, 1, Mode.UP, False)]
            elif "drain" in self._has and self.dice.chance("drains", 300_000):
                at = BEGIN_S + self.dice.below("drains at", ASKED_S)
                back = at + self.dice.between("drains for", 5, 300)
                events += [NodeEvent(at, node, 1, Mode.MAINTENANCE, False), NodeEvent(back, node, 1, Mode.UP, False)]
        return events

    def _people(self) -> list[Asked]:
        """Three projects, then whatever they and the office think of."""
        dice = self.dice
        found = [self._act(0, "project", {"project": n, "name": f"p{n}", "share": n}) for n in (1, 2, 3)]
        found += [self._act(1, "credit", {"project": n, "micro": micro}) for n, micro in ((1, 50_000_000), (2, 300_000), (3, 5_000_000))]
        for _ in range(dice.between("jobs", 3, 9)):
            found.append(self._submission())
        submitted = [one for one in found if one.act == "submit"]
        for one in submitted:
            if dice.chance("pauses", 150_000):
                after = one.at - BEGIN_S + dice.between("pause", 0, 90)
                found.append(self._act(after, "pause", {}, of=one))
                found.append(self._act(after + dice.between("paused for", 1, 200), "resume", {}, of=one))
            if dice.chance("cancels", 200_000):
                after = one.at - BEGIN_S + (0 if dice.chance("at once", 300_000) else dice.between("cancel", 1, 120))
                found.append(self._act(after, "cancel", {}, of=one))
                if "array" in one.body["spec"] and dice.chance("one task", 500_000):
                    found[-1].task = 2 * dice.between("task", 1, 6)
        for _ in range(dice.below("rules", 5)):
            found.append(self._rule())
        for _ in range(dice.below("ceilings", 4)):
            found.append(self._ceiling())
        if dice.chance("dedicates", 400_000):
            found += self._grant()
        if dice.chance("keeps", 250_000):
            found += self._upkeep()
        if dice.chance("joins", 200_000):  # a project that comes when others have used something already
            found.append(self._act(dice.between("joins at", 50, ASKED_S), "project", {"project": 4, "name": "p4", "share": 2}))
        return sorted(found, key=lambda one: one.at)

    def _act(self, at: int, act: str, body: dict[str, Any], of: Asked | None = None) -> Asked:
        return Asked(BEGIN_S + at, f"p1:{act}-{self.dice.below('act key', 1 << 60)}", act, body, of)

    def _submission(self) -> Asked:
        dice = self.dice
        which = SPECS[dice.below("spec", len(SPECS))]
        spec = {"name": "x", "time": f"{dice.between('time', 60, 400)}s", "run": "true", **which}
        body = {"spec": spec, "project": dice.between("project", 1, 3), "person": 1, "files": []}
        return self._act(2 + dice.below("submit at", ASKED_S - 100), "submit", body)

    def _rule(self) -> Asked:
        dice = self.dice
        at, project = 2 + dice.below("rule at", ASKED_S - 50), dice.between("rule for", 1, 3)
        what = dice.below("rule", 4)
        if what == 0:
            return self._act(at, "quota", {"project": project, "milli": 1_000 * dice.between("quota", 1, 12)})
        if what == 1:
            return self._act(at, "stop", {"project": project, "stopped": dice.chance("stopped", 600_000)})
        if what == 2:
            return self._act(at, "credit", {"project": project, "micro": dice.between("micro", -200_000, 500_000)})
        return self._act(at, "quota", {"project": project, "milli": None})

    def _ceiling(self) -> Asked:
        """On a model, or none on it any more."""
        dice = self.dice
        body = {"project": dice.between("ceiling for", 1, 3), "model": MODELS[dice.below("ceiling on", len(MODELS))]}
        most = None if dice.chance("lifts", 300_000) else dice.between("ceiling", 0, 8)
        return self._act(2 + dice.below("ceiling at", ASKED_S - 50), "quota", {**body, "most": most})

    def _grant(self) -> list[Asked]:
        dice = self.dice
        project, at = dice.between("holder", 1, 3), 2 + dice.below("granted at", ASKED_S // 2)
        body = {
            "grant": "7",
            "project": project,
            "pool": ("north/a", "south/b")[dice.below("granted", 2)],
            "nodes": dice.between("n", 1, 2),
        }
        body |= {"notice_s": 25, "lent": dice.chance("lent", 600_000)}
        found = [self._act(at, "dedicate", dict(body))]
        if dice.chance("lends", 300_000):
            found.append(self._act(at + dice.between("lends at", 1, 100), "dedicate", {**body, "lent": not body["lent"]}))
        if dice.chance("releases", 500_000):
            found.append(self._act(at + dice.between("releases at", 101, 300), "release", {"grant": "7"}))
        return found

    def _upkeep(self) -> list[Asked]:
        """Somebody takes servers out of work, and mostly puts them back."""
        dice, found = self.dice, []
        for _ in range(dice.between("kept", 1, 3)):
            server, at = SERVERS[dice.below("which", len(SERVERS))], dice.below("kept at", ASKED_S)
            wanted = "drain" if dice.chance("drained", 700_000) else "repair"
            found.append(self._act(at, "node", {"node": server, "upkeep": wanted, "reason": "x"}))
            if dice.chance("resumed", 700_000):
                found.append(self._act(at + dice.between("kept for", 1, 200), "node", {"node": server, "upkeep": "resume", "reason": "x"}))
        return found

    # -- what may happen at every call ---------------------------------------------------------------------------------------------

    def strikes(self, fault: str) -> bool:
        if fault in ONCE:
            self.faults[fault] += 1
            return True
        if self.healed or not self.dice.chance(fault, self._ppm[fault]):
            return False
        self.faults[fault] += 1
        self.say("fault:", fault)
        return True

    def io(self, what: str) -> None:
        if not self._brokering:
            if what.endswith("commit") and self.strikes("lost act"):
                raise Died(what)
            return
        if self.strikes("dies"):
            self.faults[f"dies {what}"] += 1
            self.say("  ", what)
            raise Died(what)
        if self._depth == 0 and not what.endswith("commit") and self._inside and self.strikes("sleeps"):
            self._overtaken()

    def _overtaken(self) -> None:
        """The leader sleeps in the middle of a call; another one takes over and works; then the first one wakes up and goes on."""
        sleeper = self.leader
        self._depth, self._inside = 1, False
        self.say("another leads")
        try:
            self.leader = None
            for _ in range(self.dice.between("asleep", 1, 12)):
                self._turn()
                self._ask()
                self.now = self._next()
        finally:
            self._depth = 0
            self._brokering = self._inside = True
        if sleeper is not None:
            self.sleepers.append((self.now + self.dice.between("wakes", 1, 200), sleeper))

    # -- the loop ------------------------------------------------------------------------------------------------------------------

    def run(self) -> World:
        try:
            while not self.over():
                self.turns += 1
                assert self.turns < TURNS_MOST, f"it does not come to rest: {self.left()}"
                self._heal()
                self._room()
                self._copies()
                self._roll()
                for wire in self.wires.values():
                    wire.deliver()
                self._ask()
                self._turn()
                self._wake()
                self.now = self._next()
        finally:
            self.disk.around = lambda when: None
            self._brokering = False
            self.disk.died()
            self.disk.clear()
        return self

    def over(self) -> bool:
        return self.healed and self.leader is not None and not self.left() and not self.sleepers

    def left(self) -> dict[str, int]:
        """What is still open."""
        if self.leader is None:
            return {"leader": 1}
        found = {
            "acts": sum(one.number is None for one in self.asked),
            "unread": self.disk.one("SELECT inbox - coalesce((SELECT position FROM mark WHERE source = 'inbox'), 0) FROM head"),
            "jobs": self.disk.one("SELECT count(*) FROM work WHERE state < 3"),
            "tasks": self.disk.one("SELECT coalesce(sum(tasks - made - dropped), 0) FROM job_array"),
            "attempts": self.disk.one("SELECT count(*) FROM attempt WHERE state <> 5"),
            "facts": sum(wire.behind() or self._read_of(name) < len(wire.site.told(0)[0]) for name, wire in self.wires.items()),
            "servers on their way": len(self.leader._intake._registry.unsettled),  # type: ignore[attr-defined]
            "words about servers": self.disk.one("SELECT count(*) FROM upkeep WHERE told = 0"),
        }
        return {name: n for name, n in found.items() if n}

    def _read_of(self, site: str) -> int:
        """How many facts of a site the log has."""
        return int(self.disk.one(f"SELECT coalesce((SELECT position FROM mark WHERE source = 'site {site}'), 0)"))

    def _heal(self) -> None:
        """After a while nothing goes wrong any more, and nobody is stopped, short of credits or of servers: what is open has to end."""
        if self.healed or self.now < self.heals_at:
            return
        self.healed = True
        self.say("everything is well")
        self._full_until = 0
        self.disk.clear()
        for wire in self.wires.values():
            wire.heal()
        acts: list[tuple[str, dict[str, Any]]] = [("release", {"grant": "7"})]
        kept = sorted({one.body["node"] for one in self.asked if one.act == "node"})
        acts += [("node", {"node": server, "upkeep": "resume", "reason": "x"}) for server in kept]
        for n in (1, 2, 3):
            acts += [("stop", {"project": n, "stopped": False}), ("quota", {"project": n, "milli": None})]
            acts += [("quota", {"project": n, "model": model, "most": None}) for model in MODELS]
            acts.append(("credit", {"project": n, "micro": 100_000_000}))
        self.asked += [self._act(self.now - BEGIN_S, act, body) for act, body in acts]
        paused = [one.of for one in self.asked if one.act == "pause"]
        self.asked += [self._act(self.now - BEGIN_S + 100, "resume", {}, of=one) for one in paused]  # behind what is asked again

    def _room(self) -> None:
        if self._full_until and (self.now >= self._full_until or self.healed):
            self._full_until = 0
            self.disk.clear()
            self.say("room again")
        elif not self._full_until and self.strikes("full disk"):
            self._full_until = self.now + self.dice.between("full for", 1, 60)
            self.disk.fill()

    def _roll(self) -> None:
        """A worker rolls up what there is, and may die over it as everybody may."""
        if not self.dice.chance("rolls", 40_000):
            return
        self._brokering = False
        try:
            roll(self.disk.engine, self.now)
        except (Died, SQLAlchemyError):
            self.disk.died()

    def _copies(self) -> None:
        """Somebody makes a copy of the store and later puts it back: what came in between is forgotten, and people ask for it again."""
        if self.now >= self._copy_at and self._copy is None and self.restored_at is None:
            self._copy = self.disk.copy(), self.disk.one("SELECT inbox FROM head")
            self._copy_at = self.now + self.dice.between("back", 5, 250)
            self.say("a copy")
        elif self._copy is not None and self.now >= self._copy_at and not self._full_until and not self.healed:
            backup, acts = self._copy
            self._copy, self.restored_at, self._copy_at = None, self.now, NEVER
            self.leader, self.sleepers = None, []
            self.disk.died()
            for wire in self.wires.values():
                wire.land()  # putting a store back takes longer than a call
            with self.disk.engine.connect() as connection:
                before = stands(connection)
            self.disk.around, self._brokering = lambda when: None, False
            self.disk.put_back(backup)
            with self.disk.engine.execution_options(**WRITES).begin() as connection:
                renew(connection, self.now, before or (0, 0))
            self.disk.around = self.io
            for one in self.asked:
                if one.number is not None and one.number >= acts:
                    one.number, one.at = None, self.now + self.dice.between("asks again", 1, 40)
            self.strikes("restore")
            self.say("the copy is put back")

    def _ask(self) -> None:
        """People send what they want, and send it again until they are answered."""
        self._brokering = False
        known = all(one.number is not None for one in self.asked if one.act == "project" and one.body["project"] < 4)
        for one in self.asked:
            if one.number is not None or one.at > self.now or (one.of is not None and one.of.number is None):
                continue
            if one.act != "project" and not known:
                continue
            if one.of is not None:
                one.body = {"job": one.of.number} | ({"task": one.task} if one.task is not None else {})
            one.tries += 1
            try:
                (accepted,) = self.inbox.put([Act(one.key, one.act, "p1", one.at, one.body)])
            except (Died, SQLAlchemyError) as error:
                self.disk.died()
                self.say("no answer to", one.act, type(error).__name__)
                if not isinstance(error, Died):
                    self.faults["full disk for people"] += 1
                one.at = self.now + self.dice.between("again", 1, 20)
                continue
            one.number = accepted.number
            self.say("asked:", accepted.number, one.act, one.body, "again" if accepted.again else "")

    def _turn(self) -> None:
        self._brokering, who = True, self.leader
        try:
            if self.leader is None:
                self._lead()
            else:
                self._inside = True
                self.leader.turn()
                self._inside = False
                self._save()
        except Died as died:
            self.say("killed", died)
            self._gone(who)
        except (SQLAlchemyError, StoreError) as error:
            self.say("ends:", type(error).__name__, str(error).splitlines()[0])
            self.faults["ended by itself"] += 1
            self._gone(who)
        finally:
            self._brokering = self._inside = False

    def _lead(self) -> None:
        ahead_s = self.dice.between("broker clock", -20, 20) if "broker clock" in self._has else 0
        clock = lambda: self.now + ahead_s  # noqa: E731
        driver = take_lead(self.disk.engine, self.ground, self.folder, self.wires, "a test", clock, self.passed_over.append, SLICE)
        self.leader = driver
        self.faults["leaders"] += 1
        self.say("leads: term", driver.term)
        self._inside = True
        driver.begin()
        self._inside = False

    def _gone(self, who: Driver | None) -> None:
        """Whoever turned is no more; where another one has taken over meanwhile, that one goes on."""
        self.disk.died()
        self.sleepers = [(at, sleeper) for at, sleeper in self.sleepers if sleeper is not who]
        if who is None or self.leader is who:
            self.leader = None

    def _wake(self) -> None:
        """One that was overtaken turns once more, as if nothing had happened; it must not write a row."""
        for at, sleeper in self.sleepers:
            if at <= self.now or self.healed:
                before = self.disk.all("SELECT term, seq, jobs FROM head")
                try:
                    sleeper.turn()
                except Deposed:
                    self.faults["deposed"] += 1
                except (SQLAlchemyError, StoreError):
                    self.disk.died()
                assert self.disk.all("SELECT term, seq, jobs FROM head") == before, "a leader of an old term has written"
        self.sleepers = [(at, sleeper) for at, sleeper in self.sleepers if at > self.now and not self.healed]

    def _save(self) -> None:
        from dure.adapters.store.snapshots import NAME, ground_of, save

        if "snapshot" not in self._has or self.now < self._snapshot_at or self.leader is None:
            return
        self._snapshot_at = self.now + self.dice.between("snapshot", 20, 200)
        self.faults["snapshot"] += 1
        spec = self.leader._intake._grounds.spec(self.leader._intake._registry.known)  # type: ignore[attr-defined]
        save(self.folder, ground_of(spec, self.leader.epoch), self.leader.broker.saved())
        if self.strikes("torn snapshot"):
            whole = (self.folder / NAME).read_bytes()
            (self.folder / NAME).write_bytes(whole[: self.dice.below("torn", len(whole))])

    def _next(self) -> int:
        """The next second at which there is something to do; at least one later unless an answer waits to be recorded."""
        leader = self.leader
        if leader is None:
            return self.now + self.dice.between("restart", 0, 30)
        if leader._receipts:
            return self.now
        found = [one.at for one in self.asked if one.number is None]
        found += [wire.next_at() for wire in self.wires.values()]
        found += [at for at, _ in self.sleepers]
        found.append(leader.broker.next_at())
        if not self.healed:
            found += [self.heals_at, self._copy_at]
        if self._full_until:
            found.append(self._full_until)
        if leader._intake.slices.due:  # type: ignore[attr-defined]
            found.append(self.now + 1)
        if leader.broker.doubts() or leader._again or leader.silent or any(wire.behind() for wire in self.wires.values()):
            found.append(self.now + self.dice.between("look", 1, 15))
        soon = min((at for at in found if at > self.now), default=NEVER)
        return self.now + 1 if soon >= NEVER else soon
