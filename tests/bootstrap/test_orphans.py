"""A child that must not outlive its parent does not, however the parent dies and whatever the child is doing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from dure.bootstrap.orphans import PARENT

CHILD = """
from dure.bootstrap.orphans import end_with_parent
end_with_parent()
while True: pass
"""
PARENT_OF_IT = f"""
import os, subprocess, sys, time
from dure.bootstrap.orphans import with_me
child = subprocess.Popen([sys.executable, "-c", {CHILD!r}], env=with_me(os.environ), start_new_session=True)
print(child.pid, flush=True)
time.sleep(600)
"""
PATIENCE_S = 60


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def gone(pid: int) -> bool:
    given_up = time.monotonic() + PATIENCE_S
    while lives(pid) and time.monotonic() < given_up:
        time.sleep(0.05)
    return not lives(pid)


def test_a_busy_child_ends_with_a_parent_that_was_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT_OF_IT], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    try:
        assert lives(child)
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        assert gone(child), "it outlived its parent"
    finally:
        parent.stdout.close()
        if lives(child):
            os.kill(child, signal.SIGKILL)


def test_one_that_is_nobodys_child_goes_on() -> None:
    """As a system service has it: there is no such variable, and its parent is process 1 from the beginning."""
    script = "from dure.bootstrap.orphans import end_with_parent; import time; end_with_parent(); time.sleep(1.5); print('there')"
    environment = {name: value for name, value in os.environ.items() if name != PARENT}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=True)
    assert done.stdout.strip() == "there"
