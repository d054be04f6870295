"""One log, one writer, in SQL: the store of `operate.ports` that outlives its broker.

Whoever leads has a term; a commit names it and the row at which the log ends, in the same transaction as its rows. A leader that
was replaced while it slept, or that remembers another end of the log, therefore writes nothing: `Deposed`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Protocol

import numpy as np
from sqlalchemy import Connection, Engine, Row, bindparam, func, insert, select, update

from dure.adapters.store.engine import WRITES
from dure.adapters.store.epochs import Epoch, begin_epoch, epochs_of, keys_of
from dure.adapters.store.schema import event, head, inbox, job, mark
from dure.adapters.store.texts import add, change
from dure.model.errors import StoreError
from dure.model.events import Kind
from dure.operate.ports import Rows
from dure.policy.fold import LIVE, WANTED

EVENT_COLUMNS = LIVE.names or ()
CHUNK = 50_000
"""Rows read at a time, so that reading a long log needs no more memory than its rows."""

# Made once: to put a statement together costs more than to carry it out.
_LOCK = update(head).values(inbox=head.c.inbox)
_END = select(head.c.inbox)
_KNOWN = select(inbox.c.key, inbox.c.number, inbox.c.act, inbox.c.actor, inbox.c.body)
_KNOWN = _KNOWN.where(inbox.c.key.in_(bindparam("keys", expanding=True)))
_ADD = insert(inbox)
_MOVE_END = update(head).values(inbox=bindparam("end"))
_READ = select(inbox).where(inbox.c.number >= bindparam("since")).order_by(inbox.c.number).limit(bindparam("most"))
_LEADS = update(head).where(head.c.term == bindparam("our_term")).values(term=bindparam("our_term"))
_EVENT, _JOB = (*EVENT_COLUMNS, "term"), ("number", *(WANTED.names or ()))
_ROWS = select(*(event.c[name] for name in EVENT_COLUMNS)).order_by(event.c.seq)
_ROWS = _ROWS.where(event.c.seq >= bindparam("since"), event.c.seq < bindparam("until"))
_WANTED = select(*(job.c[name] for name in WANTED.names or ())).order_by(job.c.number)
_WANTED = _WANTED.where(job.c.number >= bindparam("since"), job.c.number < bindparam("until"))


class Deposed(StoreError):
    """Another leader has taken over: this one must not write any more."""


SENT = "sent"
"""Of the body of an act: the hash of the request as it was sent."""


class KeyTaken(StoreError):
    """A key was used before for another request."""


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody asks. `key` makes it one act however often it is sent."""

    key: str
    act: str
    actor: str
    at: int
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Accepted:
    """An act with its number in the inbox; `again` if it was there before."""

    number: int
    again: bool


class Inbox:
    """Anybody may add to it; only the leader reads on from its mark."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(**WRITES)

    def put(self, acts: Sequence[Act]) -> list[Accepted]:
        """Keep acts in one commit; each is numbered once, whatever its key is sent again. Raises KeyTaken, and keeps then none."""
        with self._engine.begin() as connection:
            return self.put_in(connection, acts)

    def put_in(self, connection: Connection, acts: Sequence[Act]) -> list[Accepted]:
        """`put` inside a transaction of the caller's: what they ask and the rows that say so are kept together or not at all."""
        # The update locks the row of the counter until the commit: numbers have no gap and none becomes visible before a lower one.
        connection.execute(_LOCK)
        first = connection.execute(_END).scalar_one()
        found = self._known(connection, [one.key for one in acts])
        rows: list[dict[str, Any]] = []
        answers = []
        for one in acts:
            known = found.get(one.key)
            if known is None:
                row = {"number": first + len(rows), "key": one.key, "act": one.act, "actor": one.actor, "at": one.at}
                row["body"] = dict(one.body)
                rows.append(row)
                found[one.key] = (row["number"], one.act, one.actor, row["body"])
            elif known[1:3] != (one.act, one.actor) or not _same(known[3], one.body):
                raise KeyTaken(f"the key {one.key} was used before for another request", remedy="send another key with another request")
            answers.append(Accepted(found[one.key][0], known is not None))
        if rows:
            connection.execute(_ADD, rows)
            connection.execute(_MOVE_END, {"end": first + len(rows)})
        return answers

    def _known(self, connection: Connection, keys: Sequence[str]) -> dict[str, tuple[Any, ...]]:
        rows = connection.execute(_KNOWN, {"keys": list(keys)})
        return {key: tuple(rest) for key, *rest in rows}

    def known(self, key: str) -> tuple[int, str, str, Mapping[str, Any]] | None:
        """What is kept under a key: number, act, actor, body."""
        with self._engine.connect() as connection:
            found = self._known(connection, [key]).get(key)
        return None if found is None else (found[0], found[1], found[2], found[3])

    def read(self, since: int, most: int = CHUNK) -> list[Row[Any]]:
        """Acts from a number on, in their order: (number, key, act, actor, at, body)."""
        with self._engine.connect() as connection:
            return list(connection.execute(_READ, {"since": since, "most": most}))


