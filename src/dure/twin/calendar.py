"""When jobs are submitted: by the hours of the week, or period by period as a measured calendar has it."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from dure.twin.draws import Bits, Ints, Stream, below, bits

HOUR_S: Final = 3_600
DAY_S: Final = 86_400
_SWAPS: Final = 400
_TABU: Final = 20
_MINE_MAX: Final = 24


def hour_of_week(unix_s: Ints | int, clock_s: int) -> Ints:
    """0 for the hour after midnight of Monday, on a clock that is `clock_s` ahead of UTC."""
    hour: Ints = ((np.asarray(unix_s, np.int64) + clock_s) // HOUR_S + 3 * 24) % 168
    return hour


def week_times(draw: Bits, span_s: int, epoch_s: int, hours: tuple[int, ...], clock_s: int) -> Ints:
    """Submission seconds in [0, span) with the weights of the hours of the week, in the order of the draws."""
    first = HOUR_S - (epoch_s + clock_s) % HOUR_S
    edges = np.concatenate(([0], np.arange(first, span_s, HOUR_S), [span_s])).astype(np.int64)
    length = np.diff(edges)
    weight = np.array(hours, np.int64)[hour_of_week(epoch_s + edges[:-1], clock_s)] * length
    if not weight.any():
        weight = length
    shift = max(0, int(weight.sum()).bit_length() - 31)
    cumulated = np.cumsum(weight >> shift)
    point = (draw >> np.uint64(32)).astype(np.int64) * int(cumulated[-1])
    piece = np.searchsorted(cumulated << 32, point, side="right")
    inside = (point - (cumulated[piece] - (weight[piece] >> shift) << 32)) >> 16
    within: Ints = inside * length[piece] // np.maximum((weight[piece] >> shift) << 16, 1)
    times: Ints = edges[piece] + np.minimum(within, length[piece] - 1)
    return times


def period_times(seed: int, period: Ints, period_s: int, parts: Ints) -> Ints:
    """Submission seconds of jobs whose period is known: as many in each part of it as were measured, at even seconds within a part.

    `parts` (periods x parts) are measured numbers of jobs, scaled to the jobs that there are. A queue feels how bunched jobs come
    within a period more than which of its jobs come first, so the parts must be short: an hour where the period is six.
    """
    job = np.arange(len(period), dtype=np.int64)
    order = np.lexsort((job, bits(seed, Stream.DAY, job), period))
    row = period[order]
    count = np.bincount(period, minlength=len(parts))
    rank = job - (np.cumsum(count) - count)[row]  # of each job within its period, in the order of chance
    reached = np.cumsum(parts, axis=1)
    place = (2 * rank + 1) * np.maximum(reached[row, -1], 1) // (2 * count[row])
    part = np.minimum((reached[row] <= place[:, None]).sum(axis=1), parts.shape[1] - 1)
    part_s = period_s // parts.shape[1]
    times = np.empty(len(period), np.int64)
    times[order] = row * period_s + part * part_s + below(bits(seed, Stream.ARRIVAL, job), part_s)
    return times


class Heavy(NamedTuple):
    """Long jobs that are still to be given a period: kind (index into the columns of the slots), work, and the latest begin."""

    kind: Ints
    work_s: Ints
    latest_s: Ints


def place_heavy(heavy: Heavy, slots: Ints, wanted_s: Ints, period_s: int) -> Ints:
    """A period for each long job, so that every period has its number of jobs of each kind and nearly the work that was measured.

    `slots` (periods x kinds) says how many jobs of a kind belong to a period, `wanted_s` the accelerator-seconds that each period still
    lacks. A job goes to a period before its latest begin where there is one.
    """
    order = np.lexsort((np.arange(len(heavy.work_s)), -heavy.work_s))
    lacks, left = wanted_s.copy(), slots.copy()
    open_slots = left.sum(axis=1)
    period = np.zeros(len(order), np.int64)
    middle = np.arange(len(lacks)) * period_s + period_s // 2
    for job in order.tolist():
        free = left[:, heavy.kind[job]] > 0
        fits = free & (middle <= heavy.latest_s[job])
        if not fits.any():
            fits = np.zeros(len(free), np.bool_)
            fits[np.flatnonzero(free)[0]] = True
        per_slot = np.where(fits, lacks // np.maximum(open_slots, 1), np.iinfo(np.int64).min)
        chosen = int(np.argmax(per_slot))
        period[job] = chosen
        left[chosen, heavy.kind[job]] -= 1
        open_slots[chosen] -= 1
        lacks[chosen] -= heavy.work_s[job]
    _even_out(heavy, period, lacks, middle)
    return period


def _even_out(heavy: Heavy, period: Ints, lacks: Ints, middle: Ints) -> None:
    """Exchanges jobs of one kind between periods as long as that brings the worst period nearer to its measured work."""
    resting: dict[int, int] = {}
    for step in range(_SWAPS):
        waits = [k for k, until in resting.items() if until > step]
        open_ = np.abs(lacks)
        open_[waits] = -1
        worst = int(np.argmax(open_))
        mine = np.flatnonzero(period == worst)
        mine = mine[np.argsort(-heavy.work_s[mine], kind="stable")][:_MINE_MAX]
        best, pair = 0, (-1, -1)
        for job in mine.tolist():
            others = np.flatnonzero((heavy.kind == heavy.kind[job]) & (period != worst))
            if not len(others):
                continue
            moved = heavy.work_s[job] - heavy.work_s[others]
            there = period[others]
            gain = np.abs(lacks[worst]) + np.abs(lacks[there]) - np.abs(lacks[worst] + moved) - np.abs(lacks[there] - moved)
            fits = (middle[worst] <= heavy.latest_s[others]) & (middle[there] <= heavy.latest_s[job])
            gain = np.where(fits, gain, 0)
            k = int(np.argmax(gain))
            if gain[k] > best:
                best, pair = int(gain[k]), (job, int(others[k]))
        if best <= 0:
            resting[worst] = step + _TABU
            continue
        job, other = pair
        moved = heavy.work_s[job] - heavy.work_s[other]
        lacks[period[job]] += moved
        lacks[period[other]] -= moved
        period[job], period[other] = period[other], period[job]
