"""What a copy of a State would do: the instant of a run again, and when a waiting job would start by the estimates.

A forecast knows no more than `decide`: what runs ends at its estimate, nobody submits anything, and nothing fails or comes back.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dure.model.events import Kind
from dure.model.units import DAY_S, HOUR_S
from dure.policy import layout
from dure.policy.state import State, copy, new_log
from dure.twin.build import Plan
from dure.twin.loop import LOG_FULL, REACHED, advance
from dure.twin.run import run
from dure.twin.world import SUPPLY, World, new_world

AHEAD_S = 366 * DAY_S
"""What is further ahead than this is not foreseen: priorities change every few minutes, and each change is a decision."""


def state_at(plan: Plan, at_s: int) -> State:
    """The State of a run after `decide` at a second: the run is played again up to there."""
    state = run(replace(plan, horizon_s=at_s + 1)).state
    state.meta["now"] = at_s
    return state


def forecast(state: State, number: int) -> int | None:
    """The second in which a waiting job would be placed; None where that is not to be foreseen. The State is left as it is."""
    state = copy(state)
    world = _as_estimated(state)
    log = new_log(max(1 << 12, 4 * int(state.rules[0]["row_room"])))
    now = int(state.meta[0]["now"])
    span_s = HOUR_S
    while span_s < AHEAD_S:
        outcome = LOG_FULL
        while outcome != REACHED:
            outcome = int(advance(state, world, log, now + span_s))
            rows = log.rows[: log.n[0]]
            mine = rows[(rows["kind"] == Kind.PLACED) & (rows["job"] == number)]
            if len(mine):
                return int(mine["at"][0])
            log.n[0] = 0
        meta = state.meta[0]
        if not world.cursor[0]["heap"] and meta["promise_next"] == layout.NEVER == meta["late_next"]:
            return None
        span_s *= 2
    return None


def _as_estimated(state: State) -> World:
    """A world in which every open job takes what it asks for; attempts whose time is over end in the next second."""
    jobs = 1 + int(state.job["id"].max(initial=0))
    names = ("submit", "klass", "project", "qos", "request", "work", "checkpoint", "outcome")
    kinds = {"klass": np.int32, "project": np.int32, "qos": np.int8, "checkpoint": np.int32, "outcome": np.int8}
    world = new_world(state, {name: np.zeros(jobs, kinds.get(name, np.int64)) for name in names}, np.zeros(0, SUPPLY))
    world.cursor["job"] = jobs
    world.job_work[:] = state.job["request"]
    world.end_at[:] = layout.NEVER
    state.attempt["state"][state.attempt["state"] == layout.SENT] = layout.PLACED
    next_s = int(state.meta[0]["now"]) + 1
    events = []
    for slot in np.flatnonzero(state.attempt["state"] != layout.FREE).tolist():
        attempt = state.attempt[slot]
        if attempt["state"] == layout.PLACED:
            starts_s = int(attempt["placed_at"]) + int(state.pool[attempt["pool"]]["delay"])
            events.append((2 * max(starts_s, next_s) + 1, int(attempt["id"]), slot))
            continue
        recalled = attempt["state"] == layout.RECALLED
        world.end_at[slot] = next_s if recalled else max(int(attempt["end"]), next_s)
        stopped = layout.OUT_RECALLED if recalled else layout.OUT_PREEMPTED
        world.end_how[slot] = stopped if recalled or attempt["end"] == attempt["deadline"] else layout.COMPLETED
        events.append((2 * int(world.end_at[slot]), int(attempt["id"]), slot))
    world.cursor["heap"] = len(events)
    for place, (key, number, slot) in enumerate(sorted(events)):
        world.heap_key[place], world.heap_attempt[place], world.heap_slot[place] = key, number, slot
    return world
