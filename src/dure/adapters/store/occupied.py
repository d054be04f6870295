"""Who works on a store: every broker and web that serves it holds a shared lock as long as it lives, a restore asks for it alone.

The lock is the system's: a file beside a SQLite database, an advisory lock of PostgreSQL. It goes with the process that holds it, so a
kill leaves nothing behind.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text

from dure.adapters.store.engine import place_of
from dure.model.errors import StoreError

_NUMBER = 0x64757265
"""Of the advisory lock: the letters of dure."""


@contextmanager
def working(engine: Engine) -> Iterator[None]:
    """Held while a broker or a web serves this store. Raises StoreError while it is being restored."""
    with _taken(engine, alone=False) as got:
        if not got:
            raise StoreError("the store is being restored", remedy="wait until it is done, then start again")
        yield


@contextmanager
def alone(engine: Engine, remedy: str) -> Iterator[None]:
    """Held while a store is replaced. Raises StoreError, with what to do about it, where a broker or a web works on it."""
    with _taken(engine, alone=True) as got:
        if not got:
            raise StoreError("a dure serve, dure broker or dure web works on this store", where=place_of(engine), remedy=remedy)
        yield


@contextmanager
def _taken(engine: Engine, *, alone: bool) -> Iterator[bool]:
    if engine.dialect.name == "sqlite":
        there = os.open(f"{engine.url.database}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            yield _lock(there, alone=alone)
        finally:
            os.close(there)
        return
    take = "pg_try_advisory_lock" if alone else "pg_try_advisory_lock_shared"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        got = bool(connection.execute(text(f"SELECT {take}({_NUMBER})")).scalar_one())
        try:
            yield got
        finally:
            connection.invalidate()  # the lock is the connection's: it must not go back into the pool with it


def _lock(there: int, *, alone: bool) -> bool:
    try:
        fcntl.flock(there, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
