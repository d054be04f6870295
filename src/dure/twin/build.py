"""From a scenario and jobs to a plan of a run: everything the kernel and the world are given, and everything that is to be said about it.

Second 0 is the start of the programme; the jobs' own second 0 falls on it. Nothing is read here: the catalogue, the speeds and the jobs
come in as values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from dure.model.errors import LimitError, ScenarioError
from dure.model.work import Backfill, NodeRule, Order, PoolRule
from dure.plant.speed import SpeedTable
from dure.policy.build import PoolSpec, RuleSpec, Spec
from dure.policy.layout import NONE
from dure.twin.classes import Classes, Refusal, build_classes
from dure.twin.floor import Floor, Machine, Piece, Term, build_floor
from dure.twin.funds import Funds
from dure.twin.offer import Offer
from dure.twin.people import People, Submitters, build_people
from dure.twin.services import Staying
from dure.twin.supply import Supply, build_supply
from dure.wire.scenario import Scenario
from dure.wire.tables import Jobs

Ints = npt.NDArray[np.int64]

NODES_MAX = 1 << 24


@dataclass(frozen=True, slots=True)
class Act:
    """A rule that changes at a second: a piece changes hands (`term` None: to nobody), or a project is stopped."""

    at_s: int
    piece: int = NONE
    term: Term | None = None
    stopped: int = NONE


@dataclass(frozen=True, slots=True)
class Plan:
    """One run, ready to go. `jobs` are those that are replayed, in the order of the kernel's job numbers."""

    floor: Floor
    people: People
    spec: Spec
    jobs: Jobs
    project: Ints
    columns: Mapping[str, npt.NDArray[np.integer]]
    supply: Supply
    acts: tuple[Act, ...]
    horizon_s: int | None
    seed: int
    start_up_s: int
    checkpoint_write_s: int
    enforce: bool
    refusals: tuple[Refusal, ...]
    refused: Jobs
    refused_project: Ints
    later: int
    """Jobs that are submitted after the horizon."""
    notes: tuple[str, ...]
    workloads: tuple[str, ...]
    services: tuple[Staying, ...] = ()
    funds: Funds | None = None
    """The money of sites that have a budget."""


def build_plan(
    scenario: Scenario,
    machines: Mapping[str, Machine],
    table: SpeedTable,
    offer: Offer,
    *,
    seed: int | None = None,
) -> Plan:
    """The plan of a run. `machines` by `site/pool`.

    Raises ScenarioError where there is no fleet, LimitError where the numbers pass what the State holds.
    """
    if not scenario.pools:
        raise ScenarioError("the scenario has no site to run on", remedy="write `sites:` with at least one pool")
    floor = build_floor(scenario, machines)
    if floor.nodes > NODES_MAX:
        raise LimitError(f"{floor.nodes:,} nodes", remedy=f"a run holds at most {NODES_MAX:,}: simulate a part of the fleet")
    if not floor.pools:
        raise ScenarioError("every pool is wholly its operator's own use", remedy="leave at least one node for public use")
    jobs, notes = _from_second_0(offer.jobs)
    later_s = int(jobs.submit_s[0] - offer.jobs.submit_s[0]) if len(jobs) else 0
    horizon_s = scenario.programme.horizon_s
    later = 0 if horizon_s is None else int((jobs.submit_s >= horizon_s).sum())
    if later:
        jobs = jobs[: len(jobs) - later]
        notes += (f"{later:,} jobs are submitted after the horizon and not replayed",)
    number = {model: index for index, model in enumerate(floor.models)}
    people, who = build_people(scenario, jobs, offer.stated_qos[: len(jobs)], lambda name: number.get(table.catalog.resolve(name)))
    service = offer.service[: len(jobs)]
    classes = build_classes(jobs, who, people, floor, machines, table, service, offer.services)
    taken = classes.of_job >= 0
    columns, replayed = _columns(scenario, jobs, who, classes, taken, service)
    seed = scenario.programme.seed if seed is None else seed
    acts = _acts(floor, people, horizon_s)
    return Plan(
        floor=floor,
        people=people,
        spec=replace(_spec(scenario, floor, people, classes), acts=bool(acts)),
        jobs=replayed,
        project=columns["project"].astype(np.int64),
        columns=columns,
        supply=build_supply(scenario, floor, seed),
        acts=acts,
        horizon_s=horizon_s,
        seed=seed,
        start_up_s=scenario.demand.start_up_s,
        checkpoint_write_s=scenario.demand.checkpoint_write_s,
        enforce=scenario.demand.time_limit == "enforce",
        refusals=classes.refusals,
        refused=jobs[~taken],
        refused_project=who.project[~taken],
        later=later,
        notes=(*notes, *floor.notes, *who.notes, *classes.notes),
        workloads=classes.workloads,
        services=tuple(one.later(later_s) for one in offer.services),
    )


