"""Fronts, alternatives, values, transfers and ranges: against every combination of orders on tiny questions, and by hand."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from math import inf
from typing import Any

import pytest

import dure.plan.whole_units as purchase_module
from dure.model.purchases import CountRule, Order, Purchase, ShareRule, SiteRoom, Terms, Work
from dure.plan.alternatives import alternatives, apart
from dure.plan.check_purchase import check_purchase, life_won
from dure.plan.front import cost_front, dependency_front, fronts
from dure.plan.ranges import ranges
from dure.plan.transfers import transfers
from dure.plan.values import values
from dure.solver import Limits, Program, Solution, Status
from tests.plan.purchase_small import machine, money, most_served, question

EXACT = Limits(time_s=20.0, gap=0.0)
SEEDS = range(4)


@dataclass(frozen=True)
class Combination:
    """Orders that keep every rule, and what an independent count says of them."""

    won: int
    worth: float
    mix: tuple[int, ...]

    @property
    def share(self) -> Fraction:
        return Fraction(max(self.mix), sum(self.mix) or 1)


def tiny(seed: int) -> Purchase:
    """Three machines in one period, or two in two: at most three units of each, so that every combination can be tried."""
    dice = random.Random(seed)
    periods = 1 + seed % 2
    machines = []
    for name in "abc"[: 4 - periods - (periods == 2)]:
        terms = {"s": Terms(dice.randint(50, 150), {"electricity": dice.randint(1, 20), "labour": dice.randint(0, 5)})}
        speeds = {"x": dice.randint(3, 30) * 100_000, "y": dice.randint(3, 30) * 100_000}
        supply = dict.fromkeys(range(periods), 24 if periods == 1 else 16)
        machines.append(machine(name, terms=terms, speed_ppm=speeds, supply=supply, lead=dice.randint(0, 1)))
    span = range(2026, 2030)
    budgets = [money("capex", year, dice.randint(250, 600), carries=True) for year in list(span)[:periods]]
    budgets += [money(kind, year, 200) for kind in ("opex", "labour") for year in span]
    work = [Work(name, name, {year: dice.randint(10, 60) for year in list(span)[:3]}, dice.randint(1, 3) * 1_000_000) for name in "xy"]
    rooms = (SiteRoom("s", (None,) * 4, 1_200_000),)
    return question(*machines, buying=periods, years=4, sites=rooms, budgets=tuple(budgets), work=tuple(work), usable_ppm=900_000)


def combinations(asked: Purchase) -> list[Combination]:
    return _combinations(repr(asked), lambda: asked)


_KEPT: dict[str, list[Combination]] = {}


def _combinations(key: str, asked) -> list[Combination]:  # type: ignore[no-untyped-def]
    if key not in _KEPT:
        _KEPT[key] = _tried(asked())
    return _KEPT[key]


def _tried(asked: Purchase) -> list[Combination]:
    places = [(one.name, "s", at) for one in asked.machines for at in range(asked.buying)]
    most = max(one.supply[0] // one.unit for one in asked.machines)
    found = []
    for units in itertools.product(range(most + 1), repeat=len(places)):
        orders = tuple(Order(*place, n) for place, n in zip(places, units, strict=True) if n)
        if not check_purchase(asked, orders, ()):
            mix = tuple(sum(one.units * 8 for one in orders if one.machine == each.name) for each in asked.machines)
            found.append(Combination(life_won(asked, orders), most_served(asked, orders), mix))
    return found


@cache
def asked_of(seed: int) -> Purchase:
    return tiny(seed)


def efficient(found: list[Combination], measure) -> list[tuple[Fraction, float]]:  # type: ignore[no-untyped-def]
    """What no combination beats, by rising measure."""
    kept: list[tuple[Fraction, float]] = []
    for one in sorted(found, key=lambda each: (measure(each), -each.worth)):
        if not kept or one.worth > kept[-1][1] + 1e-6:
            kept.append((Fraction(measure(one)), one.worth))
    return kept


@pytest.mark.parametrize("seed", SEEDS)
def test_the_cost_front_is_that_of_every_combination(seed: int) -> None:
    asked = asked_of(seed)
    known = efficient(combinations(asked), lambda one: one.won)
    front = cost_front(asked, EXACT, points=len(known) + 40)
    ours = [(Fraction(one.point.won), one.point.worth) for one in front.on]
    assert len(known) > 3
    assert [won for won, _ in ours] == [won for won, _ in known]
    assert [worth for _, worth in ours] == pytest.approx([worth for _, worth in known], abs=1e-4)
    assert not any(one.point.broken for one in front.on)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_front_within_a_gap_is_nowhere_farther_from_every_combination(seed: int) -> None:
    asked = asked_of(seed)
    front = cost_front(asked, Limits(time_s=20.0, gap=0.1), points=8)
    for ceiling in front.tried:
        best = max(one.worth for one in combinations(asked) if one.won <= ceiling)
        ours = max(one.point.worth for one in front.on if one.point.won <= ceiling)
        assert best <= ours * (1 + front.gap) + 1e-4
    assert front.gap <= 0.1 + 1e-9
    assert not front.lost


def test_no_point_is_lost_when_time_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The search in whole numbers answers for both ends, then never again: what was found for less stands, and the wider gap is said."""
    asked, real, calls = asked_of(0), purchase_module.solve, 0

    def solve(program: Program, limits: Limits, **more: Any) -> Solution:
        nonlocal calls
        calls += not more.get("relaxed")
        return real(program, limits, **more) if more.get("relaxed") or calls <= 2 else Solution(Status.UNKNOWN)

    monkeypatch.setattr(purchase_module, "solve", solve)
    front = cost_front(asked, Limits(time_s=20.0, gap=0.01), points=6)
    assert (len(front.on), front.late, front.lost, len(front.tried)) == (2, 4, 0, 6)
    assert front.gap == inf, "the cheapest plan serves nothing: no share of it bounds what could be served"


