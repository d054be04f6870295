"""A table that fits the width of a terminal: words break, then columns are left out by name, never silently."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.console import Console, ConsoleOptions, RenderableType
from rich.table import Table as Grid
from rich.text import Text

from dure.present.layout import cells, wrap
from dure.present.tables import Table
from dure.present.words import Words

BETWEEN = 2
"""Cells between two columns."""
FOLDED = 12
"""The least cells that a column of words keeps when there is little room; longer words break there."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """`table` as it is shown to people; the width is known only when it is drawn."""

    table: Table
    say: Words

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        room = options.max_width
        kept = list(range(len(self.table.columns)))
        broken = _needed(self.least(kept, broken=False)) > room
        while broken and len(kept) > 1 and _needed(self.least(kept, broken=True)) > room:
            kept.pop()
        name = f"{self.table.title} ({self.say(f'word.{self.table.word}')})" if self.table.word else self.table.title
        yield Text("\n".join(wrap(name, room)), style="bold")
        yield self._drawn(kept, self._widths(kept, room, broken=broken), broken=broken)
        if self.table.note:
            yield Text("\n".join(wrap(self.table.note, room)), style="dim")
        gone = [column.title for index, column in enumerate(self.table.columns) if index not in kept]
        if gone:
            yield Text("\n".join(wrap(self.say("grid.left_out", columns=", ".join(gone)), room)))

    def least(self, kept: Sequence[int], *, broken: bool) -> list[int]:
        """Cells that each column needs: its longest word, a figure always whole."""
        found = []
        for index in kept:
            column = self.table.columns[index]
            heads = _head(column.title, broken=broken).split()
            words = [word for row in self.table.rows for word in ([row[index].text] if column.number else row[index].text.split())]
            wide = max((cells(one) for one in words), default=0)
            folds = column.excerpt or (broken and not column.number)
            found.append(max(max((cells(one) for one in heads), default=1), min(wide, FOLDED) if folds else wide))
        return found

    def _widths(self, kept: Sequence[int], room: int, *, broken: bool) -> list[int]:
        return shared(self.least(kept, broken=broken), [whole(self.table, index) for index in kept], room)

    def _drawn(self, kept: Sequence[int], widths: Sequence[int], *, broken: bool) -> Grid:
        table = self.table
        drawn = Grid(box=SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0), pad_edge=False)
        for index, width in zip(kept, widths, strict=True):
            column = table.columns[index]
            side = "right" if column.number else "left"
            drawn.add_column(_head(column.title, broken=broken), justify=side, width=width, overflow="fold")  # type: ignore[arg-type]
        for row in table.rows:
            drawn.add_row(*(Text(row[index].text) for index in kept))
        return drawn


def shared(least: Sequence[int], most: Sequence[int], room: int) -> list[int]:
    """Cells of each column: its least, and of the room that is left first what the columns lack least to stand in one line."""
    found, left = list(least), room - _needed(least)
    for at in sorted(range(len(found)), key=lambda at: most[at] - least[at]):
        more = max(0, min(left, most[at] - least[at]))
        found[at] += more
        left -= more
    return found


def whole(table: Table, index: int) -> int:
    """Cells that a column takes with nothing broken."""
    told = (*table.columns[index].title.splitlines(), *(row[index].text for row in table.rows))
    return max((cells(one) for one in told), default=1) or 1


def unbroken(table: Table, kept: Sequence[int], free: Collection[str], room: int) -> dict[int, int]:
    """Cells of each column where no word is ever broken: a name that is cut cannot be typed. Columns in `free` break at blanks first, then
    all columns of words do; then the last columns are left out.
    """
    left = list(kept)
    words = {index: _longest(table, index) for index in kept}
    most = {index: whole(table, index) for index in kept}
    least = {index: words[index] if table.columns[index].key in free else most[index] for index in kept}
    if _needed(list(least.values())) > room:
        least = words
    while len(left) > 1 and _needed([least[index] for index in left]) > room:
        left.pop()
    return dict(zip(left, shared([least[index] for index in left], [most[index] for index in left], room), strict=True))


def _longest(table: Table, index: int) -> int:
    """Cells of the longest word of a column, its title too; a figure is one word."""
    column = table.columns[index]
    told = [word for row in table.rows for word in ([row[index].text] if column.number else row[index].text.split())]
    return max((cells(word) for word in (*column.title.split(), *told)), default=1)


def _needed(least: Sequence[int]) -> int:
    return sum(least) + BETWEEN * (len(least) - 1)


def _head(title: str, *, broken: bool) -> str:
    """Where there is little room a title also breaks after its hyphens."""
    return title.replace("-", "-\n") if broken else title
