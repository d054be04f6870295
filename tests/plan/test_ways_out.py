"""Ways out of a refusal: by hand, and against every number of buying units; each suffices by the checker."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from pathlib import Path

import pytest

from dure.adapters.files import load_scenario
from dure.adapters.scenario_purchase import scenario_purchase
from dure.model.purchases import CountRule, Missing, Order, Purchase, ShareRule, SiteRoom, Terms, Work
from dure.plan import ways_out
from dure.plan.check_purchase import check_purchase
from dure.plan.elastic import Elastic
from dure.plan.gives import given_purchase
from dure.plan.purchase import WHOLE_UNITS, plan
from dure.plan.purchase_part import PurchaseProgram
from dure.plan.purchase_program import build, spending_rule
from dure.plan.ways_out import Fundable, Way, _cheapest, funded_by, money_way
from dure.plan.work_bound import work_bound, work_served
from dure.solver import Clock, Limits, Solution, Status, solve
from tests.plan.purchase_small import machine, money, most_served, question

EXACT = Limits(time_s=20.0, gap=0.0)
CASES = 240


def poor(seed: int) -> Purchase:
    """A number that must run, and less money to run it than any plan needs; one or two machines, one site, one or two years of buying."""
    dice = random.Random(seed)
    buying = dice.randint(1, 2)
    machines = []
    for name in "ab"[: 3 - buying]:
        running = {"electricity": dice.randint(5, 30), "labour": dice.randint(0, 6)}
        given = {"unit": dice.choice([3, 4, 8]), "lead": dice.randint(0, 1), "life": dice.randint(1, 3)}
        machines.append(machine(name, terms={"s": Terms(dice.randint(60, 160), running)}, **given))
    span = tuple(range(2026, 2031))
    budgets = [money("capex", year, dice.randint(250, 420), carries=dice.random() < 0.5) for year in span[:buying]]
    for kind, source in (("opex", "state"), ("opex", "province"), ("labour", "state")):
        years = [year for year in span if dice.random() < 0.6]
        budgets += [money(kind, year, dice.randint(1, 25), source, carries=dice.random() < 0.5) for year in years]
    shares = (ShareRule("b", frozenset("b"), "count", 300_000, None),) if len(machines) > 1 and dice.random() < 0.4 else ()
    counts = (CountRule("c", buying, dice.randint(6, 16), None),)
    room = (SiteRoom("s", (dice.choice([None, 60_000]),) * 5, 1_200_000, dice.choice([0, 0, 3])),)
    return question(*machines, buying=buying, years=5, budgets=tuple(budgets), shares=shares, counts=counts, sites=room)


def every_plan(asked: Purchase) -> list[tuple[Order, ...]]:
    """Every number of units of every order that money to buy could ever pay for."""
    places = [(one.name, "s", at) for one in asked.machines for at in range(one.first, asked.buying)]
    capex = sum(line.won for line in asked.budgets if line.kind == "capex")
    rooms = [range(capex // asked.machine(name).terms["s"].capex_won + 1) for name, _, _ in places]
    return [tuple(Order(*place, n) for place, n in zip(places, units, strict=True) if n) for units in itertools.product(*rooms)]


def in_service(asked: Purchase, one: Order, at: int) -> bool:
    each = asked.machine(one.machine)
    return one.period + each.lead <= at < one.period + each.lead + each.life


def lacking(asked: Purchase, orders: tuple[Order, ...]) -> int:
    """Won that all years together lack, one won after the other: each year takes what it may, first what ends first."""
    whole = 0
    for kind in ("opex", "labour"):
        purses = []
        for line in asked.budgets:
            end = line.year
            mine = {one.year for one in asked.budgets if (one.kind, one.source) == (kind, line.source) and one.carries}
            while end in mine:
                end += 1
            if line.kind == kind:
                purses.append([line.year, end, line.won])
        for at, year in enumerate(asked.years):
            there = any(one.units and in_service(asked, one, at) for one in orders)
            need = sum(one.labour_won_year for one in asked.sites) if kind == "labour" and there else 0
            for one in orders:
                each = asked.machine(one.machine)
                if one.period + each.lead <= at < one.period + each.lead + each.life:
                    need += one.units * each.terms["s"].running_won_year["electricity" if kind == "opex" else "labour"]
            for purse in sorted(purses, key=lambda one: one[1]):
                if purse[0] <= year <= purse[1]:
                    used = min(need, purse[2])
                    need, purse[2] = need - used, purse[2] - used
            whole += need
    return whole


def in_number(asked: Purchase, orders: tuple[Order, ...]) -> int:
    """Accelerators in service in the period of the count."""
    at = asked.counts[0].period
    found = 0
    for one in orders:
        each = asked.machine(one.machine)
        found += one.units * each.unit if one.period + each.lead <= at < one.period + each.lead + each.life else 0
    return found


@pytest.mark.system
def test_the_way_out_is_the_least_of_every_whole_plan_and_suffices() -> None:
    """Of 240 drawn questions: the won that are told are the least of all whole plans, and with them the checker finds nothing broken."""
    refused = dear = fewer = able = 0
    for seed in range(CASES):
        asked = poor(seed)
        made = plan(asked, EXACT)
        plans = every_plan(asked)
        unpaid = [orders for orders in plans if not check_purchase(replace(asked, funded=False), orders, ())]
        least = min((lacking(asked, orders) for orders in unpaid), default=None)
        if made.refusal is None:
            assert least == 0, seed
            continue
        refused += 1
        way = made.refusal.money
        if least is None:
            assert way is None or way.status is Status.INFEASIBLE, seed
            continue
        assert way is not None
        assert way.found, seed
        assert way.won == sum(one.won for one in way.missing) == least, seed
        assert way.bound_won is not None
        assert way.bound_won <= least
        dear += way.continuous_won is not None and way.continuous_won < least
        assert check_purchase(funded_by(asked, way.missing), way.orders, way.served) == ()
        fewer += counts_give(asked, made.refusal.fewer, plans, seed)
        able += funds(asked, made.refusal.fundable, plans, seed)
    assert refused >= 200
    assert dear >= 50, "cases in which the continuous relaxation promises too little"
    assert fewer >= 30
    assert able >= 30


def counts_give(asked: Purchase, way: Way | None, plans: list[tuple[Order, ...]], seed: int) -> bool:
    """Where nothing but the number can give, it gives what the largest plan that is paid for lacks of it."""
    assert way is not None
    if asked.shares or asked.sites[0].power_w[0] is not None:
        return False
    free = replace(asked, counts=())
    most = max((in_number(asked, orders) for orders in plans if not check_purchase(free, orders, ())), default=None)
    if most is None:
        assert way.status is Status.INFEASIBLE, seed
        return False
    least = asked.counts[0].least
    assert least is not None
    assert [(one.row, one.side, round(one.amount)) for one in way.gives] == [("count [c]", "below", least - most)], seed
    changed = given_purchase(build(asked), way.gives, way.orders)
    assert check_purchase(changed, way.orders, way.served) == ()
    return True


def funds(asked: Purchase, able: Fundable | None, plans: list[tuple[Order, ...]], seed: int) -> bool:
    """What the money there is pays for: as much work as the best of all whole plans without the number."""
    free = replace(asked, counts=tuple(replace(one, least=None) for one in asked.counts))
    paid = [orders for orders in plans if not check_purchase(free, orders, ())]
    if able is None or seed % 3:
        assert able is not None or not paid, seed
        return False
    assert able is not None
    assert able.broken == ()
    known = max(most_served(free, orders) for orders in paid)
    assert most_served(free, able.chosen.orders) == pytest.approx(known, rel=1e-3, abs=1e-3), seed
    return True


def test_money_that_would_do_for_fractions_of_units_is_said_to_be_short() -> None:
    """20 accelerators are 2.5 servers of 8: 250 won to buy and 25 a year to run; three servers need 30."""
    asked = question(
        machine(),
        counts=(CountRule("20", 0, 20, None),),
        budgets=(money("capex", 2026, 400), money("opex", 2026, 25), money("opex", 2027, 25)),
    )
    made = plan(asked, EXACT)
    assert made.refusal is not None
    way = made.refusal.money
    assert way is not None
    assert way.whole_only
    assert [(one.year, one.won) for one in way.missing] == [(2026, 5), (2027, 5)]
    assert way.orders == (Order("a", "s", 0, 3),)
    assert (way.won, way.bound_won, way.gap) == (10, 10, 0.0)
    assert made.refusal.fewer is not None
    assert [(one.row, one.amount) for one in made.refusal.fewer.gives] == [("count [20]", 4.0)]
    assert made.refusal.fundable is not None
    assert made.refusal.fundable.chosen.orders == (Order("a", "s", 0, 2),)


def test_only_whole_units_are_in_the_way() -> None:
    """Exactly 20 accelerators in servers of 8: no money helps, four fewer or four more do."""
    asked = question(machine(), counts=(CountRule("20", 0, 20, 20),))
    made = plan(asked, EXACT)
    assert made.refusal is not None
    assert made.refusal.refused_by == (WHOLE_UNITS,)
    assert made.refusal.money is None
    assert made.refusal.fewer is not None
    assert [(one.row, one.amount) for one in made.refusal.fewer.gives] == [("count [20]", 4.0)]
    assert made.refusal.fewer.found


def test_every_rule_that_gives_is_held_to_what_is_left_of_it() -> None:
    """Power, supply, budgets, shares, counts and work: after each gave what is told, the checker finds nothing broken."""
    for seed in range(40):
        dice = random.Random(seed)
        asked = question(
            machine("a", supply={0: 16}, speed_ppm={"work": 1_000_000}),
            machine("b", speed_ppm={"work": 500_000}, unit=4),
            sites=(SiteRoom("s", (dice.choice([None, 40_000]),) * 3, 1_200_000),),
            shares=(ShareRule("B", frozenset("b"), dice.choice(["count", "capacity", "money"]), 300_000, 700_000),),
            counts=(CountRule("n", 0, dice.randint(10, 60), None),),
            work=(Work("work", "일", {2026: 40, 2027: 40}, 1_000_000, dice.choice([0, 900_000])),),
            budgets=(money("capex", 2026, dice.randint(50, 700), carries=True), *(money("opex", year, 60) for year in (2026, 2027))),
        )
        made = plan(asked, EXACT)
        if made.refusal is None:
            continue
        assert made.refusal.fewer is not None
        assert made.refusal.fewer.broken == (), (seed, made.refusal.fewer)
        assert made.refusal.fewer.found, seed


def test_what_time_ended_is_between_a_bound_and_a_plan() -> None:
    """A way out that is not proven keeps its bound below it, and what no solve answered is unknown, not impossible."""
    asked = poor(1)
    made = build(asked)
    way = money_way(made, Clock(Limits(time_s=0.0, gap=0.0)))
    assert way.status is not Status.INFEASIBLE
    assert way.bound_won is None or way.won is None or way.bound_won <= way.won


def test_nodes_end_a_search_alike_and_seconds_are_said() -> None:
    """Two answers of the same question are the same to the won; one that seconds ended says so, one that ended by itself does not."""
    asked = poor(1)
    first, again = (plan(asked, EXACT).refusal for _ in range(2))
    assert first is not None
    assert again is not None
    assert (first.money, first.fewer, first.timed) == (again.money, again.fewer, False)
    clock = Clock(EXACT)
    clock.spend(Solution(Status.UNKNOWN, timed=True))
    assert clock.timed


def test_no_way_of_the_same_money_serves_more_than_the_fundable_plan() -> None:
    """Ways out that need no more money are plans of the same budgets: none of them is better than the one that is called the best."""
    compared = 0
    for seed in range(40):
        made = plan(poor(seed), Limits(time_s=20.0, gap=0.3))
        if made.refusal is None or made.refusal.fundable is None or made.refusal.fewer is None:
            continue
        able, fewer = made.refusal.fundable, made.refusal.fewer
        if fewer.found and not check_purchase(able.asked, fewer.orders, ()):
            best_work = work_served(able.asked, able.chosen.served)
            assert best_work >= work_served(able.asked, fewer.served) * (1 - 1e-3) - 1e-6, seed
            bound = work_bound(able.asked, able.chosen.bound)
            assert bound is not None
            assert bound >= best_work - 1e-6
            compared += 1
    assert compared >= 10


def test_a_supplement_never_takes_the_name_of_a_line_that_is_there() -> None:
    """Or what it adds would carry over with that line, and pay for other years."""
    asked = question(machine(), budgets=(money("opex", 2026, 1, "supplement", carries=True),))
    raised = funded_by(asked, (Missing(2026, "opex", 7),))
    assert [(one.source, one.won, one.carries) for one in raised.budgets] == [("supplement", 1, True), ("supplement+", 7, False)]


def test_rules_that_need_not_give_are_taken_back_where_nothing_is_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three servers need 30 won a year where 20 are there: two will do, so a search that lets 2026 give 5 won too does so for nothing."""
    span = (2026, 2027)
    budgets = (money("capex", 2026, 300), *(money("opex", year, 20) for year in span))
    made = build(question(machine(life=2), years=2, counts=(CountRule("c", 0, 24, None),), budgets=budgets))
    paid = [spending_rule("opex", year) for year in span]
    weights = dict.fromkeys(paid, 1.0) | {"count [c]": 0.1 / made.scale_won}

    def loose(whole: PurchaseProgram, gives: Elastic, relaxed: Solution, clock: Clock, prove: bool) -> tuple[Solution, float]:
        given = {("count [c]", "below"): 8.0, (paid[0], "above"): 5 / whole.scale_won, (paid[1], "above"): 0.0}
        return solve(gives.program, EXACT, bounds={gives.missing[key]: (value, value) for key, value in given.items()}), 0.0

    best = _cheapest(made, weights, Clock(EXACT))
    assert [(one.row, one.side, one.amount) for one in best.gives] == [("count [c]", "below", pytest.approx(8))]
    monkeypatch.setattr(ways_out, "_in_whole_units", loose)
    monkeypatch.setattr(ways_out, "_pruned", lambda gives, answer, clock: answer)
    untidy = _cheapest(made, weights, Clock(EXACT))
    monkeypatch.undo()
    monkeypatch.setattr(ways_out, "_in_whole_units", loose)
    tidied = _cheapest(made, weights, Clock(EXACT))
    assert (best.won, untidy.won, tidied.won) == (1, 6, 1)


