"""Lines and fields of a text trace: chunks of a few megabytes, tokenised as arrays of offsets; every line is accounted for."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dure.adapters.traces_digits import EMPTY, FINE, ODD, PAD, Bytes, Ints, Mask, distinct, durations, instants, integers
from dure.adapters.traces_zone import ZONE, to_utc
from dure.wire.tables import Reject

CHUNK: Final = 1_000_000  # bytes: the arrays of a chunk stay in the cache
EXCERPT: Final = 80
BARE_LENGTH: Final = len("2026-01-05T09:00:00")  # longer ones name their zone
CELL_MAX: Final = 64  # characters of a number or an instant
TEXT_MAX: Final = 1_000  # a name longer than this is a mistake
_NEWLINE, _RETURN, _QUOTE = 10, 13, 34
_NO_MEANING: Final = -(2**62)


class Chunk(NamedTuple):
    """Some whole lines: padded buffer; start, end (without line end) and number of each; whether the file ends inside the last one."""

    buf: Bytes
    at: Ints
    end: Ints
    line: Ints
    cut: bool


class Screen:
    """Rows on their way to become jobs: `alive` marks those that still may, the others are rejects with line, field and reason."""

    def __init__(self, line: Ints, rejects: Sequence[Reject] = (), passed_over: int = 0) -> None:
        self.line = line
        self.alive: Mask = np.ones(len(line), np.bool_)
        self.rejects = list(rejects)
        self.passed_over = passed_over

    def excerpt(self, row: int) -> str:
        raise AssertionError("a screen knows how to show its rows")

    def refuse(self, bad: Mask, name: str, reason: str) -> None:
        """Turns the living rows that `bad` marks into rejects."""
        for row in np.flatnonzero(bad & self.alive):
            self.rejects.append(Reject(int(self.line[row]), name, reason, self.excerpt(int(row))))
        self.alive &= ~bad

    def ranged(self, value: Ints, empty: Mask, name: str, least: int, most: int, absent: int | None) -> Ints:
        """Refuses what is out of range; an empty cell becomes `absent`, or a reject when that is None. The values of rejects are 0."""
        if absent is None:
            self.refuse(empty, name, "missing")
        known = ~empty
        self.refuse(known & (value < least), name, "negative" if least == 0 else f"below {least}")
        self.refuse(known & (value > most), name, f"above {most}")
        filled = np.where(empty, absent or 0, value)
        filled[~self.alive] = 0
        return filled

    def mapped(self, code: Ints, names: dict[str, int], values: dict[str, int], name: str) -> Ints:
        """Texts (as indices into `names`) that stand for numbers; refuses the others."""
        table = np.array([values.get(text, _NO_MEANING) for text in names] or [_NO_MEANING], np.int64)
        found = table[code]
        self.refuse(
            found == _NO_MEANING, name, "is none of " + ", ".join(text for text in values if text and not text.lstrip("-").isdigit())
        )
        return np.where(self.alive, found, 0)


class Rows(Screen):
    """Rows of one chunk of text that have the right number of fields: `first` and `last` (fields, rows) are offsets into `buf`."""

    def __init__(self, chunk: Chunk, rows: Ints, first: Ints, last: Ints, rejects: Sequence[Reject], passed_over: int) -> None:
        super().__init__(chunk.line[rows], rejects, passed_over)
        self.buf, self.first, self.last = chunk.buf, first, last
        self.at, self.end = chunk.at[rows], chunk.end[rows]

    def excerpt(self, row: int) -> str:
        return excerpt(self.buf, int(self.at[row]), int(self.end[row]))

    def numbers(self, column: int, name: str, *, least: int, most: int, absent: int | None = None, whole: bool = False) -> Ints:
        """A column of numbers, rounded to whole ones (a positive one never to 0); refuses what is no number or out of range.

        An empty cell becomes `absent`, or a reject when that is None. With `whole`, fractions are refused.
        """
        value, state = integers(self.buf, self.first[column], self.last[column])
        problems = self._again(state, value, column, lambda text: number(text, whole))
        self._refuse_problems(problems, name)
        return self.ranged(value, state == EMPTY, name, least, most, absent)

    def instants(self, column: int, name: str) -> Ints:
        """A column of dates with time as Unix seconds; a date without a zone is of the zone of this reading."""
        value, state = instants(self.buf, self.first[column], self.last[column])
        bare = (state == FINE) & (self.last[column] - self.first[column] == BARE_LENGTH)
        value[bare] = to_utc(value[bare])
        self._refuse_problems(self._again(state, value, column, instant), name)
        return self.ranged(value, state == EMPTY, name, -(2**40), 2**40, None)

    def durations(self, column: int, name: str, parse: Callable[[str], int | str | None]) -> Ints:
        """A column of [days-][hours:]minutes:seconds; an empty cell is 0. `parse` reads the forms that are rare."""
        value, state = durations(self.buf, self.first[column], self.last[column])
        self._refuse_problems(self._again(state, value, column, parse), name)
        return np.where(self.alive & (state != EMPTY), value, 0)

    def cell(self, row: int, column: int) -> str:
        """The text of one cell, or of its first characters when it is long."""
        first, last = int(self.first[column, row]), int(self.last[column, row])
        return bytes(self.buf[first : min(last, first + CELL_MAX)]).decode("utf-8", "replace").strip()

    def ids(self, column: int, name: str, names: dict[str, int]) -> Ints:
        """A column of ids: a plain number is itself, any other text −1 less its index in `names`."""
        value, state = integers(self.buf, self.first[column], self.last[column])
        plain = (state == FINE) & (value >= 0)
        alive = self.alive.copy()
        self.alive = alive & ~plain
        code = self.texts(column, name, names)
        self.alive = self.alive | (alive & plain)
        return np.where(plain, value, -1 - code)

    def texts(self, column: int, name: str, names: dict[str, int], absent: str = "") -> Ints:
        """A column of texts as indices into `names`, which grows as new ones come; an empty cell means `absent`."""
        first, last = self.first[column], self.last[column]
        long = last - first > TEXT_MAX
        self.refuse(long, name, f"longer than {TEXT_MAX} bytes")
        rows = np.flatnonzero(self.alive)
        found = distinct(self.buf, first[rows], last[rows])
        heads, which = found if found is not None else (np.arange(len(rows)), np.arange(len(rows)))
        code = np.zeros(len(heads), np.int64)
        for k, head in enumerate(rows[heads]):
            try:
                text = bytes(self.buf[first[head] : last[head]]).decode("utf-8").strip() or absent
                code[k] = names.setdefault(text, len(names))
            except UnicodeDecodeError:
                code[k] = -1
        out = np.zeros(len(self.line), np.int64)
        out[rows] = code[which]
        self.refuse(out < 0, name, "not UTF-8")
        return np.maximum(out, 0)

    def _again(self, state: npt.NDArray[np.int8], value: Ints, column: int, parse: Callable[[str], int | str | None]) -> dict[str, Mask]:
        """Reads odd cells of living rows one by one: fills in the value, or returns the rows of each problem."""
        problems: dict[str, Mask] = {}
        for row in np.flatnonzero((state == ODD) & self.alive):
            cell = bytes(self.buf[self.first[column, row] : min(self.last[column, row], self.first[column, row] + CELL_MAX + 1)])
            try:
                found = "too long" if len(cell) > CELL_MAX else parse(cell.decode("utf-8").strip())
            except UnicodeDecodeError:
                found = "not UTF-8"
            if found is None:
                state[row] = EMPTY
            elif isinstance(found, int):
                value[row], state[row] = found, FINE
            else:
                problems.setdefault(found, np.zeros(len(state), np.bool_))[row] = True
        return problems

    def _refuse_problems(self, problems: dict[str, Mask], name: str) -> None:
        for reason, rows in problems.items():
            self.refuse(rows, name, reason)


def excerpt(buf: Bytes, at: int, end: int) -> str:
    """The first 80 characters of a line, fit to print."""
    text = bytes(buf[at : min(end, at + 4 * EXCERPT)]).decode("utf-8", "replace")[:EXCERPT]
    return "".join(c if c.isprintable() else "\ufffd" for c in text.replace("\t", " "))


def chunks(data: bytes, skip: int = 0) -> Iterator[Chunk]:
    """The lines from byte `skip`, which starts a line, a few megabytes at a time."""
    number = 1 + data.count(b"\n", 0, skip)
    while skip < len(data):
        stop = data.find(b"\n", min(skip + CHUNK, len(data) - 1)) + 1 or len(data)
        buf = np.zeros(stop - skip + 2 * PAD, np.uint8)
        buf[PAD:-PAD] = np.frombuffer(data, np.uint8, stop - skip, skip)
        newline = np.flatnonzero(buf == _NEWLINE)
        cut = data[stop - 1] != _NEWLINE
        if cut:
            newline = np.append(newline, len(buf) - PAD)
        at = np.concatenate(([PAD], newline[:-1] + 1))
        end = newline - ((buf[newline - 1] == _RETURN) & (newline > at))
        yield Chunk(buf, at, end, np.arange(number, number + len(at)), cut)
        number += len(at)
        skip = stop


def delimited(data: bytes, delimiter: str, wanted: int, skip: int = 0, *, quotes: bool = True) -> Iterator[Rows]:
    """Rows of `wanted` fields between delimiters; with `quotes`, a field may be quoted within a line. Blank and # lines are passed over."""
    for chunk in chunks(data, skip):
        buf, at, end, *_ = chunk
        blank = (end <= at) | (buf[at] == ord("#"))
        marks = np.flatnonzero(buf == ord(delimiter))
        lower, upper = np.searchsorted(marks, at), np.searchsorted(marks, end)
        plain = (upper - lower == wanted - 1) & ~blank
        quoted = np.flatnonzero(buf == _QUOTE) if quotes else marks[:0]
        if len(quoted):
            plain &= np.searchsorted(quoted, at) == np.searchsorted(quoted, end)
        inner = marks[lower[plain] + np.arange(wanted - 1)[:, None]]
        first = np.concatenate((at[None, plain], inner + 1))
        last = np.concatenate((inner, end[None, plain]))
        where = np.flatnonzero(plain)
        odd = _unquote(chunk, np.flatnonzero(~plain & ~blank), delimiter, wanted, quotes)
        if odd.rows:
            cells = np.array(odd.cells, np.int64).reshape(len(odd.rows), wanted, 2) + len(buf)
            buf = np.concatenate((buf, np.frombuffer(bytes(odd.text), np.uint8), np.zeros(PAD, np.uint8)))
            where = np.concatenate((where, odd.rows))
            order = np.argsort(where, kind="stable")
            where = where[order]
            first = np.concatenate((first, cells[:, :, 0].T), axis=1)[:, order]
            last = np.concatenate((last, cells[:, :, 1].T), axis=1)[:, order]
        yield Rows(chunk._replace(buf=buf), where, first, last, odd.rejects, int(blank.sum()))


