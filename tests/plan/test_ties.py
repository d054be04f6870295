"""Of equally good and equally cheap awards: the fewest bids, then the most of the first by name; held against trying everything."""

from __future__ import annotations

import pytest

from dure.model.tenders import Caps, Lot, Objective
from dure.plan import award as awards
from dure.plan.award import award
from tests.plan.cases import bid, drawn, everything, line, tender
from tests.plan.test_name_tables import tied

Quantities = tuple[tuple[str, int, int], ...]


def first_of(found: set[Quantities], rules, bids) -> Quantities:  # type: ignore[no-untyped-def]
    """The tie rule written out once more: cost (or public capacity), count of bids, then quantities in the order of names."""
    by_name = {one.name: one for one in bids}

    def key(one: Quantities) -> tuple[object, ...]:
        lines = [(by_name[name].lines[at], units) for name, at, units in one]
        won = sum(each.tiers[0].unit_won * units for each, units in lines)
        public = sum(units * each.public // each.most for each, units in lines)
        second = -public if rules.objective is Objective.COST else won
        units = [-sum(many for name, _, many in one if name == each) for each in sorted(by_name)]
        return (second, len({name for name, _, _ in one}), units)

    return min(found, key=key)


@pytest.mark.parametrize("tables", [True, False])
@pytest.mark.parametrize("begin", range(0, 80, 20))
def test_ties_are_decided_as_written_by_tables_and_by_programs(begin: int, tables: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not tables:
        monkeypatch.setattr(awards, "_named", lambda *_: None)
    several = 0
    for seed in range(begin, begin + 20):
        rules, bids = tied(seed)
        best, found = everything(rules, bids)
        if best is None:
            continue
        several += len(found) > 1
        made = tuple(sorted((one.bid, one.line, one.units) for one in award(rules, bids).choice.takings))
        assert made == first_of(found, rules, bids), seed
    assert several > 5


@pytest.mark.parametrize("seed", range(30))
def test_ties_under_caps_budgets_and_alternatives(seed: int) -> None:
    rules, bids = drawn(seed, 5)
    best, found = everything(rules, bids)
    if best is not None:
        made = tuple(sorted((one.bid, one.line, one.units) for one in award(rules, bids).choice.takings))
        assert made == first_of(found, rules, bids)


@pytest.mark.parametrize("capped", [False, True])
@pytest.mark.parametrize("objective", [Objective.COST, Objective.PUBLIC_CAPACITY])
def test_a_tie_does_not_split_a_lot(objective: Objective, capped: bool) -> None:
    """A and B ask the same for all ten: A delivers ten, and no sliver goes to B."""
    rules = tender(Lot(name="gpu", least=10, most=10), objective=objective, budget=10**8, caps=Caps(units=50 if capped else None))
    bids = [bid(name, line("gpu", 10, price, least=1)) for name, price in (("B", 1_000), ("A", 1_000), ("C", 1_100))]
    assert [(one.bid, one.units) for one in award(rules, bids).choice.takings] == [("A", 10)]


@pytest.mark.parametrize("capped", [False, True])
def test_where_two_are_needed_the_first_by_name_has_the_most(capped: bool) -> None:
    """Of ten, six at most from each: two of three are needed, and A six beside B four, not A four beside B six."""
    rules = tender(Lot(name="gpu", least=10, most=10), objective=Objective.COST, caps=Caps(units=50 if capped else None))
    bids = [bid(name, line("gpu", 6, 1_000, least=1)) for name in ("C", "B", "A")]
    assert [(one.bid, one.units) for one in award(rules, bids).choice.takings] == [("A", 6), ("B", 4)]
