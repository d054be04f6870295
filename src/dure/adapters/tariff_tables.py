"""Reads tariffs, holidays and grid rules: CSV tables in the style of the catalogue, checked until every hour of a year has one rate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Final, TypeVar, cast

from dure.adapters.catalogs import packaged
from dure.adapters.tables_csv import Row, read_table
from dure.model.catalog import PPM
from dure.model.deals import (
    BASES,
    DAY_KINDS,
    HOLIDAY_KINDS,
    HOURS,
    MONTHS,
    BillPart,
    DayKind,
    DemandTerms,
    Discount,
    GridRule,
    HolidayKind,
    Holidays,
    Rates,
    Tariff,
    Terms,
)
from dure.model.errors import CostError, Where
from dure.model.units import MILLI

PROVENANCE = ("source", "as_of", "confidence", "note")
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "tariffs": ("tariff", "item", "season", "band", "value", "unit", "valid_from", *PROVENANCE),
    "tariff_terms": (
        *("tariff", "valid_from", "english", "korean", "seasons", "hours"),
        *("demand_months", "demand_window_months", "demand_bands", "floor_share", "holidays", "parts"),
        *PROVENANCE,
    ),
    "tariff_seasons": ("seasons", "season", "months", *PROVENANCE),
    "tariff_hours": ("hours", "season", "days", "from_hour", "to_hour", "band", *PROVENANCE),
    "tariff_discounts": ("tariff", "valid_from", "valid_to", "seasons", "days", "from_hour", "to_hour", "share", *PROVENANCE),
    "tariff_parts": ("parts", "part", "basis", "value", "unit", "round", "step_won", "valid_from", *PROVENANCE),
    "holidays": ("calendar", "date", "kind", "english", "korean", *PROVENANCE),
    "grid_rules": ("rule", "item", "part_of", "value", "unit", "english", "korean", *PROVENANCE),
}
RATE_UNITS = {"energy": "won/kWh", "demand": "won/kW"}
PART_UNITS = {"energy": "won/kWh", "charges": "share"}

Tables = Mapping[str, str]
Added = Mapping[str, tuple[str, str]]
"""Further rows of a table by its name: the file they stand in, and its text, header included."""

T = TypeVar("T", bound=str)


def load_tariffs(tables: Tables | None = None, added: Added | None = None) -> dict[str, Tariff]:
    """Every tariff by id. `tables` replaces the text of packaged tables by name; `added` brings further tariffs, which may use the seasons,
    hours and bill lines of the packaged ones.

    Raises CatalogError with file and line for hours in no band or in two, months in no season or in two, rates that are missing,
    negative or in another unit; nothing is filled in.
    """
    rows = {name: _read(name, tables, added) for name in COLUMNS if name.startswith("tariff")}
    seasons = _seasons(rows["tariff_seasons"])
    bands = _hours(rows["tariff_hours"], seasons)
    parts = _parts(rows["tariff_parts"])
    found: dict[str, Tariff] = {}
    stands: dict[str, Row] = {}
    for row in rows["tariff_terms"]:
        id_ = row.id("tariff")
        stands.setdefault(id_, row)
        terms = _terms(row, seasons, bands)
        lines = _known(row, "parts", parts) if row.text("parts") else ()
        if id_ not in found:
            found[id_] = Tariff(id_, row.required("english"), row.required("korean"), (terms,), (), (), lines)
            continue
        tariff = found[id_]
        if tariff.parts != lines or terms.valid_from <= tariff.terms[-1].valid_from:
            raise row.error(
                "valid_from", f"{id_} is out of order or changes its parts", "write its versions oldest first, with the same parts"
            )
        found[id_] = Tariff(id_, tariff.english, tariff.korean, (*tariff.terms, terms), (), (), lines)
    rates = _rates(rows["tariffs"], found, stands)
    discounts = _discounts(rows["tariff_discounts"], found)
    return {id_: Tariff(id_, t.english, t.korean, t.terms, rates[id_], tuple(discounts[id_]), t.parts) for id_, t in found.items()}


def load_holidays(calendar: str = "kr", tables: Tables | None = None, added: Added | None = None) -> Holidays:
    """The public holidays of a country; a year counts as known as soon as one of its days is there."""
    kinds: dict[dt.date, HolidayKind] = {}
    for row in _read("holidays", tables, added):
        if row.id("calendar") != calendar:
            continue
        day = _day(row, "date")
        if day in kinds:
            raise row.error("date", f"{day} stands here for the second time", "keep one row for a day")
        kinds[day] = row.choice("kind", HOLIDAY_KINDS)
    return Holidays(kinds, frozenset(day.year for day in kinds))


def load_grid_rules(tables: Tables | None = None) -> dict[str, GridRule]:
    """The rules by which a site's power demand needs an assessment."""
    groups: dict[str, dict[str, Row]] = {}
    for row in _read("grid_rules", tables):
        group = groups.setdefault(row.id("rule"), {})
        if row.required("item") in group:
            raise row.error("item", f"{row.text('item')} stands here for the second time", "keep one row for an item")
        group[row.text("item")] = row
    return {rule: _grid_rule(rule, group) for rule, group in groups.items()}


