"""Chance without dice: the n-th draw of an entity is a hash of (seed, stream, entity, n), and its law an integer table.

Nothing is remembered between draws, so they may be evaluated in any order and in any number: two scenarios that are compared see the
same jobs and the same failures. Only integer arithmetic is used on the way from hash to value (exp and log of numpy differ between
processors in the last bit), and the tables come from decimal arithmetic: the same seed gives the same integers on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, localcontext
from enum import IntEnum
from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bits = npt.NDArray[np.uint64]

SCALE: Final = 24
"""Laws of mean or deviation 1 are drawn in units of 2^-24."""
_GAMMA, _MIX1, _MIX2, _TURN = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD1B54A32D192ED03
_WORD: Final = 2**64 - 1
_LOG_BITS, _OCTAVES, _CELLS, _POWER_BITS = 12, 40, 64, 10
_EXACT_BITS: Final = 100
_LUT_MAX: Final = 1 << 16


class Stream(IntEnum):
    """What a draw is for. Numbers are part of every result: they are never reused or changed."""

    ARRIVAL = 1
    SIZE = 2
    RUN = 3
    REQUEST = 4
    PROJECT = 5
    QOS = 6
    WORKLOAD = 7
    CONSTRAINT = 8
    OUTCOME = 9
    DAY = 10
    SESSION = 11
    DETAIL = 12
    FAILURE = 20
    REPAIR = 21
    LATE = 22
    LOSS = 23
    PROOF = 24
    APPLICATION = 30


def _mix(x: int) -> int:
    x = ((x ^ (x >> 30)) * _MIX1) & _WORD
    x = ((x ^ (x >> 27)) * _MIX2) & _WORD
    return x ^ (x >> 31)


def _mix_all(x: Bits) -> Bits:
    """splitmix64's finaliser, in place."""
    x ^= x >> np.uint64(30)
    x *= np.uint64(_MIX1)
    x ^= x >> np.uint64(27)
    x *= np.uint64(_MIX2)
    x ^= x >> np.uint64(31)
    return x


def bits(seed: int, stream: int, entity: npt.ArrayLike, n: npt.ArrayLike = 0) -> Bits:
    """64 even bits for each (entity, n), by broadcasting. Entities and n are integers of any sign."""
    base = _mix((_mix((seed * _GAMMA + 1) & _WORD) + stream * _TURN) & _WORD)
    one, other = _unsigned(entity), _unsigned(n)
    with np.errstate(over="ignore"):
        x = _mix_all(np.atleast_1d(one * np.uint64(_GAMMA) + np.uint64(base)))
        x = _mix_all(np.asarray(x + (other * np.uint64(_TURN) + np.uint64(_GAMMA))))
    return x.reshape(np.broadcast_shapes(one.shape, other.shape) or (1,))


def _unsigned(values: npt.ArrayLike) -> npt.NDArray[Any]:
    return np.asarray(values, np.int64).view(np.uint64)


def below(draw: Bits, limit: int) -> Ints:
    """Even integers 0 .. limit-1, limit up to 2^31."""
    assert 0 < limit <= 2**31, limit
    return ((draw >> np.uint64(32)) * np.uint64(limit) >> np.uint64(32)).astype(np.int64)


def between(draw: Bits, least: int, most: int) -> Ints:
    """Even integers from least to most, both included."""
    return below(draw, most - least + 1) + least


@cache
def _log_table() -> Ints:
    """ln(1 + i / 4096) in units of 2^-SCALE, i = 0 .. 4096, and one more for the last interval."""
    size, log, table = 1 << _LOG_BITS, 0, [0]
    for m in range(size, 2 * size):
        log += _log_of_next(m)
        table.append((log + (1 << (_EXACT_BITS - SCALE - 1))) >> (_EXACT_BITS - SCALE))
    return np.array(table, np.int64)


def _log_of_next(m: int) -> int:
    """ln((m + 1) / m) in units of 2^-_EXACT_BITS: 2 artanh(1 / (2m + 1)), for m from 4,096 on."""
    over = 2 * m + 1
    power = (2 << _EXACT_BITS) // over
    log, n = power, 3
    while power:
        power //= over * over
        log += power // n
        n += 2
    return log


def exponential(draw: Bits) -> Ints:
    """Exponential law of mean 1, in units of 2^-SCALE: -ln u = (leading zeros + 1) ln 2 - ln m, with m in [1, 2) from a table."""
    table = _log_table()
    mantissa, exponent = np.frexp(((draw >> np.uint64(11)) | np.uint64(1)).astype(np.float64))
    whole = (mantissa * 2.0**53).astype(np.int64) - (1 << 52)
    at = whole >> (52 - _LOG_BITS)
    rest = (whole >> (52 - _LOG_BITS - 20)) & ((1 << 20) - 1)
    low = table[at]
    log = low + ((table[at + 1] - low) * rest >> 20)
    drawn: Ints = (54 - exponent.astype(np.int64)) * int(table[-1]) - log
    return drawn


