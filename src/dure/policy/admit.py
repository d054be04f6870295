"""Who may start: quotas over the tree of organisations and projects, ceilings on models, credits, stops.

All jobs of a list bill the same devices, so a quota admits or stops a whole list, on the pools of a model or everywhere; credits bound
the request of what may start. Neither needs a record of which job was parked: both are read from the State when they are needed.
"""

from __future__ import annotations

from dure.jit import leaf, step
from dure.policy.layout import NEVER, NONE, PPM
from dure.policy.state import State

_LONGEST = 1 << 40  # keeps seconds · speed inside 64 bits


@step
def head_room(s: State, project: int) -> int:
    """Weighted milli-devices that the project may still hold (POLICY.md §9)."""
    room = NEVER
    own = 0
    at = project
    while at != NONE:
        x = s.project[at]
        if x["nominal"] != NEVER:
            if x["parent"] == NONE:
                return min(room, own + x["nominal"] - x["held"])
            own += max(0, x["guaranteed"] - x["held"])
            if x["borrow"] != NEVER:
                over = max(0, x["held"] - x["guaranteed"])
                room = min(room, own + x["nominal"] - x["guaranteed"] + x["borrow"] - over)
        at = x["parent"]
    return room


@step
def model_room(s: State, project: int, model: int) -> int:
    """Milli-devices of a model that the project may still hold (POLICY.md §9)."""
    room, at = NEVER, project
    while at != NONE:
        c = s.ceiling[at * s.rules[0]["models"] + model]
        if c["most"] != NEVER:
            room = min(room, c["most"] - c["held"])
        at = s.project[at]["parent"]
    return room


@leaf
def over_ceiling(s: State, project: int, fit: int) -> bool:
    """Whether a job of this fit is more than the ceilings on its model leave to a project; ask it only of one that is `modelled`."""
    return s.fit[fit]["billed"] > model_room(s, project, s.fit[fit]["model"])


@leaf
def room_for_lists(s: State, project: int, model: int) -> int:
    """What quotas leave to a limited project: lists that ask for more may be stopped; all may (NONE) where a model is nearly used up."""
    if s.project[project]["modelled"] and model_room(s, project, model) < s.rules[0]["billed_most"]:
        return NONE
    return head_room(s, project)


@step
def hold_of_model(s: State, project: int, model: int, milli: int) -> None:
    """Count devices of a model (negative: give them back) to a project and to all above it."""
    at = project
    while at != NONE:
        c = s.ceiling[at * s.rules[0]["models"] + model]
        least = c["most"] - max(c["held"], c["held"] + milli)
        if at != project and least < s.rules[0]["billed_most"]:
            s.meta[0]["limits_stale"] = 1
        c["held"] += milli
        at = s.project[at]["parent"]


@step
def mark_ceilings(s: State) -> None:
    """Find out whom ceilings bind. Parents stand before their children."""
    models = s.rules[0]["models"]
    for x in range(s.project.size if models > 0 else 0):
        p = s.project[x]
        p["modelled"] = s.project[p["parent"]]["modelled"] if p["parent"] != NONE else 0
        for row in range(x * models, (x + 1) * models):
            if s.ceiling[row]["most"] != NEVER:
                p["modelled"] = 1


@step
def hold(s: State, project: int, weighted: int) -> None:
    """Count devices (negative: give them back) to a project and, beyond what is guaranteed to it, to those above."""
    if weighted < 0:
        _tell_relatives(s, project)
    at, change = project, weighted
    while at != NONE and change != 0:
        x = s.project[at]
        before = max(0, x["held"] - x["guaranteed"])
        x["held"] += change
        change = max(0, x["held"] - x["guaranteed"]) - before
        at = x["parent"]
    if weighted > 0:
        _tell_relatives(s, project)


@leaf
def _tell_relatives(s: State, project: int) -> None:
    """If what those above a project have left could stop a job, every limited project is looked at again."""
    if s.project[project]["limited"] == 0:
        return
    at = s.project[project]["parent"]
    while at != NONE:
        if s.project[at]["nominal"] != NEVER and head_room(s, at) < s.rules[0]["weighted_most"]:
            s.meta[0]["limits_stale"] = 1
        at = s.project[at]["parent"]


@leaf
def duration(s: State, fit: int, request: int) -> int:
    """Seconds for which a request asks the devices of a pool, from PLACED on: its start delay and the request at its speed."""
    f = s.fit[fit]
    return f["delay"] + (request * PPM + f["speed"] - 1) // f["speed"]


@leaf
def longest_request(s: State, fit: int, seconds: int) -> int:
    """The longest request whose duration is at most `seconds`; negative if none."""
    f = s.fit[fit]
    if seconds <= f["delay"]:
        return NONE
    return min(seconds - f["delay"], _LONGEST) * f["speed"] // PPM


@leaf
def could_hold(s: State, fit: int) -> bool:
    """Whether a pool is nobody's and has the up nodes to hold a job of this fit at all."""
    f = s.fit[fit]
    return s.pool[f["pool"]]["owner"] == NONE and f["nodes"] <= s.fit[fit]["most"]


@step
def list_limit(s: State, ls: int, holding: bool) -> int:
    """The longest request of a list that its project may start now, somewhere (`holding`: where it could hold the pool).

    NONE if none, NEVER if nothing limits it.
    """
    lst = s.list[ls]
    x = s.project[lst["project"]]
    if x["stopped"]:
        return NONE
    k = s.klass[lst["klass"]]
    if not x["limited"]:
        return NEVER if k["feasible"] or not holding else NONE
    room = head_room(s, lst["project"])
    left, modelled = x["credits"] - x["escrow"], x["modelled"]
    limit = NONE
    for i in range(k["fit_at"], k["fit_at"] + k["fit_n"]):
        f = s.fit[i]
        if f["weighted"] > room or (holding and not could_hold(s, i)):
            continue
        if modelled and over_ceiling(s, lst["project"], i):
            continue
        if x["credits"] == NEVER:
            return NEVER
        limit = max(limit, longest_request(s, i, left // f["weighted"]))
    return limit


@leaf
def admits(s: State, project: int, fit: int, seconds: int) -> bool:
    """Whether a project may start a job of this fit that asks `seconds` there."""
    x = s.project[project]
    if not x["limited"]:
        return x["stopped"] == 0
    weighted = s.fit[fit]["weighted"]
    if x["stopped"] or weighted > head_room(s, project) or (x["modelled"] and over_ceiling(s, project, fit)):
        return False
    return x["credits"] == NEVER or weighted * seconds <= x["credits"] - x["escrow"]
