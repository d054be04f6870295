"""Processes of this machine: the wrapper that is let go, and what is left of an attempt whose wrapper was killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Collection
from pathlib import Path

from dure.adapters.engines.local_folder import Folder
from dure.runtime import wrapper

_WRAPPER = Path(wrapper.__file__)
_DEFAULTS = (signal.SIGPIPE, signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)


def spawn(python: str, folder: Folder) -> int:
    """A wrapper of its own session, without a pipe to us and without our environment; its process number."""
    trouble = str(folder.path / "wrapper.log")
    opened = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    return os.posix_spawn(
        python,
        [python, "-I", "-S", str(_WRAPPER), str(folder.path)],
        {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        file_actions=(
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, trouble, opened, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ),
        setsid=True,
        setsigmask=(),
        setsigdef=_DEFAULTS,
    )


def has_ended(child: int) -> bool:
    """Whether a process that we let go has ended; it is then forgotten by the system too."""
    try:
        return os.waitpid(child, os.WNOHANG)[0] != 0
    except ChildProcessError:
        return True


def wake(folder: Folder) -> None:
    """Have the wrapper look at what it is told, at once; it would by itself within a second. Nobody else is ever signalled."""
    start = folder.record("start")
    if start is None:
        return
    try:
        there = os.pidfd_open(start["pid"])
    except OSError:
        return
    try:
        # Between these two lines the number can name no other process: the descriptor is of one process, whose birth is looked at.
        if _born(start["pid"]) == start["born"]:
            signal.pidfd_send_signal(there, signal.SIGUSR1)
    except OSError:
        return
    finally:
        os.close(there)


def boot() -> str:
    """Which start of this machine this is."""
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def kill_survivors(folder: Folder) -> int:
    """Kill what still runs of an attempt that nobody watches over; how many there were.

    Ours are those with its variables, and those of the sessions that it began, while their numbers are still theirs.
    """
    start = folder.record("start") or {"mains": []}
    mark = f"DURE_CHECKPOINT={folder.path / 'checkpoint'}".encode()
    sessions = {pid for pid, birth in start["mains"] if _born(pid) in (birth, None)}
    found = [pid for pid in _processes() if _is_of(pid, mark, sessions)]
    for pid in found:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    return len(found)


def _processes() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _is_of(pid: int, mark: bytes, sessions: Collection[int]) -> bool:
    stat = _stat(pid)
    if not stat or stat[0] in "ZX":
        return False
    if int(stat[3]) in sessions:
        return True
    try:
        return mark in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False


def _stat(pid: int) -> list[str]:
    """Fields of /proc/PID/stat from the third on; empty where there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


def _born(pid: int) -> int | None:
    fields = _stat(pid)
    return int(fields[19]) if fields else None
