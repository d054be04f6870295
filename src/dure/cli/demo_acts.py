"""The acts of the demo that are built: 3 RUN, the plant of 4 GWANGJU and the twin's half of 6 PROVE IT."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dure.cli.demo_stage import CHECKED_TWICE, LOSSES_NAMED, Stage
from dure.model.reasons import CAUSES

GWANGJU = "gwangju.yaml"
STRIP = 32

if TYPE_CHECKING:
    from dure.present.acts import Act
    from dure.present.words import Words
    from dure.wire.runs import RunFolder


def run(stage: Stage, act: Act) -> None:
    """Act 3: the scenario to its horizon, its run folder, both rates and where the rest went."""
    from dure.adapters.run_input import Options, prepare
    from dure.adapters.run_reader import read_run
    from dure.adapters.runs import RunWriter
    from dure.cli.twin import described, play

    say = stage.say
    began = time.monotonic()
    prepared = prepare(stage.scenario, Options(trace=stage.trace))
    with RunWriter(stage.folder / "run") as writer:
        started = time.monotonic()
        found = play(prepared, writer.events)
        played_s = time.monotonic() - started
        writer.finish(prepared.plan, found, described(prepared, found))
    stage.run = folder = read_run(stage.folder / "run")
    summary = folder.summary
    speed = len(prepared.plan.jobs) / max(played_s, 1e-3)
    sites = len(prepared.loaded.scenario.sites)
    act.lines += [
        say("demo.run.size", sites=sites, length=say.duration(summary["horizon_s"]), jobs=say.count(summary["jobs_total"])),
        rates_line(folder, say),
        losses_line(folder, say),
    ]
    act.note = say("demo.took", s=round(time.monotonic() - began, 1), speed=say.compact(round(speed)))
    stage.figures["summary"] = dict(summary)
    stage.figures["jobs_per_s"] = round(speed)


def gwangju(stage: Stage, act: Act) -> None:
    """Act 4: a plant of which a part has no operating money: the most that can run, and what a month of demand makes of it."""
    from dure.adapters.run_input import Options, prepare
    from dure.cli.demo_plan import relit, short_of_money
    from dure.cli.examples import example
    from dure.cli.twin import play

    say = stage.say
    began = time.monotonic()
    prepared = prepare(example(GWANGJU), Options())
    summary = play(prepared, lambda rows: None).summary
    powered = summary["waterfall"]["powered_s"] / summary["waterfall"]["contracted_s"]
    filled = round(powered * STRIP)
    ceiling = say("demo.gwangju.ceiling", share=say.percent(powered), published=say.percent(0.5, 0))
    act.lines += [
        say("demo.gwangju.plant"),
        f"{'█' * filled}{'░' * (STRIP - filled)}  {ceiling}",
        f"{say('demo.gwangju.month')} {' · '.join(_rates(summary, say))} ({say('word.simulated')})",
        relit(stage),
        short_of_money(stage, prepared.plan),
    ]
    act.note = say("demo.seconds", s=round(time.monotonic() - began, 1))
    stage.figures["gwangju"] = dict(summary)


def _rates(summary: Mapping[str, Any], say: Words) -> list[str]:
    """Both rates, always together."""
    return [f"{say(f'headline.{key}')} {say.percent(summary[key])}" for key in ("operating_rate", "occupancy")]


def rates_line(folder: RunFolder, say: Words) -> str:
    """Both rates together, and how long a project waited from its first submission to its first running job."""
    from dure.present.access_tables import first_job_s

    parts = _rates(folder.summary, say)
    parts.append(say("demo.run.first_job", time=say.duration(first_job_s(folder.access, "first_submit_s"))))
    return f"{' · '.join(parts)} ({say('word.simulated')})"


def losses_line(folder: RunFolder, say: Words) -> str:
    """The largest losses by name, the others together, and that with what was productive they make the whole, to the second."""
    waterfall = folder.summary["waterfall"]
    whole = waterfall["contracted_s"]
    lost = sorted(((waterfall[cause.column], cause.name) for cause in CAUSES), key=lambda pair: -pair[0])
    named = [f"{say.cause(name)} {say.percent(seconds / whole)}" for seconds, name in lost[:LOSSES_NAMED] if seconds]
    rest = sum(seconds for seconds, _ in lost[LOSSES_NAMED:])
    if rest:
        named.append(say("demo.run.others", share=say.percent(rest / whole)))
    adds_up = sum(seconds for seconds, _ in lost) + waterfall["productive_s"] == whole
    productive = say("demo.run.productive", share=say.percent(waterfall["productive_s"] / whole))
    outcome = say("validate.yes" if adds_up else "validate.no")
    return f"{say('demo.run.lost')} {' · '.join(named)} {productive} {outcome} ({say('word.simulated')})"


def prove(stage: Stage, act: Act) -> None:
    """Act 6, the twin's half: the rate again by SQL, twin against live broker, the same seed twice, figures by kind."""
    from dure.cli.examples import example
    from dure.cli.live_run import a_day

    say = stage.say
    began = time.monotonic()
    assert stage.run is not None
    act.lines.append(strangers_check(stage))
    by_ledger = stage.run.summary["operating_rate"]
    by_sql = operating_rate_by_sql(stage.run)
    digits = [say.percent(rate, 4) for rate in (by_sql, by_ledger)]
    same = digits[0] == digits[1]
    act.lines.append(say("demo.prove.sql", ours=digits[0], theirs=digits[1]) + f" {say('validate.yes' if same else 'validate.no')}")
    day = a_day(example(CHECKED_TWICE))
    outcome = say("validate.yes" if day.decisions == day.same else "validate.no")
    act.lines.append(f"{say('demo.prove.live', **day._asdict(), rest=day.jobs - day.placed)} {outcome}")
    stage.figures["day"] = day._asdict()
    one, other = (hash_of_a_run() for _ in range(2))
    act.lines.append(say("demo.prove.seed", hash=one[:12]) + f" {say('validate.yes' if one == other else 'validate.no')}")
    counts = figures_by_word(stage.run, say)
    stage.figures["figures"] = counts
    act.lines.append(
        say("demo.prove.figures") + " " + " · ".join(f"{say(f'word.{word}')} {say.count(n)}" for word, n in counts.items() if n)
    )
    act.note = say("demo.seconds", s=round(time.monotonic() - began, 1))


