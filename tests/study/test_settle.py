"""The loop itself, against plans that are worked out by hand and against measures that never stand still."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from dure.model.purchases import Purchase, Work
from dure.plan.purchase import Planned, plan
from dure.solver import Limits
from dure.study.delivered import ClassGot, Delivered, MachineGot
from dure.study.settle import Ended, Moved, Settling, corrected, measured, movement, ordered, settle, vendor_mix
from tests.plan.purchase_small import machine, money, question

CLASSES = {"work": "llm-finetune"}
KIND = "llm-finetune"


def eighty(**more: object) -> Purchase:
    """80 reference accelerators must be served for the least won; servers of 8 at speed 1, and every hour of them is counted on."""
    work = (Work("work", "일", {2026: 80}, 1_000_000, 1_000_000),)
    budgets = (money("capex", 2026, 9_000), *(money("opex", year, 9_000) for year in (2026, 2027, 2028)))
    return question(machine(), work=work, budgets=budgets, goal="cost", **more)


def solved(asked: Purchase) -> Planned:
    return plan(asked, Limits())


def got(used: int, kept: int = 1_000_000, name: str = "a") -> Delivered:
    """A run in which so many parts per million of the wanted time were held, and so many of these kept."""
    return Delivered(100, (), (MachineGot(name, 1_000_000, 1_000_000, used, used * kept // 1_000_000),), {(KIND, name): kept}, "")


def test_the_plan_buys_the_right_number_more() -> None:
    """80 at work need 10 servers; when 80 % of a machine's time is used, 80 / 0.8 = 100 accelerators: 13 servers of 8."""
    found = settle(eighty(), CLASSES, solved, lambda _: got(800_000), Settling())
    assert found.ended is Ended.SETTLED
    assert [ordered(one.planned.purchase, one.planned.chosen.orders) for one in found.rounds] == [{"a": 80}, {"a": 104}, {"a": 104}]
    assert [one.corrections.usable for one in found.rounds] == [{}, {"a": 800_000}, {"a": 800_000}]
    assert found.rounds[1].moved is not None
    assert found.rounds[1].moved.orders_ppm == 300_000
    assert found.last.moved is not None
    assert found.last.moved.orders_ppm == 0


def test_what_is_kept_of_a_jobs_time_slows_the_machine() -> None:
    """80 / (0.8 · 0.9) = 111.1 accelerators: 14 servers."""
    found = settle(eighty(), CLASSES, solved, lambda _: got(800_000, 900_000), Settling())
    assert ordered(found.last.planned.purchase, found.last.planned.chosen.orders) == {"a": 112}
    assert found.last.planned.purchase.machines[0].speed_ppm == {"work": 900_000}
    assert found.last.planned.purchase.usable_of(found.last.planned.purchase.machines[0]) == 800_000


def test_a_measure_that_answers_to_the_fleet_reaches_its_fixed_point() -> None:
    """A fleet of n accelerators for 80 at work is used at most to (n − 80) / n short of full: u = 1 − 20 / n. 80 / u = n gives n = 100."""

    def play(planned: Planned) -> Delivered:
        return got(1_000_000 - 20_000_000 // ordered(planned.purchase, planned.chosen.orders)["a"])

    found = settle(eighty(), CLASSES, solved, play, Settling())
    assert found.ended is Ended.SETTLED
    assert ordered(found.last.planned.purchase, found.last.planned.chosen.orders) == {"a": 104}


def test_a_measure_that_swings_for_ever_is_damped() -> None:
    """Twice as much is bought when the measure is low, and the measure is low when little is bought: no fixed point."""

    def play(planned: Planned) -> Delivered:
        return got(400_000 if ordered(planned.purchase, planned.chosen.orders)["a"] < 150 else 900_000)

    rules = Settling(tolerance_ppm=10_000, rounds_most=40)
    found = settle(eighty(), CLASSES, solved, play, rules)
    assert found.ended is Ended.SETTLED
    assert len(found.rounds) < 20
    steps = [one.step_ppm for one in found.rounds]
    assert steps == sorted(steps, reverse=True)
    assert steps[-1] < 200_000


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(200_000, 1_000_000), min_size=1, max_size=12), st.integers(1, 6))
def test_it_ends_whatever_is_measured(measures: list[int], most: int) -> None:
    turn = iter(range(10**6))
    found = settle(eighty(), CLASSES, solved, lambda _: got(measures[next(turn) % len(measures)]), Settling(0, 0, most))
    assert 1 <= len(found.rounds) <= most
    assert found.ended is Ended.ROUNDS or (found.last.moved is not None and found.last.moved.least_ppm == 0)


def late_until(enough: int):
    """Nine in ten wait three hours in a fleet of fewer than so many accelerators, else one; 80 % of every machine is used."""

    def play(planned: Planned) -> Delivered:
        wait_s = 10_800 if ordered(planned.purchase, planned.chosen.orders)["a"] < enough else 3_600
        return replace(got(800_000), classes=(ClassGot(KIND, 1, 0, 0, 1, 1, wait_s, wait_s),))

    return play