def test_the_plan_behind_a_way_serves_the_most_that_its_money_can() -> None:
    """A slow machine and a fast one cost the same: 24 accelerators must run, money to run is 10 won short of three servers."""
    slow = machine("slow", speed_ppm={"work": 100_000}, life=1)
    fast = machine("fast", life=1)
    short = (money("capex", 2026, 300), money("opex", 2026, 20))
    asked = question(slow, fast, years=1, budgets=short, counts=(CountRule("c", 0, 24, None),))
    refused = plan(asked, EXACT).refusal
    assert refused is not None
    assert refused.money is not None
    assert refused.money.won == 10
    assert refused.money.orders == (Order("fast", "s", 0, 3),)
    assert work_served(asked, refused.money.served) == pytest.approx(24)


def pruned(counts: tuple[CountRule, ...]) -> tuple[Solution, Solution, int]:
    """Two servers of `a` and none of `b`, of which half must be: 8 accelerators are missed; what is left of that when it is pruned."""
    asked = question(machine("a"), machine("b"), counts=counts, shares=(ShareRule("b", frozenset("b"), "count", 500_000, None),))
    made = build(asked)
    gives = ways_out.elastic(made.program, {"share [b, at least]": 1.0})
    (missed,) = gives.missing.values()
    order = {key[0]: column for key, column in made.orders.items()}
    start = solve(gives.program, EXACT, bounds={order["a"]: (2.0, 2.0), order["b"]: (0.0, 0.0)})
    assert start.values[missed] == pytest.approx(8)
    found = ways_out._pruned(gives, start, Clock(EXACT))
    assert found.values[order["b"]] == 0  # what was not ordered is not ordered now
    return start, found, order["a"]


