"""Over which prices a budget buys the same, and what a bid of all or nothing gives up: worked by hand, and solved again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dure.adapters.tenders import load_tender
from dure.model.tenders import Lot
from dure.plan.award import award, award_offers
from dure.plan.flips import Field, flip_quantity
from dure.plan.price_range import price_range, quantities, repriced
from tests.plan.cases import bid, line, tender

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_the_ends_worked_by_hand() -> None:
    """A and B cost 40 + 60 of 120 million, C 50: up to 120/100 both are bought, from 120/150 down all three.

    Prices are rounded down to the won: A's ten are a won dearer each from 1.20000025 on, C's five a won cheaper below 0.8000001.
    """
    rules = tender(Lot(name="x"), budget=120_000_000)
    bids = [
        bid("A", line("x", 10, 4_000_000, least=10)),
        bid("B", line("x", 20, 3_000_000, least=20)),
        bid("C", line("x", 5, 10_000_000, least=5)),
    ]
    made = award(rules, bids)
    assert {one.bid for one in made.choice.takings} == {"A", "B"}
    found = price_range(made)
    assert (found.high.scale_ppb, found.high.won) == (1_200_000_249, 120_000_000)
    assert (found.low.scale_ppb, found.low.beyond_units, found.low.beyond_public) == (800_000_100, 35, 35)


@pytest.mark.parametrize(
    ("name", "units", "budget"), [("korea-2025-round-1", 13_136, 1_459_000_000_000), ("korea-2026-round-2", 9_704, 2_100_000_000_000)]
)
def test_public_rounds_and_the_prices_that_buy_their_quantities(name: str, units: int, budget: int) -> None:
    loaded = load_tender(EXAMPLES / f"{name}.yaml")
    made = award(loaded.tender, loaded.bids)
    assert sum(one.units for one in made.choice.takings) == units
    found = price_range(made)
    assert found.high.won <= budget
    assert budget - found.high.won < units, "less than a won an accelerator is left"
    offers = [one.offer for one in made.judged]
    for end, sign in ((found.low, -1), (found.high, 1)):
        for scale, same in ((end.scale_ppb, True), (end.scale_ppb + sign, False)):
            again = award_offers(made.tender, [repriced(one, scale) for one in offers])
            assert (quantities(again) == quantities(made)) is same


def test_the_least_quantity_that_a_bidder_would_have_to_accept() -> None:
    """Of a budget of 100 A's ten at 6 leave 40, and B offers eight at 8 or nothing: five of them fit, three fewer."""
    rules = tender(Lot(name="x"), budget=100)
    bids = [bid("A", line("x", 10, 6)), bid("B", line("x", 8, 8))]
    made = award(rules, bids)
    assert quantities(made) == (("A", 0, 10),)
    (loser,) = [one.offer for one in made.judged if one.offer.name == "B"]
    flip = flip_quantity(Field(made), loser)
    assert (flip.change, flip.variant and flip.variant.lines[0].least) == (3, 5)
    for least, wins in ((5, True), (6, False)):
        other = replace(bids[1], lines=(line("x", 8, 8, least=least),))
        assert any(one.bid == "B" for one in award(rules, [bids[0], other]).choice.takings) is wins
