"""The search for the least change: right on any margin that never falls, in far fewer questions than halving where it is straight."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from dure.plan.flips import _narrowed

SLOPES = st.lists(st.tuples(st.integers(1, 3_000), st.integers(0, 50)), min_size=1, max_size=6)


@given(SLOPES, st.integers(1, 100_000))
def test_it_finds_the_first_change_that_wins(pieces: list[tuple[int, int]], short: int) -> None:
    """Margins of straight pieces, flat ones too; the answer by looking at every change."""
    steps = [slope for length, slope in pieces for _ in range(length)]
    margins = [-short, *accumulate(steps, initial=-short)][1:]
    least = bisect_left(margins, 0)
    if least == len(margins):
        margins.append(1)
        least = len(margins) - 1
    if least == 0:
        return
    assert _narrowed(lambda at: float(margins[at]), 0, len(margins) - 1, 0.0) == least


@given(st.integers(1, 10**9), st.integers(1, 10**3), st.integers(1, 10**3))
def test_a_bend_at_the_answer_is_found_without_halving(least: int, flat: int, steep: int) -> None:
    """A gentle slope up to the answer and a steep one beyond: what flips of ratio scores look like, where halving asks 30 times."""
    asked: list[int] = []

    def margin(at: int) -> float:
        asked.append(at)
        return float((at - least) * (flat if at < least else flat * steep + 1))

    assert _narrowed(margin, 0, 2 * 10**9, 0.0) == least
    assert len(set(asked)) <= 12


def test_margins_of_minus_infinity_are_halved() -> None:
    assert _narrowed(lambda at: float("-inf") if at < 77 else 1.0, 0, 1_000, 0.0) == 77
