"""Held grants: the watch over under-use with its warnings and answers, giving back, and what holders owe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from dure.adapters.store.people_desk import SYSTEM, Changed, Done
from dure.adapters.store.people_grants import owed_by
from dure.adapters.store.people_panels import Panels
from dure.adapters.store.people_persons import checked_text
from dure.adapters.store.people_projects import Acts
from dure.adapters.store.people_schema import allocation, application, granted, payment, warning
from dure.model.errors import PeopleError
from dure.model.people import HELD, Actor, Form, Grant, GrantState
from dure.programme.allocations import drawn, room_micro
from dure.programme.roles import Right, Thing
from dure.programme.watch import Kind, Step, Told, Verdict, WatchRule, Why, Window, watch

ANSWER_MOST = 2_000
_HELD = [one.value for one in HELD]


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """What a holder was told, with its reasons, and the answer."""

    id: int
    grant: int
    told: Told
    why: Why
    shares_ppm: tuple[int | None, ...]
    rules: str
    answer: str
    answered_by: int | None
    judged_by: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """What is owed for the credits used since the entry before: `used_micro` in all at `at`."""

    grant: int
    at: int
    used_micro: int
    won: int


@dataclass(frozen=True, slots=True)
class Charged:
    """What was entered of a project's credits, what it was given of them and not taken back, and when the last entry was."""

    used_micro: int
    given_micro: int
    last_at: int | None


@dataclass(frozen=True, slots=True)
class ChargedHeld:
    """What was entered of a grant of servers, the most that its budget pays for (None: any), and when the last entry was."""

    project: int
    pool: str
    used_micro: int
    room_micro: int | None
    last_at: int | None


