"""What stands at a date, and the demand of that date as jobs."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from dure.adapters.profiles import packaged_profiles
from dure.model.purchases import Order, Standing, Terms
from dure.study.asked import first_numbers, numbers, usual_scale, work_by_workload
from dure.study.fleet import Month, Stock, in_service, stock
from dure.twin.demand import Wanted, generate, mean_job_s, with_largest
from tests.plan.purchase_small import machine, question

NATIONAL = packaged_profiles()["national"]


def test_machines_serve_from_their_arrival_to_the_end_of_their_life() -> None:
    """Ordered in period 1 with a lead of 1 and a life of 2: in service in periods 2 and 3."""
    late = machine(lead=1, life=2)
    asked = question(late, machine("b", life=2), buying=2, years=5, standing=(Standing("a", "s", 3, 2),))
    orders = (Order("a", "s", 1, 5), Order("b", "s", 0, 2))
    expected = [{("a", "s"): 3, ("b", "s"): 2}, {("a", "s"): 3, ("b", "s"): 2}, {("a", "s"): 5}, {("a", "s"): 5}, {}]
    assert [in_service(asked, orders, period) for period in range(5)] == expected


def test_a_buying_unit_is_whole_servers() -> None:
    asked = question(machine(unit=256), years=1)
    assert stock(asked, (Order("a", "s", 0, 3),), 0, {"a": 32}, Fraction(1)) == (Stock("a", "s", 96, 8),)


def test_a_part_of_a_fleet_stands_at_the_site_that_has_most() -> None:
    two = machine(terms={"s": Terms(1, {}), "t": Terms(1, {})})
    orders = (Order("a", "s", 0, 30), Order("a", "t", 0, 70))
    asked = question(two, years=1)
    assert stock(asked, orders, 0, {"a": 1}, Fraction(1)) == (Stock("a", "s", 30, 8), Stock("a", "t", 70, 8))
    assert stock(asked, orders, 0, {"a": 1}, Fraction(1, 10)) == (Stock("a", "t", 10, 8),)
    assert stock(asked, orders, 0, {"a": 1}, Fraction(1, 1000)) == (Stock("a", "t", 1, 8),)


@pytest.mark.parametrize(("scale", "largest"), [("1", None), ("1/10", 104), ("1/50", 24), ("1/1000", 8)])
def test_jobs_are_cut_to_whole_servers(scale: str, largest: int | None) -> None:
    """1,024 · 1/10 = 102.4, up to the next multiple of eight."""
    assert Month("2026-01-01", 30, 10, Fraction(scale)).largest == largest


def test_jobs_ask_for_the_accelerators_of_the_plan() -> None:
    """100 reference accelerators for 30 days are 259,200,000 accelerator-seconds of each class, to one job."""
    asked, month = {"llm-finetune": 100, "nlp-inference": 50}, Month("2026-01-01", 30, 10, Fraction(1))

    def draw(jobs: dict[str, int]):
        workloads = {name: count * 1_000_000 for name, count in jobs.items()}
        return generate(NATIONAL, Wanted(span_s=30 * 86_400, jobs=sum(jobs.values()), workloads=workloads))

    work = work_by_workload(draw(numbers(NATIONAL, asked, month, draw)))
    for name, count in asked.items():
        assert abs(work[name] / (count * 30 * 86_400) - 1) < 0.02, name


def test_numbers_are_mean_work_and_scale() -> None:
    month = Month("2026-01-01", 30, 10, Fraction(1, 10))
    mean_s = mean_job_s(with_largest(NATIONAL, 104), "llm-finetune")
    assert first_numbers(NATIONAL, {"llm-finetune": 1000, "llm-pretrain": 0}, month) == {
        "llm-finetune": round(Fraction(100 * 30 * 86_400, mean_s))
    }


def test_the_mean_of_a_class_that_the_profile_lacks_is_that_of_all() -> None:
    one = NATIONAL.classes[0]
    two = replace(NATIONAL, classes=(replace(one, jobs=1), replace(NATIONAL.classes[2], jobs=3)))
    both = [mean_job_s(replace(two, classes=(each,)), "") for each in two.classes]
    assert mean_job_s(two, "nothing-like-it") == (both[0] + 3 * both[1]) // 4


def test_larger_jobs_are_cut_and_smaller_ones_are_not() -> None:
    cut = with_largest(NATIONAL, 64)
    assert max(size for one in cut.classes for size, _ in one.sizes) == 64
    assert [one.jobs for one in cut.classes] == [one.jobs for one in NATIONAL.classes]
    assert with_largest(NATIONAL, None) is NATIONAL


def test_a_usual_scale_plays_about_five_thousand() -> None:
    assert [usual_scale({"a": count}) for count in (1, 5_000, 5_001, 70_000)] == [1, 1, Fraction(1, 2), Fraction(1, 14)]
