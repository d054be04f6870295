"""The sweep over what happened: every instant once, nodes integrated when they change, free devices split by the demand of that second.

Integers only: milli-devices, seconds, milli-device-seconds. A state holds from one instant to the next; all that changes at an instant
is applied before time goes on, so the order of lines in a file decides nothing, except who is cut where more is allocated than a node has.
"""

from __future__ import annotations

from typing import Any

from dure.jit import Group, entry, leaf, step

# kinds of what changes, in the order applied within one second
(
    BIN,
    REACH_BEGIN,
    REACH_END,
    TERM_BEGIN,
    INSTALLED,
    SPELL_BEGIN,
    SPELL_END,
    ALLOC_END,
    SUSPEND,
    ALLOC_BEGIN,
    WAIT_BEGIN,
    WAIT_END,
    TERM_END,
) = range(13)

# columns of a place
POOL, TOTAL, LAST, TERM, HERE, FAILED, MAINTENANCE, RESERVED, HELD, KEPT, REWORK, JOB_ERROR, OVERHEAD, HEAD, TAIL, UP_FREE = range(16)
PLACE_COLUMNS = 16
# columns of an allocation
A_PLACE, A_ROW, A_MILLI, A_FATE, A_SUSPENDED, A_PREV, A_NEXT = range(7)
ALLOC_COLUMNS = 7
# columns of a class of waiting jobs: the pool (the number of pools: any), nodes, whole devices on each, milli-devices of one job
W_POOL, W_NODES, W_EACH, W_MILLI, W_LIMITED, W_COUNT, W_SLOT = range(7)
WAIT_COLUMNS = 7
# columns of a line of the waterfall, and of what a pool's free devices are split into
L_NOT_DELIVERED, L_UNOBSERVED, L_FAILED, L_MAINTENANCE, L_HELD, L_FRAGMENTED, L_TOO_SMALL, L_CAPPED, L_INCOMPATIBLE, L_NO_DEMAND = range(10)
L_REWORK, L_OVERHEAD, L_JOB_ERROR, L_KEPT, L_UP = 10, 11, 12, 13, 14
LINE_COLUMNS = 15
"""The last, free devices that are up, is kept by place only: by pool it is what the split is made of."""
# meta
NOW, BIN_AT, WAITING, REACHED, KNOWN, WHILE_DOWN = range(6)
META = 6
NONE = -1


class Observed(Group):
    """All arrays of the sweep. `what[:, 0]` instant, 1 kind, 2 index; `lines` by bin × pools + pool; `cut` by row: working, suspended."""

    what: Any
    place: Any
    alloc: Any
    wait: Any
    free: Any
    by_free: Any
    split: Any
    active: Any
    lines: Any
    by_place: Any
    overlap: Any
    cut: Any
    meta: Any


@leaf
def _mode(s: Observed, p: int) -> int:
    """What becomes of free devices of a contracted place now; L_UP where they could have been used."""
    place = s.place[p]
    if place[HERE] == 0:
        return L_NOT_DELIVERED
    if place[FAILED] > 0:
        return L_FAILED
    if place[MAINTENANCE] > 0:
        return L_MAINTENANCE
    if s.meta[REACHED] == 0 or s.meta[KNOWN] == 0:
        return L_UNOBSERVED
    return L_HELD if place[RESERVED] > 0 else L_UP


@leaf
def _add(lines: Any, row: int, kept: int, rework: int, error: int, overhead: int) -> None:
    lines[row, L_KEPT] += kept
    lines[row, L_REWORK] += rework
    lines[row, L_JOB_ERROR] += error
    lines[row, L_OVERHEAD] += overhead


@leaf
def _book(s: Observed, p: int, length: int, kept: int, rework: int, error: int, overhead: int) -> None:
    row = s.meta[BIN_AT] * s.free.size + s.place[p, POOL]
    _add(s.lines, row, kept * length, rework * length, error * length, overhead * length)
    _add(s.by_place, p, kept * length, rework * length, error * length, overhead * length)


@step
def _cut(s: Observed, p: int, length: int) -> None:
    """More is allocated than the place has: rows take its devices in the order of their start, then of the file; the rest is overlap."""
    place = s.place[p]
    room = place[TOTAL]
    given_kept, given_rework, given_error, given_overhead = 0, 0, 0, 0
    a = place[HEAD]
    while a != NONE:
        alloc = s.alloc[a]
        given = min(room, alloc[A_MILLI])
        room -= given
        s.cut[alloc[A_ROW], alloc[A_SUSPENDED]] += (alloc[A_MILLI] - given) * length
        if alloc[A_SUSPENDED]:
            given_overhead += given
        elif alloc[A_FATE] == 0:
            given_kept += given
        elif alloc[A_FATE] == 1:
            given_rework += given
        else:
            given_error += given
        a = alloc[A_NEXT]
    s.overlap[p] += (place[HELD] - place[TOTAL]) * length
    _book(s, p, length, given_kept, given_rework, given_error, given_overhead)


