"""Which period of a plan is the tightest."""

from __future__ import annotations

import pytest

from dure.model.purchases import Order, Served
from dure.study.spare import at_work, tightest
from tests.plan.purchase_small import machine, question


def test_the_share_of_time_at_work_by_hand() -> None:
    """Ten servers of 8 of which 90 % is counted on are 72 in 2026 and, with ten more, 144 in 2027; speed 2, so work needs half of it."""
    asked = question(machine(speed_ppm={"work": 2_000_000}, life=3), buying=2, years=3, usable_ppm=900_000)
    orders = (Order("a", "s", 0, 10), Order("a", "s", 1, 10))
    served = (Served("work", "a", 0, 144.0), Served("work", "a", 1, 72.0), Served("work", "a", 2, 201.6))
    shares = at_work(asked, orders, served)
    assert shares == {0: pytest.approx(1.0), 1: pytest.approx(0.25), 2: pytest.approx(0.7)}
    assert (tightest(shares, 1), tightest(shares, 0), tightest(shares, 9)) == (0, None, None)
    assert tightest({0: 0.8, 1: 0.76}, 1) is None, "nearly as tight"
