"""For real, on this machine: two local sites, six processes, and `kill -9` of the broker while four of them run.

`trial(folder)` is what a demonstration and a test call. The broker is a process of its own (`python -m dure.bootstrap.trial FOLDER`),
started again with the same words; every program says itself that it began, in a file that neither broker nor engine reads.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import dure
from dure.adapters.engines.local import LocalSite
from dure.adapters.engines.local_devices import LocalNode
from dure.adapters.store.registry import Ground, Known
from dure.bootstrap.drive import Driver, Listed, lead
from dure.bootstrap.orphans import end_with_parent, with_me
from dure.bootstrap.witness import Witnessed, witnessed
from dure.model.events import Kind
from dure.operate.ports import Program, Submission
from dure.policy.build import ClassSpec, PoolSpec, Spec
from dure.policy.layout import NONE

JOBS, SITES, DEVICES = 6, ("north", "south"), 2
"""Each job asks one device: four run at once, two wait."""
PATIENCE_S = 120
_PPM = 1_000_000
SPEC = Spec(
    pools=tuple(PoolSpec(nodes=1, devices=DEVICES) for _ in SITES),
    classes=(ClassSpec(devices=1, speeds=(_PPM,) * len(SITES)),),
    jobs=64,
)
READY = "ready"


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it. Every figure is measured on this machine, now."""

    witnessed: Witnessed
    running: int
    """Programs that ran when the broker was killed."""
    programs_twice: int
    """Programs that began more than once, by their own word."""
    restart_s: float
    """From the start of the second broker to the end of its first turn: it has read its log and asked every site."""
    last_line: str
    """Of the log of the first job."""


def places(folder: Path) -> Mapping[str, LocalSite]:
    """The sites, each with one node: those of the State are numbered over all of them."""
    node = LocalNode(tuple(str(device) for device in range(DEVICES)), "cuda")
    return {name: LocalSite(folder / name, {number: node}) for number, name in enumerate(SITES)}


def six_jobs(folder: Path, work_s: int) -> Listed:
    """Each writes its key and job when it begins, and a line every second."""
    script = 'echo "$DURE_KEY $DURE_JOB" >> "$0"; n=0; while [ $n -lt "$1" ]; do n=$((n + 1)); sleep 1; echo "step $n of $1"; done'
    program = Program(("sh", "-c", script, str(folder / "began"), str(work_s)), grace_s=1)
    return Listed([(Submission(at=0, job=number, klass=0, request_s=600), program) for number in range(JOBS)])


def began(folder: Path) -> list[tuple[str, str]]:
    """(key, job) of every program that began."""
    if not (folder / "began").exists():
        return []
    lines = (folder / "began").read_text(encoding="ascii").splitlines()
    return [(key, job) for key, job in (line.split() for line in lines)]


def trial(folder: Path, work_s: int = 4) -> Trial:
    """Run it in a folder that is empty. Raises TimeoutError where it does not come to its end."""
    first = start_broker(folder, work_s)
    try:
        _until(lambda: len(began(folder)) >= len(SITES) * DEVICES)
        first.send_signal(signal.SIGKILL)
        running = len(began(folder))
    finally:
        put_down(first)
    start = time.monotonic()
    second = start_broker(folder, work_s)
    try:
        assert second.stdout is not None
        assert second.stdout.readline().strip() == READY, "the broker did not come back"
        restart_s = time.monotonic() - start
        figures = json.loads(second.stdout.readline())
    finally:
        put_down(second)
    starts = Counter(job for _, job in began(folder))
    site = places(folder)[SITES[0]]
    key = next(key for key, _ in began(folder) if site.logs(key, 0))
    last = site.logs(key, 0).decode().splitlines()[-1]
    return Trial(Witnessed(**figures), running, sum(times - 1 for times in starts.values()), restart_s, last)


def start_broker(folder: Path, work_s: int) -> subprocess.Popen[str]:
    """The broker as a process: it says `ready`, then, when all is over, what was witnessed."""
    source = str(Path(dure.__file__).parents[1])
    path = os.pathsep.join(part for part in (source, os.environ.get("PYTHONPATH", "")) if part)
    command = [sys.executable, "-m", "dure.bootstrap.trial", str(folder), str(work_s)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=with_me({**os.environ, "PYTHONPATH": path}))


def put_down(process: subprocess.Popen[str]) -> None:
    """`kill -9`, and nothing left of the process."""
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def known_pools() -> Known:
    """What the pools of its log are."""
    return Known(tuple(Ground(f"{site}/a", 1, DEVICES) for site in SITES), (), (), ())


def _until(condition: Callable[[], bool]) -> None:
    given_up = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > given_up:
            raise TimeoutError("the processes do not begin")
        time.sleep(0.01)


def _serve(folder: Path, work_s: int) -> None:
    """The broker's process: until all jobs have ended, then what the two witnesses say."""
    broker, store = lead(f"sqlite:///{folder}/store.db", SPEC, "a trial")
    sites = places(folder)
    driver = Driver(broker, store, sites, SITES.__getitem__, six_jobs(folder, work_s))
    driver.begin()
    driver.turn()
    sys.stdout.write(f"{READY}\n")
    sys.stdout.flush()
    driver.run(lambda: int((store.rows()["kind"] == Kind.ENDED).sum()) >= JOBS)
    open_jobs = broker.state.job["id"][broker.state.job["state"] != NONE].tolist()
    used = {name: site.usage(0, 1 << 40) for name, site in sites.items()}
    sys.stdout.write(json.dumps(asdict(witnessed(store.rows(), open_jobs, used, int(time.time())))) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    end_with_parent()
    _serve(Path(sys.argv[1]), int(sys.argv[2]))
