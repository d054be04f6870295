"""A job spec as the program of an attempt, run for real."""

from __future__ import annotations

from pathlib import Path

import pytest

from dure.bootstrap.programs import About, program_of
from dure.model.events import Outcome
from dure.operate.ports import Launch
from dure.wire.jobspec import JobSpec
from tests.adapters.engines.rigs import LocalRig

HOSTILE = "$(touch injected); `touch injected` 'x' \"y\" && touch injected"


@pytest.mark.parametrize(
    ("run", "outcome", "said"),
    [
        ('cat train.txt; printf "%s\\n" "$LR"; false; echo never', Outcome.FAILED, f"data\n{HOSTILE}\n"),
        ('#!/usr/bin/env -S sh -x\nprintf "%s\\n" "$LR" 2> /dev/null; exit 0', Outcome.COMPLETED, None),
        ("#!/bin/cat\nas it is", Outcome.COMPLETED, "#!/bin/cat\nas it is"),
    ],
)
def test_it_runs(run: str, outcome: Outcome, said: str | None, tmp_path: Path) -> None:
    rig = LocalRig(tmp_path / "site")
    spec = JobSpec.model_validate({"name": "hello", "time": "1m", "run": run, "variables": {"LR": HOSTILE}})
    rig.run("dure-0-1", program_of(spec, {"train.txt": b"data\n"}, limit_s=60))
    assert rig.ended("dure-0-1").cause == outcome
    assert said is None or rig.log("dure-0-1") == said
    assert not list(tmp_path.rglob("injected"))


def test_what_a_spec_says_is_handed_over() -> None:
    spec = JobSpec.model_validate(
        {"name": "hello", "time": "1m", "run": "true", "launch": "accelerator", "variables": {"B": "2", "A": "1"}}
    )
    program = program_of(spec, {"x": b"1"}, limit_s=77, user="kim")
    assert (program.launch, program.limits.time_s, program.user) == (Launch.ACCELERATOR, 77, "kim")
    assert program.environment[:2] == (("A", "1"), ("B", "2"))
    about = dict(program_of(spec, {}, limit_s=77, about=About("j12", "north/a", None, 3)).environment)
    assert (about["DURE_JOB"], about["DURE_POOL"], about["DURE_RESTARTS"], about["SLURM_JOB_ID"]) == ("j12", "north/a", "3", "12")
    assert program.files == (("x", b"1"), (".dure-run", b"true"))
    assert "true" not in program.command
