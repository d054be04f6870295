"""Why a job waits: what `decide` asks of it on every pool, as codes with numbers (POLICY.md §11).

The answers come from the predicates that decide. Of the pools that it may use, the one that is nearest to taking the job is
spoken of, and everything that stops it there: were all of that taken away, the job would start.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np

from dure.jit import entry, leaf, step
from dure.model.reasons import Code, Reason, reason
from dure.model.units import HOUR_S
from dure.policy import layout as L
from dure.policy.admit import admits, could_hold, duration, head_room
from dure.policy.backfill import shadow_on
from dure.policy.layout import NEVER, NONE
from dure.policy.place import allowed, has_room, is_kept, spares_gang, spares_head
from dure.policy.preempt import fit_on
from dure.policy.profile import change_profile, earliest
from dure.policy.queue import base_of, job_key, priority
from dure.policy.state import State, copy
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


class Bar(IntEnum):
    """What may stop a job on a pool; the smaller, the nearer it is to running."""

    ORDER = 1  # nothing starts past the first in line, or it is too far back to be promised anything
    HELD = 2  # the devices are kept for others
    ROOM = 3
    LIMIT = 4  # of its project
    OWNER = 5  # the pool is somebody else's
    DOWN = 6
    TOO_LARGE = 7


# --- what decide asks


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


@step
def _count_ahead(s: State, slot: int, row: Any) -> None:
    """Who comes before a job of all that its pool could take."""
    pool, project = row["pool"], s.job[slot]["project"]
    for other in range(s.job.size):
        job = s.job[other]
        if job["state"] != L.JOB_QUEUED or other == slot or not _comes_before(s, other, slot):
            continue
        fit = fit_on(s, other, pool)
        if fit == NONE or s.fit[fit]["nodes"] > s.fit[fit]["most"] or not _may(s, other, fit):
            continue
        if job["project"] == project if row["own"] else allowed(s, pool, job["project"], job["qos"]):
            row["ahead"] += 1
            row["fairer"] += s.project[job["project"]]["fair"] > s.project[project]["fair"]


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
def _ask_pool(s: State, slot: int, fit: int, row: Any) -> None:
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
    row["left"] = NEVER if x["credits"] == NEVER else x["credits"] - x["escrow"]
    row["needs"] = f["weighted"] * row["seconds"]
    row["shadow"] = shadow_on(s, fit) if rules["releases"] else NEVER
    row["holder"], row["until"], row["spares"], row["dated"], row["head"] = NONE, NEVER, 1, 0, NONE
    row["ahead"], row["fairer"] = 0, 0
    _count_ahead(s, slot, row)
    if rules["backfill"] == L.BACKFILL_NONE:
        _ask_order(s, slot, row)
    elif rules["backfill"] == L.BACKFILL_EASY:
        _ask_hold(s, slot, row)


@entry
def _ask(s: State, slot: int, found: Any) -> None:
    """One row of `FOUND` for each pool that a waiting job is eligible on."""
    fit = s.klass[s.job[slot]["klass"]]["fit_at"]
    for i in range(found.size):
        _ask_pool(s, slot, fit + i, found[i])


@entry
def _earliest(s: State, nodes: int, seconds: int, promise: int) -> int:
    """Where a job would stand in the plan if it gave its promise back and took the earliest place. Changes the profile."""
    time = max(promise, s.meta[0]["now"])
    change_profile(s, time, time + seconds, nodes)
    return earliest(s, nodes, seconds, NEVER)


def ask(s: State, slot: int) -> tuple[Asked, ...]:
    """What `decide`, which has just run, found of a waiting job on each eligible pool."""
    found = np.zeros(int(s.klass[s.job[slot]["klass"]]["fit_n"]), FOUND)
    _ask(s, slot, found)
    return tuple(Asked(*row) for row in found.tolist())


# --- what follows from it


def bars(s: State, slot: int, asked: Asked) -> tuple[Bar, ...]:
    """All that stops a waiting job on a pool, but that its whole project may be stopped."""
    return tuple(sorted(_bars(s, s.job[slot], asked)))


def _bars(s: State, job: np.void, asked: Asked) -> Iterator[Bar]:
    if asked.nodes > _nodes_at_most(s, asked):
        yield Bar.TOO_LARGE
    elif not asked.feasible:
        yield Bar.DOWN
    elif not asked.room:
        yield Bar.ROOM
    if not asked.allowed:
        yield Bar.OWNER
    if asked.weighted > asked.headroom or asked.needs > asked.left:
        yield Bar.LIMIT
    if s.rules[0]["backfill"] == L.BACKFILL_CONSERVATIVE:
        if asked.admits and asked.feasible and job["promise"] == NEVER:
            yield Bar.ORDER
        elif asked.room and s.meta[0]["now"] < job["promise"] < NEVER:
            yield Bar.HELD
    elif asked.head != NONE:
        yield Bar.ORDER
    elif not asked.spares:
        yield Bar.HELD


def _inside(s: State, asked: Asked) -> bool:
    """Whether it is a gang that must stand in one fabric domain."""
    return asked.nodes > 1 and int(s.klass[s.fit[asked.fit]["klass"]]["domain"]) == L.DOMAIN_REQUIRE


def _nodes_at_most(s: State, asked: Asked) -> int:
    """Nodes that the pool would have for it with every one of them up and free."""
    p = s.pool[asked.pool]
    return int(min(p["domain_nodes"], p["nodes"]) if _inside(s, asked) else p["nodes"])


def nearest(s: State, slot: int) -> tuple[Asked, tuple[Asked, ...]] | None:
    """The pool that is nearest to taking a waiting job, and all where nothing worse stops it; None if it is eligible nowhere.

    Nearest is where the worst that stops it is least, then the second worst …; then where it would be done first by the estimates.
    """
    now, rows = int(s.meta[0]["now"]), [(bars(s, slot, asked), asked) for asked in ask(s, slot)]
    if not rows:
        return None

    def turn(row: tuple[tuple[Bar, ...], Asked]) -> tuple[tuple[Bar, ...], int, int]:
        stopped, asked = row
        at = asked.until if asked.holder == s.job[slot]["order"] else asked.shadow
        return stopped[::-1], max(at, now) + asked.seconds, asked.pool

    worst = max(min(rows, key=turn)[0], default=0)
    return min(rows, key=turn)[1], tuple(asked for stopped, asked in rows if max(stopped, default=0) == worst)


# --- what is said


def why(s: State, slot: int) -> tuple[Reason, ...]:
    """Why an open job does not run, as one sentence's clauses; none if it runs. Pools, projects and jobs are numbers.

    Ask after `decide`. Nothing is said of when a job starts that is neither promised anything nor held for: ask `twin.forecast`.
    """
    job = s.job[slot]
    if job["state"] == L.JOB_NEW:
        if not job["barred_by"]:
            return (reason(Code.NOT_READY),)
        return (reason(Code.BARRED, pool=int(job["barred_by"]) - 1, until_s=max(int(job["barred_until"] - s.meta[0]["now"]), 0)),)
    if job["state"] != L.JOB_QUEUED:
        attempt = s.attempt[job["attempt"]]
        return (reason(Code.DISPATCHING, pool=int(attempt["pool"])),) if attempt["state"] in (L.PLACED, L.SENT) else ()
    return tuple(_said(s, slot))


def _said(s: State, slot: int) -> Iterator[Reason]:
    project = int(s.job[slot]["project"])
    if s.project[project]["stopped"]:
        yield reason(Code.BUDGET_STOP, project=project)
    found = nearest(s, slot)
    if found is None:
        yield reason(Code.NOT_ELIGIBLE, constraint="")
        return
    asked, alike = found
    stopped = bars(s, slot, asked)
    if Bar.LIMIT in stopped:
        yield from _limits(project, asked)
    if Bar.OWNER in stopped:
        waits = s.pool[asked.pool]["owner_waits"] and s.pool[asked.pool]["lent"] and s.qos[s.job[slot]["qos"]]["preemptible"]
        code = Code.DEDICATED_OWNER_FIRST if waits and s.rules[0]["lend"] else Code.NOT_LENT
        yield reason(code, project=int(s.pool[asked.pool]["owner"]), pool=asked.pool)
    yield from _room(s, slot, stopped, asked, alike)
    yield from _kept_for_others(s, slot, stopped, asked)
    yield from _has_date(s, slot)
    if stopped and max(stopped) <= Bar.ROOM:
        yield from _expected(s, slot, stopped, asked)
        yield from _position(s, stopped, asked)


def _limits(project: int, asked: Asked) -> Iterator[Reason]:
    """Rounded so that what is left is less than what is needed."""
    if asked.weighted > asked.headroom:
        yield reason(Code.OVER_QUOTA, project=project, headroom=max(asked.headroom, 0) // L.PPM, needs=-(-asked.weighted // L.PPM))
    if asked.needs > asked.left:
        yield reason(Code.OVER_CREDITS, project=project, left_micro=max(asked.left, 0) // HOUR_S, needs_micro=-(-asked.needs // HOUR_S))


def _room(s: State, slot: int, stopped: tuple[Bar, ...], asked: Asked, alike: tuple[Asked, ...]) -> Iterator[Reason]:
    k = s.klass[s.job[slot]["klass"]]
    devices, domain = int(k["devices"]), int(k["domain"])
    size = int(s.pool[asked.pool]["devices"])
    if Bar.TOO_LARGE in stopped:
        largest = max(_nodes_at_most(s, one) * int(s.pool[one.pool]["devices"]) for one in alike)
        yield reason(Code.TOO_LARGE, devices=devices, largest=largest)
    elif Bar.DOWN in stopped:
        yield reason(Code.INFEASIBLE_NOW, devices=devices, up=int(s.fit[asked.fit]["most"]) * size)
    elif Bar.ROOM in stopped:
        yield reason(Code.WAITS_FOR_DEVICES, devices=devices, memory_gb=0, domain=domain if asked.nodes > 1 else L.DOMAIN_NONE)
        yield _free(s, devices, asked, alike if max(stopped) == Bar.ROOM else (asked,))


def free_devices(s: State, pool: int) -> int:
    """Free devices of the pool's nodes that are up."""
    p = s.pool[pool]
    return int(np.maximum(s.node["level"][p["first_node"] : p["first_node"] + p["nodes"]], 0).sum())


