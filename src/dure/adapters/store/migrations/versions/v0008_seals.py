"""Rollups by hour, seals of the log, closed months and what was corrected of them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, autoincrement=False)


def upgrade() -> None:
    keys = ("hour", "pool", "project", "line")
    op.create_table("hourly", *map(_number, (*keys, "milli_s")), sa.PrimaryKeyConstraint(*keys, name="pk_hourly"))
    corrected = ("number", "booked", *keys, "milli_s")
    op.create_table("correction", *map(_number, corrected), sa.PrimaryKeyConstraint("number", name="pk_correction"))
    carry = sa.Column("carry", sa.JSON, nullable=False)
    op.create_table("rolled", _number("id"), _number("seq"), carry, sa.PrimaryKeyConstraint("id", name="pk_rolled"))
    head = sa.Column("head", sa.Text, nullable=False)
    op.create_table("seal", *map(_number, ("number", "first", "last", "at")), head, sa.PrimaryKeyConstraint("number", name="pk_seal"))
    op.create_table("month", *map(_number, ("start", "end", "seal", "closed_at")), sa.PrimaryKeyConstraint("start", name="pk_month"))
