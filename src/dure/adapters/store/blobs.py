"""Packed files by what they hold: a file that many jobs carry is kept once, and its name proves its content.

A blob is there whole or not at all. Nobody chooses its name, so no name leads out of the folder.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from pathlib import Path

from dure.model.errors import StoreError

_DIGEST = re.compile(r"[0-9a-f]{64}")


def is_digest(text: str) -> bool:
    """Whether a text is the SHA-256 of something, in lower case."""
    return _DIGEST.fullmatch(text) is not None


class Blobs:
    """A folder of files named by their SHA-256, two letters a folder. Several processes may use it at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = Path(folder)

    def put(self, content: bytes) -> str:
        """Keep it; on the disk when this returns its SHA-256."""
        digest = hashlib.sha256(content).hexdigest()
        target = self._path(digest)
        if target.exists():
            return digest
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = target.with_name(f".{digest}.{secrets.token_hex(4)}")
        there = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with open(there, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        _settle(target.parent)
        return digest

    def has(self, digest: str) -> bool:
        """Whether it can be got."""
        return is_digest(digest) and self._path(digest).exists()

    def size(self, digest: str) -> int | None:
        """Its bytes; None where it is not there."""
        try:
            return self._path(digest).stat().st_size if is_digest(digest) else None
        except FileNotFoundError:
            return None

    def get(self, digest: str) -> bytes:
        """What was put. Raises StoreError where it is not there, or not what its name says."""
        content = b""
        if self.has(digest):
            content = self._path(digest).read_bytes()
        if not is_digest(digest) or hashlib.sha256(content).hexdigest() != digest:
            raise StoreError(f"the packed file {digest[:12]} is lost", remedy="submit the job again, or bring the folder of blobs back")
        return content

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest


def _settle(folder: Path) -> None:
    there = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(there)
    finally:
        os.close(there)
