"""Sums of large integers by group, exact to the last digit, and quotients whose parts still add up."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

_FLOAT_EXACT: Final = 1 << 53
_LOW_BITS: Final = 26


def sum_by(group: Ints, weight: Ints, groups: int) -> Ints:
    """Sum of weights (0 or more) in each group 0 … groups − 1. np.bincount adds floats, which are exact below 2^53 only."""
    if not len(weight):
        return np.zeros(groups, np.int64)
    assert int(weight.min()) >= 0, "weights are 0 or more"
    if int(weight.max()) * len(weight) < _FLOAT_EXACT:
        return np.bincount(group, weight, groups).astype(np.int64)
    assert (int(weight.max()) >> _LOW_BITS) * len(weight) < _FLOAT_EXACT, "more than can be added exactly"
    low = np.bincount(group, weight & ((1 << _LOW_BITS) - 1), groups).astype(np.int64)
    return (np.bincount(group, weight >> _LOW_BITS, groups).astype(np.int64) << _LOW_BITS) + low


def rows_divided(parts: Ints, divisor: int) -> Ints:
    """Each row of parts in units of `divisor`, whole, such that a row adds up to its own sum rounded down.

    Units left over go to the largest remainders, to the first on ties.
    """
    whole, rest = np.divmod(parts, divisor)
    left = parts.sum(axis=1) // divisor - whole.sum(axis=1)
    for row in np.flatnonzero(left).tolist():
        lucky = np.argsort(-rest[row], kind="stable")[: left[row]]
        whole[row, lucky] += 1
    quotient: Ints = whole
    return quotient
