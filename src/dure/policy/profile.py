"""The future of a conservative pool: how many whole nodes nothing is planned on, from each instant to the next (POLICY.md §10).

A step function: entries (time, nodes left from then on), the first at the present instant, no two neighbours alike. It falls
by the release entries and the promises and rises by the nodes that are up, each told here when it changes, so it is derived.
Where more is planned than there is, entries are negative.

Entries stand in small blocks; in order of time stand the blocks' records, with the first time, the least and the most of each.
A change over many blocks is written in the records alone (`shift`), and a search steps over the blocks that cannot matter.
"""

from __future__ import annotations

from dure.jit import leaf, step
from dure.policy.layout import NEVER
from dure.policy.state import State

PLACES = 32
HALF = PLACES // 2


@leaf
def _block_at(s: State, time: int) -> int:
    """The block, by order, into which an instant from now on falls."""
    low, left = 0, s.meta[0]["profile_blocks"]
    while left > 1:
        half = left >> 1
        if s.profile_block[low + half]["first"] <= time:
            low += half
        left -= half
    return low


@leaf
def _start_of(s: State, at: int) -> int:
    """Place of the first entry of a block."""
    return s.profile_block[at]["block"] * PLACES


@leaf
def _place_at(s: State, at: int, time: int) -> int:
    """Place of the last entry of a block that is not later than `time`."""
    start = _start_of(s, at)
    count = 0
    for i in range(start, start + s.profile_block[at]["count"]):
        count += 1 if s.profile_time[i] <= time else 0
    return start + count - 1


@leaf
def _recount(s: State, at: int) -> None:
    """Make a block's record true."""
    b = s.profile_block[at]
    start = _start_of(s, at)
    least = s.profile_free[start]
    most = least
    for i in range(start + 1, start + b["count"]):
        least = min(least, s.profile_free[i])
        most = max(most, s.profile_free[i])
    b["first"] = s.profile_time[start]
    b["least"] = least + b["shift"]
    b["most"] = most + b["shift"]


@leaf
def _settle(s: State, at: int) -> None:
    """Write a block's shift into its entries."""
    start = _start_of(s, at)
    for i in range(start, start + s.profile_block[at]["count"]):
        s.profile_free[i] += s.profile_block[at]["shift"]
    s.profile_block[at]["shift"] = 0


@leaf
def _copy_record(s: State, source: int, to: int) -> None:
    a, b = s.profile_block[source], s.profile_block[to]
    b["first"] = a["first"]
    b["block"] = a["block"]
    b["count"] = a["count"]
    b["least"] = a["least"]
    b["most"] = a["most"]
    b["shift"] = a["shift"]


@step
def _open_block(s: State, at: int) -> None:
    """Put a spare block into the order; spare ones stand behind those in use."""
    used = s.meta[0]["profile_blocks"]
    spare = s.profile_block[used]["block"]
    for i in range(used, at, -1):
        _copy_record(s, i - 1, i)
    s.profile_block[at]["block"] = spare
    s.profile_block[at]["count"] = 0
    s.profile_block[at]["shift"] = 0
    s.meta[0]["profile_blocks"] = used + 1


@step
def _close_block(s: State, at: int) -> None:
    last = s.meta[0]["profile_blocks"] - 1
    spare = s.profile_block[at]["block"]
    for i in range(at, last):
        _copy_record(s, i + 1, i)
    s.profile_block[last]["block"] = spare
    s.meta[0]["profile_blocks"] = last


@leaf
def _move(s: State, source: int, skipped: int, count: int, to: int) -> None:
    """Append settled entries of one block to another."""
    b = s.profile_block[to]
    start, end = _start_of(s, source) + skipped, _start_of(s, to) + b["count"]
    for i in range(count):
        s.profile_time[end + i] = s.profile_time[start + i]
        s.profile_free[end + i] = s.profile_free[start + i]
    b["count"] += count


@step
def _repack(s: State) -> None:
    """Fill sparse blocks from those behind them, so that spare blocks come free."""
    at = 0
    while at + 1 < s.meta[0]["profile_blocks"]:
        count = s.profile_block[at + 1]["count"]
        moved = min(HALF - s.profile_block[at]["count"], count)
        if moved <= 0:
            at += 1
            continue
        _settle(s, at)
        _settle(s, at + 1)
        _move(s, at + 1, 0, moved, at)
        s.profile_block[at + 1]["count"] = 0
        _move(s, at + 1, moved, count - moved, at + 1)
        _recount(s, at)
        if moved == count:
            _close_block(s, at + 1)
        else:
            _recount(s, at + 1)


@step
def _split(s: State, time: int) -> None:
    """Make room for two entries in the block into which `time` falls."""
    if s.meta[0]["profile_blocks"] == s.profile_block.size:
        _repack(s)
    at = _block_at(s, time)
    count = s.profile_block[at]["count"]
    if count <= PLACES - 2:
        return
    _settle(s, at)
    _open_block(s, at + 1)
    _move(s, at, HALF, count - HALF, at + 1)
    s.profile_block[at]["count"] = HALF
    _recount(s, at)
    _recount(s, at + 1)


@leaf
def _roomy_block_at(s: State, time: int) -> int:
    """The block into which an instant falls, with room for two more entries."""
    at = _block_at(s, time)
    if s.profile_block[at]["count"] > PLACES - 2:
        _split(s, time)
        at = _block_at(s, time)
    return at


