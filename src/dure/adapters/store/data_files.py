"""The contents of named data sets: pieces of files by what is in them, and manifests that say which pieces make which file.

Whoever reads a set reads its manifest, then each piece, and compares each with its name: a set can be lost, but not changed. Pieces
that no set names go a day after they came, under a lock that registering a set holds too: a set is never left with half of its pieces.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from dure.adapters.engines.local_folder import is_inside
from dure.adapters.store.blobs import Blobs
from dure.model.datasets import CHUNK_BYTES, MANIFEST_FORM
from dure.model.errors import PeopleError
from dure.model.units import ceil_div

FILES_MOST = 1_000_000
UNNAMED_S = 86_400
"""How long pieces wait for the set that they were brought for."""


@dataclass(frozen=True, slots=True)
class File:
    path: str
    size_bytes: int
    pieces: tuple[str, ...]


@dataclass(frozen=True)
class Manifest:
    """What a data set holds, in the order of its paths."""

    files: tuple[File, ...]

    @property
    def size_bytes(self) -> int:
        return sum(one.size_bytes for one in self.files)

    @cached_property
    def pieces(self) -> dict[str, int]:
        """Bytes by piece; every piece of a file but its last one is of CHUNK_BYTES."""
        found: dict[str, int] = {}
        for file in self.files:
            for place, piece in enumerate(file.pieces):
                found[piece] = min(CHUNK_BYTES, file.size_bytes - place * CHUNK_BYTES)
        return found


def read_manifest(content: bytes) -> Manifest:
    """Raises PeopleError for what is none: no way out of its folder, no path twice, no piece more or less than its size asks."""
    try:
        found = json.loads(content)
        files = tuple(_file(one) for one in found["files"])
        sound = found["form"] == MANIFEST_FORM and 0 < len(files) <= FILES_MOST
    except (ValueError, TypeError, KeyError, RecursionError):
        sound, files = False, ()
    paths = [one.path for one in files]
    folders = {path.rsplit("/", depth)[0] for path in paths for depth in range(1, path.count("/") + 1)}
    if not sound or sorted(set(paths)) != paths or folders & set(paths):
        raise PeopleError("this is no manifest of a data set", remedy="put the data set with `dure data put`")
    return Manifest(files)


def _file(one: Any) -> File:
    path, size, pieces = one
    if not (isinstance(path, str) and len(path) <= 1_024 and is_inside(path) and type(size) is int and size >= 0):
        raise ValueError
    if len(pieces) != ceil_div(size, CHUNK_BYTES) or not all(type(piece) is str and _is_name(piece) for piece in pieces):
        raise ValueError
    return File(path, size, tuple(pieces))


def _is_name(text: str) -> bool:
    return len(text) == 64 and set(text) <= set("0123456789abcdef")


class DataFiles:
    """The contents below a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = Path(folder)
        self.blobs = Blobs(self._folder)

    def manifest(self, sha256: str) -> Manifest:
        return read_manifest(self.blobs.get(sha256))

    def missing(self, manifest: Manifest) -> list[str]:
        """Pieces that are not there, or not whole."""
        return [piece for piece, size in manifest.pieces.items() if self.blobs.size(piece) != size]

    @contextmanager
    def registering(self) -> Iterator[None]:
        """Nothing is swept meanwhile."""
        with self._locked(fcntl.LOCK_SH):
            yield

    def sweep(self, live: set[str], now: float | None = None) -> int:
        """Remove what none of these manifests names and what has lain here for a day; the bytes that went."""
        before, gone = (time.time() if now is None else now) - UNNAMED_S, 0
        with self._locked(fcntl.LOCK_EX):
            named = set(live)
            for sha256 in live:
                if self.blobs.has(sha256):
                    named |= self.manifest(sha256).pieces.keys()
            for place in self._folder.glob("??/*"):
                with suppress(FileNotFoundError):
                    about = place.stat()
                    if place.name not in named and about.st_mtime < before:
                        place.unlink()
                        gone += about.st_size
        return gone

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        there = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(there, how)
            yield
        finally:
            os.close(there)
