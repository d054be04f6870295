"""The live view: one job ends, decide answers; and a State built from many records."""

from __future__ import annotations

import time

import numpy as np

from benchmarks.drive import one_pool, pool_spec
from benchmarks.kernel import FAIR, POOL
from dure.policy.build import grown
from dure.policy.rebuild import rebuild
from dure.policy.state import Log, State, new_log
from dure.twin.kernel_mix import kernel_mix
from dure.twin.loop import GROW, advance
from dure.twin.world import World


def crowded(queued: int) -> tuple[State, World, Log, int]:
    """A fleet with a queue filled by overload, and the second."""
    jobs = kernel_mix(5 * queued, 1, 6.0, 50_000, projects=500, qos=3)
    state, world = one_pool(jobs, POOL, FAIR, 500, 3)
    log = new_log(1 << 18)
    until = 0
    while int(state.meta[0]["waiting"]) < queued:
        until += 600
        while (outcome := advance(state, world, log, until)) != 0:
            log.n[0] = 0
            if outcome == GROW:
                before = len(state.job)
                state = grown(state)
                world = world.replaced(job_work=np.concatenate([world.job_work, np.zeros(len(state.job) - before, np.int64)]))
        log.n[0] = 0
    return state, world, log, until


def built(queued: int = 104_000) -> tuple[int, float]:
    """Open jobs of such a fleet, and the least CPU seconds in which a State is built from them."""
    state = crowded(queued)[0]
    spec = pool_spec(POOL, FAIR, 500, 3)
    rebuild(spec, state)
    spent = []
    for _ in range(3):
        began = time.process_time()
        rebuild(spec, state)
        spent.append(time.process_time() - began)
    return int(state.meta[0]["open_jobs"]), min(spent)


def one_change(queued: int = 104_000, calls: int = 2_000) -> tuple[int, list[float]]:
    """Let one event after another happen on such a fleet; seconds of each instant (end and decide together)."""
    state, world, log, until = crowded(queued)
    spent = []
    for _ in range(calls):
        until = max(until + 1, int(world.heap_key[0]) // 2 + 1)
        began = time.perf_counter()
        advance(state, world, log, until)
        spent.append(time.perf_counter() - began)
        log.n[0] = 0
    return int(state.meta[0]["waiting"]), sorted(spent)
