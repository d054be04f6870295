from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.ledger.attempts import Gathering
from dure.ledger.exact import rows_divided, sum_by
from dure.ledger.spread import Bins, spent
from tests.ledger.facts import Try, rows_of, second_by_second, stories

NAMES = ("dispatch", "productive", "rework", "overhead", "job_error")


@given(stories(), st.integers(1, 40), st.integers(0, 30), st.integers(0, 5))
def test_every_second_is_booked_in_the_bin_in_which_it_was_spent(tries: list[Try], bin_s: int, after: int, start_up: int) -> None:
    horizon = max(one.started if one.open else one.ended for one in tries) + after
    horizon = max(horizon, 1)
    gathering = Gathering()
    gathering.add(rows_of(tries))
    found = spent(gathering.attempts(horizon, start_up), Bins(bin_s, horizon), 3)
    slow = second_by_second(tries, horizon, bin_s, 3, start_up)
    for name in NAMES:
        assert (getattr(found, name) == slow[name]).all(), name
    assert (found.busy == sum(slow[name] for name in NAMES[1:])).all()


def test_sums_are_exact_beyond_the_floats() -> None:
    weight = np.array([2**53 + 1, 2**40 + 1, 3, 2**53 + 1])
    group = np.array([0, 1, 1, 0])
    assert sum_by(group, weight, 3).tolist() == [2**54 + 2, 2**40 + 4, 0]
    with pytest.raises(AssertionError):
        sum_by(np.array([0]), np.array([-1]), 1)


@given(st.lists(st.lists(st.integers(0, 10**15), min_size=4, max_size=4), min_size=1, max_size=6))
def test_divided_rows_add_up_to_their_sum_rounded_down(rows: list[list[int]]) -> None:
    parts = np.array(rows)
    whole = rows_divided(parts.copy(), 1000)
    assert whole.sum(axis=1).tolist() == [sum(row) // 1000 for row in rows]
    assert (np.abs(whole - parts // 1000) <= 1).all()


def test_units_left_over_go_to_the_largest_remainders_then_to_the_first() -> None:
    assert rows_divided(np.array([[500, 700, 800, 0]]), 1000).tolist() == [[0, 1, 1, 0]]
    assert rows_divided(np.array([[500, 500, 0, 0]]), 1000).tolist() == [[1, 0, 0, 0]]
