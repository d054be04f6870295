"""The numbered cycle of POLICY.md §5: owners, in order, hold, backfill, dates.

`decide` is a function of the State at this instant. Flags (dirty pools, fresh lists) only skip what could not start
anyway: with every flag set the answer is the same, which a test checks after every instant.
"""

from __future__ import annotations

import numpy as np

from dure.jit import leaf, step
from dure.policy import layout as L
from dure.policy.admit import admits, duration
from dure.policy.backfill import hold_for, lent_candidate, next_to_fill
from dure.policy.conservative import keep_promises
from dure.policy.layout import NEVER, NONE
from dure.policy.owners import owners_first
from dure.policy.place import choose_pool
from dure.policy.preempt import fit_on, make_room
from dure.policy.priority import tick_if_due
from dure.policy.recall import call_back
from dure.policy.reserve import give_dates, keep_dates, look_forward, reserved_candidate, settle_dates, spare_head
from dure.policy.seat import seat
from dure.policy.state import Log, State
from dure.policy.turn import first_in_turn, forget, head_job, refresh_limits
from dure.policy.withdraw import stop_withdrawn

_ZERO = np.uint64(0)


@leaf
def _forget_hold(s: State) -> None:
    """Nobody is blocked: nothing is held."""
    meta = s.meta[0]
    meta["head"] = NONE
    meta["blocking"] = NONE
    meta["hold_pool"] = NONE
    meta["shadow"] = NEVER
    meta["extra"] = 0


@leaf
def _clean(s: State) -> None:
    """Everything was looked at."""
    meta = s.meta[0]
    if meta["dirty_pools"] > 0:
        for word in range(s.dirty.size):
            s.dirty[word] = _ZERO
        meta["dirty_pools"] = 0
    for i in range(meta["fresh"]):
        s.list[s.fresh[i]]["fresh"] = 0
    meta["fresh"] = 0
    meta["all_fresh"] = 0
    meta["due"] = 0


@step
def _in_order(s: State, log: Log) -> int:
    """Place from the front until a job is blocked: the head, or NONE."""
    while True:
        ls = first_in_turn(s)
        slot = NONE if ls == NONE else head_job(s, ls)
        if s.meta[0]["dedicated"]:
            slot = lent_candidate(s, slot)
        if s.meta[0]["reserved"]:
            slot = reserved_candidate(s, slot, NONE, True)
        if slot == NONE:
            return NONE
        fit = choose_pool(s, slot, NONE, NONE)
        if fit == NONE or s.meta[0]["again"]:
            return slot
        seat(s, log, slot, fit, NONE)


@step
def _beside(s: State, log: Log) -> None:
    """Backfill beside the head."""
    held = s.meta[0]["hold_pool"]
    while True:
        slot = next_to_fill(s, held)
        if s.meta[0]["reserved"]:
            slot = reserved_candidate(s, slot, held, False)
        if slot == NONE or s.meta[0]["again"]:
            return
        seat(s, log, slot, choose_pool(s, slot, NONE, held), held)


@step
def _stands(s: State, slot: int, pool: int) -> bool:
    """Whether a head still waits and could still hold its pool."""
    if s.job[slot]["state"] != L.JOB_QUEUED:
        return False
    fit = fit_on(s, slot, pool)
    return admits(s, s.job[slot]["project"], fit, duration(s, fit, s.job[slot]["request"]))


@step
def _all_stand(s: State, slot: int) -> bool:
    """Whether every head is one still, after all that was placed."""
    meta = s.meta[0]
    if slot != NONE and meta["hold_pool"] != NONE and not _stands(s, slot, meta["hold_pool"]):
        return False
    if meta["dedicated"]:
        for pool in range(s.pool.size):
            p = s.pool[pool]
            if p["owner"] != NONE and p["owner_head"] != NONE and not _stands(s, p["owner_head"], pool):
                return False
    return True


@step
def _cycle(s: State, log: Log) -> bool:
    """Steps 0 to 4. False if a head is none any more, or what is kept until a date is no longer so, so that all must be done again."""
    meta = s.meta[0]
    meta["cycle"] += 1
    meta["stamp"] += 1
    # Before all: gangs with a date
    if meta["reserved"]:
        keep_dates(s, log)
    meta["again"] = 0
    # 0. Owners of dedicated pools
    if meta["dedicated"]:
        owners_first(s, log)
    # 1. In order
    slot = _in_order(s, log)
    if meta["again"]:
        return False
    # 2. Hold
    backfill = s.rules[0]["backfill"] != L.BACKFILL_NONE
    if slot == NONE:
        _forget_hold(s)
    else:
        if s.rules[0]["preempt"] and make_room(s, log, slot):
            meta["head"] = NONE  # what was promised is chosen again
        if backfill:
            hold_for(s, slot)
        else:
            meta["blocking"] = slot
    if meta["reserved"]:
        spare_head(s, slot)
    # 3. Backfill
    if meta["waiting"] > 0 and slot != NONE and backfill:
        _beside(s, log)
    if meta["again"] or not _all_stand(s, slot):
        return False
    # 4. Dates for large gangs
    if meta["reserved"]:
        settle_dates(s)
    if meta["waiting"] > 0 and s.rules[0]["reserve_ppm"]:
        give_dates(s, slot)
    return True


@step
def decide(s: State, log: Log) -> bool:
    """Place, hold, give notice. Returns False if the log has no room for all that it may have to say: take its rows and call again."""
    meta = s.meta[0]
    if log.rows.size - log.n[0] < s.rules[0]["row_room"]:
        meta["due"] = 1
        return False
    if s.rules[0]["forget"]:
        forget(s)
    tick_if_due(s)
    if meta["late_next"] <= meta["now"]:
        call_back(s, log)
    if meta["withdrawn"]:
        stop_withdrawn(s, log)
    if meta["limits_stale"]:
        refresh_limits(s)
    if s.rules[0]["backfill"] == L.BACKFILL_CONSERVATIVE:
        keep_promises(s, log)
    elif meta["waiting"] == 0 and meta["dedicated"] == 0:
        _forget_hold(s)
    else:
        while not _cycle(s, log):
            meta["all_fresh"] = 1
    if s.rules[0]["reserve_ppm"]:
        look_forward(s)
    _clean(s)
    return True
