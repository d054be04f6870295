"""Arrays as one row with counts: those that are there have all of their tasks as jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_NUMBERS: tuple[str, ...] = (
    "tasks",
    "klass",
    "party",
    "project",
    "person",
    "made",
    "at",
    "dropped",
    "doing",
    "paused",
    "held_by",
    "withdrawn",
    "queued",
)
_NUMBERS += ("active", "completed", "failed", "canceled", "own", "put_off", "unbegun", "attempts")
_COUNTED = """
INSERT INTO job_array (number, tasks, klass, party, project, person, made, at, dropped, doing, paused, held_by, withdrawn, queued,
    active, completed, failed, canceled, own, put_off, unbegun, attempts, started_at, ended_at)
SELECT w.inbox, count(*), min(j.klass), min(j.project), min(w.project), min(w.person), count(*), count(*), 0, 0, 0,
    max(CASE WHEN w.held > 0 THEN w.held ELSE 0 END), max(w.withdrawn),
    sum(CASE WHEN w.state = 1 THEN 1 ELSE 0 END), sum(CASE WHEN w.state = 2 THEN 1 ELSE 0 END),
    sum(CASE WHEN w.state = 3 THEN 1 ELSE 0 END), sum(CASE WHEN w.state = 4 THEN 1 ELSE 0 END),
    sum(CASE WHEN w.state = 5 THEN 1 ELSE 0 END), sum(CASE WHEN w.state < 3 AND w.held < 0 THEN 1 ELSE 0 END),
    sum(CASE WHEN w.state < 3 AND w.held > 0 THEN 1 ELSE 0 END),
    sum(CASE WHEN w.state < 3 AND w.started_at IS NULL THEN 1 ELSE 0 END), sum(w.attempts), min(w.started_at), max(w.ended_at)
FROM work w JOIN job j ON j.number = w.job WHERE w.task IS NOT NULL GROUP BY w.inbox
"""


def upgrade() -> None:
    op.create_table(
        "job_array",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in _NUMBERS),
        *(sa.Column(name, sa.BigInteger, nullable=True) for name in ("started_at", "ended_at")),
    )
    op.create_index("ix_job_array_project", "job_array", ["project", "number"])
    alone = sa.text("task IS NULL")
    for name, columns in (("ix_work_alone", ["project", "state", "inbox"]), ("ix_work_alone_state", ["state", "inbox"])):
        op.create_index(name, "work", columns, sqlite_where=alone, postgresql_where=alone)
    op.execute(_COUNTED)
