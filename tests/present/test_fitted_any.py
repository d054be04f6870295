"""Any table on any terminal: no line is wider than it, every column is drawn or named as left out, and no word is lost."""

from __future__ import annotations

import io

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from dure.present.fitted import Fitted
from dure.present.layout import cells
from dure.present.numbers import Lang
from dure.present.tables import Cell, Column, Table, Word
from dure.present.words import Words

WORDS = st.text("abcdefgHIJK-가나다라센터", min_size=1, max_size=24).filter(lambda one: one.strip("-"))
TEXTS = st.lists(WORDS, min_size=0, max_size=5).map(" ".join)
TITLES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
FIGURES = st.integers(0, 10**12).map(lambda one: f"{one:,}") | st.just("₩1.64T") | st.just("99.9 %") | st.just("")


@st.composite
def tables(draw: st.DrawFn) -> Table:
    numbers = draw(st.lists(st.booleans(), min_size=1, max_size=9))
    columns = tuple(Column(f"c{at}", draw(TITLES), number=number) for at, number in enumerate(numbers))
    rows = draw(st.integers(0, 4))
    made = tuple(tuple(Cell(1, draw(FIGURES if number else TEXTS)) for number in numbers) for _ in range(rows))
    return Table("t", draw(TITLES), columns, made, draw(st.sampled_from([None, Word.ASSUMED])), draw(TEXTS))


def drawn(table: Table, width: int, lang: Lang) -> str:
    out = io.StringIO()
    Console(file=out, width=width, no_color=True, highlight=False).print(Fitted(table, Words(lang)))
    return out.getvalue()


def letters(*texts: str) -> str:
    """What is there, wherever lines break."""
    return "".join(sorted("".join("".join(texts).replace("─", "").split())))


def whole(table: Table, kept: int, say: Words) -> str:
    """Everything that a table says of its first columns, and the names of the others."""
    gone = [one.title for one in table.columns[kept:]]
    return letters(
        table.title,
        f"({say(f'word.{table.word}')})" if table.word else "",
        *(one.title for one in table.columns[:kept]),
        *(cell.text for row in table.rows for cell in row[:kept]),
        table.note,
        say("grid.left_out", columns=", ".join(gone)) if gone else "",
    )


@settings(max_examples=300, deadline=None)
@given(tables(), st.integers(20, 140), st.sampled_from(list(Lang)))
def test_any_table_fits_any_terminal(table: Table, width: int, lang: Lang) -> None:
    text, say = drawn(table, width, lang), Words(lang)
    assert all(cells(line.rstrip()) <= width for line in text.splitlines()), text
    assert letters(text) in {whole(table, kept, say) for kept in range(1, len(table.columns) + 1)}, text
