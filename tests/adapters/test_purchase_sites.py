"""From the file to the question: sites with their cap and the grid rule, loans, ranges; and what is written wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest

from dure.adapters.files import LoadedScenario, load_scenario
from dure.adapters.purchase_ranges import assumed_ranges
from dure.adapters.scenario_purchase import scenario_purchase
from dure.model.errors import InputError
from dure.model.purchases import Loan, Purchase

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "regional-purses.yaml"
SITES = "plan.purchase.sites"


def loaded(*sets: str) -> LoadedScenario:
    return load_scenario(EXAMPLE, sets)


def asked(*sets: str) -> Purchase:
    return scenario_purchase(loaded(*sets)).purchase


def most(made: Purchase, site: str) -> list[int | None]:
    grid = next(one for one in made.sites if one.name == site).grid
    assert grid is not None
    return list(grid.most_w[:5])


def test_the_cap_of_a_site_holds_in_the_plan() -> None:
    """The step says 8 MW, the site of the same name may draw 6."""
    made = asked()
    assert set(next(one for one in made.sites if one.name == "old-hall").power_w) == {6_000_000}
    assert next(one for one in made.sites if one.name == "new-hall").power_w[:5] == (0, 0, 0, 8_000_000, 16_000_000)


def test_an_assessment_asked_for_in_july_is_answered_after_ninety_days() -> None:
    """Passed on 29 September 2027: from the half that begins in January 2028 the threshold holds no more."""
    made = asked()
    assert most(made, "new-hall") == [9_999_999, 9_999_999, None, None, None]
    assert most(made, "old-hall") == [None] * 5


def test_a_sheet_below_the_pass_mark_closes_a_site_for_good() -> None:
    """69.9 of 100 points fail, 70 pass."""
    fails = asked(f"{SITES}[new-hall].grid.points={{technical: 45, non_technical: 12.5, policy: 12.4}}")
    passes = asked(f"{SITES}[new-hall].grid.points={{technical: 45, non_technical: 12.5, policy: 12.5}}")
    assert set(next(one for one in fails.sites if one.name == "new-hall").grid.most_w) == {9_999_999}  # type: ignore[union-attr]
    assert most(passes, "new-hall")[2:] == [None] * 3


def test_another_country_has_no_rule() -> None:
    assert all(one.grid is None for one in asked("plan.purchase.country=fr").sites)


def test_what_stands_may_stay_above_the_threshold() -> None:
    """512 H100 of 1,370 W at a PUE of 1.4 are 982 kW: below; with a unit of 20 kW each they are 14.3 MW, and that is what may stay."""
    heavy = asked("plan.purchase.machines[0].power=20kW", f"{SITES}[old-hall].grid={{applied: 2029-01-01}}")
    assert most(heavy, "old-hall") == [14_336_000] * 5


def test_the_loan_and_its_years() -> None:
    made = asked()
    assert made.loans == {"policy-loan": Loan(28_000, 8, 3, False)}
    assert made.all_years[-1] == 2037


def test_demand_and_the_usable_share_have_ranges() -> None:
    found = {(one.what, one.of): one for one in assumed_ranges(loaded())}
    low, high = found["demand", "training"].at_low(), found["demand", "training"].at_high()
    assert [one.work[0].by_year[2028] for one in (low, high)] == [840, 1_560]
    usable = found["usable", "*"]
    assert [usable.at_low().usable_ppm, usable.at_high().usable_ppm] == [600_000, 850_000]


def test_a_rate_of_exchange_moves_what_is_priced_in_it() -> None:
    """Every part of the price in dollars moves by 150 won a dollar, up or down, and tax and halls with it or not at all."""
    exchange = next(one for one in assumed_ranges(loaded()) if one.what == "exchange")
    assert (exchange.of, exchange.value, exchange.low, exchange.high) == ("USD", "1450", "1300", "1600")
    low, now, high = (
        [terms.capex_won for one in made.machines for terms in one.terms.values()]
        for made in (exchange.at_low(), asked(), exchange.at_high())
    )
    assert all(one < two < three for one, two, three in zip(low, now, high, strict=True))
    assert [two - one for one, two in zip(low, now, strict=True)] == pytest.approx(
        [three - two for two, three in zip(now, high, strict=True)], abs=8
    )


@pytest.mark.parametrize(
    ("key", "what"),
    [
        ("plan.cost.exchange.USD.range=[1500, 1600]", "1450 lies outside its range, 1500 to 1600"),
        (f"{SITES}[new-hall].grid.passed=2028-01-01", "says both when it was asked for and when it is passed"),
        (f"{SITES}[new-hall].grid.points={{technical: 61, non_technical: 1, policy: 1}}", "61 points of technical"),
        (f"{SITES}[new-hall].grid.points={{technical: 45}}", "the points of non_technical are missing"),
        (f"{SITES}[new-hall].grid.points={{beauty: 45}}", "has no part beauty"),
        ("plan.purchase.budgets[3].loan.grace=8", "a loan that is never paid back"),
        ("plan.purchase.budgets[4].loan={rate: 2%, years: 3, who: me, why: it}", "a loan for opex"),
        ("plan.purchase.usable=90%", "90% lies outside its range"),
        ("plan.purchase.demand[training].range=[110%, 120%]", "100% lies outside its range, 110% to 120%"),
        ("plan.purchase.country=Korea", "country"),
    ],
)
def test_mistakes_are_named(key: str, what: str) -> None:
    with pytest.raises(InputError, match=what):
        asked(key)
