"""The client: sends again what may be sent again, with the same key; keeps a token where nobody else reads it."""

from __future__ import annotations

import json
from pathlib import Path

import httpx2 as http
import pytest

from dure.adapters.packing import pack
from dure.client import AwayError, Client, Credentials, RemoteError, checked_url, load_credentials, save_credentials
from dure.model.errors import InputError
from dure.wire.jobspec import JobSpec

URL = "http://127.0.0.1:1"
VERDICT = {"can": [], "cannot": [], "changes": [], "notes": [], "warnings": []}
KEPT = {"id": "j1", "name": "a", "project": "p", "tasks": 1, "state": "NEW", "again": False, "verdict": VERDICT, "a_key_of_tomorrow": 1}
BUSY = {"type": "urn:dure:problem:busy", "title": "Busy", "status": 429, "detail": "d", "remedy": "r", "where": ""}


def client(answers: list[object], seen: list[http.Request], waited: list[float]) -> Client:
    """A client whose server answers so, one after the other."""
    left = iter(answers)

    def answer(request: http.Request) -> http.Response:
        seen.append(request)
        one = next(left)
        if isinstance(one, Exception):
            raise one
        assert isinstance(one, http.Response)
        return one

    return Client(Credentials(URL, "secret-token"), transport=http.MockTransport(answer), sleep=waited.append)


def test_what_got_no_answer_is_sent_again_with_its_key() -> None:
    seen: list[http.Request] = []
    waited: list[float] = []
    answers = [http.ReadTimeout("x"), http.Response(503, json=BUSY), http.Response(429, json=BUSY, headers={"Retry-After": "7"})]
    with client([*answers, http.Response(201, json=KEPT)], seen, waited) as one:
        assert one.submit("text").id == "j1"
    keys = {request.headers["idempotency-key"] for request in seen}
    assert len(seen) == 4
    assert len(keys) == 1
    assert waited[2] == 7
    assert waited[0] < waited[1] < 1


def _told(*changes: tuple[int, str]) -> http.Response:
    """A stream of changes that breaks off behind the last."""
    data = {"at": "2026-11-22T00:00:00Z", "id": "j1", "name": "a", "project": "p", "pool": "x/y"}
    text = "".join(f"id: {number}\nevent: change\ndata: {json.dumps(data | {'what': what})}\n\n" for number, what in changes)
    return http.Response(200, text="id: 3\nevent: alive\ndata: {}\n\n" + text, headers={"Content-Type": "text/event-stream"})


def test_a_stream_that_breaks_is_taken_up_behind_what_came() -> None:
    seen: list[http.Request] = []
    waited: list[float] = []
    answers = [_told((5, "placed"), (9, "started")), http.ConnectError("x"), _told(), _told((12, "ended")), *[http.ConnectError("x")] * 9]
    with client(answers, seen, waited) as one:
        stream = one.changes("p")
        found = [next(stream).what for _ in range(3)]
        with pytest.raises(AwayError):
            next(stream)
    assert found == ["placed", "started", "ended"]
    assert [request.headers.get("last-event-id") for request in seen[:5]] == [None, "9", "9", "3", "12"]
    assert [request.url.params["project"] for request in seen[:2]] == ["p", "p"]
    assert waited[-1] > waited[-2] > 5, "ever longer, and not for ever"


def test_what_is_refused_is_not_sent_again() -> None:
    seen: list[http.Request] = []
    problem = {
        **BUSY,
        "type": "urn:dure:problem:forbidden",
        "status": 403,
        "errors": [{"what": "w", "remedy": "m", "line": 3, "file": "f"}],
    }
    with client([http.Response(403, json=problem)], seen, []) as one, pytest.raises(RemoteError) as error:
        one.cancel("j1")
    assert (error.value.code, error.value.exit_code, len(seen)) == ("forbidden", 5, 1)
    assert str(error.value) == "f:3: w; m"
    assert "secret-token" not in repr(error.value) + repr(Credentials(URL, "secret-token"))


def test_who_never_answers_is_named() -> None:
    waited: list[float] = []
    with client([http.ConnectError("x")] * 6, [], waited) as one, pytest.raises(AwayError, match="does not answer") as error:
        one.me()
    assert (len(waited), error.value.exit_code) == (5, 6)
    with client([http.Response(200, text="<html>")], [], []) as one, pytest.raises(AwayError, match="as dure does"):
        one.me()


@pytest.mark.parametrize("id", ["", "x", "j1/../2", "j1.2.3", "j-1"])
def test_no_address_is_made_of_what_is_no_job(id: str) -> None:
    seen: list[http.Request] = []
    with client([], seen, []) as one, pytest.raises(InputError):
        one.job(id)
    assert seen == []


def test_credentials_are_kept_from_others(tmp_path: Path) -> None:
    env = {"XDG_CONFIG_HOME": str(tmp_path)}
    path = save_credentials(env, Credentials(URL, "secret"))
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_credentials(env) == Credentials(URL, "secret")
    assert load_credentials({**env, "DURE_TOKEN": "other"}).token == "other"
    assert load_credentials({**env, "DURE_URL": "https://elsewhere.example"}).token == "", "a token goes to the address it was given for"
    path.chmod(0o644)
    with pytest.raises(InputError, match="other people"):
        load_credentials(env)
    path.chmod(0o600)
    path.write_text("{")
    with pytest.raises(InputError, match="cannot be read"):
        load_credentials(env)
    with pytest.raises(InputError, match="no programme"):
        load_credentials({"XDG_CONFIG_HOME": str(tmp_path / "none")})


@pytest.mark.parametrize("url", ["http://example.com", "ftp://127.0.0.1", "127.0.0.1:80", "https://a:b@example.com", "", "http://"])
def test_a_token_goes_only_where_nobody_listens(url: str) -> None:
    with pytest.raises(InputError):
        checked_url(url)
    assert checked_url("https://example.com/") == "https://example.com"
    assert checked_url("http://[::1]:8270") == "http://[::1]:8270"


def test_files_are_packed_from_below_the_folder(tmp_path: Path) -> None:
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "a.yaml").write_text("a")
    (tmp_path / "train.py").write_text("b")
    whole = {"name": "x", "accelerators": 1, "time": "1m", "run": "true"}
    spec = JobSpec.model_validate({**whole, "files": ["train.py", "configs/"]})
    packed = pack(spec, tmp_path)
    assert packed.files == (("configs/a.yaml", b"a"), ("train.py", b"b"))
    (tmp_path / "configs" / "link").symlink_to("/etc/passwd")
    with pytest.raises(InputError, match="link"):
        pack(spec, tmp_path)
    with pytest.raises(InputError, match="no such file"):
        pack(JobSpec.model_validate({**whole, "files": ["missing"]}), tmp_path)
