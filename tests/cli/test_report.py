from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from dure.cli.main import main
from tests.present.fixtures import make_run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("runs") / "month")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_terminal_shows_both_rates_and_the_waterfall(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(folder)]) == 0
    page = capsys.readouterr().out
    assert "operating rate 77.5 % · occupancy 82.9 %" in page
    assert "simulated" in page
    assert not [line for line in page.splitlines() if line != line.rstrip()]
    assert main(["report", str(folder), "--lang", "ko"]) == 0
    assert "가동률 77.5% · 사용률 82.9%" in capsys.readouterr().out


def test_html_and_csv_are_written(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, tables = tmp_path / "report.html", tmp_path / "tables"
    assert main(["report", str(folder), "-o", str(page), "--csv", str(tables), "--lang", "ko"]) == 0
    assert capsys.readouterr().out == f"{page}을 썼습니다\n{tables}를 썼습니다\n"
    assert page.read_text(encoding="utf-8").startswith('<!doctype html>\n<html lang="ko">')
    rows = rows_of(tables / "losses.csv")
    assert rows[0]["cause"] == "not_delivered"
    assert int(rows[0]["won"]) == 6_998_400_000
    unobserved = [row for row in rows_of(tables / "rates_site.csv") if row["occupancy"] == ""]
    assert [row["key"] for row in unobserved] == ["da"]


def test_pictures_come_as_svg_and_as_spec(folder: Path, tmp_path: Path) -> None:
    assert main(["report", str(folder), "--pictures", str(tmp_path)]) == 0
    specs = sorted(tmp_path.glob("*.vl.json"))
    assert len(specs) == 5
    assert all(json.loads(spec.read_text(encoding="utf-8"))["$schema"].endswith("v6.4.json") for spec in specs)
    assert all(spec.with_name(spec.name.replace(".vl.json", ".svg")).read_text(encoding="utf-8").startswith("<svg") for spec in specs)


def test_json_is_one_object_with_the_summary(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(folder), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["simulated"] is True
    assert answer["summary"]["jobs_total"] == 612_345
    assert answer["tables"]["waterfall"]["word"] == "simulated"
    assert len(answer["assumptions"]) == 2


def test_no_run_folder_is_exit_4(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(tmp_path)]) == 4
    assert "not a run folder" in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_an_error_and_no_traceback(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert main(["report", str(folder), "-o", str(tmp_path / "file" / "report.html")]) == 2
    assert "error: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("mine.yaml", "mine.yaml: is no .html file; let its name end in .html"),
        ("there.html", "there.html: is there, and dure did not write it; name another file, or say --force to replace it"),
        ("", ": is a folder; name a file in it, such as "),
        ("none/report.html", "none/report.html: there is no folder "),
    ],
)
def test_a_report_writes_over_nothing_of_others(
    name: str, said: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for one in ("mine.yaml", "there.html"):
        (tmp_path / one).write_text("my own", encoding="utf-8")
    assert main(["report", str(folder), "-o", str(tmp_path / name)]) == 2
    assert said in capsys.readouterr().err
    assert [(tmp_path / one).read_text(encoding="utf-8") for one in ("mine.yaml", "there.html")] == ["my own"] * 2
    assert len(list(tmp_path.iterdir())) == 2


def test_what_dure_wrote_is_written_anew_and_the_rest_by_force(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dure.adapters.render.svg", lambda spec: '<svg class="drawn"></svg>')
    page, argv = tmp_path / "r.html", ["report", str(folder)]
    tables, drawn = tmp_path / "tables", tmp_path / "drawn"
    everything = [*argv, "-o", str(page), "--csv", str(tables), "--pictures", str(drawn)]
    assert [main(everything), main(everything)] == [0, 0]
    for mine in (page, tables / "losses.csv", drawn / "waits.svg"):
        mine.write_text("my own\n", encoding="utf-8")
        assert main(everything) == 2
        assert mine.read_text(encoding="utf-8") == "my own\n"
        assert main([*everything, "--force"]) == 0
        assert mine.read_text(encoding="utf-8") != "my own\n"


def test_tables_never_replace_those_of_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = make_run(tmp_path / "run")
    before = {path.name: path.read_bytes() for path in (run / "tables").iterdir()}
    assert main(["report", str(run), "--csv", str(run / "tables"), "--force"]) == 2
    assert "would be written over itself" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in (run / "tables").iterdir()} == before


def test_tables_are_read_by_programs(folder: Path, tmp_path: Path) -> None:
    """A cell holds one value, a date is ISO, and nothing that people read is missing."""
    assert main(["report", str(folder), "--csv", str(tmp_path / "t"), "--lang", "ko"]) == 0
    assumed = rows_of(tmp_path / "t" / "assumptions.csv")
    assert [(row["low"], row["high"]) for row in assumed] == [("0.2", "0.5"), ("4500", "7500")]
    assert all(row["how"] for row in rows_of(tmp_path / "t" / "losses.csv"))
    said = {row["item"]: row["value"] for row in rows_of(tmp_path / "t" / "provenance.csv")}
    assert said["provenance.period"] == "2026-01-01T00:00:00Z/2026-01-31T00:00:00Z"
    assert said["provenance.clock"].startswith("UTC: ")
