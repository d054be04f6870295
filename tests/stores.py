"""Stores for tests: a PostgreSQL of our own, on a socket in a folder of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dure.adapters.store.engine import connect


def postgres_programs() -> Path | None:
    """Folder with `initdb` and `pg_ctl` of the newest PostgreSQL that is installed."""
    return next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)


def _call(home: Path, *command: str) -> None:
    run = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []
    subprocess.run([*run, *command], cwd=home, check=True, stdout=subprocess.DEVNULL, timeout=60)


def _start(home: Path) -> None:
    options = f"-c listen_addresses='' -c unix_socket_directories={home}"
    _call(home, f"{postgres_programs()}/pg_ctl", "-D", f"{home}/data", "-w", "-l", f"{home}/log", "-o", options, "start")


@contextmanager
def postgres_server(name: str = "") -> Iterator[str]:
    """A server on a socket in a folder of its own, without network; its address with {} for the database."""
    programs = postgres_programs()
    assert programs is not None
    home = Path("/dev/shm" if Path("/dev/shm").is_dir() else "/tmp") / f"dure-pg-{os.getpid()}{name}"
    home.mkdir(mode=0o700)
    if os.geteuid() == 0:  # the server refuses to be root
        shutil.chown(home, "postgres", "postgres")
    try:
        _call(home, f"{programs}/initdb", "-D", f"{home}/data", "-U", "dure", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        _start(home)
        yield f"postgresql:///{{}}?host={home}&user=dure"
        _call(home, f"{programs}/pg_ctl", "-D", f"{home}/data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _home(address: str) -> Path:
    return Path(address.partition("host=")[2].partition("&")[0])


def kill_postgres(address: str) -> None:
    """`kill -9` of the server and of every process that answers for it, without a word to any of them."""
    first = int((_home(address) / "data" / "postmaster.pid").read_text(encoding="ascii").split()[0])
    listed = Path(f"/proc/{first}/task").glob("*/children")
    for pid in (first, *(int(child) for path in listed for child in path.read_text(encoding="ascii").split())):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def postgres_again(address: str) -> None:
    """Start it; as long as something of the one before is still going, it refuses."""
    for left in reversed(range(100)):
        try:
            _start(_home(address))
        except subprocess.CalledProcessError:
            if not left:
                raise
            time.sleep(0.1)
        else:
            return


_made = iter(range(1 << 30))


def new_database(postgres: str) -> str:
    """A new, empty database."""
    name = f"t{next(_made)}"
    server = connect(postgres.format("postgres"))
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    server.dispose()
    return postgres.format(name)
