from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from dure.adapters.tenders import load_tender
from dure.model.tenders import Bid, Caps, Line, Lot, Objective, Tender, Tier
from dure.plan.award import Award, award, components
from dure.plan.award_program import build
from dure.plan.check import check
from dure.plan.explain import concentration, explain, losses, obligations
from dure.plan.flips import Field, flip_price, flip_public, flip_ready
from dure.plan.offers import cheaper, offers_of
from dure.solver import Status, lp_text
from tests.plan.cases import bid, drawn, everything, line, tender

ROOT = Path(__file__).parents[2]
ROUND_1 = ROOT / "examples" / "korea-2025-round-1.yaml"


def quantities(made: Award) -> tuple[tuple[str, int, int], ...]:
    return tuple((one.bid, one.line, one.units) for one in made.choice.takings)


def test_p4_winner_determination() -> None:
    """{1,2,3,4}:8 {2,3,6}:6 {1,4,5}:5 {2,8}:2 {5,6}:2 gives 11, by bids 2 and 3."""
    goods = ((("1", 2), ("2", 2), ("3", 2), ("4", 2)), (("2", 2), ("3", 2), ("6", 2)), (("1", 2), ("4", 2), ("5", 1)))
    goods = (*goods, (("2", 1), ("8", 1)), (("5", 1), ("6", 1)))
    bids = [
        bid(f"bid-{number}", *(line(good, 1, 1, model=f"worth-{worth}") for good, worth in package), together=True)
        for number, package in enumerate(goods, 1)
    ]
    lots = [Lot(name=str(good), most=1) for good in range(1, 9)]
    made = award(tender(*lots, capacity_micro={"worth-2": 2_000_000}), bids)
    assert made.choice.objective == 11
    assert {one.bid for one in made.choice.takings} == {"bid-2", "bid-3"}


def test_p7_round_1_is_split_three_ways() -> None:
    loaded = load_tender(ROUND_1)
    made = award(loaded.tender, loaded.bids)
    assert (made.choice.status, made.choice.gap) == (Status.OPTIMAL, 0)
    assert [(one.bid, one.units, one.public) for one in made.choice.takings] == [
        ("A", 7_656, 6_120),
        ("B", 3_056, 2_296),
        ("C", 2_424, 2_040),
    ]
    assert sum(one.units for one in made.choice.takings) == 13_136
    assert sum(one.public for one in made.choice.takings) == 10_456
    assert [f"{one.public / one.units:.1%}" for one in made.choice.takings] == ["79.9%", "75.1%", "84.2%"]
    promised = obligations(made)
    assert concentration(promised, "operator").hhi == 4_279
    assert concentration(promised, "vendor").hhi == 10_000
    assert check(loaded.tender, loaded.bids, made.choice.takings) == ()


def test_a_fourth_bidder_of_all_or_nothing_is_out_until_its_price_falls() -> None:
    loaded = load_tender(ROUND_1)
    made = award(loaded.tender, loaded.bids)
    (loss,) = losses(made)
    assert loss.judged.offer.name == "D"
    assert loss.worse_by == pytest.approx(10_456 - 7_000)
    price = next(one for one in loss.flips if one.kind == "price")
    assert price.change == 49_304_800
    for cut, wins in ((price.change - 1, False), (price.change, True)):
        changed = [cheaper(one, cut).lines if one.name == "D" else one.lines for one in offers_of(loaded.bids)]
        bids = [replace(one, lines=lines) for one, lines in zip(loaded.bids, changed, strict=True)]
        assert any(one.bid == "D" for one in award(loaded.tender, bids).choice.takings) is wins


@pytest.mark.parametrize("seed", range(30))
def test_p11_enumeration_equals_the_program(seed: int) -> None:
    rules, bids = drawn(seed, 9)
    made = award(rules, bids)
    best, awards = everything(rules, bids)
    if best is None:
        assert made.choice.status is Status.INFEASIBLE
        assert made.refusal is not None
        return
    assert made.choice.status is Status.OPTIMAL
    assert tuple(sorted(quantities(made))) in awards
    assert check(rules, bids, made.choice.takings) == ()


