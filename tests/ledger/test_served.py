from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dure.ledger.served import Served, Span, served

SPAN = st.builds(lambda begin, length, rate: Span(begin, begin + length, rate), st.integers(0, 60), st.integers(0, 40), st.integers(0, 9))


@st.composite
def shapes(draw: st.DrawFn) -> list[Span]:
    """Spans one after another, with or without gaps."""
    edges = sorted(draw(st.lists(st.integers(0, 90), min_size=2, max_size=8)))
    return [Span(a, b, draw(st.integers(0, 20))) for a, b in pairwise(edges)]


@given(shapes(), st.lists(SPAN, max_size=8))
def test_served_is_the_lesser_of_both_at_every_second(offered: list[Span], running: list[Span]) -> None:
    found = served(offered, running)
    asked = [sum(one.micro_per_s for one in offered if one.from_s <= second < one.to_s) for second in range(101)]
    able = [sum(one.micro_per_s for one in running if one.from_s <= second < one.to_s) for second in range(101)]
    assert found == Served(sum(asked), sum(map(min, asked, able)), sum(able))
    assert found.served <= min(found.offered, found.capacity)


def test_nothing_asked_is_nothing_served() -> None:
    assert served([], [Span(0, 10, 5)]) == Served(0, 0, 50)
    assert served([Span(0, 10, 5)], []) == Served(50, 0, 0)
