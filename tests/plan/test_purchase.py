"""Purchase plans: by hand, against every combination, with the rules that refuse them."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from dure.model.purchases import CountRule, Order, Purchase, Served, ShareRule, SiteRoom, Standing, Terms, Work
from dure.plan.check_purchase import check_purchase
from dure.plan.purchase import plan
from dure.plan.purchase_program import build
from dure.plan.spending import missing, spent, unfunded_rates
from dure.plan.whole_units import _chosen, best
from dure.solver import SHORTEST_S, Clock, Limits, Solution, Status, lp_text
from tests.plan.purchase_small import by_enumeration, drawn, machine, money, most_served, question

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "purchase.lp"
EXACT = Limits(time_s=20.0, gap=0.0)


def total(orders: tuple[Order, ...], purchase: Purchase) -> int:
    return sum(one.units * purchase.machine(one.machine).unit for one in orders)


def test_a_plan_by_hand() -> None:
    asked = question(machine())  # 1,000 won buy ten servers of 8; 100 accelerators are asked for
    made = plan(asked, EXACT)
    assert made.refusal is None
    assert made.chosen.status is Status.OPTIMAL
    assert made.chosen.orders == (Order("a", "s", 0, 10),)
    assert sum(one.amount for one in made.chosen.served) == pytest.approx(160)
    assert spent(asked, made.chosen.orders) == {("capex", 2026): 1000, ("opex", 2026): 100, ("opex", 2027): 100}
    assert check_purchase(asked, made.chosen.orders, made.chosen.served) == ()


def test_what_is_not_asked_for_is_not_bought() -> None:
    asked = question(machine(), work=(Work("work", "일", {2026: 20}, 1_000_000),))
    assert plan(asked, EXACT).chosen.orders == (Order("a", "s", 0, 3),)


def test_the_running_budget_binds_and_names_itself() -> None:
    asked = question(machine(), budgets=(money("capex", 2026, 1000), *(money("opex", year, 45) for year in (2026, 2027, 2028))))
    made = plan(asked, EXACT)
    assert made.chosen.orders == (Order("a", "s", 0, 4),)
    assert any(one.rule.startswith("opex_funded") for one in made.chosen.values)


def test_a_count_that_nobody_pays_to_run_is_refused_with_two_ways_out() -> None:
    asked = question(machine(), counts=(CountRule("80", 0, 80, None),), budgets=(money("capex", 2026, 1000), money("opex", 2026, 70)))
    made = plan(asked, EXACT)
    assert made.refusal is not None
    assert made.refusal.refused_by == ("opex_funded",)
    assert [(one.year, one.won) for one in made.refusal.missing] == [(2026, 30), (2027, 100)]
    assert made.refusal.money is not None
    assert [(one.year, one.won) for one in made.refusal.money.missing] == [(2026, 30), (2027, 100)]
    assert made.refusal.fewer is not None
    assert [(one.row, round(one.amount)) for one in made.refusal.fewer.gives] == [("count [80]", 80)]
    assert made.chosen.orders == (Order("a", "s", 0, 10),)
    assert [(one.year, one.capacity_ppm) for one in unfunded_rates(asked, made.chosen.orders)] == [(2026, 700_000), (2027, 0)]
    paid = replace(asked, budgets=(*asked.budgets, money("opex", 2026, 30, "province"), money("opex", 2027, 100)))
    assert plan(paid, EXACT).refusal is None


def test_rules_that_cannot_hold_together_are_named() -> None:
    asked = question(machine(), counts=(CountRule("200", 0, 200, None),))
    made = plan(asked, EXACT)
    assert made.refusal is not None
    assert set(made.refusal.refused_by) == {"count [200]", "budget [capex, 2026]", "budget [capex, state, 2026]"}
    assert not made.chosen.found


def test_the_cheapest_plan_of_a_count() -> None:
    cheap = machine("b", terms={"s": Terms(90, {"electricity": 20})})
    asked = question(machine(), cheap, goal="cost", counts=(CountRule("40", 0, 40, None),))
    made = plan(asked, EXACT)
    assert made.chosen.orders == (Order("a", "s", 0, 5),)  # 100 + 2 × 10 is less than 90 + 2 × 20
    assert made.chosen.objective == pytest.approx(600)


def test_money_is_carried_where_it_may_be() -> None:
    late = machine(first=1)
    for carries, units in ((True, 10), (False, 0)):
        budgets = (money("capex", 2026, 1000, carries=carries), *(money("opex", year, 1000) for year in range(2026, 2030)))
        asked = question(late, buying=2, years=4, budgets=budgets)
        assert sum(one.units for one in plan(asked, EXACT).chosen.orders) == units


def test_power_shares_supply_and_lead_time_hold() -> None:
    a, b = machine("a", lead=1, supply={0: 16}), machine("b", speed_ppm={"work": 500_000})
    asked = question(
        a,
        b,
        sites=(SiteRoom("s", (120_000,) * 3, 1_200_000),),
        shares=(ShareRule("b", frozenset("b"), "count", 500_000, None),),
    )
    made = plan(asked, EXACT)
    assert made.chosen.orders == (Order("a", "s", 0, 2), Order("b", "s", 0, 8))
    assert check_purchase(asked, made.chosen.orders, made.chosen.served) == ()
    assert check_purchase(asked, (Order("a", "s", 0, 3),), ())


def test_p8_gwangju_the_ceiling_and_the_money_that_restores_it() -> None:
    """Published: 78.6 PF leased, 44.3 funded; 22.8 bn won a year for the other 34.3. In units of 0.1 PF."""
    won = round(22.8e9 / 343)
    leased = machine(unit=1, terms={"s": Terms(0, {"support": won})}, speed_ppm={})
    asked = question(
        leased,
        buying=0,
        years=1,
        work=(),
        standing=(Standing("a", "s", 786, 1),),
        budgets=(money("opex", 2026, won * 443),),
        counts=(CountRule("leased", 0, 786, None),),
    )
    made = plan(asked, EXACT)
    assert made.refusal is not None
    assert made.refusal.refused_by == ("opex_funded",)
    assert made.refusal.missing[0].won == pytest.approx(22.8e9, rel=1e-6)
    (rate,) = unfunded_rates(asked, made.chosen.orders)
    assert round(rate.capacity_ppm / 10_000, 1) == 56.4
    paid = replace(asked, budgets=(*asked.budgets, money("opex", 2026, made.refusal.missing[0].won, "supplement")))
    assert plan(paid, EXACT).refusal is None


@pytest.mark.parametrize("seed", range(20))
def test_as_good_as_every_combination(seed: int) -> None:
    asked = drawn(seed)
    made, known = plan(asked, EXACT), by_enumeration(asked, 4)
    if made.refusal is None:
        assert check_purchase(asked, made.chosen.orders, made.chosen.served) == ()
        ours = most_served(asked, made.chosen.orders)
        assert known is None or ours >= known - 1e-3 * max(1.0, known), known
    else:
        assert known is None


@pytest.mark.parametrize("seed", range(5))
def test_scaling_the_currency_and_permuting_machines_change_nothing(seed: int) -> None:
    asked = drawn(seed)
    thousand = replace(
        asked,
        machines=tuple(
            replace(
                one,
                terms={
                    site: Terms(each.capex_won * 1000, {item: won * 1000 for item, won in each.running_won_year.items()})
                    for site, each in one.terms.items()
                },
            )
            for one in asked.machines
        ),
        budgets=tuple(replace(line, won=line.won * 1000) for line in asked.budgets),
    )
    turned = replace(asked, machines=tuple(reversed(asked.machines)))
    ours = plan(asked, EXACT)
    for other in (plan(thousand, EXACT), plan(turned, EXACT)):
        assert (other.refusal is None) == (ours.refusal is None)
        if ours.chosen.objective is not None:
            assert math.isclose(other.chosen.objective or 0.0, ours.chosen.objective, rel_tol=1e-6, abs_tol=1e-6)


def test_the_checker_finds_what_is_wrong() -> None:
    asked = question(machine())
    assert check_purchase(asked, (Order("a", "t", 0, 1),), ())[0].rule.startswith("may stand there")
    assert check_purchase(asked, (Order("a", "s", 1, 1),), ())[0].rule.startswith("may be ordered then")
    assert check_purchase(asked, (Order("a", "s", 0, 11),), ())[0].rule == "paid for [capex, 2026]"
    assert check_purchase(asked, (), (Served("work", "a", 0, 1.0),))[0].rule == "busy [a, 2026]"
    assert check_purchase(asked, (Order("a", "s", 0, 10),), (Served("work", "a", 0, 101.0),))
    poor = replace(asked, budgets=(money("capex", 2026, 1000),))
    assert check_purchase(poor, (Order("a", "s", 0, 1),), ())[0].rule == "paid for [opex, 2026]"
    assert missing(poor, (Order("a", "s", 0, 1),))[0].won == 10


def test_the_program_of_a_small_plan_as_a_file() -> None:
    asked = question(
        machine("a", lead=1, supply={0: 40}),
        machine("b", speed_ppm={"work": 500_000}),
        years=2,
        sites=(SiteRoom("s", (120_000,) * 2, 1_200_000),),
        shares=(ShareRule("B", frozenset("b"), "count", 300_000, 600_000),),
        counts=(CountRule("eight", 1, 8, None),),
    )
    assert lp_text(build(asked).program) == GOLDEN.read_text(encoding="utf-8")


def test_prices_follow_their_period_and_late_orders_arrive_when_they_arrive() -> None:
    """Dear in 2027 (150 of 100); what is ordered in 2026 comes two years late, what is ordered in 2027 never: it is not paid."""
    late = machine("a", life=2, price_ppm={1: 1_500_000}, arrives={0: 2})
    asked = question(late, buying=2, years=5)
    orders = (Order("a", "s", 0, 2),)
    assert spent(asked, orders) == {("capex", 2026): 200, ("opex", 2028): 20, ("opex", 2029): 20}
    assert [asked.in_service(late, at) for at in (0, 1)] == [range(2, 4), range(1, 3)]
    assert spent(asked, (Order("a", "s", 1, 2),))["capex", 2027] == 300
    never = question(replace(late, arrives={0: 2, 1: None}), buying=2, years=5)
    assert spent(never, (Order("a", "s", 1, 2),)) == {}
    made = plan(never, EXACT)
    assert all(one.period == 0 for one in made.chosen.orders)
    assert check_purchase(never, made.chosen.orders, made.chosen.served) == ()
    assert check_purchase(never, (Order("a", "s", 0, 2),), (Served("work", "a", 1, 1.0),))[0].rule == "busy [a, 2027]"


@pytest.mark.parametrize(("always", "won"), [(True, 750), (False, 700)])
def test_a_cost_holds_the_people_of_the_years_in_which_something_stands(always: bool, won: int) -> None:
    """40 accelerators for 600 won as before, in service for two of three years, and 50 won a year of people: two years of them, or
    three where they are paid whatever stands there. Objective, bound and gap hold them.
    """
    asked = question(
        machine(),
        goal="cost",
        counts=(CountRule("40", 0, 40, None),),
        sites=(SiteRoom("s", (None,) * 3, 1_200_000, 50, always_staffed=always),),
        budgets=(money("capex", 2026, 1000), *(money(kind, year, 1000) for kind in ("opex", "labour") for year in (2026, 2027, 2028))),
    )
    made = plan(asked, EXACT)
    assert made.chosen.objective == pytest.approx(won)
    assert made.chosen.bound == pytest.approx(won)
    assert made.chosen.objective == pytest.approx(sum(spent(asked, made.chosen.orders).values()))
    assert made.chosen.rounding == pytest.approx(0), "40 are five whole units: a site that is half in use would not be rounding"


def test_within_the_gap_and_stopped_by_time_are_told_apart() -> None:
    made = build(question(machine()))
    half = Solution(Status.FEASIBLE, 90.0, 100.0, 0.1, (0.0,) * len(made.program.columns))
    whole = Solution(Status.OPTIMAL, 100.0, 100.0, 0.0, (0.0,) * len(made.program.columns))
    assert _chosen(made, half, whole, 100.0, 0.01).stopped
    assert not _chosen(made, half, whole, 100.0, 0.2).stopped


def test_the_seconds_are_those_of_all_solves_together() -> None:
    clock = Clock(Limits(10.0, 0.01))
    clock.spend(Solution(Status.UNKNOWN, spent_s=7.0))
    assert clock.left == Limits(3.0, 0.01)
    clock.spend(Solution(Status.UNKNOWN, spent_s=7.0))
    assert clock.left == Limits(SHORTEST_S, 0.01)
    assert best(build(question(machine())), EXACT, clock).found
    assert clock.spent_s > 14.0
