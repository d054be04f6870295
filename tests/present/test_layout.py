from __future__ import annotations

from dure.present.layout import cells, hanging, pad, two_columns, wrap


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


def test_lines_that_follow_hang_two_cells_in_or_under_the_first_word_of_a_list() -> None:
    """The first word of a sentence may be long: the lines after it stand where all others stand."""
    for text, indent in (
        ("Operating rate of all", 2),
        ("(assumed) rate of all", 2),
        ("- one two three four", 2),
        ("10. one two three four", 4),
    ):
        first, *rest = hanging(text, 14).split("\n")
        assert rest
        assert not first.startswith(" ")
        assert all(len(line) - len(line.lstrip()) == indent for line in rest), text
        assert all(cells(line) <= 14 for line in (first, *rest))
