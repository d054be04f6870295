"""Whole numbers with a unit, and the exact arithmetic they need.

Money is integer won, time integer seconds, devices integer milli-devices, shares and speeds parts per million.
Nothing here touches a float: two machines that add the same figures get the same last digit.
"""

from __future__ import annotations

from collections.abc import Sequence

MILLI = 1_000
MICRO = 1_000_000
"""Fixed point of shares, speeds, weights and credits: 1,000,000 stands for 1."""

MINUTE_S = 60
HOUR_S = 3_600
DAY_S = 86_400
WEEK_S = 7 * DAY_S


def ceil_div(dividend: int, divisor: int) -> int:
    """The quotient rounded up, for any signs; the divisor is not 0."""
    return -(-dividend // divisor)


def round_div(dividend: int, divisor: int) -> int:
    """The quotient rounded to the nearest integer, halves away from zero; the divisor is not 0."""
    quotient, remainder = divmod(abs(dividend), abs(divisor))
    nearest = quotient + (2 * remainder >= abs(divisor))
    return nearest if (dividend < 0) == (divisor < 0) else -nearest


def split_largest_remainder(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """*total* divided in proportion to *weights*, in whole units whose sum is *total* again.

    Each part is its exact share rounded towards zero or one unit more; the units left over go to the largest
    remainders, to the lowest index on ties, so the result depends on nothing but the arguments.
    A negative total (a correction) is the mirror of the positive one. Raises ValueError for a negative weight
    and where every weight is 0, unless the total is 0 too.
    """
    if any(weight < 0 for weight in weights):
        raise ValueError("a weight is negative")
    whole = sum(weights)
    if whole == 0:
        if total == 0:
            return (0,) * len(weights)
        raise ValueError("no weight is above 0, so nobody can take a part of the total")
    shares = [divmod(abs(total) * weight, whole) for weight in weights]
    left_over = abs(total) - sum(part for part, _ in shares)
    by_remainder = sorted(range(len(weights)), key=lambda index: (-shares[index][1], index))
    lucky = set(by_remainder[:left_over])
    sign = -1 if total < 0 else 1
    return tuple(sign * (part + (index in lucky)) for index, (part, _) in enumerate(shares))
