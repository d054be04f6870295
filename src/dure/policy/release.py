"""When nodes come free by the estimates: one sorted list a pool, from which the shadow of a blocked head is read.

An entry is (estimated end, nodes): one for each attempt, for the nodes that it covers wholly, and one for each node that
carries smaller attempts, under the latest of their ends. Nodes that are not up release nothing.
"""

from __future__ import annotations

from dure.jit import leaf, step
from dure.policy.layout import NEVER, NONE, UP
from dure.policy.state import State


@leaf
def shared_id(node: int) -> int:
    """The entry of a shared node, apart from those of attempts."""
    return -2 - node


@step
def put_entry(s: State, pool: int, time: int, nodes: int, entry: int) -> None:
    p = s.pool[pool]
    base = p["release"]
    at = base + p["releases"]
    while at > base and s.release_time[at - 1] > time:
        s.release_time[at] = s.release_time[at - 1]
        s.release_nodes[at] = s.release_nodes[at - 1]
        s.release_id[at] = s.release_id[at - 1]
        at -= 1
    s.release_time[at] = time
    s.release_nodes[at] = nodes
    s.release_id[at] = entry
    p["releases"] += 1


@leaf
def find_entry(s: State, pool: int, time: int, entry: int) -> int:
    p = s.pool[pool]
    low, high = p["release"], p["release"] + p["releases"]
    while low < high:
        middle = (low + high) >> 1
        if s.release_time[middle] < time:
            low = middle + 1
        else:
            high = middle
    while s.release_id[low] != entry:
        low += 1
    return low


@step
def drop_entry(s: State, pool: int, time: int, entry: int) -> None:
    p = s.pool[pool]
    end = p["release"] + p["releases"] - 1
    at = find_entry(s, pool, time, entry)
    while at < end:
        s.release_time[at] = s.release_time[at + 1]
        s.release_nodes[at] = s.release_nodes[at + 1]
        s.release_id[at] = s.release_id[at + 1]
        at += 1
    p["releases"] -= 1


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
        drop_entry(s, pool, attempt["release"], a)
        attempt["release"] = NONE
    attempt["whole"] = nodes
    if nodes > 0:
        put_entry(s, pool, attempt["end"], nodes, a)
        attempt["release"] = attempt["end"]


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
    if released == n["released"]:
        return
    if n["released"] != NONE:
        drop_entry(s, n["pool"], n["released"], shared_id(node))
    n["released"] = released
    if released != NONE:
        put_entry(s, n["pool"], released, 1, shared_id(node))


@step
def shadow_of(s: State, pool: int, nodes: int, whole: int) -> int:
    """The first time at which `nodes` whole nodes are free by the estimates, given `whole` now; NEVER if not at all."""
    if whole >= nodes:
        return s.meta[0]["now"]
    p = s.pool[pool]
    base = p["release"]
    for i in range(base, base + p["releases"]):
        whole += s.release_nodes[i]
        if whole >= nodes:
            return s.release_time[i]
    return NEVER


@step
def released_by(s: State, pool: int, time: int) -> int:
    """Nodes released up to and including `time`."""
    p = s.pool[pool]
    base = p["release"]
    nodes = 0
    for i in range(base, base + p["releases"]):
        if s.release_time[i] > time:
            break
        nodes += s.release_nodes[i]
    return nodes
