"""A process that holds an engine and sends attempts until it is killed: `python sender.py SITE ATTEMPTS`.

Prints each key that it was told is accepted. It goes on round and round, so that it is killed in the middle of something.
"""

from __future__ import annotations

import sys
from pathlib import Path

from dure.operate.ports import Answer
from tests.adapters.engines.rigs import NODES, LocalRig


def main(home: str, attempts: int) -> None:
    rig = LocalRig(Path(home))
    for number in range(attempts):
        key = f"dure-0-{number}"
        if rig.shell_on(key, f"echo ran; echo {key} >> {home}.ran; sleep 1", number % NODES).answer == Answer.ACCEPTED:
            print(key, flush=True)
        rig.engine.observe(0, rig.now())
    print("all", flush=True)
    while True:
        rig.engine.observe(0, rig.now())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