def _free(s: State, devices: int, asked: Asked, alike: tuple[Asked, ...]) -> Reason:
    """What is free of what it waits for, and what keeps that from being enough where there is more than it asks for."""
    free = {one.pool: free_devices(s, one.pool) for one in alike}
    if sum(free.values()) < devices:
        return reason(Code.FREE, free=sum(free.values()))
    pool, p = asked.pool, s.pool[asked.pool]
    if free[pool] < devices:
        return reason(Code.FREE_IN_POOL, free=free[pool], pool=pool)
    if asked.nodes == 1:
        return reason(Code.FREE_ON_A_NODE, free=free[pool], most=max(int(p["top"]), 0), pool=pool)
    if whole_nodes(s, pool) < asked.nodes:
        return reason(Code.FREE_WHOLE_NODES, whole=whole_nodes(s, pool), nodes=asked.nodes, pool=pool)
    most = int(s.domain_whole[p["first_domain"] : p["first_domain"] + p["domains"]].max())
    return reason(Code.FREE_IN_A_DOMAIN, whole=most, nodes=asked.nodes, pool=pool)


def _kept_for_others(s: State, slot: int, stopped: tuple[Bar, ...], asked: Asked) -> Iterator[Reason]:
    now = int(s.meta[0]["now"])
    if s.rules[0]["backfill"] == L.BACKFILL_CONSERVATIVE:
        if Bar.ORDER in stopped:
            yield reason(Code.BEYOND_DEPTH, depth=int(s.rules[0]["depth"]))
        elif Bar.HELD in stopped:
            promise = int(s.job[slot]["promise"])
            yield reason(_plan(s, asked, promise), start_s=promise - now)
    elif Bar.HELD in stopped and asked.dated:
        number, date_s = _number(s, asked.holder), max(asked.until - now, 0)
        yield reason(Code.KEPT_UNTIL_DATE, pool=asked.pool, job=number, start_s=date_s, needs_s=asked.seconds)
    elif Bar.HELD in stopped:
        window_s = max(asked.until - now, 0)
        yield reason(Code.HELD_FOR_HEAD, pool=asked.pool, job=_number(s, asked.holder), start_s=window_s)
        yield reason(Code.LIMITED_BY_BACKFILL, window_s=window_s, needs_s=asked.seconds)
    elif Bar.ORDER in stopped and (asked.ahead == 0 or max(stopped) == Bar.ORDER):
        yield reason(Code.BEHIND_HEAD, job=_number(s, asked.head))


