"""Rows of the kernel on one pool of 6,250 nodes × 8: first come and fair-share at several loads."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.drive import Measured, after, drive, one_pool
from dure.model.work import Backfill, Order
from dure.policy.build import PoolSpec, RuleSpec
from dure.twin.kernel_mix import kernel_mix

POOL = PoolSpec(nodes=6_250, devices=8)
DEVICES = 50_000
FAIR = RuleSpec(order=Order.MULTIFACTOR, fair_weight=1_000_000, age_weight=1_000_000)


def best_of(runs: int, jobs_n: int, load: float, rules: RuleSpec, projects: int = 1, qos: int = 1, until: int | None = None) -> Measured:
    """The fastest of several runs on the same jobs."""
    jobs = kernel_mix(jobs_n, 1, load, DEVICES, projects=projects, qos=qos)
    measured = []
    for _ in range(runs):
        state, world = one_pool(jobs, POOL, rules, projects, qos)
        measured.append(drive(state, world, until or after(jobs)))
    return min(measured, key=lambda m: m.cpu_s)


def rows(quick: bool) -> Iterator[tuple[str, str, Measured]]:
    """(workload, what is asked of it, measured)."""
    million, runs = (100_000, 1) if quick else (1_000_000, 3)
    best_of(1, 2_000, 0.95, RuleSpec())
    for load, asked in ((0.95, "1.5 M"), (1.10, "0.7 M")):
        yield f"{million:,} jobs, EASY, load {load}", asked, best_of(runs, million, load, RuleSpec())
    yield f"{3 * million:,} jobs, EASY, load 1.5", "0.5 M", best_of(1, 3 * million, 1.5, RuleSpec())
    yield f"{million:,} jobs, EASY, load 6.0", "half of 1.10", best_of(1, million, 6.0, RuleSpec())
    for load, asked in ((0.95, "1.0 M"), (1.10, "0.55 M"), (1.50, "0.45 M")):
        yield f"{million:,} jobs, fair-share 500 × 3, load {load}", asked, best_of(runs, million, load, FAIR, 500, 3)
    few = million // 5
    conservative = RuleSpec(backfill=Backfill.CONSERVATIVE)
    yield f"{few:,} jobs, conservative, load 0.95", "50,000", best_of(1, few, 0.95, conservative)
    replans = RuleSpec(backfill=Backfill.CONSERVATIVE, replan=60, depth=1_000)
    yield f"{few:,} jobs, conservative, load 1.10, depth 1,000, replan 60 s", "10,000", best_of(1, few, 1.10, replans)
