"""A shell beside a running attempt: `python shell.py FOLDER TTY ARGUMENT…` becomes it, on a terminal, in its folder, with its environment.

FOLDER holds `attempt.json`, as the wrapper's does. It leads a session of its own already; opening TTY makes that its terminal. Standard
library only, Python 3.6 or later.
"""

import json
import os
import sys


def main(folder: str, terminal: str, argv: "list[str]") -> None:
    with open(os.path.join(folder, "attempt.json")) as there:
        order = json.load(there)
    first = order["ranks"][0]
    tty = os.open(terminal, os.O_RDWR)
    for at in range(3):
        os.dup2(tty, at)
    if tty > 2:
        os.close(tty)
    os.chdir(str(order["folder"]))
    if first.get("cpus"):
        os.sched_setaffinity(0, first["cpus"])
    env = dict(first["env"])
    try:
        with open(os.path.join(folder, "staged.json")) as there:
            env.update(json.load(there))  # where its data lie, and its environment
    except OSError:
        pass
    env.update(TERM=os.environ.get("TERM", "dumb"), DURE_SHELL="1")
    argv = argv or ["/bin/bash" if os.path.exists("/bin/bash") else "/bin/sh", "-i"]
    try:
        os.execvpe(argv[0], argv, env)
    except OSError as error:
        os.write(2, f"dure: cannot run this program: {error}\n".encode("utf-8", "replace"))
        os._exit(127)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
