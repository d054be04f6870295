"""Two implementations on one million jobs: `dure twin run` beside easy.c, start by start and node by node.

The jobs go to dure as a trace through its command line and come back from the run folder; nothing of the kernel is imported but the mix.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from dure.adapters.tables import write_parquet
from dure.model.events import Kind
from dure.twin.kernel_mix import kernel_mix

HERE = Path(__file__).resolve().parent
NODES, DEVICES = 6_250, 8
POOL = f"""
programme: {{name: one-pool, start: 2026-01-01}}
sites:
  - name: s
    operator: o
    pools: [{{name: p, model: nvidia-h100, nodes: {NODES}, accelerators_per_node: {DEVICES}}}]
demand: {{time_limit: ignore}}
policy: {{order: fcfs, backfill: easy, node_rule: best}}
"""
Jobs = dict[str, Any]


def mix(load: float, count: int) -> Jobs:
    """The mix of docs/PERFORMANCE.md."""
    jobs = kernel_mix(count, 1, load, NODES * DEVICES)
    return {"submit_s": jobs.submit_s, "run_s": jobs.run_s, "request_s": jobs.request_s, "devices": jobs.devices.astype(np.int64)}


def odd(load: float, count: int) -> Jobs:
    """Sizes that are no powers of two, and a fifth of the runs longer than asked for."""
    rng = np.random.default_rng(7)
    run = np.clip(rng.lognormal(np.log(1_800), 1.6, count).astype(np.int64), 1, 7 * 86_400)
    request = np.where(rng.random(count) < 0.2, np.maximum(1, run * 2 // 3), run + rng.integers(0, 7_200, count))
    devices = np.where(rng.random(count) < 0.98, rng.integers(1, 41, count), rng.integers(41, 2_000, count))
    span = int((run * devices).sum() / (NODES * DEVICES * load))
    return {"submit_s": np.sort(rng.integers(0, span, count)), "run_s": run, "request_s": request, "devices": devices}


def by_the_other(jobs: Jobs, folder: Path) -> Any:
    """Start and first node of each job by easy.c."""
    program, table = folder / "easy", folder / "jobs.txt"
    subprocess.run(["cc", "-O2", "-o", program, HERE / "easy.c"], check=True)
    with table.open("w") as file:
        file.write(f"{NODES} {DEVICES}\n")
        np.savetxt(file, np.column_stack([jobs[name] for name in ("submit_s", "request_s", "run_s", "devices")]), "%d")
    with table.open() as given:
        answer = subprocess.run([program], stdin=given, capture_output=True, check=True)
    return np.array(answer.stdout.split(), np.int64).reshape(-1, 2)


def by_dure(jobs: Jobs, folder: Path) -> Any:
    """The same by `dure twin run`."""
    write_parquet(folder / "jobs.parquet", {"job_id": np.arange(len(jobs["run_s"])), **jobs})
    (folder / "pool.yaml").write_text(POOL, encoding="utf-8")
    dure = [sys.executable, "-m", "dure", "twin", "run", folder / "pool.yaml", "--trace", folder / "jobs.parquet", "-o", folder / "run"]
    subprocess.run(dure, check=True, stdout=subprocess.DEVNULL)
    placed = (
        f"""select job, min("at"), min(node) from '{folder}/run/events.parquet' where kind = {int(Kind.PLACED)} group by job order by job"""
    )
    rows = np.array(duckdb.sql(placed).fetchall(), np.int64)
    assert (rows[:, 0] == np.arange(len(jobs["run_s"]))).all(), "every job is placed, once"
    return rows[:, 1:]


@pytest.mark.parametrize(
    ("kind", "load"),
    [
        pytest.param("mix", 0.95, marks=pytest.mark.system),
        pytest.param("mix", 1.10, marks=pytest.mark.soak),
        pytest.param("odd", 0.95, marks=pytest.mark.soak),
        pytest.param("odd", 1.05, marks=pytest.mark.soak),
    ],
)
@pytest.mark.usefixtures("c_compiler")
def test_a_million_jobs_start_in_the_same_second_on_the_same_node(kind: str, load: float, tmp_path: Path) -> None:
    jobs = (mix if kind == "mix" else odd)(load, 1_000_000)
    assert (by_dure(jobs, tmp_path) == by_the_other(jobs, tmp_path)).all()
