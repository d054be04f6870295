"""Restores: epochs of keys, and attempts that were taken up again."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, autoincrement=False)


def upgrade() -> None:
    names = ("number", "attempt", "job", "inbox", "seq", "at", "term")
    op.create_table("epoch", *map(_number, names), sa.PrimaryKeyConstraint("number", name="pk_epoch"))
    op.create_table(
        "adopted",
        _number("attempt"),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("site", sa.Text, nullable=False),
        *map(_number, ("job", "orphan", "at")),
        sa.PrimaryKeyConstraint("attempt", name="pk_adopted"),
        sa.UniqueConstraint("key", name="uq_adopted_key"),
    )
