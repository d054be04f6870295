"""The money of a run in figures: by site, by month and by day, as the run folder and `--json` write them. Days and months are Korean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import groupby, pairwise
from typing import Any

from dure.ledger.running import date_of, rounded
from dure.model.units import DAY_S
from dure.twin.site_money import Day, SiteMoney

Row = dict[str, Any]


def funding_rows(sites: Sequence[SiteMoney]) -> Row:
    """`sites`, `months` and `days`: won, server-seconds, Wh and W; None is what does not exist."""
    return {
        "sites": [_site(one) for one in sites],
        "months": [row for one in sites for row in _months(one)],
        "days": [_day(one, day) for one in sites for day in one.days],
    }


def funding_summary(sites: Sequence[SiteMoney]) -> Row:
    """By site, what the summary of a run says of its money."""
    return {one.funds.site: {name: value for name, value in _site(one).items() if name != "site"} for one in sites}


def _date(day: int | None) -> str | None:
    return None if day is None else date_of(day).isoformat()


def _site(one: SiteMoney) -> Row:
    days, purses = one.days, one.purses
    dark = [day for day in days if day.dark]
    wholly = [day for day in dark if not day.lit]
    back = [day.day for before, day in pairwise(days) if day.dark < before.dark]
    caps = {"power_cap_w": one.funds.power_cap_w, "power_cap_enforced": False}
    return {
        "site": one.funds.site,
        **_sums(days),
        "owed_won": one.owed,
        "left_won": purses.left,
        "dark_from": _date(dark[0].day) if dark else None,
        "dark_from_s": dark[0].from_s if dark else None,
        "all_dark_from": _date(wholly[0].day) if wholly else None,
        "back_on": _date(back[0]) if back else None,
        "goes_dark_on": _date(days[-1].goes_dark) if days else None,
        "budget_until": _date(purses.end_day),
        "highest_w": max((day.highest_w for day in days), default=0),
        **caps,
    }


def _sums(days: Sequence[Day]) -> Row:
    due: dict[str, int] = {}
    for day in days:
        for item, won in day.due.items():
            due[item] = due.get(item, 0) + won
    installed, busy = sum(day.installed_milli_s for day in days), sum(day.busy_milli_s for day in days)
    capital = sum((day.idle_capital for day in days), Fraction(0))
    return {
        "granted_won": sum(day.granted for day in days),
        "due_won": sum(due.values()),
        "due_by_item": due,
        "paid_won": sum(day.paid for day in days),
        "lapsed_won": sum(day.lapsed for day in days),
        "lit_server_s": sum(day.lit_s for day in days),
        "dark_server_s": sum(day.dark_s for day in days),
        "unfunded_server_s": sum(day.by_money_s for day in days),
        "idle_capital_won": rounded(capital),
        "operating_rate": round(busy / installed, 6) if installed else None,
        "wh": sum(day.wh for day in days),
    }


def _months(one: SiteMoney) -> Iterator[Row]:
    for month, group in groupby(one.days, key=lambda day: date_of(day.day).isoformat()[:7]):
        days = list(group)
        dark = [day.day for day in days if day.dark]
        yield {
            "site": one.funds.site,
            "month": month,
            "from_s": days[0].from_s,
            "to_s": days[-1].to_s,
            **_sums(days),
            "owed_won": days[-1].owed,
            "left_won": days[-1].left,
            "dark_from": _date(dark[0]) if dark else None,
            "goes_dark_on": _date(days[-1].goes_dark),
            "highest_w": max(day.highest_w for day in days),
        }


def _day(one: SiteMoney, day: Day) -> Row:
    return {
        "site": one.funds.site,
        "day": _date(day.day),
        "from_s": day.from_s,
        "granted_won": day.granted,
        "due_won": sum(day.due.values()),
        "paid_won": day.paid,
        "left_won": day.left,
        "lit": day.lit,
        "dark": day.dark,
        "wh": day.wh,
        "mean_w": day.wh * DAY_S // (24 * (day.to_s - day.from_s)),
        "highest_w": day.highest_w,
    }
