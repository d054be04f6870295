"""Contents that are kept by what they are: files that are packed with jobs. Each is written once and never changed."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from dure.model.errors import StoreError

_NAME = re.compile(r"[0-9a-f]{64}")


class Blobs:
    """A folder of contents by SHA-256."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes) -> str:
        """Keep a content, on the disk when this returns; the name to get it by."""
        name = hashlib.sha256(content).hexdigest()
        place = self._place(name)
        if place.exists():
            return name
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = place.parent / f".{name}.{os.getpid()}.{os.urandom(4).hex()}"
        with open(draft, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, place)
        folder = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return name

    def get(self, name: str) -> bytes:
        """The content. Raises StoreError where there is none, or where it is another one than its name says."""
        try:
            content = self._place(name).read_bytes()
        except FileNotFoundError:
            raise StoreError(f"the file {name} of a job is not there", remedy="send it again, then submit again") from None
        if hashlib.sha256(content).hexdigest() != name:
            raise StoreError(f"the file {name} of a job was changed on the disk", remedy="restore it from a backup")
        return content

    def has(self, name: str) -> bool:
        """Whether a content is there; no name is no content."""
        return _NAME.fullmatch(name) is not None and self._place(name).exists()

    def size(self, name: str) -> int | None:
        """Its bytes; None where it is not there."""
        try:
            return self._place(name).stat().st_size if _NAME.fullmatch(name) is not None else None
        except FileNotFoundError:
            return None

    def _place(self, name: str) -> Path:
        if _NAME.fullmatch(name) is None:
            raise StoreError("the name of a file is no SHA-256", remedy="send the name that was answered when it was sent")
        return self._folder / name[:2] / name
