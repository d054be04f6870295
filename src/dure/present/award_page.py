"""The minutes of an award: one HTML file without network or script, and the same on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from dure.present import award_words as sentences
from dure.present.award_grounds import means_as_named
from dure.present.award_partly import partly_note, partly_sentences
from dure.present.award_stress_words import stress_sentence
from dure.present.award_tables import Minutes, criterion_name, tables, without
from dure.present.charts import FONT, GRID, INK, SCHEMA, Chart
from dure.present.html import chip, figure, table, tag, text
from dure.present.layout import cells, hanging
from dure.present.style import CSS, page_margins
from dure.present.words import Words

if TYPE_CHECKING:
    from rich.console import RenderableType

COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#9aa3ad", "#f0e442")
BIDS_IN_PICTURE = 40
SEATS = ("chair", "member", "member", "member", "member", "secretary")
NOT_ON_A_TERMINAL = {"award": ("operator", "own"), "obligations": ("operator", "cluster")}
"""Columns that a hundred cells have no room for; the minutes and JSON have them."""


def picture(minutes: Minutes, say: Words) -> Chart | None:
    """Points of every offer, stacked by criterion, best first; none where nothing earns points."""
    award = minutes.award
    judged = sorted((one for one in award.judged if one.points), key=lambda one: (-one.score, one.offer.name))[:BIDS_IN_PICTURE]
    if not judged or not award.tender.criteria:
        return None
    names = [criterion_name(award, one.name, say) for one in award.tender.criteria]
    values = [
        {"bid": one.offer.name, "criterion": name, "points": float(one.points[criterion.name] or 0), "place": place}
        for one in judged
        for place, (name, criterion) in enumerate(zip(names, award.tender.criteria, strict=True))
    ]
    axis = {"labelColor": INK, "titleColor": INK, "labelFontSize": 12, "titleFontSize": 12, "gridColor": GRID, "domainColor": GRID}
    spec: dict[str, Any] = {
        "$schema": SCHEMA,
        "config": {
            "font": FONT,
            "background": None,
            "view": {"stroke": None},
            "axis": axis,
            "legend": {"labelColor": INK, "labelLimit": 400},
        },
        "width": 560,
        "height": {"step": 26},
        "data": {"values": values},
        "mark": {"type": "bar"},
        "encoding": {
            "y": {"field": "bid", "type": "nominal", "sort": [one.offer.name for one in judged], "title": None},
            "x": {"field": "points", "type": "quantitative", "title": say("award.chart_axis"), "scale": {"domainMax": 100}},
            "order": {"field": "place", "type": "quantitative"},
            "color": {
                "field": "criterion",
                "type": "nominal",
                "sort": names,
                "scale": {"domain": names, "range": [COLOURS[at % len(COLOURS)] for at in range(len(names))]},
                "legend": {"orient": "bottom", "title": None, "columns": _beside_each_other(names)},
            },
        },
    }
    return Chart("scores", spec, say("award.chart_alt"))


LEGEND_CELLS = 90
"""Letters of half width that stand in one row under the picture, marks and gaps left out."""


def _beside_each_other(names: Sequence[str]) -> int:
    """Names of a legend in one row: as many as the longest leaves room for."""
    return max(1, min(len(names), LEGEND_CELLS // (4 + max(cells(name) for name in names))))


def page(minutes: Minutes, say: Words, svg: str | None) -> str:
    """The whole file; `svg` is the rendered picture."""
    made = tables(minutes, say)
    sections: dict[str, Callable[[], str]] = {
        "assumptions": lambda: _items([_assumption(one, say) for one in minutes.assumptions]),
        "published": lambda: _items([say("award.source", what=what, source=source) for what, source in minutes.published]),
        "award": lambda: _award(minutes, say),
        "eligibility": lambda: table(made["eligibility"], say, titled=False),
        "scores": lambda: _scores(minutes, say, svg),
        "losses": lambda: _losses(minutes, say),
        "partly": lambda: _partly(minutes, say),
        "weights": lambda: table(made["weights"], say, titled=False),
        "abnormally_low": lambda: _items(sentences.low_sentences(minutes, say)),
        "obligations": lambda: table(made["obligations"], say, titled=False),
        "stress": lambda: _items([stress_sentence(minutes, one, say) for one in minutes.stress or ()]),
        "provenance": lambda: tag("div", table(made["provenance"], say, titled=False), class_="hash"),
    }
    absent = {
        "assumptions": not minutes.assumptions,
        "published": not minutes.published,
        "eligibility": "eligibility" not in made,
        "scores": not minutes.award.tender.criteria,
        "partly": not minutes.explanation.cuts,
        "weights": "weights" not in made,
        "obligations": not minutes.explanation.obligations,
        "stress": minutes.stress is None,
    }
    shown = {key: make for key, make in sections.items() if not absent.get(key)}
    body = "".join(tag("section", tag("h2", text(say(f"award.{key}"))) + make(), id=key) for key, make in shown.items())
    body += tag("section", tag("h2", text(say("award.sign"))) + _sign(say), id="sign")
    links = "".join(tag("li", tag("a", text(say(f"award.{key}")), href=f"#{key}")) for key in shown)
    name = sentences.title(minutes.award.tender, say)
    header = "".join(
        [
            tag("p", text(f"dure · 두레 · {say('award.kind')}"), class_="eyebrow"),
            tag("h1", text(name)),
            tag("p", text(say(f"award.kind_{minutes.award.tender.procedure}")), class_="period"),
            tag("p", f"{text(sentences.lead(minutes, say))} {chip(minutes.word, say)}", class_="lead"),
            tag("nav", tag("ul", links), aria_label=say("report.contents")),
        ]
    )
    footer = tag("footer", text(say("award.footer", version=minutes.version)))
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta name="generator" content="dure {text(minutes.version)}">'
        f"<title>{text(name)} · {text(say('award.kind'))}</title><style>{CSS}\n{page_margins(name)}</style>"
    )
    inner = means_as_named(minutes.assumptions, tag("header", header) + tag("main", body), say) + footer
    return f'<!doctype html>\n<html lang="{say.lang}">\n<head>{head}</head>\n<body>{inner}</body>\n</html>\n'


def _sign(say: Words) -> str:
    """Lines for seat, office, name and signature, left blank."""
    heads = "".join(tag("th", text(say(f"award.sign_{head}")), scope="col") for head in ("seat", "office", "name", "signature"))
    rows = "".join(tag("tr", tag("th", text(say(f"award.seat_{seat}")), scope="row") + tag("td", "") * 3) for seat in SEATS)
    blank = tag("p", text(f"{say('award.fact.date')}: ____________    {say('award.fact.place')}: ____________"))
    return (
        tag("p", text(say("award.sign_text")))
        + blank
        + tag("div", tag("table", tag("thead", tag("tr", heads)) + tag("tbody", rows)), class_="scroll signing", tabindex="0")
    )


def _items(said: list[str]) -> str:
    return tag("ul", "".join(tag("li", text(one)) for one in said))


def _assumption(one: tuple[str, str, str], say: Words) -> str:
    what, who, why = one
    return say("award.assumption", what=what, who=who, why=why)


def _award(minutes: Minutes, say: Words) -> str:
    return table(tables(minutes, say)["award"], say, titled=False) + "".join(tag("p", text(one)) for one in _said(minutes, say))


def _said(minutes: Minutes, say: Words) -> list[str]:
    return [sentences.status(minutes, say), *sentences.around(minutes, say)]


def _scores(minutes: Minutes, say: Words, svg: str | None) -> str:
    drawn = picture(minutes, say)
    one = tables(minutes, say)["scores"]
    if drawn is None or svg is None:
        return table(one, say, titled=False)
    return figure(svg, one, say, drawn.alt, say("report.table_of", title=one.title))


def _losses(minutes: Minutes, say: Words) -> str:
    losses = minutes.explanation.losses
    if not losses:
        return tag("p", text(sentences.nobody_lost(minutes, say)))
    items = "".join(tag("li", text(" ".join(sentences.loss_sentences(minutes, one, say)))) for one in losses)
    shown = tag("p", text(say("award.flip.shown")), class_="note") if any(one.flips for one in losses) else ""
    return tag("ol", items, class_="losses") + shown


def _partly(minutes: Minutes, say: Words) -> str:
    items = "".join(tag("li", text(" ".join(partly_sentences(minutes, one, say)))) for one in minutes.explanation.cuts)
    return tag("ol", items, class_="losses") + "".join(tag("p", text(one), class_="note") for one in partly_note(minutes, say))


def view(minutes: Minutes, say: Words, width: int) -> RenderableType:
    """The minutes for a terminal of `width` columns."""
    from rich.console import Group

    return Group(*_parts(minutes, say, width))


def _parts(minutes: Minutes, say: Words, width: int) -> Iterator[RenderableType]:
    from rich.text import Text

    from dure.present.terminal import grid

    def heading(key: str) -> Text:
        return Text(f"\n{say(f'award.{key}')}", style="bold")

    def listed(said: list[str], mark: str = "-") -> Iterator[Text]:
        for number, one in enumerate(said, 1):
            yield Text(hanging(f"{f'{number}.' if mark == '1' else mark} {one}", width))

    made = tables(minutes, say)
    made |= {key: without(made[key], names) for key, names in NOT_ON_A_TERMINAL.items()}
    yield Text(f"{sentences.title(minutes.award.tender, say)} · {say('award.kind')}", style="bold")
    if minutes.assumptions:
        yield heading("assumptions")
        yield from listed([_assumption(one, say) for one in minutes.assumptions])
    if minutes.published:
        yield heading("published")
        yield from listed([say("award.source", what=what, source=source) for what, source in minutes.published])
    yield Text("\n" + "\n".join(_wrapped(sentences.lead(minutes, say), width)), style="bold")
    yield from (Text("\n".join(_wrapped(one, width))) for one in _said(minutes, say))
    for key in ("award", "scores"):
        if minutes.award.tender.criteria if key == "scores" else minutes.explanation.obligations:
            yield Text("")
            yield grid(made[key], say)
    losses = minutes.explanation.losses
    yield heading("losses")
    lines = [" ".join(sentences.loss_sentences(minutes, one, say)) for one in losses]
    yield from listed(lines or [sentences.nobody_lost(minutes, say)], "1" if lines else "-")
    if minutes.explanation.cuts:
        yield heading("partly")
        yield from listed([" ".join(partly_sentences(minutes, one, say)) for one in minutes.explanation.cuts], "1")
        yield from (Text("\n".join(_wrapped(one, width))) for one in partly_note(minutes, say))
    if "weights" in made:
        yield Text("")
        yield grid(made["weights"], say)
    yield heading("abnormally_low")
    yield from listed(sentences.low_sentences(minutes, say))
    if minutes.explanation.obligations:
        yield Text("")
        yield grid(made["obligations"], say)
    if minutes.stress is not None:
        yield heading("stress")
        yield from listed([stress_sentence(minutes, one, say) for one in minutes.stress])
    yield heading("provenance")
    yield from listed([f"{row[0].text}: {row[1].text}" for row in made["provenance"].rows])


def _wrapped(said: str, width: int) -> list[str]:
    from dure.present.layout import wrap

    return wrap(said, width)
