"""Every trick worked by hand on a tender that leaves it open, and on one that closes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dure.model.tenders import Bid, Caps, Criterion, EligibilityRule, Formula, Lot, Objective, Procedure, Subject, Tender
from dure.plan.award import award
from dure.plan.explain import abnormally_low
from dure.plan.stress import Played, Trick, _priced, _unflagged_ppm, stress
from tests.plan.cases import bid, line, tender

DAY = 86_400
LOT = Lot(name="x", most=10)


def played(rules: Tender, bids: Sequence[Bid], trick: Trick) -> Played | None:
    return next((one for one in stress(rules, bids) if one.trick is trick), None)


def test_underbidding_is_measured_against_an_award_without_the_bidder() -> None:
    """B at 8 wins. A at 7 instead of 10 pushes it out and goes: 10 are lost, which B would have delivered."""
    rules = tender(LOT, budget=100)
    bids = [bid("A", line("x", 10, 10)), bid("B", line("x", 10, 8))]
    found = played(rules, bids, Trick.UNDERBID)
    assert found == Played(Trick.UNDERBID, "A", 30, 10, open=True, by_ppm=300_000)
    alone = played(rules, bids[:1], Trick.UNDERBID)
    assert alone is not None
    assert not alone.open, "who pushes nobody out takes nothing away but what was its own"


def test_a_gamer_stays_just_above_the_price_that_is_questioned() -> None:
    rules = tender(LOT, budget=1_000, abnormally_low_ppm=900_000)
    bids = [bid("A", line("x", 10, 77)), bid("B", line("x", 10, 83))]
    ppm = _unflagged_ppm(rules, bids, bids[0])
    cheap = replace(bids[0], lines=(_priced(bids[0].lines[0], ppm),))
    assert cheap.lines[0].tiers[0].unit_won == 75, "0.9 × 83 is 74.7"
    assert abnormally_low(award(rules, [cheap, bids[1]])) == ()
    lower = replace(bids[0], lines=(line("x", 10, 74),))
    assert [one.offer.name for one in abnormally_low(award(rules, [lower, bids[1]]))] == ["A"]


def test_two_names_get_round_a_cap_with_the_same_machines() -> None:
    """Of ten A may win five; as two bidders of five each it wins ten."""
    rules = tender(LOT, budget=100, caps=Caps(units=5))
    bids = [bid("A", line("x", 10, 1, least=1)), bid("B", line("x", 10, 9, least=1))]
    found = played(rules, bids, Trick.SPLIT)
    assert found is not None
    assert (found.bid, found.gained, found.open) == ("A", 5, True)
    assert played(replace(rules, caps=Caps()), bids, Trick.SPLIT) is None


def test_raising_prices_together_pays_until_the_budget_is_used_up() -> None:
    rules = tender(Lot(name="x", least=10), objective=Objective.COST)
    bids = [bid("A", line("x", 10, 1_000)), bid("B", line("x", 10, 1_200))]
    assert played(rules, bids, Trick.COLLUDE) == Played(Trick.COLLUDE, "A", 5_000, 0, open=True, by_ppm=500_000)
    found = played(replace(rules, budget_won=10_000), bids, Trick.COLLUDE)
    assert found is not None
    assert not found.open


def test_promises_that_nobody_measures_can_win() -> None:
    """B is cheaper and 200 days late where 100 is the last: it writes 50, as A does."""
    rule = EligibilityRule(name="soon", subject=Subject.READY, most=100 * DAY)
    rules = tender(LOT, budget=200, eligibility=(rule,))
    bids = [bid("A", line("x", 10, 10), ready_s=50 * DAY), bid("B", line("x", 10, 8), ready_s=200 * DAY)]
    found = played(rules, bids, Trick.OVERPROMISE)
    assert found == Played(Trick.OVERPROMISE, "B", 10, 10, open=True)
    assert played(replace(rules, eligibility=()), bids, Trick.OVERPROMISE) is None


def test_a_straw_bid_moves_ratio_scores_and_not_linear_ones() -> None:
    """40 + 47 = 87 against 50 + 38 = 88; beside a straw at 7 it is 35 + 47 = 82 against 43.75 + 38 = 81.75."""
    price = Criterion(name="price", points_micro=50_000_000, formula=Formula.LOWEST_PRICE_RATIO)
    skill = Criterion(name="skill", points_micro=50_000_000, formula=Formula.POINTS)
    rules = tender(LOT, objective=Objective.SCORE, criteria=(price, skill))
    bids = [
        bid("A", line("x", 10, 1_000), points_micro={"skill": 47_000_000}),
        bid("B", line("x", 10, 800), points_micro={"skill": 38_000_000}),
    ]
    found = played(rules, bids, Trick.STRAW)
    assert found is not None
    assert (found.bid, found.gained, found.open) == ("A", 10, True)
    fixed = replace(price, formula=Formula.LINEAR, full=500, zero=1_500)
    assert played(replace(rules, criteria=(fixed, skill)), bids, Trick.STRAW) is None


def test_own_use_is_no_trick_where_it_pays_nobody() -> None:
    bids = [bid("A", line("x", 10, 10, public=8))]
    assert played(tender(LOT, budget=100), bids, Trick.OWN_USE) is not None
    contract = replace(tender(LOT, budget=100), procedure=Procedure.CONTRACT)
    assert played(contract, bids, Trick.OWN_USE) is None


def test_all_or_nothing_asks_what_the_budget_leaves() -> None:
    """A's ten at 10 of a budget of 120 go up to 12 each."""
    found = played(tender(LOT, budget=120_000), [bid("A", line("x", 10, 10_000))], Trick.HOLD_UP)
    assert found is not None
    assert found.open
    assert 19_900 <= found.gained <= 20_000
    assert found.public_lost == 0
