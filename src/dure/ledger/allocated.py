"""Rows of jobs as what they held on each node: who, where, how much, and from when to when within a window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from dure.ledger.exact import sum_by
from dure.ledger.records import NEVER, Ints, JobRows, Place
from dure.model.units import MILLI, split_largest_remainder

NOBODY: Final = -1
"""The size of a node that is in no list."""


@dataclass(frozen=True, slots=True)
class Allocated:
    """One row a job row and place, in the order in which they are served; lengths above 0. Time suspended stands at the end of a row:
    records know how long it was, not when. `outside` holds milli-device-seconds on nodes that are in no list, or not then.
    """

    row: Ints
    place: Ints
    milli: Ints
    start_s: Ints
    working_s: Ints
    suspended_s: Ints
    outside: dict[str, int]


def spans(rows: JobRows, from_s: int, to_s: int) -> tuple[Ints, Ints, Ints]:
    """By row: start and end within the window (equal where nothing of it is), and where its suspended part begins."""
    over = np.where(rows.end_s != NEVER, rows.end_s, rows.known_s)
    over = np.where(rows.started, over, from_s)
    start = np.clip(np.where(rows.started, rows.start_s, from_s), from_s, to_s)
    end = np.maximum(start, np.clip(over, from_s, to_s))
    return start, end, np.clip(over - rows.suspended_s, start, end)


def allocate(rows: JobRows, places: Sequence[Place], from_s: int, to_s: int) -> Allocated:
    """What every row held within the window, cut to the terms of its nodes."""
    start, end, pause = spans(rows, from_s, to_s)
    which = np.flatnonzero((start < end) & (rows.milli > 0))
    names, known = _names(rows, places)
    row, name, milli = _parts(rows, which, names, known)
    outside = _outside(row, name, milli, end - start, names, len(known))
    at_name = _places_of(places, list(known))
    found: list[tuple[Ints, Ints, Ints]] = []
    for nth in range(max((len(one) for one in at_name), default=0)):  # a node of several terms has several places
        table = np.array([one[nth] if nth < len(one) else -1 for one in at_name] + [-1] * (len(names) - len(known)), np.int64)
        here = table[name] >= 0
        found.append((row[here], table[name[here]], milli[here]))
    if not found:
        nothing = np.zeros(0, np.int64)
        return Allocated(nothing, nothing, nothing, nothing, nothing, nothing, outside)
    row, place, milli = (np.concatenate(parts) for parts in zip(*found, strict=True))
    first = np.array([max(one.from_s, from_s) for one in places], np.int64)[place]
    last = np.array([min(one.to_s, to_s) for one in places], np.int64)[place]
    begin, over = np.maximum(start[row], first), np.minimum(end[row], last)
    over = np.maximum(begin, over)
    working = np.clip(pause[row], begin, over) - begin
    lost = _not_then(row, place, milli, end - start, over - begin, places)
    if lost:
        outside[""] = lost
    kept = np.flatnonzero((over > begin) & (milli > 0))
    kept = kept[np.lexsort((row[kept], rows.start_s[row[kept]]))]
    return Allocated(row[kept], place[kept], milli[kept], begin[kept], working[kept], (over - begin - working)[kept], outside)


def _not_then(row: Ints, place: Ints, milli: Ints, length: Ints, inside: Ints, places: Sequence[Place]) -> int:
    """Milli-device-seconds on known nodes outside all of their terms."""
    held = int((milli * inside).sum())
    nodes = {name: at for at, name in enumerate(dict.fromkeys(one.node for one in places))}
    if len(nodes) == len(places):
        return int((milli * length[row]).sum()) - held
    node = np.array([nodes[one.node] for one in places], np.int64)[place]
    _, once = np.unique(row * len(nodes) + node, return_index=True)
    return int((milli[once] * length[row[once]]).sum()) - held


def _names(rows: JobRows, places: Sequence[Place]) -> tuple[dict[str, int], dict[str, int]]:
    """Node names to numbers, those of the list first; and the accelerators of those."""
    known: dict[str, int] = {}
    for place in places:
        known[place.node] = max(known.get(place.node, 0), place.devices)
    names = {name: at for at, name in enumerate(known)}
    for one in rows.node_lists:
        for name in one:
            names.setdefault(name, len(names))
    return names, known


def _places_of(places: Sequence[Place], names: Sequence[str]) -> list[list[int]]:
    at: dict[str, list[int]] = {name: [] for name in names}
    for index, place in enumerate(places):
        at[place.node].append(index)
    return [at[name] for name in names]


def _parts(rows: JobRows, which: Ints, names: dict[str, int], known: dict[str, int]) -> tuple[Ints, Ints, Ints]:
    """(row, node, milli-devices) of the rows: accounting says how many in all, so nodes share by the accelerators they have."""
    key = rows.node_list[which] * (int(rows.milli.max(initial=0)) + 1) + rows.milli[which]
    _, heads, code = np.unique(key, return_index=True, return_inverse=True)
    nodes: list[int] = []
    parts: list[int] = []
    sizes: list[int] = []
    shared: dict[tuple[int, ...], list[int]] = {}
    for head in which[heads].tolist():
        on = rows.node_lists[int(rows.node_list[head])]
        held = (int(rows.milli[head]), *(known.get(name, NOBODY) for name in on))
        if held not in shared:
            shared[held] = _shares(held[0], held[1:])
        nodes += [names[name] for name in on]
        parts += shared[held]
        sizes.append(len(on))
    size = np.array(sizes or [0], np.int64)
    offset = np.concatenate(([0], np.cumsum(size)))[:-1]
    code = code.reshape(-1)
    length = size[code] if len(which) else np.zeros(0, np.int64)
    row = np.repeat(which, length)
    at = np.arange(len(row)) - np.repeat(np.cumsum(length) - length, length) + np.repeat(offset[code] if len(which) else length, length)
    return row, np.array(nodes or [0], np.int64)[at], np.array(parts or [0], np.int64)[at]


def _shares(milli: int, sizes: Sequence[int]) -> list[int]:
    """By the accelerators of each node, evenly where one of them is in no list or none has any; whole devices where that is possible."""
    if len(sizes) == 1:
        return [milli]
    weights = [1] * len(sizes) if NOBODY in sizes or not any(sizes) else sizes
    if milli % MILLI == 0:
        return [part * MILLI for part in split_largest_remainder(milli // MILLI, weights)]
    return list(split_largest_remainder(milli, weights))


def _outside(row: Ints, name: Ints, milli: Ints, length: Ints, names: dict[str, int], known: int) -> dict[str, int]:
    away = name >= known
    held = sum_by(name[away], milli[away] * length[row[away]], len(names))
    return {text: int(held[at]) for text, at in names.items() if held[at]}
