"""The grid-impact rule in the plan: below the threshold until an assessment is passed, what stands there counted too."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dure.model.purchases import Order, Purchase, SiteGrid, SiteRoom, Standing, Work
from dure.plan.check_purchase import check_purchase
from dure.plan.purchase import plan
from dure.solver import Limits
from tests.plan.purchase_small import machine, question

EXACT = Limits(time_s=20.0, gap=0.0)
TEN_MW = 10_000_000
BELOW = TEN_MW - 1


def asked(most: tuple[int | None, ...], *, unit_w: int = 100_000, cap: int | None = None, **more: object) -> Purchase:
    """Servers of 100 kW and a PUE of 1: a hundred of them are the threshold. Each serves eight of a demand of 4,000 a year."""
    room = SiteRoom("s", (cap,) * 3, 1_000_000, grid=SiteGrid("kr-grid-impact", TEN_MW, 90, most))
    work = (Work("work", "일", dict.fromkeys((2026, 2027, 2028), 4_000), 1_000_000),)
    one = machine(power_w=unit_w, life=3)
    return question(one, sites=(room,), work=work, funded=False, budgets=(*question(one).budgets[:0], *_rich()), **more)


def _rich() -> tuple[object, ...]:
    from tests.plan.purchase_small import money

    return (money("capex", 2026, 1_000_000, carries=True),)


def units(made: Purchase) -> int:
    return sum(one.units for one in plan(made, EXACT).chosen.orders)


@pytest.mark.parametrize(("unit_w", "most"), [(100_000, 99), (99_000, 101), (9_900_000, 1), (10_000_000, 0)])
def test_without_an_assessment_a_site_stays_below_ten_megawatts(unit_w: int, most: int) -> None:
    """99 × 100 kW = 9.9 MW is below it, 100 × 100 kW is not; 101 × 99 kW = 9.999 MW is, 102 are not."""
    assert units(asked((BELOW,) * 3, unit_w=unit_w)) == most


def test_once_it_is_passed_the_cap_alone_counts() -> None:
    assert units(asked((None, None, None), cap=15_000_000)) == 150


def test_its_lead_time_delays_power() -> None:
    """Passed from the second year: machines that serve from the first are held to 9.9 MW, those ordered for the second are not."""
    held = asked((BELOW, None, None), cap=15_000_000, buying=2)
    made = plan(held, EXACT)
    by_period = {one.period: one.units for one in made.chosen.orders}
    assert by_period == {0: 99, 1: 51}
    assert not check_purchase(held, made.chosen.orders, made.chosen.served)


def test_what_stands_there_counts_too() -> None:
    """9.8 MW standing and 0.2 MW more are the threshold: one server of 100 kW may come, not two."""
    base = asked((BELOW,) * 3)
    assert units(replace(base, standing=(Standing("a", "s", 98, 3),))) == 1


def test_the_checker_finds_it_by_itself() -> None:
    held = asked((BELOW,) * 3)
    assert not check_purchase(held, (Order("a", "s", 0, 99),), ())
    assert [one.rule for one in check_purchase(held, (Order("a", "s", 0, 100),), ())] == [
        "grid impact [s, 2026]",
        "grid impact [s, 2027]",
        "grid impact [s, 2028]",
    ]


def test_a_count_that_needs_more_is_refused_by_its_name() -> None:
    from dure.model.purchases import CountRule

    made = plan(replace(asked((BELOW,) * 3), counts=(CountRule("all", 2, 800, None),)), EXACT)
    assert made.refusal is not None
    assert any(rule.startswith("grid impact [s, ") for rule in made.refusal.rules), made.refusal