def test_p11_fourteen_bids() -> None:
    rules, bids = drawn(7, 14)
    bids = [
        replace(one, lines=tuple(replace(each, tiers=(replace(each.tiers[0], least=each.most),)) for each in one.lines)) for one in bids
    ]
    _, awards = everything(rules, bids)
    assert tuple(sorted(quantities(award(rules, bids)))) in awards


@pytest.mark.parametrize("seed", range(12))
def test_p11_what_changes_nothing(seed: int) -> None:
    """The order of bids, the currency, a dominated bid, a tier cut in two."""
    rules, bids = drawn(seed, 9)
    made = award(rules, bids)
    if not made.choice.takings:
        return
    mixed = list(bids)
    random.Random(seed).shuffle(mixed)
    assert quantities(award(rules, mixed)) == quantities(made)
    assert quantities(award(*_in_currency(rules, bids, 1_000))) == quantities(made)
    assert award(*_in_currency(rules, bids, 7)).choice.taken == made.choice.taken
    worst = bid("zz-worse", *(replace(one, tiers=(replace(one.tiers[0], unit_won=10**6),)) for one in bids[0].lines), together=True)
    assert quantities(award(rules, [*bids, worst])) == quantities(made)
    split = award(rules, [replace(one, lines=tuple(map(_split, one.lines))) for one in bids])
    assert split.choice.objective == pytest.approx(made.choice.objective)
    assert sum(one.won for one in split.choice.takings) == sum(one.won for one in made.choice.takings)


def _in_currency(rules: Tender, bids: list[Bid], factor: int) -> tuple[Tender, list[Bid]]:
    assert rules.budget_won is not None
    changed = [
        replace(
            one, lines=tuple(replace(each, tiers=tuple(replace(t, unit_won=t.unit_won * factor) for t in each.tiers)) for each in one.lines)
        )
        for one in bids
    ]
    return replace(rules, budget_won=rules.budget_won * factor), changed


def _split(one: Line) -> Line:
    (tier,) = one.tiers
    if tier.least == tier.most:
        return one
    middle = (tier.least + tier.most) // 2
    return replace(one, tiers=(replace(tier, most=middle), replace(tier, least=middle + 1)))


@pytest.mark.parametrize("seed", range(12))
def test_p11_a_flip_price_flips_the_award(seed: int) -> None:
    rules, bids = drawn(seed, 8)
    made = award(rules, bids)
    if made.choice.status is not Status.OPTIMAL:
        return
    field = Field(made)
    for loser in [one.offer for one in made.judged if not made.choice.takes(one.offer)]:
        flip = flip_price(field, loser)
        if flip.change is None:
            continue
        assert _wins(made, loser.name, cheaper(loser, flip.change)), loser.name
        if flip.change > 1:
            assert not _wins(made, loser.name, cheaper(loser, flip.change - 1)), loser.name


def _wins(made: Award, name: str, variant: object) -> bool:
    from dure.plan.award import award_offers
    from dure.plan.offers import Offer

    assert isinstance(variant, Offer)
    again = award_offers(made.tender, [*(one.offer for one in made.judged if one.offer.name != name), variant])
    return again.choice.takes(variant)


def test_more_public_use_and_an_earlier_date_can_flip_too() -> None:
    from dure.model.tenders import Criterion, Formula, Subject

    day = 86_400
    criteria = (Criterion(name="early", points_micro=100_000_000, formula=Formula.LINEAR, subject=Subject.READY, full=0, zero=100 * day),)
    rules = tender(Lot(name="x", most=10), objective=Objective.SCORED_CAPACITY, criteria=criteria)
    first = bid("A", line("x", 10, 5, public=8), ready_s=50 * day)
    late = bid("B", line("x", 10, 5, public=8), ready_s=70 * day)
    made = award(rules, [first, late])
    assert made.choice.taken == {("A", 0)}
    offer = next(one.offer for one in made.judged if one.offer.name == "B")
    assert flip_ready(Field(made), offer).change in (20, 21)
    shared = bid("B", line("x", 10, 5, public=5), ready_s=50 * day)
    made = award(rules, [first, shared])
    offer = next(one.offer for one in made.judged if one.offer.name == "B")
    assert flip_public(Field(made), offer).change in (3, 4)


