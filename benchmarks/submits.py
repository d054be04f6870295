"""Durable submits through the API: a real uvicorn in one process, a real load over sockets from another.

`python -m benchmarks.submits [sqlite|postgres] [--jobs N] [--connections C] [--profile]`: CPU of the server process (user and system) a
submit; each answer comes after its commit (SQLite with synchronous=FULL). Every spec is another one, every request has its own key.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
TICKS = os.sysconf("SC_CLK_TCK")
PERSONS = 32


def serve(folder: Path, address: str, port: int, profile: str) -> None:
    """The server's process; its tokens stand in a file."""
    import uvicorn

    from dure.adapters.store.engine import connect
    from dure.adapters.store.sql import Inbox
    from dure.bootstrap.front import Front
    from dure.bootstrap.serve import Served
    from dure.web.app import create_app
    from dure.web.desk import Desk
    from dure.web.services import Limits

    limits = Limits(person_per_s=1e6, person_burst=1_000_000)
    front = Front(Served(ROOT / "examples" / "quickstart.yaml", folder, address if "://" in address else ""), limits)
    admin = (folder / "admin.token").read_text().strip()
    (folder / "tokens").write_text("\n".join(tokens(front.people, admin)))
    sizes: list[int] = []
    front.services.desk.close()
    desk = Desk(Inbox(connect(address)).put, observe=sizes.append)  # as the service's own, and it says how many acts a commit holds
    services = replace(front.services, desk=desk)
    signal.signal(signal.SIGTERM, lambda number, frame: None)
    config = uvicorn.Config(create_app(services), host="127.0.0.1", port=port, log_level="warning", access_log=False)
    if profile:
        import cProfile

        watch = cProfile.Profile()
        watch.runcall(uvicorn.Server(config).run)
        watch.dump_stats(profile)
    else:
        uvicorn.Server(config).run()
    desk.close()
    front.close()
    (folder / "commits").write_text(json.dumps({"commits": len(sizes), "acts": sum(sizes)}))


def tokens(people: object, admin_token: str) -> Iterator[str]:
    """Persons with a project each and a token each."""
    from dure.adapters.store.people import People
    from dure.model.people import Form, Scope, Wanted

    assert isinstance(people, People)
    now = int(time.time())
    admin = people.of_token(admin_token, now)
    for number in range(PERSONS):
        who = people.add_person(admin, f"person/{number}", now, organisation=1, name=f"n{number}", mail="")
        actor = people.actor(who.id, frozenset(Scope))
        wanted = Wanted(form=Form.CREDITS, term_s=86_400 * 30, micro=1_000_000)
        people.apply(actor, f"apply/{number}", now, call_name="standing", project_name=f"project-{number}", title="bench", wanted=wanted)
        _, text = people.make_token(
            admin, f"token/{number}", now, person=who.id, label="bench", scopes=frozenset({Scope.JOBS, Scope.READ}), expires_at=now + 3600
        )
        yield str(text)


async def load(port: int, keys: list[str], jobs: range, connections: int) -> list[float]:
    """Seconds from request to answer of every job."""
    left = iter(jobs)
    took: list[float] = []
    run = os.getpid()

    async def one(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for job in left:
            text = f"name: bench-{job}\naccelerators: 1\ntime: 10m\nrun: echo {job}\n"
            body = json.dumps({"text": text, "file": "bench.yaml"}).encode()
            head = (
                f"POST /api/v1/jobs HTTP/1.1\r\nHost: dure\r\nAuthorization: Bearer {keys[number % len(keys)]}\r\n"
                f"Content-Type: application/json\r\nIdempotency-Key: {run}-{job}\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            start = time.perf_counter()
            writer.write(head.encode() + body)
            status = await reader.readline()
            length = 0
            while (line := await reader.readline()) != b"\r\n":
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            said = await reader.readexactly(length)
            assert b" 201 " in status, (status, said)
            took.append(time.perf_counter() - start)
        writer.close()

    await asyncio.gather(*(one(number) for number in range(connections)))
    return took


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


@contextmanager
def address_of(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder}/store.db"
        return
    from tests.stores import new_database, postgres_server

    with postgres_server() as server:
        yield new_database(server)


def bench(kind: str, jobs: int, connections: int, profile: str) -> dict[str, object]:
    import socket

    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as name, address_of(kind, Path(name)) as address:
        folder = Path(name)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "benchmarks.submits", "--serve", str(folder), address, str(port), profile]
        server = subprocess.Popen(command, cwd=ROOT)
        try:
            for _ in range(600):
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except OSError:
                    time.sleep(0.1)
            keys = (folder / "tokens").read_text().split()
            asyncio.run(load(port, keys, range(500), connections))
            before, start = cpu_s(server.pid), time.perf_counter()
            took = sorted(asyncio.run(load(port, keys, range(500, 500 + jobs), connections)))
            wall = time.perf_counter() - start
            used = cpu_s(server.pid) - before
        finally:
            server.terminate()
            server.wait()
        commits = json.loads((folder / "commits").read_text())
    return {
        "store": kind,
        "jobs": jobs,
        "connections": connections,
        "submits_per_cpu_s": round(jobs / used),
        "submits_per_s": round(jobs / wall),
        "cpu_ms": round(used / jobs * 1000, 3),
        "p50_ms": round(took[len(took) // 2] * 1000, 1),
        "p99_ms": round(took[len(took) * 99 // 100] * 1000, 1),
        "acts_per_commit": round(commits["acts"] / commits["commits"], 1),
    }


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--serve"]:
        serve(Path(arguments[1]), arguments[2], int(arguments[3]), arguments[4])
        return
    parser = argparse.ArgumentParser()
    parser.add_argument("store", nargs="*", default=["sqlite", "postgres"])
    parser.add_argument("--jobs", type=int, default=5_000)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--profile", default="")
    asked = parser.parse_args(arguments)
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}")
    for kind in asked.store:
        print(json.dumps(bench(kind, asked.jobs, asked.connections, asked.profile)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
