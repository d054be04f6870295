"""Step 0: owners first. Each dedicated pool is a small cluster of its owner: in order, hold, call back, backfill."""

from __future__ import annotations

from dure.jit import leaf, step
from dure.policy.admit import admits, duration, head_room
from dure.policy.backfill import admitted_limit, pool_limit, reaches_by, shadow_on
from dure.policy.floor import is_dirty, make_dirty, refresh_open, whole_nodes
from dure.policy.layout import BACKFILL_NONE, NEVER, NONE
from dure.policy.place import choose_pool
from dure.policy.preempt import call_back, fit_on
from dure.policy.queue import base_of, find_first, priority
from dure.policy.release import released_by
from dure.policy.seat import seat
from dure.policy.state import Log, State
from dure.policy.turn import before


@leaf
def _own_limit(s: State, ls: int, pool: int, held: int, starts: bool) -> int:
    """The longest request of a list that could hold its owner's pool (`starts`: that may start there now); NONE if none."""
    x = s.project[s.list[ls]["project"]]
    fit = s.fit_of[s.list[ls]["klass"], pool]
    if x["stopped"] or fit == NONE or s.fit[fit]["nodes"] > s.fit[fit]["most"]:
        return NONE
    limit = admitted_limit(s, ls, fit, head_room(s, s.list[ls]["project"]))
    return min(limit, pool_limit(s, fit, held, False)) if starts else limit


@step
def owners_next(s: State, pool: int, held: int, starts: bool) -> int:
    """The owner's first waiting job in turn that could hold its pool (`starts`: that may start there now); NONE if there is none."""
    best_prio, best_key, best = -NEVER, NEVER, NONE
    ls = s.project[s.pool[pool]["owner"]]["lists"]
    while ls != NONE:
        lst = s.list[ls]
        limit = _own_limit(s, ls, pool, held, starts) if lst["count"] > 0 else NONE
        at = find_first(s, ls, limit) if limit >= 0 else NONE
        if at != NONE:
            slot = s.queue_job[at]
            prio, key = priority(s, base_of(s, ls), s.job[slot]["submit"]), s.queue_key[at]
            if before(prio, key, best_prio, best_key):
                best_prio, best_key, best = prio, key, slot
        ls = lst["next"]
    return best


@step
def _fill_own(s: State, log: Log, pool: int) -> bool:
    """Backfill beside the owner's head on its pool. Returns whether anything was placed."""
    placed = False
    while True:
        slot = owners_next(s, pool, pool, True)
        if slot == NONE:
            return placed
        seat(s, log, slot, choose_pool(s, slot, pool, pool), pool)
        placed = True


@leaf
def _own_shadow(s: State, slot: int, pool: int) -> int:
    """When the owner's pool would take its head; with `hold: kept` as promised, as long as that can be kept."""
    p, fit = s.pool[pool], fit_on(s, slot, pool)
    promised = s.rules[0]["hold_kept"] and p["held_for"] == s.job[slot]["order"] and p["held_at"] >= s.meta[0]["now"]
    return p["held_at"] if promised and reaches_by(s, fit, p["held_at"]) else shadow_on(s, fit)


@leaf
def _own_extra(s: State, slot: int, pool: int, shadow: int) -> int:
    return whole_nodes(s, pool) + released_by(s, pool, shadow) - s.fit[fit_on(s, slot, pool)]["nodes"]


@leaf
def _still_may(s: State, slot: int, pool: int) -> bool:
    """Whether the head's project may still pay for it, after what its backfill took."""
    fit = fit_on(s, slot, pool)
    return admits(s, s.job[slot]["project"], fit, duration(s, fit, s.job[slot]["request"]))


@step
def _own_turn(s: State, log: Log, pool: int) -> None:
    """In order, call back, hold, backfill on one dedicated pool."""
    p, meta, again = s.pool[pool], s.meta[0], False
    while True:
        slot = owners_next(s, pool, NONE, False)
        p["owner_head"] = slot
        if slot == NONE:
            p["held_for"] = NONE
            return
        fit = choose_pool(s, slot, pool, NONE)
        if fit == NONE:
            break
        seat(s, log, slot, fit, NONE)
    while True:
        if again and not _still_may(s, slot, pool):
            return
        if call_back(s, log, slot, pool):
            p["held_for"] = NONE
        elif again:
            return
        if s.rules[0]["backfill"] == BACKFILL_NONE:
            return
        p["held_at"] = _own_shadow(s, slot, pool)
        p["held_for"] = s.job[slot]["order"]
        meta["shadow"] = p["held_at"]
        meta["extra"] = _own_extra(s, slot, pool, p["held_at"])
        again = _fill_own(s, log, pool)
        p["held_extra"] = meta["extra"]
        if not again:
            return


@step
def _hold_moved(s: State, pool: int) -> bool:
    """Whether the owner's head would be held for otherwise than at the last decide."""
    p, slot = s.pool[pool], s.pool[pool]["owner_head"]
    if slot == NONE or s.rules[0]["backfill"] == BACKFILL_NONE:
        return False
    shadow = _own_shadow(s, slot, pool)
    return shadow != p["held_at"] or _own_extra(s, slot, pool, shadow) != p["held_extra"]


@leaf
def _changed(s: State, pool: int) -> bool:
    """Whether anything happened that the owner's turn depends on."""
    p = s.pool[pool]
    return is_dirty(s, pool) or s.meta[0]["all_fresh"] != 0 or s.project[p["owner"]]["turns"] != p["owner_turns"]


@step
def owners_first(s: State, log: Log) -> None:
    """The turn of every owner, then whether each pool may be lent."""
    meta = s.meta[0]
    shadow, extra = meta["shadow"], meta["extra"]
    for pool in range(s.pool.size):
        if s.pool[pool]["owner"] != NONE and (_changed(s, pool) or _hold_moved(s, pool)):
            _own_turn(s, log, pool)
    meta["shadow"], meta["extra"] = shadow, extra
    for pool in range(s.pool.size):
        p = s.pool[pool]
        if p["owner"] != NONE and _changed(s, pool):
            p["owner_turns"] = s.project[p["owner"]]["turns"]
            waits = 0 if owners_next(s, pool, NONE, False) == NONE else 1
            if waits != p["owner_waits"]:
                p["owner_waits"] = waits
                refresh_open(s, pool)
                make_dirty(s, pool)
