"""Reviewed calls: reviews come in, the ranking follows, a signatory signs it as it was seen, the rest waits for what comes back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, insert, select, update

from dure.adapters.store.people_calls import Calls, told_application, told_call
from dure.adapters.store.people_desk import Changed, Done
from dure.adapters.store.people_projects import Acts
from dure.adapters.store.people_schema import allocation, application, call, granted
from dure.adapters.store.people_schema import review as review_table
from dure.model.calls import Call, Panel
from dure.model.errors import PeopleError, RightError
from dure.model.people import Actor, Application, ApplicationState, CallState, Form, Lane, Review
from dure.programme.calls import Decided, Ground, Ranked, checked, decide, moved, ranking, redistribute
from dure.programme.fast import purse_of
from dure.programme.roles import Right, Thing

COMMENT_MOST = 10_000


class Panels(Calls):
    def review(self, actor: Actor, key: str, now: int, *, number: int, points: Mapping[str, int], comment: str = "") -> Changed:
        """Points for an application that waits for its decision; a reviewer's later review replaces the earlier one."""
        with self._reads.connect() as connection:
            found = told_application(connection, self._one(connection, application, number))
        self._need(actor, Right.REVIEW_MAKE, Thing(person=found.person, organisation=found.organisation))
        if len(comment) > COMMENT_MOST:
            raise PeopleError(f"a comment of {len(comment):,} characters", remedy=f"write at most {COMMENT_MOST:,}")
        asked = {"application": number, "points": dict(points), "comment": hashlib.sha256(comment.encode()).hexdigest()}

        def do(connection: Connection) -> Done:
            row = self._one(connection, application, number)
            if row.state != ApplicationState.SUBMITTED:
                raise PeopleError(f"application {number} is decided already", remedy="review one that is not")
            panel = _panel(told_call(self._one(connection, call, row.call)))
            checked(panel, Review(application=number, person=actor.person, points=points))
            mine = (review_table.c.application == number) & (review_table.c.person == actor.person)
            connection.execute(delete(review_table).where(mine))
            told = {"points": dict(points), "comment": comment, "at": now}
            connection.execute(insert(review_table).values(application=number, person=actor.person, **told))
            return Done({"application": number, "person": actor.person})

        return self._change(actor, key, now, "review.made", asked, do)

    def reviews(self, actor: Actor, number: int) -> list[Review]:
        """Of one application, for who decides and who audits; a reviewer sees the own one alone."""
        self._need(actor, Right.REVIEW_SEE)
        with self._reads.connect() as connection:
            return self._reviews(connection, [number])

    def _reviews(self, connection: Connection, numbers: Sequence[int]) -> list[Review]:
        query = select(review_table).where(review_table.c.application.in_(numbers))
        rows = connection.execute(query.order_by(review_table.c.application, review_table.c.person))
        return [Review(application=one.application, person=one.person, points=one.points, comment=one.comment, at=one.at) for one in rows]

    def close_call(self, actor: Actor, key: str, now: int, *, name: str) -> Call:
        """Nobody may apply any more."""
        self._need(actor, Right.CALL_CLOSE)

        def do(connection: Connection) -> Done:
            row = self._one(connection, call, name, "name")
            if row.state != CallState.OPEN:
                raise PeopleError(f"the call {name} is not open", remedy="list the calls, and name one that is open")
            connection.execute(update(call).where(call.c.id == row.id).values(state=CallState.CLOSED.value))
            return Done({"call": row.id})

        self._change(actor, key, now, "call.closed", {"call": name}, do)
        return self.call(name)

    def ranking(self, actor: Actor, name: str) -> tuple[tuple[Decided, ...], str]:
        """What every application of a call would get if it were signed now, best first, and the seal of exactly this answer."""
        self._need(actor, Right.CALL_RANK)
        with self._reads.connect() as connection:
            found = self._decide(connection, told_call(self._one(connection, call, name, "name")))
        return found, seal(found)

    def _decide(self, connection: Connection, offer: Call) -> tuple[Decided, ...]:
        panel = _panel(offer)
        ours = (application.c.call == offer.id) & (application.c.state == ApplicationState.SUBMITTED.value)
        found = [told_application(connection, row) for row in connection.execute(select(application).where(ours)).all()]
        reviews = self._reviews(connection, [one.id for one in found])
        entries = [
            (one, self._organisation(connection, one.organisation), [each for each in reviews if each.application == one.id])
            for one in found
        ]
        return decide(offer.rule, panel, ranking(panel, entries), self._taken(connection, offer))

    def _taken(self, connection: Connection, offer: Call) -> dict[str, dict[int, int]]:
        """Purse → organisation → what it holds of this call: credits once given, nodes until they are given back."""
        query = select(allocation, application.c.organisation).join(granted, granted.c.id == allocation.c.granted)
        query = query.join(application, application.c.id == granted.c.application).where(granted.c.call == offer.id)
        found: dict[str, dict[int, int]] = {}
        for one in connection.execute(query):
            amount = one.micro - one.returned_micro if one.form == Form.CREDITS else one.nodes * (one.released_at is None)
            held = found.setdefault(one.pool, {})
            held[one.organisation] = held.get(one.organisation, 0) + amount
        return found

    def sign(self, actor: Actor, key: str, now: int, *, name: str, seen: str) -> Call:
        """Sign the ranking of a closed call as it was seen: grants, waiting list, refusals, in one transaction."""
        self._need(actor, Right.CALL_SIGN)

        def do(connection: Connection) -> Done:
            offer = told_call(self._one(connection, call, name, "name"))
            if offer.state is not CallState.CLOSED:
                raise PeopleError(f"the call {name} is {offer.state}", remedy="close a call before signing it, and sign it once")
            found = self._decide(connection, offer)
            if seal(found) != seen:
                raise PeopleError("the ranking is not the one that you have seen", remedy="look at it again, and sign that")
            _stranger(actor, [one.ranked.application for one in found])
            acts: Acts = []
            for one in found:
                acts += self._carry_out(connection, now, offer, one, actor.person)
            connection.execute(update(call).where(call.c.id == offer.id).values(state=CallState.DECIDED.value))
            return Done({"call": offer.id, "seal": seen}, acts)

        self._change(actor, key, now, "call.signed", {"call": name, "seen": seen}, do)
        return self.call(name)

    def _carry_out(self, connection: Connection, now: int, offer: Call, one: Decided, signed_by: int) -> Acts:
        asked, more = one.ranked.application, {"score_milli": one.ranked.score_milli, "reason": one.ground.value}
        if not one.amount:
            state = ApplicationState.REFUSED if one.ground is Ground.SCORE else ApplicationState.WAITING
            self._becomes(connection, asked.id, state, **more)
            return []
        moved(asked, ApplicationState.GRANTED)
        self._becomes(connection, asked.id, ApplicationState.GRANTED, **more)
        budget = self._one(connection, application, asked.id).budget_won
        return self._grant(connection, now, asked, offer.rule, one.amount, Lane.REVIEW, signed_by, budget)[1]

    def waiting_list(self, actor: Actor, name: str) -> list[Ranked]:
        """Who gets what comes back, best first."""
        self._need(actor, Right.CALL_RANK)
        with self._reads.connect() as connection:
            return self._waiting(connection, self._one(connection, call, name, "name").id)

    def _waiting(self, connection: Connection, number: int) -> list[Ranked]:
        query = select(application).where(application.c.call == number, application.c.state == ApplicationState.WAITING.value)
        rows = connection.execute(query.order_by(application.c.score_milli.desc(), application.c.submitted_at, application.c.id)).all()
        return [
            Ranked(told_application(connection, row), self._organisation(connection, row.organisation), row.score_milli or 0, 0)
            for row in rows
        ]

    def redistribute(self, actor: Actor, key: str, now: int, *, name: str) -> list[int]:
        """Give what the purses of a decided call have again to its waiting list; the numbers of the new grants' applications."""
        self._need(actor, Right.CALL_SIGN)

        def do(connection: Connection) -> Done:
            offer = told_call(self._one(connection, call, name, "name"))
            if offer.state is not CallState.DECIDED:
                raise PeopleError(f"the call {name} is {offer.state}", remedy="sign the call first")
            line = self._waiting(connection, offer.id)
            freed: dict[str, int] = {}
            for waits in line:
                wanted = waits.application.wanted
                left = max(0, self._left(connection, offer, wanted, now))
                freed[purse_of(wanted)] = min(left, freed.get(purse_of(wanted), left))
            found = redistribute(_panel(offer), offer.rule, line, freed, self._taken(connection, offer))
            _stranger(actor, [one.ranked.application for one in found])
            acts: Acts = []
            for one in found:
                acts += self._carry_out(connection, now, offer, one, actor.person)
            return Done({"call": offer.id, "applications": [one.ranked.application.id for one in found]}, acts)

        return list(self._change(actor, key, now, "call.redistributed", {"call": name}, do).ids["applications"])

    def give(self, actor: Actor, key: str, now: int, *, number: int, amount: int, reason: str) -> Application:
        """A grant by the office itself, outside the ranking, with the reason that stands on it."""
        with self._reads.connect() as connection:
            found = told_application(connection, self._one(connection, application, number))
        self._need(actor, Right.GRANT_MAKE, Thing(person=found.person))
        if not reason.strip():
            raise PeopleError("a grant outside the ranking without a reason", remedy="write the reason, which stands on the grant")
        if not 0 < amount <= found.wanted.amount:
            raise PeopleError(f"{amount:,} of {found.wanted.amount:,} asked", remedy="grant more than 0, and at most what is asked")

        def do(connection: Connection) -> Done:
            row = self._one(connection, application, number)
            asked, offer = told_application(connection, row), told_call(self._one(connection, call, row.call))
            moved(asked, ApplicationState.GRANTED)
            if amount > self._left(connection, offer, asked.wanted, now):
                raise PeopleError("the call has less left", remedy="grant less, or wait until something comes back")
            self._becomes(connection, number, ApplicationState.GRANTED, reason="office")
            made, acts = self._grant(connection, now, asked, offer.rule, amount, Lane.OFFICE, actor.person, row.budget_won, reason)
            return Done({"application": number, "grant": made}, acts)

        self._change(actor, key, now, "grant.made", {"application": number, "amount": amount, "reason": reason}, do)
        with self._reads.connect() as connection:
            return told_application(connection, self._one(connection, application, number))


def seal(found: Sequence[Decided]) -> str:
    """A hash over every row of a ranking: who signs it says with it what was seen."""
    text = "\n".join(f"{one.ranked.application.id} {one.ranked.score_milli} {one.amount} {one.ground}" for one in found)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _panel(offer: Call) -> Panel:
    if offer.rule.panel is None:
        raise PeopleError(f"the call {offer.name} has no panel", remedy="nothing: its fast lane decides at once")
    return offer.rule.panel


def _stranger(actor: Actor, found: Sequence[Application]) -> None:
    """Nobody signs a decision over what they asked for themselves."""
    if any(one.person == actor.person for one in found):
        raise RightError("you have applied yourself", remedy="let another signatory sign")
