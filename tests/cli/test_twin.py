from __future__ import annotations

import json
import os
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
        (["compare", "scene.yaml", "--policy", "fcfs"], "a second --policy, such as --policy sjf, or a second scenario file"),
        (
            ["compare", "scene.yaml", "--trace", "jobs.csv", "--policy", "a=backfil=easy", "--policy", "sjf"],
            "--policy a: policy.backfil: unknown key",
        ),
        (
            ["compare", "scene.yaml", "--trace", "jobs.csv", "--set", "policy.ordr=sjf", "--policy", "fcfs", "--policy", "sjf"],
            "--set: policy.ordr",
        ),
        (["run", "scene.yaml", "--trace", "jobs.csv", "-o", "none/run"], "none/run: there is no folder none"),
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


def test_a_run_that_is_replaced_is_named(scene: Path, capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["twin", "run", str(scene), "--trace", "jobs.csv"]
    assert main([*argv, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["replaced"] is None
    os.utime("runs/scene/run.json", (1_700_000_000, 1_700_000_000))
    assert main(argv) == 0
    assert "replaced the run of 2023-11-1" in capsys.readouterr().out
    os.utime("runs/scene/run.json", (1_700_000_000, 1_700_000_000))
    assert main([*argv, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["replaced"] == "2023-11-14T22:13:20Z"


def test_what_somebody_put_into_a_run_folder_is_not_lost(scene: Path, capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["twin", "run", str(scene), "--trace", "jobs.csv"]
    assert main(argv) == 0
    assert main(["report", "runs/scene", "-o", "runs/scene/report.html"]) == 0
    assert main(argv) == 0, "a page of dure's own is no loss"
    Path("runs/scene/notes.txt").write_text("mine", encoding="utf-8")
    assert main(argv) == 2
    assert "is a run folder that holds notes.txt, which no run wrote" in capsys.readouterr().err
    Path("other").mkdir()
    Path("other/run.json").write_text("{}", encoding="utf-8")
    assert main([*argv, "-o", "other"]) == 2, "another program's run.json"


def test_an_error_is_the_same_object_as_that_of_check(scene: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scene.write_text("sites: [{nam: s}]\n", encoding="utf-8")
    answers = []
    for words in (["check"], ["twin", "run"], ["twin", "compare"]):
        assert main([*words, str(scene), "--json", *(["--policy", "sjf", "--policy", "fcfs"] if words[-1] == "compare" else [])]) == 2
        answers.append(json.loads(capsys.readouterr().out))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0]["files"][0]["errors"][0]["line"] == 1


def test_compare_says_whether_the_jobs_are_the_same(scene: Path, capsys: pytest.CaptureFixture[str]) -> None:
    same = ["twin", "compare", str(scene), "--trace", "jobs.csv", "--policy", "fcfs", "--policy", "sjf"]
    assert main(same) == 0
    page = capsys.readouterr().out
    assert "The same jobs, side by side" in page
    assert "jobs submitted" in page
    for name, jobs in (("a", 30), ("b", 20)):
        Path(f"{name}.yaml").write_text(
            f"extends: scene.yaml\nprogramme: {{horizon: 1d}}\ndemand: {{generate: {{jobs: {jobs}}}}}\n", encoding="utf-8"
        )
    assert main(["twin", "compare", "a.yaml", "b.yaml", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["same_jobs"] is False
    assert main(["twin", "compare", "a.yaml", "b.yaml"]) == 0
    page = capsys.readouterr().out
    assert "Different jobs, side by side" in page
    assert "NOT asked for the same jobs" in page


def test_a_policy_that_leaves_jobs_waiting_does_not_look_better(scene: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What waits at the end has waited at least till then: here the mean of the started alone would say the opposite."""
    rows = [(0, 7_200, 8), (1, 100_000, 8), *((2 + n, 60, 1) for n in range(30))]
    Path("jobs.csv").write_text("submit_s,run_s,devices\n" + "".join(f"{a},{b},{c}\n" for a, b, c in rows), encoding="utf-8")
    argv = ["twin", "compare", str(scene), "--trace", "jobs.csv", "--set", "programme.horizon=10h"]
    argv += ["--policy", "fcfs=order=fcfs,backfill=none", "--policy", "sjf=order=sjf,backfill=none"]
    assert main([*argv, "--json"]) == 0
    fcfs, sjf = (row["summary"] for row in json.loads(capsys.readouterr().out)["runs"])
    assert (fcfs["jobs_unstarted"], sjf["jobs_unstarted"]) == (30, 0)
    assert fcfs["wait_mean_s"] == 3599.5
    assert fcfs["wait_mean_s"] < sjf["wait_mean_s"]
    assert fcfs["wait_least_mean_s"] > 30 * 35_900 / 32
    assert sjf["wait_least_mean_s"] == sjf["wait_mean_s"]
    assert main(argv) == 0
    page = capsys.readouterr().out
    assert "jobs that never started" in page
    assert "flatter a policy that leaves many waiting" in " ".join(page.split())
