"""People, calls and grants over HTTP: from the administrator's first token to a recalled grant, and every route for those who may not."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from dure.adapters.store.people import People
from dure.adapters.store.sql import Inbox
from dure.model.errors import MissingError
from dure.model.units import DAY_S, MICRO
from dure.programme.watch import WatchRule, Window
from dure.web import calls_api, people_api
from dure.web.app import create_app
from tests.web.fakes import NOW, house

POOL = "gwangju/h100"
SPRING = {
    "name": "spring",
    "title": "Spring call",
    "credits": 1000,
    "nodes": {POOL: 4},
    "most": {"credits": 500, "nodes": 3, "term": "180d"},
    "panel": {"criteria": {"impact": 60, "plan": 40}, "reviews": 1, "least_points": 50, "organisation_most": "80%"},
    "copay": {"price": 4000, "firms": "7%"},
    "notice": "5m",
}


class Names:
    def __init__(self, people: People) -> None:
        self._people = people

    def number(self, name: str) -> int | None:
        try:
            return self._people.project(name).number
        except MissingError:
            return None

    def name(self, number: int) -> str | None:
        return self._people.project_of(number).name

    def fresh(self, number: int) -> bool:
        return False

    def models(self, number: int) -> Sequence[str] | None:
        return self._people.models_of(number)


class Office:
    """A service with its people; `ask` sends as somebody, with a key of its own."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        home = house(folder)
        self._engine = engine
        self.people = People(engine, Inbox(engine))
        self.people.bootstrap(folder, NOW, {POOL: 8})
        self.services = dataclasses.replace(
            home.services,
            people=self.people,
            projects=Names(self.people),
            limits=dataclasses.replace(home.services.limits, token_s=0.0),
        )
        self.client = TestClient(create_app(self.services), raise_server_exceptions=False)
        self.secrets = {"admin": (folder / "admin.token").read_text().strip()}
        self.ids = {"admin": 1}

    def ask(self, who: str, method: str, path: str, body: Any = None, status: int | None = None, **headers: str) -> Any:
        headers = {"Authorization": f"Bearer {self.secrets[who]}"} | {name.replace("_", "-"): text for name, text in headers.items()}
        changes = method != "GET"
        if changes:
            headers.setdefault("Idempotency-Key", secrets.token_hex(8))
        answer = self.client.request(method, f"/api/v1{path}", json=body, headers=headers)
        if status is not None:
            assert answer.status_code == status, (method, path, answer.text)
        elif answer.status_code >= 400:
            raise AssertionError((method, path, answer.text))
        if changes and answer.status_code < 300:
            self._once(method, path, body, headers, answer)
        return answer.json()

    def _once(self, method: str, path: str, body: Any, headers: dict[str, str], first: Any) -> None:
        """Whatever was done is done once: the same request under the same key answers the same and changes no row."""
        before = self.rows()
        again = self.client.request(method, f"/api/v1{path}", json=body, headers=headers)
        told_once = {"again": None, "token": None}  # the text of a token is shown to whoever asked first
        if method == "DELETE" and again.status_code in (401, 404):
            pass  # whoever took away what the right to ask came from
        else:
            assert again.status_code < 300, again.text
            assert again.json() | told_once == first.json() | told_once, (method, path)
        assert self.rows() == before, (method, path)

    def rows(self) -> dict[str, list[Any]]:
        """Everything that the store holds; numbers that were drawn and not given away leave gaps."""
        with self._engine.connect() as connection:
            names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
            return {name: list(map(tuple, connection.exec_driver_sql(f'SELECT * FROM "{name}"'))) for name in names if name != "counter"}

    def somebody(self, name: str, kind: str = "academia", *roles: str, scopes: tuple[str, ...] = ()) -> int:
        """A person of an organisation of their own with a token, all through the API."""
        home = self.ask("admin", "POST", "/organisations", {"name": f"home of {name}", "kind": kind})["id"]
        number = self.ask("admin", "POST", "/persons", {"organisation": home, "name": name, "mail": f"{name}@example.org"})["id"]
        for role in roles:
            self.ask("admin", "POST", f"/persons/{number}/roles", {"role": role})
        wanted = scopes or ("read", "jobs", "projects", "programme", "sites", "admin")
        made = self.ask("admin", "POST", "/tokens", {"label": name, "scopes": wanted, "life": "7d", "person": number})
        self.secrets[name], self.ids[name] = made["token"], number
        return int(number)

    def acts(self, name: str) -> list[Any]:
        return [row.body for row in self.services.inbox.read(0) if row.act == name]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    from dure.adapters.store.engine import connect
    from dure.adapters.store.migrate import migrate

    engine = connect(f"sqlite:///{tmp_path}/store.db")
    migrate(engine)
    made = Office(tmp_path, engine)
    yield made
    made.services.desk.close()
    engine.dispose()


