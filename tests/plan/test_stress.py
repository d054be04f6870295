"""Every trick worked by hand on a tender that leaves it open, and on one that closes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dure.model.tenders import Bid, Caps, Criterion, EligibilityRule, Formula, Lot, Objective, Procedure, Subject, Tender
from dure.plan.award import award
from dure.plan.low_prices import abnormally_low
from dure.plan.promises import best_promises, earning
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
    assert found == Played(Trick.OVERPROMISE, "B", 10, 10, open=True, promises=(Subject.READY,))
    assert played(replace(rules, eligibility=(), objective=Objective.SCORE), bids, Trick.OVERPROMISE) is None


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


def test_who_does_the_same_harm_at_its_own_price_needs_no_lower_one() -> None:
    """A at 8 wins beside B at 10 and goes: 10 are lost at its own price as at any lower one. B at 7 does it by its price alone."""
    rules = tender(LOT, budget=100)
    bids = [bid("A", line("x", 10, 8)), bid("B", line("x", 10, 10))]
    assert played(rules, bids, Trick.DROP_OUT) == Played(Trick.DROP_OUT, "A", 0, 10, open=True)
    priced = played(rules, bids, Trick.UNDERBID)
    assert priced == Played(Trick.UNDERBID, "B", 30, 10, open=True, by_ppm=300_000)
    assert played(rules, bids[:1], Trick.DROP_OUT) == Played(Trick.DROP_OUT, "A", 0, 0, open=False)
    alone = played(rules, bids[:1], Trick.UNDERBID)
    assert alone is not None
    assert not alone.open


def test_public_use_is_promised_where_it_decides() -> None:
    """B's 9 of 10 for public use beat A's 6 at the same price; A writes 10. Cost does not look, a contract has no own use."""
    bids = [bid("A", line("x", 10, 10, public=6)), bid("B", line("x", 10, 10, public=9))]
    found = played(tender(LOT, budget=100), bids, Trick.OVERPROMISE)
    assert found == Played(Trick.OVERPROMISE, "A", 10, 10, open=True, promises=(Subject.PUBLIC_SHARE,))
    assert played(tender(replace(LOT, least=10), objective=Objective.COST), bids, Trick.OVERPROMISE) is None
    contract = replace(tender(LOT, budget=100), procedure=Procedure.CONTRACT)
    assert played(contract, bids, Trick.OVERPROMISE) is None


def test_points_for_public_share_and_power_are_earned_by_promises() -> None:
    """A: 80 % and 20 kW; B: 50 % and 24 kW. B writes all of it and 20 kW: 100 points against 40 + 50."""
    share = Criterion(name="pub", points_micro=50_000_000, formula=Formula.LINEAR, subject=Subject.PUBLIC_SHARE, full=1_000_000, zero=0)
    power = Criterion(name="kw", points_micro=50_000_000, formula=Formula.RATIO_TO_BEST, subject=Subject.POWER)
    rules = tender(LOT, objective=Objective.SCORE, budget=100, criteria=(share, power))
    bids = [
        bid("A", replace(line("x", 10, 10, public=8), power_w=2_000)),
        bid("B", replace(line("x", 10, 10, public=5), power_w=2_400)),
    ]
    assert best_promises(rules, bids, bids[1])[0].lines[0] == replace(line("x", 10, 10), power_w=2_000)
    found = played(rules, bids, Trick.OVERPROMISE)
    assert found == Played(Trick.OVERPROMISE, "B", 10, 10, open=True, promises=(Subject.PUBLIC_SHARE, Subject.POWER))
    assert found.promises == (Subject.PUBLIC_SHARE, Subject.POWER)
    assert earning(rules) == {Subject.PUBLIC_SHARE, Subject.POWER}


def test_a_bundle_is_cheap_beside_the_medians_of_its_lots() -> None:
    """Others ask 100 and 120 on x, 50 on y: two lines of 10 are usual at 110 and 50, 1,600 in all; 60 % of that is 960."""
    others = [bid("A", line("x", 10, 100)), bid("B", line("x", 10, 120)), bid("C", line("y", 10, 50))]
    rules = tender(Lot(name="x"), Lot(name="y"), abnormally_low_ppm=600_000)

    def flagged(x: int, y: int) -> list[tuple[str, int, int]]:
        asked = [*others, bid("D", line("x", 10, x), line("y", 10, y), together=True)]
        return [(one.offer.name, one.unit_won, one.median_won) for one in abnormally_low(award(rules, asked))]

    assert flagged(70, 26) == []
    assert flagged(70, 25) == [("D", 47, 80)]
    assert flagged(65, 30) == [("D", 47, 80)], "how a bundle spreads its price over its lots says nothing"
    # D's lines stand among the others: 50 on x leaves B beside a median of 75, and C beside 10 is dear
    ppm = _unflagged_ppm(rules, [*others, bid("D", line("x", 10, 90), line("y", 10, 50), together=True)], others[0])
    assert ppm == 630_000, "A stands beside 120 and 90: 60 % of 105 are 63 of its 100"


def test_a_bundle_of_a_lot_of_its_own_counts_its_own_price_there() -> None:
    bundle = bid("D", line("x", 10, 50), line("z", 10, 500), together=True)
    rules = tender(Lot(name="x"), Lot(name="z"), abnormally_low_ppm=900_000)
    assert abnormally_low(award(rules, [bid("A", line("x", 10, 100)), bundle])) == ()
    tight = replace(rules, abnormally_low_ppm=920_000)
    assert [(one.unit_won, one.median_won) for one in abnormally_low(award(tight, [bid("A", line("x", 10, 100)), bundle]))] == [(275, 300)]
