"""A job that its user wants no more, or not now."""

from __future__ import annotations

from dure.jit import leaf, step
from dure.policy import layout as L
from dure.policy.apply import close_job, preempt, soil
from dure.policy.conservative import give_back, slide
from dure.policy.layout import NEVER, NONE
from dure.policy.line import place_in_line
from dure.policy.state import Log, State
from dure.policy.turn import dequeue, forget, rejoin


@step
def withdraw(s: State, slot: int) -> bool:
    """One that waits is over, and whatever it held up is looked at again. Returns whether it is over.

    One that runs gets notice at the next decide; however its attempt ends, it does not come back.
    """
    meta, job = s.meta[0], s.job[slot]
    if job["state"] == L.JOB_ACTIVE:
        job["withdrawn"] = 1
        meta["withdrawn"] += 1
        return False
    if job["state"] == L.JOB_QUEUED:
        _leave(s, slot)
    close_job(s, slot)
    meta["split_stale"] = 1
    return True


@step
def hold_back(s: State, slot: int) -> None:
    """One that waits waits outside of the queue. One that runs gets notice at the next decide, and then does so too."""
    meta, job = s.meta[0], s.job[slot]
    if job["deps"] & L.HELD_BACK:
        return
    job["deps"] |= L.HELD_BACK
    if job["state"] == L.JOB_ACTIVE:
        meta["withdrawn"] += 1
    elif job["state"] == L.JOB_QUEUED:
        _leave(s, slot)
        job["state"] = L.JOB_NEW
        meta["split_stale"] = 1


@step
def _leave(s: State, slot: int) -> None:
    """Out of the queue; whatever it held up is looked at again."""
    meta, job = s.meta[0], s.job[slot]
    if job["at"] == NONE:
        rejoin(s, slot)
    if s.rules[0]["backfill"] == L.BACKFILL_CONSERVATIVE:
        _leave_profile(s, slot)
    dequeue(s, slot)
    forget(s)
    meta["replan_due"] = 1
    for pool in range(s.pool.size):
        soil(s, pool)


@leaf
def _next_withdrawn(s: State, last: int) -> int:
    """The attempt of a job that is not wanted (now), without notice, that was placed next after number `last`; NONE if there is none."""
    first = NONE
    for a in range(s.attempt.size):
        attempt = s.attempt[a]
        if attempt["state"] == L.FREE or attempt["state"] == L.STOPPING:
            continue
        if not (s.job[attempt["job"]]["withdrawn"] or s.job[attempt["job"]]["deps"] & L.HELD_BACK):
            continue
        if attempt["id"] > last and (first == NONE or attempt["id"] < s.attempt[first]["id"]):
            first = a
    return first


@step
def stop_withdrawn(s: State, log: Log) -> None:
    """Notice to every running attempt of a job that is not wanted (now), in the order of placement; the others when they run."""
    a = _next_withdrawn(s, NONE)
    while a != NONE:
        number = s.attempt[a]["id"]
        if s.attempt[a]["state"] == L.RUNNING:
            preempt(s, log, a, L.CANCEL_NOTICE_S if s.job[s.attempt[a]["job"]]["withdrawn"] else L.PAUSE_NOTICE_S)
        a = _next_withdrawn(s, number)
    count_withdrawn(s)


@step
def count_withdrawn(s: State) -> None:
    """How many still have to be given notice when they run."""
    s.meta[0]["withdrawn"] = 0
    a = _next_withdrawn(s, NONE)
    while a != NONE:
        s.meta[0]["withdrawn"] += 1
        a = _next_withdrawn(s, s.attempt[a]["id"])


@step
def _leave_profile(s: State, slot: int) -> None:
    """What the job was promised is free for others."""
    meta = s.meta[0]
    slide(s)
    at = place_in_line(s, slot)
    if s.line_promise[at] != NEVER:
        give_back(s, at, max(s.line_promise[at], meta["now"]))
        meta["promise_stale"] = 1
    meta["line_stale"] = 1
