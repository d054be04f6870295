"""The award where the budget alone ties lots together, exactly: what every total of public capacity costs at least.

A lot is a table over its accelerators and their public capacity; lots are added up over the capacity. Costs are whole won and stand
before the number of offers, so of equal capacity the cheapest is taken, and of equally cheap awards the one with the fewest offers.
Where two awards are equal in all that, or the tables would be large, nobody is told anything: the program is asked as before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import gcd
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dure.model.tenders import Line, Objective, Tender
from dure.plan.lot_tables import fits, size_of
from dure.plan.offers import Offer

Ints = NDArray[np.int64]
NEVER = 1 << 61
WORK_MOST = 3 * 10**9
"""Cells that are looked at, at most: some ten seconds."""
Units = Mapping[tuple[str, str], int]
"""Accelerators by offer and lot."""


def units_under_budget(tender: Tender, parts: Sequence[Sequence[Offer]], *, force: str | None = None, unique: bool = True) -> Units | None:
    """How many accelerators of each offer the budget is best spent on; `parts` are offers that nothing but the budget ties to others.

    None where tables cannot tell. `force` must be taken; `unique`: None also where another award is as good, as cheap and as small.
    """
    if tender.objective is not Objective.PUBLIC_CAPACITY or tender.budget_won is None:
        return None
    offers = [offer for part in parts for offer in part]
    named = {line.lot for offer in offers for line in offer.lines}
    if not offers or any(lot.least and lot.name not in named for lot in tender.lots) or not all(fits(tender, part) for part in parts):
        return None
    measure = _measure(tender, offers)
    if measure is None:
        return None
    whole = _Sum(np.zeros(1, np.int64), np.ones(1, np.int64), None, None)
    for part in parts:
        whole = _plus(whole, _Part(measure, part, force).best())
    affordable = np.flatnonzero((whole.cost < NEVER) & (whole.cost // measure.offers <= tender.budget_won))
    if not len(affordable):
        return None
    best = int(affordable[-1])
    if unique and whole.ways[best] != 1:
        return None
    found: dict[tuple[str, str], int] = {}
    whole.tell(best, found)
    return found


@dataclass(frozen=True, slots=True)
class _Measure:
    """How capacity and cost are counted."""

    tender: Tender
    unit: int
    """millionths of a reference accelerator in one of a table's steps of capacity"""
    offers: int
    """by how much won counts more than an offer"""

    def options(self, line: Line, step: int, size: int, extra: int) -> list[tuple[int, int, int]]:
        """(steps, capacity, cost) of every quantity that a line may be taken in; `extra` offers come with it."""
        capacity = self.tender.capacity_of(line.model)
        return [
            (units // step, line.public_units(units) * capacity // self.unit, tier.won(units) * self.offers + extra)
            for tier in line.tiers
            for units in range(tier.least, tier.most + 1, line.step)
            if units // step <= size
        ]


def _measure(tender: Tender, offers: Sequence[Offer]) -> _Measure | None:
    """None where sums would not be exact, a price is below 0, or the tables would be large."""
    lines = [line for offer in offers for line in offer.lines]
    whole = {line: [(tier, u) for tier in line.tiers for u in range(tier.least, tier.most + 1, line.step)] for line in lines}
    values = {line: [line.public_units(u) * tender.capacity_of(line.model) for _, u in each] for line, each in whole.items()}
    unit = gcd(*(value for each in values.values() for value in each)) or 1
    count = len(offers) + 1
    dearest = sum(max((tier.won(u) for tier, u in each), default=0) for each in whole.values())
    if dearest * count >= NEVER // 2 or any(tier.won(u) < 0 for each in whole.values() for tier, u in each):
        return None
    work = total = 0
    for lot in {line.lot for line in lines}:
        _, size = size_of(tender, offers, lot)
        mine = [line for line in lines if line.lot == lot]
        high = sum(max(values[line], default=0) for line in mine) // unit
        work += (size + 1) * (high + 1) * sum(len(whole[line]) for line in mine)
        total += high
        work += total * min(high + 1, sum(len(whole[line]) for line in mine) ** 2)
    return _Measure(tender, unit, count) if work <= WORK_MOST else None


@dataclass(frozen=True, slots=True)
class _Sum:
    """By total of capacity: the least cost, in how many ways (2 is many), and how it came about."""

    cost: Ints
    ways: Ints
    before: tuple[_Sum, _Told] | None
    taken: Ints | None
    """capacity of the part that was added last"""

    def tell(self, capacity: int, found: dict[tuple[str, str], int]) -> None:
        """Write down what is taken for a total."""
        if self.before is None or self.taken is None:
            return
        rest, part = self.before
        own = int(self.taken[capacity])
        part.tell(own, found)
        rest.tell(capacity - own, found)


class _Told(Protocol):
    """A part or a lot: its least cost by capacity, and what is taken for it."""

    cost: Ints
    ways: Ints

    def tell(self, capacity: int, found: dict[tuple[str, str], int]) -> None:
        """Write down what is taken for a capacity."""


def _plus(whole: _Sum, part: _Told) -> _Sum:
    """The totals after one more part, of which something is always chosen (it may be nothing)."""
    width = len(whole.cost) + len(part.cost) - 1
    cost, ways, taken = np.full(width, NEVER, np.int64), np.zeros(width, np.int64), np.zeros(width, np.int64)
    for own in np.flatnonzero(part.cost < NEVER).tolist():
        there = slice(own, own + len(whole.cost))
        _better(cost[there], ways[there], taken[there], whole.cost + part.cost[own], whole.ways * part.ways[own], own)
    return _Sum(cost, ways, (whole, part), taken)


def _better(cost: Ints, ways: Ints, taken: Ints, offered: Ints, offered_ways: Ints, what: int) -> None:
    """Take what is offered where it is cheaper; where it costs the same there are more ways."""
    cheaper, same = offered < cost, (offered == cost) & (offered < NEVER)
    ways[same] = np.minimum(ways[same] + offered_ways[same], 2)
    cost[cheaper], ways[cheaper], taken[cheaper] = offered[cheaper], np.minimum(offered_ways[cheaper], 2), what


class _Part:
    """Lots and the bundles over them: every choice of bundles is tried."""

    def __init__(self, measure: _Measure, offers: Sequence[Offer], force: str | None) -> None:
        self._measure, self._offers, self._force = measure, sorted(offers, key=lambda one: one.name), force
        self._lots = sorted({line.lot for offer in offers for line in offer.lines})
        self._choices: list[_Sum] = []

    def best(self) -> _Part:
        """Itself, worked out."""
        bundles = [offer for offer in self._offers if len(offer.lines) > 1]
        forced = {offer.name for offer in bundles if offer.name == self._force}
        for size in range(len(bundles) + 1):
            for taken in combinations(bundles, size):
                if forced <= {offer.name for offer in taken}:
                    whole = _Sum(np.zeros(1, np.int64), np.ones(1, np.int64), None, None)
                    for lot in self._lots:
                        whole = _plus(whole, _Lot(self._measure, self._offers, lot, taken, self._force))
                    self._choices.append(whole)
        width = max((len(one.cost) for one in self._choices), default=1)
        self.cost, self.ways = np.full(width, NEVER, np.int64), np.zeros(width, np.int64)
        self._which = np.zeros(width, np.int64)
        for number, one in enumerate(self._choices):
            there = slice(0, len(one.cost))
            _better(self.cost[there], self.ways[there], self._which[there], one.cost, one.ways, number)
        return self

    def tell(self, capacity: int, found: dict[tuple[str, str], int]) -> None:
        self._choices[int(self._which[capacity])].tell(capacity, found)


class _Lot:
    """One lot: single lines may be taken, lines of bundles that are in and of the forced offer must be."""

    def __init__(self, measure: _Measure, offers: Sequence[Offer], lot: str, bundles: Sequence[Offer], force: str | None) -> None:
        self._lot = lot
        self._step, size = size_of(measure.tender, offers, lot)
        inside = {offer.name for offer in bundles}
        self._stages: list[tuple[str, list[tuple[int, int, int]], Ints]] = []
        cost, ways = np.zeros((1, 1), np.int64), np.ones((1, 1), np.int64)
        for offer in offers:
            line = next((one for one in offer.lines if one.lot == lot), None)
            if line is None or (len(offer.lines) > 1 and offer.name not in inside):
                continue
            extra = 1 if line is offer.lines[0] else 0
            options = measure.options(line, self._step, size, extra)
            must = offer.name in inside or offer.name == force
            cost, ways = self._with(offer.name, cost, ways, options, size, must=must)
        low = -(-measure.tender.lot(lot).least // self._step)
        allowed = cost[low:] if low < len(cost) else np.full((1, cost.shape[1]), NEVER, np.int64)
        self._at = allowed.argmin(axis=0) + low
        self.cost = allowed.min(axis=0)
        same = (allowed == self.cost) & (allowed < NEVER)
        self.ways = np.minimum(np.where(same, ways[low:] if low < len(ways) else 0, 0).sum(axis=0), 2)

    def _with(self, name: str, cost: Ints, ways: Ints, options: list[tuple[int, int, int]], size: int, *, must: bool) -> tuple[Ints, Ints]:
        """The table with one more line."""
        steps, high = cost.shape
        shape = min(size + 1, steps + max((one[0] for one in options), default=0)), high + max((one[1] for one in options), default=0)
        now, many, which = np.full(shape, NEVER, np.int64), np.zeros(shape, np.int64), np.full(shape, -1, np.int64)
        if not must:
            now[:steps, :high], many[:steps, :high] = cost, ways
        for number, (units, capacity, paid) in enumerate(options):
            room = min(steps, shape[0] - units)
            there = slice(units, units + room), slice(capacity, capacity + high)
            offered = np.where(cost[:room] < NEVER, cost[:room] + paid, NEVER)
            _better(now[there], many[there], which[there], offered, ways[:room], number)
        self._stages.append((name, options, which))
        return now, many

    def tell(self, capacity: int, found: dict[tuple[str, str], int]) -> None:
        steps = int(self._at[capacity])
        for name, options, which in reversed(self._stages):
            number = int(which[steps, capacity])
            if number >= 0:
                units, value, _ = options[number]
                found[name, self._lot] = units * self._step
                steps, capacity = steps - units, capacity - value
