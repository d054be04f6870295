"""What an attempt of a local site left in its working folder, and nothing else of this machine.

The program that wrote it may have put links there: no step of a path is followed through one, so what is handed out lies in the folder.
It chose the names too: they are shown as `shown` says, and fetched by what was shown.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from dure.adapters.engines.local_folder import is_inside, is_key

FILES_MOST = 10_000
DEPTH_MOST = 64
"""Folders in folders that are looked into: each is held open while what is below it is looked at."""
LOOKED_MOST = 100_000
"""Names that are looked at, whatever they are."""
_ESCAPED = re.compile(r"\\(?:\\|x([0-9a-f]{2}))")


class Output(NamedTuple):
    """One file below the working folder."""

    path: str
    size_bytes: int


class Listed(NamedTuple):
    """Files in the order of their names; `more`: there may be others, beyond what is looked at."""

    files: list[Output]
    more: bool


def shown(name: str) -> str:
    """A name of the file system as text that everybody can carry: bytes that are no UTF-8, control characters and backslashes escaped."""
    return "".join(one if one.isprintable() and one != "\\" else _escape(one) for one in name)


def _escape(one: str) -> str:
    return "\\\\" if one == "\\" else "".join(f"\\x{byte:02x}" for byte in os.fsencode(one))


def meant(path: str) -> str | None:
    """The name that was shown so; None for a text that none is shown as."""
    try:
        found = os.fsdecode(
            _ESCAPED.sub(lambda one: os.fsdecode(bytes.fromhex(one[1])) if one[1] else "\\", path).encode("utf-8", "surrogateescape")
        )
    except UnicodeEncodeError:
        return None
    return found if shown(found) == path else None


class LocalOutputs:
    """Outputs of the attempts of one site, by its folder."""

    def __init__(self, home: Path) -> None:
        self._home = Path(home)

    def outputs(self, key: str, wanted: Sequence[str]) -> Listed:
        """The files that `wanted` paths (files or folders, `.` for all) hold, at most FILES_MOST."""
        root = self._open(key)
        if root is None:
            return Listed([], more=False)
        look = _Look()
        try:
            for path in wanted:
                steps = steps_of(path)
                if not steps or is_inside("/".join(steps)):
                    look.below(root, steps)
        finally:
            os.close(root)
        files = sorted(look.found)
        return Listed(files[:FILES_MOST], more=look.more or len(files) > FILES_MOST)

    def read(self, key: str, path: str) -> int | None:
        """A descriptor of one file, to be closed by the caller; None where there is no such plain file."""
        name = meant(path)
        root = self._open(key) if name is not None and is_inside(name) and name.count("/") == path.count("/") else None
        if root is None or name is None:
            return None
        try:
            return _file(root, name.split("/"))
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


def steps_of(path: str) -> list[str]:
    """The steps of a path of a spec from the working folder on: `./out/` is `out`, `.` is the folder itself."""
    return [step for step in path.split("/") if step not in ("", ".")]


@dataclass
class _Look:
    """What was found below some paths."""

    found: set[Output] = field(default_factory=set)
    more: bool = False
    looked: int = 0

    def below(self, root: int, steps: Sequence[str]) -> None:
        """Add every plain file at or below the steps."""
        here = os.dup(root)
        for name in steps:
            below = _step(here, name)
            os.close(here)
            if below is None:
                return
            here = below
        self._walk(here, "/".join(map(shown, steps)), DEPTH_MOST)

    def _walk(self, here: int, path: str, deeper: int) -> None:
        """Takes `here` over and closes it."""
        try:
            about = os.fstat(here)
            if stat.S_ISREG(about.st_mode):
                self.found.add(Output(path, about.st_size))
            elif stat.S_ISDIR(about.st_mode):
                names = self._names(here) if deeper else []
                self.more |= not deeper
                for name in names:
                    if len(self.found) > FILES_MOST:
                        return
                    below = _step(here, name)
                    if below is not None:
                        self._walk(below, f"{path}/{shown(name)}" if path else shown(name), deeper - 1)
        finally:
            os.close(here)

    def _names(self, here: int) -> list[str]:
        with os.scandir(here) as entries:
            names = [one.name for one in islice(entries, LOOKED_MOST - self.looked + 1)]
        self.looked += len(names)
        if self.looked > LOOKED_MOST:
            self.more = True
            names = names[: len(names) - (self.looked - LOOKED_MOST)]
            self.looked = LOOKED_MOST
        return sorted(names)
