"""`dure twin why`: one sentence for a job of a run folder, in names, and what is said where there is nothing to explain."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dure.cli.main import main

SCENE = "sites: [{name: s, operator: x, pools: [{name: p, model: nvidia-h100, nodes: 2, accelerators_per_node: 8}]}]\n"
TRACE = """job_id,submit_s,run_s,request_s,devices,project,memory_gb
100,0,5000,6000,8,alpha,0
101,10,4000,8000,16,beta,80
102,20,9000,9000,4,alpha,0
103,30,100,100,4,beta,0
104,40,50,50,64,beta,0
105,20000,50,50,1,beta,0
106,20010,-5,50,1,beta,0
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("why")
    (place / "jobs.csv").write_text(TRACE, encoding="utf-8")
    (place / "scene.yaml").write_text(SCENE, encoding="utf-8")
    assert main(["twin", "run", str(place / "scene.yaml"), "--trace", str(place / "jobs.csv"), "-o", str(place / "out")]) == 0
    return place


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    assert main(list(words)) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("101",),
            "Waits for 16 accelerators with ≥ 80 GB; 8 free; expected to start in 1 h 39 min; it is the first in line for them.",
        ),
        (
            ("102",),
            "The free devices of s/p are held for job 101, which starts in 1 h 39 min; it needs 2 h 30 min and the gap before the first "
            "in line is 1 h 39 min; expected to start in 3 h 53 min; 1 job submitted before it.",
        ),
        (
            ("101", "--at", "1h"),
            "Waits for 16 accelerators with ≥ 80 GB; 8 free; expected to start in 40 min; it is the first in line for them.",
        ),
        (("#2", "--at", "2026-01-01T00:00:20"), "The free devices of s/p are held for job 101"),
        (("100", "--at", "1m"), "It runs on s/p."),
        (("100", "--at", "5000s"), "It has ended."),
        (("105", "--at", "1s"), "It is submitted 5 h 33 min later."),
        (("106",), "jobs.csv was rejected: run_s: negative."),
        (("104",), "It was rejected: asks for 64 accelerators: the largest pool that could run it has 16."),
    ],
)
def test_one_sentence(folder: Path, words: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert sentence in asked(capsys, "twin", "why", str(folder / "out"), *words)


def test_korean_and_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = asked(capsys, "--lang", "ko", "twin", "why", str(folder / "out"), "101")
    assert page.endswith(
        "80GB 이상 가속기 16대를 기다림; 지금 8대 비어 있음; 1시간 39분 뒤 시작 예상; 그 자리를 기다리는 줄의 맨 앞에 있음.\n"
    )
    found = json.loads(asked(capsys, "twin", "why", str(folder / "out"), "102", "--json"))
    assert (found["job"], found["row"], found["at_s"]) == ("102", 2, 20)
    assert found["reasons"] == [
        {"code": "held_for_head", "pool": "s/p", "job": "101", "start_s": 5_980},
        {"code": "limited_by_backfill", "window_s": 5_980, "needs_s": 9_000},
        {"code": "expected_start", "start_s": 13_980},
        {"code": "queue_position", "ahead": 1, "order": "fcfs"},
    ]


GONE = """programme:
  horizon: 4d
  organisations: [{name: o, projects: [{name: a}, {name: b}]}]
  allocations: [{project: a, pool: s/p, nodes: 1, from: 1d, to: 2d}]
sites:
  - name: s
    operator: x
    pools: [{name: p, model: nvidia-h100, nodes: 4}]
    events:
      - {at: 0d, for: 36h, mode: unfunded, pool: p, nodes: 2}
      - {at: 60h, mode: unpowered, pool: p, nodes: 1}
demand: {trace: jobs.csv}
"""


@pytest.mark.parametrize(
    ("lang", "at", "sentence"),
    [
        (
            "en",
            "25h",
            "Only 8 of the 32 accelerators it needs are up; 2 servers of s/p wait for operating money, expected in 11 h; "
            "1 server of s/p is dedicated to a for another 23 h; no start can be foreseen yet.",
        ),
        ("ko", "25h", "s/p의 서버 2대는 운영예산을 기다림, 11시간 뒤 예상; s/p의 서버 1대는 앞으로 23시간 동안 a 전용임"),
        ("en", "61h", "1 server of s/p waits for power, nobody says until when"),
        ("ko", "61h", "s/p의 서버 1대는 전력을 기다림, 기한 없음"),
        ("en", "49h", "1 server of s/p comes back from a term when it is empty"),
    ],
)
def test_servers_that_are_not_there_are_named(
    lang: str, at: str, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    jobs = "job_id,submit_s,run_s,devices,project\n1,90000,150000,2,a\n2,90000,60,32,b\n"
    if at == "61h":
        jobs = "job_id,submit_s,run_s,devices,project\n2,219600,60,32,b\n"
    (tmp_path / "jobs.csv").write_text(jobs, encoding="utf-8")
    (tmp_path / "gone.yaml").write_text(GONE, encoding="utf-8")
    assert main(["twin", "run", str(tmp_path / "gone.yaml"), "-o", str(tmp_path / "out")]) == 0
    assert sentence in asked(capsys, "--lang", lang, "twin", "why", str(tmp_path / "out"), "2", "--at", at)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("7",), "this run has no job 7; its jobs are 100 to 105"),
        (("#9",), "this run has no job #9"),
        (("mine",), "this run has no job mine"),
        (("101", "--at", "soon"), "--at: soon is not a time"),
        (("101", "--at", "9d"), "--at: the run is over"),
    ],
)
def test_mistakes_are_named(folder: Path, words: tuple[str, ...], what: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["twin", "why", str(folder / "out"), *words]) == 2
    assert what in capsys.readouterr().err


@pytest.mark.parametrize(
    ("key", "value", "what"),
    [
        ("dure", "0.0.1", "version 0.0.1 made this run"),
        ("options", None, "this run does not say how it was made"),
        ("options", {"set": [], "trace": "-", "format": None, "seed": None, "jobs": None}, "came from standard input"),
        ("inputs", [{"path": "scene.yaml", "sha256": "0"}], "scene.yaml: is not what this run has read"),
    ],
)
def test_a_run_that_cannot_be_had_again(
    folder: Path, tmp_path: Path, key: str, value: object, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "out"
    other.mkdir()
    (other / "tables").symlink_to(folder / "out" / "tables")
    made = json.loads((folder / "out" / "run.json").read_text(encoding="utf-8"))
    (other / "run.json").write_text(json.dumps(made | {key: value}), encoding="utf-8")
    assert main(["twin", "why", str(other), "101"]) == 4
    assert what in capsys.readouterr().err
