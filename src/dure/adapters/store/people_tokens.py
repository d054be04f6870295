"""API tokens: random, kept as a hash, narrowed by scopes, with an end, and revocable.

A token is 256 random bits. That is what makes one round of SHA-256 enough: nobody can try out 2^256 texts against a stolen hash, so a
slow hash, made for passwords that people choose, would protect nothing here and cost each request a tenth of a second.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from dure.adapters.store.people_desk import SYSTEM, Changed, Done, actor_of
from dure.adapters.store.people_persons import Persons, checked_text
from dure.adapters.store.people_schema import person_role, token
from dure.model.errors import LoginError, PeopleError, RightError
from dure.model.people import Actor, OrganisationKind, Role, Scope, Token
from dure.model.units import DAY_S
from dure.programme.roles import Right, Thing

PREFIX = "dure_"
"""Secret scanners know a token by it."""
RANDOM_BYTES = 32
LIFE_S_MOST = 366 * DAY_S
FIRST_LIFE_S = 30 * DAY_S
"""The administrator's first token lives so long: until then other tokens can be made."""
FIRST_ROLES = (Role.ADMINISTRATOR, Role.PROGRAMME_OFFICER, Role.SIGNATORY, Role.AUDITOR)
KNOWN_MOST = 10_000


class Tokens(Persons):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._known: tuple[int, dict[str, tuple[Actor, int]]] = (-1, {})

    def make_token(
        self,
        actor: Actor,
        key: str,
        now: int,
        *,
        person: int,
        label: str,
        scopes: frozenset[Scope],
        expires_at: int,
        life_s: int | None = None,
    ) -> tuple[Token, str | None]:
        """A token and its text, which is told this once: asked again with the same key, the text is None. Scopes never grow.

        `life_s`: what was asked for, where the end was counted from now: asked again later it is the same request.
        """
        self._need(actor, Right.TOKEN_MAKE, Thing(person=person))
        label = checked_text("the label of a token", label)
        if actor is not SYSTEM and not scopes <= actor.scopes:
            raise RightError("a token gives no scope that its maker's does not have", remedy="log in with a token of wider scope")
        if not scopes:
            raise PeopleError("a token without a scope opens nothing", remedy=f"name some of {', '.join(Scope)}")
        if not now < expires_at <= now + LIFE_S_MOST:
            raise PeopleError("a token ends within a year", remedy="name a later instant, at most 366 days from now")
        text = PREFIX + secrets.token_urlsafe(RANDOM_BYTES)
        row = {"person": person, "label": label, "scopes": sorted(scopes), "expires_at": expires_at}

        def do(connection: Connection) -> Done:
            self._living(connection, person)
            number = self._number(connection, "token")
            connection.execute(insert(token).values(id=number, hash=token_hash(text), made_at=now, **row))
            return Done({"token": number, "person": person})

        end = {"expires_at": expires_at} if life_s is None else {"life": life_s}
        asked = {"person": person, "scopes": row["scopes"], **end}
        done = self._change(actor, key, now, "token.made", asked, do)
        with self._reads.connect() as connection:
            return _told(self._one(connection, token, done["token"])), None if done.again else text

    def of_token(self, text: str, now: int) -> Actor:
        """Who holds a token. Raises LoginError for one that is unknown, over or revoked, and says no more than that.

        What was read stays known until something changes: a request costs one look at the counter of changes.
        """
        revision, known = self.revision(), self._known
        if known[0] != revision or len(known[1]) >= KNOWN_MOST:
            known = self._known = (revision, {})
        hashed = token_hash(text)
        actor, expires_at = known[1].get(hashed, (None, 0))
        if actor is None:
            with self._reads.connect() as connection:
                row = connection.execute(select(token).where(token.c.hash == hashed)).one_or_none()
                if row is not None and row.revoked_at is None:
                    actor, expires_at = actor_of(connection, row.person, frozenset(map(Scope, row.scopes)), row.id), row.expires_at
                    known[1][hashed] = (actor, expires_at)
        if actor is None or now >= expires_at:
            raise LoginError("the token is not known, or it is over", remedy="log in again, or ask for a new token")
        return actor

    def tokens(self, actor: Actor, person: int) -> list[Token]:
        """Somebody's tokens, newest first, without their texts."""
        self._need(actor, Right.TOKEN_SEE, Thing(person=person))
        with self._reads.connect() as connection:
            found = connection.execute(select(token).where(token.c.person == person).order_by(token.c.id.desc()))
            return [_told(row) for row in found]

    def revoke_token(self, actor: Actor, key: str, now: int, *, number: int) -> Changed:
        """From its commit on the token opens nothing."""
        with self._reads.connect() as connection:
            self._need(actor, Right.TOKEN_REVOKE, Thing(person=self._one(connection, token, number).person))

        def do(connection: Connection) -> Done:
            ours = update(token).where(token.c.id == number, token.c.revoked_at.is_(None))
            connection.execute(ours.values(revoked_at=now))
            return Done({"token": number})

        return self._change(actor, key, now, "token.revoked", {"token": number}, do)

    def bootstrap(self, folder: Path, now: int, pools: Mapping[str, int]) -> Path | None:
        """The first start: an administrator whose token stands in FOLDER/admin.token, for its owner's eyes; None where one is there."""
        with self._reads.connect() as connection:
            query = select(person_role.c.person).where(person_role.c.role == Role.ADMINISTRATOR.value)
            if connection.execute(query).first():
                return None
        home = self.add_organisation(SYSTEM, "bootstrap/organisation", now, name="office", kind=OrganisationKind.PUBLIC)
        who = self.add_person(SYSTEM, "bootstrap/person", now, organisation=home.id, name="administrator", mail="")
        made, text = self.make_token(
            SYSTEM,
            f"bootstrap/token/{now}",
            now,
            person=who.id,
            label="first start",
            scopes=frozenset(Scope),
            expires_at=now + FIRST_LIFE_S,
        )
        path = folder / "admin.token"
        if text is not None:
            _write_secret(path, text)
        for role in FIRST_ROLES:  # the administrator last: until then another start does all of this again
            if role is not Role.ADMINISTRATOR:
                self.give_role(SYSTEM, f"bootstrap/{role}", now, person=who.id, role=role)
        self._first(now, pools)
        self.give_role(SYSTEM, f"bootstrap/{Role.ADMINISTRATOR}", now, person=who.id, role=Role.ADMINISTRATOR)
        assert made.person == who.id
        return path

    def _first(self, now: int, pools: Mapping[str, int]) -> None:
        """What else a new installation gets."""


def token_hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _told(row: Row[Any]) -> Token:
    return Token(
        id=row.id,
        person=row.person,
        label=row.label,
        scopes=frozenset(map(Scope, row.scopes)),
        made_at=row.made_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )


def _write_secret(path: Path, text: str) -> None:
    """A file that only its owner reads, from its first byte on; written aside and renamed."""
    aside = path.with_name(path.name + ".new")
    aside.unlink(missing_ok=True)
    with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
