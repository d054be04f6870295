"""Ranking and giving: a call worked by hand, and what no call ever does."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.model.calls import CREDITS, CallRule, Panel
from dure.model.errors import PeopleError
from dure.model.people import SECTORS, Application, ApplicationState, Form, Organisation, OrganisationKind, Review, Sector, Wanted
from dure.programme.calls import (
    Decided,
    Ground,
    Ranked,
    checked,
    decide,
    moved,
    organisation_cap,
    ranking,
    redistribute,
    score_milli,
    sector_parts,
    waiting,
)

PANEL = Panel(criteria={"impact": 50, "plan": 30, "team": 20}, reviews_least=2, score_least_milli=60_000)


def application(number: int, nodes: int, *, least: int = 0, at: int = 0, organisation: int = 1, pool: str = "east/gpu") -> Application:
    return Application(
        id=number,
        call=1,
        project=f"p{number}",
        title="t",
        organisation=organisation,
        person=number,
        wanted=Wanted(form=Form.DEDICATED, term_s=1, pool=pool, nodes=nodes, least=least),
        state=ApplicationState.SUBMITTED,
        submitted_at=at,
    )


def home(number: int, kind: OrganisationKind = OrganisationKind.ACADEMIA, region: str = "seoul") -> Organisation:
    return Organisation(id=number, name=f"o{number}", kind=kind, region=region)


def review(number: int, person: int, *points: int) -> Review:
    return Review(application=number, person=person, points=dict(zip(PANEL.criteria, points, strict=True)))


def rule(nodes: int) -> CallRule:
    return CallRule(purses={"east/gpu": nodes}, micro_most=0, nodes_most=100, term_s_most=1)


def row(number: int, score: int, nodes: int, organisation: Organisation, least: int = 0) -> Ranked:
    return Ranked(application(number, nodes, least=least, organisation=organisation.id), organisation, score, 0)


def test_a_score_is_the_mean_of_weighted_means() -> None:
    """50 x 80 + 30 x 60 + 20 x 90 = 7,600 and 50 x 70 + 30 x 75 + 20 x 71 = 7,170 of 10,000: the mean is 73.85 points."""
    assert score_milli(PANEL, [review(1, 1, 80, 60, 90), review(1, 2, 70, 75, 71)]) == 73_850


def test_a_third_of_a_point_is_rounded_once() -> None:
    """Points of 100, 100 and 0 in the one criterion: 66.667."""
    panel = Panel(criteria={"all": 7})
    reviews = [Review(application=1, person=n, points={"all": points}) for n, points in enumerate((100, 100, 0))]
    assert score_milli(panel, reviews) == 66_667


def test_the_ranking_and_its_ties() -> None:
    """Equal scores: the earlier one first, then the lower number; a preferred region may pass both."""
    even = [review(1, n, 70, 70, 70) for n in (1, 2)]
    entries = [
        (application(1, 1, at=5), home(1), even),
        (application(2, 1, at=4), home(2), even),
        (application(3, 1, at=4), home(3), even),
        (application(4, 1, at=9), home(4, region="jeonnam"), even),
        (application(5, 1, at=0), home(5), [review(5, n, 71, 71, 71) for n in (1, 2)]),
    ]
    assert [one.application.id for one in ranking(PANEL, entries)] == [5, 2, 3, 1, 4]
    favoured = Panel(criteria=PANEL.criteria, preferred_regions=frozenset({"jeonnam"}), region_bonus_milli=1_000)
    found = ranking(favoured, entries)
    assert [one.application.id for one in found] == [5, 4, 2, 3, 1]
    assert (found[1].score_milli, found[1].bonus_milli) == (71_000, 1_000)


def test_what_is_not_judged_is_not_ranked() -> None:
    with pytest.raises(PeopleError, match="1 applications have fewer than 2 reviews, the first is 9"):
        ranking(PANEL, [(application(9, 1), home(1), [review(9, 1, 1, 1, 1)])])


@pytest.mark.parametrize(
    "points", [{}, {"impact": 1, "plan": 1}, {"impact": 1, "plan": 1, "team": 101}, {"impact": 1, "plan": -1, "team": 1}]
)
def test_a_review_gives_points_for_every_criterion(points: dict[str, int]) -> None:
    with pytest.raises(PeopleError):
        checked(PANEL, Review(application=1, person=1, points=points))


def test_a_call_worked_by_hand() -> None:
    """20 nodes, academia 60 %, institutes 10 %, industry 30 %: 12, 2 and 6. No organisation more than 40 % of 20 = 8.

    By sectors: A 8 of 12 (8 is also the cap of organisation 1); B of organisation 1 gets nothing (cap); C takes the 4 that academia has
    left of the 5 it asks, since 3 are of use; D, a firm, 4 of 6; E, a firm, asks 4, has 2 left, and wants all or nothing; F is below
    60 points. Given: 16. Then the 4 that sectors leave go down the ranking: B still meets the cap, C gets the 5th, E asks 4 and 3 are
    left. 3 nodes stay.
    """
    panel = Panel(
        criteria={"x": 1},
        score_least_milli=60_000,
        sectors_ppm={Sector.ACADEMIA: 600_000, Sector.INSTITUTES: 100_000, Sector.INDUSTRY: 300_000},
        organisation_ppm=400_000,
    )
    university, other = home(1), home(2)
    firm, young = home(3, OrganisationKind.FIRM), home(4, OrganisationKind.YOUNG_FIRM)
    rows = [
        row(1, 95_000, 8, university),
        row(2, 90_000, 2, university),
        row(3, 85_000, 5, other, least=3),
        row(4, 80_000, 4, firm),
        row(5, 75_000, 4, young),
        row(6, 59_999, 1, home(5, OrganisationKind.INSTITUTE)),
    ]
    assert sector_parts(panel, 20) == {Sector.ACADEMIA: 12, Sector.INSTITUTES: 2, Sector.INDUSTRY: 6}
    assert organisation_cap(panel, 20) == 8
    found = decide(rule(20), panel, rows, {})
    assert [(one.amount, one.ground) for one in found] == [
        (8, Ground.WHOLE),
        (0, Ground.ORGANISATION),
        (5, Ground.WHOLE),
        (4, Ground.WHOLE),
        (0, Ground.PURSE),
        (0, Ground.SCORE),
    ]
    assert [one.application.id for one in waiting(found)] == [2, 5]
    strict = Panel(criteria={"x": 1}, score_least_milli=60_000, sectors_ppm=panel.sectors_ppm, organisation_ppm=400_000, spill=False)
    assert [(one.amount, one.ground) for one in decide(rule(20), strict, rows, {})][2:5] == [
        (4, Ground.PART),
        (4, Ground.WHOLE),
        (0, Ground.SECTOR),
    ]
    # One university gives 8 nodes back; 9 of the 20 are held by others. The waiting list: B is under its cap again, E fits now.
    freed = redistribute(panel, rule(20), waiting(found), {"east/gpu": 8}, {"east/gpu": {2: 5, 3: 4}})
    assert [(one.ranked.application.id, one.amount) for one in freed] == [(2, 2), (5, 4)]


def test_what_was_granted_before_counts() -> None:
    """The fast lane gave 15 of 20 nodes, 8 of them to organisation 1: its cap is reached, 5 are left."""
    panel = Panel(criteria={"x": 1}, organisation_ppm=400_000)
    rows = [row(1, 2, 1, home(1)), row(2, 1, 5, home(2))]
    found = decide(rule(20), panel, rows, {"east/gpu": {1: 8, 3: 7}})
    assert [(one.amount, one.ground) for one in found] == [(0, Ground.PURSE), (5, Ground.WHOLE)]


def test_a_pool_that_the_call_does_not_offer() -> None:
    found = decide(rule(20), Panel(criteria={"x": 1}), [Ranked(application(1, 1, pool="west/gpu"), home(1), 1, 0)], {})
    assert [(one.amount, one.ground) for one in found] == [(0, Ground.PURSE)]


def test_what_is_decided_stays() -> None:
    waits = Application(**{**_fields(application(1, 1)), "state": ApplicationState.WAITING})
    moved(waits, ApplicationState.GRANTED)
    for state in (ApplicationState.GRANTED, ApplicationState.REFUSED, ApplicationState.WITHDRAWN):
        done = Application(**{**_fields(application(1, 1)), "state": state})
        for other in ApplicationState:
            with pytest.raises(PeopleError, match="cannot become"):
                moved(done, other)


def _fields(one: Application) -> dict[str, object]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}


organisations = [home(n, list(OrganisationKind)[n % 5]) for n in range(6)]
entries = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 100_000), st.integers(1, 30), st.integers(0, 30), st.sampled_from(["east/gpu", CREDITS])),
    max_size=30,
)


@given(
    entries,
    st.integers(0, 100),
    st.integers(0, 60),
    st.integers(1, 1_000_000),
    st.lists(st.integers(0, 10), min_size=3, max_size=3),
    st.booleans(),
    st.integers(0, 100_000),
)
@settings(max_examples=300)
def test_no_call_gives_more_than_it_has(
    asked: list[tuple[int, int, int, int, str]], nodes: int, micro: int, cap_ppm: int, split: list[int], spill: bool, least_score: int
) -> None:
    """Purse, cap, sector, ask and least of use, counted afterwards; nobody is passed by a worse one who asks no less of the same things."""
    sectors = {sector: weight for sector, weight in zip(Sector, split, strict=True) if weight}
    panel = Panel(criteria={"x": 1}, score_least_milli=least_score, sectors_ppm=sectors, spill=spill, organisation_ppm=cap_ppm)
    call = CallRule(purses={"east/gpu": nodes, CREDITS: micro}, micro_most=100, nodes_most=100, term_s_most=1)
    ranked = []
    for number, (place, score, amount, least, pool) in enumerate(asked):
        form = Form.DEDICATED if pool else Form.CREDITS
        wanted = Wanted(form=form, term_s=1, pool=pool, nodes=amount if pool else 0, micro=0 if pool else amount, least=min(least, amount))
        one = Application(**{**_fields(application(number, 1, organisation=place)), "wanted": wanted})
        ranked.append(Ranked(one, organisations[place], score, 0))
    ranked.sort(key=lambda one: (-one.score_milli, one.application.id))
    found = decide(call, panel, ranked, {})
    assert [one.ranked for one in found] == ranked
    for purse, whole in call.purses.items():
        given_ = [one for one in found if one.ranked.application.wanted.pool == purse]
        _within(given_, panel, whole)
    for one in found:
        wanted = one.ranked.application.wanted
        assert one.amount == 0 or (wanted.least or wanted.amount) <= one.amount <= wanted.amount
        assert one.amount == 0 or one.ranked.score_milli >= least_score
        assert (one.ground in (Ground.WHOLE, Ground.PART)) == (one.amount > 0)


def _within(given_: list[Decided], panel: Panel, whole: int) -> None:
    assert sum(one.amount for one in given_) <= whole
    by_home, by_sector = Counter[int](), Counter[Sector]()
    for one in given_:
        by_home[one.ranked.organisation.id] += one.amount
        by_sector[SECTORS[one.ranked.organisation.kind]] += one.amount
    assert all(amount <= whole * panel.organisation_ppm // 1_000_000 for amount in by_home.values())
    if panel.sectors_ppm and not panel.spill:
        parts = sector_parts(panel, whole)
        assert sum(parts.values()) == whole
        assert all(amount <= parts[sector] for sector, amount in by_sector.items())
    for better, worse in itertools.pairwise(given_):
        alike = better.ranked.organisation == worse.ranked.organisation and not better.ranked.score_milli < panel.score_least_milli
        needs = better.ranked.application.wanted.least or better.ranked.application.wanted.amount
        assert not (alike and not better.amount and worse.amount >= needs)
