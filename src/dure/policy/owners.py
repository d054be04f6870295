"""Step 0: owners first. Each dedicated pool is a small cluster of its owner: in order, hold, call back, backfill."""

from __future__ import annotations

from dure.jit import leaf, step
from dure.policy.admit import admits, duration
from dure.policy.backfill import best_hold, look_again
from dure.policy.floor import whole_nodes
from dure.policy.layout import BACKFILL_NONE, NEVER, NONE
from dure.policy.place import choose_pool
from dure.policy.preempt import call_back, fit_on
from dure.policy.queue import priority
from dure.policy.release import released_by
from dure.policy.seat import seat
from dure.policy.state import Log, State
from dure.policy.turn import before


@leaf
def _waits_here(s: State, slot: int, pool: int) -> bool:
    """Whether a waiting job is admissible and feasible on a pool."""
    fit = fit_on(s, slot, pool)
    if fit == NONE or s.fit[fit]["nodes"] > s.fit[fit]["most"]:
        return False
    return admits(s, s.job[slot]["project"], fit, duration(s, fit, s.job[slot]["request"]))


@step
def owners_next(s: State, pool: int, after_prio: int, after_key: int) -> int:
    """The owner's next waiting job in turn after (prio, key) that is admissible and feasible on its pool; NONE if there is none."""
    best_prio, best_key, best = -NEVER, NEVER, NONE
    ls = s.project[s.pool[pool]["owner"]]["lists"]
    while ls != NONE:
        lst = s.list[ls]
        if lst["count"] > 0:
            for at in range(lst["at"] + lst["head"], lst["at"] + lst["tail"]):
                if s.queue_request[at] == NEVER:
                    continue
                slot = s.queue_job[at]
                prio, key = priority(s, lst["base"], s.job[slot]["submit"]), s.queue_key[at]
                if not before(after_prio, after_key, prio, key) or not before(prio, key, best_prio, best_key):
                    continue
                if _waits_here(s, slot, pool):
                    best_prio, best_key, best = prio, key, slot
        ls = lst["next"]
    return best


@leaf
def _turn(s: State, slot: int) -> tuple[int, int]:
    job = s.job[slot]
    return priority(s, s.list[job["list"]]["base"], job["submit"]), s.queue_key[job["at"]]


@step
def _fill_own(s: State, log: Log, slot: int, pool: int, room: int) -> bool:
    """Backfill beside the owner's head on its pool; False if the log filled up."""
    prio, key = _turn(s, slot)
    while True:
        slot = owners_next(s, pool, prio, key)
        if slot == NONE:
            return True
        if log.n[0] > room:
            return False
        prio, key = _turn(s, slot)
        fit = choose_pool(s, slot, pool, pool)
        if fit != NONE:
            seat(s, log, slot, fit, pool)


@step
def _own_turn(s: State, log: Log, pool: int, room: int) -> bool:
    """In order, call back, hold, backfill on one dedicated pool; False if the log filled up."""
    p, meta = s.pool[pool], s.meta[0]
    p["owner_head"] = NONE
    while True:
        slot = owners_next(s, pool, NEVER, NONE)
        if slot == NONE:
            return True
        fit = choose_pool(s, slot, pool, NONE)
        if fit == NONE:
            break
        if log.n[0] > room:
            return False
        seat(s, log, slot, fit, NONE)
    p["owner_head"] = s.job[slot]["order"]
    if log.n[0] > room:
        return False
    call_back(s, log, slot, pool)
    if s.rules[0]["backfill"] == BACKFILL_NONE:
        return True
    fit = best_hold(s, slot, pool)
    meta["extra"] = whole_nodes(s, pool) + released_by(s, pool, meta["shadow"]) - s.fit[fit]["nodes"]
    return _fill_own(s, log, slot, pool, room)


@leaf
def _changed(s: State, pool: int) -> bool:
    """Whether anything happened that the owner's turn depends on."""
    meta, owner = s.meta[0], s.pool[pool]["owner"]
    if s.pool[pool]["dirty"] or meta["all_fresh"]:
        return True
    for i in range(meta["fresh"]):
        if s.list[s.fresh[i]]["project"] == owner:
            return True
    return False


@step
def owners_first(s: State, log: Log) -> bool:
    """The turn of every owner, then whether each pool may be lent. False if the log filled up."""
    meta = s.meta[0]
    room = log.rows.size - s.rules[0]["row_room"]
    shadow, extra = meta["shadow"], meta["extra"]
    done = True
    for pool in range(s.pool.size):
        if done and s.pool[pool]["owner"] != NONE and _changed(s, pool):
            done = _own_turn(s, log, pool, room)
    meta["shadow"], meta["extra"] = shadow, extra
    if not done:
        return False
    for pool in range(s.pool.size):
        p = s.pool[pool]
        if p["owner"] != NONE and _changed(s, pool):
            waits = 0 if owners_next(s, pool, NEVER, NONE) == NONE else 1
            if waits != p["owner_waits"]:
                p["owner_waits"] = waits
                look_again(s, pool)
    return True
