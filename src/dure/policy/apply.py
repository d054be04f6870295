"""The door: every change of the State. Facts never fail; one that does not fit is applied all the same.

Two books a node: `busy` says what the world told us runs there, `placed` what we decided and have not seen start.
"""

from __future__ import annotations

import numpy as np

from dure.jit import leaf, step
from dure.policy import layout as L
from dure.policy.admit import duration, hold, hold_of_model, room_for_lists
from dure.policy.floor import make_dirty, relevel
from dure.policy.late import bar, lie_down, stand_up
from dure.policy.layout import MILLI, NEVER, NONE
from dure.policy.place import fullest_domain, gang_domain, next_whole
from dure.policy.queue import list_of
from dure.policy.release import attempt_key, drop_entry, put_entry, refresh_attempt, refresh_node, set_released
from dure.policy.state import Log, State
from dure.policy.turn import credit_left, dequeue, enqueue, refresh_feasible, refresh_project


@leaf
def integrate(s: State, pool: int) -> None:
    """Add up the pool's counts to this instant, before one of them changes."""
    p = s.pool[pool]
    seconds = s.meta[0]["now"] - p["since"]
    if seconds > 0:
        for c in range(L.COUNTS):
            s.sum[pool, c] += s.count[pool, c] * seconds
        p["since"] = s.meta[0]["now"]


@leaf
def soil(s: State, pool: int) -> None:
    """Something changed in a pool: the next decide looks at it."""
    make_dirty(s, pool)
    bit = np.uint64(1) << np.uint64(pool & 63)
    s.moved[pool >> 6] |= bit
    s.vain[pool >> 6] &= ~bit
    s.meta[0]["due"] = 1
    s.meta[0]["split_stale"] = 1


@leaf
def write(s: State, log: Log, kind: int, job: int, attempt: int, pool: int, node: int, count: int, value: int, cause: int) -> None:
    row = log.rows[log.n[0]]
    row["at"] = s.meta[0]["now"]
    row["kind"] = kind
    row["job"] = job
    row["attempt"] = attempt
    row["pool"] = pool
    row["node"] = node
    row["count"] = count
    row["value"] = value
    row["cause"] = cause
    log.n[0] += 1


@leaf
def idle_column(s: State, pool: int) -> int:
    """Free devices of a dedicated pool are idle by its holder, lent out or not; others are free and their cause is split."""
    return L.C_UP if s.pool[pool]["owner"] == NONE else L.C_DEDICATED_IDLE


@leaf
def _enter_books(s: State, node: int, busy: int, placed: int) -> None:
    """Change the two books of a node; the counts of its pool are the caller's."""
    n = s.node[node]
    n["busy"] += busy
    n["placed"] += placed
    relevel(s, node)


@leaf
def book(s: State, node: int, busy: int, placed: int) -> None:
    """Change the two books of a node and the counts of its pool."""
    n = s.node[node]
    pool = n["pool"]
    integrate(s, pool)
    column = idle_column(s, pool) if n["mode"] == L.UP else n["mode"]
    s.count[pool, column] -= busy + placed
    s.count[pool, L.C_BUSY] += busy
    s.count[pool, L.C_DISPATCH] += placed
    _enter_books(s, node, busy, placed)


@step
def submit(s: State, job_id: int, klass: int, project: int, qos: int, request: int, checkpoint: int, deps: int) -> int:
    """A job exists. Returns its slot; with no dependencies left it waits at once."""
    meta = s.meta[0]
    meta["job_free"] -= 1
    slot = s.job_free[meta["job_free"]]
    job = s.job[slot]
    job["id"] = job_id
    job["klass"] = klass
    job["project"] = project
    job["qos"] = qos
    job["request"] = request
    job["submit"] = meta["now"]
    job["order"] = meta["order"]
    job["deps"] = deps
    job["attempt"] = NONE
    job["tries"] = 0
    job["barred_by"] = 0
    job["withdrawn"] = 0
    job["at"] = NONE
    job["checkpoint"] = checkpoint
    job["state"] = L.JOB_QUEUED if deps == 0 else L.JOB_NEW
    job["list"] = list_of(s, klass, project, qos)
    meta["order"] += 1
    meta["open_jobs"] += 1
    meta["due"] = 1
    meta["split_stale"] = 1
    if deps == 0:
        enqueue(s, slot)
    return slot


