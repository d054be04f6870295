"""The log becomes a State: rows go one by one through the door.

A broker folds the facts that it has recorded, then decides; a follower folds everything, decisions included, and decides
nothing. Both end with the same State, because there is one door. A row that does not fit (a start of an attempt that has
ended, an older supply mode) changes nothing and is counted: facts are told late, twice and out of order.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dure.jit import Group, entry, leaf, step
from dure.model.events import LIVE_COLUMNS, WITHHELD, Kind
from dure.policy import apply as door
from dure.policy import layout as L
from dure.policy.late import lie_down
from dure.policy.layout import MILLI, NEVER, NONE
from dure.policy.line import line_up_again, place_in_line, promise
from dure.policy.preempt import fit_on
from dure.policy.priority import tick
from dure.policy.recall import lift_bars, take_back
from dure.policy.release import refresh_attempt, refresh_node
from dure.policy.reserve import look_forward
from dure.policy.rules import credit_project, limit_model, limit_project, own_pool, stop_project
from dure.policy.state import Ints, Longs, Records, State
from dure.policy.turn import count_given, dequeue, refresh_feasible, refresh_lists, rejoin, step_out
from dure.policy.withdraw import count_withdrawn, hold_back, withdraw

LIVE = np.dtype([(name, kind) for name, kind, *_ in LIVE_COLUMNS])
WANTED = np.dtype([("klass", "i8"), ("project", "i8"), ("qos", "i8"), ("checkpoint", "i8"), ("deps", "i8")])

NODE, ENDED, STARTED, SUBMITTED = int(Kind.NODE), int(Kind.ENDED), int(Kind.STARTED), int(Kind.SUBMITTED)
PLACED, PREEMPTED, REFUSED, READY, SENT = int(Kind.PLACED), int(Kind.PREEMPTED), int(Kind.REFUSED), int(Kind.READY), int(Kind.SENT)
QUOTA, CREDIT, STOP, TICK = int(Kind.QUOTA), int(Kind.CREDIT), int(Kind.STOP), int(Kind.TICK)
DECIDED, HELD, PROMISED, DEDICATED = int(Kind.DECIDED), int(Kind.HELD), int(Kind.PROMISED), int(Kind.DEDICATED)
WITHDRAWN, HELD_BACK, RECALLED = int(Kind.WITHDRAWN), int(Kind.HELD_BACK), int(Kind.RECALLED)
_OF_ATTEMPT = (ENDED, STARTED, SENT, REFUSED, PREEMPTED, RECALLED)
_LEDGER_ONLY = (int(Kind.LOST), int(Kind.IDLE))
_KINDS = 1 + max(Kind)
TOLD = np.dtype([("at", "i8"), ("since", "i8"), ("withheld", "i1")])
"""The last word about a node: its second by the clock of whoever said it, when the node's mode was recorded, and whether it is only we
who keep the node out of work."""


class Directory(Group):
    """From the numbers of the log to the slots of the State; hashes with room for four times the slots, NONE where empty."""

    wanted: Records  # by job number: what its SUBMITTED row does not say
    job_key: Longs
    job_slot: Ints
    attempt_key: Longs
    attempt_slot: Ints
    told: Records  # by node: TOLD
    odd: Longs  # by kind: rows that did not fit


def new_directory(state: State, wanted: Records, told: Records | None = None, odd: Longs | None = None) -> Directory:
    """The directory of all that is open in a State."""
    jobs, attempts = _places(len(state.job)), _places(len(state.attempt))
    directory = Directory(
        wanted=wanted,
        job_key=np.full(jobs, NONE, np.int64),
        job_slot=np.zeros(jobs, np.int32),
        attempt_key=np.full(attempts, NONE, np.int64),
        attempt_slot=np.zeros(attempts, np.int32),
        told=nothing_told(len(state.node)) if told is None else told,
        odd=np.zeros(_KINDS, np.int64) if odd is None else odd,
    )
    enroll(state, directory)
    return directory


def nothing_told(nodes: int) -> Records:
    """TOLD of nodes of which nobody has said anything."""
    told: Records = np.zeros(nodes, TOLD)
    told["at"] = told["since"] = -NEVER
    return told


def _places(slots: int) -> int:
    return 1 << (4 * slots).bit_length()


@leaf
def _find(keys: Longs, slots: Ints, key: int) -> int:
    """The slot of a number; NONE if it is not open."""
    mask = keys.size - 1
    at = key & mask
    while keys[at] != NONE:
        if keys[at] == key:
            return slots[at]
        at = (at + 1) & mask
    return NONE


@leaf
def _put(keys: Longs, slots: Ints, key: int, slot: int) -> None:
    mask = keys.size - 1
    at = key & mask
    while keys[at] != NONE:
        at = (at + 1) & mask
    keys[at] = key
    slots[at] = slot


@leaf
def _take_out(keys: Longs, slots: Ints, key: int) -> None:
    """Forget a number; those behind it move up, so that every search still meets them before a gap."""
    mask = keys.size - 1
    hole = key & mask
    while keys[hole] != key:
        hole = (hole + 1) & mask
    at = (hole + 1) & mask
    while keys[at] != NONE:
        if ((at - (keys[at] & mask)) & mask) >= ((at - hole) & mask):
            keys[hole] = keys[at]
            slots[hole] = slots[at]
            hole = at
        at = (at + 1) & mask
    keys[hole] = NONE


@entry
def enroll(s: State, d: Directory) -> None:
    """Enter all open jobs and attempts into an empty directory."""
    for slot in range(s.job.size):
        if s.job[slot]["state"] != NONE:
            _put(d.job_key, d.job_slot, s.job[slot]["id"], slot)
    for a in range(s.attempt.size):
        if s.attempt[a]["state"] != L.FREE:
            _put(d.attempt_key, d.attempt_slot, s.attempt[a]["id"], a)
    s.meta[0]["out"] = 0
    s.meta[0]["stop"] = 0


@leaf
def _enroll_placed(s: State, d: Directory) -> None:
    """Enter what the last decide placed."""
    for i in range(s.meta[0]["out"]):
        _put(d.attempt_key, d.attempt_slot, s.attempt[s.out[i]]["id"], s.out[i])
    s.meta[0]["out"] = 0
    s.meta[0]["stop"] = 0


@leaf
def _has_room(s: State) -> bool:
    """Whether the next job finds room in every table."""
    meta = s.meta[0]
    if meta["job_free"] < 2 or meta["lists"] + 2 >= s.list.size:
        return False
    return meta["queue_used"] + meta["region"] <= s.queue_key.size


@leaf
def _submitted(s: State, d: Directory, row: Any) -> bool:
    job = row["job"]
    if _find(d.job_key, d.job_slot, job) != NONE:
        return False
    w = d.wanted[job]
    slot = door.submit(s, job, w["klass"], w["project"], w["qos"], row["value"], w["checkpoint"], w["deps"])
    _put(d.job_key, d.job_slot, job, slot)
    return True


@leaf
def _node(s: State, d: Directory, row: Any) -> bool:
    """Nodes of one pool enter a mode; what was told of a node later stands."""
    fits = False
    s.meta[0]["due"] = 1
    first = row["node"]
    for node in range(first, first + row["count"]):
        if d.told[node]["at"] <= row["at"]:
            if s.node[node]["mode"] != row["cause"] or d.told[node]["at"] == -NEVER:
                d.told[node]["since"] = row["seen"]
            d.told[node]["at"] = row["at"]
            d.told[node]["withheld"] = row["value"] == WITHHELD
            if s.node[node]["mode"] != row["cause"]:
                s.meta[0]["replan_due"] = 1
            door.enter_mode(s, node, row["cause"])
            fits = True
    if fits:
        refresh_feasible(s, s.node[first]["pool"])
    return fits


@leaf
def _over(s: State, d: Directory, a: int, outcome: int, kept: int, at: int) -> None:
    _take_out(d.attempt_key, d.attempt_slot, s.attempt[a]["id"])
    if outcome <= L.TIME_LIMIT or s.job[s.attempt[a]["job"]]["withdrawn"]:
        _take_out(d.job_key, d.job_slot, s.job[s.attempt[a]["job"]]["id"])
    door.end(s, a, outcome, kept, at)


@leaf
def _refuse(s: State, d: Directory, a: int, until: int, at: int) -> None:
    """The placement comes back; the job is barred until its READY row. One that is not wanted any more is over: its slot is another's."""
    slot = s.attempt[a]["job"]
    if s.attempt[a]["state"] == L.RECALLED:  # it was not there to be taken back: this is what came first
        s.attempt[a]["state"] = L.SENT
        if s.pool[s.attempt[a]["pool"]]["ahead"] > 0:
            lie_down(s, a)
    wanted = s.job[slot]["withdrawn"] == 0
    if wanted:
        s.job[slot]["barred_by"] = s.attempt[a]["pool"] + 1
        s.job[slot]["barred_until"] = until
    _over(s, d, a, L.OUT_LOST, 0, at)
    if wanted:
        if s.job[slot]["state"] == L.JOB_QUEUED:
            dequeue(s, slot)
        s.job[slot]["state"] = L.JOB_NEW
        s.job[slot]["deps"] |= 1


