"""Tables of the store. Times are Unix seconds, counts and values as `model.events` says; integers are of 64 bits.

`event` is the log: one writer, `seq` without gaps, each row with the term of the leader that wrote it. `inbox` is what people and
programs ask, numbered without gaps in the order in which it was accepted; the reply is sent after that commit. `head` holds one row:
where both end and who may write the log. Nothing is ever changed in `event` and `inbox`; a correction is another row.
"""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, Index, MetaData, SmallInteger, Table, Text, text

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMES)


def _number(name: str, *, primary_key: bool = False) -> Column[int]:
    return Column(name, BigInteger, primary_key=primary_key, nullable=False, autoincrement=False)


head = Table(
    "head",
    metadata,
    Column("id", SmallInteger, CheckConstraint("id = 1", name="one_row"), primary_key=True, autoincrement=False),
    _number("term"),
    Column("holder", Text, nullable=False),
    _number("seq"),
    _number("jobs"),
    _number("inbox"),
    _number("epoch"),
)
"""`seq`, `jobs`, `inbox`: the numbers of the next rows. `epoch` is part of every key and changes when the store was restored."""

epoch = Table(
    "epoch", metadata, _number("number", primary_key=True), *(_number(name) for name in ("attempt", "job", "inbox", "seq", "at", "term"))
)
"""Epochs of keys but the first, which is number 0: where attempts, jobs, acts and rows stood when a copy was restored at second `at`.

What sites know of attempts of earlier epochs and of later numbers than that was placed by a broker whose rows were lost.
"""

