"""The loop of a live broker: gather, step, send, on the real clock.

Everything that may fail is asked here and nowhere else. A site that does not answer says nothing this time: what is placed there is
asked for again, its jobs stay known, the other sites go on. The broker may be killed between any two lines; `Driver.begin` on the same
log says again what no site has acknowledged.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from dure.adapters.store.engine import connect
from dure.adapters.store.migrate import migrate
from dure.adapters.store.sql import SqlStore
from dure.bootstrap.said import Nodes
from dure.bootstrap.silence import Silence
from dure.model.events import Kind
from dure.operate.broker import Broker, Gathered
from dure.operate.intents import Intents, Recall, Stop
from dure.operate.keys import Keys
from dure.operate.ports import Answer, Engine, Fact, Placement, Presence, Program, Receipt, Store, Submission, Upkeep
from dure.policy.build import Spec
from dure.policy.state import State

PAUSE_S = 0.05
"""Between two looks at the sites where nothing happened."""
INBOX = "inbox"


def clock() -> int:
    """Unix seconds."""
    return int(time.time())


@dataclass(frozen=True, slots=True)
class Wanted:
    """What people want of a server: its name, its site, its number there."""

    node: str
    site: str
    server: int
    upkeep: Upkeep


class Intake(Protocol):
    """What people ask, in the order in which it was accepted."""

    def read(self, since: int, now: int, state: State) -> tuple[Sequence[Submission], Sequence[Fact], int]:
        """Jobs and rules from a position on, and the position behind them."""

    def wider(self) -> Spec | None:
        """What the State has to be built from before that can be taken; None where it holds it as it is."""

    def told(self, fact: Fact, keys: Keys) -> Fact:
        """What a site says, as it counts here."""

    def program(self, placement: Placement) -> Program | None:
        """What a job runs where it is placed."""

    def upkeeps(self) -> Iterable[Wanted]:
        """What people want of servers and their sites have not taken."""

    def kept(self, wanted: Wanted) -> None:
        """Its site has taken it."""


class Whereabouts(Protocol):
    """Nodes of the State and servers of the sites, where they are not one and the same."""

    def moves(self, broker: Nodes, now: int) -> Iterable[Fact]:
        """Nodes that change hands now."""

    def told(self, fact: Fact, state: State) -> Fact:
        """What a site says of a server, as of a node."""

    def placed(self, placement: Placement) -> Placement:
        """A placement on servers."""


class Reconciling(Protocol):
    """What has to be settled with the sites before anything is placed."""

    silent: dict[str, str]
    """Sites that it waits for, and what the system said."""

    def through(self, now: int, said: Callable[[str], None]) -> bool:
        """Whether it is; what can be done for it is done."""

    def withdrawn(self, facts: Sequence[Fact], now: int) -> Sequence[Fact]:
        """What these facts of sites bring with them."""


class Settled:
    """Nothing is."""

    def __init__(self) -> None:
        self.silent: dict[str, str] = {}

    def through(self, now: int, said: Callable[[str], None]) -> bool:
        return True

    def withdrawn(self, facts: Sequence[Fact], now: int) -> Sequence[Fact]:
        return ()


@dataclass(frozen=True, slots=True)
class Listed:
    """An intake whose jobs are all known beforehand: a demonstration, a test."""

    jobs: Sequence[tuple[Submission, Program]]

    def read(self, since: int, now: int, state: State) -> tuple[Sequence[Submission], Sequence[Fact], int]:
        """Those whose second has come."""
        found = [submission for submission, _ in self.jobs[since:] if submission.at <= now]
        return found, (), since + len(found)

    def wider(self) -> Spec | None:
        return None

    def told(self, fact: Fact, keys: Keys) -> Fact:
        return fact

    def program(self, placement: Placement) -> Program | None:
        return self.jobs[placement.job][1]

    def upkeeps(self) -> Iterable[Wanted]:
        return ()

    def kept(self, wanted: Wanted) -> None:
        pass


class AtHome:
    """Every node of the State is the server of its number."""

    def moves(self, broker: Nodes, now: int) -> Iterable[Fact]:
        return ()

    def told(self, fact: Fact, state: State) -> Fact:
        return fact

    def placed(self, placement: Placement) -> Placement:
        return placement


class Driver:
    """One broker, its store and its sites."""

    def __init__(
        self,
        broker: Broker,
        store: Store,
        sites: Mapping[str, Engine],
        site_of: Callable[[int], str],
        intake: Intake,
        now: Callable[[], int] = clock,
        homes: Whereabouts | None = None,
        before: Reconciling | None = None,
        said: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`site_of`: the name of a pool's site. Marks of a site are kept under its name, so it must not change."""
        self.broker, self._store, self._sites, self._site_of, self._intake = broker, store, sites, site_of, intake
        self._clock, self._homes, self._before, self._told = now, homes or AtHome(), before or Settled(), said
        self._settled = False
        self._receipts: dict[str, Receipt] = {}
        self._again: list[Stop | Recall] = []
        self.silent: dict[str, str] = {}
        """Sites that did not answer when they were last asked, and what the system said."""
        self._silence = Silence(site_of)

    @property
    def sites(self) -> Mapping[str, Engine]:
        """By name."""
        return self._sites

    @property
    def term(self) -> int:
        """The term of this leader, where its store has terms; else 0."""
        return int(getattr(self._store, "term", 0))

    @property
    def epoch(self) -> int:
        """The epoch of this leader's keys."""
        return int(getattr(self._store, "epoch", 0))

    def begin(self) -> None:
        """Say again what no site has acknowledged; to be called once, before the first turn."""
        self._settle(self._now())

    def _settle(self, now: int) -> bool:
        """Settle with the sites what is to be settled; then nothing stands in the way of what was to be sent."""
        if not self._settled and self._before.through(now, self._told):
            self._settled = True
            self._deliver(self.broker.outbox(), now)
        elif not self._settled:
            self.silent = dict(self._before.silent)
        return self._settled

    def turn(self) -> bool:
        """Gather, step, send, once. Returns whether there was anything to do."""
        now = self._now()
        if not self._settle(now):
            return False
        gathered = self._gather(now)
        told = gathered.facts or gathered.submissions or gathered.receipts or gathered.presences or gathered.marks
        if not told and self.broker.next_at() > now:
            return False
        self._receipts = {}
        self._deliver(self.broker.step(now, gathered), now)
        return True

    def run(self, over: Callable[[], bool], pause_s: float = PAUSE_S) -> None:
        """Turns until `over`, which is asked before each one."""
        while not over():
            if not self.turn():
                time.sleep(pause_s)

    def _now(self) -> int:
        """A clock that was set back stands still here: no second comes twice."""
        return max(self._clock(), int(self.broker.state.meta[0]["now"]))

    def _gather(self, now: int) -> Gathered:
        before: Mapping[str, int] = self._store.marks()
        marks: dict[str, int] = {}
        facts: list[Fact] = []
        for name, site in self._sites.items():
            try:
                told, mark = site.observe(before.get(f"site {name}", 0), now)
            except OSError as error:
                self.silent[name] = str(error)
                facts += self._silence.lasts(name, now, self.broker, before, marks)
                continue
            self.silent.pop(name, None)
            here = [self._intake.told(self._homes.told(fact, self.broker.state), self.broker.keys) for fact in told]
            facts += self._silence.ends(name, now, self.broker, before, marks)
            facts += here
            marks[f"site {name}"] = mark
        submissions, rules, marks[INBOX] = self._intake.read(before.get(INBOX, 0), now, self.broker.state)
        wider = self._intake.wider()
        if wider is not None:
            self.broker.widen(wider)
        facts += self._before.withdrawn(facts, now)
        if not any(fact.kind == Kind.NODE for fact in facts):  # what passes on passes as its site's last word has it
            facts += self._homes.moves(self.broker, now)
        for one in self._again:
            self._take_off(one, now)
        self._upkeep(now)
        changed = {source: mark for source, mark in marks.items() if mark != before.get(source, 0)}
        return Gathered([*facts, *rules], submissions, dict(self._receipts), self._presences(now), changed)

    def _upkeep(self, now: int) -> None:
        """Tell sites what people want of their servers; one that does not answer is told at the next turn."""
        for wanted in self._intake.upkeeps():
            try:
                self._sites[wanted.site].node(wanted.server, wanted.upkeep, now)
            except OSError as error:
                self.silent[wanted.site] = str(error)
            else:
                self._intake.kept(wanted)

    def _presences(self, now: int) -> dict[str, Presence]:
        """What sites know of keys whose send was not answered; only what is known is told."""
        found: dict[str, Presence] = {}
        for key, pool in self.broker.doubts():
            try:
                presence = self._sites[self._site_of(pool)].lookup(key, now)
            except OSError as error:
                self.silent[self._site_of(pool)] = str(error)
                continue
            if presence != Presence.UNKNOWN:
                found[key] = presence
        return found

    def _deliver(self, intents: Intents, now: int) -> None:
        for stop in intents.stops:
            self._take_off(stop, now)
        for recall in intents.recalls:
            self._take_off(recall, now)
        for send in intents.sends:
            name, placement = self._site_of(send.placement.pool), send.placement
            try:
                program = self._intake.program(placement)
                self._receipts[send.key] = self._sites[name].send(send.key, self._homes.placed(placement), now, program)
            except OSError as error:
                self.silent[name] = str(error)
                self._receipts[send.key] = Receipt(Answer.NONE)

    def _take_off(self, one: Stop | Recall, now: int) -> None:
        """A stop or a recall that does not get through is tried again at every turn."""
        self._again = [other for other in self._again if other != one]
        try:
            self._stop(one, now) if isinstance(one, Stop) else self._sites[self._site_of(one.pool)].recall(one.key, now)
        except OSError as error:
            self.silent[self._site_of(one.pool)] = str(error)
            self._again.append(one)

    def _stop(self, stop: Stop, now: int) -> None:
        self._sites[self._site_of(stop.pool)].stop(stop.key, stop.by, now, why=stop.why)


def lead(address: str, spec: Spec, holder: str) -> tuple[Broker, SqlStore]:
    """The broker on the log at this address; whoever led before can write nothing any more."""
    engine = connect(address)
    migrate(engine)
    store = SqlStore(engine, holder)
    return Broker(spec, store, store.keys), store
