"""Named data sets."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "data_set",
        sa.Column("id", sa.BigInteger, nullable=False, autoincrement=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("name", "version", "sha256")),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("project", "person", "size_bytes", "files", "at", "gone_at")),
        sa.PrimaryKeyConstraint("id", name="pk_data_set"),
    )
    op.create_index("ix_data_set_name", "data_set", ["name"])
