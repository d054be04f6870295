"""The national fleet: 8 models on 5 sites, fair-share, quotas, failures, event log, idle split."""

from __future__ import annotations

import numpy as np

from benchmarks.drive import Measured, after, columns, drive
from dure.model.work import Order, PoolRule
from dure.policy import layout as L
from dure.policy.build import ClassSpec, PoolSpec, ProjectSpec, RuleSpec, Spec, build
from dure.twin.draws import between, bits
from dure.twin.kernel_mix import kernel_mix
from dure.twin.world import SUPPLY, new_world

MODELS, SITES, KINDS, PROJECTS = 8, 5, 16, 500
FAILURES_PER_NODE_DAY = (65, 10_000)


def _speeds() -> np.ndarray:
    """Speed of each kind of work on each model, ppm: each runs on two models or more, at 28 to 390 % of the reference."""
    draw = between(bits(7, 1, np.arange(KINDS * MODELS)), 280_000, 3_900_000).reshape(KINDS, MODELS)
    runs = between(bits(7, 2, np.arange(KINDS * MODELS)), 0, 1).reshape(KINDS, MODELS).astype(bool)
    runs[:, 0] |= runs.sum(axis=1) < 2
    runs[:, 1] |= runs.sum(axis=1) < 2
    return np.where(runs, draw, 0)


def _failures(nodes: int, horizon_s: int) -> np.ndarray:
    """6.5 failures per 1,000 node-days, 0.5 to 6 hours of repair, as supply rows sorted by time."""
    numerator, denominator = FAILURES_PER_NODE_DAY
    n = nodes * horizon_s * numerator // (86_400 * denominator)
    at = np.sort(between(bits(7, 3, np.arange(n)), 1, horizon_s))
    node = between(bits(7, 4, np.arange(n)), 0, nodes - 1)
    up = at + between(bits(7, 5, np.arange(n)), 1_800, 21_600)
    supply = np.zeros(2 * n, SUPPLY)
    supply["at"] = np.concatenate([at, up])
    supply["node"] = np.concatenate([node, node])
    supply["nodes"] = 1
    supply["mode"] = np.concatenate([np.full(n, L.NODE_FAILED), np.full(n, L.UP)])
    supply["evict"] = np.concatenate([np.ones(n, np.int64), np.zeros(n, np.int64)])
    return supply[np.argsort(supply["at"], kind="stable")]


def national(jobs_n: int, load: float) -> Measured:
    """One run; the load is offered in reference devices, so name the busy rate with it."""
    nodes = np.full(MODELS * SITES, 156, np.int64)
    nodes[: 6_250 - int(nodes.sum())] += 1
    pools = [PoolSpec(nodes=int(n), devices=8, model=i % MODELS) for i, n in enumerate(nodes)]
    speeds = _speeds()
    mean_speed = np.where(speeds > 0, speeds, np.nan)
    jobs = kernel_mix(jobs_n, 1, load * float(np.nanmean(mean_speed)) / L.PPM, 50_000, projects=PROJECTS, qos=1)
    sizes = np.unique(jobs.devices)
    kind = between(bits(7, 6, np.arange(len(jobs))), 0, KINDS - 1)
    klass = kind * len(sizes) + np.searchsorted(sizes, jobs.devices)
    classes = [ClassSpec(devices=int(d), speeds=[int(speeds[k, p.model]) for p in pools]) for k in range(KINDS) for d in sizes]
    quota = 4_000 * L.PPM
    tree = [ProjectSpec(parent=L.NONE, leaf=False)] + [ProjectSpec(share=1 + i % 7, nominal=quota, borrow=0) for i in range(PROJECTS)]
    rules = RuleSpec(order=Order.MULTIFACTOR, fair_weight=1_000_000, age_weight=1_000_000, pool_rule=PoolRule.FASTEST)
    state = build(Spec(pools=pools, classes=classes, projects=tree, rules=rules, jobs=1 << 16, lists=1 << 14))
    checkpoint = between(bits(7, 8, np.arange(len(jobs))), 900, 3_600).astype(np.int32)
    cols = columns(jobs, klass, True) | {"checkpoint": checkpoint}
    horizon = after(jobs)
    return drive(state, new_world(state, cols, _failures(6_250, horizon)), horizon)
