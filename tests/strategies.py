"""Hypothesis strategies that more than one test uses."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from hypothesis import strategies as st

from tests.reference.case import Account, Case, Qos
from tests.reference.generate import FEATURES, Features, make, possible


@st.composite
def features(draw: st.DrawFn, /, **fixed: str) -> Features:
    """A choice for every feature of `generate.FEATURES`, those named in `fixed` as given."""
    chosen: Features = dict(fixed)
    for name in FEATURES:
        if name not in chosen:
            chosen[name] = draw(st.sampled_from([value for value in FEATURES[name] if possible({**chosen, name: value})]))
    assert possible(chosen), chosen
    return chosen


@st.composite
def cases(draw: st.DrawFn, /, jobs_max: int = 160, **fixed: str) -> Case:
    """2-160 jobs on 2-8 nodes in up to three pools; every third case has all its seconds on a coarse grid. Fixed features by name."""
    chosen = draw(features(**fixed))
    jobs = draw(st.integers(2, jobs_max))
    return make(Random(draw(st.integers(0, 2**32 - 1))), jobs, chosen)


@st.composite
def calm_cases(draw: st.DrawFn, /, jobs_max: int = 60, pools_max: int = 1, **fixed: str) -> Case:
    """Where promises hold: one pool unless said otherwise, nobody capped or preempted, nothing fails, no run beyond its request."""
    free = {"preempt": "no", "quota": "no", "models": "no", "dedicated": "no", "failures": "no", "pool_rule": "first", "ahead": "no"}
    case = draw(cases(jobs_max, **{**free, **fixed}))
    return replace(
        case,
        pools=case.pools[:pools_max],
        speeds=tuple(row[:pools_max] for row in case.speeds),
        jobs=tuple(replace(job, request_s=max(job.request_s, job.run_s)) for job in case.jobs),
        accounts=tuple(Account(parent=account.parent) for account in case.accounts),
        qos=tuple(Qos() for _ in case.qos),
    )
