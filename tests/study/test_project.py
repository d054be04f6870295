"""Next year's demand, worked out by hand: what was asked, need, growth with its exact interval, and the band of the draws."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from itertools import permutations
from math import e, factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.study.project import Application, Band, Later, asked_band, by_year, growth_of, interval, poisson, project
from dure.twin.draws import bits


def application(day: str, asked: int, *, months: int = 12, granted: int | None = None, shares: dict[str, int] | None = None, n: int = 1):
    return Application(dt.date.fromisoformat(day), "a", shares or {"work": 1}, asked, months, granted, n)


QUARTERS = [application(f"2026-{month:02}-15", asked) for month, asked in ((2, 100), (5, 110), (8, 121), (11, 133))]


def test_a_year_of_applications_is_accelerators_at_work() -> None:
    """120 accelerators for six months and 40 for a year are 60 + 40 accelerator-years; of one call nothing is known of growth."""
    (found,) = project([application("2026-02-01", 120, months=6, granted=30), application("2026-03-01", 40, granted=40)], {}, 2027)
    assert (found.asked.middle, found.growth, found.used) == (100.0, None, None)
    assert found.granted == 15 + 40
    assert found.band == found.asked


def test_only_the_last_four_quarters_count() -> None:
    (found,) = project([application("2025-02-01", 1000), *QUARTERS], {}, 2027, assumed_growth=Band(1, 1, 1))
    assert found.asked.middle == 100 + 110 + 121 + 133


def test_need_is_what_is_used_of_what_is_granted() -> None:
    rows = [application("2026-02-01", 100, shares={"a": 3, "b": 1})]
    found = project(rows, {"a": Fraction(1, 2), "*": Fraction(1, 5)}, 2027, weight=Fraction(2))
    assert [(one.work, one.asked.middle, one.band.middle) for one in found] == [("a", 150.0, 75.0), ("b", 50.0, 10.0)]


def test_growth_is_compounded_from_the_middle_of_one_year_to_that_of_the_next() -> None:
    """10 % a quarter (133 is rounded): four quarters on, 464 · 1.1⁴ = 679."""
    (found,) = project(QUARTERS, {}, 2027)
    assert found.growth is not None
    assert found.growth.factor.middle == pytest.approx(1.1, abs=0.002)
    assert found.band.middle == pytest.approx(464 * found.growth.factor.middle**4)
    assert found.band.low == pytest.approx(found.asked.low * found.growth.factor.low**4)
    assert found.band.high == pytest.approx(found.asked.high * found.growth.factor.high**4)


def test_growth_that_is_assumed_is_per_year() -> None:
    (found,) = project(QUARTERS, {}, 2027, assumed_growth=Band(1.0, 1.2, 1.44))
    assert found.growth is not None
    assert (found.growth.confidence, found.band.middle) == (None, pytest.approx(464 * 1.2))


def test_the_median_of_pairs_ignores_one_wild_quarter() -> None:
    """100, 200, 400, 10, 1600: the six pairs without the fourth quarter double each quarter."""
    rows = [
        application(day, asked)
        for day, asked in zip(
            ("2025-11-01", "2026-02-01", "2026-05-01", "2026-08-01", "2026-11-01"), (100, 200, 400, 10, 1600), strict=True
        )
    ]
    found = growth_of(rows, "work")
    assert found is not None
    assert found.factor.middle == pytest.approx(2.0)
    assert found.quarters == 5


@pytest.mark.parametrize("quarters", [2, 3, 4, 5, 6])
def test_the_interval_is_as_sure_as_every_order_of_the_quarters_says(quarters: int) -> None:
    """Without growth each order of n figures is equally likely; count those in which the interval holds zero growth."""
    left_out, confidence = interval(quarters)
    pairs = quarters * (quarters - 1) // 2
    holds = 0
    for order in permutations(range(quarters)):
        falls = sum(order[a] > order[b] for a in range(quarters) for b in range(a + 1, quarters))
        holds += left_out < falls < pairs - left_out
    assert confidence == Fraction(holds, factorial(quarters))


def test_known_intervals() -> None:
    assert interval(4) == (0, Fraction(11, 12))
    assert interval(5) == (1, Fraction(11, 12))
    assert interval(2) == (0, Fraction(0))


def test_draws_are_poisson_with_mean_one() -> None:
    drawn = poisson(bits(7, 30, np.arange(200_000)))
    for k in range(4):
        assert (drawn == k).mean() == pytest.approx(1 / e / factorial(k), abs=0.004)


def test_the_band_of_one_application_is_none_to_twice() -> None:
    """Poisson with mean one: none has 37 %, at most one 74 %, at most two 92 %. So a tenth lies at 0 and nine tenths at 2."""
    assert asked_band([100_000_000], [1], 0, 1) == Band(0.0, 100.0, 200.0)


def test_the_band_of_many_small_applications_is_narrow() -> None:
    """400 like applications: deviation √400 = 20 of 400, so about 1.28 · 5 % on either side."""
    band = asked_band([400_000_000], [400], 0, 1)
    assert (band.low, band.high) == (pytest.approx(400 - 1.28 * 20, abs=4), pytest.approx(400 + 1.28 * 20, abs=4))
    assert asked_band([400_000_000], [400], 0, 1) == band
    assert asked_band([400_000_000], [400], 0, 2) != band


ROWS = st.lists(
    st.builds(
        lambda month, asked, months, n, works: application(f"2026-{month:02}-10", asked, months=months, n=n, shares=works),
        st.integers(1, 12),
        st.integers(1, 10_000),
        st.integers(1, 24),
        st.integers(1, 3),
        st.dictionaries(st.sampled_from("abc"), st.integers(1, 5), min_size=1),
    ),
    min_size=1,
    max_size=3,
)
FEW = settings(max_examples=25, deadline=None)


@FEW
@given(rows=ROWS, used=st.none() | st.fractions(0, 1), weight=st.fractions(Fraction(1, 10), 5))
def test_bands_hold_their_middle_and_scale_with_use_and_weight(rows: list[Application], used: Fraction | None, weight: Fraction) -> None:
    plain = project(rows, {}, 2027)
    found = project(rows, {} if used is None else {"*": used}, 2027, weight=weight)
    factor = float(weight) * (1.0 if used is None else float(used))
    for one, before in zip(found, plain, strict=True):
        assert one.band.low <= one.band.middle <= one.band.high
        for name in ("low", "middle", "high"):
            assert getattr(one.band, name) == pytest.approx(getattr(before.band, name) * factor, rel=1e-9)


@FEW
@given(rows=ROWS, data=st.data())
def test_order_of_rows_and_splitting_them_leave_the_middle(rows: list[Application], data: st.DataObject) -> None:
    """Who writes one row of six applications and who writes six rows ask for the same."""
    mixed = data.draw(st.permutations(rows))
    one = {each.work: each.band.middle for each in project(rows, {}, 2027)}
    other = {each.work: each.band.middle for each in project(mixed, {}, 2027)}
    assert other == pytest.approx(one)
    twice = [application(str(row.day), row.asked, months=row.months, shares=dict(row.shares)) for row in rows for _ in range(2)]
    double = {each.work: each.band.middle for each in project(twice, {}, 2027)}
    assert double == pytest.approx({name: 2 * middle for name, middle in one.items()}, rel=1e-6, abs=1e-4)


@FEW
@given(
    rows=ROWS,
    later=st.sampled_from(list(Later)),
    own=st.lists(st.integers(1, 9_999), min_size=6, max_size=6),
    growth=st.none() | st.floats(0.5, 2).map(lambda middle: Band(middle * 0.9, middle, middle * 1.1)),
)
def test_every_later_year_is_there_and_follows_what_is_said(
    rows: list[Application], later: Later, own: list[int], growth: Band | None
) -> None:
    said = dict(zip(range(2027, 2033), own, strict=True))
    for one in project(rows, {}, 2027, assumed_growth=growth):
        found = by_year(one, 2027, 2032, later, said)
        assert list(found) == list(range(2027, 2033))
        assert found[2027] == one.band
        for year, band in found.items():
            assert band.low <= band.middle <= band.high
            ratio = 1.0
            if later is Later.PLAN:
                ratio = said[year] / said[2027]
            elif later is Later.GROWTH and one.growth is not None:
                ratio = one.growth.factor.middle ** (4 * (year - 2027))
            assert band.middle == pytest.approx(one.band.middle * ratio)


def test_a_class_that_the_plan_ends_is_not_kept_alive() -> None:
    (one,) = project([application("2026-02-01", 100)], {}, 2027)
    assert by_year(one, 2027, 2029, Later.PLAN, {2027: 50, 2028: 100})[2028].middle == 200
    assert by_year(one, 2027, 2029, Later.PLAN, {2027: 50, 2028: 100})[2029] == Band(0, 0, 0)