def tariff_sources(id_: str, tables: Tables | None = None, added: Added | None = None) -> list[str]:
    """Who says what a tariff says, each source once: of its rates first, then of its terms and discounts."""
    names = ("tariffs", "tariff_terms", "tariff_discounts")
    return list(dict.fromkeys(row.required("source") for name in names for row in _read(name, tables, added) if row.text("tariff") == id_))


def tariff_named(id_: str, tariffs: Mapping[str, Tariff], where: Where | None = None) -> Tariff:
    """The tariff of an id; CostError with the known ones if there is none."""
    if id_ not in tariffs:
        raise CostError(f"no tariff {id_!r} in the catalogue", where=where, remedy=f"write one of {', '.join(tariffs)}")
    return tariffs[id_]


def _read(name: str, tables: Tables | None, added: Added | None = None) -> list[Row]:
    text = packaged(name) if tables is None or name not in tables else tables[name]
    rows = read_table(f"catalog/{name}.csv", text, COLUMNS[name])
    if added and name in added:
        file, more = added[name]
        rows += read_table(file, more, COLUMNS[name])
    return rows


def _seasons(rows: Iterable[Row]) -> dict[str, tuple[str, ...]]:
    """The season of each of the twelve months, by table."""
    owner: dict[str, dict[int, str]] = {}
    last: dict[str, Row] = {}
    for row in rows:
        table = row.id("seasons")
        months = owner.setdefault(table, {})
        for month in _whole_list(row, "months", 1, MONTHS):
            if month in months:
                raise row.error("months", f"month {month} is in two seasons of {table}", "leave it in one of them")
            months[month] = row.required("season")
        last[table] = row
    for table, months in owner.items():
        missing = [month for month in range(1, MONTHS + 1) if month not in months]
        if missing:
            raise last[table].error("months", f"month {missing[0]} is in no season of {table}", "add it to one of its rows")
    return {table: tuple(months[month] for month in range(1, MONTHS + 1)) for table, months in owner.items()}


Bands = dict[tuple[str, DayKind], tuple[str, ...]]


def _hours(rows: Iterable[Row], seasons: Mapping[str, Sequence[str]]) -> dict[str, Bands]:
    """The band of each hour by season and day, by table; every hour of every day is in exactly one."""
    known = {season for table in seasons.values() for season in table}
    owner: dict[str, dict[tuple[str, DayKind], dict[int, str]]] = {}
    last: dict[tuple[str, str, DayKind], Row] = {}
    for row in rows:
        table, season = row.id("hours"), row.required("season")
        if season not in known:
            raise row.error("season", f"{season} is no season", f"write one of {', '.join(sorted(known))}")
        for kind in _choices(row, "days", DAY_KINDS):
            hours = owner.setdefault(table, {}).setdefault((season, kind), {})
            for hour in _span(row):
                if hour in hours:
                    what = f"{hour:02d}:00 to {hour + 1:02d}:00 of a {kind} in {season} is in two bands of {table}"
                    raise row.error("from_hour", what, "shorten one of the two rows")
                hours[hour] = row.required("band")
            last[table, season, kind] = row
    for table, groups in owner.items():
        used = {season for season, _ in groups}
        for season in sorted(used):
            for kind in DAY_KINDS:
                _no_gap(table, season, kind, groups, last)
    return {table: {key: tuple(hours[hour] for hour in range(HOURS)) for key, hours in groups.items()} for table, groups in owner.items()}


def _no_gap(
    table: str,
    season: str,
    kind: DayKind,
    groups: Mapping[tuple[str, DayKind], Mapping[int, str]],
    last: Mapping[tuple[str, str, DayKind], Row],
) -> None:
    hours = groups.get((season, kind), {})
    gap = next((hour for hour in range(HOURS) if hour not in hours), None)
    if gap is None:
        return
    row = last.get((table, season, kind)) or [row for (one, other, _), row in last.items() if (one, other) == (table, season)][-1]
    end = next((hour for hour in range(gap, HOURS) if hour in hours), HOURS)
    raise row.error(
        "to_hour", f"{gap:02d}:00 to {end:02d}:00 of a {kind} in {season} is in no band of {table}", "add a row for these hours"
    )


