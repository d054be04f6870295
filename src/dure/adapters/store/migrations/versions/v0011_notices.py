"""What is to be told to whom."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    numbers = (sa.Column(name, sa.BigInteger, nullable=False, autoincrement=False) for name in ("number", "job"))
    texts = (sa.Column(name, sa.Text, nullable=False) for name in ("event", "channel", "target"))
    op.create_table(
        "notice",
        *numbers,
        *texts,
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("tries", "due_at")),
        sa.Column("done_at", sa.BigInteger, nullable=True),
        sa.Column("trouble", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_notice"),
    )
    op.create_index("ix_notice_done_at_due_at", "notice", ["done_at", "due_at"])
    op.create_index("ix_notice_job", "notice", ["job"])
