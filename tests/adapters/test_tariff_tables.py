from __future__ import annotations

import datetime as dt
import re

import pytest

from dure.adapters.catalogs import packaged
from dure.adapters.tables_csv import read_table
from dure.adapters.tariff_tables import COLUMNS, load_grid_rules, load_holidays, load_tariffs, tariff_named
from dure.ledger.tariffs import bills, load_from
from dure.model.deals import DAY_KINDS
from dure.model.errors import CatalogError, CostError
from dure.present.numbers import Lang
from dure.present.said import told
from dure.present.words import Words

KO = Words(Lang.KO)


@pytest.mark.parametrize("name", COLUMNS)
def test_every_row_has_a_source_and_a_date(name: str) -> None:
    for row in read_table(f"catalog/{name}.csv", packaged(name), COLUMNS[name]):
        assert row.required("source")
        assert row.date("as_of")
        assert row.confidence() in ("high", "medium", "low")


def test_the_hours_of_a_year_are_all_priced() -> None:
    for tariff in load_tariffs().values():
        for terms in tariff.terms:
            rates = tariff.rates_on(max(terms.valid_from, tariff.rates[0].valid_from))
            assert {season for season, _ in terms.bands} == set(terms.seasons)
            assert all(len(terms.bands[season, kind]) == 24 for season in terms.seasons for kind in DAY_KINDS)
            assert {(season, band) for (season, _), hours in terms.bands.items() for band in hours} <= set(rates.energy_milli_won)


def test_the_reform_of_2026_moves_the_peak_to_the_evening() -> None:
    tariff = load_tariffs()["industrial-b-high-a-1"]
    before, after = tariff.terms_on(dt.date(2026, 4, 15)), tariff.terms_on(dt.date(2026, 4, 16))
    assert [hour for hour, band in enumerate(before.bands["summer", "weekday"]) if band == "peak"] == [11, 13, 14, 15, 16, 17]
    assert [hour for hour, band in enumerate(after.bands["summer", "weekday"]) if band == "peak"] == [15, 16, 17, 18, 19, 20]
    assert before.bands["winter", "weekday"] == after.bands["winter", "weekday"]
    old, new = tariff.rates_on(dt.date(2026, 4, 15)).energy_milli_won, tariff.rates_on(dt.date(2026, 4, 16)).energy_milli_won
    moved = {key: new[key] - old[key] for key in new}
    assert {band: {move for (_, one), move in moved.items() if one == band} for band in ("light", "mid", "peak")} == {
        "light": {5_100},
        "mid": {0},
        "peak": {-16_900, -13_200},
    }


def test_holidays_are_known_for_the_years_of_the_programme() -> None:
    holidays = load_holidays()
    assert holidays.years == frozenset(range(2023, 2031))
    assert holidays.kinds[dt.date(2023, 12, 25)] == "public"
    assert holidays.kinds[dt.date(2026, 7, 17)] == "public"
    assert dt.date(2025, 7, 17) not in holidays.kinds
    assert {day for day, kind in holidays.kinds.items() if kind == "temporary"} == {
        dt.date(2023, 10, 2),
        dt.date(2024, 10, 1),
        dt.date(2025, 1, 27),
        dt.date(2025, 6, 3),
    }
    per_year = [sum(day.year == year for day in holidays.kinds) for year in sorted(holidays.years)]
    assert all(15 <= count <= 25 for count in per_year), per_year


WEEKDAY = "kepco-b-2026,summer,weekday,"


@pytest.mark.parametrize(
    ("table", "old", "new", "english", "korean"),
    [
        (
            "tariff_hours",
            WEEKDAY + "8,15",
            WEEKDAY + "8,14",
            r"tariff_hours.csv:\d+: to_hour: 14:00 to 15:00 of a weekday in summer is in no",
            "summer weekday의 14:00부터 15:00까지가",
        ),
        (
            "tariff_hours",
            WEEKDAY + "8,15",
            WEEKDAY + "7,15",
            r"tariff_hours.csv:\d+: from_hour: 07:00 to 08:00 of a weekday in summer is in two",
            "07:00부터 08:00까지가 kepco-b-2026의 두 시간대에",
        ),
        ("tariff_hours", WEEKDAY + "8,15", WEEKDAY + "8,25", r"8 to 25 is no span of hours", "시간 구간이 아닙니다"),
        (
            "tariff_hours",
            "sunday holiday",
            "sunday",
            r"00:00 to 24:00 of a holiday in spring_autumn is in no band",
            "어느 시간대에도 없습니다",
        ),
        ("tariff_seasons", "6 7 8,", "6 7,", r"tariff_seasons.csv:4: months: month 8 is in no season", "8월이 어느 계절에도 없습니다"),
        ("tariff_seasons", "6 7 8,", "5 6 7 8,", r"tariff_seasons.csv:3: months: month 5 is in two seasons", "5월이 두 계절에"),
        ("tariff_seasons", "6 7 8,", "6 7 13,", r"'13' is not a whole number of 1 to 12", "1부터 12까지의 정수가 아닙니다"),
        ("tariffs", "demand,,,7220", "demand,,,-7220", r"tariffs.csv:2: value: '-7220' is no figure", "금액이나 수가 아닙니다"),
        ("tariffs", "demand,,,7220", "demand,,,", r"tariffs.csv:2: value: this figure is missing", "값이 빠졌습니다"),
        ("tariffs", "summer,peak,227.8", "summer,peak,227.8888", r"finer than 1/1,000", "잘게 나눌 수 없습니다"),
        ("tariffs", "summer,peak,227.8,won/kWh", "summer,peak,227.8,won/MWh", r"'won/MWh' where energy is in won/kWh", "won/kWh 단위로"),
        ("tariffs", "winter,peak,203.4", "winter,shoulder,203.4", r"has no rate of winter peak from 2023-05-16", "단가가 없습니다"),
        (
            "tariffs",
            "winter,peak,203.4",
            "winter,mid,203.4",
            r"the energy rate of general-b-high-a-1 from 2023-05-16 is given twice",
            "두 번",
        ),
        (
            "tariffs",
            "general-b-high-a-1,demand",
            "general-b-high-a-9,demand",
            r"'general-b-high-a-9' is in no table",
            "어느 표에도 없습니다",
        ),
        ("tariff_terms", "mid peak,0.30", "mid top,0.30", r"has no band top", "시간대 top"),
        ("tariff_terms", "mid peak,0.30", "mid peak,1.30", r"1.30 is more than the whole", "전체보다 많습니다"),
        (
            "tariff_terms",
            "public substitute",
            "public lunar",
            r"'lunar' is not one of public, substitute, temporary",
            "가운데 하나가 아닙니다",
        ),
        ("tariff_discounts", "spring_autumn", "monsoon", r"has no season monsoon", "계절 monsoon"),
        ("tariff_parts", "0.10,share", "0.10,won/kWh", r"'won/kWh' on charges", "share"),
        ("tariff_parts", "nearest,1,", "nearest,0,", r"rounded to a step above 0", "0보다 큰 단위"),
        ("tariff_parts", "9.0,won/kWh", "nine,won/kWh", r"'nine' is no number", "수가 아닙니다"),
    ],
)
def test_a_table_that_does_not_add_up_is_named(table: str, old: str, new: str, english: str, korean: str) -> None:
    text = packaged(table)
    assert old in text
    with pytest.raises(CatalogError, match=english) as caught:
        load_tariffs({table: text.replace(old, new, 1) if table != "tariff_hours" or "holiday" not in old else text.replace(old, new)})
    assert caught.value.where.file == f"catalog/{table}.csv"
    assert caught.value.where.line > 1
    assert caught.value.remedy
    said = told(caught.value, KO)
    assert korean in said
    assert not re.search(r"[a-z]{3,} [a-z]{2,} [a-z]{2,}", said), said


