"""Hours and work of a plan, shared between sites and models: the parts are the whole, and the whole is what is in service and served."""

from __future__ import annotations

from fractions import Fraction

import pytest

from dure.model.purchases import SiteRoom, Standing, Terms
from dure.plan.purchase import plan
from dure.present.plan_cost import accelerators, usage
from dure.solver import Limits
from tests.plan.purchase_small import drawn, machine, question

YEAR_H = 8760


@pytest.mark.parametrize("seed", range(40))
def test_parts_add_up_to_what_is_served_and_in_service(seed: int) -> None:
    planned = plan(drawn(seed), Limits(gap=0.0))
    purchase, chosen = planned.purchase, planned.chosen
    found = usage(purchase, chosen.orders, chosen.served)
    asked = {year for work in purchase.work for year, amount in work.by_year.items() if amount}
    served = sum(Fraction(one.amount) for one in chosen.served) * YEAR_H / purchase.periods_year
    assert float(sum(use.work for use in found.values())) == pytest.approx(float(served))
    there = sum(
        one.units * purchase.machine(one.machine).unit
        for one in chosen.orders
        for at in purchase.in_service(purchase.machine(one.machine), one.period)
        if purchase.years[at] in asked
    )
    assert sum(use.installed for use in found.values()) == Fraction(there * YEAR_H, purchase.periods_year)
    assert all(use.busy <= use.installed * (1 + Fraction(1, 10**6)) for use in found.values())
    units = sum(one.units * purchase.machine(one.machine).unit for one in chosen.orders)
    assert sum(count for models in accelerators(purchase, chosen.orders).values() for count in models.values()) == units


def test_sites_share_work_by_what_stands_there() -> None:
    """Three units at s and one at t, of a model that is twice as fast: 20 of 32 do 40 of work, a quarter of it at t."""
    one = machine(supply={0: 0}, speed_ppm={"work": 2_000_000}, terms={"s": Terms(100, {}), "t": Terms(100, {})})
    sites = tuple(SiteRoom(name, (None,) * 3, 1_000_000) for name in "st")
    asked = question(one, sites=sites, standing=(Standing("a", "s", 3, 1), Standing("a", "t", 1, 1)))
    work = asked.work[0]
    asked = question(one, sites=sites, standing=asked.standing, work=(type(work)("work", "일", {2026: 40}, 1_000_000),))
    chosen = plan(asked, Limits(gap=0.0)).chosen
    found = usage(asked, chosen.orders, chosen.served)
    assert found["s", "a"].installed == 24 * YEAR_H
    assert float(found["t", "a"].work) == pytest.approx(10 * YEAR_H)
    assert float(found["t", "a"].busy) == pytest.approx(5 * YEAR_H)
