"""Workbooks: real numbers with formats, units in the header, unknown as an empty cell, the same bytes twice; read back from the XML."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from dure.adapters.outputs import by_dure, may_write
from dure.adapters.xlsx_tables import NAME_MAX, write_xlsx
from dure.cli.main import main
from dure.model.errors import InputError
from dure.present.tables import Cell, Column, Table, Word
from tests.cli.test_plan_run import SMALL, written
from tests.present.fixtures import make_run

TABLE = Table(
    "money",
    "Money / by [year]: a title that is longer than a sheet's name may be",
    (
        Column("year", "year"),
        Column("capex", "purchase"),
        Column("share", "share"),
        Column("power_mw", "power"),
        Column("who", "who", number=False),
    ),
    (
        (Cell(2026, "2026"), Cell(4_800_000_000, "₩4.8B"), Cell(0.25, "25.0 %"), Cell(1.5, "1.5"), Cell("a", "=1+1")),
        (Cell(2027, "2027"), Cell(None, "unknown"), Cell(None, "unknown"), Cell(0, "0"), Cell(None, "")),
    ),
    Word.ASSUMED,
    "a note",
)


def parts(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name).decode() for name in file.namelist()}


def cell(sheet: str, at: str) -> str:
    found = re.search(rf'<c r="{at}"[^>]*?(?:/>|>(.*?)</c>)', sheet)
    assert found is not None, at
    return found[1] or ""


def strings(book: dict[str, str]) -> list[str]:
    return re.findall(r"<t[^>]*>(.*?)</t>", book["xl/sharedStrings.xml"])


def test_numbers_stay_numbers_and_unknown_stays_empty(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.xlsx", [TABLE], [("what", "a test")], "About")
    book = parts(tmp_path / "a.xlsx")
    sheet, said = book["xl/worksheets/sheet2.xml"], strings(book)
    assert cell(sheet, "B3") == "<v>4800000000</v>"
    assert cell(sheet, "C3") == "<v>0.25</v>"
    assert cell(sheet, "D4") == "<v>0</v>"
    assert not re.search(r'r="B4"[^>]*>\s*<v>', sheet)
    assert {"purchase [won]", "share [%]", "power [MW]"} <= set(said)
    assert "=1+1" in said
    assert "<f>" not in sheet
    assert 'formatCode="&quot;₩&quot;#,##0"' in book["xl/styles.xml"]
    assert "a note" in said


def test_the_same_tables_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_xlsx(tmp_path / name, [TABLE, TABLE], [("what", "a test")], "About")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    names = re.findall(r'<sheet name="(.*?)"', parts(tmp_path / "a.xlsx")["xl/workbook.xml"])
    assert len({name.lower() for name in names}) == 3
    assert all(len(name) <= NAME_MAX and not re.search(r"[\[\]:*?/\\]", name) for name in names)


def test_a_workbook_of_dure_is_known_and_another_is_not_replaced(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.xlsx", [TABLE], [], "About")
    assert by_dure(tmp_path / "a.xlsx")
    may_write(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as other:
        other.writestr("docProps/core.xml", "<dc:creator>somebody</dc:creator>")
    assert not by_dure(tmp_path / "b.xlsx")
    with pytest.raises(InputError, match="dure did not write it"):
        may_write(tmp_path / "b.xlsx")


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_plan_as_workbook_and_as_csv(tmp_path: Path, lang: str) -> None:
    files = ["--xlsx", str(tmp_path / "p.xlsx"), "--csv", str(tmp_path / "csv")]
    for _ in range(2):
        assert main(["--lang", lang, "plan", "run", written(tmp_path), "--gap", "0", *files]) == 0
    book = parts(tmp_path / "p.xlsx")
    names = re.findall(r'<sheet name="(.*?)"', book["xl/workbook.xml"])
    assert names[0] == ("안내" if lang == "ko" else "About")
    assert len(names) == 1 + len(list((tmp_path / "csv").iterdir()))
    assert any("<v>3840000000</v>" in text for name, text in book.items() if name.startswith("xl/worksheets"))
    assert any("SHA-256" in one for one in strings(book))
    schedule = (tmp_path / "csv" / "schedule.csv").read_text(encoding="utf-8").splitlines()
    assert schedule[0] == "period,machine,site,units,accelerators,capex"
    assert "2026-H1,nvidia-h100,here,8,64,3840000000" in schedule


def test_an_award_and_a_report_as_workbooks(tmp_path: Path) -> None:
    tender = Path(__file__).resolve().parents[2] / "examples" / "korea-2025-round-1.yaml"
    assert main(["plan", "award", str(tender), "--xlsx", str(tmp_path / "award.xlsx")]) == 0
    assert by_dure(tmp_path / "award.xlsx")
    assert main(["report", str(make_run(tmp_path / "run")), "--xlsx", str(tmp_path / "report.xlsx")]) == 0
    assert len(parts(tmp_path / "report.xlsx")) > 10


def test_it_never_writes_over_its_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario = tmp_path / "plan.xlsx"
    scenario.write_text(SMALL, encoding="utf-8")
    assert main(["--lang", "en", "plan", "run", str(scenario), "--xlsx", str(scenario)]) == 2
    assert "would be written over itself" in capsys.readouterr().err
    assert scenario.read_text(encoding="utf-8") == SMALL
    assert main(["--lang", "en", "plan", "run", written(tmp_path), "--xlsx", str(tmp_path / "x.csv")]) == 2
    assert "is no .xlsx file" in capsys.readouterr().err
