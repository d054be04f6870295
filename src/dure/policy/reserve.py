"""Dated reservations for large gangs (POLICY.md §6a): a second hold on a pool, whose date nobody else moves.

A gang with a reservation stands in no list. Whoever else wants its pool must spare it, as jobs behind a head spare the head.
"""

from __future__ import annotations

from dure.jit import leaf, step
from dure.policy.admit import admits, could_hold, duration, head_room
from dure.policy.backfill import admitted_limit, finds_room, reaches_by, shadow_on
from dure.policy.floor import is_dirty, make_dirty, whole_nodes
from dure.policy.layout import NEVER, NONE, SJF
from dure.policy.place import choose_pool, has_room, is_kept
from dure.policy.preempt import fit_on
from dure.policy.queue import base_of, job_key, priority
from dure.policy.release import released_by, shadow_of
from dure.policy.seat import seat
from dure.policy.state import Log, State
from dure.policy.turn import before, count_given, is_large, rejoin, step_out

# --- what is kept


@leaf
def has_own_pool(s: State, slot: int) -> bool:
    """Whether a pool on which a job is eligible is dedicated to its project: that is its reservation."""
    if s.meta[0]["dedicated"]:
        for pool in range(s.pool.size):
            if s.pool[pool]["owner"] == s.job[slot]["project"] and fit_on(s, slot, pool) != NONE:
                return True
    return False


@step
def keep_dates(s: State, log: Log) -> None:
    """Before all else: gangs whose date has come start, reservations that cannot be kept lapse, the others say what they can spare."""
    for pool in range(s.pool.size):
        p = s.pool[pool]
        if p["kept_for"] == NONE:
            continue
        slot = p["kept_slot"]
        fit = fit_on(s, slot, pool)
        if (
            not could_hold(s, fit)
            or has_own_pool(s, slot)
            or not admits(s, s.job[slot]["project"], fit, duration(s, fit, s.job[slot]["request"]))
        ):
            rejoin(s, slot)
        elif p["kept_at"] <= s.meta[0]["now"] and has_room(s, fit):
            seat(s, log, slot, fit, NONE)
        else:
            _look_at_date(s, pool, fit)


@leaf
def _look_at_date(s: State, pool: int, fit: int) -> None:
    """Another date if this one has come and was not kept, or cannot be met; then the whole nodes to spare at it."""
    meta, p = s.meta[0], s.pool[pool]
    changed = meta["all_fresh"] or is_dirty(s, pool) or p["kept_known"] == 0
    if p["kept_at"] <= meta["now"] or (changed and not reaches_by(s, fit, p["kept_at"])):
        date = shadow_on(s, fit)
        if date != p["kept_at"]:
            p["kept_at"] = date
            make_dirty(s, pool)
            changed = True
    if changed:
        p["kept_room"] = whole_nodes(s, pool) + released_by(s, pool, p["kept_at"]) - s.fit[fit]["nodes"]
        p["kept_known"] = 1
    p["kept_extra"] = p["kept_room"]


@step
def _take_off(s: State, head: int, pool: int) -> None:
    """What the head will take beside the gang is not there for others."""
    meta = s.meta[0]
    if is_kept(s, pool, s.job[head]["order"], s.job[head]["qos"]):
        fit = fit_on(s, head, pool)
        if max(meta["shadow"], meta["now"]) + duration(s, fit, s.job[head]["request"]) > s.pool[pool]["kept_at"]:
            s.pool[pool]["kept_extra"] -= s.fit[fit]["nodes"]


@step
def spare_head(s: State, head: int) -> None:
    """Beside a reservation the head's nodes are taken off what others may use; pools with more or less to spare are looked at."""
    if head != NONE and s.meta[0]["hold_pool"] != NONE:
        _take_off(s, head, s.meta[0]["hold_pool"])
    for other in range(s.pool.size):
        p = s.pool[other]
        if p["kept_for"] != NONE and p["kept_extra"] != p["kept_left"]:
            make_dirty(s, other)


@step
def settle_dates(s: State) -> None:
    """The cycle is over: what is known of a pool stands unless something was placed there."""
    for pool in range(s.pool.size):
        p = s.pool[pool]
        if p["kept_for"] != NONE:
            p["kept_left"] = p["kept_extra"]
            if is_dirty(s, pool):
                p["kept_known"] = 0


@step
def look_forward(s: State) -> None:
    """The next date is an instant of its own. One that has come is none, or the same instant would come again for ever."""
    meta = s.meta[0]
    meta["promise_next"] = NEVER
    for pool in range(s.pool.size):
        p = s.pool[pool]
        if p["kept_for"] != NONE and p["kept_at"] > meta["now"]:
            meta["promise_next"] = min(meta["promise_next"], p["kept_at"])


# --- before its date, in its turn


@leaf
def _comes_before(s: State, a: int, b: int) -> bool:
    x, y = s.job[a], s.job[b]
    prio_x, prio_y = priority(s, base_of(s, x["list"]), x["submit"]), priority(s, base_of(s, y["list"]), y["submit"])
    return before(prio_x, job_key(s, a), prio_y, job_key(s, b))


