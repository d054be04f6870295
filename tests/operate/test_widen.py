"""A State that is made wider while it runs chooses as one that was as wide from the beginning."""

from __future__ import annotations

import heapq
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from dure.model.events import Kind, Outcome
from dure.model.fleet import Mode
from dure.operate.broker import Broker, Gathered
from dure.operate.intents import Intents
from dure.operate.memory import MemoryStore
from dure.operate.ports import Answer, Fact, Receipt, Submission
from dure.policy.build import ClassSpec, Order, PoolSpec, ProjectSpec, RuleSpec, Spec
from dure.policy.layout import NONE

PPM = 1_000_000
SPEC = Spec(
    pools=(
        PoolSpec(nodes=3, devices=4),
        PoolSpec(nodes=2, devices=8),
        PoolSpec(nodes=1, devices=4, owner=2, parent=0, modes=[int(Mode.NOT_DELIVERED)]),
    ),
    classes=(
        ClassSpec(devices=2, speeds=(PPM, PPM, PPM)),
        ClassSpec(devices=8, speeds=(PPM, PPM // 2, 0)),
        ClassSpec(devices=3, speeds=(0, 0, PPM)),
    ),
    projects=(ProjectSpec(parent=NONE, leaf=False), ProjectSpec(credits=0), ProjectSpec(), ProjectSpec(share=3)),
    acts=True,
    jobs=8,
)
NARROW = replace(SPEC, pools=SPEC.pools[:2], classes=(ClassSpec(devices=2, speeds=(PPM, PPM)),), projects=SPEC.projects[:2])


class World:
    """Sites that start at once and end in time, the same for every broker."""

    def __init__(self, spec: Spec) -> None:
        self.store = MemoryStore()
        self.broker = Broker(spec, self.store)
        self._ends: list[tuple[int, str]] = []
        self._receipts: dict[str, Receipt] = {}
        self._facts: list[Fact] = []

    def step(self, now: int, facts: list[Fact], submissions: list[Submission]) -> None:
        while self._ends and self._ends[0][0] <= now:
            at, key = heapq.heappop(self._ends)
            self._facts.append(Fact(Kind.ENDED, at, key, value=at, cause=int(Outcome.COMPLETED)))
        gathered = Gathered([*self._facts, *facts], submissions, self._receipts)
        self._facts, self._receipts = [], {}
        self._deliver(self.broker.step(now, gathered), now)

    def _deliver(self, intents: Intents, now: int) -> None:
        for send in intents.sends:
            self._receipts[send.key] = Receipt(Answer.ACCEPTED)
            self._facts.append(Fact(Kind.STARTED, now, send.key))
            heapq.heappush(self._ends, (now + send.placement.request_s, send.key))


STEPS = st.lists(st.tuples(st.integers(1, 40), st.integers(0, 2), st.integers(1, 3), st.integers(5, 90)), min_size=1, max_size=25)


FAIR = RuleSpec(order=Order.MULTIFACTOR, period=40, half_life=300, fair_weight=10_000)


@settings(max_examples=20)
@given(st.sampled_from([RuleSpec(), FAIR]), STEPS, st.integers(0, 12))
def test_wider_later_is_wide_from_the_beginning(rules: RuleSpec, steps: list[tuple[int, int, int, int]], at: int) -> None:
    """Shares too: of a project that joins between two ticks, and so of all others, they are what they would be had it always been there."""
    whole, narrow = replace(SPEC, rules=rules), replace(NARROW, rules=rules)
    wide, grows = World(whole), World(narrow)
    now = 0
    server = len(wide.broker.state.node) - 1
    for number, (wait, klass, project, request_s) in enumerate(steps):
        now += wait
        facts = [Fact(Kind.CREDIT, now, job=1, value=600 * PPM)] if number == 0 else []
        if number < at:
            klass, project = 0, 1
        if number == at:
            grows.broker.widen(whole)
            assert grows.broker.state.project["fair"].tolist() == wide.broker.state.project["fair"].tolist()
            facts.append(Fact(Kind.NODE, now, node=server, count=1, cause=int(Mode.UP)))
        job = [Submission(now, number, klass, request_s, project)]
        wide.step(now, facts, job)
        grows.step(now, facts, job)
    for _ in range(20):
        now += 30
        wide.step(now, [], [])
        grows.step(now, [], [])
    assert _told(wide) == _told(grows)
    again = Broker(whole if len(steps) > at else narrow, grows.store)
    assert sorted(_open(again)) == sorted(_open(grows.broker))


def _told(world: World) -> list[list[int]]:
    """The log but for how devices are accounted for: a pool that is not there yet has none that is not delivered."""
    rows = world.store.rows()
    return [list(row)[1:] for row in rows[rows["kind"] != Kind.IDLE].tolist()]


def _open(broker: Broker) -> list[tuple[int, int]]:
    jobs = broker.state.job
    return [(int(one["id"]), int(one["state"])) for one in jobs if one["state"] != NONE]
