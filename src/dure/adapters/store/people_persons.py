"""Organisations and persons: who they are, what roles they hold, and how what is personal is erased."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from dure.adapters.store.people_desk import Changed, Desk, Done, actor_of, told_organisation
from dure.adapters.store.people_schema import identity, organisation, person, person_role, token
from dure.model.errors import MissingError, PeopleError
from dure.model.people import MEMBER_ROLES, Actor, Organisation, OrganisationKind, Person, Role, Scope, Size
from dure.programme.roles import Right, Thing

TEXT_MOST = 200
SALT_BYTES = 16


def checked_text(what: str, text: str, *, least: int = 1, most: int = TEXT_MOST) -> str:
    """A line of text without control characters, of a sane length; PeopleError otherwise."""
    text = text.strip()
    if not least <= len(text) <= most or not text.isprintable():
        raise PeopleError(f"{what} is not of {least} to {most} printable characters", remedy="write one line of text")
    return text


_MAIL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]|\.(?=[A-Za-z0-9])){0,252}")
"""An address as mail servers take it: no name beside it, no second one, nothing that begins a header."""


class Persons(Desk):
    def add_organisation(
        self,
        actor: Actor,
        key: str,
        now: int,
        *,
        name: str,
        kind: OrganisationKind,
        name_ko: str = "",
        region: str = "",
        size: Size = Size.NONE,
    ) -> Organisation:
        """A legal body; its name is taken once."""
        self._need(actor, Right.ORGANISATION_MAKE)
        row = {"name": checked_text("the name of an organisation", name), "name_ko": checked_text("the Korean name", name_ko, least=0)}
        row |= {"kind": kind.value, "region": checked_text("the region", region, least=0), "size": size.value}

        def do(connection: Connection) -> Done:
            if connection.execute(select(organisation.c.id).where(organisation.c.name == row["name"])).first():
                raise PeopleError(f"there is an organisation {row['name']} already", remedy="use it, or write another name")
            number = self._number(connection, "organisation")
            connection.execute(insert(organisation).values(id=number, made_at=now, **row))
            return Done({"organisation": number})

        return self.organisation(self._change(actor, key, now, "organisation.made", row, do)["organisation"])

    def organisation(self, number: int) -> Organisation:
        with self._reads.connect() as connection:
            return self._organisation(connection, number)

    def organisations(self, before: int | None = None, limit: int = 100) -> list[Organisation]:
        """Newest first, those with a number below `before`."""
        query = select(organisation).order_by(organisation.c.id.desc()).limit(limit)
        with self._reads.connect() as connection:
            found = connection.execute(query if before is None else query.where(organisation.c.id < before))
            return [told_organisation(row) for row in found]

    def add_person(
        self, actor: Actor, key: str, now: int, *, organisation: int, name: str, mail: str, login: tuple[str, str] | None = None
    ) -> Person:
        """Somebody of an organisation, a researcher until given a role. `login`: issuer and subject of an identity provider."""
        self._need(actor, Right.PERSON_MAKE)
        row = {"organisation": organisation, "name": checked_text("the name of a person", name)}
        row["mail"] = checked_text("the mail address", mail, least=0)
        if mail and not _MAIL.fullmatch(mail):
            raise PeopleError("this is no mail address", remedy="write name@host.domain, or leave it out")

        def do(connection: Connection) -> Done:
            self._organisation(connection, organisation)
            number = self._number(connection, "person")
            connection.execute(insert(person).values(id=number, made_at=now, salt=secrets.token_hex(SALT_BYTES), **row))
            if login is not None:
                self._link(connection, number, login, now)
            return Done({"person": number, "organisation": organisation})

        return self._person(self._change(actor, key, now, "person.made", {"organisation": organisation}, do)["person"])

    def _link(self, connection: Connection, number: int, login: tuple[str, str], now: int) -> None:
        known = connection.execute(select(identity.c.person).where(identity.c.hash == login_hash(*login))).scalar_one_or_none()
        if known is not None:
            raise PeopleError("this login belongs to somebody already", remedy="use the person that it belongs to")
        connection.execute(insert(identity).values(hash=login_hash(*login), person=number, made_at=now))

    def person_of_login(self, issuer: str, subject: str) -> int | None:
        """The person whose login at an identity provider this is."""
        with self._reads.connect() as connection:
            query = select(identity.c.person).where(identity.c.hash == login_hash(issuer, subject))
            return connection.execute(query).scalar_one_or_none()

    def actor(self, number: int, scopes: frozenset[Scope]) -> Actor:
        """A person who has logged in, with what they may do."""
        with self._reads.connect() as connection:
            self._living(connection, number)
            return actor_of(connection, number, scopes)

    def person(self, actor: Actor, number: int) -> Person:
        """Somebody with name and address, for those who may see them."""
        with self._reads.connect() as connection:
            self._sees_person(connection, actor, number)
        return self._person(number)

    def _sees_person(self, connection: Connection, actor: Actor, number: int) -> None:
        """PERSON_SEE: it is enough that one project has both."""
        theirs = actor_of(connection, self._living(connection, number, erased=True).id, frozenset())
        shared = next((one for one in theirs.projects if one in actor.projects), None)
        thing = Thing(person=number, project=shared, organisation=theirs.organisation)
        self._sees(actor, Right.PERSON_SEE, thing, "person", number)

    def _living(self, connection: Connection, number: int, *, erased: bool = False) -> Row[Any]:
        row = self._one(connection, person, number)
        if row.erased_at is not None and not erased:
            raise MissingError(f"person {number} was erased", remedy="nothing: what was personal is gone")
        return row

    def _person(self, number: int) -> Person:
        with self._reads.connect() as connection:
            row = self._one(connection, person, number)
            return self._told_persons(connection, [row])[0]

    def persons(self, actor: Actor, before: int | None = None, limit: int = 100) -> list[Person]:
        """Everybody, newest first, for the programme office."""
        self._need(actor, Right.PERSON_SEE)
        query = select(person).order_by(person.c.id.desc()).limit(limit)
        with self._reads.connect() as connection:
            rows = connection.execute(query if before is None else query.where(person.c.id < before)).all()
            return self._told_persons(connection, rows)

    def _told_persons(self, connection: Connection, rows: Iterable[Row[Any]]) -> list[Person]:
        rows = list(rows)
        query = select(person_role).where(person_role.c.person.in_([row.id for row in rows]))
        roles = connection.execute(query.order_by(person_role.c.role, person_role.c.site)).all()
        return [
            Person(
                id=row.id,
                organisation=row.organisation,
                name=row.name,
                mail=row.mail,
                roles=tuple(dict.fromkeys(Role(one.role) for one in roles if one.person == row.id)),
                sites=tuple(one.site for one in roles if one.person == row.id and one.site),
                erased=row.erased_at is not None,
            )
            for row in rows
        ]

    def give_role(self, actor: Actor, key: str, now: int, *, person: int, role: Role, site: str = "") -> Changed:
        """A role in the programme; an operator holds it for one site at a time. Nobody gives roles to themselves."""
        self._need(actor, Right.ROLE_GIVE, Thing(person=person))
        if role in MEMBER_ROLES:
            raise PeopleError(f"{role} is held within a project", remedy="make the person a member of the project")
        if (role is Role.OPERATOR) != bool(site):
            raise PeopleError("an operator is one of a site, and nobody else is", remedy="name the site of an operator, and of nobody else")

        def do(connection: Connection) -> Done:
            self._living(connection, person)
            row = {"person": person, "role": role.value, "site": site}
            held = [person_role.c[name] == value for name, value in row.items()]
            if not connection.execute(select(person_role).where(*held)).first():
                connection.execute(insert(person_role).values(**row, since=now))
            return Done(row)

        return self._change(actor, key, now, "role.given", {"person": person, "role": role, "site": site}, do)

    def take_role(self, actor: Actor, key: str, now: int, *, person: int, role: Role, site: str = "") -> Changed:
        self._need(actor, Right.ROLE_GIVE, Thing(person=person))

        def do(connection: Connection) -> Done:
            row = {"person": person, "role": role.value, "site": site}
            connection.execute(delete(person_role).where(*(person_role.c[name] == value for name, value in row.items())))
            return Done(row)

        return self._change(actor, key, now, "role.taken", {"person": person, "role": role, "site": site}, do)

    def erase(self, actor: Actor, key: str, now: int, *, number: int) -> Changed:
        """Name, address and logins go, tokens end; the number stays in rows and log, and says nothing about anybody."""
        self._need(actor, Right.PERSON_ERASE, Thing(person=number))

        def do(connection: Connection) -> Done:
            self._one(connection, person, number)
            # logins go first: acts name them with the salt
            connection.execute(delete(identity).where(identity.c.person == number))
            connection.execute(update(person).where(person.c.id == number).values(name="", mail="", salt="", erased_at=now))
            connection.execute(delete(person_role).where(person_role.c.person == number))
            theirs = update(token).where(token.c.person == number)
            connection.execute(theirs.values(label=""))
            connection.execute(theirs.where(token.c.revoked_at.is_(None)).values(revoked_at=now))
            return Done({"person": number})

        return self._change(actor, key, now, "person.erased", {"person": number}, do)


def login_hash(issuer: str, subject: str) -> str:
    """How a login elsewhere is known again without being kept."""
    return hashlib.sha256(f"{issuer}\0{subject}".encode()).hexdigest()