def _terms(row: Row, seasons: Mapping[str, tuple[str, ...]], bands: Mapping[str, Bands]) -> Terms:
    names, table = _known(row, "seasons", seasons), _known(row, "hours", bands)
    lacking = sorted(set(names) - {season for season, _ in table})
    if lacking:
        raise row.error("hours", f"{row.text('hours')} has no hours of {lacking[0]}", "add them to tariff_hours.csv")
    counted = frozenset(row.text("demand_bands").split())
    strange = sorted(counted - {band for hours in table.values() for band in hours})
    if strange:
        raise row.error("demand_bands", f"{row.text('hours')} has no band {strange[0]}", "write bands of its hours")
    window = row.integer("demand_window_months")
    return Terms(
        valid_from=_day(row, "valid_from"),
        seasons=names,
        bands={key: hours for key, hours in table.items() if key[0] in names},
        demand=DemandTerms(
            frozenset(_whole_list(row, "demand_months", 1, MONTHS)),
            1 if window is None else window,
            counted,
            _scaled(row, "floor_share", PPM, most=PPM),
        ),
        holiday_kinds=frozenset(_choices(row, "holidays", HOLIDAY_KINDS)),
    )


def _rates(rows: Iterable[Row], tariffs: Mapping[str, Tariff], stands: Mapping[str, Row]) -> dict[str, tuple[Rates, ...]]:
    energy: dict[tuple[str, dt.date], dict[tuple[str, str], int]] = {}
    demand: dict[tuple[str, dt.date], int] = {}
    last: dict[tuple[str, dt.date], Row] = {}
    for row in rows:
        id_ = row.id("tariff")
        _known(row, "tariff", tariffs)
        item = row.choice("item", ("energy", "demand"))
        if row.text("unit") != RATE_UNITS[item]:
            raise row.error("unit", f"{row.text('unit')!r} where {item} is in {RATE_UNITS[item]}", f"write the rate in {RATE_UNITS[item]}")
        row.required("source"), row.date("as_of"), row.confidence()
        key = (id_, _day(row, "valid_from"))
        rate, cell = _scaled(row, "value", MILLI), (row.text("season"), row.text("band"))
        if (cell in energy.get(key, {})) if item == "energy" else (key in demand):
            raise row.error("value", f"the {item} rate of {id_} from {key[1]} is given twice", "keep one of the rows")
        if item == "energy":
            energy.setdefault(key, {})[cell] = rate
        else:
            demand[key] = rate
        last[key] = row
    for (id_, since), row in last.items():
        wanted = {(season, band) for terms in tariffs[id_].terms for (season, _), hours in terms.bands.items() for band in hours}
        lacking = sorted(wanted - set(energy.get((id_, since), {})))
        if lacking:
            raise row.error("value", f"{id_} has no rate of {' '.join(lacking[0])} from {since}", "add the row: a missing rate is not 0")
    found: dict[str, tuple[Rates, ...]] = {}
    for id_, row in stands.items():
        versions = sorted(since for one, since in last if one == id_)
        if not versions:
            raise row.error("tariff", f"tariff {id_} has no rates", "add its rows to tariffs.csv")
        found[id_] = tuple(Rates(since, energy[id_, since], _demand_at(row, since, demand)) for since in versions)
    return found


def _demand_at(tariff: Row, since: dt.date, demand: Mapping[tuple[str, dt.date], int]) -> int:
    """The demand rate that holds from a day on; a tariff without a single one charges no demand."""
    id_ = tariff.text("tariff")
    begun = [day for one, day in demand if one == id_ and day <= since]
    if begun:
        return demand[id_, max(begun)]
    if any(one == id_ for one, _ in demand):
        raise tariff.error("tariff", f"tariff {id_} has no demand rate on {since}", "add its row to tariffs.csv")
    return 0


def _discounts(rows: Iterable[Row], tariffs: Mapping[str, Tariff]) -> dict[str, list[Discount]]:
    found: dict[str, list[Discount]] = {id_: [] for id_ in tariffs}
    for row in rows:
        tariff = _known(row, "tariff", tariffs)
        seasons = frozenset(row.required("seasons").split())
        strange = sorted(seasons - {season for terms in tariff.terms for season in terms.seasons})
        if strange:
            raise row.error("seasons", f"{tariff.id} has no season {strange[0]}", "write seasons of the tariff")
        found[tariff.id].append(
            Discount(
                valid_from=_day(row, "valid_from"),
                valid_to=_day(row, "valid_to") if row.text("valid_to") else None,
                seasons=seasons,
                days=frozenset(_choices(row, "days", DAY_KINDS)),
                hours=frozenset(_span(row)),
                share_ppm=_scaled(row, "share", PPM, most=PPM),
            )
        )
    return found


