"""One plan through the twin and through the live broker: the same jobs, floor and failures, and the decisions of both.

The broker stands over a simulated site and a store in memory, on a clock that jumps to where something happens. Between the two
drivers only the sources of facts differ; that the decisions do not is what the demo and `dure validate` show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dure.adapters.engines.simulated import NodeEvent, SimulatedJobs, SimulatedSite
from dure.model.events import COLUMNS, Kind
from dure.operate.broker import Broker, Gathered
from dure.operate.memory import MemoryStore
from dure.operate.ports import Receipt, Rows, Submission
from dure.twin.run import run

if TYPE_CHECKING:
    from pathlib import Path

    from dure.twin.build import Plan

DECISIONS = (Kind.PLACED, Kind.RECALLED, Kind.PREEMPTED)
_COLUMNS = [name for name, *_ in COLUMNS[1:]]
NEVER = 1 << 62
DAY_JOBS = 2_000
DAY = (
    "programme.horizon=1d",
    "sites[hill].pools[h200].nodes=300",
    "sites[hill].pools[mi300x].nodes=150",
    "sites[river].pools[rngd].nodes=80",
)

Decision = tuple[int, ...]


def decisions_of_twin(plan: Plan) -> list[Decision]:
    """Every decision of the twin, in its order."""
    chunks: list[Rows] = []
    run(plan, lambda rows: chunks.append(rows.copy()))
    return _decisions(np.concatenate(chunks)) if chunks else []


def decisions_of_broker(plan: Plan) -> list[Decision]:
    """Every decision of the live broker, in its order. Terms of dedicated nodes and budget stops are the twin's own acts."""
    assert not plan.acts, "acts of the programme office are not facts of a site"
    assert plan.horizon_s is not None
    store = MemoryStore()
    broker = Broker(plan.spec, store)
    site = _site(plan)
    receipts: dict[str, Receipt] = {}
    now = 0
    while True:
        if not receipts:
            now = max(now, min(_next_submission(plan, store), broker.next_at(), site.next_at()))
        if now >= plan.horizon_s:
            return _decisions(store.rows())
        gathered = _gathered(plan, store, site, receipts, now)
        intents, receipts = broker.step(now, gathered), {}
        for stop in intents.stops:
            site.stop(stop.key, stop.by, now)
        for recall in intents.recalls:
            site.recall(recall.key, now)
        for send in intents.sends:
            receipts[send.key] = site.send(send.key, send.placement, now)


def agreeing(one: list[Decision], other: list[Decision]) -> int:
    """How many decisions are the same, in order and time, from the first on."""
    for number, (mine, its) in enumerate(zip(one, other, strict=False)):
        if mine != its:
            return number
    return min(len(one), len(other))


class Day(NamedTuple):
    """Decisions of the two drivers over a day, how many of them are the same from the first on, and what became of the jobs."""

    decisions: int
    same: int
    jobs: int
    placed: int
    """Jobs that got a place at all; the others still waited when the day ended, or no pool can run them."""


def a_day(scenario: Path) -> Day:
    """A day of 2,000 jobs on the small example with more servers, through the twin and through the broker."""
    from dure.adapters.run_input import Options, prepare

    plan = prepare(scenario, Options(sets=DAY, jobs=DAY_JOBS)).plan
    twin, broker = decisions_of_twin(plan), decisions_of_broker(plan)
    kind, job = _COLUMNS.index("kind"), _COLUMNS.index("job")
    placed = {one[job] for one in twin if one[kind] == Kind.PLACED}
    return Day(max(len(twin), len(broker)), agreeing(twin, broker), len(plan.jobs), len(placed))


def _site(plan: Plan) -> SimulatedSite:
    assert plan.horizon_s is not None
    columns, spec = plan.columns, plan.spec
    truth = SimulatedJobs(
        columns["work"].tolist(),
        [klass.speeds for klass in spec.classes],
        columns["klass"].tolist(),
        columns["checkpoint"].tolist(),
        columns["outcome"].tolist(),
        columns["until"].tolist(),
    )
    events = [
        NodeEvent(int(row["at"]), int(row["node"]), int(row["nodes"]), int(row["mode"]), bool(row["evict"]))
        for row in plan.supply.events(plan.horizon_s)
    ]
    delay_s = {number: pool.delay for number, pool in enumerate(spec.pools)}
    return SimulatedSite(truth, events, delay_s=delay_s, start_up_s=plan.start_up_s, enforce=plan.enforce)


def _next_submission(plan: Plan, store: MemoryStore) -> int:
    submits, read = plan.columns["submit"], store.marks().get("inbox", 0)
    return int(submits[read]) if read < len(submits) else NEVER


def _gathered(plan: Plan, store: MemoryStore, site: SimulatedSite, receipts: dict[str, Receipt], now: int) -> Gathered:
    marks = dict(store.marks())
    facts, marks["site"] = site.observe(marks.get("site", 0), now)
    read = marks.get("inbox", 0)
    marks["inbox"] = int(np.searchsorted(plan.columns["submit"], now, side="right"))
    submissions = [_submission(plan, job) for job in range(read, marks["inbox"])]
    return Gathered(facts, submissions, receipts, {}, marks)


def _submission(plan: Plan, job: int) -> Submission:
    names = {"klass": "klass", "request_s": "request", "project": "project", "qos": "qos", "checkpoint_s": "checkpoint"}
    return Submission(at=int(plan.columns["submit"][job]), job=job, **{mine: int(plan.columns[its][job]) for mine, its in names.items()})


def _decisions(rows: Rows) -> list[Decision]:
    chosen: list[Decision] = rows[np.isin(rows["kind"], DECISIONS)][_COLUMNS].tolist()
    return chosen
