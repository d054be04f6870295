"""`dure demand project`: from two tables to the part of a scenario that a plan reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dure.adapters.applications import COLUMNS, read_use
from dure.adapters.files import load_scenario
from dure.cli.main import main

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
TABLE, USE, SCENARIO = (str(EXAMPLES / name) for name in ("applications.csv", "measured-use.csv", "korea-50k.yaml"))
HEADER = ",".join(COLUMNS)
ROW = "2026-02-01,uni,tuning,2,10,servers:8,6,3,a paper,"


def table(folder: Path, *rows: str, header: str = HEADER) -> str:
    path = folder / "a.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return str(path)


def test_servers_are_accelerators(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """10 servers of 8 for half a year: 40 at work; 3 of 10 granted: 12."""
    assert main(["demand", "project", table(tmp_path, ROW), "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["classes"]
    assert (found["asked"]["middle"], found["granted"], found["used_of_granted"], found["growth_quarter"]) == (40.0, 12.0, None, None)
    assert found["marks"] == ["published"]
    assert main(["demand", "project", table(tmp_path, ROW)]) == 0
    said = capsys.readouterr().out
    assert "(simulated)" in said, "what dure makes of published records is no published figure"
    assert "published" not in said


def test_published_sums_of_the_first_call(capsys: pytest.CaptureFixture[str]) -> None:
    """13,712 accelerators asked for and 4,224 granted in January 2026 (514 projects); the rest of the example is assumed."""
    from dure.adapters.applications import read_applications

    first = [row for row in read_applications(Path(TABLE)) if row.day.year == 2026 and row.day.month == 1]
    assert sum(row.asked for row in first) == 13_712
    assert sum(row.granted or 0 for row in first) == 4_224
    assert sum(row.applications for row in first) == 514
    assert {row.mark for row in read_applications(Path(TABLE))} == {"assumed"}


def test_what_is_written_is_read_by_the_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "demand.yaml"
    argv = ["demand", "project", TABLE, "--use", USE, "--scenario", SCENARIO, "--case", "high", "-o", str(out), "--json"]
    assert main(argv) == 0
    rows = {row["class"]: row for row in json.loads(capsys.readouterr().out)["classes"]}
    asked = load_scenario(out).scenario.plan.purchase
    before = load_scenario(SCENARIO).scenario.plan.purchase
    assert asked is not None
    assert before is not None
    for one, old in zip(asked.demand, before.demand, strict=True):
        assert one.accelerators["2027"] == rows[one.name]["demand"]["high"]
        assert one.accelerators["2026"] == old.accelerators["2026"], "what lies before the projection is not touched"
        later = {count for year, count in one.accelerators.items() if year > "2027"}
        assert later == {rows[one.name]["demand"]["high"]}, "no year of the plan falls back to an older figure"
        assert one.accelerators.keys() == old.accelerators.keys()
        assert "2028 to 2035" in one.why
        assert "2028~2035" in (one.why_ko or "")
        assert (one.mark, one.workload) == ("assumed", old.workload)
    assert all(row["demand"]["low"] <= row["demand"]["middle"] <= row["demand"]["high"] for row in rows.values())


@pytest.mark.parametrize("later", ["level", "growth", "plan"])
def test_later_years_are_filled_as_is_said(later: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Recomputed from the printed figures: the level, growth four quarters a year, or the ratio of the scenario's own years."""
    argv = ["demand", "project", TABLE, "--scenario", SCENARIO, "--later", later]
    assert main([*argv, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    asked = load_scenario(SCENARIO).scenario.plan.purchase
    assert asked is not None
    own = {one.name: one.accelerators for one in asked.demand}
    assert (found["year"], found["through"], found["later"]) == (2027, 2035, later)
    for row in found["classes"]:
        assert row["years"]["2027"] == row["demand"]
        for end in ("low", "middle", "high"):
            ratio = {
                "level": 1.0,
                "growth": row["growth_quarter"][end] ** 32,
                "plan": own[row["class"]]["2035"] / own[row["class"]]["2027"],
            }[later]
            assert row["years"]["2035"][end] == pytest.approx(row["demand"][end] * ratio, rel=1e-3)
    assert main(argv) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "counts as 1 × the reference accelerator" in said
    assert "100 % is counted" in said
    assert {"level": "that level stays", "growth": "nobody knows that it will", "plan": "scenario's own plan"}[later] in said


def test_without_a_plan_one_year_is_projected_and_more_on_demand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = table(tmp_path, ROW)
    assert main(["demand", "project", path, "--json"]) == 0
    assert list(json.loads(capsys.readouterr().out)["classes"][0]["years"]) == ["2027"]
    assert main(["demand", "project", path, "--through", "2029", "--json"]) == 0
    assert list(json.loads(capsys.readouterr().out)["classes"][0]["years"]) == ["2027", "2028", "2029"]


def test_both_languages_say_what_is_unknown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = table(tmp_path, ROW)
    assert main(["demand", "project", path]) == 0
    assert "Growth is unknown with one quarter" in " ".join(capsys.readouterr().out.split())
    assert main(["demand", "project", path, "--lang", "ko"]) == 0
    assert "사용률을 알 수 없어" in " ".join(capsys.readouterr().out.split())


def test_dedicated_servers_of_a_run_are_measured_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Held for 100 device-seconds and used by their holders for 40, whoever else borrowed them."""

    class Run:
        def __init__(self) -> None:
            self.summary = {"dedicated": {"held_used_s": 40, "held_lent_s": 25, "held_idle_s": 35}}

    monkeypatch.setattr("dure.adapters.applications.read_run", lambda path: Run())
    assert read_use(tmp_path) == {"*": pytest.approx(0.4)}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (ROW.replace("2026-02-01", "soon"), "a.csv:2: date: soon is no date"),
        (ROW.replace(",10,", ",-10,"), "a.csv:2: asked: '-10' is no whole number"),
        (ROW.replace(",10,", ",,"), "a.csv:2: asked: '' is no whole number"),
        (ROW.replace("servers:8", "servers"), "a.csv:2: unit: servers is no unit"),
        (ROW.replace(",3,", ",11,"), "a.csv:2: granted: 88 granted of 80 asked"),
        (ROW.replace("a paper", ""), "a.csv:2: source: nobody says where this comes from"),
        (ROW + "prices", "a.csv:2: assumed: prices is no column"),
        (ROW.replace("tuning", "tuning|tuning"), "a.csv:2: class: "),
        (ROW + ",", "a.csv:2: 11 cells under 10 columns"),
        ("", "a.csv: no application in it"),
    ],
)
def test_a_bad_row_is_named(row: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demand", "project", table(tmp_path, row)]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--year", "1999"], "--year: 1999 cannot be projected from 2026"),
        (["--growth", "2"], "--growth: 2 is no range"),
        (["--growth", "2..1"], "--growth: 2..1 is no range"),
        (["--through", "2026"], "--through: 2026 is no last year of a projection from 2027"),
        (["--through", "2028", "--later", "plan"], "--later: no plan asks for tuning in 2027"),
        (["--weight", "0"], "--weight: 0 is no factor"),
        (["--scenario", SCENARIO], "no class tuning in the plan"),
    ],
)
def test_a_bad_option_is_named(argv: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demand", "project", table(tmp_path, ROW), *argv]) == 2
    assert said in capsys.readouterr().err


def test_a_header_without_a_column_and_use_above_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demand", "project", table(tmp_path, header="date,class")]) == 2
    assert "no column organisation" in capsys.readouterr().err
    use = tmp_path / "use.csv"
    use.write_text("class,granted_hours,used_hours\na,10,11\n", encoding="utf-8")
    assert main(["demand", "project", table(tmp_path, ROW), "--use", str(use)]) == 2
    assert "11 of 10 hours are used" in capsys.readouterr().err
