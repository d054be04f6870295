"""Projects and their members. A project is made by its first grant; its number is what the broker knows it by."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from dure.adapters.store.people_desk import SYSTEM, Changed, Done
from dure.adapters.store.people_schema import member, project
from dure.adapters.store.people_tokens import Tokens
from dure.model.errors import PeopleError
from dure.model.people import MEMBER_ROLES, Actor, Membership, Project, ProjectState, Role
from dure.programme.roles import Right, Thing, allowed

NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
NAME_MOST = 60
Acts = list[tuple[str, dict[str, Any]]]


def checked_name(what: str, name: str) -> str:
    """A name that fits in addresses, file names and site accounts; PeopleError otherwise."""
    if len(name) > NAME_MOST or not NAME.fullmatch(name):
        remedy = "write small letters, digits and single hyphens, a letter first, at most 60 in all"
        raise PeopleError(f"{name!r} is no name of {what}", remedy=remedy)
    return name


class Projects(Tokens):
    def _make_project(self, connection: Connection, now: int, *, name: str, title: str, organisation: int, person: int) -> tuple[int, Acts]:
        """The row, its first principal investigator, and what the broker has to know."""
        number = self._number(connection, "project")
        row = {"number": number, "name": name, "title": title, "organisation": organisation, "state": ProjectState.OPEN.value}
        connection.execute(insert(project).values(made_at=now, **row))
        role = Role.PRINCIPAL_INVESTIGATOR.value
        connection.execute(insert(member).values(project=number, person=person, role=role, since=now))
        return number, [("project", {"project": number, "name": name, "share": 1})]

    def project(self, name: str) -> Project:
        with self._reads.connect() as connection:
            return _told(self._one(connection, project, name, "name"))

    def project_of(self, number: int) -> Project:
        with self._reads.connect() as connection:
            return _told(self._one(connection, project, number, "number"))

    def projects(self, actor: Actor, before: int | None = None, limit: int = 100) -> list[Project]:
        """Those that the actor may see, newest first."""
        query = select(project).order_by(project.c.number.desc()).limit(limit)
        if actor is not SYSTEM and not allowed(Right.PROJECT_SEE, actor):
            query = query.where(project.c.number.in_(list(actor.projects)))
        with self._reads.connect() as connection:
            rows = connection.execute(query if before is None else query.where(project.c.number < before))
            return [_told(row) for row in rows]

    def members(self, actor: Actor, number: int) -> list[Membership]:
        self._need(actor, Right.PROJECT_SEE, Thing(project=number))
        with self._reads.connect() as connection:
            rows = connection.execute(select(member).where(member.c.project == number).order_by(member.c.since, member.c.person))
            return [Membership(project=one.project, person=one.person, role=Role(one.role), since=one.since) for one in rows]

    def add_member(self, actor: Actor, key: str, now: int, *, number: int, person: int, role: Role = Role.RESEARCHER) -> Changed:
        """A member, or another role for one."""
        self._need(actor, Right.MEMBER_ADD, Thing(project=number))
        if role not in MEMBER_ROLES:
            raise PeopleError(f"{role} is no role in a project", remedy="write researcher or principal_investigator")

        def do(connection: Connection) -> Done:
            self._one(connection, project, number, "number")
            self._living(connection, person)
            self._still_led(connection, number, person, role)
            connection.execute(delete(member).where(member.c.project == number, member.c.person == person))
            connection.execute(insert(member).values(project=number, person=person, role=role.value, since=now))
            return Done({"project": number, "person": person, "role": role.value})

        return self._change(actor, key, now, "member.added", {"project": number, "person": person, "role": role}, do)

    def remove_member(self, actor: Actor, key: str, now: int, *, number: int, person: int) -> Changed:
        self._need(actor, Right.MEMBER_REMOVE, Thing(person=person, project=number))

        def do(connection: Connection) -> Done:
            self._still_led(connection, number, person, None)
            connection.execute(delete(member).where(member.c.project == number, member.c.person == person))
            return Done({"project": number, "person": person})

        return self._change(actor, key, now, "member.removed", {"project": number, "person": person}, do)

    def _still_led(self, connection: Connection, number: int, person: int, role: Role | None) -> None:
        """A project keeps a principal investigator: somebody answers for what it holds."""
        leads = Role.PRINCIPAL_INVESTIGATOR
        if role is leads:
            return
        query = select(func.count()).where(member.c.project == number, member.c.role == leads.value, member.c.person != person)
        if not connection.execute(query).scalar_one():
            raise PeopleError("the project would have no principal investigator", remedy="make another member one first")

    def stop_project(self, actor: Actor, key: str, now: int, *, number: int, stopped: bool) -> Changed:
        """Nothing new starts; what runs goes on."""
        self._need(actor, Right.PROJECT_STOP, Thing(project=number))

        def do(connection: Connection) -> Done:
            self._one(connection, project, number, "number")
            return Done({"project": number}, self._stop(connection, number, stopped))

        return self._change(actor, key, now, "project.stopped", {"project": number, "stopped": stopped}, do)

    def _stop(self, connection: Connection, number: int, stopped: bool) -> Acts:
        state = ProjectState.STOPPED if stopped else ProjectState.OPEN
        done = connection.execute(
            update(project).where(project.c.number == number, project.c.state != state.value).values(state=state.value)
        )
        return [("stop", {"project": number, "stopped": stopped})] if done.rowcount else []

    def set_quota(self, actor: Actor, key: str, now: int, *, number: int, milli: int | None) -> Changed:
        """A ceiling on billing-weighted milli-accelerators placed at one moment; None: none of its own."""
        self._need(actor, Right.PROJECT_QUOTA, Thing(project=number))
        if milli is not None and milli < 0:
            raise PeopleError("a quota below 0", remedy="write 0 or more")

        def do(connection: Connection) -> Done:
            self._one(connection, project, number, "number")
            return Done({"project": number}, [("quota", {"project": number, "milli": milli})])

        return self._change(actor, key, now, "project.quota", {"project": number, "milli": milli}, do)

    def cap_model(self, actor: Actor, key: str, now: int, *, number: int, model: str, most: int | None) -> Changed:
        """A ceiling on the accelerators of a model placed at one moment; None: none on it. `model`: as the catalogue names it."""
        self._need(actor, Right.PROJECT_QUOTA, Thing(project=number))
        if most is not None and most < 0:
            raise PeopleError("a quota below 0", remedy="write 0 or more")
        body = {"project": number, "model": model, "most": most}

        def do(connection: Connection) -> Done:
            self._one(connection, project, number, "number")
            return Done({"project": number}, [("quota", body)])

        return self._change(actor, key, now, "project.quota", body, do)


def _told(row: Row[Any]) -> Project:
    return Project(
        number=row.number,
        name=row.name,
        title=row.title,
        organisation=row.organisation,
        state=ProjectState(row.state),
        made_at=row.made_at,
    )
