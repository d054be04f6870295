"""The live view: one job ends, decide answers; and a State built from many records."""

from __future__ import annotations

import time

import numpy as np

from benchmarks.drive import one_pool
from benchmarks.kernel import FAIR, POOL
from dure.policy import entries
from dure.policy.build import RuleSpec, grown
from dure.policy.state import new_log
from dure.twin.kernel_mix import kernel_mix
from dure.twin.loop import GROW, advance


def one_change(queued: int = 104_000, calls: int = 2_000) -> tuple[int, list[float]]:
    """Fill the queue by overload, then let one event after another happen; seconds of each instant (end and decide together)."""
    jobs = kernel_mix(3 * queued, 1, 6.0, 50_000, projects=500, qos=3)
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
    spent = []
    for _ in range(calls):
        until = max(until + 1, int(world.heap_key[0]) // 2 + 1)
        began = time.perf_counter()
        advance(state, world, log, until)
        spent.append(time.perf_counter() - began)
        log.n[0] = 0
    return int(state.meta[0]["waiting"]), sorted(spent)


def warm() -> None:
    """Compile what is measured."""
    state, _ = one_pool(kernel_mix(100, 1, 0.5, 64), POOL, RuleSpec())
    entries.decide(state, new_log(1 << 18))
