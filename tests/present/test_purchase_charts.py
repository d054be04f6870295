"""Pictures of a plan hold the figures of its tables; what the tables hold is worked out by hand."""

from __future__ import annotations

import pytest

from dure.adapters.render import svg
from dure.model.purchases import SiteRoom, Standing, Terms
from dure.plan.purchase import plan
from dure.plan.spending import spent
from dure.present.numbers import Lang
from dure.present.purchase_charts import pictures
from dure.present.purchase_page import page_html
from dure.present.purchase_stack import cost_stack, power_drawn
from dure.present.purchase_tables import PlanPage, tables
from dure.present.words import Words
from dure.solver import Limits
from tests.plan.purchase_small import drawn, machine, money, question


def paged(purchase: object) -> PlanPage:
    return PlanPage(plan(purchase, Limits(gap=0.0)), (), (), (("plan.yaml", "9f" * 32),), "0")  # type: ignore[arg-type]


def small() -> PlanPage:
    """Ten units of 100 won in 2026, two years of life, 10 won of electricity and 2 of people each year, 7 for the site; 10 kW a unit."""
    one = machine(terms={"s": Terms(100, {"electricity": 10, "labour": 2})})
    lines = (money("capex", 2026, 1000), *(money(kind, year, 1000) for kind in ("opex", "labour") for year in (2026, 2027)))
    return paged(question(one, sites=(SiteRoom("s", (150_000, 240_000, 240_000), 1_200_000, 7),), budgets=lines))


def test_the_stack_and_the_power_by_hand() -> None:
    page = small()
    units = sum(one.units for one in page.planned.chosen.orders)
    assert units == 10
    won = cost_stack(page.planned.purchase, page.planned.chosen.orders)
    assert won == {
        ("capex", 2026): 1000,
        ("electricity", 2026): 100,
        ("electricity", 2027): 100,
        ("labour", 2026): 27,
        ("labour", 2027): 27,
    }
    drawn_w = power_drawn(page.planned.purchase, page.planned.chosen.orders)
    assert [(one.period, one.watts, one.cap_w) for one in drawn_w] == [(0, 120_000, 150_000), (1, 120_000, 240_000)]


@pytest.mark.parametrize("seed", range(25))
def test_the_stack_adds_up_to_the_kinds(seed: int) -> None:
    planned = plan(drawn(seed), Limits(gap=0.0))
    kinds = spent(planned.purchase, planned.chosen.orders)
    stack = cost_stack(planned.purchase, planned.chosen.orders)
    for year in planned.purchase.all_years:
        opex = sum(won for (item, at), won in stack.items() if at == year and item not in ("capex", "labour"))
        assert stack.get(("capex", year), 0) == kinds.get(("capex", year), 0)
        assert stack.get(("labour", year), 0) == kinds.get(("labour", year), 0)
        assert opex == pytest.approx(kinds.get(("opex", year), 0), abs=3)


def test_what_stands_there_draws_and_costs_until_it_leaves() -> None:
    one = machine(first=0, supply={0: 0})
    purchase = question(one, standing=(Standing("a", "s", 3, 2),))
    assert cost_stack(purchase, ()) == {("electricity", 2026): 30, ("electricity", 2027): 30}
    assert [(each.period, each.watts) for each in power_drawn(purchase, ())] == [(0, 36_000), (1, 36_000)]


@pytest.mark.parametrize("lang", [Lang.EN, Lang.KO])
def test_every_picture_holds_its_table_and_stands_on_the_page(lang: Lang) -> None:
    page, say = small(), Words(lang)
    drawn_now = pictures(page, say)
    assert list(drawn_now) == ["schedule", "vendors", "stack", "power"]
    made = tables(page, say)
    bars = drawn_now["schedule"].spec["data"]["values"]
    assert sum(row["value"] for row in bars) == sum(row["accelerators"] for row in made["schedule"].as_json()) == 80
    won = sum(row["value"] for row in drawn_now["stack"].spec["data"]["values"])
    assert won == pytest.approx(sum(row["total_won"] for row in made["stack"].as_json()) / 1e9)
    html = page_html(page, say, {key: svg(one.spec) for key, one in drawn_now.items()})
    assert html.count("<svg ") == 4
    assert all(one.alt in html.replace("&gt;", ">").replace("&#x27;", "'") for one in drawn_now.values())
    assert "http" not in html.replace("http://www.w3.org", "")


def test_a_plan_without_orders_has_no_picture_of_orders() -> None:
    page = paged(question(machine(supply={0: 0})))
    assert "schedule" not in pictures(page, Words(Lang.EN))
