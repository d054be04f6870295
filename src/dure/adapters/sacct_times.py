"""The instants of accounting rows: clocks on the wall of one zone, hours that come twice, rows that have not begun or not ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple

import numpy as np

from dure.adapters.traces_cells import Rows
from dure.adapters.traces_digits import Ints, Mask
from dure.adapters.traces_sacct import duration
from dure.adapters.traces_zone import ZONE
from dure.ledger.records import NEVER
from dure.wire.tables import SECONDS_MAX

EPOCH_DIGITS: Final = 11


class Times(NamedTuple):
    """By row, Unix seconds; NEVER where there is none. `other_length` marks rows whose end is not start plus elapsed."""

    submit_s: Ints
    eligible_s: Ints
    start_s: Ints
    end_s: Ints
    known_s: Ints
    suspended_s: Ints
    other_length: Mask


def read_times(rows: Rows, place: dict[str, int], waits: Mask) -> Times:
    """`waits` marks rows that say they wait: whatever their Start, they have not begun."""
    submit = _moments(rows, place["submit"], "Submit")
    rows.refuse(submit == NEVER, "Submit", "missing")
    start = np.where(waits, NEVER, _moments(rows, place["start"], "Start"))
    never = np.full(len(rows.line), NEVER, np.int64)
    end = _moments(rows, place["end"], "End") if "end" in place else never
    eligible = _moments(rows, place["eligible"], "Eligible") if "eligible" in place else never
    elapsed = _lengths(rows, place, "Elapsed")
    suspended = _lengths(rows, place, "Suspended")
    pause = np.zeros(len(never), np.int64) if suspended is None else suspended
    start = np.where(_got_nothing(rows, place), NEVER, start)
    began = start != NEVER
    other = np.zeros(len(never), np.bool_)
    if elapsed is not None:
        length = elapsed + pause
        if "end" not in place:
            end = np.where(began, start + length, NEVER)
        start, end = _told_apart(start, end, length)
        other = began & (end != NEVER) & (end - start != length)
    rows.refuse(began & (end != NEVER) & (end < start), "End", "is before Start: a negative duration")
    known = np.where(end != NEVER, end, start + elapsed + pause) if elapsed is not None else end
    return Times(submit, eligible, start, end, np.where(began, known, NEVER), np.where(began, pause, 0), other)


def _got_nothing(rows: Rows, place: dict[str, int]) -> Mask:
    """Cancelled before it started: Slurm writes the instant of the cancelling as Start, but nothing was given to it."""
    column = place["alloctres"]
    nothing: Mask = rows.last[column] <= rows.first[column]
    return nothing


def _moments(rows: Rows, column: int, name: str) -> Ints:
    """Instants; NEVER for `Unknown`, `None` and nothing. Seconds since 1970 (SLURM_TIME_FORMAT=%s) are read too."""
    head = rows.buf[rows.first[column]]
    absent = (rows.last[column] <= rows.first[column]) | (head == ord("U")) | (head == ord("N"))
    alive = rows.alive.copy()
    rows.alive = alive & ~absent
    if _are_seconds(rows, column):
        found = rows.numbers(column, name, least=0, most=2**40, whole=True)
    else:
        found = rows.instants(column, name)
    rows.alive = rows.alive | (alive & absent)
    return np.where(absent, NEVER, found)


def _are_seconds(rows: Rows, column: int) -> bool:
    given = np.flatnonzero(rows.alive)
    text = rows.cell(int(given[0]), column) if len(given) else ""
    return text.isdecimal() and len(text) <= EPOCH_DIGITS


def _lengths(rows: Rows, place: dict[str, int], name: str) -> Ints | None:
    """A column of durations, or its raw form in seconds; None where there is neither."""
    key = name.lower()
    if f"{key}raw" in place:
        return rows.numbers(place[f"{key}raw"], name, least=0, most=SECONDS_MAX, absent=0)
    if key not in place:
        return None
    return rows.durations(place[key], name, _slowly)


def _slowly(text: str) -> int | str | None:
    found = duration(text) if text else None
    return "is no duration like 1-02:30:00" if found == -1 else found


def _told_apart(start: Ints, end: Ints, length: Ints) -> tuple[Ints, Ints]:
    """In autumn an hour comes twice and was read as the first one; where Elapsed says that it was the second, it is."""
    start, end = start.copy(), end.copy()
    missing = np.where((start == NEVER) | (end == NEVER), 0, length - (end - start))
    for row in np.flatnonzero((missing != 0) & (np.abs(missing) <= 7_200)).tolist():
        shift = int(missing[row])
        late, instants = (end, shift) if shift > 0 else (start, -shift)
        if _same_clock(int(late[row]), int(late[row]) + instants):
            late[row] += instants
    return start, end


def _same_clock(first: int, second: int) -> bool:
    zone = ZONE.get()
    return len({datetime.fromtimestamp(at, UTC).astimezone(zone).replace(tzinfo=None) for at in (first, second)}) == 1


def days(from_s: int, to_s: int) -> Iterator[tuple[int, str]]:
    """Midnights of the zone of this reading from `from_s` (itself the first) to `to_s`, each with its date."""
    zone = ZONE.get()
    at = from_s
    while at < to_s:
        local = datetime.fromtimestamp(at, UTC).astimezone(zone)
        yield at, local.date().isoformat()
        following = datetime.fromordinal(local.date().toordinal() + 1).replace(tzinfo=zone)
        at = int(following.timestamp())
