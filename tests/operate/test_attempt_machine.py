"""The attempt machine under facts that come late, twice and out of order, and under brokers that die.

A site is played whose truth is known. However the facts are delivered, the log ends with each of them once, the State is what
the log says, no device is given twice and no job is lost.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from dure.ledger.attempts import Gathering
from dure.model.events import Kind, Outcome
from dure.model.fleet import Mode
from dure.model.reasons import Code, reason
from dure.model.work import AttemptState
from dure.operate.attempts import attempt_of
from dure.operate.broker import Broker, Gathered
from dure.operate.follow import Follower
from dure.operate.intents import Intents
from dure.operate.memory import MemoryStore
from dure.operate.ports import Answer, Fact, Presence, Receipt
from dure.policy.layout import FREE, NONE
from dure.policy.state import same
from dure.policy.why import slot_of, why
from tests.operate.small import SPEC, job, new_broker

NODES = sum(pool.nodes for pool in SPEC.pools)
LAST = (Outcome.COMPLETED, Outcome.FAILED, Outcome.CANCELED, Outcome.EVICTED, Outcome.PREEMPTED)
PICK = st.integers(0, 1 << 16)


@dataclass
class Life:
    """What really became of an attempt."""

    started_at: int | None = None
    over: bool = False
    facts: list[Fact] = field(default_factory=list)


class AttemptMachine(RuleBasedStateMachine):
    """Rules are what a site and its broker may do; `lives` is the truth."""

    @initialize()
    def begin(self) -> None:
        self.store = MemoryStore()
        self.broker = Broker(SPEC, self.store)
        self.now, self.jobs = 0, 0
        self.lives: dict[str, Life] = {}
        self.news: list[Fact] = []
        self.told: list[Fact] = []
        self.modes: list[Fact] = []
        self.absorbed: Counter[str] = Counter()
        self.step(Gathered())

    def step(self, gathered: Gathered) -> None:
        self.send(self.broker.step(self.now, gathered))

    def send(self, intents: Intents) -> None:
        for send in intents.sends:
            self.lives.setdefault(send.key, Life())

    def alive(self) -> list[str]:
        return [key for key, life in self.lives.items() if not life.over]

    def happens(self, key: str, *facts: Fact) -> None:
        self.lives[key].facts += facts
        self.news += facts

    @rule(seconds=st.integers(1, 100))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds
        if self.broker.next_at() <= self.now:
            self.step(Gathered())

    @rule(klass=st.integers(0, 3), request_s=st.integers(1, 300))
    def somebody_submits(self, klass: int, request_s: int) -> None:
        self.step(Gathered(submissions=[job(self.jobs, self.now, klass, request_s)]))
        self.jobs += 1

    @precondition(lambda self: self.alive())
    @rule(pick=PICK)
    def the_site_starts_one(self, pick: int) -> None:
        key = self.alive()[pick % len(self.alive())]
        if self.lives[key].started_at is None:
            self.lives[key].started_at = self.now
            self.happens(key, Fact(Kind.STARTED, self.now, key))

    @precondition(lambda self: self.alive())
    @rule(pick=PICK, outcome=st.sampled_from(LAST), kept_ppm=st.integers(0, 1_000_000))
    def one_ends(self, pick: int, outcome: Outcome, kept_ppm: int) -> None:
        key = self.alive()[pick % len(self.alive())]
        life = self.lives[key]
        life.over = True
        ran_s = 0 if life.started_at is None else self.now - life.started_at
        kept_s = ran_s * kept_ppm // 1_000_000
        if ran_s > kept_s:
            self.happens(key, Fact(Kind.LOST, self.now, key, value=ran_s - kept_s))
        self.happens(key, Fact(Kind.ENDED, self.now, key, value=kept_s, cause=outcome))

    @precondition(lambda self: self.alive())
    @rule(pick=PICK, bar_s=st.integers(1, 200))
    def the_site_refuses_one(self, pick: int, bar_s: int) -> None:
        key = self.alive()[pick % len(self.alive())]
        if self.lives[key].started_at is None and self.answered(key) is AttemptState.PLACED:
            self.lives[key].over = True
            self.lives[key].facts.append(Fact(Kind.REFUSED, self.now, key, value=self.now + bar_s))
            attempt = self.broker.attempts[attempt_of(0, key)]  # type: ignore[index]
            self.step(Gathered(receipts={key: Receipt(Answer.REFUSED, self.now + bar_s)}))
            slot = slot_of(self.broker.state, attempt.job)
            assert why(self.broker.state, slot) == (reason(Code.BARRED, pool=attempt.pool, until_s=bar_s),)

    def answered(self, key: str) -> AttemptState:
        attempt = attempt_of(0, key)
        assert attempt is not None
        return self.broker.attempts[attempt].state

    @precondition(lambda self: self.alive())
    @rule(pick=PICK, answer=st.sampled_from([Answer.ACCEPTED, Answer.NONE]), presence=st.sampled_from([Presence.FOUND, Presence.UNKNOWN]))
    def the_site_answers(self, pick: int, answer: Answer, presence: Presence) -> None:
        key = self.alive()[pick % len(self.alive())]
        if self.answered(key) is AttemptState.PLACED:
            self.step(Gathered(receipts={key: Receipt(answer)}))
            self.step(Gathered(presences=dict.fromkeys([key for key, _ in self.broker.doubts()], presence)))

    @precondition(lambda self: self.news)
    @rule(pick=PICK, count=st.integers(1, 4))
    def news_arrive(self, pick: int, count: int) -> None:
        arrived = [self.news.pop(pick % len(self.news)) for _ in range(min(count, len(self.news)))]
        self.told += arrived
        self.step(Gathered(facts=arrived))

    @precondition(lambda self: self.told)
    @rule(pick=PICK, otherwise=st.booleans())
    def old_news_arrive_again(self, pick: int, otherwise: bool) -> None:
        fact = self.told[pick % len(self.told)]
        rows = self.store.seq
        self.step(Gathered(facts=[replace(fact, at=fact.at - 1) if otherwise else fact]))
        self.absorbed["conflicting" if otherwise else "repeated"] += 1
        assert self.store.seq == rows, "a fact was recorded twice"

    @rule(key=st.sampled_from(["dure-0-999999", "dure-1-1", "somebody-else", "dure-0-", ""]))
    def a_stranger_is_reported(self, key: str) -> None:
        rows = self.store.seq
        self.step(Gathered(facts=[Fact(Kind.STARTED, self.now, key)]))
        self.absorbed["unknown"] += 1
        assert self.store.seq == rows

    @rule(node=st.integers(0, NODES - 1), mode=st.sampled_from([Mode.UP, Mode.FAILED, Mode.MAINTENANCE]))
    def a_node_changes(self, node: int, mode: Mode) -> None:
        fact = Fact(Kind.NODE, self.now, node=node, count=1, cause=mode)
        self.absorbed["repeated"] += fact in self.modes
        self.modes.append(fact)
        self.step(Gathered(facts=[fact]))

    @rule()
    def the_broker_dies(self) -> None:
        self.broker = Broker(SPEC, self.store)
        self.send(self.broker.outbox())
        self.absorbed.clear()

    @invariant()
    def no_device_is_given_twice(self) -> None:
        state = self.broker.state
        open_parts: Counter[int] = Counter()
        for attempt in state.attempt[state.attempt["state"] != FREE]:
            at = int(attempt["parts"])
            while at != NONE:
                open_parts[int(state.part[at]["node"])] += int(state.part[at]["milli"])
                at = int(state.part[at]["next"])
        for number, node in enumerate(state.node):
            assert node["busy"] + node["placed"] == open_parts[number] <= node["total"]

    @invariant()
    def no_job_is_lost(self) -> None:
        state = self.broker.state
        open_jobs = set(state.job["id"][state.job["state"] != NONE].tolist())
        rows = self.store.rows()
        ended = rows[(rows["kind"] == Kind.ENDED) & (rows["cause"] <= Outcome.TIME_LIMIT)]["job"].tolist()
        assert len(ended) == len(set(ended))
        assert open_jobs | set(ended) == set(range(self.jobs))
        assert not open_jobs & set(ended)

    @invariant()
    def the_book_and_the_state_agree(self) -> None:
        state = self.broker.state
        in_state = {int(a["id"]): int(a["state"]) for a in state.attempt[state.attempt["state"] != FREE]}
        in_book = {a: int(self.broker.attempts[a].state) for a in self.broker.attempts.of(*AttemptState) if self.open(a)}
        assert in_state == in_book

    def open(self, attempt: int) -> bool:
        return self.broker.attempts[attempt].state != AttemptState.ENDED

    @invariant()
    def what_was_absorbed_was_counted(self) -> None:
        assert self.broker.absorbed == +self.absorbed

    def teardown(self) -> None:
        if not hasattr(self, "store"):
            return
        self.step(Gathered(facts=self.news))
        rows = self.store.rows()
        for key, life in self.lives.items():
            mine = rows[(rows["attempt"] == attempt_of(0, key)) & ~_of(rows, Kind.PLACED, Kind.SENT)]
            told = sorted(zip(*(mine[name].tolist() for name in ("kind", "at", "value", "cause")), strict=True))
            assert told == sorted((int(f.kind), f.at, f.value, f.cause) for f in life.facts)
        follower = Follower(SPEC)
        follower.learn(0, self.store.jobs())
        follower.apply(rows)
        assert same(follower.state, self.broker.state)


def _of(rows: Any, *kinds: Kind) -> Any:
    return sum((rows["kind"] == kind for kind in kinds), start=rows["kind"] < 0)


TestAttemptMachine = AttemptMachine.TestCase
TestAttemptMachine.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)


@st.composite
def lives(draw: st.DrawFn) -> list[Fact]:
    """The facts of eight attempts of eight jobs, in order."""
    facts = []
    for attempt in range(1, 9):
        key, start = f"dure-0-{attempt}", draw(st.integers(0, 50))
        end = start + draw(st.integers(1, 100))
        kept_s = draw(st.integers(0, end - start))
        facts += [Fact(Kind.STARTED, start, key)] if draw(st.booleans()) else []
        started = bool(facts) and facts[-1].key == key
        if started and kept_s < end - start:
            facts.append(Fact(Kind.LOST, end, key, value=end - start - kept_s))
        facts.append(Fact(Kind.ENDED, end, key, value=kept_s if started else 0, cause=draw(st.sampled_from(LAST[:3]))))
    return sorted(facts, key=lambda fact: fact.at)


@settings(max_examples=40, deadline=None)
@given(lives(), st.data())
def test_the_ledger_is_the_same_however_the_facts_come(facts: list[Fact], data: st.DataObject) -> None:
    """In any order, some of them twice, told up to a day late, in any portions, with the broker made anew in between."""
    straight, shuffled = _ledger([[fact] for fact in facts], late_s=0), data.draw(st.permutations(facts + facts[::3]))
    portions, at = [], 0
    while at < len(shuffled):
        size = data.draw(st.integers(1, 6))
        portions.append(shuffled[at : at + size])
        at += size
    assert _ledger(portions, late_s=data.draw(st.integers(1, 86_400))) == straight


def _ledger(portions: list[list[Fact]], late_s: int) -> list[tuple[int, ...]]:
    broker, store = new_broker()
    broker.step(0, Gathered(submissions=[job(number) for number in range(8)]))
    now = 0
    for portion in portions:
        now = max(now, max(fact.at for fact in portion)) + late_s
        broker.step(now, Gathered(facts=portion))
        broker, _ = new_broker(store)
    gathering = Gathering()
    gathering.add(store.rows())
    table = gathering.attempts(horizon_s=1 << 30)
    columns = ("attempt", "job", "pool", "placed_s", "started_s", "ended_s", "outcome", "milli", "kept_s", "rework_s")
    return list(zip(*(getattr(table, name).tolist() for name in columns), strict=True))
