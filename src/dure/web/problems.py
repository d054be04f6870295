"""Errors as RFC 9457 problem details: what, where and the remedy, in the language of the request. Input never makes a 5xx.

A bug answers 500 without a word of what went wrong inside; the reference in it is in the log of the server.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from starlette.exceptions import HTTPException

from dure.adapters.store.sql import KeyTaken
from dure.model.errors import DureError, InputError, LimitError, LoginError, MissingError, RightError, StateError
from dure.present.numbers import Lang
from dure.present.said import told_parts
from dure.present.words import Words
from dure.wire.quantity import QuantityError

MEDIA = "application/problem+json"
BUSY_AGAIN_S = 2
_LOG = logging.getLogger("dure.web")
_STATUS_CODES = {404: "not_found", 405: "method", 413: "too_large", 415: "media"}


@dataclass(frozen=True, slots=True)
class Said:
    """One kind of refusal: its status and its name; the words stand in `phrases_web`."""

    status: int
    code: str


UNKNOWN_TOKEN = Said(401, "unknown_token")
FORBIDDEN = Said(403, "forbidden")
NO_SUCH_JOB = Said(404, "no_such_job")
NO_SUCH_NODE = Said(404, "no_such_node")
NO_SUCH_THING = Said(404, "not_found")
NO_PROJECT = Said(422, "no_project")
NO_PROJECT_YET = Said(422, "no_project_yet")
NOT_MEMBER = Said(403, "not_member")
NO_OPERATOR = Said(404, "no_operator")
NO_MODEL = Said(422, "no_model")
NO_POOL = Said(422, "no_pool")
BLOB_MISSING = Said(422, "blob_missing")
BLOB_DIFFERS = Said(422, "blob_differs")
BAD_KEY = Said(422, "bad_key")
BAD_EVENT = Said(422, "bad_event")
KEY_TAKEN = Said(409, "key_taken")
TOO_LARGE = Said(413, "too_large")
NOT_SERVED = Said(422, "not_served")
NOT_RUNNING = Said(409, "not_running")
NO_SHELL = Said(409, "no_shell")
NO_SUCH_AFTER = Said(422, "no_such_after")
NO_HOLDING = Said(422, "no_holding")
NOT_PAUSABLE = Said(409, "not_pausable")
NAME_A_TASK = Said(422, "name_a_task")
TOO_MANY_JOBS = Said(429, "too_many_jobs")
TOO_MANY = Said(429, "too_many")
BUSY = Said(429, "busy")
UNAVAILABLE = Said(503, "unavailable")


class Refused(Exception):
    """A request that is not done; `extra` goes into the answer as it is."""

    def __init__(self, said: Said, *, retry_after_s: int = 0, extra: Mapping[str, Any] | None = None, **params: Any) -> None:
        self.said, self.params, self.retry_after_s, self.extra = said, params, retry_after_s, dict(extra or {})
        super().__init__(said.code)


def which_project(mine: Iterable[str]) -> Refused:
    """Somebody names no project: which are theirs, or that none is yet."""
    names = ", ".join(sorted(mine))
    return Refused(NO_PROJECT, names=names) if names else Refused(NO_PROJECT_YET)


def language_of(request: Request) -> Lang:
    """Korean where the first language that the request would like is Korean; `?lang=ko` outdoes it, so that a page can be linked."""
    asked = request.query_params.get("lang") or request.headers.get("accept-language", "")
    return Lang.KO if asked.lower().startswith("ko") else Lang.EN


def problem(
    status: int, code: str, say: Words, detail: str, remedy: str = "", where: str = "", *, extra: Mapping[str, Any] | None = None
) -> Response:
    body = {
        "type": f"urn:dure:problem:{code}",
        "title": say(f"problem.{code}"),
        "status": status,
        "detail": detail,
        "remedy": remedy,
        "where": where,
        **(extra or {}),
    }
    return JSONResponse(body, status, media_type=MEDIA)


def refused(error: Refused, say: Words) -> Response:
    """The answer to a request that was refused by us."""
    code = error.said.code
    answer = problem(
        error.said.status,
        code,
        say,
        say(f"problem.{code}.detail", **error.params),
        say(f"problem.{code}.remedy", **error.params),
        extra=error.extra,
    )
    if error.retry_after_s:
        answer.headers["Retry-After"] = str(error.retry_after_s)
    if error.said.status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="dure"'
    return answer


def wrong_input(error: DureError, say: Words, status: int, code: str) -> Response:
    """What a person wrote and has to change, every finding of it."""
    found: list[dict[str, Any]] = [
        {
            "what": told_parts("", one.what, "", say),
            "remedy": told_parts("", one.remedy, "", say),
            "file": one.where.file,
            "line": one.where.line,
            "field": one.where.field,
        }
        for one in getattr(error, "errors", (error,))
    ]
    where = str(getattr(error, "errors", (error,))[0].where)
    return problem(status, code, say, found[0]["what"], found[0]["remedy"], where, extra={"errors": found})


def _answer(error: Exception, say: Words) -> Response:
    if isinstance(error, Refused):
        return refused(error, say)
    if isinstance(error, QuantityError):
        return wrong_input(InputError(error.what, remedy=error.remedy), say, 422, "input")
    if isinstance(error, KeyTaken):
        return refused(Refused(KEY_TAKEN), say)
    if isinstance(error, LoginError):
        return refused(Refused(UNKNOWN_TOKEN), say)
    if isinstance(error, RightError):
        return wrong_input(error, say, 403, "forbidden")
    if isinstance(error, MissingError):
        return wrong_input(error, say, 404, "missing")
    if isinstance(error, LimitError):
        return wrong_input(error, say, 422, "limit")
    if isinstance(error, StateError):
        _LOG.error("the store refused: %s", error.what)
        return refused(Refused(UNAVAILABLE, retry_after_s=BUSY_AGAIN_S), say)
    assert isinstance(error, DureError)
    return wrong_input(error, say, 422, "input")


def _invalid(found: Any, say: Words) -> Response:
    """What pydantic found: the place in the request, and in its words what was expected. The value itself is not sent back."""
    errors: list[dict[str, Any]] = [
        {
            "what": say("problem.field", text=str(one.get("msg", ""))[:200]),
            "remedy": say("problem.field.remedy"),
            "file": "",
            "line": 0,
            "field": ".".join(str(step) for step in one.get("loc", ()) if step != "[key]")[:200],
        }
        for one in found[:50]
    ]
    return problem(422, "input", say, errors[0]["what"], errors[0]["remedy"], errors[0]["field"], extra={"errors": errors})


def install(app: FastAPI) -> None:
    """Every way an answer can go wrong ends here."""

    def words(request: Request) -> Words:
        return Words(language_of(request))

    async def expected(request: Request, error: Exception) -> Response:
        return _answer(error, words(request))

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError | ValidationError)
        return _invalid(error.errors(), words(request))

    async def plain(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        code = _STATUS_CODES.get(error.status_code, "request")
        say = words(request)
        answer = problem(
            error.status_code, code, say, say("problem.plain.detail", what=str(error.detail)[:200]), say("problem.plain.remedy")
        )
        answer.headers.update(error.headers or {})
        return answer

    async def database(request: Request, error: Exception) -> Response:
        _LOG.error("the database did not answer: %s", type(error).__name__)
        return refused(Refused(UNAVAILABLE, retry_after_s=BUSY_AGAIN_S), words(request))

    async def bug(request: Request, error: Exception) -> Response:
        reference = secrets.token_hex(4)
        _LOG.error("%s %s: a bug, reference %s", request.method, request.url.path, reference, exc_info=error)
        say = words(request)
        return problem(500, "bug", say, say("problem.bug.detail", reference=reference), say("problem.bug.remedy"))

    app.add_exception_handler(DureError, expected)
    app.add_exception_handler(Refused, expected)
    app.add_exception_handler(QuantityError, expected)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(ValidationError, invalid)
    app.add_exception_handler(HTTPException, plain)
    app.add_exception_handler(DBAPIError, database)
    app.add_exception_handler(SQLAlchemyError, database)
    app.add_exception_handler(Exception, bug)
