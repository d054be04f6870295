"""What nobody published, like figures together in one line, so that a plan is not buried under them; whole where that is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dure.model.purchases import Assumed
from dure.present.html import items, tag, text
from dure.present.layout import hanging
from dure.present.purchase_tables import assumed_value, assumed_what, assumption_sentence, of_whom
from dure.present.words import Words

if TYPE_CHECKING:
    from rich.console import RenderableType

_OF_YEAR = re.compile(r"\S+ \([0-9–]+\)")
"""A figure with its year or years, as `3,200 (2026)`."""
CUT = " …"


def assumed_list(given: Sequence[Assumed], say: Words, width: int, *, detail: bool) -> Iterator[RenderableType]:
    """The heading and a line for each kind of figure; with `detail` one each, with who stands for it and why, and every year."""
    from rich.text import Text

    if not given:
        return
    yield Text("\n" + say("buy.assumptions" if detail else "planner.assumptions"), style="bold")
    for line in [assumption_sentence(one, say) for one in given] if detail else together(given, say):
        yield Text(hanging(f"- {line}", width))
    yield Text("")


def assumed_html(given: Sequence[Assumed], say: Words) -> str:
    """The same for a page: the lines, and folded away below them who stands for each figure and why."""
    whole = items(list(dict.fromkeys(assumption_sentence(one, say) for one in given)))
    return items(together(given, say)) + folded(whole, len(given), say)


def folded(whole: str, count: int, say: Words) -> str:
    """A list that a reader opens; on paper it is open."""
    return tag("details", tag("summary", text(say("assumed.whole", n=count))) + whole)


def together(given: Sequence[Assumed], say: Words) -> list[str]:
    """`price of accelerators per accelerator: nvidia-h200 ₩50M (₩43M - ₩65M), …`: a line for each kind of figure, in the order given."""
    kinds: dict[tuple[str, ...], dict[Assumed, None]] = {}
    for one in given:
        kinds.setdefault(_kind(one), {})[one] = None
    lines = []
    for (what, *_), members in kinds.items():
        if len(members) == 1 or what not in _ALIKE:
            lines += [short(one, say) for one in members]
        else:
            lines.append(f"{_head(what, next(iter(members)), say)}: {'; '.join(_member(what, one, say) for one in members)}")
    return lines


_ALIKE = ("price", "price_any", "machine", "catalog", "demand", "given")


def _kind(one: Assumed) -> tuple[str, ...]:
    if one.what == "price":
        return ("price_any",) if one.of == "*" else ("price", one.item, one.unit)
    if one.what in ("machine", "given"):
        return (one.what,)
    return (one.what, one.unit) if one.what == "demand" else (one.what, one.item)


def _head(what: str, one: Assumed, say: Words) -> str:
    unit = say.get(f"buy.assumed_unit.{one.unit}", one.unit)
    return say(f"assumed.{what}", item=say.get(f"buy.item.{one.item}", one.item), unit=unit).strip()


def _member(what: str, one: Assumed, say: Words) -> str:
    """One figure of a line that says what they all are; of a list of sites or models within it no more than the first."""
    if not one.value:
        return assumption_sentence(one, say)
    one = _course(one)
    if what in ("given", "price_any"):
        first, more, _ = one.value.partition("; ")
        value = assumed_value(replace(one, value=first + CUT) if more else one, say)
        return f"{say.get(f'buy.item.{one.item}', one.item)}{' = ' if what == 'given' else ' '}{value}"
    return f"{of_whom(one, say)} {assumed_value(replace(one, unit=''), say)}"


def short(one: Assumed, say: Words) -> str:
    """What it is, its value and range; of a course over the years its first and last."""
    return assumed_what(_course(one), say) if one.value else assumption_sentence(one, say)


def _course(one: Assumed) -> Assumed:
    years = _OF_YEAR.findall(one.value)
    return replace(one, value=f"{years[0]} … {years[-1]}") if len(years) > 2 and ", ".join(years) == one.value else one
