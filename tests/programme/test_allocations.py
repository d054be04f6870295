"""Co-pay to the won, by hand and against exact fractions, and a budget that holds."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.model.calls import Copay
from dure.model.errors import PeopleError
from dure.model.people import OrganisationKind, Size
from dure.model.units import MICRO
from dure.programme.allocations import checked_copay, copay_ppm, owed_won, room_micro

COPAY = Copay(price_won=4_000, firm_ppm=70_000)


def test_who_pays_what() -> None:
    """7 % of 4,000 won a credit: firms 280, young firms 140; 1,000.5 credits cost 280,140 and 140,070 won."""
    shares = {kind: copay_ppm(COPAY, kind, Size.NONE) for kind in OrganisationKind}
    free = dict.fromkeys((OrganisationKind.ACADEMIA, OrganisationKind.INSTITUTE, OrganisationKind.PUBLIC), 0)
    assert shares == free | {OrganisationKind.FIRM: 70_000, OrganisationKind.YOUNG_FIRM: 35_000}
    used = 1_000_500_000
    assert owed_won(used, 4_000, 70_000) == 280_140
    assert owed_won(used, 4_000, 35_000) == 140_070
    assert owed_won(used, 4_000, 0) == 0
    assert copay_ppm(None, OrganisationKind.FIRM, Size.LARGE) == 0


def test_large_firms_pay_another_share_where_the_call_says_so() -> None:
    by_size = Copay(price_won=4_000, firm_ppm=50_000, large_ppm=100_000)
    firm, young = OrganisationKind.FIRM, OrganisationKind.YOUNG_FIRM
    assert [copay_ppm(by_size, firm, size) for size in Size] == [50_000, 50_000, 100_000, 50_000]
    assert [copay_ppm(by_size, young, size) for size in Size] == [25_000, 25_000, 50_000, 25_000]
    assert copay_ppm(by_size, OrganisationKind.ACADEMIA, Size.LARGE) == 0
    assert copay_ppm(COPAY, firm, Size.LARGE) == 70_000


def test_the_room_of_a_budget() -> None:
    """280 won a credit: 1,000 won pay for 3.57 credits and a bit, up to where the 1,001st would be owed."""
    room = room_micro(1_000, 4_000, 70_000)
    assert room is not None
    assert room == 3_574_999  # 3.575 credits x 280 = 1,001 won exactly
    assert owed_won(room, 4_000, 70_000) == 1_000
    assert owed_won(room + 1, 4_000, 70_000) == 1_001
    assert room_micro(1_000, 4_000, 0) is None
    assert room_micro(0, 4_000, 70_000) == 3_571  # less than a won is owed for it


@pytest.mark.parametrize(
    "copay",
    [
        Copay(price_won=-1, firm_ppm=70_000),
        Copay(price_won=1, firm_ppm=49_999),
        Copay(price_won=1, firm_ppm=100_001),
        Copay(price_won=1, firm_ppm=50_000, large_ppm=0),
    ],
)
def test_a_copay_outside_the_rules(copay: Copay) -> None:
    with pytest.raises(PeopleError):
        checked_copay(copay)
    assert checked_copay(COPAY) is COPAY


@given(st.integers(0, 10**9), st.integers(0, 20_000), st.integers(1, 100_000), st.lists(st.integers(0, 50 * MICRO), max_size=30))
def test_entries_add_up_and_no_sequence_exceeds_the_budget(budget: int, price: int, share: int, steps: list[int]) -> None:
    room, used, paid = room_micro(budget, price, share), 0, 0
    for step in steps:
        step = step if room is None else min(step, room - used)
        entry = owed_won(used + step, price, share) - owed_won(used, price, share)
        assert entry >= 0
        used, paid = used + step, paid + entry
    exact = Fraction(used, MICRO) * price * Fraction(share, MICRO)
    assert paid == exact.__floor__()
    assert paid <= budget