@step
def _integrate(s: Observed, p: int) -> None:
    """Book what a place was since it was last looked at; free devices that are up are booked by pool."""
    place = s.place[p]
    length = s.meta[NOW] - place[LAST]
    place[LAST] = s.meta[NOW]
    if length == 0 or place[TERM] == 0:
        return
    if place[HELD] > place[TOTAL]:
        _cut(s, p, length)
    else:
        _book(s, p, length, place[KEPT], place[REWORK], place[JOB_ERROR], place[OVERHEAD])
    busy = min(place[HELD], place[TOTAL])
    mode = _mode(s, p)
    if mode == L_FAILED:
        s.meta[WHILE_DOWN] += busy * length
    s.by_place[p, mode] += (place[TOTAL] - busy) * length
    if mode != L_UP:
        s.lines[s.meta[BIN_AT] * s.free.size + place[POOL], mode] += (place[TOTAL] - busy) * length


@step
def _tell(s: Observed, p: int) -> None:
    """Bring the pool's free devices up to date with the place."""
    place = s.place[p]
    free = NONE
    if place[TERM] and _mode(s, p) == L_UP:
        free = max(0, place[TOTAL] - place[HELD])
    if free == place[UP_FREE]:
        return
    q = place[POOL]
    if place[UP_FREE] != NONE:
        s.free[q] -= place[UP_FREE]
        s.by_free[q, place[UP_FREE] // 1000] -= 1
    if free != NONE:
        s.free[q] += free
        s.by_free[q, free // 1000] += 1
    place[UP_FREE] = free


@leaf
def _link(s: Observed, a: int, p: int) -> None:
    """Allocations come in the order in which they are served, so each goes to the end of its place's list."""
    alloc, place = s.alloc[a], s.place[p]
    alloc[A_PREV] = place[TAIL]
    alloc[A_NEXT] = NONE
    if place[TAIL] == NONE:
        place[HEAD] = a
    else:
        s.alloc[place[TAIL], A_NEXT] = a
    place[TAIL] = a


@leaf
def _unlink(s: Observed, a: int, p: int) -> None:
    alloc, place = s.alloc[a], s.place[p]
    before, after = alloc[A_PREV], alloc[A_NEXT]
    if before == NONE:
        place[HEAD] = after
    else:
        s.alloc[before, A_NEXT] = after
    if after == NONE:
        place[TAIL] = before
    else:
        s.alloc[after, A_PREV] = before


@leaf
def _column(alloc: Any) -> int:
    return OVERHEAD if alloc[A_SUSPENDED] else KEPT + alloc[A_FATE]


@step
def _allocation(s: Observed, kind: int, a: int) -> None:
    alloc = s.alloc[a]
    p = alloc[A_PLACE]
    _integrate(s, p)
    place = s.place[p]
    if kind == ALLOC_BEGIN:
        place[HELD] += alloc[A_MILLI]
        _link(s, a, p)
    else:
        place[_column(alloc)] -= alloc[A_MILLI]
    if kind == SUSPEND:
        alloc[A_SUSPENDED] = 1
    if kind == ALLOC_END:
        place[HELD] -= alloc[A_MILLI]
        _unlink(s, a, p)
    else:
        place[_column(alloc)] += alloc[A_MILLI]
    _tell(s, p)


@step
def _of_place(s: Observed, kind: int, p: int, spell: int) -> None:
    _integrate(s, p)
    place = s.place[p]
    if kind == TERM_BEGIN:
        place[TERM] = 1
    elif kind == TERM_END:
        place[TERM] = 0
    elif kind == INSTALLED:
        place[HERE] = 1
    else:
        place[FAILED + spell] += 1 if kind == SPELL_BEGIN else -1
    _tell(s, p)


@step
def _of_all(s: Observed, kind: int) -> None:
    for p in range(s.place.shape[0]):
        _integrate(s, p)
    if kind == BIN:
        s.meta[BIN_AT] += 1
        return
    s.meta[REACHED] = 1 if kind == REACH_BEGIN else 0
    for p in range(s.place.shape[0]):
        _tell(s, p)


@leaf
def _waiting(s: Observed, w: int, change: int) -> None:
    """So many jobs of a class more or less; classes with waiting jobs stand in `active`, in no order that matters."""
    wait = s.wait[w]
    wait[W_COUNT] += change
    n = s.meta[WAITING]
    if wait[W_COUNT] > 0 and wait[W_SLOT] == NONE:
        wait[W_SLOT] = n
        s.active[n] = w
        s.meta[WAITING] = n + 1
    elif wait[W_COUNT] == 0 and wait[W_SLOT] != NONE:
        last = s.active[n - 1]
        s.active[wait[W_SLOT]] = last
        s.wait[last, W_SLOT] = wait[W_SLOT]
        wait[W_SLOT] = NONE
        s.meta[WAITING] = n - 1


@leaf
def _fits(s: Observed, q: int, nodes: int, each: int) -> bool:
    """Whether so many nodes of the pool have so many whole devices free."""
    found = 0
    for size in range(each, s.by_free.shape[1]):
        found += s.by_free[q, size]
    return found >= nodes


@step
def _explain_pool(s: Observed, q: int, asked: int, over: int) -> tuple[int, int]:
    """Split a pool's free devices by the demand that waits beside them; returns what is left of the fleet's demand."""
    free, pools = s.free[q], s.free.size
    fits, fragmented, too_small, capped = 0, 0, 0, 0
    for i in range(s.meta[WAITING]):
        wait = s.wait[s.active[i]]
        if wait[W_POOL] != pools and wait[W_POOL] != q:
            continue
        demand = wait[W_COUNT] * wait[W_MILLI]
        if wait[W_LIMITED]:
            capped += demand
        elif _fits(s, q, wait[W_NODES], wait[W_EACH]):
            fits += demand
        elif free >= wait[W_MILLI]:
            fragmented += demand
        else:
            too_small += demand
    held = min(free, min(fits, asked))
    split_fragmented = min(free - held, min(fragmented, asked - held))
    small = min(free - held - split_fragmented, min(too_small, asked - held - split_fragmented))
    explained = held + split_fragmented + small
    stopped = min(free - explained, min(capped, over))
    s.split[q, L_HELD] = held
    s.split[q, L_FRAGMENTED] = split_fragmented
    s.split[q, L_TOO_SMALL] = small
    s.split[q, L_CAPPED] = stopped
    s.split[q, L_INCOMPATIBLE] = 0
    s.split[q, L_NO_DEMAND] = free - explained - stopped
    return asked - explained, over - stopped


@step
def _explain(s: Observed) -> None:
    """The split of MEASURES.md §2 with what records know: demand nearest to running explains first, each waiting job once in the fleet."""
    pools, asked, over = s.free.size, 0, 0
    for i in range(s.meta[WAITING]):
        wait = s.wait[s.active[i]]
        if wait[W_LIMITED]:
            over += wait[W_COUNT] * wait[W_MILLI]
        else:
            asked += wait[W_COUNT] * wait[W_MILLI]
    for q in range(pools):
        asked, over = _explain_pool(s, q, asked, over)
    for q in range(pools if asked > 0 else 0):
        elsewhere = 0
        for i in range(s.meta[WAITING]):
            wait = s.wait[s.active[i]]
            if wait[W_LIMITED] == 0 and wait[W_POOL] != pools and wait[W_POOL] != q:
                elsewhere += wait[W_COUNT] * wait[W_MILLI]
        part = min(s.split[q, L_NO_DEMAND], min(elsewhere, asked))
        s.split[q, L_INCOMPATIBLE] = part
        s.split[q, L_NO_DEMAND] -= part
        asked -= part


@leaf
def _pass(s: Observed, at: int) -> None:
    """Time goes on: the split that stood is booked."""
    length = at - s.meta[NOW]
    for q in range(s.free.size if length > 0 else 0):
        row = s.meta[BIN_AT] * s.free.size + q
        for column in range(L_HELD, L_NO_DEMAND + 1):
            s.lines[row, column] += s.split[q, column] * length
    s.meta[NOW] = at


@entry
def sweep(s: Observed) -> None:
    """From the first to the last row of `what`, which begins and ends with the window."""
    n = s.what.shape[0]
    i = 0
    while i < n:
        at = s.what[i, 0]
        _pass(s, at)
        while i < n and s.what[i, 0] == at:
            kind, index = s.what[i, 1], s.what[i, 2]
            if kind in (ALLOC_BEGIN, ALLOC_END, SUSPEND):
                _allocation(s, kind, index)
            elif kind in (WAIT_BEGIN, WAIT_END):
                _waiting(s, index, s.what[i, 3] if kind == WAIT_BEGIN else -s.what[i, 3])
            elif kind in (BIN, REACH_BEGIN, REACH_END):
                _of_all(s, kind)
            else:
                _of_place(s, kind, index, s.what[i, 3])
            i += 1
        _explain(s)
    for p in range(s.place.shape[0]):
        _integrate(s, p)
