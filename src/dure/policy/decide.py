"""The numbered cycle of POLICY.md §5: owners, in order, hold, backfill.

`decide` is a function of the State at this instant. Flags (dirty pools, fresh lists) only skip what could not start
anyway: with every flag set the answer is the same, which a test checks after every instant.
"""

from __future__ import annotations

from dure.jit import leaf, step
from dure.policy import layout as L
from dure.policy.backfill import hold_for, lent_candidate, next_to_fill
from dure.policy.layout import NEVER, NONE
from dure.policy.owners import owners_first
from dure.policy.place import choose_pool
from dure.policy.preempt import make_room
from dure.policy.priority import tick_if_due
from dure.policy.seat import seat
from dure.policy.state import Log, State
from dure.policy.turn import first_in_turn, head_job, refresh_limits

DONE, AGAIN, LOG_FULL = 0, 1, 2


@leaf
def _forget_hold(s: State) -> None:
    """Nobody is blocked: nothing is held."""
    meta = s.meta[0]
    meta["head"] = NONE
    meta["hold_pool"] = NONE
    meta["shadow"] = NEVER
    meta["extra"] = 0


@leaf
def _clean(s: State) -> None:
    """Everything was looked at."""
    meta = s.meta[0]
    if meta["dirty_pools"] > 0:
        for pool in range(s.pool.size):
            s.pool[pool]["dirty"] = 0
        meta["dirty_pools"] = 0
    for i in range(meta["fresh"]):
        s.list[s.fresh[i]]["fresh"] = 0
    meta["fresh"] = 0
    meta["all_fresh"] = 0
    meta["due"] = 0


@leaf
def _heads_a_dedicated_pool(s: State, slot: int) -> bool:
    if s.meta[0]["dedicated"] == 0:
        return False
    for pool in range(s.pool.size):
        if s.pool[pool]["owner"] != NONE and s.pool[pool]["owner_head"] == s.job[slot]["order"]:
            return True
    return False


@leaf
def _take(s: State, log: Log, slot: int, fit: int, held: int) -> int:
    """Seat a job; AGAIN if it was blocked on its own pool, for then its owner has another turn."""
    again = _heads_a_dedicated_pool(s, slot)
    if again:
        s.meta[0]["all_fresh"] = 1
    seat(s, log, slot, fit, held)
    return AGAIN if again else DONE


@step
def _in_order(s: State, log: Log, room: int) -> tuple[int, int]:
    """Place from the front until a job is blocked. Returns (outcome, the head's slot or NONE)."""
    while True:
        ls = first_in_turn(s)
        slot = NONE if ls == NONE else head_job(s, ls)
        if s.meta[0]["dedicated"]:
            slot = lent_candidate(s, slot)
        if slot == NONE:
            return DONE, NONE
        fit = choose_pool(s, slot, NONE, NONE)
        if fit == NONE:
            return DONE, slot
        if log.n[0] > room:
            return LOG_FULL, NONE
        outcome = _take(s, log, slot, fit, NONE)
        if outcome != DONE:
            return outcome, NONE


@step
def _beside(s: State, log: Log, room: int) -> int:
    """Backfill beside the head."""
    held = s.meta[0]["hold_pool"]
    while True:
        slot = next_to_fill(s, held)
        if slot == NONE:
            return DONE
        if log.n[0] > room:
            return LOG_FULL
        outcome = _take(s, log, slot, choose_pool(s, slot, NONE, held), held)
        if outcome != DONE:
            return outcome


@step
def _cycle(s: State, log: Log) -> int:
    meta = s.meta[0]
    meta["cycle"] += 1
    room = log.rows.size - s.rules[0]["row_room"]
    # 0. Owners of dedicated pools
    if meta["dedicated"] and not owners_first(s, log):
        return LOG_FULL
    # 1. In order
    outcome, slot = _in_order(s, log, room)
    if outcome != DONE:
        return outcome
    # 2. Hold
    backfill = s.rules[0]["backfill"] != L.BACKFILL_NONE
    if slot == NONE:
        _forget_hold(s)
    else:
        if s.rules[0]["preempt"] and log.n[0] <= room:
            make_room(s, log, slot)
        if backfill:
            hold_for(s, slot)
    # 3. Backfill
    if meta["waiting"] > 0 and (backfill or slot == NONE):
        return _beside(s, log, room)
    return DONE


@step
def decide(s: State, log: Log) -> bool:
    """Place, hold, give notice. Returns False if the log filled up: take its rows and call again at the same instant."""
    tick_if_due(s)
    if s.meta[0]["limits_stale"]:
        refresh_limits(s)
    outcome = AGAIN
    while outcome == AGAIN:
        outcome = _cycle(s, log)
    if outcome == LOG_FULL:
        s.meta[0]["due"] = 1
        return False
    _clean(s)
    return True
