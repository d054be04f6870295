"""A table once, for every way out: HTML for the page and the screen reader, text for the terminal, raw values for CSV and JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, NamedTuple


class Word(StrEnum):
    """What kind of figure this is. Every figure carries exactly one."""

    MEASURED = "measured"
    SIMULATED = "simulated"
    PUBLISHED = "published"
    ASSUMED = "assumed"


class Column(NamedTuple):
    """`key` names the raw column (with its unit last), `title` is read by people; numbers stand right.

    An `optional` column is not shown to people where it holds no known figure; programs always get it. A raw value of several `parts`
    has a column for each in CSV. An `excerpt` is a line of somebody's file: it may break anywhere, and is the last to get room.
    """

    key: str
    title: str
    number: bool = True
    word: Word | None = None
    optional: bool = False
    parts: tuple[str, ...] = ()
    excerpt: bool = False


Raw = int | float | str | tuple[int | float, int | float] | None


class Cell(NamedTuple):
    """`raw` is the exact value (None: unknown), `text` what a person reads."""

    raw: Raw
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """`word` holds for every column that does not name its own; None where the table holds no figures."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    word: Word | None
    note: str = ""

    def __post_init__(self) -> None:
        assert all(len(row) == len(self.columns) for row in self.rows), self.key

    @property
    def shown(self) -> Table:
        """The table for people: without optional columns that hold nothing but unknown and 0."""
        kept = [index for index, column in enumerate(self.columns) if not column.optional or any(row[index].raw for row in self.rows)]
        columns = tuple(self.columns[index] for index in kept)
        return replace(self, columns=columns, rows=tuple(tuple(row[index] for index in kept) for row in self.rows))

    def without(self, key: str) -> Table:
        """The table without one column, where there is little room for it."""
        kept = [index for index, column in enumerate(self.columns) if column.key != key]
        rows = tuple(tuple(row[index] for index in kept) for row in self.rows)
        return replace(self, columns=tuple(self.columns[index] for index in kept), rows=rows)

    @property
    def header(self) -> list[str]:
        """Names of the columns in CSV."""
        return [name for column in self.columns for name in column.parts or (column.key,)]

    def as_csv(self) -> list[list[object]]:
        """Rows of raw values below the header: what a program reads."""
        return [[value for pair in zip(self.columns, row, strict=True) for value in _values(*pair)] for row in self.rows]

    def as_json(self) -> list[dict[str, Any]]:
        keys = [column.key for column in self.columns]
        return [dict(zip(keys, (cell.raw for cell in row), strict=True)) for row in self.rows]


def _values(column: Column, cell: Cell) -> tuple[object, ...]:
    if not column.parts:
        return (cell.raw,)
    return cell.raw if isinstance(cell.raw, tuple) else (None,) * len(column.parts)


def share(part: int | None, whole: int | None) -> float | None:
    """A part of a whole; unknown where either is, or where the whole is 0 (a rate of nothing is no rate)."""
    if part is None or not whole:
        return None
    return part / whole


def total(rows: Sequence[Mapping[str, Any]], column: str) -> int | None:
    """The sum of a column; unknown as soon as one cell is."""
    values = [row[column] for row in rows]
    return None if any(value is None for value in values) else sum(values)
