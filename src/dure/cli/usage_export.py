"""`dure usage export`: what a run used, in the forms that other programs read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from dure.cli.context import put_json, words
from dure.cli.options import Force, Json
from dure.model.errors import InputError, Where

if TYPE_CHECKING:
    from datetime import tzinfo

    from dure.adapters.usage_export import Usage

NODES = ("node", "accelerators", "model")


def export(
    run: Annotated[Path | None, Parameter(help="run folder that `dure twin run` wrote; absent: what the service has recorded")] = None,
    /,
    *,
    format: Annotated[Literal["csv", "swf", "sacct"], Parameter(help="a row an attempt (csv, sacct), or a row a job (swf)")] = "csv",
    output: Annotated[
        Path | None, Parameter(name=("--output", "-o"), metavar="FILE", help="file to write (default: standard output)")
    ] = None,
    nodes: Annotated[Path | None, Parameter(metavar="FILE", help="write the list of nodes for dure rate --nodes here")] = None,
    events: Annotated[Path | None, Parameter(metavar="FILE", help="write failures and maintenance for dure rate --events here")] = None,
    project: Annotated[str | None, Parameter(metavar="NAME", help="only this project")] = None,
    month: Annotated[str | None, Parameter(metavar="YYYY-MM", help="only this month of Korea")] = None,
    zone: Annotated[str, Parameter(metavar="ZONE", help="clock of the sacct form, such as Asia/Seoul or +09:00")] = "Asia/Seoul",
    force: Force = False,
    json: Json = False,
) -> None:
    """Simulated use says so in its first line, and stays simulated wherever it is read. Of a service: every run that you may see."""
    import sys

    from dure.adapters.csv_tables import write_csv
    from dure.adapters.files import write_text
    from dure.adapters.outputs import may_write
    from dure.adapters.run_reader import read_run
    from dure.adapters.traces_zone import zone_of
    from dure.adapters.usage_export import CSV, events_table, fractions, nodes_csv, read_usage, text_of

    say = words()
    if json and output is None:
        raise InputError(say("usage.json_file"), where=Where(field="--json"), remedy=say("usage.json_file_remedy"))
    header = {output: CSV if format == "csv" else None, nodes: NODES, events: None}
    for path in (output, nodes, events):
        if path is not None:
            own = [] if run is None else [one for one in run.rglob("*") if one.is_file()]
            may_write(path, own, force=force, header=header[path])
    clock = zone_of(zone)
    if run is None and (nodes is not None or events is not None):
        raise InputError(say("usage.of_runs"), where=Where(field="--nodes" if nodes else "--events"), remedy=say("usage.of_runs_remedy"))
    if run is not None and (project is not None or month is not None):
        raise InputError(
            say("usage.of_service"), where=Where(field="--project" if project else "--month"), remedy=say("usage.of_service_remedy")
        )
    usage = _served(project, month) if run is None else read_usage(run, read_run(run))
    text = _text(usage, format, clock)
    wrote = [str(path) for path in (output, nodes, events) if path is not None]
    if output is not None:
        write_text(output, text)
    if nodes is not None:
        write_csv(nodes, NODES, nodes_csv(usage))
    if events is not None:
        write_text(events, text_of(events_table(usage, clock)))
    rounded = fractions(usage) if format == "sacct" else 0
    if json:
        put_json({"format": format, "attempts": len(usage.attempts), "jobs": len(usage.jobs), "rounded_up": rounded, "wrote": wrote})
        return
    if output is None:
        sys.stdout.write(text)
    for one in wrote:
        print(say("report.wrote", path=one), file=sys.stdout if output is not None else sys.stderr)
    if rounded:
        print(say("usage.rounded", count=rounded), file=sys.stderr)


def _served(project: str | None, month: str | None) -> Usage:
    """Every run of the service that may be seen, page by page."""
    from dure.adapters.usage_service import usage_of
    from dure.cli.remote import client
    from dure.wire import books_api as api

    asked = [(name, text) for name, text in (("project", project), ("month", month)) if text is not None]
    runs: list[api.RunUse] = []
    with client() as one:
        found = one.get("/usage/runs", api.RunsUsed, asked)
        runs += found.runs
        while found.next is not None:
            found = one.get("/usage/runs", api.RunsUsed, [*asked, ("before", str(found.next))])
            runs += found.runs
        return usage_of(runs, found.at, one.url)


def _text(usage: Usage, format: str, clock: tzinfo) -> str:
    import csv
    import io

    from dure.adapters.usage_export import CSV, as_csv, as_sacct, as_swf, text_of

    if format == "swf":
        return text_of(as_swf(usage))
    if format == "sacct":
        return text_of(as_sacct(usage, clock))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CSV)
    writer.writerows(["" if cell is None else cell for cell in row] for row in as_csv(usage))
    return out.getvalue()
