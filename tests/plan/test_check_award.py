"""The independent check of an award: every rule broken by hand, and points worked out twice by code that shares nothing."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from dure.adapters.tenders import load_tender
from dure.model.tenders import Bid, Caps, Criterion, EligibilityRule, Formula, Line, Lot, Objective, Subject, Taking, Tender, Tier
from dure.plan.award import award, judge
from dure.plan.check import check
from dure.plan.check_bids import in_the_running
from dure.plan.offers import offers_of
from tests.plan.cases import bid, line, tender
from tests.plan.test_flips_exact import PRICED, scored

DAY = 86_400
EXAMPLES = ("korea-2025-round-1", "korea-2026-round-2", "india-l1")


def took(name: str, units: int, won: int, public: int | None = None, at: int = 0) -> Taking:
    return Taking(bid=name, line=at, units=units, won=won, public=units if public is None else public)


def broken(rules: Tender, bids: list[Bid], *takings: Taking) -> list[tuple[str, int, int]]:
    return [(one.rule, one.found, one.allowed) for one in check(rules, bids, takings)]


def test_a_winner_whose_points_do_not_suffice_is_seen() -> None:
    """Quality 30 of 60 and, at 20 beside 10, a price worth 20 of 40: 50 points in all."""
    skill = Criterion(name="skill", points_micro=60_000_000, formula=Formula.POINTS)
    price = Criterion(name="price", points_micro=40_000_000, formula=Formula.LOWEST_PRICE_RATIO)
    rules = tender(Lot(name="x"), budget=1_000, criteria=(skill, price), score_least_micro=50_000_000)
    bids = [bid("A", line("x", 5, 20), points_micro={"skill": 30_000_000}), bid("B", line("x", 5, 10), points_micro={"skill": 60_000_000})]
    assert broken(rules, bids, took("A", 5, 100)) == []
    assert broken(replace(rules, score_least_micro=50_000_001), bids, took("A", 5, 100)) == [("least score [A]", 50, 50)]
    assert broken(replace(rules, score_least_micro=60_000_000), bids, took("A", 5, 100), took("B", 5, 50)) == [("least score [A]", 50, 60)]


def test_who_does_not_accept_the_lowest_price_is_not_served_at_it() -> None:
    rules = tender(Lot(name="x"), objective=Objective.MATCH_LOWEST)
    bids = [
        bid("A", line("x", 5, 10)),
        bid("B", replace(line("x", 5, 20), floor_won=15)),
        bid("C", replace(line("x", 5, 30), floor_won=10)),
    ]
    assert broken(rules, bids, took("A", 5, 50), took("C", 5, 50)) == []
    assert broken(rules, bids, took("A", 5, 50), took("B", 5, 50), took("C", 5, 50)) == [("match the lowest [B]", 5, 0)]
    assert broken(rules, bids, took("A", 5, 50)) == [("match the lowest [C]", 0, 5)], "who matches it is served"


def test_a_limited_lot_is_served_from_the_cheapest_on() -> None:
    rules = tender(Lot(name="x", most=7), objective=Objective.MATCH_LOWEST)
    bids = [bid("A", line("x", 5, 10)), bid("B", line("x", 4, 20, least=1)), bid("C", line("x", 9, 30, least=1))]
    assert broken(rules, bids, took("A", 5, 50), took("B", 2, 20)) == []
    wrong = broken(rules, bids, took("A", 5, 50), took("C", 2, 20))
    assert wrong == [("match the lowest [B]", 0, 2), ("match the lowest [C]", 2, 0)]


def test_the_lowest_price_is_that_of_bids_whose_points_suffice() -> None:
    skill = Criterion(name="skill", points_micro=100_000_000, formula=Formula.POINTS)
    rules = tender(Lot(name="x"), objective=Objective.MATCH_LOWEST, criteria=(skill,), score_least_micro=50_000_000)
    points = {"skill": 50_000_000}
    bids = [bid("A", line("x", 5, 10)), bid("B", line("x", 5, 20), points_micro=points), bid("C", line("x", 5, 30), points_micro=points)]
    made = award(rules, bids)
    assert [(one.bid, one.won) for one in made.choice.takings] == [("B", 100), ("C", 100)]
    assert check(rules, bids, made.choice.takings) == ()


def test_a_price_of_public_use_is_of_reference_accelerators() -> None:
    """A: 100 won for an accelerator that counts two, so 50 where 60 are allowed; without the weight it would be 100."""
    dear = EligibilityRule(name="dear", subject=Subject.PRICE_PER_PUBLIC, most=60)
    rules = tender(Lot(name="x", most=70), budget=10_000, eligibility=(dear,), capacity_micro={"fast": 2_000_000})
    bids = [bid("A", line("x", 20, 100, model="fast")), bid("B", line("x", 40, 50))]
    made = award(rules, bids)
    assert [one.bid for one in made.choice.takings] == ["A", "B"]
    assert check(rules, bids, made.choice.takings) == ()
    assert broken(replace(rules, capacity_micro={}), bids, took("A", 20, 2_000)) == [("eligible: dear [A]", 0, 1)]


def test_the_least_that_stands_in_one_place() -> None:
    """Four of five for public use: 3 are too few where 4 must stand together; a bundle counts both its lines."""
    rules = tender(Lot(name="x"), Lot(name="y"), budget=1_000, caps=Caps(cluster_public=4))
    alone = [bid("A", line("x", 5, 1, least=1, public=4))]
    assert broken(rules, alone, took("A", 5, 5, 4)) == []
    assert broken(rules, alone, took("A", 4, 4, 3)) == [("cluster minimum [A]", 3, 4)]
    two = bid("A", line("x", 2, 1), line("y", 2, 1))
    lines = took("A", 2, 2), took("A", 2, 2, at=1)
    assert broken(rules, [replace(two, together=True)], *lines) == []
    assert broken(rules, [two], *lines) == [("cluster minimum [A]", 2, 4)] * 2


def test_a_lot_that_is_not_filled_and_one_that_is_overfilled() -> None:
    rules = tender(Lot(name="x", least=4, most=6), Lot(name="y", least=1), objective=Objective.COST)
    bids = [bid("A", line("x", 9, 1, least=1)), bid("B", line("y", 2, 1, least=1))]
    assert broken(rules, bids, took("A", 4, 4), took("B", 1, 1)) == []
    assert broken(rules, bids, took("A", 3, 3), took("B", 1, 1)) == [("lot at least [x]", 3, 4)]
    assert broken(rules, bids, took("A", 7, 7)) == [("lot at most [x]", 7, 6), ("lot at least [y]", 0, 1)]


def test_lines_tiers_bundles_and_alternatives_that_do_not_go_together() -> None:
    rules = tender(Lot(name="x"), Lot(name="y"), budget=1_000)
    bundle = bid("A", line("x", 2, 1), line("y", 2, 1), together=True)
    assert broken(rules, [bundle], took("A", 2, 2)) == [("bundle [A]", 1, 2)]
    assert broken(rules, [bundle], took("A", 2, 2), took("A", 2, 2)) == [("one tier [A]", 2, 1)]
    either = [bid("A", line("x", 2, 1), alternative="g"), bid("B", line("x", 2, 1), alternative="g")]
    assert broken(rules, either, took("A", 2, 2), took("B", 2, 2)) == [("alternatives [g]", 2, 1)]


@pytest.mark.parametrize("formula", PRICED)
def test_points_worked_out_twice_are_the_same(formula: Formula) -> None:
    for seed in range(12):
        rules, bids = scored(seed, formula)
        rules = replace(rules, capacity_micro={"m": 1_300_000})
        ours = {entry.name: points for entry, points in in_the_running(rules, bids)}
        assert ours == {one.offer.name: one.score for one in judge(rules, offers_of(bids)) if not one.failed}


@pytest.mark.parametrize(
    ("subject", "field", "values"),
    [
        (Subject.READY, "ready_s", (5 * DAY, 15 * DAY, None)),
        (Subject.PUE, "pue_ppm", (1_200_000, 1_500_000, None)),
        (Subject.AVAILABILITY, "availability_ppm", (990_000, 999_000, None)),
        (Subject.SUPPORT, "support_s", (3_600, 7_200, None)),
        (Subject.CLUSTER, "cluster", (255, 1_024, None)),
    ],
)
def test_every_promise_is_scored_twice_alike(subject: Subject, field: str, values: tuple[int | None, ...]) -> None:
    ratio = Criterion(name="promise", points_micro=70_000_000, formula=Formula.RATIO_TO_BEST, subject=subject, decimals=2)
    power = Criterion(name="power", points_micro=30_000_000, formula=Formula.RATIO_TO_BEST, subject=Subject.POWER)
    share = Criterion(name="share", points_micro=10_000_000, formula=Formula.LINEAR, subject=Subject.PUBLIC_SHARE, full=900_000, zero=0)
    rules = tender(Lot(name="x"), criteria=(ratio, power, share))
    promised: list[dict[str, Any]] = [{field: value} for value in values]
    bids = [
        bid(f"b{at}", Line(lot="x", model="m", tiers=(Tier(least=1, most=5, unit_won=9),), public=4, power_w=watts), **said)
        for at, (said, watts) in enumerate(zip(promised, (900, None, 700), strict=True))
    ]
    ours = {entry.name: points for entry, points in in_the_running(rules, bids)}
    assert ours == {one.offer.name: one.score for one in judge(rules, offers_of(bids))}
    assert len(set(ours.values())) == len(ours) > 2
    assert ours["b2"] == 30 + Fraction(80, 9), "nothing promised, least power, 80 % where 90 % earn all ten"


@pytest.mark.parametrize("name", EXAMPLES)
def test_points_of_the_examples_are_the_same(name: str) -> None:
    loaded = load_tender(Path(__file__).parents[2] / "examples" / f"{name}.yaml")
    ours = {entry.name: points for entry, points in in_the_running(loaded.tender, loaded.bids)}
    assert ours == {one.offer.name: one.score for one in judge(loaded.tender, offers_of(loaded.bids)) if not one.failed}
