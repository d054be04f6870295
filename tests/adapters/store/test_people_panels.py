"""A reviewed call from its opening to the waiting list, co-pay and its stop, the watch with its answers: rows and acts."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from dure.adapters.store.people import People
from dure.adapters.store.people_desk import SYSTEM
from dure.adapters.store.sql import Inbox
from dure.model.calls import CREDITS, CallRule, Copay, FastLane, Panel
from dure.model.errors import MissingError, PeopleError, RightError
from dure.model.people import (
    Actor,
    Application,
    ApplicationState,
    CallState,
    Form,
    GrantState,
    Lane,
    OrganisationKind,
    ProjectState,
    Role,
    Scope,
    Sector,
    Wanted,
)
from dure.model.units import DAY_S, MICRO
from dure.programme.calls import Ground
from dure.programme.watch import Step, WatchRule, Why, Window

NOW = 1_800_000_000
WEEK = 7 * DAY_S
RULE = CallRule(
    purses={CREDITS: 1_000 * MICRO, "east/gpu": 10},
    micro_most=1_000 * MICRO,
    nodes_most=8,
    term_s_most=360 * DAY_S,
    panel=Panel(criteria={"impact": 60, "plan": 40}, reviews_least=2, score_least_milli=50_000, organisation_ppm=600_000),
    copay=Copay(price_won=4_000, firm_ppm=70_000),
    notice_s=300,
    quota_milli=16_000,
    quota_models={"nvidia-h100": 16},
)


class House:
    """A programme with its people; each has a key of their own for every change."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine, self.people, self.count = engine, People(engine, Inbox(engine)), 0
        self.people.bootstrap(folder, NOW, {"east/gpu": 20})
        self.officer = self.staff(Role.PROGRAMME_OFFICER)
        self.signatory = self.staff(Role.SIGNATORY)
        self.reviewers = [self.staff(Role.REVIEWER), self.staff(Role.REVIEWER)]
        self.people.add_call(
            self.officer, self.key(), NOW, name="spring", title="Spring", rule=RULE, opens_at=NOW, closes_at=NOW + 30 * DAY_S
        )

    def key(self) -> str:
        self.count += 1
        return f"k{self.count}"

    def staff(self, role: Role) -> Actor:
        one = self.somebody(OrganisationKind.PUBLIC)
        self.people.give_role(SYSTEM, self.key(), NOW, person=one.person, role=role)
        return self.again(one)

    def somebody(self, kind: OrganisationKind = OrganisationKind.ACADEMIA) -> Actor:
        name = self.key()
        home = self.people.add_organisation(SYSTEM, name, NOW, name=name, kind=kind)
        who = self.people.add_person(SYSTEM, f"p{name}", NOW, organisation=home.id, name=name, mail="")
        return self.people.actor(who.id, frozenset(Scope))

    def again(self, one: Actor) -> Actor:
        return self.people.actor(one.person, one.scopes)

    def ask(self, one: Actor, project: str, wanted: Wanted, budget_won: int | None = None, call: str = "spring") -> Application:
        return self.people.apply(
            one, self.key(), NOW + 60, call_name=call, project_name=project, title="t", wanted=wanted, budget_won=budget_won
        )

    def judge(self, asked: Application, impact: int, plan: int) -> None:
        for reviewer in self.reviewers:
            self.people.review(reviewer, self.key(), NOW + 99, number=asked.id, points={"impact": impact, "plan": plan})

    def decide(self, now: int = NOW + 40 * DAY_S) -> None:
        self.people.close_call(self.officer, self.key(), now, name="spring")
        self.people.sign(self.signatory, self.key(), now, name="spring", seen=self.people.ranking(self.officer, "spring")[1])

    def acts(self, name: str) -> list[dict[str, object]]:
        return [row.body for row in Inbox(self.engine).read(0) if row.act == name]


@pytest.fixture
def house(engine: Engine, tmp_path: Path) -> House:
    return House(engine, tmp_path)


def nodes(count: int, least: int = 0) -> Wanted:
    return Wanted(form=Form.DEDICATED, term_s=90 * DAY_S, pool="east/gpu", nodes=count, least=least)


def credits(count: int) -> Wanted:
    return Wanted(form=Form.CREDITS, term_s=100 * DAY_S, micro=count * MICRO)


