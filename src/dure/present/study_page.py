"""A study as one HTML file without network or script, and the same on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dure import __version__
from dure.present.assumed_lines import assumed_html
from dure.present.document import Section, document
from dure.present.html import figure, items, table, tag, text
from dure.present.layout import hanging
from dure.present.study_charts import pictures
from dure.present.study_tables import Row, assumptions, beside, candidate, comparison, failures, points, refused_work, statement, tables
from dure.present.tables import Table, Word
from dure.present.words import Words

if TYPE_CHECKING:
    from rich.console import RenderableType

NO_PICTURES: Mapping[str, str] = {}
SIDE_BY_SIDE_MOST = 4
"""More candidates than so many are rows of a table, not columns."""


def view(rows: Sequence[Row], say: Words, width: int) -> RenderableType:
    """The study for a terminal of `width` columns."""
    from rich.console import Group

    return Group(*_parts(rows, say, width))


def _parts(rows: Sequence[Row], say: Words, width: int) -> Iterator[RenderableType]:
    from rich.text import Text

    from dure.present.terminal import grid

    found = [one for one in rows if "failed" not in one]
    for number, row in enumerate(found if len(rows) <= SIDE_BY_SIDE_MOST else ()):
        name = row["title"] if len(rows) == 1 else f"{row['title']} · {candidate(row, say)}"
        yield Text(f"{chr(10) if number else ''}{name} · {say('study.kind')} ({say('word.simulated')})", style="bold")
        for one in statement(row, say):
            yield Text(hanging(one, width))
        for made in tables(row, say)[: None if len(rows) == 1 else 1]:
            if made.rows:
                yield Text("")
                yield grid(made, say)
    if len(rows) > 1:
        yield Text("")
        yield grid(_beside(rows, say), say)
        for one in beside(rows, say):
            yield Text(hanging(one, width))
    for one in failures(rows, say):
        yield Text(hanging(one, width))
    said = assumptions(rows)
    if said:
        yield Text("")
        yield Text(hanging(say("study.assumptions", n=len(said)), width))


def _beside(rows: Sequence[Row], say: Words) -> Table:
    return comparison(rows, say) if len(rows) <= SIDE_BY_SIDE_MOST else points(rows, say)


def page_html(rows: Sequence[Row], say: Words, svg: Mapping[str, str] = NO_PICTURES) -> str:
    """The whole file; `svg` holds rendered `study_charts.pictures` by their keys."""
    alts = {key: one.alt for key, one in pictures(rows, say).items()} if svg else {}

    def shown(key: str, made: Table, *, titled: bool = True) -> str:
        if key not in svg:
            return table(made, say, titled=titled)
        return figure(svg[key], replace(made, key=key), say, alts[key], say("report.table_of", title=made.title))

    found = [one for one in rows if "failed" not in one]
    name = say.name(found[0]["title"], "plan") if found else rows[0]["name"]
    sections = [("assumptions", say("study.title.assumptions"), assumed_html(assumptions(rows), say))] if assumptions(rows) else []
    if len(rows) > 1:
        sections.append(
            (
                "comparison",
                say(f"study.title.{_beside(rows, say).key}"),
                shown("candidates", _beside(rows, say), titled=False) + items(beside(rows, say)),
            )
        )
    for number, row in enumerate(found):
        inner = items(statement(row, say)) + "".join(
            tag("h3", text(made.title)) * (f"{made.key}_{number + 1}" in svg) + shown(f"{made.key}_{number + 1}", made)
            for made in tables(row, say)
            if made.rows
        )
        sections.append((f"study-{number + 1}", candidate(row, say) if len(rows) > 1 else say("study.title.one"), inner))
    if failed := failures(rows, say):
        sections.append(("failed", say("study.title.failed"), items(failed)))
    sections.append(("provenance", say("study.title.provenance"), items(_provenance(found, say))))
    statements = statement(found[0], say) if found else [say("study.no_plan")]
    ahead = (bool(found[0]["refused_by"]) + len(refused_work(found[0], say))) if found else 0
    lead = " ".join(statements[: ahead + 1])
    footer = say("buy.footer", version=found[0]["version"] if found else __version__)
    return document(name, say("study.kind"), [lead], Word.SIMULATED, [Section(*one) for one in sections], footer, say)


def _provenance(found: Sequence[Row], say: Words) -> list[str]:
    """Every file that was read, and the events of every last run."""
    files = dict.fromkeys((one["path"], one["sha256"]) for row in found for one in row["inputs"])
    said = [say("study.input", path=path, hash=digest) for path, digest in files]
    for row in found:
        hashes = [one["hash"] for one in row["rounds"] if one["hash"]]
        if hashes:
            said.append(say("study.events", name=row["name"], hash=hashes[-1], jobs=row["jobs_sha256"]))
    return said
