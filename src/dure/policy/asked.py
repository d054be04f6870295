"""What `decide` asks of a waiting job on every pool, asked again for whoever wants to know why it waits (POLICY.md §11).

The answers come from the predicates that decide. A page of jobs is asked for together: who comes before each of them is counted in one
walk over the queue, whose cost does not depend on how many jobs the page has.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from dure.jit import entry, leaf, step
from dure.policy import layout as L
from dure.policy.admit import admits, could_hold, duration, head_room, longest_request, model_room, over_ceiling
from dure.policy.backfill import shadow_on
from dure.policy.layout import NEVER, NONE
from dure.policy.place import allowed, has_room, is_kept, spares_gang, spares_head
from dure.policy.profile import change_profile, earliest
from dure.policy.queue import base_of, job_key, priority
from dure.policy.state import Longs, Records, State
from dure.policy.turn import before


class Asked(NamedTuple):
    """A waiting job and one pool that it is eligible on. Truths are 0 or 1, jobs are order numbers."""

    fit: int
    pool: int
    nodes: int
    own: int  # the pool is dedicated to the job's project
    allowed: int
    feasible: int
    admits: int
    headroom: int  # weighted devices that its project may still hold
    weighted: int
    model_room: int  # milli-devices of the pool's model that ceilings leave to it; NEVER: none stands
    billed: int
    left: int  # credits that its project has left, in ppm of a device-second; NEVER: none needed
    needs: int
    room: int
    seconds: int
    shadow: int  # when the pool would have the room by the estimates, if it were the first in line; NEVER: not known
    holder: int  # for whom the pool is held, NONE: for nobody
    until: int  # and until when
    spares: int  # the job would not delay that one
    dated: int  # that one is not the head, but has a date
    head: int  # no backfill: the first in line, if the job comes after it
    ahead: int  # jobs before it that the pool could take at all
    fairer: int  # of them those whose project has a higher fair-share


FOUND = np.dtype([(name, "i8") for name in Asked._fields])
_TURN = np.dtype([("prio", "i8"), ("key", "i8")])


@step
def _comes_before(s: State, a: int, b: int) -> bool:
    """Whether a waiting job is looked at before another."""
    x, y = s.job[a], s.job[b]
    prio_x, prio_y = priority(s, base_of(s, x["list"]), x["submit"]), priority(s, base_of(s, y["list"]), y["submit"])
    return before(prio_x, job_key(s, a), prio_y, job_key(s, b))


@leaf
def _may(s: State, slot: int, fit: int) -> bool:
    return admits(s, s.job[slot]["project"], fit, duration(s, fit, s.job[slot]["request"]))


@step
def _first_in_line(s: State) -> int:
    """The first waiting job that could hold a pool; NONE if there is none."""
    best = NONE
    for slot in range(s.job.size):
        if s.job[slot]["state"] != L.JOB_QUEUED or (best != NONE and not _comes_before(s, slot, best)):
            continue
        k = s.klass[s.job[slot]["klass"]]
        for i in range(k["fit_at"], k["fit_at"] + k["fit_n"]):
            if could_hold(s, i) and _may(s, slot, i):
                best = slot
                break
    return best


@leaf
def _longest(s: State, project: int, fit: int) -> int:
    """The longest request of a job of a project that this fit may start now; NONE if none, NEVER if nothing limits it."""
    x, f = s.project[project], s.fit[fit]
    if f["nodes"] > f["most"] or x["stopped"]:
        return NONE
    if not x["limited"]:
        return NEVER
    if f["weighted"] > head_room(s, project) or (x["modelled"] and over_ceiling(s, project, fit)):
        return NONE
    return NEVER if x["credits"] == NEVER else longest_request(s, fit, (x["credits"] - x["escrow"]) // f["weighted"])


@leaf
def _place_in(page: Any, prio: int, key: int) -> int:
    """The first job of a page, in its order, that one of this priority comes before."""
    low, high = 0, page.size
    while low < high:
        middle = (low + high) >> 1
        if before(prio, key, page[middle]["prio"], page[middle]["key"]):
            high = middle
        else:
            low = middle + 1
    return low


@leaf
def _rank_in(fairs: Any, fair: int) -> int:
    """How many of these, ascending, are below a fair-share."""
    low, high = 0, fairs.size
    while low < high:
        middle = (low + high) >> 1
        if fairs[middle] < fair:
            low = middle + 1
        else:
            high = middle
    return low


@leaf
def _count_one(s: State, other: int, place: int, rank: int, known: int, most: Any, ahead: Any, own: Any) -> None:
    """Enter a waiting job that comes before page jobs from `place` on, at every pool that could take it."""
    job = s.job[other]
    k = s.klass[job["klass"]]
    for i in range(k["fit_n"]):
        fit = k["fit_at"] + i
        if job["request"] > (most[job["list"], i] if known else _longest(s, job["project"], fit)):
            continue
        pool = s.fit[fit]["pool"]
        if s.pool[pool]["owner"] == job["project"]:
            own[pool, place] += 1
        elif allowed(s, pool, job["project"], job["qos"]):
            ahead[pool, place, rank] += 1


@entry
def _count_ahead(s: State, page: Any, fairs: Any, most: Any, ahead: Any, own: Any) -> None:
    """Where every waiting job stands between the jobs of a page, by pool and by the fair-share of its project: one walk over all.

    `page`: priority and key in their order. `most`: room for the longest requests of each list. `ahead[pool, place, rank]` and
    `own[pool, place]` (jobs of who holds the pool) are added to; the jobs of the page from `place` on are behind them.
    """
    by_list = s.rules[0]["by_project"] != 0
    if by_list:
        for ls in range(s.meta[0]["lists"]):
            k = s.klass[s.list[ls]["klass"]]
            for i in range(k["fit_n"]):
                most[ls, i] = _longest(s, s.list[ls]["project"], k["fit_at"] + i)
    for other in range(s.job.size):
        job = s.job[other]
        if job["state"] != L.JOB_QUEUED:
            continue
        place = _place_in(page, priority(s, base_of(s, job["list"]), job["submit"]), job_key(s, other))
        if place < page.size:
            rank = _rank_in(fairs, s.project[job["project"]]["fair"])
            _count_one(s, other, place, rank, by_list, most, ahead, own)


@leaf
def _ask_hold(s: State, slot: int, row: Any) -> None:
    """For whom the pool is held, and whether the job would delay that one. An owner's pool is held for one of its own."""
    meta, p, fit = s.meta[0], s.pool[row["pool"]], row["fit"]
    shadow, extra = meta["shadow"], meta["extra"]
    if row["own"]:
        row["holder"] = p["held_for"]
        meta["shadow"], meta["extra"] = p["held_at"], p["held_extra"]
    elif meta["hold_pool"] == row["pool"]:
        row["holder"] = meta["head"]
    if row["holder"] != NONE:
        row["until"] = meta["shadow"]
        if row["holder"] != s.job[slot]["order"] and row["room"]:
            row["spares"] = spares_head(s, fit, row["seconds"])
    meta["shadow"], meta["extra"] = shadow, extra
    if meta["reserved"] and p["kept_for"] != NONE:
        _ask_date(s, slot, row)