def test_a_call_from_opening_to_waiting_list(house: House) -> None:
    """10 nodes, at most 6 for one: A asks 6, B asks 5 of which 4 are of use, C asks 3, D is poor. B gets 4, C waits."""
    people, asked = house.people, {}
    for name, wanted in (("a", nodes(6)), ("b", nodes(5, 4)), ("c", nodes(3)), ("d", nodes(1))):
        asked[name] = house.ask(house.somebody(), name, wanted)
        assert asked[name].state is ApplicationState.SUBMITTED
        assert asked[name].reason == "no_lane:0:0"
    for name, points in (("a", 90), ("b", 80), ("c", 70), ("d", 49)):
        house.judge(asked[name], points, points)
    assert house.acts("project") == []
    house.decide()
    assert people.call("spring").state is CallState.DECIDED
    found = {name: people.application(SYSTEM, one.id) for name, one in asked.items()}
    assert {name: (one.state, one.reason) for name, one in found.items()} == {
        "a": (ApplicationState.GRANTED, Ground.WHOLE),
        "b": (ApplicationState.GRANTED, Ground.PART),
        "c": (ApplicationState.WAITING, Ground.PURSE),
        "d": (ApplicationState.REFUSED, Ground.SCORE),
    }
    told = [(one["project"], one["nodes"], one["notice_s"], one["lent"]) for one in house.acts("dedicate")]
    assert told == [(1, 6, 300, True), (2, 4, 300, True)]
    given = [({"project": n, "milli": 16_000}, {"project": n, "model": "nvidia-h100", "most": 16}) for n in (1, 2)]
    assert house.acts("quota") == [act for acts in given for act in acts]
    held = people.grant(SYSTEM, found["b"].grant or 0)
    assert (held.lane, held.signed_by, held.from_at) == (Lane.REVIEW, house.signatory.person, NOW + 40 * DAY_S)
    assert [one.application.id for one in people.waiting_list(house.officer, "spring")] == [asked["c"].id]
    # nothing is free: nobody gets anything; A gives its six back: C gets its three
    later = NOW + 50 * DAY_S
    assert people.redistribute(house.signatory, house.key(), later, name="spring") == []
    people.give_back(people.actor(found["a"].person, frozenset(Scope)), house.key(), later, number=found["a"].grant or 0)
    assert people.redistribute(house.signatory, house.key(), later + 1, name="spring") == [asked["c"].id]
    assert people.project("c").state is ProjectState.OPEN
    assert people.project("a").state is ProjectState.STOPPED
    assert people.waiting_list(house.officer, "spring") == []


def test_only_what_was_seen_is_signed(house: House) -> None:
    people = house.people
    first = house.ask(house.somebody(), "a", nodes(1))
    house.judge(first, 90, 90)
    with pytest.raises(PeopleError, match="is open"):
        people.sign(house.signatory, house.key(), NOW, name="spring", seen="x")
    _, seen = people.ranking(house.officer, "spring")
    people.close_call(house.officer, house.key(), NOW + 100, name="spring")
    people.review(house.reviewers[0], house.key(), NOW + 101, number=first.id, points={"impact": 80, "plan": 90})
    with pytest.raises(PeopleError, match="not the one that you have seen"):
        people.sign(house.signatory, house.key(), NOW, name="spring", seen=seen)
    with pytest.raises(RightError, match=r"call\.sign"):
        people.sign(house.officer, house.key(), NOW, name="spring", seen=people.ranking(house.officer, "spring")[1])
    people.sign(house.signatory, "once", NOW, name="spring", seen=people.ranking(house.officer, "spring")[1])
    count = len(house.acts("dedicate"))
    with pytest.raises(PeopleError, match="is decided"):
        people.sign(house.signatory, house.key(), NOW, name="spring", seen=seen)
    assert len(house.acts("dedicate")) == count == 1


def test_nobody_decides_over_the_own_application(house: House) -> None:
    people = house.people
    mine = house.ask(house.signatory, "mine", nodes(1))
    house.judge(mine, 90, 90)
    colleague = people.add_person(SYSTEM, house.key(), NOW, organisation=house.signatory.organisation, name="n", mail="")
    people.give_role(SYSTEM, house.key(), NOW, person=colleague.id, role=Role.REVIEWER)
    with pytest.raises(RightError, match=r"review\.make"):
        people.review(people.actor(colleague.id, frozenset(Scope)), house.key(), NOW, number=mine.id, points={"impact": 1, "plan": 1})
    people.close_call(house.officer, house.key(), NOW, name="spring")
    with pytest.raises(RightError, match="applied yourself"):
        people.sign(house.signatory, house.key(), NOW, name="spring", seen=people.ranking(house.officer, "spring")[1])
    with pytest.raises(RightError, match=r"grant\.make"):
        people.give(house.signatory, house.key(), NOW, number=mine.id, amount=1, reason="because")
    other = house.staff(Role.SIGNATORY)
    with pytest.raises(PeopleError, match="without a reason"):
        people.give(other, house.key(), NOW, number=mine.id, amount=1, reason=" ")
    given = people.give(other, house.key(), NOW, number=mine.id, amount=1, reason="a flood in the laboratory")
    held = people.grant(SYSTEM, given.grant or 0)
    assert (held.lane, held.reason) == (Lane.OFFICE, "a flood in the laboratory")


