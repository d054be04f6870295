"""Seals bind what stands beside the log; a person's row has a salt that goes with what is personal."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("seal", sa.Column("also", sa.Text, nullable=False, server_default=""))
    op.add_column("person", sa.Column("salt", sa.Text, nullable=False, server_default=""))
    person = sa.table("person", sa.column("id", sa.BigInteger), sa.column("salt", sa.Text), sa.column("erased_at", sa.BigInteger))
    connection = op.get_bind()
    for number in connection.execute(sa.select(person.c.id).where(person.c.erased_at.is_(None))).scalars().all():
        connection.execute(sa.update(person).where(person.c.id == number).values(salt=secrets.token_hex(16)))
