"""`dure jobs explain`, and `dure check` and `dure schema` of job specs, as a person calls them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dure.cli.main import main

JOBS = Path("examples/jobs")
QUICKSTART = "examples/quickstart.yaml"


@pytest.fixture(autouse=True)
def in_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[2])


def answer(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> Any:
    assert main([*words, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def test_the_answer_for_programs_has_every_pool_once(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "jobs", "explain", str(JOBS / "finetune.yaml"), "--fleet", QUICKSTART)
    assert [one["pool"] for one in found["can"]] == ["hill/h200", "hill/mi300x"]
    assert [(one["pool"], [part["part"] for part in one["failed"]]) for one in found["cannot"]] == [
        ("river/rngd", ["memory", "training", "framework"])
    ]
    assert (found["can"][0]["time_s"], found["can"][0]["limit_s"], found["can"][0]["credits_micro"]) == (24_121, 24_121, 124_357_156)
    assert found["spec"]["accelerators"] == {"count": 16, "memory": "80GB..", "training": True}


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_page_says_the_rule_of_the_limit_with_its_figures(capsys: pytest.CaptureFixture[str], lang: str) -> None:
    assert main(["--lang", lang, "jobs", "explain", str(JOBS / "hello.yaml"), "--fleet", QUICKSTART]) == 0
    page = " ".join(capsys.readouterr().out.split())
    said = {"en": "10 min / 0.025 = 6 h 40 min", "ko": "10분 / 0.025 = 6시간 40분"}[lang]
    assert said in page
    assert ("가속기" in page) == (lang == "ko")


def test_no_pool_is_an_answer_with_exit_code_1_and_what_to_change(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    spec = tmp_path / "big.yaml"
    spec.write_text("name: big\naccelerators: 1000\ntime: 1h\nrun: x\n", encoding="utf-8")
    found = answer(capsys, "jobs", "explain", str(spec), "--fleet", QUICKSTART, code=1)
    assert found["can"] == []
    assert found["changes"][0] == {
        "kind": "fewer",
        "value": 128,
        "pools": ["hill/h200"],
        "accelerators": 128,
        "text": "ask for at most 128 accelerators: wins hill/h200 (128 accelerators)",
    }
    assert main(["jobs", "explain", str(spec), "--fleet", QUICKSTART]) == 1
    assert "No pool of examples/quickstart.yaml can run this job" in capsys.readouterr().out


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_script_is_listed_line_by_line(capsys: pytest.CaptureFixture[str], lang: str) -> None:
    assert main(["--lang", lang, "check", str(JOBS / "legacy.sbatch")]) == 0
    lines = capsys.readouterr().out.splitlines()
    directives = [line for line in lines if "--" in line and " · " in line]
    assert len(directives) == 12
    if lang == "ko":
        assert all(any("가" <= letter <= "힣" for letter in line.split(" · ", 1)[1]) for line in directives)


def test_check_tells_specs_from_scenarios_and_names_what_is_unknown(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["check", *(str(path) for path in sorted(JOBS.iterdir())), QUICKSTART]) == 0
    capsys.readouterr()
    spec = tmp_path / "a.yaml"
    spec.write_text("name: a\naccelerators: h1000:2\nworkload: llm-fintune\ntime: 1h\nrun: x\n", encoding="utf-8")
    assert main(["check", str(spec)]) == 2
    told = capsys.readouterr().err
    assert "a.yaml:2: accelerators.any_of[0]: no accelerator 'h1000' in the catalogue" in told
    assert "a.yaml:3: workload: no workload class 'llm-fintune' in the catalogue; did you mean llm-finetune" in told
    assert main(["check", str(JOBS / "hello.yaml"), "--set", "time=1h"]) == 2
    assert "--set changes scenarios" in capsys.readouterr().err


def test_a_framework_that_is_mistyped_is_noted(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    spec = tmp_path / "a.yaml"
    spec.write_text("name: a\naccelerators: 1\nframework: pytroch\ntime: 1h\nrun: x\n", encoding="utf-8")
    assert main(["check", str(spec)]) == 0
    assert "No source says where `pytroch` runs, so no pool is refused for it. Known: pytorch" in capsys.readouterr().out


def test_the_schema_of_job_specs_knows_every_key(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "schema", "job")
    assert {"name", "accelerators", "time", "array", "after", "slurm"} <= set(found["properties"])
    assert found["additionalProperties"] is False


def test_a_fleet_that_is_not_sound_is_an_error(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    fleet = tmp_path / "fleet.yaml"
    fleet.write_text("sites: [{name: s}]\n", encoding="utf-8")
    assert main(["jobs", "explain", str(JOBS / "hello.yaml"), "--fleet", str(fleet)]) == 2
    assert "operator: is missing" in capsys.readouterr().err
