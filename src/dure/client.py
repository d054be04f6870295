"""The typed client of /api/v1: what the command line uses, and any program may.

Everything that may be sent twice is sent twice where the answer did not come: a request that changes something carries a key, and the
server does it once. The token goes into one header and into no message, address or log.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import os
import secrets
import stat
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar
from urllib.parse import quote, unquote

import httpx2 as http
from pydantic import ValidationError

from dure.model.errors import AccessError, DureError, InputError, Where
from dure.wire import api

TRIES = 6
WAIT_S, WAIT_MOST_S = 0.2, 20.0
AGAIN = frozenset({429, 502, 503, 504})
TIMEOUT_S = 30.0
DENIED, MISSING, AWAY = AccessError.exit_code, InputError.exit_code, 6
"""Exit codes: who asks may not; what is asked for is not there or not sound; nobody answers."""
Shape = TypeVar("Shape", bound=api.Reply)


class RemoteError(DureError):
    """The server said no: `status` and `code` as it said, words in the language that was asked for."""

    def __init__(self, found: api.Problem, extra: Mapping[str, Any]) -> None:
        self.status, self.code, self.extra = found.status, found.type.rpartition(":")[2], dict(extra)
        self.exit_code = DENIED if found.status in (401, 403) else AWAY if found.status in AGAIN or found.status >= 500 else MISSING
        super().__init__(found.detail, where=_where(found), remedy=found.remedy)
        self.errors = tuple(
            InputError(one.what, where=Where(one.file, one.line, one.field), remedy=one.remedy) for one in found.errors
        ) or (InputError(self.what, where=self.where, remedy=self.remedy),)

    def __str__(self) -> str:
        errors = getattr(self, "errors", ())
        return "\n".join(str(one) for one in errors) if errors else super().__str__()


class AwayError(DureError):
    """Nobody answers at the address."""

    exit_code = AWAY


def _where(found: api.Problem) -> Where:
    return Where(found.errors[0].file, found.errors[0].line, found.errors[0].field) if found.errors else Where()


@dataclass(frozen=True, slots=True)
class Credentials:
    """Where the programme is and who asks."""

    url: str
    token: str = field(default="", repr=False)


def credentials_path(env: Mapping[str, str]) -> Path:
    """`~/.config/dure/credentials`, or below XDG_CONFIG_HOME."""
    base = env.get("XDG_CONFIG_HOME") or str(Path(env.get("HOME", "~")).expanduser() / ".config")
    return Path(base) / "dure" / "credentials"


def load_credentials(env: Mapping[str, str]) -> Credentials:
    """DURE_URL and DURE_TOKEN, each before what the file says. Raises InputError where neither names an address."""
    kept: dict[str, Any] = {}
    path = credentials_path(env)
    if path.exists():
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise InputError("other people may read the file of your token", where=Where(str(path)), remedy=f"run chmod 600 {path}")
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
        except (ValueError, UnicodeDecodeError):
            raise InputError("the file of your token cannot be read", where=Where(str(path)), remedy="log in again") from None
    url = env.get("DURE_URL") or kept.get("url") or ""
    if not url:
        raise InputError("no programme is named", remedy="run dure login http://HOST:8270, or set DURE_URL and DURE_TOKEN")
    # A token is for the address that it was given for: DURE_URL alone sends it nowhere else.
    token = env.get("DURE_TOKEN") or (kept.get("token", "") if url == kept.get("url") else "")
    return Credentials(checked_url(url), token)


def save_credentials(env: Mapping[str, str], kept: Credentials) -> Path:
    """Written aside and renamed; nobody else may read it at any moment."""
    path = credentials_path(env)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f".credentials.{secrets.token_hex(4)}")
    there = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(there, "w", encoding="utf-8") as file:
        json.dump({"url": kept.url, "token": kept.token}, file)
    part.replace(path)
    return path


def checked_url(url: str) -> str:
    """An address to which a token may be sent: https, or this machine. Raises InputError."""
    try:
        found = http.URL(url.rstrip("/"))
    except (http.InvalidURL, ValueError):
        found = http.URL("")
    if found.scheme not in ("http", "https") or not found.host or found.userinfo:
        raise InputError(f"{url} is not the address of a programme", remedy="write https://HOST or http://127.0.0.1:8270")
    if found.scheme == "http" and not _is_here(found.host):
        raise InputError(f"{url} would carry your token in clear text", remedy="write https://, or ask for a tunnel to this machine")
    return str(found)


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Client:
    """One person's way to one programme; to be closed, or used in a `with`."""

    def __init__(
        self,
        kept: Credentials,
        *,
        lang: str = "en",
        transport: http.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        simulated: Callable[[Sequence[str]], None] = lambda sites: None,
    ) -> None:
        """`simulated` is told which sites run no program, where the programme has such."""
        headers = {"Accept-Language": lang, "User-Agent": "dure"}
        if kept.token:
            headers["Authorization"] = f"Bearer {kept.token}"
        self.url, self._sleep = kept.url, sleep
        self._http = http.Client(base_url=kept.url, headers=headers, timeout=TIMEOUT_S, transport=transport, follow_redirects=False)
        self._http.event_hooks["response"] = [lambda answer: simulated(_simulated(answer))]

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def me(self) -> api.Self:
        return self._get("/me", api.Self)

    def submit(
        self,
        text: str,
        *,
        file: str = "job",
        project: str | None = None,
        allocation: str | None = None,
        files: Sequence[tuple[str, bytes]] = (),
        commit: str | None = None,
        key: str | None = None,
    ) -> api.Submitted:
        """Bring what the server does not have yet, then the job. With the same key it is one job however often it is called."""
        named = [api.PackedFile(name=name, sha256=hashlib.sha256(content).hexdigest()) for name, content in files]
        self._bring({one.sha256: content for one, (_, content) in zip(named, files, strict=True)})
        asked = api.SubmitRequest(text=text, file=file, project=project, allocation=allocation, files=tuple(named), commit=commit)
        return self._post("/jobs", api.Submitted, asked.model_dump_json(exclude_defaults=True), key or secrets.token_hex(16))

    def _bring(self, contents: Mapping[str, bytes]) -> None:
        if not contents:
            return
        missing = self._post("/blobs/missing", api.Missing, api.MissingRequest(sha256=tuple(contents)).model_dump_json())
        for digest in missing.sha256:
            self._ask("PUT", f"/blobs/{digest}", content=contents[digest])

    def put_piece(self, sha256: str, content: bytes) -> None:
        """A piece of a data set; sent twice it is there once."""
        self._ask("PUT", f"/data/pieces/{sha256}", content=content)

    def explain(self, text: str, *, file: str = "job", project: str | None = None) -> api.Verdict:
        return self._post(
            "/explain", api.Verdict, api.ExplainRequest(text=text, file=file, project=project).model_dump_json(exclude_defaults=True)
        )

    def jobs(
        self,
        *,
        before: int | None = None,
        limit: int = api.PAGE_USUAL,
        states: Sequence[str] = (),
        project: str | None = None,
        labels: Sequence[str] = (),
        why: bool = False,
    ) -> api.Jobs:
        params: list[tuple[str, str]] = [("limit", str(limit)), *(("state", one) for one in states)]
        params += [("before", str(before))] if before is not None else []
        params += [("project", project)] if project is not None else []
        params += [("label", one) for one in labels]
        params += [("why", "true")] if why else []
        return self._get("/jobs", api.Jobs, params)

    def job(self, id: str) -> api.JobWhole:
        return self._get(f"/jobs/{_id(id)}", api.JobWhole)

    def attempts(self, id: str) -> api.Attempts:
        return self._get(f"/jobs/{_id(id)}/attempts", api.Attempts)

    def why(self, id: str) -> api.Why:
        return self._get(f"/jobs/{_id(id)}/why", api.Why)

    def cancel(self, id: str) -> api.Asked:
        return self._post(f"/jobs/{_id(id)}/cancel", api.Asked)

    def pause(self, id: str) -> api.Asked:
        return self._post(f"/jobs/{_id(id)}/pause", api.Asked)

    def resume(self, id: str) -> api.Asked:
        return self._post(f"/jobs/{_id(id)}/resume", api.Asked)

    def rerun(self, id: str, key: str | None = None) -> api.Submitted:
        return self._post(f"/jobs/{_id(id)}/rerun", api.Submitted, None, key or secrets.token_hex(16))

    def shell(self, id: str, *, rows: int, columns: int, term: str, command: Sequence[str] = ()) -> str:
        """Open a shell beside a running job; its name here."""
        asked = api.ShellRequest(rows=rows, columns=columns, term=term, command=tuple(command))
        return self._post(f"/jobs/{_id(id)}/shell", api.ShellOpened, asked.model_dump_json()).shell

    def shell_shown(self, shell: str) -> Iterator[bytes]:
        """What it shows, until it ends."""
        with self._stream(f"/shells/{shell}", {}) as answer:
            yield from answer.iter_bytes()

    def shell_typed(self, shell: str, content: bytes) -> None:
        self._ask("POST", f"/shells/{shell}/input", content=content, headers={"Content-Type": "application/octet-stream"})

    def shell_size(self, shell: str, *, rows: int, columns: int) -> None:
        self._ask("POST", f"/shells/{shell}/size", content=api.ShellSize(rows=rows, columns=columns).model_dump_json().encode())

    def shell_end(self, shell: str) -> api.ShellEnd:
        return self._get(f"/shells/{shell}/end", api.ShellEnd)

    def logs(self, id: str, since: int = 0, attempt: int | None = None) -> tuple[bytes, int]:
        """What was written from a byte on, and the byte behind it."""
        params = [("from", str(since)), *([("attempt", str(attempt))] if attempt is not None else [])]
        answer = self._ask("GET", f"/jobs/{_id(id)}/logs", params=params)
        return answer.content, int(answer.headers.get("x-dure-next", since + len(answer.content)))

    def follow(self, id: str, since: int = 0) -> Iterator[bytes]:
        """Everything that it writes, until it has ended."""
        with self._stream(f"/jobs/{_id(id)}/logs", {"from": str(since), "follow": "true"}) as answer:
            yield from answer.iter_bytes()

    def events(self, id: str) -> Iterator[api.Job]:
        """The job as it stands, and again whenever it changes, until it has ended."""
        with self._stream(f"/jobs/{_id(id)}/events", {}) as answer:
            kind = ""
            for line in answer.iter_lines():
                name, _, value = line.partition(": ")
                kind = value if name == "event" else kind
                if name == "data" and kind == "job":
                    yield api.Job.model_validate_json(value)

    def changes(self, project: str | None = None, after: int | None = None) -> Iterator[api.Change]:
        """What happens to jobs, as it happens, without end: a line that breaks is taken up again behind the last change that came.

        `after`: row of the log behind which to begin; None: from now on. Raises AwayError where nobody answers for about a minute.
        """
        wait_s = WAIT_S
        while True:
            try:
                for number, kind, data in self._said_on("/events", {} if project is None else {"project": project}, after):
                    after, wait_s = number, WAIT_S
                    if kind == "change":
                        yield api.Change.model_validate_json(data)
            except AwayError:
                if wait_s > WAIT_MOST_S:
                    raise
            self._sleep(wait_s)
            wait_s *= 2

    def _said_on(self, path: str, params: Mapping[str, str], after: int | None) -> Iterator[tuple[int, str, str]]:
        """Events of a stream: id, name and data of each."""
        headers = {} if after is None else {"Last-Event-ID": str(after)}
        with self._stream(path, params, headers) as answer:
            number, kind = -1, ""
            for line in answer.iter_lines():
                name, _, value = line.partition(": ")
                number = int(value) if name == "id" else number
                kind = value if name == "event" else kind
                if name == "data":
                    yield number, kind, value

    def outputs(self, id: str) -> api.Outputs:
        return self._get(f"/jobs/{_id(id)}/outputs", api.Outputs)

    def output(self, id: str, path: str) -> Iterator[bytes]:
        """One file that it left."""
        with self._stream(f"/jobs/{_id(id)}/outputs/{quote(path)}", {}) as answer:
            yield from answer.iter_bytes()

    def sites(self) -> api.Sites:
        return self._get("/sites", api.Sites)

    def rates(self) -> api.Rates:
        return self._get("/rates", api.Rates)

    def usage(self, project: str | None = None, by: str = "project", month: str | None = None, limit: int | None = None) -> api.Usage:
        asked = {"project": project, "month": month, "limit": None if limit is None else str(limit)}
        return self._get("/usage", api.Usage, [("by", by), *((name, text) for name, text in asked.items() if text is not None)])

    def get(self, path: str, shape: type[Shape], params: Sequence[tuple[str, str]] = ()) -> Shape:
        """Any reading route of /api/v1, for commands that bring their own shapes."""
        return self._get(path, shape, params)

    def post(self, path: str, shape: type[Shape], body: str | None = None, key: str | None = None) -> Shape:
        """Any route that changes something; the key makes it once."""
        return self._post(path, shape, body, key or secrets.token_hex(16))

    def put(self, path: str, shape: type[Shape], body: str) -> Shape:
        """Any route that says how something is to be; done twice it is done once."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": secrets.token_hex(16)}
        return self._shaped(self._ask("PUT", path, content=body.encode(), headers=headers), shape)

    def delete(self, path: str, shape: type[Shape]) -> Shape:
        """Any route that takes something away; done twice it is done once."""
        return self._shaped(self._ask("DELETE", path, headers={"Idempotency-Key": secrets.token_hex(16)}), shape)

    def _get(self, path: str, shape: type[Shape], params: Sequence[tuple[str, str]] = ()) -> Shape:
        return self._shaped(self._ask("GET", path, params=params), shape)

    def _post(self, path: str, shape: type[Shape], body: str | None = None, key: str | None = None) -> Shape:
        headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
        return self._shaped(self._ask("POST", path, content=body.encode() if body is not None else b"", headers=headers), shape)

    def _shaped(self, answer: http.Response, shape: type[Shape]) -> Shape:
        try:
            return shape.model_validate_json(answer.content)
        except ValidationError:
            raise AwayError(
                f"{self.url} does not answer as dure does", remedy="check the address, and that both are of one release"
            ) from None

    def _ask(self, method: str, path: str, **more: Any) -> http.Response:
        """One request, again where nothing came back or the server asks for patience."""
        wait_s = WAIT_S
        for left in reversed(range(TRIES)):
            try:
                answer = self._http.request(method, f"/api/v1{path}", **more)
            except http.TransportError as error:
                if not left:
                    raise self._away(error) from None
            else:
                if answer.status_code < 400:
                    return answer
                if answer.status_code not in AGAIN or not left:
                    raise _said(answer, self.url)
                told = answer.headers.get("retry-after", "")
                wait_s = max(wait_s, float(told)) if told.isdigit() and float(told) <= WAIT_MOST_S else wait_s
            self._sleep(min(wait_s, WAIT_MOST_S))
            wait_s *= 2
        raise AssertionError("the last try returns or raises")

    def _away(self, error: http.TransportError) -> AwayError:
        return AwayError(f"{self.url} does not answer ({type(error).__name__})", remedy="is `dure serve` running there?")

    @contextmanager
    def _stream(self, path: str, params: Mapping[str, str], headers: Mapping[str, str] = MappingProxyType({})) -> Iterator[http.Response]:
        """An answer that is read as it comes; it may stay silent for long."""
        forever, whole = http.Timeout(TIMEOUT_S, read=None), f"/api/v1{path}"
        try:
            with self._http.stream("GET", whole, params=dict(params), headers=dict(headers), timeout=forever) as answer:
                if answer.status_code >= 400:
                    answer.read()
                    raise _said(answer, self.url)
                yield answer
        except http.TransportError as error:
            raise self._away(error) from None


def _simulated(answer: http.Response) -> tuple[str, ...]:
    told = answer.headers.get("dure-simulated", "")
    return tuple(unquote(site) for site in told.split(", ") if site)


def _id(text: str) -> str:
    """A job as addresses name it; the `j` may be left out. Raises InputError."""
    from dure.wire.quantity import QuantityError

    try:
        return api.job_id(*api.parse_job_id(text if text.startswith("j") else f"j{text}"))
    except QuantityError as error:
        raise InputError(error.what, remedy=error.remedy) from None


def _said(answer: http.Response, url: str) -> DureError:
    try:
        whole = answer.json()
        found = api.Problem.model_validate(whole)
    except (ValueError, ValidationError):
        return AwayError(f"{url} does not answer as dure does ({answer.status_code})", remedy="check the address, and what stands between")
    return RemoteError(found, {key: value for key, value in whole.items() if key not in api.Problem.model_fields})
