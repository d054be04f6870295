"""`dure catalog tariffs` and what `dure check` says of the tariffs that a scenario names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dure.adapters.catalogs import packaged
from dure.cli.main import main
from dure.present.tariff_tables import spans

SCENARIO = """
sites: [{name: a, operator: o, pools: [{name: p, model: h100, nodes: 1}]}]
plan:
  cost:
    interest: {rate: 3%, source: x}
    life: 5y
    residual: 0%
    prices: []
    tariffs: tables
    sites: [{name: a, tariff: TARIFF, staff: 0}]
"""


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main(["--lang", "en", "catalog", "tariffs", *words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def test_one_tariff_with_its_seasons_hours_and_prices(capsys: pytest.CaptureFixture[str]) -> None:
    """General (B) high-A option I, as its published table has it."""
    one = answer(capsys, "general-b-high-a-1", "--on", "2026-07-01")["tariff"]
    won = {(each["season"], each["band"]): each["won_kwh"] for each in one["energy_won_kwh"]}
    assert [won["summer", band] for band in ("light", "mid", "peak")] == [92.8, 145.7, 227.8]
    assert one["demand"]["won_kw"] == 7220
    assert one["demand"]["floor_share"] == 0.3
    assert one["demand"]["metered_minutes"] == 15
    hours = {(each["season"], each["day"]): each["bands"] for each in one["hours"]}
    assert all(len(bands) == 24 for bands in hours.values())
    assert [hour for hour, band in enumerate(hours["summer", "weekday"]) if band == "peak"] == [15, 16, 17, 18, 19, 20]
    assert one["sources"]


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_both_views_say_how_demand_is_metered(capsys: pytest.CaptureFixture[str], lang: str) -> None:
    assert main(["--lang", lang, "catalog", "tariffs", "industrial-b-high-a-1", "--on", "2026-07-01"]) == 0
    page = capsys.readouterr().out
    assert ("15-minute" in page) != ("15분" in page)
    assert "92" in page
    assert main(["--lang", lang, "catalog", "tariffs", "--on", "2026-07-01"]) == 0
    assert "general-b-high-b-2" in capsys.readouterr().out


def test_a_day_before_the_first_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "en", "catalog", "tariffs", "general-b-high-a-1", "--on", "2020-01-01"]) == 2
    assert "it begins on 2023-05-16" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("numbers", "closed", "text"), [([22, 23, 0, 1], 0, "0–2, 22–24"), ([6, 7, 8], 1, "6–8"), ([1, 3], 1, "1, 3"), ([], 0, "")]
)
def test_spans(numbers: list[int], closed: int, text: str) -> None:
    assert spans(numbers, closed) == text


def write(folder: Path, tariff: str, hours: str) -> Path:
    tables = folder / "tables"
    tables.mkdir()
    head = packaged("tariff_hours").splitlines()[0]
    (tables / "tariff_hours.csv").write_text(head + "\n" + hours, encoding="utf-8")
    file = folder / "s.yaml"
    file.write_text(SCENARIO.replace("TARIFF", tariff), encoding="utf-8")
    return file


HOURS = "mine,summer,weekday,0,23,light,x,2026,high,\nmine,summer,saturday sunday holiday,0,24,light,x,2026,high,\n"


def test_check_names_a_gap_in_the_hours_of_a_tariff(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["--lang", "en", "check", str(write(tmp_path, "general-b-high-a-1", HOURS))]) == 2
    said = capsys.readouterr().err
    assert (
        "tables/tariff_hours.csv:2: to_hour: 23:00 to 24:00 of a weekday in summer is in no band of mine; add a row for these hours" in said
    )


def test_check_names_an_unknown_tariff_and_the_known_ones(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    whole = HOURS.replace(",0,23,", ",0,24,")
    assert main(["--lang", "en", "check", str(write(tmp_path, "general-z", whole))]) == 2
    said = capsys.readouterr().err
    assert "s.yaml:10: plan.cost.sites[a].tariff: no tariff 'general-z' in the catalogue; write one of general-b-high-a-1" in said


OWN = Path(__file__).resolve().parents[2] / "examples" / "own-tariff.yaml"


def test_own_tariffs_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    """Flat: 150 won at every hour. Day and night, of 1 kW in 2026: the hours of each band counted here, and 12 months of 6,000 won."""
    import datetime as dt

    from dure.adapters.tariff_tables import load_holidays

    assert main(["--lang", "en", "catalog", "tariffs", "--scenario", str(OWN), "--on", "2026-07-01", "--json"]) == 0
    means = {one["id"]: one["flat_load_won_kwh"] for one in json.loads(capsys.readouterr().out)["tariffs"]}
    assert means["flat"] == pytest.approx(150.0)
    kinds = load_holidays().kinds
    days = [dt.date(2026, 1, 1) + dt.timedelta(days=at) for at in range(365)]
    free = sum(day.weekday() == 6 or kinds.get(day) == "public" for day in days)
    energy = (365 - free) * (14 * 180 + 10 * 90) + free * 24 * 90
    assert means["day-night"] == pytest.approx((energy + 12 * 6_000) / 8_760, abs=0.01)
    assert main(["--lang", "en", "catalog", "tariffs", "--scenario", str(OWN)]) == 0
    assert "(published)" not in capsys.readouterr().out, "one's own tariff is published by nobody"


@pytest.mark.parametrize(
    ("table", "old", "new", "said"),
    [
        (
            "tariff_hours",
            "22,8,night",
            "23,8,night",
            "tariff_hours.csv:4: to_hour: 22:00 to 23:00 of a weekday in year is in no band",
        ),
        ("tariff_hours", "22,8,night", "21,8,night", "tariff_hours.csv:4: from_hour: 21:00 to 22:00 of a weekday in year is in two bands"),
        ("tariffs", "all,150", "all,-150", "tariffs.csv:3: value: "),
        ("tariff_seasons", " 12,", ",", "tariff_seasons.csv:2: months: month 12 is in no season of all-year"),
    ],
)
def test_a_gap_in_ones_own_table_is_named(
    table: str, old: str, new: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import shutil

    shutil.copytree(OWN.parent / "tariffs", tmp_path / "tariffs")
    for name in ("own-tariff.yaml", "study-small.yaml"):
        shutil.copy(OWN.parent / name, tmp_path / name)
    path = tmp_path / "tariffs" / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert main(["check", str(tmp_path / "own-tariff.yaml")]) == 2
    assert said in "".join(capsys.readouterr())


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_no_name_is_cut_at_eighty_columns(lang: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for place in ("dure.cli.context.width", "dure.cli.catalog_tariffs.width"):
        monkeypatch.setattr(place, lambda: 80)
    assert main(["--lang", lang, "catalog", "tariffs"]) == 0
    words = capsys.readouterr().out.split()
    assert {"general-b-high-a-1", "general-b-high-b-2", "industrial-b-high-a-1"} <= set(words)
    assert ("Industrial" if lang == "en" else "산업용전력(을)") in words
