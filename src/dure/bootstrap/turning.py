"""Whether the threads that do chores still turn, told to other processes by files of the data folder that they touch.

A web and a worker share the store and the data folder, and nothing else. A file that nobody touches any more says that a thread is gone
although its process may live; one that is not there says nothing (no worker has begun, or it ended as it should, or lives elsewhere).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

FOLDER = "turning"
EVERY_S = 10.0
SILENT_S: Mapping[str, float] = {"chores": 3_600.0, "notices": 300.0}
"""Longer than the longest single chore takes; the nightly replay of the log is the longest of `chores`."""


@dataclass
class Turning:
    """The sign of life of one thread."""

    data: Path
    name: str
    _at: float = float("-inf")

    def turns(self) -> None:
        """It still does; written now and then. A disk that is full is no reason to end."""
        if time.monotonic() - self._at < EVERY_S:
            return
        self._at = time.monotonic()
        with suppress(OSError):
            self._file.parent.mkdir(mode=0o700, exist_ok=True)
            self._file.touch()

    def ended(self) -> None:
        """It ended as it was told to: nobody waits for it."""
        with suppress(OSError):
            self._file.unlink(missing_ok=True)

    @property
    def _file(self) -> Path:
        return self.data / FOLDER / self.name


def gone(data: Path, now: float) -> str:
    """The first thread that should turn and does not; empty: none."""
    for name, silent_s in SILENT_S.items():
        with suppress(OSError):
            if now - (data / FOLDER / name).stat().st_mtime > silent_s:
                return name
    return ""
