from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from dure.cli.main import main
from dure.wire.scenario import scenario_schema

FOLDER = Path(__file__).resolve().parents[2] / "examples"
EXAMPLES = sorted(path for path in FOLDER.glob("*.yaml") if "\ntender:" not in path.read_text(encoding="utf-8"))
GOOD = """
sites:
  - {name: hill, operator: univ, pools: [{name: a, model: h100, nodes: 4}]}
"""


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_every_example_is_sound(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(file)]) == 0, capsys.readouterr().err


def test_a_sound_file_says_what_it_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "good.yaml"
    file.write_text(GOOD, encoding="utf-8")
    assert main(["check", str(file), "--set", "sites[0].pools[0].nodes=6"]) == 0
    assert "ok · 1 site · 1 pool · 6 nodes · 48 accelerators" in capsys.readouterr().out
    assert main(["check", str(file), "--lang", "ko"]) == 0
    assert "이상 없음 · 센터 1곳 · 풀 1개 · 서버 4대 · 가속기 32개" in capsys.readouterr().out


def test_a_wrong_key_names_file_line_field_and_remedy_for_every_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(GOOD, encoding="utf-8")
    bad.write_text("program:\n  name: x\nsites: 3\n", encoding="utf-8")
    assert main(["check", str(bad), str(good), str(tmp_path / "none.yaml")]) == 2
    captured = capsys.readouterr()
    assert f"{bad}:1: program" in captured.err
    assert "programme" in captured.err
    assert f"{bad}:3: sites" in captured.err
    assert "none.yaml: there is no such file" in captured.err
    assert f"{good}: ok" in captured.out


def test_a_model_that_the_catalogue_lacks_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(GOOD.replace("h100", "h1000"), encoding="utf-8")
    assert main(["check", str(file)]) == 2
    error = capsys.readouterr().err
    assert f"{file}:3: sites" in error
    assert "h100" in error


DRAWN = """
programme: {horizon: 2d}
sites:
  - {name: hill, operator: univ, power_cap: 1MW, pools: [{name: a, model: h100, nodes: 4}]}
demand:
  generate:
    load: 90%
    constraints: {any: 3, "h100x|nvidia": 5}
  services: [{name: chat, project: p, workload: llm-inference-small, replicas: 1, constraint: "furiosa:80GB.."}]
"""


def test_what_jobs_insist_on_must_be_in_the_catalogue(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "drawn.yaml"
    file.write_text(DRAWN.replace("horizon: 2d", PROJECT), encoding="utf-8")
    assert main(["check", str(file)]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2
    assert f"{file}:8: demand.generate.constraints.h100x|nvidia: no accelerator 'h100x' in the catalogue; did you mean h100" in said[0]
    assert f"{file}:9: demand.services[chat].constraint: no accelerator 'furiosa' in the catalogue" in said[1]
    assert main(["twin", "run", str(file), "-o", str(tmp_path / "out")]) == 2


PROJECT = "horizon: 2d, organisations: [{name: o, projects: [{name: p}]}]"


def test_check_says_the_load_and_the_notes_of_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "drawn.yaml"
    sound = DRAWN.replace("horizon: 2d", PROJECT).replace("h100x|nvidia", "h100|nvidia").replace("furiosa:80GB..", "furiosaai")
    file.write_text(sound, encoding="utf-8")
    assert main(["check", str(file)]) == 0
    checked = capsys.readouterr().out
    assert "load 90 %" in checked
    assert "power_cap: the plan stays within it; the twin does not limit the power of a site yet" in checked
    assert main(["twin", "run", str(file), "-o", str(tmp_path / "out")]) == 0
    ran = capsys.readouterr().out
    assert "power_cap: the plan stays within it; the twin does not limit the power of a site yet" in ran
    note = re.search(r"jobs for (\d+) % of what the fleet can do are drawn, at most (\d+) % falls before the end and (\d+) % on the", ran)
    assert note is not None
    drawn, inside, first = map(int, note.groups())
    assert 80 <= drawn <= 92 > inside > first > 0


def test_json_is_one_object_with_every_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("program: {}\n", encoding="utf-8")
    assert main(["check", str(bad), "--json"]) == 2
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is False
    (error,) = answer["files"][0]["errors"]
    assert (error["file"], error["line"], error["field"]) == (str(bad), 1, "program")
    assert error["remedy"]


def test_schema_is_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == scenario_schema()


def test_mistyped_commands_and_options_name_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chek", "x.yaml"]) == 2
    assert capsys.readouterr().err == 'error: there is no command "chek"; did you mean check?; see `dure --help`\n'
    assert main(["check", "x.yaml", "--jsno"]) == 2
    assert capsys.readouterr().err == "error: there is no option --jsno; did you mean --json?; see `dure check --help`\n"
    assert main(["check"]) == 2
    assert capsys.readouterr().err == "error: dure check needs FILES; see `dure check --help`\n"
    assert main(["check", "--lang=ko"]) == 2
    assert "오류: dure check에 FILES가 필요합니다" in capsys.readouterr().err


TENDERS = ("korea-2025-round-1", "korea-2026-round-2", "india-l1")


@pytest.mark.parametrize("name", TENDERS)
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_tender_is_checked_as_a_tender(name: str, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(FOLDER / f"{name}.yaml"), "--lang", lang]) == 0
    assert {"en": "tender with", "ko": "공모, 로트"}[lang] in capsys.readouterr().out


def test_what_is_wrong_with_a_tender_is_named_by_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(
        (FOLDER / "korea-2025-round-1.yaml").read_text(encoding="utf-8").replace("price: 1.16억", "price: -1"), encoding="utf-8"
    )
    assert main(["check", str(file)]) == 2
    assert "bids[A].lines[0].price: -1 is negative" in capsys.readouterr().err
    assert main(["check", str(file), "--json", "--set", "bids[A].lines[0].price=1억"]) == 0
    (answer,) = json.loads(capsys.readouterr().out)["files"]
    assert (answer["kind"], answer["bids"], answer["offered"]) == ("tender", 4, 23_136)


def test_a_price_far_from_its_lot_is_a_warning_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "odd.yaml"
    text = (FOLDER / "korea-2025-round-1.yaml").read_text(encoding="utf-8")
    line = next(number for number, one in enumerate(text.splitlines(), 1) if "price: 1.16억" in one)
    file.write_text(text.replace("price: 1.16억", "price: 116"), encoding="utf-8")
    assert main(["check", str(file)]) == 0
    out = capsys.readouterr().out
    assert f"{file}:{line}: bids[A].lines[0].price: 116 won is less than a hundredth of the lot's median" in out
    assert "1.16억" in out
    assert main(["check", str(file), "--json"]) == 0
    (answer,) = json.loads(capsys.readouterr().out)["files"]
    assert [(one["line"], one["field"]) for one in answer["warnings"]] == [(line, "bids[A].lines[0].price")]
    assert main(["check", str(FOLDER / "korea-2025-round-1.yaml"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["files"][0]["warnings"] == []


def test_rules_without_bids_are_sound(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text("tender:\n  name: x\n  procedure: contract\n  lots: [{name: a, at_most: 8}]\n", encoding="utf-8")
    assert main(["check", str(file)]) == 0
    assert "no bids yet" in capsys.readouterr().out


def test_the_schema_of_tenders_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "tender"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert set(schema["properties"]) >= {"tender", "bids", "assume", "published", "marks", "frozen"}
    described = [about for part in schema["$defs"].values() for about in part.get("properties", {}).values()]
    assert all(about.get("description") for about in described)
