"""Why a job waits, as codes with numbers (POLICY.md §11), from what `decide` asks of it on every pool (`policy.asked`).

Of the pools that it may use, the one that is nearest to taking the job is spoken of, and everything that stops it there: were all of
that taken away, the job would start.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import IntEnum

import numpy as np

from dure.model.reasons import Code, Reason, reason
from dure.model.units import HOUR_S
from dure.policy import layout as L
from dure.policy.asked import Asked, ask, ask_all, earliest_of
from dure.policy.layout import NEVER, NONE
from dure.policy.state import State, copy


class Bar(IntEnum):
    """What may stop a job on a pool; the smaller, the nearer it is to running."""

    ORDER = 1  # nothing starts past the first in line, or it is too far back to be promised anything
    HELD = 2  # the devices are kept for others
    ROOM = 3
    LIMIT = 4  # of its project
    OWNER = 5  # the pool is somebody else's
    DOWN = 6  # or barred to its class
    TOO_LARGE = 7


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
    if asked.weighted > asked.headroom or asked.billed > asked.model_room or asked.needs > asked.left:
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
    return _nearest(s, slot, ask(s, slot))


def _nearest(s: State, slot: int, found: Sequence[Asked]) -> tuple[Asked, tuple[Asked, ...]] | None:
    now, order, rows = int(s.meta[0]["now"]), int(s.job[slot]["order"]), [(bars(s, slot, asked), asked) for asked in found]
    if not rows:
        return None

    def turn(row: tuple[tuple[Bar, ...], Asked]) -> tuple[tuple[Bar, ...], int, int]:
        stopped, asked = row
        at = asked.until if asked.holder == order else asked.shadow
        return stopped[::-1], max(at, now) + asked.seconds, asked.pool

    worst = max(min(rows, key=turn)[0], default=0)
    return min(rows, key=turn)[1], tuple(asked for stopped, asked in rows if max(stopped, default=0) == worst)


# --- what is said


def why(s: State, slot: int) -> tuple[Reason, ...]:
    """Why an open job does not run, as one sentence's clauses; none if it runs. Pools, projects and jobs are numbers.

    Ask after `decide`. Nothing is said of when a job starts that is neither promised anything nor held for: ask `twin.forecast`.
    """
    return why_all(s, (slot,))[0]


def why_all(s: State, slots: Sequence[int]) -> list[tuple[Reason, ...]]:
    """The same of a page of open jobs, for little more than one of them costs."""
    waiting = [slot for slot in slots if s.job[slot]["state"] == L.JOB_QUEUED]
    found = dict(zip(waiting, ask_all(s, waiting), strict=True)) if waiting else {}
    return [tuple(_said(s, slot, found[slot])) if slot in found else _settled(s, slot) for slot in slots]


def _settled(s: State, slot: int) -> tuple[Reason, ...]:
    """Of a job that does not wait in line."""
    job = s.job[slot]
    if job["state"] == L.JOB_NEW:
        if not job["barred_by"] or not job["deps"] & (L.HELD_BACK - 1):
            return (reason(Code.NOT_READY),)
        return (reason(Code.BARRED, pool=int(job["barred_by"]) - 1, until_s=max(int(job["barred_until"] - s.meta[0]["now"]), 0)),)
    attempt = s.attempt[job["attempt"]]
    if attempt["state"] == L.RECALLED:
        return (reason(Code.CALLING_BACK, pool=int(attempt["pool"])),)
    return (reason(Code.DISPATCHING, pool=int(attempt["pool"])),) if attempt["state"] in (L.PLACED, L.SENT) else ()


def _said(s: State, slot: int, rows: Sequence[Asked]) -> Iterator[Reason]:
    project = int(s.job[slot]["project"])
    if s.project[project]["stopped"]:
        yield reason(Code.BUDGET_STOP, project=project)
    found = _nearest(s, slot, rows)
    yield from _called_back(s, slot)
    if found is None:
        yield reason(Code.NOT_ELIGIBLE, constraint="")
        return
    asked, alike = found
    stopped = bars(s, slot, asked)
    if Bar.LIMIT in stopped:
        yield from _limits(s, project, asked)
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


def _called_back(s: State, slot: int) -> Iterator[Reason]:
    """Of a job that lay at a site and was taken back."""
    pool = int(s.job[slot]["barred_by"]) - 1
    if pool >= 0:
        yield reason(Code.CALLED_BACK, pool=pool, ahead_s=int(s.pool[pool]["ahead"]))


def _limits(s: State, project: int, asked: Asked) -> Iterator[Reason]:
    """Rounded so that what is left is less than what is needed."""
    if asked.weighted > asked.headroom:
        yield reason(Code.OVER_QUOTA, project=project, headroom=max(asked.headroom, 0) // L.PPM, needs=-(-asked.weighted // L.PPM))
    if asked.billed > asked.model_room:
        yield _over_ceiling(s, project, asked)
    if asked.needs > asked.left:
        yield reason(Code.OVER_CREDITS, project=project, left_micro=max(asked.left, 0) // HOUR_S, needs_micro=-(-asked.needs // HOUR_S))


def _over_ceiling(s: State, project: int, asked: Asked) -> Reason:
    """The ceiling that leaves least, of the project or of a node above it; the nearest to the project on ties."""
    model, at, found = int(s.fit[asked.fit]["model"]), project, None
    while at != NONE:
        c = s.ceiling[at * int(s.rules[0]["models"]) + model]
        if found is None or c["most"] - c["held"] < found[1]["most"] - found[1]["held"]:
            found = at, c
        at = int(s.project[at]["parent"])
    assert found is not None
    held, most = int(found[1]["held"]) // L.MILLI, int(found[1]["most"]) // L.MILLI
    return reason(Code.OVER_MODEL_QUOTA, project=found[0], model=model, held=held, most=most, needs=asked.billed // L.MILLI)


def _room(s: State, slot: int, stopped: tuple[Bar, ...], asked: Asked, alike: tuple[Asked, ...]) -> Iterator[Reason]:
    k = s.klass[s.job[slot]["klass"]]
    devices, domain = int(k["devices"]), int(k["domain"])
    size = int(s.pool[asked.pool]["devices"])
    if Bar.TOO_LARGE in stopped:
        largest = max(_nodes_at_most(s, one) * int(s.pool[one.pool]["devices"]) for one in alike)
        yield reason(Code.TOO_LARGE, devices=devices, largest=largest)
    elif Bar.DOWN in stopped and s.fit[asked.fit]["barred_until"]:
        yield reason(Code.POOL_BARRED, pool=asked.pool, until_s=max(int(s.fit[asked.fit]["barred_until"] - s.meta[0]["now"]), 0))
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
    if earliest_of(copy(s), asked.nodes, asked.seconds, promise) <= s.meta[0]["now"]:
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


def slots_of(s: State, numbers: Sequence[int]) -> dict[int, int]:
    """The slots of open jobs by their numbers; those that are not open are left out."""
    slots = np.flatnonzero(np.isin(s.job["id"], np.array(numbers, np.int64)) & (s.job["state"] != NONE))
    return dict(zip(s.job["id"][slots].tolist(), slots.tolist(), strict=True))
