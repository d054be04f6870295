"""`dure rate` on a real Slurm: jobs run for seconds, its own commands print the files, and the test adds them up by itself."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dure.adapters.sacct_rows import FORMAT
from tests.slurm import Slurm, slurm

NODES: list[list[object]] = [["h", 3, "gpu:h100:8", 64], ["r", 1, "npu:rngd:4", 32]]
DEVICES = 28


def submit(cluster: Slurm, *options: str, run: str = "sleep 3") -> str:
    return cluster.run("sbatch", "--parsable", "-o", "/dev/null", *options, "--wrap", run).strip()


def lived_through(cluster: Slurm) -> None:
    """Gangs, an array, a failure, an NPU job, one without accelerators, one cancelled before it starts, one requeued, a drained node."""
    cluster.run("scontrol", "update", "nodename=ah3", "state=drain", "reason=planned upgrade")
    drained = time.monotonic()
    submit(cluster, "--gres=gpu:h100:8", "-N2")
    never = submit(cluster, "--gres=gpu:h100:8", "-N3")
    submit(cluster, "--gres=gpu:2", "--array=1-3")
    submit(cluster, "--gres=gpu:h100:1", run="exit 3")
    submit(cluster, "--gres=npu:rngd:2")
    submit(cluster)
    again = submit(cluster, "--gres=npu:rngd:1", run="sleep 6")
    cluster.until("started", lambda: "RUNNING" in cluster.run("squeue", "-h", "-j", again, "-o", "%T"))
    cluster.run("scancel", never)
    cluster.run("scontrol", "requeue", again)
    # The accounting stamps whole seconds: a shorter drain may have no length there.
    cluster.until("the drain has a length", lambda: time.monotonic() - drained > 2)
    cluster.run("scontrol", "update", "nodename=ah3", "state=resume")
    cluster.until("it is over", lambda: not cluster.run("squeue", "-h").strip(), 240)
    cluster.until("all is written down", lambda: not re.search(r"\|(RUNNING|PENDING|COMPLETING)\b", records(cluster)))


def records(cluster: Slurm) -> str:
    begin = (datetime.now(UTC) - timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%S")
    return cluster.run("sacct", "-aPD", "-S", begin, f"--format={FORMAT}")


def rate(folder: Path, text: str, *argv: str) -> dict[str, Any]:
    """The real command behind a pipe."""
    command = [sys.executable, "-m", "dure", "rate", "-", *argv, "--zone", "UTC", "--json"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.system
def test_a_real_cluster_is_rated_as_its_rows_add_up(shared: Path, slurm_programs: None, tmp_path: Path) -> None:
    with slurm(shared / "tools" / "slurm_rig.py", NODES) as cluster:
        begin = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=60)
        lived_through(cluster)
        text = records(cluster)
        forms = {
            "scontrol.txt": cluster.run("scontrol", "show", "node", "-o"),
            "sinfo.txt": cluster.run("sinfo", "-N", "-o", "%N|%G|%P|%T"),
            "sinfo.json": cluster.run("sinfo", "--json"),
        }
        spells = cluster.run(
            "sacctmgr", "-P", "show", "event", f"start={begin:%Y-%m-%dT%H:%M:%S}", "format=NodeName,TimeStart,TimeEnd,State,Reason"
        )
    end = datetime.now(UTC).replace(microsecond=0)
    (tmp_path / "events.txt").write_text(spells, encoding="utf-8")
    span = ["--from", f"{begin:%Y-%m-%dT%H:%M:%S}", "--to", f"{end:%Y-%m-%dT%H:%M:%S}", "--complete", "--events", "events.txt"]
    answers = []
    for name, form in forms.items():
        (tmp_path / name).write_text(form, encoding="utf-8")
        answers.append(rate(tmp_path, text, "--nodes", name, *span))
    assert [one["waterfall"] for one in answers[1:]] == [answers[0]["waterfall"]] * 2
    found = answers[0]

    head, *lines = (line.split("|") for line in text.splitlines())
    rows = [dict(zip(head, line, strict=True)) for line in lines if "." not in line[0]]
    held = 0
    for row in rows:
        devices = re.search(r"gres/[gn]pu=(\d+)", row["AllocTRES"])
        if devices and row["NodeList"] != "None assigned":
            held += int(devices[1]) * int((datetime.fromisoformat(row["End"]) - datetime.fromisoformat(row["Start"])).total_seconds())
    flow = found["waterfall"]
    assert held >= 16 * 3
    assert flow["busy_s"] == found["busy_s"] == held
    assert flow["contracted_s"] == DEVICES * int((end - begin).total_seconds())
    assert (found["overlap_s"], found["outside_s"]) == (0, {})

    drained = [line.split("|") for line in spells.splitlines() if line.startswith("ah3|") and "DRAIN" in line]
    away = sum((datetime.fromisoformat(one[2]) - datetime.fromisoformat(one[1])).total_seconds() for one in drained)
    assert flow["maintenance_s"] == 8 * int(away) > 0
    assert flow["job_error_s"] == sum_of(rows, "FAILED")
    assert flow["rework_s"] == sum_of(rows, "REQUEUED") + sum_of(rows, "NODE_FAIL")
    assert len([row for row in rows if row["State"] == "REQUEUED"]) == 1
    notes = {note["note"]: note for note in found["notes"]}
    assert notes["without_accelerators"]["count"] == 1
    assert notes["steps"]["count"] == len(lines) - len(rows)
    assert notes["never_started"]["count"] >= 1
    assert "rejected" not in notes


def sum_of(rows: list[dict[str, str]], state: str) -> int:
    """Device-seconds of the rows in a state, in the test's own words."""
    total = 0
    for row in rows:
        devices = re.search(r"gres/[gn]pu=(\d+)", row["AllocTRES"])
        if devices and row["State"].startswith(state):
            total += int(devices[1]) * int((datetime.fromisoformat(row["End"]) - datetime.fromisoformat(row["Start"])).total_seconds())
    return total