@leaf
def _ask_date(s: State, slot: int, row: Any) -> None:
    """The same for a dated reservation, which may stand beside the head's hold."""
    p, job = s.pool[row["pool"]], s.job[slot]
    if row["spares"] == 0:
        return
    if p["kept_for"] == job["order"]:
        row["holder"], row["until"] = job["order"], p["kept_at"]
    elif is_kept(s, row["pool"], job["order"], job["qos"]) and row["room"]:
        beside = row["pool"] if row["holder"] != NONE and row["holder"] != job["order"] else NONE
        if not spares_gang(s, row["fit"], row["seconds"], beside):
            row["holder"], row["until"], row["spares"], row["dated"] = p["kept_for"], p["kept_at"], 0, 1


@leaf
def _ask_order(s: State, slot: int, row: Any) -> None:
    """Without backfill: who is first in line, before the job."""
    head = s.pool[row["pool"]]["owner_head"] if row["own"] else _first_in_line(s)
    if head != NONE and head != slot and _comes_before(s, head, slot):
        row["head"] = s.job[head]["order"]


@step
def _ask_pool(s: State, slot: int, fit: int, row: Any, shadows: Any) -> None:
    """What one pool says of a waiting job; `shadows`: by fit, where they were found before, else NONE."""
    f, job, rules = s.fit[fit], s.job[slot], s.rules[0]
    p, x = s.pool[f["pool"]], s.project[job["project"]]
    row["fit"], row["pool"], row["nodes"], row["weighted"] = fit, f["pool"], f["nodes"], f["weighted"]
    row["own"] = p["owner"] == job["project"]
    row["allowed"] = row["own"] or allowed(s, f["pool"], job["project"], job["qos"])
    row["feasible"] = f["nodes"] <= f["most"]
    row["room"] = has_room(s, fit)
    row["seconds"] = duration(s, fit, job["request"])
    row["admits"] = _may(s, slot, fit)
    row["headroom"] = head_room(s, job["project"])
    row["model_room"] = model_room(s, job["project"], f["model"]) if x["modelled"] else NEVER
    row["billed"] = f["billed"]
    row["left"] = NEVER if x["credits"] == NEVER else x["credits"] - x["escrow"]
    row["needs"] = f["weighted"] * row["seconds"]
    if shadows[fit] == NONE:
        shadows[fit] = shadow_on(s, fit) if rules["releases"] else NEVER
    row["shadow"] = shadows[fit]
    row["holder"], row["until"], row["spares"], row["dated"], row["head"] = NONE, NEVER, 1, 0, NONE
    row["ahead"], row["fairer"] = 0, 0
    if rules["backfill"] == L.BACKFILL_NONE:
        _ask_order(s, slot, row)
    elif rules["backfill"] == L.BACKFILL_EASY:
        _ask_hold(s, slot, row)