@leaf
def ready(s: State, slot: int) -> None:
    """A job's last dependency is met."""
    s.job[slot]["deps"] = 0
    s.job[slot]["barred_by"] = 0
    s.job[slot]["state"] = L.JOB_QUEUED
    s.meta[0]["due"] = 1
    s.meta[0]["split_stale"] = 1
    enqueue(s, slot)


@leaf
def add_part(s: State, a: int, node: int, milli: int) -> None:
    meta = s.meta[0]
    meta["part_free"] -= 1
    part = s.part_free[meta["part_free"]]
    x = s.part[part]
    x["attempt"] = a
    x["node"] = node
    x["milli"] = milli
    x["next"] = s.attempt[a]["parts"]
    s.attempt[a]["parts"] = part
    first = s.node[node]["parts"]
    x["node_next"] = first
    x["node_prev"] = NONE
    if first != NONE:
        s.part[first]["node_prev"] = part
    s.node[node]["parts"] = part


@leaf
def _drop_part(s: State, part: int) -> None:
    x = s.part[part]
    if x["node_prev"] == NONE:
        s.node[x["node"]]["parts"] = x["node_next"]
    else:
        s.part[x["node_prev"]]["node_next"] = x["node_next"]
    if x["node_next"] != NONE:
        s.part[x["node_next"]]["node_prev"] = x["node_prev"]
    s.part_free[s.meta[0]["part_free"]] = part
    s.meta[0]["part_free"] += 1


@leaf
def accrue(s: State, project: int) -> None:
    """Bring a project's usage up to this instant, before what it holds changes."""
    x = s.project[project]
    x["gathered"] += x["held"] * (s.meta[0]["now"] - x["since"])
    x["since"] = s.meta[0]["now"]


@leaf
def open_attempt(s: State, slot: int, fit: int, at: int) -> int:
    """The job has a placement since `at`: now, but for one that is taken up again after a restore."""
    meta = s.meta[0]
    meta["attempt_free"] -= 1
    a = s.attempt_free[meta["attempt_free"]]
    attempt, job, f = s.attempt[a], s.job[slot], s.fit[fit]
    seconds = duration(s, fit, job["request"])
    attempt["id"] = meta["attempts"]
    meta["attempts"] += 1
    attempt["job"] = slot
    attempt["pool"] = f["pool"]
    attempt["state"] = L.PLACED
    owner = s.pool[f["pool"]]["owner"]
    attempt["lent"] = 1 if owner != NONE and owner != job["project"] else 0
    attempt["whole"] = 0
    attempt["parts"] = NONE
    attempt["milli"] = f["billed"]
    attempt["rate"] = f["speed"]
    attempt["placed_at"] = at
    attempt["started_at"] = NONE
    attempt["end"] = at + seconds
    attempt["deadline"] = NEVER
    attempt["release"] = NONE
    attempt["held"] = f["weighted"]
    attempt["escrow"] = 0
    job["attempt"] = a
    job["tries"] += 1
    job["barred_by"] = 0
    job["state"] = L.JOB_ACTIVE
    x = s.project[job["project"]]
    accrue(s, job["project"])
    hold(s, job["project"], f["weighted"])
    if x["modelled"]:
        hold_of_model(s, job["project"], f["model"], f["billed"])
    if x["limited"] and x["credits"] != NEVER:
        attempt["escrow"] = f["weighted"] * seconds
        x["escrow"] += attempt["escrow"]
    if s.pool[f["pool"]]["ahead"] > 0:
        lie_down(s, a)
    return a


