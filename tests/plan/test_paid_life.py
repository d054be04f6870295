"""A life that ends within a period: it serves the whole ones and is paid for to the end of the last, in builder, checker and books."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dure.adapters.scenario_purchase import Calendar
from dure.model.purchases import OPEX_FUNDED, CountRule, Order, Purchase
from dure.plan.check_purchase import check_purchase, life_won
from dure.plan.points import COST, Asking
from dure.plan.purchase import plan
from dure.plan.spending import spent
from dure.present.purchase_stack import cost_stack
from dure.solver import Limits, solve
from tests.plan.purchase_small import machine, money, question

EXACT = Limits(time_s=20.0, gap=0.0)
ORDERS = (Order("a", "s", 0, 2),)


def cut(last_won: int) -> Purchase:
    """A life of two years and a half: it serves 2026 and 2027 and runs into 2028, for which so much is there."""
    budgets = (money("capex", 2026, 200), money("opex", 2026, 20), money("opex", 2027, 20), money("opex", 2028, last_won))
    return question(machine(life=2, paid_life=3), budgets=budgets, counts=(CountRule("c", 0, 16, None),))


def test_41_months_in_half_years() -> None:
    halves = Calendar(2026 * 12, 6)
    assert (halves.life(41), halves.paid_life(41)) == (6, 7)
    assert (halves.life(42), halves.paid_life(42)) == (7, None)


def test_the_last_months_must_be_paid_for() -> None:
    """Two servers at 10 a year: 20 in each of three years, and work in two."""
    made = plan(cut(20), EXACT)
    assert made.refusal is None
    assert made.chosen.orders == ORDERS
    assert spent(cut(20), ORDERS) == {("capex", 2026): 200, ("opex", 2026): 20, ("opex", 2027): 20, ("opex", 2028): 20}
    assert sorted(one.period for one in made.chosen.served) == [0, 1]


def test_without_money_for_them_the_plan_is_refused() -> None:
    refusal = plan(cut(19), EXACT).refusal
    assert refusal is not None
    assert refusal.refused_by == (OPEX_FUNDED,)
    assert [(one.year, one.won) for one in refusal.missing] == [(2028, 1)]
    assert [one.rule for one in check_purchase(cut(19), ORDERS, ())] == ["paid for [opex, 2028]"]
    assert check_purchase(cut(20), ORDERS, ()) == ()


def test_every_count_of_its_cost_is_the_same() -> None:
    asked = cut(20)
    assert life_won(asked, ORDERS) == 260
    assert sum(cost_stack(asked, ORDERS).values()) == 260
    asking = Asking(asked, EXACT)
    answer = solve(asking.made.program, bounds=asking.made.fixed(ORDERS), relaxed=True)
    assert answer.values[asking.at(COST)] * asking.made.scale_won == pytest.approx(260)


def test_a_whole_number_of_periods_is_paid_as_it_serves() -> None:
    asked = replace(cut(0), machines=(machine(life=2),))
    assert plan(asked, EXACT).refusal is None
