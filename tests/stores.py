"""Stores for tests: a PostgreSQL of our own, on a socket in a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dure.adapters.store.engine import connect


def postgres_programs() -> Path | None:
    """Folder with `initdb` and `pg_ctl` of the newest PostgreSQL that is installed."""
    return next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)


@contextmanager
def postgres_server() -> Iterator[str]:
    """A server on a socket in a folder of its own, without network; its address with {} for the database."""
    programs = postgres_programs()
    assert programs is not None
    home = Path("/dev/shm" if Path("/dev/shm").is_dir() else "/tmp") / f"dure-pg-{os.getpid()}"
    home.mkdir(mode=0o700)
    run = []
    if os.geteuid() == 0:  # the server refuses to be root
        shutil.chown(home, "postgres", "postgres")
        run = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]

    def call(*command: str) -> None:
        subprocess.run([*run, *command], cwd=home, check=True, stdout=subprocess.DEVNULL, timeout=60)

    try:
        call(f"{programs}/initdb", "-D", f"{home}/data", "-U", "dure", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories={home}"
        call(f"{programs}/pg_ctl", "-D", f"{home}/data", "-w", "-l", f"{home}/log", "-o", options, "start")
        yield f"postgresql:///{{}}?host={home}&user=dure"
        call(f"{programs}/pg_ctl", "-D", f"{home}/data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


_made = iter(range(1 << 30))


def new_database(postgres: str) -> str:
    """A new, empty database."""
    name = f"t{next(_made)}"
    server = connect(postgres.format("postgres"))
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    server.dispose()
    return postgres.format(name)
