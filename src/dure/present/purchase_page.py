"""A purchase plan as one HTML file without network or script, and the same on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from dure.present.assumed_lines import assumed_html, assumed_list
from dure.present.document import Section, document, hashes
from dure.present.html import figure, items, table, tag, text
from dure.present.layout import hanging, wrap
from dure.present.purchase_charts import pictures
from dure.present.purchase_tables import (
    PlanPage,
    plan_sentences,
    refused_sentences,
    sentences,
    tables,
    value_sentences,
)
from dure.present.spoken import below, opening
from dure.present.tables import Table
from dure.present.words import Words

if TYPE_CHECKING:
    from rich.console import RenderableType

ORDER = ("vendors", "years", "loans", "work", "grid", "schedule")
REFUSED_ORDER = ("vendors", "years", "loans", "work", "grid")
PAGE_ORDER = ("ways", "vendors", "years", "loans", "stack", "power", "grid", "work", "schedule", "rules")
NO_PICTURES: Mapping[str, str] = {}


def page_html(page: PlanPage, say: Words, svg: Mapping[str, str] = NO_PICTURES) -> str:
    """The whole file; `svg` holds rendered `purchase_charts.pictures` by the key of the table that each stands before."""
    made, alts = _tables(page, say), {key: one.alt for key, one in pictures(page, say).items()} if svg else {}
    values = value_sentences(page, say)

    def shown(key: str) -> str:
        if key not in svg:
            return table(made[key], say, titled=False)
        return figure(svg[key], made[key], say, alts[key], say("report.table_of", title=made[key].title))

    parts = [("assumptions", assumed_html(page.assumptions, say))] if page.assumptions else []
    parts += [(key, shown(key)) for key in PAGE_ORDER if made[key].rows]
    parts += [("values", items(values) + tag("p", text(say("buy.values_note")), class_="note"))] if values else []
    sections = [*(Section(key, say(f"buy.{key}"), inner) for key, inner in parts), hashes(made["provenance"], say)]
    footer = say("buy.footer", version=page.version)
    return document(say.name(page.planned.purchase.name, "plan"), say("buy.kind"), sentences(page, say), page.word, sections, footer, say)


def view(page: PlanPage, say: Words, width: int, *, detail: bool = False) -> RenderableType:
    """The plan for a terminal of `width` columns; with `detail` its assumptions whole."""
    from rich.console import Group

    return Group(*_parts(page, say, width, detail=detail))


def _parts(page: PlanPage, say: Words, width: int, *, detail: bool) -> Iterator[RenderableType]:
    from rich.text import Text

    refused, file = refused_sentences(page, say), page.inputs[0][0].rpartition("/")[2] if page.inputs else ""
    first = ("", *refused) if refused else ()  # before what is assumed: why, and what may be done about it
    yield from opening(page.planned.purchase.name, say("buy.kind"), page.word, (), first, say, width, file)
    yield from assumed_list(page.assumptions, say, width, detail=detail)
    for one in plan_sentences(page, say):
        yield Text(hanging(one, width))
    made = _tables(page, say)
    hidden = bool(refused) and not page.unfunded
    yield from below((made[key] for key in (REFUSED_ORDER if hidden else ORDER)), say)
    if hidden and made["schedule"].rows:
        yield Text("\n" + "\n".join(wrap(say("refusal.orders_hidden"), width)))
        return
    values = value_sentences(page, say)
    if values:
        yield Text(f"\n{say('buy.values')}", style="bold")
        for one in (*values, say("buy.values_note")):
            yield Text("\n".join(wrap(one, width)))


def _tables(page: PlanPage, say: Words) -> dict[str, Table]:
    """The tables as people see them: without columns of nothing, and without rows where nothing but nothing is left."""
    return {key: _without_zeros(one) for key, one in tables(page, say).items()}


def _without_zeros(table: Table) -> Table:
    """A table without its columns of won and of counts that are 0 in every row, where there are several such columns."""
    kept = [at for at, column in enumerate(table.columns) if not column.number or any(row[at].raw for row in table.rows)]
    if not any(table.columns[at].number for at in kept) and any(one.number for one in table.columns):
        return replace(table, rows=())
    columns = tuple(table.columns[at] for at in kept)
    return replace(table, columns=columns, rows=tuple(tuple(row[at] for at in kept) for row in table.rows))
