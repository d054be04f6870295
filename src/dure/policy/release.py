"""When nodes come free by the estimates: one sorted list a pool, from which the shadow of a blocked head is read.

An entry is (estimated end, nodes): one for each attempt, for the nodes that it covers wholly, and one for each node that
carries smaller attempts, under the latest of their ends. Nodes that are not up release nothing.

An entry is one integer, its time and whose it is, so that it is unique and moves fast. Entries stand in blocks of 64
with the nodes of each block summed; a pool's blocks are kept in order by a vector of their numbers, of which those
behind the used ones are spare.
"""

from __future__ import annotations

from dure.jit import leaf, step
from dure.policy.layout import BACKFILL_CONSERVATIVE, NEVER, NONE, UP
from dure.policy.profile import change_profile
from dure.policy.state import State

PLACES = 64
TIME_BITS = 28  # bits for whose entry it is: an attempt's slot, or SHARED + node
SHARED = 1 << 27


@leaf
def attempt_key(s: State, a: int, time: int) -> int:
    return (time << TIME_BITS) + a


@leaf
def node_key(node: int, time: int) -> int:
    return (time << TIME_BITS) + SHARED + node


@leaf
def owner_of(key: int) -> int:
    """An attempt's slot, or SHARED + node."""
    return key & ((1 << TIME_BITS) - 1)


@leaf
def _nodes_of(s: State, key: int) -> int:
    owner = owner_of(key)
    return 1 if owner >= SHARED else s.attempt[owner]["whole"]


@leaf
def _block_for(s: State, pool: int, key: int) -> int:
    """Place in the order of the block that has or would take a key."""
    p = s.pool[pool]
    order, keys = s.release_order, s.release_key
    base, low, left = p["release"], 0, p["releases"]
    while left > 1:
        half = left >> 1
        if keys[order[base + low + half] * PLACES] <= key:
            low += half
        left -= half
    return low


@leaf
def _place_in(s: State, block: int, key: int) -> int:
    """How many keys of a block are smaller: counted without branches, eight at a time."""
    keys = s.release_key
    first = block * PLACES
    count = 0
    for i in range(first, first + s.release_count[block]):
        count += 1 if keys[i] < key else 0
    return count


@leaf
def _open_block(s: State, pool: int, at: int) -> int:
    """Put a spare block into the order at place `at`."""
    p = s.pool[pool]
    order = s.release_order
    base, used = p["release"], p["releases"]
    block = order[base + used]
    for i in range(base + used, base + at, -1):
        order[i] = order[i - 1]
    order[base + at] = block
    p["releases"] = used + 1
    s.release_count[block] = 0
    s.release_nodes[block] = 0
    return block


@leaf
def _close_block(s: State, pool: int, at: int) -> None:
    p = s.pool[pool]
    order = s.release_order
    base, last = p["release"], p["releases"] - 1
    block = order[base + at]
    for i in range(base + at, base + last):
        order[i] = order[i + 1]
    order[base + last] = block
    p["releases"] = last


@step
def _repack(s: State, pool: int) -> None:
    """Fill sparse blocks from those behind them, so that spare blocks come free."""
    base = s.pool[pool]["release"]
    at = 0
    while at + 1 < s.pool[pool]["releases"]:
        block, behind = s.release_order[base + at], s.release_order[base + at + 1]
        room = PLACES // 2 - s.release_count[block]
        if room <= 0:
            at += 1
            continue
        moved = min(room, s.release_count[behind])
        for i in range(moved):
            key = s.release_key[behind * PLACES + i]
            s.release_key[block * PLACES + s.release_count[block] + i] = key
            s.release_nodes[block] += _nodes_of(s, key)
            s.release_nodes[behind] -= _nodes_of(s, key)
        for i in range(behind * PLACES, behind * PLACES + s.release_count[behind] - moved):
            s.release_key[i] = s.release_key[i + moved]
        s.release_count[block] += moved
        s.release_count[behind] -= moved
        if s.release_count[behind] == 0:
            _close_block(s, pool, at + 1)


@step
def _split(s: State, pool: int, at: int) -> None:
    """Move the later half of a full block into a new one behind it."""
    block = s.release_order[s.pool[pool]["release"] + at]
    behind = _open_block(s, pool, at + 1)
    half = PLACES // 2
    nodes = 0
    for i in range(half):
        key = s.release_key[block * PLACES + half + i]
        s.release_key[behind * PLACES + i] = key
        nodes += _nodes_of(s, key)
    s.release_count[block] = half
    s.release_count[behind] = PLACES - half
    s.release_nodes[block] -= nodes
    s.release_nodes[behind] = nodes


