"""Canonical job tables: CSV with a header and Parquet, in both directions. Columns in any order; submit_s, run_s, devices are required.

In CSV, submit_s is an integer second or a date with time; a table whose second 0 has a date (its epoch) is written with dates.
Parquet keeps the epoch beside the columns.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Mapping
from functools import partial
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from dure import __version__
from dure.adapters.tables import Coded, Column, Partly, write_csv, write_parquet
from dure.adapters.traces_cells import Rows, delimited, number
from dure.adapters.traces_digits import Ints, Mask
from dure.adapters.traces_draft import Draft, line_texts, without_request
from dure.model.errors import TraceError, Where
from dure.wire.tables import DEVICES_MAX, JOB_COLUMNS, NAMED, RECORDED, SECONDS_MAX, Jobs, Origin

COLUMNS: Final = tuple(column.name for column in JOB_COLUMNS if column.name != "request_known")
REQUIRED: Final = tuple(column.name for column in JOB_COLUMNS if column.required)
EPOCH: Final = "epoch_s"
ORIGIN: Final = "origin"
_SAID: Final = re.compile(rf"# dure \S+ jobs; {ORIGIN}: ([^\r\n]*)")
WORDS: Final[Mapping[str, dict[str, int]]] = {
    "training": {"training": 1, "inference": 0, "": -1, "1": 1, "0": 0, "-1": -1},
    "domain": {"none": 0, "prefer": 1, "require": 2, "": 0, "0": 0, "1": 1, "2": 2},
    "outcome": {"completed": 0, "failed": 1, "cancelled": 2, "": 0, "0": 0, "1": 1, "2": 2},
}
_ID_MAX: Final = 2**53
_QOS_MAX: Final = 127


class Source(Protocol):
    """Rows whose columns are asked for by name; refuses what cannot be understood."""

    def refuse(self, bad: Mask, name: str, reason: str) -> None: ...
    def mapped(self, code: Ints, names: dict[str, int], values: dict[str, int], name: str) -> Ints: ...
    def number_of(self, name: str, *, least: int, most: int, absent: int | None = None, whole: bool = False) -> Ints: ...
    def instants_of(self, name: str) -> Ints: ...
    def texts_of(self, name: str, names: dict[str, int], absent: str = "") -> Ints: ...


class Named:
    """Rows of text whose columns have the names of a header."""

    def __init__(self, rows: Rows, place: dict[str, int]) -> None:
        self._rows, self._place = rows, place
        self.refuse, self.mapped = rows.refuse, rows.mapped

    def number_of(self, name: str, *, least: int, most: int, absent: int | None = None, whole: bool = False) -> Ints:
        return self._rows.numbers(self._place[name], name, least=least, most=most, absent=absent, whole=whole)

    def instants_of(self, name: str) -> Ints:
        return self._rows.instants(self._place[name], name)

    def texts_of(self, name: str, names: dict[str, int], absent: str = "") -> Ints:
        return self._rows.texts(self._place[name], name, names, absent)


def empty_names() -> dict[str, dict[str, int]]:
    """Name tables before the first row; those whose index 0 has a meaning hold it."""
    return {"projects": {}, "users": {}, "qos_names": {"normal": 0}, "workloads": {"": 0}, "constraints": {"": 0}}


def take(draft: Draft, rows: Source, has: Collection[str], dates: bool, id_names: dict[str, int] | None) -> dict[str, Ints]:
    """The columns of a chunk, judged. `id_names` is given where job ids are texts: they are compared, and rows numbered."""
    columns: dict[str, Ints] = {}
    columns["submit_s"] = rows.instants_of("submit_s") if dates else rows.number_of("submit_s", least=-(2**40), most=2**40)
    columns["run_s"] = rows.number_of("run_s", least=-_ID_MAX, most=SECONDS_MAX)
    rows.refuse(columns["run_s"] == 0, "run_s", "zero")
    rows.refuse(columns["run_s"] < 0, "run_s", "negative")
    columns["devices"] = rows.number_of("devices", least=1, most=DEVICES_MAX, whole=True)
    if "job_id" in has:
        if id_names is None:
            columns["job_id"] = rows.number_of("job_id", least=-_ID_MAX, most=_ID_MAX, whole=True)
        else:
            columns["_id"] = rows.texts_of("job_id", id_names)
    if "request_s" in has:
        request_s = rows.number_of("request_s", least=-1, most=SECONDS_MAX, absent=-1)
        columns["request_s"] = np.where(request_s > 0, request_s, -1)
    for name, most in (("memory_gb", 1_000_000), ("checkpoint_s", 2**31 - 1)):
        if name in has:
            columns[name] = rows.number_of(name, least=0, most=most, absent=0)
    for column in NAMED:
        if column.name in has:
            absent = "normal" if column.name == "qos" else ""
            columns[column.name] = rows.texts_of(column.name, draft.names[column.names], absent)
    if "qos" in has:
        rows.refuse(columns["qos"] > _QOS_MAX, "qos", f"more than {_QOS_MAX} qualities of service")
    for name, values in WORDS.items():
        if name in has:
            names: dict[str, int] = {}
            columns[name] = rows.mapped(rows.texts_of(name, names), names, values, name)
    return columns


def finish(draft: Draft, epoch_s: int, has: Collection[str], extra: list[str]) -> Jobs:
    """The table with its notes on what was not there or not used."""
    draft.names["qos_names"] = dict(list(draft.names["qos_names"].items())[: _QOS_MAX + 1])
    jobs = draft.jobs(epoch_s)
    if extra:
        draft.notes.append(f"columns that are not used: {', '.join(extra)[:200]}")
    unknown = len(jobs) - int(jobs.request_known.sum())
    if unknown and "request_s" in has:
        draft.notes.append(without_request(unknown))
    return jobs


def looks_like(head: bytes) -> bool:
    """A first line that names the required columns."""
    names = {name.strip(b' "\r') for name in _first_line(head).split(b",")}
    return {name.encode() for name in REQUIRED} <= names


def read_csv(data: bytes, path: str) -> tuple[Jobs, Draft]:
    """All jobs of a canonical CSV file; TraceError when its header is not one."""
    header, line, skip = _header(data, path)
    place = {name: k for k, name in enumerate(header) if name in COLUMNS}
    draft = Draft(partial(line_texts, data), names=empty_names(), passed_over=line, origin=_origin(data))
    id_names: dict[str, int] | None = None
    dates: bool | None = None
    for rows in delimited(data, ",", len(header), skip):
        if dates is None and len(rows.line):
            dates = not isinstance(number(rows.cell(0, place["submit_s"]), False), int)
            draft.unix = dates
            if "job_id" in place and not isinstance(number(rows.cell(0, place["job_id"]), True), int | None):
                id_names = {}
        if dates is None:  # no row yet: what its cells are like is not known
            draft.take(rows)
        else:
            draft.take(rows, **take(draft, Named(rows, place), place, dates, id_names))
    return finish(draft, 0, place, [name for name in header if name not in COLUMNS]), draft


def _origin(data: bytes) -> Origin:
    """What the first line of a table that dure wrote says about it."""
    said = _SAID.match(data[:1_000].decode("utf-8", "replace"))
    return Origin.parse(said[1].strip()) if said else RECORDED


def _first_line(data: bytes) -> bytes:
    for line in data.split(b"\n", 100)[:100]:
        if line.strip() and not line.startswith(b"#"):
            return line
    return b""


def _header(data: bytes, path: str) -> tuple[list[str], int, int]:
    """Names of the columns, line of the header and the byte after it."""
    first = _first_line(data)
    skip = data.find(first) + len(first) + 1
    line = data.count(b"\n", 0, skip - 1) + 1
    where = Where(path, line)
    try:
        header = [name.strip() for name in next(csv.reader([first.decode("utf-8")], strict=True), [])]
    except (UnicodeDecodeError, csv.Error) as error:
        raise TraceError(f"the header cannot be read ({error})", where=where, remedy="write the names of the columns") from None
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        raise TraceError(f"the header names no {', '.join(missing)}", where=where, remedy=f"columns are {', '.join(COLUMNS)}")
    twice = sorted({name for name in header if header.count(name) > 1 and name in COLUMNS})
    if twice:
        raise TraceError(f"the header names {', '.join(twice)} twice", where=where, remedy="leave one of them")
    return header, line, min(skip, len(data))


def write_jobs(path: str | Path, jobs: Jobs, *, outcomes: bool = True, origin: Origin = RECORDED) -> None:
    """Writes the canonical table: Parquet when the name ends in .parquet, else CSV; without outcomes that no source stated.

    The file says that dure wrote it and where the jobs come from: in CSV in a comment above the header.
    """
    columns: dict[str, Column] = {name: getattr(jobs, name) for name in COLUMNS}
    columns["request_s"] = Partly(jobs.request_s, jobs.request_known == 1)
    for column in NAMED:
        columns[column.name] = _texts(getattr(jobs, column.name), getattr(jobs, column.names))
    columns["training"] = Coded(jobs.training, ("inference", "training"))
    columns["domain"] = Coded(jobs.domain - 1, ("prefer", "require"))
    columns["outcome"] = Coded(jobs.outcome, ("completed", "failed", "cancelled"))
    if not outcomes:
        del columns["outcome"]
    if str(path).endswith(".parquet"):
        write_parquet(path, columns, {EPOCH: str(jobs.epoch_s), "table": "dure jobs", ORIGIN: origin.text})
        return
    if jobs.epoch_s:
        columns["submit_s"] = (jobs.submit_s + jobs.epoch_s).astype("datetime64[s]").astype("datetime64[us]")
    write_csv(path, columns, f"dure {__version__} jobs; {ORIGIN}: {' '.join(origin.text.split())[:500]}")


def _texts(codes: Ints, names: tuple[str, ...]) -> Coded:
    """A column of names in which the empty name is an empty cell."""
    table = np.array([-1 if name == "" else k for k, name in enumerate(names)], np.int64)
    return Coded(table[codes], names)
