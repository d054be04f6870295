"""What a command may write over: nothing that it reads, and nothing that dure did not write, unless `--force` says so.

A file that dure writes says so itself: HTML, SVG and Vega-Lite specs name their generator, a job table or profile in CSV begins with
`# dure`, Parquet and workbooks carry it in their metadata, and a plain table is known by its header. Asked before any work is done.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from dure.model.errors import InputError, Where

_MARK: Final = re.compile(rb'\A(?:\xef\xbb\xbf)?# dure |name="generator" content="dure |<!-- dure |"generator": ?"dure ')
_HEAD_BYTES: Final = 4_096
HTML: Final = (".html", ".htm")


def may_write(path: Path, reads: Iterable[Path] = (), *, force: bool = False, header: Sequence[str] | None = None) -> None:
    """Raises InputError where writing *path* would lose something; *header* is that of the plain table that is going to stand there."""
    where = Where(str(path))
    if path.is_dir():
        raise InputError("is a folder", where=where, remedy=f"name a file in it, such as {path / 'report.html'}")
    has_folder(path)
    if not path.exists():
        return
    if any(one.exists() and path.samefile(one) for one in reads if str(one) != "-"):
        raise InputError("would be written over itself", where=where, remedy="name another file")
    if not (force or _by_dure(path, header)):
        raise InputError("is there, and dure did not write it", where=where, remedy="name another file, or say --force to replace it")


def may_write_page(path: Path, reads: Iterable[Path] = (), *, force: bool = False) -> None:
    """The same for a page, whose name says what it is."""
    if path.suffix.lower() not in HTML and not path.is_dir():
        raise InputError("is no .html file", where=Where(str(path)), remedy="let its name end in .html")
    may_write(path, reads, force=force)


def may_fill(folder: Path) -> None:
    """A folder that is there, or that can be made where it shall stand."""
    if folder.exists() and not folder.is_dir():
        raise InputError("is a file, and a folder is to be written", where=Where(str(folder)), remedy="name a folder")
    has_folder(folder)


def has_folder(path: Path) -> None:
    """No command makes folders above the one it was told to write: a mistyped path would look like success."""
    parent = path.absolute().parent
    if not parent.is_dir():
        remedy = f"make it first (mkdir -p {path.parent}), or name another place"
        raise InputError(f"there is no folder {path.parent}", where=Where(str(path)), remedy=remedy)


def by_dure(path: Path) -> bool:
    """Whether the file itself says that dure wrote it."""
    return _by_dure(path, None)


def _by_dure(path: Path, header: Sequence[str] | None) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return False
    if head[:4] == b"PAR1":
        from dure.adapters.tables import parquet_metadata

        return parquet_metadata(path).get("table", "").startswith("dure")
    if head[:2] == b"PK":
        from dure.adapters.xlsx_tables import is_ours

        return is_ours(path)
    if not head or _MARK.search(head):
        return True
    if head[:5] == b"%PDF-":
        return b"\n% dure " in path.read_bytes()[-64:]
    first = head.partition(b"\n")[0].decode("utf-8", "replace")
    return header is not None and next(csv.reader([first]), []) == list(header)
