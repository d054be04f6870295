"""What was used of an allocation, and what was settled with an operator for a month."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("allocation", sa.Column("used_micro", sa.BigInteger, nullable=False, server_default="0"))
    op.create_table(
        "settlement",
        sa.Column("operator", sa.Text, nullable=False),
        *(sa.Column(name, sa.BigInteger, nullable=False, autoincrement=False) for name in ("month", "at", "won")),
        sa.Column("signed_by", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("operator", "month", name="pk_settlement"),
    )
