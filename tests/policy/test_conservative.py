"""Conservative backfill in the kernel: promises are kept, the profile is what it stands for, and the obvious way breaks promises."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import numpy as np
import pytest

from dure.jit import entry
from dure.model.work import Backfill
from dure.policy import layout as L  # noqa: N812
from dure.policy.build import ClassSpec, PoolSpec, RuleSpec, Spec, build
from dure.policy.profile import PLACES, change_capacity, change_profile, earliest
from dure.policy.state import State
from tests.reference import conservative, kernel_runner, loop
from tests.reference.case import Case, Policy, Pool
from tests.reference.generate import FEATURES, make
from tests.reference.hand import job
from tests.reference.world import World

CALM = dict.fromkeys(("preempt", "quota", "dedicated", "failures", "reserve"), "no") | {"pool_rule": "first", "domains": "none"}


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    play = kernel_runner.Play(conservative_case(0))
    play.rebuild()
    play.to_the_end()
    _profile(profile_of(1), 0, 0, 1, 0)


@entry
def _profile(s: State, what: int, first: int, second: int, nodes: int) -> int:
    """One compiled door to all of it: 0 change, 1 capacity, 2 earliest."""
    if what == 0:
        change_profile(s, first, second, nodes)
    elif what == 1:
        change_capacity(s, nodes)
    else:
        return earliest(s, nodes, first, second)
    return 0


def profile(state: State) -> list[tuple[int, int]]:
    """(time, nodes left) as the blocks have them; asserts that their records are true and that no two neighbours are alike."""
    found: list[tuple[int, int]] = []
    for b in state.profile_block[: state.meta[0]["profile_blocks"]]:
        at = slice(b["block"] * PLACES, b["block"] * PLACES + b["count"])
        times, left = state.profile_time[at].tolist(), (state.profile_free[at] + b["shift"]).tolist()
        assert (times[0], min(left), max(left)) == (b["first"], b["least"], b["most"])
        found += zip(times, left, strict=True)
    assert all(a[0] < b[0] and a[1] != b[1] for a, b in pairwise(found))
    return found


def conservative_case(seed: int, **features: str) -> Case:
    rng = Random(seed)
    free = {name: rng.choice(FEATURES[name]) for name in ("order", "node_rule", "delay")}
    return make(rng, rng.choice((20, 60)), {**CALM, **free, "backfill": "conservative", **features})


def calm(seed: int) -> Case:
    """Where promises must hold: every run within its request."""
    case = conservative_case(seed)
    jobs = tuple(row if row.run_s <= row.request_s else job(row.submit_s, row.devices, row.run_s, project=row.project) for row in case.jobs)
    return Case(case.pools, jobs, case.policy, case.accounts, case.qos, case.speeds)


# --- the profile alone


class Steps:
    """The same step function as one number a second."""

    def __init__(self, seconds: int) -> None:
        self.left = np.zeros(seconds, np.int64)

    def change(self, start: int, stop: int, nodes: int) -> None:
        self.left[start:stop] += nodes

    def steps(self, now: int) -> list[tuple[int, int]]:
        left = self.left[now:]
        return [(now + i, int(left[i])) for i in np.flatnonzero(np.diff(left, prepend=left[0] - 1))]

    def earliest(self, now: int, nodes: int, seconds: int) -> int:
        """Beyond the last second everything is as in the last second."""
        enough = self.left >= nodes
        for at in range(now, len(enough)):
            if enough[at : at + seconds].all():
                return at
        return L.NEVER


@pytest.mark.parametrize("seed", range(4))
def test_profile_is_a_step_function(seed: int) -> None:
    """Thousands of changes, also over-committed ones, against one number a second; the clock moves on; blocks split, empty and repack."""
    rng, seconds = Random(seed), 4000
    state, steps, planned = profile_of(2000), Steps(seconds), list[tuple[int, int, int]]()
    now = 0
    for step in range(3000):
        if rng.random() < 0.05:
            now = min(seconds - 100, now + rng.randint(1, 30))
            state.meta[0]["now"] = now
        if rng.random() < 0.02:
            nodes = rng.randint(-3, 5)
            _profile(state, 1, 0, 0, nodes)
            steps.change(0, seconds, nodes)
        elif planned and rng.random() < (0.35 if step < 1500 else 0.7):
            start, stop, nodes = planned.pop(rng.randrange(len(planned)))
            _profile(state, 0, start, stop, -nodes)
            steps.change(max(start, now), stop, -nodes)
        else:
            start = rng.randint(max(0, now - 20), seconds - 60)
            stop, nodes = rng.randint(start + 1, seconds - 50), -rng.randint(1, 9)
            _profile(state, 0, start, stop, nodes)
            steps.change(max(start, now), stop, nodes)
            planned.append((start, stop, nodes))
        if rng.random() < 0.1:
            wanted, long_s = int(rng.choice(steps.left[now:])) + rng.randint(-1, 2), rng.choice((1, 7, 60, 900))
            assert _profile(state, 2, long_s, L.NEVER, wanted) == steps.earliest(now, wanted, long_s)
            until = rng.randint(now, seconds)
            assert _profile(state, 2, long_s, until, wanted) == min(until, Steps.earliest(free_from(steps, until), now, wanted, long_s))
    _profile(state, 0, 0, 1, 0)  # the clock is told
    assert profile(state) == steps.steps(now)


def profile_of(jobs: int) -> State:
    rules = RuleSpec(backfill=Backfill.CONSERVATIVE)
    state = build(Spec(pools=[PoolSpec(nodes=1, devices=1)], classes=[ClassSpec(devices=1, speeds=[L.PPM])], rules=rules, jobs=jobs))
    _profile(state, 1, 0, 0, -1)
    return state


def free_from(steps: Steps, until: int) -> Steps:
    """The same with everything free from `until` on."""
    other = Steps(len(steps.left))
    other.left[:] = steps.left
    other.left[until:] = 1 << 40
    return other


# --- promises


@pytest.mark.parametrize("seed", range(30))
def test_no_promise_is_broken(seed: int) -> None:
    """No promise ever moves later, and everybody starts by it."""
    case, promised = calm(seed), dict[int, int]()
    order = case.order()

    def between(play: kernel_runner.Play) -> None:
        for row in play.state.job[play.state.job["state"] == L.JOB_QUEUED]:
            if row["promise"] != L.NEVER:
                number = order[row["id"]]
                assert row["promise"] <= promised.get(number, L.NEVER), f"job {number} was promised {promised[number]}"
                promised[number] = int(row["promise"])

    play = kernel_runner.Play(case)
    play.by_instants(between)
    placed = {row.job: row.at for row in play.result().rows}
    assert all(placed[number] <= at for number, at in promised.items())
    assert promised or len(placed) == len(case.jobs)


def test_promising_anew_all_at_once_breaks_promises(monkeypatch: pytest.MonkeyPatch) -> None:
    # Three nodes. X has one until 30 and is gone at 5, Y two until 10. A wants three: 30. B wants two for 20 s: 10, beside X.
    # At 5, one at a time: A finds B in its way and stays at 30; B stays at 10.
    jobs = (job(0, 1, 30, run_s=5), job(0, 2, 10), job(0, 3, 10), job(0, 2, 20))
    case = Case(pools=(Pool(3, 1),), jobs=jobs, policy=Policy(backfill="conservative"))
    assert [(row.at, row.job) for row in kernel_runner.run(case).rows] == [(0, 0), (0, 1), (10, 3), (30, 2)]

    # All at once: A takes 10-20, and B, who was promised 10, gets 20.
    def all_at_once(world: World) -> None:
        if world.replan_due:
            world.promises.clear()
            world.replan_due = False
        while conservative.extend_and_start(world):
            pass

    monkeypatch.setattr(conservative, "decide", all_at_once)
    result = loop.run(case)
    assert (10, 3) in [(promise.start_s, promise.job) for promise in result.promises]
    assert [(row.at, row.job) for row in result.rows] == [(0, 0), (0, 1), (10, 2), (20, 3)]


# --- the plan is a function of the State


@pytest.mark.parametrize("seed", range(20))
def test_profile_made_anew_is_the_same(seed: int) -> None:
    """Nodes come and go, runs exceed their estimates, projects are stopped: a State made anew has the same line, plan and next promise."""
    rng = Random(seed)
    case = conservative_case(seed, failures=rng.choice(("evict", "drain")), quota=rng.choice(("no", "tree", "credits")))

    def between(play: kernel_runner.Play) -> None:
        if rng.random() < 0.1:
            before = plan(play.state)
            play.rebuild()
            assert plan(play.state) == before
        else:
            profile(play.state)

    play = kernel_runner.Play(case)
    play.by_instants(between)
    assert play.result().rows == loop.run(case).rows


def plan(state: State) -> tuple[object, ...]:
    meta = state.meta[0]
    line = slice(meta["line_head"], meta["line_tail"])
    who = state.job["id"][state.line_job[line]].tolist()
    steps = profile(state)
    ends = [at for at, _ in steps[1:]] + [L.NEVER]
    ahead = [(max(at, int(meta["now"])), left) for (at, left), end in zip(steps, ends, strict=True) if end > meta["now"]]
    return who, state.line_promise[line].tolist(), int(meta["promise_next"]), int(meta["promise_late"]), ahead


def test_a_promise_is_an_instant_of_its_own() -> None:
    # Job 0 asked 10 and runs 40 on node 0; job 1, one node for 5 s, is promised 0 on node 1. Job 2 (two nodes) is promised 10: late.
    # Job 3 comes at 20 for one node and 3 s: node 1 is free, but job 2 begins now by the plan; it is promised 25, when nothing happens.
    jobs = (job(0, 1, 10, run_s=40), job(0, 1, 5), job(0, 2, 5), job(20, 1, 3))
    case = Case(pools=(Pool(2, 1),), jobs=jobs, policy=Policy(backfill="conservative"))
    assert [(row.at, row.job) for row in kernel_runner.run(case).rows] == [(0, 0), (0, 1), (25, 3), (40, 2)]
