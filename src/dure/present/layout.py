"""Plain text in columns for terminals, where a Hangul syllable takes two cells. No colour, no cursor."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import combining, east_asian_width


def cells(text: str) -> int:
    """Width on a terminal: wide and full-width characters count two, combining marks none."""
    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def pad(text: str, width: int, *, right: bool = False) -> str:
    """`text` filled with blanks to `width` cells; `right` aligns it to the right."""
    blanks = " " * max(0, width - cells(text))
    return blanks + text if right else text + blanks


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` cells, broken at blanks only; a longer word keeps its own line."""
    lines: list[str] = []
    for word in text.split():
        if lines and cells(lines[-1]) + 1 + cells(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]


def hanging(text: str, width: int) -> str:
    """A line of a list, wrapped: its other lines under the first word after its mark (`-`, `10.`), or two cells in where it has none."""
    mark = text.partition(" ")[0]
    indent = len(mark) + 1 if mark in ("-", "·") or (mark.removesuffix(".").isdigit() and mark.endswith(".")) else 2
    return ("\n" + " " * indent).join(wrap(text, width - indent))


def two_columns(rows: Sequence[tuple[str, str]], width: int, indent: int = 2, widest: int = 30) -> str:
    """Labels left, wrapped texts right of the widest label; a label beyond `widest` cells gets its own line."""
    left = min(widest, max((cells(label) for label, _ in rows), default=0))
    margin = " " * indent
    lines: list[str] = []
    for label, text in rows:
        body = wrap(text, max(20, width - indent - left - 2))
        if cells(label) > left:
            lines.append(margin + label)
            label = ""
        lines.append(f"{margin}{pad(label, left)}  {body[0]}".rstrip())
        lines.extend(f"{margin}{' ' * left}  {more}" for more in body[1:])
    return "\n".join(lines)
