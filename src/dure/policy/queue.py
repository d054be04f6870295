"""Waiting jobs: one list per (class, project, quality of service).

Jobs of one list are indistinguishable except for their request and their turn, so inside a list the order is first
come for ever (or by request, shortest first): only heads of lists need a priority. A list is a region of an arena in
key order, with the smallest request of every 64 places beside it; a place that was taken keeps its key and an endless
request. Regions grow fourfold; freed regions are kept by size.

The active lists of a class stand side by side in a second arena, so that a pass reads them in sequence.
"""

from __future__ import annotations

from dure.jit import leaf, step
from dure.policy.layout import BLOCK, MULTIFACTOR, NEVER, NONE, SJF
from dure.policy.state import State

QUEUE, ACTIVE = 0, 1
_REQUEST_SHIFT = 34  # shortest first: key = request · 2^34 + order
RANK_SHIFT = 44  # priority = rank · 2^44 + the rest, where somebody may preempt


@leaf
def region_places(size: int) -> int:
    """Places of a region of the jobs' arena: 64, 256, 1,024 …"""
    return BLOCK << (2 * size)


@leaf
def active_places(size: int) -> int:
    """Places of a region of the arena of active lists: 4, 16, 64 …"""
    return 4 << (2 * size)


@leaf
def job_key(s: State, slot: int) -> int:
    """Smaller first inside a list; unique."""
    job = s.job[slot]
    if s.rules[0]["order"] == SJF:
        return (job["request"] << _REQUEST_SHIFT) + job["order"]
    return job["order"]


@leaf
def base_of(s: State, ls: int) -> int:
    """Priority of a list before age; where somebody may preempt, rank comes before all."""
    lst = s.list[ls]
    return s.price[lst["project"] * s.qos.size + lst["qos"]] + s.klass[lst["klass"]]["size"]


@leaf
def priority(s: State, base: int, submit: int) -> int:
    """Priority of a job of a list with priority `base` before age, as of the last tick."""
    rules = s.rules[0]
    if rules["order"] != MULTIFACTOR:
        return base
    age = min(max(s.meta[0]["tick_at"] - submit, 0), rules["age_max"])
    return base + rules["age_weight"] * age // rules["age_max"]


@step
def _take_region(s: State, size: int) -> int:
    """A region without jobs: what nobody used yet and what was given back are blank, each request endless."""
    free = s.arena_free[QUEUE, size]
    if free != NONE:
        s.arena_free[QUEUE, size] = s.queue_key[free]
        at = free
    else:
        at = s.meta[0]["queue_used"]
        s.meta[0]["queue_used"] = at + region_places(size)
    s.meta[0]["region"] = max(s.meta[0]["region"], region_places(size + 1) + region_places(0))
    return at


@leaf
def _give_region(s: State, at: int, size: int) -> None:
    s.queue_key[at] = s.arena_free[QUEUE, size]
    s.arena_free[QUEUE, size] = at


@leaf
def _put(s: State, at: int, slot: int, request: int, key: int) -> None:
    s.queue_job[at] = slot
    s.queue_request[at] = request
    s.queue_key[at] = key
    if request < s.queue_least[at >> 6]:
        s.queue_least[at >> 6] = request
    s.job[slot]["at"] = at


@step
def _repack(s: State, ls: int) -> None:
    """Close the gaps of a full list; take a region four times as large if it is more than half full."""
    lst = s.list[ls]
    size = lst["size"]
    old, head, tail = lst["at"], lst["head"], lst["tail"]
    new = old
    if 2 * lst["count"] > region_places(size):
        size += 1
        new = _take_region(s, size)
    filled = 0
    for i in range(old + head, old + tail):
        request = s.queue_request[i]
        if request != NEVER:
            slot, key = s.queue_job[i], s.queue_key[i]
            s.queue_request[i] = NEVER
            if new == old and (filled & 63) == 0:
                s.queue_least[(old + filled) >> 6] = NEVER
            _put(s, new + filled, slot, request, key)
            filled += 1
    if new == old:
        for block in range((old + filled + BLOCK - 1) >> 6, (old + region_places(size)) >> 6):
            s.queue_least[block] = NEVER
    else:
        for block in range(old >> 6, (old + lst["tail"] + BLOCK - 1) >> 6):
            s.queue_least[block] = NEVER
        _give_region(s, old, lst["size"])
    lst["size"] = size
    lst["at"] = new
    lst["head"] = 0
    lst["tail"] = filled


