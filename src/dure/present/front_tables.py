"""Pareto fronts in sentences, tables and charts: what ten points away from one vendor cost, by kind of work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import isfinite, isinf
from typing import Any

from dure.model.purchases import Purchase
from dure.plan.front import Front, Fronts
from dure.plan.points import Point
from dure.present.charts import GRID, NEUTRAL, Chart, Spec, frame
from dure.present.choices import OTHER_COLOUR, VENDOR_COLOURS, Answer, change, columns, point_json, work, work_names
from dure.present.numbers import Lang
from dure.present.tables import Cell, Table, Word
from dure.present.words import Words

CLASSES_SAID = 3


def answer(fronts: Fronts, assumed: Sequence[str], word: Word, inputs: Sequence[tuple[str, str]], version: str, say: Words) -> Answer:
    asked = fronts.asked
    both = {"cost": fronts.cost, "dependency": fronts.dependency}
    made = {f"front_{key}": _table(key, front, word, say) for key, front in both.items()}
    made |= {f"work_{key}": _by_work(key, front, asked, word, say) for key, front in both.items()}
    made |= {f"mix_{key}": _by_vendor(key, front, word, say) for key, front in both.items()}
    charts = {f"front_{key}": _chart(key, front, say) for key, front in both.items() if front.on}
    return Answer(
        "front",
        asked.name,
        list(_said(fronts, say)),
        assumed,
        made,
        charts,
        {"tens": list(_tens(fronts, say)), "transfers": list(_transfers(fronts, say))},
        _json(fronts),
        word,
        inputs,
        version,
        [rule.rule for front in both.values() for one in front.on for rule in one.point.broken],
    )


def _said(fronts: Fronts, say: Words) -> Iterator[str]:
    cost = fronts.cost.on
    if cost:
        low, high = cost[0].point, cost[-1].point
        yield say("front.cost", n=len(cost), low=say.won(low.won), least=work(low.worth), high=say.won(high.won), most=work(high.worth))
    dependency = fronts.dependency.on
    if dependency:
        low, high = dependency[0].point, dependency[-1].point
        less = change(low.worth / high.worth - 1, say) if high.worth else say.unknown
        shares = {"low": say.percent(float(low.share)), "high": say.percent(float(high.share))}
        yield say("front.dependency", n=len(dependency), vendor=high.largest or "", **shares, less=less)
    if fronts.dependency.none_below is not None:
        yield say("front.none_below", share=say.percent(float(fronts.dependency.none_below)))
    points = [one.point for one in (*cost, *dependency)]
    widest = max(fronts.cost.gap, fronts.dependency.gap)
    late, lost = (sum(getattr(one, name) for one in (fronts.cost, fronts.dependency)) for name in ("late", "lost"))
    tried, dropped = (sum(getattr(one, name) for one in (fronts.cost, fronts.dependency)) for name in ("solved", "dropped"))
    broken = sum(1 for one in points if one.broken)
    checked = say("buy.checked") if not broken else say("front.broken", n=broken)
    yield say("front.proven", gap=say.percent(widest if isfinite(widest) else None, 2), tried=tried, dropped=dropped, checked=checked)
    if late or lost:
        yield say("front.late", late=late, lost=lost)
    if fronts.aside:
        yield say("front.aside", rules=", ".join(fronts.aside))
    if fronts.unfunded:
        yield say("choice.unfunded")


def _tens(fronts: Fronts, say: Words) -> Iterator[str]:
    """Each ten points down from the plan that serves the most; of the continuous optimum, so that whole units do not blur it."""
    on = fronts.dependency.on
    if not on:
        return
    names, top = work_names(fronts.asked, say), on[-1].point
    weights = {one.name: one.weight_micro / 1e6 for one in fronts.asked.work}
    before = top
    for number in range(1, 10):
        ceiling = Fraction(round((top.share - Fraction(number, 10)) * 1_000_000), 1_000_000)
        here = next((one.point for one in on if one.ceiling == ceiling), None)
        if here is None:
            break
        was, now = (sum(weights[name] * each for name, each in one.relaxed.items()) for one in (before, here))
        ends = {"high": say.percent(float(ceiling) + 0.1), "low": say.percent(float(ceiling))}
        yield say("front.ten", **ends, change=change(now / was - 1, say), works=_works(before, here, names, say))
        before = here


def _works(before: Point, here: Point, names: dict[str, str], say: Words) -> str:
    """The classes that change the most."""
    changes = {name: here.relaxed[name] / was - 1 for name, was in before.relaxed.items() if was}
    return works_said(changes, names, say)


def works_said(changes: dict[str, float], names: dict[str, str], say: Words) -> str:
    largest = sorted(changes, key=lambda one: -abs(changes[one]))[:CLASSES_SAID]
    return ", ".join(f"{names[name]} {change(changes[name], say)}" for name in largest)


def _transfers(fronts: Fronts, say: Words) -> Iterator[str]:
    made = fronts.transfers
    if made is None:
        return
    names, giver = work_names(fronts.asked, say), say.name(made.giver, "vendor")
    for one in made.to:
        to = say.name(one.to, "vendor")
        if one.work is None:
            yield say("front.transfer_none", giver=giver, to=to)
            continue
        works = works_said(dict(one.by_work), names, say)
        if one.won is None:
            won = say("front.transfer_no_won")
        else:
            won = say("front.transfer_won" if one.won >= 0 else "front.transfer_less", won=say.won(abs(one.won)))
        yield say("front.transfer", giver=giver, to=to, change=change(one.work, say), works=works) + " " + won


def _table(key: str, front: Front, word: Word, say: Words) -> Table:
    rows = []
    for one in front.on:
        point = one.point
        bound = None if point.most_worth == float("inf") else point.most_worth
        rows.append(
            (
                Cell(point.won, say.won(point.won)),
                Cell(point.worth, work(point.worth)),
                Cell(bound, say.unknown if bound is None else work(bound)),
                Cell(point.gap, say.percent(point.gap, 2)),
                Cell(float(point.share), f"{say.percent(float(point.share))} {say.name((point.largest or '').lower(), 'vendor')}"),
                Cell(point.hhi, say.count(point.hhi)),
                Cell(point.accelerators, say.count(point.accelerators)),
            )
        )
    heads = columns(say, (), ("won", "worth", "bound", "gap", "largest", "hhi", "accelerators"))
    return Table(f"front_{key}", say(f"choice.front_{key}"), heads, tuple(rows), word)


def _by_vendor(key: str, front: Front, word: Word, say: Words) -> Table:
    """From whom each point buys: every vendor's share of its accelerators."""
    vendors = sorted({name for one in front.on for name in one.point.by_vendor})
    first = columns(say, (), ("won" if key == "cost" else "share",))
    heads = (*first, *(first[0]._replace(key=name, title=say.name(name, "vendor")) for name in vendors))
    rows = []
    for one in front.on:
        share, whole = float(one.point.share), one.point.accelerators
        lead = Cell(one.point.won, say.won(one.point.won)) if key == "cost" else Cell(share, say.percent(share))
        shares = [one.point.by_vendor.get(name, 0) / whole if whole else None for name in vendors]
        rows.append((lead, *(Cell(each, say.percent(each)) for each in shares)))
    return Table(f"mix_{key}", say(f"choice.mix_{key}"), heads, tuple(rows), word)


