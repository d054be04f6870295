"""Who is charged what, from real runs on the local sites: a firm's budget stops its jobs, and saying it twice changes nothing."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest

from dure.adapters.store.engine import connect
from dure.adapters.store.people import People
from dure.adapters.store.people_desk import SYSTEM
from dure.adapters.store.sql import Inbox
from dure.bootstrap.accounts import Accounts
from dure.bootstrap.held import Held
from dure.bootstrap.places import Places
from dure.model.calls import CREDITS, CallRule, Copay, FastLane
from dure.model.people import Actor, Form, GrantState, OrganisationKind, ProjectState, Scope, Wanted
from dure.model.units import DAY_S, MICRO
from dure.model.work import JobState
from tests.bootstrap.test_serve import Programme

pytestmark = pytest.mark.system
PRICE = 4_000_000
"""Won a credit: a second of an accelerator of weight 1 costs a firm of 5 % 55 won."""


class Office:
    """A programme with people: a firm and a university, each with a person who applies."""

    def __init__(self, folder: Path) -> None:
        self.programme = Programme(folder)
        engine = connect(self.programme.served.address)
        self.people = People(engine, Inbox(engine))
        self.accounts = Accounts(engine, Places(self.programme.served.grounds()), self.people, Held(engine), lambda: int(time.time()))
        lane = FastLane(
            micro_most=100 * MICRO,
            nodes_most=1,
            term_s_most=30 * DAY_S,
            organisation_month_micro=1_000 * MICRO,
            organisation_month_nodes=4,
        )
        rule = CallRule(
            purses={CREDITS: 1_000 * MICRO, "north/a": 1},
            micro_most=100 * MICRO,
            nodes_most=1,
            term_s_most=30 * DAY_S,
            fast=lane,
            copay=Copay(price_won=PRICE, firm_ppm=50_000),
            notice_s=20,
        )
        self.people.add_call(SYSTEM, "c", self.now, name="open", title="Open", rule=rule, opens_at=0, closes_at=None)

    @property
    def now(self) -> int:
        return int(time.time())

    def somebody(self, name: str, kind: OrganisationKind) -> Actor:
        home = self.people.add_organisation(SYSTEM, f"o{name}", self.now, name=name, kind=kind)
        one = self.people.add_person(SYSTEM, f"p{name}", self.now, organisation=home.id, name=name, mail="")
        return self.people.actor(one.id, frozenset(Scope))

    def grant(self, who: Actor, name: str, wanted: Wanted, budget: int | None = None) -> int:
        made = self.people.apply(
            who, f"a{name}", self.now, call_name="open", project_name=name, title=name, wanted=wanted, budget_won=budget
        )
        assert made.grant is not None
        return made.grant


def test_a_budget_stops_a_firm_and_academia_pays_nothing(tmp_path: Path) -> None:
    office = Office(tmp_path / "data")
    firm, school = office.somebody("firm", OrganisationKind.FIRM), office.somebody("school", OrganisationKind.ACADEMIA)
    credits = Wanted(form=Form.CREDITS, term_s=DAY_S, micro=10 * MICRO)
    budget = 200  # won: pays for 200 / (4,000,000 × 5 % / 3,600) = 3.6 s of one accelerator of weight 1
    bought, given = office.grant(firm, "arm", credits, budget), office.grant(school, "stars", credits)
    arm, stars = office.people.project("arm").number, office.people.project("stars").number
    programme = office.programme
    long = programme.submit(project=arm, run="sleep 1", accelerators={"count": 1, "any_of": ["nvidia-h100"]}, time="60s")
    short = programme.submit(project=arm, run="sleep 30", accelerators={"count": 1, "any_of": ["nvidia-h100"]}, time="3s")
    free = programme.submit(project=stars, run="sleep 2", accelerators={"count": 1, "any_of": ["nvidia-h100"]}, time="60s")
    assert programme.ended(free).state == JobState.COMPLETED
    assert programme.ended(short).state == JobState.FAILED  # at its limit: what is paid for is never exceeded by the plan
    assert programme.current.tasks(long)[0].state == JobState.QUEUED  # a minute is beyond what the budget pays for
    office.accounts.charge()
    (entry,) = office.people.payments(SYSTEM, bought)
    run = programme.current.attempts(short)[0]
    assert run.ended_at is not None
    held_s = run.ended_at - run.placed_at
    used = held_s * MICRO // 3_600
    assert (entry.used_micro, entry.won) == (used, min(budget, used * PRICE * 50_000 // MICRO // MICRO))
    assert office.people.payments(SYSTEM, given) == []
    rows = {one.name: one for one in office.accounts.used("project")}
    assert (rows["arm"].won, rows["stars"].won) == (entry.won, 0)
    assert (rows["arm"].credits_micro, rows["arm"].jobs) == (used, 1)
    assert office.accounts.charge() == ()
    assert office.people.payments(SYSTEM, bought) == [entry]
    over = office.people.grant(SYSTEM, bought).state is GrantState.ENDED
    assert over == (used >= 1_004)  # micro-credits that 200 won pay for: less than 201 won, 0.2 won each
    if over:
        assert office.people.project("arm").state is ProjectState.STOPPED
    assert office.people.project("stars").state is ProjectState.OPEN


def test_a_job_runs_where_its_credits_are_for(tmp_path: Path) -> None:
    programme = Programme(tmp_path / "data")
    programme.ask("project", project=1, name="red", share=1)
    programme.ask("credit", project=1, micro=5_000_000)
    spec = {"name": "x", "time": "1m", "run": "true"}
    ids = [programme.ask("submit", spec=spec, project=1, person=1, files=[], models=["amd-mi300x"]) for _ in range(3)]
    assert {programme.ended(id).pool for id in ids} == {"south/b"}


def test_what_nobody_pays_for_is_entered_every_hour_and_not_every_time(tmp_path: Path) -> None:
    """A grant without a price has no entry that says when it was charged; what runs of it is still told once an hour."""
    office = Office(tmp_path / "data")
    school, lane = office.somebody("school", OrganisationKind.ACADEMIA), office.people.call("open").rule.fast
    rule = CallRule(purses={CREDITS: 1_000 * MICRO}, micro_most=100 * MICRO, nodes_most=0, term_s_most=30 * DAY_S, fast=lane)
    office.people.add_call(SYSTEM, "f", office.now, name="free", title="Free", rule=rule, opens_at=0, closes_at=None)
    wanted = Wanted(form=Form.CREDITS, term_s=DAY_S, micro=10 * MICRO)
    office.people.apply(school, "a", office.now, call_name="free", project_name="stars", title="stars", wanted=wanted, budget_won=None)
    stars, programme = office.people.project("stars").number, office.programme
    programme.submit(project=stars, run="sleep 30", accelerators={"count": 1, "any_of": ["nvidia-h100"]}, time="60s")
    entered = Counter[int]()

    def charged() -> bool:
        entered.update(office.accounts.charge())
        return office.accounts.spent().get(stars, 0) > 1_000

    programme.until(charged)
    assert entered == {stars: 1}
