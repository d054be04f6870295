from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from dure.ledger.finance import annuity, annuity_factor, growth, repaid_share, sinking_fund


def present_value(payments: Sequence[int | Fraction], rate_ppm: int, per_year: int = 1) -> Fraction:
    """What payments at the ends of the coming periods are worth today: each discounted by itself."""
    step = 1 + Fraction(rate_ppm, 1_000_000 * per_year)
    return sum((payment / step**at for at, payment in enumerate(payments, 1)), Fraction(0))


RATES = st.integers(0, 400_000)
PERIODS = st.integers(1, 60)
SUMS = st.integers(0, 10**15)


@given(SUMS, RATES, PERIODS, st.sampled_from([1, 4, 12]))
def test_annuity_times_factor_is_the_principal(principal: int, rate: int, periods: int, per_year: int) -> None:
    payment = annuity(principal, rate, periods, per_year)
    assert payment * annuity_factor(rate, periods, per_year) == principal
    assert present_value([payment] * periods, rate, per_year) == principal


@given(SUMS, RATES, PERIODS)
def test_interest_is_paid_on_what_is_still_owed(principal: int, rate: int, periods: int) -> None:
    owed, payment = Fraction(principal), annuity(principal, rate, periods, 12)
    for paid in range(1, periods + 1):
        owed -= payment - owed * Fraction(rate, 12_000_000)
        assert principal * (1 - repaid_share(rate, periods, paid, 12)) == owed
    assert owed == 0


@given(SUMS, RATES, PERIODS)
def test_a_sinking_fund_holds_the_sum_at_the_end(sum_at_end: int, rate: int, periods: int) -> None:
    held, payment = Fraction(0), sinking_fund(sum_at_end, rate, periods, 12)
    for _ in range(periods):
        held = held * (1 + Fraction(rate, 12_000_000)) + payment
    assert held == sum_at_end


def test_closed_forms() -> None:
    assert growth(100_000, 2) == Fraction(121, 100)
    assert annuity_factor(0, 7) == 7
    assert round(float(annuity_factor(100_000, 25)), 5) == 9.07704
    assert round(float(annuity(2_000_000, 100_000, 25))) == 220_336
    assert present_value([110, 121], 100_000) == 200