@dataclass(slots=True)
class _Odd:
    """Lines that are not plainly so many fields: the fields of the quoted ones (rewritten into `text`), and rejects."""

    rejects: list[Reject] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    text: bytearray = field(default_factory=bytearray)
    cells: list[tuple[int, int]] = field(default_factory=list)


def _unquote(chunk: Chunk, rows: Ints, delimiter: str, wanted: int, quotes: bool) -> _Odd:
    odd = _Odd()
    for row in rows:
        start, stop = int(chunk.at[row]), int(chunk.end[row])
        found = _fields(bytes(chunk.buf[start:stop]), delimiter, quotes)
        if found is None or len(found) != wanted:
            count = -1 if found is None else len(found)
            odd.rejects.append(_short(chunk, int(row), count, wanted))
            continue
        odd.rows.append(int(row))
        for value in found:
            begin = len(odd.text)
            odd.text += value.encode()
            odd.cells.append((begin, len(odd.text)))
    return odd


def _short(chunk: Chunk, row: int, count: int, wanted: int) -> Reject:
    """The reject for a line with the wrong number of fields (-1: they cannot even be counted)."""
    reason = f"{count} fields, {wanted} wanted"
    if count < 0:
        reason = "a quote is not closed, or not UTF-8"
    elif count < wanted and chunk.cut and row == len(chunk.at) - 1 and chunk.line[row] > 1:
        reason = "the file ends within this line"
    return Reject(int(chunk.line[row]), "", reason, excerpt(chunk.buf, int(chunk.at[row]), int(chunk.end[row])))


