"""Answers about the choices a purchase plan leaves (fronts, ranges, alternatives, values): one page and one view for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dure.model.purchases import Assumed, Purchase
from dure.plan.points import Point
from dure.present.assumed_lines import assumed_list, folded
from dure.present.charts import Chart
from dure.present.document import Section, document, hashes
from dure.present.html import figure, items, table
from dure.present.spoken import below, listed, opening
from dure.present.tables import Cell, Column, Table, Word
from dure.present.words import Words

if TYPE_CHECKING:
    from rich.console import RenderableType

VENDOR_COLOURS = {"NVIDIA": "#009e73", "AMD": "#d55e00", "Intel": "#0072b2", "FuriosaAI": "#cc79a7", "Rebellions": "#e69f00"}
OTHER_COLOUR = "#9aa3ad"


@dataclass(frozen=True, slots=True)
class Answer:
    """`kind` names its phrases (`choice.<kind>`); `lists` are headed sentences; each chart stands before the table of its key."""

    kind: str
    name: str
    said: Sequence[str]
    assumed: Sequence[str]
    tables: Mapping[str, Table]
    charts: Mapping[str, Chart]
    lists: Mapping[str, Sequence[str]]
    figures: Mapping[str, Any]
    word: Word
    inputs: Sequence[tuple[str, str]]
    version: str
    broken: Sequence[str] = field(default=())


def page_html(answer: Answer, say: Words, svg: Mapping[str, str]) -> str:
    """The whole file; `svg` holds the rendered charts by key."""

    def shown(key: str) -> str:
        one = answer.tables[key]
        if key not in svg:
            return table(one, say, titled=False)
        return figure(svg[key], one, say, answer.charts[key].alt, say("report.table_of", title=one.title))

    parts = (
        [Section("assumptions", say("buy.assumptions"), folded(items(answer.assumed), len(answer.assumed), say))] if answer.assumed else []
    )
    parts += [Section(key, say(f"choice.{key}"), items(said)) for key, said in answer.lists.items() if said]
    parts += [Section(key, one.title, shown(key)) for key, one in answer.tables.items() if one.rows]
    rows = tuple((Cell(path, path), Cell(digest, f"SHA-256 {digest}")) for path, digest in answer.inputs)
    columns = (Column("item", say("buy.column.item"), number=False), Column("value", say("buy.column.value"), number=False))
    parts.append(hashes(Table("provenance", say("buy.provenance"), columns, rows, None), say))
    footer = say("buy.footer", version=answer.version)
    return document(say.name(answer.name, "plan"), say(f"choice.{answer.kind}"), answer.said, answer.word, parts, footer, say)


def view(answer: Answer, say: Words, width: int, given: Sequence[Assumed], *, detail: bool = False) -> RenderableType:
    """The answer for a terminal of `width` columns."""
    from rich.console import Group

    return Group(*_parts(answer, say, width, given, detail=detail))


def _parts(answer: Answer, say: Words, width: int, given: Sequence[Assumed], *, detail: bool) -> Iterator[RenderableType]:
    yield from opening(answer.name, say(f"choice.{answer.kind}"), answer.word, (), answer.said, say, width)
    yield from assumed_list(given, say, width, detail=detail)
    for key, said in answer.lists.items():
        yield from listed(say(f"choice.{key}"), said, width)
    yield from below(answer.tables.values(), say)


def as_json(answer: Answer) -> dict[str, Any]:
    return {
        "plan": answer.name,
        **answer.figures,
        "checked": not answer.broken,
        "broken": list(answer.broken),
        "assumptions": list(answer.assumed),
        "sentences": list(answer.said),
    }


def point_json(point: Point) -> dict[str, Any]:
    """Every figure of one plan as it is."""
    return {
        "status": point.status,
        "gap": point.gap,
        "served": point.worth,
        "bound": point.most_worth if point.most_worth != float("inf") else None,
        "won": point.won,
        "accelerators": point.accelerators,
        "by_vendor": dict(point.by_vendor),
        "largest_share": float(point.share),
        "largest": point.largest,
        "hhi": point.hhi,
        "by_work": dict(point.by_work),
        "checked": not point.broken,
        "orders": [{"machine": one.machine, "site": one.site, "period": one.period, "units": one.units} for one in point.orders],
    }


def work_names(purchase: Purchase, say: Words) -> dict[str, str]:
    return {one.name: one.name_ko if say.lang == "ko" else one.name for one in purchase.work}


def change(share: float, say: Words, digits: int = 1) -> str:
    """A change as people write it: `+1.4 %`, `−0.8 %`."""
    text = say.percent(abs(share), digits)
    return text if round(share, digits + 2) == 0 else ("+" if share > 0 else "−") + text


def work(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3g}"


def columns(say: Words, texts: Sequence[str], numbers: Sequence[str]) -> tuple[Column, ...]:
    left = [Column(name, say(f"choice.column.{name}"), number=False) for name in texts]
    return (*left, *(Column(name, say(f"choice.column.{name}")) for name in numbers))
