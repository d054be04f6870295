from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dure.adapters.run_input import Options, prepare
from dure.adapters.run_reader import read_run
from dure.adapters.runs import RunWriter
from dure.adapters.tables import Coded, Partly, read_parquet
from dure.cli.twin import described, play
from dure.model.errors import InputError
from dure.model.events import COLUMNS, Kind

SCENE = """
programme: {name: small, horizon: 6h, organisations: [{name: o, name_ko: 기관, projects: [{name: a}]}]}
sites:
  - {name: s, operator: x, pools: [{name: p, model: nvidia-h100, nodes: 2}], events: [{at: 1h, for: 1h, mode: down, pool: p, nodes: 1}]}
demand: {trace: jobs.csv, start_up: 60s}
"""
TRACE = """submit_s,run_s,devices,project,user,workload,outcome
0,7200,8,a,kim,,completed
10,3000,16,a,lee,,failed
20,600,4,b,kim,,completed
30,600,99,a,kim,,completed
30,0,1,a,kim,,completed
9000,90000,8,a,kim,,completed
"""


@pytest.fixture
def scene(tmp_path: Path) -> Path:
    (tmp_path / "jobs.csv").write_text(TRACE, encoding="utf-8")
    path = tmp_path / "scene.yaml"
    path.write_text(SCENE, encoding="utf-8")
    return path


def written(scene: Path, folder: Path) -> dict[str, Any]:
    prepared = prepare(scene, Options())
    with RunWriter(folder) as writer:
        found = play(prepared, writer.events)
        return writer.finish(prepared.plan, found, described(prepared, found))


def test_a_run_folder_is_read_back_and_adds_up(scene: Path, tmp_path: Path) -> None:
    whole = written(scene, tmp_path / "out")
    folder = read_run(tmp_path / "out")
    assert folder.run == whole == json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    summary = folder.summary
    assert (summary["jobs_total"], summary["jobs_completed"], summary["jobs_rejected"], summary["jobs_running"]) == (6, 3, 2, 1)
    assert summary["jobs_total"] == sum(summary[f"jobs_{name}"] for name in ("completed", "rejected", "running", "waiting"))
    assert folder.fleet["failed_s"] == summary["waterfall"]["failed_s"] == 8 * 3600
    assert folder.run["locale_names"] == {"organisation": {"o": "기관"}}
    assert [row["reason"] for row in whole["rejects"]] == ["asks for 99 accelerators: the largest pool that could run it has 16"]
    assert [row["reason"] for row in whole["traces"][0]["rejects"]] == ["run_s: zero"]
    header, row = (tmp_path / "out" / "tables" / "rejects.csv").read_text(encoding="utf-8").splitlines()
    assert header == "job_id,submit_s,devices,project,account,user,reason"
    assert row.startswith("3,30,99,a,a,kim,asks for 99")
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".tmp")]


def test_events_attempts_and_jobs_tell_one_story(scene: Path, tmp_path: Path) -> None:
    whole = written(scene, tmp_path / "out")
    events: dict[str, Any] = dict(read_parquet(tmp_path / "out" / "events.parquet"))
    assert list(events) == [name for name, *_ in COLUMNS]
    assert len(events["seq"]) == whole["events"]
    assert (events["seq"] == np.arange(len(events["seq"]))).all()
    jobs: dict[str, Any] = dict(read_parquet(tmp_path / "out" / "jobs.parquet"))
    attempts: dict[str, Any] = dict(read_parquet(tmp_path / "out" / "attempts.parquet"))
    assert isinstance(jobs["project"], Coded)
    assert [jobs["project"].names[code] for code in jobs["project"].codes] == ["a", "a", "b", "a"]
    assert jobs["job_id"].tolist() == [0, 1, 2, 4]
    started = events["kind"] == Kind.STARTED
    assert sorted(zip(events["attempt"][started].tolist(), events["at"][started].tolist(), strict=True)) == sorted(
        zip(attempts["attempt"].tolist(), _values(attempts["started_s"]), strict=True)
    )
    assert isinstance(attempts["ended_s"], Partly)
    assert (~attempts["ended_s"].known).tolist() == (attempts["provisional"] == 1).tolist()


def _values(column: Any) -> list[int]:
    values: list[int] = (column.values if isinstance(column, Partly) else column).tolist()
    return values


def test_the_same_seed_gives_the_same_hash(scene: Path, tmp_path: Path) -> None:
    assert written(scene, tmp_path / "one")["hash"] == written(scene, tmp_path / "two")["hash"]


def test_an_older_run_is_replaced_and_anything_else_is_not(scene: Path, tmp_path: Path) -> None:
    written(scene, tmp_path / "out")
    written(scene, tmp_path / "out")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("years of work", encoding="utf-8")
    with pytest.raises(InputError, match="is there and is no run folder"):
        written(scene, tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.tex").exists()


def test_a_run_that_is_interrupted_leaves_nothing(scene: Path, tmp_path: Path) -> None:
    prepared = prepare(scene, Options())

    def interrupt(rows: np.ndarray) -> None:
        writer.events(rows)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), RunWriter(tmp_path / "out") as writer:
        play(prepared, interrupt)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["jobs.csv", "scene.yaml"]
