"""Which of equally good awards is taken, from tables: what the program would be asked offer by offer.

An entry holds the worth, what it costs, how many offers are taken, and how many steps of each. Of equal worth and cost the fewest
offers are taken, then the most of the first by name: offers are added from the last name to the first, so that of two ways to one
total the one with more of the offer just added is the first in that order. Fine tables hold the cost in their worth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from dure.plan.lot_tables import Floats, Ints, LotTables
from dure.plan.offers import Offer

_FEWEST = -(10**6)
OFFERS_MAX = 62
"""Offers of a part whose quantities an entry holds."""
Way = tuple[int, Ints, "Way"] | None
"""How each total came about: the place of the offer added last, the steps taken of it, and the way of what was left."""
Entries = tuple[Floats, Floats, Ints, Way]
"""By total: worth, won below 0, offers below 0, and the way."""
Units = Mapping[tuple[str, str], int]
"""Accelerators by offer and lot."""
Best = tuple[float, float, int, tuple[int, ...]]


class NameTables:
    """The offers of one part; asked with one of them changed, the others' entries are kept."""

    def __init__(self, tables: LotTables, room: float = 0.0) -> None:
        """Worths that differ by no more than `room` are equal."""
        self._tables, self._room = tables, room
        self._at = {name: at for at, name in enumerate(sorted(tables.offers))}
        self._begun: dict[tuple[str, ...], list[Entries]] = {}

    def takes(self, variant: Offer, score: Fraction = Fraction(0)) -> bool:
        """Whether the award takes the changed offer."""
        return any(name == variant.name for name, _ in self.taken(variant, score))

    def taken(self, variant: Offer, score: Fraction = Fraction(0)) -> Units:
        """How many accelerators the award takes of each offer, with one changed (or just as it is); nothing of the others."""
        return self.best(variant, score) or {}

    def best(self, variant: Offer, score: Fraction = Fraction(0), *, force: bool = False) -> Units | None:
        """The same, the changed offer forced in where that is asked; None where no award is possible."""
        self._own, self._force = (variant, score), force
        bundles = [self._now(name) for name, one in sorted(self._tables.offers.items()) if len(one.lines) > 1]
        best: Best = (-np.inf, -np.inf, 0, ())
        found: dict[tuple[str, str], int] | None = None
        for size in range(len(bundles) + 1):
            for taken in combinations(bundles, size):
                if force and len(variant.lines) > 1 and variant not in taken:
                    continue
                each = {lot: self._best(lot, self._table(lot, taken)) for lot in self._tables.lots}
                worth, won = sum(one[0] for one in each.values()), sum(one[1] for one in each.values())
                if worth == -np.inf:
                    continue
                fewer = sum(one[2] for one in each.values()) + sum(len(one.lines) - 1 for one in taken)
                units = {lot: [one * self._tables.sizes[lot][0] for one in own[3]] for lot, own in each.items()}
                now = (worth, won, fewer, tuple(sum(one) for one in zip(*units.values(), strict=True)))
                if now[0] > best[0] + self._room or (now[0] >= best[0] - self._room and now[1:] > best[1:]):
                    best = now
                    found = {(name, lot): one[at] for lot, one in units.items() for name, at in self._at.items() if one[at]}
        return found

    def _now(self, name: str) -> Offer:
        return self._own[0] if name == self._own[0].name else self._tables.offers[name]

    def _best(self, lot: str, entries: Entries) -> Best:
        least = self._tables.least_steps(lot)
        worth, won, fewer = entries[0][least:], entries[1][least:], entries[2][least:]
        top = float(worth.max(initial=-np.inf))
        if top == -np.inf:
            return top, top, 0, (0,) * len(self._at)
        equal = worth >= top - self._room
        cheapest = float(won[equal].max())
        equal &= won == cheapest
        fewest = int(fewer[equal].max())
        totals = np.flatnonzero(equal & (fewer == fewest)) + least
        return top, cheapest, fewest, max(self._steps(entries[3], int(total)) for total in totals)

    def _steps(self, way: Way, total: int) -> tuple[int, ...]:
        """Steps of each offer in the order of names."""
        found = [0] * len(self._at)
        while way is not None:
            at, taken, way = way
            found[at] = int(taken[total])
            total -= found[at]
        return tuple(found)

    def _table(self, lot: str, bundles: Sequence[Offer]) -> Entries:
        """All single lines of a lot and the bundles that are in; what was added before the changed one is kept for the next question."""
        own, inside = self._own[0].name, {one.name for one in bundles}
        stand = [name for name in sorted(self._at, reverse=True) if self._stands(name, lot, inside)]
        begun = self._begun.setdefault((lot, *sorted(inside)), [self._nothing(lot)])
        place = stand.index(own) if own in stand else len(stand)
        while len(begun) <= place:
            name = stand[len(begun) - 1]
            begun.append(self._added(begun[-1], self._tables.offers[name], lot, must=name in inside))
        entries = begun[place]
        for name in stand[place:]:
            entries = self._added(entries, self._now(name), lot, must=name in inside or (self._force and name == own))
        return entries

    def _stands(self, name: str, lot: str, inside: set[str]) -> bool:
        lines = self._tables.offers[name].lines
        return any(one.lot == lot for one in lines) and (len(lines) == 1 or name in inside)

    def _nothing(self, lot: str) -> Entries:
        size = self._tables.sizes[lot][1]
        worth = np.full(size + 1, -np.inf)
        worth[0] = 0.0
        return worth, np.zeros(size + 1), np.zeros(size + 1, dtype=np.int64), None

    def _added(self, entries: Entries, offer: Offer, lot: str, *, must: bool) -> Entries:
        """The entries after one more offer, the next before the others by name: each total with it or, where it need not be, without."""
        worth, won, fewer, way = entries
        line = next(one for one in offer.lines if one.lot == lot)
        score = self._own[1] if offer.name == self._own[0].name else self._tables.scores.get(offer.name, Fraction(0))
        units, gain, paid = self._tables.options(offer, line, score)
        if not len(units):
            return (np.full_like(worth, -np.inf), won, fewer, way) if must else entries
        if self._tables.finely is not None:
            best, fewest, taken = _finely(worth, fewer, units, gain)
            if not must:
                without = (worth > best) | ((worth == best) & (fewer > fewest))
                taken[without] = 0
                best, fewest = np.where(without, worth, best), np.where(without, fewer, fewest)
            return best, won, fewest, (self._at[offer.name], taken, way)
        most = int(units.max())
        before = np.arange(len(worth)) + most - units[:, None]
        with_it = np.concatenate([np.full(most, -np.inf), worth])[before] + gain[:, None]
        dearer = np.concatenate([np.zeros(most), won])[before] - paid[:, None]
        more = np.concatenate([np.zeros(most, dtype=np.int64), fewer])[before] - 1
        best = with_it.max(axis=0)
        equal = with_it >= best - self._room
        cheapest: Floats = np.where(equal, dearer, -np.inf).max(axis=0)
        equal &= dearer == cheapest
        fewest = np.where(equal, more, -len(self._at) - 1).max(axis=0)
        taken = np.where(equal & (more == fewest), units[:, None], 0).max(axis=0)
        taken[best == -np.inf] = 0
        if not must:
            same = (worth >= best - self._room) & (worth <= best + self._room)
            without = (worth > best + self._room) | (same & ((won > cheapest) | ((won == cheapest) & (fewer > fewest))))
            taken[without] = 0
            best, cheapest, fewest = (np.where(without, one, other) for one, other in ((worth, best), (won, cheapest), (fewer, fewest)))
        return best, cheapest, fewest, (self._at[offer.name], taken, way)


def _finely(worth: Floats, fewer: Ints, units: Ints, gain: Floats) -> tuple[Floats, Ints, Ints]:
    """With one more offer, where the worth is exact and holds the cost: the best of each total, its offers below 0, steps taken of it.

    The worths of the ways to one total are a column of a window that slides over the table.
    """
    most, width = int(units.max()), len(worth)
    padded, fewest_before = np.empty(most + width), np.empty(most + width, dtype=np.int64)
    padded[:most], padded[most:] = -np.inf, worth
    fewest_before[:most], fewest_before[most:] = 0, fewer
    starts = most - units
    with_it = sliding_window_view(padded, width)[starts]
    with_it += gain[:, None]
    best: Floats = with_it.max(axis=0)
    equal = with_it == best
    first = equal.argmax(axis=0)
    if int(equal.sum()) == width:  # one way to each total: nothing to decide
        taken, fewest = units[first], fewest_before[starts[first] + np.arange(width)] - 1
    else:
        more = sliding_window_view(fewest_before, width)[starts] - 1
        fewest = np.where(equal, more, _FEWEST).max(axis=0)
        taken = np.where(equal & (more == fewest), units[:, None], 0).max(axis=0)
    taken[best == -np.inf] = 0
    return best, fewest, taken