def _rounded(value: Decimal) -> int:
    return int(value.to_integral_value())


@cache
def _normal_table() -> Ints:
    """Normal quantiles of the upper tail in units of 2^-SCALE: p = (1 + cell/64) 2^-(octave + 2), one row of 65 cells an octave."""
    with localcontext() as context:
        context.prec = 25
        cells = [1 + Decimal(cell) / _CELLS for cell in range(_CELLS + 1)]
        logs, half = [cell.ln() for cell in cells], Decimal(2).ln()
        rows = [
            [_rounded(_upper_quantile(cell / 2 ** (o + 2), log - (o + 2) * half) * 2**SCALE) for cell, log in zip(cells, logs, strict=True)]
            for o in range(_OCTAVES)
        ]
    return np.array(rows, np.int64).ravel()


def normal(draw: Bits) -> Ints:
    """Standard normal law in units of 2^-SCALE, by linear interpolation in octaves of the tail (error below 3e-5), up to 7.1."""
    table = _normal_table()
    tail = ((draw & np.uint64((1 << 63) - 1)) >> np.uint64(10)) | np.uint64(1)  # 53 bits: p = tail / 2^54
    mantissa, exponent = np.frexp(tail.astype(np.float64))
    whole = (mantissa * 2.0**53).astype(np.int64) - (1 << 52)
    octave = np.minimum(53 - exponent.astype(np.int64), _OCTAVES - 1)
    at = octave * (_CELLS + 1) + (whole >> 46)
    rest = (whole >> 26) & ((1 << 20) - 1)
    low = table[at]
    value = low + ((table[at + 1] - low) * rest >> 20)
    drawn: Ints = np.where(draw >> np.uint64(63), -value, value)
    return drawn


@cache
def _power_table() -> Ints:
    """2^(i/1024) in units of 2^-30, i = 0 .. 1024."""
    with localcontext() as context:
        context.prec = 25
        size = 1 << _POWER_BITS
        step = Decimal(2).ln() / size
        return np.array([_rounded((step * i).exp() * 2**30) for i in range(size + 1)], np.int64)


def lognormal(draw: Bits, median: npt.ArrayLike, sigma_ppm: int, most: int = 2**40) -> Ints:
    """Lognormal law in whole units, rounded down and at most `most`; median below 2^24, sigma (of the logarithm) in millionths."""
    with localcontext() as context:
        context.prec = 25
        factor = _rounded(Decimal(sigma_ppm) / 1_000_000 / Decimal(2).ln() * 2**20)
    return scaled_power(np.asarray(median, np.int64), normal(draw) * factor >> (SCALE + 20 - 32), most)


def scaled_power(value: Ints, exponent: Ints, most: int = 2**40) -> Ints:
    """The value times 2^exponent, rounded down, at most `most`; value below 2^24, exponent in units of 2^-32."""
    table = _power_table()
    at = (exponent >> (32 - _POWER_BITS)) & ((1 << _POWER_BITS) - 1)
    rest = exponent & ((1 << (32 - _POWER_BITS)) - 1)
    low = table[at]
    power = low + ((table[at + 1] - low) * rest >> (32 - _POWER_BITS))
    shift = np.clip(30 - (exponent >> 32), 0, 62)
    drawn: Ints = np.minimum(value * power >> shift, most)
    return drawn


def choice(draw: Bits, weights: Sequence[int] | Ints) -> Ints:
    """Index k with probability weights[k] / sum, integer weights of at most 2^31 together."""
    table = np.asarray(weights, np.int64)
    assert len(table), "no weights"
    assert int(table.min()) >= 0, "a weight is negative"
    total = int(table.sum())
    pick = below(draw, total)
    if total <= _LUT_MAX:
        return np.repeat(np.arange(len(table)), table)[pick]
    return np.searchsorted(np.cumsum(table), pick, side="right").astype(np.int64)


def shares(weights: Sequence[int | Decimal], total: int = 1 << 30) -> Ints:
    """Weights of any size as integers that add up to `total` exactly (largest remainder, ties to the first)."""
    exact = [Decimal(w) * total / sum(Decimal(v) for v in weights) for w in weights]
    whole = [int(w) for w in exact]
    for k in sorted(range(len(whole)), key=lambda k: (whole[k] - exact[k], k))[: total - sum(whole)]:
        whole[k] += 1
    return np.array(whole, np.int64)


