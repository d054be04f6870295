"""How many jobs may be open: the limit holds from one request to the next, whatever the broker has read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from dure.web.app import create_app
from dure.web.problems import Refused
from dure.web.room import JobLimits, Open, Room
from tests.web.conftest import token
from tests.web.fakes import house

SPEC = {"name": "x", "accelerators": 1, "time": "10m", "run": "true"}


def test_what_was_accepted_counts_until_the_rows_count_it() -> None:
    seen = Open({(1, 1): 2}, 10)
    room = Room(lambda: seen, JobLimits(project=5, person=4))
    room.need(1, 1, 2)
    room.took(10, 1, 1, 2)
    with pytest.raises(Refused, match="too_many_jobs"):
        room.need(1, 1, 1)
    room.need(1, 2, 1)  # another person of the project: four of five are open
    with pytest.raises(Refused) as refused:
        room.need(1, 2, 2)
    assert (refused.value.retry_after_s, refused.value.params["who"], refused.value.params["had"]) == (30, "project", 4)
    room.need(2, 1, 0)
    seen = Open({(1, 1): 3}, 11)  # the broker has read the act, and one job has ended
    room._due = 0.0
    room.need(1, 1, 1)
    with pytest.raises(Refused):
        room.need(1, 1, 2)


def test_beyond_the_limit_the_answer_is_429_and_says_when_to_come_back(tmp_path: Path) -> None:
    home = house(tmp_path)
    services = replace(home.services, room=Room(lambda: Open({(1, 1): 1}, 0), JobLimits(project=10, person=3)))
    with TestClient(create_app(services), raise_server_exceptions=False) as client:

        def submit(**spec: object) -> int:
            answer = client.post("/api/v1/jobs", json={"spec": SPEC | spec, "project": "vision"}, headers=token("alice"))
            if answer.status_code == 429:
                assert answer.headers["Retry-After"] == "30"
                assert answer.json()["type"] == "urn:dure:problem:too_many_jobs"
                assert "3" in answer.json()["detail"]
            return answer.status_code

        assert submit(array="1-3") == 429
        assert [submit(), submit(), submit()] == [201, 201, 429]
        body = {"spec": SPEC, "project": "language"}
        assert client.post("/api/v1/jobs", json=body, headers=token("bob") | {"Idempotency-Key": "k"}).status_code == 201
        services.room.limits = JobLimits(project=0, person=0)
        again = client.post("/api/v1/jobs", json=body, headers=token("bob") | {"Idempotency-Key": "k"})
        assert (again.status_code, again.json()["again"]) == (200, True), "what is there needs no room"
    home.services.desk.close()
