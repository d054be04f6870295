"""Login by an identity provider: the browser goes there and comes back, and its person is shown a token of twelve hours.

A login belongs to the browser that began it (a cookie that only these two addresses see), is used once, and is over after ten minutes:
nobody can be made to finish somebody else's. There is no session: what opens the API is the token alone.
"""

from __future__ import annotations

import hashlib
import hmac
import html
import secrets
import threading
import time
from collections import OrderedDict
from typing import Annotated

from fastapi import APIRouter, FastAPI, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from dure.adapters.oidc import Begun, Login, Provider, Settings
from dure.adapters.store.people import People
from dure.adapters.store.people_desk import SYSTEM
from dure.model.errors import RightError
from dure.model.people import Scope
from dure.model.units import HOUR_S
from dure.present.words import Words
from dure.web.guard import services_of
from dure.web.people_views import at
from dure.web.problems import language_of

WAITS_S = 600.0
WAITING_MOST = 10_000
LIFE_S = 12 * HOUR_S
SCOPES = frozenset(Scope) - {Scope.ADMIN}
"""What a login gives. The administrator's acts need a token that was made for them."""
COOKIE = "dure-login"
LABEL = "login"


class Logins:
    """Logins under way, by their state; bounded, the oldest go."""

    def __init__(self) -> None:
        self._found: OrderedDict[str, tuple[float, Begun, bytes]] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, begun: Begun) -> str:
        """What the browser has to show when it comes back."""
        browser = secrets.token_urlsafe(32)
        with self._lock:
            self._found[begun.state] = (time.monotonic() + WAITS_S, begun, _digest(browser))
            while len(self._found) > WAITING_MOST:
                self._found.popitem(last=False)
        return browser

    def take(self, state: str, browser: str) -> Begun:
        """The login that this browser began, once. Raises RightError for any other."""
        with self._lock:
            until, begun, digest = self._found.get(state, (0.0, None, b""))
            if begun is None or time.monotonic() > until or not hmac.compare_digest(digest, _digest(browser)):
                raise RightError("this login was not begun here, or it is over", remedy="begin the login again")
            del self._found[state]
            return begun


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def install(app: FastAPI, settings: Settings) -> None:
    """Add `/auth/login` and `/auth/callback` to the application."""
    services = app.state.services
    provider, logins, people = Provider(settings, services.clock), Logins(), services.people
    assert isinstance(people, People)
    router = APIRouter(prefix="/auth")
    safe = settings.callback.startswith("https://")

    @router.get("/login", include_in_schema=False)
    async def login() -> Response:
        begun = await run_in_threadpool(provider.begin)
        answer = RedirectResponse(begun.url, 303)
        answer.set_cookie(COOKIE, logins.keep(begun), max_age=int(WAITS_S), path="/auth", secure=safe, httponly=True, samesite="lax")
        return answer

    @router.get("/callback", include_in_schema=False)
    async def callback(
        request: Request,
        state: Annotated[str, Query(max_length=200)] = "",
        code: Annotated[str, Query(max_length=4_000)] = "",
        iss: Annotated[str | None, Query(max_length=400)] = None,
    ) -> Response:
        begun = logins.take(state, request.cookies.get(COOKIE, ""))
        if not code or (iss is not None and iss != settings.issuer):
            raise RightError("the identity provider does not confirm this login", remedy="begin the login again")
        return await run_in_threadpool(_answer, request, begun, code)

    def _answer(request: Request, begun: Begun, code: str) -> Response:
        now = services_of(request).clock()
        person = person_of(people, settings, provider.finish(begun, code), now)
        made, text = people.make_token(
            SYSTEM, f"oidc/{secrets.token_hex(16)}", now, person=person, label=LABEL, scopes=SCOPES, expires_at=now + LIFE_S
        )
        told = {"token": text or "", "expires_at": at(made.expires_at), "person": person}
        wants_json = "application/json" in request.headers.get("accept", "")
        answer: Response = JSONResponse(told) if wants_json else HTMLResponse(_page(Words(language_of(request)), told))
        answer.delete_cookie(COOKIE, path="/auth", secure=safe, httponly=True, samesite="lax")
        return answer

    app.include_router(router)


def person_of(people: People, settings: Settings, login: Login, now: int) -> int:
    """The person whose login this is; who comes from an organisation's own domain becomes one. Raises RightError for others."""
    known = people.person_of_login(login.issuer, login.subject)
    if known is not None:
        return known
    organisation = settings.organisations.get(login.mail.rpartition("@")[2].lower()) if login.mail else None
    if organisation is None:
        raise RightError(
            "nobody here has this login", remedy="ask the programme office to add you, with the name that the provider has of you"
        )
    name = login.name.strip() or login.mail.partition("@")[0]
    plain = "".join(character for character in name if character.isprintable())[:200] or "–"
    key = f"oidc/{hashlib.sha256(f'{login.issuer} {login.subject} {now}'.encode()).hexdigest()}"
    made = people.add_person(
        SYSTEM, key, now, organisation=organisation, name=plain, mail=login.mail[:200], login=(login.issuer, login.subject)
    )
    return made.id


def _page(say: Words, told: dict[str, object]) -> str:
    """The token, this once; nothing on the page leads anywhere."""
    title, text, until = (html.escape(say(f"oidc.{name}", until=told["expires_at"])) for name in ("title", "text", "until"))
    style = "body{font:16px/1.5 system-ui;margin:3em auto;max-width:44em;padding:0 1em}pre{background:#eee;padding:1em;overflow:auto}"
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title><style>{style}</style>'
    body = f"<h1>{title}</h1><p>{text}</p><pre>{html.escape(str(told['token']))}</pre><p>{until}</p>"
    return f'<!doctype html><html lang="{say.lang}">{head}{body}</html>'
