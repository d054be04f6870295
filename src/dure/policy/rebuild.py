"""A State made anew from what another one says: open jobs, attempts and their parts, nodes, projects, whose a pool is.

Nothing derived is taken over, neither slots nor lists nor bitmaps nor release entries, so a State that decides otherwise than
its rebuilt self has a derived column that is not true. Counts and sums of the waterfall begin at the instant of the rebuilding.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from dure.jit import entry, leaf, step
from dure.policy import layout as L
from dure.policy.admit import hold, hold_of_model, mark_ceilings
from dure.policy.apply import add_part, book, enter_mode
from dure.policy.build import Spec, build
from dure.policy.conservative import promise_as_before
from dure.policy.floor import refresh_open, relevel
from dure.policy.late import lie_down, mark
from dure.policy.layout import NEVER, NONE
from dure.policy.priority import fair_shares
from dure.policy.queue import list_of
from dure.policy.release import refresh_attempt, refresh_node
from dure.policy.state import State
from dure.policy.turn import enqueue, price_all, refresh_feasible, step_out


def rebuild(spec: Spec, state: State) -> State:
    """The same State built anew from `spec`, of which it was built, with the same room: rebuilding it often makes nothing larger.

    `spec` may also be a wider one: more pools, classes or projects behind those of before. What is new stands as `spec` says.
    Lists grow from their smallest again; that takes at most 16/3 places a job beside 64 a list, and `build` gives more.
    """
    fresh = build(replace(spec, jobs=len(state.job), lists=len(state.list) - 1))
    assert len(fresh.pool) >= len(state.pool), "a State is never made narrower"
    jobs = np.flatnonzero(state.job["state"] != NONE)
    key = state.job["request"][jobs] if state.rules["order"][0] == L.SJF else np.zeros(len(jobs), np.int64)
    jobs = jobs[np.lexsort((state.job["order"][jobs], key))]
    attempts = np.flatnonzero(state.attempt["state"] != L.FREE)
    attempts = attempts[np.argsort(state.attempt["id"][attempts])]
    _refill(fresh, state, jobs.astype(np.int32), attempts.astype(np.int32), np.full(len(state.job), NONE, np.int32))
    return fresh


@leaf
def _set_out(s: State, old: State) -> None:
    """Where time and numbers stand, what is promised, whose the pools are, and what each project has."""
    meta, said = s.meta[0], old.meta[0]
    meta["now"] = said["now"]
    meta["order"] = said["order"]
    meta["attempts"] = said["attempts"]
    meta["tick_at"] = said["tick_at"]
    meta["head"] = said["head"]
    meta["hold_pool"] = said["hold_pool"]
    meta["shadow"] = said["shadow"]
    meta["replan_due"] = said["replan_due"]
    meta["replan_at"] = said["replan_at"]
    meta["promise_at"] = said["promise_at"]
    meta["promise_next"] = said["promise_next"]
    meta["promise_late"] = said["promise_late"]
    meta["reserve_given"] = said["reserve_given"]
    meta["reserve_waited"] = said["reserve_waited"]
    meta["reserve_started"] = said["reserve_started"]
    meta["reserve_started_waited"] = said["reserve_started_waited"]
    meta["withdrawn"] = said["withdrawn"]
    for pool in range(old.pool.size):
        p, q = s.pool[pool], old.pool[pool]
        p["since"] = said["now"]
        p["owner"] = q["owner"]
        p["lent"] = q["lent"]
        p["notice"] = q["notice"]
        p["held_for"] = q["held_for"]
        p["held_at"] = q["held_at"]
        p["kept_at"] = q["kept_at"]
    meta["dedicated"] = 0
    for pool in range(s.pool.size):
        if s.pool[pool]["owner"] != NONE:
            meta["dedicated"] = 1
    for project in range(old.project.size):
        x, y = s.project[project], old.project[project]
        x["nominal"] = y["nominal"]
        x["guaranteed"] = y["guaranteed"]
        x["credits"] = y["credits"]
        x["stopped"] = y["stopped"]
        x["usage"] = y["usage"]
        x["gathered"] = y["gathered"]
        x["since"] = y["since"]
        x["fair"] = y["fair"]
    for row in range(old.ceiling.size):
        models = old.rules[0]["models"]
        s.ceiling[row // models * s.rules[0]["models"] + row % models]["most"] = old.ceiling[row]["most"]
    mark_ceilings(s)
    if s.project.size > old.project.size and said["tick_at"] != NONE:
        fair_shares(s)  # shares of more projects, usage as of the last tick: as if they had been there then


@step
def _bars(s: State, old: State) -> None:
    """Pools that are barred to classes."""
    s.meta[0]["bar_next"] = old.meta[0]["bar_next"]
    s.meta[0]["late_next"] = old.meta[0]["bar_next"]
    for fit in range(old.fit.size):
        f = old.fit[fit]
        if f["barred_until"] > 0 and s.fit_of[f["klass"], f["pool"]] != NONE:
            mark(s, s.fit_of[f["klass"], f["pool"]], f["barred_until"])


@step
def _floor(s: State, old: State) -> None:
    for node in range(old.node.size):
        s.node[node]["foreign"] = old.node[node]["foreign"]
        s.node[node]["down"] = old.node[node]["down"]
        enter_mode(s, node, old.node[node]["mode"])
        relevel(s, node)
    for pool in range(s.pool.size):
        refresh_open(s, pool)
        refresh_feasible(s, pool)
    price_all(s)


@step
def _job(s: State, old: State, was: int) -> int:
    """An open job in a slot of its own; it is not in line yet."""
    meta, o = s.meta[0], old.job[was]
    meta["job_free"] -= 1
    slot = s.job_free[meta["job_free"]]
    job = s.job[slot]
    job["id"] = o["id"]
    job["klass"] = o["klass"]
    job["project"] = o["project"]
    job["qos"] = o["qos"]
    job["state"] = o["state"]
    job["barred_by"] = o["barred_by"]
    job["barred_until"] = o["barred_until"]
    job["order"] = o["order"]
    job["submit"] = o["submit"]
    job["request"] = o["request"]
    job["deps"] = o["deps"]
    job["tries"] = o["tries"]
    job["withdrawn"] = o["withdrawn"]
    job["checkpoint"] = o["checkpoint"]
    job["attempt"] = NONE
    job["at"] = NONE
    job["list"] = list_of(s, int(o["klass"]), int(o["project"]), int(o["qos"]))
    meta["open_jobs"] += 1
    return slot


@step
def _attempt(s: State, old: State, was: int, slot: int) -> None:
    meta, o = s.meta[0], old.attempt[was]
    meta["attempt_free"] -= 1
    a = s.attempt_free[meta["attempt_free"]]
    attempt = s.attempt[a]
    attempt["id"] = o["id"]
    attempt["job"] = slot
    attempt["pool"] = o["pool"]
    attempt["state"] = o["state"]
    attempt["lent"] = o["lent"]
    attempt["milli"] = o["milli"]
    attempt["rate"] = o["rate"]
    attempt["placed_at"] = o["placed_at"]
    attempt["started_at"] = o["started_at"]
    attempt["end"] = o["end"]
    attempt["deadline"] = o["deadline"]
    attempt["held"] = o["held"]
    attempt["escrow"] = o["escrow"]
    attempt["generation"] = o["generation"]
    attempt["parts"] = NONE
    attempt["whole"] = 0
    attempt["release"] = NONE
    s.job[slot]["attempt"] = a
    s.pool[o["pool"]]["leaving"] += o["state"] == L.STOPPING
    if s.pool[o["pool"]]["ahead"] > 0 and (o["state"] == L.PLACED or o["state"] == L.SENT):
        lie_down(s, a)
    project = s.job[slot]["project"]
    hold(s, project, o["held"])
    if s.project[project]["modelled"]:
        hold_of_model(s, project, s.pool[o["pool"]]["model"], o["milli"])
    s.project[project]["escrow"] += o["escrow"]
    started = o["started_at"] != NONE
    part = o["parts"]
    while part != NONE:
        node, milli = old.part[part]["node"], old.part[part]["milli"]
        add_part(s, a, node, milli)
        book(s, node, milli if started else 0, 0 if started else milli)
        if s.rules[0]["releases"]:
            refresh_node(s, node)
        part = old.part[part]["next"]
    if s.rules[0]["releases"]:
        refresh_attempt(s, a)
    if started and o["lent"]:
        s.count[o["pool"], L.C_LENT] += o["milli"]


@entry
def _refill(s: State, old: State, jobs: Any, attempts: Any, slot_of: Any) -> None:
    """`jobs` in their order inside lists and `attempts` as placed: slots of `old`. `slot_of`: room for where each job went."""
    _set_out(s, old)
    _bars(s, old)
    _floor(s, old)
    for was in jobs:
        slot_of[was] = _job(s, old, was)
    for was in attempts:
        _attempt(s, old, was, slot_of[old.attempt[was]["job"]])
    for was in jobs:
        if old.job[was]["state"] == L.JOB_QUEUED:
            enqueue(s, slot_of[was])
            if old.job[was]["promise"] != NEVER:
                promise_as_before(s, slot_of[was], old.job[was]["promise"])
    for pool in range(old.pool.size):
        if old.pool[pool]["kept_for"] != NONE:
            step_out(s, slot_of[old.pool[pool]["kept_slot"]], pool)
    s.meta[0]["all_fresh"] = 1
    s.meta[0]["split_stale"] = 1
    s.meta[0]["due"] = old.meta[0]["due"]
