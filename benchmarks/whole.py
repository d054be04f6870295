"""Rows of whole runs: public traces through the twin's plan, and the command from a file of jobs to the report."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

from dure.adapters.run_input import Options, prepare
from dure.adapters.traces_table import write_jobs
from dure.twin.kernel_mix import kernel_mix
from dure.twin.run import run

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("DURE_SHARED", ROOT.parent / "shared")) / "traces"
TRACES = {"hpc2n": SHARED / "swf" / "hpc2n.swf", "philly": SHARED / "philly" / "philly.csv"}
FLEET = """
programme: {name: bench}
sites:
  - name: one
    operator: one
    pools: [{name: h100, model: nvidia-h100, nodes: 6250, accelerators_per_node: 8}]
policy: {order: fcfs, backfill: easy}
"""


def replay(example: str, runs: int) -> tuple[int, float] | None:
    """Jobs of a public trace and the median CPU seconds of their replay, reading aside; None where the trace is absent."""
    if not TRACES[example].exists():
        return None
    plan = prepare(ROOT / "examples" / f"{example}.yaml", Options(trace=TRACES[example])).plan
    run(plan)
    spent = []
    for _ in range(runs):
        began = time.process_time()
        run(plan)
        spent.append(time.process_time() - began)
    return len(plan.jobs), statistics.median(spent)


def _cpu_s(*arguments: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    code = "import sys; from dure.cli.main import main; sys.argv[0] = 'dure'; sys.exit(main())"
    subprocess.run([sys.executable, "-c", code, *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def end_to_end(jobs: int, folder: Path) -> tuple[float, float]:
    """CPU seconds of `dure twin run` (reading, kernel, Parquet, ledger) and of `dure report` on the synthetic jobs at load 0.95."""
    trace, scenario, out = folder / "jobs.parquet", folder / "fleet.yaml", folder / "run"
    scenario.write_text(FLEET, encoding="utf-8")
    write_jobs(trace, kernel_mix(jobs, 1, 0.95, 50_000))
    ran = _cpu_s("twin", "run", str(scenario), "--trace", str(trace), "--output", str(out))
    return ran, _cpu_s("report", str(out), "--output", str(folder / "report.html"))
