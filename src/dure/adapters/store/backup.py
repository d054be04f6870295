"""Copies of a store, made while it is served, and a store made of one.

A copy is one SQLite file with every table as of one moment, whichever database it was made of: it can be opened and looked into with
nothing but SQLite, restored into either database, and carried from one to the other. `VACUUM INTO` makes it of SQLite: one read
transaction, in WAL no writer waits for it and it does not begin anew when somebody writes, as SQLite's backup interface does. Of
PostgreSQL every table is read in one repeatable-read transaction: `pg_dump` writes for its own version alone, is not installed wherever a
client is, and its files are of no use to SQLite.

A restored store has a new epoch of keys and a higher term, so that nothing that was placed or written after the copy can be taken for its
own; its first broker asks every site what it has before it places anything (`bootstrap.reconcile`).
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, func, insert, inspect, select, update

from dure.adapters.store import data_schema, people_schema
from dure.adapters.store.engine import BUSY_S, WRITES, connect
from dure.adapters.store.epochs import begin_epoch, give_up
from dure.adapters.store.migrate import migrate
from dure.adapters.store.occupied import alone
from dure.adapters.store.schema import epoch, head, metadata
from dure.model.errors import StoreError

assert people_schema.person.metadata is data_schema.data_set.metadata is metadata  # its tables are of the same store

CHUNK = 10_000


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy holds: rows of the log, acts in the inbox, and its size in bytes."""

    rows: int
    acts: int
    size: int


def write_backup(engine: Engine, place: Path) -> Copied:
    """Write `place`, whole or not at all, while others go on writing to the store."""
    with _aside(place) as aside:
        if engine.dialect.name == "sqlite":
            _vacuum(Path(engine.url.database or ""), aside)
        else:
            _export(engine, aside)
        found = _about(aside)
        _settle(aside)
        os.replace(aside, place)
        _settle(place.parent)
    return found


ENDED = "end it first (Ctrl-C where it runs), then restore with --replace: what the store holds now is given up"


def restore(engine: Engine, place: Path, now: int, *, replace: bool = False, without: tuple[str, ...] = ()) -> Copied:
    """Make the store of a copy. Raises StoreError where it is served, or holds something and `replace` is not said.

    `without`: sites that nobody will ever hear of again; every other one has to answer before the first placement.
    """
    if engine.dialect.name == "sqlite":
        Path(engine.url.database or "").parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with alone(engine, ENDED), _aside(place, of=engine) as aside:
        _copy(place, aside)
        copy = connect(f"sqlite:///{aside}")
        migrate(copy)
        with engine.connect() as connection:
            before = stands(connection)
        if before is not None and not replace:
            raise StoreError("the store holds a programme already", remedy="add --replace to give that up, or name an empty store")
        with copy.execution_options(**WRITES).begin() as connection:
            renew(connection, now, before or (0, 0), without)
        found = _about(aside)
        if engine.dialect.name == "sqlite":
            _put_in_place(engine, copy, aside)
        else:
            _import(copy, engine)
            copy.dispose()
    return found


def renew(connection: Connection, now: int, before: tuple[int, int], without: tuple[str, ...] = ()) -> None:
    """A copy takes the place of a store that stood at this term and epoch: its keys are of a new epoch, its terms higher than any."""
    new = begin_epoch(connection, now, above=before[1])
    connection.execute(update(head).values(term=max(new.term, before[0]) + 1, holder="restore"))
    give_up(connection, list(without), new.number)


def stands(connection: Connection) -> tuple[int, int] | None:
    """Term and newest epoch of a store that has been led; None for one that is empty or new."""
    if not inspect(connection).has_table("head"):
        return None
    term, number, seq, acts = connection.execute(select(head.c.term, head.c.epoch, head.c.seq, head.c.inbox)).one()
    if not (term or seq or acts):
        return None
    last = connection.execute(select(func.max(epoch.c.number))).scalar_one_or_none() if inspect(connection).has_table("epoch") else 0
    return term, max(number, last or 0)


@contextmanager
def _aside(place: Path, of: Engine | None = None) -> Iterator[Path]:
    """A name for what is being made, on the disk where it will be; nothing is left of it."""
    where = Path(of.url.database or "").parent if of is not None and of.dialect.name == "sqlite" else place.parent if of is None else None
    with tempfile.TemporaryDirectory(prefix=".dure-", dir=where) as folder:
        yield Path(folder) / "copy.db"


def _export(engine: Engine, aside: Path) -> None:
    copy = connect(f"sqlite:///{aside}")
    migrate(copy)
    reading = engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with reading as source, copy.execution_options(**WRITES).begin() as target:
        _all(source, target)
    _whole(copy, aside)


def _import(copy: Engine, engine: Engine) -> None:
    """In one transaction: whoever looks sees the store of before or the restored one."""
    migrate(engine)
    with copy.connect() as source, engine.execution_options(**WRITES).begin() as target:
        _all(source, target)


def _all(source: Connection, target: Connection) -> None:
    """Every row of every table; tables that others refer to come first."""
    tables: list[Table] = list(metadata.sorted_tables)
    for table in reversed(tables):
        target.execute(table.delete())
    for table in tables:
        found = source.execution_options(yield_per=CHUNK).execute(select(table))
        for part in found.mappings().partitions(CHUNK):
            target.execute(insert(table), [dict(row) for row in part])


def _copy(place: Path, aside: Path) -> None:
    """The copy that was made, as a copy of its own: a file that is none is refused by name."""
    if not place.is_file():
        raise StoreError(f"there is no copy {place}", remedy="name a file that dure store backup has written")
    try:
        _vacuum(place, aside)
        with closing(sqlite3.connect(aside)) as copy:
            sound = copy.execute("PRAGMA quick_check").fetchone() == ("ok",) and copy.execute("SELECT seq FROM head").fetchone() is not None
    except sqlite3.Error:
        sound = False
    if not sound:
        raise StoreError(f"{place} is no copy of a store", remedy="name a file that dure store backup has written")


def _vacuum(source: Path, target: Path) -> None:
    if not source.is_file():
        raise StoreError(f"there is no store {source}", remedy="name the data folder or the store that is served")
    with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True, timeout=BUSY_S, isolation_level=None)) as store:
        store.execute("VACUUM INTO ?", (str(target),))


def _put_in_place(engine: Engine, copy: Engine, aside: Path) -> None:
    """The file is replaced at once; what the log beside it holds belongs to the one of before, and is put into that one first."""
    _whole(copy, aside)
    place = Path(engine.url.database or "")
    engine.dispose()
    if place.is_file():
        with closing(sqlite3.connect(place)) as before:
            before.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for rest in ("-wal", "-shm"):
        place.with_name(place.name + rest).unlink(missing_ok=True)
    _settle(aside)
    os.replace(aside, place)
    _settle(place.parent)


def _whole(copy: Engine, place: Path) -> None:
    """Everything in one file."""
    copy.dispose()
    with closing(sqlite3.connect(place)) as file:
        file.execute("PRAGMA journal_mode=DELETE")


def _about(place: Path) -> Copied:
    with closing(sqlite3.connect(place)) as copy:
        rows, acts = (copy.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in ("event", "inbox"))
    return Copied(rows, acts, place.stat().st_size)


def _settle(place: Path) -> None:
    there = os.open(place, os.O_RDONLY)
    try:
        os.fsync(there)
    finally:
        os.close(there)
