from __future__ import annotations

from pathlib import Path

import pytest

from dure.adapters.files import load_scenario
from dure.model.errors import ScenarioError
from dure.present.numbers import Lang
from dure.present.said import told
from dure.present.words import Words
from dure.wire.quantity import Money, QuantityError, life_months, life_text, price, price_text
from dure.wire.scenario import Scenario

COST = """\
sites:
  - name: gwangju
    operator: nobody
    pools: [{name: b200, model: b200, nodes: 255}]
plan:
  cost:
    interest: {rate: 4%, who: a test, why: to have one}
    exchange: {USD: {rate: 1450, source: a bank}}
    life: 5y
    residual: 10%
    prices:
      - {item: accelerators, model: b200, price: "40,000 USD", range: [35000 USD, 45000 USD], per: accelerator, vat: added, who: me, why: x}
      - {item: site, price: 1500만, per: kw, vat: added, source: a paper}
      - {item: support, price: 5%, range: [3%, 8%], per: share_year, vat: added, who: a test, why: x}
    sites:
      - {name: gwangju, tariff: general-b-high-a-1, contract: 5MW, staff: 12.5}
"""


def written(folder: Path, text: str = COST) -> Path:
    path = folder / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_units_are_parsed_at_the_edge(tmp_path: Path) -> None:
    cost = load_scenario(written(tmp_path)).scenario.plan.cost
    assert cost is not None
    assert (cost.life_months, cost.residual_ppm, cost.vat_ppm, cost.interest.rate_ppm) == (60, 100_000, 100_000, 40_000)
    assert cost.exchange["USD"].rate_micro == 1_450_000_000
    assert [one.price for one in cost.prices] == [Money(40_000_000_000, "USD"), Money(15_000_000_000_000, "KRW"), Money(50_000, "")]
    assert [one.mark for one in cost.prices] == ["assumed", "published", "assumed"]
    assert (cost.sites[0].contract_w, cost.sites[0].staff_micro) == (5_000_000, 12_500_000)


def test_a_scenario_that_is_written_out_reads_back_as_itself(tmp_path: Path) -> None:
    scenario = load_scenario(written(tmp_path)).scenario
    assert Scenario.model_validate(scenario.model_dump(mode="json")) == scenario


@pytest.mark.parametrize(
    ("text", "money"),
    [
        ("1.46조", Money(1_460_000_000_000 * 10**6, "KRW")),
        ("2.1e12", Money(2_100_000_000_000 * 10**6, "KRW")),
        (100, Money(100_000_000, "KRW")),
        ("100 KRW", Money(100_000_000, "KRW")),
        ("0.07 USD", Money(70_000, "USD")),
        ("40,000EUR", Money(40_000_000_000, "EUR")),
        ("2.5%", Money(25_000, "")),
    ],
)
def test_prices_are_read_exactly(text: object, money: Money) -> None:
    assert price(text) == money
    assert price(price_text(money)) == money


@pytest.mark.parametrize("text", ["-5", "-5 USD", "-1%", "five USD", "5 dollars", "", None, "0.5", "1 USDX"])
def test_what_is_no_price_is_refused(text: object) -> None:
    with pytest.raises(QuantityError):
        price(text)


def test_lifetimes() -> None:
    assert [life_months(text) for text in ("5y", "18mo", "2y6mo")] == [60, 18, 30]
    assert [life_text(months) for months in (60, 18, 30, 0)] == ["5y", "1y6mo", "2y6mo", "0mo"]
    with pytest.raises(QuantityError, match="5 has no unit; did you mean 5y"):
        life_months(5)


@pytest.mark.parametrize(
    ("old", "new", "english", "korean"),
    [
        ('"40,000 USD"', "40000 EUR", "plan.yaml:12: plan.cost.prices[0].price: 40,000 EUR and its range, 35,000", "단위가 서로 다릅니다"),
        (
            "{USD: {rate: 1450, source: a bank}}",
            "{}",
            "plan.yaml:12: plan.cost.prices[0].price: USD has no exchange rate; write plan.cost.exchange.USD",
            "USD 환율이 없습니다",
        ),
        ("{USD: {rate: 1450, source: a bank}}", "{usd: {rate: 1450, source: a bank}}", "`usd` is no currency", "통화가 아닙니다"),
        ("1500만", "-1500", "plan.yaml:13: plan.cost.prices[1].price: -1500 is negative", "음수입니다"),
        ("1500만", "5%", "a price per kw in another form", "꼴이 맞지 않습니다"),
        ("per: kw", "per: server", "site have no price per server; state it per one of kw", "server당 가격으로 쓸 수 없습니다"),
        ("source: a paper", "source: a paper, who: me", "says neither who published it nor who assumes it", "가정한 사람도"),
        (", source: a paper", "", "says neither who published it nor who assumes it", "가정한 사람도"),
        ("range: [3%, 8%], ", "", "gives a value without its range", "값에 범위가 없습니다"),
        ("price: 1500만, ", "", "plan.yaml:13: plan.cost.prices[1].price: is missing", "빠졌습니다"),
        ("    life: 5y\n", "", "plan.cost.life: is missing", "빠졌습니다"),
        ("item: site", "item: support, site: a, model: b", "support have no price per kw", "support"),
        ("item: site, price", "item: accelerators, model: b200, price", "accelerators have no price per kw", "accelerators"),
        ("staff: 12.5", "staff: 12.5001", "staff is finer than a thousandth", "0.001명"),
        ("name: gwangju, tariff", "name: gwanju, tariff", "there is no site `gwanju`; did you mean `gwangju`?", "혹시"),
        ("vat: added, source", "vat: yes, source", "`yes` is not known; write one of added, included, none", "모르는 값"),
    ],
)
def test_what_does_not_fit_is_named_with_its_line(tmp_path: Path, old: str, new: str, english: str, korean: str) -> None:
    assert old in COST
    with pytest.raises(ScenarioError) as caught:
        load_scenario(written(tmp_path, COST.replace(old, new, 1)))
    assert english in str(caught.value)
    assert korean in told(caught.value, Words(Lang.KO))


def test_a_price_stands_once(tmp_path: Path) -> None:
    line = "      - {item: site, price: 1500만, per: kw, vat: added, source: a paper}\n"
    with pytest.raises(ScenarioError, match=r"plan.yaml:14: plan.cost.prices\[2\]: the price of site for \* at \* stands twice"):
        load_scenario(written(tmp_path, COST.replace(line, line * 2)))
