"""EASY backfill: what is held for the head, and who may start without delaying it."""

from __future__ import annotations

import numpy as np

from dure.jit import leaf, lowest_bit, step
from dure.policy.admit import admits, could_hold, duration, head_room, longest_request, over_ceiling
from dure.policy.floor import has_moved, make_dirty, pools_for, whole_nodes
from dure.policy.layout import BACKFILL_NONE, DOMAIN_REQUIRE, NEVER, NONE
from dure.policy.place import choose_pool, has_room, is_kept, of_these, spares
from dure.policy.queue import base_of, find_first, priority
from dure.policy.release import released_by, shadow_of
from dure.policy.require import shadow_required
from dure.policy.state import State
from dure.policy.turn import before

_ZERO = np.uint64(0)
_ONE = np.uint64(1)


@step
def shadow_on(s: State, fit: int) -> int:
    """When the pool of this fit would have the head's nodes by the estimates; NEVER if not at all."""
    f = s.fit[fit]
    if f["nodes"] > 1 and s.klass[f["klass"]]["domain"] == DOMAIN_REQUIRE:
        return shadow_required(s, fit)
    return shadow_of(s, f["pool"], f["nodes"], whole_nodes(s, f["pool"]))


@leaf
def reaches_by(s: State, fit: int, time: int) -> bool:
    """Whether the pool of this fit would have the head's nodes by `time` by the estimates."""
    return shadow_on(s, fit) <= time


@step
def know_head(s: State, slot: int) -> None:
    """Forget the shadows of pools that moved since they were found; all of them, if they are another head's."""
    meta, k = s.meta[0], s.klass[s.job[slot]["klass"]]
    same = meta["shadows_of"] == s.job[slot]["order"]
    meta["shadows_of"] = s.job[slot]["order"]
    for i in range(k["fit_at"], k["fit_at"] + k["fit_n"]):
        if not same or has_moved(s, s.fit[i]["pool"]):
            s.fit[i]["known"] = 0
    for word in range(s.moved.size):
        s.moved[word] = _ZERO


@leaf
def shadow_again(s: State, fit: int) -> int:
    """The shadow of a head on a fit; what was found for the same head stands while nothing changes in the pool."""
    f = s.fit[fit]
    if f["known"] == 0:
        f["shadow"] = shadow_on(s, fit)
        f["known"] = 1 if f["shadow"] != s.meta[0]["now"] else 0
    return f["shadow"]


@leaf
def stands_beside(s: State, slot: int, fit: int, finish: int) -> bool:
    """Whether a head may hold a pool that has a dated reservation: it ends by the date, or its nodes can be spared."""
    pool = s.fit[fit]["pool"]
    if not is_kept(s, pool, s.job[slot]["order"], s.job[slot]["qos"]):
        return True
    return finish <= s.pool[pool]["kept_at"] or s.fit[fit]["nodes"] <= s.pool[pool]["kept_extra"]


@step
def best_hold(s: State, slot: int) -> int:
    """The fit on which a blocked head would finish first; its shadow goes to `meta`. NONE if it could hold no pool."""
    meta = s.meta[0]
    job = s.job[slot]
    k = s.klass[job["klass"]]
    best, best_finish = NONE, NEVER
    know_head(s, slot)
    meta["shadow"] = NEVER
    for i in range(k["fit_at"], k["fit_at"] + k["fit_n"]):
        if not could_hold(s, i):
            continue
        seconds = duration(s, i, job["request"])
        if meta["now"] + seconds >= best_finish or not admits(s, job["project"], i, seconds):
            continue
        shadow = shadow_again(s, i)
        if shadow == NEVER:
            continue
        finish = max(shadow, meta["now"]) + seconds
        if finish < best_finish and stands_beside(s, slot, i, finish):
            best, best_finish = i, finish
            meta["shadow"] = shadow
    return best


