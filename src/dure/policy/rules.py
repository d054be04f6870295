"""The door for acts of people between two instants: whose a pool is, and which project may go on. Python calls these one by one."""

from __future__ import annotations

from dure.jit import entry, leaf
from dure.policy import layout as L
from dure.policy.apply import integrate, soil
from dure.policy.layout import NONE
from dure.policy.state import State
from dure.policy.turn import refresh_feasible, refresh_project


@entry
def set_owner(s: State, pool: int, owner: int, lent: int, notice: int) -> None:
    """From now on the pool is dedicated to a project, or (NONE) to nobody. What runs there goes on: it counts as lent to others."""
    p = s.pool[pool]
    integrate(s, pool)
    before = L.C_UP if p["owner"] == NONE else L.C_DEDICATED_IDLE
    after = L.C_UP if owner == NONE else L.C_DEDICATED_IDLE
    idle = s.count[pool, before]
    s.count[pool, before] = 0
    s.count[pool, after] = idle
    p["owner"] = owner
    p["lent"] = lent
    p["notice"] = notice
    p["owner_waits"] = 0
    p["owner_head"] = NONE
    s.count[pool, L.C_LENT] = 0
    for a in range(s.attempt.size):
        attempt = s.attempt[a]
        if attempt["state"] != L.FREE and attempt["pool"] == pool:
            attempt["lent"] = 1 if owner != NONE and s.job[attempt["job"]]["project"] != owner else 0
            if attempt["lent"] and attempt["started_at"] != NONE:
                s.count[pool, L.C_LENT] += attempt["milli"]
    refresh_feasible(s, pool)
    s.meta[0]["all_fresh"] = 1
    soil(s, pool)


@leaf
def stop_project(s: State, project: int, stopped: int) -> None:
    """A stopped project gets no more placements; what runs goes on."""
    s.project[project]["stopped"] = stopped
    refresh_project(s, project)
    s.meta[0]["due"] = 1
    s.meta[0]["split_stale"] = 1


@entry
def set_stopped(s: State, project: int, stopped: int) -> None:
    stop_project(s, project, stopped)