def _same(kept: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
    """Whether the same was sent: `sent` is its hash where a body is what it resolved to, which may be something else by now."""
    if SENT in kept and SENT in body:
        return bool(kept[SENT] == body[SENT])
    return {**kept, SENT: ""} == {**body, SENT: ""}


class View(Protocol):
    """What is kept along with the log, in the same transactions."""

    def keep(self, connection: Connection, rows: Rows) -> None:
        """Write what these rows, which come next in the log, change."""


class SqlStore:
    """The log of a programme as its leader holds it."""

    def __init__(self, engine: Engine, holder: str, view: View | None = None) -> None:
        """Takes the lead: whoever led before can commit nothing any more. `holder` says who, for people; `view` is kept along."""
        self._engine, self._view = engine.execution_options(**WRITES), view
        with self._engine.begin() as connection:
            connection.execute(update(head).values(term=head.c.term + 1, holder=holder))
            now = connection.execute(select(head)).one()
            self._marks = {one.source: one.position for one in connection.execute(select(mark))}
            self.keys, self.epochs = keys_of(connection), epochs_of(connection)
        self.term, self.epoch, self.seq = int(now.term), int(now.epoch), int(now.seq)
        self._jobs = int(now.jobs)

    @property
    def jobs_known(self) -> int:
        """The number of the next job."""
        return self._jobs

    def commit(self, rows: Rows, jobs: Rows, marks: Mapping[str, int]) -> None:
        """Keep rows, jobs and marks, all or none. Raises Deposed where another has taken the lead."""
        first, last = self.seq, self.seq + len(rows)
        with self._engine.begin() as connection:
            ours = (self.term, first, self._jobs)
            if change(connection, head, ("term", "seq", "jobs"), ("seq", "jobs"), [(last, self._jobs + len(jobs), *ours)]) != 1:
                raise Deposed(f"term {self.term} is over", remedy="nothing: another broker leads, this one stops")
            if len(rows):
                numbers = range(first, last)
                add(connection, event, _EVENT, [(seq, *row[1:], self.term) for seq, row in zip(numbers, rows.tolist(), strict=True)])
            if self._view is not None:
                self._view.keep(connection, rows)
            if len(jobs):
                add(connection, job, _JOB, [(number, *row) for number, row in enumerate(jobs.tolist(), self._jobs)])
            self._mark(connection, marks)
        self.seq, self._jobs = last, self._jobs + len(jobs)
        self._marks.update(marks)

    def renew(self, now: int) -> Epoch:
        """Begin another epoch of keys: sites know attempts of which this log knows nothing."""
        with self.leading() as connection:
            new = begin_epoch(connection, now)
        self.keys.renew(new.number, new.attempt)
        self.epochs.append(new)
        self.epoch = new.number
        return new

    @contextmanager
    def leading(self) -> Iterator[Connection]:
        """A transaction of the leader's beside its commits; raises Deposed where another has taken the lead."""
        with self._engine.begin() as connection:
            if connection.execute(_LEADS, {"our_term": self.term}).rowcount != 1:
                raise Deposed(f"term {self.term} is over", remedy="nothing: another broker leads, this one stops")
            yield connection

    def _mark(self, connection: Connection, marks: Mapping[str, int]) -> None:
        for source, position in marks.items():
            if source not in self._marks:
                add(connection, mark, ("source", "position"), [(source, position)])
            elif self._marks[source] != position:
                change(connection, mark, ("source",), ("position",), [(position, source)])

    def rows(self, since: int = 0, until: int | None = None) -> Rows:
        """The rows of the log from `seq` on, up to another one."""
        with self._engine.connect() as connection:
            return read_rows(connection, since, until)

    def jobs(self, since: int = 0) -> Rows:
        """What is asked of every job, by number, from a number on."""
        with self._engine.connect() as connection:
            return read_jobs(connection, since)

    def marks(self) -> dict[str, int]:
        """How far each source has been read: nobody but the leader writes them."""
        return dict(self._marks)

    def count(self) -> int:
        """Rows of the log, counted: equal to its end, or rows are missing."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(event)).scalar_one()


def read_rows(connection: Connection, since: int = 0, until: int | None = None) -> Rows:
    """The rows of the log from `seq` on, up to another one; anybody may read them."""
    return _read(connection, _ROWS, LIVE, since, until)


def read_splits(connection: Connection, since: int, until: int, first_pool: int) -> Rows:
    """Of rows [since, until) those that say how pools from a number on stand: their idle devices and what was lost there."""
    kinds = event.c.kind.in_([int(Kind.IDLE), int(Kind.LOST)])
    return _read(connection, _ROWS.where(event.c.pool >= first_pool, kinds), LIVE, since, until)


def read_jobs(connection: Connection, since: int = 0) -> Rows:
    """What is asked of every job, by number, from a number on."""
    return _read(connection, _WANTED, WANTED, since, None)


def _read(connection: Connection, query: Any, kind: np.dtype[Any], since: int, until: int | None) -> Rows:
    """Rows with the numbers [since, until), or from one on; part by part, and as they come from the driver: to make a row of SQLAlchemy
    of each would take as long as to read it.
    """
    names, parts, at = kind.names or (), [np.zeros(0, kind)], since
    while until is None or at < until:
        to = at + CHUNK if until is None else min(at + CHUNK, until)
        with connection.execute(query, {"since": at, "until": to}) as found:
            told = found.cursor.fetchall()
        flat = np.fromiter(chain.from_iterable(told), np.int64, len(told) * len(names)).reshape(-1, len(names))
        rows = np.zeros(len(told), kind)
        for place, name in enumerate(names):
            rows[name] = flat[:, place]
        parts.append(rows)
        at = to
        if until is None and len(rows) < CHUNK:
            break
    return np.concatenate(parts)
