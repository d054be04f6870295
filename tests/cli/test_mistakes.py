"""What people mistype: one line that says what, where and what would have been taken, and an exit code; never a traceback."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from dure.cli.commands import COMMANDS
from dure.cli.main import main

ROWS = "job_id,submit_s,run_s,request_s,devices\n1,0,100,200,4\n2,10,-5,200,8\n"
SCENARIO = """
programme: {horizon: 1d}
sites:
  - {name: hill, operator: univ, pools: [{name: a, model: h100, nodes: 4}]}
demand: {DEMAND}
"""


def said(capsys: pytest.CaptureFixture[str], *argv: object) -> tuple[int, str]:
    code = main([str(word) for word in argv])
    return code, capsys.readouterr().err


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    path = tmp_path / "t.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "s.yaml"
    path.write_text(SCENARIO.replace("{DEMAND}", "{generate: {jobs: 5}}"), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("option", "value", "remedy"),
    [
        ("--jobs", "0", "--jobs cannot be 0; write 1 or more"),
        ("--jobs", "-2", "--jobs cannot be -2; write 1 or more"),
        ("--seed", "-1", "--seed cannot be -1; write 0 or more"),
        ("--seed", "9" * 25, "; write a smaller number"),
        ("--seed", "x", "x is no value for --seed; write a whole number; see `dure twin run --help`"),
        ("--format", "xls", "write one of auto, swf, philly, csv, parquet, sacct; see"),
    ],
)
def test_a_number_or_word_that_no_option_takes(
    option: str, value: str, remedy: str, scenario: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, error = said(capsys, "twin", "run", scenario, option, value)
    assert code == 2
    assert remedy in error
    assert not (scenario.parent / "runs").exists()


def test_a_file_that_demand_names_and_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "s.yaml"
    for demand, what in (
        ("{trace: gone.swf}", "demand.trace: there is no file"),
        ("{generate: {jobs: 5, profile: natoinal}}", "demand.generate.profile: no profile 'natoinal'; did you mean national?"),
    ):
        file.write_text(SCENARIO.replace("{DEMAND}", demand), encoding="utf-8")
        for command in (("check",), ("twin", "run")):
            code, error = said(capsys, *command, file)
            assert code == 2
            assert f"{file}:5: {what}" in error


@pytest.mark.parametrize(
    ("typed", "meant"), [("ls", "ps"), ("squeue", "ps"), ("scancel", "cancel"), ("sinfo", "sites"), ("sbatch", "submit")]
)
def test_words_of_other_schedulers_and_shells(typed: str, meant: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = said(capsys, typed)
    assert code == 2
    assert f"did you mean {meant}?" in text


def test_a_minus_is_standard_input(trace: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def typed() -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(trace.read_bytes())))

    typed()
    assert main(["trace", "info", "-", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["jobs"] == 1
    typed()
    assert main(["trace", "convert", "-", str(trace.parent / "x.csv")]) == 0
    assert (trace.parent / "x.csv").read_text(encoding="utf-8").count("\n") == 3, "dure's own line, header, job"


@pytest.mark.parametrize("name", ["x.csv", "x.parquet"])
def test_a_file_that_cannot_be_written_is_no_bug_of_dure(name: str, trace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, error = said(capsys, "trace", "convert", trace, Path("/proc") / name)
    assert code == 2
    assert f"/proc/{name}: cannot be written" in error


def test_every_command_has_json(capsys: pytest.CaptureFixture[str]) -> None:
    """But for a terminal, which hands on what its program writes."""
    for one in COMMANDS:
        if one.target and one.path != "ssh":
            assert main([*one.path.split(), "--help"]) == 0
            assert "--json" in capsys.readouterr().out, one.path


def test_a_scenario_without_a_name_is_called_after_its_file(scenario: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from dure.adapters.run_input import Options, prepare

    assert prepare(scenario, Options()).title == "s"
    assert main(["check", str(scenario), "--set", "programme.name=x", "--set", "programme.name_ko=이름"]) == 0