@step
def place(s: State, log: Log, slot: int, fit: int, node: int) -> int:
    """Decide: a waiting job gets its devices, on `node` or as a gang of whole nodes. Returns the attempt."""
    dequeue(s, slot)
    a = open_attempt(s, slot, fit, s.meta[0]["now"])
    f, attempt = s.fit[fit], s.attempt[a]
    pool = f["pool"]
    job_id, attempt_id, end = s.job[slot]["id"], attempt["id"], attempt["end"]
    easy = s.rules[0]["releases"]
    if f["nodes"] == 1:
        milli = f["need"] * MILLI
        add_part(s, a, node, milli)
        book(s, node, 0, milli)
        write(s, log, L.K_PLACED, job_id, attempt_id, pool, node, milli, end, 0)
        if f["need"] < s.pool[pool]["devices"]:
            if easy and end > s.node[node]["released"]:
                set_released(s, node, end)
        else:
            attempt["whole"] = 1
    else:
        _place_gang(s, log, a, fit, job_id)
        attempt["whole"] = f["nodes"]
    if easy and attempt["whole"] > 0:
        put_entry(s, pool, attempt_key(s, a, end), attempt["whole"])
        attempt["release"] = end
    s.out[s.meta[0]["out"]] = a
    s.meta[0]["out"] += 1
    soil(s, pool)
    project = s.job[slot]["project"]
    if s.project[project]["limited"]:
        refresh_project(s, project, False, room_for_lists(s, project, f["model"]), credit_left(s, project))
    return a


@step
def _place_gang(s: State, log: Log, a: int, fit: int, job_id: int) -> None:
    """Take whole nodes one by one; one row a run of consecutive nodes."""
    f, attempt = s.fit[fit], s.attempt[a]
    milli = s.pool[f["pool"]]["devices"] * MILLI
    left = f["nodes"]
    integrate(s, f["pool"])
    s.count[f["pool"], idle_column(s, f["pool"])] -= left * milli
    s.count[f["pool"], L.C_DISPATCH] += left * milli
    domain = gang_domain(s, fit, left)
    run, length = NONE, 0
    while left > 0:
        if domain != NONE and s.domain_whole[domain] == 0:
            domain = fullest_domain(s, f["pool"])
        node = next_whole(s, fit, domain)
        add_part(s, a, node, milli)
        _enter_books(s, node, 0, milli)
        left -= 1
        if run != NONE and node == run + length:
            length += 1
            continue
        if run != NONE:
            write(s, log, L.K_PLACED, job_id, attempt["id"], f["pool"], run, length * milli, attempt["end"], 0)
        run, length = node, 1
    write(s, log, L.K_PLACED, job_id, attempt["id"], f["pool"], run, length * milli, attempt["end"], 0)


@step
def _move_end(s: State, a: int, time: int) -> None:
    """The estimated end of an attempt is another than it was."""
    s.attempt[a]["end"] = time
    if not s.rules[0]["releases"]:
        return
    refresh_attempt(s, a)
    part = s.attempt[a]["parts"]
    while part != NONE:
        refresh_node(s, s.part[part]["node"])
        part = s.part[part]["next"]
    soil(s, s.attempt[a]["pool"])


@leaf
def _may_be_called(s: State, pool: int) -> None:
    """An attempt began to run later than it was placed: now it can be given notice. Where something is remembered every instant counts."""
    if s.pool[pool]["owner"] != NONE:
        soil(s, pool)
    elif s.rules[0]["preempt"] or s.rules[0]["hold_kept"] or s.rules[0]["reserve_ppm"]:
        s.meta[0]["due"] = 1


