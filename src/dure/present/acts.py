"""The six acts of the demo as lines of a terminal and as a section of a page: the same words in both."""

from __future__ import annotations

from dataclasses import dataclass, field

from dure.present.html import tag, text
from dure.present.layout import cells, pad, wrap

INDENT = 11


@dataclass(slots=True)
class Act:
    """One act: its number and name, what it showed, and the note that stands at the right end of its first line."""

    number: int
    name: str
    lines: list[str] = field(default_factory=list)
    note: str = ""


def act_lines(act: Act, width: int) -> list[str]:
    """The act for a terminal: name left, lines wrapped under each other, the note at the right where it fits."""
    out: list[str] = []
    for index, line in enumerate(act.lines):
        for part in wrap(line, width - INDENT):
            head = f"{act.number} {act.name}" if not out else ""
            out.append(f"{pad(head, INDENT)}{part}")
        if index == 0 and act.note:
            room = width - cells(out[-1]) - cells(act.note)
            if room >= 2:
                out[-1] += " " * room + act.note
            else:
                out.append(pad("", width - cells(act.note)) + act.note)
    return out


def acts_html(acts: list[Act], title: str) -> str:
    """The acts as a definition list under a heading."""
    items = "".join(tag("dt", text(f"{act.number} {act.name}")) + tag("dd", _lines(act)) for act in acts)
    return tag("section", tag("h2", text(title)) + tag("dl", items, class_="words"), id="acts")


def _lines(act: Act) -> str:
    return "<br>".join(text(line) for line in [*act.lines, *([act.note] if act.note else [])])
