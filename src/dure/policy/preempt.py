"""Who must leave for a head that cannot wait: by quality of service, or because lent devices are called back (POLICY.md §7).

Rare, so it is plain scans. Victims chosen in this cycle are marked by a deadline of `CHOSEN`, then those that cannot be spared
by `NEEDED`, until they get their notice.
"""

from __future__ import annotations

import numpy as np

from dure.jit import leaf, step
from dure.policy.admit import admits, could_hold, duration
from dure.policy.apply import preempt
from dure.policy.backfill import know_head, shadow_again
from dure.policy.layout import DOMAIN_REQUIRE, MILLI, NEVER, NONE, RUNNING, STOPPING, UP
from dure.policy.place import has_room
from dure.policy.state import Log, State

_ZERO = np.uint64(0)
_ONE = np.uint64(1)
CHOSEN = NEVER - 1
NEEDED = NEVER - 2


@leaf
def _leaving(s: State, a: int) -> bool:
    deadline = s.attempt[a]["deadline"]
    return s.attempt[a]["state"] == STOPPING or deadline in (CHOSEN, NEEDED)


@leaf
def _devices_then(s: State, node: int) -> int:
    """Free devices of a node once all that leave are gone; NONE if it is not up."""
    n = s.node[node]
    if n["mode"] != UP:
        return NONE
    taken = n["down"]
    part = n["parts"]
    while part != NONE:
        if not _leaving(s, s.part[part]["attempt"]):
            taken += s.part[part]["milli"]
        part = s.part[part]["node_next"]
    return max(n["total"] - taken, 0) // MILLI


@step
def _fits_then(s: State, fit: int) -> bool:
    """Whether a job of this fit would fit if all that leave were gone."""
    f = s.fit[fit]
    p = s.pool[f["pool"]]
    inside = f["nodes"] > 1 and s.klass[f["klass"]]["domain"] == DOMAIN_REQUIRE
    whole, domain = 0, NONE
    for node in range(p["first_node"], p["first_node"] + p["nodes"]):
        if inside and s.node[node]["domain"] != domain:
            domain, whole = s.node[node]["domain"], 0
        free = _devices_then(s, node)
        if f["nodes"] == 1:
            if free >= f["need"]:
                return True
        elif free == p["devices"]:
            whole += 1
            if whole >= f["nodes"]:
                return True
    return False


@leaf
def _fits_soon(s: State, fit: int) -> bool:
    """Whether a job of this fit would fit if all that were given notice were gone."""
    return has_room(s, fit) if s.pool[s.fit[fit]["pool"]]["leaving"] == 0 else _fits_then(s, fit)


@leaf
def _may_leave(s: State, a: int, pool: int, rank: int, owner: int) -> bool:
    """Whether a running attempt may be made to leave: all of others where an owner calls back, else those of lower rank."""
    attempt = s.attempt[a]
    if attempt["pool"] != pool or attempt["state"] != RUNNING or attempt["deadline"] == CHOSEN:
        return False
    job = s.job[attempt["job"]]
    if owner != NONE:
        return job["project"] != owner
    q = s.qos[job["qos"]]
    return q["preemptible"] != 0 and q["rank"] < rank


@leaf
def _leaves_before(s: State, a: int, b: int) -> bool:
    """Lowest rank, then latest start, then highest attempt number."""
    x, y = s.attempt[a], s.attempt[b]
    rank_x, rank_y = s.qos[s.job[x["job"]]["qos"]]["rank"], s.qos[s.job[y["job"]]["qos"]]["rank"]
    if rank_x != rank_y:
        return rank_x < rank_y
    if x["started_at"] != y["started_at"]:
        return x["started_at"] > y["started_at"]
    return x["id"] > y["id"]


@leaf
def _mark_on(s: State, pool: int, before: int, after: int, rank: int, owner: int) -> None:
    """Exchange one mark for another on a pool; from NEVER only those that may be made to leave are marked."""
    p = s.pool[pool]
    for node in range(p["first_node"], p["first_node"] + p["nodes"]):
        part = s.node[node]["parts"]
        while part != NONE:
            a = s.part[part]["attempt"]
            if s.attempt[a]["deadline"] == before and (before != NEVER or _may_leave(s, a, pool, rank, owner)):
                s.attempt[a]["deadline"] = after
            part = s.part[part]["node_next"]


