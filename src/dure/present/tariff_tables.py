"""Electricity tariffs as tables and as JSON: what is in force on a day, hour by hour."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dure.ledger.power_factor import PowerFactorRule
from dure.model.deals import DAY_KINDS, Holidays, Tariff
from dure.model.units import MICRO, MILLI
from dure.present.numbers import Lang
from dure.present.tables import Cell, Column, Table, Word
from dure.present.words import Words

Facts = list[tuple[str, str]]


def tariff_name(tariff: Tariff, say: Words) -> str:
    return tariff.korean if say.lang is Lang.KO else tariff.english


def tariffs_table(tariffs: Sequence[Tariff], day: dt.date, means: Mapping[str, float], say: Words, *, own: bool = False) -> Table:
    """One row a tariff; one that says nothing about the day has its prices unknown. `own`: some are a person's own, published by nobody."""
    left = ("tariff", "name")
    right = ("demand", "low", "high", "mean")
    columns = tuple(Column(name, say(f"tariffs.{name}"), number=name in right) for name in (*left, *right, "versions"))
    rows = []
    for one in tariffs:
        since = sorted({*(each.valid_from for each in one.terms), *(each.valid_from for each in one.rates)})
        begun = one.terms[0].valid_from <= day and one.rates[0].valid_from <= day
        rates = one.rates_on(day) if begun else None
        won = sorted(rates.energy_milli_won.values()) if rates else []
        figures = (rates.demand_milli_won / MILLI, won[0] / MILLI, won[-1] / MILLI) if rates else (None, None, None)
        cells = [Cell(value, say.unknown if value is None else f"{value:,.1f}") for value in (*figures, means.get(one.id))]
        dates = ", ".join(each.isoformat() for each in since)
        rows.append((Cell(one.id, one.id), Cell(one.english, tariff_name(one, say)), *cells, Cell(dates, dates)))
    return Table("tariffs", say("tariffs.title", n=len(rows), day=day.isoformat()), columns, tuple(rows), None if own else Word.PUBLISHED)


def prices_table(tariff: Tariff, day: dt.date, say: Words, *, own: bool = False) -> Table:
    """Seasons × bands: the price and the hours of each kind of day."""
    terms, rates = tariff.terms_on(day), tariff.rates_on(day)
    columns = (
        Column("season", say("tariffs.season"), number=False),
        Column("months", say("tariffs.months"), number=False),
        Column("band", say("tariffs.band"), number=False),
        Column("won_kwh", say("tariffs.price")),
        *(Column(kind, say(f"tariffs.{kind}"), number=False) for kind in DAY_KINDS),
    )
    rows = []
    for season in dict.fromkeys(terms.seasons):
        months = spans([at + 1 for at, name in enumerate(terms.seasons) if name == season], 1)
        bands = dict.fromkeys(band for kind in DAY_KINDS for band in terms.bands[season, kind])
        for band in sorted(bands, key=lambda band: rates.energy_milli_won[season, band]):
            price = rates.energy_milli_won[season, band] / MILLI
            hours = [spans([at for at, name in enumerate(terms.bands[season, kind]) if name == band], 0) for kind in DAY_KINDS]
            texts = (Cell(season, say.get(f"tariffs.season.{season}", season)), Cell(months, months))
            named = Cell(band, say.get(f"tariffs.band.{band}", band))
            rows.append((*texts, named, Cell(price, f"{price:,.1f}"), *(Cell(one or None, one or "–") for one in hours)))
    return Table("prices", say("tariffs.prices", day=day.isoformat()), columns, tuple(rows), None if own else Word.PUBLISHED)


