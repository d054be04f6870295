"""Pictures as Vega-Lite 6.4 specs (plain dictionaries); a renderer turns them into SVG. No picture is the only bearer of a figure:
each stands before its table. Colours are Okabe and Ito's, told apart by colour-blind readers, on light and on dark paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dure.model.reasons import STEPS, Mender
from dure.present.numbers import Lang, moment_of
from dure.present.run_tables import bands, bucket_text, has_worth, largest_losses, largest_names, menders_present
from dure.present.tables import share
from dure.present.words import Words
from dure.wire.runs import Row, RunFolder

Spec = dict[str, Any]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.4.json"
FONT = "Noto Sans CJK KR, Noto Sans KR, Apple SD Gothic Neo, Malgun Gothic, Noto Sans, DejaVu Sans, sans-serif"
INK, GRID, NEUTRAL, PRODUCTIVE = "#222222", "#d9d9d9", "#9aa3ad", "#009e73"
MENDER_COLOUR = {
    Mender.STATE: "#cc79a7",
    Mender.PROGRAMME: "#0072b2",
    Mender.OPERATOR: "#d55e00",
    Mender.USER: "#e69f00",
}
OPERATING, OCCUPANCY = "#0072b2", "#d55e00"
HOUR = 3600
PANELS_MAX = 12


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture: its spec and what it shows in one sentence, for those who do not see it."""

    key: str
    spec: Spec
    alt: str


