"""Every route × role × ownership, from the table that the guard asks: what it allows happens, what it does not is refused or not there."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from dure.adapters.store.data_files import DataFiles
from dure.adapters.store.data_schema import data_set
from dure.adapters.store.data_sets import DataSets
from dure.adapters.store.engine import connect
from dure.adapters.store.migrate import migrate
from dure.adapters.store.sql import Inbox
from dure.model.datasets import Copy
from dure.model.people import Actor, Role, Scope
from dure.model.work import JobState
from dure.programme.roles import Right, Thing, allowed
from dure.web.app import create_app
from dure.web.ports import Shelf
from tests.web.fakes import ROOT, TOKENS, house, row, run

HELLO = (ROOT / "examples" / "jobs" / "hello.yaml").read_text()
MINE, THEIRS = 1, 2
"""The project of the job that is asked about, and another one."""
SITE, HILL = "gwangju", "hill"
"""Where the job ran, and a site of the scenario that is served."""
JOB = Thing(person=50, project=MINE, site=SITE)


@dataclass(frozen=True)
class Route:
    """`right` is asked of the job; what one may not see is not there."""

    method: str
    path: str
    right: Right


OF_A_JOB = [
    Route("GET", "/api/v1/jobs/j7", Right.JOB_SEE),
    Route("GET", "/api/v1/jobs/j7/attempts", Right.JOB_SEE),
    Route("GET", "/api/v1/jobs/j7/why", Right.JOB_SEE),
    Route("GET", "/api/v1/jobs/j7/events", Right.JOB_SEE),
    Route("GET", "/api/v1/jobs/j7/logs", Right.JOB_LOGS),
    Route("GET", "/api/v1/jobs/j7/logs?follow=true", Right.JOB_LOGS),
    Route("GET", "/api/v1/jobs/j7/outputs", Right.JOB_LOGS),
    Route("POST", "/api/v1/jobs/j7/cancel", Right.JOB_CANCEL),
    Route("POST", "/api/v1/jobs/j7/pause", Right.JOB_CANCEL),
    Route("POST", "/api/v1/jobs/j7/resume", Right.JOB_CANCEL),
]
PUBLIC = {
    *("/", "/audit", "/waterfall.csv", "/healthz", "/readyz", "/openapi.json"),
    *("/api/v1/rates", "/api/v1/seals", "/api/v1/rules", "/api/v1/access"),
}
OFFICE = [role for role in Role if role not in (Role.RESEARCHER, Role.PRINCIPAL_INVESTIGATOR)]


def actors() -> list[Actor]:
    """The owner, members, leaders, strangers, every office, operators of this and of another site, and each again with less scope."""
    every = frozenset(Scope)
    found = [Actor(person=50, organisation=1, projects={MINE: Role.RESEARCHER}), Actor(person=50, organisation=1)]
    found += [Actor(person=51, organisation=1, projects={project: role}) for project in (MINE, THEIRS) for role in list(Role)[:2]]
    found += [Actor(person=52, organisation=2)]
    found += [
        Actor(person=53, organisation=2, roles=frozenset({role}), sites=frozenset(sites))
        for role in OFFICE
        for sites in ((), (SITE, HILL), ("busan",))
    ]
    scopes = (every, frozenset({Scope.READ}), frozenset({Scope.JOBS}), frozenset[Scope]())
    return [
        Actor(person=a.person, organisation=a.organisation, roles=a.roles, projects=a.projects, sites=a.sites, scopes=scope)
        for a, scope in itertools.product(found, scopes)
    ]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    home = house(tmp_path_factory.mktemp("rights"), person_per_s=1e6, person_burst=10**6)
    home.rows.rows[7] = row(7, "seven", MINE, 50, JobState.COMPLETED, pool=f"{SITE}/h100", spec={"outputs": ["out"]})
    home.rows.runs[7] = [run(0, "a0")]
    for number, actor in enumerate(actors()):
        TOKENS[f"t{number}"] = actor
    return TestClient(create_app(home.services))


@pytest.fixture
def data(client: TestClient, tmp_path: Path) -> TestClient:
    """The same house with data sets: one of the owner's project, one that is everybody's."""
    services = client.app.state.services  # type: ignore[attr-defined]
    engine = connect(f"sqlite:///{tmp_path}/data.db")
    migrate(engine)
    sets, files = DataSets(engine, Inbox(engine)), DataFiles(tmp_path / "data")
    object.__setattr__(services, "data", Shelf(sets, files, NoCopies(), 10**9))
    owner = Actor(person=50, organisation=1, projects={MINE: Role.RESEARCHER}, scopes=frozenset(Scope))
    office = Actor(person=60, organisation=1, roles=frozenset({Role.PROGRAMME_OFFICER}), scopes=frozenset(Scope))
    about: dict[str, Any] = {"version": None, "sha256": "0" * 64, "size_bytes": 1, "files": 1, "most_bytes": 10}
    sets.put(owner, "a", 1, name="secret", project=MINE, **about)
    sets.put(office, "b", 1, name="open", project=None, **about)
    return client


class NoCopies:
    sites: Sequence[str] = ()

    def at(self, site: str) -> dict[str, Copy]:
        return {}

    def link(self, site: str) -> None:
        return None

    def wait_s(self, site: str, sha256: str, size_bytes: int) -> None:
        return None


@pytest.mark.parametrize("route", OF_A_JOB, ids=lambda route: f"{route.method} {route.path}")
def test_a_route_of_a_job_does_what_the_table_says(client: TestClient, route: Route) -> None:
    outcomes = set()
    for number, actor in enumerate(actors()):
        status = client.request(route.method, route.path, headers={"Authorization": f"Bearer t{number}"}).status_code
        sees, may = allowed(Right.JOB_SEE, actor, JOB), allowed(route.right, actor, JOB)
        expected = 404 if not sees else 403 if not may else 202 if route.method == "POST" else 200
        assert status == expected, (actor, route)
        outcomes.add(status)
    assert client.request(route.method, route.path).status_code == 401
    assert len(outcomes) >= 2, "the actors do not tell the cases apart"


def test_submitting_needs_a_project_of_ones_own(client: TestClient) -> None:
    outcomes = set()
    for number, actor in enumerate(actors()):
        for way in ("/api/v1/jobs", "/api/v1/jobs/j7/rerun"):
            body = {"text": HELLO, "project": "vision"} if way.endswith("jobs") else None
            status = client.post(way, json=body, headers={"Authorization": f"Bearer t{number}"}).status_code
            if not allowed(Right.JOB_SUBMIT, actor, Thing(project=MINE)):
                assert status in (403, 404), (actor, way)
            outcomes.add(status)
            assert status != 500
    assert {403, 404} <= outcomes
    assert 201 in outcomes


def test_data_sets_are_put_by_members_and_seen_by_whom_the_table_says(data: TestClient) -> None:
    """Every actor: put for a project and for everybody, see one of a project and one that is everybody's, take one out of use."""
    manifest = b'{"form":1,"files":[["a",0,[]]]}'
    digest, outcomes = hashlib.sha256(manifest).hexdigest(), set()
    for number, actor in enumerate(actors()):
        headers = {"Authorization": f"Bearer t{number}"}
        publish = allowed(Right.DATA_PUBLISH, actor)
        anywhere = publish or any(allowed(Right.DATA_PUT, actor, Thing(project=project)) for project in actor.projects)
        assert data.put(f"/api/v1/data/pieces/{digest}", content=manifest, headers=headers).status_code == (200 if anywhere else 403)
        may = allowed(Right.DATA_PUT, actor, Thing(project=MINE))
        for body, right in (({"project": "vision"}, may), ({"public": True}, publish)):
            asked = {"name": f"n{number}", "manifest": digest, **body}
            status = data.post("/api/v1/data", json=asked, headers=headers).status_code
            assert status == (201 if right else 403), (actor, body)
            outcomes.add((right, status))
        thing, fleet = Thing(person=50, project=MINE), allowed(Right.FLEET_SEE, actor)
        sees = allowed(Right.DATA_SEE, actor, thing)
        looks = [data.get(f"/api/v1/data/{name}", headers=headers).status_code for name in ("secret@1", "open@1")]
        assert looks == ([200 if sees else 404, 200] if fleet else [403, 403]), actor
        key = {"Idempotency-Key": f"k{number}"}
        gone = data.delete("/api/v1/data/secret@1", headers=headers | key).status_code
        removes = allowed(Right.DATA_REMOVE, actor, thing)
        assert gone == (404 if not sees else 200 if removes else 403), actor
        outcomes.add((removes, gone))
        if gone == 200:
            _put_again(data, digest)
    assert {(True, 201), (False, 403), (True, 200), (False, 404)} <= outcomes


