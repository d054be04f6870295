"""What of a bundle stands beside the log: acts, rows that they left, and which act each job is of.

An act is told with what a stranger needs to judge it; what somebody wrote to run, and why, is given as the hash that was chained.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select

from dure.adapters.store.chain import canonical, digest
from dure.adapters.store.people_sealed import shown_rows
from dure.adapters.store.schema import inbox, work

ASKED_SHOWN = ("project", "person", "allocation")
"""Of a job that is asked for: whose it is. Its spec and files are its owner's."""
WRITTEN = ("reason",)


def acts_told(connection: Connection) -> str:
    """Every act, one a line."""
    columns = (inbox.c.number, inbox.c.key, inbox.c.act, inbox.c.actor, inbox.c.at, inbox.c.body)
    lines = []
    for number, key, act, actor, at, body in connection.execute(select(*columns).order_by(inbox.c.number)):
        shown = {name: value for name, value in body.items() if (name in ASKED_SHOWN if act == "submit" else name not in WRITTEN)}
        hidden = {name: digest(value) for name, value in body.items() if name not in shown}
        told = {"number": number, "key": key, "act": act, "actor": actor, "at": at, "shown": shown, "hidden": hidden}
        lines.append(canonical(told) + "\n")
    return "".join(lines)


def rows_told(connection: Connection) -> str:
    """Rows that acts left and that say nothing personal, one a line."""
    return "".join(canonical({"row": name, "told": told}) + "\n" for name, told in shown_rows(connection))


def jobs_told(connection: Connection) -> Iterator[tuple[int, int, int]]:
    """(job, act, project) of every job."""
    for row in connection.execute(select(work.c.job, work.c.inbox, work.c.project).order_by(work.c.job)):
        yield row.job, row.inbox, row.project