@entry
def _ask(s: State, slots: Any, found: Any, first: Any, page: Any, shadows: Any) -> None:
    """A row of `FOUND` for each pool that a waiting job is eligible on, job after job; `first`: where each job's begin."""
    at = 0
    for i in range(slots.size):
        slot = slots[i]
        job, k = s.job[slot], s.klass[s.job[slot]["klass"]]
        first[i] = at
        page[i]["prio"] = priority(s, base_of(s, job["list"]), job["submit"])
        page[i]["key"] = job_key(s, slot)
        for fit in range(k["fit_at"], k["fit_at"] + k["fit_n"]):
            _ask_pool(s, slot, fit, found[at], shadows)
            at += 1
    first[slots.size] = at


@entry
def earliest_of(s: State, nodes: int, seconds: int, promise: int) -> int:
    """Where a job would stand in the plan if it gave its promise back and took the earliest place. Changes the profile."""
    time = max(promise, s.meta[0]["now"])
    change_profile(s, time, time + seconds, nodes)
    return earliest(s, nodes, seconds, NEVER)


def ask(s: State, slot: int) -> tuple[Asked, ...]:
    """What `decide`, which has just run, found of a waiting job on each eligible pool."""
    return ask_all(s, (slot,))[0]


def ask_all(s: State, slots: Sequence[int]) -> list[tuple[Asked, ...]]:
    """The same of many waiting jobs: who comes before them is counted in one walk over the queue."""
    ours = np.array(slots, np.int64)
    found = np.zeros(int(s.klass["fit_n"][s.job["klass"][ours]].sum()), FOUND)
    first, page = np.zeros(len(ours) + 1, np.int64), np.zeros(len(ours), _TURN)
    _ask(s, ours, found, first, page, np.full(len(s.fit), NONE, np.int64))
    _tell_ahead(s, ours, found, first, page)
    rows = [Asked(*row) for row in found.tolist()]
    return [tuple(rows[start:end]) for start, end in pairwise(first.tolist())]


def _tell_ahead(s: State, slots: Longs, found: Records, first: Longs, page: Records) -> None:
    """Enter `ahead` and `fairer`: those before a job are of all places up to its own, fairer those of a higher rank."""
    turn = np.lexsort((page["key"], -page["prio"]))
    fair = s.project["fair"][s.job["project"][slots]]
    fairs, rank = np.unique(fair, return_inverse=True)
    most = np.zeros((int(s.meta[0]["lists"]) + 1, max(1, int(s.klass["fit_n"].max()))), np.int64)
    ahead = np.zeros((len(s.pool), len(slots) + 1, len(fairs) + 1), np.int64)
    own = np.zeros((len(s.pool), len(slots) + 1), np.int64)
    _count_ahead(s, page[turn], fairs, most, ahead, own)
    place = np.empty(len(slots), np.int64)
    place[turn] = np.arange(len(slots))
    job = np.repeat(np.arange(len(slots)), np.diff(first))
    at = found["pool"], place[job]
    held = found["own"] != 0
    behind = ahead.cumsum(axis=1)
    fairer = behind[..., ::-1].cumsum(axis=2)[..., ::-1]  # of this rank and above
    found["ahead"] = np.where(held, own.cumsum(axis=1)[at], fairer[..., 0][at])
    found["fairer"] = np.where(held, 0, fairer[(*at, rank[job] + 1)])
