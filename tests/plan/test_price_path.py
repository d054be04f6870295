"""Prices that move by year of order, and buying units of an explicit number of servers: worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dure.adapters.files import load_scenario
from dure.adapters.scenario_purchase import scenario_purchase
from dure.model.errors import DureError
from dure.model.purchases import Order, ShareRule, Terms, Work
from dure.plan.check_purchase import check_purchase, life_won
from dure.plan.purchase import plan
from dure.plan.spending import spent
from dure.solver import Limits
from tests.cli.test_plan_run import SMALL
from tests.plan.purchase_small import machine, money, question

EXACT = Limits(time_s=20.0, gap=0.0)
H100 = "{model: nvidia-h100, power: 1kW, lead: 6mo, source: a sheet}"


def test_the_cheaper_year_is_bought_in_and_every_figure_follows_its_price() -> None:
    """100 won in 2026, 50 and 6 a year to run when ordered in 2027; work is asked for in 2027 and 2028 only."""
    falls = machine(later={1: {"s": Terms(50, {"electricity": 6})}})
    work = (Work("work", "일", {2027: 160, 2028: 160}, 1_000_000),)
    budgets = (money("capex", 2026, 1000, carries=True), *(money("opex", year, 1000) for year in range(2026, 2030)))
    asked = question(falls, buying=2, years=4, budgets=budgets, work=work)
    made = plan(asked, EXACT)
    assert made.chosen.orders == (Order("a", "s", 1, 20),)
    assert spent(asked, made.chosen.orders) == {("capex", 2027): 1000, ("opex", 2027): 120, ("opex", 2028): 120}
    assert life_won(asked, made.chosen.orders) == 1240
    assert check_purchase(asked, made.chosen.orders, made.chosen.served) == ()
    rises = replace(asked, machines=(replace(falls, later={1: {"s": Terms(250, {"electricity": 10})}}),))
    made = plan(rises, EXACT)
    assert {one.period for one in made.chosen.orders} == {0}
    assert check_purchase(rises, made.chosen.orders, made.chosen.served) == ()


def test_the_check_counts_each_order_at_the_price_of_its_year() -> None:
    asked = question(machine(later={1: {"s": Terms(300, {"electricity": 10})}}), buying=2, years=4)
    budgets = (money("capex", 2026, 1000), money("capex", 2027, 1000), *(money("opex", year, 1000) for year in range(2026, 2030)))
    asked = replace(asked, budgets=budgets)
    assert check_purchase(asked, (Order("a", "s", 1, 3),), ()) == ()
    assert check_purchase(asked, (Order("a", "s", 1, 4),), ())[0].rule == "paid for [capex, 2027]"
    by_money = replace(asked, shares=(ShareRule("half", frozenset("b"), "money", 500_000, None),))
    b = machine("b")
    by_money = replace(by_money, machines=(*asked.machines, b))
    assert check_purchase(by_money, (Order("a", "s", 1, 1), Order("b", "s", 1, 3)), ()) == ()
    assert check_purchase(by_money, (Order("a", "s", 1, 1), Order("b", "s", 1, 2)), ())[0].rule == "share [half, at least]"


def read(folder: Path, text: str):  # type: ignore[no-untyped-def]
    path = folder / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    return scenario_purchase(load_scenario(path)).purchase


def test_a_price_path_of_a_scenario(tmp_path: Path) -> None:
    """50 million won an accelerator, 80 a server of eight; 4 % of what machines cost goes to support, every year."""
    path = "price_path: {shares: {2027: 110%}, range: [90%, 120%], who: a test, why: rents rose in 2026}, source: a sheet}"
    text = SMALL.replace(H100, H100.replace("source: a sheet}", path)).replace("{item: support, price: 0%", "{item: support, price: 4%")
    bought = read(tmp_path, text.replace("periods: 2", "periods: 4")).machine("nvidia-h100")
    assert bought.terms["here"].capex_won == 480_000_000
    assert bought.terms["here"].running_won_year["support"] == 19_200_000
    assert set(bought.later) == {2, 3}  # half years
    assert bought.terms_of("here", 2).capex_won == 520_000_000
    assert bought.terms_of("here", 2).running_won_year["support"] == 20_800_000
    assert bought.terms_of("here", 1) is bought.terms["here"]


def test_a_step_of_a_path_holds_until_the_next(tmp_path: Path) -> None:
    path = "price_path: {shares: {2027: 90%, 2029: 100%}, source: a list}, source: a sheet}"
    text = SMALL.replace(H100, H100.replace("source: a sheet}", path)).replace("periods: 2", "periods: 10")
    bought = read(tmp_path, text).machine("nvidia-h100")
    assert {at: each["here"].capex_won for at, each in bought.later.items()} == dict.fromkeys((2, 3, 4, 5), 440_000_000)


@pytest.mark.parametrize(
    ("unit", "accelerators"),
    [("", 8), (", unit: scalable_unit", 256), (", unit: cluster", 2040), (", unit: cluster, servers: 256", 2048), (", servers: 4", 32)],
)
def test_buying_units(tmp_path: Path, unit: str, accelerators: int) -> None:
    text = SMALL.replace("{model: nvidia-h100, power: 1kW", "{model: nvidia-h100" + unit + ", power: 1kW")
    assert read(tmp_path, text).machine("nvidia-h100").unit == accelerators


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("{shares: {2027: -5%}, source: x}", "-5 is negative; a ratio is not"),
        ("{shares: {2027: 0%}, source: x}", "write something above 0"),
        ("{shares: {}, source: x}", "a price path without a year"),
        ("{shares: {2027: 90%}}", "says neither who published it nor who assumes it"),
        ("{shares: {2027: 90%}, who: a, why: b}", "gives a value without its range"),
        ("{shares: {2027: 90%}, range: [110%, 120%], who: a, why: b}", "100% lies outside its range, 110% to 120%"),
        ("{shares: {27: 90%}, source: x}", "plan.yaml:"),
        ("{shares: {2027: 90%}, source: x, from: 2027}", "unknown key"),
    ],
)
def test_a_path_that_says_too_little(tmp_path: Path, path: str, said: str) -> None:
    text = SMALL.replace(H100, H100.replace("source: a sheet}", f"source: a sheet, price_path: {path}}}"))
    with pytest.raises(DureError) as caught:
        read(tmp_path, text)
    assert said in str(caught.value)
    assert "plan.yaml:" in str(caught.value)
