"""A site under shares of its need as one HTML file, with its pictures, and the tables that CSV and XLSX take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dure.model.units import DAY_S, MICRO
from dure.present.assumptions import assumption_line, assumption_table
from dure.present.charts import OCCUPANCY, OPERATING, Chart, Spec, frame
from dure.present.document import Section, document
from dure.present.funding_charts import WIDE, day_axis, day_ms
from dure.present.funding_shares import Given, Restored, by_month, lines, month_text
from dure.present.funding_tables import day_text
from dure.present.html import figure, items, table
from dure.present.numbers import Lang
from dure.present.tables import Cell, Column, Table, Word
from dure.present.words import Words

COLOURS = (OPERATING, "#e69f00", "#cc79a7", "#009e73", "#56b4e9", "#882255")
MONEY_HIGH = 190
ABOVE, LABEL = 10, 16
"""Pixels from the top of the picture to the lowest label above it, and from label to label: labels stand off the lines."""
NO_PICTURES: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class FundingPage:
    """What was played: a site, its need, a run for each share of it, and the smallest line that gives the target rate."""

    title: str
    site: str
    need_won: int
    found: Sequence[tuple[int, Given]]
    whole: Given
    restored: Restored | None
    target: float
    assumptions: Sequence[Mapping[str, Any]]
    inputs: Sequence[tuple[str, str]]
    version: str


def sentences(page: FundingPage, say: Words) -> list[str]:
    """What restores the target, when the site goes dark under each share, and what its idle machines cost meanwhile."""
    said = [one for one in lines(page.need_won, page.whole, page.restored, page.target, say) if one]
    for ppm, one in page.found:
        site, given = one.site, {"share": _share(ppm, say), "rate": say.percent(one.rate), "won": say.won(one.won)}
        if site["dark_from"] is None:
            said.append(say("funding.page.lit", **given))
            continue
        wholly = site["all_dark_from"]
        key = "funding.page.dark" if wholly else "funding.page.dark_part"
        days = {"day": day_text(site["dark_from"], say), "all_day": day_text(wholly, say) if wholly else ""}
        said.append(say(key, **given, **days, idle=say.won(site["idle_capital_won"])))
    return said


def _share(ppm: int, say: Words) -> str:
    return say.percent(ppm / MICRO, 0 if ppm % 10_000 == 0 else 1)


def tables(page: FundingPage, say: Words) -> dict[str, Table]:
    """Shares side by side, every month of every share, the smallest line, what was assumed."""
    made = {"funding": by_month(page.site, page.found, say), "months": months(page, say), "restores": restores(page, say)}
    if page.assumptions:
        made["assumptions"] = assumption_table(page.assumptions, say)
    return made


def months(page: FundingPage, say: Words) -> Table:
    """A row for each month of each share: the money, the rate, when it goes dark, idle capital."""
    keys = ("share", "month", "granted", "due", "electricity", "left", "owed", "dark_share", "rate", "dark_from", "idle")
    text = ("share", "month", "dark_from")
    columns = tuple(Column(key, say(f"funding.column.{key}"), number=key not in text, optional=key == "owed") for key in keys)
    rows = []
    for ppm, one in page.found:
        for row in one.months:
            whole = row["lit_server_s"] + row["dark_server_s"]
            dark = row["dark_server_s"] / whole if whole else None
            won = (row["granted_won"], row["due_won"], row["due_by_item"].get("electricity", 0), row["left_won"], row["owed_won"])
            at = row["dark_from"]
            rows.append(
                (
                    Cell(ppm / MICRO, _share(ppm, say)),
                    Cell(row["month"], month_text(row, say)),
                    *(Cell(value, say.won(value)) for value in won),
                    Cell(dark, say.percent(dark)),
                    Cell(row["operating_rate"], say.percent(row["operating_rate"])),
                    Cell(at, "–" if at is None else day_text(at, say)),
                    Cell(row["idle_capital_won"], say.won(row["idle_capital_won"])),
                )
            )
    title = say("funding.page.months", site=say.name(page.site, "site"))
    return Table("months", title, columns, tuple(rows), Word.SIMULATED, say("funding.note"))


def restores(page: FundingPage, say: Words) -> Table:
    """The smallest line that gives the target, and the run one step below it."""
    columns = (
        Column("measure", say("funding.page.measure"), number=False),
        Column("won", say("funding.column.line")),
        Column("share", say("funding.column.need")),
        Column("rate", say("funding.column.rate")),
    )
    found = page.restored
    given = [("need", page.whole)]
    if found is not None:
        given += [("least", found.at), *([("below", found.below)] if found.below is not None else [])]
    rows = []
    for key, one in given:
        share = one.won / page.need_won
        name = say(f"funding.page.{key}", target=say.percent(page.target, 0))
        rows.append(
            (Cell(key, name), Cell(one.won, say.won(one.won)), Cell(share, say.percent(share)), Cell(one.rate, say.percent(one.rate, 2)))
        )
    note = say("funding.page.restores_note") if found is not None else lines(page.need_won, page.whole, None, page.target, say)[2]
    return Table("restores", say("funding.page.restores", target=say.percent(page.target, 0)), columns, tuple(rows), Word.SIMULATED, note)


def pictures(page: FundingPage, say: Words) -> dict[str, Chart]:
    """The rate by month before the shares, what is left by day before the months."""
    return {"funding": rates(page, say), "months": money(page, say)}


def _colour(page: FundingPage, say: Words) -> Spec:
    names = [_share(ppm, say) for ppm, _ in page.found]
    colours = [COLOURS[at % len(COLOURS)] for at in range(len(names))]
    return {"field": "share", "type": "nominal", "scale": {"domain": names, "range": colours}, "legend": {"columns": 6}}


def rates(page: FundingPage, say: Words) -> Chart:
    """Operating rate by month, a bar a share, and the target as a line; hours of a last month stand in the table alone."""
    values = [
        {"month": month_text(row, say), "share": _share(ppm, say), "rate": row["operating_rate"] or 0}
        for ppm, one in page.found
        for row in one.months
        if row["to_s"] - row["from_s"] >= DAY_S or len(one.months) == 1
    ]
    order = list(dict.fromkeys(row["month"] for row in values))
    x = {"field": "month", "type": "nominal", "sort": order, "title": None, "axis": {"labelAngle": -30 if len(order) > 6 else 0}}
    y = {
        "field": "rate",
        "type": "quantitative",
        "title": say("funding.column.rate"),
        "scale": {"domain": [0, 1]},
        "axis": {"format": ".0%", "tickCount": 5, "domain": False},
    }
    offset = {"field": "share", "type": "nominal", "sort": [_share(ppm, say) for ppm, _ in page.found]}
    bars = {
        "data": {"values": values},
        "mark": {"type": "bar"},
        "encoding": {"x": x, "y": y, "xOffset": offset, "color": _colour(page, say)},
    }
    goal = {"data": {"values": [{"rate": page.target, "text": say("funding.page.target", target=say.percent(page.target, 0))}]}}
    rule = {**goal, "mark": {"type": "rule", "color": OCCUPANCY, "strokeDash": [5, 3]}, "encoding": {"y": y}}
    mark = {"type": "text", "align": "right", "dy": -7, "color": OCCUPANCY, "fontWeight": "bold"}
    name = {**goal, "mark": mark, "encoding": {"y": y, "x": {"value": WIDE}, "text": {"field": "text"}}}
    said = ", ".join(f"{_share(ppm, say)}: {say.percent(one.rate)}" for ppm, one in page.found)
    view = {"width": WIDE, "height": 200, "layer": [bars, rule, name]}
    return Chart("funding", frame(view), say("funding.page.rates_alt", said=said))


def money(page: FundingPage, say: Words) -> Chart:
    """What is left at the end of each day under each share, with the day on which it goes dark."""
    unit = 10**8 if say.lang is Lang.KO else 10**9
    values = [
        {"at": day_ms(row["day"]), "won": row["left_won"] / unit, "share": _share(ppm, say)} for ppm, one in page.found for row in one.days
    ]
    x = day_axis(say, max(len(one.days) for _, one in page.found))
    title = say("funding.left_axis", unit=say("funding.unit"))
    y = {"field": "won", "type": "quantitative", "title": title, "scale": {"zero": True}, "axis": {"tickCount": 5, "grid": True}}
    line = {
        "data": {"values": values},
        "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2},
        "encoding": {"x": x, "y": y, "color": _colour(page, say)},
    }
    dark: list[dict[str, Any]] = [
        {
            "at": day_ms(one.site["dark_from"]),
            "share": _share(ppm, say),
            "text": f"{_share(ppm, say)}: {say('funding.dark_on', day=day_text(one.site['dark_from'], say))}",
        }
        for ppm, one in page.found
        if one.site["dark_from"]
    ]
    dark.sort(key=lambda one: one["at"])
    first, last = min(row["at"] for row in values), max(row["at"] for row in values)
    layers = [line]
    for number, one in enumerate(dark):
        data = {"data": {"values": [one]}}
        colour = {**_colour(page, say), "legend": None}
        above = {"value": -ABOVE - LABEL * (len(dark) - 1 - number)}
        rule = {"x": x, "y": above, "y2": {"value": MONEY_HIGH}, "color": colour}
        layers.append({**data, "mark": {"type": "rule", "strokeDash": [3, 3]}, "encoding": rule})
        late = one["at"] > (first + last) / 2
        mark = {"type": "text", "align": "right" if late else "left", "baseline": "middle", "dx": -5 if late else 5, "fontWeight": "bold"}
        layers.append({**data, "mark": mark, "encoding": {"x": x, "y": above, "text": {"field": "text"}, "color": colour}})
    said = ", ".join(one["text"] for one in dark) or say("funding.page.never_dark")
    view = {"width": WIDE, "height": MONEY_HIGH, "layer": layers}
    return Chart("months", frame(view), say("funding.page.money_alt", said=said))


def _capital(title: str) -> str:
    """A heading that begins with an id, as a heading."""
    return title[:1].upper() + title[1:]


def page_html(page: FundingPage, say: Words, svg: Mapping[str, str] = NO_PICTURES) -> str:
    """The whole file; `svg` holds rendered `pictures` by the key of the table that each stands before."""
    made, alts = tables(page, say), {key: one.alt for key, one in pictures(page, say).items()} if svg else {}

    def shown(key: str) -> str:
        if key not in svg:
            return table(made[key], say, titled=False)
        return figure(svg[key], made[key], say, alts[key], say("report.table_of", title=made[key].title))

    sections = [Section(key, _capital(made[key].title), shown(key)) for key in ("funding", "months", "restores")]
    if "assumptions" in made:
        assumed = [assumption_line(row, say) for row in made["assumptions"].rows]
        sections.insert(0, Section("assumptions", made["assumptions"].title, items(assumed)))
    sections.append(
        Section("provenance", say("study.title.provenance"), items([f"{path} · SHA-256 {digest}" for path, digest in page.inputs]))
    )
    footer = say("buy.footer", version=page.version)
    said = sentences(page, say)
    return document(say.name(page.title, "programme"), say("funding.page.kind"), said, Word.SIMULATED, sections, footer, say)