@leaf
def _refresh_block(s: State, block: int) -> None:
    least = NEVER
    for i in range(block << 6, (block + 1) << 6):
        least = min(least, s.queue_request[i])
    s.queue_least[block] = least


@step
def _insert_earlier(s: State, ls: int, slot: int, request: int, key: int) -> None:
    """Put a job before others of its list: shift those behind it up to the next gap."""
    lst = s.list[ls]
    low, high = lst["at"] + lst["head"], lst["at"] + lst["tail"]
    end = high
    while low < high:
        middle = (low + high) >> 1
        if s.queue_key[middle] < key:
            low = middle + 1
        else:
            high = middle
    gap = low
    while gap < end and s.queue_request[gap] != NEVER:
        gap += 1
    if gap == end:
        lst["tail"] += 1
    for i in range(gap, low, -1):
        _put(s, i, s.queue_job[i - 1], s.queue_request[i - 1], s.queue_key[i - 1])
    _put(s, low, slot, request, key)
    for block in range(low >> 6, (gap >> 6) + 1):
        _refresh_block(s, block)


@step
def insert(s: State, slot: int) -> None:
    """Put a waiting job into its list. The caller refreshes the list's entry among the active ones."""
    job = s.job[slot]
    ls = job["list"]
    lst = s.list[ls]
    key = job_key(s, slot)
    request = job["request"]
    if lst["count"] == 0:
        lst["size"] = 0
        lst["at"] = _take_region(s, 0)
        lst["head"] = 0
        lst["tail"] = 0
        lst["least"] = NEVER
    elif lst["tail"] == region_places(lst["size"]):
        _repack(s, ls)
    at = lst["at"] + lst["tail"]
    if lst["count"] == 0 or s.queue_key[at - 1] < key:
        _put(s, at, slot, request, key)
        lst["tail"] += 1
    else:
        _insert_earlier(s, ls, slot, request, key)
    lst["count"] += 1
    lst["least"] = min(lst["least"], request)


@step
def remove(s: State, slot: int) -> None:
    """Take a job out of its list."""
    job = s.job[slot]
    lst = s.list[job["list"]]
    at = job["at"]
    request = s.queue_request[at]
    s.queue_request[at] = NEVER
    job["at"] = NONE
    lst["count"] -= 1
    if lst["count"] == 0:
        s.queue_least[at >> 6] = NEVER
        _give_region(s, lst["at"], lst["size"])
        lst["size"] = NONE
        lst["least"] = NEVER
        return
    if request == s.queue_least[at >> 6]:
        _refresh_block(s, at >> 6)
    base = lst["at"]
    head = lst["head"]
    while s.queue_request[base + head] == NEVER:
        head += 1
    lst["head"] = head
    if request == lst["least"]:
        least = NEVER
        for block in range((base + head) >> 6, (base + lst["tail"] + BLOCK - 1) >> 6):
            least = min(least, s.queue_least[block])
        lst["least"] = least


@step
def find_first(s: State, ls: int, limit: int) -> int:
    """Place of the first job of a list whose request is at most `limit`; NONE if there is none."""
    lst = s.list[ls]
    if lst["count"] == 0 or lst["least"] > limit:
        return NONE
    at = lst["at"] + lst["head"]
    if s.queue_request[at] <= limit:
        return at
    end = lst["at"] + lst["tail"]
    at += 1
    while at < end:
        if (at & 63) == 0:
            block = at >> 6
            while s.queue_least[block] > limit:
                block += 1
            at = block << 6
        if s.queue_request[at] <= limit:
            return at
        at += 1
    return NONE


@step
def _take_active(s: State, size: int) -> int:
    free = s.arena_free[ACTIVE, size]
    if free != NONE:
        s.arena_free[ACTIVE, size] = s.active_key[free]
        return free
    at = s.meta[0]["active_used"]
    s.meta[0]["active_used"] = at + active_places(size)
    return at


@leaf
def _copy_entry(s: State, source: int, to: int) -> None:
    s.active_list[to] = s.active_list[source]
    s.active_prio[to] = s.active_prio[source]
    s.active_key[to] = s.active_key[source]
    s.active_least[to] = s.active_least[source]
    s.active_submit[to] = s.active_submit[source]
    s.active_owner[to] = s.active_owner[source]


