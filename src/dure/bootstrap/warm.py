"""Compile beside a broker that starts for the first time, in a process of its own: `python -m dure.bootstrap.warm`.

A first start compiles the policy; compiled code is kept on disk for every process of this machine. The broker compiles what reads its
log; this process meanwhile what decides, and what the web asks. So each function is compiled once, and the first job starts sooner.
"""

from __future__ import annotations

import os
import subprocess
import sys

from dure.jit import is_cached

LAST = "asked._count_ahead"
"""What is compiled last: where it is on disk, everything is."""


def beside() -> subprocess.Popen[bytes] | None:
    """Starts that process; None where all is compiled, or where there is one processor for both."""
    if is_cached(LAST) or (os.cpu_count() or 1) < 2:
        return None
    return subprocess.Popen([sys.executable, "-m", "dure.bootstrap.warm"], stdin=subprocess.DEVNULL)


def main() -> None:
    """A State of one server: what a broker and a follower call has been called once, but for the reading of a log."""
    from dure.operate.follow import Follower
    from dure.policy.asked import ask_all
    from dure.policy.build import ClassSpec, PoolSpec, ProjectSpec, Spec
    from dure.policy.entries import decide, split_now
    from dure.policy.layout import NONE, PPM
    from dure.policy.state import new_log

    spec = Spec(
        pools=[PoolSpec(nodes=1, devices=1)],
        classes=[ClassSpec(devices=1, speeds=[PPM])],
        projects=[ProjectSpec(parent=NONE)],
    )
    follower = Follower(spec)
    decide(follower.state, new_log(64))
    follower.widen(spec)
    split_now(follower.state)
    ask_all(follower.state, ())


if __name__ == "__main__":
    main()
