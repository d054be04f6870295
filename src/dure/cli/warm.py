"""Compile what the live broker needs beside what the twin needs, in a process of its own: `python -m dure.cli.warm`.

Compiled code is kept on disk, so a demo that first simulates for half a minute finds it there when it comes to the broker.
"""

from __future__ import annotations

import subprocess
import sys


def warm_up() -> subprocess.Popen[bytes] | None:
    """Starts that process; None if there is nothing to compile. The caller waits for it before it needs the code."""
    from dure.jit import is_cached

    if is_cached("fold.fold"):
        return None
    return subprocess.Popen([sys.executable, "-m", "dure.cli.warm"], stdin=subprocess.DEVNULL)


def main() -> None:
    """One job on one node: everything that a broker calls has been called once."""
    from dure.operate.broker import Broker, Gathered
    from dure.operate.memory import MemoryStore
    from dure.operate.ports import Submission
    from dure.policy.build import ClassSpec, PoolSpec, Spec
    from dure.policy.layout import PPM

    spec = Spec(pools=[PoolSpec(nodes=1, devices=1)], classes=[ClassSpec(devices=1, speeds=[PPM])])
    intents = Broker(spec, MemoryStore()).step(0, Gathered(submissions=[Submission(at=0, job=0, klass=0, request_s=1)]))
    assert intents is not None


if __name__ == "__main__":
    main()
