"""The State: every array that `apply` changes and `decide` reads.

One mutable object with one door. Logical columns say what the log says; derived columns (named in `layout`) only make
`decide` fast and can be rebuilt. All arrays are allocated here, in Python; compiled code never allocates.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dure.jit import Group
from dure.policy import layout as L

Records = NDArray[np.void]
Longs = NDArray[np.int64]
Ints = NDArray[np.int32]


class State(Group):
    """Tables of records, indexed by small integers; see `layout` for their columns."""

    meta: Records
    rules: Records
    pool: Records
    node: Records
    job: Records
    attempt: Records
    part: Records
    klass: Records
    fit: Records
    pool_fit: Ints  # rows of `fit` by pool
    shape: Records
    list: Records
    project: Records
    ceiling: Records  # project · rules.models + model
    qos: Records
    bits: NDArray[np.uint64]  # nodes by level, one bitmap a level with a summary word per 64 words
    level: Ints  # nodes at each level of each pool
    dirty: NDArray[np.uint64]  # a bit a pool: something changed there since the last decide
    moved: NDArray[np.uint64]  # the same since shadows were last looked at
    vain: NDArray[np.uint64]  # a bit a pool: nobody who could leave makes room for the last head that asked, as long as nothing changes
    open: NDArray[np.uint64]  # a bit a pool: it has a free device and is nobody's, or may be lent now
    owned: NDArray[np.uint64]  # a bit a pool: it is dedicated to somebody
    eligible: NDArray[np.uint64]  # [class, word]: a bit a pool
    fit_of: Ints  # [class, pool] → row of `fit`, or NONE
    domain_whole: Ints  # whole nodes of each fabric domain
    domain_scratch: Ints
    release_key: Longs  # blocks of 64 entries
    release_count: Longs  # entries of each block
    release_nodes: Longs  # nodes of each block
    release_order: Longs  # blocks of each pool in order, then its spare ones
    queue_job: Ints
    queue_request: Longs
    queue_key: Longs
    queue_least: Longs  # smallest request of each block of 64
    active_list: Ints
    active_prio: Longs
    active_key: Longs
    active_least: Longs
    active_submit: Longs  # of the job that the entry stands for
    active_owner: Ints  # its place in `price`
    price: Longs  # priority before size and age: project · qualities + quality
    classes: Ints  # classes with waiting jobs
    touched: Ints  # classes that the idle split must be told of
    fresh: Ints  # lists to look at on every pool
    lists_of: Longs  # hash: (class, project, qos) → list
    lists_at: Ints
    arena_free: Longs  # heads of free regions: [arena, size class]
    line_job: Ints  # conservative: waiting jobs in key order
    line_prio: Longs
    line_nodes: Ints  # what it asks of the only pool
    line_s: Longs
    line_promise: Longs
    profile_time: Longs  # conservative: entries of the profile in blocks
    profile_free: Ints  # nodes left over, without the shift of the block
    profile_block: Records  # blocks in use in order, then spare ones
    job_free: Ints
    attempt_free: Ints
    part_free: Ints
    out: Ints  # attempts placed by this decide
    stop: Ints  # attempts given notice by this decide
    explained: Longs  # [pool, cause]: what the idle split is about to say
    count: Longs  # [pool, column]: milli-devices now
    sum: Longs  # [pool, column]: milli-device-seconds since the last flush
    halves: Longs  # 2^-(i/1024) with 2^32 = 1


class Log(Group):
    """Rows not yet taken by Python; `n[0]` of them are filled."""

    rows: Records
    n: Longs


def new_log(rows: int) -> Log:
    return Log(rows=np.zeros(rows, L.ROW), n=np.zeros(1, np.int64))


def records(n: int, dtype: np.dtype[Any], **fill: int) -> Records:
    """`n` zeroed records with some columns filled."""
    table = np.zeros(n, dtype)
    for name, value in fill.items():
        table[name] = value
    return table


def copy(state: State) -> State:
    """A State that shares nothing with this one: what-if questions run on copies."""
    return state.copied()


def same(a: State, b: State) -> bool:
    """Whether two States say the same: equal logical columns of every open row, whatever their slots hold besides."""
    return logical(a) == logical(b)


RESERVED = ("reserve_given", "reserve_waited", "reserve_started", "reserve_started_waited")


def logical(state: State) -> dict[str, Any]:
    """The logical part as plain values, keyed by stable numbers (job and attempt ids, node indices)."""
    jobs: dict[int, Any] = {}
    job_names = (
        "klass",
        "project",
        "qos",
        "state",
        "order",
        "submit",
        "request",
        "deps",
        "tries",
        "withdrawn",
        "checkpoint",
        "promise",
        "barred_by",
    )
    for job in state.job[state.job["state"] >= 0]:
        jobs[int(job["id"])] = tuple(int(job[name]) for name in job_names)
    attempts: dict[int, Any] = {}
    names = ("pool", "state", "lent", "milli", "rate", "placed_at", "started_at", "end", "deadline", "held", "escrow")
    for attempt in state.attempt[state.attempt["state"] != L.FREE]:
        parts = []
        at = int(attempt["parts"])
        while at != L.NONE:
            parts.append((int(state.part[at]["node"]), int(state.part[at]["milli"])))
            at = int(state.part[at]["next"])
        job_id = int(state.job[attempt["job"]]["id"])
        attempts[int(attempt["id"])] = (job_id, *(int(attempt[name]) for name in names), tuple(sorted(parts)))
    node_names = ["pool", "mode", "total", "down", "busy", "placed"]
    project_names = ["usage", "held", "nominal", "credits", "escrow", "stopped", "fair"]
    meta = state.meta[0]
    return {
        "meta": tuple(int(meta[name]) for name in ("order", "attempts", "tick_at", "replan_due", "replan_at")),
        "jobs": jobs,
        "attempts": attempts,
        "nodes": state.node[node_names].tolist(),
        "projects": state.project[project_names].tolist(),
        "ceilings": state.ceiling["most"].tolist(),
        "barred": state.fit[["klass", "pool", "barred_until"]][state.fit["barred_until"] > 0].tolist(),
        "lent": state.pool[["owner", "lent"]].tolist(),
        "reservations": [state.pool[["kept_for", "kept_at"]].tolist(), *(int(meta[name]) for name in RESERVED)],
    }
