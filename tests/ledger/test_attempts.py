from __future__ import annotations

import dataclasses
from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dure.ledger.attempts import NEVER, Attempts, Gathering
from dure.model.events import Outcome
from tests.ledger.facts import Try, rows_of, stories


def gathered(rows: np.ndarray, horizon: int, cuts: list[int] | None = None, start_up: int = 0) -> Attempts:
    gathering = Gathering(room=2)
    for chunk in np.split(rows, cuts or []):
        gathering.add(chunk)
    return gathering.attempts(horizon, start_up)


def same(a: Attempts, b: Attempts) -> bool:
    return all((getattr(a, field.name) == getattr(b, field.name)).all() for field in dataclasses.fields(Attempts))


def test_an_attempt_is_what_its_rows_say() -> None:
    story = Try(job=7, pool=1, placed=10, delay=2, up=3, kept=20, lost=4, outcome=Outcome.EVICTED, parts=(8000, 16000))
    found = gathered(rows_of([story]), 100)
    assert len(found) == 1
    assert (found.attempt[0], found.job[0], found.pool[0]) == (1, 7, 1)
    assert (found.placed_s[0], found.started_s[0], found.ended_s[0]) == (10, 12, 39)
    assert found.milli[0] == 24_000
    assert (found.overhead_s[0], found.kept_s[0], found.rework_s[0], found.job_error_s[0]) == (3, 20, 4, 0)
    assert found.outcome[0] == Outcome.EVICTED
    assert not found.provisional[0]


def test_open_attempts_are_valued_as_if_completed_at_the_horizon() -> None:
    story = Try(job=0, pool=0, placed=10, delay=0, up=0, kept=0, lost=0, outcome=Outcome.COMPLETED, parts=(1000,), open=True)
    found = gathered(rows_of([story]), 40, start_up=5)
    assert found.provisional[0]
    assert (found.ended_s[0], found.overhead_s[0], found.kept_s[0]) == (40, 5, 25)
    assert found.outcome[0] == NEVER


def test_checkpoint_writes_are_overhead_of_whole_intervals() -> None:
    story = Try(job=0, pool=0, placed=0, delay=0, up=10, kept=250, lost=0, outcome=Outcome.COMPLETED, parts=(1000,))
    gathering = Gathering()
    gathering.add(rows_of([story]))
    found = gathering.attempts(1000, 10, interval_s=np.array([100]), write_s=7)
    assert (found.kept_s[0], found.writes_s[0], found.overhead_s[0]) == (250 - 14, 14, 24)
    none = gathering.attempts(1000, 10, interval_s=np.array([0]), write_s=7)
    assert (none.kept_s[0], none.overhead_s[0]) == (250, 10)


@given(stories(), st.randoms(use_true_random=False), st.lists(st.integers(0, 60), max_size=4))
def test_the_same_facts_in_any_order_and_chunks_give_the_same_ledger(tries: list[Try], draw: Random, cuts: list[int]) -> None:
    rows = rows_of(tries)
    horizon = max(one.ended for one in tries) + 10
    shuffled = rows[draw.sample(range(len(rows)), len(rows))]
    assert same(gathered(rows, horizon), gathered(shuffled, horizon, sorted(cuts)))