@leaf
def _let_stand(s: State, at: int, time: int) -> int:
    """Place of the entry at `time` in its block, which has room for it."""
    place = _place_at(s, at, time)
    if s.profile_time[place] == time:
        return place
    place += 1
    for i in range(_start_of(s, at) + s.profile_block[at]["count"], place, -1):
        s.profile_time[i] = s.profile_time[i - 1]
        s.profile_free[i] = s.profile_free[i - 1]
    s.profile_time[place] = time
    s.profile_free[place] = s.profile_free[place - 1]
    s.profile_block[at]["count"] += 1
    return place


@step
def _heal(s: State, at: int, place: int) -> None:
    """Drop an entry of a block if it says what the one before it says."""
    b = s.profile_block[at]
    start = _start_of(s, at)
    if place > start:
        before = s.profile_free[place - 1]
    elif at > 0:
        ahead = s.profile_block[at - 1]
        before = s.profile_free[_start_of(s, at - 1) + ahead["count"] - 1] + ahead["shift"] - b["shift"]
    else:
        return
    if s.profile_free[place] != before:
        return
    b["count"] -= 1
    for i in range(place, start + b["count"]):
        s.profile_time[i] = s.profile_time[i + 1]
        s.profile_free[i] = s.profile_free[i + 1]
    if b["count"] == 0:
        _close_block(s, at)
    elif place == start:
        _recount(s, at)


@step
def _raise_part(s: State, at: int, since: int, until: int, nodes: int) -> None:
    for i in range(since, until):
        s.profile_free[i] += nodes
    _recount(s, at)


@leaf
def _raise_whole(s: State, since: int, until: int, nodes: int) -> None:
    """Add nodes to whole blocks."""
    for at in range(since, until):
        b = s.profile_block[at]
        b["shift"] += nodes
        b["least"] += nodes
        b["most"] += nodes


@step
def forget_past(s: State) -> None:
    """Let the first entry stand at the present instant."""
    now = s.meta[0]["now"]
    while s.meta[0]["profile_blocks"] > 1 and s.profile_block[1]["first"] <= now:
        _close_block(s, 0)
    start = _start_of(s, 0)
    passed = _place_at(s, 0, now) - start
    if passed > 0:
        s.profile_block[0]["count"] -= passed
        for i in range(start, start + s.profile_block[0]["count"]):
            s.profile_time[i] = s.profile_time[i + passed]
            s.profile_free[i] = s.profile_free[i + passed]
    s.profile_time[start] = now
    _recount(s, 0)


@step
def change_profile(s: State, start: int, stop: int, nodes: int) -> None:
    """More (or, negative, fewer) nodes are left over from `start`, if it has not passed, to before `stop`."""
    if s.profile_block[0]["first"] < s.meta[0]["now"]:
        forget_past(s)
    start = max(start, s.meta[0]["now"])
    if stop <= start or nodes == 0:
        return
    last = _roomy_block_at(s, stop)
    blocks = s.meta[0]["profile_blocks"]
    first = _roomy_block_at(s, start)
    if s.meta[0]["profile_blocks"] != blocks:
        last = _block_at(s, stop)
    until = _let_stand(s, last, stop)
    count = s.profile_block[first]["count"]
    since = _let_stand(s, first, start)
    if first == last:
        until += s.profile_block[first]["count"] - count
        _raise_part(s, first, since, until, nodes)
    else:
        _raise_part(s, first, since, _start_of(s, first) + s.profile_block[first]["count"], nodes)
        _raise_whole(s, first + 1, last, nodes)
        _raise_part(s, last, _start_of(s, last), until, nodes)
    _heal(s, last, until)
    _heal(s, first, since)


@step
def change_capacity(s: State, nodes: int) -> None:
    """Nodes came or (negative) went, for ever."""
    if s.profile_block[0]["first"] < s.meta[0]["now"]:
        forget_past(s)
    _raise_whole(s, 0, s.meta[0]["profile_blocks"], nodes)


@step
def least_left(s: State) -> int:
    """The fewest nodes left over at any instant from now on."""
    if s.profile_block[0]["first"] < s.meta[0]["now"]:
        forget_past(s)
    least = NEVER
    for at in range(s.meta[0]["profile_blocks"]):
        least = min(least, s.profile_block[at]["least"])
    return least


@step
def short_since(s: State, time: int, nodes: int) -> int:
    """An instant since which fewer than `nodes` are left over, up to `time`; NEVER if there are enough then."""
    at = _block_at(s, time)
    place = _place_at(s, at, time)
    if s.profile_free[place] + s.profile_block[at]["shift"] >= nodes:
        return NEVER
    return s.profile_time[place]


@step
def earliest(s: State, nodes: int, seconds: int, until: int) -> int:
    """The first instant before `until` from which `nodes` are left over for `seconds`, what is after `until` not asked; `until` if none.

    With `until` = NEVER everything is asked, and NEVER means that there is no such instant.
    """
    if s.profile_block[0]["first"] < s.meta[0]["now"]:
        forget_past(s)
    since, enough = NEVER, until
    for at in range(s.meta[0]["profile_blocks"]):
        b = s.profile_block[at]
        if b["first"] >= enough:
            break
        if b["most"] < nodes:
            since, enough = NEVER, until
            continue
        if b["least"] >= nodes:
            if since == NEVER:
                since = b["first"]
                enough = min(until, since + seconds)
            continue
        wanted = nodes - b["shift"]
        i = _start_of(s, at)
        end = i + b["count"]
        while True:
            if since == NEVER:
                while i < end and s.profile_free[i] < wanted:
                    i += 1
                if i == end:
                    break
                if s.profile_time[i] >= until:
                    return until
                since = s.profile_time[i]
                enough = min(until, since + seconds)
            while i < end and s.profile_free[i] >= wanted:
                i += 1
            if i == end:
                break
            if s.profile_time[i] >= enough:
                return since
            since, enough = NEVER, until
    return min(since, until)