@step
def _first_on(s: State, pool: int, marked: bool, rank: int, owner: int) -> int:
    """The first to leave on a pool, of those that are marked or of those that may be; NONE if there is none."""
    p = s.pool[pool]
    best = NONE
    for node in range(p["first_node"], p["first_node"] + p["nodes"]):
        part = s.node[node]["parts"]
        while part != NONE:
            a = s.part[part]["attempt"]
            candidate = s.attempt[a]["deadline"] == CHOSEN if marked else _may_leave(s, a, pool, rank, owner)
            if candidate and a != best and (best == NONE or _leaves_before(s, a, best)):
                best = a
            part = s.part[part]["node_next"]
    return best


@step
def _choose_victims(s: State, fit: int, rank: int, owner: int) -> int:
    """Mark victims until the head would fit, then spare those that are not needed. Returns how many; 0 if it is in vain."""
    pool = s.fit[fit]["pool"]
    _mark_on(s, pool, NEVER, CHOSEN, rank, owner)
    in_vain = not _fits_then(s, fit)
    _mark_on(s, pool, CHOSEN, NEVER, rank, owner)
    if in_vain:
        return 0
    chosen = 0
    while not _fits_then(s, fit):
        s.attempt[_first_on(s, pool, False, rank, owner)]["deadline"] = CHOSEN
        chosen += 1
    for _ in range(chosen):
        a = _first_on(s, pool, True, rank, owner)
        s.attempt[a]["deadline"] = NEVER
        if _fits_then(s, fit):
            chosen -= 1
        else:
            s.attempt[a]["deadline"] = NEEDED
    _mark_on(s, pool, NEEDED, CHOSEN, rank, owner)
    return chosen


@step
def _give_notice(s: State, log: Log, pool: int, notice: int) -> None:
    """Notice to all that are marked on a pool, in the order in which they were chosen."""
    while True:
        a = _first_on(s, pool, True, 0, NONE)
        if a == NONE:
            return
        preempt(s, log, a, notice)


@step
def _quicker(s: State, slot: int, after: int) -> int:
    """The next fit that the head could hold, in the order in which it would be done there, after fit `after` (NONE: the first)."""
    job = s.job[slot]
    k = s.klass[job["klass"]]
    after_s = NONE if after == NONE else duration(s, after, job["request"])
    best, best_s = NONE, NEVER
    for i in range(k["fit_at"], k["fit_at"] + k["fit_n"]):
        seconds = duration(s, i, job["request"])
        if seconds < after_s or (seconds == after_s and i <= after) or seconds >= best_s:
            continue
        if could_hold(s, i) and admits(s, job["project"], i, seconds):
            best, best_s = i, seconds
    return best


@step
def make_room(s: State, log: Log, slot: int) -> bool:
    """Give notice to lower ranks for a blocked head. Returns whether anybody got notice."""
    q, job, now = s.qos[s.job[slot]["qos"]], s.job[slot], s.meta[0]["now"]
    if q["preempts"] == 0:
        return False
    least = NEVER
    know_head(s, slot)
    fit = _quicker(s, slot, NONE)
    while fit != NONE:
        if _fits_soon(s, fit):
            return False
        least = min(least, max(shadow_again(s, fit), now) + duration(s, fit, job["request"]))
        fit = _quicker(s, slot, fit)
    if s.meta[0]["vain_for"] != job["order"]:
        s.meta[0]["vain_for"] = job["order"]
        for word in range(s.vain.size):
            s.vain[word] = _ZERO
    fit = _quicker(s, slot, NONE)
    while fit != NONE and now + max(q["notice"], 1) + duration(s, fit, job["request"]) < least:
        pool = s.fit[fit]["pool"]
        bit = _ONE << np.uint64(pool & 63)
        if s.vain[pool >> 6] & bit == _ZERO:
            if _choose_victims(s, fit, q["rank"], NONE) > 0:
                _give_notice(s, log, pool, q["notice"])
                return True
            s.vain[pool >> 6] |= bit
        fit = _quicker(s, slot, fit)
    return False


@step
def call_back(s: State, log: Log, slot: int, pool: int) -> bool:
    """Give notice to those to whom an owner's pool is lent, as far as the owner's head needs it."""
    fit = fit_on(s, slot, pool)
    if _fits_soon(s, fit):
        return False
    if _choose_victims(s, fit, 0, s.pool[pool]["owner"]) == 0:
        return False
    _give_notice(s, log, pool, s.pool[pool]["notice"])
    return True


@leaf
def fit_on(s: State, slot: int, pool: int) -> int:
    """The fit of a job on one pool; NONE if it is not eligible there."""
    return s.fit_of[s.job[slot]["klass"], pool]
