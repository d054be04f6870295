"""What people want of servers, and by which rules choices were made."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "upkeep",
        *(sa.Column(name, sa.Text, nullable=False) for name in ("node", "wanted", "reason", "actor")),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("at", "told")),
        sa.PrimaryKeyConstraint("node", name="pk_upkeep"),
    )
    op.create_table(
        "rules",
        sa.Column("number", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("hash", sa.Text, nullable=False),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("since_seq", "since_at")),
        sa.Column("text", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_rules"),
    )
