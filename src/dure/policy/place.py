"""Where on the floor: which pool, which nodes."""

from __future__ import annotations

from typing import Any

import numpy as np

from dure.jit import leaf, lowest_bit, step
from dure.policy.admit import duration, head_room, over_ceiling
from dure.policy.floor import find_late, find_node, first_at, may_be_lent, pools_for, whole_nodes
from dure.policy.layout import (
    DOMAIN_NONE,
    DOMAIN_REQUIRE,
    NEVER,
    NONE,
    POOL_CHEAPEST,
    POOL_EARLIEST,
    POOL_FASTEST,
)
from dure.policy.state import State

_ZERO = np.uint64(0)
_ONE = np.uint64(1)


@step
def tightest_domain(s: State, pool: int, nodes: int) -> int:
    """The fabric domain with the fewest whole nodes that still has `nodes`; NONE if none has."""
    p = s.pool[pool]
    best = NONE
    for d in range(p["first_domain"], p["first_domain"] + p["domains"]):
        whole = s.domain_whole[d]
        if whole >= nodes and (best == NONE or whole < s.domain_whole[best]):
            best = d
    return best


@step
def fullest_domain(s: State, pool: int) -> int:
    """The domain with the most whole nodes; lowest index on ties."""
    p = s.pool[pool]
    best = p["first_domain"]
    for d in range(p["first_domain"], p["first_domain"] + p["domains"]):
        if s.domain_whole[d] > s.domain_whole[best]:
            best = d
    return best


@leaf
def has_room(s: State, fit: int) -> bool:
    """Whether the pool of this fit has the devices now, holds and limits aside."""
    f = s.fit[fit]
    p = s.pool[f["pool"]]
    if f["nodes"] == 1:
        return p["top"] >= f["need"]
    if whole_nodes(s, f["pool"]) < f["nodes"]:
        return False
    if s.klass[f["klass"]]["domain"] != DOMAIN_REQUIRE:
        return True
    return tightest_domain(s, f["pool"], f["nodes"]) != NONE


@leaf
def allowed(s: State, pool: int, project: int, qos: int) -> bool:
    """Whether jobs of a project may stand in a pool: dedicated pools are lent to preemptible jobs while the owner waits for nothing."""
    p = s.pool[pool]
    if p["owner"] == NONE:
        return True
    if p["owner"] == project:
        return False  # the owner's turn was step 0
    return s.qos[qos]["preemptible"] != 0 and may_be_lent(s, pool)


@leaf
def of_these(s: State, qos: int, word: int, pools: Any) -> Any:
    """The same for open pools all at once, but for the owner's own ones."""
    return pools if s.qos[qos]["preemptible"] else pools & ~s.owned[word]


@leaf
def spares(s: State, fit: int, shadow: int, extra: int) -> bool:
    """Whether a job that ends after `shadow` may start beside whoever holds its pool until then (POLICY.md §5, step 3)."""
    f = s.fit[fit]
    if f["nodes"] > 1 or f["need"] == s.pool[f["pool"]]["devices"]:
        return f["nodes"] <= extra
    return extra >= 1 or find_late(s, f["pool"], f["need"], s.rules[0]["node_rule"], shadow) != NONE


@leaf
def spares_head(s: State, fit: int, seconds: int) -> bool:
    """Whether a job may start on the held pool without delaying the head."""
    meta = s.meta[0]
    return meta["now"] + seconds <= meta["shadow"] or spares(s, fit, meta["shadow"], meta["extra"])


@leaf
def is_kept(s: State, pool: int, order: int, qos: int) -> bool:
    """Whether a pool has a dated reservation that is not this job's and that binds it: who may preempt is not bound."""
    if s.meta[0]["reserved"] == 0 or s.pool[pool]["kept_for"] == NONE:
        return False
    return s.pool[pool]["kept_for"] != order and s.qos[qos]["preempts"] == 0


@leaf
def moves_date(s: State, slot: int, pool: int, seconds: int) -> bool:
    """Whether a placement changes what is kept: a gang gives back its reservation, or who is not bound outlasts another's date."""
    job, p = s.job[slot], s.pool[pool]
    if job["at"] == NONE:
        return True
    return p["kept_for"] != NONE and s.qos[job["qos"]]["preempts"] != 0 and s.meta[0]["now"] + seconds > p["kept_at"]


@step
def spares_gang(s: State, fit: int, seconds: int, held: int) -> bool:
    """Whether a job may start on a pool with a dated reservation without delaying the gang, nor the head if it holds that pool too."""
    meta, p = s.meta[0], s.pool[s.fit[fit]["pool"]]
    end, shadow, extra = meta["now"] + seconds, -NEVER, NEVER
    if end > p["kept_at"]:
        shadow, extra = p["kept_at"], p["kept_extra"]
    if s.fit[fit]["pool"] == held and end > meta["shadow"]:
        shadow, extra = max(shadow, meta["shadow"]), min(extra, meta["extra"])
    return extra == NEVER or spares(s, fit, shadow, extra)


