"""Prices a hundred times off the lot's median: `116` that was meant as 1.16억 is a valid price, and no bid anybody would make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from dure.model.tenders import Bid, Tender

TIMES = 100
"""Below a TIMES-th or above TIMES times the median of its lot a price is asked about."""


@dataclass(frozen=True, slots=True)
class OddPrice:
    """A price of one accelerator and the median of its lot, won; `bid` and `line` count from 0, `tier` is None for the only one."""

    bid: int
    line: int
    tier: int | None
    name: str
    lot: str
    unit_won: int
    median_won: int

    @property
    def low(self) -> bool:
        return self.unit_won < self.median_won


def odd_prices(tender: Tender, bids: Sequence[Bid]) -> tuple[OddPrice, ...]:
    """Every tier of every line beside the median of its lot: the last tier of each bid, and the office's own estimate."""
    known: dict[str, list[int]] = {lot.name: [] if lot.estimate_won is None else [lot.estimate_won] for lot in tender.lots}
    for bid in bids:
        for line in bid.lines:
            known[line.lot].append(line.tiers[-1].unit_won)
    middle = {lot: int(median(prices)) for lot, prices in known.items() if len(prices) > 1}
    return tuple(
        OddPrice(at, index, number if len(line.tiers) > 1 else None, bid.name, line.lot, tier.unit_won, middle[line.lot])
        for at, bid in enumerate(bids)
        for index, line in enumerate(bid.lines)
        if line.lot in middle
        for number, tier in enumerate(line.tiers)
        if tier.unit_won * TIMES < middle[line.lot] or tier.unit_won > middle[line.lot] * TIMES
    )