def test_lots_that_stand_apart_are_solved_apart_unless_a_cap_ties_them() -> None:
    lots = [Lot(name=f"l{at}", least=10) for at in range(4)]
    bids = [bid(f"b{at}{who}", line(f"l{at}", 10, 10 + at + who), operator=f"o{who}") for at in range(4) for who in range(3)]
    free = tender(*lots, objective=Objective.COST)
    assert len(components(free, offers_of(bids))) == 4
    apart = award(free, bids)
    assert apart.choice.parts == 4
    assert {one.bid for one in apart.choice.takings} == {"b00", "b10", "b20", "b30"}
    capped = award(tender(*lots, objective=Objective.COST, caps=Caps(units=20)), bids)
    assert capped.choice.parts == 1
    assert capped.choice.objective == pytest.approx((apart.choice.objective or 0) + 20)
    assert check(capped.tender, bids, capped.choice.takings) == ()


def test_a_refusal_names_the_rules_in_the_way() -> None:
    rules = tender(Lot(name="x", least=10), objective=Objective.COST, budget=90)
    made = award(rules, [bid("A", line("x", 12, 10, least=1))])
    assert made.choice.status is Status.INFEASIBLE
    assert made.refusal is not None
    assert {"budget", "lot at least [x]"} <= set(made.refusal.conflict)
    assert [(one.row, one.side, round(one.amount)) for one in made.refusal.relaxation] == [("budget", "above", 10)]
    assert explain(made).losses[0].why == "impossible"


def test_the_checker_finds_what_the_builder_would_hide() -> None:
    loaded = load_tender(ROUND_1)
    takings = award(loaded.tender, loaded.bids).choice.takings
    a, b, c = takings
    wrong = {
        "price [A]": (replace(a, won=a.won - 1), b, c),
        "quantity [C]": (a, b, replace(c, units=8)),
        "public use [B]": (a, replace(b, public=b.public + 1), c),
        "offered [E]": (a, b, replace(c, bid="E")),
        "buying unit [A]": (replace(a, units=7_655), b, c),
    }
    for rule, changed in wrong.items():
        assert rule in {one.rule for one in check(loaded.tender, loaded.bids, changed)}
    tight = replace(loaded.tender, budget_won=1_000_000_000_000, caps=Caps(units=3_000, units_ppm=500_000, budget_ppm=300_000))
    broken = {one.rule for one in check(tight, loaded.bids, takings)}
    assert broken == {
        "budget",
        "accelerators per operator [가]",
        "accelerators per operator [나]",
        "share per operator [가]",
        "budget per operator [가]",
    }
    late = replace(loaded.tender, eligibility=(*loaded.tender.eligibility, replace(loaded.tender.eligibility[3], name="now", most=0)))
    assert {one.rule for one in check(late, loaded.bids, takings)} >= {"eligible: now [A]"}


def test_the_program_of_the_small_example_is_the_golden_file() -> None:
    loaded = load_tender(ROUND_1)
    made = award(loaded.tender, loaded.bids)
    text = lp_text(build(loaded.tender, made.offers, made.scores).program)
    golden = ROOT / "tests" / "golden" / "korea-2025-round-1.lp"
    assert text == golden.read_text(encoding="utf-8")


def test_tiers_hold_for_the_quantity_that_is_taken() -> None:
    """All-units tiers: 10 at 9 each cost less than 9 at 10, so the tenth comes free with the tier."""
    tiers = (Tier(least=1, most=9, unit_won=10), Tier(least=10, most=20, unit_won=8, fixed_won=5))
    offer = bid("A", Line(lot="x", model="m", tiers=tiers, public=20))
    made = award(tender(Lot(name="x", least=9), objective=Objective.COST), [offer])
    assert [(one.units, one.won) for one in made.choice.takings] == [(10, 85)]
