"""People's rows and the acts that go with them: once, together, by right, on SQLite and PostgreSQL."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from dure.adapters.store.engine import connect
from dure.adapters.store.migrate import migrate
from dure.adapters.store.people import People
from dure.adapters.store.people_calls import NotGranted
from dure.adapters.store.people_desk import SYSTEM
from dure.adapters.store.people_schema import person, token
from dure.adapters.store.sql import Inbox, KeyTaken
from dure.model.errors import LoginError, MissingError, PeopleError, RightError
from dure.model.people import (
    Actor,
    ApplicationState,
    Form,
    GrantState,
    OrganisationKind,
    ProjectState,
    Role,
    Scope,
    Wanted,
)
from dure.model.units import DAY_S, MICRO
from dure.present.numbers import Lang
from dure.present.said import told
from dure.present.words import Words
from dure.programme.fast import Reason, Slow

NOW = 1_800_000_000
POOLS = {"east/gpu": 8, "west/gpu": 3}
HUNDRED = Wanted(form=Form.CREDITS, term_s=30 * DAY_S, micro=100 * MICRO)


@pytest.fixture
def people(engine: Engine, tmp_path: Path) -> People:
    made = People(engine, Inbox(engine))
    made.bootstrap(tmp_path, NOW, POOLS)
    return made


def acts(engine: Engine, act: str = "") -> list[tuple[str, str, dict[str, object]]]:
    return [(row.act, row.actor, row.body) for row in Inbox(engine).read(0) if act in ("", row.act)]


def somebody(people: People, name: str, kind: OrganisationKind = OrganisationKind.ACADEMIA, organisation: int = 0) -> Actor:
    """A person of an organisation of their own, logged in with every scope."""
    home = organisation or people.add_organisation(SYSTEM, f"o/{name}", NOW, name=f"home of {name}", kind=kind).id
    who = people.add_person(SYSTEM, f"p/{name}", NOW, organisation=home, name=name, mail=f"{name}@example.org")
    return people.actor(who.id, frozenset(Scope))


def again(people: People, one: Actor) -> Actor:
    """The same person after something has changed."""
    return people.actor(one.person, one.scopes)


def test_the_first_start_makes_an_administrator_once(people: People, engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "admin.token"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text_ = path.read_text().strip()
    assert text_.startswith("dure_")
    assert len(text_) >= len("dure_") + 43
    admin = people.of_token(text_, NOW)
    assert {Role.ADMINISTRATOR, Role.PROGRAMME_OFFICER} <= admin.roles
    assert admin.scopes == frozenset(Scope)
    before = path.read_bytes()
    assert People(engine, Inbox(engine)).bootstrap(tmp_path, NOW + 5, POOLS) is None
    assert path.read_bytes() == before
    assert [one.name for one in people.calls()] == ["standing"]


def test_the_store_does_not_hold_the_text_of_a_token(people: People, engine: Engine, tmp_path: Path) -> None:
    secret = (tmp_path / "admin.token").read_text().strip()
    with engine.connect() as connection:
        for table in ("token", "inbox", "person", "identity", "counter"):
            assert secret not in str(connection.execute(text(f"SELECT * FROM {table}")).all())
        assert len(connection.execute(select(token.c.hash)).scalar_one()) == 64


def test_a_token_opens_until_it_ends_or_is_revoked(people: People) -> None:
    kim = somebody(people, "kim")
    made, secret = people.make_token(
        kim, "k", NOW, person=kim.person, label="laptop", scopes=frozenset({Scope.READ, Scope.JOBS}), expires_at=NOW + 100
    )
    assert secret is not None
    held = people.of_token(secret, NOW + 99)
    assert (held.person, held.scopes, held.token) == (kim.person, {Scope.READ, Scope.JOBS}, made.id)
    with pytest.raises(LoginError):
        people.of_token(secret, NOW + 100)
    for wrong in ("", "dure_", secret[:-1], secret + "x", "dure_" + "A" * 43, "\ud800"):
        with pytest.raises(LoginError):
            people.of_token(wrong, NOW)
    assert people.make_token(kim, "k", NOW, person=kim.person, label="laptop", scopes=made.scopes, expires_at=NOW + 100) == (made, None)
    asked: dict[str, Any] = {"person": kim.person, "label": "ci", "scopes": made.scopes, "life_s": 60}
    first, _ = people.make_token(kim, "life", NOW, expires_at=NOW + 60, **asked)
    assert people.make_token(kim, "life", NOW + 9, expires_at=NOW + 69, **asked) == (first, None), "the same request, a little later"
    people.revoke_token(kim, "r", NOW + 1, number=made.id)
    with pytest.raises(LoginError):
        people.of_token(secret, NOW + 2)


def test_a_token_gives_no_more_than_its_maker_has(people: People) -> None:
    kim, lee = somebody(people, "kim"), somebody(people, "lee")
    narrow = people.actor(kim.person, frozenset({Scope.READ, Scope.PROJECTS}))
    with pytest.raises(RightError, match="no scope"):
        people.make_token(narrow, "k", NOW, person=kim.person, label="x", scopes=frozenset({Scope.JOBS}), expires_at=NOW + 9)
    with pytest.raises(RightError, match=r"token\.make"):
        people.make_token(kim, "k", NOW, person=lee.person, label="x", scopes=frozenset({Scope.READ}), expires_at=NOW + 9)
    for end in (NOW, NOW + 367 * DAY_S):
        with pytest.raises(PeopleError, match="within a year"):
            people.make_token(kim, "k", NOW, person=kim.person, label="x", scopes=frozenset({Scope.READ}), expires_at=end)


def test_a_change_is_seen_by_the_next_request(people: People, tmp_path: Path) -> None:
    kim = somebody(people, "kim")
    _, secret = people.make_token(kim, "k", NOW, person=kim.person, label="x", scopes=frozenset(Scope), expires_at=NOW + 9)
    assert secret is not None
    assert people.of_token(secret, NOW).roles == frozenset()
    people.give_role(people.of_token((tmp_path / "admin.token").read_text().strip(), NOW), "g", NOW, person=kim.person, role=Role.REVIEWER)
    assert people.of_token(secret, NOW).roles == {Role.REVIEWER}


def test_the_fast_lane_grants_credits_at_once(people: People, engine: Engine) -> None:
    kim = somebody(people, "kim")
    done = people.apply(kim, "a", NOW, call_name="standing", project_name="univ-vision", title="Seeing", wanted=HUNDRED)
    assert (done.state, done.reason) == (ApplicationState.GRANTED, "")
    assert done.grant is not None
    made = people.project("univ-vision")
    assert (made.number, made.state, made.organisation) == (1, ProjectState.OPEN, kim.organisation)
    kim = again(people, kim)
    assert kim.projects == {1: Role.PRINCIPAL_INVESTIGATOR}
    held = people.grant(kim, done.grant)
    assert (held.state, held.to_at, held.allocations[0].micro) == (GrantState.ACTIVE, NOW + 30 * DAY_S, 100 * MICRO)
    assert acts(engine, "project") == [("project", kim.name, {"project": 1, "name": "univ-vision", "share": 1})]
    assert acts(engine, "credit") == [("credit", kim.name, {"project": 1, "micro": 100 * MICRO})]


def test_the_fast_lane_dedicates_nodes(people: People, engine: Engine) -> None:
    kim = somebody(people, "kim")
    wanted = Wanted(form=Form.DEDICATED, term_s=DAY_S, pool="east/gpu", nodes=2)
    done = people.apply(kim, "a", NOW, call_name="standing", project_name="wide", title="t", wanted=wanted)
    body = {"grant": done.grant, "project": 1, "pool": "east/gpu", "nodes": 2, "notice_s": 120, "lent": True}
    assert [one[2] for one in acts(engine, "dedicate")] == [body]
    people.lend(again(people, kim), "l", NOW, number=done.grant or 0, lent=False)
    assert [one[2] for one in acts(engine, "dedicate")] == [body, body | {"lent": False}]
    assert people.end_terms(NOW + DAY_S - 1) == []
    assert people.end_terms(NOW + DAY_S) == [done.grant]
    assert people.end_terms(NOW + DAY_S) == []
    assert [one[2] for one in acts(engine, "release")] == [{"grant": done.grant}]
    assert [one[2] for one in acts(engine, "stop")] == [{"project": 1, "stopped": True}]
    later = again(people, kim)
    people.apply(later, "b", NOW + DAY_S, call_name="standing", project_name="wide", title="t", wanted=wanted)
    assert [one[2]["stopped"] for one in acts(engine, "stop")] == [True, False]


def test_dedicated_nodes_are_not_granted_twice(people: People) -> None:
    """The standing call offers half of each pool: 2 of 3 nodes in the west."""
    wanted = Wanted(form=Form.DEDICATED, term_s=DAY_S, pool="west/gpu", nodes=2)
    people.apply(somebody(people, "kim"), "a", NOW, call_name="standing", project_name="one", title="t", wanted=wanted)
    lee = somebody(people, "lee")
    with pytest.raises(PeopleError, match="has 0 left, and 2 are asked"):
        people.apply(lee, "a", NOW, call_name="standing", project_name="two", title="t", wanted=wanted)
    people.end_terms(NOW + DAY_S)
    assert people.apply(lee, "a", NOW + DAY_S, call_name="standing", project_name="two", title="t", wanted=wanted).grant


def test_a_request_sent_again_is_answered_again(people: People, engine: Engine) -> None:
    kim = somebody(people, "kim")
    first = people.apply(kim, "a", NOW, call_name="standing", project_name="one", title="t", wanted=HUNDRED)
    count = len(acts(engine))
    assert people.apply(kim, "a", NOW + 60, call_name="standing", project_name="one", title="t", wanted=HUNDRED) == first
    assert len(acts(engine)) == count
    with pytest.raises(KeyTaken):
        people.apply(kim, "a", NOW, call_name="standing", project_name="other", title="t", wanted=HUNDRED)
    lee = somebody(people, "lee")  # another person's key is another key
    assert people.apply(lee, "a", NOW, call_name="standing", project_name="two", title="t", wanted=HUNDRED).id == first.id + 1


def test_what_is_refused_leaves_nothing(people: People, engine: Engine) -> None:
    kim = somebody(people, "kim")
    count, revision = len(acts(engine)), people.revision()
    for name, wanted, match in (
        ("one", Wanted(form=Form.CREDITS, term_s=DAY_S, micro=5_001 * MICRO), "at most 5,000 credits"),
        ("one", Wanted(form=Form.CREDITS, term_s=91 * DAY_S, micro=MICRO), "at most 90 days"),
        ("one", Wanted(form=Form.CREDITS, term_s=DAY_S, micro=0), "more than 0"),
        ("one", Wanted(form=Form.DEDICATED, term_s=DAY_S, pool="north/gpu", nodes=1), "no north/gpu"),
        ("One two", HUNDRED, "no name of a project"),
    ):
        with pytest.raises(PeopleError, match=match):
            people.apply(kim, "a", NOW, call_name="standing", project_name=name, title="t", wanted=wanted)
    with pytest.raises(MissingError, match="no call"):
        people.apply(kim, "a", NOW, call_name="none", project_name="one", title="t", wanted=HUNDRED)
    assert (len(acts(engine)), people.revision()) == (count, revision)


def test_one_open_grant_for_a_person_and_for_a_project(people: People) -> None:
    kim, lee = somebody(people, "kim"), somebody(people, "lee")
    people.apply(kim, "a", NOW, call_name="standing", project_name="one", title="t", wanted=HUNDRED)
    with pytest.raises(PeopleError, match="the person has 1 of the 1 open grants"):
        people.apply(kim, "b", NOW, call_name="standing", project_name="two", title="t", wanted=HUNDRED)
    with pytest.raises(PeopleError, match="there is a project one already"):
        people.apply(lee, "a", NOW, call_name="standing", project_name="one", title="t", wanted=HUNDRED)
    kim = again(people, kim)
    people.add_member(kim, "m", NOW, number=1, person=lee.person)
    with pytest.raises(RightError, match="principal investigator"):
        people.apply(again(people, lee), "a", NOW, call_name="standing", project_name="one", title="t", wanted=HUNDRED)


def test_members_come_and_go_and_one_always_leads(people: People) -> None:
    kim, lee = somebody(people, "kim"), somebody(people, "lee")
    people.apply(kim, "a", NOW, call_name="standing", project_name="one", title="t", wanted=HUNDRED)
    with pytest.raises(RightError):
        people.add_member(lee, "m", NOW, number=1, person=lee.person)
    kim = again(people, kim)
    people.add_member(kim, "m", NOW, number=1, person=lee.person)
    assert again(people, lee).projects == {1: Role.RESEARCHER}
    with pytest.raises(PeopleError, match="no principal investigator"):
        people.remove_member(kim, "x", NOW, number=1, person=kim.person)
    with pytest.raises(PeopleError, match="no principal investigator"):
        people.add_member(kim, "y", NOW, number=1, person=kim.person, role=Role.RESEARCHER)
    people.add_member(kim, "n", NOW, number=1, person=lee.person, role=Role.PRINCIPAL_INVESTIGATOR)
    people.remove_member(kim, "z", NOW, number=1, person=kim.person)
    assert again(people, kim).projects == {}
    assert [one.person for one in people.members(again(people, lee), 1)] == [lee.person]


def test_nobody_sees_other_peoples_things(people: People, tmp_path: Path) -> None:
    kim, lee = somebody(people, "kim"), somebody(people, "lee")
    done = people.apply(kim, "a", NOW, call_name="standing", project_name="one", title="t", wanted=HUNDRED)
    assert [one.name for one in people.projects(again(people, kim))] == ["one"]
    assert (people.projects(lee), people.grants(lee), people.applications(lee)) == ([], [], [])
    for look in (
        lambda: people.application(lee, done.id),
        lambda: people.grant(lee, done.grant or 0),
        lambda: people.members(lee, 1),
        lambda: people.person(lee, kim.person),
        lambda: people.tokens(lee, kim.person),
        lambda: people.persons(lee),
    ):
        with pytest.raises((RightError, MissingError)):
            look()
    admin = people.of_token((tmp_path / "admin.token").read_text().strip(), NOW)
    assert people.person(admin, kim.person).mail == "kim@example.org"
    assert [one.name for one in people.projects(admin)] == ["one"]


def test_what_is_personal_is_erased(people: People, engine: Engine, tmp_path: Path) -> None:
    home = people.add_organisation(SYSTEM, "o", NOW, name="home", kind=OrganisationKind.ACADEMIA)
    login = ("https://id.example.org", "kim-subject")
    who = people.add_person(SYSTEM, "p", NOW, organisation=home.id, name="Kim Secret", mail="kim@example.org", login=login)
    assert people.person_of_login(*login) == who.id
    kim = people.actor(who.id, frozenset(Scope))
    _, secret = people.make_token(kim, "k", NOW, person=kim.person, label="Kim's", scopes=frozenset({Scope.READ}), expires_at=NOW + 9)
    people.apply(kim, "a", NOW, call_name="standing", project_name="one", title="t", wanted=HUNDRED)
    people.erase(people.of_token((tmp_path / "admin.token").read_text().strip(), NOW), "e", NOW + 1, number=who.id)
    with engine.connect() as connection:
        names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")) if engine.name == "sqlite" else None
        tables = list(names.scalars()) if names else ["person", "identity", "token", "inbox", "application", "granted", "member"]
        everything = "".join(str(connection.execute(text(f"SELECT * FROM {table}")).all()) for table in tables)
    for trace in ("Kim", "kim@", "kim-subject"):
        assert trace not in everything
    assert people.person_of_login(*login) is None
    with pytest.raises(LoginError):
        people.of_token(secret or "", NOW + 2)
    with pytest.raises(MissingError, match="erased"):
        people.actor(who.id, frozenset(Scope))
    assert people.project("one").number == 1
    with engine.connect() as connection:
        assert connection.execute(select(person.c.erased_at).where(person.c.id == who.id)).scalar_one() == NOW + 1


def test_two_who_apply_at_once_do_not_share_one_purse(people: People) -> None:
    """Eight people ask for one node of a purse of two at the same time: two get one."""
    who = [somebody(people, f"p{n}") for n in range(8)]
    wanted = Wanted(form=Form.DEDICATED, term_s=DAY_S, pool="west/gpu", nodes=1)

    def ask(one: Actor) -> bool:
        try:
            return bool(people.apply(one, "a", NOW, call_name="standing", project_name=f"of-{one.name}", title="t", wanted=wanted).grant)
        except PeopleError:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, who)) == 2
    assert sorted(one.number for one in people.projects(SYSTEM)) == [1, 2]


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("code", Slow)
def test_every_reason_of_the_fast_lane_has_its_korean(code: Slow, form: Form) -> None:
    said = str(NotGranted([Reason(code, 7_000_000, 3_000_000)], form).errors[0])
    assert "{" not in said
    korean = told(NotGranted([Reason(code, 7_000_000, 3_000_000)], form), Words(Lang.KO))
    assert not set("abcdefghijklmnopqrstuvwxyz") & set(korean)


def test_a_mail_address_is_one(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/store.db")
    migrate(engine)
    people = People(engine, Inbox(engine))
    home = people.add_organisation(SYSTEM, "home", NOW, name="home", kind=OrganisationKind.PUBLIC)
    for mail in ("not an address", "a@b.kr, c@d.kr", "A <a@b.kr>", "a@b..kr", "a@b.kr>", "@b.kr"):
        with pytest.raises(PeopleError, match="no mail address"):
            people.add_person(SYSTEM, mail, NOW, organisation=home.id, name="x", mail=mail)
    for mail in ("", "root@localhost", "kim.lee+x@cs.univ.ac.kr"):
        people.add_person(SYSTEM, f"k{mail}", NOW, organisation=home.id, name="x", mail=mail)
