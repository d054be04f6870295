"""`dure usage export`: what a run used, read back by dure's own readers to the device-second."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dure.adapters.tables import read_parquet
from dure.adapters.traces import read_trace
from dure.cli.main import main

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "quickstart.yaml"
SPAN = ["--from", "2026-01-05T09:00", "--to", "2026-01-07T09:00", "--complete"]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "failing"
    many = "sites[hill].failures.per_1000_node_days=400"
    assert main(["--lang", "en", "twin", "run", str(EXAMPLE), "--set", many, "--output", str(folder), "--json"]) == 0
    return folder


def fleet(run: Path) -> dict[str, int]:
    rows = csv.DictReader(io.StringIO((run / "tables" / "waterfall.csv").read_text(encoding="utf-8")))
    return {name: int(value) for name, value in next(iter(rows)).items() if name.endswith("_s")}


def test_the_sacct_form_is_rated_as_the_run_was(played: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = {name: str(tmp_path / name) for name in ("sacct.txt", "nodes.csv", "events.txt")}
    capsys.readouterr()
    argv = ["usage", "export", str(played), "--format", "sacct", "-o", names["sacct.txt"], "--nodes", names["nodes.csv"]]
    assert main([*argv, "--events", names["events.txt"], "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["rounded_up"], said["wrote"]) == (0, list(names.values()))
    capsys.readouterr()
    assert main(["rate", names["sacct.txt"], "--nodes", names["nodes.csv"], "--events", names["events.txt"], *SPAN, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    run = fleet(played)
    exact = ("contracted", "installed", "available", "busy", "failed", "maintenance", "no_demand")
    assert {name: found["waterfall"][f"{name}_s"] for name in exact} == {name: run[f"{name}_s"] for name in exact}
    assert run["failed_s"] > 0
    waited = ("held", "fragmented", "too_small", "capped", "incompatible")
    assert sum(found["waterfall"][f"{name}_s"] for name in waited) == sum(run[f"{name}_s"] for name in waited)
    assert found["waterfall"]["productive_s"] <= run["productive_s"], "without checkpoints what is known to be kept is a least"
    assert (found["word"], found["overlap_s"], found["outside_s"]) == ("simulated", 0, {})
    waits = {row["bucket"]: row for row in csv.DictReader(io.StringIO((played / "tables" / "waits.csv").read_text(encoding="utf-8")))}
    for row in found["tables"]["waits"]["rows"]:
        told = waits[row["devices"]]
        known = [int(told[name]) if told[name] else None for name in ("started", "median_s", "p99_s")]
        assert [row["started"], row["median_s"], row["p99_s"]] == known


def test_csv_holds_every_second(played: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["usage", "export", str(played)]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    run = fleet(played)
    assert sum(int(row["busy_s"]) for row in rows) == run["busy_s"]
    for name in ("productive", "rework", "overhead", "job_error"):
        assert sum(int(row[f"{name}_s"]) for row in rows if row["provisional"] == "0") <= run[f"{name}_s"]
    assert {row["outcome"] for row in rows} >= {"completed", "failed", "evicted"}


@pytest.mark.parametrize("form", ["swf", "sacct"])
def test_traces_are_read_back(played: Path, form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / f"use.{form}"
    assert main(["usage", "export", str(played), "--format", form, "-o", str(path), "--zone", "UTC"]) == 0
    capsys.readouterr()
    read = read_trace(path)
    assert read.format == form
    assert (read.origin.word, read.origin.how) == ("simulated", "run Quickstart, seed 1")
    jobs = read_parquet(played / "jobs.parquet")
    started = np.asarray(jobs["first_start_s"])
    submitted = dict(zip(np.asarray(jobs["job_id"]).tolist(), np.asarray(jobs["submit_s"]).tolist(), strict=True))
    asked = dict(zip(np.asarray(jobs["job_id"]).tolist(), np.asarray(jobs["devices"]).tolist(), strict=True))
    first = int(np.asarray(jobs["submit_s"]).min())
    table = read.jobs
    offset = first if form == "sacct" else 0
    for job, submit, devices in zip(table.job_id.tolist(), table.submit_s.tolist(), table.devices.tolist(), strict=True):
        assert (submit + offset, devices) == (submitted[job], asked[job])
    assert len(table) <= int((started >= 0).sum())
    assert len(table) + len(read.rejects) >= len(submitted)


def test_mistakes(played: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["usage", "export", str(played), "--json"]) == 2
    assert "name it with --output" in capsys.readouterr().out
    assert main(["usage", "export", str(tmp_path)]) == 4
    assert "not a run folder" in capsys.readouterr().err
    own = tmp_path / "mine.txt"
    own.write_text("mine\n", encoding="utf-8")
    assert main(["usage", "export", str(played), "-o", str(own)]) == 2
    assert "dure did not write it" in capsys.readouterr().err
    assert own.read_text(encoding="utf-8") == "mine\n"
