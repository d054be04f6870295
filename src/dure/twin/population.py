"""Jobs of one demand class: sizes, run times and requests, from draws that are given."""

from __future__ import annotations

from typing import Final

import numpy as np

from dure.twin.draws import Bits, Ints, Stream, bits, choice, exponential, lognormal, scaled_power
from dure.wire.profile import PPM, Band, DemandClass, Lognormal

_PER_LN2: Final = 94_548  # 2^16 / ln 2
_SLACK_MAX: Final = 1_000 * PPM
_ROUND_S: Final = 60
_STRATA_BITS: Final = 32


def sizes(one: DemandClass, draw: Bits) -> Ints:
    """Accelerators asked for."""
    table = np.array([size for size, _ in one.sizes], np.int64)
    return table[choice(draw, _small([weight for _, weight in one.sizes]))]


def run_times(one: DemandClass, draw: Bits) -> Ints:
    """True run times in seconds, at least 1."""
    if isinstance(one.run, Lognormal):
        law = one.run
        drawn = lognormal(draw, min(law.median_s, 2**24 - 1), law.sigma_ppm, law.most_s)
        return np.maximum(drawn, max(1, law.least_s))
    share = draw >> np.uint64(32)
    band = (share * np.uint64(len(one.run)) >> np.uint64(32)).astype(np.int64)
    within = (share * np.uint64(len(one.run)) & np.uint64(2**32 - 1)) << np.uint64(32)
    out = np.empty(len(draw), np.int64)
    for k, law_of_part in enumerate(one.run):
        rows = band == k
        out[rows] = _within(law_of_part, within[rows])
    return np.maximum(out, 1)


def _within(band: Band, draw: Bits) -> Ints:
    """Run times of a band: least + (most - least) u^c, where c is such that the mean is the measured one."""
    least, most, mean = band
    if most <= least or mean <= least:
        return np.full(len(draw), least, np.int64)
    steep = min((most - mean) * _PER_LN2 // (mean - least), 2**32)
    part = scaled_power(np.full(len(draw), 1 << 23, np.int64), -(exponential(draw) * steep >> 8))
    drawn: Ints = least + ((most - least) * part >> 23)
    return drawn


def requests(one: DemandClass, run_s: Ints, draw: Bits) -> Ints:
    """Run times asked for, whole minutes at least; -1 where the class does not say."""
    steps = len(one.slack_ppm) - 1
    if steps < 0:
        return np.full(len(run_s), -1, np.int64)
    table = np.minimum(np.array(one.slack_ppm, np.int64), _SLACK_MAX)
    if not steps:
        ratio = np.full(len(run_s), table[0])
    else:
        share = draw >> np.uint64(32)
        at = (share * np.uint64(steps) >> np.uint64(32)).astype(np.int64)
        rest = ((share * np.uint64(steps) & np.uint64(2**32 - 1)) >> np.uint64(2)).astype(np.int64)
        ratio = table[at] + ((table[at + 1] - table[at]) * rest >> 30)
    whole, part = np.divmod(ratio, PPM)
    asked = run_s * whole + run_s * part // PPM
    drawn: Ints = np.maximum(-(-asked // _ROUND_S) * _ROUND_S, _ROUND_S)
    return drawn


def strata(seed: int, stream: Stream, count: int, salt: int) -> Bits:
    """`count` draws that cover the range evenly, in an order of chance: the k-th of them lies in the k-th part of the range.

    A population drawn with them has its law's mean nearly exactly, however heavy the tail.
    """
    ids = np.arange(count, dtype=np.int64) + (salt << 40)
    rank = np.empty(count, np.uint64)
    rank[np.argsort(bits(seed, stream, ids), kind="stable")] = np.arange(count, dtype=np.uint64)
    jitter = bits(seed, stream, ids, 1) >> np.uint64(64 - _STRATA_BITS)
    share = ((rank << np.uint64(_STRATA_BITS)) + jitter) // np.uint64(max(count, 1))
    return share << np.uint64(32)


def mean_work_s(one: DemandClass, sample: int = 4_096) -> int:
    """Mean accelerator-seconds of a job of this class, from an even sample; at least 1."""
    size = sizes(one, strata(1, Stream.SIZE, sample, 0))
    run_s = run_times(one, strata(1, Stream.RUN, sample, 0))
    return max(1, int((size * run_s).sum()) // sample)


def _small(weights: list[int]) -> list[int]:
    """Weights whose sum a draw can tell apart: below 2^31, in the same proportion."""
    shift = max(0, sum(weights).bit_length() - 30)
    return [max(weight >> shift, 1) if weight else 0 for weight in weights]
