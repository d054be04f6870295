"""`dure twin run`: a scenario, played, as a run folder and a report on the terminal."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from dure import __version__
from dure.cli.context import at_least, put_json, words
from dure.cli.options import Json, Sets, Whole

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from dure.adapters.run_input import Prepared
    from dure.twin.account import Account
    from dure.twin.run import Observer

RUNS = Path("runs")
REASONS_SHOWN = 5

Trace = Annotated[Path | None, Parameter(metavar="FILE", help="jobs to replay, instead of the scenario's; - is standard input")]
TraceFormat = Annotated[
    Literal["auto", "swf", "philly", "csv", "parquet", "sacct"] | None, Parameter(help="format of the trace (default: the scenario's)")
]
Seed = Annotated[Whole | None, Parameter(help="seed of every random draw, instead of the scenario's")]
Jobs = Annotated[Whole | None, Parameter(metavar="N", help="only the first N jobs of a trace, or N drawn ones")]


def run(
    scenario: Annotated[Path, Parameter(help="scenario file to play")],
    /,
    *,
    trace: Trace = None,
    format: TraceFormat = None,
    sets: Sets = (),
    output: Annotated[Path | None, Parameter(name=("--output", "-o"), help="run folder to write (default: runs/NAME)")] = None,
    seed: Seed = None,
    jobs: Jobs = None,
    json: Json = False,
) -> None:
    """Plays the scenario to its horizon, or until the last job has ended, and writes everything that happened."""
    from dure.adapters.outputs import has_folder
    from dure.adapters.run_input import Options, prepare
    from dure.adapters.runs import RunWriter

    if output is not None and output.parent != RUNS:
        has_folder(output)
    at_least("--jobs", jobs)
    at_least("--seed", seed, 0)
    prepared = prepare(scenario, Options(sets, trace, format, seed, jobs))
    compile_if_needed()
    folder = output or RUNS / scenario.stem
    with RunWriter(folder) as writer:
        found = play(prepared, writer.events)
        whole = writer.finish(prepared.plan, found, described(prepared, found))
    if json:
        rest = {key: value for key, value in whole.items() if key != "summary"}
        put_json({**whole["summary"], **rest, "folder": str(folder), "replaced": _utc(writer.replaces_s)})
        return
    show(prepared, folder, whole)
    if writer.replaces_s is not None:
        print(words()("twin.replaced", time=f"{datetime.fromtimestamp(writer.replaces_s).astimezone():%Y-%m-%d %H:%M %Z}"))
    print(words()("twin.next", path=folder))


def _utc(seconds: float | None) -> str | None:
    """The instant at which the run that was replaced had been written."""
    return None if seconds is None else f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"


def play(prepared: Prepared, sink: Callable[[np.ndarray], None]) -> Account:
    """The run itself: rows to the sink and to the ledger, a live view where a person watches."""
    from dure.cli.live import watching
    from dure.ledger.attempts import Gathering
    from dure.twin.account import account
    from dure.twin.run import run as run_twin

    gathering = Gathering(room=len(prepared.plan.jobs) + 1024)

    def take(rows: np.ndarray) -> None:
        gathering.add(rows)
        sink(rows)

    with watching(words(), prepared.title, prepared.start) as observer:
        watched: Observer | None = observer if sys.stderr.isatty() else None
        result = run_twin(prepared.plan, take, watched)
    return account(prepared.plan, result, gathering)


def described(prepared: Prepared, found: Account) -> dict[str, Any]:
    """run.json without the hash: what is known of the input, and the summary."""
    from dure.adapters.run_input import run_json
    from dure.ledger.usage import waits_at_least

    rejected = prepared.rejected_rows
    least = waits_at_least(found.times, found.summary["horizon_s"])
    summary = {**found.summary, **least, "version": __version__, "start": prepared.start}
    summary["jobs_total"] += rejected
    summary["jobs_rejected"] += rejected
    return {**run_json(prepared, __version__), "summary": summary, "services": list(found.services), "funding": found.funding}


def compile_if_needed() -> None:
    """Says so before the one start that compiles: a silent ten seconds look like a hang."""
    from dure.jit import is_cached

    if is_cached("loop.advance"):
        return
    from dure.twin.run import warm_up

    say = words()
    print(say("twin.compiling"), end="", file=sys.stderr, flush=True)
    began = time.monotonic()
    warm_up()
    print(say("twin.compiled", n=round(time.monotonic() - began)), file=sys.stderr)


def show(prepared: Prepared, folder: Path, whole: dict[str, Any]) -> None:
    """The report on the terminal, below it what was rejected and noted, and where everything is."""
    from dure.adapters.run_reader import read_run
    from dure.cli.report import show as show_report
    from dure.present.said import said

    say = words()
    show_report(read_run(folder), words(whole["locale_names"]))
    lines = [say("twin.rejected", n=row["jobs"], reason=said(row["reason"], say)) for row in whole["rejects"]]
    for read in whole["traces"]:
        lines += [say("twin.rejected_rows", n=row["rows"], path=read["path"], reason=said(row["reason"], say)) for row in read["rejects"]]
    for line in lines[:REASONS_SHOWN]:
        print(line)
    if len(lines) > REASONS_SHOWN:
        print(say("twin.more_rejects", n=len(lines) - REASONS_SHOWN))
    for note in whole["notes"]:
        print(say("twin.note", text=said(note, say)))
    print(say("twin.wrote", path=folder, events=whole["events"], hash=whole["hash"][:16]))