@leaf
def _link(s: State, ls: int) -> None:
    """Put a list into the chain of its project's lists with jobs."""
    x = s.project[s.list[ls]["project"]]
    s.list[ls]["previous"] = NONE
    s.list[ls]["next"] = x["lists"]
    if x["lists"] != NONE:
        s.list[x["lists"]]["previous"] = ls
    x["lists"] = ls


@leaf
def _unlink(s: State, ls: int) -> None:
    lst = s.list[ls]
    if lst["previous"] == NONE:
        s.project[lst["project"]]["lists"] = lst["next"]
    else:
        s.list[lst["previous"]]["next"] = lst["next"]
    if lst["next"] != NONE:
        s.list[lst["next"]]["previous"] = lst["previous"]


@step
def activate(s: State, ls: int) -> None:
    """Give a list its place among the active lists of its class."""
    k = s.klass[s.list[ls]["klass"]]
    if k["active"] == 0:
        k["active_size"] = 0
        k["active_at"] = _take_active(s, 0)
        k["slot"] = s.meta[0]["classes"]
        s.classes[s.meta[0]["classes"]] = s.list[ls]["klass"]
        s.meta[0]["classes"] += 1
        k["least"] = NEVER
        k["head_stale"] = 1
    elif k["active"] == active_places(k["active_size"]):
        size = k["active_size"]
        old = k["active_at"]
        new = _take_active(s, size + 1)
        for i in range(k["active"]):
            _copy_entry(s, old + i, new + i)
        s.active_key[old] = s.arena_free[ACTIVE, size]
        s.arena_free[ACTIVE, size] = old
        k["active_size"] = size + 1
        k["active_at"] = new
    at = k["active_at"] + k["active"]
    s.active_list[at] = ls
    s.active_owner[at] = s.list[ls]["project"] * s.qos.size + s.list[ls]["qos"]
    s.active_prio[at] = -NEVER
    s.active_key[at] = NEVER
    s.list[ls]["active"] = k["active"]
    k["active"] += 1
    _link(s, ls)


@step
def deactivate(s: State, ls: int) -> None:
    _unlink(s, ls)
    k = s.klass[s.list[ls]["klass"]]
    last = k["active_at"] + k["active"] - 1
    at = k["active_at"] + s.list[ls]["active"]
    _copy_entry(s, last, at)
    s.list[s.active_list[at]]["active"] = s.list[ls]["active"]
    s.list[ls]["active"] = NONE
    k["active"] -= 1
    if k["active"] == 0:
        s.active_key[k["active_at"]] = s.arena_free[ACTIVE, k["active_size"]]
        s.arena_free[ACTIVE, k["active_size"]] = k["active_at"]
        s.meta[0]["classes"] -= 1
        moved = s.classes[s.meta[0]["classes"]]
        s.classes[k["slot"]] = moved
        s.klass[moved]["slot"] = k["slot"]
        k["slot"] = NONE


@leaf
def _hash(key: int, mask: int) -> int:
    mixed = (key & 0xFFFFFF) * 0x5851F42D + (key >> 24) * 0x4C957F2D
    return (mixed ^ (mixed >> 23)) & mask


@step
def list_slot(s: State, klass: int, project: int, qos: int) -> int:
    """Where the hash has, or takes up, a list; a new place says NONE."""
    key = (((klass << 20) + project) << 8) + qos
    mask = s.lists_of.size - 1
    at = _hash(key, mask)
    while s.lists_of[at] != NONE and s.lists_of[at] != key:
        at = (at + 1) & mask
    if s.lists_of[at] == NONE:
        s.lists_of[at] = key
        s.lists_at[at] = NONE
    return at


@step
def list_of(s: State, klass: int, project: int, qos: int) -> int:
    """The list of a class, project and quality of service; made when it is first asked for."""
    owner = project if s.rules[0]["by_project"] else 0
    at = list_slot(s, klass, owner, qos)
    if s.lists_at[at] != NONE:
        return s.lists_at[at]
    ls = s.meta[0]["lists"]
    s.meta[0]["lists"] = ls + 1
    s.lists_at[at] = ls
    lst = s.list[ls]
    lst["klass"] = klass
    lst["project"] = owner
    lst["qos"] = qos
    lst["size"] = NONE
    lst["least"] = NEVER
    lst["active"] = NONE
    return ls
