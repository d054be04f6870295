"""Pictures of a purchase plan: orders by period and model, the cost stack by year, power against its cap, shares of vendors.

Vega-Lite specs in the style of `charts`; each stands before the table that holds its figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dure.present.charts import Chart, Spec, frame
from dure.present.purchase_stack import CAPEX, WATTS, cost_stack, power_drawn
from dure.present.purchase_tables import PlanPage
from dure.present.rule_names import period_words
from dure.present.words import Words

COLOURS = (
    "#0072b2",
    "#e69f00",
    "#009e73",
    "#cc79a7",
    "#56b4e9",
    "#d55e00",
    "#f0e442",
    "#999999",
    "#332288",
    "#117733",
    "#882255",
    "#44aa99",
)
CAP = "#d55e00"
WIDE, FEW = 620, 110
"""Pixels of a picture, and of a bar where there are few."""
BILLION = 10**9
YEAR = "substring(datum.label, 0, 4)"


def pictures(page: PlanPage, say: Words) -> dict[str, Chart]:
    """Those that have something to show, by the key of the table that they stand before."""
    orders = page.planned.chosen.orders
    made: dict[str, Chart] = {}
    if orders:
        made |= {"schedule": schedule(page, say), "vendors": vendors(page, say)}
    if cost_stack(page.planned.purchase, orders):
        made["stack"] = stack(page, say)
    if len({one.period for one in power_drawn(page.planned.purchase, orders)}) > 1:
        made["power"] = power(page, say)
    return made


def _colour(names: Sequence[str]) -> Spec:
    range_ = [COLOURS[at % len(COLOURS)] for at in range(len(names))]
    return {"field": "colour", "type": "nominal", "scale": {"domain": list(names), "range": range_}, "legend": {"columns": 4}}


def _stacked(values: list[dict[str, Any]], names: Sequence[str], title: str, order: Sequence[str]) -> Spec:
    """Bars by `at`, stacked by `colour` in the order of the legend."""
    ranked = [{**row, "rank": names.index(row["colour"])} for row in values]
    labels = {"labelAngle": -40 if len(order) > 10 else 0, "labelOverlap": True, "ticks": False}
    return {
        "width": min(WIDE, FEW * len(order)) if len(order) < 5 else WIDE,
        "height": 260,
        "data": {"values": ranked},
        "mark": {"type": "bar"},
        "encoding": {
            "x": {"field": "at", "type": "nominal", "sort": list(order), "title": None, "axis": labels, "scale": {"domain": list(order)}},
            "y": {"field": "value", "type": "quantitative", "title": title, "stack": "zero", "axis": {"format": ",~r", "domain": False}},
            "color": _colour(names),
            "order": {"field": "rank", "type": "quantitative"},
        },
    }


def schedule(page: PlanPage, say: Words) -> Chart:
    """Accelerators ordered by period, stacked by model."""
    purchase = page.planned.purchase
    counts: dict[tuple[int, str], int] = {}
    for one in page.planned.chosen.orders:
        key = (one.period, one.machine)
        counts[key] = counts.get(key, 0) + one.units * purchase.machine(one.machine).unit
    totals: dict[str, int] = {}
    for (_, name), count in counts.items():
        totals[name] = totals.get(name, 0) + count
    names = sorted(totals, key=lambda name: (-totals[name], name))
    labels = [period_words(one, say) for one in purchase.labels]
    values = [{"at": labels[period], "colour": name, "value": count} for (period, name), count in sorted(counts.items())]
    most = max(range(purchase.buying), key=lambda period: sum(count for (at, _), count in counts.items() if at == period))
    said = sum(count for (at, _), count in counts.items() if at == most)
    alt = say("plan_chart.schedule_alt", models=len(names), period=labels[most], n=said)
    spec = _stacked(values, names, say("buy.column.accelerators"), labels[: purchase.buying])
    return Chart("schedule", frame(spec), alt)


def stack(page: PlanPage, say: Words) -> Chart:
    """Billions of won by year, stacked by what they are for."""
    won = cost_stack(page.planned.purchase, page.planned.chosen.orders)
    years = sorted({year for _, year in won})
    totals = {item: sum(amount for (one, _), amount in won.items() if one == item) for item, _ in won}
    items = sorted(totals, key=lambda item: (item != CAPEX, -totals[item]))
    named = {item: say(f"cost.{item}") for item in items}
    values = [{"at": str(year), "colour": named[item], "value": amount / BILLION} for (item, year), amount in won.items()]
    most = max(years, key=lambda year: sum(amount for (_, at), amount in won.items() if at == year))
    largest = sum(amount for (_, at), amount in won.items() if at == most)
    alt = say("plan_chart.stack_alt", first=str(years[0]), last=str(years[-1]), year=str(most), won=say.won(largest))
    spec = _stacked(values, [named[item] for item in items], say("plan_chart.billion_won"), [str(year) for year in years])
    return Chart("stack", frame(spec), alt)


def power(page: PlanPage, say: Words) -> Chart:
    """MW of each site against what it may draw, by period; a panel a site."""
    purchase = page.planned.purchase
    rows = power_drawn(purchase, page.planned.chosen.orders)
    drawn, cap = say("plan_chart.drawn"), say("plan_chart.cap")
    sites = list(dict.fromkeys(one.site for one in rows))
    values: list[dict[str, Any]] = []
    for one in rows:
        at = {"panel": say.name(one.site, "site"), "at": purchase.labels[one.period]}
        values.append({**at, "colour": drawn, "mw": one.watts / WATTS})
        if one.cap_w is not None:
            values.append({**at, "colour": cap, "mw": one.cap_w / WATTS})
    order = list(dict.fromkeys(purchase.labels[one.period] for one in rows))
    first = list(dict.fromkeys(next(label for label in order if label[:4] == one[:4]) for one in order))
    shown = first[:: max(1, -(-len(first) // 5))]
    colour = {
        "field": "colour",
        "type": "nominal",
        "scale": {"domain": [drawn, cap], "range": [COLOURS[0], CAP]},
        "legend": {"symbolType": "stroke", "symbolStrokeWidth": 3},
    }
    x = {
        "field": "at",
        "type": "nominal",
        "sort": order,
        "title": None,
        "axis": {"values": shown, "labelExpr": YEAR, "labelAngle": 0, "grid": False},
    }
    y = {"field": "mw", "type": "quantitative", "title": "MW", "axis": {"domain": False, "tickCount": 4}}
    dash = {"field": "colour", "type": "nominal", "scale": {"domain": [drawn, cap], "range": [[1, 0], [5, 3]]}, "legend": None}
    view = {
        "data": {"values": values},
        "facet": {"field": "panel", "type": "nominal", "sort": [say.name(site, "site") for site in sites], "title": None},
        "columns": 3,
        "spec": {
            "width": 190,
            "height": 110,
            "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2},
            "encoding": {"x": x, "y": y, "color": colour, "strokeDash": dash},
        },
        "resolve": {"scale": {"y": "independent"}},
    }
    fullest = max(rows, key=lambda one: one.watts / one.cap_w if one.cap_w else 0.0)
    share = fullest.watts / fullest.cap_w if fullest.cap_w else None
    where = say.name(fullest.site, "site")
    alt = say(
        "plan_chart.power_alt",
        sites=len(sites),
        site=where,
        period=period_words(purchase.labels[fullest.period], say),
        share=say.percent(share),
    )
    return Chart("power", frame(view), alt)


def vendors(page: PlanPage, say: Words) -> Chart:
    """Shares of accelerators ordered, one bar each with its figure."""
    values = [
        {"name": say.name(vendor, "vendor"), "share": count / page.units, "text": say.percent(count / page.units)}
        for vendor, count in page.by_vendor.items()
    ]
    y = {"field": "name", "type": "nominal", "sort": None, "title": None, "axis": {"ticks": False, "domain": False, "labelPadding": 8}}
    x = {"field": "share", "type": "quantitative", "title": None, "axis": None}
    bars = {"mark": {"type": "bar", "color": COLOURS[0], "height": {"band": 0.7}}, "encoding": {"y": y, "x": x}}
    text = {"mark": {"type": "text", "align": "left", "dx": 6}, "encoding": {"y": y, "x": x, "text": {"field": "text"}}}
    view = {"width": 300, "height": {"step": 26}, "data": {"values": values}, "layer": [bars, text]}
    alt = say("plan_chart.vendors_alt", shares=", ".join(f"{row['name']} {row['text']}" for row in values))
    return Chart("vendors", frame(view), alt)
