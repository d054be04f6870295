"""Borrowed money in the plan: what falls due by hand, that somebody must pay for it, and the payments told apart from the builder."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.ledger.finance import loan_due
from dure.model.purchases import BudgetLine, Loan, Order, Purchase, Work
from dure.plan.check_purchase import check_purchase, life_won
from dure.plan.paying import payments, schedule
from dure.plan.points import COST, Asking
from dure.plan.purchase import plan
from dure.plan.spending import borrowed
from dure.solver import Limits, Status
from tests.plan.purchase_small import machine, money, question

EXACT = Limits(time_s=20.0, gap=0.0)
LOAN = Loan(rate_ppm=50_000, years=4, grace=1)


def asked(opex: dict[int, int], loan: Loan = LOAN, lent: int = 1_000) -> Purchase:
    """One machine for 100 won that runs in 2026 and 2027 for 10 a year; all of its price can only be borrowed, in 2026."""
    lines = (BudgetLine(2026, "capex", "policy-loan", lent, False, loan=loan), *(money("opex", year, won) for year, won in opex.items()))
    work = (Work("work", "일", {2026: 80, 2027: 80}, 1_000_000),)
    return question(machine(), years=3, budgets=lines, work=work)


def test_by_hand_equal_parts_of_the_principal() -> None:
    """1,000 won at 5 % for four years, the first of them interest alone: 50, then 333.33 with 50, 33.33 and 16.67."""
    due = [loan_due(50_000, 4, 1, since) for since in range(6)]
    assert [(round(float(interest) * 1000, 2), round(float(back) * 1000, 2)) for interest, back in due] == [
        (0, 0),
        (50, 0),
        (50, 333.33),
        (33.33, 333.33),
        (16.67, 333.33),
        (0, 0),
    ]


def test_by_hand_equal_payments() -> None:
    """1,000 won at 10 % in two equal payments of 576.19: 100 of interest first, then 52.38."""
    due = [loan_due(100_000, 2, 0, since, level=True) for since in (1, 2)]
    assert [(round(float(a) * 1000, 2), round(float(b) * 1000, 2)) for a, b in due] == [(100, 476.19), (52.38, 523.81)]


@given(st.integers(0, 200_000), st.integers(1, 20), st.integers(0, 19), st.booleans())
def test_both_ways_to_count_what_falls_due_agree(rate: int, years: int, grace: int, level: bool) -> None:
    grace %= years
    loan = Loan(rate, years, grace, level)
    assert [loan_due(rate, years, grace, since, level=level) for since in range(1, years + 1)] == schedule(loan)
    assert sum(back for _, back in schedule(loan)) == 1


def test_a_plan_pays_what_it_borrowed() -> None:
    """Ten machines of 100 won on borrowed money: 100 a year to run them, then 50; 383.33; 366.67; 350 fall due, until 2030."""
    made = plan(asked({2026: 100, 2027: 150, 2028: 384, 2029: 367, 2030: 350}), EXACT)
    assert made.refusal is None
    assert made.chosen.orders == (Order("a", "s", 0, 10),)
    debts = borrowed(made.purchase, made.chosen.orders)
    assert made.purchase.all_years == (2026, 2027, 2028, 2029, 2030)
    assert [round(debts.due(year), 2) for year in made.purchase.all_years] == [0, 50, 383.33, 366.67, 350]
    assert life_won(made.purchase, made.chosen.orders) == 1_000 + 200 + 150
    assert not check_purchase(made.purchase, made.chosen.orders, made.chosen.served)


@pytest.mark.parametrize("lacks", [2027, 2028, 2029, 2030])
def test_the_last_instalment_counts_like_the_first(lacks: int) -> None:
    """One machine: 5, 38.33, 36.67 and 35 fall due; a year whose line is empty refuses it, and the checker finds the same year."""
    enough = {2026: 10, 2027: 15, 2028: 39, 2029: 37, 2030: 35}
    work = (Work("work", "일", {2026: 8, 2027: 8}, 1_000_000, 1_000_000),)
    paid, unpaid = (replace(asked(lines), work=work) for lines in (enough, enough | {lacks: 0}))
    assert plan(paid, EXACT).refusal is None
    made = plan(unpaid, EXACT)
    assert made.refusal is not None
    assert made.refusal.refused_by == ("opex_funded",)
    assert lacks in {one.year for one in made.refusal.missing}
    broken = check_purchase(unpaid, (Order("a", "s", 0, 1),), ())
    assert [one.rule for one in broken if not one.rule.startswith("demand")] == [f"paid for [opex, {lacks}]"]


def test_own_money_goes_first_where_there_is_some() -> None:
    """500 won of the state and a loan: borrowing costs interest, so ten machines borrow 500 and no more."""
    base = asked({2026: 100, 2027: 1_000, 2028: 1_000, 2029: 1_000, 2030: 1_000})
    both = replace(base, budgets=(*base.budgets, money("capex", 2026, 500)))
    made = plan(both, EXACT)
    assert round(sum(borrowed(both, made.chosen.orders).drawn.values())) == 500
    asking = Asking(both, EXACT)
    point = asking.point(both)
    assert point is not None
    assert point.values[asking.at(COST)] * asking.made.scale_won == pytest.approx(point.won, abs=1)


def test_what_carries_over_is_borrowed_when_it_is_spent() -> None:
    """A line of 2026 that carries, spent in 2027: the first interest falls due in 2028, the last in 2031."""
    late = replace(asked({}), buying=2, machines=(machine(first=1),))
    lines = (BudgetLine(2026, "capex", "policy-loan", 100, True, loan=LOAN), *(money("opex", year, 50) for year in range(2026, 2032)))
    late = replace(late, budgets=lines)
    made = plan(late, EXACT)
    assert made.chosen.orders == (Order("a", "s", 1, 1),)
    assert late.all_years[-1] == 2031
    due = [round(borrowed(late, made.chosen.orders).due(year), 2) for year in range(2026, 2032)]
    assert due == [0, 0, 5, 38.33, 36.67, 35]


def test_payments_say_what_nobody_pays() -> None:
    """100 to pay and 60 that are lent: 40 are missing to buy; 3, 23, 22 and 21 fall due, and 2 of the first are paid."""
    made = payments(asked({2027: 2}, lent=60), {("capex", 2026): Fraction(100), ("opex", 2026): Fraction(0)})
    found = {key: round(won, 2) for key, won in made.missing.items() if won > 0.005}
    assert found == {("capex", 2026): 40.0, ("opex", 2027): 1.0, ("opex", 2028): 23.0, ("opex", 2029): 22.0, ("opex", 2030): 21.0}


def test_debts_without_money_buy_nothing() -> None:
    made = plan(asked({}), EXACT)
    assert made.chosen.status is Status.OPTIMAL
    assert made.chosen.orders == ()
