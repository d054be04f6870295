"""Profiles as rows and back; a wrong row is an error with file, line, field and remedy."""

from __future__ import annotations

import contextlib
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.model.errors import InputError
from dure.twin.demand import Wanted, generate
from dure.wire.profile import PARTS_OF_PERIOD, Band, DemandClass, Lognormal, Period, Profile, Row, parse, rows

ABOUT = Row("p", "about", "", "", "assumed", 2)
CLASS = Row("p", "class", "one", "jobs=5 sizes=1:3,8:1 median_s=600 sigma=1.5 most_s=86400", "assumed", 3)


@st.composite
def bands(draw: st.DrawFn) -> tuple[Band, ...]:
    edges = sorted(draw(st.lists(st.integers(0, 10**6), min_size=2, max_size=5)))
    return tuple(Band(a, b, draw(st.integers(a, b))) for a, b in pairwise(edges))


LAWS = st.one_of(
    bands(), st.builds(Lognormal, st.integers(1, 10**6), st.integers(0, 3_000_000), st.integers(1, 100), st.integers(100, 10**6))
)


@st.composite
def profiles(draw: st.DrawFn) -> Profile:
    groups = draw(st.integers(1, 3))
    classes = tuple(
        DemandClass(
            f"c{k}",
            draw(st.integers(1, 3_000)),
            tuple(draw(st.lists(st.tuples(st.integers(1, 512), st.integers(1, 99)), min_size=1, max_size=3))),
            draw(LAWS),
            draw(st.integers(0, groups - 1)) if k else groups - 1,
            tuple(draw(st.lists(st.integers(0, 10**10), max_size=3))),
            draw(st.sampled_from(["", "vision-train"])),
            draw(st.integers(-1, 1)),
            draw(st.integers(0, 192)),
            draw(st.sampled_from([(("", 1),), (("", 9), ("nvidia|amd", 1)), (("80GB..", 4),)])),
            draw(st.integers(0, 7_200)),
            draw(st.integers(0, 2)),
            draw(st.sampled_from([(1, 0, 0), (0, 1, 0), (84, 9, 7), (0, 3, 1)])),
            draw(st.integers(1, 9)),
            draw(st.integers(0, 10**8)),
        )
        for k in range(draw(st.integers(1, 4)))
    )
    numbers = st.tuples(*[st.integers(0, 50)] * len(classes))
    parts, work = st.tuples(*[st.integers(0, 50)] * PARTS_OF_PERIOD), st.tuples(*[st.integers(0, 10**9)] * groups)
    return Profile(
        draw(st.sampled_from(["p", "philly-trace"])),
        "made up",
        classes,
        (1, *draw(st.lists(st.integers(0, 9), min_size=167, max_size=167))),
        tuple(draw(st.lists(st.builds(Period, parts, work, numbers), max_size=4))),
        draw(st.sampled_from([21_600, 86_400])),
        draw(st.integers(0, 2 * 10**9)),
        draw(st.integers(0, 4 * 86_400)),
        draw(st.integers(-43_200, 43_200)),
        tuple((f"p{k}", tuple(draw(st.integers(0, 9)) for _ in range(groups))) for k in range(draw(st.integers(0, 3)))),
    )


@settings(max_examples=60)
@given(profiles())
def test_rows_give_the_profile_back(profile: Profile) -> None:
    assert parse(rows(profile), "f") == {profile.name: profile}


@settings(max_examples=20)
@given(profiles(), st.integers(0, 200), st.integers(1, 10**6))
def test_any_profile_can_be_drawn_from(profile: Profile, count: int, span_s: int) -> None:
    jobs = generate(profile, Wanted(jobs=count, span_s=span_s, epoch_s=0))
    assert len(jobs) <= count
    assert len(jobs) == count or profile.periods
    assert ((jobs.submit_s >= 0) & (jobs.submit_s < span_s)).all()
    assert (np.isin(jobs.devices, [size for one in profile.classes for size, _ in one.sizes])).all()
    generate(profile, Wanted(load_ppm=500_000, capacity_milli=8_000, span_s=span_s))
    generate(profile, Wanted())


BAD = [
    (
        CLASS._replace(key="two", line=4, figures=CLASS.figures + " outcome=crashed:3"),
        "f:4: outcome: 'crashed:3' is not understood",
    ),
    (Row("p", "klass", "k", "", "", 9), r"f:9: part: 'klass' is no part of a profile; parts are about, class"),
    (Row("p", "about", "", "", "", 9), "profile 'p' has 2 rows `about`; write one"),
    (Row("p", "class", "k", "jobs=5 sizes=1:1", "", 9), "f:9: median_s: is missing"),
    (Row("p", "class", "k", "sizes=1:1 median_s=5 sigma=1 most_s=9", "", 9), "f:9: jobs: is missing"),
    (Row("p", "class", "k", "jobs=x sizes=1:1 median_s=5 sigma=1 most_s=9", "", 9), "f:9: jobs: 'x' is no whole number"),
    (Row("p", "class", "k", "jobs=5 sizes=0:1 median_s=5 sigma=1 most_s=9", "", 9), "sizes are accelerators:weight pairs"),
    (Row("p", "class", "k", "jobs=5 sizes=1 median_s=5 sigma=1 most_s=9", "", 9), "f:9: sizes: is not understood; like 8:200"),
    (Row("p", "class", "k", "jobs=5 sizes=1:1 median_s=5 sigma=1 most_s=9 colour=red", "", 9), "f:9: colour: is no figure of this part"),
    (Row("p", "class", "k", "jobs=5 sizes=1:1 median_s=5 median_s=6 sigma=1 most_s=9", "", 9), "each name once"),
    (Row("p", "class", "k", "jobs=5 sizes=1:1 least_s=5 bands=9:99", "", 9), "a band's mean lies outside it"),
    (Row("p", "class", "k", "jobs=5 sizes=1:1 median_s=5 sigma=1 most_s=9999999999999", "", 9), "run times up to 9999999999999 s"),
    (Row("p", "class", "k", "jobs=5 sizes=1:1 median_s=5 sigma=1 most_s=9 training=maybe", "", 9), "'maybe' is not known; one of yes, no"),
    (Row("p", "class", "k", "jobs=5 sizes=1:1 median_s=5 sigma=1 most_s=9 constraint=any:0", "", 9), "constraint: weighs nothing"),
    (Row("p", "hour", "mon", "1 " * 24, "", 9), "hours are seven rows"),
    (Row("p", "hour", "mon", "1 2", "", 9), "2 numbers, 24 wanted"),
    (Row("p", "period", "0", "5", "", 9), "1 numbers, 8 wanted"),
    (Row("p", "period", "0", "1 2 3 4 5 6 7 -1", "", 9), "not all are whole numbers"),
    (Row("p", "project", "a", "1 1", "", 9), "2 numbers, 1 wanted"),
]


@pytest.mark.parametrize(("row", "said"), BAD)
def test_a_wrong_row_names_its_place_and_the_remedy(row: Row, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        parse([ABOUT, CLASS, row], "f")
    assert caught.value.remedy


def test_a_profile_needs_a_class() -> None:
    with pytest.raises(InputError, match="f:2: part: profile 'p' has no class with jobs"):
        parse([ABOUT], "f")


@given(
    st.lists(
        st.builds(
            Row, st.just("p"), st.sampled_from(["about", "class", "hour", "period", "project"]), st.text(max_size=4), st.text(), st.text()
        )
    )
)
def test_any_rows_are_a_profile_or_an_input_error(table: list[Row]) -> None:
    with contextlib.suppress(InputError):
        assert set(parse(table, "f")) <= {"p"}