class Watching(Panels):
    def verdicts(self, actor: Actor, now: int, rule: WatchRule, windows: Mapping[int, Sequence[Window]]) -> dict[int, Verdict]:
        """What the watch says about every grant that holds dedicated nodes; `windows` by grant, none measured where it is missing."""
        self._need(actor, Right.GRANT_WATCH)
        with self._reads.connect() as connection:
            return self._verdicts(connection, now, rule, windows)

    def _verdicts(self, connection: Connection, now: int, rule: WatchRule, windows: Mapping[int, Sequence[Window]]) -> dict[int, Verdict]:
        ours = granted.c.state.in_(_HELD) & (allocation.c.form == Form.DEDICATED.value) & allocation.c.released_at.is_(None)
        query = select(granted.c.id, allocation.c.from_at).join(allocation, allocation.c.granted == granted.c.id).where(ours)
        rows = connection.execute(query.order_by(granted.c.id)).all()
        told = self._told(connection, [row.id for row in rows])
        return {
            row.id: watch(rule, row.from_at, windows.get(row.id, ()), [one.told for one in told if one.grant == row.id], now)
            for row in rows
        }

    def carry_out(
        self, actor: Actor, key: str, now: int, *, rule: WatchRule, windows: Mapping[int, Sequence[Window]], named: str = ""
    ) -> dict[int, Verdict]:
        """Do what the watch says: warn, recall, or take back and leave to the waiting list. The officer sends it, the rule decides.

        `named`: the set of rules that it stands in, which each warning names. Sent again with its key it does nothing and answers with
        nothing.
        """
        self._need(actor, Right.GRANT_JUDGE)
        found: dict[int, Verdict] = {}

        def do(connection: Connection) -> Done:
            found.update(self._verdicts(connection, now, rule, windows))
            acts: Acts = []
            for number, one in found.items():
                acts += self._do(connection, number, one, now, named)
            steps = {str(number): one.step.value for number, one in found.items() if one.step is not Step.KEEP}
            return Done({"steps": steps, "rules": named}, acts)

        self._change(actor, key, now, "grants.watched", {}, do)
        return found

    def _do(self, connection: Connection, number: int, one: Verdict, now: int, named: str) -> Acts:
        if one.step is Step.REDISTRIBUTE:
            return self._end(connection, number, now, GrantState.RECALLED)
        states = {Step.WARN: GrantState.WARNED, Step.RECALL: GrantState.RECALLING}
        if one.step in states:
            row: dict[str, Any] = {
                "id": self._number(connection, "warning"),
                "granted": number,
                "at": now,
                "due_at": one.due_at,
                "answer": "",
            }
            row |= {"kind": Kind(one.step.value).value, "reasons": _reasons(one, named)}
            connection.execute(insert(warning).values(**row))
        state = states.get(one.step, GrantState.ACTIVE if one.why is Why.USED else None)
        if state is not None:
            connection.execute(update(granted).where(granted.c.id == number).values(state=state.value))
        return []

    def warnings(self, actor: Actor, number: int) -> list[Warned]:
        """What the holder of a grant was told, oldest first."""
        self.grant(actor, number)
        with self._reads.connect() as connection:
            return self._told(connection, [number])

    def _told(self, connection: Connection, numbers: Sequence[int]) -> list[Warned]:
        rows = connection.execute(select(warning).where(warning.c.granted.in_(numbers)).order_by(warning.c.id))
        return [_warned(row) for row in rows]

    def answer(self, actor: Actor, key: str, now: int, *, number: int, text: str) -> Changed:
        """The holder's answer to what was told last, while it may be answered."""
        self._need(actor, Right.GRANT_ANSWER, Thing(project=self.grant(actor, number).project))
        text = checked_text("an answer", text, most=ANSWER_MOST)

        def do(connection: Connection) -> Done:
            last = self._last(connection, number)
            if now >= last.told.due_at or last.told.answered_at is not None:
                raise PeopleError("there is nothing to answer any more", remedy="talk to the programme office")
            told = {"answer": text, "answered_by": actor.person, "answered_at": now}
            connection.execute(update(warning).where(warning.c.id == last.id).values(**told))
            return Done({"grant": number, "warning": last.id})

        return self._change(actor, key, now, "warning.answered", {"grant": number}, do)

    def judge(self, actor: Actor, key: str, now: int, *, number: int, accepted: bool) -> Changed:
        """Whether the answer excuses the holder for the time that the rule states."""
        self._need(actor, Right.GRANT_JUDGE, Thing(project=self.grant(actor, number).project))

        def do(connection: Connection) -> Done:
            last = self._last(connection, number)
            if last.told.answered_at is None or last.told.accepted is not None:
                raise PeopleError("there is no answer that waits", remedy="wait for the answer, or for the end of its time")
            told = {"accepted": accepted, "judged_by": actor.person, "judged_at": now}
            connection.execute(update(warning).where(warning.c.id == last.id).values(**told))
            if accepted:
                connection.execute(update(granted).where(granted.c.id == number).values(state=GrantState.ACTIVE.value))
            return Done({"grant": number, "warning": last.id, "accepted": accepted})

        return self._change(actor, key, now, "warning.judged", {"grant": number, "accepted": accepted}, do)

    def _last(self, connection: Connection, number: int) -> Warned:
        row = self._one(connection, granted, number)
        found = self._told(connection, [number])
        if row.state not in _HELD or not found:
            raise PeopleError(f"grant {number} was not warned", remedy="nothing: there is nothing to answer")
        return found[-1]

    def give_back(self, actor: Actor, key: str, now: int, *, number: int, spent_micro: int | None = None) -> Grant:
        """The holder ends a grant before its term; `spent_micro` in all by the project: what is left of credits goes back."""
        found = self.grant(actor, number)
        self._need(actor, Right.GRANT_RETURN, Thing(project=found.project))

        def do(connection: Connection) -> Done:
            return Done({"grant": number}, self._end(connection, number, now, GrantState.ENDED, spent_micro))

        self._change(actor, key, now, "grant.returned", {"grant": number}, do)
        return self.grant(actor, number)

    def set_budget(self, actor: Actor, key: str, now: int, *, number: int, budget_won: int) -> Grant:
        """Raise what the holder is ready to pay for credits: the broker is given what it now pays for, at most what was granted."""
        found = self.grant(actor, number)
        self._need(actor, Right.GRANT_ANSWER, Thing(project=found.project))

        def do(connection: Connection) -> Done:
            row = self._one(connection, granted, number)
            if row.state not in _HELD or row.price_won is None or budget_won <= (row.budget_won or 0):
                raise PeopleError("a budget is raised, on a grant that is held and paid for", remedy="write more won than before")
            connection.execute(update(granted).where(granted.c.id == number).values(budget_won=budget_won))
            held = connection.execute(select(allocation).where(allocation.c.granted == number)).one()
            if held.form != Form.CREDITS:
                return Done({"grant": number, "won": budget_won})
            room = room_micro(budget_won, row.price_won, row.copay_ppm)
            most = int(self._one(connection, application, row.application).micro)
            more = (most if room is None else min(most, room)) - held.micro
            connection.execute(update(allocation).where(allocation.c.id == held.id).values(micro=held.micro + more))
            acts = [("credit", {"project": row.project, "micro": more})] if more > 0 else []
            return Done({"grant": number, "won": budget_won}, acts)

        self._change(actor, key, now, "grant.budget", {"grant": number, "won": budget_won}, do)
        return self.grant(actor, number)

    def charge(self, now: int, *, number: int, used_micro: int) -> Payment | None:
        """Enter what the holder of dedicated servers owes once `used_micro` were used in all; None where nothing is. Ends it at its budget.

        The ledger says what was used: held-used and held-idle, never what was lent.
        """

        def do(connection: Connection) -> Done:
            held = connection.execute(select(allocation).where(allocation.c.granted == number)).one()
            if used_micro <= held.used_micro:
                return Done({"grant": number})
            won = self._enter(connection, held, used_micro, now)
            return Done({"grant": number, "won": won}, self._end_spent(connection, [number], now))

        self._change(SYSTEM, f"charge/{number}/{used_micro}", now, "grant.charged", {"grant": number, "used": used_micro}, do)
        with self._reads.connect() as connection:
            found = (payment.c.granted == number) & (payment.c.used_micro == used_micro)
            row = connection.execute(select(payment).where(found)).one_or_none()
        return None if row is None else _paid(row)

    def charge_project(self, now: int, *, project: int, spent_micro: int) -> tuple[int, ...]:
        """Enter what a project owes once it has spent so many credits in all; grants whose budget that ends are over, and the project
        stops with its last one. Said again it does nothing. The grants that something was entered for.
        """

        def do(connection: Connection) -> Done:
            found = self._draw(connection, project, spent_micro, now)
            return Done({"project": project, "grants": found}, self._end_spent(connection, found, now))

        asked = {"project": project, "spent": spent_micro}
        done = self._change(SYSTEM, f"charge/project/{project}/{spent_micro}", now, "project.charged", asked, do)
        return () if done.again else tuple(done.ids["grants"])

    def _end_spent(self, connection: Connection, numbers: Sequence[int], now: int) -> Acts:
        """End the grants among these whose budget pays for nothing more; credits that nobody pays for go with them."""
        acts: Acts = []
        for number in numbers:
            row = self._one(connection, granted, number)
            if row.price_won is None or row.budget_won is None:
                continue
            room = room_micro(row.budget_won, row.price_won, row.copay_ppm)
            used = connection.execute(select(allocation.c.used_micro).where(allocation.c.granted == number)).scalar_one()
            if room is not None and used >= room:
                acts += self._end(connection, number, now, GrantState.ENDED)
        return acts

    def charged(self) -> dict[int, Charged]:
        """Project → what was entered of its credits, and when last."""
        with self._reads.connect() as connection:
            ours = allocation.c.form == Form.CREDITS.value
            columns: list[Any] = [
                allocation.c.project,
                func.sum(allocation.c.used_micro).label("used"),
                func.sum(allocation.c.micro).label("given"),
            ]
            columns += [func.sum(allocation.c.returned_micro).label("returned")]
            rows = connection.execute(select(*columns).where(ours).group_by(allocation.c.project)).all()
            last = select(granted.c.project, func.max(payment.c.at).label("at")).join(granted, granted.c.id == payment.c.granted)
            when = {row.project: row.at for row in connection.execute(last.group_by(granted.c.project))}
        return {row.project: Charged(int(row.used), int(row.given) - int(row.returned), when.get(row.project)) for row in rows}

    def charged_held(self) -> dict[int, ChargedHeld]:
        """Grant → of every grant of servers that is held and paid for, what was entered."""
        ours = granted.c.state.in_(_HELD) & (allocation.c.form == Form.DEDICATED.value) & granted.c.price_won.is_not(None)
        columns: list[Any] = [granted.c.id, allocation.c.project, allocation.c.pool, allocation.c.used_micro]
        columns += [granted.c.price_won, granted.c.copay_ppm, granted.c.budget_won]
        last = select(payment.c.granted, func.max(payment.c.at).label("at")).group_by(payment.c.granted)
        with self._reads.connect() as connection:
            rows = connection.execute(select(*columns).join(allocation, allocation.c.granted == granted.c.id).where(ours)).all()
            when = {row.granted: row.at for row in connection.execute(last)}
        return {
            row.id: ChargedHeld(
                row.project,
                row.pool,
                row.used_micro,
                None if row.budget_won is None else room_micro(row.budget_won, row.price_won, row.copay_ppm),
                when.get(row.id),
            )
            for row in rows
        }

    def to_be_charged(self, spent: Mapping[int, int]) -> dict[int, int]:
        """Project → won that entering what it has spent in all would add; nothing is entered."""
        paying = select(granted.c.project).where(granted.c.price_won.is_not(None))
        ours = (allocation.c.form == Form.CREDITS.value) & allocation.c.project.in_(paying)
        columns: list[Any] = [allocation, granted.c.price_won, granted.c.copay_ppm, granted.c.budget_won]
        query = select(*columns).join(granted, granted.c.id == allocation.c.granted).where(ours).order_by(allocation.c.id)
        sums = select(payment.c.granted, func.sum(payment.c.won).label("won")).group_by(payment.c.granted)
        with self._reads.connect() as connection:
            rows = connection.execute(query).all()
            paid = {row.granted: int(row.won) for row in connection.execute(sums)}
        by_project: dict[int, list[Row[Any]]] = {}
        for row in rows:
            by_project.setdefault(row.project, []).append(row)
        found: dict[int, int] = {}
        for number, held in by_project.items():
            more = max(0, spent.get(number, 0) - sum(one.used_micro for one in held))
            shares = drawn(more, [one.micro - one.returned_micro - one.used_micro for one in held])
            owed = ((one, owed_by(one.used_micro + part, one)) for one, part in zip(held, shares, strict=True))
            found[number] = sum(max(0, won - paid.get(one.granted, 0)) for one, won in owed)
        return found

    def payments(self, actor: Actor, number: int) -> list[Payment]:
        """Every entry of a grant, oldest first."""
        self.grant(actor, number)
        with self._reads.connect() as connection:
            rows = connection.execute(select(payment).where(payment.c.granted == number).order_by(payment.c.used_micro))
            return [_paid(row) for row in rows]


def _reasons(one: Verdict, named: str) -> dict[str, Any]:
    return {"why": one.why.value, "shares_ppm": list(one.shares_ppm), "rules": named}


def _paid(row: Row[Any]) -> Payment:
    return Payment(grant=row.granted, at=row.at, used_micro=row.used_micro, won=row.won)


def _warned(row: Row[Any]) -> Warned:
    told = Told(
        kind=Kind(row.kind),
        at=row.at,
        due_at=row.due_at,
        answered_at=row.answered_at,
        accepted=row.accepted,
        judged_at=row.judged_at,
    )
    return Warned(
        id=row.id,
        grant=row.granted,
        told=told,
        why=Why(row.reasons["why"]),
        shares_ppm=tuple(row.reasons["shares_ppm"]),
        rules=row.reasons.get("rules", ""),
        answer=row.answer,
        answered_by=row.answered_by,
        judged_by=row.judged_by,
    )
