"""A database in memory with the real tables and the real SQL: it outlives whoever writes to it, can be full, and can be put back.

One connection and one engine for all runs of a process, so that statements are prepared once. A commit can be watched from both sides.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

from dure.adapters.store.migrate import migrate


class Disk:
    """`around` is called with `before commit` and `after commit` of every transaction that writes; it may raise."""

    def __init__(self) -> None:
        self._raw = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False, cached_statements=512)
        self.engine: Engine = create_engine("sqlite://", creator=lambda: self._raw, poolclass=StaticPool)
        self.around: Callable[[str], None] = lambda when: None
        self._wrote = 0
        event.listen(self.engine, "begin", _begin)
        self._really = self.engine.dialect.do_commit
        self.engine.dialect.do_commit = self._commit  # type: ignore[method-assign]
        migrate(self.engine)
        self._empty = self._raw.serialize()
        self._pages = 0

    def new(self) -> None:
        """As a new store."""
        self.put_back(self._empty)

    def copy(self) -> bytes:
        """A backup."""
        return self._raw.serialize()

    def put_back(self, backup: bytes) -> None:
        """The store of a backup; what came after it is gone."""
        if self._raw.in_transaction:
            self._raw.execute("ROLLBACK")
        self._raw.deserialize(backup)
        self._wrote = self._raw.total_changes

    def fill(self) -> None:
        """From now on the database finds no room for another page."""
        (pages,) = self._raw.execute("PRAGMA page_count").fetchone()
        self._raw.execute(f"PRAGMA max_page_count={pages}").fetchone()

    def clear(self) -> None:
        """There is room again."""
        self._raw.execute("PRAGMA max_page_count=1073741823").fetchone()

    def died(self) -> None:
        """Whoever was writing is no more: nothing of an open transaction is kept."""
        if self._raw.in_transaction:
            self._raw.execute("ROLLBACK")

    def one(self, text: str) -> Any:
        """What a query of one value says."""
        return self._raw.execute(text).fetchone()[0]

    def all(self, text: str) -> list[tuple[Any, ...]]:
        return self._raw.execute(text).fetchall()

    def _commit(self, connection: Any) -> None:
        wrote = self._raw.total_changes != self._wrote
        if wrote:
            self.around("before commit")
        self._really(connection)
        if wrote:
            self._wrote = self._raw.total_changes
            self.around("after commit")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
