"""What did happen on a cluster that dure does not run: its accounting rows and nodes, integrated to the second into the waterfall.

Nothing is guessed. Seconds in which no record says what a free device was are `unobserved`; what was lost of a row that failed or was
requeued is counted whole, because records know no checkpoints: `productive` is a least, `rework` and `job_error` are at most.
docs/RATE.md has the definitions; tests/ledger/test_observed.py counts the same second by second.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from dure.ledger import observed_kernel as kernel
from dure.ledger.allocated import Allocated, allocate
from dure.ledger.exact import sum_by
from dure.ledger.records import NEVER, Ints, JobRows, NodeSpell, Place
from dure.ledger.waterfall import LINES, add_up
from dure.model.units import MILLI

_LINE_OF: Final = {
    "not_delivered": kernel.L_NOT_DELIVERED,
    "unobserved": kernel.L_UNOBSERVED,
    "failed": kernel.L_FAILED,
    "maintenance": kernel.L_MAINTENANCE,
    "held": kernel.L_HELD,
    "fragmented": kernel.L_FRAGMENTED,
    "too_small": kernel.L_TOO_SMALL,
    "capped": kernel.L_CAPPED,
    "incompatible": kernel.L_INCOMPATIBLE,
    "no_demand": kernel.L_NO_DEMAND,
    "rework": kernel.L_REWORK,
    "overhead": kernel.L_OVERHEAD,
    "job_error": kernel.L_JOB_ERROR,
    "productive": kernel.L_KEPT,
}


@dataclass(frozen=True, slots=True)
class Window:
    """From and to, and where bins begin: the first at `from_s`. `reach` is what the job records cover; `states_known` whether the
    states of nodes are known (spells are given, or somebody assumes that nodes were up).
    """

    from_s: int
    to_s: int
    bins: tuple[int, ...]
    reach: tuple[int, int]
    states_known: bool


@dataclass(frozen=True, slots=True)
class Happened:
    """Milli-device-seconds: `lines` [bin, pool, LINES]; `contracted` [bin, pool]; by place the columns of the kernel; by row what it
    was busy (working, suspended). `overlap` is what rows claim beyond what a place has, `outside` what they ran on no contracted node.
    """

    pools: tuple[str, ...]
    places: tuple[Place, ...]
    lines: Ints
    contracted: Ints
    by_place: Ints
    overlap: Ints
    row_busy: Ints
    outside: dict[str, int]
    busy_while_failed: int


def happened(rows: JobRows, places: Sequence[Place], spells: Iterable[NodeSpell], window: Window) -> Happened:
    """Integrates the window; the lines add up to what is contracted, which is known without them."""
    assert window.bins[0] == window.from_s < window.to_s, window
    pools = tuple(dict.fromkeys(place.model for place in places))
    taken = allocate(rows, places, window.from_s, window.to_s)
    state = _state(rows, places, pools, taken, spells, window)
    kernel.sweep(state)
    bins = len(window.bins)
    raw = np.asarray(state.lines).reshape(bins, len(pools), kernel.LINE_COLUMNS)
    lines = np.zeros((bins, len(pools), len(LINES)), np.int64)
    for name, column in _LINE_OF.items():
        lines[:, :, LINES.index(name)] = raw[:, :, column]
    contracted = _contracted(places, pools, window)
    add_up(lines, contracted)
    assert int(lines.min(initial=0)) >= 0, "a line below 0"
    busy = np.stack([sum_by(taken.row, taken.milli * part, len(rows)) for part in (taken.working_s, taken.suspended_s)], axis=1)
    return Happened(
        pools=pools,
        places=tuple(places),
        lines=lines,
        contracted=contracted,
        by_place=np.asarray(state.by_place),
        overlap=np.asarray(state.overlap),
        row_busy=busy - np.asarray(state.cut),
        outside=taken.outside,
        busy_while_failed=int(state.meta[kernel.WHILE_DOWN]),
    )


def _contracted(places: Sequence[Place], pools: Sequence[str], window: Window) -> Ints:
    found = np.zeros((len(window.bins), len(pools)), np.int64)
    begins, ends = np.array(window.bins, np.int64), np.array((*window.bins[1:], window.to_s), np.int64)
    for place in places:
        length = np.maximum(0, np.minimum(ends, place.to_s) - np.maximum(begins, place.from_s))
        found[:, pools.index(place.model)] += length * (place.devices * MILLI)
    return found


def _state(
    rows: JobRows, places: Sequence[Place], pools: Sequence[str], taken: Allocated, spells: Iterable[NodeSpell], window: Window
) -> kernel.Observed:
    place = np.zeros((max(1, len(places)), kernel.PLACE_COLUMNS), np.int64)
    place[:, [kernel.HEAD, kernel.TAIL, kernel.UP_FREE]] = kernel.NONE
    for at, one in enumerate(places):
        place[at, [kernel.POOL, kernel.TOTAL]] = pools.index(one.model), one.devices * MILLI
    alloc = np.zeros((max(1, len(taken.row)), kernel.ALLOC_COLUMNS), np.int64)
    alloc[:, [kernel.A_PREV, kernel.A_NEXT]] = kernel.NONE
    if len(taken.row):
        columns = (taken.place, taken.row, taken.milli, rows.fate[taken.row], taken.working_s == 0)
        alloc[:, : len(columns)] = np.stack(columns, axis=1)
    wait, begins = _waiting(rows, pools, places, taken, window)
    what = [*_window_events(places, window), *_alloc_events(taken), *_spell_events(places, spells, window), *begins]
    every = np.concatenate([np.asarray(part, np.int64).reshape(-1, 4) for part in what])
    every[:, 0] -= window.from_s
    every = np.ascontiguousarray(every[np.argsort(every[:, 0] * 16 + every[:, 1], kind="stable")])
    count, bins, largest = len(pools), len(window.bins), max((one.devices for one in places), default=0)
    meta = np.zeros(kernel.META, np.int64)
    meta[kernel.KNOWN] = window.states_known
    return kernel.Observed(
        what=every,
        place=place,
        alloc=alloc,
        wait=wait,
        free=np.zeros(count, np.int64),
        by_free=np.zeros((count, largest + 1), np.int64),
        split=np.zeros((count, kernel.LINE_COLUMNS), np.int64),
        active=np.zeros(len(wait), np.int64),
        lines=np.zeros((bins * count, kernel.LINE_COLUMNS), np.int64),
        by_place=np.zeros((len(place), kernel.LINE_COLUMNS), np.int64),
        overlap=np.zeros(len(place), np.int64),
        cut=np.zeros((max(1, len(rows)), 2), np.int64),
        meta=meta,
    )


Events = list[tuple[int, int, int, int]]


def _window_events(places: Sequence[Place], window: Window) -> list[Events]:
    """Begin and end of the window, bins, reach and terms; what holds before the window holds at its begin."""
    begin, end = window.from_s, window.to_s
    reach = max(begin, window.reach[0]), min(end, window.reach[1])
    events: Events = [(at, kernel.BIN, 0, 0) for at in window.bins[1:]]
    if reach[0] < reach[1]:
        events += [(reach[0], kernel.REACH_BEGIN, 0, 0), (reach[1], kernel.REACH_END, 0, 0)]
    for at, one in enumerate(places):
        first, last = max(begin, one.from_s), min(end, one.to_s)
        if first < last:
            events += [(first, kernel.TERM_BEGIN, at, 0), (last, kernel.TERM_END, at, 0)]
            if one.installed_s < last:
                events.append((max(first, one.installed_s), kernel.INSTALLED, at, 0))
    return [events]


def _alloc_events(taken: Allocated) -> list[Ints]:
    index = np.arange(len(taken.row))
    zero = np.zeros(len(index), np.int64)
    pause = np.flatnonzero((taken.working_s > 0) & (taken.suspended_s > 0))
    return [
        np.stack([taken.start_s, zero + kernel.ALLOC_BEGIN, index, zero], axis=1),
        np.stack([taken.start_s + taken.working_s + taken.suspended_s, zero + kernel.ALLOC_END, index, zero], axis=1),
        np.stack([(taken.start_s + taken.working_s)[pause], zero[pause] + kernel.SUSPEND, index[pause], zero[pause]], axis=1),
    ]


def _spell_events(places: Sequence[Place], spells: Iterable[NodeSpell], window: Window) -> list[Events]:
    at_node: dict[str, list[int]] = {}
    for at, place in enumerate(places):
        at_node.setdefault(place.node, []).append(at)
    events: Events = []
    for one in spells:
        begin, end = max(window.from_s, one.from_s), min(window.to_s, one.to_s)
        for at in at_node.get(one.node, ()) if begin < end else ():
            events += [(begin, kernel.SPELL_BEGIN, at, int(one.kind)), (end, kernel.SPELL_END, at, int(one.kind))]
    return [events]


def _waiting(rows: JobRows, pools: Sequence[str], places: Sequence[Place], taken: Allocated, window: Window) -> tuple[Ints, list[Ints]]:
    """Classes of waiting jobs and when each begins and ends to wait: from ready to start, to the end of one that never started."""
    begin = np.maximum(rows.ready_s, window.from_s)
    end = np.minimum(np.where(rows.started, rows.start_s, rows.end_s), window.to_s)
    which = np.flatnonzero((begin < end) & (rows.milli > 0))
    nodes = np.maximum(rows.nodes[which], 1)
    pool = _pool_of_model(rows, pools, places, taken)[rows.model[which]]
    heads, code = _alike(pool * 2 + rows.limited[which], nodes, rows.milli[which])
    each = -(-rows.milli[which] // (nodes * MILLI))
    classes = np.stack([pool[heads], nodes[heads], each[heads], rows.milli[which][heads], rows.limited[which][heads]], axis=1)
    wait = np.zeros((max(1, len(classes)), kernel.WAIT_COLUMNS), np.int64)
    wait[: len(classes), :5] = classes
    wait[:, kernel.W_SLOT] = kernel.NONE
    zero, index, tasks = np.zeros(len(which), np.int64), code.reshape(-1), rows.tasks[which]
    begins = np.stack([begin[which], zero + kernel.WAIT_BEGIN, index, tasks], axis=1)
    ends = np.stack([end[which], zero + kernel.WAIT_END, index, tasks], axis=1)
    return wait, [begins, ends]


def _alike(kind: Ints, nodes: Ints, milli: Ints) -> tuple[Ints, Ints]:
    """The first of all jobs that ask for the same, and which of these each job is; one number holds it, unless kinds are many."""
    if int(kind.max(initial=0)) < 1 << 8 and int(nodes.max(initial=0)) < 1 << 20 and int(milli.max(initial=0)) < 1 << 34:
        _, heads, code = np.unique(milli << 28 | nodes << 8 | kind, return_index=True, return_inverse=True)
    else:
        _, heads, code = np.unique(np.stack([kind, nodes, milli], axis=1), axis=0, return_index=True, return_inverse=True)
    return heads, code.reshape(-1)


def _pool_of_model(rows: JobRows, pools: Sequence[str], places: Sequence[Place], taken: Allocated) -> Ints:
    """By model that jobs name: its pool; any pool where none is named; none (beyond) where no node is of it.

    Lists of nodes may name models in other words than jobs do: then the pool in which most jobs of that name ran.
    """
    found = np.full(len(rows.models), len(pools) + 1, np.int64)
    pool_of_place = np.array([pools.index(place.model) for place in places], np.int64)
    ran = np.zeros((len(rows.models), len(pools)), np.int64)
    if len(taken.row):
        np.add.at(ran, (rows.model[taken.row], pool_of_place[taken.place]), 1)
    for at, name in enumerate(rows.models):
        if not name:
            found[at] = len(pools)
        elif name in pools:
            found[at] = pools.index(name)
        elif ran[at].any():
            found[at] = int(np.argmax(ran[at]))
    return found


assert NEVER > 2**40  # beyond any instant that a reader lets in
