"""Shocks and regret as one HTML file without network or script, and the same on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from dure.present.assumed_lines import assumed_html, assumed_list
from dure.present.charts import Chart, frame
from dure.present.document import Section, document, hashes
from dure.present.html import items, table, tag, text
from dure.present.layout import hanging
from dure.present.risk_tables import RiskPage, sentences, stress_sentences, tables
from dure.present.risk_words import case_name, losses, plan_name
from dure.present.spoken import below, opening
from dure.present.tables import Word
from dure.present.words import Words

if TYPE_CHECKING:
    from rich.console import RenderableType

ORDER = ("shocks", "stress", "cases", "regret", "first", "bought")
ON_TERMINAL = ("stress", "cases", "first")
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00")
TABLE_CASES = 12
"""With more cases the table of regret is too wide for a terminal and a page; programs still get it."""


def charts(page: RiskPage, say: Words) -> dict[str, Chart]:
    found = {"stress": _stress_chart(page, say)} if page.stress else {}
    if page.risk is not None and page.risk.plans:
        found["regret"] = _regret_chart(page, say)
    return found


def _stress_chart(page: RiskPage, say: Words) -> Chart:
    """What is served of the plan under each shock, kept and with new orders."""
    kinds = (say("risk.column.kept"), say("risk.column.changed"))
    values = [
        {"shock": case_name(one.shock, say), "how": kind, "share": course.share}
        for one in page.stress
        for kind, course in zip(kinds, (one.kept, one.changed), strict=True)
        if course is not None
    ]
    encoding = {
        "y": {"field": "shock", "type": "nominal", "sort": None, "title": None},
        "x": {
            "field": "share",
            "type": "quantitative",
            "title": say("risk.chart.share"),
            "axis": {"format": ".0%"},
            "scale": {"zero": True},
        },
        "yOffset": {"field": "how", "sort": None},
        "color": {"field": "how", "type": "nominal", "scale": {"domain": list(kinds), "range": list(COLOURS[:2])}},
    }
    bars = {"mark": {"type": "bar"}, "encoding": encoding}
    full = {
        "data": {"values": [{"at": 1}]},
        "mark": {"type": "rule", "strokeDash": [4, 3]},
        "encoding": {"x": {"field": "at", "type": "quantitative"}},
    }
    lowest = min((value["share"] for value in values if isinstance(value["share"], float)), default=1.0)
    alt = say("risk.chart.stress_alt", shocks=len(page.stress), lowest=say.percent(lowest, 0))
    return Chart("stress", frame({"width": 480, "height": {"step": 14}, "data": {"values": values}, "layer": [bars, full]}), alt)


def _regret_chart(page: RiskPage, say: Words) -> Chart:
    """What each plan loses in each case, as a share of the best there."""
    risk = page.risk
    assert risk is not None
    plans = [one for one in risk.plans if one.name != "own"]
    names = [plan_name(one, risk, say) for one in plans]
    values = [
        {"case": case_name(case, say), "plan": name, "share": loss / max(1e-9, abs(most))}
        for plan, name in zip(plans, names, strict=True)
        for case, loss, most in zip(risk.cases, losses(risk, plan), risk.most, strict=True)
        if loss is not None
    ]
    encoding = {
        "y": {"field": "case", "type": "nominal", "sort": None, "title": None},
        "x": {"field": "share", "type": "quantitative", "title": say("risk.chart.loss"), "axis": {"format": ".1%"}},
        "color": {
            "field": "plan",
            "type": "nominal",
            "scale": {"domain": names, "range": list(COLOURS[: len(names)])},
            "legend": {"columns": 1},
        },
        "shape": {"field": "plan", "type": "nominal", "scale": {"domain": names}},
    }
    dots = {"mark": {"type": "point", "filled": True, "size": 70, "opacity": 0.85}, "encoding": encoding}
    alt = say("risk.chart.regret_alt", plans=len(plans), cases=len(risk.cases))
    return Chart("regret", frame({"width": 480, "height": {"step": 22}, "data": {"values": values}, **dots}), alt)


def page_html(page: RiskPage, say: Words, svg: Mapping[str, str]) -> str:
    """The whole file; `svg` holds the rendered charts."""
    made, shown = tables(page, say), charts(page, say)
    parts = [Section("assumptions", say("buy.assumptions"), assumed_html(page.assumptions, say))] if page.assumptions else []
    for key in ORDER:
        if key not in made or not made[key].rows or (key == "regret" and _too_wide(page)):
            continue
        picture = tag("figure", svg[key] + tag("figcaption", text(shown[key].alt), class_="note")) if key in svg else ""
        said = items(stress_sentences(page, say)) if key == "stress" else ""
        parts.append(Section(key, made[key].title, picture + said + table(made[key], say, titled=False)))
    parts.append(hashes(made["provenance"], say))
    footer = say("buy.footer", version=page.version)
    return document(say.name(page.name, "plan"), say("risk.kind"), sentences(page, say), Word.ASSUMED, parts, footer, say)


def _too_wide(page: RiskPage) -> bool:
    return page.risk is not None and len(page.risk.cases) > TABLE_CASES


def view(page: RiskPage, say: Words, width: int, *, detail: bool = False) -> RenderableType:
    """The same for a terminal of `width` columns."""
    from rich.console import Group

    return Group(*_parts(page, say, width, detail=detail))


def _parts(page: RiskPage, say: Words, width: int, *, detail: bool) -> Iterator[RenderableType]:
    from rich.text import Text

    yield from opening(page.name, say("risk.kind"), Word.ASSUMED, (), (), say, width)
    for one in sentences(page, say):
        yield Text(hanging(one, width))
    yield from assumed_list(page.assumptions, say, width, detail=detail)
    made = tables(page, say)
    for one in stress_sentences(page, say):
        yield Text("\n" + hanging(one, width))
    yield from below((made[key] for key in ON_TERMINAL if key in made), say)
