"""Tables as one Excel workbook: a sheet for each, real numbers with formats and units, and a first sheet that says where they come from.

The same tables give the same bytes: dates of creation are set, texts are never read as formulas, sheets stand in the order given.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

from dure.adapters.files import write_bytes

CREATOR: Final = "dure"
CREATED: Final = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - the format of a workbook has no zone, and no clock is read
_BAD_NAME: Final = re.compile(r"[\[\]:*?/\\']")
NAME_MAX: Final = 31
WIDTH_MIN, WIDTH_MAX = 8, 60
UNITS: Final = (("_won", "won"), ("_kwh", "kWh"), ("_mw", "MW"), ("_kw", "kW"), ("_w", "W"), ("_s", "s"), ("_h", "h"), ("_ppm", "ppm"))
DATE: Final = "_date"
WON, SHARE, WHOLE, FRACTION = '"₩"#,##0', "0.0%", "#,##0", "#,##0.0##"


class TableColumn(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def number(self) -> bool: ...
    @property
    def word(self) -> str | None: ...


class TableCell(Protocol):
    @property
    def raw(self) -> Any: ...
    @property
    def text(self) -> str: ...


class Tabular(Protocol):
    """What a table has to be; `present.tables.Table` is one."""

    @property
    def key(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def columns(self) -> Sequence[TableColumn]: ...
    @property
    def rows(self) -> Sequence[Sequence[TableCell]]: ...
    @property
    def word(self) -> str | None: ...
    @property
    def note(self) -> str: ...


def write_xlsx(
    path: Path, tables: Sequence[Tabular], about: Sequence[tuple[str, str]], first: str, terms: Mapping[str, str] | None = None
) -> None:
    """Writes the workbook whole or not at all; *about* are the lines of the sheet in front, which is called *first*.

    *terms* are the words of figures and units in the language of the reader, where that is not English.
    """
    import xlsxwriter

    taken: set[str] = set()
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"author": CREATOR, "created": CREATED})
    _about(book, about, _sheet_name(first, taken))
    for table in tables:
        _sheet(book, table, _sheet_name(table.title, taken), terms or {})
    book.close()
    write_bytes(path, data.getvalue())


def is_ours(path: Path) -> bool:
    """Whether the workbook itself says that dure wrote it."""
    import zipfile

    try:
        with zipfile.ZipFile(path) as parts:
            return f"<dc:creator>{CREATOR}</dc:creator>".encode() in parts.read("docProps/core.xml")
    except (OSError, KeyError, zipfile.BadZipFile):
        return False


def _about(book: Any, about: Sequence[tuple[str, str]], name: str) -> None:
    sheet, bold, wrapped = book.add_worksheet(name), book.add_format({"bold": True, "valign": "top"}), book.add_format({"text_wrap": True})
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    for row, (label, text) in enumerate(about):
        sheet.write_string(row, 0, label, bold)
        sheet.write_string(row, 1, text, wrapped)


def _sheet(book: Any, table: Tabular, name: str, terms: Mapping[str, str]) -> None:
    sheet = book.add_worksheet(name)
    head = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
    word = table.word and terms.get(table.word, table.word)
    sheet.write_string(0, 0, f"{table.title} ({word})" if word else table.title, book.add_format({"bold": True}))
    formats = {one: book.add_format({"num_format": one}) for one in (WON, SHARE, WHOLE, FRACTION)}
    for at, column in enumerate(table.columns):
        cells = [row[at] for row in table.rows]
        sheet.write_string(1, at, _header(column, cells, terms), head)
        sheet.set_column(at, at, _width(column, cells))
        for below, cell in enumerate(cells, 2):
            if column.key.endswith(DATE) and cell.raw is not None:
                sheet.write_string(below, at, str(cell.raw))  # an ISO date is read the same everywhere, a long one only by people
            else:
                _write(sheet, below, at, cell, formats)
    sheet.freeze_panes(2, 1)
    if table.rows:
        sheet.autofilter(1, 0, len(table.rows) + 1, len(table.columns) - 1)
    if table.note:
        sheet.write_string(len(table.rows) + 3, 0, table.note)


def _write(sheet: Any, row: int, at: int, cell: TableCell, formats: dict[str, Any]) -> None:
    """A number stays a number; what is unknown stays an empty cell, never 0."""
    raw = cell.raw
    if raw is None:
        sheet.write_blank(row, at, None)
    elif isinstance(raw, bool) or not isinstance(raw, int | float) or raw != raw or raw in (float("inf"), float("-inf")):
        sheet.write_string(row, at, cell.text)
    else:
        sheet.write_number(row, at, raw, formats[_format(cell)])


def _format(cell: TableCell) -> str:
    """How a number is shown, by how a person reads it elsewhere."""
    if "₩" in cell.text:
        return WON
    if cell.text.rstrip().endswith("%"):
        return SHARE
    return WHOLE if isinstance(cell.raw, int) else FRACTION


def _header(column: TableColumn, cells: Sequence[TableCell], terms: Mapping[str, str]) -> str:
    """The title with its unit: won and per cent as the cells say, others as the name of the column does."""
    title = " ".join(column.title.split())
    unit = next((unit for ending, unit in UNITS if column.key.endswith(ending)), "")
    if any("₩" in cell.text for cell in cells):
        unit = "won"
    elif any(cell.text.rstrip().endswith("%") for cell in cells if isinstance(cell.raw, float)):
        unit = "%"
    word = f" ({terms.get(column.word, column.word)})" if column.word else ""
    unit = terms.get(unit, unit)
    return f"{title} [{unit}]{word}" if unit and f"[{unit}]" not in title else f"{title}{word}"


def _width(column: TableColumn, cells: Sequence[TableCell]) -> int:
    """Wide enough for what stands there: exact won are longer than the short text of a page, and Hangul is twice as wide."""
    texts = [f"{cell.raw:,}" if isinstance(cell.raw, int) else cell.text for cell in cells]
    longest = max((sum(2 if ord(char) > 0x1100 else 1 for char in text) for text in (*texts, column.title)), default=0)
    return min(WIDTH_MAX, max(WIDTH_MIN, longest + 3))


def _sheet_name(title: str, taken: set[str]) -> str:
    """At most 31 characters, none that a workbook forbids, and no name twice."""
    plain = " ".join(_BAD_NAME.sub(" ", title).split())[:NAME_MAX].strip() or "sheet"
    name, number = plain, 2
    while name.lower() in taken:
        name, number = f"{plain[: NAME_MAX - 4]} {number}", number + 1
    taken.add(name.lower())
    return name
