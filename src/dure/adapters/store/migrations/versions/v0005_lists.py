"""Lists of jobs of a project in a state are read from one place of an index, however many have finished."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.drop_index("ix_work_project", "work")
    op.create_index("ix_work_project", "work", ["project", "state", "inbox"])


def downgrade() -> None:
    op.drop_index("ix_work_project", "work")
    op.create_index("ix_work_project", "work", ["project", "inbox"])