def test_from_login_to_a_grant(office: Office) -> None:
    """What the quickstart does, by hand: the administrator applies, and is granted at once."""
    asked = {"project": "univ-vision", "title": "Seeing", "credits": 100, "term": "30d"}
    made = office.ask("admin", "POST", "/applications", asked, 201)
    assert (made["state"], made["slow"], made["ground"]) == ("granted", [], "")
    assert office.ask("admin", "GET", "/projects")["projects"][0]["name"] == "univ-vision"
    held = office.ask("admin", "GET", f"/grants/{made['grant']}")
    assert (held["project"], held["lane"], held["allocations"][0]["credits_micro"]) == ("univ-vision", "fast", 100 * MICRO)
    wide = {"project": "wide", "title": "t", "pool": POOL, "nodes": 1, "term": "1d"}
    problem = office.ask("admin", "POST", "/applications", wide, 422)
    assert problem["detail"] == "the person has 1 of the 1 open grants of the fast lane that they may have"
    korean = office.ask("admin", "POST", "/applications", wide, 422, Accept_Language="ko")
    assert korean["detail"] == "신청자가 신속 선정을 이미 1건 갖고 있고, 한도는 1건입니다"
    office.somebody("kim")
    assert office.ask("kim", "POST", "/applications", wide, 201)["state"] == "granted"
    assert [(one["pool"], one["nodes"]) for one in office.acts("dedicate")] == [(POOL, 1)]


def test_a_request_sent_twice_is_one(office: Office) -> None:
    asked = {"project": "one", "title": "t", "credits": 1}
    first = office.ask("admin", "POST", "/applications", asked, Idempotency_Key="k")
    assert office.ask("admin", "POST", "/applications", asked, Idempotency_Key="k") == first
    assert len(office.acts("credit")) == 1
    assert office.ask("admin", "POST", "/applications", asked | {"title": "other"}, 409, Idempotency_Key="k")["type"].endswith("key_taken")
    assert office.ask("admin", "POST", "/applications", asked, 422, Idempotency_Key="\x7f")["type"].endswith("bad_key")
    token = {"label": "x", "scopes": ["read"]}
    assert office.ask("admin", "POST", "/tokens", token, Idempotency_Key="t")["token"].startswith("dure_")
    assert office.ask("admin", "POST", "/tokens", token, Idempotency_Key="t")["token"] is None


def test_a_call_from_opening_to_its_waiting_list(office: Office) -> None:
    office.somebody("judge", "institute", "reviewer")
    office.somebody("boss", "public", "signatory")
    assert office.ask("admin", "POST", "/calls", SPRING, 201)["nodes"] == {POOL: 4}
    ids = {}
    for name, nodes in (("kim", 3), ("lee", 2), ("park", 1)):
        office.somebody(name)
        asked = {"call": "spring", "project": f"of-{name}", "title": "t", "pool": POOL, "nodes": nodes, "term": "90d"}
        made = office.ask(name, "POST", "/applications", asked, 201)
        assert (made["state"], [one["code"] for one in made["slow"]]) == ("submitted", ["no_lane"])
        ids[name] = made["id"]
    for name, points in (("kim", 90), ("lee", 80), ("park", 20)):
        office.ask("judge", "POST", f"/applications/{ids[name]}/reviews", {"points": {"impact": points, "plan": points}})
    ranking = office.ask("admin", "GET", "/calls/spring/ranking")
    assert [(one["project"], one["score_milli"], one["amount"], one["ground"]) for one in ranking["rows"]] == [
        ("of-kim", 90_000, 3, "whole"),
        ("of-lee", 80_000, 0, "purse"),
        ("of-park", 20_000, 0, "score"),
    ]
    office.ask("admin", "POST", "/calls/spring/close")
    assert office.ask("boss", "POST", "/calls/spring/sign", {"seal": "no"}, 422)["detail"].startswith("the ranking is not")
    assert office.ask("boss", "POST", "/calls/spring/sign", {"seal": ranking["seal"]})["state"] == "decided"
    assert [one["application"] for one in office.ask("admin", "GET", "/calls/spring/waiting")["rows"]] == [ids["lee"]]
    grant = office.ask("kim", "GET", f"/applications/{ids['kim']}")["grant"]
    assert office.ask("kim", "POST", f"/grants/{grant}/lend", {"lent": False})["allocations"][0]["lent"] is False
    assert office.ask("kim", "POST", f"/grants/{grant}/return")["state"] == "ended"
    assert office.ask("boss", "POST", "/calls/spring/redistribute")["applications"] == [ids["lee"]]
    assert office.ask("lee", "GET", f"/applications/{ids['lee']}")["state"] == "granted"


