"""Rows about people against the acts that made them: every change names the rows that it touched and the hash of what stands there then.

The hashes are in the body of the act `note`, so the chain of acts seals them. What is personal (name, address, login, label of a token) is
hashed with the salt of the person's row: erasing the row takes the salt away, and the hashes stay and say nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table, event, func, insert, select, update

from dure.adapters.store.chain import canonical
from dure.adapters.store.data_schema import data_set
from dure.adapters.store.people_schema import (
    allocation,
    application,
    call,
    granted,
    identity,
    member,
    organisation,
    payment,
    person,
    person_role,
    project,
    review,
    settlement,
    token,
    warning,
)
from dure.adapters.store.schema import head, inbox, job, mark, party, upkeep, work

NOTE = "note"
"""An act that the broker passes over."""
BASELINE = "rows.as_they_stood"
"""What a note says that names rows of a release before acts named them: as they stood then, whoever made them."""
SEALED: tuple[Table, ...] = (
    *(organisation, person, identity, person_role, token, project, member, call, application, review),
    *(granted, allocation, warning, payment, settlement, data_set),
)
SHOWN = (granted, allocation, payment, settlement, warning)
SALTED = {identity: identity.c.person, token: token.c.person}
DIGITS = 32
BASELINE_ROWS = 2_000
_OF = {one.name: one for one in SEALED}
Key = tuple[Any, ...]


class Touched:
    """The rows that a transaction writes, from when this is made on."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._names: dict[tuple[str, Key], str] = {}
        event.listen(connection, "before_execute", self._before)

    def _before(self, connection: Connection, clause: Any, multi: Sequence[Any], params: Mapping[str, Any], _options: Any) -> None:
        table = getattr(clause, "table", None)
        if not (clause.is_insert or clause.is_update or clause.is_delete) or table not in SEALED:
            return
        names = [column.name for column in table.primary_key]
        if clause.is_insert:
            base = clause.compile(dialect=connection.dialect).params
            for row in multi or [params or {}]:
                self._names.setdefault((table.name, tuple({**base, **row}[name] for name in names)), "")
            return
        for row in connection.execute(select(*table.primary_key).where(clause.whereclause)).all():
            self._names.setdefault((table.name, tuple(row)), _name(connection, table, tuple(row)))

    def hashes(self) -> dict[str, str]:
        """Name of each row → the hash of what stands there now, empty where nothing does."""
        found = {}
        for (name, key), named in self._names.items():
            table = _OF[name]
            row = self._connection.execute(select(table).where(*_where(table, key))).one_or_none()
            salt = "" if row is None else _salt(self._connection, table, row)
            found[named or _name(self._connection, table, key)] = "" if row is None else _hash(table, row, salt)
        return found


def _where(table: Table, key: Key) -> list[Any]:
    return [column == value for column, value in zip(table.primary_key, key, strict=True)]


def _name(connection: Connection, table: Table, key: Key) -> str:
    """How an act names a row; a login elsewhere by a hash with the salt of whose it is."""
    if table is identity:
        row = connection.execute(select(identity).where(*_where(identity, key))).one()
        key = (_salted(_salt(connection, identity, row), key[0]),)
    return "/".join([table.name, *map(str, key)])


def _salted(salt: str, text: str) -> str:
    return hashlib.sha256(f"{salt}\0{text}".encode()).hexdigest()[:DIGITS]


def _salt(connection: Connection, table: Table, row: Row[Any]) -> str:
    if table not in SALTED:
        return ""
    return str(connection.execute(select(person.c.salt).where(person.c.id == row.person)).scalar_one_or_none() or "")


def _hash(table: Table, row: Row[Any], salt: str) -> str:
    """Of everything that stands in a row; a column in which nothing stands is as if it were not there."""
    return hashlib.sha256((salt + canonical([table.name, _told(row)])).encode()).hexdigest()[:DIGITS]


def _told(row: Row[Any]) -> dict[str, Any]:
    return {name: value for name, value in row._mapping.items() if value is not None}


