"""Tables over quantities give the same values as the program."""

from __future__ import annotations

from dataclasses import replace

import pytest
from benchmarks.plan import instance

from dure.model.tenders import Formula, Objective
from dure.plan.award import award, choose, components, part_of
from dure.plan.award_program import money_scale
from dure.plan.flips import Field, flip_price, losers
from dure.plan.lot_tables import LotTables, fits
from dure.plan.offers import cheaper


@pytest.mark.parametrize("objective", [Objective.COST, Objective.SCORE])
def test_tables_equal_the_program(objective: Objective) -> None:
    tender, bids = instance(objective, Formula.LINEAR, bidders=4, lots=6, tiers=3)
    made = award(tender, bids)
    scale = -money_scale(tender, made.offers) if objective is Objective.COST else 1
    for part in components(tender, made.offers):
        if not fits(tender, part):
            continue
        tables = LotTables(tender, part, made.scores)
        own = part_of(tender, part)
        whole = choose(own, part, made.scores, ties=False).objective
        assert tables.value() == pytest.approx((whole or 0) * scale)
        for offer in part[::3]:
            forced = choose(own, part, made.scores, force=offer.name, ties=False).objective
            without = choose(own, [one for one in part if one is not offer], made.scores, ties=False).objective
            assert forced is not None
            assert without is not None
            assert tables.value(force=offer.name) == pytest.approx(forced * scale)
            assert tables.value(ban=offer.name) == pytest.approx(without * scale)
            if len(offer.lines) == 1:
                assert tables.with_single(offer, made.scores[offer.name]) == pytest.approx(forced * scale)


@pytest.mark.parametrize(
    ("objective", "formula"),
    [(Objective.COST, Formula.LINEAR), (Objective.SCORE, Formula.LINEAR), (Objective.SCORE, Formula.LOWEST_PRICE_RATIO)],
)
def test_flip_prices_of_tables_are_those_of_programs(objective: Objective, formula: Formula, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_program(*_: object) -> None:
        raise AssertionError("tables answer here")

    monkeypatch.setattr(Field, "_by_programs", no_program)
    tender, bids = instance(objective, formula, bidders=3, lots=8, tiers=2)
    made = award(tender, bids)
    field = Field(made)
    for offer in losers(made)[::4]:
        cut = flip_price(field, offer).change
        assert cut is not None
        for amount, wins in ((cut, True), (cut - 1, False)):
            if amount < 1:
                continue
            changed = cheaper(offer, amount)
            again = [replace(one, lines=changed.lines) if one is offer.bid and one.together else one for one in bids]
            if not offer.bid.together:
                (at,) = offer.indices
                lines = (*offer.bid.lines[:at], *changed.lines, *offer.bid.lines[at + 1 :])
                again = [replace(one, lines=lines) if one is offer.bid else one for one in bids]
            assert award(tender, again).choice.takes(offer) is wins, (offer.name, cut, amount)
