"""From what a person wrote to what a site runs: a job spec as the program of an attempt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from dure.operate.ports import DataUse, Launch, Limits, Program, Setup
from dure.wire.jobspec import JobSpec
from dure.wire.scenario_sites import Site
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


class Needs(NamedTuple):
    """What has to be there before it starts."""

    data: tuple[DataUse, ...] = ()
    setup: Setup = Setup()


_NOBODY, _NOTHING = About(), Needs()


def setup_of(spec: JobSpec, site: Site | None) -> Setup:
    """What it brings to run in, else what the site names for its framework."""
    if spec.image is not None:
        return Setup("image", spec.image)
    for kind in ("pip", "conda"):
        if spec.env is not None and getattr(spec.env, kind) is not None:
            return Setup(kind, getattr(spec.env, kind))
    provides = None if site is None else site.provides
    own = None if provides is None or spec.framework is None else provides.environments.get(spec.framework)
    return Setup() if own is None else Setup("given", own)


def program_of(
    spec: JobSpec, files: Mapping[str, bytes], limit_s: int, user: str = "", about: About = _NOBODY, with_: Needs = _NOTHING
) -> Program:
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
        data=with_.data,
        setup=with_.setup,
    )
