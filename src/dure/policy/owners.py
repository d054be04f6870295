"""Step 0: owners first. Each dedicated pool is a small cluster of its owner: in order, hold, call back, backfill."""

from __future__ import annotations

from dure.jit import leaf, step
from dure.policy.admit import admits, duration
from dure.policy.backfill import look_again, reaches_by, shadow_on
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
def _fill_own(s: State, log: Log, slot: int, pool: int) -> None:
    """Backfill beside the owner's head on its pool."""
    prio, key = _turn(s, slot)
    while True:
        slot = owners_next(s, pool, prio, key)
        if slot == NONE:
            return
        prio, key = _turn(s, slot)
        fit = choose_pool(s, slot, pool, pool)
        if fit != NONE:
            seat(s, log, slot, fit, pool)


@leaf
def _hold_own(s: State, slot: int, pool: int, noticed: bool) -> None:
    """Hold the owner's pool for its head: with `hold: kept` the promise stands as long as it can be kept."""
    p, meta = s.pool[pool], s.meta[0]
    fit = fit_on(s, slot, pool)
    stands = not noticed and s.rules[0]["hold_kept"] != 0 and p["held_for"] == s.job[slot]["order"] and p["held_at"] >= meta["now"]
    if not stands or not reaches_by(s, fit, p["held_at"]):
        p["held_at"] = shadow_on(s, fit)
        p["held_for"] = s.job[slot]["order"]
    meta["shadow"] = p["held_at"]
    meta["extra"] = whole_nodes(s, pool) + released_by(s, pool, meta["shadow"]) - s.fit[fit]["nodes"]


@step
def _own_turn(s: State, log: Log, pool: int) -> None:
    """In order, call back, hold, backfill on one dedicated pool."""
    p = s.pool[pool]
    while True:
        slot = owners_next(s, pool, NEVER, NONE)
        p["owner_head"] = slot
        if slot == NONE:
            p["held_for"] = NONE
            return
        fit = choose_pool(s, slot, pool, NONE)
        if fit == NONE:
            break
        seat(s, log, slot, fit, NONE)
    noticed = call_back(s, log, slot, pool)
    if s.rules[0]["backfill"] != BACKFILL_NONE:
        _hold_own(s, slot, pool, noticed)
        _fill_own(s, log, slot, pool)


@leaf
def _changed(s: State, pool: int) -> bool:
    """Whether anything happened that the owner's turn depends on."""
    p, meta = s.pool[pool], s.meta[0]
    if p["dirty"] or meta["all_fresh"]:
        return True
    if s.rules[0]["hold_kept"] and p["held_for"] != NONE and p["held_at"] < meta["now"]:
        return True
    for i in range(meta["fresh"]):
        if s.list[s.fresh[i]]["project"] == p["owner"]:
            return True
    return False


@step
def owners_first(s: State, log: Log) -> None:
    """The turn of every owner, then whether each pool may be lent."""
    meta = s.meta[0]
    shadow, extra = meta["shadow"], meta["extra"]
    for pool in range(s.pool.size):
        if s.pool[pool]["owner"] != NONE and _changed(s, pool):
            _own_turn(s, log, pool)
    meta["shadow"], meta["extra"] = shadow, extra
    for pool in range(s.pool.size):
        p = s.pool[pool]
        if p["owner"] != NONE and _changed(s, pool):
            waits = 0 if owners_next(s, pool, NEVER, NONE) == NONE else 1
            if waits != p["owner_waits"]:
                p["owner_waits"] = waits
                look_again(s, pool)
