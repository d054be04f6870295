"""What the wrapper is told to run: the processes of a placement, their variables, and what they may use.

A program starts with few variables: nothing of the broker's own environment (its passwords, its addresses) reaches a job.
"""

from __future__ import annotations

import os
import pwd
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from dure.adapters.engines.local_devices import Grant, LocalNode, processors, seen_by
from dure.adapters.engines.local_folder import Record, is_inside
from dure.operate.ports import Launch, Placement, Program
from dure.wire.wrapper import Rank, rank_variables, slurm_rank_variables

BEAT_S = 10
"""Seconds between two heartbeats: after a power failure an attempt counts up to the last one."""
STAGE_S = 6 * 3_600
"""What has to come before a program may take so long; its own time counts from then on."""
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PORTS = range(20_000, 30_000)
HERE = "127.0.0.1"
"""Every server of a local site is this machine."""


def unsound(program: Program | None) -> str:
    """What is wrong with a program, in English for the log of the site; empty where nothing is."""
    if program is None or not program.command or not program.command[0]:
        return "no command"
    texts = (*program.command, *(value for _, value in program.environment), program.folder)
    if any("\0" in text for text in texts):
        return "a zero byte in a text"
    for name, _ in program.environment:
        if not _VARIABLE.fullmatch(name):
            return f"{name!r} is not the name of a variable"
    for name, _ in program.files:
        if not is_inside(name):
            return f"{name!r} leads out of the working folder"
    if program.user not in ("", own_account()):
        return f"no account for {program.user!r} here"
    if program.folder and not os.path.isabs(program.folder):
        return "the working folder is not an absolute path"
    limits = program.limits
    if min(limits.time_s, limits.memory_bytes, limits.cpu_s, limits.files, limits.processes, program.grace_s) < 0:
        return "a limit below 0"
    return ""


def order_of(
    key: str,
    placement: Placement,
    program: Program,
    grants: Sequence[Sequence[Grant]],
    nodes: Mapping[int, LocalNode],
    folder: Path,
    before: Sequence[str] = (),
) -> Record:
    """The record of an attempt. `grants` by node of the placement, in its order; `folder`: where the attempt's folder is going to be.

    `before`: what begins the command of each process, where something has to come before its program.
    """
    limits, checkpoint, work = program.limits, str(folder / "checkpoint"), program.folder or str(folder / "work")
    known = {"DURE_JOB": str(placement.job), "SLURM_JOB_ID": str(placement.job)}
    ours = {
        "DURE_KEY": key,
        "DURE_ATTEMPT": str(placement.attempt),
        "DURE_CHECKPOINT": checkpoint,
        "DURE_NOTICE": str(folder / "notice.json"),
        "DURE_TIME_LIMIT_S": str(limits.time_s),
        "DURE_FOLDER": work,
        "SLURM_SUBMIT_DIR": work,
    }
    ranks = []
    hosts = (HERE,) * len(grants)
    port = _PORTS[placement.attempt % len(_PORTS)]
    for node_rank, local_rank, local_size, each in _started(program.launch, grants):
        node = nodes[each[0][0]]
        shown = tuple(int(node.devices[device]) for _, device, _ in each)
        only = 1 if program.launch == Launch.FIRST else 0
        one = Rank(hosts, node_rank, len(grants[node_rank]), local_size, local_rank, shown, node.stack, port, only)
        places = rank_variables(one) | slurm_rank_variables(one)
        environment = _base() | known | dict(program.environment) | ours | places | seen_by(node, each)
        ranks.append({"argv": [*before, *program.command], "env": environment, "cpus": processors(node, each)})
    return {
        "key": key,
        "job": placement.job,
        "attempt": placement.attempt,
        "devices": [grant for each in grants for grant in each],
        "ranks": ranks,
        "folder": work,
        "checkpoint": checkpoint,
        "limit_s": limits.time_s,
        "stage_s": STAGE_S if before else 0,
        "grace_s": program.grace_s,
        "beat_s": BEAT_S,
        "limits": {name: getattr(limits, name) for name in ("memory_bytes", "cpu_s", "files", "processes")},
    }


def own_account() -> str:
    """The account under which everything runs here: the broker's."""
    return pwd.getpwuid(os.getuid()).pw_name


def _base() -> dict[str, str]:
    user = pwd.getpwuid(os.getuid())
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    return {"PATH": path, "HOME": user.pw_dir, "USER": user.pw_name, "LOGNAME": user.pw_name, "SHELL": "/bin/sh", "LANG": "C.UTF-8"}


def _started(launch: Launch, grants: Sequence[Sequence[Grant]]) -> list[tuple[int, int, int, Sequence[Grant]]]:
    """(node, process of the node, processes of the node, devices that it sees) of each process."""
    if launch == Launch.FIRST:
        return [(0, 0, 1, grants[0])]
    if launch == Launch.NODE:
        return [(node, 0, 1, each) for node, each in enumerate(grants)]
    return [(node, local, len(each), [grant]) for node, each in enumerate(grants) for local, grant in enumerate(each)]
