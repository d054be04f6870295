"""The instant of a run again, and when a waiting job starts by the estimates: where estimates hold and nothing happens, then."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.model.events import Kind
from dure.policy import layout as L  # noqa: N812
from dure.policy.state import copy, logical
from dure.policy.why import slot_of
from dure.twin.forecast import forecast, state_at
from dure.twin.kernel_mix import kernel_mix
from tests.reference.case import Case
from tests.reference.generate import make, pairwise
from tests.reference.kernel_runner import Play
from tests.strategies import cases
from tests.twin.scenes import plan_of, played
from tests.twin.test_run import job, jobs_of, one

CALM = {"quota": "no", "models": "no", "failures": "no", "ahead": "no"}


def truthful(case: Case) -> Case:
    """Every run takes what it asks for, and everything is submitted soon."""
    return replace(case, jobs=tuple(replace(row, run_s=row.request_s, submit_s=row.submit_s % 20) for row in case.jobs), rules=())


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    foretold(truthful(make(Random(1), 5, {**pairwise()[0], **CALM})), 1.0, 0)


def foretold(case: Case, often: float, seed: int) -> int:
    """Forecasts at random instants after the last submission, held against what then happens. Returns how many."""
    rng, play, said = Random(seed), Play(case), dict[tuple[int, int], int | None]()
    last_s = max(row.submit_s for row in case.jobs)

    def between(play: Play) -> None:
        at = int(play.state.meta[0]["now"]) - 1
        if at < last_s or rng.random() >= often:
            return
        state = copy(play.state)
        state.meta["now"] = at
        waiting = state.job["id"][state.job["state"] == L.JOB_QUEUED].tolist()
        for number in waiting if len(waiting) < 3 else rng.sample(waiting, 3):
            before = copy(state)
            said[at, number] = forecast(state, number)
            assert all((getattr(before, name) == array).all() for name, array in state.arrays().items()), "a copy was asked"

    play.by_instants(between)
    rows = np.concatenate(play.rows)
    for (at, number), start_s in said.items():
        placed = rows["at"][(rows["kind"] == Kind.PLACED) & (rows["job"] == number) & (rows["at"] > at)]
        assert start_s == (int(placed[0]) if len(placed) else None), f"job {number} at {at}"
    return len(said)


def test_where_estimates_hold_a_forecast_comes_true() -> None:
    said = 0

    @given(cases(jobs_max=30, **CALM), st.integers(0, 2**16))
    @settings(max_examples=25)
    def comes_true(case: Case, seed: int) -> None:
        nonlocal said
        said += foretold(truthful(case), 0.1, seed)

    comes_true()
    assert said > 25, "too few jobs waited to say anything"


def test_what_has_outlived_its_estimate_is_expected_to_end_at_once() -> None:
    plan = plan_of(one(nodes=1), jobs_of(job(0, 5000, 2, request_s=100), job(10, 10, 2)))
    state = state_at(plan, 10)
    assert forecast(state, 1) == 100
    late = state_at(plan, 300)
    assert forecast(late, 1) == 301


def test_what_can_never_start_is_not_foreseen() -> None:
    plan = plan_of(one(nodes=2, more="events: [{at: 5s, pool: p, nodes: 1, mode: down}]"), jobs_of(job(0, 100, 1), job(10, 10, 4)))
    assert forecast(state_at(plan, 10), 1) is None


def test_an_instant_of_a_run_is_had_again() -> None:
    """The rows of a run that is cut short are the first of the whole run, with failures drawn and acts of people on the way."""
    more = "failures: {per_1000_node_days: 90}"
    plan = plan_of(one(nodes=30, devices=8, more=more, demand="checkpoint: 30m", programme="horizon: 9d"), kernel_mix(2000, 1, 0.9, 240))
    rows = played(plan)[2]
    for at_s in (86_399, 400_000):
        cut = played(replace(plan, horizon_s=at_s + 1))[2]
        assert cut.tolist() == rows[rows["at"] <= at_s].tolist()
        state = state_at(plan, at_s)
        assert state.meta[0]["now"] == at_s
        waits = logical(state)["jobs"]
        submitted = set(rows["job"][(rows["kind"] == Kind.SUBMITTED) & (rows["at"] <= at_s)].tolist())
        ended = set(rows["job"][(rows["kind"] == Kind.ENDED) & (rows["at"] <= at_s) & (rows["cause"] <= L.TIME_LIMIT)].tolist())
        assert set(waits) == submitted - ended
        assert slot_of(state, max(submitted) + 1) == L.NONE
