"""What any schedule must satisfy, on random cases: the checkers look at rows only, so the kernel is held to the same."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference import checkers, checkers_of_order
from tests.reference.case import Case
from tests.reference.generate import FEATURES, make, pairwise, possible, smaller
from tests.reference.loop import run
from tests.strategies import calm_cases, cases

COVER = pairwise()


@given(cases(jobs_max=60))
@settings(max_examples=100)
def test_rows_are_sound(case: Case) -> None:
    result = run(case)
    checkers.every(case, result)
    checkers_of_order.everything_ends(case, result)


@given(
    st.sampled_from(("none", "easy", "kept")).flatmap(
        lambda backfill: cases(jobs_max=60, dedicated="no", backfill=backfill, reserve="no", ahead="no")
    )
)
@settings(max_examples=60)
def test_nothing_is_idle_without_cause(case: Case) -> None:
    checkers_of_order.nothing_idle_without_cause(case, run(case))


@given(calm_cases(order="fcfs", backfill="easy", domains="none") | calm_cases(order="fcfs", backfill="kept", domains="prefer"))
@settings(max_examples=100)
def test_no_lower_priority_job_delays_the_head(case: Case) -> None:
    checkers_of_order.heads_are_not_delayed(case, run(case))


@given(
    calm_cases(backfill="easy", reserve="yes", domains="none")
    | calm_cases(backfill="kept", reserve="yes", domains="prefer")
    | calm_cases(pools_max=3, backfill="easy", reserve="yes", domains="prefer")
)
@settings(max_examples=150)
def test_who_is_given_a_date_starts_by_it(case: Case) -> None:
    result = run(case)
    checkers_of_order.dates_are_kept(case, result)
    checkers_of_order.everything_ends(case, result)


@given(
    calm_cases(order="fcfs", backfill="easy", domains="none", reserve="yes")
    | calm_cases(order="fcfs", backfill="kept", domains="prefer", reserve="yes")
)
@settings(max_examples=150)
def test_a_date_delays_no_head_that_came_before_it(case: Case) -> None:
    checkers_of_order.heads_are_not_delayed(case, run(case))


@given(calm_cases(backfill="conservative"))
@settings(max_examples=100)
def test_conservative_breaks_no_promise(case: Case) -> None:
    checkers_of_order.conservative_promises_kept(case, run(case))


@pytest.mark.parametrize("chosen", COVER, ids=lambda chosen: "-".join(chosen.values()))
def test_pairwise_cover(chosen: dict[str, str]) -> None:
    for seed in range(3):
        case = make(Random(seed), 40, chosen)
        result = run(case)
        checkers.every(case, result)
        checkers_of_order.everything_ends(case, result)


def test_the_cover_has_every_possible_pair() -> None:
    for a in FEATURES:
        for b in FEATURES:
            for x in FEATURES[a]:
                for y in FEATURES[b]:
                    if a != b and possible({a: x, b: y}):
                        assert any(chosen[a] == x and chosen[b] == y for chosen in COVER), (a, x, b, y)
    assert all(possible(chosen) for chosen in COVER)


def test_cases_reach_the_rare_paths() -> None:
    """Long queues, ties, preemption, calling back, evictions with kept work, capped and stopped projects, cut starts all occur."""
    seen = dict.fromkeys(("queue", "ties", "preempted", "kept", "evicted", "early", "lent", "waits for ever", "shared node", "dated"), 0)
    for seed in range(40):
        chosen = COVER[seed % len(COVER)]
        case = make(Random(seed), Random(seed).choice((20, 60, 160)), chosen)
        result = run(case)
        waits = [(job.submit_s, result.starts.get(j, 1 << 62)) for j, job in enumerate(case.jobs)]
        seen["queue"] += max(sum(since <= at < until for since, until in waits) for at, _ in waits) >= 80
        seen["ties"] += all(job.submit_s % 10 == 0 and job.run_s % 10 == 0 for job in case.jobs)
        seen["preempted"] += any(end.outcome == "preempted" for end in result.ended)
        seen["kept"] += any(end.kept_s and end.outcome != "completed" for end in result.ended)
        seen["evicted"] += any(end.outcome == "evicted" for end in result.ended)
        seen["early"] += any(end.started_s is None for end in result.ended)
        told = [row for row in result.rows if row.what == "PREEMPTED"]
        seen["lent"] += any(case.pools[row.pool].owner not in (-1, case.jobs[row.job].project) for row in told)
        seen["waits for ever"] += len(result.ends) < len(case.jobs)
        seen["dated"] += bool(result.dates)
        seen["shared node"] += any(row.devices < case.pools[row.pool].devices for row in result.rows)
    assert all(seen.values()), seen


def test_smaller_keeps_the_failure() -> None:
    case = make(Random(3), 40, COVER[0])
    asked = case.jobs[17].request_s
    cut = smaller(case, lambda tried: any(job.request_s == asked for job in tried.jobs))
    assert [job.request_s for job in cut.jobs] == [asked]
    assert not cut.supply
    assert not cut.rules
