"""Traces that have everything: failures, preemption, quotas, lending, several models, delays and losses."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dure.adapters.engines.simulated import Faults, NodeEvent
from dure.model.events import Kind
from dure.model.fleet import Mode
from dure.model.work import Backfill, DomainRule, NodeRule, Order, PoolRule
from dure.operate.ports import Fact
from dure.policy.build import ClassSpec, PoolSpec, ProjectSpec, QosSpec, RuleSpec, Spec
from dure.twin.draws import Stream, below, between, bits, choice, failures
from dure.twin.kernel_mix import kernel_mix
from tests.simulation.bench import Trace

PPM = 1_000_000
SIZES = (1, 2, 4, 8, 16, 32)
KINDS = ((PPM, PPM, 600_000), (PPM, PPM, 0), (1_300_000, 1_300_000, 2_000_000))
"""Speeds of three workloads on the pools: shared, dedicated (the same model), another vendor's."""


def everything(
    seed: int,
    jobs: int,
    *,
    order: Order = Order.MULTIFACTOR,
    backfill: Backfill = Backfill.EASY,
    hold_kept: bool = False,
    pool_rule: PoolRule = PoolRule.FASTEST,
    node_rule: NodeRule = NodeRule.BEST,
    delay_s: int = 0,
    ahead_s: int = 0,
    scale: int = 1,
    load: float = 1.1,
    faults: Faults | None = None,
    reserve: bool = False,
) -> Trace:
    """Jobs on 44 · `scale` nodes in three pools: quotas and credits, a dedicated pool that is lent, urgent jobs that preempt.

    `reserve`: gangs of more than a tenth of a pool get dates; jobs that may be stopped get none, so one quality is none of those.
    """
    pools = (
        PoolSpec(nodes=24 * scale, devices=8, domain_nodes=8, delay=delay_s, ahead=ahead_s),
        PoolSpec(nodes=8 * scale, devices=8, owner=3, lent=True, notice=60, delay=delay_s, ahead=2 * ahead_s),
        PoolSpec(nodes=12 * scale, devices=4, domain_nodes=4, weight=600_000, delay=2 * delay_s, ahead=ahead_s),
    )
    devices = sum(pool.nodes * pool.devices for pool in pools)
    mix = kernel_mix(jobs, seed, load, devices, projects=4, qos=3)
    job = np.arange(jobs)
    size = np.minimum(mix.devices, SIZES[-1] * scale)
    kind = choice(bits(seed, Stream.WORKLOAD, job), (5, 3, 2))
    sizes = np.unique(size)
    klass = kind * len(sizes) + np.searchsorted(sizes, size)
    classes = [
        ClassSpec(devices=int(n), speeds=speeds, domain=(DomainRule.NONE, DomainRule.PREFER, DomainRule.REQUIRE)[k])
        for k, speeds in enumerate(KINDS)
        for n in sizes
    ]
    columns = {
        "submit": mix.submit_s,
        "klass": klass,
        "project": mix.project + 2,
        "qos": mix.qos,
        "request": np.where(below(bits(seed, Stream.REQUEST, job, 1), 10) == 0, mix.run_s // 2 + 1, mix.request_s),
        "work": mix.run_s,
        "checkpoint": np.where(below(bits(seed, Stream.DETAIL, job), 2) == 0, 0, between(bits(seed, Stream.DETAIL, job, 1), 60, 900)),
        "outcome": choice(bits(seed, Stream.OUTCOME, job), (90, 7, 3)),
    }
    kinds = {"klass": np.int32, "project": np.int32, "qos": np.int8, "checkpoint": np.int32, "outcome": np.int8}
    columns = {name: values.astype(kinds.get(name, np.int64)) for name, values in columns.items()}
    spec = Spec(
        pools=pools,
        classes=classes,
        projects=_people(devices, int((mix.run_s * mix.devices).sum())),
        qos=(
            QosSpec(priority=100_000, rank=1, preemptible=not reserve),
            QosSpec(priority=0, rank=0, preemptible=True),
            QosSpec(priority=900_000, rank=2, preempts=True, notice=120),
        ),
        rules=RuleSpec(
            order=order,
            backfill=backfill,
            hold_kept=hold_kept,
            pool_rule=pool_rule,
            node_rule=node_rule,
            fair_weight=PPM,
            age_weight=300_000,
            size_weight=50_000,
            half_life=86_400,
            reserve_ppm=100_000 if reserve else 0,
            reserve_after=1_800,
        ),
        jobs=64,
        acts=True,
    )
    span_s = int(mix.submit_s[-1])
    return Trace(
        spec=spec,
        jobs=columns,
        supply=_supply(seed, pools, span_s),
        rules=_acts(seed, columns["submit"], _rules(span_s, devices, int((mix.run_s * mix.devices).sum()))),
        until_s=span_s + 400_000,
        start_up_s=15,
        enforce=seed % 2 == 0,
        faults=faults or Faults(),
        sites=(0, 0, 1),
    )


def _people(devices: int, work_s: int) -> tuple[ProjectSpec, ...]:
    """Root, one organisation, four projects: two with quotas, one that owns a pool, one with credits that may run dry."""
    return (
        ProjectSpec(parent=-1, leaf=False, nominal=devices * PPM),
        ProjectSpec(parent=0, leaf=False, nominal=devices * PPM * 3 // 4, borrow=devices * PPM // 8),
        ProjectSpec(parent=1, share=3, nominal=devices * PPM // 3, borrow=devices * PPM // 8, lend=devices * PPM // 16),
        ProjectSpec(parent=1, share=2),
        ProjectSpec(parent=0, share=2, nominal=devices * PPM // 4),
        ProjectSpec(parent=0, share=1, credits=work_s * PPM // 4),
    )


def _supply(seed: int, pools: tuple[PoolSpec, ...], span_s: int) -> tuple[NodeEvent, ...]:
    """Failures that evict, a maintenance that drains a rack, and money that runs out for a third of a pool for a while."""
    nodes = sum(pool.nodes for pool in pools)
    drawn = failures(seed, nodes, span_s, 400_000_000, 1_800, 21_600)
    events = []
    for at, node, up_at in zip(drawn.at.tolist(), drawn.node.tolist(), drawn.up_at.tolist(), strict=True):
        if node >= 6:  # a node has one calendar: the first rack is in the next lines
            events += [NodeEvent(at, node, 1, Mode.FAILED, True), NodeEvent(up_at, node, 1, Mode.UP, False)]
    third = span_s // 3
    events += [NodeEvent(third, 0, 4, Mode.MAINTENANCE, False), NodeEvent(third + 7_200, 0, 4, Mode.UP, False)]
    events += [NodeEvent(2 * third, 0, 6, Mode.UNFUNDED, True), NodeEvent(2 * third + 20_000, 0, 6, Mode.UP, False)]
    return tuple(sorted(events, key=lambda event: event.at))


def _acts(seed: int, submit_s: npt.NDArray[np.int64], rules: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """The rules, and one job in twenty that its user cancels within an hour: it waits, runs or is over by then."""
    job = np.flatnonzero(below(bits(seed, Stream.DETAIL, np.arange(len(submit_s)), 2), 20) == 0)
    later_s = 1 + below(bits(seed, Stream.DETAIL, job, 3), 3_600)
    cancels = [Fact(Kind.WITHDRAWN, int(submit_s[j] + s), job=int(j)) for j, s in zip(job, later_s, strict=True)]
    return tuple(sorted((*rules, *cancels), key=lambda act: act.at))


def _rules(span_s: int, devices: int, work_s: int) -> tuple[Fact, ...]:
    """A project is stopped for a while, one gets more credit, one a smaller quota, and a pool changes hands and comes back."""
    return (
        Fact(Kind.STOP, span_s // 5, job=4, value=1),
        Fact(Kind.CREDIT, span_s // 4, job=5, value=work_s * PPM // 8),
        Fact(Kind.STOP, span_s // 4, job=4, value=0),
        Fact(Kind.QUOTA, span_s // 2, job=2, value=devices * PPM // 5),
        Fact(Kind.DEDICATED, span_s // 2, job=4, pool=1, value=30, cause=0),
        Fact(Kind.DEDICATED, span_s * 3 // 4, job=-1, pool=1),
        Fact(Kind.DEDICATED, span_s * 4 // 5, job=3, pool=1, value=60, cause=1),
    )