@leaf
def _kept(s: State, slot: int) -> bool:
    """With `hold: kept`, whether the promise made to this head still stands; `extra` is then computed anew."""
    meta = s.meta[0]
    job = s.job[slot]
    if s.rules[0]["hold_kept"] == 0 or meta["head"] != job["order"] or meta["hold_pool"] == NONE or meta["shadow"] < meta["now"]:
        return False
    pool = meta["hold_pool"]
    fit = s.fit_of[job["klass"], pool]
    if fit == NONE or not could_hold(s, fit) or not admits(s, job["project"], fit, duration(s, fit, job["request"])):
        return False
    if not reaches_by(s, fit, meta["shadow"]):
        return False
    if not stands_beside(s, slot, fit, meta["shadow"] + duration(s, fit, job["request"])):
        return False
    extra = whole_nodes(s, pool) + released_by(s, pool, meta["shadow"]) - s.fit[fit]["nodes"]
    if extra != meta["extra"]:
        _look_again(s, pool)
    meta["extra"] = extra
    return True


@step
def hold_for(s: State, slot: int) -> None:
    """Hold a pool for the head of the queue. A hold that differs from the last one changes what may start."""
    if _kept(s, slot):
        return
    meta = s.meta[0]
    head, pool_before, shadow, extra_before = meta["head"], meta["hold_pool"], meta["shadow"], meta["extra"]
    fit = best_hold(s, slot)
    pool, extra = NONE, 0
    if fit != NONE:
        pool = s.fit[fit]["pool"]
        extra = whole_nodes(s, pool) + released_by(s, pool, meta["shadow"]) - s.fit[fit]["nodes"]
    if head != s.job[slot]["order"] or pool_before != pool or shadow != meta["shadow"] or extra_before != extra:
        _look_again(s, pool_before)
        _look_again(s, pool)
    meta["head"] = s.job[slot]["order"]
    meta["hold_pool"] = pool
    meta["extra"] = extra


@leaf
def _look_again(s: State, pool: int) -> None:
    if pool != NONE:
        make_dirty(s, pool)


@leaf
def pool_limit(s: State, fit: int, held: int, bound: bool) -> int:
    """The longest request of a class that may start on one pool now; NONE if none. `bound`: to spare a dated reservation."""
    if not has_room(s, fit):
        return NONE
    meta, pool = s.meta[0], s.fit[fit]["pool"]
    if bound and meta["reserved"] and s.pool[pool]["kept_for"] != NONE:
        return _limit_beside(s, fit, held)
    if pool != held or spares(s, fit, meta["shadow"], meta["extra"]):
        return NEVER
    return longest_request(s, fit, meta["shadow"] - meta["now"])


@step
def _limit_beside(s: State, fit: int, held: int) -> int:
    """The same on a pool that is kept until a date, and perhaps held for the head as well."""
    meta, p = s.meta[0], s.pool[s.fit[fit]["pool"]]
    first, spare, last, all_spare = p["kept_at"], p["kept_extra"], p["kept_at"], p["kept_extra"]
    if s.fit[fit]["pool"] == held:
        all_spare = min(spare, meta["extra"])
        last = max(first, meta["shadow"])
        if meta["shadow"] < first:
            first, spare = meta["shadow"], meta["extra"]
        elif meta["shadow"] == first:
            spare = all_spare
    if not spares(s, fit, first, spare):
        return longest_request(s, fit, first - meta["now"])
    return NEVER if spares(s, fit, last, all_spare) else longest_request(s, fit, last - meta["now"])


@leaf
def _bound_alike(s: State) -> bool:
    """Whether reservations bind all jobs of a class: who may preempt is not bound."""
    return s.rules[0]["preempt"] == 0


@leaf
def _list_by_list(s: State) -> bool:
    """Whether what may start differs between the lists of a class."""
    meta = s.meta[0]
    return meta["limited"] or meta["dedicated"] or (meta["reserved"] and s.rules[0]["preempt"])


@step
def class_limit(s: State, klass: int, held: int, everywhere: int) -> int:
    """The longest request of a class that may start somewhere now, limits of projects aside; NONE if none.

    Only pools that changed are looked at, unless `everywhere`: in the others nothing could start the last time either.
    """
    limit = NONE
    for word in range(s.open.size):
        pools = pools_for(s, klass, word, everywhere)
        while pools != _ZERO:
            limit = max(limit, pool_limit(s, s.fit_of[klass, (word << 6) + lowest_bit(pools)], held, _bound_alike(s)))
            if limit == NEVER:
                return limit
            pools &= pools - _ONE
    return limit


