"""A broker that begins at a snapshot goes on as the one that was never stopped; a snapshot that does not fit is passed over."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dure.adapters.store.snapshots import NAME, ground_of, load, save
from dure.model.events import Kind
from dure.model.fleet import Mode
from dure.operate.broker import Broker
from dure.operate.ports import Fact, Submission
from tests.operate.test_widen import NARROW, PPM, SPEC, World

STEPS = st.lists(st.tuples(st.integers(1, 40), st.integers(0, 1), st.integers(1, 3), st.integers(5, 90)), min_size=1, max_size=20)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS, st.integers(0, 19), st.integers(0, 19))
def test_it_goes_on_as_if_nothing_had_been(tmp_path: Path, steps: list[tuple[int, int, int, int]], saved_at: int, killed_at: int) -> None:
    (tmp_path / NAME).unlink(missing_ok=True)
    steady, killed = World(SPEC), World(SPEC)
    now = 0
    for number, (wait, klass, project, request_s) in enumerate(steps):
        now += wait
        facts = [Fact(Kind.CREDIT, now, job=1, value=6_000 * PPM)] if number == 0 else []
        job = [Submission(now, number, klass, request_s, project)]
        steady.step(now, facts, job)
        killed.step(now, facts, job)
        if number == saved_at:
            save(tmp_path, ground_of(SPEC, 0), killed.broker.saved())
        if number == killed_at:
            killed.broker = Broker(SPEC, killed.store, saved=load(tmp_path, ground_of(SPEC, 0), killed.store.seq))
    for _ in range(20):
        now += 30
        steady.step(now, [], [])
        killed.step(now, [], [])
    assert steady.store.rows().tolist() == killed.store.rows().tolist()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS, st.integers(0, 19), st.integers(0, 19), st.integers(0, 19))
def test_it_is_of_use_after_more_pools_classes_and_projects_came(
    tmp_path: Path, steps: list[tuple[int, int, int, int]], saved_at: int, grown_at: int, killed_at: int
) -> None:
    (tmp_path / NAME).unlink(missing_ok=True)
    steady, killed = World(NARROW), World(NARROW)
    now, server, spec = 0, sum(pool.nodes for pool in SPEC.pools) - 1, NARROW
    for number, (wait, klass, project, request_s) in enumerate(steps):
        now += wait
        facts = [Fact(Kind.CREDIT, now, job=1, value=6_000 * PPM)] if number == 0 else []
        if number == grown_at:
            spec = SPEC
            steady.broker.widen(SPEC)
            killed.broker.widen(SPEC)
            facts.append(Fact(Kind.NODE, now, node=server, count=1, cause=int(Mode.UP)))
        job = [Submission(now, number, klass, request_s, project) if spec is SPEC else Submission(now, number, 0, request_s, 1)]
        steady.step(now, facts, job)
        killed.step(now, facts, job)
        if number == saved_at:
            save(tmp_path, ground_of(spec, 0), killed.broker.saved())
        if number == killed_at:
            saved = load(tmp_path, ground_of(spec, 0), killed.store.seq)
            assert (saved is not None) == (saved_at <= number)
            killed.broker = Broker(spec, killed.store, saved=saved)
    for _ in range(20):
        now += 30
        steady.step(now, [], [])
        killed.step(now, [], [])
    assert steady.store.rows().tolist() == killed.store.rows().tolist()


def test_another_spec_is_not_one_that_grew(tmp_path: Path) -> None:
    world = World(NARROW)
    world.step(5, [], [Submission(5, 0, 0, 30, 1)])
    save(tmp_path, ground_of(NARROW, 0), world.broker.saved())
    assert load(tmp_path, ground_of(SPEC, 0), world.store.seq) is not None
    for other in (
        replace(SPEC, pools=(replace(SPEC.pools[0], weight=7), *SPEC.pools[1:])),
        replace(SPEC, classes=(replace(SPEC.classes[0], devices=3), *SPEC.classes[1:])),
        replace(SPEC, projects=(SPEC.projects[0], replace(SPEC.projects[1], share=2), *SPEC.projects[2:])),
        replace(SPEC, jobs=9),
        replace(SPEC, projects=SPEC.projects[:1]),
    ):
        assert load(tmp_path, ground_of(other, 0), world.store.seq) is None
    lent = replace(SPEC, pools=(*SPEC.pools[:2], replace(SPEC.pools[2], lent=True, notice=9)))
    assert load(tmp_path, ground_of(lent, 0), world.store.seq) is not None


def test_what_does_not_fit_is_passed_over(tmp_path: Path) -> None:
    world = World(SPEC)
    world.step(5, [], [Submission(5, 0, 0, 30, 2)])
    assert load(tmp_path, ground_of(SPEC, 0), 100) is None
    save(tmp_path, ground_of(SPEC, 0), world.broker.saved())
    found = load(tmp_path, ground_of(SPEC, 0), world.store.seq)
    assert found is not None
    assert found.snapshot.seq == world.store.seq
    assert [one.attempt for one in found.open_attempts] == [0]
    assert load(tmp_path, ground_of(SPEC, 1), world.store.seq) is None
    assert load(tmp_path, ground_of(SPEC, 0), found.snapshot.seq - 1) is None
    whole = (tmp_path / NAME).read_bytes()
    for cut in range(0, len(whole), 97):
        (tmp_path / NAME).write_bytes(whole[:cut])
        assert load(tmp_path, ground_of(SPEC, 0), 100) is None
    (tmp_path / NAME).write_bytes(np.random.default_rng(1).bytes(5_000))
    assert load(tmp_path, ground_of(SPEC, 0), 100) is None
