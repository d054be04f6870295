"""The shadow of a gang that must stand inside one fabric domain: whole and released nodes are counted per domain."""

from __future__ import annotations

from dure.jit import step
from dure.policy.layout import NEVER, NONE
from dure.policy.release import covers
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
    for i in range(p["release"], p["release"] + p["releases"]):
        entry = s.release_id[i]
        if entry < NONE:
            d = s.node[-2 - entry]["domain"]
            s.domain_scratch[d] += 1
            if s.domain_scratch[d] >= f["nodes"]:
                return s.release_time[i]
            continue
        part = s.attempt[entry]["parts"]
        while part != NONE:
            if covers(s, part):
                d = s.node[s.part[part]["node"]]["domain"]
                s.domain_scratch[d] += 1
                if s.domain_scratch[d] >= f["nodes"]:
                    return s.release_time[i]
            part = s.part[part]["next"]
    return NEVER
