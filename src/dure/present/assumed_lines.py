"""What nobody published, for a terminal: one line each, so that a plan is not buried under them; whole where that is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dure.model.purchases import Assumed
from dure.present.layout import cells, hanging
from dure.present.purchase_tables import assumed_what, assumption_sentence
from dure.present.words import Words

if TYPE_CHECKING:
    from rich.console import RenderableType

_OF_YEAR = re.compile(r"\S+ \([0-9–]+\)")
"""A figure with its year or years, as `3,200 (2026)`."""
CUT = " …"


def assumed_list(given: Sequence[Assumed], say: Words, width: int, *, detail: bool) -> Iterator[RenderableType]:
    """The heading and a line each; with `detail` who stands for it and why, and every year; nothing where nothing is assumed."""
    from rich.text import Text

    if not given:
        return
    yield Text("\n" + say("buy.assumptions" if detail else "planner.assumptions"), style="bold")
    for one in given:
        yield Text(hanging(f"- {assumption_sentence(one, say)}", width) if detail else _cut(f"- {short(one, say)}", width))
    yield Text("")


def short(one: Assumed, say: Words) -> str:
    """What it is, its value and range; of a course over the years its first and last."""
    years = _OF_YEAR.findall(one.value)
    if len(years) > 2 and ", ".join(years) == one.value:
        one = replace(one, value=f"{years[0]} … {years[-1]}")
    return assumed_what(one, say) if one.value else assumption_sentence(one, say)


def _cut(line: str, width: int) -> str:
    """At most one line of a terminal; what was cut off is marked."""
    if cells(line) <= width:
        return line
    words = line.split(" ")
    while len(words) > 1 and cells(" ".join(words) + CUT) > width:
        words.pop()
    return " ".join(words) + CUT