def _plan(s: State, asked: Asked, promise: int) -> Code:
    """Why a job that has room is promised a later start."""
    if _earliest(copy(s), asked.nodes, asked.seconds, promise) <= s.meta[0]["now"]:
        return Code.PLAN_KEPT
    return Code.PLANNED_FOR_OTHERS if whole_nodes(s, asked.pool) >= asked.nodes else Code.PLANNED_WHOLE


def whole_nodes(s: State, pool: int) -> int:
    p = s.pool[pool]
    return int(s.level[p["level"] + p["devices"]])


def _has_date(s: State, slot: int) -> Iterator[Reason]:
    """The dated reservation that a gang has, on whatever pool."""
    for pool in np.flatnonzero(s.pool["kept_for"] == s.job[slot]["order"]).tolist():
        yield reason(Code.HAS_DATE, pool=pool, start_s=max(int(s.pool[pool]["kept_at"]) - int(s.meta[0]["now"]), 0))


def _expected(s: State, slot: int, stopped: tuple[Bar, ...], asked: Asked) -> Iterator[Reason]:
    """The promise, or the instant for which the pool is held for this job; an instant that has passed foretells nothing."""
    if s.rules[0]["backfill"] == L.BACKFILL_CONSERVATIVE:
        start = int(s.job[slot]["promise"])
        if start == NEVER or Bar.HELD in stopped:
            return
    elif asked.holder == s.job[slot]["order"] and s.job[slot]["at"] != NONE:
        start = asked.until
    else:  # of a gang that has a date, that is said
        return
    start_s = start - int(s.meta[0]["now"])
    yield reason(Code.EXPECTED_START, start_s=start_s) if start_s > 0 else reason(Code.NO_EXPECTED_START)


def _position(s: State, stopped: tuple[Bar, ...], asked: Asked) -> Iterator[Reason]:
    """How many of those that want the same pool come first; if none does, somebody who wants another one may."""
    rules = s.rules[0]
    if asked.ahead:
        order = ("fcfs", "sjf", "multifactor" if asked.fairer == asked.ahead else "priority")[int(rules["order"])]
        yield reason(Code.QUEUE_POSITION, ahead=asked.ahead, order="rank" if rules["preempt"] else order)
    elif Bar.ORDER not in stopped:
        yield reason(Code.HEAD)


def _number(s: State, order: int) -> int:
    """The number of the open job with this order."""
    return int(s.job["id"][(s.job["order"] == order) & (s.job["state"] == L.JOB_QUEUED)][0])


def slot_of(s: State, number: int) -> int:
    """The slot of an open job by its number; NONE if there is none."""
    slots = np.flatnonzero((s.job["id"] == number) & (s.job["state"] != NONE))
    return int(slots[0]) if len(slots) else NONE