@step
def start(s: State, a: int) -> None:
    """The world says that the attempt runs."""
    attempt = s.attempt[a]
    if s.pool[attempt["pool"]]["ahead"] > 0 and attempt["state"] != L.RECALLED:
        stand_up(s, a)
    attempt["state"] = L.RUNNING
    s.vain[attempt["pool"] >> 6] &= ~(np.uint64(1) << np.uint64(attempt["pool"] & 63))
    attempt["started_at"] = s.meta[0]["now"]
    late = s.meta[0]["now"] - attempt["placed_at"] - s.pool[attempt["pool"]]["delay"]
    if late != 0:
        _move_end(s, a, attempt["end"] + late)
    if s.meta[0]["withdrawn"] and (s.job[attempt["job"]]["withdrawn"] or s.job[attempt["job"]]["deps"] & L.HELD_BACK):
        s.meta[0]["due"] = 1  # it gets its notice; another one's start is no reason to decide
    if s.meta[0]["now"] > attempt["placed_at"]:
        _may_be_called(s, attempt["pool"])
    part = attempt["parts"]
    while part != NONE:
        milli = s.part[part]["milli"]
        n = s.node[s.part[part]["node"]]
        n["busy"] += milli
        n["placed"] -= milli
        part = s.part[part]["next"]
    pool = attempt["pool"]
    integrate(s, pool)
    s.count[pool, L.C_BUSY] += attempt["milli"]
    s.count[pool, L.C_DISPATCH] -= attempt["milli"]
    if attempt["lent"]:
        s.count[pool, L.C_LENT] += attempt["milli"]


@leaf
def close_job(s: State, slot: int) -> None:
    """The job is over; its slot is free for another."""
    meta = s.meta[0]
    s.job[slot]["state"] = L.NONE
    s.job_free[meta["job_free"]] = slot
    meta["job_free"] += 1
    meta["open_jobs"] -= 1


