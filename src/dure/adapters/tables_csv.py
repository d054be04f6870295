"""Strict reading of the packaged CSV tables: every complaint names file, line and field, and an empty cell is unknown, never 0."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TypeVar, cast

from dure.model.catalog import CONFIDENCES, Confidence, Fact
from dure.model.errors import CatalogError, Where

DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
ID = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")

T = TypeVar("T", bound=str)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table. `stated` marks a row that a scenario wrote: it may leave its date out."""

    file: str
    line: int
    cells: Mapping[str, str]
    stated: bool = False

    def error(self, name: str, what: str, remedy: str = "") -> CatalogError:
        return CatalogError(what, where=Where(self.file, self.line, name), remedy=remedy)

    def text(self, name: str) -> str:
        return self.cells[name].strip()

    def required(self, name: str) -> str:
        text = self.text(name)
        if not text:
            raise self.error(name, "this cell may not be empty")
        return text

    def id(self, name: str) -> str:
        text = self.required(name)
        if not ID.fullmatch(text):
            raise self.error(name, f"{text!r} is no id", "write lower-case letters, digits and hyphens")
        return text

    def decimal(self, name: str) -> Decimal | None:
        text = self.text(name)
        if not text:
            return None
        remedy = "write a figure of 0 or more, or leave the cell empty if it is unknown"
        try:
            value = Decimal(text)
        except InvalidOperation:
            raise self.error(name, f"{text!r} is no number", remedy) from None
        if not value.is_finite() or value < 0:
            raise self.error(name, f"{text!r} is no figure", remedy)
        return value

    def integer(self, name: str) -> int | None:
        value = self.decimal(name)
        if value is not None and value != int(value):
            raise self.error(name, f"{self.text(name)!r} is no whole number")
        return None if value is None else int(value)

    def choice(self, name: str, choices: Sequence[T]) -> T:
        text = self.required(name)
        if text not in choices:
            raise self.error(name, f"{text!r} is not one of {', '.join(choices)}")
        return cast(T, text)

    def date(self, name: str) -> str:
        text = self.text(name)
        if self.stated and not text:
            return ""
        if not DATE.fullmatch(text):
            raise self.error(name, f"{text!r} is no date", "write YYYY, YYYY-MM or YYYY-MM-DD")
        return text

    def confidence(self) -> Confidence:
        return self.choice("confidence", CONFIDENCES)

    def fact(self, name: str, unit: str) -> Fact:
        """The figure of this row; one with a value must say where it comes from, as of when, and how sure that is."""
        value, note = self.decimal(name), self.text("note")
        if value is None:
            return Fact(None, unit, self.text("source"), self.text("as_of"), "unknown", note)
        return Fact(value, unit, self.required("source"), self.date("as_of"), self.confidence(), note)


def read_table(file: str, text: str, columns: Sequence[str]) -> list[Row]:
    """The rows of one table; its header must be exactly `columns` and every line must have as many cells."""
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    try:
        header = next(lines, [])
        if tuple(header) != tuple(columns):
            raise CatalogError(f"the header is {','.join(header)!r}", where=Where(file, 1), remedy=f"write {','.join(columns)}")
        for cells in lines:
            if len(cells) != len(columns):
                raise CatalogError(f"{len(cells)} cells under {len(columns)} columns", where=Where(file, lines.line_num))
            rows.append(Row(file, lines.line_num, dict(zip(columns, cells, strict=True))))
    except csv.Error as trouble:
        raise CatalogError(f"no CSV: {trouble}", where=Where(file, lines.line_num)) from None
    return rows
