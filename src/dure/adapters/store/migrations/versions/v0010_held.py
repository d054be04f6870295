"""What keeps a job out of the queue."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("work", sa.Column("held", sa.BigInteger, nullable=False, server_default="0"))
    op.create_index("ix_work_held", "work", ["held", "inbox"])