@leaf
def better_pool(s: State, fit: int, seconds: int, than: int, than_s: int) -> bool:
    """Whether the pool rule prefers one fit to another; on a tie the one met first (lower index) stays."""
    if than == NONE:
        return True
    rule = s.rules[0]["pool_rule"]
    a, b = s.fit[fit], s.fit[than]
    if rule == POOL_FASTEST:
        return a["speed"] > b["speed"]
    if rule == POOL_CHEAPEST:
        return a["weighted"] * seconds < b["weighted"] * than_s
    if rule == POOL_EARLIEST:
        return seconds < than_s
    return False


@leaf
def _may_start(s: State, slot: int, fit: int, seconds: int, room: int, modelled: int, left: int, held: int) -> bool:
    """Whether a job may start on the pool of a fit, given its project's head-room, whether models are capped, and credits left."""
    f = s.fit[fit]
    if f["weighted"] > room or not has_room(s, fit):
        return False
    if left != NEVER and f["weighted"] * seconds > left:
        return False
    if modelled and over_ceiling(s, s.job[slot]["project"], fit):
        return False
    if is_kept(s, f["pool"], s.job[slot]["order"], s.job[slot]["qos"]):
        return spares_gang(s, fit, seconds, held)
    return f["pool"] != held or spares_head(s, fit, seconds)


@step
def choose_pool(s: State, slot: int, only: int, held: int) -> int:
    """The fit on which a waiting job may start now, by pool rule; NONE if there is none.

    `only`: the owner's turn on this pool alone (NONE: all that are allowed). `held`: the pool that is held for the head (NONE: no hold).
    """
    job = s.job[slot]
    klass, request = job["klass"], job["request"]
    x = s.project[job["project"]]
    if x["stopped"]:
        return NONE
    room, modelled = head_room(s, job["project"]) if x["limited"] else NEVER, x["modelled"]
    left = x["credits"] - x["escrow"] if x["limited"] and x["credits"] != NEVER else NEVER
    if only != NONE:
        own = s.fit_of[klass, only]
        return own if own != NONE and _may_start(s, slot, own, duration(s, own, request), room, modelled, left, held) else NONE
    best, best_s = NONE, 0
    fastest = s.rules[0]["pool_rule"] == POOL_FASTEST
    for word in range(s.open.size):
        pools = of_these(s, job["qos"], word, pools_for(s, klass, word, 1))
        while pools != _ZERO:
            pool = (word << 6) + lowest_bit(pools)
            pools &= pools - _ONE
            fit = s.fit_of[klass, pool]
            if fastest and best != NONE and s.fit[fit]["speed"] <= s.fit[best]["speed"]:
                continue
            if s.pool[pool]["owner"] == job["project"]:
                continue  # the owner's turn was step 0
            seconds = duration(s, fit, request)
            if _may_start(s, slot, fit, seconds, room, modelled, left, held) and better_pool(s, fit, seconds, best, best_s):
                best, best_s = fit, seconds
    return best


@step
def choose_node(s: State, fit: int, seconds: int, held: int, kept: bool) -> int:
    """The node for a job that fits one node. It pays for it from what the head (`kept`: and the gang) may spare, where it must."""
    f = s.fit[fit]
    rule = s.rules[0]["node_rule"]
    shadow = latest_hold(s, f["pool"], seconds, held, kept)
    if shadow != NONE:
        if f["need"] < s.pool[f["pool"]]["devices"]:
            late = find_late(s, f["pool"], f["need"], rule, shadow)
            if late != NONE:
                return late
        pay(s, f["pool"], seconds, held, kept, 1)
    return find_node(s, f["pool"], f["need"], rule)


@leaf
def latest_hold(s: State, pool: int, seconds: int, held: int, kept: bool) -> int:
    """The latest instant until which the pool is held and by which the job would not have ended; NONE if there is none."""
    end, shadow = s.meta[0]["now"] + seconds, NONE
    if pool == held and end > s.meta[0]["shadow"]:
        shadow = max(s.meta[0]["shadow"], 0)
    if kept and end > s.pool[pool]["kept_at"]:
        shadow = max(shadow, s.pool[pool]["kept_at"])
    return shadow


@leaf
def pay(s: State, pool: int, seconds: int, held: int, kept: bool, nodes: int) -> None:
    """Take whole nodes off what those may spare who hold the pool until the job would have ended."""
    end = s.meta[0]["now"] + seconds
    if pool == held and end > s.meta[0]["shadow"]:
        s.meta[0]["extra"] -= nodes
    if kept and end > s.pool[pool]["kept_at"]:
        s.pool[pool]["kept_extra"] -= nodes


@leaf
def gang_domain(s: State, fit: int, nodes: int) -> int:
    """The domain that a gang takes its next `nodes` whole nodes from; NONE if it does not care."""
    f = s.fit[fit]
    if s.klass[f["klass"]]["domain"] == DOMAIN_NONE or s.pool[f["pool"]]["domains"] <= 1:
        return NONE
    tight = tightest_domain(s, f["pool"], nodes)
    return tight if tight != NONE else fullest_domain(s, f["pool"])


@step
def next_whole(s: State, fit: int, domain: int) -> int:
    """The lowest whole node of a pool, inside `domain` unless that is NONE."""
    f = s.fit[fit]
    p = s.pool[f["pool"]]
    start = 0 if domain == NONE else (domain - p["first_domain"]) * p["domain_nodes"]
    return p["first_node"] + first_at(s, f["pool"], p["devices"], start)
