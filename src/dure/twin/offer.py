"""What a scenario asks of its fleet beside a trace: jobs drawn from a profile, and services that stay."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from dure.model.catalog import Catalog
from dure.model.units import DAY_S, MICRO, MILLI, round_div
from dure.plant.speed import GENERIC, SpeedTable
from dure.twin.demand import ProjectShare, Wanted, even_projects, generate, with_largest
from dure.twin.floor import Machine
from dure.twin.population import mean_work_s
from dure.twin.services import Staying, replica_jobs
from dure.wire.profile import Profile
from dure.wire.scenario import Scenario
from dure.wire.scenario_demand import Generate
from dure.wire.scenario_programme import Organisation, Project, Quota
from dure.wire.scenario_services import Service
from dure.wire.tables import Jobs, concat

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

DOMAINS = {"none": 0, "prefer": 1, "require": 2}


@dataclass(frozen=True, slots=True)
class Offer:
    """Jobs from second 0 of the programme on. `stated_qos`: `normal` was meant.

    `service`: 1 + the place in `services` of the service whose replica the job is, 0 if of none. A replica lasts by the clock, however fast
    the machine: it ends when it was submitted plus its run time.
    """

    jobs: Jobs
    stated_qos: Flags
    service: Ints
    services: tuple[Staying, ...] = ()
    notes: tuple[str, ...] = ()


def one_offer(offers: Sequence[Offer]) -> Offer:
    """All of them in the order of submission; ties keep the order of the offers. At most one of them has services."""
    if len(offers) == 1:
        return offers[0]
    tables = [replace(offer.jobs, epoch_s=0) for offer in offers]
    order = np.argsort(np.concatenate([table.submit_s for table in tables]), kind="stable")
    stated, service = (np.concatenate([getattr(offer, name) for offer in offers])[order] for name in ("stated_qos", "service"))
    jobs = concat(tables)
    services = next((offer.services for offer in offers if offer.services), ())
    return Offer(jobs.with_columns(job_id=np.arange(len(jobs))), stated, service, services)


def traced(jobs: Jobs) -> Offer:
    """Jobs of a trace: their second 0 falls on the start of the programme."""
    return Offer(jobs, np.zeros(len(jobs), np.bool_), np.zeros(len(jobs), np.int64))


def staying(services: Sequence[Staying], written: Sequence[Service]) -> Offer:
    """The replicas of services, as jobs."""
    jobs, service = replica_jobs(services, written)
    return Offer(jobs, np.ones(len(jobs), np.bool_), service + 1, tuple(services))


def drawn(
    scenario: Scenario, written: Generate, profile: Profile, machines: Mapping[str, Machine], table: SpeedTable, seed: int, jobs: int | None
) -> Offer:
    """Jobs of `demand.generate`; `jobs` replaces how many. No job is submitted before its project's grant."""
    end_s = scenario.programme.horizon_s if written.to_s is None else written.to_s
    assert end_s is not None, "the scenario was checked"
    projects = _projects(scenario, machines, table.catalog, end_s)
    if not projects and written.projects:
        projects = even_projects(written.projects)
    workloads = dict(written.workloads_micro or {})
    profile = with_largest(profile, written.largest)
    worth_milli = capacity_milli(scenario, profile, workloads, machines, table)
    found = generate(
        profile,
        Wanted(
            span_s=end_s - written.from_s,
            seed=seed,
            jobs=written.jobs if jobs is None else jobs,
            per_day_micro=None if jobs is not None else written.per_day_micro,
            load_ppm=None if jobs is not None else written.load_ppm,
            capacity_milli=worth_milli,
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
    notes = _load_notes(moved, worth_milli, end_s) if written.load_ppm is not None and jobs is None else ()
    return Offer(moved, stated, np.zeros(len(moved), np.int64), notes=notes)


def _load_notes(jobs: Jobs, worth_milli: int, end_s: int) -> tuple[str, ...]:
    """What of a load can be served before its end even if no job waits: the fleet starts empty, and work runs on past the end."""
    devices, begin = jobs.devices.astype(np.int64), jobs.submit_s
    asked = _percent(int((devices * jobs.run_s).sum()), worth_milli, end_s)
    inside = _percent(_work_before(devices, begin, jobs.run_s, end_s), worth_milli, end_s)
    if asked - inside < 1:
        return ()
    day_s = min(DAY_S, end_s)
    day = _percent(_work_before(devices, begin, jobs.run_s, day_s), worth_milli, day_s)
    return (
        f"demand.generate.load: jobs for {asked} % of what the fleet can do are drawn, at most {inside} % falls before the end "
        f"and {day} % on the first day: the fleet starts empty, and long jobs run on past the end",
    )


def _work_before(devices: Ints, begin_s: Ints, run_s: Ints, end_s: int) -> int:
    """Accelerator-seconds before a second, of jobs that start when they are submitted."""
    return int((devices * np.clip(end_s - begin_s, 0, run_s)).sum())


def _percent(work_s: int, worth_milli: int, span_s: int) -> int:
    return round_div(work_s * MILLI * 100, worth_milli * span_s)


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


def _projects(scenario: Scenario, machines: Mapping[str, Machine], catalog: Catalog, end_s: int) -> list[ProjectShare]:
    """Who submits before the end, and the largest job that a ceiling on what it holds lets start on any model."""
    weights = [machine.weight_ppm for machine in machines.values() if machine.weight_ppm]
    heaviest, models = max(weights, default=MICRO), {machine.accelerator.id for machine in machines.values()}

    def most(organisation: Organisation, project: Project) -> int:
        quotas = (organisation.quota, project.quota)
        known = [one for one in (_most(quotas, heaviest), _most_of_models(quotas, models, catalog)) if one is not None]
        return max(1, min(known)) if known else 0

    return [
        ProjectShare(project.name, project.demand, most(organisation, project))
        for organisation in scenario.programme.organisations
        for project in organisation.projects
        if project.demand and project.granted_at_s < end_s
    ]


def _most(quotas: Sequence[Quota], heaviest_ppm: int) -> int | None:
    """Accelerators of the heaviest model under both ceilings; None: no ceiling."""

    def ceiling(quota: Quota) -> int | None:
        return None if quota.nominal is None or quota.borrow is None else quota.nominal + quota.borrow

    known = [most for most in map(ceiling, quotas) if most is not None]
    return min(known) * MICRO // heaviest_ppm if known else None


def _most_of_models(quotas: Sequence[Quota], models: Collection[str], catalog: Catalog) -> int | None:
    """Accelerators of the model of which it may hold most at one moment; None: of some model as many as there are."""
    least: dict[str, int] = {}
    for quota in quotas:
        for name, most in quota.models.items():
            model = catalog.resolve(name)
            least[model] = min(most, least.get(model, most))
    return max((least[model] for model in models), default=None) if least.keys() >= set(models) else None


def _after_grants(scenario: Scenario, jobs: Jobs, from_s: int, end_s: int) -> Jobs:
    """Submissions from the programme's second 0; a project's own are drawn together into the time after its grant."""
    granted = {project.name: project.granted_at_s for project in scenario.programme.projects}
    first = np.array([max(from_s, min(granted.get(name, 0), end_s - 1)) for name in jobs.projects], np.int64)[jobs.project]
    span = end_s - from_s
    submit = first + jobs.submit_s * (end_s - first) // span
    columns = {name: getattr(jobs, name) for name in Jobs.__dataclass_fields__ if isinstance(getattr(jobs, name), np.ndarray)}
    names = {name: getattr(jobs, name) for name in ("projects", "users", "qos_names", "workloads", "constraints")}
    return Jobs.build(epoch_s=scenario.programme.start_s, **names, **(columns | {"submit_s": submit}))
