"""`dure rate`: an operator's first command: what did happen on a cluster that dure does not run, from its own accounting."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from dure.cli.context import at_least, put, put_json, width, words
from dure.cli.options import Csv, Force, Xlsx
from dure.cli.table_files import inputs_about, may_write_tables, write_tables
from dure.model.errors import InputError, Where

if TYPE_CHECKING:
    from dure.adapters.rate_input import RateInput
    from dure.ledger.observed import Happened, Window
    from dure.ledger.rate import Rated
    from dure.present.rate_run import RatePage
    from dure.present.words import Words

    Notes = list[tuple[str, dict[str, Any]]]


def rate(
    records: Annotated[Path, Parameter(help="what sacct -aPD printed; - is standard input")],
    /,
    *,
    nodes: Annotated[
        Path | None, Parameter(metavar="FILE", help="list of nodes: scontrol show node -o, sinfo -N, --json of either, CSV or YAML")
    ] = None,
    events: Annotated[
        list[Path] | None,
        Parameter(metavar="FILE", help="what sacctmgr -P show event (or reservation) printed; may be named several times"),
    ] = None,
    from_: Annotated[
        str | None,
        Parameter(name="--from", metavar="TIME", help="begin of the time to rate, like 2026-10-01 (default: where the records begin)"),
    ] = None,
    to: Annotated[str | None, Parameter(metavar="TIME", help="end of it, like 2026-11-01 (default: where the records end)")] = None,
    zone: Annotated[str, Parameter(metavar="ZONE", help="zone of times that name none: sacct prints the clock on its wall")] = "Asia/Seoul",
    complete: Annotated[bool, Parameter(help="assume that every job between --from and --to is in the file")] = False,
    assume_up: Annotated[bool, Parameter(help="assume that nodes were up whenever nothing else is known")] = False,
    top: Annotated[int, Parameter(metavar="N", help="how many names of each list to show")] = 10,
    name: Annotated[str | None, Parameter(help="name of the cluster, for the title")] = None,
    output: Annotated[
        Path | None, Parameter(name=("--output", "-o"), metavar="FILE", help="write one self-contained HTML file here")
    ] = None,
    csv: Csv = None,
    xlsx: Xlsx = None,
    force: Force = False,
    json: Annotated[bool, Parameter(help="print one JSON object instead of text")] = False,
) -> None:
    """Both rates, the waterfall, who used what and the waits; what records do not tell is unobserved or unknown, never 0."""
    from dure.adapters.outputs import may_write_page
    from dure.adapters.rate_input import read_input
    from dure.adapters.traces_zone import in_zone
    from dure.present.rate_page import as_json, view
    from dure.present.rate_run import RateWords
    from dure.present.rate_tables import tables

    at_least("--top", top)
    reads = [one for one in (records, nodes, *(events or ())) if one is not None]
    if output is not None:
        may_write_page(output, reads, force=force)
    may_write_tables(xlsx, csv, reads, force=force)
    with in_zone(zone) as clock:
        read = read_input(records, nodes, events or [])
        page = _page(read, name or _name(records), zone, clock, (from_, to), complete=complete, assume_up=assume_up, top=top)
    say = RateWords(words().lang)
    wrote = [] if output is None else [_html(page, say, output)]
    about = inputs_about(page.name, page.inputs, (), say)
    wrote += write_tables(tables(page, say), about, xlsx, csv, say, reads=reads, force=force)
    if json:
        put_json({**as_json(page, say), "wrote": wrote})
        return
    if not wrote:
        put(view(page, say, width()))
    for path in wrote:
        print(say("report.wrote", path=path))


def _name(records: Path) -> str:
    """The name of the file: not a part of it, of which nobody knows where it comes from."""
    return records.name if str(records) not in ("-", "./-") else "sacct"


def _html(page: RatePage, say: Words, path: Path) -> str:
    from dure.adapters.files import write_text
    from dure.adapters.render import svg
    from dure.present.rate_page import page_html, pictures

    write_text(path, page_html(page, say, {key: svg(one.spec) for key, one in pictures(page, say).items()}))
    return str(path)


def _page(
    read: RateInput, name: str, zone: str, clock: tzinfo, asked: tuple[str | None, str | None], *, complete: bool, assume_up: bool, top: int
) -> RatePage:
    from dure.adapters.sacct_times import days
    from dure.ledger.observed import happened
    from dure.ledger.rate import rated
    from dure.present.rate_run import RatePage
    from dure.present.tables import Word

    window = _window(read, asked, complete=complete, states_known=read.events_given or assume_up)
    dates = tuple(days(window.from_s, window.to_s))
    found = None if read.nodes is None else happened(read.recorded.jobs, read.nodes.places, read.spells, window)
    figures = rated(read.recorded, found, window)
    notes = _notes(read, figures, found, window, zone, clock, complete=complete, assume_up=assume_up)
    return RatePage(
        name=name,
        rated=figures,
        window=window,
        days=dates,
        zone=zone,
        begin=_clock(window.from_s, clock),
        end=_clock(window.to_s, clock),
        states_known=window.states_known,
        word=Word.SIMULATED if read.origin.word == "simulated" else Word.MEASURED,
        made_up=read.origin.how if read.origin.word == "simulated" else "",
        notes=tuple(notes),
        rejects=tuple(_rejects(read)),
        inputs=read.inputs,
        top=top,
    )


def _clock(at: int, clock: tzinfo) -> str:
    return datetime.fromtimestamp(at, UTC).astimezone(clock).replace(tzinfo=None).isoformat(timespec="seconds")


def _asked(text: str | None, option: str) -> int | None:
    from dure.adapters.traces_cells import instant

    found = None if text is None else instant(text.strip())
    if isinstance(found, str):
        raise InputError(f"{text!r} is no date", where=Where(field=option), remedy="write 2026-10-01 or 2026-10-01T09:00")
    return found


def _window(read: RateInput, asked: tuple[str | None, str | None], *, complete: bool, states_known: bool) -> Window:
    """What was asked for, else what the records reach; bins are days of the zone."""
    from dure.adapters.sacct_times import days
    from dure.ledger.observed import Window

    begin, end = _asked(asked[0], "--from"), _asked(asked[1], "--to")
    reach = read.recorded.reach
    if complete and (begin is None or end is None):
        raise InputError("--complete holds for a span", where=Where(field="--complete"), remedy="write --from and --to, as sacct was asked")
    if reach is None and (begin is None or end is None):
        remedy = "write --from and --to; with --complete if sacct was asked for that span"
        raise InputError("the records do not say which time they are of", where=Where(read.inputs[0][0]), remedy=remedy)
    first = begin if begin is not None else reach[0] if reach else 0
    last = end if end is not None else reach[1] if reach else 0
    if first >= last:
        what = "--from is not before --to" if begin is not None and end is not None else "the time asked for is outside the records"
        raise InputError(
            what, where=Where(field="--from"), remedy="write a span that the records hold, such as --from 2026-10-01 --to 2026-11-01"
        )
    if (last - first) // 86_400 > 3_660:
        raise InputError("the time asked for is longer than ten years", where=Where(field="--from"), remedy="write a shorter span")
    covered = (first, last) if complete else reach or (first, first)
    return Window(first, last, tuple(at for at, _ in days(first, last)), covered, states_known)


def _notes(
    read: RateInput, figures: Rated, found: Happened | None, window: Window, zone: str, clock: tzinfo, *, complete: bool, assume_up: bool
) -> Notes:
    """What the records tell and what not, most important first."""
    reach = [_clock(at, clock).replace("T", " ") for at in window.reach]
    notes: Notes = []
    if found is None:
        notes.append(("no_nodes", {}))
    elif not window.states_known:
        notes.append(("no_events", {}))
    elif assume_up and not read.events_given:
        notes.append(("assumed_up", {}))
    told = ("reach", {"begin": reach[0], "end": reach[1]}) if read.recorded.reach else ("no_reach", {})
    notes.append(("complete", {}) if complete else told)
    if found is not None:
        notes += _of_nodes(figures)
    if read.rejects:
        notes.append(("rejected", {"count": len(read.rejects)}))
    counts = read.recorded.counts
    notes += [(key, {"count": counts[key]}) for key in ("open", "repeated", "submitted_after_start", "other_length") if counts[key]]
    if figures.suspended_s:
        notes.append(("suspended", {"device_s": figures.suspended_s}))
    lost = [one for used in figures.used["state"].values() for one in (used.rework_s, used.job_error_s) if one]
    notes += [("checkpoints", {})] if lost else []
    jobs = read.recorded.jobs
    if "user" in read.columns and len(jobs) > 1 and len(jobs.users) == 1:
        notes.append(("one_user", {}))
    if 0 < len(jobs) == len(set(jobs.job.tolist())):
        notes.append(("restarted", {"count": counts["restarted"]}) if counts["restarted"] else ("no_duplicates", {}))
    notes += [(f"no_{key}", {}) for key in ("eligible", "reason") if key not in read.columns]
    notes += [(key, {"count": counts[key]}) for key in ("never_started", "without_accelerators", "steps") if counts[key]]
    notes += [("events_passed", {"count": read.events_passed})] if read.events_passed else []
    notes += [("slurm_knows_not", {})] if found is not None else []
    return [*notes, ("zone", {"zone": zone})]


def _of_nodes(figures: Rated) -> Notes:
    notes: Notes = []
    if figures.overlap_s:
        notes.append(("overlap", {"device_s": figures.overlap_s, "nodes": [one.node for one in figures.nodes if one.overlap_s]}))
    if figures.outside_s:
        away = [name for name in figures.outside_s if name]
        notes.append(("outside", {"device_s": sum(figures.outside_s.values()), "nodes": away or ["-"]}))
    if figures.busy_while_failed_s:
        notes.append(("while_failed", {"device_s": figures.busy_while_failed_s}))
    idle = [one.node for one in figures.nodes if one.contracted_s and not one.busy_s]
    if idle:
        notes.append(("never_used", {"count": len(idle), "nodes": idle}))
    return notes


def _rejects(read: RateInput) -> list[tuple[str, int, int, str]]:
    """By reason: how many, the line and the text of the first."""
    found: dict[str, tuple[int, int, str]] = {}
    for one in read.rejects:
        key = f"{one.field}: {one.reason}" if one.field else one.reason
        count, line, text = found.get(key, (0, one.line, one.text))
        found[key] = (count + 1, line, text)
    return [(key, *rest) for key, rest in sorted(found.items(), key=lambda item: (-item[1][0], item[0]))]