def test_a_rule_that_need_not_give_is_taken_out_of_a_way_that_is_not_proven() -> None:
    _, found, a = pruned(())
    assert (found.objective, found.values[a]) == (pytest.approx(0), 0)


def test_a_rule_that_must_give_stays_in_a_way() -> None:
    start, found, _ = pruned((CountRule("c", 0, 8, None),))
    assert found == start


def test_a_bound_is_never_wider_than_that_of_the_relaxation() -> None:
    from dure.plan.whole_units import _tighter

    assert _tighter(10.0, 25.0, maximise=True) == 10.0
    assert _tighter(10.0, 9.0, maximise=True) == 9.0
    assert _tighter(10.0, 25.0, maximise=False) == 25.0
    assert _tighter(10.0, None, maximise=True) == 10.0
    assert _tighter(None, None, maximise=True) is None


def test_a_relaxation_that_the_simplex_gives_up_is_asked_of_the_other_method() -> None:
    """The plan of korea-50k-funded with half its running money: HiGHS's simplex ends without a proof, its interior point proves it."""
    asked = scenario_purchase(load_scenario(Path("examples/korea-50k-funded.yaml"))).purchase
    half = tuple(replace(one, won=one.won // 2) if one.kind != "capex" else one for one in asked.budgets)
    answer = solve(build(replace(asked, budgets=half)).program, Limits(time_s=60.0), relaxed=True)
    assert answer.status is Status.INFEASIBLE
