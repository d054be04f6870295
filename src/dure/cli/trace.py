"""`dure trace`: what a job trace holds, other forms of it, its demand profile, and jobs drawn from a profile."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from dure.cli.context import at_least, put, put_json, words
from dure.cli.options import Force, Json
from dure.model.errors import InputError, Where

if TYPE_CHECKING:
    from dure.twin.demand import Wanted
    from dure.wire.profile import Profile
    from dure.wire.tables import Origin, TraceRead

File = Annotated[Path, Parameter(help="trace to read; - is standard input")]
Form = Annotated[Literal["auto", "swf", "philly", "csv", "parquet", "sacct"], Parameter(help="format of the trace")]
Unstarted = Annotated[Literal["reject", "keep"], Parameter(help="rows of jobs that never ran: reject them, or keep them with run time 0")]
Timezone = Annotated[str, Parameter(metavar="ZONE", help="zone of times that name none, such as Asia/Seoul or +09:00")]
REJECTS_SHOWN = 3
REJECTS = ("line", "field", "reason", "text")


def info(
    file: File,
    /,
    *,
    format: Form = "auto",
    timezone: Timezone = "UTC",
    unstarted: Unstarted = "reject",
    capacity: Annotated[int | None, Parameter(metavar="N", help="accelerators to hold the demand against")] = None,
    all: Annotated[bool, Parameter(help="list every rejected row")] = False,
    json: Json = False,
) -> None:
    """What the trace asks for, and every row that could not be taken."""
    from dure.adapters.traces import read_trace
    from dure.present.trace_tables import info_json, info_view
    from dure.twin.summary import summarise

    at_least("--capacity", capacity)
    read = read_trace(file, format, unstarted=unstarted, timezone=timezone)
    found = summarise(read.jobs, capacity)
    shown = None if all else REJECTS_SHOWN
    if json:
        put_json(info_json(read, found, shown))
    else:
        put(info_view(read, found, shown, words()))


def convert(
    file: File,
    output: Annotated[Path, Parameter(help="file to write: .csv or .parquet")],
    /,
    *,
    format: Form = "auto",
    timezone: Timezone = "UTC",
    unstarted: Unstarted = "reject",
    jobs: Annotated[int | None, Parameter(metavar="N", help="keep only the first N jobs")] = None,
    rejects: Annotated[Path | None, Parameter(metavar="FILE", help="write the rejected rows as CSV here")] = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Rewrites a trace as the canonical table; what was rejected is counted and can be written too."""
    from dure.adapters.csv_tables import write_csv
    from dure.adapters.outputs import may_write
    from dure.adapters.traces import read_trace
    from dure.adapters.traces_table import write_jobs

    say = words()
    at_least("--jobs", jobs)
    _writable(output, (file,), force)
    if rejects is not None:
        may_write(rejects, (file, output), force=force, header=REJECTS)
    read = read_trace(file, format, unstarted=unstarted, timezone=timezone)
    table = read.jobs[:jobs]
    write_jobs(output, table, outcomes=read.outcomes_stated, origin=_converted(read))
    if rejects is not None:
        write_csv(rejects, REJECTS, [(r.line, r.field, r.reason, r.text) for r in read.rejects])
    if json:
        put_json(
            {"path": str(output), "jobs": len(table), "rejected": len(read.rejects), "notes": list(read.notes), "sha256": table.sha256()}
        )
        return
    print(say("trace.written", count=len(table), file=output))
    print(_rejected(read))
    if rejects is not None:
        print(say("trace.rejects_written", count=len(read.rejects), file=rejects))


def generate(
    output: Annotated[Path, Parameter(help="file to write: .csv or .parquet")],
    /,
    *,
    profile: Annotated[str, Parameter(help="profile of dure, or a file; FILE#NAME picks one of several")] = "national",
    jobs: Annotated[int | None, Parameter(metavar="N", help="how many jobs")] = None,
    per_day: Annotated[str | None, Parameter(metavar="N", help="how many jobs a day")] = None,
    load: Annotated[str | None, Parameter(help="accelerator time asked for, relative to the capacity: 0.95 or 95%")] = None,
    capacity: Annotated[int | None, Parameter(metavar="N", help="accelerators of the reference that --load refers to")] = None,
    span: Annotated[str | None, Parameter(help="time from the first to the last submission")] = None,
    start: Annotated[str | None, Parameter(metavar="DATE", help="date of second 0, UTC")] = None,
    projects: Annotated[int | None, Parameter(metavar="N", help="how many projects to make up")] = None,
    seed: Annotated[int, Parameter(help="seed of every random draw")] = 1,
    force: Force = False,
    json: Json = False,
) -> None:
    """Draws jobs; the same profile, seed and version give the same jobs on every machine."""
    from dure import __version__
    from dure.adapters.profiles import load_profile
    from dure.adapters.traces_table import write_jobs
    from dure.twin.demand import generate as draw
    from dure.twin.summary import summarise
    from dure.wire.tables import Origin

    say = words()
    known = load_profile(profile)
    _writable(output, (Path(profile.partition("#")[0]),), force)
    wanted = _wanted(known, jobs, per_day, load, capacity, span, start, projects, seed)
    table = draw(known, wanted)
    write_jobs(output, table, origin=Origin("simulated", f"drawn from profile {known.name}, seed {seed}"))
    if json:
        drawn = {"path": str(output), "profile": known.name, "source": known.source, "seed": seed, "dure": __version__}
        put_json(drawn | (summarise(table, capacity) if len(table) else {"jobs": 0}))
        return
    print(say("trace.written", count=len(table), file=output))
    print(say("trace.drawn", profile=known.name, source=known.source))
    print(say("trace.seed", seed=seed, version=__version__))


