"""Under a budget that binds, tables find the award that trying everything finds, and the one that the program finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from benchmarks.plan import instance

from dure.model.tenders import Bid, Caps, Formula, Line, Lot, Objective, Taking, Tender, Tier
from dure.plan import budget_tables
from dure.plan.award import award, choose, choose_at_once, components, judge, keeps_coupling
from dure.plan.budget_tables import units_under_budget
from dure.plan.offers import offers_of
from dure.solver import Limits
from tests.plan.cases import bid, drawn, everything, line, tender


def small(seed: int) -> tuple[Tender, list[Bid]]:
    """Without what only a program can hold; every third with lots that need something."""
    dice = np.random.default_rng(seed)
    rules, bids = drawn(seed, 6)
    lots = tuple(Lot(name=one.name, least=int(seed % 3 == 0), most=int(dice.integers(4, 10))) for one in rules.lots)
    rules = replace(rules, lots=lots, caps=Caps(), objective=Objective.PUBLIC_CAPACITY, budget_won=int(dice.integers(80, 500)))
    bids = [replace(one, alternative=None) for one in bids]
    if seed % 5 == 0:  # two firms that offer the same
        bids[1] = replace(bids[0], name=bids[1].name, operator=bids[1].operator)
    return rules, bids


def parts_of(rules: Tender, bids: Sequence[Bid]) -> list[list[tuple[str, int, int]]]:
    """Quantities of every best award that costs least and has the fewest offers."""
    _, best = everything(rules, bids)
    by_name = {one.name: one for one in bids}

    def rank(award: tuple[tuple[str, int, int], ...]) -> tuple[int, int]:
        won = sum(by_name[name].lines[at].tiers[0].won(units) for name, at, units in award)
        return won, len({name if by_name[name].together else (name, at) for name, at, _ in award})

    least = min(map(rank, best), default=None)
    return [sorted(one) for one in best if rank(one) == least]


@pytest.mark.parametrize("seed", range(60))
def test_tables_find_what_trying_everything_finds(seed: int) -> None:
    rules, bids = small(seed)
    offers = offers_of(bids)
    expected = parts_of(rules, bids)
    parts = components(rules, offers)
    found = units_under_budget(rules, parts, unique=False)
    if not expected or not all(budget_tables.fits(rules, part) for part in parts):
        assert found is None
        return
    assert found is not None
    by_name = {one.name: one for one in offers}
    told = sorted((by_name[name].bid.name, _index(by_name[name].bid, lot), units) for (name, lot), units in found.items())
    assert told in expected
    only = units_under_budget(rules, parts)
    assert (only == found) if len(expected) == 1 else (only is None), "which of several is for the program to say"


def _index(one: Bid, lot: str) -> int:
    return next(at for at, each in enumerate(one.lines) if each.lot == lot)


def test_these_draws_bind_tie_and_refuse() -> None:
    found = [units_under_budget(rules, components(rules, offers_of(bids)), unique=False) for rules, bids in map(small, range(60))]
    tied = [len(parts_of(*small(seed))) for seed in range(60)]
    assert sum(one is None for one in found) > 3
    assert sum(one > 1 for one in tied) > 3
    assert sum(one == 1 for one in tied) > 20


@pytest.mark.parametrize("part", [0.15, 0.4, 0.7])
def test_tables_find_what_the_program_finds(part: float) -> None:
    """Tiers, bundles and two models of different capacity; the forced offer too."""
    rules, bids = instance(Objective.PUBLIC_CAPACITY, Formula.LINEAR, bidders=3, lots=4, tiers=2)
    rules = replace(rules, budget_won=round((rules.budget_won or 0) / 2 * part), capacity_micro={"other": 2_300_000})
    bids = [_of_model(one, "other") if at % 3 == 0 else one for at, one in enumerate(bids)]
    offers = offers_of(bids)
    score = {one.offer.name: one.score for one in judge(rules, offers)}
    exactly = Limits(gap=0.0)
    for force in (None, offers[0].name, offers[-1].name):
        told = choose(rules, offers, score, exactly, force=force)
        asked = choose_at_once(rules, offers, score, exactly, force=force)
        assert told.gap == 0
        assert told.objective == pytest.approx(asked.objective)
        assert _won(told.takings) == _won(asked.takings)
        assert keeps_coupling(rules, offers, told.takings)
        assert force is None or any(told.takes(one) for one in offers if one.name == force)


def _of_model(one: Bid, model: str) -> Bid:
    return replace(one, lines=tuple(replace(each, model=model, public=each.most * 4 // 5) for each in one.lines))


def _won(takings: Sequence[Taking]) -> int:
    return sum(one.won for one in takings)


def test_what_tables_cannot_tell_is_left_to_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = tender(Lot(name="a", most=8), Lot(name="b", most=8), budget=300)
    bids = [bid("x", line("a", 8, 30)), bid("y", line("b", 8, 31))]
    parts = components(rules, offers_of(bids))
    assert units_under_budget(rules, parts) == {("x", "a"): 8}
    for other in (
        replace(rules, objective=Objective.SCORE),
        replace(rules, budget_won=None),
        replace(rules, caps=Caps(units=9)),
        replace(rules, lots=(*rules.lots, Lot(name="c", least=1, most=2))),
        replace(rules, budget_won=-1),
    ):
        assert units_under_budget(other, parts) is None
    priced = [bid("x", Line(lot="a", model="m", tiers=(Tier(least=8, most=8, unit_won=-1),), public=8))]
    assert units_under_budget(rules, components(rules, offers_of(priced))) is None
    monkeypatch.setattr(budget_tables, "WORK_MOST", 10)
    assert units_under_budget(rules, parts) is None
    assert award(rules, bids).choice.objective == 8