def test_a_firm_pays_and_raises_its_budget(office: Office) -> None:
    fast = {"credits": 500, "term": "180d", "month_credits": 500}
    office.ask("admin", "POST", "/calls", {**SPRING, "name": "firms", "panel": None, "fast": fast})
    office.somebody("firm", "firm")
    asked = {"call": "firms", "project": "product", "title": "t", "credits": 100, "budget": "14,000"}
    number = office.ask("firm", "POST", "/applications", asked, 201)["grant"]
    assert office.ask("firm", "GET", f"/grants/{number}")["copay_ppm"] == 70_000
    office.people.charge(NOW + 5, number=number, used_micro=20 * MICRO)
    assert office.ask("firm", "GET", f"/grants/{number}/payments")["won"] == 5_600
    assert office.ask("firm", "POST", f"/grants/{number}/budget", {"budget": 28000})["budget_won"] == 28_000
    assert sum(one["micro"] for one in office.acts("credit")) == 100 * MICRO


def test_a_warning_is_answered_and_judged(office: Office) -> None:
    office.somebody("kim")
    asked = {"project": "wide", "title": "t", "pool": POOL, "nodes": 1, "term": "90d"}
    number = office.ask("kim", "POST", "/applications", asked)["grant"]
    week = 7 * DAY_S
    idle = [Window(from_at=NOW + n * week, to_at=NOW + (n + 1) * week, used=0, lent=9, idle=1) for n in range(4)]
    officer = office.people.of_token(office.secrets["admin"], NOW)
    office.people.carry_out(officer, "watch", NOW + 4 * week, rule=WatchRule(), windows={number: idle})
    told = office.ask("kim", "GET", f"/grants/{number}/warnings")["warnings"]
    assert [(one["kind"], one["why"], one["shares_ppm"]) for one in told] == [("warn", "under_used", [0, 0])]
    office.ask("kim", "POST", f"/grants/{number}/answer", {"text": "the data come in May"})
    office.ask("admin", "POST", f"/grants/{number}/judge", {"accepted": True})
    assert office.ask("kim", "GET", f"/grants/{number}/warnings")["warnings"][0]["accepted"] is True


def test_a_recall_is_by_the_programmes_rule_and_no_other(office: Office) -> None:
    """Who carries it out brings no rule: an hour-old grant stays, whatever is sent, and however often."""
    office.somebody("kim")
    asked = {"project": "wide", "title": "t", "pool": POOL, "nodes": 1, "term": "90d"}
    number = office.ask("kim", "POST", "/applications", asked)["grant"]
    harsh = {"use_least": "100%", "window": "1s", "windows": 1, "grace": "0s", "answer": "0s", "notice": "0s", "excuse": "0s"}
    for _ in range(3):
        office.ask("admin", "POST", "/grants/watch", harsh, 422)
        whose = {"Authorization": f"Bearer {office.secrets['admin']}"}
        (row,) = office.client.post("/api/v1/grants/watch", json={}, headers=whose).json()["grants"]
        assert (row["grant"], row["step"], row["why"]) == (number, "keep", "grace")
    assert office.ask("kim", "GET", f"/grants/{number}/warnings")["warnings"] == []
    (seen,) = office.ask("admin", "GET", "/grants/watch?" + urlencode(harsh))["grants"]
    assert seen["why"] == "few_windows", "a preview looks by the rule that was named"
    assert office.ask("admin", "GET", "/grants/watch?use_last=1", status=422)