@leaf
def _recalled(s: State, a: int) -> None:
    """A rule of before may have had a limit where there is none now."""
    if s.pool[s.attempt[a]["pool"]]["ahead"] > 0:
        take_back(s, a)
    else:
        s.attempt[a]["state"] = L.RECALLED


@step
def _attempt(s: State, d: Directory, row: Any) -> bool:
    """What became of an attempt."""
    kind = row["kind"]
    a = _find(d.attempt_key, d.attempt_slot, row["attempt"])
    if a == NONE:
        return False
    state = s.attempt[a]["state"]
    if kind == ENDED or (kind == REFUSED and s.attempt[a]["started_at"] == NONE):
        if kind == ENDED:
            _over(s, d, a, row["cause"], row["value"], row["at"])
        else:
            _refuse(s, d, a, row["value"], row["at"])
    elif kind == STARTED and (state == L.PLACED or state == L.SENT or state == L.RECALLED):
        door.start(s, a)
        if s.rules[0]["backfill"] == L.BACKFILL_CONSERVATIVE and s.attempt[a]["placed_at"] < s.meta[0]["now"]:
            s.meta[0]["due"] = 1  # it may be time to plan anew, though nothing came free
    elif kind == SENT and state == L.PLACED:
        s.attempt[a]["state"] = L.SENT
    elif kind == PREEMPTED and state == L.RUNNING:
        door.stop_by(s, a, row["value"])
    elif kind == RECALLED and (state == L.PLACED or state == L.SENT):
        _recalled(s, a)
    else:
        return kind == SENT and state == L.RECALLED  # its site says that it has what it was asked to give back
    return True


