"""Statements of the hot path as their database reads them: put together once, and given rows as they are.

What a driver is told is the same as through SQLAlchemy's own statements; to make parameters of them took longer than to carry them out.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.exc import DBAPIError

Values = tuple[Any, ...]


def add(connection: Connection, table: Table, names: Sequence[str], rows: Sequence[Values]) -> None:
    """New rows, their values in the order of `names`."""
    if rows:
        _carry_out(connection, _insert(connection.dialect, table, tuple(names)), rows)


def change(connection: Connection, table: Table, keys: Sequence[str], names: Sequence[str], rows: Sequence[Values]) -> int:
    """Rows that are there, by their keys: values in the order of `names`, then the keys. How many there were."""
    return _carry_out(connection, _update(connection.dialect, table, tuple(keys), tuple(names)), rows) if rows else 0


def _carry_out(connection: Connection, text: str, rows: Sequence[Values]) -> int:
    """Raises what SQLAlchemy would."""
    driver: Any = connection.dialect.dbapi
    cursor = connection.connection.cursor()
    try:
        if len(rows) == 1:
            cursor.execute(text, rows[0])
        else:
            cursor.executemany(text, rows)
        return int(cursor.rowcount)
    except driver.Error as error:
        raise DBAPIError.instance(text, None, error, driver.Error, dialect=connection.dialect) from error
    finally:
        cursor.close()


@cache
def _insert(dialect: Dialect, table: Table, names: tuple[str, ...]) -> str:
    quoted, mark = _quoted(dialect, table.name, *names)
    return f"INSERT INTO {quoted[0]} ({', '.join(quoted[1:])}) VALUES ({', '.join([mark] * len(names))})"


@cache
def _update(dialect: Dialect, table: Table, keys: tuple[str, ...], names: tuple[str, ...]) -> str:
    quoted, mark = _quoted(dialect, table.name, *names, *keys)
    told = [f"{name} = {mark}" for name in quoted[1:]]
    return f"UPDATE {quoted[0]} SET {', '.join(told[: len(names)])} WHERE {' AND '.join(told[len(names) :])}"


def _quoted(dialect: Dialect, *names: str) -> tuple[list[str], str]:
    """Names as this database wants them, and its mark for a value."""
    return [dialect.identifier_preparer.quote(name) for name in names], "?" if dialect.paramstyle == "qmark" else "%s"
