"""Which period of a plan is the tightest, and which promises the least."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.model.purchases import Order, Served
from dure.study.spare import ALIKE, Period, periods, shortest, tightest
from tests.plan.purchase_small import machine, question


def test_the_share_of_time_at_work_by_hand() -> None:
    """Ten servers of 8 of which 90 % is counted on are 72 in 2026 and, with ten more, 144 in 2027; speed 2, so work needs half of it."""
    asked = question(machine(speed_ppm={"work": 2_000_000}, life=3), buying=2, years=3, usable_ppm=900_000)
    orders = (Order("a", "s", 0, 10), Order("a", "s", 1, 10))
    served = (Served("work", "a", 0, 144.0), Served("work", "a", 1, 72.0), Served("work", "a", 2, 201.6))
    found = periods(asked, orders, served)
    assert {at: one.at_work for at, one in found.items()} == {0: pytest.approx(1.0), 1: pytest.approx(0.25), 2: pytest.approx(0.7)}
    assert [one.devices for one in found.values()] == [80, 160, 160]
    wanted = {at: asked.work[0].by_year[asked.years[at]] for at in found}
    assert {at: one.promised for at, one in found.items()} == {
        at: pytest.approx(amount / wanted[at]) for at, amount in ((0, 144), (1, 72), (2, 201.6))
    }


def test_a_period_that_promises_half_is_not_the_one_to_judge_waits_in() -> None:
    """Half of the first is promised, all of the others: of those the two busiest are alike, and the larger fleet is played."""
    known = {0: Period(10, 1.0, 0.5), 1: Period(40, 0.9, 1.0), 2: Period(20, 1.0, 1.0), 3: Period(30, 0.995, 0.9999)}
    assert tightest(known) == 3
    assert (shortest(known, 4), shortest(known, 0)) == (0, None)
    assert shortest({1: Period(40, 0.9, 1.0)}, 4) is None
    assert tightest({}) is None
    assert tightest({5: Period(8, 1.0, 0.3), 6: Period(9, 0.4, 0.3)}) == 5, "where all promise alike, the busiest"


@given(
    st.dictionaries(
        st.integers(0, 9), st.builds(Period, st.integers(1, 5), st.floats(0, 1, width=16), st.floats(0, 1, width=16)), min_size=1
    )
)
def test_nothing_promises_clearly_more_and_of_those_alike_nothing_is_clearly_busier(known: dict[int, Period]) -> None:
    at = tightest(known)
    assert at is not None
    most = max(one.promised for one in known.values())
    assert known[at].promised >= most - ALIKE
    rivals = [one for one in known.values() if one.promised >= most - ALIKE]
    assert known[at].at_work >= max(one.at_work for one in rivals) - ALIKE