def _put_again(data: TestClient, digest: str) -> None:
    """One that was taken out of use stays so: the next one has the name and version of a project that asks anew."""
    services = data.app.state.services  # type: ignore[attr-defined]
    with services.data.sets._writes.begin() as connection:
        connection.execute(update(data_set).values(gone_at=0))


def test_a_shell_is_for_the_owner_alone_and_beside_what_runs(client: TestClient) -> None:
    outcomes = set()
    for number, actor in enumerate(actors()):
        status = client.post("/api/v1/jobs/j7/shell", json={}, headers={"Authorization": f"Bearer t{number}"}).status_code
        sees, may = allowed(Right.JOB_SEE, actor, JOB), allowed(Right.JOB_SHELL, actor, JOB)
        assert status == (404 if not sees else 403 if not may else 409), actor
        assert not may or actor.person == JOB.person
        outcomes.add(status)
    assert outcomes == {404, 403, 409}


def test_usage_and_the_fleet(client: TestClient) -> None:
    for number, actor in enumerate(actors()):
        headers = {"Authorization": f"Bearer t{number}"}
        usage = client.get("/api/v1/usage?project=vision", headers=headers).status_code
        assert usage == (200 if allowed(Right.USAGE_SEE, actor, Thing(project=MINE)) else 403), actor
        fleet = 200 if allowed(Right.FLEET_SEE, actor) else 403
        assert client.get("/api/v1/sites", headers=headers).status_code == fleet
        assert client.get("/metrics", headers=headers).status_code == fleet
        assert client.post("/api/v1/explain", json={"text": HELLO}, headers=headers).status_code == fleet
        blobs = any(allowed(Right.JOB_SUBMIT, actor, Thing(project=project)) for project in actor.projects)
        assert client.post("/api/v1/blobs/missing", json={"sha256": []}, headers=headers).status_code == (200 if blobs else 403)


