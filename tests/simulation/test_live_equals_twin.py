"""Live equals twin: one trace through the twin and through a broker over simulated sites; decisions identical, row by row.

The trace has failures, drains, money that runs out, preemption, quotas, credits, a lent pool, three speeds a class and two sites.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest

from dure.adapters.engines.simulated import Faults
from dure.adapters.store.engine import connect
from dure.adapters.store.migrate import migrate
from dure.adapters.store.sql import SqlStore
from dure.model.events import Kind, Outcome
from dure.model.work import Backfill, NodeRule, Order, PoolRule
from dure.operate.broker import Broker
from dure.operate.follow import Follower
from dure.policy.state import same
from tests.simulation.bench import Bench, Trace, drawn_faults, facts, rows_of_twin, same_run
from tests.simulation.traces import everything
from tests.stores import new_database

JOBS = 300
MIXES = (
    {"order": Order.MULTIFACTOR},
    {"order": Order.FCFS, "pool_rule": PoolRule.CHEAPEST, "node_rule": NodeRule.SPREAD},
    {"order": Order.SJF, "pool_rule": PoolRule.EARLIEST, "node_rule": NodeRule.FIRST, "hold_kept": True},
    {"order": Order.FCFS, "backfill": Backfill.NONE},
    {"order": Order.MULTIFACTOR, "reserve": True},
    {"order": Order.SJF, "reserve": True, "hold_kept": True},
)


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    trace = everything(1, 2)
    rows_of_twin(trace)
    Bench(trace).run()


def delayed(seed: int, jobs: int = JOBS, reserve: bool = False) -> Trace:
    """Starts 20 s and up to 90 s more late; one send in twenty lost, and proved so after two to fifteen minutes."""
    return everything(seed, jobs, delay_s=20, faults=drawn_faults(seed, late_s=90, lost_ppm=50_000, proof_s=(120, 900)), reserve=reserve)


def opaque(seed: int, jobs: int = JOBS, **rules: object) -> Trace:
    """Sites with customers of their own: one attempt in seven stands behind them, and nothing lies there for longer than
    100 s (200 s where it is lent) before it is recalled. To take it back takes up to a minute.
    """
    late = drawn_faults(seed, 90, 30_000, (120, 900), back_s=(1, 5, 20, 60), queued_ppm=150_000)
    return everything(seed, jobs, delay_s=20, ahead_s=100, faults=late, **rules)  # type: ignore[arg-type]


def outcomes(rows: object) -> set[int]:
    return set(rows["cause"][rows["kind"] == Kind.ENDED].tolist())  # type: ignore[index]


@pytest.mark.parametrize("mix", MIXES, ids=lambda mix: "-".join(str(value) for value in mix.values()))
def test_at_delay_0_all_rows_are_identical(mix: dict[str, object]) -> None:
    trace = everything(1, JOBS, **mix)  # type: ignore[arg-type]
    twin, state = rows_of_twin(trace)
    bench = Bench(trace)
    same_run(twin, bench.run())
    assert same(state, bench.broker.state)
    assert not bench.broker.absorbed
    assert not bench.broker.odd
    assert {Outcome.COMPLETED, Outcome.FAILED, Outcome.EVICTED} <= outcomes(twin)


def test_the_traces_have_what_they_promise() -> None:
    """Preemption by quality of service, recall of lent nodes, evictions, losses and late starts all happen."""
    _, state = rows_of_twin(everything(1, JOBS, reserve=True))
    assert state.meta[0]["reserve_given"] > 5
    kinds, ends = set(), set()
    for seed in (1, 2):
        twin, _ = rows_of_twin(delayed(seed))
        kinds |= set(twin["kind"].tolist())
        ends |= outcomes(twin)
    assert {Kind.PREEMPTED, Kind.NODE, Kind.LOST} <= kinds
    assert {Outcome.PREEMPTED, Outcome.EVICTED, Outcome.LOST, Outcome.FAILED} <= ends


@pytest.mark.parametrize(("seed", "reserve"), [(1, False), (2, False), (3, False), (4, True)])
def test_at_a_drawn_delay_and_loss_all_rows_are_identical(seed: int, reserve: bool) -> None:
    trace = delayed(seed, reserve=reserve)
    twin, _ = rows_of_twin(trace)
    bench = Bench(trace)
    same_run(twin, bench.run())
    assert Outcome.LOST in outcomes(twin)
    assert sum(site.counts.lost for site in bench.sites) > 0


@pytest.mark.parametrize(("seed", "reserve"), [(1, False), (2, False), (3, False), (4, True)])
def test_killed_at_random_rows_and_read_again_all_rows_are_identical(seed: int, reserve: bool) -> None:
    trace = delayed(seed, reserve=reserve)
    twin, _ = rows_of_twin(trace)
    whole = Bench(trace).run()
    bench = Bench(trace, dies_at=Random(seed).sample(range(len(whole)), 12))
    rows = bench.run()
    same_run(twin, rows)
    assert bench.deaths == 12
    assert rows.tolist() == whole.tolist(), "the log of the broker that died differs from the log of one that did not"


OPAQUE = [
    (1, {}),
    (2, {"order": Order.FCFS, "hold_kept": True}),
    (3, {"order": Order.SJF, "backfill": Backfill.NONE}),
    (4, {"reserve": True}),
]


@pytest.mark.parametrize(("seed", "rules"), OPAQUE, ids=["multifactor", "kept", "none", "dated"])
def test_recalled_and_started_after_all_all_rows_are_identical(seed: int, rules: dict[str, object]) -> None:
    """What is recalled comes back or starts, at a drawn delay; also where the broker is killed, between a recall and its call too."""
    trace = opaque(seed, **rules)
    twin, state = rows_of_twin(trace)
    bench = Bench(trace)
    whole = bench.run()
    same_run(twin, whole)
    assert same(state, bench.broker.state)
    recalled = set(twin["attempt"][twin["kind"] == Kind.RECALLED].tolist())
    assert len(recalled & set(twin["attempt"][twin["kind"] == Kind.STARTED].tolist())) > 3, "nothing started that was recalled"
    assert {Outcome.RECALLED, Outcome.LOST} <= outcomes(twin[np.isin(twin["attempt"], sorted(recalled))])
    at = np.flatnonzero(whole["kind"] == Kind.RECALLED).tolist()
    dies_at = Random(seed).sample(at, 6) + Random(seed).sample(range(len(whole)), 6)
    assert Bench(trace, dies_at=dies_at).run().tolist() == whole.tolist()
    assert Bench(trace, dies_at=dies_at, dies_after=Random(seed)).run().tolist() == whole.tolist()
    same_run(twin, Bench(trace, dies_sending=Random(seed)).run())


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_after_a_commit_it_goes_on_behind_it(seed: int) -> None:
    trace = delayed(seed, 150)
    whole = Bench(trace).run()
    bench = Bench(trace, dies_at=Random(seed).sample(range(len(whole)), 40), dies_after=Random(seed))
    assert bench.run().tolist() == whole.tolist()
    assert bench.deaths > 20


def test_with_a_store_on_disk_all_rows_are_identical(tmp_path: Path) -> None:
    with_store(f"sqlite:///{tmp_path}/store.db", 30, until_s=20_000)


@pytest.mark.system
@pytest.mark.parametrize("seed", [1, 2])
def test_with_a_store_on_a_server_all_rows_are_identical(seed: int, postgres: str) -> None:
    with_store(new_database(postgres), 100, seed)


def with_store(address: str, jobs: int, seed: int = 1, until_s: int | None = None) -> None:
    """The broker dies before and after commits; each time another leader opens the store and goes on."""
    trace = delayed(seed, jobs)
    trace = trace if until_s is None else replace(trace, until_s=until_s)
    twin, _ = rows_of_twin(trace)
    whole = Bench(trace).run()
    engine = connect(address)
    migrate(engine)
    deaths = Random(1).sample(range(len(whole)), 20)
    bench = Bench(trace, dies_at=deaths, dies_after=Random(2), open_store=lambda: SqlStore(engine, "bench"))
    rows = bench.run()
    same_run(twin, rows)
    assert rows.tolist() == whole.tolist()
    assert bench.store.opened.term > 10
    assert bench.store.opened.count() == len(rows)
    engine.dispose()


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_while_sending_nothing_starts_twice_and_nothing_is_forgotten(seed: int) -> None:
    trace = delayed(seed, 150)
    twin, _ = rows_of_twin(trace)
    bench = Bench(trace, dies_sending=Random(seed))
    same_run(twin, bench.run())
    assert bench.deaths > 5
    assert sum(site.counts.repeated for site in bench.sites) > 0, "no key was sent twice, so the fence was not tried"


@pytest.mark.parametrize("seed", [1, 2])
def test_facts_of_one_instant_may_come_in_any_order(seed: int) -> None:
    trace = delayed(seed, 150)
    twin, _ = rows_of_twin(trace)
    rows = Bench(trace, shuffle=Random(seed)).run()
    same_run(twin, rows)
    assert rows.tolist() == Bench(trace).run().tolist()


def test_answers_that_get_lost_change_no_decision() -> None:
    trace = everything(2, 150, delay_s=5)
    silent = replace(trace, faults=Faults(silent=(True, False, False)))
    twin, _ = rows_of_twin(trace)
    same_run(twin, Bench(silent).run())


@pytest.mark.parametrize("make", [delayed, opaque])
@pytest.mark.parametrize("reserve", [False, True])
def test_the_log_rebuilds_the_state_step_by_step(reserve: bool, make: Callable[..., Trace]) -> None:
    """A follower of the log, one that starts from a snapshot, and a broker made anew all have the State of the broker that wrote it."""
    trace = make(3, 100, reserve=reserve)
    follower, seen, steps = Follower(trace.spec), {"seq": 0, "jobs": 0}, [0]

    def check(bench: Bench, now: int) -> None:
        rows, jobs = bench.store.rows(seen["seq"]), bench.store.jobs()
        follower.learn(seen["jobs"], jobs[seen["jobs"] :])
        follower.apply(rows)
        seen.update(seq=seen["seq"] + len(rows), jobs=len(jobs))
        steps[0] += 1
        if steps[0] % 10 == 0:
            assert same(follower.state, bench.broker.state), now
        if steps[0] % 100 == 0:
            late, anew = Follower(trace.spec, follower.snapshot()), Broker(trace.spec, bench.store)
            assert same(late.state, bench.broker.state)
            assert same(anew.state, bench.broker.state)
            assert anew.next_at() == bench.broker.next_at()

    Bench(trace).run(check)
    assert steps[0] > 1_000
    assert not follower.odd


@pytest.mark.system
@pytest.mark.parametrize("seed", [11, 12])
def test_two_thousand_jobs_killed_at_a_hundred_rows(seed: int) -> None:
    trace = everything(seed, 2_000, scale=2, delay_s=20, faults=drawn_faults(seed, 90, 30_000, (120, 900)))
    twin, _ = rows_of_twin(trace)
    whole = Bench(trace).run()
    same_run(twin, whole)
    bench = Bench(trace, dies_at=Random(seed).sample(range(len(whole)), 100), shuffle=Random(seed))
    assert bench.run().tolist() == whole.tolist()
    assert facts(twin) == facts(whole)
