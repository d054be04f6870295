"""The money of a run for people: a sentence a site, a table by month, a table of power by day. Nothing is computed twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dure.present.numbers import Lang
from dure.present.run_tables import word_of
from dure.present.tables import Cell, Column, Table
from dure.present.words import Words
from dure.wire.runs import Row, RunFolder

SITES_MAX = 12
KW = 1_000


def funded_sites(run: RunFolder) -> list[Row]:
    """Sites that have a budget, those that went dark or will first; empty for a run without money."""
    found: Mapping[str, Any] = run.run.get("funding") or {"sites": []}
    return sorted(found["sites"], key=lambda row: (row["dark_from"] is None, row["goes_dark_on"] is None, row["dark_from"] or ""))


def rows_of(run: RunFolder, kind: str, site: str) -> list[Row]:
    """`months` or `days` of a site, in order."""
    return [row for row in run.run["funding"][kind] if row["site"] == site]


def day_text(day: str, say: Words) -> str:
    """`2026-08-14`, in Korean as people write it."""
    year, month, number = day.split("-")
    return f"{year}년 {int(month)}월 {int(number)}일" if say.lang is Lang.KO else day


def sentences(row: Row, say: Words) -> list[str]:
    """What became of the money of a site, and what will: when it goes dark stands in it whether that has happened or is foreseen."""
    won = {name: say.won(row[f"{name}_won"]) for name in ("granted", "due", "left")}
    found = [say("funding.came", site=say.name(row["site"], "site"), came=won["granted"], due=won["due"], left=won["left"])]
    found += [say(f"funding.{name}", won=say.won(row[f"{name}_won"])) for name in ("owed", "lapsed") if row[f"{name}_won"]]
    if row["dark_server_s"] > row["unfunded_server_s"]:
        share = (row["dark_server_s"] - row["unfunded_server_s"]) / (row["dark_server_s"] + row["lit_server_s"])
        found.append(say("funding.by_events", share=say.percent(share), left=won["left"]))
    if row["dark_from"]:
        day = day_text(row["dark_from"], say)
        wholly = row["all_dark_from"]
        found.append(say("funding.dark", day=day, all_day=day_text(wholly, say)) if wholly else say("funding.dark_part", day=day))
        if row["back_on"]:
            found.append(say("funding.back", day=day_text(row["back_on"], say)))
    elif row["goes_dark_on"]:
        found.append(say("funding.foreseen", day=day_text(row["goes_dark_on"], say)))
    else:
        found.append(say("funding.lasts", day=day_text(row["budget_until"], say)))
    if row["idle_capital_won"]:
        found.append(say("funding.idle", won=say.won(row["idle_capital_won"])))
    return found


def dark_text(row: Row, say: Words) -> str:
    """When a month goes dark, or as of its end is foreseen to."""
    if row["dark_from"]:
        return day_text(row["dark_from"], say)
    return say("funding.foreseen_mark", day=day_text(row["goes_dark_on"], say)) if row["goes_dark_on"] else "–"


def months(run: RunFolder, say: Words, site: str) -> Table:
    """Money and rate of a site by month."""
    rows = []
    for row in rows_of(run, "months", site):
        whole = row["lit_server_s"] + row["dark_server_s"]
        dark = row["dark_server_s"] / whole if whole else None
        won = [
            row["granted_won"],
            row["due_won"],
            row["due_by_item"].get("electricity", 0),
            row["left_won"],
            row["owed_won"],
            row["lapsed_won"],
        ]
        rows.append(
            (
                Cell(row["month"], row["month"]),
                *(Cell(value, say.won(value)) for value in won),
                Cell(dark, say.percent(dark)),
                Cell(row["operating_rate"], say.percent(row["operating_rate"])),
                Cell(row["dark_from"] or row["goes_dark_on"], dark_text(row, say)),
                Cell(row["idle_capital_won"], say.won(row["idle_capital_won"])),
            )
        )
    columns = (
        Column("month", say("funding.column.month"), number=False),
        Column("granted_won", say("funding.column.granted"), optional=True),
        Column("due_won", say("funding.column.due")),
        Column("electricity_won", say("funding.column.electricity")),
        Column("left_won", say("funding.column.left")),
        Column("owed_won", say("funding.column.owed"), optional=True),
        Column("lapsed_won", say("funding.column.lapsed"), optional=True),
        Column("dark_share", say("funding.column.dark_share")),
        Column("operating_rate", say("funding.column.rate")),
        Column("goes_dark_on", say("funding.column.dark_from"), number=False),
        Column("idle_capital_won", say("funding.column.idle"), optional=True),
    )
    name = say("funding.table", site=say.name(site, "site"))
    return Table(f"funding_{site}", name, columns, tuple(rows), word_of(run), say("funding.note"))


def power(run: RunFolder, say: Words, site: str) -> Table:
    """What a site draws by day, beside its cap."""
    (about,) = (row for row in run.run["funding"]["sites"] if row["site"] == site)
    cap = about["power_cap_w"]
    rows = [
        (
            Cell(row["day"], row["day"]),
            Cell(row["mean_w"], say.count(row["mean_w"] / KW)),
            Cell(row["highest_w"], say.count(row["highest_w"] / KW)),
            Cell(cap, say.unknown if cap is None else say.count(cap / KW)),
        )
        for row in rows_of(run, "days", site)
    ]
    columns = (
        Column("day", say("funding.column.day"), number=False),
        Column("mean_w", say("funding.column.mean_kw")),
        Column("highest_w", say("funding.column.highest_kw")),
        Column("power_cap_w", say("funding.column.cap_kw"), optional=True),
    )
    name = say("funding.power_table", site=say.name(site, "site"))
    return Table(f"power_{site}", name, columns, tuple(rows), word_of(run), say("funding.power_note"))


def funding_tables(run: RunFolder, say: Words) -> list[Table]:
    """Tables of the sites that have a budget, month by month and day by day."""
    names = [row["site"] for row in funded_sites(run)[:SITES_MAX]]
    return [table(run, say, name) for name in names for table in (months, power)]
