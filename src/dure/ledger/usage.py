"""What users felt: waits, slowdown, fairness, and what each project used. docs/MEASURES.md defines every figure.

Everything is an integer until the last division, so that the same run gives the same figures on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt

from dure.ledger.attempts import ENDS_JOB, NEVER, Attempts
from dure.ledger.exact import sum_by
from dure.model.events import Outcome
from dure.model.units import HOUR_S, MICRO, MILLI

Ints = npt.NDArray[np.int64]

SLOWDOWN_BOUND_S: Final = 10
"""A job shorter than this counts as this long, so that a second's wait of a one-second job is no scandal."""
BUCKETS: Final = ((1, 1), (2, 7), (8, 8), (9, 64), (65, 512), (513, None))
"""Sizes in accelerators by which waits are told."""


@dataclass(frozen=True, slots=True)
class JobTimes:
    """By job: first start, end for good (NEVER: not yet), outcome, and the seconds it ran without what had to be done again."""

    submit_s: Ints
    first_start_s: Ints
    end_s: Ints
    outcome: Ints
    run_s: Ints

    @property
    def started(self) -> npt.NDArray[np.bool_]:
        flags: npt.NDArray[np.bool_] = self.first_start_s != NEVER
        return flags

    @property
    def ended(self) -> npt.NDArray[np.bool_]:
        flags: npt.NDArray[np.bool_] = self.end_s != NEVER
        return flags

    @property
    def slowdown_milli(self) -> Ints:
        """Thousandths: time from submission to end over run time, both at least the bound, at least 1; 0 where not ended."""
        response = np.maximum(self.end_s - self.submit_s, SLOWDOWN_BOUND_S)
        return np.where(self.ended, np.maximum(response * 1000 // np.maximum(self.run_s, SLOWDOWN_BOUND_S), 1000), 0)


def job_times(attempts: Attempts, submit_s: Ints) -> JobTimes:
    """Times of every job from its attempts, in any order."""
    jobs = len(submit_s)
    far = np.iinfo(np.int64).max
    first = np.full(jobs, far, np.int64)
    started = attempts.started
    np.minimum.at(first, attempts.job[started], attempts.started_s[started])
    end, outcome = np.full(jobs, NEVER, np.int64), np.full(jobs, NEVER, np.int64)
    last = np.isin(attempts.outcome, ENDS_JOB) & ~attempts.provisional
    end[attempts.job[last]] = attempts.ended_s[last]
    outcome[attempts.job[last]] = attempts.outcome[last]
    run = sum_by(attempts.job, attempts.ran_s - attempts.rework_s, jobs)
    return JobTimes(submit_s, np.where(first == far, NEVER, first), end, outcome, run)


@dataclass(frozen=True, slots=True)
class Waits:
    """Waits of some jobs: those that started, from submission to first start. None where none did."""

    jobs: int
    started: int
    mean_s: float | None
    median_s: int | None
    p95_s: int | None
    p99_s: int | None
    slowdown_mean: float | None


def waits(times: JobTimes, which: npt.NDArray[np.bool_] | None = None) -> Waits:
    """Of the jobs marked, or of all."""
    jobs = np.ones(len(times.submit_s), np.bool_) if which is None else which
    started = jobs & times.started
    wait = np.sort((times.first_start_s - times.submit_s)[started])
    ended = jobs & times.ended
    slowdown = int(times.slowdown_milli[ended].sum())
    count, ends = len(wait), int(ended.sum())
    return Waits(
        jobs=int(jobs.sum()),
        started=count,
        mean_s=round(int(wait.sum()) / count, 3) if count else None,
        median_s=percentile(wait, 50),
        p95_s=percentile(wait, 95),
        p99_s=percentile(wait, 99),
        slowdown_mean=round(slowdown / ends / 1000, 3) if ends else None,
    )


def waits_at_least(times: JobTimes, horizon_s: int) -> dict[str, int | float | None]:
    """Waits of all jobs, those that never started counted to the end of the run: what they waited at least.

    A mean over started jobs alone looks the better the more jobs a policy leaves waiting.
    """
    wait = np.sort(np.where(times.started, times.first_start_s, horizon_s) - times.submit_s)
    return {
        "jobs_unstarted": int((~times.started).sum()),
        "wait_least_mean_s": round(int(wait.sum()) / len(wait), 3) if len(wait) else None,
        "wait_least_p95_s": percentile(wait, 95),
    }


def percentile(ascending: Ints, percent: int) -> int | None:
    """The least value that at least so many per cent do not exceed (nearest rank)."""
    count = len(ascending)
    return int(ascending[max(0, -(-count * percent // 100) - 1)]) if count else None


def in_bucket(devices: npt.NDArray[np.integer], least: int, most: int | None) -> npt.NDArray[np.bool_]:
    flags: npt.NDArray[np.bool_] = devices >= least if most is None else (devices >= least) & (devices <= most)
    return flags


def bucket_name(least: int, most: int | None) -> str:
    return f"{least}+" if most is None else str(least) if least == most else f"{least}-{most}"


def jain(values: Sequence[Fraction]) -> float | None:
    """Jain's index (Σx)² / (n Σx²): 1 where all are equal, 1/n where one has everything; None of nobody."""
    squares = sum((value * value for value in values), Fraction(0))
    total = sum(values, Fraction(0))
    return round(float(total * total / (len(values) * squares)), 6) if squares else None


def fairness(times: JobTimes, project: Ints, projects: int) -> float | None:
    """Jain's index over projects of their mean bounded slowdown, of those with a job that ended."""
    ended = times.ended
    count = np.bincount(project[ended], minlength=projects)
    total = sum_by(project[ended], times.slowdown_milli[ended], projects)
    return jain([Fraction(t, c) for t, c in zip(total.tolist(), count.tolist(), strict=True) if c])


@dataclass(frozen=True, slots=True)
class Used:
    """By project, milli-device-seconds; `credits_micro` by project in millionths of a credit."""

    dispatch: Ints
    productive: Ints
    rework: Ints
    overhead: Ints
    job_error: Ints
    credits_micro: tuple[int, ...]

    @property
    def busy(self) -> Ints:
        return self.productive + self.rework + self.overhead + self.job_error


def used_by(attempts: Attempts, project: Ints, projects: int, weight_ppm: Sequence[int]) -> Used:
    """What every project used. `project` by job, `weight_ppm` by pool.

    Credits are charged from placement to end, whatever the outcome, but not for what was taken back before it started.
    """
    who = project[attempts.job]
    pools = len(weight_ppm)
    held = sum_by(
        who * pools + attempts.pool, np.where(attempts.void, 0, attempts.milli * (attempts.ended_s - attempts.placed_s)), projects * pools
    )
    weighted = [
        sum(milli * weight for milli, weight in zip(row, weight_ppm, strict=True) if milli) // (MILLI * HOUR_S)
        for row in held.reshape(projects, pools).tolist()
    ]
    begin = np.where(attempts.started, attempts.started_s, attempts.ended_s)

    def total(seconds: Ints) -> Ints:
        return sum_by(who, attempts.milli * seconds, projects)

    return Used(
        dispatch=total(begin - attempts.placed_s),
        productive=total(attempts.kept_s),
        rework=total(attempts.rework_s),
        overhead=total(attempts.overhead_s),
        job_error=total(attempts.job_error_s),
        credits_micro=tuple(weighted),
    )


def credits(micro: int) -> float:
    """Credits (accelerator-hours of the reference) from millionths."""
    return micro / MICRO


def count_of(attempts: Attempts, outcome: Outcome) -> int:
    """How many attempts ended so."""
    return int(((attempts.outcome == outcome) & ~attempts.provisional).sum())
