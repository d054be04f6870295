"""The one door through which people's rows change: right, rows and act in one transaction, once however often it is sent.

Every change puts an act `note` into the inbox, which says what was done, by whom and to which numbers, never a name or an address, and
the hash of every row that it left (`people_sealed`); the broker passes over it, auditors read it. What the broker has to know follows as
acts of its own in the same transaction. A change is known by its actor and key: sent again it answers what it answered, sent with another
request it is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, Row, Table, select, update

from dure.adapters.store.engine import WRITES
from dure.adapters.store.people_schema import counter, member, organisation, person, person_role
from dure.adapters.store.people_sealed import NOTE, Touched
from dure.adapters.store.schema import inbox
from dure.adapters.store.sql import Act, Inbox, KeyTaken
from dure.model.errors import MissingError, RightError
from dure.model.people import Actor, Organisation, OrganisationKind, Role, Scope, Size
from dure.programme.roles import NOTHING, Right, Thing, allowed

SYSTEM = Actor(person=0, organisation=0)
"""The installation itself: first start, ends of terms. It may do everything and is no person."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a change made: numbers for the note, and the acts that the broker has to know."""

    ids: Mapping[str, Any] = field(default_factory=dict)
    acts: Sequence[tuple[str, Mapping[str, Any]]] = ()


@dataclass(frozen=True, slots=True)
class Changed:
    """The numbers of a change; `again` if it was made before."""

    ids: Mapping[str, Any]
    again: bool

    def __getitem__(self, name: str) -> int:
        found: int = self.ids[name]
        return found


class Desk:
    """What every part of `People` stands on."""

    def __init__(self, engine: Engine, inbox: Inbox) -> None:
        self._reads = engine
        self._writes = engine.execution_options(**WRITES)
        self._inbox = inbox

    def revision(self) -> int:
        """How many changes there were: what was read before is still so where it is the same."""
        with self._reads.connect() as connection:
            return int(connection.execute(select(counter.c.next).where(counter.c.name == "change")).scalar_one())

    def _change(self, actor: Actor, key: str, now: int, what: str, asked: Mapping[str, Any], do: Callable[[Connection], Done]) -> Changed:
        """Make a change, once. `asked` tells this request from others under its key and holds nothing personal."""
        by = actor.name if actor.person else "dure"
        whole, print_ = f"{by}/{key}", _fingerprint(asked)
        with self._writes.begin() as connection:
            self._number(connection, "change")  # the first lock of every change: one after the other
            known = connection.execute(select(inbox.c.act, inbox.c.body).where(inbox.c.key == whole)).one_or_none()
            if known is not None:
                if (known.act, known.body.get("what"), known.body.get("asked")) != (NOTE, what, print_):
                    raise KeyTaken(f"the key {key} was used before for another request", remedy="send another key with another request")
                return Changed(known.body, again=True)
            touched = Touched(connection)
            done = do(connection)
            body = {"what": what, "asked": print_, **done.ids, "rows": touched.hashes()}
            acts = [Act(whole, NOTE, by, now, body)]
            acts += [Act(f"{whole}/{place}", act, by, now, told) for place, (act, told) in enumerate(done.acts)]
            self._inbox.put_in(connection, acts)
        return Changed(body, again=False)

    def _number(self, connection: Connection, name: str) -> int:
        """The next number of a noun; its row is locked until the commit."""
        connection.execute(update(counter).where(counter.c.name == name).values(next=counter.c.next + 1))
        return int(connection.execute(select(counter.c.next).where(counter.c.name == name)).scalar_one()) - 1

    def _need(self, actor: Actor, right: Right, thing: Thing = NOTHING) -> None:
        """RightError unless the table of rights says that the actor may."""
        if actor is not SYSTEM and not allowed(right, actor, thing):
            raise RightError(
                f"{right} is not among your rights here", remedy="ask somebody who holds the right, or use a token with its scope"
            )

    def _sees(self, actor: Actor, right: Right, thing: Thing, noun: str, number: int) -> None:
        """What one may not see is not there: its number says nothing to strangers."""
        if actor is not SYSTEM and not allowed(right, actor, thing):
            raise _missing(noun, number)

    def _one(self, connection: Connection, table: Table, value: int | str, column: str = "id") -> Row[Any]:
        if isinstance(value, str) and not value.isprintable():
            raise _missing(table.name, "of this name")  # the database would refuse the text itself
        found = connection.execute(select(table).where(table.c[column] == value)).one_or_none()
        if found is None:
            raise _missing(table.name, value)
        return found

    def _organisation(self, connection: Connection, number: int) -> Organisation:
        return told_organisation(self._one(connection, organisation, number))


def _missing(noun: str, value: int | str) -> MissingError:
    return MissingError(f"there is no {noun} {value}", remedy="list what is there, and name one of it")


def told_organisation(row: Row[Any]) -> Organisation:
    kind, size = OrganisationKind(row.kind), Size(row.size)
    return Organisation(id=row.id, name=row.name, name_ko=row.name_ko, kind=kind, region=row.region, size=size)


def actor_of(connection: Connection, number: int, scopes: frozenset[Scope], token: int = 0) -> Actor:
    """A person with their roles, sites and projects, as rights look at them."""
    own = connection.execute(select(person.c.organisation).where(person.c.id == number)).scalar_one()
    roles = connection.execute(select(person_role.c.role, person_role.c.site).where(person_role.c.person == number)).all()
    projects = connection.execute(select(member.c.project, member.c.role).where(member.c.person == number)).all()
    return Actor(
        person=number,
        organisation=own,
        roles=frozenset(Role(one.role) for one in roles),
        scopes=scopes,
        projects={one.project: Role(one.role) for one in projects},
        sites=frozenset(one.site for one in roles if one.site),
        token=token,
    )


def _fingerprint(asked: Mapping[str, Any]) -> str:
    text = json.dumps(asked, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
