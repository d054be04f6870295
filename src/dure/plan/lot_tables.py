"""Exact values of a part of a tender by tables over quantities, for the thousands of what-if questions that flips ask.

Where no cap ties operators together, a lot is a knapsack over its quantity: a table holds the best worth of every total. Bundles
are tried in and out. The same values as the program's (a test compares them), at microseconds a question instead of milliseconds.
Worth is maximised; with the least cost as objective it is the cost, negative.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from math import ceil, gcd, inf

import numpy as np
from numpy.typing import NDArray

from dure.model.tenders import Line, Objective, Tender, Tier
from dure.plan.award_program import worth_of_one
from dure.plan.offers import Offer

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
BUNDLES_MAX = 2
STEPS_MAX = 5_000
SPARE_LINES = 3
"""Room above what a lot needs: an offer that is forced in and two bundles may each overshoot by a line, never more."""


def fits(tender: Tender, offers: Sequence[Offer]) -> bool:
    """Whether tables can tell: no caps, no alternatives, few bundles, lots of a limited size."""
    caps = tender.caps
    if any(one is not None for one in (caps.units, caps.units_ppm, caps.budget_ppm, caps.cluster_public)):
        return False
    if any(offer.bid.alternative is not None for offer in offers) or sum(len(offer.lines) > 1 for offer in offers) > BUNDLES_MAX:
        return False
    lots = {lot.name: lot for lot in tender.lots}
    names = {line.lot for offer in offers for line in offer.lines}
    limited = all(lots[name].most is not None or (tender.objective is Objective.COST and lots[name].least) for name in names)
    return limited and all(size_of(tender, offers, name)[1] <= STEPS_MAX for name in names)


def size_of(tender: Tender, offers: Sequence[Offer], lot: str) -> tuple[int, int]:
    """Accelerators in one step of a lot's table, and steps in it."""
    lines = [line for offer in offers for line in offer.lines if line.lot == lot]
    step = gcd(*(gcd(line.step, *(tier.least for tier in line.tiers)) for line in lines))
    asked = tender.lot(lot)
    most = asked.least + SPARE_LINES * max(line.most for line in lines) if asked.most is None else asked.most
    return step, most // step


