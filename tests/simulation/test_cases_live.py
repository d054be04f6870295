"""Live equals twin on random small cases: every order, backfill and rule, quotas, credits, lending, drains, domains, promises."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.adapters.engines.simulated import Faults, NodeEvent
from dure.model.events import Kind
from dure.model.fleet import Mode
from dure.model.units import MILLI
from dure.operate.ports import Fact
from dure.policy.build import build
from tests.reference.case import Case, Rule
from tests.reference.generate import make, pairwise
from tests.reference.kernel_runner import spec_of, world_of
from tests.simulation.bench import Bench, Trace, drawn_faults, rows_of_twin, same_run
from tests.strategies import cases

COVER = pairwise()
KINDS = {
    "withdraw": Kind.WITHDRAWN,
    "stop": Kind.STOP,
    "go": Kind.STOP,
    "credit": Kind.CREDIT,
    "nominal": Kind.QUOTA,
    "ceiling": Kind.QUOTA,
}
WORLD_COLUMNS = ("submit", "klass", "project", "qos", "request", "work", "checkpoint", "outcome")


def _too_soon(case: Case, said: Rule) -> bool:
    """Nobody can withdraw a job before it is there; in the very second the two drivers would take them in another order."""
    return said.what == "withdraw" and said.at_s <= case.jobs[said.account].submit_s


def fact_of(case: Case, said: Rule) -> Fact:
    kind = KINDS[said.what]
    number = case.order().index(said.account) if kind == Kind.WITHDRAWN else said.account
    if said.what == "ceiling":
        pool = next(p for p, one in enumerate(case.pools) if one.model == said.model)
        return Fact(kind, said.at_s, job=number, pool=pool, value=said.value if said.value < 0 else said.value * MILLI)
    return Fact(kind, said.at_s, job=number, value=int(said.what == "stop") if kind == Kind.STOP else said.value)


def trace_of(case: Case, faults: Faults | None = None) -> Trace:
    """A case of the reference scheduler as a trace of the bench, which ends a while after its last event."""
    spec = spec_of(case)
    state = build(spec)
    world = world_of(case, state)
    first = state.pool["first_node"].tolist()
    supply = [
        NodeEvent(said.at_s, first[said.pool] + said.node, 1, Mode.UP if said.up else Mode.FAILED, said.evict and not said.up)
        for said in sorted(case.supply, key=lambda event: event.at_s)
    ]
    rules = [fact_of(case, said) for said in sorted(case.rules, key=lambda rule: rule.at_s) if not _too_soon(case, said)]
    last_s = max([int(world.submit[-1]), *(event.at for event in supply), *(rule.at for rule in rules)])
    return Trace(
        spec=spec,
        jobs={name: getattr(world, name) for name in WORLD_COLUMNS},
        supply=tuple(supply),
        rules=tuple(rules),
        until_s=last_s + 3_000,
        faults=faults or Faults(late_s=case.late_s, back_s=case.back_s),
    )


def check(trace: Trace, seed: int, deaths: int) -> None:
    """The twin, a broker that lives and one that dies tell the same story."""
    twin, _ = rows_of_twin(trace)
    whole = Bench(trace).run()
    same_run(twin, whole)
    rng = Random(seed)
    mortal = Bench(trace, dies_at=rng.sample(range(len(whole)), min(deaths, len(whole))))
    assert mortal.run().tolist() == whole.tolist()


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    check(trace_of(make(Random(0), 2, {**COVER[0], "backfill": "conservative", "preempt": "no", "dedicated": "no"})), 0, deaths=1)


@given(cases(jobs_max=40), st.integers(0, 2**16), st.booleans())
@settings(max_examples=40)
def test_random_cases(case: Case, seed: int, faulty: bool) -> None:
    faults = drawn_faults(seed, late_s=20, lost_ppm=100_000, proof_s=(1, 100), back_s=case.back_s) if faulty else None
    check(trace_of(case, faults), seed, deaths=3)


@pytest.mark.system
@pytest.mark.parametrize("chosen", COVER, ids=lambda chosen: "-".join(chosen.values()))
def test_the_pairwise_cover(chosen: dict[str, str]) -> None:
    for seed in range(20):
        case = make(Random(seed), 60, chosen)
        faults = drawn_faults(seed, late_s=20, lost_ppm=100_000, proof_s=(1, 100), back_s=case.back_s) if seed % 2 else None
        check(trace_of(case, faults), seed, deaths=5)
