"""The cost stack, worked a second time by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.adapters.tariff_tables import load_holidays, load_tariffs
from dure.ledger.cost import (
    FINANCING,
    RESIDUAL,
    VAT,
    Asset,
    Billed,
    CostTerms,
    Entry,
    Output,
    Running,
    Stack,
    annual,
    cash,
    electricity,
    unit_cost,
)
from dure.ledger.fleet_cost import Batch, PriceBook, batch_entries, people
from dure.ledger.tariffs import bills, load_from
from dure.model.deals import ITEMS, ExchangeRate, Mark, Price, Vat
from dure.model.errors import CostError, Where
from dure.present.numbers import Lang
from dure.present.said import told
from dure.present.words import Words
from tests.ledger.test_finance import present_value

JANUARY = 2026 * 12
USD = {"USD": ExchangeRate(Decimal(1450), "published", "a bank, 2026-01-02")}


def price(amount: str | None, per: str, currency: str = "KRW", vat: Vat = "none", mark: Mark = "assumed") -> Price:
    return Price(None if amount is None else Decimal(amount), currency, per, vat, mark, "a test", Where("prices.yaml", 7))


def terms(finance_ppm: int = 0, vat_ppm: int = 100_000, currency: str = "KRW") -> CostTerms:
    return CostTerms(finance_ppm, vat_ppm, currency=currency, exchange=USD)


BOOK = PriceBook(
    {
        ("accelerators", "b200", "*"): price("40000", "accelerator", "USD", "added"),
        ("servers", "*", "*"): price("80000000", "server", vat="added"),
        ("fabric", "*", "*"): price("9000000", "accelerator", vat="added"),
        ("storage", "*", "*"): price("30000000", "tb", vat="included"),
        ("site", "*", "*"): price("15000000", "kw", vat="added"),
        ("site", "*", "haenam"): price("12000000", "kw", vat="added", mark="published"),
        ("software", "*", "*"): price("6000000", "accelerator_year", vat="added"),
        ("support", "*", "*"): price("0.05", "share_year", "", "added"),
        ("spares", "*", "*"): price("0.02", "share_year", ""),
        ("insurance", "*", "*"): price("0.003", "share_year", ""),
        ("labour", "*", "*"): price("95000000", "person_year"),
    }
)
BATCH = Batch(
    "gwangju", "b200", 2_040, 8, JANUARY, 60, power_w=3_488_400, storage_tb=500, residual_ppm=100_000, where=Where("plan.yaml", 12)
)


def test_five_years_of_255_servers_worked_by_hand() -> None:
    """255 × 8 B200 at 40,000 USD and 1,450 won, cash by year, VAT of 10 % where it comes on top."""
    stack = cash((*batch_entries(BATCH, BOOK, terms()), people("gwangju", 12_500, BOOK, JANUARY, JANUARY + 60)), terms())
    accelerators = 2_040 * 40_000 * 1_450
    servers, fabric, storage = 255 * 80_000_000, 2_040 * 9_000_000, 500 * 30_000_000
    site = 3_488_400 * 15_000
    machines = accelerators + servers + fabric + storage
    assert machines == 118_320_000_000 + 20_400_000_000 + 18_360_000_000 + 15_000_000_000
    bought = {"accelerators": accelerators, "servers": servers, "fabric": fabric, "storage": storage, "site": site}
    year = {"software": 2_040 * 6_000_000, "support": machines // 20, "spares": machines // 50, "insurance": machines * 3 // 1000}
    year["labour"] = 1_187_500_000
    first = {item: amount for (item, period), amount in stack.by("item", "period").items() if period == 2026}
    assert first == bought | year | {"vat": (accelerators + servers + fabric + site + year["software"] + year["support"]) // 10}
    for period in range(2027, 2031):
        later = {item: amount for (item, when), amount in stack.by("item", "period").items() if when == period}
        assert later == year | {"vat": (year["software"] + year["support"]) // 10}
    assert {item: amount for (item, when), amount in stack.by("item", "period").items() if when == 2031} == {"residual": -machines // 10}
    assert stack.by("kind")["labour",] == 5 * 1_187_500_000
    assert stack.total == sum(stack.by("site").values()) == sum(stack.by("period").values())


def test_the_year_of_the_same_servers_with_interest() -> None:
    """At 4 % the equal payments of 60 months; principal, interest and residual credit apart, worth what they must be worth today."""
    books = terms(finance_ppm=40_000)
    entries = batch_entries(BATCH, BOOK, books)
    stack = annual(entries, books)
    capital = [line for line in stack.lines if line.of in ("accelerators", "servers", "fabric", "storage", "site")]
    paid_back = {line.item for line in capital}
    assert paid_back == {"accelerators", "servers", "fabric", "storage", "site", "vat", "financing", "residual"}
    accelerators = 2_040 * 40_000 * 1_450
    assert stack.by("item")["accelerators",] == accelerators
    rate = Fraction(4, 1200)
    payment = accelerators * rate / (1 - (1 + rate) ** -60)
    yearly = [
        amount
        for (of, item, _), amount in Stack(tuple(capital)).by("of", "item", "period").items()
        if of == "accelerators" and item == "financing"
    ]
    with_tax = Fraction(11, 10)  # interest is paid on the value added tax too
    assert abs(sum(yearly) - (payment * 60 - accelerators) * with_tax) <= 1
    assert abs(stack.by("of", "item", "period")["accelerators", "accelerators", 2026] + yearly[0] / with_tax - payment * 12) <= 2
    residual = [amount for (of, item, _), amount in stack.by("of", "item", "period").items() if (of, item) == ("accelerators", "residual")]
    assert abs(sum(residual) + accelerators // 10 * rate / ((1 + rate) ** 60 - 1) * 60) <= 1
    assert stack.marks("item")["financing",] == "assumed"


AMOUNTS = st.integers(0, 10**13)


@given(AMOUNTS, st.integers(0, 200_000), st.integers(1, 96), st.integers(0, 11), st.integers(0, 1_000_000))
@settings(max_examples=50)
def test_a_financed_asset_is_worth_its_price_less_the_discounted_residual(won: int, rate: int, life: int, month: int, left: int) -> None:
    asset = Asset("accelerators", "a", "m", 1, price(str(won), "accelerator"), JANUARY + month, life, left)
    stack = annual([asset], terms(rate), monthly=True)
    by_month = stack.by("period")
    payments = [by_month[JANUARY + month + k,] for k in range(life)]
    residual = Fraction(won * left, 1_000_000) / (1 + Fraction(rate, 12_000_000)) ** life
    assert abs(present_value(payments, rate, 12) - (won - residual)) <= 2 * life
    assert stack.by("item")["accelerators",] == won
    years = annual([asset], terms(rate))
    assert years.by("item") == stack.by("item")


ENTRIES = st.lists(
    st.one_of(
        st.builds(
            lambda item, site, won, month, life, vat: Asset(
                item, site, "m", 1, price(str(won), "accelerator", vat=vat), JANUARY + month, life
            ),
            st.sampled_from(["accelerators", "servers"]),
            st.sampled_from(["a", "b"]),
            st.integers(0, 10**14),
            st.integers(0, 30),
            st.integers(1, 72),
            st.sampled_from(["added", "none"]),
        ),
        st.builds(
            lambda item, won, start, months: Running(
                item, "a", "m", 1, price(str(won), "accelerator_year"), JANUARY + start, JANUARY + start + months
            ),
            st.sampled_from(["software", "labour"]),
            st.integers(0, 10**12),
            st.integers(0, 30),
            st.integers(0, 40),
        ),
    ),
    max_size=8,
)


@given(ENTRIES, st.integers(0, 100_000))
@settings(max_examples=60)
def test_every_cut_of_a_stack_adds_up(entries: list[Entry], rate: int) -> None:
    for stack in (cash(entries, terms(rate)), annual(entries, terms(rate))):
        for names in (("item",), ("site", "period"), ("kind", "mark"), ("of", "model")):
            assert sum(stack.by(*names).values()) == stack.total
            shares = stack.shares_ppm(*names)
            assert sum(shares.values()) == (1_000_000 if shares else 0)
            assert set(stack.marks(*names)) == set(stack.by(*names))
        shared = Stack(tuple(line._replace(model="") for line in stack.lines)).allocated({"a": {"x": 3, "y": 2, "z": 0}})
        assert shared.total == stack.total
        assert shared.by("item", "period") == stack.by("item", "period")
    assert cash(entries, terms(rate)).total == annual(entries, terms(0)).total


def test_a_cost_that_begins_and_ends_within_years_is_paid_by_the_month() -> None:
    running = Running("software", "a", "m", 3, price("100", "accelerator_year"), JANUARY + 10, JANUARY + 17)
    assert cash([running], terms()).by("period") == {(2026,): 50, (2027,): 125}
    assert sum(cash([running], terms(), monthly=True).by("period").values()) == 175
    late = Asset("servers", "a", "m", 2, price("100", "server"), JANUARY + 10, 3, 500_000)
    assert cash([late], terms()).by("item", "period") == {("servers", 2026): 200, ("residual", 2027): -100}


def test_bills_of_electricity_enter_with_their_tax_apart() -> None:
    found = bills(
        load_from(dt.date(2026, 7, 1), [1_000_000] * 24 * 62), load_tariffs()["general-b-high-a-1"], load_holidays(), contract_w=1_500_000
    )
    stack = cash([electricity("gwangju", found, "published")], terms())
    assert stack.total == sum(bill.total_won for bill in found)
    assert stack.by("item")["vat",] == sum(bill.extras["vat"] for bill in found)
    assert stack.by("item", "of", "period")["vat", "electricity", 2026] == stack.by("item")["vat",]
    assert annual([electricity("gwangju", found, "published")], terms(50_000)) == stack


def test_servers_come_whole() -> None:
    batch = Batch("a", "b200", 2_041, 8, JANUARY, 60)
    assert batch.servers == 256
    assert batch.driven("server_year") == 256


def test_the_narrower_price_holds() -> None:
    assert BOOK.find("site", "b200", "haenam").amount == 12_000_000
    assert BOOK.find("site", "b200", "gwangju").amount == 15_000_000
    stack = cash(batch_entries(Batch("haenam", "b200", 8, 8, JANUARY, 60, 13_680, 1), BOOK, terms()), terms())
    assert stack.marks("item")["site",] == "published"
    assert stack.marks("item")["support",] == "assumed"


def test_what_a_unit_costs() -> None:
    hour = 3_600_000
    output = Output(accelerators=8, installed_milli_s=8 * 100 * hour, busy_milli_s=8 * 70 * hour, work=1_000)
    assert unit_cost(2_800_000, output).accelerator_milli == 350_000_000
    assert unit_cost(2_800_000, output).accelerator_hour_milli == 3_500_000
    assert unit_cost(2_800_000, output).used_hour_milli == 5_000_000
    assert unit_cost(2_800_000, output).work_milli == 2_800_000
    nobody = unit_cost(2_800_000, Output(8, 8 * hour, 0))
    assert (nobody.used_hour_milli, nobody.work_milli) == (None, None)


def without(item: str) -> PriceBook:
    return PriceBook({key: one for key, one in BOOK.prices.items() if key[0] != item})


def with_price(item: str, one: Price) -> PriceBook:
    return PriceBook({**without(item).prices, (item, "*", "*"): one})


@pytest.mark.parametrize(
    ("book", "english", "korean"),
    [
        (
            without("fabric"),
            "plan.yaml:12: no price of fabric for b200 at gwangju; write it with its source",
            "gwangju 센터 b200의 fabric 가격이 없습니다",
        ),
        (
            with_price("fabric", price(None, "accelerator")),
            "prices.yaml:7: the price of fabric for b200 at gwangju is unknown",
            "gwangju 센터 b200의 fabric 가격을 알 수 없습니다",
        ),
        (with_price("fabric", price("-1", "accelerator")), "the price of fabric for b200 at gwangju is below 0", "0보다 작습니다"),
        (
            with_price("fabric", price("1", "accelerator", "EUR")),
            "is in EUR, which has no rate to KRW; write the exchange rate; known are KRW, USD",
            "EUR인데 KRW 환율이 없습니다",
        ),
        (
            with_price("fabric", price("1", "kw")),
            "the price of fabric is per kw; state it per one of accelerator, server",
            "accelerator, server 가운데 하나의 단위로",
        ),
        (with_price("support", price("0.05", "share_year")), "support for b200 is no share of a price", "비율이 아닙니다"),
        (with_price("support", price(None, "share_year", "")), "support for b200 is no share of a price", "비율이 아닙니다"),
    ],
)
def test_a_price_that_is_missing_or_wrong_is_named(book: PriceBook, english: str, korean: str) -> None:
    with pytest.raises(CostError) as caught:
        cash(batch_entries(BATCH, book, terms()), terms())
    assert english in str(caught.value)
    assert korean in told(caught.value, Words(Lang.KO))


def test_a_driver_that_nobody_knows_is_not_0() -> None:
    with pytest.raises(CostError, match="site for b200 at a is priced per kw, and how many there are is unknown"):
        batch_entries(Batch("a", "b200", 8, 8, JANUARY, 60, storage_tb=1), BOOK, terms())
    with pytest.raises(CostError, match="storage for b200 at a is priced per tb"):
        batch_entries(Batch("a", "b200", 8, 8, JANUARY, 60, power_w=1), BOOK, terms())
    with pytest.raises(CostError, match="a server of b200 holds no accelerator"):
        batch_entries(Batch("a", "b200", 8, 0, JANUARY, 60), BOOK, terms())
    with pytest.raises(CostError, match="accelerators for m at a last for no month"):
        annual([Asset("accelerators", "a", "m", 1, price("1", "accelerator"), JANUARY, 0)], terms())


def test_an_exchange_rate_is_above_0() -> None:
    broken = CostTerms(0, 0, exchange={"USD": ExchangeRate(Decimal(0), "assumed", "nobody")})
    with pytest.raises(CostError, match="the rate of USD is not above 0"):
        cash([Asset("accelerators", "a", "m", 1, price("1", "accelerator", "USD"), JANUARY, 1)], broken)


def test_a_bill_without_tax_has_no_tax_line() -> None:
    billed = Billed("electricity", "a", "", {JANUARY: 100}, {}, "measured")
    assert cash([billed], terms()).by("item") == {("electricity",): 100}


def test_every_line_has_a_name_in_both_languages() -> None:
    for item in (*(one.name for one in ITEMS), FINANCING, RESIDUAL, VAT, "climate", "fuel", "fund", "capex", "opex"):
        assert Words(Lang.KO)(f"cost.{item}") != Words(Lang.EN)(f"cost.{item}")
