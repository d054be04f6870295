"""Small tenders: drawn at random, and solved by trying everything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np

from dure.model.tenders import Bid, Caps, Line, Lot, Objective, Procedure, Taking, Tender, Tier


def line(lot: str, units: int, price: int, *, least: int | None = None, public: int | None = None, step: int = 1, model: str = "m") -> Line:
    tier = Tier(least=units if least is None else least, most=units, unit_won=price)
    return Line(lot=lot, model=model, tiers=(tier,), public=units if public is None else public, step=step)


def bid(name: str, *lines: Line, operator: str = "", **more: Any) -> Bid:
    return Bid(name=name, operator=operator or name, lines=lines, **more)


def tender(*lots: Lot, objective: Objective = Objective.PUBLIC_CAPACITY, budget: int | None = None, **more: Any) -> Tender:
    return Tender(name="small", procedure=Procedure.AGREEMENT, objective=objective, budget_won=budget, lots=lots, **more)


def drawn(seed: int, bids: int) -> tuple[Tender, list[Bid]]:
    """A tender of two or three lots with bundles, alternatives, a cap and a budget, so small that everything can be tried."""
    dice = np.random.default_rng(seed)
    cost = bool(seed % 3 == 2)
    lots = tuple(
        Lot(name=f"lot{at}", least=int(dice.integers(1, 5)) if cost else 0, most=None if cost else int(dice.integers(4, 12)))
        for at in range(int(dice.integers(2, 4)))
    )
    made = []
    for number in range(bids):
        count = 2 if dice.random() < 0.3 else 1
        chosen = dice.choice(len(lots), size=count, replace=False)
        lines = []
        for at in chosen:
            units = int(dice.integers(1, 5))
            least = units if count == 2 or dice.random() < 0.6 else max(1, units - 1)
            price = int(dice.integers(20, 60))
            lines.append(line(lots[at].name, units, price, least=least, public=int(dice.integers(max(1, units - 1), units + 1))))
        group = "g" if dice.random() < 0.2 else None
        made.append(bid(f"b{number:02}", *lines, operator=f"o{number % 4}", together=count == 2, alternative=group))
    caps = Caps(units=int(dice.integers(4, 9)), budget_ppm=None if dice.random() < 0.5 else 500_000)
    objective = Objective.COST if cost else Objective.PUBLIC_CAPACITY
    return tender(*lots, objective=objective, budget=int(dice.integers(200, 600)), caps=caps), made


def everything(rules: Tender, bids: Sequence[Bid]) -> tuple[int | float | None, set[tuple[tuple[str, int, int], ...]]]:
    """The best objective over every combination of quantities, and the quantities of every award that reaches it."""
    best: float | None = None
    found: set[tuple[tuple[str, int, int], ...]] = set()
    for choice in product(*(list(_ways(one)) for one in bids)):
        takings = [taking for way in choice for taking in way]
        if not _allowed(rules, bids, takings):
            continue
        if rules.objective is Objective.COST:
            value = -float(sum(one.won for one in takings))
        else:
            by_name = {one.name: one for one in bids}
            value = sum(one.units * by_name[one.bid].lines[one.line].public // by_name[one.bid].lines[one.line].most for one in takings)
        if best is None or value > best + 1e-9:
            best, found = value, set()
        if abs(value - best) <= 1e-9:
            found.add(tuple(sorted((one.bid, one.line, one.units) for one in takings)))
    return best, found


def _ways(one: Bid) -> Iterator[list[Taking]]:
    yield []
    for units in product(*(range(each.least, each.most + 1) for each in one.lines)):
        yield [
            Taking(bid=one.name, line=at, units=n, won=n * each.tiers[0].unit_won, public=n * each.public // each.most)
            for at, (n, each) in enumerate(zip(units, one.lines, strict=True))
        ]


def _allowed(rules: Tender, bids: Sequence[Bid], takings: Sequence[Taking]) -> bool:
    by_name = {one.name: one for one in bids}
    won = sum(one.won for one in takings)
    if rules.budget_won is not None and won > rules.budget_won:
        return False
    if len({one.bid for one in takings if by_name[one.bid].alternative}) > 1:
        return False
    for lot in rules.lots:
        units = sum(one.units for one in takings if by_name[one.bid].lines[one.line].lot == lot.name)
        if units < lot.least or (lot.most is not None and units > lot.most):
            return False
    for operator in {one.operator for one in bids}:
        own = [one for one in takings if by_name[one.bid].operator == operator]
        if rules.caps.units is not None and sum(one.units for one in own) > rules.caps.units:
            return False
        share = rules.caps.budget_ppm
        if share is not None and rules.budget_won is not None and sum(one.won for one in own) * 1_000_000 > share * rules.budget_won:
            return False
    return True