def _from_second_0(jobs: Jobs) -> tuple[Jobs, tuple[str, ...]]:
    """Jobs of before the start are brought to it all together: gaps stay."""
    first = int(jobs.submit_s[0]) if len(jobs) else 0
    if first >= 0:
        return jobs, ()
    columns = {name: getattr(jobs, name) for name in Jobs.__dataclass_fields__ if isinstance(getattr(jobs, name), np.ndarray)}
    columns["submit_s"] = jobs.submit_s - first
    names = {name: getattr(jobs, name) for name in ("projects", "users", "qos_names", "workloads", "constraints")}
    moved = Jobs.build(epoch_s=jobs.epoch_s + first, **names, **columns)
    return moved, (f"the first job was submitted {-first:,} s before second 0: all submissions are later by that much",)


def _columns(
    scenario: Scenario, jobs: Jobs, who: Submitters, classes: Classes, taken: npt.NDArray[np.bool_], service: Ints
) -> tuple[dict[str, npt.NDArray[np.integer]], Jobs]:
    """The World's columns. Work and request grow by the checkpoints that are written on the way, the request by the start-up.

    A replica of a service writes none, since what was served stays served, and ends by the clock: `until`, 0 for every other job.
    """
    everything = bool(taken.all())
    replayed = jobs if everything else jobs[taken]
    demand = scenario.demand
    interval = replayed.checkpoint_s.astype(np.int64)
    if demand.checkpoint_s:
        interval = np.where(interval == 0, demand.checkpoint_s, interval)
    replicas = service[taken] > 0
    write_s = demand.checkpoint_write_s
    work, request = replayed.run_s, replayed.request_s
    if write_s:
        checkpoints = np.maximum(interval, 1)
        writes = (interval > 0) & ~replicas
        work = work + np.where(writes, work // checkpoints * write_s, 0)
        request = request + np.where(writes, request // checkpoints * write_s, 0)
        interval = np.where(writes, interval + write_s, interval)

    def chosen(values: Ints) -> Ints:
        return values if everything else values[taken]

    return {
        "submit": replayed.submit_s,
        "klass": chosen(classes.of_job).astype(np.int32),
        "project": chosen(who.project).astype(np.int32),
        "qos": chosen(who.qos).astype(np.int8),
        "request": np.maximum(request + demand.start_up_s, 1),
        "work": work,
        "checkpoint": interval.astype(np.int32),
        "outcome": replayed.outcome,
        "until": np.where(replicas, replayed.submit_s + replayed.run_s, 0) if replicas.any() else np.zeros(0, np.int64),
    }, replayed


def _spec(scenario: Scenario, floor: Floor, people: People, classes: Classes) -> Spec:
    pools = []
    for piece in floor.pieces:
        pool = floor.pools[piece.pool]
        term = piece.terms[0] if piece.terms else None
        public = [p for p, other in enumerate(floor.pieces) if other.pool == piece.pool and not other.terms]
        pools.append(
            PoolSpec(
                nodes=piece.nodes,
                devices=pool.devices,
                model=floor.models.index(pool.model),
                owner=NONE if term is None else people.index(term.project),
                lent=term is not None and term.lent,
                notice=0 if term is None else term.notice_s,
                parent=public[0] if term is not None and public else NONE,
                domain_nodes=min(pool.domain_nodes, piece.nodes),
                delay=pool.start_delay_s,
                ahead=pool.ahead_s,
                weight=pool.weight_ppm,
            )
        )
    return Spec(
        pools=pools,
        classes=classes.specs,
        projects=people.tree,
        qos=people.qos,
        rules=rules_of(scenario),
        jobs=1 << 14,
        fleet=floor.devices,
    )


def rules_of(scenario: Scenario) -> RuleSpec:
    """The policy of a scenario in the kernel's numbers."""
    policy = scenario.policy
    order, backfill = policy.order, policy.backfill
    return RuleSpec(
        order=Order[order.kind.upper()],
        backfill=Backfill[backfill.kind.upper()],
        hold_kept=policy.hold == "kept",
        node_rule=NodeRule[policy.node_rule.upper()],
        pool_rule=PoolRule[policy.pool_rule.upper()],
        lend=policy.lend,
        period=order.period_s,
        half_life=order.half_life_s,
        fair_weight=order.fairshare_weight,
        age_weight=order.age_weight,
        age_max=order.age_max_s,
        size_weight=order.size_weight,
        replan=backfill.replan_s,
        depth=backfill.depth or 0,
        reserve_ppm=0 if policy.reserve is None else max(1, policy.reserve.gang_share_ppm),
        reserve_after=0 if policy.reserve is None else policy.reserve.after_s,
    )


def _acts(floor: Floor, people: People, horizon_s: int | None) -> tuple[Act, ...]:
    """What changes while the run goes on, by second. Where one term ends in the second in which the next begins, the next holds."""
    acts = [act for index, piece in enumerate(floor.pieces) for act in _changes(index, piece)]
    acts += [Act(max(0, body.stop_at_s), stopped=body.index) for body in people.projects if body.stop_at_s is not None]
    return tuple(sorted((act for act in acts if horizon_s is None or act.at_s < horizon_s), key=lambda act: act.at_s))


def _changes(index: int, piece: Piece) -> Iterator[Act]:
    if not piece.terms:
        return
    times = {0} | {term.from_s for term in piece.terms} | {term.to_s for term in piece.terms if term.to_s is not None}
    for at_s in sorted(times):
        term = piece.owner(at_s)
        if at_s > 0 or term is not piece.terms[0]:
            yield Act(at_s, index, term)