def frame(view: Spec, **config: Any) -> Spec:
    """Font, ink and grid shared by all pictures; the background is the page's."""
    text = {"labelColor": INK, "titleColor": INK, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal"}
    shared = {
        "font": FONT,
        "background": None,
        "view": {"stroke": None},
        "axis": {**text, "gridColor": GRID, "domainColor": GRID, "tickColor": GRID, "labelLimit": 400},
        "legend": {**text, "labelLimit": 400, "symbolSize": 140, "orient": "bottom", "title": None},
        "header": {"labelColor": INK, "labelFontSize": 12, "labelFontWeight": "bold", "title": None},
        "text": {"color": INK, "fontSize": 12},
    }
    return {"$schema": SCHEMA, "config": {**shared, **config}, **view}


def _rows(values: Sequence[Row]) -> Spec:
    return {"values": list(values)}


def waterfall(run: RunFolder, say: Words) -> Chart:
    """From contracted down to productive: every loss above 0 as a band in its mender's colour, with share and won beside it."""
    contracted = run.fleet["contracted_s"] or 1
    shown = [band for band in bands(run) if band["kind"] == "step" or band["device_s"]]
    values = [
        {
            "label": say.step(band["name"]) if band["kind"] == "step" else f"− {say.cause(band['name'])}",
            "low": band["low_s"] / contracted,
            "high": band["high_s"] / contracted,
            "colour": say("chart.mends", who=say.mender(band["mender"])) if band["mender"] else _step_colour(band["name"], say),
            "hours": say.hours(band["device_s"]),
            "share": say.percent(band["device_s"] / contracted),
            "won": say.won(band["won"]) if band["won"] is not None else "–",
        }
        for band in shown
    ]
    present = menders_present(shown)
    wide, columns = 470, (("hours", 60), ("share", 130), ("won", 205))[: 3 if has_worth(run) else 2]
    y = {"field": "label", "type": "nominal", "sort": None, "title": None, "axis": _bold_steps(say)}
    colour = _colours(
        [say("chart.reached"), say.step("productive"), *(say("chart.mends", who=say.mender(one)) for one in present)],
        [NEUTRAL, PRODUCTIVE, *(MENDER_COLOUR[one] for one in present)],
    )
    bars = {
        "mark": {"type": "bar", "height": {"band": 0.74}, "strokeWidth": 1},  # the outline shows a band of less than a pixel
        "encoding": {
            "y": y,
            "x": {"field": "low", "type": "quantitative", "title": say("chart.share_of_contracted"), "axis": _percent_axis(say)},
            "x2": {"field": "high"},
            "color": colour,
            "stroke": {**colour, "legend": None},
        },
    }
    cells = [{"label": row["label"], "at": wide + at, "text": row[field]} for row in values for field, at in columns]
    at = {"field": "at", "type": "quantitative", "scale": None, "axis": None}
    texts = {
        "data": {"values": cells},
        "mark": {"type": "text", "align": "right", "baseline": "middle"},
        "encoding": {"y": y, "x": at, "text": {"field": "text"}},
    }
    heads = {
        "data": {"values": [{"at": wide + at, "text": say(f"chart.column_{field}")} for field, at in columns]},
        "mark": {"type": "text", "align": "right", "baseline": "bottom", "fontWeight": "bold"},
        "encoding": {"x": at, "y": {"value": -6}, "text": {"field": "text"}},
    }
    view = {"width": wide, "height": {"step": 24}, "data": _rows(values), "layer": [bars, texts, heads]}
    return Chart("waterfall", frame(view), _waterfall_alt(run, say))


def _step_colour(step: str, say: Words) -> str:
    return say.step("productive") if step == "productive" else say("chart.reached")


def _bold_steps(say: Words) -> Spec:
    steps = "[" + ", ".join(f"'{say.step(step)}'" for step in STEPS) + "]"
    test = {"test": f"indexof({steps}, datum.value) >= 0", "value": "bold"}
    return {"labelFontWeight": {"condition": test, "value": "normal"}, "ticks": False, "domain": False, "labelPadding": 8}


def _percent_axis(say: Words) -> Spec:
    """Ticks in per cent; the sign is the unit."""
    unit = "%" if say.lang is Lang.KO else " %"
    return {"labelExpr": f"format(datum.value * 100, '.0f') + '{unit}'", "tickCount": 5, "grid": True}


def _colours(names: Sequence[str], colours: Sequence[str]) -> Spec:
    return {"field": "colour", "type": "nominal", "scale": {"domain": list(names), "range": list(colours)}, "legend": {"columns": 3}}


def _waterfall_alt(run: RunFolder, say: Words) -> str:
    fleet = run.fleet
    steps = ", ".join(f"{say.step(step)} {say.percent(share(fleet[f'{step}_s'], fleet['contracted_s']))}" for step in STEPS)
    return say("chart.waterfall_alt", steps=steps)


def losses(run: RunFolder, say: Words, most: int = 10) -> Chart:
    """The largest losses by accelerator time, in their mender's colour, won beside the bar."""
    rows = largest_losses(run, most)
    values = [
        {
            "label": say.cause(row["cause"]),
            "share": row["share_of_contracted_ppm"] / 10**6,
            "colour": say("chart.mends", who=say.mender(row["mend"].split("|")[0])),
            "text": " · ".join([say.percent(row["share_of_contracted_ppm"] / 10**6), *([say.won(row["won"])] if has_worth(run) else [])]),
        }
        for row in rows
    ]
    present = [mender for mender in Mender if any(row["mend"].split("|")[0] == mender.value for row in rows)]
    y = {"field": "label", "type": "nominal", "sort": None, "title": None, "axis": {"ticks": False, "domain": False, "labelPadding": 8}}
    axis = {**_percent_axis(say), "grid": False}
    x = {"field": "share", "type": "quantitative", "title": say("chart.share_of_contracted"), "axis": axis}
    bars = {
        "mark": {"type": "bar", "height": {"band": 0.7}},
        "encoding": {
            "y": y,
            "x": x,
            "color": _colours([say("chart.mends", who=say.mender(one)) for one in present], [MENDER_COLOUR[one] for one in present]),
        },
    }
    text = {"mark": {"type": "text", "align": "left", "dx": 6}, "encoding": {"y": y, "x": x, "text": {"field": "text"}}}
    view = {"width": 480, "height": {"step": 26}, "data": _rows(values), "layer": [bars, text]}
    first = f"{values[0]['label']} {values[0]['text']}" if values else ""
    return Chart("losses", frame(view), say("chart.losses_alt", n=len(values), first=first))


def rates(run: RunFolder, say: Words, level: str) -> Chart:
    """Both rates over time, one panel per vendor or site and the fleet first; hours without observation are grey, never 0."""
    rows = [row for row in run.rates if row["level"] in ("fleet", level)]
    keys = largest_names(run, level, PANELS_MAX)
    lines, gaps = [], []
    for row in rows:
        if (row["level"], row["key"]) not in keys:
            continue
        panel = say.name(row["key"], level) if row["key"] else say("level.fleet")
        at = _moment_ms(run, row["start_s"])
        both = {"operating_rate": share(row["busy_s"], row["installed_s"]), "occupancy": share(row["busy_s"], row["available_s"])}
        lines += [{"panel": panel, "at": at, "rate": value, "colour": say(f"headline.{name}")} for name, value in both.items()]
        if row["busy_s"] is None or row["installed_s"] is None:
            gaps.append({"panel": panel, "at": at, "end": at + row["bin_s"] * 1000, "colour": say.unknown})
    names = [say.name(key, level) if key else say("level.fleet") for _, key in keys]
    view = {
        "data": _rows([{**row, "kind": "line"} for row in lines] + [{**row, "kind": "gap"} for row in gaps]),
        "facet": {"field": "panel", "type": "nominal", "sort": names, "title": None},
        "columns": 3,
        "spacing": {"row": 16, "column": 36},
        "spec": {"width": 212, "height": 110, "layer": _rate_layers(say, len(lines) <= 4 * len(keys), bool(gaps))},
    }
    shown = ", ".join(names)
    return Chart(f"rates_{level}", frame(view), say("chart.rates_alt", names=shown))


def _moment_ms(run: RunFolder, seconds: int) -> int:
    return round(moment_of(run.start, seconds).timestamp() * 1000)


def _rate_layers(say: Words, few: bool, gaps: bool) -> list[Spec]:
    names, colours = [say("headline.operating_rate"), say("headline.occupancy")], [OPERATING, OCCUPANCY]
    if gaps:
        names, colours = [*names, say.unknown], [*colours, NEUTRAL]
    legend = {"symbolType": "stroke", "symbolStrokeWidth": 3, "symbolOpacity": 1, "symbolSize": 300}
    colour = {**_colours(names, colours), "legend": legend}
    dash = {"field": "colour", "type": "nominal", "scale": {"domain": names, "range": [[1, 0], [5, 3], [1, 0]][: len(names)]}}
    form = "%-m월 %-d일" if say.lang is Lang.KO else "%-d %b"
    x = {
        "field": "at",
        "type": "temporal",
        "title": None,
        "scale": {"type": "utc"},
        "axis": {"tickCount": 3, "grid": False, "format": form, "labelFlush": True},
    }
    y = {
        "field": "rate",
        "type": "quantitative",
        "scale": {"domain": [0, 1]},
        "title": None,
        "axis": {**_percent_axis(say), "values": [0, 0.5, 1], "domain": False, "ticks": False},
    }
    line = {
        "transform": [{"filter": "datum.kind == 'line'"}],
        "mark": {"type": "line", "point": few, "invalid": "break-paths-show-path-domains"},
        "encoding": {
            "x": x,
            "y": y,
            "color": colour,
            "strokeDash": {**dash, "legend": legend},
            "strokeWidth": {
                "field": "colour",
                "type": "nominal",
                "scale": {"domain": names, "range": [3, 1.5, 3][: len(names)]},
                "legend": None,
            },
        },
    }
    gap = {
        "transform": [{"filter": "datum.kind == 'gap'"}],
        "mark": {"type": "rect", "opacity": 0.35},
        "encoding": {"x": x, "x2": {"field": "end"}, "color": colour},
    }
    return [gap, line] if gaps else [line]


WAIT_TICKS_S = (0, 60, 600, HOUR, 6 * HOUR, 86_400, 7 * 86_400, 30 * 86_400)


def waits(run: RunFolder, say: Words) -> Chart:
    """Median, 95th and 99th percentile of the wait per job size, on a logarithmic axis that still shows 0."""
    names = [say("column.median"), say("column.p95"), say("column.p99")]
    values = [
        {"size": bucket_text(row["bucket"]), "wait": row[field], "colour": name}
        for row in run.waits
        if row["jobs"]
        for field, name in zip(("p99_s", "p95_s", "median_s"), reversed(names), strict=True)  # drawn in this order: none hides another
        if row[field] is not None
    ]
    top = max((value["wait"] for value in values), default=60)
    ticks = [tick for tick in WAIT_TICKS_S if tick <= top * 1.05] or [0, 60]
    labels = "{" + ", ".join(f"'{tick}': '{say.duration(tick)}'" for tick in ticks) + "}"
    x = {
        "field": "wait",
        "type": "quantitative",
        "title": say("chart.wait"),
        "scale": {"type": "symlog", "constant": 30, "domain": [0, max(top, 60)], "nice": False},
        "axis": {"values": ticks, "labelExpr": f"{labels}[datum.value]", "grid": True, "labelFlush": False},
    }
    y = {"field": "size", "type": "nominal", "sort": None, "title": say("chart.job_size"), "axis": {"ticks": False, "labelPadding": 8}}
    spans = {"mark": {"type": "rule", "color": NEUTRAL, "strokeWidth": 2}, "encoding": _span(x, y)}
    points = {
        "mark": {"type": "point", "filled": True, "opacity": 1},
        "encoding": {
            "x": x,
            "y": y,
            "color": _colours(names, [OPERATING, "#e69f00", OCCUPANCY]),
            "shape": {"field": "colour", "type": "nominal", "scale": {"domain": names, "range": ["circle", "square", "diamond"]}},
            "size": {"field": "colour", "type": "nominal", "scale": {"domain": names, "range": [50, 120, 200]}, "legend": None},
        },
    }
    view = {"width": 600, "height": {"step": 34}, "data": _rows(values), "layer": [spans, points]}
    return Chart("waits", frame(view), say("chart.waits_alt"))


def _span(x: Spec, y: Spec) -> Spec:
    return {"y": y, "x": {**x, "aggregate": "min"}, "x2": {"field": "wait", "aggregate": "max"}}


def strip(parts: Sequence[tuple[str, float, str]], say: Words, key: str, title: str) -> Chart:
    """One bar of 100 %: (label, share, colour) from left to right, the share in the label above. For a ceiling such as Gwangju's."""
    assert abs(sum(part for _, part, _ in parts) - 1) < 1e-9, parts
    low, values = 0.0, []
    for label, part, colour in parts:
        values.append({"low": low, "high": low + part, "colour": label, "text": f"{label} {say.percent(part)}", "fill": colour})
        low += part
    x = {"field": "low", "type": "quantitative", "title": title, "scale": {"domain": [0, 1]}, "axis": _percent_axis(say)}
    bars = {
        "mark": {"type": "bar", "height": 26},
        "encoding": {"x": x, "x2": {"field": "high"}, "color": {"field": "fill", "type": "nominal", "scale": None}},
    }
    text = {
        "mark": {"type": "text", "align": "left", "baseline": "bottom", "dy": -17},
        "encoding": {"x": x, "text": {"field": "text"}},
    }
    view = {"width": 640, "height": 40, "data": _rows(values), "layer": [bars, text]}
    return Chart(key, frame(view), f"{title}: " + ", ".join(str(row["text"]) for row in values))
