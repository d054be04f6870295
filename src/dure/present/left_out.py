"""What a run did not replay, and what its reader noted: no row is dropped without a word."""

from __future__ import annotations

from dure.present.html import table, tag, text
from dure.present.said import said
from dure.present.tables import Cell, Column, Table
from dure.present.words import Words
from dure.wire.runs import RunFolder


def left_out(run: RunFolder, say: Words) -> Table:
    """Rows of traces that are no jobs, and jobs that no pool could run: how many, why, and the first of them."""
    rows = [
        (
            Cell(read["path"], read["path"]),
            Cell(one["rows"], say.count(one["rows"])),
            Cell(one["reason"], said(one["reason"], say)),
            _first_line(one, say),
        )
        for read in run.run.get("traces") or ()
        for one in read["rejects"]
    ]
    for one in run.run.get("rejects") or ():
        ids = ", ".join(str(job) for job in one["first_job_ids"])
        where = Cell("jobs", say("left_out.jobs"))
        rows.append((where, Cell(one["jobs"], say.count(one["jobs"])), Cell(one["reason"], said(one["reason"], say)), Cell(ids, ids)))
    columns = (
        Column("where", say("left_out.where"), number=False),
        Column("count", say("left_out.count")),
        Column("reason", say("left_out.reason"), number=False),
        Column("first", say("left_out.first"), number=False),
    )
    return Table("left_out", say("report.left_out"), columns, tuple(rows), None)


def _first_line(one: dict[str, object], say: Words) -> Cell:
    return Cell(f"{one['first_line']}", f"{say('left_out.line', n=one['first_line'])}: {one['text']}")


def section(run: RunFolder, say: Words, one: Table) -> str:
    """The table, or one sentence that nothing was left out; below it the notes."""
    notes = "".join(tag("li", text(said(note, say))) for note in run.run.get("notes") or ())
    shown = table(one, say, titled=False) if one.rows else tag("p", text(say("left_out.nothing")))
    return shown + (tag("h3", text(say("left_out.notes"))) + tag("ul", notes) if notes else "")
