"""A purchase plan as one HTML file without network or script, and the same on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dure.present.html import chip, table, tag, text
from dure.present.layout import hanging
from dure.present.purchase_tables import PlanPage, assumption_sentences, sentences, tables, value_sentences
from dure.present.style import CSS, page_margins
from dure.present.words import Words

if TYPE_CHECKING:
    from rich.console import RenderableType

ORDER = ("vendors", "years", "work", "schedule")


def page_html(page: PlanPage, say: Words) -> str:
    """The whole file."""
    made, name = tables(page, say), page.planned.purchase.name
    assumed = assumption_sentences(page, say)
    values = value_sentences(page, say)
    parts = [("assumptions", _items(assumed))] if assumed else []
    parts += [(key, table(made[key], say, titled=False)) for key in ORDER if made[key].rows]
    parts += [("values", _items(values) + tag("p", text(say("buy.values_note")), class_="note"))] if values else []
    parts.append(("provenance", tag("div", table(made["provenance"], say, titled=False), class_="hash")))
    body = "".join(tag("section", tag("h2", text(say(f"buy.{key}"))) + inner, id=key) for key, inner in parts)
    links = "".join(tag("li", tag("a", text(say(f"buy.{key}")), href=f"#{key}")) for key, _ in parts)
    lead, *more = sentences(page, say)
    header = "".join(
        [
            tag("p", text(f"dure · 두레 · {say('buy.kind')}"), class_="eyebrow"),
            tag("h1", text(name)),
            tag("p", f"{text(lead)} {chip(page.word, say)}", class_="lead"),
            *(tag("p", text(one)) for one in more),
            tag("nav", tag("ul", links), aria_label=say("report.contents")),
        ]
    )
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{text(name)} · {text(say('buy.kind'))}</title><style>{CSS}\n{page_margins(name)}</style>"
    )
    footer = tag("footer", text(say("buy.footer", version=page.version)))
    inner = tag("header", header) + tag("main", body) + footer
    return f'<!doctype html>\n<html lang="{say.lang}">\n<head>{head}</head>\n<body>{inner}</body>\n</html>\n'


def _items(said: list[str]) -> str:
    return tag("ul", "".join(tag("li", text(one)) for one in said))


def view(page: PlanPage, say: Words, width: int) -> RenderableType:
    """The plan for a terminal of `width` columns."""
    from rich.console import Group

    return Group(*_parts(page, say, width))


def _parts(page: PlanPage, say: Words, width: int) -> Iterator[RenderableType]:
    from rich.text import Text

    from dure.present.terminal import grid

    yield Text(f"{page.planned.purchase.name} · {say('buy.kind')} ({say(f'word.{page.word}')})", style="bold")
    for one in sentences(page, say):
        yield Text(hanging(one, width))
    made = tables(page, say)
    for key in ORDER:
        if made[key].rows:
            yield Text("")
            yield grid(made[key], say)
    values = value_sentences(page, say)
    if values:
        yield Text(f"\n{say('buy.values')}", style="bold")
        for one in values:
            yield Text(hanging(one, width))
        yield Text(hanging(say("buy.values_note"), width))
    if page.assumptions:
        yield Text(f"\n{say('buy.assumptions')}", style="bold")
        for one in assumption_sentences(page, say):
            yield Text(hanging(one, width))