def test_holidays_and_grid_rules_are_checked_too() -> None:
    text = packaged("holidays").replace("2023-01-21,", "2023-01-22,", 1)
    with pytest.raises(CatalogError, match="2023-01-22 stands here for the second time"):
        load_holidays(tables={"holidays": text})
    text = packaged("holidays").replace("2023-01-21,", "2023-02-30,", 1)
    with pytest.raises(CatalogError, match="'2023-02-30' is no day"):
        load_holidays(tables={"holidays": text})
    lines = packaged("grid_rules").splitlines(keepends=True)
    with pytest.raises(CatalogError, match="kr-grid-impact has no threshold"):
        load_grid_rules({"grid_rules": "".join(line for line in lines if ",threshold," not in line)})
    with pytest.raises(CatalogError, match="'kW' of threshold"):
        load_grid_rules({"grid_rules": "".join(lines).replace("10,MW", "10,kW")})


def test_a_tariff_without_rates_or_of_another_name_is_an_error() -> None:
    text = "".join(line for line in packaged("tariffs").splitlines(keepends=True) if not line.startswith("industrial"))
    with pytest.raises(CatalogError, match=r"tariff_terms.csv:6: tariff: tariff industrial-b-high-a-1 has no rates"):
        load_tariffs({"tariffs": text})
    later = packaged("tariffs").replace("7220,won/kW,2023-05-16", "7220,won/kW,2024-05-16", 1)
    lines = later.splitlines(keepends=True)
    again = [line.replace("2023-05-16", "2024-05-16", 1) for line in lines if line.startswith("general-b-high-a-1,energy")]
    with pytest.raises(CatalogError, match=r"tariff_terms.csv:2: tariff: tariff general-b-high-a-1 has no demand rate on 2023-05-16"):
        load_tariffs({"tariffs": "".join([*lines, *again])})
    with pytest.raises(CostError, match=r"no tariff 'residential' in the catalogue; write one of general-b-high-a-1, "):
        tariff_named("residential", load_tariffs())


def test_a_tariff_may_have_one_band_and_no_demand_charge() -> None:
    """Flat and time-of-use tariffs are rows of the same tables."""
    tables = {
        "tariff_seasons": "all-year,all,1 2 3 4 5 6 7 8 9 10 11 12",
        "tariff_hours": "one-band,all,weekday saturday sunday holiday,0,24,all",
        "tariff_terms": "flat,2020-01-01,Flat,단일,all-year,one-band,,,,0,,",
        "tariffs": "flat,energy,all,all,123.4,won/kWh,2020-01-01",
        "tariff_discounts": "",
        "tariff_parts": "",
    }
    texts = {name: ",".join(COLUMNS[name]) + "\n" + (row + ",a contract,2026-01,high,\n" if row else "") for name, row in tables.items()}
    (tariff,) = load_tariffs(texts).values()
    assert tariff.rates_on(dt.date(2026, 1, 1)).energy_milli_won == {("all", "all"): 123_400}
    assert tariff.rates[0].demand_milli_won == 0


def test_an_adjustment_may_be_negative_and_a_rate_may_not() -> None:
    tariff = load_tariffs({"tariff_parts": packaged("tariff_parts").replace(",5.0,won/kWh", ",-3.0,won/kWh")})["general-b-high-a-1"]
    (bill,) = bills(load_from(dt.date(2023, 7, 1), [400_000] * 24 * 31), tariff, load_holidays())
    assert bill.extras["fuel"] == -3 * 297_600
    assert bill.charges_won == 39_457_360 + 2_888_000 + 6 * 297_600