def test_an_application_is_withdrawn_by_who_made_it(house: House) -> None:
    kim = house.somebody()
    asked = house.ask(kim, "a", nodes(1))
    with pytest.raises(RightError):
        house.people.withdraw(house.officer, house.key(), NOW, number=asked.id)
    assert house.people.withdraw(kim, house.key(), NOW, number=asked.id).state is ApplicationState.WITHDRAWN
    with pytest.raises(PeopleError, match="cannot become"):
        house.people.withdraw(kim, house.key(), NOW, number=asked.id)
    house.people.close_call(house.officer, house.key(), NOW, name="spring")
    assert house.people.ranking(house.officer, "spring")[0] == ()


def paid_call(house: House) -> None:
    lane = FastLane(
        micro_most=100 * MICRO,
        nodes_most=2,
        term_s_most=100 * DAY_S,
        organisation_month_micro=1_000 * MICRO,
        organisation_month_nodes=8,
    )
    rule = CallRule(purses=RULE.purses, micro_most=100 * MICRO, nodes_most=2, term_s_most=100 * DAY_S, fast=lane, copay=RULE.copay)
    house.people.add_call(house.officer, house.key(), NOW, name="firms", title="Firms", rule=rule, opens_at=NOW, closes_at=None)


def test_a_budget_is_a_hard_stop(house: House) -> None:
    """A young firm pays 3.5 % of 4,000 = 140 won a credit; 7,000 won pay for 50 credits and what is owed for less than a won more."""
    people = house.people
    paid_call(house)
    kim = house.somebody(OrganisationKind.YOUNG_FIRM)
    done = house.ask(kim, "young", credits(100), budget_won=7_000, call="firms")
    number = done.grant or 0
    room = 50_007_142  # (7,001 won - a little) / 140
    assert house.acts("credit") == [{"project": 1, "micro": room}]
    assert people.charge(NOW + 100, number=number, used_micro=10 * MICRO + 1) is not None
    kim = house.again(kim)
    assert [one.won for one in people.payments(kim, number)] == [1_400]
    assert people.charge(NOW + 100, number=number, used_micro=10 * MICRO) is None
    assert people.set_budget(kim, house.key(), NOW + 150, number=number, budget_won=14_000).budget_won == 14_000
    assert house.acts("credit")[1:] == [{"project": 1, "micro": 100 * MICRO - room}]
    for used in (60 * MICRO, 99 * MICRO, 100 * MICRO):
        people.charge(NOW + 200, number=number, used_micro=used)
    assert sum(one.won for one in people.payments(kim, number)) == 14_000
    with pytest.raises(PeopleError, match="a budget is raised"):
        people.set_budget(kim, house.key(), NOW + 250, number=number, budget_won=14_000)


def test_dedicated_nodes_end_at_their_budget(house: House) -> None:
    """A firm pays 280 won a credit of held time: 1,000 won are spent with 3.575 credits, and the nodes go back."""
    people = house.people
    paid_call(house)
    kim = house.somebody(OrganisationKind.FIRM)
    number = house.ask(kim, "firm", nodes(2), budget_won=1_000, call="firms").grant or 0
    people.charge(NOW + 100, number=number, used_micro=3 * MICRO)
    assert people.grant(house.again(kim), number).state is GrantState.ACTIVE
    people.charge(NOW + 200, number=number, used_micro=4 * MICRO)
    assert people.grant(house.again(kim), number).state is GrantState.ENDED
    assert [one.won for one in people.payments(house.again(kim), number)] == [840, 160]
    assert house.acts("release") == [{"grant": number}]
    assert house.acts("stop") == [{"project": 1, "stopped": True}]


def test_academia_owes_nothing(house: House) -> None:
    paid_call(house)
    number = house.ask(house.somebody(), "free", credits(100), budget_won=5, call="firms").grant or 0
    assert house.people.grant(SYSTEM, number).budget_won is None
    assert house.acts("credit") == [{"project": 1, "micro": 100 * MICRO}]
    assert house.people.charge(NOW, number=number, used_micro=50 * MICRO) is None


def test_unspent_credits_go_with_their_term(house: House) -> None:
    """100 credits for 100 days, then 60 more; 130 were spent by the end of the first term and 150 by the end of the second: 10 go."""
    people = house.people
    paid_call(house)
    kim = house.somebody()
    first = house.ask(kim, "p", credits(100), call="firms").grant or 0
    assert people.end_terms(NOW + 60 + 100 * DAY_S, lambda: {1: 30 * MICRO}) == [first]
    assert house.acts("credit") == [{"project": 1, "micro": 100 * MICRO}, {"project": 1, "micro": -70 * MICRO}]
    kim = house.again(kim)
    people.apply(kim, house.key(), NOW + 200 * DAY_S, call_name="firms", project_name="p", title="t", wanted=credits(60))
    people.end_terms(NOW + 400 * DAY_S, lambda: {1: 80 * MICRO})
    assert house.acts("credit")[2:] == [{"project": 1, "micro": 60 * MICRO}, {"project": 1, "micro": -10 * MICRO}]


