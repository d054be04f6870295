"""Two-stage plans: the newsvendor by hand, every combination of orders, identities of expectation and CVaR, shocks by hand."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction

import pytest

from dure.model.purchases import CountRule, Order, Relief, Served, SiteRoom, Terms, Work
from dure.model.shocks import (
    BudgetShock,
    Case,
    DeliveryShock,
    DemandShock,
    Effect,
    PowerShock,
    PriceShock,
    RiskQuestion,
    Shock,
    TechnologyShock,
)
from dure.plan import risk as risk_module
from dure.plan.check_purchase import check_purchase
from dure.plan.purchase import plan
from dure.plan.risk import Cases, risk, two_stage
from dure.plan.risk_program import Weighing, cvar, extensive, weighed
from dure.plan.risk_stress import stressed
from dure.plan.shocks import case, mean_case, named_cases, sampled_cases, shocked
from dure.solver import Limits, Status, solve
from tests.plan.purchase_small import drawn, machine, money, most_served, question

EXACT = Limits(time_s=20.0, gap=0.0)
EVER = 99


def shock(*effects: Effect, probability: int | None = 500_000, begins: int = 0, ends: int = EVER, name: str = "shock") -> Shock:
    return Shock(name, "충격", probability, begins, ends, effects, "assumed", "test")


def newsvendor(chances: dict[int, Fraction], price: int = 100, missed_won: int = 250) -> RiskQuestion:
    """A server of one accelerator for 100 won; each that is missed costs 250. Demand comes after the order."""
    one = machine(unit=1, life=1, terms={"s": Terms(price, {})})
    base = question(one, years=1, goal="cost", budgets=(money("capex", 2026, 99_000),))
    cases = tuple(
        Case(str(n), str(n), p, replace(base, work=(Work("work", "일", {2026: n}, 1_000_000, 1_000_000),))) for n, p in chances.items()
    )
    return RiskQuestion(base, (), cases, 1, 900_000, 0, None, missed_won)


def test_the_least_dependency_over_a_vendor_that_may_stop() -> None:
    """Twenty must run; b may deliver nothing from the second year on. Ten of each bought first leave the largest vendor at ten whatever
    comes; with nothing bought first it is twenty in the case that b stops. Cost counts less than half an accelerator.
    """
    a, b = (machine(name, unit=1, terms={"s": Terms(100, {"electricity": 1})}) for name in "ab")
    budgets = (money("capex", 2026, 1000), money("capex", 2026, 1000, "province"), money("capex", 2027, 2000))
    budgets += tuple(money("opex", year, 1000) for year in (2026, 2027, 2028))
    base = question(a, b, buying=2, goal="dependency", counts=(CountRule("c", 1, 20, None),), budgets=budgets)
    stop = shock(DeliveryShock(frozenset("b"), None), begins=1, name="b stops")
    asked = RiskQuestion(base, (stop,), named_cases(base, (stop,)), 1, 900_000, 0, None, None)
    found = risk(asked, EXACT)
    assert found.chosen.first.get(("b", "s", 0)) == 10
    assert found.whole_value == pytest.approx(-10, abs=0.5)
    none = Cases.of(asked, asked.cases, EXACT).scores({})
    assert none == pytest.approx([-10, -20], abs=0.5)
    answers = [one for one in found.recourses if one is not None]
    assert [check_purchase(one.case.purchase, one.orders, one.served, one.relief) for one in answers] == [(), ()]


CHANCES = {20: Fraction(3, 10), 40: Fraction(4, 10), 60: Fraction(2, 10), 80: Fraction(1, 10)}


def test_p10_the_newsvendor_by_hand() -> None:
    """Order until F(x) ≥ (250 − 100) / 250 = 0.6: 40, for 4,000 + 250 · (0.2 · 20 + 0.1 · 40) = 6,000.

    Known beforehand 100 · 42 = 4,200; an order for the mean, 42, costs 4,200 + 250 · (0.2 · 18 + 0.1 · 38) = 6,050.
    """
    found = risk(newsvendor(CHANCES), EXACT)
    assert found.chosen.status is Status.OPTIMAL
    assert found.chosen.first == {("a", "s", 0): 40}
    assert found.chosen.value == pytest.approx(-6000)
    assert found.whole_value == pytest.approx(-6000)
    assert found.foresight == pytest.approx(1800)
    assert found.planning == pytest.approx(50)


@pytest.mark.parametrize("missed", [110, 130, 190, 333, 400, 900, 2000])
@pytest.mark.parametrize("seed", range(3))
def test_p10_the_newsvendor_in_closed_form(missed: int, seed: int) -> None:
    counts = [(seed * 7 + n * n * 3 + n) % 50 + 1 for n in range(1, 6)]
    weights = [(seed + n * 2) % 5 + 1 for n in range(1, 6)]
    chances: dict[int, Fraction] = {}
    for count, weight in zip(counts, weights, strict=True):
        chances[count] = chances.get(count, Fraction(0)) + Fraction(weight, sum(weights))
    asked = newsvendor(chances, missed_won=missed)
    found = two_stage(cases_of(asked), Weighing(0.9, 0.0), mean_case(asked.cases), 0.0)
    ratio, below, best = Fraction(missed - 100, missed), Fraction(0), 0
    for count in sorted(chances):
        below += chances[count]
        if below >= ratio:
            best = count
            break
    cost = 100 * best + missed * sum(p * max(0, count - best) for count, p in chances.items())
    assert -found.value == pytest.approx(float(cost))


def cases_of(asked: RiskQuestion) -> Cases:
    return Cases.of(asked, asked.cases, EXACT)


def test_caution_orders_more_and_the_worst_case_alone_most() -> None:
    """CVaR of level 0 is the expectation; of level 1 the worst case: 80 for 8,000, which nothing beats if 80 are asked for."""
    asked = newsvendor(CHANCES)
    cases, mean = cases_of(asked), mean_case(asked.cases)
    expected = two_stage(cases, Weighing(0.9, 0.0), mean, 0.0)
    for how, first, value in (
        (Weighing(0.0, 1.0), expected.first, expected.value),
        (Weighing(1.0, 1.0), {("a", "s", 0): 80}, -8000),
    ):
        found = two_stage(cases, how, mean, 0.0)
        assert found.first == first
        assert found.value == pytest.approx(value)
    firsts = [two_stage(cases, Weighing(level, 1.0), mean, 0.0).first["a", "s", 0] for level in (0.0, 0.3, 0.6, 0.8, 0.9, 1.0)]
    assert firsts == sorted(firsts)


def test_cvar_is_the_mean_of_the_worst() -> None:
    scores, chances = [10.0, 20.0, 30.0, 40.0], [0.1, 0.2, 0.3, 0.4]
    assert cvar(scores, chances, 0.0) == pytest.approx(30)
    assert cvar(scores, chances, 0.7) == pytest.approx((10 * 0.1 + 20 * 0.2) / 0.3)
    assert cvar(scores, chances, 0.8) == pytest.approx((10 * 0.1 + 20 * 0.1) / 0.2)
    assert cvar(scores, chances, 1.0) == pytest.approx(10)
    assert weighed(scores, chances, Weighing(1.0, 0.5)) == pytest.approx(20)


def two_cases(seed: int) -> RiskQuestion:
    """A drawn question as planned, and the same with dear machines and another demand; rules hold in both."""
    base = drawn(seed)
    names, work = frozenset(one.name for one in base.machines), frozenset(one.name for one in base.work)
    dear = shock(PriceShock("price", names, 1_300_000), DemandShock(work, 1_600_000), begins=1)
    held = replace(case(base, (dear,), Fraction(2, 5)), planned=True)
    return RiskQuestion(base, (dear,), (case(base, (), Fraction(3, 5)), held), 1, 800_000, 0)


def by_enumeration(asked: RiskQuestion, most: int) -> float | None:
    """The best expected work over every combination of first orders, each followed by the best of each case; None = too many or none."""
    base = asked.base
    places = [(one.name, site, at) for one in base.machines for site in one.terms for at in range(one.first, base.buying)]
    if most ** len(places) > 300:
        return None
    best: list[dict[tuple[int, ...], float]] = [{} for _ in asked.cases]
    for units in itertools.product(range(most), repeat=len(places)):
        orders = tuple(Order(*place, n) for place, n in zip(places, units, strict=True) if n)
        first = tuple(n for place, n in zip(places, units, strict=True) if place[2] < asked.until)
        for known, one in zip(best, asked.cases, strict=True):
            if not check_purchase(one.purchase, orders, ()):
                known[first] = max(known.get(first, -1.0), most_served(one.purchase, orders))
    both = set.intersection(*(set(known) for known in best))
    values = [sum(float(one.probability) * known[first] for known, one in zip(best, asked.cases, strict=True)) for first in both]
    return max(values, default=None)


DRAWN = tuple(range(12))


@pytest.mark.parametrize("seed", DRAWN)
def test_as_good_as_every_combination(seed: int) -> None:
    asked = two_cases(seed)
    found = two_stage(cases_of(asked), Weighing(0.8, 0.0), mean_case(asked.cases), 0.0)
    known = by_enumeration(asked, 4)
    if found.status is not Status.OPTIMAL:
        assert known is None
        return
    served = 0.0
    cases = cases_of(asked)
    for n, one in enumerate(asked.cases):
        after = risk_module.recourse(cases, found.first, n, 0.0)
        assert after is not None
        assert check_purchase(one.purchase, after.orders, after.served, after.relief) == ()
        assert all(order.units == found.first.get((order.machine, order.site, 0), 0) for order in after.orders if order.period == 0)
        served += float(one.probability) * most_served(one.purchase, after.orders)
    assert known is None or served >= known - 1e-3 * max(1.0, known)


def test_some_drawn_questions_are_held_against_every_combination() -> None:
    assert sum(by_enumeration(two_cases(seed), 4) is not None for seed in DRAWN) >= 3


@pytest.mark.parametrize("seed", DRAWN[:6])
@pytest.mark.parametrize("aversion", [0.0, 0.6])
def test_cuts_find_what_one_program_finds(seed: int, aversion: float, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = two_cases(seed)
    how, mean = Weighing(0.8, aversion), mean_case(asked.cases)
    whole = extensive(cases_of(asked).joint, how)
    relaxed, exact = solve(whole.program, relaxed=True), solve(whole.program)
    monkeypatch.setattr(risk_module, "WHOLE_MAX", 0)
    cases = cases_of(asked)
    assert relaxed.objective is not None
    found = two_stage(cases, how, mean, 0.001)
    assert found.relaxed == pytest.approx(relaxed.objective, rel=1e-3)
    assert found.bound <= relaxed.objective * (1 + 1e-6) + 0.001 * abs(relaxed.objective)
    if exact.objective is not None and found.first:
        assert found.bound >= exact.objective - 1e-6 * abs(exact.objective)


@pytest.mark.parametrize("seed", DRAWN[:8])
def test_foresight_and_planning_are_worth_something_or_nothing(seed: int) -> None:
    asked = two_cases(seed)
    if two_stage(cases_of(asked), Weighing(0.8, 0.0), mean_case(asked.cases), 0.0).status is not Status.OPTIMAL:
        pytest.skip("the two cases have no first orders in common")
    found = risk(asked, EXACT)
    assert found.foresight is not None
    assert found.foresight >= -1e-6
    assert found.planning is None or found.planning >= -1e-6
    one = risk(replace(asked, cases=(replace(asked.cases[1], probability=Fraction(1)),)), EXACT)
    assert one.foresight == pytest.approx(0, abs=1e-6)
    assert one.planning == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("aversion", [0.0, 0.5, 1.0])
def test_turning_cases_round_and_splitting_one_change_nothing(aversion: float) -> None:
    asked = newsvendor(CHANCES)
    how = Weighing(0.8, aversion)

    def value(cases: tuple[Case, ...]) -> float:
        return two_stage(Cases.of(asked, cases, EXACT), how, mean_case(cases), 0.0).value

    first, *others = asked.cases
    half = replace(first, probability=first.probability / 2)
    split = (replace(half, name="left"), replace(half, name="right"), *others)
    assert value(tuple(reversed(asked.cases))) == pytest.approx(value(asked.cases))
    assert value(split) == pytest.approx(value(asked.cases))
    assert mean_case(split).purchase == mean_case(asked.cases).purchase


def test_an_operating_budget_that_is_gone_leaves_everything_dark() -> None:
    asked = question(machine(), budgets=(money("capex", 2026, 1000), *(money("opex", year, 100) for year in (2026, 2027))))
    made = plan(asked, EXACT).chosen
    cut = shock(BudgetShock(frozenset({"opex", "labour"}), frozenset({2027}), 40_000), begins=1)
    found = stressed(RiskQuestion(asked, (cut,), (), 0, 0, 0), cut, made.orders, made.served, EXACT)
    assert [(one.year, one.won) for one in found.missing] == [(2027, 96)]
    for course in (found.kept, found.changed):
        assert course is not None
        assert course.dark == pytest.approx(80 * 0.96)
        assert course.by_period == pytest.approx((80, 3.2, 0))
        assert check_purchase(found.case.purchase, course.orders, course.served, course.relief) == ()
        assert check_purchase(found.case.purchase, course.orders, course.served)
    assert found.kept is not None
    assert (found.kept.worst, found.kept.lowest, found.kept.back) == (1, pytest.approx(0.04), None)


def test_deliveries_that_stop_come_when_the_stop_ends() -> None:
    """Ordered in 2026 for that year; nothing comes until 2028. The money is spent, the life begins late."""
    asked = question(machine(life=3), years=3)
    made = plan(asked, EXACT).chosen
    stop = shock(DeliveryShock(frozenset("a"), None), ends=2)
    late = shocked(asked, stop)
    assert late.years == (2026, 2027, 2028, 2029, 2030)
    assert [late.in_service(one, 0) for one in late.machines] == [range(2, 5)]
    found = stressed(RiskQuestion(asked, (stop,), (), 0, 0, 0), stop, made.orders, made.served, Limits(20.0, 0.0))
    assert found.kept is not None
    assert found.kept.by_period[:3] == pytest.approx((0, 0, 80))
    assert found.kept.dark == pytest.approx(80)  # nobody pays for 2029 and 2030
    paid = replace(asked, budgets=(*asked.budgets, money("opex", 2029, 1000), money("opex", 2030, 1000)))
    found = stressed(RiskQuestion(paid, (stop,), (), 0, 0, 0), stop, made.orders, made.served, EXACT)
    assert found.kept is not None
    assert found.kept.dark == pytest.approx(0)
    assert (found.kept.worst, found.kept.back, found.worst_periods) == (0, 2, (0, 1))


def test_what_never_comes_is_not_paid() -> None:
    asked = question(machine())
    gone = shocked(asked, shock(DeliveryShock(frozenset("a"), None)))
    assert gone.machines[0].arrival(0) is None
    assert gone.machines[0].capex_won("s", 0) == 0


def test_prices_by_part_and_late_power_and_a_new_machine() -> None:
    asked = question(machine(), sites=(SiteRoom("s", (0, 120_000, 120_000), 1_200_000),))
    dear = shocked(asked, shock(PriceShock("exchange", frozenset("a"), 1_500_000, 400_000)))
    assert dear.machines[0].capex_won("s", 0) == 120  # two fifths of the price half as much again
    late = shocked(asked, shock(PowerShock(frozenset("s"), 1)))
    assert late.sites[0].power_w == (0, 0, 120_000)
    new = shocked(asked, shock(TechnologyShock("b", "a", 2_000_000, 1_500_000, 1_200_000)))
    assert [(one.name, one.speed_ppm["work"], one.terms["s"].capex_won, one.power_w) for one in new.machines] == [
        ("a", 1_000_000, 100, 10_000),
        ("b", 2_000_000, 150, 12_000),
    ]
    assert new.machines[1].terms["s"].running_won_year == {"electricity": 12}


def test_machines_wait_for_power_that_is_late() -> None:
    """Ordered for 2027, when ten servers have power; in the shock they have it in 2028."""
    asked = question(machine(life=2), buying=2, years=3, sites=(SiteRoom("s", (0, 120_000, 120_000), 1_200_000),))
    asked = replace(asked, budgets=(money("capex", 2027, 1000), *(money("opex", year, 1000) for year in (2027, 2028))))
    made = plan(asked, EXACT).chosen
    assert made.orders == (Order("a", "s", 1, 10),)
    late = shock(PowerShock(frozenset("s"), 1), begins=1)
    one = case(asked, (late,), Fraction(1))
    fixed = RiskQuestion(asked, (late,), (one,), 2, 0, 0)
    cases = Cases.of(fixed, (one,), EXACT)
    after = risk_module.recourse(cases, {("a", "s", 1): 10}, 0, 0.0)
    assert after is not None
    assert after.relief.unpowered == {("a", "s", 1): pytest.approx(80)}
    assert check_purchase(one.purchase, after.orders, after.served, after.relief) == ()
    assert sum(each.amount for each in after.served) == pytest.approx(80)


def test_orders_of_the_first_stage_may_be_dropped_when_the_shock_has_begun() -> None:
    asked = question(machine())
    dear = shock(PriceShock("price", frozenset("a"), 2_000_000))
    fixed = RiskQuestion(asked, (dear,), (case(asked, (dear,), Fraction(1)),), 1, 0, 0)
    after = risk_module.recourse(Cases.of(fixed, fixed.cases, EXACT), {("a", "s", 0): 10}, 0, 0.0)
    assert after is not None
    assert after.orders == (Order("a", "s", 0, 5),)


def test_the_checker_believes_no_relief_that_is_not_there() -> None:
    asked = question(machine())
    orders, served = (Order("a", "s", 0, 10),), (Served("work", "a", 0, 80.0),)
    assert check_purchase(asked, orders, served) == ()
    assert check_purchase(asked, orders, served, Relief(dark={("a", 0): 10.0}))[0].rule == "busy [a, 2026]"
    assert check_purchase(asked, orders, (), Relief(dark={("a", 0): 81.0}))[0].rule == "dark [a, 2026]"
    assert check_purchase(asked, orders, (), Relief(unpowered={("a", "s", 2): 1.0}))[0].rule.startswith("unpowered")
    poor = replace(asked, budgets=(money("capex", 2026, 1000), money("opex", 2026, 50), money("opex", 2027, 100)))
    assert check_purchase(poor, orders, (), Relief(dark={("a", 0): 40.0})) == ()
    assert check_purchase(poor, orders, (), Relief(dark={("a", 0): 39.0}))[0].rule == "paid for [opex, 2026]"


def test_draws_depend_on_seed_name_and_number_alone() -> None:
    asked = question(machine())
    shocks = [
        shock(DemandShock(frozenset({"work"}), 1_000_000, (500_000, 1_500_000)), name="demand"),
        shock(PriceShock("price", frozenset("a"), 1_200_000), name="price", probability=300_000),
    ]
    ten, again = sampled_cases(asked, shocks, 10, 7), sampled_cases(asked, list(reversed(shocks)), 10, 7)
    assert ten == again
    assert sum(one.probability for one in ten) == 1
    by_shocks = {(one.shocks, one.purchase.work[0].by_year[2026]) for one in ten}
    assert by_shocks <= {(one.shocks, one.purchase.work[0].by_year[2026]) for one in sampled_cases(asked, shocks, 20, 7)}
    assert by_shocks != {(one.shocks, one.purchase.work[0].by_year[2026]) for one in sampled_cases(asked, shocks, 10, 8)}
    often = sampled_cases(asked, [replace(shocks[1], probability_ppm=300_000)], 1_000, 3)
    assert {one.name: float(one.probability) for one in often}["price"] == pytest.approx(0.3, abs=0.05)


def test_named_cases_leave_the_plan_its_part() -> None:
    asked = question(machine())
    found = named_cases(asked, [shock(DemandShock(frozenset({"work"}), 2_000_000), probability=250_000)])
    assert [(one.name, one.probability, one.planned) for one in found] == [
        ("as planned", Fraction(3, 4), True),
        ("shock", Fraction(1, 4), False),
    ]


def test_the_mean_of_cases() -> None:
    asked = question(machine())
    shocks = [shock(DemandShock(frozenset({"work"}), 2_000_000), probability=250_000)]
    mean = mean_case(named_cases(asked, shocks)).purchase
    assert mean.work[0].by_year == dict.fromkeys((2026, 2027, 2028), 125)
    sure = mean_case((case(asked, shocks, Fraction(1)),)).purchase
    assert sure == shocked(asked, shocks[0])
