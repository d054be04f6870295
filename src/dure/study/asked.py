"""The demand of a plan as jobs: so many of each workload class that they ask for the accelerators at work that the plan was asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

import numpy as np

from dure.model.purchases import Purchase
from dure.model.units import DAY_S
from dure.study.fleet import Month
from dure.twin.demand import mean_job_s, with_largest
from dure.wire.profile import Profile
from dure.wire.scenario import Scenario
from dure.wire.tables import Jobs

ROUNDS = 4
"""How often the numbers of jobs are mended by what they drew: large jobs are few, and their mean is not met at once."""

Drawn = Callable[[Mapping[str, int]], Jobs]


def workloads(scenario: Scenario) -> dict[str, str]:
    """The workload class of each class of demand."""
    assert scenario.plan.purchase is not None, "the scenario has a question"
    return {one.name: one.workload for one in scenario.plan.purchase.demand}


def asked_by_workload(scenario: Scenario, purchase: Purchase, period: int) -> dict[str, int]:
    """Reference accelerators at work in the year of a period, by workload class; classes of one workload are added up."""
    found: dict[str, int] = {}
    named = workloads(scenario)
    for work in purchase.work:
        if count := work.by_year.get(purchase.years[period], 0):
            found[named[work.name]] = found.get(named[work.name], 0) + count
    return found


def first_numbers(profile: Profile, asked: Mapping[str, int | Fraction], month: Month) -> dict[str, int]:
    """Jobs of each workload class for the accelerators asked for, by the mean work of a job of that class; at least one."""
    profile = with_largest(profile, month.largest)
    span_s = month.days * DAY_S
    return {
        name: max(1, round(count * month.scale * span_s / Fraction(mean_job_s(profile, name)))) for name, count in asked.items() if count
    }


def numbers(profile: Profile, asked: Mapping[str, int | Fraction], month: Month, draw: Drawn) -> dict[str, int]:
    """Numbers of jobs whose drawn work comes nearest to what is asked for; `draw` makes the jobs of such numbers."""
    found = first_numbers(profile, asked, month)
    best, missed = found, None
    for _ in range(ROUNDS):
        work_s = work_by_workload(draw(found))
        wanted = {name: count * month.scale * month.days * DAY_S for name, count in asked.items() if count}
        error = sum(abs(work_s.get(name, 0) - whole) for name, whole in wanted.items())
        if missed is None or error < missed:
            best, missed = found, error
        found = {name: max(1, round(count * wanted[name] / max(1, work_s.get(name, 0)))) for name, count in found.items()}
        if found == best:
            break
    return best


def work_by_workload(jobs: Jobs) -> dict[str, int]:
    """Accelerator-seconds on the reference accelerator, by workload class."""
    work = jobs.devices.astype(np.int64) * jobs.run_s
    return {name: int(work[jobs.workload == code].sum()) for code, name in enumerate(jobs.workloads)}


SIZE_MOST = 5_000
"""Reference accelerators asked for that are played at full size where nobody says a scale."""


def usual_scale(asked: Mapping[str, int]) -> Fraction:
    """A part of the whole that is played in seconds: by what is asked for, so that every candidate is played at the same scale."""
    return Fraction(1, max(1, -(-sum(asked.values()) // SIZE_MOST)))