def idle_weeks(count: int, used: int = 0) -> list[Window]:
    """From the grant on, one window a week: mostly lent, a little idle."""
    start = NOW + 60
    return [Window(from_at=start + n * WEEK, to_at=start + (n + 1) * WEEK, used=used, lent=80 - used, idle=20) for n in range(count)]


def test_under_use_from_warning_to_the_waiting_list(house: House) -> None:
    people, rule = house.people, WatchRule()
    kim = house.somebody()
    number = house.ask(kim, "p", nodes(2), call="standing").grant or 0
    kim = house.again(kim)
    start = NOW + 60

    def look(week: int, key: str = "") -> tuple[Step, Why]:
        found = people.carry_out(house.officer, key or house.key(), start + week * WEEK, rule=rule, windows={number: idle_weeks(week)})
        return found[number].step, found[number].why

    assert look(3) == (Step.KEEP, Why.FEW_WINDOWS)
    assert look(4, "fourth") == (Step.WARN, Why.UNDER_USED)
    later = {number: idle_weeks(5)}
    assert people.carry_out(house.officer, "fourth", start + 5 * WEEK, rule=rule, windows=later) == {}, (
        "sent again, whatever was measured since"
    )
    assert people.grant(kim, number).state is GrantState.WARNED
    with pytest.raises(MissingError):
        people.answer(house.somebody(), house.key(), start + 4 * WEEK + 5, number=number, text="not mine")
    people.answer(kim, house.key(), start + 4 * WEEK + 5, number=number, text="the data come in May")
    with pytest.raises(PeopleError, match="nothing to answer any more"):
        people.answer(kim, house.key(), start + 4 * WEEK + 6, number=number, text="and again")
    assert look(5) == (Step.KEEP, Why.ANSWER_UNJUDGED)
    people.judge(house.officer, house.key(), start + 5 * WEEK, number=number, accepted=True)
    assert people.grant(kim, number).state is GrantState.ACTIVE
    assert look(8) == (Step.KEEP, Why.ANSWER_ACCEPTED)
    assert look(9) == (Step.WARN, Why.UNDER_USED)
    assert look(10) == (Step.RECALL, Why.UNANSWERED)
    assert people.grant(kim, number).state is GrantState.RECALLING
    assert house.acts("release") == []
    assert look(11) == (Step.REDISTRIBUTE, Why.UNANSWERED)
    assert people.grant(kim, number).state is GrantState.RECALLED
    assert house.acts("release") == [{"grant": number}]
    said = people.warnings(kim, number)
    assert [(one.told.kind, one.answer) for one in said] == [("warn", "the data come in May"), ("warn", ""), ("recall", "")]
    assert said[0].shares_ppm == (0, 0)
    assert people.verdicts(house.officer, start + 12 * WEEK, rule, {}) == {}


def test_use_ends_a_warning(house: House) -> None:
    people = house.people
    kim = house.somebody()
    number = house.ask(kim, "p", nodes(2), call="standing").grant or 0
    start = NOW + 60
    people.carry_out(house.officer, house.key(), start + 4 * WEEK, rule=WatchRule(), windows={number: idle_weeks(4)}, named="3-abc")
    assert people.warnings(house.officer, number)[-1].rules == "3-abc", "it names the rules that it was told under"
    better = [*idle_weeks(4), *idle_weeks(5, used=70)[4:]]
    people.carry_out(house.officer, house.key(), start + 5 * WEEK, rule=WatchRule(), windows={number: better})
    assert people.grant(SYSTEM, number).state is GrantState.ACTIVE


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"panel": None}, "no fast lane and no panel"),
        ({"purses": {"east/gpu": -1}}, "below 0"),
        ({"panel": Panel(criteria={})}, "no criterion"),
        ({"panel": Panel(criteria={"x": 1}, sectors_ppm={Sector.INDUSTRY: 999_999})}, "do not add up"),
        ({"panel": Panel(criteria={"x": 1}, organisation_ppm=1_000_001)}, "not from 0 to 100 %"),
        ({"copay": Copay(price_won=1, firm_ppm=1)}, "5 to 10 %"),
    ],
)
def test_a_call_that_contradicts_itself(house: House, change: dict[str, object], match: str) -> None:
    fields = {name: getattr(RULE, name) for name in RULE.__dataclass_fields__} | change
    with pytest.raises(PeopleError, match=match):
        house.people.add_call(house.officer, house.key(), NOW, name="odd", title="t", rule=CallRule(**fields), opens_at=NOW, closes_at=None)
