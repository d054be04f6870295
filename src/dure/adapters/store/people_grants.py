"""Grants: an allocation for a term, told to the broker when it begins and when it ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from dure.adapters.store.people_desk import SYSTEM, Done
from dure.adapters.store.people_projects import Acts, Projects
from dure.adapters.store.people_schema import allocation, granted, payment, project
from dure.model.calls import CallRule
from dure.model.people import HELD, Actor, Allocation, Application, Form, Grant, GrantState, Lane
from dure.programme.allocations import copay_ppm, drawn, owed_won, room_micro
from dure.programme.roles import Right, Thing, allowed

_HELD = [one.value for one in HELD]


class Grants(Projects):
    def _grant(
        self,
        connection: Connection,
        now: int,
        one: Application,
        rule: CallRule,
        amount: int,
        lane: Lane,
        signed_by: int,
        budget_won: int | None,
        reason: str = "",
    ) -> tuple[int, Acts]:
        """Rows of a grant that begins now, and what the broker has to know. `signed_by` 0: by the rule itself, in the applicant's name."""
        known = connection.execute(select(project.c.number).where(project.c.name == one.project)).scalar_one_or_none()
        acts: Acts = []
        if known is None:
            known, acts = self._make_project(
                connection, now, name=one.project, title=one.title, organisation=one.organisation, person=one.person
            )
        acts += self._stop(connection, known, stopped=False)
        holder, wanted = self._organisation(connection, one.organisation), one.wanted
        number, to_at = self._number(connection, "granted"), now + wanted.term_s
        share = copay_ppm(rule.copay, holder.kind, holder.size)
        row = {"id": number, "project": known, "call": one.call, "application": one.id, "asked_by": one.person, "lane": lane.value}
        row |= {"signed_by": signed_by or one.person, "state": GrantState.ACTIVE.value, "reason": reason, "copay_ppm": share}
        credits, price = wanted.form is Form.CREDITS, rule.copay.price_won if rule.copay and share else None
        if price is not None and budget_won is None and credits:
            budget_won = owed_won(amount, price, share)
        row |= {"granted_at": now, "from_at": now, "to_at": to_at, "budget_won": budget_won if share else None}
        connection.execute(insert(granted).values(price_won=price, **row))
        micro = amount if credits else 0
        if credits and price is not None and budget_won is not None:
            room = room_micro(budget_won, price, share)
            micro = amount if room is None else min(amount, room)
        row = {"id": self._number(connection, "allocation"), "granted": number, "project": known, "form": wanted.form.value}
        row |= {"from_at": now, "to_at": to_at, "micro": micro, "pool": wanted.pool, "nodes": 0 if credits else amount}
        row |= {"models": list(wanted.models or rule.models) if credits else []}
        row |= {"notice_s": rule.notice_s, "lent": not credits, "begun_at": now, "returned_micro": 0, "used_micro": 0}
        connection.execute(insert(allocation).values(**row))
        if rule.quota_milli is not None:
            acts.append(("quota", {"project": known, "milli": rule.quota_milli}))
        acts += [("quota", {"project": known, "model": model, "most": most}) for model, most in sorted(rule.quota_models.items())]
        return number, [*acts, begins(row)]

    def grant(self, actor: Actor, number: int) -> Grant:
        with self._reads.connect() as connection:
            found = self._told_grants(connection, [self._one(connection, granted, number)])[0]
        self._sees(actor, Right.GRANT_SEE, Thing(project=found.project), "granted", number)
        return found

    def grants(self, actor: Actor, *, project: int | None = None, before: int | None = None, limit: int = 100) -> list[Grant]:
        """Those that the actor may see, newest first."""
        query = select(granted).order_by(granted.c.id.desc()).limit(limit)
        if actor is not SYSTEM and not allowed(Right.GRANT_SEE, actor):
            query = query.where(granted.c.project.in_(list(actor.projects)))
        if project is not None:
            query = query.where(granted.c.project == project)
        with self._reads.connect() as connection:
            rows = connection.execute(query if before is None else query.where(granted.c.id < before)).all()
            return self._told_grants(connection, rows)

    def _told_grants(self, connection: Connection, rows: Any) -> list[Grant]:
        query = select(allocation).where(allocation.c.granted.in_([row.id for row in rows])).order_by(allocation.c.id)
        held = connection.execute(query).all()
        return [_told(row, tuple(told_allocation(one) for one in held if one.granted == row.id)) for row in rows]

    def models_of(self, project: int) -> tuple[str, ...] | None:
        """Accelerators that a project's credits may be spent on now; None: any, or it holds none."""
        ours = (allocation.c.project == project) & (allocation.c.form == Form.CREDITS.value) & allocation.c.released_at.is_(None)
        with self._reads.connect() as connection:
            rows = connection.execute(select(allocation.c.models).where(ours)).all()
            own = (allocation.c.project == project) & (allocation.c.form == Form.DEDICATED.value) & allocation.c.released_at.is_(None)
            holds = connection.execute(select(allocation.c.id).where(own)).first() is not None
        if not rows or holds or any(not row.models for row in rows):
            return None
        return tuple(sorted({model for row in rows for model in row.models}))

    def lend(self, actor: Actor, key: str, now: int, *, number: int, lent: bool) -> Grant:
        """Whether idle dedicated nodes serve others meanwhile."""
        found = self.grant(actor, number)
        self._need(actor, Right.GRANT_LEND, Thing(project=found.project))

        def do(connection: Connection) -> Done:
            ours = (allocation.c.granted == number) & (allocation.c.form == Form.DEDICATED.value) & allocation.c.released_at.is_(None)
            connection.execute(update(allocation).where(ours).values(lent=lent))
            rows = connection.execute(select(allocation).where(ours, allocation.c.begun_at.is_not(None)))
            return Done({"grant": number}, [begins(row._mapping) for row in rows])

        self._change(actor, key, now, "grant.lent", {"grant": number, "lent": lent}, do)
        return self.grant(actor, number)

    def end_terms(self, now: int, spent: Callable[[], Mapping[int, int]] | None = None) -> list[int]:
        """End the grants whose term is over; a project without another one is stopped. Called by whoever keeps the clock, often.

        `spent()`: project → micro-credits that it has spent in all; a project that is not in it is not known. With it, credits that a
        term leaves unspent go with the term; what was spent counts against the terms that ended first.
        """
        with self._reads.connect() as connection:
            query = select(granted.c.id, granted.c.project).where(granted.c.state.in_(_HELD), granted.c.to_at <= now)
            over = connection.execute(query.order_by(granted.c.to_at, granted.c.id)).all()
        known = spent() if over and spent is not None else {}
        for one in over:

            def do(connection: Connection, number: int = one.id, project: int = one.project) -> Done:
                return Done({"grant": number}, self._end(connection, number, now, GrantState.ENDED, known.get(project)))

            self._change(SYSTEM, f"term/{one.id}", now, "grant.ended", {"grant": one.id}, do)
        return [one.id for one in over]

    def _end(self, connection: Connection, number: int, now: int, state: GrantState, spent_micro: int | None = None) -> Acts:
        """The allocation goes back; a project that holds nothing more is stopped."""
        row = self._one(connection, granted, number)
        if row.state not in _HELD:
            return []
        connection.execute(update(granted).where(granted.c.id == number).values(state=state.value, ended_at=now))
        ours = (allocation.c.granted == number) & allocation.c.released_at.is_(None)
        held = connection.execute(select(allocation).where(ours)).all()
        connection.execute(update(allocation).where(ours).values(released_at=now))
        acts: Acts = [("release", {"grant": number}) for one in held if one.form == Form.DEDICATED]
        if spent_micro is not None:
            for one in held:
                acts += self._take_back(connection, one, spent_micro)
        others = select(granted.c.id).where(granted.c.project == row.project, granted.c.state.in_(_HELD))
        if not connection.execute(others).first():
            acts += self._stop(connection, row.project, stopped=True)
        return acts

    def _take_back(self, connection: Connection, one: Row[Any], spent_micro: int) -> Acts:
        """What is left of credits whose grant is over."""
        self._draw(connection, one.project, spent_micro, one.released_at or one.from_at)
        used = connection.execute(select(allocation.c.used_micro).where(allocation.c.id == one.id)).scalar_one()
        left = max(0, one.micro - int(used) - one.returned_micro)
        if one.form != Form.CREDITS or not left:
            return []
        connection.execute(update(allocation).where(allocation.c.id == one.id).values(returned_micro=one.returned_micro + left))
        return [("credit", {"project": one.project, "micro": -left})]

    def _draw(self, connection: Connection, project: int, spent_micro: int, now: int) -> list[int]:
        """Enter what a project has spent in all: against its credits in the order in which they were granted, each as far as it has them.

        What was entered before stays where it is. The grants that something was entered for.
        """
        ours = (allocation.c.project == project) & (allocation.c.form == Form.CREDITS.value)
        rows = connection.execute(select(allocation).where(ours).order_by(allocation.c.id)).all()
        more = spent_micro - sum(one.used_micro for one in rows)
        if more <= 0:
            return []
        found = []
        for one, part in zip(rows, drawn(more, [one.micro - one.returned_micro - one.used_micro for one in rows]), strict=True):
            if part:
                self._enter(connection, one, one.used_micro + part, now)
                found.append(int(one.granted))
        return found

    def _enter(self, connection: Connection, held: Row[Any], used_micro: int, now: int) -> int:
        """Enter that so much of an allocation was used in all, and what its holder owes for it: the won of it, within the budget."""
        connection.execute(update(allocation).where(allocation.c.id == held.id).values(used_micro=used_micro))
        row = self._one(connection, granted, held.granted)
        if row.price_won is None:
            return 0
        paid = connection.execute(select(func.coalesce(func.sum(payment.c.won), 0)).where(payment.c.granted == held.granted)).scalar_one()
        won = max(0, owed_by(used_micro, row) - int(paid))
        connection.execute(insert(payment).values(granted=held.granted, used_micro=used_micro, at=now, won=won))
        return won


