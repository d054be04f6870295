"""What happens to jobs as server-sent events, over a socket, as the client reads them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx2 as http
import pytest
import uvicorn

from dure.adapters.store.changes import Change
from dure.client import Client, Credentials, RemoteError
from dure.model.events import Outcome
from dure.model.work import JobState
from dure.web import streams
from dure.web.app import create_app
from tests.web.fakes import ALICE, NOW, TOKENS, House, house, row, run


def change(seq: int, what: str, id: int = 7, project: int = 1, pool: str | None = "gwangju/h100") -> Change:
    outcome = Outcome.COMPLETED if what == "ended" else None
    return Change(seq, NOW + seq, what, id, None, f"n{id}", project, 1, pool, outcome)


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[House, str]]:
    monkeypatch.setattr(streams, "LOOK_S", 0.01)
    home = house(tmp_path)
    server = uvicorn.Server(uvicorn.Config(create_app(home.services), port=0, log_level="critical", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield home, f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = server.force_exit = True
    thread.join(30)
    home.services.desk.close()


def heard(address: str, who: str, count: int, after: int | None = -1, project: str | None = None) -> list[tuple[str, str]]:
    found = []
    with Client(Credentials(address, f"token-of-{who}")) as one:
        stream = one.changes(project, after)
        for told in stream:
            found.append((told.id, told.what))
            if len(found) == count:
                break
        stream.close()  # type: ignore[attr-defined]
    return found


def test_everybody_hears_of_what_they_may_see(served: tuple[House, str]) -> None:
    home, address = served
    home.rows.told = [
        change(0, "submitted"),
        change(1, "submitted", 8, 3, None),
        change(2, "started"),
        change(3, "started", 8, 3, "busan/gaudi"),
        change(4, "ended"),
        change(5, "ended", 8, 3, "busan/gaudi"),
    ]
    assert heard(address, "alice", 3) == [("j7", "submitted"), ("j7", "started"), ("j7", "ended")]
    assert heard(address, "alice", 1, after=2) == [("j7", "ended")]
    assert heard(address, "eve", 2, after=2) == [("j8", "started"), ("j8", "ended")]
    assert heard(address, "olga", 2, after=0) == [("j7", "started"), ("j7", "ended")], "the operator of gwangju, of what is there"
    assert heard(address, "bob", 1, project="vision") == [("j7", "submitted")]
    with pytest.raises(RemoteError) as error:
        heard(address, "eve", 1, project="vision")
    assert error.value.status == 403


def test_what_comes_later_is_told_when_it_comes(served: tuple[House, str]) -> None:
    home, address = served
    home.rows.told = [change(0, "submitted")]
    later = threading.Timer(0.3, lambda: home.rows.told.append(change(1, "started")))
    later.start()
    assert heard(address, "alice", 1, after=None) == [("j7", "started")]
    later.join()


@pytest.mark.parametrize("seen", ["x", "-2", "1" * 30, "1.5", "1;2"])
def test_an_id_that_is_none_is_named(served: tuple[House, str], seen: str) -> None:
    _, address = served
    answer = http.get(f"{address}/api/v1/events", headers={"Authorization": "Bearer token-of-alice", "Last-Event-ID": seen})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:dure:problem:bad_event")
    assert http.get(f"{address}/api/v1/events").status_code == 401


STAYING = {
    "events?after=-1": ("token",),
    "events?after=-1&project=vision": ("token", "member"),
    "jobs/j7/events": ("token", "member"),
    "jobs/j7/logs?follow=true": ("token", "member"),
}


@pytest.mark.parametrize(("path", "gone"), [(path, gone) for path, ways in STAYING.items() for gone in ways])
def test_an_answer_that_stays_open_ends_with_the_right_to_it(
    served: tuple[House, str], monkeypatch: pytest.MonkeyPatch, path: str, gone: str
) -> None:
    """A token that was revoked, a member who was removed: the answer ends, and what is said afterwards is not heard."""
    home, address = served
    home.rows.told = [change(0, "submitted")]
    home.rows.rows[7] = row(7, "n7", state=JobState.ACTIVE, key="k", pool="gwangju/h100", person=2)
    home.rows.runs[7] = [run(0, "k")]
    home.logs.text["k"] = b"before"
    headers = {"Authorization": "Bearer token-of-alice"}
    with http.stream("GET", f"{address}/api/v1/{path}", headers=headers, timeout=60) as answer:
        stream = answer.iter_raw()
        heard = next(stream)
        if gone == "token":
            monkeypatch.delitem(TOKENS, "token-of-alice")
        else:
            monkeypatch.setitem(TOKENS, "token-of-alice", replace(ALICE, projects={}))
        heard += b"".join(stream)  # ends by itself: nothing else would end it
    assert heard
    assert b"end\n" not in heard
