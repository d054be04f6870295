"""Short forms for hand-worked cases."""

from __future__ import annotations

from typing import Any

from tests.reference.case import Account, Case, Job, Policy, Pool, Result
from tests.reference.checkers import every
from tests.reference.checkers_of_order import everything_ends
from tests.reference.loop import run


def job(submit_s: int, devices: int, request_s: int, run_s: int | None = None, **more: Any) -> Job:
    """A job that runs as long as it asks unless said otherwise."""
    return Job(submit_s, request_s if run_s is None else run_s, request_s, devices, **more)


def case_of(pools: Pool | tuple[Pool, ...], jobs: list[Job], **more: Any) -> Case:
    """A case; keywords that `Policy` knows go there, the others to `Case`."""
    rules = {name: more.pop(name) for name in list(more) if name in Policy.__dataclass_fields__}
    tree = (Account(), Account(parent=0), Account(parent=0))
    given = {"accounts": tree, **more}
    return Case(pools=pools if isinstance(pools, tuple) else (pools,), jobs=tuple(jobs), policy=Policy(**rules), **given)


def play(pools: Pool | tuple[Pool, ...], jobs: list[Job], **more: Any) -> Result:
    """Run a case. What comes out is checked for what must always hold."""
    case = case_of(pools, jobs, **more)
    result = run(case)
    every(case, result)
    everything_ends(case, result)
    return result


def placed(result: Result) -> list[tuple[int, int, int, tuple[int, ...]]]:
    """(second, job, pool, nodes) of each PLACED row."""
    return [(row.at, row.job, row.pool, row.nodes) for row in result.rows if row.what == "PLACED"]


def starts(result: Result) -> list[tuple[int, int]]:
    """(second, job) of each PLACED row."""
    return [(row.at, row.job) for row in result.rows if row.what == "PLACED"]


def told(result: Result) -> list[tuple[int, int]]:
    """(second, job) of each PREEMPTED row."""
    return [(row.at, row.job) for row in result.rows if row.what == "PREEMPTED"]


def ends(result: Result) -> list[tuple[int, int, str, int]]:
    """(second, job, outcome, seconds kept) of each attempt that did not complete."""
    return [(end.ended_s, end.job, end.outcome, end.kept_s) for end in result.ended if end.outcome != "completed"]
