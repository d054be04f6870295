"""Which of equally good awards the order of names takes, from tables: what the program would be asked block by block.

An entry holds the worth, what it costs, and one bit for each offer taken, the first by name highest: of equal worth and cost the larger
number of bits is the award that takes the first name, then the next. Fine tables hold the cost in their worth.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from dure.plan.lot_tables import Floats, Ints, LotTables
from dure.plan.offers import Offer

OFFERS_MAX = 62
"""Bits of a signed whole number."""
Entries = tuple[Floats, Floats, Ints]
"""Worth, won below 0, bits."""


class NameTables:
    """The offers of one part; asked with one of them changed, the others' entries are kept."""

    def __init__(self, tables: LotTables, room: float = 0.0) -> None:
        """Worths that differ by no more than `room` are equal."""
        self._tables, self._room = tables, room
        names = sorted(tables.offers)
        self._bit = {name: 1 << (len(names) - 1 - at) for at, name in enumerate(names)}
        self._begun: dict[str, list[Entries]] = {}

    def takes(self, variant: Offer, score: Fraction = Fraction(0)) -> bool:
        """Whether the award takes the changed offer."""
        return variant.name in self.taken(variant, score)

    def taken(self, variant: Offer, score: Fraction = Fraction(0)) -> frozenset[str]:
        """The offers that the award takes, with one changed (or just as it is)."""
        self._own = (variant.name, score)
        offers = [*(one for one in self._tables.offers.values() if one.name != variant.name), variant]
        bundles = [one for one in offers if len(one.lines) > 1]
        singles = {lot: self._singles(lot, variant) for lot in self._tables.lots}
        best: tuple[float, float, int] = (-np.inf, -np.inf, 0)
        for size in range(len(bundles) + 1):
            for taken in combinations(bundles, size):
                each = [self._best(lot, singles[lot], taken) for lot in self._tables.lots]
                bits = 0
                for _, _, found in each:
                    bits |= found
                now = (sum(one[0] for one in each), sum(one[1] for one in each), bits)
                if now[0] > best[0] + self._room or (now[0] >= best[0] - self._room and now[1:] > best[1:]):
                    best = now
        return frozenset(name for name, bit in self._bit.items() if best[2] & bit)

    def _best(self, lot: str, entries: Entries, bundles: Sequence[Offer]) -> tuple[float, float, int]:
        for offer in bundles:
            line = next((one for one in offer.lines if one.lot == lot), None)
            if line is not None:
                entries = self._added(entries, offer, lot, must=True)
        least = self._tables.least_steps(lot)
        worth, won, bits = entries[0][least:], entries[1][least:], entries[2][least:]
        top = float(worth.max(initial=-np.inf))
        if top == -np.inf:
            return top, top, 0
        equal = worth >= top - self._room
        cheapest = float(won[equal].max())
        return top, cheapest, int(bits[equal & (won == cheapest)].max())

    def _singles(self, lot: str, variant: Offer) -> Entries:
        """All single lines of a lot, the changed one last; what was added before its place is kept for the next question."""
        alone = [one for _, one in sorted(self._tables.offers.items()) if len(one.lines) == 1 and one.lines[0].lot == lot]
        begun = self._begun.setdefault(lot, [self._nothing(lot)])
        own = len(variant.lines) == 1 and variant.lines[0].lot == lot
        place = next((at for at, one in enumerate(alone) if one.name == variant.name), len(alone)) if own else len(alone)
        while len(begun) <= place:
            begun.append(self._added(begun[-1], alone[len(begun) - 1], lot, must=False))
        entries = begun[place]
        for one in alone[place + 1 :]:
            entries = self._added(entries, one, lot, must=False)
        return self._added(entries, variant, lot, must=False) if own else entries

    def _nothing(self, lot: str) -> Entries:
        size = self._tables.sizes[lot][1]
        worth = np.full(size + 1, -np.inf)
        worth[0] = 0.0
        return worth, np.zeros(size + 1), np.zeros(size + 1, dtype=np.int64)

    def _added(self, entries: Entries, offer: Offer, lot: str, *, must: bool) -> Entries:
        """The entries after one more offer: each total with it or, where it need not be taken, without."""
        worth, won, bits = entries
        line = next(one for one in offer.lines if one.lot == lot)
        score = self._own[1] if offer.name == self._own[0] else self._tables.scores.get(offer.name, Fraction(0))
        units, gain, paid = self._tables.options(offer, line, score)
        if not len(units):
            return (np.full_like(worth, -np.inf), won, bits) if must else entries
        most = int(units.max())
        before = np.arange(len(worth)) + most - units[:, None]
        with_it = np.concatenate([np.full(most, -np.inf), worth])[before] + gain[:, None]
        dearer = np.concatenate([np.zeros(most), won])[before] - paid[:, None]
        marked = np.concatenate([np.zeros(most, dtype=np.int64), bits])[before] | self._bit[offer.name]
        best: Floats = with_it.max(axis=0)
        equal = with_it >= best - self._room
        cheapest: Floats = np.where(equal, dearer, -np.inf).max(axis=0)
        chosen: Ints = np.where(equal & (dearer == cheapest), marked, 0).max(axis=0)
        if must:
            return best, cheapest, chosen
        same = (worth >= best - self._room) & (worth <= best + self._room)
        keep: NDArray[np.bool_] = (worth > best + self._room) | (same & ((won > cheapest) | ((won == cheapest) & (bits > chosen))))
        return np.where(keep, worth, best), np.where(keep, won, cheapest), np.where(keep, bits, chosen)
