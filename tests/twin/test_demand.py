"""Jobs drawn from profiles: as many, as loaded, as mixed as was asked; the same on every machine."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.adapters.profiles import load_profile
from dure.twin.calendar import hour_of_week, week_times
from dure.twin.demand import ProjectShare, Wanted, even_projects, generate
from dure.twin.draws import Stream, bits
from dure.twin.measure import measure
from dure.twin.population import mean_work_s, requests, run_times, strata
from dure.wire.profile import Band, DemandClass, Lognormal, Profile
from dure.wire.tables import Jobs

DAY_S = 86_400
MONDAY_S = 1_767_571_200  # 2026-01-05
NATIONAL = load_profile("national")
PHILLY = load_profile("philly-trace")
ONE = DemandClass("one", 1, ((4, 1),), Lognormal(3_600, 500_000, 60, 86_400))


def draw(profile: Profile = NATIONAL, **wanted: object) -> Jobs:
    return generate(profile, Wanted(**({"span_s": 30 * DAY_S, "epoch_s": MONDAY_S} | wanted)))  # type: ignore[arg-type]


def test_golden() -> None:
    assert draw(jobs=2_000).sha256() == "bf88e6ce53ce1d38687f4ad8dc9cb0a1fff5ca0fcd2a6a0ae49329fb7b31ccdd"
    assert (
        draw(load_ppm=500_000, capacity_milli=1_000_000, span_s=3 * DAY_S).sha256()
        == "327130349495f242906986e716e66d03696641a778c39faea01559bc9c3250a2"
    )
    assert generate(PHILLY, Wanted(jobs=5_000)).sha256() == "3674aec81550497ef0410890e7d78c518b4288601aa523875fac646485214861"


# How many


@pytest.mark.parametrize("load", [0.1, 0.95, 1.5])
def test_load_is_the_named_one(load: float) -> None:
    jobs = draw(load_ppm=round(load * 1e6), capacity_milli=20_000_000, span_s=10 * DAY_S)
    assert jobs.device_seconds / (20_000 * 10 * DAY_S) == pytest.approx(load, rel=0.005)
    assert jobs.submit_s.min() >= 0
    assert jobs.submit_s.max() < 10 * DAY_S


@given(st.integers(0, 3_000), st.integers(1, 40 * DAY_S), st.integers(0, 10))
@settings(max_examples=30)
def test_number_of_jobs_and_span(count: int, span_s: int, seed: int) -> None:
    jobs = draw(jobs=count, span_s=span_s, seed=seed)
    assert len(jobs) == count
    assert ((jobs.submit_s >= 0) & (jobs.submit_s < span_s)).all()
    assert jobs.job_id.tolist() == list(range(count))


def test_jobs_per_day() -> None:
    assert len(draw(per_day_micro=100_500_000, span_s=20 * DAY_S)) == 2_010


@pytest.mark.parametrize("scale", [0.05, 0.5, 1.0, 2.5])
def test_a_measured_calendar_scales(scale: float) -> None:
    jobs = generate(PHILLY, Wanted(jobs=round(PHILLY.jobs * scale)))
    assert len(jobs) == round(PHILLY.jobs * scale)
    assert jobs.device_seconds == pytest.approx(scale * sum(sum(one.work_s) for one in PHILLY.periods), rel=0.05)


def test_a_measured_calendar_on_another_span_and_load() -> None:
    jobs = draw(PHILLY, span_s=30 * DAY_S, load_ppm=900_000, capacity_milli=1_000_000)
    assert jobs.device_seconds / (1_000 * 30 * DAY_S) == pytest.approx(0.9, rel=0.1)
    assert jobs.span_s < 30 * DAY_S
    assert jobs.epoch_s == MONDAY_S
    long = draw(PHILLY, span_s=200 * DAY_S, jobs=20_000)
    assert (len(long), long.span_s > 190 * DAY_S) == (20_000, True)


# When


def test_hours_of_the_week_are_those_of_the_profile() -> None:
    jobs = draw(replace(NATIONAL, classes=tuple(replace(one, burst=1) for one in NATIONAL.classes)), jobs=200_000, span_s=28 * DAY_S)
    found = np.bincount(hour_of_week(jobs.submit_s + jobs.epoch_s, NATIONAL.clock_s), minlength=168)
    expected = np.array(NATIONAL.hours) / sum(NATIONAL.hours) * len(jobs)
    assert (np.abs(found - expected) < 5 * np.sqrt(expected) + 1).all()


def test_monday_midnight_in_seoul() -> None:
    assert hour_of_week(MONDAY_S, 0) == 0
    assert hour_of_week(MONDAY_S, 9 * 3_600) == 9
    assert hour_of_week(MONDAY_S - 1, 0) == 167


@given(st.integers(1, 10**7), st.integers(0, 2 * 10**9), st.integers(-43_200, 50_400))
def test_week_times_stay_in_any_span(span_s: int, epoch_s: int, clock_s: int) -> None:
    times = week_times(bits(1, Stream.ARRIVAL, np.arange(50)), span_s, epoch_s, NATIONAL.hours, clock_s)
    assert ((times >= 0) & (times < span_s)).all()


def test_bursts_share_project_and_minutes() -> None:
    burst = Profile("b", "", (replace(ONE, burst=10),))
    jobs = draw(burst, jobs=10_000, projects=even_projects(50))
    alone = draw(Profile("a", "", (ONE,)), jobs=10_000, projects=even_projects(50))

    def spread(table: Jobs) -> float:
        counts = np.bincount(table.submit_s // 600, minlength=30 * 144)
        return float(counts.var() / counts.mean())

    assert spread(alone) == pytest.approx(1, abs=0.1)
    assert spread(jobs) > 5
    same = (jobs.project[1:] == jobs.project[:-1]).mean()
    assert same > 2 * (alone.project[1:] == alone.project[:-1]).mean()


# What


def test_weights_of_workloads_constraints_and_qos() -> None:
    jobs = draw(
        jobs=20_000,
        workloads={"llm-finetune": 3, "vision-inference": 1},
        constraints={"any": 6, "nvidia": 4},
        qos={"normal": 80, "low": 20},
    )
    names = np.array(jobs.workloads)[jobs.workload]
    assert (names == "llm-finetune").mean() == pytest.approx(0.75, abs=0.001)
    assert set(jobs.training[names == "vision-inference"]) == {0}
    assert (np.array(jobs.constraints)[jobs.constraint] == "nvidia").mean() == pytest.approx(0.4, abs=0.02)
    assert (np.array(jobs.qos_names)[jobs.qos] == "low").mean() == pytest.approx(0.2, abs=0.02)


def test_a_workload_that_the_profile_lacks_gets_the_laws_of_all() -> None:
    jobs = draw(jobs=10_000, workloads={"weather": 1})
    assert jobs.workloads == ("", "weather")
    assert (jobs.workload == 1).all()
    assert set(jobs.training) == {-1}
    assert len(np.unique(jobs.devices)) > 8


def test_training_share_is_of_accelerator_time() -> None:
    jobs = draw(jobs=100_000, training_share_ppm=300_000)
    work = jobs.run_s * jobs.devices
    known = jobs.training >= 0
    assert work[jobs.training == 1].sum() / work[known].sum() == pytest.approx(0.3, abs=0.03)


@pytest.mark.parametrize(("wanted", "gangs"), [(0, {0}), (1, {1}), (2, {2})])
def test_domains_are_for_gangs(wanted: int, gangs: set[int]) -> None:
    jobs = draw(jobs=5_000, domain=wanted)
    assert set(jobs.domain[jobs.devices > 8].tolist()) == gangs
    assert set(jobs.domain[jobs.devices <= 8].tolist()) == {0}


def test_projects_have_their_weights_and_their_limits() -> None:
    projects = [ProjectShare("large", 1), ProjectShare("small", 3, devices_most=8)]
    jobs = draw(jobs=20_000, projects=projects)
    small = np.array(jobs.projects)[jobs.project] == "small"
    assert jobs.devices[small].max() == 8
    fits = jobs.devices <= 8
    assert small[fits].mean() == pytest.approx(0.75, abs=0.03)
    assert not small[~fits].any()


def test_projects_of_the_profile_follow_its_size_groups() -> None:
    jobs = generate(PHILLY, Wanted(seed=2))
    top = PHILLY.projects[0]
    own = np.array(jobs.projects)[jobs.project] == top[0]
    for size, group in ((1, 0), (8, 3)):
        rows = jobs.devices == size
        share = top[1][group] / sum(weights[group] for _, weights in PHILLY.projects)
        assert own[rows].mean() == pytest.approx(share, abs=4 * math.sqrt(share * (1 - share) / rows.sum()) + 1e-9)


def test_seeds_differ_and_repeat() -> None:
    one, again, other = (draw(jobs=1_000, seed=seed) for seed in (4, 4, 5))
    assert one.sha256() == again.sha256() != other.sha256()


# Laws of a class


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(0, 100))
def test_a_band_keeps_its_edges_and_its_mean(least: int, width: int, part: int) -> None:
    band = Band(least, least + width, least + width * part // 100)
    one = replace(ONE, run=(band,))
    run_s = run_times(one, strata(1, Stream.RUN, 2_000, 0))
    assert run_s.min() >= least
    assert run_s.max() <= least + width
    assert abs(run_s.mean() - band.mean_s) <= 0.01 * width + 1


def test_requests_follow_the_measured_ratios() -> None:
    one = replace(ONE, slack_ppm=(1_000_000, 2_000_000, 4_000_000))
    run_s = np.full(30_000, 6_000)
    asked = requests(one, run_s, bits(1, Stream.REQUEST, np.arange(30_000)))
    assert (asked % 60 == 0).all()
    assert np.median(asked) == pytest.approx(12_000, rel=0.02)
    assert asked.min() >= 6_000
    assert asked.max() <= 24_060
    assert (requests(ONE, run_s, bits(1, Stream.REQUEST, np.arange(30_000))) == -1).all()


def test_mean_work_of_a_class() -> None:
    assert mean_work_s(ONE) == pytest.approx(4 * 3_600 * math.exp(0.125), rel=0.01)


def test_jobs_end_as_their_class_says_whatever_their_size_and_length() -> None:
    """14 % of national jobs fail, with 11 % of the time: between Kalos (8 %) and Seren (12.4 % of time)."""
    jobs = generate(load_profile("national"), Wanted(jobs=300_000))
    failed, work_s = jobs.outcome == 1, jobs.devices * jobs.run_s
    assert failed.mean() == pytest.approx(0.14, abs=0.01)
    assert work_s[failed].sum() / work_s.sum() == pytest.approx(0.11, abs=0.02)
    one = replace(ONE, outcome=(70, 20, 10))
    drawn = generate(Profile("p", "", (one,)), Wanted(jobs=50_000))
    assert np.bincount(drawn.outcome) / 50_000 == pytest.approx([0.7, 0.2, 0.1], abs=0.01)
    assert drawn.run_s[drawn.outcome == 1].mean() == pytest.approx(drawn.run_s.mean(), rel=0.05)


# Measuring


def test_a_draw_measured_again_is_the_profile() -> None:
    drawn = generate(PHILLY, Wanted(seed=3))
    again = measure(drawn, "again", "")
    assert [one.name for one in again.classes] == [one.name for one in PHILLY.classes]
    assert abs(len(again.periods) - len(PHILLY.periods)) <= 1
    for one, other in zip(PHILLY.classes, again.classes, strict=True):
        assert one.jobs == pytest.approx(other.jobs, rel=0.02, abs=3), one.name


def test_measuring_estimates_many_sizes_and_few_jobs() -> None:
    size = np.arange(1, 200)
    jobs = Jobs.build(submit_s=size * 60, run_s=size * 10, request_s=size * 30, devices=size)
    profile = measure(jobs, "p", "")
    assert all(one.slack_ppm == (3_000_000,) * 11 for one in profile.classes)
    assert profile.jobs == 199
    mean = sum(size * weight for one in profile.classes for size, weight in one.sizes) / 199
    assert mean == pytest.approx(100, rel=0.02)
    single = measure(Jobs.build(submit_s=[7], run_s=[5], devices=[3]), "p", "")
    assert (single.jobs, len(single.periods), generate(single, Wanted()).run_s.tolist()) == (1, 1, [5])
