"""Files of this machine as a data set is put: read in pieces, never held whole; plain files only, nothing that leads elsewhere."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dure.model.datasets import CHUNK_BYTES, MANIFEST_FORM
from dure.model.errors import InputError, LimitError, Where

FILES_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Laid:
    """The manifest, and where each piece stands: (file, first byte)."""

    manifest: bytes
    size_bytes: int
    files: int
    pieces: dict[str, tuple[Path, int]]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.manifest).hexdigest()

    def piece(self, sha256: str) -> bytes:
        """Raises InputError where the file is another one than it was a moment ago."""
        path, at = self.pieces[sha256]
        with open(path, "rb") as file:
            file.seek(at)
            content = file.read(CHUNK_BYTES)
        if hashlib.sha256(content).hexdigest() != sha256:
            raise InputError("changed while it was read", where=Where(str(path)), remedy="put the data set when nothing writes to it")
        return content


def lay_out(paths: Sequence[Path]) -> Laid:
    """What is at these paths: of one folder its content, of several files and folders each under its own name."""
    whole = len(paths) == 1 and paths[0].is_dir()
    found: dict[str, Path] = {}
    for path in paths:
        for name, place in _plain(path, "" if whole else path.name):
            if name in found:
                raise InputError("stands under the same name as another file", where=Where(str(place)), remedy="rename one of them")
            found[name] = place
    if not found:
        raise InputError("holds no file", where=Where(str(paths[0]) if paths else ""), remedy="name files, or a folder that holds some")
    if len(found) > FILES_MOST:
        raise LimitError(f"more than {FILES_MOST:,} files", where=Where(str(paths[0])), remedy="pack them into fewer, larger files")
    rows: list[tuple[str, int, list[str]]] = []
    pieces: dict[str, tuple[Path, int]] = {}
    for name in sorted(found):
        size, names = 0, []
        for at, digest, length in _read(found[name]):
            pieces.setdefault(digest, (found[name], at))
            names.append(digest)
            size += length
        rows.append((name, size, names))
    text = json.dumps({"form": MANIFEST_FORM, "files": rows}, ensure_ascii=True, separators=(",", ":"))
    return Laid(text.encode(), sum(size for _, size, _ in rows), len(rows), pieces)


def _read(path: Path) -> Iterator[tuple[int, str, int]]:
    with open(path, "rb") as file:
        at = 0
        while content := file.read(CHUNK_BYTES):
            yield at, hashlib.sha256(content).hexdigest(), len(content)
            at += len(content)


def _plain(path: Path, name: str) -> Iterator[tuple[str, Path]]:
    where = Where(str(path))
    try:
        about = os.lstat(path)
    except OSError:
        raise InputError("there is no such file", where=where, remedy="correct the path") from None
    if stat.S_ISREG(about.st_mode):
        yield name or path.name, path
    elif stat.S_ISDIR(about.st_mode):
        for below in sorted(os.listdir(path)):
            yield from _plain(path / below, f"{name}/{below}" if name else below)
    else:
        raise InputError("is a link or no plain file, and is not put", where=where, remedy="copy the file to where the link stands")