@step
def _placed(s: State, d: Directory, row: Any) -> bool:
    """A placement as it was decided, one run of nodes of it."""
    a = _find(d.attempt_key, d.attempt_slot, row["attempt"])
    if a == NONE:
        slot = _find(d.job_key, d.job_slot, row["job"])
        if slot == NONE or s.job[slot]["attempt"] != NONE:
            return False
        fit = fit_on(s, slot, row["pool"])
        dequeue(s, slot)
        a = door.open_attempt(s, slot, fit, row["at"])
        _put(d.attempt_key, d.attempt_slot, row["attempt"], a)
    attempt = s.attempt[a]
    size = s.pool[row["pool"]]["devices"] * MILLI
    milli = min(attempt["milli"], size)
    nodes = row["count"] // milli
    for node in range(row["node"], row["node"] + nodes):
        door.add_part(s, a, node, milli)
        door.book(s, node, 0, milli)
        if milli < size and s.rules[0]["releases"]:
            refresh_node(s, node)
    if milli == size:
        if s.rules[0]["releases"]:
            refresh_attempt(s, a)
        else:
            attempt["whole"] += nodes
    door.soil(s, row["pool"])
    project = s.job[attempt["job"]]["project"]
    if s.project[project]["limited"]:
        refresh_lists(s, project, False, NONE)
    return True


@step
def _reserved(s: State, pool: int, slot: int, date: int) -> None:
    """A pool has another dated reservation, another date, or (NONE) none any more; a gang has one at most."""
    p = s.pool[pool]
    if p["kept_for"] != NONE and p["kept_slot"] != slot:
        rejoin(s, p["kept_slot"])
    if slot == NONE:
        return
    if p["kept_for"] == NONE:
        if s.job[slot]["at"] == NONE:
            rejoin(s, slot)
        step_out(s, slot, pool)
        count_given(s, slot)
    p["kept_at"] = date


@leaf
def _held(s: State, d: Directory, row: Any) -> None:
    """What is held, where holds are remembered (`hold: kept`), and dated reservations."""
    slot = _find(d.job_key, d.job_slot, row["job"])
    order = NONE if slot == NONE else s.job[slot]["order"]
    if row["cause"] == 0:
        s.meta[0]["head"] = order
        s.meta[0]["hold_pool"] = row["pool"]
        s.meta[0]["shadow"] = row["value"]
    elif row["cause"] == 1:
        s.pool[row["pool"]]["held_for"] = order
        s.pool[row["pool"]]["held_at"] = row["value"]
    else:
        _reserved(s, row["pool"], slot, row["value"])


@step
def _promised(s: State, d: Directory, row: Any) -> bool:
    """A job's promise, where promises are kept; its place in the profile is derived."""
    slot = _find(d.job_key, d.job_slot, row["job"])
    if slot == NONE or s.job[slot]["state"] != L.JOB_QUEUED:
        return False
    promise(s, place_in_line(s, slot), NEVER if row["value"] == NONE else row["value"])
    s.meta[0]["line_promised"] = s.meta[0]["line_tail"]
    return True


