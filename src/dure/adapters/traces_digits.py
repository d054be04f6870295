"""Numbers and instants out of text cells, a column at a time: eight characters are one 64-bit word, so a cell costs about 20 ns.

A cell that these do not understand is only *marked*; the caller reads it again slowly and says what is wrong with it.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]

PAD: Final = 72  # readable bytes that callers keep before and after the text, so that no load leaves the buffer
TEXT_BYTES: Final = 256  # longer texts are compared one by one
FINE, EMPTY, ODD = 0, 1, 2  # states of a cell: understood, nothing there, needs a second look
_MONTH_DAYS: Final = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


def _u(value: int) -> np.uint64:
    return np.uint64(value)


def words(buf: Bytes) -> npt.NDArray[Any]:
    """Every 8 bytes of the buffer, at any offset, as one little-endian word (a view, unaligned)."""
    return np.ndarray((len(buf) - 7,), "<u8", buf.data, strides=(1,))


def _eight(raw: Words, length: Ints) -> tuple[Words, Mask]:
    """Value of the last `length` (0..8) digits of each word, and whether they all are digits."""
    keep = _u(2**64 - 1) << ((8 - length) * 8).astype(np.uint64)
    keep[length <= 0] = 0
    text = (raw & keep) | (_u(0x3030303030303030) & ~keep)
    high = _u(0xF0F0F0F0F0F0F0F0)
    digits = ((text & high) | (((text + _u(0x0606060606060606)) & high) >> _u(4))) == _u(0x3333333333333333)
    value = text - _u(0x3030303030303030)
    value = value * _u(10) + (value >> _u(8))
    low = _u(0x000000FF000000FF)
    value = ((value & low) * _u(0x000F424000000064) + ((value >> _u(16)) & low) * _u(0x0000271000000001)) >> _u(32)
    return value, digits


def integers(buf: Bytes, first: Ints, last: Ints) -> tuple[Ints, npt.NDArray[np.int8]]:
    """Integers of the cells [first, last) and the state of each. A sign and a tail `.0` are understood, up to 16 digits."""
    negative = buf[first] == ord("-")
    tail = (last - first > 2) & (buf[last - 1] == ord("0")) & (buf[last - 2] == ord("."))
    end = last - 2 * tail
    length = end - first - negative
    load = words(buf)
    with np.errstate(over="ignore"):
        value, fine = _eight(load[end - 8], np.minimum(length, 8))
        if len(length) and int(length.max()) > 8:
            more, digits = _eight(load[end - 16], np.clip(length - 8, 0, 8))
            value = value + more * _u(100_000_000)
            fine &= digits
    state = np.where(fine & (length >= 1) & (length <= 16), FINE, ODD).astype(np.int8)
    state[last <= first] = EMPTY
    number = value.astype(np.int64)
    return np.where(negative, -number, number), state


def durations(buf: Bytes, first: Ints, last: Ints) -> tuple[Ints, npt.NDArray[np.int8]]:
    """Seconds of cells like `01:02:03` or `4-01:02:03` and the state of each; other forms are ODD."""
    length = last - first
    text = np.lib.stride_tricks.sliding_window_view(buf, 8)[np.maximum(last - 8, 0)]
    digit = text - np.uint8(48)
    fine = (length >= 8) & (text[:, 2] == ord(":")) & (text[:, 5] == ord(":"))
    for at in (0, 1, 3, 4, 6, 7):
        fine &= digit[:, at] <= 9
    number = digit.astype(np.int64)
    parts = [number[:, at] * 10 + number[:, at + 1] for at in (0, 3, 6)]
    days, state = integers(buf, first, last - 9)
    fine &= (length == 8) | ((state == FINE) & (buf[last - 9] == ord("-")) & (days >= 0) & (days < 1_000_000))
    seconds = parts[0] * 3_600 + parts[1] * 60 + parts[2] + np.where(length == 8, 0, days) * 86_400
    found = np.where(fine, FINE, ODD).astype(np.int8)
    found[length <= 0] = EMPTY
    return np.where(fine, seconds, 0), found


def days_since_1970(year: Ints, month: Ints, day: Ints) -> Ints:
    """Days of the proleptic Gregorian calendar, by integers only."""
    shifted = year - (month <= 2)
    era = shifted // 400
    of_era = shifted - era * 400
    of_year = (153 * (month + np.where(month > 2, -3, 9)) + 2) // 5 + day - 1
    days: Ints = era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468
    return days


def instants(buf: Bytes, first: Ints, last: Ints) -> tuple[Ints, npt.NDArray[np.int8]]:
    """Unix seconds of cells like `2017-10-09 07:01:55` or `2017-10-09T07:01:55Z` and the state of each; without a zone it is UTC."""
    length = last - first
    zulu = (length == 20) & (buf[last - 1] == ord("Z"))
    text = np.lib.stride_tricks.sliding_window_view(buf, 19)[first]
    digit = text - np.uint8(48)
    shape = (length == 19) | zulu
    for at, allowed in ((4, b"-"), (7, b"-"), (10, b" T"), (13, b":"), (16, b":")):
        shape &= np.isin(text[:, at], list(allowed))
    for at in (0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18):
        shape &= digit[:, at] <= 9
    number = digit.astype(np.int64)

    def two(at: int) -> Ints:
        return number[:, at] * 10 + number[:, at + 1]

    year, month, day, hour, minute, second = two(0) * 100 + two(2), two(5), two(8), two(11), two(14), two(17)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    fine = shape & (year >= 1) & (month >= 1) & (month <= 12) & (hour <= 23) & (minute <= 59) & (second <= 59)
    fine &= (day >= 1) & (day <= _MONTH_DAYS[np.clip(month, 0, 12)]) & (leap | (month != 2) | (day <= 28))
    unix = days_since_1970(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second
    state = np.where(fine, FINE, ODD).astype(np.int8)
    state[length <= 0] = EMPTY
    return np.where(fine, unix, 0), state


def distinct(buf: Bytes, first: Ints, last: Ints) -> tuple[Ints, Ints] | None:
    """Rows that hold each distinct text for the first time, and for every row which of these texts it holds.

    None when a text is longer than TEXT_BYTES or two texts share a hash: then the caller compares them one by one.
    """
    length = last - first
    longest = int(length.max()) if len(length) else 0
    if longest > TEXT_BYTES:
        return None
    if not longest:
        return np.zeros(min(1, len(length)), np.int64), np.zeros(len(length), np.int64)
    load = words(buf)
    parts: list[Words] = [length.astype(np.uint64)]
    for at in range(0, longest, 8):
        left = np.clip(length - at, 0, 8)
        keep = _u(2**64 - 1) >> ((8 - left) * 8).astype(np.uint64)
        keep[left == 0] = 0
        parts.append(load[np.minimum(first + at, len(load) - 1)] & keep)
    if all(bool((part == part[0]).all()) for part in parts):
        return np.zeros(1, np.int64), np.zeros(len(length), np.int64)
    mixed = np.zeros(len(length), np.uint64)
    with np.errstate(over="ignore"):
        for part in parts:
            mixed = (mixed ^ part) * _u(0x9E3779B97F4A7C15)
            mixed ^= mixed >> _u(29)
    _, heads, which = np.unique(mixed, return_index=True, return_inverse=True)
    if any(bool((part != part[heads][which]).any()) for part in parts):
        return None
    return heads.astype(np.int64), which.astype(np.int64)
