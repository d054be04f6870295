"""Conservative backfill: every waiting job has a promised start (POLICY.md §10).

One job at a time gives back its promise and takes the earliest place. Giving all of them back first and then promising
anew in order lets a job take the place of one that stands before it, and so breaks promises.
"""

from __future__ import annotations

from dure.jit import leaf, step
from dure.policy.admit import admits
from dure.policy.layout import MULTIFACTOR, NEVER, NONE
from dure.policy.line import line_up_again, look_from_the_front, place_in_line, promise
from dure.policy.place import has_room
from dure.policy.profile import change_profile, earliest, least_left, short_since
from dure.policy.seat import seat
from dure.policy.state import Log, State


@leaf
def _fit_of(s: State, slot: int) -> int:
    """The fit of a job on the only pool."""
    return s.klass[s.job[slot]["klass"]]["fit_at"]


@step
def _ready(s: State, at: int) -> bool:
    """Whether the job at a place of the line is admissible and feasible."""
    nodes = s.line_nodes[at]
    slot = s.line_job[at]
    fit = _fit_of(s, slot)
    return 0 < nodes <= s.fit[fit]["most"] and admits(s, s.job[slot]["project"], fit, s.line_s[at])


@leaf
def _take(s: State, at: int, time: int) -> None:
    """The job at a place of the line takes the place in the profile from `time` on."""
    change_profile(s, time, time + s.line_s[at], -s.line_nodes[at])


@leaf
def give_back(s: State, at: int, time: int) -> None:
    change_profile(s, time, time + s.line_s[at], s.line_nodes[at])


@step
def slide(s: State) -> None:
    """Promises that came due and were not kept begin now: what they take ends later by the time that passed."""
    meta = s.meta[0]
    now, before = meta["now"], meta["promise_at"]
    meta["promise_at"] = now
    if meta["promise_late"] == 0 and meta["promise_next"] >= now:
        return
    for at in range(meta["line_head"], meta["line_promised"]):
        time = s.line_promise[at]
        if time < now:
            seconds = s.line_s[at]
            change_profile(s, max(time, before) + seconds, now + seconds, -s.line_nodes[at])


@step
def _drop_stale(s: State) -> None:
    """Who is no longer admissible or feasible loses the promise."""
    meta = s.meta[0]
    for at in range(meta["line_head"], meta["line_promised"]):
        if s.line_promise[at] != NEVER and not _ready(s, at):
            give_back(s, at, max(s.line_promise[at], meta["now"]))
            promise(s, at, NEVER)
            meta["promise_stale"] = 1


@leaf
def _sooner(s: State, at: int, old: int) -> int:
    """The earliest place of a job whose place from `old` on is its own.

    A shortage just before that, if it began within the job's length from now, stands in the way of every start before.
    """
    nodes, seconds = s.line_nodes[at], s.line_s[at]
    now = s.meta[0]["now"]
    if old <= now or short_since(s, old - 1, nodes) < now + seconds:
        return old
    return earliest(s, nodes, seconds, old)


@leaf
def _bring_forward(s: State, at: int, old: int, time: int) -> None:
    """Take the place from `time` on instead of the one from `old` on; what both have in common is not touched."""
    nodes, seconds = s.line_nodes[at], s.line_s[at]
    change_profile(s, max(old, time + seconds), old + seconds, nodes)
    change_profile(s, time, min(old, time + seconds), -nodes)


@step
def _replan(s: State) -> None:
    """Each job in turn gives back its promise and takes the earliest place.

    As long as nothing is over-committed its old place is still there, and only what comes before it must be looked at.
    """
    meta = s.meta[0]
    sound = least_left(s) >= 0
    for at in range(meta["line_head"], meta["line_promised"]):
        old = max(s.line_promise[at], meta["now"])
        if old == NEVER or (sound and old == s.line_promise[at] == meta["now"]):
            continue
        if sound:
            time = _sooner(s, at, old)
            if time < old:
                _bring_forward(s, at, old, time)
        else:
            give_back(s, at, old)
            time = earliest(s, s.line_nodes[at], s.line_s[at], NEVER)
            _take(s, at, time)
            meta["promise_stale"] = 1
        if time != s.line_promise[at]:
            promise(s, at, time)
            meta["promise_next"] = min(meta["promise_next"], time)


