"""Seconds booked in the bins in which they were spent: busy time of attempts by what became of it, bin and pool."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dure.ledger.attempts import Attempts
from dure.ledger.exact import sum_by

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Bins:
    """Equal bins from second 0 to the horizon; the last one may be shorter."""

    length_s: int
    horizon_s: int

    @property
    def count(self) -> int:
        return -(-self.horizon_s // self.length_s)

    @property
    def edges_s(self) -> Ints:
        return np.minimum(np.arange(self.count + 1) * self.length_s, self.horizon_s)


@dataclass(frozen=True, slots=True)
class Spent:
    """Milli-device-seconds [bin, pool] of attempts."""

    dispatch: Ints
    productive: Ints
    rework: Ints
    overhead: Ints
    job_error: Ints

    @property
    def busy(self) -> Ints:
        return self.productive + self.rework + self.overhead + self.job_error


def spent(attempts: Attempts, bins: Bins, pools: int) -> Spent:
    """Every second of every attempt, in the order start-up, kept, checkpoint writes, lost; exact in every bin."""

    def after(instant_s: Ints, which: npt.NDArray[np.bool_] | None = None) -> Ints:
        rows = slice(None) if which is None else which
        return _after(instant_s[rows], attempts.milli[rows], attempts.pool[rows], bins, pools)

    started = attempts.started
    begin = np.where(started, attempts.started_s, attempts.ended_s)
    up = begin + attempts.overhead_s - attempts.writes_s
    kept = up + attempts.kept_s
    written = kept + attempts.writes_s
    at_begin = after(begin)
    at_up = after(up) if attempts.overhead_s.any() else at_begin
    at_kept = after(kept)
    at_written = after(written) if attempts.writes_s.any() else at_kept
    lost = []
    for seconds in (attempts.rework_s, attempts.job_error_s):
        which = seconds > 0
        end = written + seconds
        lost.append(after(written, which) - after(end, which) if which.any() else np.zeros_like(at_begin))
    overhead = at_begin - at_up + at_kept - at_written
    return Spent(after(attempts.placed_s) - at_begin, at_up - at_kept, lost[0], overhead, lost[1])


def _after(instant_s: Ints, milli: Ints, pool: Ints, bins: Bins, pools: int) -> Ints:
    """Milli-device-seconds of each bin that lie after the instant of each row."""
    count, edges = bins.count, bins.edges_s
    if not len(instant_s) or not count:
        return np.zeros((count, pools), np.int64)
    own = np.minimum(instant_s // bins.length_s, count - 1)
    group = own * pools + pool
    milli_by = sum_by(group, milli, count * pools).reshape(count, pools)
    within = sum_by(group, milli * (edges[own + 1] - instant_s), count * pools).reshape(count, pools)
    before = np.cumsum(milli_by, axis=0) - milli_by
    return before * np.diff(edges)[:, None] + within
