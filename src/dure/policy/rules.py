"""The door for acts of people between two instants: whose a pool is, which project may go on, what it may hold and spend.

Python calls these one by one. Owners and stops may change only in a State that was built for it (`Spec.acts`).
"""

from __future__ import annotations

from dure.jit import entry, leaf, step
from dure.policy import layout as L
from dure.policy.admit import hold_of_model, mark_ceilings
from dure.policy.apply import integrate, soil
from dure.policy.floor import refresh_open
from dure.policy.layout import NEVER, NONE
from dure.policy.state import State
from dure.policy.turn import refresh_feasible, refresh_lists
from dure.policy.withdraw import withdraw


@step
def own_pool(s: State, pool: int, owner: int, lent: int, notice: int) -> None:
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
    p["held_for"] = NONE
    s.meta[0]["dedicated"] = 0
    for other in range(s.pool.size):
        if s.pool[other]["owner"] != NONE:
            s.meta[0]["dedicated"] = 1
    s.count[pool, L.C_LENT] = 0
    for a in range(s.attempt.size):
        attempt = s.attempt[a]
        if attempt["state"] != L.FREE and attempt["pool"] == pool:
            attempt["lent"] = 1 if owner != NONE and s.job[attempt["job"]]["project"] != owner else 0
            if attempt["lent"] and attempt["started_at"] != NONE:
                s.count[pool, L.C_LENT] += attempt["milli"]
    refresh_open(s, pool)
    refresh_feasible(s, pool)
    s.meta[0]["all_fresh"] = 1
    soil(s, pool)


@entry
def set_owner(s: State, pool: int, owner: int, lent: int, notice: int) -> None:
    own_pool(s, pool, owner, lent, notice)


@leaf
def stop_project(s: State, project: int, stopped: int) -> None:
    """A stopped project gets no more placements; what runs goes on."""
    s.project[project]["stopped"] = stopped
    refresh_lists(s, project, True, NONE)
    s.meta[0]["due"] = 1
    s.meta[0]["split_stale"] = 1


@entry
def set_stopped(s: State, project: int, stopped: int) -> None:
    stop_project(s, project, stopped)


@leaf
def credit_project(s: State, project: int, credits: int) -> None:
    """More credits (ppm of a device-second); a project without limit stays so."""
    if s.project[project]["credits"] != NEVER:
        s.project[project]["credits"] += credits
        refresh_lists(s, project, True, NONE)
    s.meta[0]["due"] = 1
    s.meta[0]["split_stale"] = 1


@entry
def give_credits(s: State, project: int, credits: int) -> None:
    credit_project(s, project, credits)


@entry
def withdraw_job(s: State, job: int) -> bool:
    """Its user wants a job no more. Returns whether it was open. Like every act it makes its second one that is decided on."""
    s.meta[0]["due"] = 1
    for slot in range(s.job.size):
        if s.job[slot]["state"] != L.NONE and s.job[slot]["id"] == job:
            withdraw(s, slot)
            return True
    return False


@leaf
def _guaranteed(s: State, project: int) -> int:
    x = s.project[project]
    return 0 if x["nominal"] == NEVER or x["lend"] == NEVER else max(0, x["nominal"] - x["lend"])


@step
def limit_project(s: State, project: int, nominal: int) -> None:
    """A node of the tree that has a nominal quota of its own gets another one; what is lent to those above follows."""
    own = s.project[project]["nominal"]
    for child in range(project + 1, s.project.size):
        if s.project[child]["parent"] == project and s.project[child]["nominal"] != NEVER:
            own -= s.project[child]["nominal"] - s.project[child]["guaranteed"]
    more, held = nominal - own, 0
    at = project
    while at != NONE:
        x = s.project[at]
        lent, over = x["nominal"] - x["guaranteed"], max(0, x["held"] - x["guaranteed"])
        x["held"] += held
        if x["nominal"] != NEVER:
            x["nominal"] += more
            x["guaranteed"] = _guaranteed(s, at)
            more = x["nominal"] - x["guaranteed"] - lent
        else:
            more = 0
        held = max(0, x["held"] - x["guaranteed"]) - over
        at = x["parent"]
    s.meta[0]["limits_stale"] = 1
    s.meta[0]["due"] = 1
    s.meta[0]["split_stale"] = 1


@entry
def set_nominal(s: State, project: int, nominal: int) -> None:
    limit_project(s, project, nominal)


@step
def limit_model(s: State, project: int, model: int, most: int) -> None:
    """A node of the tree gets another ceiling on a model, in milli-devices, or (NEVER) none any more. Who holds what is counted anew."""
    s.ceiling[project * s.rules[0]["models"] + model]["most"] = most
    mark_ceilings(s)
    for row in range(s.ceiling.size):
        s.ceiling[row]["held"] = 0
    for a in range(s.attempt.size):
        attempt = s.attempt[a]
        if attempt["state"] != L.FREE and s.project[s.job[attempt["job"]]["project"]]["modelled"]:
            hold_of_model(s, s.job[attempt["job"]]["project"], s.pool[attempt["pool"]]["model"], attempt["milli"])
    s.meta[0]["limits_stale"] = 1
    s.meta[0]["due"] = 1
    s.meta[0]["split_stale"] = 1


@entry
def set_ceiling(s: State, project: int, model: int, most: int) -> None:
    limit_model(s, project, model, most)
