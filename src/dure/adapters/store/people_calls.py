"""Calls and applications: what is offered, who asks, and what the fast lane grants in the same transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, insert, select, update

from dure.adapters.store.people_desk import SYSTEM, Done
from dure.adapters.store.people_grants import Grants
from dure.adapters.store.people_persons import checked_text
from dure.adapters.store.people_projects import checked_name
from dure.adapters.store.people_schema import allocation, application, call, granted, member, project
from dure.model.calls import Call, CallRule, standing
from dure.model.errors import PeopleError, RightError
from dure.model.people import Actor, Application, ApplicationState, CallState, Form, Lane, Role, Wanted
from dure.model.units import DAY_S, MICRO
from dure.programme.calls import checked_rule, moved
from dure.programme.fast import Given, Reason, Slow, fast, purse_of, written
from dure.programme.roles import Right, Thing, allowed

RULE: TypeAdapter[CallRule] = TypeAdapter(CallRule)
STANDING = "standing"
LOOK_BACK_S = 800 * DAY_S
"""Grants of the fast lane older than this are over and of another month."""


class Calls(Grants):
    def add_call(
        self, actor: Actor, key: str, now: int, *, name: str, title: str, rule: CallRule, opens_at: int | None, closes_at: int | None
    ) -> Call:
        """A call with its whole rule; it is not changed afterwards. `opens_at` None: now."""
        self._need(actor, Right.CALL_MAKE)
        checked_name("a call", name)
        sent = opens_at
        opens_at = now if opens_at is None else opens_at
        row = {"name": name, "title": checked_text("the title of a call", title), "opens_at": opens_at, "closes_at": closes_at}
        row |= {"rule": RULE.dump_python(rule, mode="json")}
        checked_rule(rule)
        if closes_at is not None and closes_at <= opens_at:
            raise PeopleError("the call closes before it opens", remedy="write a later closing")

        def do(connection: Connection) -> Done:
            if connection.execute(select(call.c.id).where(call.c.name == name)).first():
                raise PeopleError(f"there is a call {name} already", remedy="write another name")
            number = self._number(connection, "call")
            connection.execute(insert(call).values(id=number, state=CallState.OPEN.value, **row))
            return Done({"call": number})

        self._change(actor, key, now, "call.made", {**row, "opens_at": sent}, do)
        return self.call(name)

    def _first(self, now: int, pools: Mapping[str, int]) -> None:
        title = "Small requests, granted at once · 작은 신청은 바로 선정"
        rule = standing(pools)
        self.add_call(SYSTEM, "bootstrap/call", now, name=STANDING, title=title, rule=rule, opens_at=now, closes_at=None)

    def call(self, name: str) -> Call:
        with self._reads.connect() as connection:
            return told_call(self._one(connection, call, name, "name"))

    def calls(self, before: int | None = None, limit: int = 100) -> list[Call]:
        """Newest first."""
        query = select(call).order_by(call.c.id.desc()).limit(limit)
        with self._reads.connect() as connection:
            return [told_call(row) for row in connection.execute(query if before is None else query.where(call.c.id < before))]

    def apply(
        self,
        actor: Actor,
        key: str,
        now: int,
        *,
        call_name: str,
        project_name: str,
        title: str,
        wanted: Wanted,
        budget_won: int | None = None,
    ) -> Application:
        """Ask for an allocation. What the fast lane grants is granted when this returns; else `reason` says why it is left to the panel.

        Raises PeopleError where the call is not open, asks less or more than it offers, or has no panel and its fast lane does not grant.
        """
        self._need(actor, Right.APPLICATION_MAKE, Thing(person=actor.person))
        checked_name("a project", project_name)
        title = checked_text("the title of a project", title)
        if budget_won is not None and budget_won < 0:
            raise PeopleError("a budget below 0", remedy="write won, 0 or more, or leave it out")
        asked = {"call": call_name, "project": project_name, "title": title, "wanted": repr(wanted), "budget": budget_won}

        def do(connection: Connection) -> Done:
            offer = told_call(self._one(connection, call, call_name, "name"))
            _offered(offer, wanted, now)
            self._may_hold(connection, actor, project_name)
            found = self._fast(connection, offer, actor, project_name, wanted, now)
            if found and offer.rule.panel is None:
                raise NotGranted(found, wanted.form)
            number = self._number(connection, "application")
            row = {"call": offer.id, "project": project_name, "title": title, "organisation": actor.organisation}
            row |= {"form": wanted.form.value, "term_s": wanted.term_s, "micro": wanted.micro, "pool": wanted.pool}
            row |= {"person": actor.person, "nodes": wanted.nodes, "least": wanted.least, "submitted_at": now, "budget_won": budget_won}
            row |= {"models": list(wanted.models)}
            state = ApplicationState.SUBMITTED if found else ApplicationState.GRANTED
            connection.execute(insert(application).values(id=number, state=state.value, reason=written(found), **row))
            ids = {"application": number, "call": offer.id, "person": actor.person}
            if found:
                return Done(ids)
            one = told_application(connection, self._one(connection, application, number))
            grant, acts = self._grant(connection, now, one, offer.rule, wanted.amount, Lane.FAST, 0, budget_won)
            return Done(ids | {"grant": grant}, acts)

        done = self._change(actor, key, now, "application.made", asked, do)
        return self.application(actor, done["application"])

    def _may_hold(self, connection: Connection, actor: Actor, name: str) -> None:
        """A further grant for a project is asked by who answers for it."""
        row = connection.execute(select(project.c.number).where(project.c.name == name)).scalar_one_or_none()
        if row is None:
            return
        role = connection.execute(
            select(member.c.role).where(member.c.project == row, member.c.person == actor.person)
        ).scalar_one_or_none()
        if role is None:
            raise PeopleError(f"there is a project {name} already", remedy="write another name")
        if role != Role.PRINCIPAL_INVESTIGATOR.value:
            raise RightError(f"you are not principal investigator of {name}", remedy="ask one of them to apply, or write another name")

    def _fast(self, connection: Connection, offer: Call, actor: Actor, name: str, wanted: Wanted, now: int) -> tuple[Reason, ...]:
        organisation = self._organisation(connection, actor.organisation)
        left = {purse_of(wanted): self._left(connection, offer, wanted, now)}
        given = self._given(connection, now, name, actor)
        return fast(offer.rule, wanted, project=name, person=actor.person, organisation=organisation, given=given, left=left, now=now)

    def _left(self, connection: Connection, offer: Call, wanted: Wanted, now: int) -> int:
        """What a purse of the call still has: credits once given are gone, nodes come back when their term ends."""
        whole = offer.rule.purses.get(purse_of(wanted), 0)
        query = select(allocation).join(granted, granted.c.id == allocation.c.granted).where(granted.c.call == offer.id)
        rows = connection.execute(query.where(allocation.c.form == wanted.form.value, allocation.c.pool == wanted.pool)).all()
        if wanted.form is Form.CREDITS:
            return int(whole - sum(one.micro - one.returned_micro for one in rows))
        spans = [(one.from_at, one.to_at if one.released_at is None else one.released_at, one.nodes) for one in rows]
        return whole - peak(spans, now, now + wanted.term_s)

    def _given(self, connection: Connection, now: int, name: str, actor: Actor) -> list[Given]:
        """Grants of the fast lane of all calls that the rule looks at: of the project, the person and the organisation, as far back as
        they may count.
        """
        columns = [application.c.project, application.c.person, application.c.organisation, allocation.c.form, allocation.c.micro]
        columns += [allocation.c.nodes, granted.c.granted_at, granted.c.to_at, granted.c.ended_at]
        query = select(*columns).join(granted, granted.c.application == application.c.id)
        query = query.join(allocation, allocation.c.granted == granted.c.id)
        theirs = (application.c.project == name) | (application.c.person == actor.person)
        theirs |= application.c.organisation == actor.organisation
        rows = connection.execute(query.where(theirs, granted.c.lane == Lane.FAST.value, granted.c.granted_at >= now - LOOK_BACK_S))
        return [
            Given(
                project=one.project,
                person=one.person,
                organisation=one.organisation,
                form=Form(one.form),
                amount=one.micro if one.form == Form.CREDITS else one.nodes,
                granted_at=one.granted_at,
                open_until=one.to_at if one.ended_at is None else one.ended_at,
            )
            for one in rows
        ]

    def application(self, actor: Actor, number: int) -> Application:
        with self._reads.connect() as connection:
            found = told_application(connection, self._one(connection, application, number))
        thing = Thing(person=found.person, organisation=found.organisation)
        self._sees(actor, Right.APPLICATION_SEE, thing, "application", number)
        return found

    def applications(self, actor: Actor, before: int | None = None, limit: int = 100) -> list[Application]:
        """Those that the actor may see, newest first."""
        query = select(application).order_by(application.c.id.desc()).limit(limit)
        if actor is not SYSTEM and not allowed(Right.APPLICATION_SEE, actor):
            query = query.where(application.c.person == actor.person)
        with self._reads.connect() as connection:
            rows = connection.execute(query if before is None else query.where(application.c.id < before)).all()
            return [told_application(connection, row) for row in rows]

    def withdraw(self, actor: Actor, key: str, now: int, *, number: int) -> Application:
        """Take an application back before it is decided, or off the waiting list."""
        self._need(actor, Right.APPLICATION_WITHDRAW, Thing(person=self.application(actor, number).person))

        def do(connection: Connection) -> Done:
            moved(told_application(connection, self._one(connection, application, number)), ApplicationState.WITHDRAWN)
            self._becomes(connection, number, ApplicationState.WITHDRAWN)
            return Done({"application": number})

        self._change(actor, key, now, "application.withdrawn", {"application": number}, do)
        return self.application(actor, number)

    def _becomes(self, connection: Connection, number: int, state: ApplicationState, **more: Any) -> None:
        connection.execute(update(application).where(application.c.id == number).values(state=state.value, **more))


def peak(spans: list[tuple[int, int, int]], from_at: int, to_at: int) -> int:
    """The most nodes that spans (from, to, nodes) hold together at one instant of [from, to)."""
    steps: Counter[int] = Counter()
    for begin, end, nodes in spans:
        if begin < to_at and end > from_at and begin < end:
            steps[max(begin, from_at)] += nodes
            steps[end] -= nodes
    most = now = 0
    for at in sorted(steps):
        now += steps[at]
        most = max(most, now)
    return most


def _offered(offer: Call, wanted: Wanted, now: int) -> None:
    """PeopleError where the call does not offer what is wanted."""
    rule = offer.rule
    if offer.state is not CallState.OPEN or now < offer.opens_at or (offer.closes_at is not None and now >= offer.closes_at):
        raise PeopleError(f"the call {offer.name} is not open", remedy="list the calls, and apply to one that is open")
    if purse_of(wanted) not in rule.purses:
        names = ", ".join(name or "credits" for name in rule.purses)
        raise PeopleError(f"the call offers no {wanted.pool or 'credits'}", remedy=f"ask for some of {names}")
    if (wanted.form is Form.CREDITS) == bool(wanted.pool) or (wanted.nodes if wanted.form is Form.CREDITS else wanted.micro):
        raise PeopleError("credits and nodes are asked for in one application", remedy="make one application for each")
    if not 0 < wanted.amount <= rule.most(wanted.form) or not 0 <= wanted.least <= wanted.amount:
        most = rule.most(wanted.form) // MICRO if wanted.form is Form.CREDITS else rule.most(wanted.form)
        raise PeopleError(f"the call gives at most {most:,} {wanted.form} to one project", remedy="ask for less, and for more than 0")
    if wanted.models and wanted.form is not Form.CREDITS:
        raise PeopleError("models are named for servers of a pool", remedy="leave them out: a pool is of one model")
    if other := [name for name in wanted.models if rule.models and name not in rule.models]:
        raise PeopleError(f"the call {offer.name} gives no credits for {other[0]}", remedy=f"name some of {', '.join(rule.models)}")
    if not 0 < wanted.term_s <= rule.term_s_most:
        raise PeopleError(f"the call gives for at most {rule.term_s_most // DAY_S} days", remedy="ask for a shorter term")


_SLOW = {
    Slow.NO_LANE: "the call has no fast lane",
    Slow.KIND: "the fast lane is not for organisations of this kind",
    Slow.AMOUNT: "the fast lane gives at most {most:,}, and {asked:,} are asked",
    Slow.TERM: "the fast lane gives for at most {most:,} days, and {asked:,} are asked",
    Slow.OPEN_PROJECT: "the project has {held:,} of the {most:,} open grants of the fast lane that it may have",
    Slow.OPEN_PERSON: "the person has {held:,} of the {most:,} open grants of the fast lane that they may have",
    Slow.MONTH: "the organisation would have {asked:,} of the fast lane this month, and {most:,} is the most",
    Slow.PURSE: "the call has {most:,} left, and {asked:,} are asked",
}


def slow_text(reason: Reason, form: Form) -> str:
    """Why the fast lane does not grant, with credits and days instead of their parts."""
    per = {Slow.TERM: DAY_S}.get(reason.code, 1)
    if form is Form.CREDITS and reason.code in (Slow.AMOUNT, Slow.MONTH, Slow.PURSE):
        per = MICRO
    asked, most = -(-reason.asked // per), reason.most // per
    return _SLOW[reason.code].format(asked=asked, most=most, held=reason.asked - 1)


class NotGranted(PeopleError):
    """The call has a fast lane alone, and that does not grant: every reason is one of `errors`."""

    def __init__(self, reasons: Sequence[Reason], form: Form) -> None:
        remedy = "ask for what the call's rule allows"
        self.reasons = tuple(reasons)
        self.errors = tuple(PeopleError(slow_text(one, form), remedy=remedy) for one in reasons)
        super().__init__("; ".join(one.what for one in self.errors), remedy=remedy)


def told_call(row: Row[Any]) -> Call:
    return Call(
        id=row.id,
        name=row.name,
        title=row.title,
        rule=RULE.validate_python(row.rule),
        state=CallState(row.state),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
    )


def told_application(connection: Connection, row: Row[Any]) -> Application:
    wanted = Wanted(form=Form(row.form), term_s=row.term_s, micro=row.micro, pool=row.pool, nodes=row.nodes, least=row.least)
    wanted = replace(wanted, models=tuple(row.models or ()))
    grant = connection.execute(select(granted.c.id).where(granted.c.application == row.id).order_by(granted.c.id)).scalars().first()
    return Application(
        id=row.id,
        call=row.call,
        project=row.project,
        title=row.title,
        organisation=row.organisation,
        person=row.person,
        wanted=wanted,
        state=ApplicationState(row.state),
        submitted_at=row.submitted_at,
        reason=row.reason,
        grant=grant,
    )
