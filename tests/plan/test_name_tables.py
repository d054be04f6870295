"""Equal awards are decided alike by tables and by programs, and so are the flips that end in a tie."""

from __future__ import annotations

import random

import pytest
from benchmarks.plan import instance

from dure.model.tenders import Bid, Formula, Line, Lot, Objective, Tender, Tier
from dure.plan import award as awards
from dure.plan.award import award, award_offers, choose, components
from dure.plan.flips import Field, flip_price, losers
from dure.plan.offers import cheaper
from tests.plan.cases import bid, tender


def tied(seed: int) -> tuple[Tender, list[Bid]]:
    """Prices of 3 to 5: of most awards there are several as good."""
    dice = random.Random(seed)
    cost = dice.random() < 0.6
    lots = tuple(
        Lot(name=name, least=dice.randint(1, 4) if cost else 0, most=dice.randint(4, 8)) for name in ("x", "y")[: dice.randint(1, 2)]
    )
    bids = []
    for number in range(dice.randint(3, 5)):
        together = len(lots) == 2 and dice.random() < 0.3
        lines = []
        for lot in lots if together else (dice.choice(lots),):
            most = dice.randint(1, 4)
            tier = Tier(least=dice.choice((1, most)), most=most, unit_won=dice.randint(3, 5))
            lines.append(Line(lot=lot.name, model="m", tiers=(tier,), public=most if dice.random() < 0.6 else dice.randint(1, most)))
        bids.append(bid(f"b{number}", *lines, together=together))
    return tender(*lots, objective=Objective.COST if cost else Objective.PUBLIC_CAPACITY), bids


@pytest.mark.parametrize("begin", range(0, 80, 20))
def test_tables_and_programs_take_the_same_of_equals(begin: int, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = [tied(seed) for seed in range(begin, begin + 20)]
    by_tables = [award(*one).choice.taken for one in drawn]
    monkeypatch.setattr(awards, "name_tables", lambda *_: None)
    assert [award(*one).choice.taken for one in drawn] == by_tables


@pytest.mark.parametrize("begin", range(0, 60, 20))
def test_a_flip_that_ends_in_a_tie_is_the_first_that_wins(begin: int) -> None:
    for seed in range(begin, begin + 20):
        rules, bids = tied(seed)
        made = award(rules, bids)
        if not made.choice.takings:
            continue
        field, offers = Field(made), [one.offer for one in made.judged]
        for loser in losers(made):
            most = (
                sum(one.tiers[0].won(one.least) for one in loser.lines) - 1
                if len(loser.lines) > 1
                else loser.lines[0].tiers[0].unit_won - 1
            )
            first = None
            for cut in range(1, most + 1):
                variant = cheaper(loser, cut)
                if award_offers(rules, [variant if one.name == loser.name else one for one in offers]).choice.takes(variant):
                    first = cut
                    break
            assert flip_price(field, loser).change == first, (seed, loser.name)


@pytest.mark.parametrize(
    ("objective", "formula"),
    [(Objective.COST, Formula.LINEAR), (Objective.SCORE, Formula.LOWEST_PRICE_RATIO), (Objective.SCORED_CAPACITY, Formula.LINEAR)],
)
def test_forced_offers_are_decided_alike_by_tables_and_by_programs(
    objective: Objective, formula: Formula, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules, bids = instance(objective, formula, bidders=3, lots=6, tiers=2)
    made = award(rules, bids)
    assert len(components(rules, made.offers)) > 1
    asked = [None, *(one.name for one in made.offers[::7]), *(one.name for one in made.offers if len(one.lines) > 1)]
    by_tables = [choose(rules, made.offers, made.scores, force=name) for name in asked]
    field = Field(made)
    assert [field.forced(one).takings for one in made.offers[::7]] == [one.takings for one in by_tables[1 : 1 + len(made.offers[::7])]]
    monkeypatch.setattr(awards, "name_tables", lambda *_: None)
    for name, found in zip(asked, by_tables, strict=True):
        again = choose(rules, made.offers, made.scores, force=name)
        assert again.takings == found.takings, name
        assert again.objective == pytest.approx(found.objective)
        assert found.status == "optimal"


def test_a_lot_that_nobody_can_fill_is_refused_by_tables_as_by_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    lots = tuple(Lot(name=name, least=3, most=5) for name in ("x", "y", "z"))
    some = [
        bid(f"b-{lot}", Line(lot=lot, model="m", tiers=(Tier(least=1, most=most, unit_won=9),), public=most))
        for lot, most in (("x", 3), ("y", 2))
    ]
    rules = tender(*lots, objective=Objective.COST)
    assert award(rules, some).choice.status == "infeasible"
    assert award(tender(*lots[:2], objective=Objective.COST), some).choice.status == "infeasible"
    monkeypatch.setattr(awards, "name_tables", lambda *_: None)
    assert award(rules, some).choice.status == "infeasible"