def shown_rows(connection: Connection) -> Iterator[tuple[str, dict[str, Any]]]:
    """Rows that say nothing personal, as they are hashed: what was granted, paid, warned and settled."""
    for table in SHOWN:
        keys = [column.name for column in table.primary_key]
        for row in connection.execute(select(table).order_by(*table.primary_key)):
            yield "/".join([table.name, *(str(getattr(row, name)) for name in keys)]), _told(row)


def standing(connection: Connection) -> Iterator[tuple[str, str]]:
    """Every row about people as it stands: its name and its hash."""
    salts = {row.id: row.salt for row in connection.execute(select(person.c.id, person.c.salt))}
    for table in SEALED:
        keys = [column.name for column in table.primary_key]
        for row in connection.execute(select(table)):
            salt = salts.get(row.person, "") if table in SALTED else ""
            key = [getattr(row, name) for name in keys]
            if table is identity:
                key = [_salted(salt, row.hash)]
            yield "/".join([table.name, *map(str, key)]), _hash(table, row, salt)


def people_differ(connection: Connection) -> tuple[int, list[str]]:
    """How many rows about people there are, and those that are not what the last act on them left."""
    said: dict[str, tuple[str, int, str]] = {}
    query = select(inbox.c.number, inbox.c.body).where(inbox.c.act == NOTE).order_by(inbox.c.number)
    for row in connection.execute(query):
        for name, what in row.body.get("rows", {}).items():
            said[name] = what, row.number, row.body.get("what", "")
    differ, count = [], 0
    for name, what in standing(connection):
        count += 1
        wanted, number, why = said.pop(name, ("", -1, ""))
        if what != wanted:
            by = f"it is not what act {number} ({why}) left" if number >= 0 and wanted else "no act made it"
            differ.append(f"{name}: {by}")
    differ += [f"{name}: act {number} ({why}) made it, and it is gone" for name, (what, number, why) in said.items() if what]
    return count, differ


def acts_differ(connection: Connection) -> list[str]:
    """Rows that the leader made of acts and that say otherwise: whose job it is, and the last word about a server."""
    differ = []
    query = select(work.c.job, work.c.project, work.c.person, work.c.name, inbox.c.body, party.c.project.label("paid"))
    query = query.join(inbox, inbox.c.number == work.c.inbox).join(job, job.c.number == work.c.job)
    query = query.outerjoin(party, party.c.number == job.c.project).where(inbox.c.act == "submit")
    for row in connection.execute(query):
        meant = row.body["project"], row.body["person"], row.body["spec"]["name"]
        if (row.project, row.person, row.name) != meant or (row.paid is not None and row.paid != row.project):
            differ.append(f"job {row.job}: project {row.paid}, {row.project}, person {row.person}, name {row.name}; its act says {meant}")
    read = select(mark.c.position).where(mark.c.source == "inbox")
    end = connection.execute(read).scalar_one_or_none() or 0
    words = {}
    for act in connection.execute(select(inbox).where(inbox.c.act == "node", inbox.c.number < end).order_by(inbox.c.number)):
        words[act.body["node"]] = act.body["upkeep"], str(act.body.get("reason", "")), act.actor, act.at
    return differ + [
        f"server {row.node}: {row.wanted} of {row.actor} stands there, the acts say {words.get(row.node)}"
        for row in connection.execute(select(upkeep))
        if (row.wanted, row.reason, row.actor, row.at) != words.get(row.node)
    ]


def seal_rows(connection: Connection, now: int) -> None:
    """Name every row that stands there in acts, for a store of a release whose acts named none."""
    known = connection.execute(select(func.count()).select_from(inbox).where(inbox.c.key.like(f"dure/{BASELINE}/%"))).scalar_one()
    rows = list(standing(connection))
    if known or not rows:
        return
    first = connection.execute(select(head.c.inbox)).scalar_one()
    acts: list[dict[str, Any]] = []
    for at in range(0, len(rows), BASELINE_ROWS):
        body = {"what": BASELINE, "rows": dict(rows[at : at + BASELINE_ROWS])}
        acts.append({"number": first + len(acts), "key": f"dure/{BASELINE}/{at}", "act": NOTE, "actor": "dure", "at": now, "body": body})
    connection.execute(insert(inbox), acts)
    connection.execute(update(head).values(inbox=first + len(acts)))
