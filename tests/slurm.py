"""A real Slurm on this machine for the tests that ask it something: controller, nodes with made-up accelerators, accounting database.

The daemons are those of the distribution, started by the rig of ../shared/tools in a folder of their own on ports of their own.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = ("slurmctld", "slurmd", "slurmdbd", "munged", "mariadbd", "mariadb-install-db", "sacct", "sacctmgr")
_RIG = """
import importlib.util, sys
spec = importlib.util.spec_from_file_location("rig", sys.argv[1])
rig = importlib.util.module_from_spec(spec)
spec.loader.exec_module(rig)
rig.DBPORT, rig.DBDPORT = int(sys.argv[3]), int(sys.argv[4])
getattr(rig, sys.argv[2])()
"""


def absent() -> list[str]:
    """Programs that this machine lacks."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    return [name for name in PROGRAMS if not shutil.which(name, path=path)]


@dataclass(frozen=True)
class Slurm:
    """One running cluster; `run` asks one of its commands and returns what it prints."""

    env: dict[str, str]

    def run(self, *command: str) -> str:
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, check=False, cwd="/", timeout=60)
        assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
        return done.stdout

    def until(self, what: str, holds: Callable[[], bool], most_s: float = 90) -> None:
        """Accounting lags behind: it is asked until it says so."""
        end = time.monotonic() + most_s
        while not holds():
            assert time.monotonic() < end, f"not within {most_s} s: {what}"
            time.sleep(0.25)


def _free_ports(count: int) -> int:
    """The first of so many ports in a row that nobody listens on."""
    draw = random.Random(os.getpid())
    while True:
        first = draw.randrange(20_000, 30_000)
        with tempfile.TemporaryDirectory():
            sockets = [socket.socket() for _ in range(count)]
            try:
                for at, one in enumerate(sockets):
                    one.bind(("127.0.0.1", first + at))
            except OSError:
                continue
            finally:
                for one in sockets:
                    one.close()
        return first


@contextmanager
def slurm(rig: Path, nodes: list[list[object]]) -> Iterator[Slurm]:
    """A cluster with these nodes ([prefix, count, gres, cpus]); everything it started is gone afterwards."""
    first = _free_ports(20)
    folder = Path(tempfile.mkdtemp(prefix="dure-slurm-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None))
    folder.chmod(0o755)  # the database runs as a user of its own
    site = {"port": first, "base": first + 3, "nodes": nodes}
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    env = {
        **os.environ,
        "PATH": path,
        "RIG": str(folder / "rig"),
        "SITES": json.dumps({"sitea": site}),
        "TZ": "UTC",
        "SLURMD_TIMEOUT": "300",
    }
    command = [sys.executable, "-c", _RIG, str(rig)]
    try:
        done = subprocess.run(
            [*command, "up", str(first + 1), str(first + 2)], env=env, capture_output=True, text=True, check=False, timeout=240
        )
        assert done.returncode == 0, f"Slurm did not come up: {done.stdout[-1000:]} {done.stderr[-2000:]}"
        cluster = Slurm({**env, "SLURM_CONF": str(folder / "rig" / "sitea" / "slurm.conf")})
        cluster.run("sacctmgr", "-i", "add", "account", "lab")
        cluster.run("sacctmgr", "-i", "add", "user", cluster.run("id", "-un").strip(), "account=lab")
        yield cluster
    finally:
        if (folder / "rig" / "pids").exists():
            subprocess.run([*command, "down", str(first + 1), str(first + 2)], env=env, capture_output=True, check=False, timeout=60)
        time.sleep(1)
        shutil.rmtree(folder, ignore_errors=True)
