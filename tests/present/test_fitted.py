"""Tables on narrow terminals: every column is drawn or named as left out, and no word is cut off."""

import io

import pytest
from rich.console import Console

from dure.present.fitted import Fitted
from dure.present.numbers import Lang
from dure.present.tables import Cell, Column, Table, Word
from dure.present.words import Words

CLASSES = ["share", "pretraining", "finetuning", "large-inference", "small-inference", "research", "robotics", "public-services"]


def drawn(table: Table, width: int, lang: Lang = Lang.EN) -> str:
    out = io.StringIO()
    Console(file=out, width=width, no_color=True, highlight=False).print(Fitted(table, Words(lang)))
    return out.getvalue()


def numbers(titles: list[str], text: str = "100.0 %") -> Table:
    return Table("t", "T", tuple(Column(one, one) for one in titles), (tuple(Cell(1, text) for _ in titles),), Word.ASSUMED)


@pytest.mark.parametrize("width", [40, 60, 80, 100, 140])
def test_no_column_goes_silently(width: int) -> None:
    text = drawn(numbers(CLASSES), width)
    body, _, below = text.partition("Left out")
    shown = body.count("100.0 %")
    named = [one for one in CLASSES if one in " ".join(below.split())]
    assert shown + len(named) == len(CLASSES)
    assert "…" not in text
    assert all(len(line.rstrip()) <= width for line in text.splitlines())


def test_at_92_columns_titles_break_at_their_hyphens_and_all_columns_stay() -> None:
    text = drawn(numbers(CLASSES), 92)
    assert "Left out" not in text
    assert "public-services" not in text
    assert "public-" in text
    assert text.count("100.0 %") == len(CLASSES)


def test_a_word_of_a_cell_is_broken_not_cut() -> None:
    table = Table("t", "T", (Column("a", "a", number=False), Column("b", "b")), ((Cell("x", "accelerators-of-all"), Cell(1, "1")),), None)
    text = drawn(table, 16)
    assert "…" not in text
    assert "".join(text.split()).replace("1", "").endswith("accelerators-of-all")


def test_korean_says_so_too() -> None:
    assert "폭이 모자라 뺀 열" in drawn(numbers(CLASSES), 40, Lang.KO)
