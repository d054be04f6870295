"""Answers of the planner on a terminal: heading, what is assumed, what is said, lists and tables, the same way for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from dure.present.layout import hanging
from dure.present.tables import Table, Word
from dure.present.words import Words

if TYPE_CHECKING:
    from rich.console import RenderableType


def opening(
    name: str, kind: str, word: Word, assumed: Sequence[str], said: Iterable[str], say: Words, width: int, file: str = ""
) -> Iterator[RenderableType]:
    """The heading, with the file where one is named; what nobody published, first of all; then the sentences."""
    from rich.text import Text

    title = f"{say.name(name, 'plan')} · {kind} ({say(f'word.{word}')})"
    yield Text(say("planner.head", file=file, title=title) if file else title, style="bold")
    if assumed:
        yield from listed(say("buy.assumptions"), assumed, width)
        yield Text("")
    for one in said:
        yield Text(hanging(one, width))


def listed(heading: str, said: Sequence[str], width: int) -> Iterator[RenderableType]:
    """A headed list below an empty line; nothing where there is nothing to say."""
    from rich.text import Text

    if said:
        yield Text(f"\n{heading}", style="bold")
        for one in said:
            yield Text(hanging(f"- {one}", width))


def below(tables: Iterable[Table], say: Words) -> Iterator[RenderableType]:
    """Tables that have rows, each below an empty line."""
    from rich.text import Text

    from dure.present.terminal import grid

    for one in tables:
        if one.rows:
            yield Text("")
            yield grid(one, say)
