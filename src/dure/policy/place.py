"""Where on the floor: which pool, which nodes."""

from __future__ import annotations

from typing import Any

import numpy as np

from dure.jit import leaf, lowest_bit, step
from dure.policy.admit import duration, head_room
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
def spares_head(s: State, fit: int, seconds: int) -> bool:
    """Whether a job may start on the held pool without delaying the head (POLICY.md §5, step 3)."""
    meta = s.meta[0]
    f = s.fit[fit]
    if meta["now"] + seconds <= meta["shadow"]:
        return True
    if f["nodes"] > 1 or f["need"] == s.pool[f["pool"]]["devices"]:
        return f["nodes"] <= meta["extra"]
    if meta["extra"] >= 1:
        return True
    return find_late(s, f["pool"], f["need"], s.rules[0]["node_rule"], meta["shadow"]) != NONE


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
def _may_start(s: State, fit: int, seconds: int, room: int, left: int, held: int) -> bool:
    """Whether a job may start on the pool of a fit, given its project's head-room and credits left."""
    f = s.fit[fit]
    if f["weighted"] > room or not has_room(s, fit):
        return False
    if left != NEVER and f["weighted"] * seconds > left:
        return False
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
    room = head_room(s, job["project"]) if x["limited"] else NEVER
    left = x["credits"] - x["escrow"] if x["limited"] and x["credits"] != NEVER else NEVER
    if only != NONE:
        own = s.fit_of[klass, only]
        return own if own != NONE and _may_start(s, own, duration(s, own, request), room, left, held) else NONE
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
            if _may_start(s, fit, seconds, room, left, held) and better_pool(s, fit, seconds, best, best_s):
                best, best_s = fit, seconds
    return best


@step
def choose_node(s: State, fit: int, seconds: int, held: int) -> int:
    """The node for a job that fits one node. On the held pool it pays from `extra` where it must."""
    f = s.fit[fit]
    rule = s.rules[0]["node_rule"]
    meta = s.meta[0]
    if f["pool"] == held and meta["now"] + seconds > meta["shadow"]:
        if f["need"] < s.pool[held]["devices"]:
            late = find_late(s, held, f["need"], rule, meta["shadow"])
            if late != NONE:
                return late
        meta["extra"] -= 1
    return find_node(s, f["pool"], f["need"], rule)


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
