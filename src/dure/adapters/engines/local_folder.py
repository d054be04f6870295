"""The folder of an attempt on this machine, and what its files prove.

    attempt.json   what is to run                written by the engine, aside and renamed with the whole folder
    fence          who has the attempt           created by the wrapper before the program runs, or by the engine that gives it up
    lock           held while the wrapper lives  its time is the last heartbeat
    start.json     it runs, and in which processes
    stop.json      it is told to end, by when and as what
    end.json       it has ended: nothing of it runs any more
    log, work/     what it writes, where it works

Folders are in `open/` until their end has been told, then in `done/`; a fence in `done/` alone is a key that never starts.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_NAME = re.compile(r"[^/\0]{1,255}")

Record = dict[str, Any]


def is_key(key: str) -> bool:
    """Whether a key can name a folder and a job of any engine."""
    return KEY.fullmatch(key) is not None


def is_inside(name: str) -> bool:
    """Whether a relative name stays inside the folder it is put into."""
    return bool(name) and all(_NAME.fullmatch(part) and part not in (".", "..") for part in name.split("/"))


def settle(folder: Path) -> None:
    """What was made or renamed in a folder is on the disk when this returns."""
    there = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(there)
    finally:
        os.close(there)


def write(path: Path, content: bytes) -> None:
    """A new file, on the disk when this returns."""
    there = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with open(there, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def append(path: Path, text: str) -> None:
    """Add to a file that can be made again; the disk may take its time."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600), "w", encoding="ascii") as file:
        file.write(text)


def keep(path: Path, record: Mapping[str, Any]) -> None:
    """A record that is there whole or not at all."""
    aside = path.with_name(f"{path.name}.new")
    aside.unlink(missing_ok=True)
    write(aside, json.dumps(record).encode())
    os.rename(aside, path)
    settle(path.parent)


@dataclass(frozen=True, slots=True)
class Folder:
    """One attempt's folder."""

    path: Path

    @property
    def key(self) -> str:
        return self.path.name

    def record(self, name: str) -> Record | None:
        """A record of this folder; None if it was not written."""
        try:
            found: Record = json.loads((self.path / f"{name}.json").read_bytes())
        except FileNotFoundError:
            return None
        return found

    def has(self, name: str) -> bool:
        return (self.path / name).exists()

    def take_fence(self) -> bool:
        """Whether the fence is ours now: from then on no copy of the attempt can start."""
        try:
            os.close(os.open(self.path / "fence", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            return False
        settle(self.path)
        return True

    def watched(self) -> bool:
        """Whether a wrapper lives here. To be asked of a folder with a fence: trying the lock must not be in a wrapper's way."""
        try:
            there = os.open(self.path / "lock", os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(there, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        else:
            return False
        finally:
            os.close(there)

    def last_seen(self) -> int:
        """The last second in which the wrapper is known to have lived, or in which the fence was taken."""
        times = [os.stat(self.path / name).st_mtime for name in ("fence", "lock") if self.has(name)]
        return int(max(times, default=os.stat(self.path).st_mtime))