@step
def _decided(s: State, row: Any) -> None:
    """Everything above has been decided on, and promises stand as of this second."""
    meta = s.meta[0]
    if meta["bar_next"] <= meta["now"]:
        lift_bars(s)
    meta["due"] = 0
    if meta["withdrawn"]:
        count_withdrawn(s)
    if s.rules[0]["reserve_ppm"]:
        look_forward(s)
    if s.rules[0]["backfill"] != L.BACKFILL_CONSERVATIVE:
        return
    meta["replan_at"] = row["value"]
    meta["replan_due"] = row["cause"]
    meta["promise_at"] = row["seen"]
    meta["promise_next"] = NEVER
    meta["promise_late"] = 0
    for at in range(meta["line_head"], meta["line_tail"]):
        if s.line_promise[at] > row["seen"]:
            meta["promise_next"] = min(meta["promise_next"], s.line_promise[at])
        else:
            meta["promise_late"] = 1


@leaf
def _tick(s: State, row: Any) -> None:
    """Priorities anew; the line is searched by them from here on, so it is put in their order at once."""
    tick(s, row["value"])
    if s.rules[0]["backfill"] == L.BACKFILL_CONSERVATIVE:
        s.meta[0]["line_tick"] = row["value"]
        line_up_again(s)


@leaf
def _ready(s: State, d: Directory, row: Any) -> bool:
    """Of what keeps a job out of the queue one thing is over: what people ask (cause 1), or the bar of a refusal."""
    slot = _find(d.job_key, d.job_slot, row["job"])
    if slot == NONE:
        return False
    if row["cause"]:
        s.job[slot]["deps"] &= L.HELD_BACK - 1
    else:
        s.job[slot]["deps"] &= L.HELD_BACK
        s.job[slot]["barred_by"] = 0
    if s.job[slot]["state"] != L.JOB_NEW:
        return bool(row["cause"])
    if s.job[slot]["deps"] == 0:
        door.ready(s, slot)
    return True


@leaf
def _held_back(s: State, d: Directory, row: Any) -> bool:
    slot = _find(d.job_key, d.job_slot, row["job"])
    if slot == NONE:
        return False
    s.meta[0]["due"] = 1
    hold_back(s, slot)
    return True


@step
def _withdrawn(s: State, d: Directory, row: Any) -> None:
    """Of a job that is over nothing is left to withdraw: no mistake, its user was late."""
    s.meta[0]["due"] = 1
    slot = _find(d.job_key, d.job_slot, row["job"])
    if slot != NONE and withdraw(s, slot):
        _take_out(d.job_key, d.job_slot, row["job"])


@step
def _quota(s: State, row: Any) -> bool:
    """Of billing-weighted devices, or of the model of a pool."""
    if row["pool"] == NONE:
        limit_project(s, row["job"], row["value"])
    elif s.rules[0]["models"] == 0 or s.project[row["job"]]["limited"] == 0:
        return False
    else:
        limit_model(s, row["job"], s.pool[row["pool"]]["model"], NEVER if row["value"] == NONE else row["value"])
    return True


@step
def _rule(s: State, d: Directory, row: Any) -> bool:
    """What is not about an attempt: jobs that are ready, projects, ticks, holds, and that `decide` has run."""
    kind = row["kind"]
    if kind == DECIDED:
        _decided(s, row)
    elif kind == PROMISED:
        return _promised(s, d, row)
    elif kind == HELD:
        _held(s, d, row)
    elif kind == TICK:
        _tick(s, row)
    elif kind == STOP:
        stop_project(s, row["job"], row["value"])
    elif kind == CREDIT:
        credit_project(s, row["job"], row["value"])
    elif kind == QUOTA:
        return _quota(s, row)
    elif kind == DEDICATED:
        own_pool(s, row["pool"], row["job"], row["cause"], row["value"])
    elif kind == READY:
        return _ready(s, d, row)
    elif kind == WITHDRAWN:
        _withdrawn(s, d, row)
    elif kind == HELD_BACK:
        return _held_back(s, d, row)
    else:
        return kind in _LEDGER_ONLY
    return True


@entry
def fold(s: State, d: Directory, rows: Any, at: int) -> int:
    """Apply rows from number `at` on. Returns how many rows are behind it; fewer than all: make room for jobs and go on from there."""
    _enroll_placed(s, d)
    for i in range(at, rows.size):
        row = rows[i]
        kind = row["kind"]
        if kind == SUBMITTED and not _has_room(s):
            return i
        s.meta[0]["now"] = max(s.meta[0]["now"], row["seen"])
        if kind == SUBMITTED:
            fits = _submitted(s, d, row)
        elif kind == NODE:
            fits = _node(s, d, row)
        elif kind == PLACED:
            fits = _placed(s, d, row)
        elif kind in _OF_ATTEMPT:
            fits = _attempt(s, d, row)
        else:
            fits = _rule(s, d, row)
        if not fits:
            d.odd[kind] += 1
    return int(rows.size)