@step
def put_entry(s: State, pool: int, key: int, nodes: int) -> None:
    p = s.pool[pool]
    if s.rules[0]["backfill"] == BACKFILL_CONSERVATIVE:
        change_profile(s, s.meta[0]["now"], key >> TIME_BITS, -nodes)
    if p["releases"] == 0:
        _open_block(s, pool, 0)
    at = _block_for(s, pool, key)
    block = s.release_order[p["release"] + at]
    if s.release_count[block] == PLACES:
        if p["releases"] == p["release_room"]:
            _repack(s, pool)
            at = _block_for(s, pool, key)
        block = s.release_order[p["release"] + at]
        if s.release_count[block] == PLACES:
            _split(s, pool, at)
            at = _block_for(s, pool, key)
            block = s.release_order[p["release"] + at]
    place = block * PLACES + _place_in(s, block, key)
    keys = s.release_key
    for i in range(block * PLACES + s.release_count[block], place, -1):
        keys[i] = keys[i - 1]
    keys[place] = key
    s.release_count[block] += 1
    s.release_nodes[block] += nodes


@step
def drop_entry(s: State, pool: int, key: int, nodes: int) -> None:
    if s.rules[0]["backfill"] == BACKFILL_CONSERVATIVE:
        change_profile(s, s.meta[0]["now"], key >> TIME_BITS, nodes)
    at = _block_for(s, pool, key)
    block = s.release_order[s.pool[pool]["release"] + at]
    place = block * PLACES + _place_in(s, block, key)
    keys = s.release_key
    s.release_count[block] -= 1
    s.release_nodes[block] -= nodes
    for i in range(place, block * PLACES + s.release_count[block]):
        keys[i] = keys[i + 1]
    if s.release_count[block] == 0:
        _close_block(s, pool, at)


@leaf
def covers(s: State, part: int) -> bool:
    """Whether a part covers its node wholly."""
    return s.part[part]["milli"] >= s.node[s.part[part]["node"]]["total"]


@step
def refresh_attempt(s: State, a: int) -> None:
    """Make an attempt's entry say what its parts and estimated end say."""
    attempt = s.attempt[a]
    pool = attempt["pool"]
    nodes = 0
    part = attempt["parts"]
    while part != NONE:
        if covers(s, part) and s.node[s.part[part]["node"]]["mode"] == UP:
            nodes += 1
        part = s.part[part]["next"]
    if attempt["release"] != NONE:
        drop_entry(s, pool, attempt_key(s, a, attempt["release"]), attempt["whole"])
        attempt["release"] = NONE
    attempt["whole"] = nodes
    if nodes > 0:
        put_entry(s, pool, attempt_key(s, a, attempt["end"]), nodes)
        attempt["release"] = attempt["end"]


@step
def set_released(s: State, node: int, released: int) -> None:
    """A node comes free at `released` by the estimates of the attempts smaller than it; NONE if it carries none."""
    n = s.node[node]
    if n["released"] != NONE:
        drop_entry(s, n["pool"], node_key(node, n["released"]), 1)
    n["released"] = released
    if released != NONE:
        put_entry(s, n["pool"], node_key(node, released), 1)


@step
def refresh_node(s: State, node: int) -> None:
    """Make a node's entry say what the attempts on it that are smaller than it say."""
    n = s.node[node]
    released = NONE
    if n["mode"] == UP:
        part = n["parts"]
        while part != NONE:
            if not covers(s, part):
                released = max(released, s.attempt[s.part[part]["attempt"]]["end"])
            part = s.part[part]["node_next"]
    if released != n["released"]:
        set_released(s, node, released)


@step
def shadow_of(s: State, pool: int, nodes: int, whole: int) -> int:
    """The first time at which `nodes` whole nodes are free by the estimates, given `whole` now; NEVER if not at all."""
    if whole >= nodes:
        return s.meta[0]["now"]
    p = s.pool[pool]
    for at in range(p["release"], p["release"] + p["releases"]):
        block = s.release_order[at]
        if whole + s.release_nodes[block] < nodes:
            whole += s.release_nodes[block]
            continue
        for i in range(block * PLACES, block * PLACES + s.release_count[block]):
            whole += _nodes_of(s, s.release_key[i])
            if whole >= nodes:
                return s.release_key[i] >> TIME_BITS
    return NEVER


@step
def released_by(s: State, pool: int, time: int) -> int:
    """Nodes released up to and including `time`."""
    p = s.pool[pool]
    after = (time + 1) << TIME_BITS
    nodes = 0
    for at in range(p["release"], p["release"] + p["releases"]):
        block = s.release_order[at]
        first = block * PLACES
        last = first + s.release_count[block] - 1
        if s.release_key[last] < after:
            nodes += s.release_nodes[block]
            continue
        i = first
        while s.release_key[i] < after:
            nodes += _nodes_of(s, s.release_key[i])
            i += 1
        break
    return nodes
