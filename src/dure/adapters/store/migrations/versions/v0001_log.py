"""The log: head, inbox, event, job, mark."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, autoincrement=False)


def upgrade() -> None:
    one = sa.Column("id", sa.SmallInteger, nullable=False, autoincrement=False)
    op.create_table(
        "head",
        one,
        *(_number(name) for name in ("term",)),
        sa.Column("holder", sa.Text, nullable=False),
        *(_number(name) for name in ("seq", "jobs", "inbox", "epoch")),
        sa.CheckConstraint("id = 1", name="ck_head_one_row"),
        sa.PrimaryKeyConstraint("id", name="pk_head"),
    )
    op.execute("INSERT INTO head (id, term, holder, seq, jobs, inbox, epoch) VALUES (1, 0, '', 0, 0, 0, 0)")
    op.create_table(
        "inbox",
        _number("number"),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("key", "act", "actor")),
        _number("at"),
        sa.Column("body", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_inbox"),
        sa.UniqueConstraint("key", name="uq_inbox_key"),
    )
    names = ("seq", "at", "kind", "job", "attempt", "pool", "node", "count", "value", "cause", "seen", "term")
    op.create_table("event", *map(_number, names), sa.PrimaryKeyConstraint("seq", name="pk_event"))
    op.create_index("ix_event_job", "event", ["job"])
    asked = ("number", "klass", "project", "qos", "checkpoint", "deps")
    op.create_table("job", *map(_number, asked), sa.PrimaryKeyConstraint("number", name="pk_job"))
    source = sa.Column("source", sa.Text, nullable=False)
    op.create_table("mark", source, _number("position"), sa.PrimaryKeyConstraint("source", name="pk_mark"))
