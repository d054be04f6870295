"""Named data sets in the store: who put which version, for whom, how large. A version is never changed; it may be taken out of use.

Each change is an act in the inbox, as those of people are (`people_desk`), and asks the one table of rights.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from dure.adapters.store.data_schema import data_set
from dure.adapters.store.people_desk import Changed, Desk, Done
from dure.adapters.store.schema import inbox, work
from dure.model.datasets import DataSet, is_data_name, is_version
from dure.model.errors import LimitError, MissingError, PeopleError
from dure.model.people import Actor
from dure.model.work import JobState
from dure.programme.roles import Right, Thing, allowed

EVERYBODYS = 0
"""The number in place of a project, of a set that every project may use."""


class DataSets(Desk):
    """`put · remove · seen · for_project · of`."""

    def put(
        self,
        actor: Actor,
        key: str,
        now: int,
        *,
        name: str,
        version: str | None,
        project: int | None,
        sha256: str,
        size_bytes: int,
        files: int,
        most_bytes: int,
    ) -> Changed:
        """Register a set whose contents are there; without a version the next number. Raises PeopleError, RightError, LimitError."""
        self.check(actor, name=name, version=version, project=project, sha256=sha256, size_bytes=size_bytes, most_bytes=most_bytes)
        about: dict[str, Any] = {"name": name, "version": version, "project": project or EVERYBODYS, "sha256": sha256}

        def do(connection: Connection) -> Done:
            known = self._versions(connection, name, project)
            newest = next((one for one in known if not one.gone_at), None)
            same = newest if version is None else next((one for one in known if one.version == version), None)
            if same is not None and same.sha256 == sha256 and not same.gone_at:
                return Done({"data_set": same.id})
            if version is not None and same is not None:
                raise PeopleError(
                    f"version {version} of {name} is there already and holds something else",
                    remedy="a version is never changed: put it under another one, or leave out the version",
                )
            self._room(connection, project, sha256, size_bytes, most_bytes)
            number = 1 + connection.execute(select(func.coalesce(func.max(data_set.c.id), 0))).scalar_one()
            row = about | {"version": version or _next(known), "id": number, "person": actor.person, "at": now}
            connection.execute(insert(data_set).values(**row, size_bytes=size_bytes, files=files, gone_at=0))
            return Done({"data_set": number, "project": row["project"]})

        return self._change(actor, key, now, "data put", about, do)

    def check(
        self, actor: Actor, *, name: str, version: str | None, project: int | None, sha256: str, size_bytes: int, most_bytes: int
    ) -> None:
        """What can be said before anything is brought."""
        self._need(actor, *((Right.DATA_PUBLISH,) if project is None else (Right.DATA_PUT, Thing(project=project))))
        if not is_data_name(name):
            raise PeopleError(f"{name!r} is no name of a data set", remedy="write letters, digits and . _ -, a letter first, at most 64")
        if version is not None and not is_version(version):
            raise PeopleError(f"{version!r} is no version of a data set", remedy="write letters, digits and . _ -, at most 32")
        with self._reads.connect() as connection:
            self._room(connection, project, sha256, size_bytes, most_bytes)

    def remove(self, actor: Actor, key: str, now: int, number: int) -> Changed:
        """No new job may name it; its contents go when no open job uses it."""

        def do(connection: Connection) -> Done:
            row = self._one(connection, data_set, number)
            thing = Thing(person=row.person, project=row.project or None)
            self._sees(actor, Right.DATA_SEE, thing, "data set", number)
            self._need(actor, Right.DATA_REMOVE, thing)
            connection.execute(update(data_set).where(data_set.c.id == number, data_set.c.gone_at == 0).values(gone_at=now))
            return Done({"data_set": number})

        return self._change(actor, key, now, "data remove", {"data_set": number}, do)

    def seen(self, actor: Actor) -> list[DataSet]:
        """What the actor may see, by name and newest first."""
        order = (data_set.c.name, data_set.c.project, data_set.c.id.desc())
        with self._reads.connect() as connection:
            rows = connection.execute(select(data_set).where(data_set.c.gone_at == 0).order_by(*order))
            return [told(row) for row in rows if may_see(actor, told(row))]

    def find(self, name: str, version: str | None, project: int | None) -> DataSet | None:
        """What a job of a project means by a name: its own set, else everybody's; the newest, or the one of a version."""
        with self._reads.connect() as connection:
            for whose in dict.fromkeys((project, None)):
                rows = [one for one in self._versions(connection, name, whose) if not one.gone_at and version in (None, one.version)]
                if rows:
                    return told(rows[0])
        return None

    def of(self, number: int) -> DataSet:
        with self._reads.connect() as connection:
            return told(self._one(connection, data_set, number))

    def used_bytes(self, project: int | None) -> int:
        with self._reads.connect() as connection:
            return sum(self._held(connection, project).values())

    def needed(self) -> set[str]:
        """Manifests that a set in use names, or an open job does."""
        query = select(inbox.c.body).where(inbox.c.number.in_(select(work.c.inbox).where(work.c.state < int(JobState.COMPLETED))))
        unread = select(inbox.c.body).where(
            inbox.c.act == "submit", inbox.c.number > select(func.coalesce(func.max(work.c.inbox), -1)).scalar_subquery()
        )
        with self._reads.connect() as connection:
            kept = {row.sha256 for row in connection.execute(select(data_set.c.sha256).where(data_set.c.gone_at == 0))}
            for statement in (query, unread):
                for row in connection.execution_options(yield_per=1_000).execute(statement):
                    kept |= {one["sha256"] for one in row.body.get("data", ())}
        return kept

    def _room(self, connection: Connection, project: int | None, sha256: str, size_bytes: int, most_bytes: int) -> None:
        """A content that two names or versions share is held once."""
        held = {} if project is None else self._held(connection, project)
        used = sum(held.values())
        if project is not None and sha256 not in held and used + size_bytes > most_bytes:
            raise LimitError(
                f"{size_bytes:,} bytes more: the project's data sets hold {used:,} of {most_bytes:,} bytes",
                remedy="remove a version with `dure data rm`, or ask the programme for more",
            )

    def _held(self, connection: Connection, project: int | None) -> dict[str, int]:
        """Bytes by content."""
        which = select(data_set.c.sha256, func.max(data_set.c.size_bytes)).group_by(data_set.c.sha256)
        rows = connection.execute(which.where(data_set.c.project == (project or EVERYBODYS), data_set.c.gone_at == 0))
        return {row[0]: int(row[1]) for row in rows}

    def _versions(self, connection: Connection, name: str, project: int | None) -> Sequence[Row[Any]]:
        query = select(data_set).where(data_set.c.name == name, data_set.c.project == (project or EVERYBODYS))
        return connection.execute(query.order_by(data_set.c.id.desc())).all()


def may_see(actor: Actor, one: DataSet) -> bool:
    """Everybody's are everybody's; a project's are its own."""
    return one.project is None or allowed(Right.DATA_SEE, actor, Thing(person=one.person, project=one.project))


def missing(name: str) -> MissingError:
    return MissingError(f"there is no data set {name}", remedy="`dure data ls` shows those that you may use")


def told(row: Row[Any]) -> DataSet:
    project = row.project or None
    return DataSet(row.id, row.name, row.version, project, row.person, row.size_bytes, row.files, row.sha256, row.at)


def _next(known: Sequence[Row[Any]]) -> str:
    return str(1 + max((int(one.version) for one in known if one.version.isdecimal()), default=0))