def test_members(office: Office) -> None:
    office.somebody("kim")
    office.somebody("lee")
    office.ask("kim", "POST", "/applications", {"project": "one", "title": "t", "credits": 1})
    office.ask("lee", "GET", "/projects/one", status=404)
    office.ask("kim", "POST", "/projects/one/members", {"person": office.ids["lee"]})
    assert len(office.ask("lee", "GET", "/projects/one/members")["members"]) == 2
    assert office.ask("kim", "GET", f"/persons/{office.ids['lee']}")["mail"] == "lee@example.org"
    office.ask("lee", "POST", "/projects/one/members", {"person": 1}, 403)
    office.ask("lee", "DELETE", f"/projects/one/members/{office.ids['lee']}")
    office.ask("lee", "GET", "/projects/one", status=404)


def test_a_token_taken_back_and_a_person_erased_open_nothing(office: Office) -> None:
    office.somebody("kim")
    number = office.ask("kim", "GET", "/tokens")["tokens"][0]["id"]
    office.ask("kim", "DELETE", f"/tokens/{number}")
    office.ask("kim", "GET", "/tokens", status=401)
    office.somebody("lee")
    office.ask("admin", "DELETE", f"/persons/{office.ids['lee']}")
    office.ask("lee", "GET", "/tokens", status=401)
    assert office.ask("admin", "GET", f"/persons/{office.ids['lee']}")["mail"] == ""


def test_pages(office: Office) -> None:
    for name in "abcde":
        office.ask("admin", "POST", "/organisations", {"name": name, "kind": "firm"})
    first = office.client.get("/api/v1/organisations?limit=2", headers={"Authorization": f"Bearer {office.secrets['admin']}"})
    assert [one["name"] for one in first.json()["organisations"]] == ["e", "d"]
    assert f"before={first.json()['next']}" in first.headers["link"]
    rest = office.ask("admin", "GET", f"/organisations?limit=100&before={first.json()['next']}")
    assert [one["name"] for one in rest["organisations"]] == ["c", "b", "a", "office"]
    assert rest["next"] is None


BODIES: dict[str, Any] = {
    "/organisations": {"name": "n", "kind": "firm"},
    "/persons": {"organisation": 1, "name": "n"},
    "/persons/{id}/roles": {"role": "auditor"},
    "/persons/{id}/roles/take": {"role": "auditor"},
    "/tokens": {"label": "x", "scopes": ["read"], "person": 1},
    "/projects/{name}/members": {"person": 1},
    "/projects/{name}/stop": {"stopped": True},
    "/projects/{name}/quota": {"accelerators": 1},
    "/calls": SPRING,
    "/calls/{name}/sign": {"seal": "x"},
    "/applications": {"project": "mine", "title": "t", "credits": 1},
    "/applications/{id}/reviews": {"points": {}},
    "/applications/{id}/give": {"credits": 1, "reason": "r"},
    "/grants/watch": {},
    "/grants/{id}/lend": {"lent": True},
    "/grants/{id}/budget": {"budget": 1},
    "/grants/{id}/answer": {"text": "t"},
    "/grants/{id}/judge": {"accepted": True},
}
EVERYBODYS = {("GET", "/organisations"), ("GET", "/calls"), ("GET", "/calls/{name}")}
"""Open to every person; lists of what is one's own are empty for others."""
OWN = {("GET", path) for path in ("/projects", "/applications", "/grants", "/tokens")} | {("POST", "/applications")}
ROUTES = sorted(
    (method, route.path.removeprefix("/api/v1"))
    for router in (people_api.router, calls_api.router)
    for route in router.routes
    if isinstance(route, APIRoute)
    for method in route.methods or ()
)


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Something of everything that is not the stranger's: organisation 1, person 1, token 1, project `one`, application and grant 1."""
    from dure.adapters.store.engine import connect
    from dure.adapters.store.migrate import migrate

    folder = tmp_path_factory.mktemp("office")
    engine = connect(f"sqlite:///{folder}/store.db")
    migrate(engine)
    made = Office(folder, engine)
    made.ask("admin", "POST", "/applications", {"project": "one", "title": "t", "pool": POOL, "nodes": 1, "term": "1d"})
    made.somebody("stranger")
    made.somebody("reader", scopes=("read",))
    yield made
    made.services.desk.close()
    engine.dispose()


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_route_is_shut_to_a_stranger(others: Office, method: str, path: str) -> None:
    """A researcher of another organisation with every scope: 403 or 404 on everything that is not everybody's or their own."""
    body = BODIES.get(path) if method == "POST" else None
    target = path.replace("{id}", "1").replace("{person}", "1").replace("{name}", "standing" if path.startswith("/calls") else "one")
    count = len(others.services.inbox.read(0))
    answer = others.client.request(method, f"/api/v1{target}", json=body, headers={"Authorization": f"Bearer {others.secrets['stranger']}"})
    if (method, path) in EVERYBODYS | OWN:
        assert answer.status_code in (200, 201)
        if (method, path) in OWN and method == "GET":
            told = next(value for key, value in answer.json().items() if key != "next")
            mine = (others.ids["stranger"], "mine")
            assert [one for one in told if one.get("person") not in mine and one.get("project", one.get("name")) not in mine] == []
    else:
        assert answer.status_code in (403, 404), answer.text
        assert len(others.services.inbox.read(0)) == count


