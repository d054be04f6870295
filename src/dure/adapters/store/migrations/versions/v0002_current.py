"""What stands now: klass, ground, piece, party, work, attempt."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable, autoincrement=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def upgrade() -> None:
    op.create_table(
        "klass",
        *map(_number, ("number", "devices", "domain")),
        sa.Column("speeds", sa.JSON, nullable=False),
        *map(_text, ("grant", "key")),
        sa.PrimaryKeyConstraint("number", name="pk_klass"),
        sa.UniqueConstraint("key", name="uq_klass_key"),
    )
    sizes = map(_number, ("nodes", "devices"))
    op.create_table("ground", _number("number"), _text("pool"), *sizes, sa.PrimaryKeyConstraint("number", name="pk_ground"))
    op.create_table(
        "piece",
        _number("number"),
        *map(_text, ("grant", "pool")),
        *map(_number, ("project", "party")),
        sa.Column("nodes", sa.JSON, nullable=False),
        *map(_number, ("notice_s", "lent", "released")),
        sa.PrimaryKeyConstraint("number", name="pk_piece"),
        sa.UniqueConstraint("grant", name="uq_piece_grant"),
    )
    of_party = map(_number, ("number", "project", "parent", "share", "leaf", "dedicated"))
    op.create_table("party", *of_party, sa.PrimaryKeyConstraint("number", name="pk_party"))
    op.create_table(
        "work",
        *map(_number, ("job", "inbox")),
        _number("task", nullable=True),
        _text("name"),
        *map(_number, ("project", "person", "devices", "state", "attempts")),
        *(_number(name, nullable=True) for name in ("attempt", "pool")),
        _number("submitted_at"),
        *(_number(name, nullable=True) for name in ("started_at", "ended_at", "outcome")),
        _number("withdrawn"),
        sa.PrimaryKeyConstraint("job", name="pk_work"),
    )
    op.create_index("ix_work_inbox_task", "work", ["inbox", "task"], unique=True)
    op.create_index("ix_work_project", "work", ["project", "inbox"])
    op.create_index("ix_work_state", "work", ["state", "inbox"])
    op.create_table(
        "attempt",
        *map(_number, ("attempt", "job", "pool", "state", "milli", "placed_at")),
        *(_number(name, nullable=True) for name in ("started_at", "stop_by", "ended_at", "outcome")),
        _number("kept_s"),
        sa.PrimaryKeyConstraint("attempt", name="pk_attempt"),
    )
    op.create_index("ix_attempt_job", "attempt", ["job"])
    op.create_index("ix_attempt_state", "attempt", ["state"])
