from __future__ import annotations

from fractions import Fraction

import pytest

from dure.model.tenders import Criterion, EligibilityRule, Formula, Line, Lot, Objective, Subject, Tender, Tier
from dure.plan.award import judge
from dure.plan.matching import match_lowest
from dure.plan.offers import offers_of
from dure.plan.scores import FORMULAS, failures, price_alone
from tests.plan.cases import bid, line, tender

NEGOTIATED = Criterion(name="price", points_micro=30_000_000, formula=Formula.KR_NEGOTIATED, decimals=2)
SUITABILITY = Criterion(
    name="price", points_micro=70_000_000, formula=Formula.KR_SUITABILITY, target_ppm=910_000, factor_micro=5_000_000, decimals=2
)


def test_p3_negotiated_contract() -> None:
    """Weight 30, bid 85, lowest 80, at or above 80 % of the estimate."""
    assert price_alone(NEGOTIATED, Fraction(85), Fraction(80), Fraction(100)) == Fraction("28.24")


def test_p3_suitability() -> None:
    """114,156,413 of 128,226,825: the ratio is rounded to 0.8903, so 70 − 5 × 1.97."""
    assert price_alone(SUITABILITY, Fraction(114_156_413), Fraction(114_156_413), Fraction(128_226_825)) == Fraction("60.15")


@pytest.mark.parametrize(
    ("own", "lowest", "points"),
    [
        (80, 80, "30"),
        (100, 80, "24"),
        (70, 70, "27.25"),  # 30 × 70/80 + 2 × (80 − 70)/(80 − 60)
        (60, 60, "24.5"),
        (40, 40, "24.5"),  # below 60 % counts as 60 %
        (90, 40, "20"),
    ],
)
def test_negotiated_below_80_percent(own: int, lowest: int, points: str) -> None:
    assert price_alone(NEGOTIATED, Fraction(own), Fraction(lowest), Fraction(100)) == Fraction(points)


def test_every_formula_has_a_function_or_is_given_by_evaluators() -> None:
    assert set(FORMULAS) == set(Formula) - {Formula.POINTS}


def rules(*criteria: Criterion) -> Tender:
    return tender(Lot(name="x", estimate_won=100), Lot(name="y", estimate_won=50), criteria=criteria, objective=Objective.SCORE)


def test_quality_and_cost_is_points_and_a_price_ratio() -> None:
    criteria = (
        Criterion(name="quality", points_micro=80_000_000, formula=Formula.POINTS),
        Criterion(name="price", points_micro=20_000_000, formula=Formula.LOWEST_PRICE_RATIO),
    )
    offers = offers_of(
        [
            bid("A", line("x", 10, 80), points_micro={"quality": 60_000_000}),
            bid("B", line("x", 10, 100), points_micro={"quality": 65_000_000}),
            bid("C", line("x", 10, 100)),
        ]
    )
    scored = {one.offer.name: one for one in judge(rules(*criteria), offers)}
    assert {name: one.score for name, one in scored.items()} == {"A": 80, "B": 81, "C": 16}
    assert scored["C"].points["quality"] is None, "what was not said is unknown, not 0"


def test_a_bundle_stands_beside_its_lots_at_their_lowest_prices() -> None:
    criterion = Criterion(name="price", points_micro=100_000_000, formula=Formula.LOWEST_PRICE_RATIO)
    offers = offers_of(
        [bid("A", line("x", 10, 80)), bid("B", line("y", 10, 40)), bid("C", line("x", 10, 90), line("y", 5, 50), together=True)]
    )
    scored = {one.offer.name: one.score for one in judge(rules(criterion), offers)}
    assert scored["C"] == Fraction(100 * (10 * 80 + 5 * 40), 10 * 90 + 5 * 50)


def test_linear_and_ratio_to_best() -> None:
    day = 86_400
    criteria = (
        Criterion(name="early", points_micro=50_000_000, formula=Formula.LINEAR, subject=Subject.READY, full=10 * day, zero=20 * day),
        Criterion(name="pue", points_micro=50_000_000, formula=Formula.RATIO_TO_BEST, subject=Subject.PUE),
    )
    offers = offers_of(
        [
            bid("A", line("x", 1, 1), ready_s=5 * day, pue_ppm=1_200_000),
            bid("B", line("x", 1, 1), ready_s=15 * day, pue_ppm=1_500_000),
            bid("C", line("x", 1, 1), ready_s=30 * day),
        ]
    )
    assert [one.score for one in judge(rules(*criteria), offers)] == [100, 25 + 40, 0]


def test_a_bid_that_fails_a_rule_moves_no_score() -> None:
    criterion = Criterion(name="price", points_micro=100_000_000, formula=Formula.LOWEST_PRICE_RATIO)
    papers = EligibilityRule(name="papers", declares="papers")
    power = EligibilityRule(name="power", subject=Subject.POWER, most=1_000)
    asked = tender(Lot(name="x"), criteria=(criterion,), eligibility=(papers, power))
    cheap = bid("cheap", line("x", 10, 1))
    fair = bid(
        "fair", Line(lot="x", model="m", tiers=(Tier(least=1, most=1, unit_won=9),), public=1, power_w=900), declares=frozenset({"papers"})
    )
    cheap_offer, fair_offer = offers_of([cheap, fair])
    assert [one.rule.name for one in failures(asked, cheap_offer)] == ["papers", "power"]
    assert failures(asked, fair_offer) == ()
    judged = {one.offer.name: one for one in judge(asked, [cheap_offer, fair_offer])}
    assert judged["fair"].score == 100
    assert judged["cheap"].points == {}


def test_p9_who_does_not_match_the_lowest_price_leaves_the_lot() -> None:
    resellers = bid(
        "R",
        Line(lot="h100", model="h100", tiers=(Tier(least=1, most=2_400, unit_won=140),), public=2_400, floor_won=110),
        Line(lot="inferentia2", model="inferentia2", tiers=(Tier(least=1, most=800, unit_won=30),), public=800),
        Line(lot="trainium1", model="trainium1", tiers=(Tier(least=1, most=400, unit_won=25),), public=400),
    )
    low = bid("L", line("h100", 8_192, 92))
    asked = tender(Lot(name="h100"), Lot(name="inferentia2"), Lot(name="trainium1"), objective=Objective.MATCH_LOWEST)
    matched = {one.offer.name: one for one in match_lowest(asked, offers_of([resellers, low]))}
    assert {name: one.units for name, one in matched.items()} == {"L": 8_192, "R/h100": 0, "R/inferentia2": 800, "R/trainium1": 400}
    assert {one.lowest_won for name, one in matched.items() if name.endswith("h100") or name == "L"} == {92}