def owed_by(used_micro: int, row: Row[Any]) -> int:
    """Won that a grant owes once so much was used: within its budget; nothing where nothing is paid."""
    if row.price_won is None:
        return 0
    owed = owed_won(used_micro, row.price_won, row.copay_ppm)
    return owed if row.budget_won is None else min(owed, int(row.budget_won))


def begins(row: Any) -> tuple[str, dict[str, Any]]:
    """What the broker is told when an allocation begins, or is lent from now on or no more."""
    if row["form"] == Form.CREDITS:
        return "credit", {"project": row["project"], "micro": row["micro"]}
    names = ("project", "pool", "nodes", "notice_s", "lent")
    return "dedicate", {"grant": row["granted"]} | {name: row[name] for name in names}


def told_allocation(row: Row[Any]) -> Allocation:
    return Allocation(
        id=row.id,
        grant=row.granted,
        project=row.project,
        form=Form(row.form),
        from_at=row.from_at,
        to_at=row.to_at,
        micro=row.micro,
        pool=row.pool,
        nodes=row.nodes,
        notice_s=row.notice_s,
        lent=row.lent,
        released_at=row.released_at,
        used_micro=row.used_micro,
        models=tuple(row.models or ()),
    )


def _told(row: Row[Any], allocations: tuple[Allocation, ...]) -> Grant:
    return Grant(
        id=row.id,
        project=row.project,
        lane=Lane(row.lane),
        state=GrantState(row.state),
        granted_at=row.granted_at,
        from_at=row.from_at,
        to_at=row.to_at,
        signed_by=row.signed_by,
        call=row.call,
        application=row.application,
        copay_ppm=row.copay_ppm,
        price_won=row.price_won,
        budget_won=row.budget_won,
        reason=row.reason,
        allocations=allocations,
    )
