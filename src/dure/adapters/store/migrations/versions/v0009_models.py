"""The models of accelerators that an allocation names."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    for table in ("application", "allocation"):
        op.add_column(table, sa.Column("models", sa.JSON, nullable=True))