def spans(numbers: Iterable[int], closed: int) -> str:
    """`22–24, 0–8` of hours (end open), `6–8` of months (`closed` 1: end included)."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1]:
            found[-1][1] = number + 1
        else:
            found.append([number, number + 1])
    return ", ".join(f"{low}" if closed and high - low == 1 else f"{low}–{high - closed}" for low, high in found)


def demand_facts(tariff: Tariff, day: dt.date, rule: PowerFactorRule | None, say: Words) -> Facts:
    """`rule` is the power factor rule, None for a tariff that is not KEPCO's."""
    terms, rates = tariff.terms_on(day).demand, tariff.rates_on(day)
    bands = ", ".join(say.get(f"tariffs.band.{band}", band) for band in sorted(terms.bands))
    months = ", ".join(map(str, sorted(terms.months))) or "–"
    found = [
        (say("tariffs.rate"), say("tariffs.rate_text", won=f"{rates.demand_milli_won / MILLI:,.0f}")),
        (say("tariffs.charged"), say("tariffs.charged_text", n=terms.window_months, months=months, bands=bands)),
        (say("tariffs.floor"), say("tariffs.floor_text", share=say.percent(terms.floor_ppm / MICRO, 0))),
        (say("tariffs.metered"), say("tariffs.metered_text")),
    ]
    if rule is None:
        return found
    start, end = rule.day_hours
    text = say(
        "tariffs.power_factor_text",
        day_from=start,
        day_to=end,
        lagging=rule.lagging,
        leading=rule.leading,
        cap=rule.lagging_cap,
        share=say.percent(rule.share_ppm / MICRO),
    )
    return [*found, (say("tariffs.power_factor"), text)]


def other_facts(tariff: Tariff, day: dt.date, holidays: Holidays, say: Words) -> Facts:
    """Lines of the bill beside demand and energy, discounts and the holidays that are known."""
    found: Facts = []
    for part in tariff.parts_on(day):
        if part.basis == "energy" and part.name != "energy":
            found.append((say.get(f"cost.{part.name}", part.name), say("tariffs.line_energy", won=f"{part.value / MILLI:g}")))
        elif part.basis == "charges":
            found.append((say.get(f"cost.{part.name}", part.name), say("tariffs.line_charges", share=say.percent(part.value / MICRO))))
    for one in tariff.discounts:
        text = say(
            "tariffs.discount_text",
            share=say.percent(one.share_ppm / MICRO, 0),
            hours=spans(one.hours, 0),
            days=", ".join(say(f"tariffs.{kind}") for kind in DAY_KINDS if kind in one.days),
            seasons=", ".join(say.get(f"tariffs.season.{season}", season) for season in sorted(one.seasons)),
            since=one.valid_from.isoformat(),
            until=one.valid_to.isoformat() if one.valid_to else say("tariffs.open"),
        )
        found.append((say("tariffs.discount"), text))
    kinds = ", ".join(say(f"tariffs.{kind}") for kind in sorted(tariff.terms_on(day).holiday_kinds))
    years = sorted(holidays.years)
    known = say("tariffs.holidays_text", first=str(years[0]), last=str(years[-1]), kinds=kinds) if kinds else say("tariffs.no_holidays")
    return [*found, (say("tariffs.holidays"), known)]


def tariff_json(tariff: Tariff, day: dt.date, holidays: Holidays, mean: float | None, sources: Sequence[str]) -> dict[str, Any]:
    """Everything a tariff says of a day; prices in won."""
    terms, rates = tariff.terms_on(day), tariff.rates_on(day)
    return {
        "id": tariff.id,
        "english": tariff.english,
        "korean": tariff.korean,
        "on": day.isoformat(),
        "flat_load_won_kwh": mean,
        "demand": {
            "won_kw": rates.demand_milli_won / MILLI,
            "months": sorted(terms.demand.months),
            "window_months": terms.demand.window_months,
            "bands": sorted(terms.demand.bands),
            "floor_share": terms.demand.floor_ppm / MICRO,
            "metered_minutes": 15,
        },
        "seasons": list(terms.seasons),
        "energy_won_kwh": [
            {"season": season, "band": band, "won_kwh": milli / MILLI} for (season, band), milli in rates.energy_milli_won.items()
        ],
        "hours": [{"season": season, "day": kind, "bands": list(bands)} for (season, kind), bands in terms.bands.items()],
        "lines": [{"name": one.name, "basis": one.basis, "value": one.value} for one in tariff.parts_on(day)],
        "holiday_kinds": sorted(terms.holiday_kinds),
        "holiday_years": sorted(holidays.years),
        "versions": sorted(
            {day.isoformat() for day in (*(one.valid_from for one in tariff.terms), *(one.valid_from for one in tariff.rates))}
        ),
        "sources": list(sources),
    }
