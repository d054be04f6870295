"""The world of the twin: what `decide` must not see. True run times, failures, and the facts that follow from choices."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dure.jit import Group, leaf, step
from dure.policy import apply as door
from dure.policy import layout as L
from dure.policy.apply import write
from dure.policy.layout import NONE
from dure.policy.state import Log, State

Longs = NDArray[np.int64]

CURSOR = np.dtype(
    [
        ("job", "i8"),  # next job to submit
        ("supply", "i8"),  # next supply event
        ("heap", "i8"),  # entries in the heap
        ("first_submit", "i8"),
        ("last_end", "i8"),
        ("done", "i8"),  # jobs ended for good
        ("start_up", "i8"),  # seconds of overhead at the beginning of each attempt
        ("enforce", "i1"),  # jobs end at their time limit
    ]
)
SUPPLY = np.dtype([("at", "i8"), ("node", "i8"), ("nodes", "i8"), ("mode", "i8"), ("evict", "i8"), ("was", "i8")])


class World(Group):
    """The trace, the supply events, a heap of what will happen, and the truth about open jobs and attempts."""

    cursor: NDArray[np.void]
    submit: Longs
    klass: NDArray[np.int32]
    project: NDArray[np.int32]
    qos: NDArray[np.int8]
    request: Longs
    work: Longs  # seconds on the reference accelerator
    checkpoint: NDArray[np.int32]
    outcome: NDArray[np.int8]
    supply: NDArray[np.void]
    heap_key: Longs  # 2 · time, + 1 for starts: ends of a second come first
    heap_attempt: Longs
    heap_slot: NDArray[np.int32]
    job_work: Longs  # by job slot: work left
    end_at: Longs  # by attempt slot: when it will end as things stand
    end_how: NDArray[np.int8]
    late: Longs  # by attempt number, over and over: seconds by which the site starts it later than modelled
    absent: Longs  # the same: 0, or the site never gets it, and that is proved so many seconds after PLACED
    back: Longs  # the same: so many seconds after RECALLED the site has taken it back, unless it has started by then
    until: Longs  # by job: the second at which it ends by the clock, 0: by its work; empty where no job ends by the clock


_NEVER_LATE = np.zeros(1, np.int64)
_AT_ONCE = np.ones(1, np.int64)
_NOBODY = np.zeros(0, np.int64)


def new_world(
    state: State,
    columns: dict[str, Any],
    supply: NDArray[np.void],
    start_up: int = 0,
    enforce: bool = False,
    late: Longs = _NEVER_LATE,
    absent: Longs = _NEVER_LATE,
    back: Longs = _AT_ONCE,
) -> World:
    """A world at second 0. `columns`: the job columns named like World's, sorted by submission; `until` may be absent.

    `late`, `absent`, `back`: 2^n seconds each.
    """
    assert all(x.size & (x.size - 1) == 0 for x in (late, absent, back)), "draws by attempt number repeat after a power of two"
    cursor = np.zeros(1, CURSOR)
    cursor["start_up"], cursor["enforce"] = start_up, enforce
    cursor["first_submit"] = int(columns["submit"][0]) if len(columns["submit"]) else 0
    attempts = len(state.attempt)
    return World(
        cursor=cursor,
        **{name: np.ascontiguousarray(columns[name]) for name in World.names()[1:9]},
        supply=supply,
        heap_key=np.zeros(4 * attempts, np.int64),
        heap_attempt=np.zeros(4 * attempts, np.int64),
        heap_slot=np.zeros(4 * attempts, np.int32),
        job_work=np.zeros(len(state.job), np.int64),
        end_at=np.zeros(attempts, np.int64),
        end_how=np.zeros(attempts, np.int8),
        late=late,
        absent=absent,
        back=back,
        until=np.ascontiguousarray(columns.get("until", _NOBODY)),
    )


@leaf
def _sooner(w: World, a: int, b: int) -> bool:
    if w.heap_key[a] != w.heap_key[b]:
        return w.heap_key[a] < w.heap_key[b]
    return w.heap_attempt[a] < w.heap_attempt[b]


@leaf
def _swap(w: World, a: int, b: int) -> None:
    w.heap_key[a], w.heap_key[b] = w.heap_key[b], w.heap_key[a]
    w.heap_attempt[a], w.heap_attempt[b] = w.heap_attempt[b], w.heap_attempt[a]
    w.heap_slot[a], w.heap_slot[b] = w.heap_slot[b], w.heap_slot[a]


@step
def push(w: World, key: int, attempt: int, slot: int) -> None:
    at = w.cursor[0]["heap"]
    w.cursor[0]["heap"] = at + 1
    while at > 0:
        up = (at - 1) >> 1
        if key > w.heap_key[up] or (key == w.heap_key[up] and attempt > w.heap_attempt[up]):
            break
        w.heap_key[at], w.heap_attempt[at], w.heap_slot[at] = w.heap_key[up], w.heap_attempt[up], w.heap_slot[up]
        at = up
    w.heap_key[at], w.heap_attempt[at], w.heap_slot[at] = key, attempt, slot


@step
def pop(w: World) -> None:
    n = w.cursor[0]["heap"] - 1
    w.cursor[0]["heap"] = n
    key, attempt, slot = w.heap_key[n], w.heap_attempt[n], w.heap_slot[n]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= n:
            break
        if child + 1 < n and _sooner(w, child + 1, child):
            child += 1
        if key < w.heap_key[child] or (key == w.heap_key[child] and attempt < w.heap_attempt[child]):
            break
        w.heap_key[at], w.heap_attempt[at], w.heap_slot[at] = w.heap_key[child], w.heap_attempt[child], w.heap_slot[child]
        at = child
    w.heap_key[at], w.heap_attempt[at], w.heap_slot[at] = key, attempt, slot


@step
def drop_stale(s: State, w: World) -> None:
    """Take out of the heap what will not happen any more: ends and starts of attempts that were evicted or stopped before."""
    entries = w.cursor[0]["heap"]
    w.cursor[0]["heap"] = 0
    for i in range(entries):
        key, attempt, slot = w.heap_key[i], w.heap_attempt[i], w.heap_slot[i]
        if s.attempt[slot]["id"] != attempt or s.attempt[slot]["state"] == L.FREE:
            continue
        waits = s.attempt[slot]["state"] == L.PLACED or s.attempt[slot]["state"] == L.RECALLED
        if (key & 1 and waits) or w.end_at[slot] == key >> 1:
            push(w, key, attempt, slot)


@leaf
def begin(s: State, w: World, log: Log, a: int) -> None:
    """An attempt starts to run: when and how it will end is known to the world alone."""
    attempt = s.attempt[a]
    door.start(s, a)
    slot = attempt["job"]
    work = w.job_work[slot]
    how = w.outcome[s.job[slot]["id"]]
    if w.cursor[0]["enforce"] and work > s.job[slot]["request"]:
        work, how = s.job[slot]["request"], L.TIME_LIMIT
    now = s.meta[0]["now"]
    ends = now + w.cursor[0]["start_up"] + max(1, (work * L.PPM + attempt["rate"] - 1) // attempt["rate"])
    if w.until.size > 0 and w.until[s.job[slot]["id"]] > 0:
        ends = min(ends, max(now + 1, w.until[s.job[slot]["id"]]))
    w.end_at[a] = ends
    w.end_how[a] = how
    write(s, log, L.K_STARTED, s.job[slot]["id"], attempt["id"], attempt["pool"], NONE, attempt["milli"], 0, 0)
    push(w, 2 * w.end_at[a], attempt["id"], a)


@leaf
def give_back(s: State, w: World, a: int) -> None:
    """An attempt is asked back: it ends soon, unless it starts before; one that never came to its site ends when that is proved."""
    if w.end_how[a] == L.OUT_LOST:
        return
    number = s.attempt[a]["id"]
    w.end_at[a] = s.meta[0]["now"] + w.back[number & (w.back.size - 1)]
    w.end_how[a] = L.OUT_RECALLED
    push(w, 2 * w.end_at[a], number, a)


@leaf
def _kept(s: State, w: World, a: int, how: int) -> int:
    """Seconds of an attempt's work that need not be done again (POLICY.md §2)."""
    attempt = s.attempt[a]
    if attempt["started_at"] == NONE:
        return 0
    worked = max(0, s.meta[0]["now"] - attempt["started_at"] - w.cursor[0]["start_up"])
    if how == L.COMPLETED or how == L.CANCELED:
        return worked
    interval = s.job[attempt["job"]]["checkpoint"]
    return worked // interval * interval if interval > 0 else 0