def test_servers_are_kept_by_who_operates_their_site(client: TestClient) -> None:
    outcomes = set()
    for number, actor in enumerate(actors()):
        headers = {"Authorization": f"Bearer t{number}"}
        assert client.get("/api/v1/nodes", headers=headers).status_code == (200 if allowed(Right.FLEET_SEE, actor) else 403)
        ways = [f"/api/v1/nodes/{HILL}/{pool}/0/upkeep" for pool in ("h200", "nowhere")]
        status, absent = (client.put(way, json={"upkeep": "drain", "reason": "fans"}, headers=headers).status_code for way in ways)
        may = allowed(Right.NODE_UPKEEP, actor, Thing(site=HILL))
        assert (status, absent) == ((202, 404) if may else (403, 403)), actor
        outcomes.add(status)
    assert outcomes == {202, 403}


def test_a_list_holds_what_may_be_seen_and_nothing_else(client: TestClient) -> None:
    for number, actor in enumerate(actors()):
        listed = client.get("/api/v1/jobs", headers={"Authorization": f"Bearer t{number}"}).json().get("jobs", [])
        mine = allowed(Right.JOB_SEE, actor, JOB) and (MINE in actor.projects or actor.person != 50)
        assert [one["id"] for one in listed] == (["j7"] if mine else []), actor


def test_nothing_else_opens_without_a_token(client: TestClient) -> None:
    """A route that somebody adds is closed, or named here."""
    for path, methods in client.get("/openapi.json").json()["paths"].items():
        for method in methods:
            way = path.replace("{id}", "j7").replace("{sha256}", "0" * 64).replace("{path}", "out/a")
            if path not in PUBLIC:
                assert client.request(method.upper(), way).status_code == 401, (method, path)


@pytest.mark.parametrize(
    "spec",
    [
        {"name": "x; rm -rf /"},
        {"name": "../../etc"},
        {"name": "' OR 1=1 --"},
        {"files": ["../../etc/passwd"]},
        {"files": ["/etc/passwd"]},
        {"files": ["a/../../b"]},
        {"outputs": ["../store.db"]},
        {"outputs": ["/"]},
        {"outputs": ["~root/x"]},
        {"variables": {"LD_PRELOAD;x": "1"}},
        {"variables": {"DURE_KEY": "1"}},
        {"variables": {"A": "x\0y"}},
        {"image": "x$(touch /tmp/y)"},
        {"env": {"modules": ["a;b"]}},
        {"slurm": {"partition": "x --wrap=y"}},
        {"slurm": {"wrap": "y"}},
        {"labels": {"a": "x\ny"}},
        {"notify": {"webhook": "http://169.254.169.254/"}},
        {"project": "a'; DROP TABLE inbox; --"},
        {"after": {"$(x)": "ok"}},
        {"data": {"../x": "read"}},
    ],
    ids=str,
)
def test_a_spec_injects_nothing(client: TestClient, spec: dict[str, object]) -> None:
    whole = {"name": "x", "accelerators": 1, "time": "10m", "run": "true", **spec}
    leader = next(n for n, actor in enumerate(actors()) if MINE in actor.projects and Scope.JOBS in actor.scopes)
    answer = client.post("/api/v1/jobs", json={"spec": whole}, headers={"Authorization": f"Bearer t{leader}"})
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["remedy"]


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "-rf", "a\0b", "", "a//b", ".dure-run", "C:/x", "a\\b", "x" * 300])
def test_a_packed_name_leads_nowhere(client: TestClient, name: str, tmp_path: Path) -> None:
    leader = next(n for n, actor in enumerate(actors()) if MINE in actor.projects and Scope.JOBS in actor.scopes)
    body = {"text": HELLO, "files": [{"name": name, "sha256": "0" * 64}]}
    answer = client.post("/api/v1/jobs", json=body, headers={"Authorization": f"Bearer t{leader}"})
    assert answer.status_code == 422, answer.text
