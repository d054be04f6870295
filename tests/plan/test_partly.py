"""Bids that were taken in part: what cut them is worked out by hand, and what would have brought more by trying everything."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dure.model.tenders import Bid, Caps, Lot, Tender
from dure.plan.award import award
from dure.plan.partly import OFFERS_MAX, Cut, Limit, cuts
from dure.plan.price_range import price_range
from tests.plan.cases import bid, everything, line, tender


def units_of(rules: Tender, bids: list[Bid], name: str) -> int:
    """By trying every combination: what the cheapest of the best awards gives a bid."""
    prices = {one.name: one.lines[0].tiers[0].unit_won for one in bids}
    _, found = everything(rules, bids)
    best = min(found, key=lambda way: sum(prices[who] * units for who, _, units in way))
    return sum(units for who, _, units in best if who == name)


def amounts(cut: Cut) -> dict[Limit, tuple[int | None, int | None]]:
    return {one.limit: (one.amount, one.units) for one in cut.remedies}


def test_a_budget_that_cuts_the_dearer_bid() -> None:
    """100 won buy 6 of A at 10 and 2 of B at 17 (94); a third of B costs 17 and 6 are left: 11 more do."""
    bids = [bid("A", line("x", 6, 10, least=1)), bid("B", line("x", 5, 17, least=1))]
    rules = tender(Lot(name="x", most=20), budget=100)
    (cut,) = cuts(award(rules, bids))
    assert (cut.name, cut.units, cut.more, cut.costs_won, cut.tight) == ("B", 2, 3, 17, (Limit.BUDGET,))
    assert cut.worse_by == pytest.approx(1.0), "2 of A make room for 1 of B"
    assert [(one.bid, one.before, one.after) for one in cut.displaced] == [("A", 6, 4)]
    found = amounts(cut)
    assert found[Limit.BUDGET] == (11, 3)
    assert found[Limit.LOT] == (None, None)
    assert found[Limit.PRICE] == (4, 3), "40 won are left for B: 3 at 13, and only 2 at 14"


@pytest.mark.parametrize("limit", [Limit.LOT, Limit.BUDGET, Limit.UNITS])
def test_each_remedy_holds_when_everything_is_tried(limit: Limit) -> None:
    """Lifted by the amount the bid gets what is said, lifted by one less it gets no more than before."""
    bids = [bid("A", line("x", 5, 10, least=1)), bid("B", line("x", 5, 17, least=1))]
    rules = {
        Limit.LOT: tender(Lot(name="x", most=7), budget=1000),
        Limit.BUDGET: tender(Lot(name="x", most=20), budget=90),
        Limit.UNITS: tender(Lot(name="x", most=20), budget=1000, caps=Caps(units=3)),
    }[limit]

    def lifted(amount: int) -> Tender:
        if limit is Limit.LOT:
            return replace(rules, lots=(Lot(name="x", most=7 + amount),))
        if limit is Limit.BUDGET:
            return replace(rules, budget_won=90 + amount)
        return replace(rules, caps=Caps(units=3 + amount))

    cut = cuts(award(rules, bids))[-1]
    amount, units = amounts(cut)[limit]
    assert cut.name == "B"
    assert cut.tight == (limit,)
    assert amount is not None
    assert units_of(rules, bids, "B") == cut.units
    assert units_of(lifted(amount), bids, "B") == units
    assert units_of(lifted(amount - 1), bids, "B") == cut.units < (units or 0)


def test_many_offers_are_told_their_limits_alone() -> None:
    bids = [bid(f"b{at:02}", line("x", 2, 10 + at, least=1)) for at in range(OFFERS_MAX + 1)]
    (cut,) = cuts(award(tender(Lot(name="x", most=3), budget=1000), bids))
    assert (cut.solved, cut.remedies, cut.tight) == (False, (), (Limit.LOT,))


def test_whole_bids_are_not_cut() -> None:
    assert cuts(award(tender(Lot(name="x", most=9), budget=1000), [bid("A", line("x", 6, 10, least=1))])) == ()


def test_a_split_that_changes_under_equal_totals_is_told() -> None:
    """One lot of 10 with points of its own money: beyond an end the same total may be split otherwise, and who changes is named."""
    bids = [bid("A", line("x", 8, 20, least=1)), bid("B", line("x", 8, 10, least=1))]
    made = award(tender(Lot(name="x", most=10), budget=130), bids)
    found = price_range(made).high
    before = {one.bid: one.units for one in made.choice.takings}
    assert found.split
    assert all(before.get(one.bid, 0) == one.before != one.after for one in found.split)
    assert sum(one.after - one.before for one in found.split) == (found.beyond_units or 0) - sum(before.values())
