"""Who gets less, or more, in one award than in another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dure.model.tenders import Taking


@dataclass(frozen=True, slots=True)
class Displaced:
    """A bid and its accelerators in both awards."""

    bid: str
    before: int
    after: int


def displaced(before: Sequence[Taking], after: Sequence[Taking], *, apart: str | None = None) -> tuple[Displaced, ...]:
    """Winners of the first award that get another quantity in the second, in order of name; without the bid `apart`."""
    had, has = (_units_by_bid(takings) for takings in (before, after))
    return tuple(Displaced(bid, had[bid], has.get(bid, 0)) for bid in sorted(had) if has.get(bid, 0) != had[bid] and bid != apart)


def split(before: Sequence[Taking], after: Sequence[Taking]) -> tuple[Displaced, ...]:
    """Every bid whose quantity differs, those too that only the second award takes."""
    had, has = (_units_by_bid(takings) for takings in (before, after))
    return tuple(Displaced(bid, had.get(bid, 0), has.get(bid, 0)) for bid in sorted(had | has) if has.get(bid, 0) != had.get(bid, 0))


def _units_by_bid(takings: Sequence[Taking]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in takings:
        found[one.bid] = found.get(one.bid, 0) + one.units
    return found
