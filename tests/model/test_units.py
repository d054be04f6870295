from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.model.units import DAY_S, HOUR_S, MICRO, MILLI, WEEK_S, ceil_div, round_div, split_largest_remainder

INTEGERS = st.integers(-(10**18), 10**18)
DIVISORS = INTEGERS.filter(bool)
WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=40).filter(any)


def test_constants_agree_with_each_other() -> None:
    assert (MILLI**2, 24 * HOUR_S, 7 * DAY_S) == (MICRO, DAY_S, WEEK_S)


@given(INTEGERS, DIVISORS)
def test_ceil_div_is_the_least_integer_not_below_the_quotient(a: int, b: int) -> None:
    assert ceil_div(a, b) - 1 < Fraction(a, b) <= ceil_div(a, b)


@given(INTEGERS, DIVISORS)
def test_round_div_is_nearest_and_symmetric(a: int, b: int) -> None:
    assert abs(round_div(a, b) - Fraction(a, b)) <= Fraction(1, 2)
    assert round_div(-a, b) == -round_div(a, b) == round_div(a, -b)


def test_halves_go_away_from_zero() -> None:
    assert [round_div(n, 2) for n in (1, 3, 5, -1, -3)] == [1, 2, 3, -1, -2]


@given(INTEGERS, WEIGHTS)
def test_a_split_adds_up_and_stays_within_one_unit(total: int, weights: list[int]) -> None:
    parts = split_largest_remainder(total, weights)
    assert sum(parts) == total
    assert all(abs(part - Fraction(total * weight, sum(weights))) < 1 for part, weight in zip(parts, weights, strict=True))
    assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if weight == 0)


@given(st.integers(0, 10**15), WEIGHTS, st.integers(1, 1000))
def test_a_split_does_not_depend_on_the_scale_of_the_weights(total: int, weights: list[int], scale: int) -> None:
    assert split_largest_remainder(total, weights) == split_largest_remainder(total, [weight * scale for weight in weights])


@given(st.integers(0, 10**15), WEIGHTS)
def test_a_heavier_weight_never_gets_less(total: int, weights: list[int]) -> None:
    by_weight = sorted(zip(weights, split_largest_remainder(total, weights), strict=True))
    assert all(a[1] <= b[1] for a, b in pairwise(by_weight) if a[0] < b[0])


def test_ties_go_to_the_lowest_index() -> None:
    assert split_largest_remainder(100, [1, 1, 1]) == (34, 33, 33)
    assert split_largest_remainder(-100, [1, 1, 1]) == (-34, -33, -33)
    assert split_largest_remainder(0, [0, 0]) == (0, 0)


@pytest.mark.parametrize("weights", [[], [0], [0, 0], [1, -1]])
def test_a_split_that_nobody_can_take_is_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weight"):
        split_largest_remainder(1, weights)
