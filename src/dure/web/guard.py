"""Who asks, whether they may, and how much: asked of every request before anything else is done.

A token comes in the Authorization header and nowhere else, so it stands in no address, no log and no referrer; there are no cookies, so
no other page can ask in somebody's name. Tokens are looked up by their hash (`adapters.store.people`); here only the hash is kept.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from dure.adapters.store.current import JobRow
from dure.model.errors import LoginError
from dure.model.people import Actor
from dure.present.words import Words
from dure.programme.roles import NOTHING, Right, Thing, allowed
from dure.web.problems import FORBIDDEN, TOO_MANY, UNKNOWN_TOKEN, Refused, language_of
from dure.web.services import Services

TOKEN_MAX = 512
REMEMBERED = 10_000


def services_of(request: Request) -> Services:
    return cast(Services, request.app.state.services)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, in which language, and what they may reach."""

    person: Actor
    say: Words
    services: Services

    def may(self, right: Right, thing: Thing = NOTHING) -> bool:
        return allowed(right, self.person, thing)

    def need(self, right: Right, thing: Thing = NOTHING) -> None:
        """Raises Refused (403) where the table says no."""
        if not self.may(right, thing):
            raise Refused(FORBIDDEN, act=str(right))

    def needs_anywhere(self, right: Right) -> None:
        """For what is not of one project: in some project of theirs they may."""
        if not any(self.may(right, Thing(project=number)) for number in self.person.projects):
            raise Refused(FORBIDDEN, act=str(right))

    @property
    def project_names(self) -> dict[str, int]:
        """The projects that the person is a member of, by name."""
        named = ((self.services.projects.name(number), number) for number in self.person.projects)
        return {name: number for name, number in named if name is not None}


def place_of(row: JobRow) -> Thing:
    """What rights on a job depend on."""
    return Thing(person=row.person, project=row.project, site=row.pool.partition("/")[0] if row.pool else None)


class Buckets:
    """How much each may ask: so many a second, and a burst that fills up again. Bounded, whoever asks."""

    def __init__(self, per_s: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_s, self._burst, self._clock = per_s, burst, clock
        self._left: dict[object, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, who: object, amount: float = 1.0) -> float:
        """0 where it may go on, else the seconds to wait."""
        now = self._clock()
        with self._lock:
            left, at = self._left.get(who, (float(self._burst), now))
            left = min(float(self._burst), left + (now - at) * self._per_s)
            if left < amount:
                return (amount - left) / self._per_s
            self._left[who] = (left - amount, now)
            if len(self._left) > REMEMBERED:
                self._forget(now)
        return 0.0

    def _forget(self, now: float) -> None:
        """Those that are full again need not be known; of the rest, the oldest go."""
        full = [one for one, (left, at) in self._left.items() if left + (now - at) * self._per_s >= self._burst]
        for one in full or sorted(self._left, key=lambda one: self._left[one][1])[: REMEMBERED // 2]:
            del self._left[one]


class Guard:
    """State of the door: tokens that were found a moment ago, how much each has asked, streams that are open."""

    def __init__(self, services: Services) -> None:
        limits = services.limits
        self._services = services
        self._found: dict[bytes, tuple[float, Actor]] = {}
        self._persons = Buckets(limits.person_per_s, limits.person_burst)
        self._strangers = Buckets(limits.strangers_per_s, limits.strangers_burst)
        self._streams: Counter[int] = Counter()
        self._generation = 0

    async def person(self, request: Request) -> Actor:
        """Whose token it is. Raises Refused: 401 without a sound one, 429 where too much was asked."""
        text = _bearer(request)
        digest = hashlib.sha256(text.encode()).digest()
        known = self._found.get(digest)
        now = time.monotonic()
        if text and known is not None and known[0] > now:
            person = known[1]
        else:
            person = await self._look_up(request, text, digest, now)
        wait_s = self._persons.take(person.person)
        if wait_s:
            raise Refused(TOO_MANY, retry_after_s=int(wait_s) + 1)
        return person

    async def _look_up(self, request: Request, text: str, digest: bytes, now: float) -> Actor:
        self._found.pop(digest, None)
        generation = self._generation
        found: Actor | None = None
        if text:
            try:
                found = await run_in_threadpool(self._services.people.of_token, text, self._services.clock())
            except LoginError:
                found = None  # why it opens nothing is nobody's business
        if found is None:
            wait_s = self._strangers.take(request.client.host if request.client else "")
            if wait_s and text:
                raise Refused(TOO_MANY, retry_after_s=int(wait_s) + 1)
            raise Refused(UNKNOWN_TOKEN)
        if len(self._found) >= REMEMBERED:
            self._found.clear()
        if generation == self._generation:  # nothing changed while it was looked up
            self._found[digest] = (now + self._services.limits.token_s, found)
        return found

    async def still(self, request: HTTPConnection) -> Actor | None:
        """Who it is that an answer still goes to; None where the token opens nothing any more. It counts as no request."""
        text = _bearer(request)
        digest, now = hashlib.sha256(text.encode()).digest(), time.monotonic()
        known = self._found.get(digest)
        if known is not None and known[0] > now:
            return known[1]
        generation = self._generation
        try:
            found = await run_in_threadpool(self._services.people.of_token, text, self._services.clock())
        except LoginError:
            self._found.pop(digest, None)
            return None
        if generation == self._generation:
            self._found[digest] = (now + self._services.limits.token_s, found)
        return found

    def forget(self) -> None:
        """Somebody's rights may have changed through this process: what was found is looked up again."""
        self._generation += 1
        self._found.clear()

    @contextmanager
    def stream(self, person: Actor) -> Iterator[None]:
        """An answer that stays open counts until it closes."""
        limits = self._services.limits
        if self._streams[person.person] >= limits.streams_of_one or self._streams.total() >= limits.streams:
            raise Refused(TOO_MANY, retry_after_s=30)
        self._streams[person.person] += 1
        try:
            yield
        finally:
            self._streams[person.person] -= 1
            if not self._streams[person.person]:
                del self._streams[person.person]


def _bearer(request: HTTPConnection) -> str:
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    text = text.strip()
    return text if scheme.lower() == "bearer" and text.isascii() and 0 < len(text) <= TOKEN_MAX else ""


def guard_of(request: Request) -> Guard:
    return cast(Guard, request.app.state.guard)


async def asker_of(request: Request) -> Asker:
    """Who asks; for routes that decide by what they find whether it may be done."""
    return Asker(await guard_of(request).person(request), Words(language_of(request)), services_of(request))


def person(right: Right) -> Callable[[Request], Awaitable[Asker]]:
    """A dependency of a route: who asks, after the table of rights has said that they may, wherever it is."""

    async def asked(request: Request) -> Asker:
        asker = await asker_of(request)
        asker.need(right)
        return asker

    return asked


async def words_of(request: Request) -> Words:
    """For routes that need no token."""
    return Words(language_of(request))
