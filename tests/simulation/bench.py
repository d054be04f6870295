"""The bench: one trace on a virtual clock, through the twin and through a broker over simulated sites.

What connects broker and sites here is what a driver of a real deployment does: gather, step, send, and read on from the marks
after a crash. The bench may kill the broker while it commits and while it sends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import numpy as np

from dure.adapters.engines.simulated import Faults, NodeEvent, SimulatedJobs, SimulatedSite
from dure.model.events import COLUMNS, Kind
from dure.operate.broker import Broker, Gathered
from dure.operate.intents import Intents
from dure.operate.memory import MemoryStore
from dure.operate.ports import Answer, Fact, Receipt, Rows, Submission
from dure.policy.build import Spec, build, grown
from dure.policy.layout import NEVER
from dure.policy.rules import give_credits, set_ceiling, set_nominal, set_owner, set_stopped, withdraw_job
from dure.policy.state import State, new_log
from dure.twin.draws import Stream, below, between, bits
from dure.twin.loop import GROW, advance
from dure.twin.world import SUPPLY, new_world

DECISIONS = (Kind.PLACED, Kind.RECALLED, Kind.PREEMPTED)
LIVE_ONLY = (
    Kind.SENT,
    Kind.TICK,
    Kind.DECIDED,
    Kind.HELD,
    Kind.IDLE,
    Kind.QUOTA,
    Kind.CREDIT,
    Kind.STOP,
    Kind.DEDICATED,
    Kind.PROMISED,
    Kind.WITHDRAWN,
)
FOR_EVER_S = 1 << 32
FACT_COLUMNS = [name for name, *_ in COLUMNS[1:]]


@dataclass(frozen=True)
class Trace:
    """One problem: a policy, a floor, jobs (columns as the twin's World names them), supply, and what goes wrong on the way."""

    spec: Spec
    jobs: Mapping[str, np.ndarray]
    supply: tuple[NodeEvent, ...] = ()
    rules: tuple[Fact, ...] = ()
    until_s: int = 1 << 40
    start_up_s: int = 0
    enforce: bool = False
    faults: Faults = field(default_factory=Faults)
    sites: tuple[int, ...] = ()
    """Site of each pool; one site for all where empty."""


def rows_of_twin(trace: Trace) -> tuple[Rows, State]:
    """The rows of the trace through the twin, and the State at its end."""
    supply = np.zeros(len(trace.supply), SUPPLY)
    for row, event in zip(supply, trace.supply, strict=True):
        row["at"], row["node"], row["nodes"], row["mode"], row["evict"] = event.at, event.node, event.nodes, event.mode, event.evict
    state = build(trace.spec)
    faults = trace.faults
    late, absent, back = (np.array(table, np.int64) for table in (faults.late_s, faults.absent_s, faults.back_s))
    world = new_world(state, dict(trace.jobs), supply, trace.start_up_s, trace.enforce, late, absent, back)
    log = new_log(max(1 << 10, 4 * int(state.rules[0]["row_room"])))
    chunks, rules = [], list(trace.rules)
    while int(state.meta[0]["now"]) < trace.until_s:
        while rules and rules[0].at <= state.meta[0]["now"]:
            _rule(state, rules.pop(0))
        outcome = int(advance(state, world, log, min([trace.until_s, *(rule.at for rule in rules)])))
        chunks.append(log.rows[: log.n[0]].copy())
        log.n[0] = 0
        if outcome == GROW:
            before = len(state.job)
            state = grown(state)
            world = world.replaced(job_work=np.concatenate([world.job_work, np.zeros(len(state.job) - before, np.int64)]))
    return np.concatenate(chunks), state


def _rule(state: State, rule: Fact) -> None:
    if rule.kind == Kind.WITHDRAWN:
        withdraw_job(state, rule.job)
    elif rule.kind == Kind.STOP:
        set_stopped(state, rule.job, rule.value)
    elif rule.kind == Kind.CREDIT:
        give_credits(state, rule.job, rule.value)
    elif rule.kind == Kind.QUOTA and rule.pool >= 0:
        set_ceiling(state, rule.job, state.pool[rule.pool]["model"], NEVER if rule.value < 0 else rule.value)
    elif rule.kind == Kind.QUOTA:
        set_nominal(state, rule.job, rule.value)
    else:
        set_owner(state, rule.pool, rule.job, rule.cause, rule.value)


class Killed(Exception):
    """The broker died here."""


class MortalStore:
    """A store whose writer dies in the commits that would write certain rows, once each: before it, or when it is already kept.

    `open_` gives the store as a new process would find it.
    """

    def __init__(self, open_: Callable[[], Any] | None = None, dies_at: Iterable[int] = (), dies_after: Random | None = None) -> None:
        memory = MemoryStore()
        self._open = open_ or (lambda: memory)
        self._dies_at, self._dies_after = sorted(dies_at, reverse=True), dies_after
        self.opened: Any = self._open()

    def reopen(self) -> None:
        self.opened = self._open()

    def commit(self, rows: Rows, jobs: Rows, marks: Mapping[str, int]) -> None:
        dies = bool(self._dies_at) and self._dies_at[-1] < self.opened.seq + len(rows)
        if dies:
            self._dies_at.pop()
        if not dies or (self._dies_after is not None and self._dies_after.random() < 0.5):
            self.opened.commit(rows, jobs, marks)
        if dies:
            raise Killed

    def rows(self, since: int = 0, until: int | None = None) -> Rows:
        return self.opened.rows(since, until)

    def jobs(self, since: int = 0) -> Rows:
        return self.opened.jobs(since)

    def marks(self) -> dict[str, int]:
        return dict(self.opened.marks())


class Bench:
    """A broker over simulated sites on a clock that jumps to where something happens."""

    def __init__(
        self,
        trace: Trace,
        *,
        shuffle: Random | None = None,
        dies_at: Iterable[int] = (),
        dies_after: Random | None = None,
        dies_sending: Random | None = None,
        open_store: Callable[[], Any] | None = None,
    ) -> None:
        """`shuffle`: what comes in at one instant comes in another order. `dies_sending`: the broker dies at one send in twenty.

        `dies_after`: half the commits that it dies in are kept. `open_store`: another store than one in memory.
        """
        self.trace, self.store = trace, MortalStore(open_store, dies_at, dies_after)
        self.deaths = 0
        self._shuffle, self._dies_sending = shuffle, dies_sending
        spec, jobs = trace.spec, trace.jobs
        truth = SimulatedJobs(
            jobs["work"].tolist(),
            [k.speeds for k in spec.classes],
            jobs["klass"].tolist(),
            jobs["checkpoint"].tolist(),
            jobs["outcome"].tolist(),
        )
        self._site_of = trace.sites or (0,) * len(spec.pools)
        delay_s = {p: pool.delay for p, pool in enumerate(spec.pools)}
        self.sites = [
            SimulatedSite(
                truth, self._events(site), delay_s=delay_s, faults=trace.faults, start_up_s=trace.start_up_s, enforce=trace.enforce
            )
            for site in range(max(self._site_of) + 1)
        ]
        self.broker = Broker(spec, self.store)
        self._receipts: dict[str, Receipt] = {}
        self._sent_to: dict[str, int] = {}

    def _events(self, site: int) -> list[NodeEvent]:
        first = np.cumsum([0] + [pool.nodes for pool in self.trace.spec.pools])
        pool_of = np.searchsorted(first, [event.node for event in self.trace.supply], side="right") - 1
        return [event for event, pool in zip(self.trace.supply, pool_of, strict=True) if self._site_of[pool] == site]

    def run(self, each: Callable[[Bench, int], None] | None = None) -> Rows:
        """To the end of the trace; returns the log. `each` is called after every step."""
        now, again = 0, False
        while True:
            if not self._receipts and not again:
                now = max(now, self._next_at())
            if now >= self.trace.until_s:
                return self.store.rows()
            again = False
            try:
                self._step(now)
            except Killed:
                self._restart(now)
                again = True
            if each is not None:
                each(self, now)

    def _next_at(self) -> int:
        submits, read = self.trace.jobs["submit"], self.store.marks().get("inbox", 0)
        inbox = int(submits[read]) if read < len(submits) else 1 << 62
        acts, read = self.trace.rules, self.store.marks().get("acts", 0)
        inbox = min(inbox, acts[read].at if read < len(acts) else inbox)
        return min(inbox, self.broker.next_at(), *(site.next_at() for site in self.sites))

    def _step(self, now: int) -> None:
        gathered = self._gather(now)
        self._receipts = {}
        self._deliver(self.broker.step(now, gathered), now)

    def _restart(self, now: int) -> None:
        """A new broker on the log as it is. It says again what no site has acknowledged."""
        while True:
            self.deaths += 1
            self._receipts = {}
            self.store.reopen()
            self.broker = Broker(self.trace.spec, self.store)
            try:
                self._deliver(self.broker.outbox(), now)
            except Killed:
                continue
            return

    def _gather(self, now: int) -> Gathered:
        marks = self.store.marks()
        facts: list[Fact] = []
        for number, site in enumerate(self.sites):
            told, marks[f"site {number}"] = site.observe(marks.get(f"site {number}", 0), now)
            facts += told
        read, submits = marks.get("inbox", 0), self.trace.jobs["submit"]
        marks["inbox"] = int(np.searchsorted(submits, now, side="right"))
        acts = [act for act in self.trace.rules[marks.get("acts", 0) :] if act.at <= now]
        marks["acts"] = marks.get("acts", 0) + len(acts)
        facts += acts
        submissions = [self._submission(j) for j in range(read, marks["inbox"])]
        doubts = {key: self._site_of[pool] for key, pool in self.broker.doubts()}
        doubts |= {key: self._sent_to[key] for key, receipt in self._receipts.items() if receipt.answer == Answer.NONE}
        presences = {key: self.sites[site].lookup(key, now) for key, site in doubts.items()}
        if self._shuffle is not None:
            self._shuffle.shuffle(facts)
            self._shuffle.shuffle(submissions)
        return Gathered(facts, submissions, self._receipts, presences, marks)

    def _submission(self, j: int) -> Submission:
        jobs = self.trace.jobs
        names = {"klass": "klass", "request_s": "request", "project": "project", "qos": "qos", "checkpoint_s": "checkpoint"}
        return Submission(at=int(jobs["submit"][j]), job=j, **{mine: int(jobs[its][j]) for mine, its in names.items()})

    def _deliver(self, intents: Intents, now: int) -> None:
        for stop in intents.stops:
            self._may_die()
            self.sites[self._site_of[stop.pool]].stop(stop.key, stop.by, now)
        for recall in intents.recalls:
            self._may_die()
            self.sites[self._site_of[recall.pool]].recall(recall.key, now)
        for send in intents.sends:
            self._may_die()
            site = self._sent_to[send.key] = self._site_of[send.placement.pool]
            self._receipts[send.key] = self.sites[site].send(send.key, send.placement, now)
        self._may_die()

    def _may_die(self) -> None:
        if self._dies_sending is not None and self._dies_sending.random() < 0.05:
            raise Killed


def decisions(rows: Rows) -> list[tuple[int, ...]]:
    """PLACED, RECALLED and PREEMPTED rows in their order."""
    chosen: list[tuple[int, ...]] = rows[np.isin(rows["kind"], DECISIONS)][FACT_COLUMNS].tolist()
    return chosen


def facts(rows: Rows) -> list[tuple[int, ...]]:
    """All other rows that both drivers write, second by second; the order inside a second is each driver's own."""
    return sorted(rows[~np.isin(rows["kind"], DECISIONS + LIVE_ONLY)][FACT_COLUMNS].tolist())


def same_run(one: Rows, other: Rows) -> None:
    """Assert that two logs tell the same story."""
    first, second = decisions(one), decisions(other)
    for a, b in zip(first, second, strict=False):
        assert a == b, f"{dict(zip(FACT_COLUMNS, a, strict=True))} and {dict(zip(FACT_COLUMNS, b, strict=True))}"
    assert len(first) == len(second)
    assert facts(one) == facts(other)


def drawn_faults(
    seed: int,
    late_s: int,
    lost_ppm: int,
    proof_s: tuple[int, int],
    size: int = 1 << 10,
    back_s: Sequence[int] = (1,),
    queued_ppm: int = 0,
) -> Faults:
    """Starts late by up to `late_s`, sends lost and proved so between two bounds, drawn for `size` attempts.

    `queued_ppm` of them stand behind their site's own customers for up to two hours, every fourth of these for ever.
    """
    attempt = np.arange(size)
    late = below(bits(seed, Stream.LATE, attempt), late_s + 1)
    queued = below(bits(seed, Stream.LATE, attempt, 1), 1_000_000) < queued_ppm
    stands = np.where(attempt % 4 == 0, FOR_EVER_S, below(bits(seed, Stream.LATE, attempt, 2), 7_200))
    late = np.where(queued, stands, late)
    lost = below(bits(seed, Stream.LOSS, attempt), 1_000_000) < lost_ppm
    absent = np.where(lost, between(bits(seed, Stream.PROOF, attempt), *proof_s), 0)
    return Faults(late_s=late.tolist(), absent_s=absent.tolist(), back_s=tuple(back_s))
