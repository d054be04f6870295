"""Applications and measured use as people keep them: CSV, read strictly, every complaint with line and column.

Applications: `date, organisation, class, applications, asked, unit, months, granted, source, assumed`. `class` is one class of demand or
several with weights (`pretraining:3|research:1`); `unit` is `accelerators`, or `servers:8` with the accelerators of one; an empty
`granted` is unknown; `assumed` names the cells of the row that nobody published. Use: `class, granted_hours, used_hours`, `*` for all
other classes; or a run folder, whose dedicated servers say how much of them their holders used.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from dure.adapters.files import read_bytes
from dure.adapters.run_reader import read_run
from dure.model.errors import InputError, Where

COLUMNS = ("date", "organisation", "class", "applications", "asked", "unit", "months", "granted", "source", "assumed")
USE_COLUMNS = ("class", "granted_hours", "used_hours")
MONTHS_MOST = 60
APPLICATIONS_MOST = 1_000_000
ALL = "*"


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """One row, in accelerators; `mark` is that of its least sure cell."""

    day: dt.date
    organisation: str
    shares: dict[str, int]
    applications: int
    asked: int
    months: int
    granted: int | None
    mark: str
    where: Where


def read_applications(path: Path) -> tuple[ApplicationRow, ...]:
    """Every row; InputError for the first that is wrong, and where there is none."""
    rows = tuple(_application(cells, Where(str(path), line)) for line, cells in _rows(path, COLUMNS))
    if not rows:
        raise InputError("no application in it", where=Where(str(path)), remedy="write a row for each, below the header")
    return rows


def read_use(path: Path) -> dict[str, Fraction]:
    """Used of granted, by class; of a run folder, of all classes. A run without dedicated servers says nothing: an error."""
    if path.is_dir():
        held = read_run(path).summary.get("dedicated") or {}
        whole = sum(held.get(name, 0) for name in ("held_used_s", "held_lent_s", "held_idle_s"))
        if not whole:
            remedy = "name a run with dedicated servers, or a CSV with class, granted_hours and used_hours"
            raise InputError("nobody held dedicated servers in this run", where=Where(str(path)), remedy=remedy)
        return {ALL: Fraction(held["held_used_s"], whole)}
    found: dict[str, Fraction] = {}
    for line, cells in _rows(path, USE_COLUMNS):
        where = Where(str(path), line)
        granted, used = (_number(cells[name], where, name, 1) for name in USE_COLUMNS[1:])
        if used > granted:
            raise InputError(f"{used:,} of {granted:,} hours are used", where=where, remedy="write granted and used hours of the same time")
        name = cells["class"].strip() or ALL
        if name in found:
            raise InputError(f"{name} stands there twice", where=where, remedy="keep one of the rows")
        found[name] = Fraction(used, granted)
    return found


def _application(cells: dict[str, str], where: Where) -> ApplicationRow:
    unit, _, each = cells["unit"].strip().partition(":")
    if unit not in ("accelerators", "servers") or (unit == "servers") != bool(each):
        raise InputError(f"{cells['unit']} is no unit", where=_at(where, "unit"), remedy="write accelerators, or servers:8")
    size = _number(each, where, "unit", 1) if each else 1
    asked = _number(cells["asked"], where, "asked", 1) * size
    granted = None if not cells["granted"].strip() else _number(cells["granted"], where, "granted", 0) * size
    if granted is not None and granted > asked:
        raise InputError(f"{granted:,} granted of {asked:,} asked", where=_at(where, "granted"), remedy="grant at most what is asked")
    assumed = cells["assumed"].split()
    for name in assumed:
        if name not in COLUMNS:
            raise InputError(f"{name} is no column", where=_at(where, "assumed"), remedy=f"name some of {', '.join(COLUMNS)}")
    if not assumed and not cells["source"].strip():
        remedy = "write where it was published, or name the cells that are assumed"
        raise InputError("nobody says where this comes from", where=_at(where, "source"), remedy=remedy)
    return ApplicationRow(
        day=_day(cells["date"], where),
        organisation=cells["organisation"].strip(),
        shares=_shares(cells["class"], where),
        applications=_number(cells["applications"], where, "applications", 1, APPLICATIONS_MOST),
        asked=asked,
        months=_number(cells["months"], where, "months", 1, MONTHS_MOST),
        granted=granted,
        mark="assumed" if assumed else "published",
        where=where,
    )


def _shares(text: str, where: Where) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in text.split("|"):
        name, _, weight = part.strip().partition(":")
        if not name or name in found:
            raise InputError(f"{text!r} names no class", where=_at(where, "class"), remedy="write a class, or a:3|b:1")
        found[name] = _number(weight, where, "class", 1) if weight else 1
    return found


def _day(text: str, where: Where) -> dt.date:
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        raise InputError(f"{text} is no date", where=_at(where, "date"), remedy="write 2026-01-28") from None


def _number(text: str, where: Where, column: str, least: int, most: int = 10**12) -> int:
    digits = text.strip().replace(",", "").replace("_", "")
    if not digits.isdecimal():
        raise InputError(f"{text!r} is no whole number", where=_at(where, column), remedy="write digits; an unknown figure is no 0")
    if not least <= int(digits) <= most:
        raise InputError(f"{text} is not from {least:,} to {most:,}", where=_at(where, column), remedy="correct the figure")
    return int(digits)


def _at(where: Where, column: str) -> Where:
    return Where(where.file, where.line, column)


def _rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, cells by column); lines that begin with # and empty ones are passed over."""
    text = read_bytes(path).decode("utf-8-sig")
    reader = csv.reader(io.StringIO(text))
    header: list[str] | None = None
    for cells in reader:
        where = Where(str(path), reader.line_num)
        if not any(cell.strip() for cell in cells) or cells[0].startswith("#"):
            continue
        if header is None:
            header = [cell.strip() for cell in cells]
            missing = [name for name in columns if name not in header]
            if missing:
                raise InputError(f"no column {', '.join(missing)}", where=where, remedy=f"the header is {','.join(columns)}")
            continue
        if len(cells) != len(header):
            raise InputError(f"{len(cells)} cells under {len(header)} columns", where=where, remedy="quote cells that hold a comma")
        yield reader.line_num, dict(zip(header, cells, strict=True))
