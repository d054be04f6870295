"""Tables in and out: dicts of numpy columns to Parquet and CSV, and back, through DuckDB (no pandas, no pyarrow).

Files appear whole or not at all: they are written beside their place and renamed. Five million rows of ten columns cost about a
CPU second. Threads and memory are set here and nowhere else; nothing is ever fetched from a network.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple

import duckdb
import numpy as np
import numpy.typing as npt

from dure.model.errors import InputError, Where

THREADS: Final = 2
MEMORY_LIMIT: Final = "2GB"
_PARQUET: Final = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, PARQUET_VERSION v2, DICTIONARY_SIZE_LIMIT 1000"
_COLUMNS_AT_ONCE: Final = 2  # reading a few columns at a time is three times as fast as reading many

Array = npt.NDArray[Any]


class Coded(NamedTuple):
    """A text column as indices into names; an index below 0 is an empty cell."""

    codes: Array
    names: Sequence[str]


class Partly(NamedTuple):
    """A column of which only the cells marked `known` hold a value; the others are empty, not zero."""

    values: Array
    known: npt.NDArray[np.bool_]


Column = Array | Coded | Partly


def connect() -> duckdb.DuckDBPyConnection:
    """A private in-memory database with its threads and memory set; it spills to the system's temporary folder."""
    return duckdb.connect(
        config={
            "threads": THREADS,
            "memory_limit": MEMORY_LIMIT,
            "temp_directory": os.path.join(tempfile.gettempdir(), f"dure-{os.getpid()}"),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )


def write_parquet(path: str | Path, columns: Mapping[str, Column], metadata: Mapping[str, str] | None = None) -> None:
    """Writes equally long columns to one Parquet file (zstd) in the given order. `metadata` is kept as its key-value pairs."""
    _write(path, columns, _PARQUET + _pairs(metadata or {}))


def write_csv(path: str | Path, columns: Mapping[str, Column], comment: str = "") -> None:
    """Writes equally long columns as CSV with a header row, below a `# comment` if one is given; empty cells are unknown, dates are UTC."""
    _write(path, columns, "FORMAT csv, HEADER, TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%SZ'", f"# {comment}\n".encode() if comment else b"")


def _write(path: str | Path, columns: Mapping[str, Column], options: str, above: bytes = b"") -> None:
    target = Path(path)
    aside = _aside(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with _writing(target), connect() as con:
            _copy(con, [columns], aside, options)
            if above:
                _put_above(aside, above)
            os.replace(aside, target)
    finally:
        aside.unlink(missing_ok=True)


@contextmanager
def _writing(target: Path) -> Iterator[None]:
    """A file that cannot be written is named, with the remedy."""
    try:
        yield
    except (duckdb.IOException, OSError) as error:
        raise InputError(f"cannot be written ({_said(error)})", where=Where(str(target)), remedy="write elsewhere, or make room") from None


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C inside a query is Ctrl-C: the database takes the signal and says so by an error of its own."""
    try:
        yield
    except (RuntimeError, duckdb.InterruptException) as error:
        if "interrupted" in str(error).lower():
            raise KeyboardInterrupt from None
        raise


def _execute(con: duckdb.DuckDBPyConnection, sql: str, parameters: list[list[str]] | None = None) -> duckdb.DuckDBPyConnection:
    with _interruptible():
        return con.execute(sql, parameters)


def _arrays(con: duckdb.DuckDBPyConnection, sql: str) -> dict[str, Array]:
    with _interruptible():
        return dict(con.execute(sql).fetchnumpy())


def _put_above(path: Path, above: bytes) -> None:
    """DuckDB writes no comment: the file is copied once below it."""
    whole = _aside(path, 1)
    try:
        with path.open("rb") as body, whole.open("wb") as file:
            file.write(above)
            shutil.copyfileobj(body, file)
        os.replace(whole, path)
    finally:
        whole.unlink(missing_ok=True)


class ParquetFile:
    """One Parquet file from chunks of rows that come one after another; it appears when the `with` block ends without an error.

    Chunks are gathered in memory up to `gather_bytes`; beyond that they wait in files beside the target (dearer: written twice).
    """

    def __init__(self, path: str | Path, metadata: Mapping[str, str] | None = None, gather_bytes: int = 500_000_000) -> None:
        self._target = Path(path)
        self._options = _PARQUET + _pairs(metadata or {})
        self._gather_bytes = gather_bytes
        self._gathered: list[dict[str, Column]] = []
        self._bytes = 0
        self._parts: list[Path] = []
        self._con = connect()

    def __enter__(self) -> ParquetFile:
        return self

    def append(self, columns: Mapping[str, Column]) -> None:
        """Adds rows (copied: the caller may reuse its arrays). Every chunk has the same columns, of the same types and names."""
        chunk = {name: _copied(column) for name, column in columns.items()}
        self._gathered.append(chunk)
        self._bytes += sum(_bytes(column) for column in chunk.values())
        if self._bytes > self._gather_bytes:
            with _writing(self._target):
                self._flush()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if kind is None and (self._gathered or self._parts):
                with _writing(self._target):
                    self._flush()
                    os.replace(self._whole(), self._target)
        finally:
            self._con.close()
            for part in self._parts:
                part.unlink(missing_ok=True)

    def _flush(self) -> None:
        if not self._gathered:
            return
        part = _aside(self._target, len(self._parts))
        self._parts.append(part)
        chunks, self._gathered, self._bytes = self._gathered, [], 0
        _copy(self._con, chunks, part, self._options)

    def _whole(self) -> Path:
        if len(self._parts) == 1:
            return self._parts[0]
        whole = _aside(self._target, len(self._parts))
        parts = ", ".join(_literal(_no_glob(part)) for part in self._parts)
        self._parts.append(whole)
        _execute(self._con, f"COPY (SELECT * FROM read_parquet([{parts}])) TO {_literal(str(whole))} ({self._options})")
        return whole


def _copied(column: Column) -> Column:
    if isinstance(column, Coded):
        return Coded(column.codes.copy(), column.names)
    return Partly(column.values.copy(), column.known.copy()) if isinstance(column, Partly) else column.copy()


def _bytes(column: Column) -> int:
    if isinstance(column, Coded):
        return column.codes.nbytes
    return column.values.nbytes + column.known.nbytes if isinstance(column, Partly) else column.nbytes


def read_parquet(path: str | Path, wanted: Sequence[str] | None = None) -> dict[str, Column]:
    """Columns of a Parquet file as numpy arrays (all, or those wanted). Texts come as Coded, columns with empty cells as Partly.

    Raises InputError when the file is absent, damaged, or lacks a wanted column.
    """
    with connect() as con:
        types = parquet_types(path, con)
        absent = [name for name in wanted or () if name not in types]
        if absent:
            raise InputError(f"has no column {', '.join(absent)}", where=Where(str(path)), remedy=f"it has {', '.join(types)}")
        try:
            return _read(con, _no_glob(path), {name: types[name] for name in wanted or types})
        except duckdb.Error as error:
            raise _damaged(path, error) from None


def parquet_types(path: str | Path, con: duckdb.DuckDBPyConnection | None = None) -> dict[str, str]:
    """Names and SQL types of the columns of a Parquet file; InputError when it is absent or damaged."""
    if not Path(path).is_file():
        raise InputError("no such file", where=Where(str(path)), remedy="check the path")
    try:
        rows = _execute(con or connect(), f"DESCRIBE SELECT * FROM read_parquet({_literal(_no_glob(path))})").fetchall()
    except duckdb.Error as error:
        raise _damaged(path, error) from None
    return {str(name): str(kind) for name, kind, *_ in rows}


def parquet_metadata(path: str | Path) -> dict[str, str]:
    """The key-value pairs of a Parquet file."""
    with connect() as con:
        rows = _execute(con, f"SELECT key, value FROM parquet_kv_metadata({_literal(_no_glob(path))})").fetchall()
    return {bytes(key).decode("utf-8", "replace"): bytes(value).decode("utf-8", "replace") for key, value in rows}


def _read(con: duckdb.DuckDBPyConnection, path: str, types: Mapping[str, str]) -> dict[str, Column]:
    source = f"read_parquet({_literal(path)})"
    found: dict[str, Column] = {}
    plain = [name for name, kind in types.items() if kind != "VARCHAR"]
    for at in range(0, len(plain), _COLUMNS_AT_ONCE):
        names = ", ".join(_name(name) for name in plain[at : at + _COLUMNS_AT_ONCE])
        for name, values in _arrays(con, f"SELECT {names} FROM {source}").items():
            found[name] = Partly(values.data, ~np.ma.getmaskarray(values)) if isinstance(values, np.ma.MaskedArray) else values
    for k, name in enumerate(name for name, kind in types.items() if kind == "VARCHAR"):
        found[name] = _read_texts(con, source, name, f"texts{k}")
    return {name: found[name] for name in types}


def _read_texts(con: duckdb.DuckDBPyConnection, source: str, name: str, kind: str) -> Coded:
    """A text column as codes, names in order of first appearance."""
    column = _name(name)
    first = f"SELECT n, min(r) AS r FROM (SELECT {column} AS n, row_number() OVER () AS r FROM {source}) WHERE n IS NOT NULL GROUP BY n"
    names = [row[0] for row in _execute(con, f"SELECT n FROM ({first}) ORDER BY r").fetchall()]
    if not names:
        rows = _execute(con, f"SELECT count(*) FROM {source}").fetchall()[0][0]
        return Coded(np.full(rows, -1, np.int64), ())
    _execute(con, f"CREATE TYPE {kind} AS ENUM (SELECT n FROM ({first}) ORDER BY r)")
    codes = _arrays(con, f"SELECT coalesce(enum_code({column}::{kind})::INTEGER, -1) AS code FROM {source}")["code"]
    return Coded(codes.astype(np.int64), tuple(names))


def _copy(con: duckdb.DuckDBPyConnection, chunks: Sequence[Mapping[str, Column]], target: Path, options: str) -> None:
    """Writes the rows of chunks of the same columns in their order, read where they lie: joining them first would copy all once more."""
    fields = []
    texts: list[list[str]] = []
    for k, (name, column) in enumerate(chunks[0].items()):
        if isinstance(column, Coded):
            texts.append(list(_names(chunks, name)))
            fields.append(f"list_extract(${len(texts)}::VARCHAR[], CASE WHEN c{k} >= 0 THEN c{k} + 1 END) AS {_name(name)}")
        elif isinstance(column, Partly):
            fields.append(f"CASE WHEN k{k} THEN c{k} END AS {_name(name)}")
        else:
            fields.append(f"c{k} AS {_name(name)}")
    for n, chunk in enumerate(chunks):
        con.register(f"chunk{n}", _plain(chunk))
    source = " UNION ALL ".join(f"SELECT * FROM chunk{n}" for n in range(len(chunks)))
    try:
        _execute(con, f"COPY (SELECT {', '.join(fields)} FROM ({source})) TO {_literal(str(target))} ({options})", texts or None)
    finally:
        for n in range(len(chunks)):
            con.unregister(f"chunk{n}")


def _names(chunks: Sequence[Mapping[str, Column]], name: str) -> Sequence[str]:
    """The names of a text column; a table of names that grows from chunk to chunk is whole in its longest."""
    columns = [chunk[name] for chunk in chunks]
    return max((column.names for column in columns if isinstance(column, Coded)), key=len)


def _plain(columns: Mapping[str, Column]) -> dict[str, Array]:
    """The arrays of columns, c0, c1 …, and which of their cells are known, where that is said."""
    arrays: dict[str, Array] = {}
    for k, column in enumerate(columns.values()):
        if isinstance(column, Coded):
            arrays[f"c{k}"] = column.codes
        elif isinstance(column, Partly):
            arrays[f"c{k}"], arrays[f"k{k}"] = column.values, column.known
        else:
            arrays[f"c{k}"] = column
    lengths = {len(values) for values in arrays.values()}
    assert len(lengths) == 1, f"columns of unequal length {lengths}"
    return {name: np.ascontiguousarray(values) for name, values in arrays.items()}


def _pairs(metadata: Mapping[str, str]) -> str:
    pairs = ", ".join(f"{_literal(key)}: {_literal(value)}" for key, value in metadata.items())
    return f", KV_METADATA {{{pairs}}}" if pairs else ""


def _aside(target: Path, part: int = 0) -> Path:
    return target.with_name(f".{target.name}.{os.getpid()}.{part}.tmp")


def _damaged(path: str | Path, error: Exception) -> InputError:
    what = _said(error) or "it cannot be read"
    return InputError(f"is no whole Parquet file ({what})", where=Where(str(path)), remedy="was it written completely?")


def _said(error: Exception) -> str:
    """What the database says went wrong, without the name of its exception."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    text = str(error).splitlines()[0].split(":", 1)[-1].strip()
    return text if len(text) <= 120 else text[:120].rsplit(" ", 1)[0] + " …"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _no_glob(path: str | Path) -> str:
    """The path as a pattern that matches itself only."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in str(path))
