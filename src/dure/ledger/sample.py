"""Accelerator-hours drawn from a log, each as likely as any other; whoever has the log and the seed draws the same.

The rule, so that a stranger can follow it without this file: attempts stand in the order of their numbers; each is busy from its STARTED
row's `at` to its ENDED row's `at` (the end of the period where there is none), cut to the period, with all its milli-devices. Laid end to
end, second by second and in a second device by device, they are one line of B milli-device-seconds. Draw k (from 0) is the place
SHA-256("SEED:k") mod B on it, the hash read as one big-endian number. `verify.py BUNDLE sample N SEED` does so with its own SQL.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dure.model.events import Kind
from dure.model.units import MILLI

Rows = npt.NDArray[np.void]
Longs = npt.NDArray[np.int64]


class Drawn(NamedTuple):
    """An accelerator-hour: the hour of the clock around `second` on one device (counted from 0) of an attempt; `place` on the line."""

    place: int
    attempt: int
    second: int
    device: int


class Busy(NamedTuple):
    """What was busy in a period, by attempt in the order of their numbers; seconds [`since`, `until`)."""

    attempt: Longs
    since: Longs
    until: Longs
    milli: Longs

    @property
    def total(self) -> int:
        """Milli-device-seconds of all."""
        return int(((self.until - self.since) * self.milli).sum())


def busy(rows: Rows, since: int, until: int) -> Busy:
    """Of the rows of a log (in their order), what was busy in [since, until)."""
    placed = rows[rows["kind"] == Kind.PLACED]
    attempts, which = np.unique(placed["attempt"].astype(np.int64), return_inverse=True)
    milli = np.zeros(len(attempts), np.int64)
    np.add.at(milli, which, placed["count"].astype(np.int64))
    began, ended = _first(rows, Kind.STARTED, attempts), _first(rows, Kind.ENDED, attempts)
    ran = began != _NEVER
    start = np.maximum(began, since)
    end = np.minimum(np.where(ended == _NEVER, until, ended), until)
    kept = ran & (end > start)
    return Busy(attempts[kept], start[kept], end[kept], milli[kept])


_NEVER = np.iinfo(np.int64).max


def _first(rows: Rows, kind: Kind, attempts: Longs) -> Longs:
    """The earliest `at` of such a row of each attempt."""
    told = rows[rows["kind"] == kind]
    found = np.full(len(attempts), _NEVER, np.int64)
    place = np.searchsorted(attempts, told["attempt"])
    there = (place < len(attempts)) & (attempts[np.minimum(place, len(attempts) - 1)] == told["attempt"]) if len(attempts) else place < 0
    np.minimum.at(found, place[there], told["at"][there].astype(np.int64))
    return found


def draw(found: Busy, count: int, seed: int) -> list[Drawn]:
    """So many draws; none where nothing was busy. One hour may be drawn twice, as with dice."""
    total = found.total
    if not total:
        return []
    ends = np.cumsum((found.until - found.since) * found.milli)
    drawn = []
    for k in range(count):
        place = int.from_bytes(hashlib.sha256(f"{seed}:{k}".encode()).digest(), "big") % total
        at = int(np.searchsorted(ends, place, side="right"))
        milli = int(found.milli[at])
        inside = place - (int(ends[at - 1]) if at else 0)
        drawn.append(Drawn(place, int(found.attempt[at]), int(found.since[at]) + inside // milli, inside % milli // MILLI))
    return drawn