@pytest.mark.parametrize(("method", "path"), [one for one in ROUTES if one[0] != "GET"])
def test_a_reading_token_changes_nothing(others: Office, method: str, path: str) -> None:
    target = path.replace("{id}", "1").replace("{person}", "1").replace("{name}", "standing" if path.startswith("/calls") else "one")
    count = len(others.services.inbox.read(0))
    headers = {"Authorization": f"Bearer {others.secrets['reader']}"}
    answer = others.client.request(method, f"/api/v1{target}", json=BODIES.get(path), headers=headers)
    assert answer.status_code in (403, 404), answer.text
    assert len(others.services.inbox.read(0)) == count


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/organisations", {"name": "a\u0000b", "kind": "firm"}),
        ("POST", "/organisations", {"name": "\ud800", "kind": "firm"}),
        ("POST", "/organisations", {"name": "n", "kind": "bank"}),
        ("POST", "/organisations", {"name": "n", "kind": "firm", "extra": 1}),
        ("POST", "/persons", {"organisation": 99, "name": "n"}),
        ("POST", "/persons", {"organisation": 2**63, "name": "n"}),
        ("POST", "/applications", {"project": "p", "title": "t"}),
        ("POST", "/applications", {"project": "p", "title": "t", "credits": 1, "nodes": 1, "pool": POOL}),
        ("POST", "/applications", {"project": "../x", "title": "t", "credits": 1}),
        ("POST", "/applications", {"project": "p", "title": "t", "credits": "1e30"}),
        ("POST", "/applications", {"project": "p", "title": "t", "credits": -1}),
        ("POST", "/applications", {"project": "p", "title": "t", "credits": 1, "term": "900000d"}),
        ("POST", "/applications", {"project": "p", "title": "t", "credits": 1, "budget": -5}),
        ("POST", "/applications/1/reviews", {"points": {"impact": 2**70}}),
        ("POST", "/calls", {**SPRING, "copay": {"price": 1, "firms": "50%"}}),
        ("POST", "/calls", {**SPRING, "closes_at": "2001-01-01"}),
        ("POST", "/calls", {**SPRING, "panel": {"criteria": {}}}),
        ("GET", "/calls/%00", None),
        ("GET", "/projects/%ED%A0%80", None),
        ("GET", "/grants/99999999999999999999", None),
        ("GET", "/grants?before=-1", None),
        ("POST", "/tokens", {"label": "x", "scopes": []}),
        ("POST", "/tokens", {"label": "x", "scopes": ["all"]}),
        ("POST", "/tokens", {"label": "x", "scopes": ["read"], "life": "400d"}),
    ],
)
def test_bad_input_is_named_and_changes_nothing(others: Office, method: str, path: str, body: Any) -> None:
    import json

    count = len(others.services.inbox.read(0))
    headers = {"Authorization": f"Bearer {others.secrets['admin']}", "Content-Type": "application/json"}
    content = None if body is None else json.dumps(body).encode()
    answer = others.client.request(method, f"/api/v1{path}", content=content, headers=headers)
    assert 400 <= answer.status_code < 500, answer.text
    assert set(answer.json()) >= {"type", "title", "status", "detail", "remedy"}
    assert len(others.services.inbox.read(0)) == count


