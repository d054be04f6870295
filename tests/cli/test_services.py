"""Services on the command line: what `check` refuses, what `--json` and the report say, and that the live broker decides the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dure.adapters.run_input import Options, prepare
from dure.cli.live_run import decisions_of_broker, decisions_of_twin
from dure.cli.main import main

SCENE = """
programme: {start: 2026-01-05, horizon: 6h, organisations: [{name: o, projects: [{name: p}]}]}
sites: [{name: s, operator: x, pools: [{name: h, model: h100, nodes: 4}], failures: {per_1000_node_days: 900}}]
catalog: {assume: [{what: rate, model: h100, workload: ours, unit: requests/s, value: 7, range: [5, 9], who: me, why: a guess}]}
demand:
  start_up: 1m
  generate: {jobs: 300}
  services:
    - {name: chat, project: p, workload: llm-inference-large, WORDS}
    - {name: own, project: p, workload: ours, requests_per_s: {peak: 20, trough: 5}}
    - {name: old, project: p, workload: llm-finetune, replicas: 1, to: 5h}
"""
GOOD = "tokens_per_s: {peak: 9000, trough: 2000}, qos: normal"


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = Path("scene.yaml")
    path.write_text(SCENE.replace("WORDS", GOOD), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("requests_per_s: 5", "service chat: llm-inference-large is measured in tokens/s, not in requests/s"),
        ("replicas: 2, requests_per_s: 5", "does not say how many replicas it needs, or says it twice"),
        ("tokens_per_s: {peak: 5, trough: 1, profile: nowhere}", "no profile 'nowhere'"),
        ("tokens_per_s: fast", "fast is not a number"),
    ],
)
def test_check_refuses_with_the_line(scene: Path, capsys: pytest.CaptureFixture[str], words: str, what: str) -> None:
    scene.write_text(SCENE.replace("WORDS", words), encoding="utf-8")
    assert main(["check", str(scene)]) == 2
    told = capsys.readouterr().err
    assert what in told
    assert "scene.yaml:9: demand.services[chat]" in told


def test_a_run_says_what_was_served(scene: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(scene)]) == 0
    assert main(["twin", "run", str(scene), "--json", "-o", "out"]) == 0
    capsys.readouterr()
    assert main(["twin", "run", str(scene), "--json", "-o", "out"]) == 0
    found = json.loads(capsys.readouterr().out)
    rows = {row["service"]: row for row in found["services"]}
    assert list(rows) == ["chat", "own", "old"]
    assert [rows[name]["unit"] for name in rows] == ["tokens", "requests", ""]
    assert 0 < rows["chat"]["served"] <= rows["chat"]["offered"]
    assert rows["old"]["served"] is None, "nobody says how much was asked"
    assert rows["own"]["rates"][0]["basis"] == "assumed"
    first = found["assumptions"][0]
    assert (first["what"], first["unit"], first["range"], first["who"]) == ("rate", "requests/s", [5, 9], "me")
    assert json.loads(Path("out/run.json").read_text(encoding="utf-8"))["services"] == found["services"]
    assert main(["report", "out"]) == 0
    page = capsys.readouterr().out
    assert page.index("rate, h100, ours: 7 (requests/s, 5 – 9) · me: a guess") < page.index("Services (simulated)")
    assert "unknown" in page[page.index("Services (simulated)") :]
    assert main(["report", "out", "--csv", "tables", "-o", "page.html"]) == 0
    assert Path("tables/services.csv").read_text(encoding="utf-8").startswith("service,workload,unit,offered,served,not_served")
    assert "replica-hours needed" in Path("page.html").read_text(encoding="utf-8")


def test_the_live_broker_decides_the_same(scene: Path) -> None:
    plan = prepare(scene, Options()).plan
    twin = decisions_of_twin(plan)
    assert len(twin) > 20
    assert decisions_of_broker(plan) == twin


def test_services_stand_beside_the_scenarios_own_trace_and_not_beside_the_command_lines(scene: Path) -> None:
    Path("jobs.csv").write_text("submit_s,run_s,devices,project\n0,60,1,p\n", encoding="utf-8")
    scene.write_text(SCENE.replace("WORDS", GOOD).replace("generate: {jobs: 300}", "trace: jobs.csv"), encoding="utf-8")
    beside = prepare(scene, Options()).plan
    assert [one.name for one in beside.services] == ["chat", "own", "old"]
    assert len(beside.jobs) > 3
    alone = prepare(scene, Options(trace=Path("jobs.csv"))).plan
    assert (alone.services, len(alone.jobs)) == ((), 1)
