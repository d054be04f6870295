"""Act 5, for real: programs of this machine on two sites, and the broker killed while they run."""

from __future__ import annotations

import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from dure.cli.demo_stage import Stage
from dure.model.units import MILLI
from dure.present.acts import Act


def real(stage: Stage, act: Act) -> None:
    """Six processes, `kill -9` with those running that fit, and what both witnesses say afterwards. Every figure is measured here."""
    from dure.adapters.store.bundle import write_bundle
    from dure.adapters.store.engine import connect
    from dure.bootstrap.trial import known_pools, trial

    say = stage.say
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="dure-") as scratch:
        found = trial(Path(scratch))
        stage.bundle = stage.folder / "real.zip"
        write_bundle(connect(f"sqlite:///{scratch}/store.db"), stage.bundle, None, int(time.time()) + 1, known_pools())
    seen = found.witnessed
    kept = seen.kept and not found.programs_twice
    outcome = say("validate.yes" if kept else "validate.no")
    twice = seen.run_twice + found.programs_twice
    act.lines += [
        say("demo.real.what", jobs=seen.jobs),
        say("demo.real.kill", running=found.running, s=round(found.restart_s, 1))
        + " "
        + say("demo.real.kept", lost=seen.lost, twice=twice, charged=seen.charged_twice // MILLI)
        + f" {outcome} ({say('word.measured')})",
        say("demo.real.charged", seconds=seen.charged // MILLI, differs=seen.differs // MILLI, line=found.last_line),
    ]
    act.note = say("demo.seconds", s=round(time.monotonic() - began, 1))
    stage.figures["real"] = asdict(seen) | {"running_when_killed": found.running, "back_s": round(found.restart_s, 2)}
