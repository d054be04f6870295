"""What a scenario asks of its fleet beside a trace: jobs drawn from a profile, and services that stay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from dure.model.errors import ScenarioError
from dure.model.units import MICRO, MILLI, ceil_div
from dure.plant.speed import GENERIC, SpeedTable
from dure.twin.demand import ProjectShare, Wanted, even_projects, generate
from dure.twin.floor import Machine
from dure.twin.population import mean_work_s
from dure.wire.profile import Profile
from dure.wire.scenario import Scenario
from dure.wire.scenario_demand import Generate, Service
from dure.wire.scenario_programme import Organisation, Project, Quota
from dure.wire.tables import Jobs, concat

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

DOMAINS = {"none": 0, "prefer": 1, "require": 2}


@dataclass(frozen=True, slots=True)
class Offer:
    """Jobs from second 0 of the programme on. `stated_qos`: `normal` was meant; `stays`: lasts by the clock, however fast the machine."""

    jobs: Jobs
    stated_qos: Flags
    stays: Flags


def one_offer(offers: Sequence[Offer]) -> Offer:
    """All of them in the order of submission; ties keep the order of the offers."""
    if len(offers) == 1:
        return offers[0]
    tables = [replace(offer.jobs, epoch_s=0) for offer in offers]
    order = np.argsort(np.concatenate([table.submit_s for table in tables]), kind="stable")
    stated, stays = (np.concatenate([getattr(offer, name) for offer in offers])[order] for name in ("stated_qos", "stays"))
    jobs = concat(tables)
    return Offer(jobs.with_columns(job_id=np.arange(len(jobs))), stated, stays)


def traced(jobs: Jobs) -> Offer:
    """Jobs of a trace: their second 0 falls on the start of the programme."""
    flags = np.zeros(len(jobs), np.bool_)
    return Offer(jobs, flags, flags)


def drawn(
    scenario: Scenario, written: Generate, profile: Profile, machines: Mapping[str, Machine], table: SpeedTable, seed: int, jobs: int | None
) -> Offer:
    """Jobs of `demand.generate`; `jobs` replaces how many. No job is submitted before its project's grant."""
    end_s = scenario.programme.horizon_s if written.to_s is None else written.to_s
    assert end_s is not None, "the scenario was checked"
    projects = _projects(scenario, machines)
    if not projects and written.projects:
        projects = even_projects(written.projects)
    workloads = dict(written.workloads_micro or {})
    found = generate(
        profile,
        Wanted(
            span_s=end_s - written.from_s,
            seed=seed,
            jobs=written.jobs if jobs is None else jobs,
            per_day_micro=None if jobs is not None else written.per_day_micro,
            load_ppm=None if jobs is not None else written.load_ppm,
            capacity_milli=capacity_milli(scenario, profile, workloads, machines, table),
            epoch_s=scenario.programme.start_s + written.from_s,
            projects=projects,
            workloads=workloads,
            constraints=dict(written.constraints_micro or {}),
            qos=dict(written.qos_micro or {}),
            training_share_ppm=written.training_share_ppm,
            domain=DOMAINS[written.domain],
        ),
    )
    moved = _after_grants(scenario, found, written.from_s, end_s)
    stated = np.full(len(moved), written.qos_micro is not None)
    return Offer(moved, stated, np.zeros(len(moved), np.bool_))


def capacity_milli(
    scenario: Scenario, profile: Profile, workloads: Mapping[str, int], machines: Mapping[str, Machine], table: SpeedTable
) -> int:
    """What the public fleet is worth in thousandths of reference accelerators: speeds in the mix of work that is asked for.

    A model on which a class does not run, or nobody knows how fast, adds nothing for that class.
    """
    shares = _work_by_class(profile, workloads)
    total = sum(shares.values())
    milli = 0
    for path, pool in scenario.pools.items():
        machine = machines[path]
        devices = (pool.nodes - pool.own_use_nodes) * machine.devices
        speed = 0
        for name, work in shares.items():
            known = table.class_speeds(name, [machine.accelerator.id])[0] if table.knows(name) else None
            speed += work * (known or 0)
        milli += devices * speed // (total * (MICRO // MILLI)) if total else 0
    return max(milli, 1)


