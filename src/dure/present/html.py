"""HTML in small pieces: everything a person or a file wrote is escaped here, once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from dure.present.tables import Cell, Column, Table, Word
from dure.present.words import Words

_IDS = re.compile(r'(?<=\bid=")([^"]+)(?=")')


def text(value: object) -> str:
    """Any value as text of a page."""
    return escape(str(value), quote=True)


def tag(name: str, content: str = "", /, **attributes: str) -> str:
    """An element around content that is HTML already; `class_` and `data_x` become `class` and `data-x`."""
    said = "".join(f' {key.rstrip("_").replace("_", "-")}="{text(value)}"' for key, value in attributes.items())
    return f"<{name}{said}>{content}</{name}>"


def items(said: Iterable[str]) -> str:
    """Sentences as a list."""
    return tag("ul", "".join(tag("li", text(one)) for one in said))


def chip(word: Word, say: Words) -> str:
    """One of the four words, small, told apart by its border as well as by its colour."""
    return tag("span", text(say(f"word.{word}")), class_=f"word {word}", title=say(f"word.{word}.means"))


def table(table: Table, say: Words, *, titled: bool = True) -> str:
    """The table with its caption, its word, and row headings for a screen reader; untitled where a heading says the same above it."""
    table = table.shown
    heads = "".join(_head(column, say) for column in table.columns)
    rows = "".join(tag("tr", "".join(_cell(table, index, cell) for index, cell in enumerate(row))) for row in table.rows)
    note = tag("p", text(table.note), class_="note") if table.note else ""
    name = text(table.title) if titled else tag("span", text(table.title), class_="hidden")
    caption = tag("caption", name + (f" {chip(table.word, say)}" if table.word else ""))
    return tag("div", tag("table", caption + tag("thead", tag("tr", heads)) + tag("tbody", rows)), class_="scroll", tabindex="0") + note


def _head(column: Column, say: Words) -> str:
    content = text(column.title) + (f" {chip(column.word, say)}" if column.word else "")
    return tag("th", content, scope="col", **({"class_": "n"} if column.number else {}))


def _cell(table: Table, index: int, cell: Cell) -> str:
    if index == 0:
        return tag("th", text(cell.text), scope="row")
    return tag("td", text(cell.text), **({"class_": "n"} if table.columns[index].number else {}))


def picture(svg: str, key: str, alt: str) -> str:
    """An inline SVG that a screen reader names, its ids made unique on the page."""
    for one in set(_IDS.findall(svg)):
        svg = (
            svg.replace(f'id="{one}"', f'id="{key}-{one}"')
            .replace(f"url(#{one})", f"url(#{key}-{one})")
            .replace(f'"#{one}"', f'"#{key}-{one}"')
        )
    return svg.replace("<svg ", f'<svg role="img" aria-label="{text(alt)}" ', 1)


def figure(svg: str, one: Table, say: Words, alt: str, summary: str) -> str:
    """A picture with its words below it, followed by its table, folded away on a screen and open on paper."""
    one = one.shown
    marks = chip(one.word, say) if one.word else ""
    marks += "".join(f" · {text(column.title)} {chip(column.word, say)}" for column in one.columns if column.word)
    folded = tag("details", tag("summary", text(summary)) + table(one, say))
    drawn = tag("div", picture(svg, one.key, alt), class_="scroll")
    return tag("figure", drawn + tag("figcaption", marks) + folded, id=f"figure-{one.key}")
