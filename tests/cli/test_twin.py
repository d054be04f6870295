from __future__ import annotations

import json
from pathlib import Path

import pytest

from dure.cli.main import main
from dure.model.reasons import CAUSES, STEPS

ROOT = Path(__file__).parents[2]
TRACE = "submit_s,run_s,devices,project\n" + "".join(f"{60 * n},{300 + 40 * (40 - n)},{1 + n % 8},p{n % 3}\n" for n in range(40))


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("jobs.csv").write_text(TRACE, encoding="utf-8")
    path = Path("scene.yaml")
    path.write_text("sites: [{name: s, operator: x, pools: [{name: p, model: nvidia-h100, nodes: 1}]}]\n", encoding="utf-8")
    return path


def test_json_holds_what_programs_rely_on(scene: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["twin", "run", str(scene), "--trace", "jobs.csv", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    wanted = (
        "jobs_completed",
        "jobs_rejected",
        "makespan_s",
        "wait_mean_s",
        "wait_p95_s",
        "operating_rate",
        "occupancy",
        "seed",
        "version",
    )
    assert set(wanted) <= set(found)
    assert set(found["waterfall"]) == {f"{step}_s" for step in STEPS} | {cause.column for cause in CAUSES}
    assert set(found["waterfall_detail"]) == {"operator", "site", "pool", "vendor", "model", "organisation", "project"}
    assert (found["jobs_completed"], found["folder"]) == (40, "runs/scene")
    assert Path("runs/scene/run.json").is_file()


def test_text_ends_with_the_folder_and_the_next_step(scene: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["twin", "run", str(scene), "--trace", "jobs.csv", "-o", "out", "--jobs", "10"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2].startswith("run folder out · ")
    assert lines[-1] == "dure report out -o report.html makes one page of it"
    assert any("operating rate" in line and "occupancy" in line for line in lines)


def test_rejects_are_counted_and_told(scene: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("jobs.csv").write_text(TRACE + "99,5,64,p1\n99,0,1,p1\n", encoding="utf-8")
    assert main(["twin", "run", str(scene), "--trace", "jobs.csv"]) == 0
    page = capsys.readouterr().out
    assert "rejected: 1 job: asks for 64 accelerators: the largest pool that could run it has 8" in page
    assert "rejected: 1 row of jobs.csv: run_s: zero" in page


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["run", "scene.yaml"], "nothing is asked of this fleet; write demand"),
        (["run", "absent.yaml"], "absent.yaml: there is no such file"),
        (["run", "scene.yaml", "--trace", "absent.csv"], "absent.csv: no such file"),
        (["run", "scene.yaml", "--trace", "jobs.csv", "--set", "policy.order=fifo"], "--set: policy.order"),
        (["run", "scene.yaml", "--trace", "jobs.csv", "-o", "."], ".: is there and is no run folder"),
        (["compare", "scene.yaml", "--trace", "jobs.csv"], "one run is no comparison"),
        (["compare", "scene.yaml", "--policy", "fast"], "--policy takes NAME=key=value"),
        (["compare", "scene.yaml", "--policy", "sjf", "--policy", "sjf"], "two runs are called sjf"),
    ],
)
def test_mistakes_are_named_with_their_remedy(scene: Path, words: list[str], what: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["twin", *words]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert what in error, error
    assert not Path("runs").exists() or not list(Path("runs").iterdir())


def test_policies_are_compared_on_the_same_jobs(scene: Path, capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["twin", "compare", str(scene), "--trace", "jobs.csv", "--policy", "fcfs=order=fcfs,backfill={kind: none}", "--policy", "sjf"]
    assert main([*argv, "--json"]) == 0
    fcfs, sjf = json.loads(capsys.readouterr().out)["runs"]
    assert (fcfs["name"], sjf["name"]) == ("fcfs", "sjf")
    assert fcfs["summary"]["waterfall"]["busy_s"] == sjf["summary"]["waterfall"]["busy_s"]
    assert fcfs["summary"]["wait_mean_s"] > sjf["summary"]["wait_mean_s"]
    assert main(argv) == 0
    page = capsys.readouterr().out
    assert "mean wait" in page
    assert not Path("runs").exists()


def test_korean_speaks_korean(scene: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["twin", "run", str(scene), "--trace", "jobs.csv", "--lang", "ko"]) == 0
    assert "실행 폴더 runs/scene" in capsys.readouterr().out
