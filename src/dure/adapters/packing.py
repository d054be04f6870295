"""Files of a job spec as they are sent: below its folder, plain, small enough; with the commit that they are of."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dure.model.errors import InputError, LimitError, Where
from dure.wire.jobspec import JobSpec

PACKED_BYTES_MAX = 256 << 20
FILES_MAX = 10_000
GIT_S = 10
PASSED_OVER = frozenset({".git", "__pycache__", ".venv", ".dure"})


@dataclass(frozen=True, slots=True)
class Packed:
    """(name, content) of each file in the order of their names; `commit` None outside of a repository."""

    files: tuple[tuple[str, bytes], ...]
    commit: str | None


def pack(spec: JobSpec, folder: Path) -> Packed:
    """What the spec names, seen from the folder it stands in. Raises InputError for what is not there, LimitError for too much."""
    environment = [path for path in (spec.env.conda, spec.env.pip) if path is not None] if spec.env is not None else []
    found: dict[str, bytes] = {}
    total = 0
    for path in (*spec.files, *environment):
        for name in sorted(_names(folder, path.rstrip("/"))):
            if name in found:
                continue
            content = _content(folder, name)
            total += len(content)
            if total > PACKED_BYTES_MAX or len(found) >= FILES_MAX:
                remedy = "put large inputs into a data set (`data:`), or name fewer files"
                raise LimitError(
                    f"more than {PACKED_BYTES_MAX >> 20} MiB or {FILES_MAX:,} files are packed", where=Where(path), remedy=remedy
                )
            found[name] = content
    return Packed(tuple(sorted(found.items())), commit_of(folder) if found else None)


def _names(folder: Path, path: str) -> Iterator[str]:
    """The plain files at or below a path. A link is an error: what is sent is what stands below the folder."""
    where = Where(str(folder / path))
    try:
        about = os.lstat(folder / path)
    except OSError:
        raise InputError("there is no such file to pack", where=where, remedy="correct `files` of the job spec") from None
    if stat.S_ISREG(about.st_mode):
        yield path
    elif stat.S_ISDIR(about.st_mode):
        for name in sorted(os.listdir(folder / path)):
            if name not in PASSED_OVER:
                yield from _names(folder, f"{path}/{name}")
    else:
        raise InputError("is a link or no plain file, and is not packed", where=where, remedy="copy the file to where the link stands")


def _content(folder: Path, name: str) -> bytes:
    there = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW)
    with open(there, "rb") as file:
        return file.read(PACKED_BYTES_MAX + 1)


def commit_of(folder: Path) -> str | None:
    """The commit that is checked out there, with + where anything below the folder differs from it."""
    commit = _git(folder, "rev-parse", "--verify", "HEAD")
    if not commit:
        return None
    return commit + ("+" if _git(folder, "status", "--porcelain", "--", ".") else "")


def _git(folder: Path, *words: str) -> str:
    command = ["git", "-C", str(folder), *words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=GIT_S, check=False, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