adopted = Table(
    "adopted",
    metadata,
    _number("attempt", primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("site", Text, nullable=False),
    _number("job"),
    _number("orphan"),
    _number("at"),
)
"""Attempts that were taken up again after a restore, each under the key by which its site knows it. `orphan` 1: of a job whose request
was lost as well; when its attempt ends, so does the job."""

inbox = Table(
    "inbox",
    metadata,
    _number("number", primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("act", Text, nullable=False),
    Column("actor", Text, nullable=False),
    _number("at"),
    Column("body", JSON, nullable=False),
)

event = Table(
    "event",
    metadata,
    _number("seq", primary_key=True),
    _number("at"),
    _number("kind"),
    _number("job"),
    _number("attempt"),
    _number("pool"),
    _number("node"),
    _number("count"),
    _number("value"),
    _number("cause"),
    _number("seen"),
    _number("term"),
    Index(None, "job"),
)

job = Table(
    "job",
    metadata,
    _number("number", primary_key=True),
    _number("klass"),
    _number("project"),
    _number("qos"),
    _number("checkpoint"),
    _number("deps"),
)
"""What is asked of every job and its SUBMITTED row does not say."""

mark = Table("mark", metadata, Column("source", Text, primary_key=True), _number("position"))
"""How far each source has been read: `inbox`, and one row for each site."""

klass = Table(
    "klass",
    metadata,
    _number("number", primary_key=True),
    _number("devices"),
    _number("domain"),
    Column("speeds", JSON, nullable=False),
    Column("grant", Text, nullable=False),
    Column("key", Text, nullable=False, unique=True),
)
"""Jobs alike to the policy: numbered in the order in which the leader met them. `speeds`: by pool of the scenario, as `site/pool`."""

piece = Table(
    "piece",
    metadata,
    _number("number", primary_key=True),
    Column("grant", Text, nullable=False, unique=True),
    Column("pool", Text, nullable=False),
    _number("project"),
    _number("party"),
    Column("nodes", JSON, nullable=False),
    _number("notice_s"),
    _number("lent"),
    _number("released"),
)
"""Servers of a pool that are a project's for a while. `nodes`: which servers of the fleet; `released`: when it ended, or 0."""

ground = Table(
    "ground", metadata, _number("number", primary_key=True), Column("pool", Text, nullable=False), _number("nodes"), _number("devices")
)
"""The pools that the numbers of the log stand for: a log is read on the ground on which it was written."""

party = Table(
    "party", metadata, _number("number", primary_key=True), *(_number(name) for name in ("project", "parent", "share", "leaf", "dedicated"))
)
"""Organisations and projects as the policy knows them: a tree, parents before their children. The root is number 0 and has no row.

A project that holds servers of its own is there twice: as who spends credits, and (`dedicated`) as who holds them, which needs none.
"""

upkeep = Table(
    "upkeep",
    metadata,
    Column("node", Text, primary_key=True),
    Column("wanted", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("actor", Text, nullable=False),
    _number("at"),
    _number("told"),
)
"""The last word of people about each server, `site/pool/place`. `told`: its site has taken it."""

rules = Table(
    "rules",
    metadata,
    _number("number", primary_key=True),
    Column("hash", Text, nullable=False),
    _number("since_seq"),
    _number("since_at"),
    Column("text", JSON, nullable=False),
)
"""By which rules choices were made: those of the last row whose `since_seq` is not behind the choice's."""

notice = Table(
    "notice",
    metadata,
    _number("number", primary_key=True),
    _number("job"),
    *(Column(name, Text, nullable=False) for name in ("event", "channel", "target")),
    _number("at"),
    Column("outcome", Text, nullable=False),
    *(_number(name) for name in ("tries", "due_at")),
    Column("done_at", BigInteger, nullable=True),
    Column("trouble", Text, nullable=False),
    Index("ix_notice_done_at_due_at", "done_at", "due_at"),
    Index("ix_notice_job", "job"),
)
"""What is to be told to whom: made from the log by a follower of its own, `done_at` once it was sent or given up."""

work = Table(
    "work",
    metadata,
    _number("job", primary_key=True),
    _number("inbox"),
    Column("task", BigInteger, nullable=True),
    Column("name", Text, nullable=False),
    _number("project"),
    _number("person"),
    _number("devices"),
    _number("state"),
    _number("attempts"),
    *(Column(name, BigInteger, nullable=True) for name in ("attempt", "pool")),
    _number("submitted_at"),
    *(Column(name, BigInteger, nullable=True) for name in ("started_at", "ended_at", "outcome")),
    _number("withdrawn"),
    Column("held", BigInteger, nullable=False, server_default="0"),
    Index(None, "inbox", "task", unique=True),
    Index("ix_work_held", "held", "inbox"),
    Index("ix_work_project", "project", "state", "inbox"),
    Index("ix_work_state", "state", "inbox"),
    Index("ix_work_alone", "project", "state", "inbox", sqlite_where=text("task IS NULL"), postgresql_where=text("task IS NULL")),
    Index("ix_work_alone_state", "state", "inbox", sqlite_where=text("task IS NULL"), postgresql_where=text("task IS NULL")),
)
"""How every job stands, changed in the transaction that keeps the rows of the log that say so."""

_ARRAY: tuple[str, ...] = (
    "tasks",
    "klass",
    "party",
    "project",
    "person",
    "made",
    "at",
    "dropped",
    "doing",
    "paused",
    "held_by",
    "withdrawn",
    "queued",
)
_ARRAY += ("active", "completed", "failed", "canceled", "own", "put_off", "unbegun", "attempts")
job_array = Table(
    "job_array",
    metadata,
    _number("number", primary_key=True),
    *(_number(name) for name in _ARRAY),
    *(Column(name, BigInteger, nullable=True) for name in ("started_at", "ended_at")),
    Index("ix_job_array_project", "project", "number"),
)
"""Every array that was read, by its act: how many of its tasks are jobs, and how those stand (`operate.arrays.ArrayNow`)."""

attempt = Table(
    "attempt",
    metadata,
    _number("attempt", primary_key=True),
    *(_number(name) for name in ("job", "pool", "state", "milli", "placed_at")),
    *(Column(name, BigInteger, nullable=True) for name in ("started_at", "stop_by", "ended_at", "outcome")),
    _number("kept_s"),
    Index("ix_attempt_job", "job"),
    Index("ix_attempt_state", "state"),
)
"""How every attempt stands."""

hourly = Table("hourly", metadata, *(_number(name, primary_key=True) for name in ("hour", "pool", "project", "line")), _number("milli_s"))
"""Milli-device-seconds by hour (its first second), pool of the State, project (0: nobody's) and line of `ledger.waterfall.LINES`."""

correction = Table(
    "correction",
    metadata,
    _number("number", primary_key=True),
    *(_number(name) for name in ("booked", "hour", "pool", "project", "line", "milli_s")),
)
"""What became known of an hour of a closed month: booked in hour `booked`, the hour itself stays as it was."""

rolled = Table("rolled", metadata, _number("id", primary_key=True), _number("seq"), Column("carry", JSON, nullable=False))
"""One row: how far the log is rolled up and chained, and what is not over yet."""

seal = Table(
    "seal",
    metadata,
    _number("number", primary_key=True),
    *(_number(name) for name in ("first", "last", "at")),
    Column("head", Text, nullable=False),
    Column("also", Text, nullable=False, server_default=""),
)
"""The hash of rows `first` to `last` after that of all rows before them: SHA-256 of the hash before and the row's line, row by row, and at
the end of `also`, which says how acts, terms, rules and pools stood (`chain.beside`); empty in seals of before that was bound."""

month = Table("month", metadata, _number("start", primary_key=True), *(_number(name) for name in ("end", "seal", "closed_at")))
"""Closed months (of Korean time), by their first second and the one behind them; `seal`: the one that covers their last row."""
