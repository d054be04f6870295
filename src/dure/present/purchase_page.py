"""A purchase plan as one HTML file without network or script, and the same on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from dure.present.document import Section, document, hashes
from dure.present.html import figure, items, table, tag, text
from dure.present.layout import wrap
from dure.present.purchase_charts import pictures
from dure.present.purchase_tables import PlanPage, assumption_sentences, sentences, tables, value_sentences
from dure.present.spoken import below, opening
from dure.present.words import Words

if TYPE_CHECKING:
    from rich.console import RenderableType

ORDER = ("vendors", "years", "loans", "work", "grid", "schedule")
PAGE_ORDER = ("vendors", "years", "loans", "stack", "power", "grid", "work", "schedule", "rules")
NO_PICTURES: Mapping[str, str] = {}


def page_html(page: PlanPage, say: Words, svg: Mapping[str, str] = NO_PICTURES) -> str:
    """The whole file; `svg` holds rendered `purchase_charts.pictures` by the key of the table that each stands before."""
    made, alts = tables(page, say), {key: one.alt for key, one in pictures(page, say).items()} if svg else {}
    assumed = assumption_sentences(page, say)
    values = value_sentences(page, say)

    def shown(key: str) -> str:
        if key not in svg:
            return table(made[key], say, titled=False)
        return figure(svg[key], made[key], say, alts[key], say("report.table_of", title=made[key].title))

    parts = [("assumptions", items(assumed))] if assumed else []
    parts += [(key, shown(key)) for key in PAGE_ORDER if made[key].rows]
    parts += [("values", items(values) + tag("p", text(say("buy.values_note")), class_="note"))] if values else []
    sections = [*(Section(key, say(f"buy.{key}"), inner) for key, inner in parts), hashes(made["provenance"], say)]
    footer = say("buy.footer", version=page.version)
    return document(say.name(page.planned.purchase.name, "plan"), say("buy.kind"), sentences(page, say), page.word, sections, footer, say)


def view(page: PlanPage, say: Words, width: int) -> RenderableType:
    """The plan for a terminal of `width` columns."""
    from rich.console import Group

    return Group(*_parts(page, say, width))


def _parts(page: PlanPage, say: Words, width: int) -> Iterator[RenderableType]:
    from rich.text import Text

    name, assumed = page.planned.purchase.name, assumption_sentences(page, say)
    yield from opening(name, say("buy.kind"), page.word, assumed, sentences(page, say), say, width)
    made = tables(page, say)
    yield from below((made[key] for key in ORDER), say)
    values = value_sentences(page, say)
    if values:
        yield Text(f"\n{say('buy.values')}", style="bold")
        for one in (*values, say("buy.values_note")):
            yield Text("\n".join(wrap(one, width)))
