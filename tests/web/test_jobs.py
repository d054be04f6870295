"""Submitting and looking, through the real application."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from dure.model.work import JobState
from dure.operate.payer import Holding
from dure.web.ports import PoolRates, RatesNow
from tests.web.conftest import token
from tests.web.fakes import ALICE, ROOT, TOKENS, House, row, run

HELLO = (ROOT / "examples" / "jobs" / "hello.yaml").read_text()


def submit(client: TestClient, name: str = "alice", key: str | None = None, **body: object):
    headers = token(name) | ({"Idempotency-Key": key} if key else {})
    return client.post("/api/v1/jobs", json={"text": HELLO, "file": "hello.yaml", **body}, headers=headers)


def test_a_job_is_kept_before_the_answer(client: TestClient, home: House) -> None:
    answer = submit(client)
    assert answer.status_code == 201
    said = answer.json()
    assert (said["id"], said["project"], said["state"], said["again"], said["tasks"]) == ("j0", "vision", "NEW", False, 1)
    assert answer.headers["location"] == "/api/v1/jobs/j0"
    assert said["verdict"]["can"][0]["limit_s"] >= 600
    (act,) = home.services.inbox.read(0)
    assert (act.act, act.actor) == ("submit", "p1")
    assert act.body["spec"] == {"name": "hello", "time": "10m", "run": act.body["spec"]["run"]}
    assert (act.body["project"], act.body["person"], act.body["files"]) == (1, 1, [])
    assert client.get("/api/v1/jobs/j0", headers=token("alice")).json()["state"] == "NEW"


def test_the_same_key_is_one_job(client: TestClient, home: House) -> None:
    first, second = submit(client, key="a b"), submit(client, key="a b")
    assert (first.status_code, second.status_code) == (201, 200)
    assert (first.json()["id"], second.json()["id"], second.json()["again"]) == ("j0", "j0", True)
    taken = submit(client, key="a b", text=HELLO.replace("10m", "11m"))
    assert (taken.status_code, taken.json()["type"]) == (409, "urn:dure:problem:key_taken")
    assert submit(client, "bob", key="a b", project="vision").json()["id"] == "j1", "keys are each person's own"
    assert len(home.services.inbox.read(0)) == 2


def test_the_same_key_is_one_job_whatever_its_names_mean_by_now(client: TestClient, home: House) -> None:
    """A job named in `after` runs anew between the two: what was sent is the same."""
    after = {"name": "later", "accelerators": 1, "time": "10m", "run": "true", "after": {"hello": "any"}}
    seen = list[int | None]([5, 6, None])
    home.services.current.named = lambda name, project: seen.pop(0)  # type: ignore[method-assign]
    body = {"spec": after, "project": "vision"}
    told = [client.post("/api/v1/jobs", json=body, headers=token("alice") | {"Idempotency-Key": "k"}) for _ in range(3)]
    assert [one.status_code for one in told] == [201, 200, 200], "also where the name means nothing any more"
    assert [(one.json()["id"], one.json()["again"]) for one in told] == [("j0", False), ("j0", True), ("j0", True)]
    assert told[2].json()["verdict"]["can"]
    (act,) = home.services.inbox.read(0)
    assert act.body["after"][0][0] == 5
    seen += [None, None]
    assert client.post("/api/v1/jobs", json=body, headers=token("alice") | {"Idempotency-Key": "other"}).status_code == 422
    other = {"spec": after | {"time": "20m"}, "project": "vision"}
    assert client.post("/api/v1/jobs", json=other, headers=token("alice") | {"Idempotency-Key": "k"}).status_code == 422


def test_a_wrong_spec_is_said_with_its_line(client: TestClient) -> None:
    answer = submit(client, text="name: hello\naccelerators: 1\ntyme: 10m\nrun: date\n")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()
    assert (said["errors"][0]["line"], said["errors"][0]["field"], said["errors"][0]["what"]) == (3, "tyme", "unknown key")
    assert said["where"].startswith("hello.yaml:3")
    korean = client.post("/api/v1/jobs", json={"text": "name: hello\ntyme: 1\n"}, headers=token("alice") | {"Accept-Language": "ko"}).json()
    assert "모르는 항목입니다" in next(one["what"] for one in korean["errors"] if one["field"] == "tyme")


def test_a_spec_may_come_as_values(client: TestClient) -> None:
    spec = {"name": "v", "accelerators": 1, "time": "10m", "run": "true"}
    assert submit(client, text=None, spec=spec).status_code == 201
    wrong = submit(client, text=None, spec=spec | {"accelerators": "many"})
    assert wrong.status_code == 422
    assert submit(client, spec=spec).status_code == 422, "both"
    assert submit(client, text=None).status_code == 422, "neither"


def test_what_no_pool_can_run_is_not_kept(client: TestClient, home: House) -> None:
    answer = submit(client, text=HELLO.replace("accelerators: 1", "accelerators: 99999"))
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:dure:problem:no_pool")
    assert answer.json()["verdict"]["changes"][0]["kind"] == "fewer"
    assert home.services.inbox.read(0) == []


@pytest.mark.parametrize(
    ("who", "project", "status", "code"),
    [("alice", "other", 403, "not_member"), ("bob", None, 422, "no_project"), ("olga", "vision", 403, "not_member")],
)
def test_whose_allocation_pays(client: TestClient, who: str, project: str | None, status: int, code: str) -> None:
    answer = submit(client, who, project=project)
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:dure:problem:{code}")


def test_who_is_in_no_project_is_told_so(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TOKENS, "token-of-nobody", replace(ALICE, person=9, projects={}))
    said = submit(client, "nobody").json()
    assert said["type"] == "urn:dure:problem:no_project_yet"
    assert "–" not in said["detail"]
    assert "dure projects apply" in said["remedy"]


def test_what_nobody_paused_is_not_asked_to_go_on(client: TestClient, home: House) -> None:
    """It is sent all the same: a pause of a moment ago may not have been read yet."""
    home.rows.rows = {0: row(0, "runs", state=JobState.ACTIVE), 1: row(1, "waits", held=1)}
    told = [client.post(f"/api/v1/jobs/j{n}/resume", headers=token("alice")).json() for n in (0, 1)]
    assert [one["accepted"] for one in told] == [False, True]
    assert [act.act for act in home.services.inbox.read(0)] == ["resume", "resume"]


def test_packed_files_travel_by_their_hash(client: TestClient, home: House) -> None:
    import hashlib

    digest = hashlib.sha256(b"print(1)\n").hexdigest()
    text = HELLO + "files: [train.py, configs/]\n"
    files = [{"name": "train.py", "sha256": digest}, {"name": "configs/a.yaml", "sha256": digest}]
    assert submit(client, text=text, files=files).json()["type"].endswith("blob_missing")
    assert client.post("/api/v1/blobs/missing", json={"sha256": [digest]}, headers=token("alice")).json() == {"sha256": [digest]}
    assert client.put(f"/api/v1/blobs/{digest}", content=b"other", headers=token("alice")).status_code == 422
    assert client.put(f"/api/v1/blobs/{digest}", content=b"print(1)\n", headers=token("alice")).json()["size_bytes"] == 9
    assert client.post("/api/v1/blobs/missing", json={"sha256": [digest]}, headers=token("alice")).json() == {"sha256": []}
    assert submit(client, text=text, files=files[:1]).json()["type"].endswith("blob_missing"), "configs/ has no file"
    assert submit(client, text=text, files=[*files, {"name": "train.py/x", "sha256": digest}]).status_code == 422
    assert submit(client, text=text, files=files).status_code == 201
    assert home.services.inbox.read(0)[0].body["files"] == [["train.py", digest], ["configs/a.yaml", digest]]
    assert home.services.blobs.get(digest) == b"print(1)\n"


def test_many_at_once_share_commits(client: TestClient, home: House) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: submit(client, key=f"k{n}"), range(64)))
    assert sorted(int(one.json()["id"][1:]) for one in answers) == list(range(64))
    assert [one.number for one in home.services.inbox.read(0)] == list(range(64))


def test_pages_lead_on(client: TestClient, home: House) -> None:
    home.rows.rows = {n: row(n, f"job-{n}", state=JobState.COMPLETED if n % 2 else JobState.QUEUED) for n in range(7)}
    first = client.get("/api/v1/jobs?limit=3", headers=token("alice"))
    assert [one["id"] for one in first.json()["jobs"]] == ["j6", "j5", "j4"]
    assert first.headers["link"] == '<http://testserver/api/v1/jobs?limit=3&before=4>; rel="next"'
    second = client.get("/api/v1/jobs?limit=3&before=4", headers=token("alice")).json()
    last = client.get(f"/api/v1/jobs?limit=3&before={second['next']}", headers=token("alice"))
    assert [one["id"] for one in last.json()["jobs"]] == ["j0"]
    assert last.json()["next"] is None
    assert "link" not in last.headers
    done = client.get("/api/v1/jobs?state=COMPLETED", headers=token("alice")).json()
    assert [one["id"] for one in done["jobs"]] == ["j5", "j3", "j1"]
    assert client.get("/api/v1/jobs", headers=token("eve")).json()["jobs"] == []
    assert client.get("/api/v1/jobs", headers=token("olga")).json()["jobs"] == [], "not placed at a site of hers"
    home.rows.rows[3] = replace(home.rows.rows[3], pool="gwangju/h100")
    assert [one["id"] for one in client.get("/api/v1/jobs", headers=token("olga")).json()["jobs"]] == ["j3"]


def test_why_logs_and_cancel(client: TestClient, home: House) -> None:
    home.rows.rows[7] = row(7, "seven")
    why = client.get("/api/v1/jobs/j7/why", headers=token("alice")).json()
    assert why["reasons"] == [{"code": "queue_position", "ahead": 3, "order": "fcfs"}]
    assert why["text"].endswith(".")
    assert client.get("/api/v1/jobs/j7/logs", headers=token("alice")).content == b""
    home.rows.rows[7] = replace(home.rows.rows[7], state=JobState.ACTIVE, pool="gwangju/h100")
    home.rows.runs[7] = [run(0, "a0", ended_at=5), run(1, "a1")]
    home.logs.text = {"a0": b"first", "a1": b"hello\nworld\n"}
    part = client.get("/api/v1/jobs/j7/logs?from=6", headers=token("alice"))
    assert (part.content, part.headers["x-dure-next"]) == (b"world\n", "12")
    assert client.get("/api/v1/jobs/j7/logs?attempt=0", headers=token("alice")).content == b"first"
    assert len(client.get("/api/v1/jobs/j7/attempts", headers=token("alice")).json()["attempts"]) == 2
    page = client.get("/api/v1/jobs/j7/attempts?limit=1", headers=token("alice"))
    assert page.headers["link"] == '<http://testserver/api/v1/jobs/j7/attempts?limit=1&after=0>; rel="next"'
    rest = client.get("/api/v1/jobs/j7/attempts?after=0", headers=token("alice")).json()
    assert ([one["attempt"] for one in rest["attempts"]], rest["next"]) == ([1], None)
    for _ in range(2):
        assert client.post("/api/v1/jobs/j7/cancel", headers=token("alice")).json() == {"id": "j7", "state": "ACTIVE", "accepted": True}
    (act,) = home.services.inbox.read(0)
    assert (act.act, act.body) == ("cancel", {"job": 7, "task": None})
    home.rows.rows[7] = replace(home.rows.rows[7], state=JobState.COMPLETED)
    assert client.post("/api/v1/jobs/j7/cancel", headers=token("alice")).json()["accepted"] is False
    followed = client.get("/api/v1/jobs/j7/logs?follow=true", headers=token("alice"))
    assert followed.content == b"hello\nworld\n"
    events = client.get("/api/v1/jobs/j7/events", headers=token("alice")).text
    assert events.startswith("id: ")
    assert events.splitlines()[1:3][0] == "event: job"
    again = client.get("/api/v1/jobs/j7/events", headers=token("alice") | {"Last-Event-ID": events.splitlines()[0][4:]}).text
    assert again == 'event: end\ndata: {"state": "COMPLETED"}\n\n', "what was seen is not told again"
    assert events.endswith('event: end\ndata: {"state": "COMPLETED"}\n\n')


def test_again_is_a_new_job_with_the_same_files(client: TestClient, home: House) -> None:
    assert submit(client).json()["id"] == "j0"
    assert client.post("/api/v1/jobs/j0/rerun", headers=token("bob")).json()["id"] == "j1"
    first, second = home.services.inbox.read(0)
    assert second.body | {"sent": ""} == first.body | {"person": 2, "again": 0, "sent": ""}
    assert client.post("/api/v1/jobs/j0/rerun", headers=token("eve")).status_code == 404


def test_a_page_says_of_each_that_waits_why(client: TestClient, home: House) -> None:
    home.rows.rows[7], home.rows.rows[8] = row(7, "seven"), row(8, "eight", state=JobState.ACTIVE)
    told = client.get("/api/v1/jobs?why=true", headers=token("alice")).json()["jobs"]
    assert {one["id"]: one["why"] for one in told} == {
        "j7": client.get("/api/v1/jobs/j7/why", headers=token("alice")).json()["text"],
        "j8": None,
    }
    assert all(one["why"] is None for one in client.get("/api/v1/jobs", headers=token("alice")).json()["jobs"])


def test_others_jobs_are_not_there(client: TestClient, home: House) -> None:
    home.rows.rows[7] = row(7, "seven", pool="gwangju/h100")
    for way in ("", "/attempts", "/why", "/logs", "/events", "/outputs", "/outputs/a"):
        assert client.get(f"/api/v1/jobs/j7{way}", headers=token("eve")).status_code == 404, way
        assert client.get(f"/api/v1/jobs/j7{way}").status_code == 401, way
    assert client.get("/api/v1/jobs/j7", headers=token("olga")).status_code == 200
    assert client.get("/api/v1/jobs/j7/logs", headers=token("olga")).status_code == 403
    assert client.get("/api/v1/jobs/j7/logs", headers=token("bob")).status_code == 403, "a member, not its leader"
    assert client.post("/api/v1/jobs/j7/cancel", headers=token("bob")).status_code == 403
    assert client.post("/api/v1/jobs/j7/cancel", headers=token("olga")).status_code == 202
    for id in ("7", "j-1", "j07", "j7.x", "j99999999999999999999", "../j7", "j7%00", "j7'--"):
        assert client.get(f"/api/v1/jobs/{id}", headers=token("alice")).status_code == 404, id


def test_explain_knows_what_the_project_holds(client: TestClient, home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers of its own come first; credits that are for some accelerators leave the other pools out; strangers are told neither."""

    def ask(who: str) -> dict[str, Any]:
        asked = {"text": HELLO, "project": "vision"}
        found: dict[str, Any] = client.post("/api/v1/explain", json=asked, headers=token(who)).json()
        return found

    before = ask("alice")
    assert before["paid_by"] == "credits"
    monkeypatch.setattr(type(home.services.projects), "models", lambda _, number: ("no-such-model",))
    assert ask("alice")["can"] == []
    held = Holding("7", before["can"][0]["pool"], 8)
    monkeypatch.setattr(type(home.services), "holdings", property(lambda _: lambda number: [held] if number == 1 else []))
    found = ask("alice")
    assert (found["paid_by"], found["can"]) == ("7", before["can"])


