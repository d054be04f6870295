"""Pictures of a study: candidates by what users got, what each class got, and how what the plan counts on converges.

Vega-Lite specs in the style of `charts`; each stands before the table that holds its figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dure.present.charts import Chart, Spec, frame
from dure.present.numbers import Lang
from dure.present.purchase_charts import COLOURS
from dure.present.study_tables import candidate
from dure.present.words import Words

Row = Mapping[str, Any]
CANDIDATES_MOST = 24
"""More candidates than so many are told in their table alone."""
PANEL = 150
MINUTE = 60


def pictures(rows: Sequence[Row], say: Words) -> dict[str, Chart]:
    """Those that have something to show: `candidates`, and of every study by its number `classes_1`, `rounds_1` …"""
    found = [one for one in rows if "failed" not in one]
    played = [one for one in found if _lasts(one)]
    made: dict[str, Chart] = {}
    if 1 < len(played) <= CANDIDATES_MOST:
        made["candidates"] = candidates(played, say)
    for number, row in enumerate(found, 1):
        if not _lasts(row):
            continue
        made[f"classes_{number}"] = classes(row, say, f"classes_{number}")
        if len(_lasts(row)) > 1:
            made[f"rounds_{number}"] = rounds(row, say, f"rounds_{number}")
    return made


def _lasts(row: Row) -> list[Row]:
    return [one for one in row["rounds"] if one["delivered"] is not None]


def candidates(played: Sequence[Row], say: Words) -> Chart:
    """A bar for each candidate in three panels: work that users got, operating rate, mean wait."""
    lasts = [_lasts(one)[-1] for one in played]
    panels = (
        ("delivered", [one["delivered"] for one in lasts], [say.count(round(one["delivered"])) for one in lasts]),
        ("operating_rate", [one["operating_rate"] or 0 for one in lasts], [say.percent(one["operating_rate"]) for one in lasts]),
        ("wait_mean", [(one["wait_mean_s"] or 0) / MINUTE for one in lasts], [say.duration(one["wait_mean_s"]) for one in lasts]),
    )
    views = []
    for at, (key, values, texts) in enumerate(panels):
        data = [{"name": candidate(one, say), "value": value, "text": text} for one, value, text in zip(played, values, texts, strict=True)]
        labels = {"labels": at == 0, "ticks": False, "domain": False, "labelPadding": 8, "labelLimit": 220}
        y = {"field": "name", "type": "nominal", "sort": None, "title": None, "axis": labels}
        top = max(values) or 1
        x = {"field": "value", "type": "quantitative", "title": None, "axis": None, "scale": {"domain": [0, top * 1.6]}}
        bars = {"mark": {"type": "bar", "color": COLOURS[at], "height": {"band": 0.7}}, "encoding": {"y": y, "x": x}}
        words = {"mark": {"type": "text", "align": "left", "dx": 5}, "encoding": {"y": y, "x": x, "text": {"field": "text"}}}
        title = {"text": say(f"study_chart.{key}"), "anchor": "start", "fontSize": 12, "fontWeight": "normal"}
        views.append({"width": PANEL, "height": {"step": 28}, "title": title, "data": {"values": data}, "layer": [bars, words]})
    said = "; ".join(f"{candidate(one, say)}: {', '.join(text[at] for _, _, text in panels)}" for at, one in enumerate(played))
    return Chart("candidates", frame({"hconcat": views, "spacing": 18}), say("study_chart.candidates_alt", said=said))


def classes(row: Row, say: Words, key: str) -> Chart:
    """Asked, planned and delivered of every class, as three bars."""
    names = [say(f"study.column.{one}") for one in ("asked", "planned", "delivered")]
    values, order, shares = [], [], []
    for one in row["classes"]:
        name = str(one["class_ko"] if say.lang is Lang.KO else one["class"])
        order.append(name)
        shares.append(f"{name} {say.percent(one['delivered_share'])}")
        values += [{"at": name, "colour": colour, "value": one[field]} for colour, field in zip(names, _FIELDS, strict=True)]
    colour = {
        "field": "colour",
        "type": "nominal",
        "scale": {"domain": names, "range": ["#9aa3ad", COLOURS[4], COLOURS[0]]},
        "legend": {"columns": 3},
    }
    view = {
        "width": 560,
        "height": {"step": 15},
        "data": {"values": values},
        "mark": {"type": "bar"},
        "encoding": {
            "y": {"field": "at", "type": "nominal", "sort": order, "title": None, "axis": {"ticks": False, "labelPadding": 8}},
            "yOffset": {"field": "colour", "type": "nominal", "sort": names, "scale": {"domain": names}},
            "x": {
                "field": "value",
                "type": "quantitative",
                "title": say("study_chart.reference"),
                "axis": {"format": ",~r", "domain": False, "tickCount": 5},
            },
            "color": colour,
        },
    }
    return Chart(key, frame(view), say("study_chart.classes_alt", shares=", ".join(shares)))


_FIELDS = ("asked", "planned", "delivered")


def rounds(row: Row, say: Words, key: str) -> Chart:
    """By round: what the plan counts on of each machine's time, and beside it what it promises and what users got."""
    turns = [one["round"] for one in row["rounds"]]
    x = {"field": "round", "type": "ordinal", "title": say("study.column.round"), "axis": {"labelAngle": 0, "grid": False}}
    machines = list(dict.fromkeys(name for one in row["rounds"] for name in one["counted_on_by_machine"]))
    shares = [
        {"round": one["round"], "colour": name, "value": value}
        for one in row["rounds"]
        for name, value in one["counted_on_by_machine"].items()
    ]
    names = [say(f"study.column.{one}") for one in _FIELDS]
    work = [
        {"round": one["round"], "colour": name, "value": one[field]}
        for one in _lasts(row)
        for name, field in zip(names, _FIELDS, strict=True)
    ]
    palette = [one for one in COLOURS if one != "#f0e442"]
    left = _lines(shares, x, machines, palette, say("study_chart.counted_on"), ".0%")
    right = _lines(work, x, names, ["#9aa3ad", COLOURS[4], COLOURS[0]], say("study_chart.reference"), ",~r")
    view = {"hconcat": [left, right], "spacing": 30, "resolve": {"scale": {"color": "independent", "shape": "independent"}}}
    first, last = row["rounds"][0], row["rounds"][-1]
    alt = say("study_chart.rounds_alt", n=len(turns), old=say.percent(first["usable"]), new=say.percent(last["usable"]))
    return Chart(key, frame(view), alt)


def _lines(values: list[dict[str, Any]], x: Spec, names: Sequence[str], colours: Sequence[str], title: str, form: str) -> Spec:
    y = {
        "field": "value",
        "type": "quantitative",
        "title": title,
        "scale": {"zero": False, "nice": True},
        "axis": {"format": form, "domain": False, "tickCount": 5},
    }
    colour = {
        "field": "colour",
        "type": "nominal",
        "scale": {"domain": list(names), "range": [colours[at % len(colours)] for at in range(len(names))]},
        "legend": {"columns": 3 if len(names) <= 3 else 2, "symbolType": "stroke", "symbolStrokeWidth": 3},
    }
    mark = {"type": "line", "strokeWidth": 2, "point": {"size": 40}}
    return {"width": 260, "height": 190, "data": {"values": values}, "mark": mark, "encoding": {"x": x, "y": y, "color": colour}}
