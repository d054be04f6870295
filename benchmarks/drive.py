"""Build a State and a World from columns and let them run; what every benchmark does."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from dure.policy import layout as L
from dure.policy.build import ClassSpec, PoolSpec, ProjectSpec, QosSpec, RuleSpec, Spec, build, grown
from dure.policy.state import State, new_log
from dure.twin.loop import GROW, REACHED, advance
from dure.twin.world import SUPPLY, World, new_world
from dure.wire.tables import Jobs


@dataclass(frozen=True)
class Measured:
    """One run: CPU seconds of the compiled loop, and what came of it."""

    jobs: int
    cpu_s: float
    rows: int
    done: int
    longest_queue: int
    busy_ppm: int

    @property
    def jobs_per_s(self) -> float:
        return self.jobs / self.cpu_s


def columns(jobs: Jobs, klass: np.ndarray, by_project: bool) -> dict[str, np.ndarray]:
    """World's columns; projects are numbered behind the root."""
    project = jobs.project + 1 if by_project else np.zeros(len(jobs), np.int32)
    return {
        "submit": jobs.submit_s,
        "klass": klass.astype(np.int32),
        "project": project.astype(np.int32),
        "qos": jobs.qos.astype(np.int8),
        "request": jobs.request_s,
        "work": jobs.run_s,
        "checkpoint": jobs.checkpoint_s.astype(np.int32),
        "outcome": jobs.outcome.astype(np.int8),
    }


SIZES = tuple(1 << n for n in range(10))


def pool_spec(pool: PoolSpec, rules: RuleSpec, projects: int = 1, qos: int = 1) -> Spec:
    """One pool of equal nodes; a class a size of the mix."""
    tree = [ProjectSpec(parent=L.NONE, leaf=projects == 1)]
    if projects > 1:
        tree += [ProjectSpec(parent=0, share=1 + i % 7) for i in range(projects)]
    return Spec(
        pools=[pool],
        classes=[ClassSpec(devices=d, speeds=[L.PPM]) for d in SIZES],
        rules=rules,
        projects=tree,
        qos=[QosSpec(priority=100_000 * i, rank=i) for i in range(qos)],
        jobs=1 << 15,
    )


def one_pool(jobs: Jobs, pool: PoolSpec, rules: RuleSpec, projects: int = 1, qos: int = 1) -> tuple[State, World]:
    """All jobs on one pool of equal nodes."""
    state = build(pool_spec(pool, rules, projects, qos))
    return state, new_world(state, columns(jobs, np.searchsorted(SIZES, jobs.devices), projects > 1), np.zeros(0, SUPPLY))


def drive(state: State, world: World, until: int) -> Measured:
    """Run to `until` (or a while after the last submission) and measure the loop alone; rows are counted and dropped."""
    log = new_log(max(1 << 18, 4 * int(state.rules[0]["row_room"])))
    rows = longest = 0
    began = time.process_time()
    while True:
        outcome = advance(state, world, log, until)
        longest = max(longest, int(state.meta[0]["waiting"]))
        rows += int(log.n[0])
        log.n[0] = 0
        if outcome == REACHED:
            break
        if outcome == GROW:
            before = len(state.job)
            state = grown(state)
            world = world.replaced(job_work=np.concatenate([world.job_work, np.zeros(len(state.job) - before, np.int64)]))
    cpu_s = time.process_time() - began
    total = state.sum.sum(axis=0)
    installed = int(total[: L.COUNTS - 1].sum() - total[L.C_UP] - total[L.NOT_DELIVERED])
    busy_ppm = int(total[L.C_BUSY]) * L.PPM // max(1, installed)
    return Measured(len(world.submit), cpu_s, rows, int(world.cursor[0]["done"]), longest, busy_ppm)


def after(jobs: Jobs) -> int:
    """A second by which a run of these jobs should have ended, for loads near 1."""
    return int(jobs.submit_s[-1]) + 3_000_000