def test_strangers_are_not_told_what_a_project_holds(client: TestClient) -> None:
    answer = client.post("/api/v1/explain", json={"text": HELLO, "project": "vision"}, headers=token("eve")).json()
    assert answer["can"]
    assert answer["paid_by"] is None


def test_explain_keeps_nothing(client: TestClient, home: House) -> None:
    answer = client.post("/api/v1/explain", json={"text": HELLO}, headers=token("alice"))
    assert answer.json()["can"]
    assert home.services.inbox.read(0) == []


def test_explain_says_where_it_would_run_as_things_stand(client: TestClient, home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def pool(path: str, free: int) -> PoolRates:
        return PoolRates(path, "x", {"available": 9_000 + free, "busy": 4_000, "dispatch": 3_000, "dedicated_idle": 2_000})

    now = RatesNow(1, [pool("hill/h200", 0), pool("hill/mi300x", 4_000), pool("river/rngd", 8_000)])
    monkeypatch.setattr(home.services.live, "rates", lambda: now)

    def likely(count: int) -> object:
        text = HELLO.replace("accelerators: 1", f"accelerators: {count}")
        return client.post("/api/v1/explain", json={"text": text}, headers=token("alice")).json()["likely"]

    assert [likely(count) for count in (1, 4, 8, 16)] == ["hill/mi300x", "hill/mi300x", "river/rngd", None]