def poisson_times(draw: Bits, span: int) -> Ints:
    """Ascending instants, whole seconds from 0 to below `span`: exponential gaps, scaled so that one more mean gap ends at `span`."""
    gap = exponential(draw)
    if not len(gap):
        return gap
    end = int(gap.sum()) + (int(gap.sum()) // len(gap))
    factor = (span << 44) // end
    shift = max(0, factor.bit_length() - 30)  # gaps below 2^30, factor below 2^30: products stay below 2^60
    scaled = gap * (factor >> shift) >> (SCALE - shift) if shift <= SCALE else gap * (factor >> shift) << (shift - SCALE)
    times: Ints = np.minimum(np.cumsum(scaled) >> 20, span - 1)
    return times


class Failures(NamedTuple):
    """Node failures by instant: node `node` fails at second `at` and is up again at second `up_at`."""

    at: Ints
    node: Ints
    up_at: Ints


def failures(seed: int, nodes: int, horizon: int, rate_ppm: int, repair_min: int, repair_max: int, first_node: int = 0) -> Failures:
    """Failures of `nodes` nodes from `first_node` within `horizon` seconds, sorted by instant, then node.

    `rate_ppm`: failures per 1,000 node-days of being up, in millionths (6.5 is 6,500,000). Repairs last an even number of seconds
    between the two bounds. What happens to a node depends on the seed and its number alone.
    """
    empty = np.zeros(0, np.int64)
    if rate_ppm <= 0 or nodes <= 0:
        return Failures(empty, empty, empty)
    mean_s = 1000 * 86_400 * 1_000_000 // rate_ppm
    node = np.arange(first_node, first_node + nodes, dtype=np.int64)
    clock = np.zeros(nodes, np.int64)
    found: list[tuple[Ints, Ints, Ints]] = []
    n = 0
    while len(node):
        at = clock + 1 + (exponential(bits(seed, Stream.FAILURE, node, n)) * min(mean_s, 2**33) >> SCALE)
        live = at < horizon
        node, at = node[live], at[live]
        clock = at + np.maximum(between(bits(seed, Stream.REPAIR, node, n), repair_min, repair_max), 1)
        found.append((at, node, clock))
        n += 1
    at, node, up_at = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.lexsort((node, at))
    return Failures(at[order], node[order], up_at[order])


# Wichura's AS 241 (PPND16), relative error about 1e-16, in decimal arithmetic

_A = "3.3871328727963666080e0 1.3314166789178437745e2 1.9715909503065514427e3 1.3731693765509461125e4 4.5921953931549871457e4 \
6.7265770927008700853e4 3.3430575583588128105e4 2.5090809287301226727e3"
_B = "1 4.2313330701600911252e1 6.8718700749205790830e2 5.3941960214247511077e3 2.1213794301586595867e4 3.9307895800092710610e4 \
2.8729085735721942674e4 5.2264952788528545610e3"
_C = "1.42343711074968357734e0 4.63033784615654529590e0 5.76949722146069140550e0 3.64784832476320460504e0 1.27045825245236838258e0 \
2.41780725177450611770e-1 2.27238449892691845833e-2 7.74545014278341407640e-4"
_D = "1 2.05319162663775882187e0 1.67638483018380384940e0 6.89767334985100004550e-1 1.48103976427480074590e-1 \
1.51986665636164571966e-2 5.47593808499534494600e-4 1.05075007164441684324e-9"
_E = "6.65790464350110377720e0 5.46378491116411436990e0 1.78482653991729133580e0 2.96560571828504891230e-1 2.65321895265761230930e-2 \
1.24266094738807843860e-3 2.71155556874348757815e-5 2.01033439929228813265e-7"
_F = "1 5.99832206555887937690e-1 1.36929880922735805310e-1 1.48753612908506148525e-2 7.86869131145613259100e-4 \
1.84631831751005468180e-5 1.42151175831644588870e-7 2.04426310338993978564e-15"


@cache
def _coefficients(text: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(c) for c in reversed(text.split()))


def _ratio(above: str, under: str, x: Decimal) -> Decimal:
    def horner(text: str) -> Decimal:
        value = Decimal(0)
        for c in _coefficients(text):
            value = value * x + c
        return value

    return horner(above) / horner(under)


def _upper_quantile(p: Decimal, log: Decimal) -> Decimal:
    """The z with P(Z > z) = p, for p up to one half with its logarithm."""
    q = Decimal("0.5") - p
    if q <= Decimal("0.425"):
        return q * _ratio(_A, _B, Decimal("0.180625") - q * q)
    r = (-log).sqrt()
    return _ratio(_C, _D, r - Decimal("1.6")) if r <= 5 else _ratio(_E, _F, r - 5)