def strangers_check(stage: Stage) -> str:
    """What `verify.py`, which shares nothing with the ledger, makes of the log of act 5."""
    import subprocess
    import sys

    import dure.verify

    assert stage.bundle is not None
    done = subprocess.run([sys.executable, "-I", dure.verify.__file__, str(stage.bundle)], capture_output=True, text=True, check=False)
    said = re.search(r"operating rate: (\S+) recomputed, (\S+) claimed", done.stdout)
    ours, theirs = said.groups() if said else ("?", "?")
    outcome = stage.say("validate.yes" if done.returncode == 0 else "validate.no")
    stage.figures["verify"] = {"exit": done.returncode, "said": done.stdout.splitlines()}
    return f"{stage.say('demo.prove.verify', ours=ours, theirs=theirs)} {outcome} ({stage.say('word.measured')})"


def operating_rate_by_sql(folder: RunFolder) -> float | None:
    """Busy device-time added up by SQL over attempts.parquet, over what the tables say was installed; none of the ledger's code."""
    import duckdb

    path = str(Path(folder.path) / "attempts.parquet").replace("'", "''")
    horizon_s = int(folder.summary["horizon_s"])
    query = f"select sum(milli * (coalesce(ended_s, {horizon_s}) - started_s)) from read_parquet('{path}') where started_s is not null"
    with duckdb.connect() as connection:
        ((busy_milli_s,),) = connection.execute(query).fetchall()
    installed_s = folder.fleet["installed_s"]
    return None if busy_milli_s is None or not installed_s else int(busy_milli_s) / (1000 * installed_s)


def hash_of_a_run() -> str:
    """The hash of all event rows of a small scenario, played from its files."""
    from dure.adapters.run_input import Options, prepare
    from dure.adapters.runs import RunWriter
    from dure.cli.examples import example
    from dure.cli.twin import described, play

    with tempfile.TemporaryDirectory() as scratch:
        prepared = prepare(example(CHECKED_TWICE), Options())
        with RunWriter(Path(scratch) / "run") as writer:
            found = play(prepared, writer.events)
            whole: dict[str, Any] = writer.finish(prepared.plan, found, described(prepared, found))
    return str(whole["hash"])


def figures_by_word(folder: RunFolder, say: Words) -> dict[str, int]:
    """How many figures of the report are of each of the four words."""
    from dure.present.report import tables
    from dure.present.tables import Word

    counts = dict.fromkeys((str(word) for word in Word), 0)
    for table in tables(folder, say).values():
        for index, column in enumerate(table.columns):
            word = column.word or table.word
            if word is not None and column.number:
                counts[word] += sum(isinstance(row[index].raw, int | float) for row in table.rows)
    return counts