def test_waits_that_are_too_long_are_bought_off() -> None:
    """80 / 0.8 = 100: 13 servers; a twentieth free: 80 / 0.76 = 105.3: 14; 80 / 0.722 = 110.8: 14; 80 / 0.6859 = 116.6: 15 = 120."""
    found = settle(eighty(), CLASSES, solved, late_until(120), Settling(wait_most_s=7_200, rounds_most=12))
    assert found.ended is Ended.SETTLED
    assert [ordered(one.planned.purchase, one.planned.chosen.orders)["a"] for one in found.rounds] == [80, 104, 112, 112, 120, 120]
    assert found.last.corrections.slack_ppm == 142_625
    assert settle(eighty(), CLASSES, solved, late_until(120), Settling()).last.corrections.slack_ppm == 0


def test_waits_that_no_money_mends_end_the_loop() -> None:
    """All the money buys 10 servers, whatever they are counted on for: three rounds without another order say so."""
    poor = replace(
        eighty(), goal="served", work=(Work("work", "일", {2026: 500}, 1_000_000),), budgets=(money("capex", 2026, 1_000),), funded=False
    )
    found = settle(poor, CLASSES, solved, late_until(120), Settling(0, 0, 20, 7_200))
    assert (found.ended, len(found.rounds)) == (Ended.WAITS, 4)


def test_no_plan_ends_the_loop_with_what_was_found() -> None:
    """At a hundredth of its time no money suffices: 80 / 0.01 = 8,000 accelerators, 1,000 servers for 100 won each."""
    found = settle(eighty(), CLASSES, solved, lambda _: got(10_000), Settling())
    assert (found.ended, len(found.rounds), found.last.got) == (Ended.NO_PLAN, 2, None)


def test_a_machine_that_was_not_there_counts_as_the_fleet_does() -> None:
    asked = question(machine(), machine("b"))
    assert measured(asked, got(700_000)).usable == {"a": 700_000, "b": 700_000}
    idle = Delivered(100, (), (*got(700_000).machines, MachineGot("b", 500, 0, 0, 0)), {}, "")
    assert measured(asked, idle).usable == {"a": 700_000, "b": 700_000}


def test_each_machine_is_corrected_by_its_own_measure() -> None:
    """Half of a's wanted time is held and nine tenths of b's: seven tenths of the fleet say neither."""
    asked = question(machine(), machine("b"), machine("c"))
    run = Delivered(100, (), (*got(500_000).machines, *got(900_000, name="b").machines), {}, "")
    assert measured(asked, run).usable == {"a": 500_000, "b": 900_000, "c": 700_000}


def test_a_plan_that_orders_the_same_stands_still_whatever_its_objective() -> None:
    """Same orders at twice the price: the plan stands still. Other orders at the same price: it does too; both moved: it does not."""
    one = solved(eighty())
    dearer = replace(one, chosen=replace(one.chosen, objective=2 * (one.chosen.objective or 0.0)))
    fewer = replace(one, chosen=replace(one.chosen, orders=(replace(one.chosen.orders[0], units=5),)))
    both = replace(dearer, chosen=replace(dearer.chosen, orders=fewer.chosen.orders))
    assert [movement(one, other) for other in (dearer, fewer, both)] == [Moved(0, 1_000_000), Moved(500_000, 0), Moved(500_000, 1_000_000)]
    assert [movement(one, other).least_ppm for other in (dearer, fewer, both)] == [0, 0, 500_000]

    turn = iter([one, dearer])
    assert settle(eighty(), CLASSES, lambda _: next(turn), lambda _: got(1_000_000), Settling()).ended is Ended.SETTLED
    moving = iter([one, both, one, both])
    assert settle(eighty(), CLASSES, lambda _: next(moving), lambda _: got(1_000_000), Settling(rounds_most=3)).ended is Ended.ROUNDS


def test_a_swap_of_vendors_is_not_settled() -> None:
    """Ten servers of one vendor or of the other, at the same cost: all of the accelerators change hands, none of the objective moves."""
    asked = question(machine(), machine("b", vendor="B"))
    one = plan(asked, Limits())
    orders = one.chosen.orders
    assert len(orders) == 1
    first, other = (replace(one, chosen=replace(one.chosen, orders=(replace(orders[0], machine=name),))) for name in ("a", "b"))
    assert movement(first, other) == Moved(2_000_000, 0, 1_000_000)
    assert vendor_mix(first) == {asked.machine("a").vendor: 1_000_000}
    turn = iter([first, other] * 3)
    run = got(1_000_000)
    swapped = settle(asked, CLASSES, lambda _: next(turn), lambda _: run, Settling(rounds_most=6))
    assert (swapped.ended, len(swapped.rounds)) == (Ended.ROUNDS, 6)
    assert [each.step_ppm for each in swapped.rounds] == [1_000_000, 1_000_000, 500_000, 250_000, 125_000, 62_500]
    turn = iter([first, other] * 3)
    assert settle(asked, CLASSES, lambda _: next(turn), lambda _: run, Settling(mix_ppm=1_000_000)).ended is Ended.SETTLED


def test_nothing_wanted_corrects_nothing() -> None:
    empty = Delivered(100, (), (MachineGot("a", 500, 0, 0, 0),), {}, "")
    assert measured(question(machine()), empty).usable == {}
    assert corrected(eighty(), CLASSES, measured(eighty(), empty)) == eighty()
