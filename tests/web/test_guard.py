"""The door: tokens, limits, and answers that say what was wrong without saying too much."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from dure.web.app import create_app
from dure.web.guard import Buckets
from dure.web.problems import MEDIA
from tests.web.conftest import token
from tests.web.fakes import House, house


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic abc", "Bearer nobody", "Bearer " + "x" * 600, "Bearer töken", "token-of-alice"]
)
def test_without_a_sound_token_nothing_opens(client: TestClient, header: str) -> None:
    answer = client.get("/api/v1/jobs", headers={"Authorization": header.encode("latin-1")} if header else {})
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="dure"')
    assert answer.headers["content-type"] == MEDIA
    assert set(answer.json()) == {"type", "title", "status", "detail", "remedy", "where"}
    assert "login" in answer.json()["remedy"]


def test_a_token_in_the_address_is_none(client: TestClient) -> None:
    assert client.get("/api/v1/jobs?token=token-of-alice&access_token=token-of-alice").status_code == 401


def test_a_token_is_looked_up_once_in_a_while(client: TestClient, home: House) -> None:
    for _ in range(5):
        assert client.get("/api/v1/me", headers=token("alice")).json()["projects"] == {"vision": "principal_investigator"}
    assert home.people.asked == 1


def test_no_log_holds_a_token(client: TestClient, home: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client.get("/api/v1/jobs", headers=token("alice"))
    client.get("/api/v1/jobs", headers={"Authorization": "Bearer a-secret-that-is-wrong"})
    home.services.live.why = None  # type: ignore[method-assign]
    assert "token-of-alice" not in caplog.text
    assert "a-secret-that-is-wrong" not in caplog.text


def test_one_person_does_not_take_it_all(tmp_path: Path) -> None:
    home = house(tmp_path, person_per_s=0.5, person_burst=3, strangers_per_s=0.1, strangers_burst=2)
    with TestClient(create_app(home.services)) as client:
        codes = [client.get("/api/v1/me", headers=token("alice")).status_code for _ in range(5)]
        assert codes == [200, 200, 200, 429, 429]
        late = client.get("/api/v1/me", headers=token("alice"))
        assert 1 <= int(late.headers["retry-after"]) <= 3
        assert client.get("/api/v1/me", headers=token("bob")).status_code == 200
        guesses = [client.get("/api/v1/me", headers={"Authorization": f"Bearer guess-{n}"}).status_code for n in range(4)]
        assert guesses == [401, 401, 429, 429]
    home.services.desk.close()


def test_a_bucket_fills_up_again() -> None:
    now = [0.0]
    bucket = Buckets(2.0, 4, lambda: now[0])
    assert [bucket.take("a") for _ in range(5)] == [0, 0, 0, 0, 0.5]
    now[0] = 1.0
    assert [bucket.take("a") for _ in range(3)] == [0, 0, 0.5]
    assert bucket.take("b") == 0


def test_no_body_is_larger_than_it_may_be(tmp_path: Path) -> None:
    home = house(tmp_path, body_bytes=1000, blob_bytes=5000)
    with TestClient(create_app(home.services)) as client:
        large = client.post("/api/v1/explain", content=b"x" * 2000, headers=token("alice"))
        assert (large.status_code, large.json()["type"]) == (413, "urn:dure:problem:too_large")

        def endless():
            for _ in range(100):
                yield b"y" * 100

        assert client.post("/api/v1/jobs", content=endless(), headers=token("alice")).status_code == 413
        assert client.put("/api/v1/blobs/" + "0" * 64, content=endless(), headers=token("alice")).status_code == 413
    home.services.desk.close()


@pytest.mark.parametrize(
    ("way", "status", "code"),
    [
        ("/api/v1/nothing", 404, "not_found"),
        ("/api/v1/jobs?limit=0", 422, "input"),
        ("/api/v1/jobs?before=x", 422, "input"),
        ("/nowhere", 404, "not_found"),
    ],
)
def test_every_error_is_a_problem(client: TestClient, way: str, status: int, code: str) -> None:
    answer = client.get(way, headers=token("alice"))
    assert (answer.status_code, answer.headers["content-type"], answer.json()["type"]) == (status, MEDIA, f"urn:dure:problem:{code}")
    assert client.delete("/api/v1/jobs").status_code == 405


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"text": 1}', b'{"text": "a", "more": 1}', b"\xff\xfe", b"[" * 100_000, b'{"spec": {"x": 1e999}}']
)
def test_no_body_is_a_bug(client: TestClient, body: bytes) -> None:
    for way in ("/api/v1/jobs", "/api/v1/explain", "/api/v1/blobs/missing"):
        answer = client.post(way, content=body, headers=token("alice") | {"Content-Type": "application/json"})
        assert answer.status_code in (400, 422), (way, answer.text)
        assert answer.headers["content-type"] == MEDIA


def test_a_bug_says_nothing_of_the_inside(client: TestClient, home: House, caplog: pytest.LogCaptureFixture) -> None:
    home.rows.jobs = None  # type: ignore[method-assign,assignment]
    answer = client.get("/api/v1/jobs", headers=token("alice"))
    assert (answer.status_code, answer.json()["type"]) == (500, "urn:dure:problem:bug")
    assert "NoneType" not in answer.text
    reference = answer.json()["detail"].split()[-1].rstrip(".")
    assert reference in caplog.text


def test_what_a_browser_is_told(client: TestClient) -> None:
    headers = client.get("/healthz").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "default-src 'none'" in headers["content-security-policy"]


def test_the_document_of_the_api_is_whole(client: TestClient) -> None:
    found = client.get("/openapi.json").json()
    assert "/api/v1/jobs/{id}/why" in found["paths"]
    text = str(found)
    import re

    named = set(re.findall(r"#/components/schemas/(\w+)", text))
    assert named <= set(found["components"]["schemas"])
    assert found["paths"]["/api/v1/jobs"]["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("SubmitRequest")


def test_rates_are_public_and_metrics_are_not(client: TestClient) -> None:
    rates = client.get("/api/v1/rates").json()
    assert (rates["operating_rate"], rates["occupancy"]) == (0.25, 0.5)
    assert client.get("/metrics").status_code == 401
    text = client.get("/metrics", headers=token("alice")).text
    assert 'dure_accelerators{line="busy",model="h100-sxm",pool="gwangju/h100"} 4.0' in text
    assert client.get("/readyz").json() == {"ok": True}
    usage = client.get("/api/v1/usage", headers=token("alice")).json()["rows"]
    (row,) = usage
    assert {name: row[name] for name in ("project", "jobs", "busy_milli_s", "credits_micro", "won")} == {
        "project": "vision",
        "jobs": 2,
        "busy_milli_s": 7_200_000,
        "credits_micro": 2_000_000,
        "won": 0,
    }
    assert (row["energy_wh"], row["energy_unknown_milli_s"]) == (None, 7_200_000)
    assert 'dure_usage_credits_total{model="h100-sxm",operator="naver",pool="gwangju/h100"} 2.0' in text
    assert "dure_usage_electricity_won_total{" not in text, "what is unknown is left out"
    assert 'dure_access_seconds{quantile="0.5",step="whole"} 100.0' in text
    assert client.get("/api/v1/usage?project=language", headers=token("alice")).status_code == 403
    assert client.get("/api/v1/sites", headers=token("alice")).json()["pools"]
