"""The least dependency on one vendor as an objective: by every combination of orders, and by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dure.model.purchases import CountRule
from dure.plan.check_purchase import check_purchase
from dure.plan.purchase import plan
from dure.solver import Limits, Status
from tests.plan.purchase_small import machine, money, question
from tests.plan.test_choices import asked_of, combinations

EXACT = Limits(time_s=20.0, gap=0.0)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("least", [0, 8, 24])
def test_no_combination_buys_fewer_of_its_largest_vendor(seed: int, least: int) -> None:
    base = asked_of(seed)
    floor = CountRule("some", 1, least, None)
    asked = replace(base, goal="dependency", counts=(floor,))
    made = plan(asked, EXACT)
    known = [max(one.mix) for one in combinations(replace(base, counts=(floor,)))]
    if not known:
        assert not made.chosen.found or made.refusal is not None
        return
    assert made.chosen.status is Status.OPTIMAL
    by_vendor = dict.fromkeys("abc", 0)
    for one in made.chosen.orders:
        by_vendor[one.machine] += one.units * 8
    assert max(by_vendor.values()) == min(known)
    assert not check_purchase(asked, made.chosen.orders, made.chosen.served)


def test_between_equals_the_cheaper_is_bought() -> None:
    """Four machines, two vendors: two of each; of the two models of the second vendor the cheaper one."""
    from dure.model.purchases import Terms

    dear = replace(machine("dear", terms={"s": Terms(200, {"electricity": 10})}), vendor="second")
    asked = question(machine("a"), replace(machine("cheap"), vendor="second"), dear, counts=(CountRule("four", 0, 32, None),))
    made = plan(replace(asked, goal="dependency", budgets=(*asked.budgets, money("capex", 2026, 9_000, "firm"))), EXACT)
    assert {one.machine: one.units for one in made.chosen.orders} == {"a": 2, "cheap": 2}
    assert made.chosen.objective == pytest.approx(16, abs=0.5)