@step
def end(s: State, a: int, outcome: int, kept: int, at: int) -> None:
    """The attempt is over since `at`, which may be heard of later. `kept`: seconds of its work on this pool that need not be done again.

    One that was recalled and never started keeps its class off the pool for a while; taken back so it costs nothing.
    """
    attempt = s.attempt[a]
    meta = s.meta[0]
    pool = attempt["pool"]
    started = attempt["started_at"] != NONE
    recalled = not started and attempt["state"] == L.RECALLED
    if not started and not recalled and s.pool[pool]["ahead"] > 0:
        stand_up(s, a)
    if attempt["release"] != NONE:
        drop_entry(s, pool, attempt_key(s, a, attempt["release"]), attempt["whole"])
    integrate(s, pool)
    if started and attempt["lent"]:
        s.count[pool, L.C_LENT] -= attempt["milli"]
    s.count[pool, L.C_BUSY if started else L.C_DISPATCH] -= attempt["milli"]
    easy = s.rules[0]["releases"]
    back = 0
    part = attempt["parts"]
    while part != NONE:
        x = s.part[part]
        node, milli = x["node"], x["milli"]
        _drop_part(s, part)
        if s.node[node]["mode"] == L.UP:
            back += milli
        else:
            s.count[pool, s.node[node]["mode"]] += milli
        _enter_books(s, node, -milli if started else 0, 0 if started else -milli)
        if easy and milli < s.node[node]["total"] and s.node[node]["released"] <= attempt["end"]:
            refresh_node(s, node)
        part = x["next"]
    s.count[pool, idle_column(s, pool)] += back
    if attempt["end"] > meta["now"]:
        meta["replan_due"] = 1
    slot = attempt["job"]
    project = s.job[slot]["project"]
    limited = s.project[project]["limited"]
    room = room_for_lists(s, project, s.pool[pool]["model"]) if limited else NEVER
    left = credit_left(s, project)
    if attempt["state"] == L.STOPPING:
        s.pool[pool]["leaving"] -= 1
    _settle(s, a, project, attempt["placed_at"] if outcome == L.OUT_RECALLED and not started else at)
    attempt["state"] = L.FREE
    s.attempt_free[meta["attempt_free"]] = a
    meta["attempt_free"] += 1
    s.job[slot]["attempt"] = NONE
    soil(s, pool)
    if limited:
        left = min(left, credit_left(s, project))  # who held devices for longer than was asked pays for it
        refresh_project(s, project, True, room, left)
    if recalled:
        s.job[slot]["barred_by"] = pool + 1
        s.job[slot]["barred_until"] = meta["now"] + s.pool[pool]["ahead"]
        bar(s, s.job[slot]["klass"], pool)
    if outcome <= L.TIME_LIMIT or s.job[slot]["withdrawn"]:
        close_job(s, slot)
    else:
        s.job[slot]["request"] = max(1, s.job[slot]["request"] - kept * attempt["rate"] // L.PPM)
        if s.job[slot]["deps"]:
            s.job[slot]["state"] = L.JOB_NEW
        else:
            s.job[slot]["state"] = L.JOB_QUEUED
            enqueue(s, slot)


@leaf
def _settle(s: State, a: int, project: int, at: int) -> None:
    """Give back quota and escrow, charge credits for the time that was held up to `at`, fair-share for that until it was heard of."""
    attempt = s.attempt[a]
    x = s.project[project]
    accrue(s, project)
    hold(s, project, -attempt["held"])
    if x["modelled"]:
        hold_of_model(s, project, s.pool[attempt["pool"]]["model"], -attempt["milli"])
    if attempt["escrow"] > 0:
        x["escrow"] -= attempt["escrow"]
        x["credits"] -= attempt["held"] * max(0, at - attempt["placed_at"])


@step
def stop_by(s: State, a: int, deadline: int) -> None:
    """The attempt was given notice and leaves by its deadline."""
    attempt = s.attempt[a]
    if attempt["state"] != L.STOPPING:
        s.pool[attempt["pool"]]["leaving"] += 1
    attempt["state"] = L.STOPPING
    attempt["deadline"] = deadline
    soil(s, attempt["pool"])
    if deadline < attempt["end"]:
        s.meta[0]["replan_due"] = 1
        _move_end(s, a, deadline)


@step
def preempt(s: State, log: Log, a: int, notice: int) -> None:
    """Decide: the attempt gets notice."""
    attempt = s.attempt[a]
    meta = s.meta[0]
    deadline = meta["now"] + max(notice, 1)
    write(s, log, L.K_PREEMPTED, s.job[attempt["job"]]["id"], attempt["id"], attempt["pool"], NONE, attempt["milli"], deadline, 0)
    s.stop[meta["stop"]] = a
    meta["stop"] += 1
    stop_by(s, a, deadline)


@step
def set_mode(s: State, node: int, mode: int) -> None:
    """A node enters a supply mode. Attempts on it end by facts of their own."""
    if s.node[node]["mode"] != mode:
        s.meta[0]["replan_due"] = 1
        enter_mode(s, node, mode)
        refresh_feasible(s, s.node[node]["pool"])


@step
def enter_mode(s: State, node: int, mode: int) -> None:
    """Change a node's supply mode and what is derived from it, but for which classes the pool could hold."""
    n = s.node[node]
    pool = n["pool"]
    before = n["mode"]
    if before == mode:
        return
    integrate(s, pool)
    idle = n["total"] - n["busy"] - n["placed"]
    s.count[pool, idle_column(s, pool) if before == L.UP else before] -= idle
    s.count[pool, idle_column(s, pool) if mode == L.UP else mode] += idle
    n["mode"] = mode
    relevel(s, node)
    if before == L.UP or mode == L.UP:
        part = n["parts"] if s.rules[0]["releases"] else NONE
        if part != NONE:
            refresh_node(s, node)
        while part != NONE:
            refresh_attempt(s, s.part[part]["attempt"])
            part = s.part[part]["node_next"]
    soil(s, pool)
