"""Who submits: the tree of organisations and projects that quotas and fair-share follow, and the words of a trace mapped to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

import numpy as np
import numpy.typing as npt

from dure.model.units import HOUR_S, MICRO
from dure.policy.build import ProjectSpec, QosSpec
from dure.wire.scenario import Scenario
from dure.wire.scenario_policy import NORMAL
from dure.wire.scenario_programme import Organisation, Project, Quota
from dure.wire.tables import Jobs

Ints = npt.NDArray[np.int64]

NOBODY = "unnamed"
"""The project of jobs that name none."""


@dataclass(frozen=True, slots=True)
class Body:
    """A project as reports need it. `index` is its place in the tree; an unaffiliated one is its own organisation."""

    index: int
    name: str
    organisation: str
    region: str
    granted_at_s: int | None  # None: jobs name it and no grant is known
    stop_at_s: int | None
    qos: str


@dataclass(frozen=True, slots=True)
class People:
    """The tree for the State (root, organisations, projects) and the projects in it by name."""

    tree: tuple[ProjectSpec, ...]
    projects: tuple[Body, ...]
    qos: tuple[QosSpec, ...]
    qos_names: tuple[str, ...]

    def index(self, name: str) -> int:
        return next(body.index for body in self.projects if body.name == name)


@dataclass(frozen=True, slots=True)
class Submitters:
    """Project (tree index) and quality of service (index into `People.qos`) of each job."""

    project: Ints
    qos: Ints
    notes: tuple[str, ...]


def build_people(
    scenario: Scenario, jobs: Jobs, stated_qos: npt.NDArray[np.bool_], number: Callable[[str], int | None]
) -> tuple[People, Submitters]:
    """The people of a scenario, and every project that only the jobs name, directly below the root.

    `stated_qos` marks the jobs whose quality of service counts as stated; elsewhere `normal` means the project's own. `number`: the
    State's number of a model by a name of it, None where no pool is of it.
    """
    tree = [ProjectSpec(parent=-1, leaf=False)]
    bodies: list[Body] = []
    for organisation in scenario.programme.organisations:
        parent = len(tree)
        tree.append(_limited(ProjectSpec(parent=0, share=organisation.share, leaf=False), organisation.quota, number))
        for one in organisation.projects:
            bodies.append(_body(len(tree), one, organisation))
            tree.append(_limited(ProjectSpec(parent=parent, share=one.share, credits=_credits(one)), one.quota, number))
    names = _project_names(scenario, jobs)
    known = {body.name: body.index for body in bodies}
    strangers = [name for name in dict.fromkeys(names.names) if name not in known]
    for name in strangers:
        known[name] = len(tree)
        bodies.append(Body(len(tree), name, name, "", None, None, NORMAL))
        tree.append(ProjectSpec(parent=0))
    project = np.array([known[name] for name in names.names], np.int64)[names.codes]
    people = People(tuple(tree), tuple(bodies), qualities_of(scenario), tuple(one.name for one in scenario.policy.qos))
    qos, notes = _qos(scenario, jobs, people, project, stated_qos)
    return people, Submitters(project, qos, (*_stranger_note(strangers if scenario.programme.projects else ()), *notes))


def _limited(spec: ProjectSpec, quota: Quota, number: Callable[[str], int | None]) -> ProjectSpec:
    """With its quota in parts per million of a device, and its ceilings on models in devices."""
    nominal, borrow, lend = (None if value is None else value * MICRO for value in (quota.nominal, quota.borrow, quota.lend))
    models = {known: most for name, most in quota.models.items() if (known := number(name)) is not None}
    return replace(spec, nominal=nominal, borrow=borrow, lend=lend, models=models)


def _credits(project: Project) -> int | None:
    """Credits in parts per million of a device-second; written in accelerator-hours."""
    return None if project.credits_micro is None else project.credits_micro * HOUR_S


def _body(index: int, project: Project, organisation: Organisation) -> Body:
    region = organisation.region or ""
    return Body(index, project.name, organisation.name, region, project.granted_at_s, project.stop_at_s, project.qos)


def qualities_of(scenario: Scenario) -> tuple[QosSpec, ...]:
    """The qualities of service of a scenario in their order, `normal` first."""
    return tuple(
        QosSpec(priority=one.priority, rank=one.rank, preempts=one.preempts, preemptible=one.preemptible, notice=one.notice_s)
        for one in scenario.policy.qos
    )


@dataclass(frozen=True, slots=True)
class _Named:
    names: tuple[str, ...]
    codes: Ints


def _project_names(scenario: Scenario, jobs: Jobs) -> _Named:
    """The project of each job by name: the trace's, mapped; where it names none, its user's, mapped."""
    rules = scenario.demand.map
    mapped = tuple(_first_match(name, rules.projects) or name for name in jobs.projects)
    unnamed = np.array([name == "" for name in mapped], np.bool_)
    if not unnamed.any():
        return _Named(mapped, jobs.project.astype(np.int64))
    by_user = tuple(_first_match(user, rules.users) or NOBODY for user in jobs.users)
    missing = unnamed[jobs.project]
    codes = np.where(missing, len(mapped) + jobs.user.astype(np.int64), jobs.project)
    used = np.unique(codes)
    names = mapped + by_user
    return _Named(tuple(names[code] for code in used.tolist()), np.searchsorted(used, codes))


def _first_match(name: str, patterns: Mapping[str, str]) -> str | None:
    return next((target for pattern, target in patterns.items() if fnmatchcase(name, pattern)), None)


def _qos(scenario: Scenario, jobs: Jobs, people: People, project: Ints, stated: npt.NDArray[np.bool_]) -> tuple[Ints, tuple[str, ...]]:
    """A quality of service that the policy does not know counts as `normal`; `normal` is the project's own where nothing else is said."""
    place = {name: index for index, name in enumerate(people.qos_names)}
    rules = scenario.demand.map.qos
    targets = [_first_match(name, rules) or name for name in jobs.qos_names]
    lost = [name for name in targets if name not in place]
    qos = np.array([place.get(name, 0) for name in targets], np.int64)[jobs.qos]
    of_project = np.zeros(len(people.tree), np.int64)
    for body in people.projects:
        of_project[body.index] = place.get(body.qos, 0)
    open_to_project = (qos == 0) & ~stated
    return np.where(open_to_project, of_project[project], qos), _lost_note(lost)


def _stranger_note(names: Sequence[str]) -> tuple[str, ...]:
    """Who submits and has no rights: no quota holds, and no credits are counted, where a programme names projects with theirs."""
    if not names:
        return ()
    listed = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
    return (f"accounts of the trace that are no project of the programme and under no quota: {len(names)}, see demand.map ({listed})",)


def _lost_note(lost: Sequence[str]) -> tuple[str, ...]:
    if not lost:
        return ()
    names = ", ".join(lost[:5]) + (" …" if len(lost) > 5 else "")
    return (f"{len(lost)} qualities of service that policy.qos does not list count as normal: {names}",)