def test_a_point_that_time_left_behind_keeps_the_gap_of_its_ceiling(monkeypatch: pytest.MonkeyPatch) -> None:
    """A later ceiling without an answer of its own is told by the plan found before it, with what it then may miss."""
    asked, real, calls = asked_of(0), purchase_module.solve, 0

    def solve(program: Program, limits: Limits, **more: Any) -> Solution:
        nonlocal calls
        calls += not more.get("relaxed")
        return real(program, limits, **more) if more.get("relaxed") or calls <= 4 else Solution(Status.UNKNOWN)

    monkeypatch.setattr(purchase_module, "solve", solve)
    front = cost_front(asked, Limits(time_s=20.0, gap=0.01), points=6)
    assert (len(front.on), front.late) == (3, 3)
    assert 0.01 < front.gap < inf
    for ceiling in front.tried[1:]:
        best = max(one.worth for one in combinations(asked) if one.won <= ceiling)
        assert best <= max(one.point.worth for one in front.on if one.point.won <= ceiling) * (1 + front.gap) + 1e-4


def least_cost() -> Purchase:
    """Two kinds of machine for the least won: of 24 accelerators of work a half must be served."""
    dear, cheap = machine("dear", terms={"s": Terms(150, {"electricity": 10})}), machine("cheap")
    work = (Work("work", "일", dict.fromkeys((2026, 2027), 32), 1_000_000, 500_000),)
    return replace(question(dear, cheap, years=3, work=work), goal="cost")


def test_values_of_a_least_cost_question_are_won() -> None:
    """By hand: 16 of 32 are two machines of 100 + 2 × 10. Where 17 of 32 must be served three are needed, and one more point saves 120."""
    found = values(least_cost(), EXACT)
    assert found is not None
    assert found.base.won == 240
    least = next(one for one in found.worths if one.step.of == "least")
    assert least.relaxed == pytest.approx(-0.32 * 120 / 8)
    assert least.whole == 0
    work = replace(least_cost().work[0], least_ppm=506_000)
    tight = values(replace(least_cost(), work=(work,)), EXACT)
    assert tight is not None
    assert next(one for one in tight.worths if one.step.of == "least").whole == -120