def profile(
    file: File,
    /,
    *,
    format: Form = "auto",
    timezone: Timezone = "UTC",
    name: Annotated[str | None, Parameter(help="name of the profile (default: the file's)")] = None,
    source: Annotated[str, Parameter(help="where the figures come from, for the profile's own record")] = "",
    output: Annotated[
        Path | None, Parameter(name=("--output", "-o"), metavar="FILE", help="file to write (default: standard output)")
    ] = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Measures jobs by size, run time and hour, projects by size, and the calendar of the trace, in at most some 500 rows."""
    import sys

    from dure.adapters.outputs import may_write
    from dure.adapters.profiles import profile_text, write_profile
    from dure.adapters.traces import read_trace
    from dure.twin.measure import measure
    from dure.wire.profile import rows

    say = words()
    if output is not None:
        may_write(output, (file,), force=force)
    read = read_trace(file, format, timezone=timezone)
    title = name or (file.stem.split(".")[0] if str(file) != "-" else "trace")
    found = measure(read.jobs, title, source or f"measured on {file.name} ({read.format}, sha256 {read.sha256[:16]})")
    if output is not None:
        write_profile(output, found)
    if json:
        put_json({"profile": title, "path": str(output) if output else None, "rows": [row._asdict() for row in rows(found)]})
    elif output is None:
        sys.stdout.write(profile_text(found))
    else:
        shape = {"rows": len(rows(found)), "classes": len(found.classes), "periods": len(found.periods)}
        print(say("trace.profile_text", **shape, period=say.duration(found.period_s)))
        print(_rejected(read))


def _wanted(
    known: Profile,
    jobs: int | None,
    per_day: str | None,
    load: str | None,
    capacity: int | None,
    span: str | None,
    start: str | None,
    projects: int | None,
    seed: int,
) -> Wanted:
    from dure.twin.demand import Wanted, even_projects
    from dure.wire.quantity import duration_s, instant_s, number_micro, ratio_ppm

    say = words()
    named = [value for value in (jobs, per_day, load) if value is not None]
    if len(named) > 1 or (not named and not known.periods) or (load is not None) != (capacity is not None):
        raise InputError(say("trace.how_many"), remedy=say("trace.how_many_remedy"))
    for option, value in (("--jobs", jobs), ("--capacity", capacity), ("--projects", projects)):
        at_least(option, value)
    at_least("--seed", seed, 0)
    more: dict[str, Any] = {
        "jobs": jobs,
        "per_day_micro": _asked(number_micro, per_day, "--per-day"),
        "load_ppm": _asked(ratio_ppm, load, "--load"),
        "capacity_milli": (capacity or 0) * 1000,
        "span_s": _asked(duration_s, span, "--span") or 0,
        "epoch_s": _asked(instant_s, start, "--start"),
        "projects": even_projects(projects) if projects else (),
        "seed": seed,
    }
    return Wanted(**more)


def _asked(parse: Any, text: str | None, option: str) -> int | None:
    from dure.wire.quantity import QuantityError

    if text is None:
        return None
    try:
        return int(parse(text))
    except QuantityError as error:
        raise InputError(error.what, where=Where(field=option), remedy=error.remedy) from None


def _writable(output: Path, reads: tuple[Path, ...], force: bool) -> None:
    from dure.adapters.outputs import may_write

    if output.suffix not in (".csv", ".parquet"):
        raise InputError(words()("trace.bad_name", file=str(output)), remedy=words()("trace.bad_name_remedy"))
    may_write(output, reads, force=force)


def _converted(read: TraceRead) -> Origin:
    """Jobs that dure drew stay drawn, whatever form they take."""
    from dure.wire.tables import Origin

    return read.origin if read.origin.how else Origin(read.origin.word, f"converted from {_shown_name(read.path)} ({read.format})")


def _rejected(read: TraceRead) -> str:
    say = words()
    return say("trace.rejects", count=len(read.rejects)) if read.rejects else say("trace.no_rejects")


def _shown_name(path: str) -> str:
    return "standard input" if path == "-" else Path(path).name