@leaf
def finish(s: State, w: World, log: Log, a: int) -> None:
    """An attempt ends, for good or to wait again."""
    attempt = s.attempt[a]
    how = w.end_how[a]
    slot, job_id, attempt_id, pool, milli = attempt["job"], s.job[attempt["job"]]["id"], attempt["id"], attempt["pool"], attempt["milli"]
    kept = _kept(s, w, a, how)
    now = s.meta[0]["now"]
    if attempt["started_at"] != NONE:
        ran = now - attempt["started_at"]
        overhead = min(ran, w.cursor[0]["start_up"])
        lost = ran - overhead - kept
        if overhead > 0:
            write(s, log, L.K_LOST, job_id, attempt_id, pool, NONE, milli, overhead, L.LOST_OVERHEAD)
        if lost > 0:
            cause = L.LOST_JOB_ERROR if how == L.FAILED or how == L.TIME_LIMIT else L.LOST_REWORK
            write(s, log, L.K_LOST, job_id, attempt_id, pool, NONE, milli, lost, cause)
    write(s, log, L.K_ENDED, job_id, attempt_id, pool, NONE, milli, kept, how)
    if how > L.TIME_LIMIT:
        w.job_work[slot] = max(1, w.job_work[slot] - kept * attempt["rate"] // L.PPM)
    else:
        w.cursor[0]["done"] += 1
        w.cursor[0]["last_end"] = now
    door.end(s, a, how, kept, s.meta[0]["now"])


@step
def supply_event(s: State, w: World, log: Log, row: int) -> None:
    """Nodes enter a supply mode; with `evict`, the attempts on them end in this second, but those that never came there."""
    e = w.supply[row]
    now = s.meta[0]["now"]
    write(s, log, L.K_NODE, NONE, NONE, s.node[e["node"]]["pool"], e["node"], e["nodes"], e["evict"], e["mode"])
    s.meta[0]["due"] = 1
    for node in range(e["node"], e["node"] + e["nodes"]):
        door.set_mode(s, node, e["mode"])
        if not e["evict"]:
            continue
        part = s.node[node]["parts"]
        while part != NONE:
            a = s.part[part]["attempt"]
            if w.end_how[a] != L.OUT_LOST and (w.end_how[a] != L.OUT_EVICTED or w.end_at[a] != now):
                w.end_how[a] = L.OUT_EVICTED
                if w.end_at[a] != now:
                    w.end_at[a] = now
                    push(w, 2 * now, s.attempt[a]["id"], a)
            part = s.part[part]["node_next"]