def test_credits_for_named_accelerators_pay_for_those_alone(office: Office) -> None:
    """A call and an application name models as people do; jobs that need another are refused, and the broker is told which may run them."""
    there = sorted({pool.model.id for pool in office.services.fleet.pools})
    mine, other = next(name for name in there if name.startswith("amd")), next(name for name in there if name.startswith("nvidia"))
    call = {**SPRING, "name": "amd", "nodes": {}, "most": {"credits": 100, "term": "30d"}, "models": [mine], "copay": None, "panel": None}
    call["fast"] = {"credits": 100, "term": "30d", "month_credits": 1000}
    assert office.ask("admin", "POST", "/calls", call | {"models": ["gaudi3"]}, 422)["detail"].startswith("no pool of the programme has")
    assert office.ask("admin", "POST", "/calls", call, 201)["models"] == [mine]
    asked = {"project": "red", "title": "t", "call": "amd", "credits": 10, "term": "1d"}
    wrong = office.ask("admin", "POST", "/applications", asked | {"models": [other]}, 422)
    assert wrong["detail"] == f"the call amd gives no credits for {other}"
    made = office.ask("admin", "POST", "/applications", asked | {"models": [mine.partition("-")[2]]}, 201)
    assert made["models"] == [mine]
    assert office.ask("admin", "GET", f"/grants/{made['grant']}")["allocations"][0]["models"] == [mine]
    spec = {"name": "x", "time": "10m", "run": "true", "accelerators": 1}
    assert {row["pool"] for row in office.ask("admin", "POST", "/jobs", {"spec": spec})["verdict"]["can"]} == {
        pool.path for pool in office.services.fleet.pools if pool.model.id == mine
    }
    (body,) = office.acts("submit")
    assert body["models"] == [mine]
    needs = spec | {"accelerators": {"count": 1, "any_of": [other]}}
    refused = office.ask("admin", "POST", "/jobs", {"spec": needs}, 422)
    assert refused["type"].endswith("no_model")
    office.somebody("kim")
    office.ask("kim", "POST", "/applications", {"project": "any", "title": "t", "credits": 10, "term": "1d"}, 201)
    office.ask("kim", "POST", "/jobs", {"spec": needs}, 201)
    assert "models" not in office.acts("submit")[1]


def test_a_ceiling_on_a_model(office: Office) -> None:
    """The office names a model as people do and tells the broker which one; a call may set such ceilings for what it grants."""
    mine = next(pool.model.id for pool in office.services.fleet.pools if pool.model.id.startswith("amd"))
    short = mine.partition("-")[2]
    fast = {"credits": 100, "term": "30d", "month_credits": 1000}
    call = {**SPRING, "name": "amd", "nodes": {}, "copay": None, "panel": None, "fast": fast, "quota_models": {short: 8}}
    assert office.ask("admin", "POST", "/calls", call, 201)["quota_models"] == {mine: 8}
    asked = {"project": "red", "title": "t", "call": "amd", "credits": 10, "term": "1d"}
    number = office.ask("admin", "POST", "/applications", asked, 201)["project"]
    path = "/projects/red/quota"
    office.ask("admin", "POST", path, {"accelerators": 16, "model": short}, 200)
    office.ask("admin", "POST", path, {"accelerators": None, "model": mine}, 200)
    project = office.ask("admin", "GET", f"/projects/{number}")["number"]
    assert office.acts("quota") == [{"project": project, "model": mine, "most": most} for most in (8, 16, None)]
    for body, what in (
        ({"accelerators": 1, "model": "gaudi3"}, "no pool of the programme has"),
        ({"accelerators": 1, "model": "none-such"}, "no accelerator 'none-such'"),
        ({"accelerators": 0.5, "model": mine}, "a part of an accelerator"),
    ):
        assert what in office.ask("admin", "POST", path, body, 422)["detail"]
    office.somebody("kim")
    office.ask("kim", "POST", path, {"accelerators": 1, "model": mine}, 404)
    assert len(office.acts("quota")) == 3
