"""Canonical job tables in Parquet: the rules of traces_table over typed columns. Rows are numbered from 1 where text has lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from dure.adapters.tables import Array, Coded, Column, Partly, parquet_metadata, parquet_types, read_parquet
from dure.adapters.traces_cells import EXCERPT, Screen, instant, number
from dure.adapters.traces_digits import Ints, Mask
from dure.adapters.traces_draft import Draft
from dure.adapters.traces_table import COLUMNS, EPOCH, ORIGIN, REQUIRED, empty_names, finish, take
from dure.model.errors import InputError, TraceError, Where
from dure.wire.tables import Jobs, Origin

_TYPES: Final = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "U",
    "FLOAT",
    "DOUBLE",
    "DECIMAL",
    "VARCHAR",
    "TIMESTAMP",
    "DATE",
    "BOOL",
)


class Frame(Screen):
    """Rows of typed columns."""

    def __init__(self, columns: dict[str, Column]) -> None:
        self.columns = columns
        first = next(iter(columns.values()))
        super().__init__(np.arange(1, len(_plain(first)) + 1))

    def excerpt(self, row: int) -> str:
        cells = (f"{name}={_show(column, row)}" for name, column in self.columns.items())
        return ", ".join(cell for cell in cells if not cell.endswith("="))[:EXCERPT]

    def number_of(self, name: str, *, least: int, most: int, absent: int | None = None, whole: bool = False) -> Ints:
        column = self.columns[name]
        values, empty = _plain(column), _empty(column)
        if isinstance(column, Coded):
            value, gone = self._parsed(column, lambda text: number(text, whole), name)
            return self.ranged(value, empty | gone, name, least, most, absent)
        if values.dtype.kind == "M":
            self.refuse(~empty, name, "a date, not a number")
            return np.zeros(len(values), np.int64)
        if values.dtype.kind == "f":
            return self.ranged(*self._rounded(values, empty, name, whole), name, least, most, absent)
        self.refuse(~empty & (values > np.int64(2**62)), name, f"above {most}")
        return self.ranged(np.where(self.alive, values, 0).astype(np.int64), empty, name, least, most, absent)

    def _rounded(self, values: Array, empty: Mask, name: str, whole: bool) -> tuple[Ints, Mask]:
        empty = empty | np.isnan(values)
        self.refuse(~empty & ~(np.abs(values) < 2.0**53), name, "out of range")
        known = np.where(self.alive & ~empty, values, 0.0)
        floor = np.floor(known)
        if whole:
            self.refuse(floor != known, name, "not a whole number")
        value = np.where(known - floor >= 0.5, floor + 1, floor).astype(np.int64)
        value[(known > 0) & (value == 0)] = 1
        return value, empty

    def instants_of(self, name: str) -> Ints:
        column = self.columns[name]
        if isinstance(column, Coded):
            value, gone = self._parsed(column, instant, name)
            return self.ranged(value, _empty(column) | gone, name, -(2**40), 2**40, None)
        values = _plain(column)
        empty = _empty(column) | np.isnat(values)
        return self.ranged(values.astype("datetime64[s]").astype(np.int64), empty, name, -(2**40), 2**40, None)

    def texts_of(self, name: str, names: dict[str, int], absent: str = "") -> Ints:
        column = self.columns[name]
        empty = _empty(column)
        if isinstance(column, Coded):
            codes, found = column.codes, [" ".join(text.split()) for text in column.names]
        else:
            heads, codes = np.unique(np.where(empty, 0, _plain(column)), return_inverse=True)
            found = [str(value) for value in heads.tolist()]
        used = np.unique(codes[~empty & self.alive])
        table = np.zeros(len(found) + 1, np.int64)
        for code in used.tolist():
            text = found[code] or absent
            table[code] = names.setdefault(text, len(names))
        none = names.setdefault(absent, len(names)) if bool((empty & self.alive).any()) else 0
        return np.where(empty, none, table[codes])

    def _parsed(self, column: Coded, parse: Callable[[str], int | str | None], name: str) -> tuple[Ints, Mask]:
        """Values of a text column, each distinct text read once; and which cells are blank."""
        found = [parse(text[:64].strip()) for text in column.names]
        for problem in sorted({f for f in found if isinstance(f, str)}):
            bad = np.array([*(f == problem for f in found), False])
            self.refuse(bad[column.codes], name, problem)
        table = np.array([*(f if isinstance(f, int) else 0 for f in found), 0], np.int64)
        blank = np.array([*(f is None for f in found), False])
        return table[column.codes], blank[column.codes]


def read(path: str) -> tuple[Jobs, Draft]:
    """All jobs of a Parquet file; TraceError when it is damaged or has not the required columns."""
    try:
        types = parquet_types(path)
        missing = [name for name in REQUIRED if name not in types]
        if missing:
            raise TraceError(f"has no column {', '.join(missing)}", where=Where(path), remedy=f"columns are {', '.join(COLUMNS)}")
        odd = [f"{name} {kind}" for name, kind in types.items() if name in COLUMNS and (not kind.startswith(_TYPES) or "[" in kind)]
        if odd:
            raise TraceError(f"cannot read columns of type {', '.join(odd)[:120]}", where=Where(path), remedy="write numbers or texts")
        columns = read_parquet(path, [name for name in COLUMNS if name in types])
    except InputError as error:
        raise TraceError(error.what, where=error.where, remedy=error.remedy) from None
    frame = Frame(columns)
    draft = Draft(lambda rows: [frame.excerpt(row - 1) for row in rows.tolist()], names=empty_names())
    draft.unix = _first(columns["submit_s"]) == "date"
    id_names: dict[str, int] | None = {} if "job_id" in columns and _first(columns["job_id"]) != "number" else None
    draft.take(frame, **take(draft, frame, columns, draft.unix, id_names))
    said = parquet_metadata(path)
    draft.origin, stated = Origin.parse(said.get(ORIGIN, "")), said.get(EPOCH, "0")
    epoch_s = int(stated) if stated.isascii() and stated.lstrip("-").isdigit() and len(stated) < 12 else 0
    return finish(draft, epoch_s, columns, [name for name in types if name not in COLUMNS]), draft


def _first(column: Column) -> str:
    """What the first filled cell of a column is: a number, a date or another text."""
    if isinstance(column, Coded):
        text = column.names[0] if column.names else "0"
        return "number" if isinstance(number(text, False), int) else "date" if isinstance(instant(text), int) else "text"
    return "date" if _plain(column).dtype.kind == "M" else "number"


def _plain(column: Column) -> Array:
    return column.codes if isinstance(column, Coded) else column.values if isinstance(column, Partly) else column


def _empty(column: Column) -> Mask:
    if isinstance(column, Coded):
        return np.asarray(column.codes < 0)
    return ~column.known if isinstance(column, Partly) else np.zeros(len(column), np.bool_)


def _show(column: Column, row: int) -> str:
    if _empty(column)[row]:
        return ""
    return str(column.names[column.codes[row]]) if isinstance(column, Coded) else str(_plain(column)[row])