def _work_by_class(profile: Profile, workloads: Mapping[str, int]) -> dict[str, int]:
    """Relative accelerator time of each workload class."""
    classes = [(one.workload or GENERIC, one.jobs, one.jobs * mean_work_s(one)) for one in profile.classes if one.jobs]
    found: dict[str, int] = {}
    for name, _, work in classes:
        found[name] = found.get(name, 0) + work
    if not workloads:
        return found
    number = {name: sum(jobs for other, jobs, _ in classes if other == name) for name in found}
    mean_all = sum(found.values()) // max(1, sum(number.values()))
    return {name: weight * (found[name] // number[name] if name in found else mean_all) for name, weight in workloads.items()}


def _projects(scenario: Scenario, machines: Mapping[str, Machine]) -> list[ProjectShare]:
    """Who submits, and the largest job that a ceiling on what it holds lets start on any model."""
    weights = [machine.weight_ppm for machine in machines.values() if machine.weight_ppm]
    heaviest = max(weights, default=MICRO)
    return [
        ProjectShare(project.name, project.demand, _most(organisation, project, heaviest))
        for organisation in scenario.programme.organisations
        for project in organisation.projects
        if project.demand
    ]


def _most(organisation: Organisation, project: Project, heaviest_ppm: int) -> int:
    """Accelerators of the heaviest model under both ceilings; 0: no ceiling."""

    def ceiling(quota: Quota) -> int | None:
        return None if quota.nominal is None or quota.borrow is None else quota.nominal + quota.borrow

    known = [most for most in (ceiling(project.quota), ceiling(organisation.quota)) if most is not None]
    return max(1, min(known) * MICRO // heaviest_ppm) if known else 0


def _after_grants(scenario: Scenario, jobs: Jobs, from_s: int, end_s: int) -> Jobs:
    """Submissions from the programme's second 0; a project's own are drawn together into the time after its grant."""
    granted = {project.name: project.granted_at_s for project in scenario.programme.projects}
    first = np.array([max(from_s, min(granted.get(name, 0), end_s - 1)) for name in jobs.projects], np.int64)[jobs.project]
    span = end_s - from_s
    submit = first + jobs.submit_s * (end_s - first) // span
    columns = {name: getattr(jobs, name) for name in Jobs.__dataclass_fields__ if isinstance(getattr(jobs, name), np.ndarray)}
    names = {name: getattr(jobs, name) for name in ("projects", "users", "qos_names", "workloads", "constraints")}
    return Jobs.build(epoch_s=scenario.programme.start_s, **names, **(columns | {"submit_s": submit}))


def services(scenario: Scenario, table: SpeedTable) -> Offer | None:
    """A job per replica of every service; None where there is none. A service without an end needs a horizon."""
    written = scenario.demand.services
    if not written:
        return None
    horizon_s = scenario.programme.horizon_s
    rows: list[tuple[int, Service, int]] = []
    for index, one in enumerate(written):
        end_s = one.to_s if one.to_s is not None else horizon_s
        if end_s is None:
            raise ScenarioError(f"service {one.name} stays for ever", remedy="write programme.horizon, or `to` of the service")
        if end_s > one.from_s:
            rows += [(index, one, end_s - one.from_s)] * replicas(one, table)
    count = len(rows)
    jobs = Jobs.build(
        submit_s=np.array([one.from_s for _, one, _ in rows], np.int64),
        run_s=np.array([seconds for *_, seconds in rows], np.int64),
        devices=np.array([one.accelerators for _, one, _ in rows], np.int64),
        project=np.array([index for index, *_ in rows], np.int64),
        projects=[one.project for one in written],
        user=np.array([index for index, *_ in rows], np.int64),
        users=[service_user(one.name) for one in written],
        qos=np.array([index + 1 for index, *_ in rows], np.int64),
        qos_names=["normal", *(one.qos for one in written)],
        workload=np.array([index + 1 for index, *_ in rows], np.int64),
        workloads=["", *(one.workload for one in written)],
        constraint=np.array([index + 1 for index, *_ in rows], np.int64),
        constraints=["", *(one.constraint for one in written)],
        training=np.zeros(count, np.int64),
        checkpoint_s=np.ones(count, np.int64),
    )
    return Offer(jobs, np.ones(count, np.bool_), np.ones(count, np.bool_))


def service_user(name: str) -> str:
    """The user under which a service's replicas run: how a report finds them again."""
    return f"service:{name}"


def replicas(one: Service, table: SpeedTable) -> int:
    """Copies to keep running: as written, or as the reference accelerator would need for the rate."""
    if one.replicas is not None:
        return one.replicas
    assert one.requests_per_s_micro is not None, "the scenario was checked"
    rate = reference_rate(table, one.workload)
    if rate is None or not rate.unit.startswith(("samples", "queries", "requests", "images")):
        unit = "unknown" if rate is None else f"in {rate.unit}"
        raise ScenarioError(
            f"service {one.name}: the rate of {one.workload} on the reference accelerator is {unit}, not in requests",
            remedy="write replicas instead of requests_per_s",
        )
    return max(1, ceil_div(one.requests_per_s_micro, rate.micro_per_s * one.accelerators))


@dataclass(frozen=True, slots=True)
class Rate:
    """Throughput of one reference accelerator in millionths of a unit a second, and where it was measured."""

    micro_per_s: int
    unit: str
    source: str


def reference_rate(table: SpeedTable, workload: str) -> Rate | None:
    """What one reference accelerator serves of a class, from a published result of a rate; None is unknown."""
    return next(_rates(table, table.workload(workload).name), None)


def _rates(table: SpeedTable, name: str) -> Iterator[Rate]:
    for row in table.rows:
        if row.workload == name and row.use and row.reference_value is not None and "/s" in row.unit and row.reference_value > 0:
            per_device = row.reference_value if "per device" in row.unit else row.reference_value / (row.reference_devices or 1)
            yield Rate(int(per_device * MICRO), row.unit.split(",")[0].removesuffix(" per device"), row.reference_source or row.source)
