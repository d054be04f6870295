"""Draws of one seed: a hash of (seed, stream, number), so that what one fault draws does not move what another one does."""

from __future__ import annotations

import zlib
from collections import Counter

_MASK = (1 << 64) - 1
PPM = 1_000_000


def mixed(value: int) -> int:
    """SplitMix64: every bit of the answer depends on every bit of the value."""
    value = (value + 0x9E3779B97F4A7C15) & _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)


class Dice:
    """`below(stream, n)`: the next number of a stream in 0 … n − 1. The same seed gives the same numbers everywhere and always."""

    def __init__(self, seed: int) -> None:
        self._seed, self._drawn = mixed(seed), Counter[str]()
        self._base: dict[str, int] = {}

    def below(self, stream: str, n: int) -> int:
        return self._next(stream) % n

    def between(self, stream: str, low: int, high: int) -> int:
        """`high` included."""
        return low + self._next(stream) % (high - low + 1)

    def chance(self, stream: str, ppm: int) -> bool:
        """Whether it happens, with so many millionths."""
        return ppm > 0 and self._next(stream) % PPM < ppm

    def fixed(self, stream: str, number: int) -> int:
        """The number of a thing, however often it is asked for."""
        return mixed(self._start(stream) ^ mixed(number))

    def _next(self, stream: str) -> int:
        self._drawn[stream] += 1
        return mixed(self._start(stream) + self._drawn[stream])

    def _start(self, stream: str) -> int:
        if stream not in self._base:
            self._base[stream] = mixed(self._seed ^ zlib.crc32(stream.encode()))
        return self._base[stream]
