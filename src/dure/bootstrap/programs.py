"""From what a person wrote to what a site runs: a job spec as the program of an attempt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from dure.operate.ports import Launch, Limits, Program
from dure.wire.jobspec import JobSpec
from dure.wire.wrapper import job_variables

SCRIPT = ".dure-run"
HOLDS = 'echo "held until $(date -u -d @$DURE_ENDS_AT +%FT%TZ); open a shell with: dure ssh $DURE_JOB"; sleep $((DURE_TIME_LIMIT_S - 1))\n'
"""What an interactive job without commands runs: it keeps its devices for shells, and completes when its time is over."""


class About(NamedTuple):
    """Which job it is, as people call it, the pool where it is placed, the task of an array, and attempts before this one."""

    job: str = ""
    pool: str = ""
    task: int | None = None
    restarts: int = 0


_NOBODY = About()


def program_of(spec: JobSpec, files: Mapping[str, bytes], limit_s: int, user: str = "", about: About = _NOBODY) -> Program:
    """`files`: what was packed with the job, by name; `limit_s`: its time limit on the pool where it is placed.

    The text is handed over as a file, never as an argument: it stands in no process list and no shell reads it twice. A text that
    begins with `#!` is a script for the interpreter that it names, any other one is for `sh -e`.
    """
    text = spec.run or HOLDS
    first, _, _ = text.partition("\n")
    command = tuple(first[2:].split()) if first.startswith("#!") and first[2:].split() else ("/bin/sh", "-e")
    return Program(
        command=(*command, SCRIPT),
        launch=Launch(spec.launch),
        user=user,
        environment=tuple(sorted({**spec.variables, **job_variables(spec, *about)}.items())),
        files=(*sorted(files.items()), (SCRIPT, text.encode())),
        limits=Limits(time_s=limit_s),
    )
