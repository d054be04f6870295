"""Who is told when a job starts, ends, fails or is preempted: rows that follow the log with a mark of their own, sent by whoever has time.

Nothing here is in the broker's way: it reads what was committed. A notice is kept before its mark moves on, so none is lost; it is sent
until somebody took it or two days have gone, so one may come twice after a crash. Of an array one notice is sent for each event: when its
first task starts, when its last has ended, at the first that fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, insert, select, update

from dure.adapters.store.current_rows import not_over
from dure.adapters.store.engine import WRITES
from dure.adapters.store.people_schema import person
from dure.adapters.store.schema import event, head, inbox, job_array, mark, notice, work
from dure.model.events import Kind, Outcome
from dure.model.work import JobState
from dure.wire.api import job_id

SOURCE = "notices"
AT_ONCE = 5_000
"""Rows of the log that are looked at in one transaction."""
WAIT_S, WAIT_MOST_S = 15, 3_600
GIVE_UP_S = 2 * 86_400
DUE_MOST = 500
_KINDS = (int(Kind.STARTED), int(Kind.ENDED), int(Kind.WITHDRAWN))
_AS_IT_HAPPENED = (event.c.at, event.c.attempt, event.c.kind == int(Kind.ENDED), event.c.seq)
"""The log writes ends before starts within a second; whoever is told of a run of one second hears of its start first."""
_FAILED = (Outcome.FAILED, Outcome.TIME_LIMIT)
_AGAIN = (Outcome.PREEMPTED, Outcome.EVICTED, Outcome.LOST, Outcome.RETRIED)


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell somebody. `channel`: `mail` (to the address of the person) or `webhook` (to `target`)."""

    number: int
    channel: str
    target: str
    event: str
    job: str
    name: str
    at: int
    tries: int
    outcome: str

    def body(self) -> dict[str, Any]:
        """What a webhook is told."""
        return {"event": self.event, "job": self.job, "name": self.name, "at": self.at, "outcome": self.outcome or None}


class Notices:
    """The rows of notices of one store."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(**WRITES)

    def gather(self) -> int:
        """Make rows of what the log says since it was last looked at; how many rows of the log there were. A new store begins now."""
        with self._engine.begin() as connection:
            end = connection.execute(select(head.c.seq)).scalar_one()
            since = connection.execute(select(mark.c.position).where(mark.c.source == SOURCE)).scalar_one_or_none()
            if since is None:
                connection.execute(insert(mark), {"source": SOURCE, "position": end})
                return 0
            until = min(end, since + AT_ONCE)
            if until == since:
                return 0
            self._make(connection, since, until)
            connection.execute(update(mark).where(mark.c.source == SOURCE).values(position=until))
            return int(until - since)

    def _make(self, connection: Connection, since: int, until: int) -> None:
        columns = (event.c.kind, event.c.cause, event.c.at, work.c.inbox, work.c.task, work.c.person, work.c.state, inbox.c.body)
        query = select(*columns).join(work, work.c.job == event.c.job).join(inbox, inbox.c.number == work.c.inbox)
        query = query.where(event.c.seq >= since, event.c.seq < until, event.c.kind.in_(_KINDS)).order_by(*_AS_IT_HAPPENED)
        rows: Sequence[Any] = connection.execute(query).all()
        for row in rows:
            wanted = row.body["spec"].get("notify")
            for name in _events(row) if wanted else ():
                if row.task is not None and name == "on-end" and not self._all_over(connection, row.inbox):
                    continue
                for channel, target in _targets(wanted, name, row.person):
                    self._keep(connection, row, name, (channel, target))

    def _all_over(self, connection: Connection, number: int) -> bool:
        return connection.execute(select(job_array.c.number).where(job_array.c.number == number, not_over())).first() is None

    def _keep(self, connection: Connection, row: Any, name: str, to: tuple[str, str]) -> None:
        whole = row.task is not None
        same = (notice.c.job == row.inbox) & (notice.c.event == name) & (notice.c.channel == to[0])
        if whole and connection.execute(select(notice.c.number).where(same)).first():
            return
        number = connection.execute(select(func.coalesce(func.max(notice.c.number), -1))).scalar_one() + 1
        told = Outcome(row.cause).name if row.kind == Kind.ENDED else "CANCELED" if row.kind == Kind.WITHDRAWN else ""
        values = {"number": number, "job": row.inbox, "event": name, "channel": to[0], "target": to[1], "at": row.at, "outcome": told}
        connection.execute(insert(notice).values(**values, tries=0, due_at=row.at, done_at=None, trouble=""))

    def due(self, now: int, most: int = DUE_MOST) -> list[Notice]:
        """What is to be sent now, oldest first."""
        query = select(notice, inbox.c.body).join(inbox, inbox.c.number == notice.c.job)
        query = query.where(notice.c.done_at.is_(None), notice.c.due_at <= now).order_by(notice.c.number).limit(most)
        with self._engine.connect() as connection:
            return [_told(row) for row in connection.execute(query)]

    def address(self, number: int) -> str:
        """The mail address of a person; empty where there is none, or it was erased."""
        with self._engine.connect() as connection:
            return connection.execute(select(person.c.mail).where(person.c.id == number)).scalar_one_or_none() or ""

    def done(self, one: Notice, now: int, trouble: str = "") -> None:
        """It was sent, or (with what went wrong) never will be."""
        self._set(one, {"done_at": now, "tries": one.tries + 1, "trouble": trouble[:200]})

    def later(self, one: Notice, now: int, trouble: str) -> None:
        """It did not get through: again in a while, twice as long each time, for two days."""
        if now - one.at > GIVE_UP_S:
            self.done(one, now, trouble)
            return
        self._set(one, {"due_at": now + wait_s(one.tries), "tries": one.tries + 1, "trouble": trouble[:200]})

    def put_off(self, ones: Sequence[Notice], until: int) -> None:
        """These were not tried, for others to the same place have just failed: not before `until`."""
        numbers = [one.number for one in ones]
        with self._engine.begin() as connection:
            connection.execute(update(notice).where(notice.c.number.in_(numbers)).values(due_at=until))

    def _set(self, one: Notice, values: Mapping[str, Any]) -> None:
        with self._engine.begin() as connection:
            connection.execute(update(notice).where(notice.c.number == one.number).values(**values))


def wait_s(tries: int) -> int:
    """How long after so many failures it is tried again."""
    return min(WAIT_MOST_S, WAIT_S << min(tries, 10))


def _told(row: Row[Any]) -> Notice:
    name = row.body["spec"]["name"]
    return Notice(row.number, row.channel, row.target, row.event, job_id(row.job), name, row.at, row.tries, row.outcome)


def _events(row: Any) -> Iterator[str]:
    """What a row of the log is to whoever waits for news."""
    if row.kind == Kind.STARTED:
        yield "on-start"
    elif row.kind == Kind.WITHDRAWN:
        if row.state == JobState.CANCELED:
            yield "on-end"
    elif Outcome(row.cause) in _FAILED:
        yield from ("on-end", "on-fail")
    elif Outcome(row.cause) in _AGAIN and row.state < JobState.COMPLETED:
        yield "on-preempt"
    else:
        yield "on-end"


def _targets(wanted: Mapping[str, Any], name: str, number: int) -> Sequence[tuple[str, str]]:
    found = [("mail", str(number))] if name in wanted.get("mail", ()) else []
    return found + ([("webhook", wanted["webhook"])] if wanted.get("webhook") else [])