def _fields(raw: bytes, delimiter: str, quotes: bool) -> list[str] | None:
    if not quotes or b'"' not in raw:
        return [""] * (raw.count(delimiter.encode()) + 1)  # only their number matters: there are too many or too few
    try:
        return next(csv.reader([raw.decode("utf-8")], delimiter=delimiter, strict=True), None)
    except (UnicodeDecodeError, csv.Error):
        return None


def spaced(data: bytes, wanted: int, comment: str = ";") -> Iterator[Rows]:
    """Rows of at least `wanted` fields between blanks; what follows them on the line is not looked at."""
    for chunk in chunks(data):
        buf, at, end, *_ = chunk
        inside = buf > 32
        starts = np.flatnonzero(inside[1:] & ~inside[:-1]) + 1
        stops = np.flatnonzero(inside[:-1] & ~inside[1:]) + 1
        lower, upper = np.searchsorted(starts, at), np.searchsorted(starts, end)
        count = upper - lower
        head = buf[starts[np.minimum(lower, len(starts) - 1)]] if len(starts) else np.zeros(len(at), np.uint8)
        blank = (count == 0) | (head == ord(comment))
        full = ~blank & (count >= wanted)
        token = lower[full] + np.arange(wanted)[:, None]
        rejects = [_short(chunk, int(row), int(count[row]), wanted) for row in np.flatnonzero(~blank & ~full)]
        yield Rows(chunk, np.flatnonzero(full), starts[token], stops[token], rejects, int(blank.sum()))


def number(text: str, whole: bool) -> int | str | None:
    if not text:
        return None
    try:
        value = float(text) if "_" not in text else float("nan")
    except ValueError:
        return "not a number"
    if not -1e18 < value < 1e18:
        return "not a number" if value != value else "out of range"
    if value == int(value):
        return int(value)
    if whole:
        return "not a whole number"
    return max(1, int(value + 0.5)) if value > 0 else int(value - 0.5)


def instant(text: str) -> int | str | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return int((moment if moment.tzinfo else moment.replace(tzinfo=ZONE.get())).timestamp())
    except (ValueError, OverflowError):
        return "not a date with time"
