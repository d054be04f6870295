"""A terminal beside a running attempt of a local site: in its folder, with its variables and devices, and gone when the attempt is."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from dure.adapters.engines.local_folder import is_key
from dure.runtime import shell

_SHELL = Path(shell.__file__)
CHUNK = 1 << 16
LOOK_S = 0.5
"""How often it is looked whether the attempt still runs."""


class LocalShell:
    """One terminal. `read` until it gives None; `code` is then what its program ended with."""

    def __init__(self, folder: Path, size: tuple[int, int], term: str, command: Sequence[str]) -> None:
        self._folder = folder
        self._master, slave = pty.openpty()
        self.resize(*size)
        env = {"PATH": "/usr/bin:/bin", "TERM": term, "LANG": "C.UTF-8"}
        argv = [sys.executable, "-I", "-S", str(_SHELL), str(folder), os.ttyname(slave), *command]
        try:
            self._child = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env, start_new_session=True
            )
        except OSError:
            os.close(self._master)
            raise
        finally:
            self._slave = slave
        self.code: int | None = None
        self.was_read = False
        self._open = True

    def read(self) -> bytes | None:
        """What was written, nothing where nothing comes for a while; None at the end."""
        ready, _, _ = select.select([self._master], [], [], LOOK_S)
        if ready:
            return os.read(self._master, CHUNK)
        if self._child.poll() is not None:
            self.code = self._child.returncode if self._child.returncode >= 0 else 128 - self._child.returncode
            return None
        if (self._folder / "end.json").exists() or not self._folder.exists():
            self.close()
            return None
        return b""

    def write(self, content: bytes) -> None:
        """What is typed."""
        while content and self._open:
            content = content[os.write(self._master, content) :]

    def resize(self, rows: int, columns: int) -> None:
        with suppress(OSError):
            fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def close(self) -> None:
        """Hang up; what does not listen is killed."""
        if not self._open:
            return
        self._open = False
        for number in (signal.SIGHUP, signal.SIGKILL):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._child.pid, number)
            with suppress(subprocess.TimeoutExpired):
                self._child.wait(1.0)
                break
        for there in (self._master, self._slave):
            with suppress(OSError):
                os.close(there)


class LocalShells:
    """Terminals beside the attempts of one site, by its folder."""

    def __init__(self, home: Path) -> None:
        self._home = Path(home).absolute()

    def open(self, key: str, size: tuple[int, int], term: str, command: Sequence[str]) -> LocalShell | None:
        """None where the attempt does not run."""
        folder = self._home / "open" / key
        if not is_key(key) or not (folder / "start.json").exists() or (folder / "end.json").exists():
            return None
        return LocalShell(folder, size, term, command)
