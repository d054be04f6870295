"""The compiled slice of the twin: one instant after another until something is for Python to do."""

from __future__ import annotations

from dure.jit import entry, leaf, step
from dure.policy import apply as door
from dure.policy import layout as L
from dure.policy.apply import integrate, write
from dure.policy.decide import decide
from dure.policy.idle import split
from dure.policy.layout import NEVER, NONE
from dure.policy.state import Log, State
from dure.twin.world import World, begin, drop_stale, finish, give_back, pop, push, supply_event

REACHED, LOG_FULL, GROW = 0, 1, 2
_ROWS_AN_EVENT = 8


@leaf
def _next_time(s: State, w: World) -> int:
    """The second of the next event; NEVER if the world has nothing more to say."""
    c = w.cursor[0]
    time = NEVER
    if c["heap"] > 0:
        time = w.heap_key[0] >> 1
    if c["job"] < w.submit.size:
        time = min(time, w.submit[c["job"]])
    if c["supply"] < w.supply.size:
        time = min(time, w.supply[c["supply"]]["at"])
    if s.rules[0]["order"] == L.MULTIFACTOR:
        period, meta = s.rules[0]["period"], s.meta[0]
        due = meta["now"] // period * period
        if due != meta["now"] or meta["tick_at"] == due or meta["due"]:
            due += period
        time = min(time, due)
    if s.meta[0]["promise_next"] > s.meta[0]["now"] or s.meta[0]["due"] == 0:
        time = min(time, max(s.meta[0]["promise_next"], s.meta[0]["now"]))
    if s.meta[0]["late_next"] > s.meta[0]["now"] or s.meta[0]["due"] == 0:
        time = min(time, max(s.meta[0]["late_next"], s.meta[0]["now"]))
    return time


@leaf
def _needs_room(s: State, w: World) -> bool:
    """Whether the next submission might find a table full."""
    meta = s.meta[0]
    if meta["job_free"] < 2 or meta["lists"] + 2 >= s.list.size:
        return True
    return meta["queue_used"] + meta["region"] > s.queue_key.size


@step
def _submit_next(s: State, w: World, log: Log) -> None:
    c = w.cursor[0]
    j = c["job"]
    c["job"] = j + 1
    slot = door.submit(s, j, int(w.klass[j]), int(w.project[j]), int(w.qos[j]), w.request[j], int(w.checkpoint[j]), 0)
    w.job_work[slot] = w.work[j]
    write(s, log, L.K_SUBMITTED, j, NONE, NONE, NONE, s.klass[w.klass[j]]["devices"] * L.MILLI, w.request[j], 0)


@step
def _happen(s: State, w: World, log: Log) -> int:
    """Apply all events of this second in their order. Resumes where it stopped."""
    c, now = w.cursor[0], s.meta[0]["now"]
    room = log.rows.size - _ROWS_AN_EVENT
    while c["supply"] < w.supply.size and w.supply[c["supply"]]["at"] == now:
        if log.n[0] > room:
            return LOG_FULL
        supply_event(s, w, log, c["supply"])
        s.meta[0]["due"] = 1
        c["supply"] += 1
    while c["heap"] > 0 and (w.heap_key[0] >> 1) == now:
        if log.n[0] > room:
            return LOG_FULL
        starts, attempt, a = w.heap_key[0] & 1, w.heap_attempt[0], w.heap_slot[0]
        pop(w)
        if s.attempt[a]["id"] != attempt or s.attempt[a]["state"] == L.FREE:
            continue
        if starts:
            if s.attempt[a]["state"] == L.PLACED or s.attempt[a]["state"] == L.RECALLED:
                begin(s, w, log, a)
                if s.rules[0]["backfill"] == L.BACKFILL_CONSERVATIVE:
                    s.meta[0]["due"] = 1  # it may be time to plan anew, though nothing came free
        elif w.end_at[a] == now:
            finish(s, w, log, a)
    while c["job"] < w.submit.size and w.submit[c["job"]] == now:
        if log.n[0] > room:
            return LOG_FULL
        if _needs_room(s, w):
            return GROW
        _submit_next(s, w, log)
    if s.rules[0]["order"] == L.MULTIFACTOR and now % s.rules[0]["period"] == 0:
        s.meta[0]["due"] = 1
    if s.meta[0]["promise_next"] == now or s.meta[0]["late_next"] == now:
        s.meta[0]["due"] = 1
    return REACHED


@step
def _answer(s: State, w: World, log: Log) -> None:
    """The world answers the choices of this instant: starts, now or after the site's delay, and deadlines."""
    meta = s.meta[0]
    if w.cursor[0]["heap"] > w.heap_key.size >> 1:
        drop_stale(s, w)
    for i in range(meta["out"]):
        a = s.out[i]
        attempt = s.attempt[a]
        w.end_how[a] = w.outcome[s.job[attempt["job"]]["id"]]
        w.end_at[a] = NEVER
        delay = s.pool[attempt["pool"]]["delay"] + w.late[attempt["id"] & (w.late.size - 1)]
        absent = w.absent[attempt["id"] & (w.absent.size - 1)]
        if absent > 0:
            w.end_at[a] = meta["now"] + absent
            w.end_how[a] = L.OUT_LOST
            push(w, 2 * w.end_at[a], attempt["id"], a)
        elif delay == 0:
            begin(s, w, log, a)
        else:
            push(w, 2 * (meta["now"] + delay) + 1, attempt["id"], a)
    meta["out"] = 0
    for i in range(meta["stop"]):
        a = s.stop[i]
        deadline = s.attempt[a]["deadline"]
        if s.attempt[a]["state"] == L.RECALLED:
            give_back(s, w, a)
        elif deadline < w.end_at[a]:
            w.end_at[a] = deadline
            w.end_how[a] = L.OUT_PREEMPTED
            push(w, 2 * deadline, s.attempt[a]["id"], a)
    meta["stop"] = 0


@entry
def advance(s: State, w: World, log: Log, until: int) -> int:
    """Let the world run up to, not including, second `until`.

    Returns REACHED (counts are integrated up to `until`), LOG_FULL or GROW: mend that and call again.
    """
    meta = s.meta[0]
    while True:
        time = _next_time(s, w)
        if meta["due"] and (time > meta["now"] or time >= until):
            if not decide(s, log):
                return LOG_FULL
            _answer(s, w, log)
            if meta["split_stale"]:
                split(s)
            continue
        if time >= until:
            meta["now"] = until
            for pool in range(s.pool.size):
                integrate(s, pool)
            return REACHED
        meta["now"] = time
        if w.cursor[0]["heap"] > w.heap_key.size >> 1:
            drop_stale(s, w)
        outcome = _happen(s, w, log)
        if outcome != REACHED:
            return outcome
