"""Settlements with operators: signed once, never changed; and when each project came to what."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import func, insert, select

from dure.adapters.store.people_desk import Done
from dure.adapters.store.people_schema import application, granted, project, settlement
from dure.adapters.store.people_watch import Watching
from dure.ledger.months import begins_at, month_name
from dure.ledger.settlement import Settlement, read, told
from dure.model.errors import PeopleError
from dure.model.people import Actor, ApplicationState
from dure.programme.roles import Right


class Signed(NamedTuple):
    """A settlement as it was signed. `head`: of the last seal of the log then, empty where there was none."""

    settlement: Settlement
    at: int
    signed_by: int
    head: str


class Settling(Watching):
    def settled(self, operator: str | None = None) -> list[Signed]:
        """Of one operator or all, by month."""
        query = select(settlement).order_by(settlement.c.month, settlement.c.operator)
        with self._reads.connect() as connection:
            rows = connection.execute(query if operator is None else query.where(settlement.c.operator == operator))
            return [Signed(read(row.body), row.at, row.signed_by, row.body.get("head", "")) for row in rows]

    def settle(self, actor: Actor, key: str, now: int, *, found: Settlement, head: str) -> Signed:
        """Sign what is due for a month that is over; PeopleError where it is not, or was signed before."""
        self._need(actor, Right.SETTLEMENT_SIGN)
        name = f"{found.operator} {month_name(found.month)}"
        if begins_at(found.month + 1) > now:
            raise PeopleError(f"{month_name(found.month)} is not over", remedy="settle it when the next month has begun")
        body = told(found) | {"head": head}

        def do(connection: Any) -> Done:
            ours = (settlement.c.operator == found.operator) & (settlement.c.month == found.month)
            if connection.execute(select(settlement.c.month).where(ours)).first():
                raise PeopleError(f"{name} was settled before", remedy="what is known since then is a line of the next settlement")
            later = select(func.max(settlement.c.month)).where(settlement.c.operator == found.operator)
            if (connection.execute(later).scalar_one() or 0) > found.month:
                raise PeopleError(f"a month after {name} was settled before", remedy="settle months in their order")
            row = {"operator": found.operator, "month": found.month, "at": now, "won": found.won, "signed_by": actor.person}
            connection.execute(insert(settlement).values(body=body, **row))
            return Done({"operator": found.operator, "month": found.month, "won": found.won, "head": head})

        self._change(actor, key, now, "settlement.signed", {"operator": found.operator, "month": found.month}, do)
        return next(one for one in self.settled(found.operator) if one.settlement.month == found.month)

    def first_times(self) -> dict[str, tuple[int | None, int, int | None]]:
        """Name of a project → its number (None: it has no grant yet), its first application that was not withdrawn, its first grant."""
        asked = select(application.c.project, func.min(application.c.submitted_at).label("at"))
        asked = asked.where(application.c.state != ApplicationState.WITHDRAWN.value).group_by(application.c.project)
        given = select(project.c.name, project.c.number, func.min(granted.c.granted_at).label("at"))
        given = given.join(granted, granted.c.project == project.c.number).group_by(project.c.name, project.c.number)
        with self._reads.connect() as connection:
            grants = {row.name: (row.number, row.at) for row in connection.execute(given)}
            rows = connection.execute(asked.order_by(application.c.project)).all()
        return {row.project: (grants.get(row.project, (None, None))[0], row.at, grants.get(row.project, (None, None))[1]) for row in rows}
