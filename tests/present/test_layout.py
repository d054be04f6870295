from __future__ import annotations

from dure.present.layout import cells, pad, two_columns, wrap


def test_a_syllable_takes_two_cells() -> None:
    assert cells("가동률 78%") == 10
    assert pad("가", 4) == "가  "
    assert pad("가", 4, right=True) == "  가"


def test_wrap_keeps_every_word_and_the_width() -> None:
    text = "하나 둘 셋 a-very-long-word-that-does-not-fit 넷"
    lines = wrap(text, 10)
    assert " ".join(lines).split() == text.split()
    assert all(cells(line) <= 10 or " " not in line for line in lines)
    assert wrap("", 10) == [""]


def test_columns_stand_under_each_other() -> None:
    page = two_columns([("가나", "one two three"), ("--long-option VALUE-THAT-IS-LONG", "four")], width=40, widest=10)
    assert page.splitlines() == ["  가나        one two three", "  --long-option VALUE-THAT-IS-LONG", "              four"]