@leaf
def _may_have_room(s: State, slot: int) -> bool:
    """Whether anything changed that could let a gang start that could not the last time."""
    job = s.job[slot]
    return s.project[job["project"]]["limited"] != 0 or finds_room(s, job["klass"], s.meta[0]["all_fresh"])


@step
def reserved_candidate(s: State, than: int, held: int, everywhere: bool) -> int:
    """The first gang with a reservation that comes before `than` and may start now on some pool; else `than`."""
    for pool in range(s.pool.size):
        if s.pool[pool]["kept_for"] == NONE:
            continue
        slot = s.pool[pool]["kept_slot"]
        worth = (than == NONE or _comes_before(s, slot, than)) and (everywhere or _may_have_room(s, slot))
        if worth and choose_pool(s, slot, NONE, held) != NONE:
            than = slot
    return than


# --- who gets one


@leaf
def _is_open(s: State, fit: int) -> bool:
    """Whether jobs of this fit, limits aside, may get a reservation on its pool."""
    return s.pool[s.fit[fit]["pool"]]["kept_for"] == NONE and is_large(s, fit)


@step
def _first_of_list(s: State, ls: int) -> int:
    """Place of the first job of a list that may get a reservation; NONE if there is none."""
    lst = s.list[ls]
    x, k = s.project[lst["project"]], s.klass[lst["klass"]]
    if x["stopped"] or s.qos[lst["qos"]]["preempts"] or s.qos[lst["qos"]]["preemptible"]:
        return NONE
    room = head_room(s, lst["project"]) if x["limited"] else NEVER
    limit = NONE
    for i in range(k["fit_at"], k["fit_at"] + k["fit_n"]):
        if _is_open(s, i):
            limit = max(limit, admitted_limit(s, ls, i, room))
    if limit < lst["least"]:
        return NONE
    since = s.meta[0]["now"] - s.rules[0]["reserve_after"]
    for at in range(lst["at"] + lst["head"], lst["at"] + lst["tail"]):
        if s.queue_request[at] <= limit:
            if s.job[s.queue_job[at]]["submit"] <= since:
                return NONE if has_own_pool(s, s.queue_job[at]) else at
            if s.rules[0]["order"] != SJF:
                return NONE  # those behind it came later
    return NONE


@step
def _first_gang(s: State) -> int:
    """The first waiting gang in key order that may get a reservation; NONE if there is none."""
    best_prio, best_key, best = -NEVER, NEVER, NONE
    for c in range(s.meta[0]["classes"]):
        k = s.klass[s.classes[c]]
        if k["wide"] == 0:
            continue
        for i in range(k["active_at"], k["active_at"] + k["active"]):
            ls = s.active_list[i]
            at = _first_of_list(s, ls)
            if at == NONE:
                continue
            prio = priority(s, base_of(s, ls), s.job[s.queue_job[at]]["submit"])
            if before(prio, s.queue_key[at], best_prio, best_key):
                best_prio, best_key, best = prio, s.queue_key[at], at
    return NONE if best == NONE else s.queue_job[best]


@step
def _date_on(s: State, slot: int, fit: int, head: int) -> int:
    """When a gang could start on a pool by the estimates, after or beside the head if that holds the pool; NEVER if not at all."""
    meta, f = s.meta[0], s.fit[fit]
    date = shadow_on(s, fit)
    if head in (NONE, slot) or meta["hold_pool"] != f["pool"]:
        return date
    its = fit_on(s, head, f["pool"])
    beside = shadow_of(s, f["pool"], f["nodes"] + s.fit[its]["nodes"], whole_nodes(s, f["pool"]))
    behind = max(meta["shadow"], meta["now"]) + duration(s, its, s.job[head]["request"])
    return max(date, min(beside, behind))


@step
def _give(s: State, slot: int, fit: int, date: int) -> None:
    """The reservation, and what it can spare: it binds from the next decide on, and who asks why before that is told what binds."""
    pool = s.fit[fit]["pool"]
    step_out(s, slot, pool)
    count_given(s, slot)
    p = s.pool[pool]
    p["kept_at"] = date
    p["kept_extra"] = whole_nodes(s, pool) + released_by(s, pool, date) - s.fit[fit]["nodes"]


@step
def give_dates(s: State, head: int) -> None:
    """Each gang in key order that may have a reservation gets it on the pool where it would be done first."""
    meta = s.meta[0]
    while meta["reserved"] < s.pool.size:
        slot = _first_gang(s)
        if slot == NONE:
            return
        job = s.job[slot]
        k = s.klass[job["klass"]]
        best, best_finish, date = NONE, NEVER, NEVER
        for i in range(k["fit_at"], k["fit_at"] + k["fit_n"]):
            seconds = duration(s, i, job["request"])
            if not _is_open(s, i) or not admits(s, job["project"], i, seconds):
                continue
            found = _date_on(s, slot, i, head)
            if found != NEVER and max(found, meta["now"]) + seconds < best_finish:
                best, best_finish, date = i, max(found, meta["now"]) + seconds, found
        if best == NONE:
            return
        _give(s, slot, best, date)
        if head not in (NONE, slot) and meta["hold_pool"] == s.fit[best]["pool"]:
            _take_off(s, head, meta["hold_pool"])