@leaf
def admitted_limit(s: State, ls: int, fit: int, room: int) -> int:
    """The longest request that a list's project may start on a fit, given its head-room; NONE if none."""
    x = s.project[s.list[ls]["project"]]
    weighted = s.fit[fit]["weighted"]
    if x["limited"] == 0:
        return NEVER
    if weighted > room or (x["modelled"] and over_ceiling(s, s.list[ls]["project"], fit)):
        return NONE
    return NEVER if x["credits"] == NEVER else longest_request(s, fit, (x["credits"] - x["escrow"]) // weighted)


@step
def list_room(s: State, ls: int, held: int, everywhere: int) -> int:
    """The longest request of a list that may start somewhere now: room, hold, limits and lending; NONE if none.

    Each condition only bounds the request, so the first job of the list that is short enough really may start.
    """
    lst = s.list[ls]
    x = s.project[lst["project"]]
    if x["stopped"]:
        return NONE
    room = head_room(s, lst["project"]) if x["limited"] else NEVER
    limit = NONE
    for word in range(s.open.size):
        pools = of_these(s, lst["qos"], word, pools_for(s, lst["klass"], word, everywhere))
        while pools != _ZERO:
            pool = (word << 6) + lowest_bit(pools)
            pools &= pools - _ONE
            fit = s.fit_of[lst["klass"], pool]
            admitted = admitted_limit(s, ls, fit, room)
            if admitted > limit and s.pool[pool]["owner"] != lst["project"]:
                limit = max(limit, min(admitted, pool_limit(s, fit, held, s.qos[lst["qos"]]["preempts"] == 0)))
    return limit


@step
def list_candidate(s: State, ls: int, limit: int, held: int, everywhere: int) -> int:
    """Place of the first job of a list that may start now, given what the floor admits for its class."""
    if _list_by_list(s):
        limit = list_room(s, ls, held, everywhere)
    return find_first(s, ls, limit) if limit >= 0 else NONE


@leaf
def _may_be_earlier(s: State, ls: int) -> bool:
    """Whether a job of a list may start (on a lent pool) that stands before the first that could hold a pool."""
    if s.meta[0]["dedicated"] == 0:
        return False
    return s.list[ls]["holdable"] == 0 or s.project[s.list[ls]["project"]]["limited"] != 0


@step
def class_candidate(s: State, klass: int, held: int) -> None:
    """The first job of a class, over its lists, that may start now."""
    k = s.klass[klass]
    k["cand"] = NONE
    best_prio, best_key = -NEVER, NEVER
    least = NEVER
    limit = k["limit"]
    for i in range(k["active_at"], k["active_at"] + k["active"]):
        least = min(least, s.active_least[i])
        if s.active_least[i] > limit:
            continue
        ls = s.active_list[i]
        if not (before(s.active_prio[i], s.active_key[i], best_prio, best_key) or _may_be_earlier(s, ls)):
            continue
        at = list_candidate(s, ls, limit, held, s.meta[0]["all_fresh"])
        if at == NONE:
            continue
        prio = priority(s, base_of(s, ls), s.job[s.queue_job[at]]["submit"])
        key = s.queue_key[at]
        if before(prio, key, best_prio, best_key):
            best_prio, best_key = prio, key
            k["cand"] = at
            k["cand_request"] = s.queue_request[at]
    k["least"] = least
    k["cand_prio"] = best_prio
    k["cand_key"] = best_key


@leaf
def _still_may(s: State, at: int, limit: int, held: int) -> bool:
    """Whether a class's candidate may start after others took room: if so it is its first one still."""
    if _list_by_list(s):
        return choose_pool(s, s.queue_job[at], NONE, held) != NONE
    return s.queue_request[at] <= limit


@leaf
def _refresh_candidate(s: State, klass: int, held: int) -> None:
    """Make a class's candidate true for the room that is left; inside a pass room only shrinks."""
    k = s.klass[klass]
    meta = s.meta[0]
    if k["stamp"] == meta["stamp"]:
        return
    changed = k["stamp"] == NONE or k["cycle"] != meta["cycle"]
    k["stamp"] = meta["stamp"]
    k["cycle"] = meta["cycle"]
    limit = class_limit(s, klass, held, meta["all_fresh"])
    k["limit"] = limit
    if limit < 0 or k["least"] > limit:
        k["cand"] = NONE
    elif changed or (k["cand"] != NONE and not _still_may(s, k["cand"], limit, held)):
        class_candidate(s, klass, held)


@leaf
def _any_room(s: State) -> bool:
    """Whether a pool that is to be looked at has a free device."""
    for word in range(s.open.size):
        if s.meta[0]["all_fresh"] or s.open[word] & s.dirty[word] != _ZERO:
            return True
    return False


@leaf
def finds_room(s: State, klass: int, everywhere: int) -> bool:
    """Whether such a pool is eligible to a class."""
    for word in range(s.open.size):
        if pools_for(s, klass, word, everywhere) != _ZERO:
            return True
    return False


@step
def next_to_fill(s: State, held: int) -> int:
    """The first waiting job in turn that may start now beside the head; NONE if there is none."""
    meta = s.meta[0]
    best_prio, best_key, best = -NEVER, NEVER, NONE
    if _any_room(s):
        for c in range(meta["classes"]):
            klass = s.classes[c]
            if not finds_room(s, klass, meta["all_fresh"]):
                continue
            _refresh_candidate(s, klass, held)
            k = s.klass[klass]
            if k["cand"] != NONE and before(k["cand_prio"], k["cand_key"], best_prio, best_key):
                best_prio, best_key, best = k["cand_prio"], k["cand_key"], k["cand"]
    for i in range(meta["fresh"]):
        ls = s.fresh[i]
        lst = s.list[ls]
        if lst["count"] == 0 or lst["capped"]:
            continue
        limit = class_limit(s, lst["klass"], held, 1)
        at = list_candidate(s, ls, limit, held, 1) if limit >= 0 else NONE
        if at != NONE:
            prio = priority(s, base_of(s, ls), s.job[s.queue_job[at]]["submit"])
            if before(prio, s.queue_key[at], best_prio, best_key):
                best_prio, best_key, best = prio, s.queue_key[at], at
    return NONE if best == NONE else s.queue_job[best]


@leaf
def _finds_lent(s: State, klass: int, everywhere: int) -> bool:
    """Whether a lent pool is open to a class."""
    for word in range(s.open.size):
        if pools_for(s, klass, word, everywhere) & s.owned[word] != _ZERO:
            return True
    return False


@leaf
def _earlier_on_lent(s: State, ls: int, than: int, everywhere: int) -> int:
    """The first job of a list that may start now, if it comes before `than` and could hold no pool; else `than`."""
    lst = s.list[ls]
    if lst["count"] == 0 or lst["capped"] or s.qos[lst["qos"]]["preemptible"] == 0 or not _may_be_earlier(s, ls):
        return than
    at = list_candidate(s, ls, NEVER, NONE, everywhere)
    if at == NONE:
        return than
    if than == NONE:
        return s.queue_job[at]
    job = s.job[than]
    mine = priority(s, base_of(s, ls), s.job[s.queue_job[at]]["submit"])
    others = priority(s, base_of(s, job["list"]), job["submit"])
    return s.queue_job[at] if before(mine, s.queue_key[at], others, s.queue_key[job["at"]]) else than


@step
def lent_candidate(s: State, head: int) -> int:
    """The first job before the head that could hold no pool but may start on a lent one now; else the head itself.

    Where jobs behind a head are backfilled, only pools that changed and lists that are fresh need be looked at.
    """
    meta = s.meta[0]
    best = head
    everywhere = 1 if meta["all_fresh"] or s.rules[0]["backfill"] == BACKFILL_NONE else 0
    if everywhere or meta["dirty_pools"] > 0:
        for c in range(meta["classes"]):
            klass = s.classes[c]
            if _finds_lent(s, klass, everywhere):
                k = s.klass[klass]
                for i in range(k["active_at"], k["active_at"] + k["active"]):
                    best = _earlier_on_lent(s, s.active_list[i], best, everywhere)
    for i in range(meta["fresh"]):
        if _finds_lent(s, s.list[s.fresh[i]]["klass"], 1):
            best = _earlier_on_lent(s, s.fresh[i], best, 1)
    return best