def _by_work(key: str, front: Front, asked: Purchase, word: Word, say: Words) -> Table:
    """What each point serves of each class, as a share of what is asked for."""
    names = work_names(asked, say)
    wanted = {one.name: sum(one.by_year.get(year, 0) for year in asked.years) / asked.periods_year for one in asked.work}
    first = columns(say, (), ("won" if key == "cost" else "share",))
    heads = (*first, *(first[0]._replace(key=name, title=names[name]) for name in names))
    rows = []
    for one in front.on:
        share = float(one.point.share)
        lead = Cell(one.point.won, say.won(one.point.won)) if key == "cost" else Cell(share, say.percent(share))
        shares = [one.point.by_work[name] / wanted[name] if wanted[name] else None for name in names]
        rows.append((lead, *(Cell(each, say.percent(each)) for each in shares)))
    return Table(f"work_{key}", say(f"choice.work_{key}"), heads, tuple(rows), word)


def axis_unit(largest: int, say: Words) -> tuple[float, str]:
    """Won of one on the axis, and the phrase that says so: trillions only where there are any."""
    if largest >= 10**12:
        return 1e12, "choice.axis_cost"
    return 1e8 if say.lang is Lang.KO else 1e9, "choice.axis_cost_small"


def _chart(key: str, front: Front, say: Words) -> Chart:
    """Plans as points in the colour of their largest vendor; a thin line up to what no plan under the same ceiling passes."""
    values: list[dict[str, Any]] = []
    unit, axis_key = axis_unit(max((one.point.won for one in front.on), default=0), say)
    for one in front.on:
        point = one.point
        at = point.won / unit if key == "cost" else float(point.share)
        top = point.worth if point.most_worth == float("inf") else point.most_worth
        values.append({"at": at, "worth": point.worth, "top": top, "vendor": say.name((point.largest or "").lower(), "vendor")})
    names = list(dict.fromkeys(row["vendor"] for row in values))
    colours = {say.name(vendor.lower(), "vendor"): colour for vendor, colour in VENDOR_COLOURS.items()}
    axis: Spec = {"format": ".0%"} if key == "dependency" else {}
    x = {
        "field": "at",
        "type": "quantitative",
        "title": say(axis_key if key == "cost" else f"choice.axis_{key}"),
        "scale": {"zero": False},
        "axis": axis,
    }
    y = {"field": "worth", "type": "quantitative", "title": say("choice.axis_worth"), "scale": {"zero": False}, "axis": {"format": ",.0f"}}
    domain = {"domain": names, "range": [colours.get(one, OTHER_COLOUR) for one in names]}
    layers = [
        {"mark": {"type": "line", "color": GRID, "strokeWidth": 2}, "encoding": {"x": x, "y": y}},
        {"mark": {"type": "rule", "color": NEUTRAL, "strokeWidth": 3}, "encoding": {"x": x, "y": y, "y2": {"field": "top"}}},
        {
            "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
            "encoding": {"x": x, "y": y, "color": {"field": "vendor", "type": "nominal", "scale": domain}},
        },
    ]
    spec = frame({"width": 620, "height": 300, "data": {"values": values}, "layer": layers})
    return Chart(f"front_{key}", spec, say(f"choice.alt_{key}"))


def _json(fronts: Fronts) -> dict[str, Any]:
    def rows(front: Front) -> list[dict[str, Any]]:
        return [{"ceiling": float(one.ceiling), **point_json(one.point)} for one in front.on]

    made = fronts.transfers
    given = [] if made is None else [{"to": one.to, "work": one.work, "by_work": dict(one.by_work), "won": one.won} for one in made.to]
    none_below, widest = fronts.dependency.none_below, max(fronts.cost.gap, fronts.dependency.gap)
    return {
        "unfunded": fronts.unfunded,
        "shares_set_aside": list(fronts.aside),
        "cost": rows(fronts.cost),
        "dependency": rows(fronts.dependency),
        "none_below": None if none_below is None else float(none_below),
        "gap": None if isinf(widest) else widest,
        "late": fronts.cost.late + fronts.dependency.late,
        "lost": fronts.cost.lost + fronts.dependency.lost,
        "transfers": None if made is None else {"from": made.giver, "points": 10, "to": given},
    }
