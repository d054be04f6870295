"""A page of sentences and tables as one HTML file without network or script: the frame that answers of the planner share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dure.present.html import chip, table, tag, text
from dure.present.style import CSS, page_margins
from dure.present.tables import Table, Word
from dure.present.words import Words


class Section(NamedTuple):
    """One part of a page: an id, its heading and its content, which is HTML already."""

    key: str
    title: str
    content: str


def hashes(inputs: Table, say: Words) -> Section:
    """The last part of every page: each file that was read, with its hash."""
    return Section("provenance", say("buy.provenance"), tag("div", table(inputs, say, titled=False), class_="hash"))


def document(title: str, kind: str, said: Sequence[str], word: Word, sections: Sequence[Section], footer: str, say: Words) -> str:
    """The whole file; the first sentence leads."""
    body = "".join(tag("section", tag("h2", text(one.title)) + one.content, id=one.key) for one in sections)
    links = "".join(tag("li", tag("a", text(one.title), href=f"#{one.key}")) for one in sections)
    lead, *more = said
    header = "".join(
        [
            tag("p", text(f"dure · 두레 · {kind}"), class_="eyebrow"),
            tag("h1", text(title)),
            tag("p", f"{text(lead)} {chip(word, say)}", class_="lead"),
            *(tag("p", text(one)) for one in more),
            tag("nav", tag("ul", links), aria_label=say("report.contents")),
        ]
    )
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta name="generator" content="dure {text(footer.removeprefix("dure "))}">'
        f"<title>{text(title)} · {text(kind)}</title><style>{CSS}\n{page_margins(title)}</style>"
    )
    inner = tag("header", header) + tag("main", body) + tag("footer", text(footer))
    return f'<!doctype html>\n<html lang="{say.lang}">\n<head>{head}</head>\n<body>{inner}</body>\n</html>\n'
