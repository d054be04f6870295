"""Connections to a store: what SQLite and PostgreSQL have to be told so that a commit is kept whatever dies."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from dure.model.errors import StoreError, Where

WRITES = {"dure_writes": True}
"""Execution options of a connection that is going to write: SQLite then takes its lock at the start and waits for it."""
BUSY_S = 30
"""How long a writer waits for another one."""


def connect(address: str) -> Engine:
    """An engine for `sqlite:///FILE` or `postgresql://USER@HOST/NAME`. Raises StoreError for any other address."""
    url = _url(address)
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": BUSY_S, "check_same_thread": False})
        event.listen(engine, "connect", _sqlite_durable)
        event.listen(engine, "begin", _sqlite_begin)
        return engine
    return create_engine(url, pool_pre_ping=True)


def place_of(engine: Engine) -> Where:
    """Which store it is, for a message: the file, or the address without its password."""
    file = engine.dialect.name == "sqlite"
    return Where(str(engine.url.database) if file else engine.url.render_as_string(hide_password=True))


def _url(address: str) -> URL:
    remedy = "write sqlite:///FILE or postgresql://USER@HOST/DATABASE"
    try:
        url = make_url(address)
    except ArgumentError:
        raise StoreError("the address of the store is none", remedy=remedy) from None
    if url.drivername in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite" and url.database not in (None, "", ":memory:"):
        return url
    raise StoreError(f"no store is kept in {url.drivername}", remedy=remedy)


def _sqlite_durable(connection: Any, _: object) -> None:
    """A reply is sent after the commit: with FULL, in WAL, a commit is on the disk when it returns."""
    connection.isolation_level = None  # the driver begins nothing by itself: `_sqlite_begin` does
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_S * 1000}"):
        connection.execute(f"PRAGMA {pragma}").close()


def _sqlite_begin(connection: Connection) -> None:
    """A writer that begins as a reader could not go on after another one has written: it takes the lock at once."""
    writes = connection.get_execution_options().get("dure_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
