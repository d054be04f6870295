"""Ways of printing that every view of the catalogue shares: tables on a terminal, facts in two columns, numbered sources."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dure.cli.context import on_terminal, width, words

if TYPE_CHECKING:
    from dure.present.tables import Table


def print_facts(title: str, rows: Sequence[tuple[str, str]]) -> None:
    from dure.present.layout import two_columns

    if title:
        print(title)
    if rows:
        print(two_columns(rows, width()) + "\n")


def print_sources(named: Sequence[str]) -> None:
    """What `[1]`, `[2]` … in the table above stand for."""
    room = width() - 8
    print_facts("", [(f"[{at}]", " ".join(_broken(word, room) for word in source.split())) for at, source in enumerate(named, 1)])


def _broken(path: str, room: int) -> str:
    """A path too long for a line, with blanks after slashes where it is to be broken."""
    lines = [""]
    for part in re.findall(r"[^/]*/|[^/]+$", path):
        if len(lines[-1]) + len(part) > room and lines[-1]:
            lines.append("")
        lines[-1] += part
    return " ".join(lines)


def wrapped(text: str) -> str:
    from dure.present.layout import wrap

    return "\n".join(wrap(text, width()))


NARROW = 100
"""Columns below which some tables leave columns out; `--json` has them all."""

WRAPPED = ("model", "models", "fleet", "weekday", "saturday", "months", "name", "resource", "source", "derivation", "note", "benchmark")
"""Columns that may take several lines; the others are never cut."""


def print_table(table: Table, *, title: str | None = None, hide: Sequence[str] = (), wrap: Sequence[str] = ()) -> None:
    """A table on the terminal: colour only where a person watches, and readable without."""
    import sys

    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table as Grid
    from rich.text import Text

    from dure.present.fitted import BETWEEN, unbroken

    shown = [i for i, column in enumerate(table.columns) if column.key not in hide]
    wide = unbroken(table, shown, (*WRAPPED, *wrap), width() - 1)
    grid = Grid(box=SIMPLE_HEAD, show_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    for i, cells in wide.items():
        column = table.columns[i]
        grid.add_column(column.title, justify="right" if column.number else "left", overflow="fold", width=cells)
    for row in table.rows:
        grid.add_row(*(Text(row[i].text, style="dim" if row[i].raw is None else "") for i in wide))
    room = max(width(), sum(wide.values()) + BETWEEN * len(wide))
    console = Console(file=sys.stdout, width=room, force_terminal=on_terminal(), no_color=not on_terminal(), highlight=False)
    name = title or table.title
    console.print(Text(f"{name} ({words()(f'word.{table.word}')})" if table.word else name, style="bold"))
    console.print(grid)
    if gone := [table.columns[i].title.replace("\n", " ") for i in shown if i not in wide]:
        console.print(wrapped(words()("grid.left_out", columns=", ".join(gone))))
    console.print()
