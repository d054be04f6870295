"""What an attempt of a local site left in its working folder, and nothing else of this machine.

The program that wrote it may have put links there: no step of a path is followed through one, so what is handed out lies in the folder.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from dure.adapters.engines.local_folder import is_inside, is_key

FILES_MOST = 10_000


class Output(NamedTuple):
    """One file below the working folder."""

    path: str
    size_bytes: int


class LocalOutputs:
    """Outputs of the attempts of one site, by its folder."""

    def __init__(self, home: Path) -> None:
        self._home = Path(home)

    def outputs(self, key: str, wanted: Sequence[str]) -> list[Output]:
        """The files that `wanted` paths (files or folders) hold, at most FILES_MOST, in the order of their names."""
        root = self._open(key)
        if root is None:
            return []
        try:
            found = {one for path in wanted if is_inside(path.rstrip("/")) for one in _below(root, path.rstrip("/").split("/"))}
            return sorted(found)[:FILES_MOST]
        finally:
            os.close(root)

    def read(self, key: str, path: str) -> int | None:
        """A descriptor of one file, to be closed by the caller; None where there is no such plain file."""
        root = self._open(key)
        if root is None or not is_inside(path):
            return None
        try:
            return _file(root, path.split("/"))
        finally:
            os.close(root)

    def _open(self, key: str) -> int | None:
        for state in ("open", "done", "open") if is_key(key) else ():  # it may move while it is looked for
            try:
                return os.open(self._home / state / key / "work", os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            except OSError:
                continue
        return None


def _step(root: int, name: str) -> int | None:
    try:
        return os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=root)
    except OSError:
        return None


def _file(root: int, steps: Sequence[str]) -> int | None:
    """The plain file at the end of the steps."""
    here = os.dup(root)
    for name in steps:
        below = _step(here, name)
        os.close(here)
        if below is None:
            return None
        here = below
    if stat.S_ISREG(os.fstat(here).st_mode):
        return here
    os.close(here)
    return None


def _below(root: int, steps: Sequence[str]) -> Iterator[Output]:
    """Every plain file at or below the steps."""
    here = os.dup(root)
    for name in steps:
        below = _step(here, name)
        os.close(here)
        if below is None:
            return
        here = below
    yield from _walk(here, "/".join(steps))


def _walk(here: int, path: str) -> Iterator[Output]:
    """Takes `here` over and closes it."""
    try:
        about = os.fstat(here)
        if stat.S_ISREG(about.st_mode):
            yield Output(path, about.st_size)
        elif stat.S_ISDIR(about.st_mode):
            for name in sorted(os.listdir(here)):
                below = _step(here, name)
                if below is not None:
                    yield from _walk(below, f"{path}/{name}")
    finally:
        os.close(here)
