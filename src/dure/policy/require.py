"""The shadow of a gang that must stand inside one fabric domain: whole and released nodes are counted per domain."""

from __future__ import annotations

from dure.jit import step
from dure.policy.layout import NEVER, NONE, UP
from dure.policy.release import PLACES, SHARED, TIME_BITS, covers, owner_of
from dure.policy.state import State


@step
def shadow_required(s: State, fit: int) -> int:
    """The first time at which some domain of the pool has the gang's whole nodes by the estimates; NEVER if not at all."""
    f = s.fit[fit]
    p = s.pool[f["pool"]]
    for d in range(p["first_domain"], p["first_domain"] + p["domains"]):
        s.domain_scratch[d] = s.domain_whole[d]
        if s.domain_scratch[d] >= f["nodes"]:
            return s.meta[0]["now"]
    for at in range(p["release"], p["release"] + p["releases"]):
        first = s.release_order[at] * PLACES
        for i in range(first, first + s.release_count[s.release_order[at]]):
            if _count_released(s, owner_of(s.release_key[i])) >= f["nodes"]:
                return s.release_key[i] >> TIME_BITS
    return NEVER


@step
def _count_released(s: State, owner: int) -> int:
    """Count an entry's nodes to their domains; returns the most that one of these domains now has."""
    most = 0
    if owner >= SHARED:
        d = s.node[owner - SHARED]["domain"]
        s.domain_scratch[d] += 1
        return s.domain_scratch[d]
    part = s.attempt[owner]["parts"]
    while part != NONE:
        if covers(s, part) and s.node[s.part[part]["node"]]["mode"] == UP:
            d = s.node[s.part[part]["node"]]["domain"]
            s.domain_scratch[d] += 1
            most = max(most, s.domain_scratch[d])
        part = s.part[part]["next"]
    return most
