"""How jobs and attempts stand, folded from the log: the same however the log is cut, and the same as the State says."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.model.events import Kind, Outcome
from dure.model.work import AttemptState, JobState
from dure.operate.current import Current

K = Kind


def row(
    at: int, kind: Kind, job: int = -1, attempt: int = -1, pool: int = -1, count: int = 0, value: int = 0, cause: int = 0
) -> tuple[int, ...]:
    return 0, at, int(kind), job, attempt, pool, 0, count, value, cause, at


def test_a_job_that_is_evicted_runs_again() -> None:
    current = Current()
    changes = current.fold(
        [
            row(1, K.SUBMITTED, 0),
            row(1, K.PLACED, 0, 0, 2, 2_000),
            row(1, K.PLACED, 0, 0, 2, 1_000),
            row(2, K.SENT, 0, 0),
            row(3, K.STARTED, 0, 0),
            row(9, K.ENDED, 0, 0, value=4, cause=Outcome.EVICTED),
        ]
    )
    assert changes.attempts[0].milli == 3_000
    assert changes.attempts[0].outcome == Outcome.EVICTED
    assert (changes.jobs[0].state, changes.jobs[0].attempts, changes.jobs[0].ended_at) == (JobState.QUEUED, 1, None)
    changes = current.fold([row(9, K.PLACED, 0, 1, 3, 3_000), row(10, K.STARTED, 0, 1), row(30, K.ENDED, 0, 1, cause=Outcome.COMPLETED)])
    assert (changes.jobs[0].state, changes.jobs[0].attempts, changes.jobs[0].pool) == (JobState.COMPLETED, 2, 3)
    assert (changes.jobs[0].started_at, changes.jobs[0].ended_at) == (3, 30)


@pytest.mark.parametrize(("rows", "state"), [([], JobState.CANCELED), ([row(2, K.PLACED, 0, 0, 1, 1_000)], JobState.QUEUED)])
def test_withdrawn_is_over_where_nothing_was_placed(rows: list[tuple[int, ...]], state: JobState) -> None:
    changes = Current().fold([row(1, K.SUBMITTED, 0), *rows, row(3, K.WITHDRAWN, 0)])
    assert changes.jobs[0].state == state


def test_withdrawn_while_it_runs_is_canceled_when_its_attempt_ends() -> None:
    rows = [row(1, K.SUBMITTED, 0), row(1, K.PLACED, 0, 0, 1, 1_000), row(2, K.STARTED, 0, 0), row(3, K.WITHDRAWN, 0)]
    rows += [row(3, K.PREEMPTED, 0, 0, value=33), row(5, K.ENDED, 0, 0, cause=Outcome.PREEMPTED)]
    changes = Current().fold(rows)
    assert (changes.jobs[0].state, changes.jobs[0].outcome) == (JobState.CANCELED, Outcome.CANCELED)
    assert changes.attempts[0].stop_by == 33


def test_a_job_of_no_second_has_a_start() -> None:
    """Ends are told before starts of one second."""
    rows = [
        row(1, K.SUBMITTED, 0),
        row(1, K.PLACED, 0, 0, 1, 1_000),
        row(2, K.ENDED, 0, 0, cause=Outcome.COMPLETED),
        row(2, K.STARTED, 0, 0),
    ]
    changes = Current().fold(rows)
    assert (changes.jobs[0].started_at, changes.jobs[0].ended_at, changes.attempts[0].started_at) == (2, 2, 2)


KINDS = st.sampled_from([K.SENT, K.STARTED, K.ENDED, K.REFUSED, K.PREEMPTED, K.LOST, K.WITHDRAWN, K.PLACED])


@given(st.lists(st.tuples(KINDS, st.integers(0, 3), st.sampled_from(list(Outcome))), max_size=40), st.data())
def test_cut_anywhere_it_says_the_same(told: list[tuple[Kind, int, Outcome]], data: st.DataObject) -> None:
    """Facts in any order, repeated and impossible ones too: one fold and many folds end with the same rows."""
    rows = [row(0, K.SUBMITTED, job) for job in range(4)]
    attempt_of: dict[int, int] = {}
    for at, (kind, job, outcome) in enumerate(told, 1):
        if kind == K.PLACED:
            attempt_of[job] = 100 * at + job
        attempt = attempt_of.get(job, -1)
        rows.append(row(at, kind, job, attempt, job, 1_000, value=at, cause=int(outcome)))
    whole = Current().fold(rows)
    current, jobs, attempts = Current(), {}, {}
    cut = data.draw(st.integers(0, len(rows)))
    for part in (rows[:cut], rows[cut:]):
        changes = current.fold(part)
        jobs |= {number: asdict(one) for number, one in changes.jobs.items()}
        attempts |= {number: asdict(one) for number, one in changes.attempts.items()}
    late = any(one[2] == K.STARTED for one in rows[cut:])
    same = {number: asdict(one) for number, one in whole.attempts.items()}
    if not late:
        assert attempts == same
    assert {number: one["state"] for number, one in attempts.items()} == {number: one["state"] for number, one in same.items()}
    assert {number: one["state"] for number, one in jobs.items()} == {number: int(one.state) for number, one in whole.jobs.items()}
    live = [one for one in whole.attempts.values() if one.state != AttemptState.ENDED]
    assert np.unique([one.attempt for one in live]).size == len(live)