class LotTables:
    """The tables of one part at given scores; values for changed offers are computed from them."""

    def __init__(
        self,
        tender: Tender,
        offers: Sequence[Offer],
        scores: Mapping[str, Fraction],
        *,
        like: LotTables | None = None,
        moved: str = "",
        finely: tuple[int, int] | None = None,
    ) -> None:
        """`like` knows the same part but for lot `moved`: single lines on other lots are not added up again. `finely`: what decides
        between equals is part of the worth, which counts so many times (see `fineness`).
        """
        assert like is not None or fits(tender, offers)
        self.tender, self.scores = tender, dict(scores)
        self._like, self._moved, self.finely = like, moved, finely
        self.offers = {offer.name: offer for offer in offers}
        self.lots = sorted({line.lot for offer in offers for line in offer.lines})
        self.sizes: dict[str, tuple[int, int]] = (
            like.sizes if like is not None else {lot: size_of(tender, offers, lot) for lot in self.lots}
        )
        self._costs: dict[tuple[str, str, Fraction | None], tuple[Ints, Floats, Floats]] = {}
        self._singles: dict[tuple[str, str | None], Floats] = {}
        self._lots: dict[tuple[str, tuple[str, ...]], float] = {}
        self._without: dict[str, list[tuple[Floats, float]]] = {}

    def value(self, *, force: str | None = None, ban: str | None = None) -> float:
        """The best worth of the part with one offer forced in or left out; −inf where that cannot be."""
        bundles = [offer.name for offer in self.offers.values() if len(offer.lines) > 1 and offer.name != ban]
        return max(
            (
                sum(self._lot(lot, set(taken), force, ban) for lot in self.lots)
                for size in range(len(bundles) + 1)
                for taken in combinations(bundles, size)
                if force not in bundles or force in taken
            ),
            default=-inf,
        )

    def with_single(self, variant: Offer, score: Fraction) -> float:
        """The best worth with a changed offer of one line forced in, everybody else as before."""
        (line,) = variant.lines
        units, worth = self._options(variant, line, score)
        return max(float((worth + room[units]).max()) + others for room, others in self._around(variant.name, line))

    def cut_single(self, offer: Offer, score: Fraction, best: float) -> int | None:
        """Least cost only: the won off each accelerator at which the best award with this offer is as good as the best of all."""
        (line,) = offer.lines
        units, worth = self._options(offer, line, score)
        step, _ = self.sizes[line.lot]
        short = np.concatenate([(best - worth - room[units] - others) / (units * step) for room, others in self._around(offer.name, line)])
        least = float(short.min())
        return None if least == inf else max(1, ceil(least - 1e-9))

    def _around(self, name: str, line: Line) -> list[tuple[Floats, float]]:
        """For every choice of bundles: the best worth of the rest of the lot beside so many steps, and that of the other lots."""
        if name not in self._without:
            bundles = [offer.name for offer in self.offers.values() if len(offer.lines) > 1]
            found = []
            for size in range(len(bundles) + 1):
                for taken in combinations(bundles, size):
                    rest = self._table(line.lot, set(taken), None, name)
                    others = sum(self._alone(lot, taken) for lot in self.lots if lot != line.lot)
                    found.append((self._beside(line.lot, rest), others))
            self._without[name] = found
        return self._without[name]

    def _alone(self, lot: str, taken: tuple[str, ...]) -> float:
        if (lot, taken) not in self._lots:
            self._lots[lot, taken] = self._lot(lot, set(taken), None, None)
        return self._lots[lot, taken]

    def _beside(self, lot: str, rest: Floats) -> Floats:
        """For u steps taken by somebody: the best worth of a rest that brings the total between the lot's limits."""
        step, size = self.sizes[lot]
        asked = self.tender.lot(lot)
        low = -(-asked.least // step)
        if low > size:
            return np.full(size + 1, -inf)
        windows = np.lib.stride_tricks.sliding_window_view(np.concatenate([np.full(size, -inf), rest]), size - low + 1)
        found: Floats = windows[low + size - np.arange(size + 1)].max(axis=1)
        return found

    def _lot(self, lot: str, taken: set[str], force: str | None, ban: str | None) -> float:
        step, _ = self.sizes[lot]
        low = -(-self.tender.lot(lot).least // step)
        return float(self._table(lot, taken, force, ban)[low:].max())

    def _table(self, lot: str, taken: set[str], force: str | None, ban: str | None) -> Floats:
        """The best worth by total of the lot: bundles that are taken and the forced offer must be in, the banned one is out."""
        apart = next((name for name in (force, ban) if name is not None and self._stands_in(name, lot)), None)
        table = self._of_singles(lot, apart)
        must = [apart] if apart is not None and apart == force else []
        must += [name for name in sorted(taken) if name != ban]
        for name in must:
            offer = self.offers[name]
            line = next((one for one in offer.lines if one.lot == lot), None)
            if line is not None:
                table = _added(table, *self._options(offer, line, self.scores[name]), must=True)
        return table

    def _stands_in(self, name: str, lot: str) -> bool:
        lines = self.offers[name].lines
        return len(lines) == 1 and lines[0].lot == lot

    def _of_singles(self, lot: str, apart: str | None) -> Floats:
        """The table of the lines that stand alone on a lot, one of them left out."""
        if self._like is not None and lot != self._moved:
            return self._like._of_singles(lot, apart)
        if (lot, apart) not in self._singles:
            _, size = self.sizes[lot]
            table = np.full(size + 1, -inf)
            table[0] = 0.0
            for name, offer in self.offers.items():
                if name != apart and self._stands_in(name, lot):
                    table = _added(table, *self._options(offer, offer.lines[0], self.scores[name]), must=False)
            self._singles[lot, apart] = table
        return self._singles[lot, apart]

    def options(self, offer: Offer, line: Line, score: Fraction) -> tuple[Ints, Floats, Floats]:
        """Steps that may be taken of a line, what each is worth, and what it costs (nothing where that is in its worth)."""
        if offer is not self.offers.get(offer.name):
            return self._costed(offer, line, score)
        key = (offer.name, line.lot, None if self.finely is not None else score)
        if key not in self._costs:
            self._costs[key] = self._costed(offer, line, score)
        return self._costs[key]

    def _costed(self, offer: Offer, line: Line, score: Fraction) -> tuple[Ints, Floats, Floats]:
        units, worth = self._options(offer, line, score)
        step, size = self.sizes[line.lot]
        won = _quantities(line.tiers, line.step, step, size)[2]
        return units, worth, np.zeros_like(won) if self.finely is not None else won

    def least_steps(self, lot: str) -> int:
        return -(-self.tender.lot(lot).least // self.sizes[lot][0])

    def _options(self, offer: Offer, line: Line, score: Fraction) -> tuple[Ints, Floats]:
        """Steps that may be taken of a line, and what each is worth."""
        step, size = self.sizes[line.lot]
        units, taken, won = _quantities(line.tiers, line.step, step, size)
        if self.finely is not None:
            return units, self._fine(line, taken, won)
        if self.tender.objective is Objective.COST:
            return units, -won
        if self.tender.objective is not Objective.SCORE:
            taken = (taken.astype(np.int64) * line.public // line.most).astype(np.float64)
        return units, taken * worth_of_one(self.tender, line, score)

    def _fine(self, line: Line, taken: Floats, won: Floats) -> Floats:
        """Worth and, far below it, what decides between equals: of the least cost the public capacity, of public capacity the cost."""
        assert self.finely is not None
        times, unit = self.finely
        public = taken.astype(np.int64) * line.public // line.most
        capacity = (public * (self.tender.capacity_of(line.model) // unit)).astype(np.float64)
        first, second = (-won, capacity) if self.tender.objective is Objective.COST else (capacity, -won)
        return first * times + second


EXACT = 2**52
"""Whole numbers up to this are exact in a table."""


def fineness(tender: Tender, offers: Sequence[Offer]) -> tuple[int, int] | None:
    """How many times worth must count so that all that decides between equals stays below one of it, and the unit of capacity
    (millionths of a reference accelerator); None where such sums would not be exact.
    """
    if tender.objective not in (Objective.COST, Objective.PUBLIC_CAPACITY):
        return None
    unit = gcd(*(tender.capacity_of(line.model) for offer in offers for line in offer.lines))
    won = capacity = 0
    for lot in {line.lot for offer in offers for line in offer.lines}:
        step, size = size_of(tender, offers, lot)
        lines = [line for offer in offers for line in offer.lines if line.lot == lot]
        won += size * step * max(tier.unit_won + tier.fixed_won for line in lines for tier in line.tiers)
        capacity += size * step * max(tender.capacity_of(line.model) // unit for line in lines)
    first, second = (won, capacity) if tender.objective is Objective.COST else (capacity, won)
    return (second + 1, unit) if first * (second + 1) + second < EXACT else None


@lru_cache(maxsize=4096)
def _quantities(tiers: tuple[Tier, ...], by: int, step: int, size: int) -> tuple[Ints, Floats, Floats]:
    """Every quantity that tiers allow: in steps of the lot's table, in accelerators, and its price."""
    found = [
        (units // step, units, tier.won(units)) for tier in tiers for units in range(tier.least, tier.most + 1, by) if units // step <= size
    ]
    steps, units, won = zip(*found, strict=True) if found else ((), (), ())
    return np.array(steps, dtype=np.int64), np.array(units, dtype=np.float64), np.array(won, dtype=np.float64)


def _added(table: Floats, units: Ints, worth: Floats, *, must: bool) -> Floats:
    """The table after one more offer: each total reached with it (or, where it need not be taken, without)."""
    if not len(units):
        return np.full_like(table, -inf) if must else table
    most = int(units.max())
    padded = np.concatenate([np.full(most, -inf), table])
    before = np.arange(len(table)) + most - units[:, None]
    found: Floats = (padded[before] + worth[:, None]).max(axis=0)
    return found if must else np.maximum(found, table)
