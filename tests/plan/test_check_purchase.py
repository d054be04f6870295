"""The independent check of a purchase: shares by count, capacity and money, to a unit, and what a rule is said to be missed by."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import get_args

import pytest

from dure.model.purchases import By, CountRule, Order, Relief, ShareRule
from dure.model.shocks import DeliveryShock, RiskQuestion
from dure.plan.check_purchase import check_purchase
from dure.plan.purchase import plan
from dure.plan.risk import risk
from dure.plan.shocks import case
from tests.plan.purchase_small import machine, money, question
from tests.plan.test_risk import EXACT, shock

BYS: tuple[By, ...] = get_args(By)


def orders(a: int, b: int) -> tuple[Order, ...]:
    return Order("a", "s", 0, a), Order("b", "s", 0, b)


@pytest.mark.parametrize("by", BYS)
@pytest.mark.parametrize(("side", "least", "most"), [("least", 500_000, None), ("most", None, 500_000)])
def test_one_unit_beyond_a_share_is_seen(by: By, side: str, least: int | None, most: int | None) -> None:
    """Of 1,000 servers alike in size, capacity and price half are asked for: 499 are too few, 501 too many."""
    rule = ShareRule("A", frozenset("a"), by, least, most)
    asked = question(machine("a"), machine("b"), shares=(rule,), budgets=(money("capex", 2026, 10**9),), funded=False)
    short = 499 if side == "least" else 501
    assert check_purchase(asked, orders(500, 500), ()) == ()
    (found,) = check_purchase(asked, orders(short, 1_000 - short), ())
    assert found.rule == f"share [A, at {side}]"
    of_one = {"count": 8, "capacity": 8_000_000, "money": 100}[by]
    assert (found.found, found.allowed) == (short * of_one, 500 * of_one)


@pytest.mark.parametrize("by", BYS)
def test_what_a_share_is_missed_by_is_in_the_unit_of_its_rule(by: By) -> None:
    """300 of 1,000 servers where half are asked for: 1,600 accelerators, as many of the reference, 20,000 won (here in thousands)."""
    rule = ShareRule("A", frozenset("a"), by, 500_000, None)
    asked = question(machine("a"), machine("b"), shares=(rule,), budgets=(money("capex", 2026, 10**9),), funded=False)
    missed = {"count": 1_600.0, "capacity": 1_600.0, "money": 20.0}[by]
    gave = Relief(missed={"share [A, at least]": missed}, scale_won=1_000)
    assert check_purchase(asked, orders(300, 700), (), gave) == ()
    less = replace(gave, missed={"share [A, at least]": missed * 0.99})
    assert [one.rule for one in check_purchase(asked, orders(300, 700), (), less)] == ["share [A, at least]"]


@pytest.mark.parametrize("by", ["count", "capacity"])
def test_a_vendor_that_stops_delivering_misses_its_share_and_the_check_agrees(by: By) -> None:
    """A alone can be had first, b later: when a stops, half of what 24 accelerators need cannot be a's."""
    a, b = machine("a", supply={0: 8}), machine("b")
    budgets = (money("capex", 2026, 200), money("capex", 2027, 1_000), *(money("opex", year, 1_000) for year in range(2026, 2030)))
    share, count = ShareRule("A", frozenset("a"), by, 500_000, None), CountRule("c", 1, 24, None)
    asked = question(a, b, buying=2, years=4, shares=(share,), counts=(count,), budgets=budgets)
    stop = shock(DeliveryShock(frozenset("a"), None), begins=1)
    cases = (case(asked, (), Fraction(1, 2)), case(asked, (stop,), Fraction(1, 2)))
    found = risk(RiskQuestion(asked, (stop,), cases, 1, 900_000, 0), EXACT)
    recourses = [one for one in found.recourses if one is not None]
    assert any("share [A, at least]" in one.relief.missed for one in recourses)
    for one in recourses:
        assert check_purchase(one.case.purchase, one.orders, one.served, one.relief) == ()


def test_two_lines_of_one_source_and_year_are_one_amount_for_plan_and_check() -> None:
    """100 won twice buy two servers for 100: ways out ask just such questions, a line of a year beside one that gives more."""
    twice = (money("capex", 2026, 100), money("capex", 2026, 100), *(money("opex", year, 1_000) for year in (2026, 2027, 2028)))
    asked = question(machine(), budgets=twice)
    found = plan(asked, EXACT)
    assert [one.units for one in found.chosen.orders] == [2]
    assert check_purchase(asked, found.chosen.orders, found.chosen.served) == ()
    late = question(machine(first=1), buying=2, years=3, budgets=(money("capex", 2026, 100, carries=True), *twice))
    assert sum(one.units for one in plan(late, EXACT).chosen.orders) == 3, "where one line carries over, so does what stands beside it"
    assert check_purchase(late, (Order("a", "s", 1, 3),), ()) == ()
