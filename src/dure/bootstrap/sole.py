"""One `dure serve` on a data folder: two of them would take the lead from each other for ever, and start each other's jobs.

The lock is the kernel's and goes with the process that holds it, so a kill leaves nothing behind. It is of the folder, whatever the store:
local sites, snapshots and packed files lie there.
"""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dure.model.errors import InputError, Where

NAME = "serve.lock"


@contextmanager
def sole(data: Path) -> Iterator[None]:
    """Held while the folder is served. Raises InputError, which names the folder and the process, where it is served already."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    there = os.open(data / NAME, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        try:
            fcntl.flock(there, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            who = os.pread(there, 200, 0).decode("utf-8", "replace").strip() or "another process"
            remedy = "end that one first, or name another folder with --data"
            raise InputError(f"{who} serves this folder already", where=Where(str(data)), remedy=remedy) from None
        os.ftruncate(there, 0)
        os.pwrite(there, f"process {os.getpid()} on {socket.gethostname()}\n".encode(), 0)
        yield
    finally:
        os.close(there)
