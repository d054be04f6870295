"""The award as CSV, JSON and workbook: real values with units, figures marked as what they are."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from pathlib import Path

import pytest

from dure.cli.main import main

EXAMPLES = Path(__file__).parents[2] / "examples"
ROUND_1, ROUND_2 = str(EXAMPLES / "korea-2025-round-1.yaml"), str(EXAMPLES / "korea-2026-round-2.yaml")
INDIA = str(EXAMPLES / "india-l1.yaml")


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["plan", "award", *words]) == 0
    return capsys.readouterr().out


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_obligations_are_values_with_units(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, ROUND_1, "--csv", str(tmp_path / "csv"), "--xlsx", str(tmp_path / "a.xlsx"), "--lang", "ko")
    first = rows(tmp_path / "csv", "obligations")[0]
    assert (first["ready_date"], float(first["availability_share"]), float(first["pue"])) == ("2026-03-31", 0.99, 1.3)
    # 7,656 accelerators of 1,710 W
    assert (float(first["power_mw"]), float(first["support_h"])) == (13.09176, 4.0)
    assert [one["offer"] for one in rows(tmp_path / "csv", "losses")] == ["D"]
    assert [one["kind"] for one in rows(tmp_path / "csv", "assumptions")] == ["assumed"] * 4 + ["published"] * 2
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        texts = re.findall(r"<t[^>]*>(.*?)</t>", book.read("xl/sharedStrings.xml").decode())
    assert "2026-03-31" in texts
    assert {"전력 [MW]", "지원 응답 [시간]", "가용률 [%]", "금액 [원]"} <= set(texts)
    assert "선정된 사업자의 이행 의무 (가정값)" in texts
    assert not [one for one in texts if re.search(r"\((published|assumed)\)|\[won\]", one)]


def test_a_table_with_an_assumed_figure_is_assumed(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(capsys, ROUND_1, "--json"))["tables"]
    assert (found["award"]["word"], found["obligations"]["word"]) == ("assumed", "assumed")
    text = said(capsys, ROUND_1)
    assert "Obligations of the winners (assumed)" in text
    assert "Quantities are published, promises assumed." in text


def test_a_model_that_the_file_made_up_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(capsys, INDIA, "--json"))
    assert found["models_assumed"] == [{"bid": "C", "lot": "others-1"}, {"bid": "D", "lot": "round-2"}]
    assert "The models of C/others-1, D/round-2 are assumed" in " ".join(said(capsys, INDIA).split())


def test_points_are_a_threshold_and_that_stands_beside_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gate = "Points decide who may be awarded (70 or more); who is, the aim decides: most public capacity that the budget buys."
    page = tmp_path / "minutes.html"
    assert gate in " ".join(said(capsys, ROUND_2, "--output", str(page)).split())
    assert gate in page.read_text(encoding="utf-8")
    assert json.loads(said(capsys, ROUND_2, "--json"))["tables"]["scores"]["note"].startswith(gate)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("award", str(EXAMPLES / "korea-50k.yaml")), "this is a scenario, not a tender; run dure plan run"),
        (("run", ROUND_1), "this is a tender, not a scenario; run dure plan award"),
        (("award", ROUND_1, "--set", "bids[A].lines[0].price=-1.16억"), "-1.16억 is negative"),
        (("run", str(EXAMPLES / "korea-50k.yaml"), "--set", "plan.purchase.budgets[0].won={2026: -5억}"), "-5억 is negative"),
        (("run", str(EXAMPLES / "korea-50k.yaml"), "--set", "plan.purchase.budgets[0].won={202: 1조}"), "`202` is no year; write a year"),
    ],
)
def test_what_is_wrong_is_said_once(words: tuple[str, ...], what: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", *words]) == 2
    english = capsys.readouterr().err
    assert what in english
    assert english.count("\n") == 1
    assert main(["plan", *words, "--lang", "ko"]) == 2
    korean = capsys.readouterr().err
    assert not re.search(r"this is|is negative|is no year|write a", korean)
