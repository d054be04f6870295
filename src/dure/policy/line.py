"""All waiting jobs in one line, in key order, with what each was promised: conservative backfill looks at them one by one.

The line is a stretch of its arrays, [head, tail); a job that leaves lets the shorter side move up. It is derived from the
jobs, whose promises are not; without conservative backfill it is empty.
"""

from __future__ import annotations

from dure.jit import leaf, step
from dure.policy.admit import duration
from dure.policy.layout import NEVER
from dure.policy.queue import base_of, job_key, priority
from dure.policy.state import State


@leaf
def _turn_of(s: State, slot: int) -> int:
    """Priority of a job as of the last tick."""
    job = s.job[slot]
    return priority(s, base_of(s, job["list"]), job["submit"])


@leaf
def _ahead(s: State, a: int, prio: int, slot: int) -> bool:
    """Whether the job at place `a` comes before one with this priority."""
    return s.line_prio[a] > prio or (s.line_prio[a] == prio and job_key(s, s.line_job[a]) < job_key(s, slot))


@step
def place_in_line(s: State, slot: int) -> int:
    """Where a job stands or would stand."""
    prio = _turn_of(s, slot)
    low, high = s.meta[0]["line_head"], s.meta[0]["line_tail"]
    while low < high:
        middle = (low + high) >> 1
        if _ahead(s, middle, prio, slot):
            low = middle + 1
        else:
            high = middle
    return low


@leaf
def _copy(s: State, source: int, to: int) -> None:
    s.line_job[to] = s.line_job[source]
    s.line_prio[to] = s.line_prio[source]
    s.line_nodes[to] = s.line_nodes[source]
    s.line_s[to] = s.line_s[source]
    s.line_promise[to] = s.line_promise[source]


@leaf
def _ask(s: State, at: int) -> None:
    """What the job at this place asks of the only pool; nothing if it is not eligible there."""
    job = s.job[s.line_job[at]]
    k = s.klass[job["klass"]]
    s.line_nodes[at] = 0
    s.line_s[at] = 0
    if k["fit_n"] > 0:
        s.line_nodes[at] = s.fit[k["fit_at"]]["nodes"]
        s.line_s[at] = duration(s, k["fit_at"], job["request"])


@leaf
def promise(s: State, at: int, time: int) -> None:
    """The job at this place is promised to start by `time`; NEVER takes its promise away."""
    s.line_promise[at] = time
    s.job[s.line_job[at]]["promise"] = time


@step
def _close_up(s: State) -> None:
    """Move the whole line to the front of its arrays."""
    meta = s.meta[0]
    passed = meta["line_head"]
    for i in range(passed, meta["line_tail"]):
        _copy(s, i, i - passed)
    meta["line_head"] = 0
    meta["line_tail"] -= passed
    meta["line_promised"] -= passed
    meta["line_seen"] -= passed


@step
def line_up(s: State, slot: int) -> None:
    """A job starts to wait, without a promise."""
    meta = s.meta[0]
    if meta["line_tail"] == s.line_job.size:
        _close_up(s)
    at = place_in_line(s, slot)
    for i in range(meta["line_tail"], at, -1):
        _copy(s, i - 1, i)
    s.line_job[at] = slot
    s.line_prio[at] = _turn_of(s, slot)
    _ask(s, at)
    promise(s, at, NEVER)
    meta["line_tail"] += 1
    if at < meta["line_promised"]:
        meta["line_promised"] += 1
    if at < meta["line_seen"]:
        look_from_the_front(s)


@step
def leave_line(s: State, slot: int) -> None:
    """A job waits no longer."""
    meta = s.meta[0]
    at = place_in_line(s, slot)
    promise(s, at, NEVER)
    if at < meta["line_seen"]:
        meta["line_ready"] -= 1
    if at - meta["line_head"] < meta["line_tail"] - at:
        for i in range(at, meta["line_head"], -1):
            _copy(s, i - 1, i)
        meta["line_head"] += 1
        if at >= meta["line_seen"]:
            meta["line_seen"] += 1
        if at >= meta["line_promised"]:
            meta["line_promised"] += 1
        return
    meta["line_tail"] -= 1
    for i in range(at, meta["line_tail"]):
        _copy(s, i + 1, i)
    if at < meta["line_seen"]:
        meta["line_seen"] -= 1
    if at < meta["line_promised"]:
        meta["line_promised"] -= 1


@leaf
def look_from_the_front(s: State) -> None:
    """Who gets a promise is asked of everybody again."""
    s.meta[0]["line_seen"] = s.meta[0]["line_head"]
    s.meta[0]["line_ready"] = 0


@leaf
def _swap(s: State, a: int, b: int) -> None:
    s.line_job[a], s.line_job[b] = s.line_job[b], s.line_job[a]
    s.line_prio[a], s.line_prio[b] = s.line_prio[b], s.line_prio[a]
    s.line_nodes[a], s.line_nodes[b] = s.line_nodes[b], s.line_nodes[a]
    s.line_s[a], s.line_s[b] = s.line_s[b], s.line_s[a]
    s.line_promise[a], s.line_promise[b] = s.line_promise[b], s.line_promise[a]


@step
def _sink(s: State, base: int, at: int, count: int) -> None:
    """Let a job sink below those that come after it in the heap [base, base + count), last in turn on top."""
    while True:
        child = 2 * at + 1
        if child >= count:
            return
        if child + 1 < count and _ahead(s, base + child, s.line_prio[base + child + 1], s.line_job[base + child + 1]):
            child += 1
        if not _ahead(s, base + at, s.line_prio[base + child], s.line_job[base + child]):
            return
        _swap(s, base + at, base + child)
        at = child


@step
def line_up_again(s: State) -> None:
    """Priorities were made anew: put the line in their order (in place, by heap)."""
    meta = s.meta[0]
    base, count = meta["line_head"], meta["line_tail"] - meta["line_head"]
    for i in range(base, base + count):
        s.line_prio[i] = _turn_of(s, s.line_job[i])
    for at in range(count // 2 - 1, -1, -1):
        _sink(s, base, at, count)
    for last in range(count - 1, 0, -1):
        _swap(s, base, base + last)
        _sink(s, base, 0, last)
    meta["line_promised"] = meta["line_tail"]
    look_from_the_front(s)
