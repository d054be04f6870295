"""Pictures of operating money and of power: what is left by day and falls due by month, and what a site draws against its cap."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

from dure.present.charts import HOUR, INK, NEUTRAL, OCCUPANCY, OPERATING, Chart, Spec, frame
from dure.present.funding_tables import KW, SITES_MAX, day_text, funded_sites, rows_of
from dure.present.numbers import Lang
from dure.present.words import Words
from dure.wire.runs import RunFolder

ITEM_COLOUR = {
    "electricity": "#e69f00",
    "support": "#0072b2",
    "software": "#56b4e9",
    "labour": "#009e73",
    "spares": "#cc79a7",
    "insurance": "#9aa3ad",
}
WIDE = 620


def pictures(run: RunFolder, say: Words) -> list[Chart]:
    """Two pictures for each site that has a budget."""
    names = [row["site"] for row in funded_sites(run)[:SITES_MAX]]
    return [chart(run, say, name) for name in names for chart in (money, power)]


def day_ms(day: str) -> int:
    """A Korean day as Vega counts it: its own midnight, without a zone."""
    return round(dt.datetime.fromisoformat(day).replace(tzinfo=dt.UTC).timestamp() * 1000)


def day_axis(say: Words, days: int) -> Spec:
    form = ("%-m월 %-d일" if days < 90 else "%Y년 %-m월") if say.lang is Lang.KO else ("%-d %b" if days < 90 else "%b %Y")
    axis = {"tickCount": 6, "grid": False, "format": form, "labelFlush": True}
    return {"field": "at", "type": "temporal", "title": None, "scale": {"type": "utc"}, "axis": axis}


def money(run: RunFolder, say: Words, site: str) -> Chart:
    """What is left at the end of each day, with the day of darkness; below it what fell due in each month, by item."""
    days, unit = rows_of(run, "days", site), 10**8 if say.lang is Lang.KO else 10**9
    (about,) = (row for row in run.run["funding"]["sites"] if row["site"] == site)
    left = [{"at": day_ms(row["day"]), "won": row["left_won"] / unit} for row in days]
    name = {"unit": say("funding.unit")}
    x = day_axis(say, len(days))
    area = {
        "data": {"values": left},
        "mark": {"type": "area", "interpolate": "step-after", "color": OPERATING, "opacity": 0.35, "line": {"color": OPERATING}},
        "encoding": {"x": x, "y": _won_axis(say("funding.left_axis", **name))},
    }
    upper: Spec = {"width": WIDE, "height": 130, "layer": [area]}
    dark = about["dark_from"] or about["goes_dark_on"]
    if dark and day_ms(dark) <= left[-1]["at"]:
        upper["layer"] += _dark(dark, x, say)
    lower = {"width": WIDE, "height": 120, **_by_month(run, say, site, unit, x)}
    view = {"vconcat": [upper, lower], "spacing": 14, "resolve": {"scale": {"x": "shared", "color": "independent"}}}
    return Chart(f"funding_{site}", frame(view), say("funding.alt", site=say.name(site, "site")))


def _won_axis(title: str) -> Spec:
    return {"field": "won", "type": "quantitative", "title": title, "scale": {"zero": True}, "axis": {"tickCount": 4, "grid": True}}


def _dark(day: str, x: Spec, say: Words) -> list[Spec]:
    at = {"data": {"values": [{"at": day_ms(day), "text": say("funding.dark_on", day=day_text(day, say))}]}}
    rule = {**at, "mark": {"type": "rule", "color": OCCUPANCY, "strokeWidth": 2}, "encoding": {"x": x}}
    mark = {"type": "text", "align": "left", "baseline": "bottom", "dx": -4, "color": OCCUPANCY, "fontWeight": "bold"}
    return [rule, {**at, "mark": mark, "encoding": {"x": x, "y": {"value": -4}, "text": {"field": "text"}}}]


def _by_month(run: RunFolder, say: Words, site: str, unit: int, x: Spec) -> Spec:
    months, days = rows_of(run, "months", site), rows_of(run, "days", site)
    begins = [next(day_ms(day["day"]) for day in days if day["day"].startswith(row["month"])) for row in months]
    begins.append(day_ms(days[-1]["day"]) + 24 * HOUR * 1000)
    values: list[dict[str, Any]] = []
    for row, (at, until) in zip(months, pairwise(begins), strict=True):
        low = 0.0
        for item in ITEM_COLOUR:
            won = row["due_by_item"].get(item, 0) / unit
            if won:
                gap = (until - at) // 40
                values.append({"at": at + gap, "until": until - gap, "low": low, "won": low + won, "item": say(f"funding.item.{item}")})
                low += won
    shown = [item for item in ITEM_COLOUR if any(row["item"] == say(f"funding.item.{item}") for row in values)]
    names, colours = [say(f"funding.item.{item}") for item in shown], [ITEM_COLOUR[item] for item in shown]
    colour = {"field": "item", "type": "nominal", "scale": {"domain": names, "range": colours}, "legend": {"columns": 6}}
    return {
        "data": {"values": values},
        "mark": {"type": "rect"},
        "encoding": {
            "x": x,
            "x2": {"field": "until"},
            "y": _won_axis(say("funding.due_axis", unit=say("funding.unit"))),
            "y2": {"field": "low"},
            "color": colour,
        },
    }


def power(run: RunFolder, say: Words, site: str) -> Chart:
    """Mean and highest hour of each day; the cap as a line, where there is one, with the words that it is not enforced."""
    days = rows_of(run, "days", site)
    (about,) = (row for row in run.run["funding"]["sites"] if row["site"] == site)
    names = [say("funding.highest"), say("funding.mean")]
    values = [
        {"at": day_ms(row["day"]), "kw": row[field] / KW, "line": name}
        for row in days
        for field, name in zip(("highest_w", "mean_w"), names, strict=True)
    ]
    colours = [OCCUPANCY, OPERATING]
    if about["power_cap_w"] is not None:
        names, colours = [*names, say("funding.cap")], [*colours, INK]
        values += [{"at": day_ms(row["day"]), "kw": about["power_cap_w"] / KW, "line": names[2]} for row in (days[0], days[-1])]
    legend = {"symbolType": "stroke", "symbolStrokeWidth": 3, "symbolSize": 300, "columns": 3}
    dashes = [[1, 0], [1, 0], [6, 4]][: len(names)]
    y = {"field": "kw", "type": "quantitative", "title": say("funding.power_axis"), "scale": {"zero": True}, "axis": {"tickCount": 5}}
    view = {
        "width": WIDE,
        "height": 180,
        "data": {"values": values},
        "mark": {"type": "line", "interpolate": "step-after", "point": {"color": NEUTRAL} if len(days) < 2 else False},
        "encoding": {
            "x": day_axis(say, len(days)),
            "y": y,
            "color": {"field": "line", "type": "nominal", "scale": {"domain": names, "range": colours}, "legend": legend},
            "strokeDash": {"field": "line", "type": "nominal", "scale": {"domain": names, "range": dashes}, "legend": None},
        },
    }
    return Chart(f"power_{site}", frame(view), say("funding.power_alt", site=say.name(site, "site")))
