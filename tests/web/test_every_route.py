"""Every route of the running service as its own document lists them, on a real store: shut to strangers, and never a 5xx.

A route that somebody adds is in these tests by itself: it is closed, or it is named here with the reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings

from dure.bootstrap.front import Front
from dure.bootstrap.serve import Served
from dure.web.app import create_app
from dure.web.services import Limits
from dure.wire import api, api_data, api_nodes, books_api, people_requests
from dure.wire.api_examples import EXAMPLES

PUBLIC = {"/api/v1/rates", "/api/v1/seals", "/api/v1/rules", "/api/v1/access"}
"""For everybody, with no token: figures of the whole, heads of seals, versions of the rules, how long access takes."""
SHARED = {
    ("get", "/api/v1/organisations"): "who takes part",
    ("get", "/api/v1/calls"): "calls are public",
    ("get", "/api/v1/calls/{name}"): "calls are public",
    ("get", "/api/v1/me"): "oneself",
    ("get", "/api/v1/events"): "jobs that one may see; it stays open",
    ("get", "/api/v1/access/projects"): "the whole, and rows of one's own projects",
    ("get", "/api/v1/sites"): "the fleet is everybody's to see who may submit",
    ("post", "/api/v1/explain"): "a question, nothing is kept",
    ("get", "/api/v1/nodes"): "the fleet: which servers are kept out of work",
    ("get", "/api/v1/jobs"): "one's own",
    ("get", "/api/v1/projects"): "one's own",
    ("get", "/api/v1/applications"): "one's own",
    ("post", "/api/v1/applications"): "anybody may apply",
    ("get", "/api/v1/grants"): "one's own",
    ("get", "/api/v1/tokens"): "one's own",
    ("get", "/api/v1/usage"): "one's own",
    ("get", "/api/v1/usage/runs"): "one's own",
    ("post", "/api/v1/blobs/missing"): "only whoever may submit anywhere",
    ("put", "/api/v1/blobs/{sha256}"): "only whoever may submit anywhere",
    ("get", "/api/v1/data"): "everybody's, and one's own",
}
CASES = 12
FOREIGN = {
    "id": "1",
    "person": "1",
    "name": "standing",
    "path": "x",
    "sha256": "0" * 64,
    "node": "north/a/0",
    "site": "north",
    "pool": "a",
    "place": "0",
    "month": "2026-01",
    "named": "mine@1",
}


class Service:
    def __init__(self, folder: Path) -> None:
        fast = Limits(person_per_s=1e6, person_burst=10**6, strangers_per_s=1e6, strangers_burst=10**6, token_s=0.0)
        self.front = Front(Served(data=folder), fast)
        self.app = create_app(self.front.services)
        self.client = TestClient(self.app, raise_server_exceptions=False)
        self.admin = (folder / "admin.token").read_text(encoding="utf-8").strip()
        home = self.ask("post", "/organisations", {"name": "elsewhere", "kind": "academia"})["id"]
        other = self.ask("post", "/persons", {"organisation": home, "name": "Stranger", "mail": "s@example.org"})["id"]
        scopes = ["read", "jobs", "projects", "programme", "sites", "admin"]
        self.stranger = self.ask("post", "/tokens", {"label": "s", "scopes": scopes, "life": "7d", "person": other})["token"]
        self.ask("post", "/applications", {"project": "mine", "title": "t", "credits": 10, "term": "1d"})
        spec = {"name": "x", "accelerators": 1, "time": "10m", "run": "true", "project": "mine"}
        self.job = self.ask("post", "/jobs", {"spec": spec})["id"]
        self._put_data()

    def _put_data(self) -> None:
        """A data set of somebody else's project."""
        manifest = b'{"form":1,"files":[["a",0,[]]]}'
        digest = hashlib.sha256(manifest).hexdigest()
        headers = {"Authorization": f"Bearer {self.admin}"}
        assert self.client.put(f"/api/v1/data/pieces/{digest}", content=manifest, headers=headers).status_code == 200
        assert self.ask("post", "/data", {"name": "mine", "project": "mine", "manifest": digest})["data"]["version"] == "1"

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.admin}"}
        answer = self.client.request(method, f"/api/v1{path}", json=body, headers=headers)
        assert answer.status_code < 300, (method, path, answer.text)
        return answer.json()

    def close(self) -> None:
        self.front.close()

    def operations(self) -> list[tuple[str, str]]:
        paths = self.app.openapi()["paths"]
        return [(method, path) for path, methods in paths.items() for method in methods if path.startswith("/api/v1")]

    def way(self, path: str) -> str:
        for name, value in FOREIGN.items():
            value = self.job if path.startswith("/api/v1/jobs/") and name == "id" else value
            value = "mine" if path.startswith("/api/v1/projects/") and name == "name" else value
            path = path.replace(f"{{{name}}}", value).replace(f"{{{name}:path}}", value)
        return path


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    made = Service(tmp_path_factory.mktemp("every") / "data")
    yield made
    made.close()


