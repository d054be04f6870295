"""Job traces of any known format: one door, which tells the format by the first bytes and accounts for every line."""

from __future__ import annotations

import gzip
import hashlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal

from dure.adapters import traces_parquet, traces_philly, traces_sacct, traces_swf, traces_table
from dure.adapters.traces_draft import Draft
from dure.adapters.traces_zone import ZONE, zone_of
from dure.model.errors import TraceError, Where
from dure.model.units import DAY_S
from dure.wire.tables import SECONDS_MAX, Jobs, TraceRead

Format = Literal["auto", "swf", "philly", "csv", "parquet", "sacct"]
_HEAD: Final = 65_536

_SNIFFERS: Final[tuple[tuple[str, Callable[[bytes], bool]], ...]] = (
    ("parquet", lambda head: head[:4] == b"PAR1"),
    ("philly", traces_philly.looks_like),
    ("csv", traces_table.looks_like),
    ("sacct", traces_sacct.looks_like),
    ("swf", traces_swf.looks_like),
)


def read_trace(
    path: str | Path, format: Format = "auto", *, unstarted: Literal["reject", "keep"] = "reject", timezone: str = "UTC"
) -> TraceRead:
    """Reads a trace; `-` is standard input, `.gz` is unpacked. Bad rows become rejects; TraceError when no row can be taken.

    `timezone` is that of times which name none. `unstarted="keep"` takes the rows of an SWF file whose job never ran, with run time 0
    (published results count them).
    """
    name = str(path)
    raw, data = load(name)
    chosen = sniff(data, name) if format == "auto" else format
    token = ZONE.set(zone_of(timezone))
    try:
        jobs, draft = _read(chosen, name, data, unstarted == "keep")
    finally:
        ZONE.reset(token)
    if not len(jobs):
        raise _nothing_taken(name, draft)
    span_s = int(jobs.submit_s[-1]) - int(jobs.submit_s[0])
    if span_s > SECONDS_MAX:
        what = f"its jobs were submitted over {span_s // (365 * DAY_S):,} years"
        raise TraceError(what, where=Where(name), remedy="correct the dates: a trace of more than a hundred years is a mistake")
    rows = len(jobs) + len(draft.rejects)
    return TraceRead(
        jobs,
        tuple(draft.rejects),
        name,
        hashlib.sha256(raw).hexdigest(),
        rows,
        chosen,
        tuple(draft.notes),
        draft.passed_over,
        outcomes_stated="outcome" in draft.columns,
        origin=draft.origin,
    )


def _read(format: str, name: str, data: bytes, keep_unstarted: bool) -> tuple[Jobs, Draft]:
    match format:
        case "swf":
            return traces_swf.read(data, keep_unstarted=keep_unstarted)
        case "philly":
            return traces_philly.read(data)
        case "csv":
            return traces_table.read_csv(data, name)
        case "sacct":
            return traces_sacct.read(data, name)
        case _:
            return traces_parquet.read(name)


def sniff(data: bytes, name: str) -> str:
    """The format that the first lines show; TraceError names the known ones."""
    head = data[:_HEAD]
    for format, looks_like in _SNIFFERS:
        if looks_like(head):
            return format
    known = ", ".join(name for name, _ in _SNIFFERS)
    raise TraceError("this is no trace format that is known", where=Where(name, 1), remedy=f"name it with --format ({known})")


def load(name: str) -> tuple[bytes, bytes]:
    """The bytes of the file and its text: unpacked, without a byte order mark."""
    try:
        if name != "-" and (Path(name).is_char_device() or Path(name).is_block_device()):
            raise TraceError("is a device", where=Where(name), remedy="name a file, or - for standard input")
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except FileNotFoundError:
        raise TraceError("no such file", where=Where(name), remedy="check the path") from None
    except OSError as error:
        raise TraceError(f"cannot be read ({error.strerror})", where=Where(name), remedy="it must be a readable file") from None
    data = raw
    if raw[:2] == b"\x1f\x8b":
        try:
            data = gzip.decompress(raw)
        except (OSError, EOFError, ValueError) as error:
            raise TraceError(f"the gzip file is damaged ({error})", where=Where(name), remedy="fetch it again") from None
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise TraceError("UTF-16 text", where=Where(name, 1), remedy="save it as UTF-8")
    if data[:3] == b"\xef\xbb\xbf":
        data = data[3:]
    if not data.strip():
        raise TraceError("the file is empty", where=Where(name, 1), remedy="was it written completely?")
    return raw, data


def _nothing_taken(name: str, draft: Draft) -> TraceError:
    if not draft.rejects:
        return TraceError("holds no job, only comments, headers or blank lines", where=Where(name, 1), remedy="was it written completely?")
    first = draft.rejects[0]
    what = f"none of its {len(draft.rejects):,} rows can be taken; the first: {first.reason} ({first.text!r})"
    return TraceError(what, where=Where(name, first.line, first.field), remedy="is this the right format? see --format")
