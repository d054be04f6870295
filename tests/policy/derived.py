"""What a State has derived, as plain values keyed by stable numbers: equal for two States that say the same."""

from __future__ import annotations

from typing import Any

import numpy as np

from dure.policy import layout as L  # noqa: N812
from dure.policy.release import PLACES, SHARED, TIME_BITS
from dure.policy.state import State

POOL_COLUMNS = ["up", "top", "capped", "owner_waits"]
PROJECT_COLUMNS = ["held", "guaranteed", "escrow", "limited", "modelled"]


def derived(state: State) -> dict[str, Any]:
    """Floor, release entries, lists and demand. Call it after `decide`: then nothing is left to be looked at."""
    return {
        "nodes": state.node[["level", "released"]].tolist(),
        "levels": state.level.tolist(),
        "bits": state.bits.tolist(),
        "domains": state.domain_whole.tolist(),
        "pools": state.pool[POOL_COLUMNS].tolist(),
        "most": state.fit["most"].tolist(),
        "feasible": state.klass["feasible"].tolist(),
        "projects": state.project[PROJECT_COLUMNS].tolist(),
        "ceilings": [] if not state.project["modelled"].any() else _ceilings(state),
        "releases": [entries(state, pool) for pool in range(len(state.pool))],
        "lists": lists(state),
        "demand": [int(state.meta[0][name]) for name in ("asked", "capped", "waiting", "open_jobs")],
        "shapes": state.shape["asked"].tolist(),
        "counts": state.count.tolist(),
    }


def _ceilings(state: State) -> list[list[int]]:
    """What those whom a ceiling binds hold of each model."""
    held = state.ceiling["held"].reshape(len(state.project), -1)
    return held[state.project["modelled"] != 0].tolist()


def entries(state: State, pool: int) -> list[tuple[int, str, int, int]]:
    """(time, attempt or node, its number, nodes) of each release entry of a pool, as they stand; asserts that blocks add up."""
    found, p = [], state.pool[pool]
    first = int(p["release"])
    for block in state.release_order[first : first + int(p["releases"])].tolist():
        keys = state.release_key[block * PLACES : block * PLACES + state.release_count[block]].tolist()
        assert keys, "no block is empty"
        nodes = 0
        for key in keys:
            owner, time = key & ((1 << TIME_BITS) - 1), key >> TIME_BITS
            if owner >= SHARED:
                found.append((time, "node", owner - SHARED, 1))
            else:
                found.append((time, "attempt", int(state.attempt[owner]["id"]), int(state.attempt[owner]["whole"])))
            nodes += found[-1][3]
        assert nodes == state.release_nodes[block]
    assert [time for time, *_ in found] == sorted(time for time, *_ in found)
    return sorted(found)


def lists(state: State) -> dict[tuple[int, int, int], Any]:
    """(class, project, quality of service) → waiting jobs in order and the entry among the active lists; asserts their places."""
    found = {}
    for number, row in enumerate(state.list[: state.meta[0]["lists"]]):
        if row["count"] == 0:
            assert row["active"] == L.NONE
            continue
        places = np.arange(row["at"] + row["head"], row["at"] + row["tail"])
        places = places[state.queue_request[places] != L.NEVER]
        jobs = state.job[state.queue_job[places]]
        assert len(jobs) == row["count"]
        assert (jobs["at"] == places).all()
        assert (jobs["request"] == state.queue_request[places]).all()
        assert row["least"] == jobs["request"].min()
        klass = state.klass[row["klass"]]
        at = klass["active_at"] + row["active"]
        assert state.active_list[at] == number
        assert state.classes[klass["slot"]] == row["klass"]
        active = (int(state.active_prio[at]), int(state.active_key[at]), int(state.active_least[at]))
        key = (int(row["klass"]), int(row["project"]), int(row["qos"]))
        found[key] = (
            jobs["id"].tolist(),
            int(row["capped"]),
            int(row["holdable"]),
            int(state.price[row["project"] * len(state.qos) + row["qos"]] + klass["size"]),
            active,
        )
    return found
