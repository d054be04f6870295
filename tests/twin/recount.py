"""A run recounted second by second from its rows and the floor alone: slow, plain, and with nothing of the ledger or the State."""

from __future__ import annotations

import numpy as np

from dure.model.events import Kind, Outcome
from dure.model.fleet import Mode
from dure.twin.build import Plan

DOWN = {mode: mode.name.lower() for mode in Mode if mode != Mode.UP}


def recounted(plan: Plan, rows: np.ndarray, horizon_s: int) -> list[dict[str, int]]:
    """Device-seconds of each pool of the scenario: supply modes, dispatch, busy, and what became of busy."""
    size = [plan.floor.pools[piece.pool].devices for piece in plan.floor.pieces for _ in range(piece.nodes)]
    pool_of = [piece.pool for piece in plan.floor.pieces for _ in range(piece.nodes)]
    mode = [Mode.UP] * len(size)
    twin = _twins(plan)
    names = [*DOWN.values(), "dispatch", "busy", "idle"]
    found: list[dict[str, int]] = [dict.fromkeys(names, 0) for _ in plan.floor.pools]
    parts: dict[int, list[tuple[int, int]]] = {}
    running: set[int] = set()
    at = 0
    for second in range(horizon_s):
        while at < len(rows) and rows[at]["at"] == second:
            row = rows[at]
            kind, attempt = int(row["kind"]), int(row["attempt"])
            if kind == Kind.NODE:
                for node in range(row["node"], row["node"] + row["count"]):
                    mode[node] = Mode(int(row["cause"]))
            elif kind == Kind.PLACED:
                parts.setdefault(attempt, []).extend(_nodes(int(row["node"]), int(row["count"]), size))
            elif kind == Kind.STARTED:
                running.add(attempt)
            elif kind == Kind.ENDED:
                parts.pop(attempt)
                running.discard(attempt)
            at += 1
        taken = [0] * len(size)
        for attempt, nodes in parts.items():
            for node, devices in nodes:
                taken[node] += devices
                found[pool_of[node]]["busy" if attempt in running else "dispatch"] += devices
        for node, devices in enumerate(size):
            assert taken[node] <= devices, f"second {second}: node {node} holds {taken[node]} of {devices}"
            if _at_home(node, twin, mode, taken, second):
                found[pool_of[node]][DOWN.get(mode[node], "idle")] += devices - taken[node]
    for row in found:
        del row["idle"]
    _spend(plan, rows, horizon_s, found)
    return found


def _twins(plan: Plan) -> dict[int, int]:
    """Of a server that is a node of two pools, the other node."""
    seen: dict[int, int] = {}
    found: dict[int, int] = {}
    for node, server in enumerate(plan.floor.physical().tolist()):
        if server in seen:
            found |= {node: seen[server], seen[server]: node}
        seen[server] = node
    return found


def _at_home(node: int, twin: dict[int, int], mode: list[Mode], taken: list[int], second: int) -> bool:
    """Whether a node is where its server is counted: one of two is away, nothing runs there, and both away is one not delivered."""
    other = twin.get(node)
    if other is None:
        return True
    away = Mode.NOT_DELIVERED
    assert away in (mode[node], mode[other]), f"second {second}: nodes {node} and {other} are one server, and both are there"
    if mode[node] == away and (mode[other] != away or node > other):
        assert taken[node] == 0, f"second {second}: node {node} is away and holds {taken[node]}"
        return False
    return True


def _nodes(first: int, milli: int, size: list[int]) -> list[tuple[int, int]]:
    """The nodes of one PLACED row: a part of one, or a run of whole ones."""
    devices, nodes = milli // 1000, []
    while devices:
        nodes.append((first, min(devices, size[first])))
        devices -= nodes[-1][1]
        first += 1
    return nodes


def _spend(plan: Plan, rows: np.ndarray, horizon_s: int, found: list[dict[str, int]]) -> None:
    """What became of the seconds of every attempt, told from its own few rows."""
    for row in found:
        row |= dict.fromkeys(("productive", "rework", "overhead", "job_error"), 0)
    starts = {int(row["attempt"]): row for row in rows if row["kind"] == Kind.STARTED}
    ends = {int(row["attempt"]): row for row in rows if row["kind"] == Kind.ENDED}
    for attempt, start in starts.items():
        pool = found[plan.floor.pieces[int(start["pool"])].pool]
        devices = int(start["count"]) // 1000
        end = ends.get(attempt)
        ran = (horizon_s if end is None else int(end["at"])) - int(start["at"])
        up = min(ran, plan.start_up_s)
        kept = ran - up if end is None else int(end["value"])
        interval = int(plan.columns["checkpoint"][int(start["job"])])
        writes = kept // interval * plan.checkpoint_write_s if interval else 0
        lost = "job_error" if end is not None and end["cause"] in (Outcome.FAILED, Outcome.TIME_LIMIT) else "rework"
        pool["overhead"] += devices * (up + writes)
        pool["productive"] += devices * (kept - writes)
        pool[lost] += devices * (ran - up - kept)
