"""`create_app(services)`: routes, limits, errors. The application holds what it was given and nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import dure
from dure.present.numbers import Lang
from dure.present.words import Words
from dure.web import books_api, calls_api, data_api, jobs, nodes_api, pages, people_api, problems, public, shells, streams
from dure.web.guard import Guard
from dure.web.marks import Marks
from dure.web.problems import TOO_LARGE, Refused, refused
from dure.web.services import Services
from dure.wire import api
from dure.wire.api_examples import EXAMPLES

HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'"),
)
BLOBS = "/api/v1/blobs/"
PIECES = "/api/v1/data/pieces/"
READS = frozenset({"GET", "HEAD", "OPTIONS"})
OF_JOBS = ("/api/v1/jobs", "/api/v1/shells", "/api/v1/explain", BLOBS, PIECES)
"""Writing here changes nobody's rights."""


class Door:
    """Around everything: no body is larger than it may be, every answer says what a browser may do with it, every request is counted."""

    def __init__(self, app: ASGIApp, services: Services, guard: Guard) -> None:
        self._app, self._limits, self._meters, self._guard = app, services.limits, services.meters, guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._limits.blob_bytes if scope["path"].startswith((BLOBS, PIECES)) else self._limits.body_bytes
        told = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if not told.isdigit() or len(told) > 18 or int(told) > most:
            await refused(Refused(TOO_LARGE, most=most >> 20), Words(Lang.EN))(scope, receive, self._sender(scope, send))
            return
        await self._app(scope, _counted(receive, most), self._sender(scope, send))

    def _sender(self, scope: Scope, send: Send) -> Callable[[Message], Awaitable[None]]:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                named = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(one for one in HEADERS if one[0] not in named)]
                if b"cache-control" not in named:
                    message["headers"].append((b"cache-control", b"no-store"))
                if scope["method"] not in READS and not scope["path"].startswith(OF_JOBS):
                    self._guard.forget()
                route = getattr(scope.get("route"), "path", "none")
                self._meters.requests.labels(route, scope["method"] if scope["method"] in _METHODS else "other", message["status"]).inc()
            await send(message)

        return sent


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})


def _counted(receive: Receive, most: int) -> Receive:
    """A body that comes without saying how long it is ends where it is too long."""
    left = most

    async def counted() -> Message:
        nonlocal left
        message = await receive()
        if message["type"] == "http.request":
            left -= len(message.get("body", b""))
            if left < 0:
                raise Refused(TOO_LARGE, most=most >> 20)
        return message

    return counted


def create_app(services: Services) -> FastAPI:
    """The application; `services.desk.close()` after it has stopped."""
    app = FastAPI(
        title="dure",
        version=dure.__version__,
        description="Projects, grants and jobs of a programme. Errors are problem details (RFC 9457).",
        docs_url=None,
        redoc_url=None,
        responses={"4XX": {"description": "Problem", "content": {problems.MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}}}},
    )
    app.state.services = services
    app.state.guard = guard = Guard(services)
    app.state.sessions = shells.Sessions()
    services.meters.watch(services.live.rates, services.live.counts, services.books)
    app.router.routes.insert(0, Route("/api/v1/jobs", jobs.submit, methods=["POST"]))
    for router in (
        jobs.router,
        streams.router,
        shells.router,
        people_api.router,
        calls_api.router,
        nodes_api.router,
        books_api.router,
        data_api.router,
        public.router,
        public.bare,
        pages.router,
    ):
        app.include_router(router)
    problems.install(app)
    app.add_middleware(Door, services=services, guard=guard)
    if services.simulated:
        app.add_middleware(Marks, sites=services.simulated)
    _describe(app)
    return app


def _describe(app: FastAPI) -> None:
    """The OpenAPI document, with what FastAPI does not see: errors, requests that are read by hand, and the token."""
    plain = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is not None:
            return app.openapi_schema
        found = plain()
        parts = found.setdefault("components", {}).setdefault("schemas", {})
        for model in (api.Problem, api.SubmitRequest):
            schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
            parts.update(schema.pop("$defs", {}))
            parts[model.__name__] = schema
        for name, example in EXAMPLES.items():
            if name in parts:
                parts[name]["examples"] = [example]
        found["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        found["security"] = [{"token": []}]
        app.openapi_schema = found
        return found

    app.openapi = described  # type: ignore[method-assign]
