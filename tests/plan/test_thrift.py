"""Least cost at the work found: against every combination of orders, and that what is told of it holds."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import pytest

from dure.adapters.files import load_scenario
from dure.adapters.scenario_purchase import scenario_purchase
from dure.model.purchases import OPEX_FUNDED, CountRule, Order, Purchase, Standing, Terms, Work
from dure.plan.check_purchase import check_purchase, life_won
from dure.plan.points import COST, Asking
from dure.plan.purchase import Refusal, plan
from dure.plan.purchase_program import build
from dure.plan.thrift import SAME_WORK, WITHIN, thrifty
from dure.plan.whole_units import best, taken_instead
from dure.plan.work_bound import work_served
from dure.solver import Clock, Limits, solve
from tests.plan.purchase_small import drawn, machine, money, most_served, question

EXACT = Limits(time_s=20.0, gap=0.0)
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def every_plan(asked: Purchase, most: int = 6) -> list[tuple[Order, ...]]:
    """All orders of few units that keep the rules; none where there are too many to try."""
    places = [(one.name, site, at) for one in asked.machines for site in one.terms for at in range(one.first, asked.buying)]
    if most ** len(places) > 300:
        return []
    found = []
    for units in itertools.product(*[range(most)] * len(places)):
        orders = tuple(Order(*place, n) for place, n in zip(places, units, strict=True) if n)
        if not check_purchase(asked, orders, ()):
            found.append(orders)
    return found


@pytest.mark.parametrize("seed", range(60))
def test_no_combination_that_serves_as_much_is_cheaper(seed: int) -> None:
    asked = drawn(seed)
    plans = {orders: (most_served(asked, orders), life_won(asked, orders)) for orders in every_plan(asked)}
    made = build(asked)
    chosen = best(made, EXACT)
    able = [one for one in plans if plans[one][0] > 0]
    if not able or not chosen.found:
        return
    dearest = max(able, key=lambda one: plans[one][1])
    work, won = plans[dearest]
    values = solve(made.program, bounds=made.fixed(dearest), relaxed=True).values
    taken, thrift = thrifty(made, taken_instead(made, chosen, values), Clock(EXACT))
    assert thrift is not None
    least = min(cost for served, cost in plans.values() if served >= work * (1 - SAME_WORK))
    assert thrift.first_won == won
    assert thrift.bound_won <= least <= thrift.won <= least * (1 + WITHIN) + 1
    assert thrift.won == life_won(asked, taken.orders)
    assert check_purchase(asked, taken.orders, taken.served) == ()
    assert work_served(asked, taken.served) >= work * (1 - 1e-6)


def test_the_dearer_of_two_that_serve_the_same_is_left() -> None:
    """One server of either serves the 8 asked for, for two years: 100 + 2 × 10 won, or 150 + 2 × 5."""
    asked = question(
        machine("a"), machine("b", terms={"s": Terms(150, {"electricity": 5})}), work=(Work("work", "일", {2026: 8, 2027: 8}, 1_000_000),)
    )
    made = build(asked)
    values = solve(made.program, bounds=made.fixed((Order("b", "s", 0, 1),)), relaxed=True).values
    dear = taken_instead(made, best(made, EXACT), values)
    taken, thrift = thrifty(made, dear, Clock(EXACT))
    assert taken.orders == (Order("a", "s", 0, 1),)
    assert thrift is not None
    assert (thrift.first_won, thrift.won, thrift.saved_won) == (160, 120, 40)
    assert taken.objective is not None
    assert dear.objective is not None
    assert taken.objective > dear.objective
    assert (taken.gap or 0.0) <= (dear.gap or 0.0)


@pytest.mark.parametrize("goal", ["cost", "dependency"])
def test_other_aims_look_at_cost_themselves(goal: str) -> None:
    asked = replace(question(machine(), counts=(CountRule("c", 0, 8, None),)), goal=goal)
    assert plan(asked, EXACT).thrift is None


def test_a_national_plan_says_how_near_its_cost_is() -> None:
    asked = scenario_purchase(load_scenario(EXAMPLES / "korea-50k-funded.yaml")).purchase
    made = plan(asked, Limits(time_s=30.0, gap=0.005))
    assert made.thrift is not None
    assert made.thrift.won == life_won(asked, made.chosen.orders)
    assert 0 < made.thrift.bound_won <= made.thrift.won <= made.thrift.first_won
    assert check_purchase(asked, made.chosen.orders, made.chosen.served) == ()


def test_what_stands_already_counts_once_in_the_cost_of_a_point() -> None:
    asked = question(machine(), standing=(Standing("a", "s", 3, 2),), counts=(CountRule("c", 0, None, 40),))
    asking = Asking(asked, EXACT)
    orders = (Order("a", "s", 0, 2),)
    answer = solve(asking.made.program, bounds=asking.made.fixed(orders), relaxed=True)
    assert answer.values[asking.at(COST)] * asking.made.scale_won == pytest.approx(life_won(asked, orders))
    assert life_won(asked, orders) == 2 * (100 + 2 * 10) + 3 * 2 * 10


def test_a_number_that_money_cannot_buy_is_named_with_that_money() -> None:
    """200 accelerators are 25 servers for 2,500 won where 1,000 are there; nor could people be paid, but that is no news then."""
    staffed = machine(terms={"s": Terms(100, {"electricity": 10, "labour": 5})})
    people = tuple(money("labour", year, 1) for year in (2026, 2027, 2028))
    base = question(staffed)
    asked = replace(base, budgets=(*base.budgets, *people), counts=(CountRule("200 by 2026", 0, 200, None),))
    refusal = plan(asked, EXACT).refusal
    assert refusal is not None
    assert set(refusal.rules) == {"count [200 by 2026]", "budget [capex, 2026]", "budget [capex, state, 2026]"}
    assert refusal.irreducible


def test_running_costs_that_nobody_pays_have_one_name() -> None:
    rules = (f"{OPEX_FUNDED} [2027]", f"{OPEX_FUNDED} [labour, 2028]", "count [c]")
    assert Refusal(rules).refused_by == (OPEX_FUNDED, "count [c]")