def _parts(rows: Iterable[Row]) -> dict[str, tuple[BillPart, ...]]:
    found: dict[str, list[BillPart]] = {}
    for row in rows:
        basis, name = row.choice("basis", BASES), row.required("part")
        priced = basis in PART_UNITS and name != "energy"
        if row.text("unit") != (PART_UNITS[basis] if priced else ""):
            raise row.error("unit", f"{row.text('unit')!r} on {basis}", f"write {PART_UNITS[basis]}" if priced else "leave the cell empty")
        step = row.integer("step_won")
        if not step:
            raise row.error("step_won", "a bill is rounded to a step above 0", "write 1 or 10")
        value = _signed(row, "value", MILLI if basis == "energy" else PPM) if priced else 0
        nearest = row.choice("round", ("down", "nearest")) == "nearest"
        found.setdefault(row.id("parts"), []).append(BillPart(name, basis, value, _day(row, "valid_from"), step, nearest))
    return {table: tuple(parts) for table, parts in found.items()}


def _grid_rule(rule: str, rows: Mapping[str, Row]) -> GridRule:
    last = list(rows.values())[-1]
    lacking = next((item for item in ("threshold", "pass_mark") if item not in rows), None)
    if lacking:
        raise last.error("item", f"{rule} has no {lacking}", "add its row")
    units = {"threshold": "MW", "review": "days", "answer": "days"}
    for item, row in rows.items():
        if row.text("unit") != units.get(item, "points"):
            raise row.error("unit", f"{row.text('unit')!r} of {item}", f"write it in {units.get(item, 'points')}")
    return GridRule(
        id=rule,
        threshold_w=_scaled(rows["threshold"], "value", PPM),
        points_milli={item: _scaled(row, "value", MILLI) for item, row in rows.items() if row.text("part_of") == "score"},
        pass_milli=_scaled(rows["pass_mark"], "value", MILLI),
        review_days=rows["review"].integer("value") if "review" in rows else None,
        answer_days=rows["answer"].integer("value") if "answer" in rows else None,
    )


V = TypeVar("V")


def _known(row: Row, name: str, known: Mapping[str, V]) -> V:
    text = row.required(name)
    if text not in known:
        raise row.error(name, f"{text!r} is in no table", f"write one of {', '.join(known)}")
    return known[text]


def _span(row: Row) -> range | tuple[int, ...]:
    """The hours of `from_hour` to `to_hour`, past midnight where the second is not the later one."""
    first, last = row.integer("from_hour"), row.integer("to_hour")
    if first is None or last is None or first >= HOURS or last > HOURS or first == last:
        text = f"{row.text('from_hour')} to {row.text('to_hour')}"
        raise row.error("from_hour", f"{text} is no span of hours", "write hours of 0 to 24, such as 22 to 8")
    return range(first, last) if first < last else (*range(first, HOURS), *range(last))


def _choices(row: Row, name: str, choices: Sequence[T]) -> tuple[T, ...]:
    words = row.text(name).split()
    strange = next((word for word in words if word not in choices), None)
    if strange is not None:
        raise row.error(name, f"{strange!r} is not one of {', '.join(choices)}", "separate several by spaces")
    return tuple(cast(T, word) for word in words)


def _whole_list(row: Row, name: str, least: int, most: int) -> tuple[int, ...]:
    words = row.text(name).split()
    strange = next((word for word in words if not (word.isascii() and word.isdigit() and least <= int(word) <= most)), None)
    if strange is not None:
        raise row.error(name, f"{strange!r} is not a whole number of {least} to {most}", "separate several by spaces")
    return tuple(map(int, words))


def _day(row: Row, name: str) -> dt.date:
    try:
        return dt.date.fromisoformat(row.required(name))
    except ValueError:
        raise row.error(name, f"{row.text(name)!r} is no day", "write YYYY-MM-DD") from None


def _scaled(row: Row, name: str, scale: int, most: int | None = None) -> int:
    """A figure of 0 or more as an integer of 1/scale; an empty cell is an error here, never 0."""
    value = row.decimal(name)
    if value is None:
        raise row.error(name, "this figure is missing", "write it: a missing figure is not 0")
    return _whole(row, name, value, scale, most)


def _signed(row: Row, name: str, scale: int) -> int:
    """As `_scaled`, but an adjustment may be negative."""
    try:
        value = Decimal(row.required(name))
    except InvalidOperation:
        raise row.error(name, f"{row.text(name)!r} is no number", "write a figure") from None
    if not value.is_finite():
        raise row.error(name, f"{row.text(name)!r} is no number", "write a figure")
    return _whole(row, name, value, scale, None)


def _whole(row: Row, name: str, value: Decimal, scale: int, most: int | None) -> int:
    scaled = value * scale
    if scaled != int(scaled):
        raise row.error(name, f"{row.text(name)} is finer than 1/{scale:,}", "write fewer digits after the point")
    if most is not None and scaled > most:
        raise row.error(name, f"{row.text(name)} is more than the whole", "write at most 1")
    return int(scaled)
