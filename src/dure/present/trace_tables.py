"""What `dure trace info` shows: facts, sizes, notes and every kind of reject, as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dure.present.numbers import moment_of
from dure.present.said import said
from dure.present.tables import Cell, Column, Table, Word, share
from dure.present.terminal import grid
from dure.present.words import Words
from dure.wire.tables import TraceRead

if TYPE_CHECKING:
    from rich.console import RenderableType


def info_json(read: TraceRead, found: dict[str, Any], shown: int | None) -> dict[str, Any]:
    """One object: the file, the figures, and the rejects by reason with their first rows (all of them where `shown` is None)."""
    rejects = [
        {
            "reason": group[0].reason,
            "field": group[0].field,
            "count": len(group),
            "rows": [{"line": one.line, "text": one.text} for one in group[:shown]],
        }
        for group in read.rejects_by_reason().values()
    ]
    file: dict[str, Any] = {"path": read.path, "format": read.format, "file_sha256": read.sha256, "rows_read": read.rows_read}
    known = found | ({} if read.outcomes_stated else {"outcomes": None})
    file["origin"] = {"word": read.origin.word, "how": read.origin.how or None}
    return file | known | {"rejected": len(read.rejects), "rejects": rejects, "passed_over": read.passed_over, "notes": list(read.notes)}


def info_view(read: TraceRead, found: dict[str, Any], shown: int | None, say: Words) -> RenderableType:
    """The same for a person."""
    from rich.console import Group
    from rich.table import Table as Grid
    from rich.text import Text

    facts = Grid(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    facts.add_column(no_wrap=True, style="bold")
    facts.add_column(overflow="fold")
    for label, text in _facts(read, found, say):
        facts.add_row(Text(label), Text(text))
    parts: list[RenderableType] = [facts, Text()]
    parts += [line for warning in _warnings(found, say) for line in (Text(warning, style="bold red"), Text())]
    parts += [grid(sizes_table(found, say, drawn=read.origin.word == "simulated"), say), Text()]
    if read.notes:
        parts += [Text(say("trace.notes"), style="bold"), *(Text(f"  {said(note, say)}") for note in read.notes), Text()]
    parts.append(Text(say("trace.rejects", count=len(read.rejects)) if read.rejects else say("trace.no_rejects"), style="bold"))
    parts += [Text(line) for line in _reject_lines(read, shown, say)]
    if read.passed_over:
        parts.append(Text(say("trace.passed_over", count=read.passed_over)))
    return Group(*parts)


def _facts(read: TraceRead, found: dict[str, Any], say: Words) -> list[tuple[str, str]]:
    run_s, span = found["run_s"], say.duration(found["span_s"])
    submitted = say("trace.submitted_relative", span=span)
    if found["epoch_s"]:
        first, last = (moment_of("1970-01-01", found["epoch_s"] + found[key]) for key in ("first_submit_s", "last_submit_s"))
        submitted = say("trace.submitted_text", first=f"{first:%Y-%m-%d %H:%M}", last=f"{last:%Y-%m-%d %H:%M}", span=span)
    hours = say.hours(found["device_s"])
    mean = found["mean_accelerators"]
    rows = [
        (say("trace.file"), say("trace.file_text", path=read.path, format=read.format, jobs=found["jobs"], rows=read.rows_read)),
        (say("trace.origin"), _origin(read, say)),
        (say("trace.submitted"), submitted),
        (
            say("trace.asked"),
            say("trace.asked_once", hours=hours) if mean is None else say("trace.asked_text", hours=hours, mean=say.count(mean)),
        ),
        (say("trace.run"), say("trace.run_text", **{name: say.duration(run_s[name]) for name in ("median", "mean", "p95", "longest")})),
        (say("trace.requests"), say("trace.requests_text", known=found["requests_known"], jobs=found["jobs"])),
        (say("trace.who"), say("trace.who_text", projects=found["projects"], users=found["users"])),
        (say("trace.outcomes"), say("trace.outcomes_text", **found["outcomes"]) if read.outcomes_stated else say("trace.no_outcomes")),
    ]
    if load := found.get("load"):
        rates = {"load": say.percent(load["load_ppm"] / 1e6), "week": say.percent(load["busiest_week_ppm"] / 1e6)}
        rows.append((say("trace.load"), say("trace.load_text", capacity=load["capacity"], **rates)))
    return rows


def _warnings(found: dict[str, Any], say: Words) -> list[str]:
    load = found.get("load")
    if not load:
        return []
    lines = [say("trace.over", capacity=load["capacity"])] if load["over_subscribed"] else []
    if load["jobs_too_large"]:
        lines.append(say("trace.too_large", count=load["jobs_too_large"], capacity=load["capacity"]))
    return lines


def _origin(read: TraceRead, say: Words) -> str:
    """Only a file that dure wrote says where its jobs come from; of any other it is known that somebody recorded them, no more."""
    word, how = read.origin
    if word == "simulated":
        return say("trace.origin_simulated", how=said(how, say))
    return say("trace.origin_converted", how=said(how, say)) if how else say("trace.origin_recorded")


def sizes_table(found: dict[str, Any], say: Words, *, drawn: bool = False) -> Table:
    """Jobs and their time by accelerators asked for; simulated where dure drew them."""
    rows = []
    for row in found["sizes"]:
        size = f"{row['least']:,}" if row["least"] == row["most"] else f"{row['least']:,}–{row['most']:,}"
        jobs, time = share(row["jobs"], found["jobs"]), share(row["device_s"], found["device_s"])
        rows.append(
            (
                Cell(row["least"], size),
                Cell(row["jobs"], say.count(row["jobs"])),
                Cell(jobs, say.percent(jobs)),
                Cell(time, say.percent(time)),
                Cell(row["run_median_s"], say.duration(row["run_median_s"])),
                Cell(row["run_p95_s"], say.duration(row["run_p95_s"])),
            )
        )
    keys = ("size", "jobs", "job_share", "time_share", "run_median", "run_p95")
    columns = tuple(Column(key, say(f"trace.column.{key}")) for key in keys)
    title = say("trace.table.sizes" if drawn else "trace.table.sizes_recorded")
    return Table("sizes", title, columns, tuple(rows), Word.SIMULATED if drawn else None)


def _reject_lines(read: TraceRead, shown: int | None, say: Words) -> list[str]:
    lines = []
    for group in read.rejects_by_reason().values():
        field = f"{group[0].field}: " if group[0].field else ""
        lines.append(f"  {len(group):>7,}  {field}{said(group[0].reason, say)}")
        lines += [f"           {say('trace.reject_line', line=one.line)}: {one.text}" for one in group[:shown]]
    return lines