def test_every_route_is_shut_to_nobody_and_to_strangers(service: Service) -> None:
    """Without a token 401; with one of another organisation and every scope nothing of others is read or changed."""
    operations = service.operations()
    assert len(operations) > 50
    opened: list[tuple[str, str, int, str]] = []
    for method, path in operations:
        way = service.way(path)
        assert "{" not in way, f"say in FOREIGN what stands for the name in {path}"
        if path in PUBLIC:
            continue
        nobody = service.client.request(method, way)
        if nobody.status_code != 401:
            opened.append((method, path, nobody.status_code, nobody.text[:100]))
        if (method, path) in SHARED:
            continue
        before = len(service.front.services.inbox.read(0))
        answer = service.client.request(method, way, headers={"Authorization": f"Bearer {service.stranger}"})
        if answer.status_code not in (403, 404, 422) or len(service.front.services.inbox.read(0)) != before:
            opened.append((method, path, answer.status_code, answer.text[:100]))
    assert not opened, opened


ONCE_BY_NATURE = {
    ("post", "/api/v1/explain"): "a question",
    ("post", "/api/v1/blobs/missing"): "a question",
    ("put", "/api/v1/blobs/{sha256}"): "its name is its content",
    ("put", "/api/v1/data/pieces/{sha256}"): "its name is its content",
    ("post", "/api/v1/jobs/{id}/cancel"): "what was asked to end is asked to end",
    ("post", "/api/v1/jobs/{id}/shell"): "a shell, and what is typed there, is somebody at a keyboard",
    ("post", "/api/v1/shells/{id}/input"): "the same",
    ("post", "/api/v1/shells/{id}/size"): "the same",
}


def test_whatever_changes_something_takes_a_key(service: Service) -> None:
    for path, methods in service.app.openapi()["paths"].items():
        for method, operation in methods.items():
            if method == "get" or (method, path) in ONCE_BY_NATURE:
                continue
            assert "idempotency-key" in {one["name"].lower() for one in operation.get("parameters", ())}, (method, path)


def test_every_body_has_an_example_that_is_read(service: Service) -> None:
    """What the document shows is what the service takes."""
    document = service.app.openapi()
    named = set()
    for methods in document["paths"].values():
        for operation in methods.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                named.add(content.get("schema", {}).get("$ref", "").rpartition("/")[2])
    named -= {""}
    assert named == set(EXAMPLES), "a request without an example, or an example of none"
    homes = (api, api_data, api_nodes, books_api, people_requests)
    for name in named:
        assert document["components"]["schemas"][name]["examples"] == [EXAMPLES[name]]
        model = next(getattr(home, name) for home in homes if hasattr(home, name))
        model.model_validate(EXAMPLES[name])
    service.ask("post", "/jobs", EXAMPLES["SubmitRequest"] | {"project": "mine"})
    service.ask("post", "/explain", EXAMPLES["ExplainRequest"])
    service.ask("post", "/organisations", EXAMPLES["OrganisationRequest"])


def test_pages_of_every_list_are_the_whole_list(service: Service) -> None:
    """One after the other, whatever comes meanwhile: nothing twice, nothing left out."""
    for path, methods in service.app.openapi()["paths"].items():
        names = {one["name"] for one in methods.get("get", {}).get("parameters", ())}
        way = next((name for name in ("before", "after") if name in names), None)
        if "limit" not in names or way is None or path.endswith("/events"):
            continue
        short = path.removeprefix("/api/v1")
        if "{id}" in short:
            short = short.replace("{id}", service.ask("get", "/jobs?limit=1")["jobs"][0]["id"])
        whole = service.ask("get", f"{short}?limit=1000")
        (key,) = (name for name, value in whole.items() if isinstance(value, list))
        found, following = [], None
        for number in range(len(whole[key]) + 2):
            page = service.ask("get", f"{short}?limit=1" + ("" if following is None else f"&{way}={following}"))
            found += page[key]
            following = page["next"]
            if number == 0 and path.endswith("/organisations"):
                service.ask("post", "/organisations", {"name": "came meanwhile", "kind": "academia"})
            if following is None:
                break
        assert found == whole[key], path


@pytest.mark.system
@pytest.mark.filterwarnings("ignore")
def test_no_request_to_any_route_is_a_bug(service: Service) -> None:
    """From the document of the API: people, calls, grants, books and whatever else there is, as an administrator; never a 5xx."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", service.app)
    quiet = settings(
        max_examples=CASES,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    asked: dict[int, int] = {}
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path.endswith(("/events", "/logs")):
            continue  # they stay open; test_fuzz asks them over a socket

        def ask(case: schemathesis.Case) -> None:
            answer = case.call(headers={"Authorization": f"Bearer {service.admin}"})
            asked[answer.status_code] = asked.get(answer.status_code, 0) + 1
            assert answer.status_code < 500, (case.method, case.path, case.body, answer.text)

        quiet(given(case=operation.as_strategy())(ask))()
    assert sum(asked.values()) > 200
    assert {200, 404, 422} <= set(asked)