def test_alternatives_of_a_least_cost_question_are_held_against_the_cheapest() -> None:
    """By hand: two cheap machines for 240 serve what must be served; a quarter more won buys a dear one (170) in the place of one (120)."""
    found = alternatives(least_cost(), EXACT, slack_ppm=250_000)
    assert found is not None
    assert (found.best.won, dict(found.best.by_vendor)) == (240, {"dear": 0, "cheap": 16})
    assert max(one.point.won for one in found.others) <= 300
    assert {"dear": 8, "cheap": 8} in [dict(one.point.by_vendor) for one in found.others]


def test_ranges_of_a_least_cost_question_solve_the_least_cost_again() -> None:
    """Up to 200 won the cheap machine gives way to the dear one at 150: the cheapest plan rises by 100, the plan as it is by 200."""
    asked = least_cost()
    high = replace(asked, machines=(asked.machines[0], replace(asked.machines[1], terms={"s": Terms(200, {"electricity": 10})})))
    found = ranges(asked, [(lambda: asked, lambda: high)], EXACT)
    assert found is not None
    end = found.swings[0].high
    assert (found.base_won, end.best_won, end.kept_won) == pytest.approx((240, 340, 440))
    assert {name: round(count) for name, count in end.moved.items()} == {"dear": 16, "cheap": -16}
    assert found.swings[0].won_span == pytest.approx(100)


