"""A process that must not outlive the one that started it, however that one ends: a child of `kill -9` is told nothing.

It asks who its parent is, twice a second. Ending is safe at any line: what was not committed did not happen, and the next broker says
again what no site has acknowledged.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Mapping

PARENT = "DURE_PARENT"
"""Number of the process without which this one ends. Absent: it is nobody's child, a system service for instance."""
LOOK_S = 0.5
STATUS = 3


def with_me(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of a child that ends when this process does."""
    return {**environment, PARENT: str(os.getpid())}


def end_with_parent() -> None:
    """From now on this process ends within a second of its parent, whatever it is doing."""
    parent = os.environ.pop(PARENT, "")
    if parent.isdecimal():
        threading.Thread(target=_watch, args=(int(parent),), name="parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_S)
    sys.stderr.write(f"broker: ends, for process {parent} that started it is gone\n")
    sys.stderr.flush()
    os._exit(STATUS)