@step
def _extend(s: State) -> None:
    """Each ready job without a promise, in key order and as far as `depth` allows, takes the earliest place."""
    meta = s.meta[0]
    depth = s.rules[0]["depth"]
    at = meta["line_seen"]
    while at < meta["line_tail"] and (depth == 0 or meta["line_ready"] < depth):
        if _ready(s, at):
            meta["line_ready"] += 1
            if s.line_promise[at] == NEVER:
                time = earliest(s, s.line_nodes[at], s.line_s[at], NEVER)
                _take(s, at, time)
                promise(s, at, time)
                meta["promise_next"] = min(meta["promise_next"], time)
                meta["line_promised"] = max(meta["line_promised"], at + 1)
        at += 1
    meta["line_seen"] = at


@step
def _keep_due(s: State, log: Log) -> int:
    """Start those whose promise has come, in key order, as far as they fit. Returns how many."""
    meta = s.meta[0]
    started = 0
    at = meta["line_head"]
    while at < meta["line_promised"]:
        if s.line_promise[at] > meta["now"] or not _starts(s, at):
            at += 1
            continue
        give_back(s, at, meta["now"])
        head, slot = meta["line_head"], s.line_job[at]
        seat(s, log, slot, _fit_of(s, slot), NONE)
        started += 1
        at += meta["line_head"] - head
    return started


@leaf
def _starts(s: State, at: int) -> bool:
    return has_room(s, _fit_of(s, s.line_job[at])) and _ready(s, at)


@step
def _refresh_next(s: State) -> None:
    """When the next promise comes due, and whether one is late."""
    meta = s.meta[0]
    now = meta["now"]
    least, late = NEVER, 0
    for at in range(meta["line_head"], meta["line_promised"]):
        if s.line_promise[at] > now:
            least = min(least, s.line_promise[at])
        else:
            late = 1
    meta["promise_next"] = least
    meta["promise_late"] = late
    meta["promise_stale"] = 0


@leaf
def _look_again(s: State) -> None:
    """What changed since the last instant: priorities, who is ready, what is planned."""
    meta = s.meta[0]
    if s.rules[0]["order"] == MULTIFACTOR and meta["line_tick"] != meta["tick_at"]:
        meta["line_tick"] = meta["tick_at"]
        line_up_again(s)
    slide(s)
    if meta["line_stale"]:
        meta["line_stale"] = 0
        _drop_stale(s)
        look_from_the_front(s)
    if meta["replan_due"] and meta["now"] - meta["replan_at"] >= s.rules[0]["replan"]:
        meta["replan_due"] = 0
        meta["replan_at"] = meta["now"]
        _replan(s)


@step
def keep_promises(s: State, log: Log) -> None:
    """`decide` with conservative backfill."""
    meta = s.meta[0]
    _look_again(s)
    started = 1
    while started > 0:
        _extend(s)
        started = 0
        if meta["promise_next"] <= meta["now"] or meta["promise_late"]:
            started = _keep_due(s, log)
            _refresh_next(s)
        if meta["line_stale"]:
            look_from_the_front(s)
    if meta["promise_stale"]:
        _refresh_next(s)


@step
def promise_as_before(s: State, slot: int, time: int) -> None:
    """A waiting job has had this promise: take its place in a profile made anew."""
    at = place_in_line(s, slot)
    _take(s, at, max(time, s.meta[0]["promise_at"]))
    promise(s, at, time)
    s.meta[0]["line_promised"] = s.meta[0]["line_tail"]
