"""`make bench`: jobs per CPU-second on this machine, a row a workload. `--quick` for a tenth of the size, `--json` for a machine."""

from __future__ import annotations

import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import fleet, kernel, live, pages, plan, purchase, rate, risk, service, whole


def _start(cold: bool, folder: str) -> float:
    """CPU seconds of a process from nothing to the first event, with an empty or a filled cache."""
    code = "from benchmarks.kernel import *; best_of(1, 100, 0.5, RuleSpec())"
    env = {**os.environ, "DURE_CACHE_DIR": folder if not cold else tempfile.mkdtemp(dir=folder)}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], env=env, check=True, cwd=Path(__file__).resolve().parent.parent)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime


def _instructions(jobs: int) -> str:
    """Instructions of user code for each of so many jobs, EASY at load 0.95, start and build taken off; or why they cannot be counted."""
    if shutil.which("perf") is None:
        return "not counted: there is no perf"

    def counted(code: str) -> int | None:
        command = ["perf", "stat", "-x,", "-e", "instructions:u", sys.executable, "-c", f"from benchmarks.kernel import *; {code}"]
        said = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).resolve().parent.parent).stderr
        figures = [line.split(",")[0] for line in said.splitlines() if "instructions" in line]
        return int(figures[0]) if figures and figures[0].isdigit() else None

    prepared = f"one_pool(kernel_mix({jobs}, 1, 0.95, DEVICES), POOL, RuleSpec(), 1, 1)"
    counted(f"best_of(1, {jobs}, 0.95, RuleSpec())")
    base, whole_run = counted(prepared), counted(f"best_of(1, {jobs}, 0.95, RuleSpec())")
    return "not counted: this machine shows no counters" if base is None or whole_run is None else f"{(whole_run - base) // jobs:,}"


def main(arguments: list[str]) -> int:
    quick, as_json = "--quick" in arguments, "--json" in arguments
    table: list[dict[str, object]] = []

    def show(name: str, asked: str, figure: str, **more: object) -> None:
        table.append({"workload": name, "at_least": asked, "measured": figure, **more})
        if not as_json:
            print(f"{name:<70} {asked:>14} {figure:>16}   " + " ".join(f"{k} {v}" for k, v in more.items()), flush=True)

    if not as_json:
        print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}")
    with tempfile.TemporaryDirectory() as folder:
        show("first, compiling start (CPU s)", "≤ 20", f"{_start(True, folder):.1f}")
        _start(False, folder)
        show("later starts (CPU s)", "≤ 0.7", f"{_start(False, folder):.2f}")
    show("instructions a job, EASY, load 0.95", "", _instructions(100_000 if quick else 1_000_000))
    for name, asked, m in kernel.rows(quick):
        show(name, asked, f"{m.jobs_per_s / 1e6:.3f} M/s", longest_queue=m.longest_queue, rows=m.rows)
    jobs_n = 200_000 if quick else 10_000_000
    for load in (0.95, 1.10):
        m = fleet.national(jobs_n, load)
        peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        show(
            f"national fleet, {jobs_n:,} jobs, offered {load}",
            "< 45 s, < 4 GB",
            f"{m.cpu_s:.1f} s",
            busy_ppm=m.busy_ppm,
            peak_gb=f"{peak_gb:.1f}",
        )
    waiting, spent = live.one_change(10_000 if quick else 104_000)
    show(
        "live: one job ends, decide (p99, µs)",
        "< 100",
        f"{spent[len(spent) * 99 // 100] * 1e6:.0f}",
        median_us=f"{spent[len(spent) // 2] * 1e6:.1f}",
        waiting=waiting,
    )
    records, build_s = live.built(10_000 if quick else 104_000)
    show("State built from open records (s)", "< 0.3", f"{build_s:.2f}", records=records)
    for example, asked, runs in (("hpc2n", "0.5 M", 100), ("philly", "< 1 s", 5)):
        found = whole.replay(example, runs)
        figure = "trace absent" if found is None else f"{found[0] / found[1] / 1e6:.3f} M/s"
        show(f"{example}, EASY, replayed whole, median of {runs}", asked, figure, cpu_s="" if found is None else f"{found[1]:.4f}")
    jobs_n = 100_000 if quick else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        ran, reported = whole.end_to_end(jobs_n, Path(folder))
    show(
        f"dure twin run and dure report, {jobs_n:,} jobs (CPU s)",
        "< 8",
        f"{ran + reported:.1f}",
        run=f"{ran:.1f}",
        report=f"{reported:.1f}",
    )
    lines = 100_000 if quick else 1_000_000
    show(f"dure rate, {lines:,} lines of sacct, 500 nodes (CPU s)", "< 15", f"{rate.cpu_s(lines):.1f}")
    made, spent_s, checked = risk.two_stage(10 if quick else risk.CASES)
    show(
        f"two-stage plan of korea-50k-shocks, {len(made.cases)} cases (CPU s)",
        "< 120, ≤ 1 %",
        f"{spent_s:.1f}",
        gap="none" if made.gap is None else f"{made.gap:.2%}",
        rounds=made.chosen.rounds,
        checked=checked,
    )
    if as_json:
        print(json.dumps(table, indent=1))
    elif not quick:
        plan.main()
        purchase.main()
        with tempfile.TemporaryDirectory() as folder:  # one store of a service for both
            service.main([folder])
            pages.main([folder])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