@pytest.mark.parametrize("seed", SEEDS)
def test_few_points_lie_on_the_front_of_every_combination(seed: int) -> None:
    asked = asked_of(seed)
    known = dict(efficient(combinations(asked), lambda one: one.won))
    front = cost_front(asked, EXACT, points=3)
    assert 2 <= len(front.on) <= 3
    for one in front.on:
        assert one.point.worth == pytest.approx(known[Fraction(one.point.won)], abs=1e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_dependency_front_is_that_of_every_combination(seed: int) -> None:
    asked = asked_of(seed)
    known = efficient([one for one in combinations(asked) if sum(one.mix)], lambda one: one.share)
    front = dependency_front(asked, EXACT, points=len(known) + 40)
    ours = [(one.point.share, one.point.worth) for one in front.on if one.point.accelerators]
    assert [share for share, _ in ours] == [share for share, _ in known]
    assert [worth for _, worth in ours] == pytest.approx([worth for _, worth in known], abs=1e-4)
    for one in front.on:
        mix = list(one.point.by_vendor.values())
        if sum(mix):
            assert one.point.hhi == round(sum((100 * each / sum(mix)) ** 2 for each in mix))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_farthest_alternative_is_the_farthest_of_every_combination(seed: int) -> None:
    asked = asked_of(seed)
    made = alternatives(asked, EXACT, slack_ppm=100_000)
    assert made is not None
    best = made.best
    within = [one for one in combinations(asked) if one.worth >= best.worth * 0.9 - 1e-6 and one.won <= best.won * 1.1]
    names = [one.vendor for one in asked.machines]
    farthest = max(apart(dict(zip(names, one.mix, strict=True)), best.by_vendor) for one in within)
    ours = max((one.moved for one in made.others), default=0)
    assert ours == farthest
    assert all(one.moved <= one.most_moved + 1e-6 and not one.point.broken for one in made.others)
    for room in made.rooms:
        counts = [one.mix[names.index(room.vendor)] for one in within]
        assert room.least <= min(counts) + 1e-6
        assert room.most >= max(counts) - 1e-6


@pytest.mark.parametrize("seed", SEEDS)
def test_values_are_those_of_every_combination(seed: int) -> None:
    asked = asked_of(seed)
    made = values(asked, EXACT, won_ppm=200_000)
    assert made is not None
    best = max(one.worth for one in combinations(asked))
    assert made.base.worth == pytest.approx(best, abs=1e-2)
    assert {one.step.of for one in made.worths} >= {"won"}
    for one in made.worths:
        more = max(each.worth for each in combinations(one.step.asked))
        assert one.whole == pytest.approx(more - best, abs=2e-2)  # cost decides between equals and takes next to nothing of the work
        assert one.least - 1e-2 <= more - best <= one.most + 1e-2
        if one.dual is not None:
            assert one.relaxed <= one.dual + 1e-2  # the optimum is concave in what there is


@pytest.mark.parametrize("goal", ["served", "cost"])
def test_more_of_what_need_not_be_used_is_never_worth_less_than_nothing(goal: str) -> None:
    """A plan proven within a tenth leaves intervals wide open; what is allowed already stays allowed."""
    asked = least_cost() if goal == "cost" else question(machine(), shares=(), counts=(CountRule("c", 0, 16, None),))
    made = values(asked, Limits(time_s=20.0, gap=0.1))
    assert made is not None
    assert made.worths
    for one in made.worths:
        worse = (one.relaxed, one.whole, one.least, one.most)
        assert one.step.of == "month" or (min(worse) >= 0 if goal == "served" else max(worse) <= 0)


def test_values_by_hand_where_whole_units_differ_from_the_relaxation() -> None:
    """1,050 won buy ten servers and a half: half a server more, 50 won, is worth nothing in halves and 8 × 2 years as the eleventh."""
    budgets = (money("capex", 2026, 1050), *(money("opex", year, 1000) for year in range(2026, 2029)))
    made = values(question(machine(), budgets=budgets), EXACT, won_ppm=50_000)
    assert made is not None
    (capex,) = [one for one in made.worths if one.step.name.startswith("capex")]
    assert capex.step.amount == 52
    assert capex.relaxed == pytest.approx(0.52 * 8 * 2, rel=1e-2)
    assert capex.dual == pytest.approx(capex.relaxed, rel=1e-2)
    assert capex.whole == pytest.approx(16, rel=1e-2)
    assert capex.fixed == pytest.approx(0.0, abs=1e-6)
    assert not capex.agrees


def test_a_month_and_a_megawatt_by_hand() -> None:
    """Ordered now, in service a year later: a year earlier serves one year more of 80; a site of 96 kW feeds eight servers of ten."""
    late = machine(lead=1, life=3)
    asked = question(late, years=3, sites=(SiteRoom("s", (96_000,) * 3, 1_200_000),))
    made = values(asked, EXACT, megawatts=0.012)
    assert made is not None
    by = {one.step.of: one for one in made.worths}
    assert made.base.worth == pytest.approx(8 * 8 * 2)
    assert by["MW"].whole == pytest.approx(16)
    assert by["month"].step.amount == 12
    assert by["month"].whole == pytest.approx(64)


def test_a_lead_of_two_years_is_shortened_by_one() -> None:
    """Ordered in 2026, in service from 2028 of 2026-2029: a year earlier serves 80 for one year more, as two years earlier would twice."""
    asked = question(machine(lead=2, life=4), years=4, work=(Work("work", "일", dict.fromkeys(range(2026, 2030), 100), 1_000_000),))
    made = values(asked, EXACT)
    assert made is not None
    (sooner,) = [one for one in made.worths if one.step.of == "month"]
    assert made.base.worth == pytest.approx(80 * 2)
    assert (sooner.step.amount, sooner.step.asked.machines[0].lead) == (12, 1)
    assert sooner.whole == pytest.approx(80)


def test_a_cap_and_a_supply_that_bind_are_asked_by_hand() -> None:
    """Ten servers could be paid for; a cap of 40 lets five run for two years: eight more are worth 16. A supply of 24: three servers."""
    capped = values(question(machine(), counts=(CountRule("cap", 1, None, 40),)), EXACT)
    assert capped is not None
    (cap,) = [one for one in capped.worths if one.step.of == "count"]
    assert cap.step.amount == 8
    assert cap.whole == pytest.approx(16)
    assert cap.dual == pytest.approx(16, rel=1e-2)
    short = values(question(machine(supply={0: 24})), EXACT)
    assert short is not None
    (supply,) = [one for one in short.worths if one.step.of == "supply"]
    assert supply.whole == pytest.approx(16)
    assert supply.step.rows == ("supply [a, 2026]",)


def test_transfers_by_hand() -> None:
    """A is twice as fast as b at the same price: ten points from a to b take 10 / (90 + 10 / 2 ...) of the work, at the same count."""
    a, b = machine("a", speed_ppm={"work": 2_000_000}), machine("b")
    asked = question(a, b, work=(Work("work", "일", {2026: 1000, 2027: 1000}, 1_000_000),))
    made = transfers(asked, EXACT)
    assert made is not None
    assert made.giver == "a"
    assert made.shares == {"a": 1, "b": 0}
    (to_b,) = made.to
    assert to_b.work == pytest.approx((0.9 * 2 + 0.1) / 2 - 1, rel=1e-4)
    # the same work needs 10 / 0.95 servers: each 100 won and two years of 10
    assert to_b.won == pytest.approx((10 / 0.95 - 10) * 120, abs=1)
    assert transfers(question(a), EXACT) is None


def test_ranges_by_hand() -> None:
    """At 100 won ten servers are bought. At 125 the ten cost 250 more than there is, and the best plan has eight."""
    asked = question(machine())
    cheap, dear = (replace(asked, machines=(machine(terms={"s": Terms(won, {"electricity": 10})}),)) for won in (80, 125))
    slow = replace(asked, machines=(machine(speed_ppm={"work": 500_000}),))
    made = ranges(asked, [(lambda: cheap, lambda: dear), (lambda: slow, lambda: asked), (lambda: asked, lambda: asked)], EXACT)
    assert made is not None
    assert made.base_worth == pytest.approx(160)
    by = {one.at: one for one in made.swings}
    assert [one.at for one in made.swings] == [1, 0, 2]
    assert (by[0].high.kept_won, by[0].high.lacks) == (1250 + 200, 250)
    assert by[0].high.kept_worth == pytest.approx(160)
    assert by[0].high.best_worth == pytest.approx(128)
    assert by[0].high.moved == pytest.approx({"a": -16})
    assert by[0].low.best_worth == pytest.approx(200)
    assert by[0].low.lacks == 0
    assert by[1].low.kept_worth == by[1].low.best_worth == pytest.approx(80)
    assert by[2].span == pytest.approx(0)
    assert not by[2].low.moved


def test_a_refused_question_has_the_fronts_of_the_plan_that_is_wanted() -> None:
    """Nobody pays to run the eight accelerators that are demanded: the fronts say so and hold as if somebody did."""
    poor = question(machine(), machine("b"), budgets=(money("capex", 2026, 1000),), counts=(CountRule("8", 0, 8, None),))
    made = fronts(poor, EXACT, points=4)
    assert made is not None
    assert made.unfunded
    assert made.cost.on
    assert not any(one.point.broken for one in made.cost.on)
    assert fronts(replace(poor, counts=(CountRule("800", 0, 800, None),)), EXACT) is None


def test_shares_are_set_aside_unless_they_are_kept() -> None:
    a, b = machine("a", speed_ppm={"work": 2_000_000}), machine("b")
    rule = ShareRule("b", frozenset("b"), "count", 200_000, None)
    asked = question(a, b, shares=(rule,), work=(Work("work", "일", {2026: 1000}, 1_000_000),))
    free, kept = fronts(asked, EXACT, points=4), fronts(asked, EXACT, points=4, keep_shares=True)
    assert free is not None
    assert kept is not None
    assert free.aside == ("b",)
    assert kept.aside == ()
    assert free.dependency.on[-1].point.share == 1
    assert kept.dependency.on[-1].point.share <= Fraction(8, 10)
