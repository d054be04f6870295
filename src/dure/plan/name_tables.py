"""Which of equally good awards the order of names takes, from tables: what the program would be asked block by block.

An entry holds the worth with all that decides between equals (exact whole numbers) and one bit for each offer taken, the first by
name highest: of equal worth the larger number of bits is the award that takes the first name, then the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from dure.plan.lot_tables import Floats, Ints, LotTables
from dure.plan.offers import Offer

OFFERS_MAX = 62
"""Bits of a signed whole number."""
Entries = tuple[Floats, Ints]


class NameTables:
    """The offers of one part; asked with one of them changed, the others' entries are kept."""

    def __init__(self, tables: LotTables) -> None:
        assert tables.finely is not None
        self._tables = tables
        names = sorted(tables.offers)
        self._bit = {name: 1 << (len(names) - 1 - at) for at, name in enumerate(names)}
        self._begun: dict[str, list[Entries]] = {}

    def takes(self, variant: Offer) -> bool:
        """Whether the award takes the changed offer."""
        return variant.name in self.taken(variant)

    def taken(self, variant: Offer) -> frozenset[str]:
        """The offers that the award takes, with one changed (or just as it is)."""
        offers = [*(one for one in self._tables.offers.values() if one.name != variant.name), variant]
        bundles = [one for one in offers if len(one.lines) > 1]
        singles = {lot: self._singles(lot, variant) for lot in self._tables.lots}
        best: tuple[float, int] = (-np.inf, 0)
        for size in range(len(bundles) + 1):
            for taken in combinations(bundles, size):
                each = [self._best(lot, singles[lot], taken) for lot in self._tables.lots]
                bits = 0
                for _, found in each:
                    bits |= found
                best = max(best, (sum(worth for worth, _ in each), bits))
        return frozenset(name for name, bit in self._bit.items() if best[1] & bit)

    def _best(self, lot: str, entries: Entries, bundles: Sequence[Offer]) -> tuple[float, int]:
        for offer in bundles:
            line = next((one for one in offer.lines if one.lot == lot), None)
            if line is not None:
                entries = self._added(entries, offer, lot, must=True)
        worth, bits = (one[self._tables.least_steps(lot) :] for one in entries)
        top = float(worth.max(initial=-np.inf))
        return top, int(bits[worth == top].max(initial=0))

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
        return worth, np.zeros(size + 1, dtype=np.int64)

    def _added(self, entries: Entries, offer: Offer, lot: str, *, must: bool) -> Entries:
        """The entries after one more offer: each total with it or, where it need not be taken, without."""
        worth, bits = entries
        line = next(one for one in offer.lines if one.lot == lot)
        units, gain = self._tables.options(offer, line)
        if not len(units):
            return (np.full_like(worth, -np.inf), bits) if must else entries
        most = int(units.max())
        before = np.arange(len(worth)) + most - units[:, None]
        with_it = np.concatenate([np.full(most, -np.inf), worth])[before] + gain[:, None]
        marked = np.concatenate([np.zeros(most, dtype=np.int64), bits])[before] | self._bit[offer.name]
        best: Floats = with_it.max(axis=0)
        chosen: Ints = np.where(with_it == best, marked, 0).max(axis=0)
        if must:
            return best, chosen
        keep: NDArray[np.bool_] = (worth > best) | ((worth == best) & (bits > chosen))
        return np.where(keep, worth, best), np.where(keep, bits, chosen)
