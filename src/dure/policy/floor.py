"""Nodes by free devices: bitmaps with a summary, so that the lowest node of a level is found in a few instructions.

A level is the number of free devices of a node that is up. Bitmaps do not remember the order of changes, which an
array of members would: the node that is chosen depends on the State alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dure.jit import leaf, lowest_bit, step
from dure.policy.layout import BACKFILL_CONSERVATIVE, MILLI, NONE, UP
from dure.policy.profile import change_capacity
from dure.policy.state import State

_ONE = np.uint64(1)
_ZERO = np.uint64(0)


@leaf
def level_bits(s: State, pool: int, level: int) -> int:
    """Where the bitmap of a level starts: its summary words, then its words."""
    p = s.pool[pool]
    return p["bits"] + level * (p["summary"] + p["words"])


@leaf
def free_level(s: State, node: int) -> int:
    """Free whole devices of a node, NONE if it is not up."""
    n = s.node[node]
    if n["mode"] != UP:
        return NONE
    free = n["total"] - n["down"] - n["busy"] - n["placed"]
    return max(free, 0) // MILLI


@leaf
def may_be_lent(s: State, pool: int) -> bool:
    """Whether a dedicated pool is lent while its owner waits for nothing."""
    p = s.pool[pool]
    return p["lent"] != 0 and s.rules[0]["lend"] != 0 and p["owner_waits"] == 0


@step
def refresh_open(s: State, pool: int) -> None:
    """Make the bits of a pool say whose it is, and whether the common queue finds a free device there."""
    p = s.pool[pool]
    bit = _ONE << np.uint64(pool & 63)
    may = p["owner"] == NONE or may_be_lent(s, pool)
    if p["owner"] != NONE:
        s.owned[pool >> 6] |= bit
    else:
        s.owned[pool >> 6] &= ~bit
    if may and p["top"] > 0:
        s.open[pool >> 6] |= bit
    else:
        s.open[pool >> 6] &= ~bit


@leaf
def is_dirty(s: State, pool: int) -> bool:
    """Whether something changed in a pool since the last decide."""
    return (s.dirty[pool >> 6] >> np.uint64(pool & 63)) & _ONE != _ZERO


@leaf
def has_moved(s: State, pool: int) -> bool:
    """Whether release times or free devices of a pool changed since shadows were last looked at."""
    return (s.moved[pool >> 6] >> np.uint64(pool & 63)) & _ONE != _ZERO


@leaf
def make_dirty(s: State, pool: int) -> None:
    """The next pass looks at this pool."""
    if not is_dirty(s, pool):
        s.dirty[pool >> 6] |= _ONE << np.uint64(pool & 63)
        s.meta[0]["dirty_pools"] += 1


@leaf
def pools_for(s: State, klass: int, word: int, everywhere: int) -> Any:
    """Open pools of one word on which a class may run; only those where something changed, unless `everywhere`."""
    pools = s.eligible[klass, word] & s.open[word]
    return pools if everywhere else pools & s.dirty[word]


@leaf
def _leave(s: State, pool: int, level: int, index: int) -> None:
    p = s.pool[pool]
    base = level_bits(s, pool, level)
    word = base + p["summary"] + (index >> 6)
    s.bits[word] &= ~(_ONE << np.uint64(index & 63))
    if s.bits[word] == _ZERO:
        s.bits[base + (index >> 12)] &= ~(_ONE << np.uint64((index >> 6) & 63))
    s.level[p["level"] + level] -= 1
    if level == p["top"]:
        top = level
        while top > 0 and s.level[p["level"] + top] == 0:
            top -= 1
        p["top"] = top
        if top == 0:
            refresh_open(s, pool)


@leaf
def _enter(s: State, pool: int, level: int, index: int) -> None:
    p = s.pool[pool]
    base = level_bits(s, pool, level)
    s.bits[base + p["summary"] + (index >> 6)] |= _ONE << np.uint64(index & 63)
    s.bits[base + (index >> 12)] |= _ONE << np.uint64((index >> 6) & 63)
    s.level[p["level"] + level] += 1
    if level > p["top"]:
        closed = p["top"] == 0
        p["top"] = level
        if closed:
            refresh_open(s, pool)


@leaf
def relevel(s: State, node: int) -> None:
    """Move a node to the level that its books say."""
    n = s.node[node]
    now = free_level(s, node)
    before = n["level"]
    if now == before:
        return
    pool = n["pool"]
    p = s.pool[pool]
    index = node - p["first_node"]
    devices = p["devices"]
    if before > 0:
        _leave(s, pool, before, index)
        if before == devices:
            s.domain_whole[n["domain"]] -= 1
    if now > 0:
        _enter(s, pool, now, index)
        if now == devices:
            s.domain_whole[n["domain"]] += 1
    if before < 0 or now < 0:
        come = 1 if before < 0 else -1
        p["up"] += come
        if s.rules[0]["backfill"] == BACKFILL_CONSERVATIVE:
            change_capacity(s, come)
    n["level"] = now


@leaf
def whole_nodes(s: State, pool: int) -> int:
    p = s.pool[pool]
    return s.level[p["level"] + p["devices"]]


@leaf
def first_at(s: State, pool: int, level: int, start: int) -> int:
    """The lowest node of a level with index ≥ start inside its pool, as an index inside the pool; NONE if there is none."""
    p = s.pool[pool]
    base = level_bits(s, pool, level)
    words = base + p["summary"]
    word = start >> 6
    if word >= p["words"]:
        return NONE
    left = s.bits[words + word] >> np.uint64(start & 63)
    if left != _ZERO:
        return start + lowest_bit(left)
    word += 1
    group = word >> 6
    if group >= p["summary"]:
        return NONE
    marks = (s.bits[base + group] >> np.uint64(word & 63)) << np.uint64(word & 63)
    while marks == _ZERO:
        group += 1
        if group >= p["summary"]:
            return NONE
        marks = s.bits[base + group]
    word = (group << 6) + lowest_bit(marks)
    return (word << 6) + lowest_bit(s.bits[words + word])


@step
def find_node(s: State, pool: int, need: int, rule: int) -> int:
    """The node (global index) for `need` devices by node rule: 0 best, 1 first, 2 spread. NONE if none has room."""
    p = s.pool[pool]
    base = p["level"]
    found = NONE
    if rule == 0:
        for level in range(need, p["top"] + 1):
            if s.level[base + level] > 0:
                found = first_at(s, pool, level, 0)
                break
    elif rule == 1:
        for level in range(need, p["top"] + 1):
            if s.level[base + level] > 0:
                index = first_at(s, pool, level, 0)
                if found == NONE or index < found:
                    found = index
    elif p["top"] >= need and p["top"] > 0:
        found = first_at(s, pool, p["top"], 0)
    return NONE if found == NONE else p["first_node"] + found


@step
def find_late(s: State, pool: int, need: int, rule: int, shadow: int) -> int:
    """The same among shared nodes that are released only after `shadow`; using them costs the head nothing."""
    p = s.pool[pool]
    base = p["level"]
    found = NONE
    top = min(p["top"], p["devices"] - 1)
    for step_level in range(need, top + 1):
        level = step_level if rule != 2 else top + need - step_level
        if s.level[base + level] == 0:
            continue
        index = first_at(s, pool, level, 0)
        while index != NONE and s.node[p["first_node"] + index]["released"] <= shadow:
            index = first_at(s, pool, level, index + 1)
        if index == NONE:
            continue
        if rule != 1:
            return p["first_node"] + index
        if found == NONE or index < found:
            found = index
    return NONE if found == NONE else p["first_node"] + found
