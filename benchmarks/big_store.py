"""A store as it looks after months: 50,000 accelerators, 1 M finished jobs, running ones on every node, 100,000 that wait.

Written with plain SQL in about a minute, and kept: `made(folder)` makes it once. The scenario beside it is served like any other.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dure.adapters.store.engine import connect
from dure.adapters.store.migrate import migrate
from dure.adapters.store.people import People
from dure.adapters.store.registry import KnownClass
from dure.adapters.store.sql import Inbox
from dure.bootstrap.grounds import Grounds
from dure.bootstrap.serve import Served
from dure.model.events import Kind, Outcome
from dure.model.work import AttemptState, JobState
from dure.twin.kernel_mix import kernel_mix
from dure.wire.jobspec import JobSpec

PROJECTS = 500
POOLS = (("north", "nvidia-h100", 3), ("south", "nvidia-h200", 2), ("east", "amd-mi300x", 2), ("west", "nvidia-b200", 1))
MIX = ((8,), (4, 4), (2, 2, 2, 2), (4, 2, 1, 1), (1,) * 8, (8,), (8,))
ROUND_S = 600


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is; the figures of the issue."""

    nodes: int = 6_250
    finished: int = 1_000_000
    queued: int = 100_000


def scenario(size: Size) -> str:
    """Eight pools of four models at four sites."""
    pools = sum(count for *_, count in POOLS)
    each, rest = divmod(size.nodes, pools)
    lines = ["programme: {name: Bench}", "sites:"]
    for site, model, count in POOLS:
        lines += [f"  - name: {site}", f"    operator: {site}-works", "    engine: local", "    pools:"]
        for place in range(count):
            nodes, rest = each + (rest > 0), max(rest - 1, 0)
            lines.append(f"      - {{name: {model[-4:]}{place}, model: {model}, nodes: {nodes}, accelerators_per_node: 8}}")
    lines += ["catalog:", "  assume:"]
    for model, speed in (("nvidia-h200", 1.1), ("amd-mi300x", 1.0), ("nvidia-b200", 2.0)):
        lines.append(
            f"    - {{what: speed, model: {model}, value: {speed}, range: [{speed}, {speed}], who: bench, why: a size and no claim}}"
        )
    lines += ["policy:", "  order: multifactor", "  backfill: easy", "  qos:"]
    lines += ["    - {name: normal, rank: 1}", "    - {name: low, preemptible: true}", "    - {name: urgent, rank: 2}"]
    return "\n".join(lines) + "\n"


def made(folder: Path, size: Size = Size()) -> Served:
    """The store of this size in a folder, made where it is not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "bench.yaml"
    file.write_text(scenario(size))
    served = Served(file, folder / "data")
    if not (folder / "done").exists():
        served.data.mkdir(exist_ok=True)
        engine = connect(served.address)
        migrate(engine)
        People(engine, Inbox(engine)).bootstrap(served.data, int(time.time()), {})
        engine.dispose()
        with sqlite3.connect(served.data / "store.db") as store:
            store.execute("PRAGMA synchronous=OFF")
            Writer(store, served.grounds(), size).write()
        (folder / "done").write_text("")
    return served


class Writer:
    """Fills the tables as a broker would have."""

    def __init__(self, store: sqlite3.Connection, grounds: Grounds, size: Size) -> None:
        self._store, self._grounds, self._size = store, grounds, size
        self._first = store.execute("SELECT inbox FROM head").fetchone()[0]
        self._seq = self._jobs = self._attempts = 0
        self._now = int(time.time()) - ROUND_S * (3 + size.finished // (8 * size.nodes))
        self._classes: dict[KnownClass, int] = {}

    def write(self) -> None:
        self._register()
        self._finish()
        self._start()
        self._wait()
        values = (self._seq, self._jobs, self._first + self._jobs)
        self._store.execute("UPDATE head SET seq = ?, jobs = ?, inbox = ?", values)
        self._insert("mark", [{"source": "inbox", "position": self._first + self._jobs}])
        rows = [
            {"number": number, "devices": one.devices, "domain": one.domain, "speeds": json.dumps(one.speeds), "grant": "", "key": one.key}
            for one, number in self._classes.items()
        ]
        self._insert("klass", rows)
        self._store.commit()
        self._store.execute("ANALYZE")

    def _insert(self, table: str, rows: list[dict[str, Any]]) -> None:
        names = list(rows[0])
        marks = ", ".join("?" * len(names))
        quoted = ", ".join(f'"{name}"' for name in names)
        self._store.executemany(f'INSERT INTO "{table}" ({quoted}) VALUES ({marks})', (tuple(row.values()) for row in rows))

    def _register(self) -> None:
        self._insert("ground", [{"number": n} | asdict(one) for n, one in enumerate(self._grounds.grounds())])
        tree = ({"number": n, "project": n, "parent": 0, "share": 1, "leaf": 1, "dedicated": 0} for n in range(1, PROJECTS + 1))
        self._insert("party", list(tree))
        named = {"title": "bench", "organisation": 1, "state": "open", "made_at": self._now}
        self._insert("project", [{"number": n, "name": f"project-{n}"} | named for n in range(1, PROJECTS + 1)])
        self._events([self._row(Kind.CREDIT, job=n, value=10**15) for n in range(1, PROJECTS + 1)])

    def _row(self, kind: Kind, **more: int) -> dict[str, int]:
        return dict.fromkeys(("job", "attempt", "pool", "node"), -1) | {"kind": int(kind), "at": self._now, "seen": self._now} | more

    def _events(self, rows: list[dict[str, int]]) -> None:
        names = ("at", "kind", "job", "attempt", "pool", "node", "count", "value", "cause", "seen")
        told = ((seq, *(row.get(name, 0) for name in names), 0) for seq, row in enumerate(rows, self._seq))
        self._store.executemany(f"INSERT INTO event (seq, {', '.join(names)}, term) VALUES ({', '.join('?' * 12)})", told)
        self._seq += len(rows)

    def _class(self, devices: int) -> tuple[int, dict[str, Any]]:
        spec = JobSpec.model_validate({"name": "bench", "accelerators": devices, "time": "10m", "run": "true"})
        return self._classes.setdefault(self._grounds.meant(spec).klass, len(self._classes)), spec.written()

    def _ask(self, devices: list[int], asked_s: list[int], projects: list[int], qos: list[int]) -> range:
        """Jobs as they were accepted and submitted: inbox, job, SUBMITTED."""
        numbers = range(self._jobs, self._jobs + len(devices))
        known = {one: self._class(one) for one in set(devices)}
        inbox, wanted, said = [], [], []
        for job, size, request_s, project, quality in zip(numbers, devices, asked_s, projects, qos, strict=True):
            klass, spec = known[size]
            body = {"spec": spec | {"name": f"bench-{job}"}, "project": project, "person": 1, "files": [], "commit": None}
            number = self._first + job
            inbox.append({"number": number, "key": f"p1:{job}", "act": "submit", "actor": "p1", "at": self._now, "body": json.dumps(body)})
            wanted.append({"number": job, "klass": klass, "project": project, "qos": quality, "checkpoint": 0, "deps": 0})
            said.append(self._row(Kind.SUBMITTED, job=job, value=request_s, count=size * 1_000))
        self._insert("inbox", inbox)
        self._insert("job", wanted)
        self._events(said)
        self._jobs += len(devices)
        return numbers

    def _work(self, jobs: range, devices: list[int], projects: list[int], **more: Any) -> None:
        for name, value in more.items():
            assert not isinstance(value, list) or len(value) == len(jobs), name
        at = {name: value if isinstance(value, list) else [value] * len(jobs) for name, value in more.items()}
        rows = []
        for place, job in enumerate(jobs):
            row = {"job": job, "inbox": self._first + job, "name": f"bench-{job}", "project": projects[place], "person": 1}
            row |= {"devices": devices[place], "withdrawn": 0} | {name: values[place] for name, values in at.items()}
            rows.append(row)
        self._insert("work", rows)

    def _finish(self) -> None:
        """Rounds in which every device runs one job of five to ten minutes; no two neighbours end in the same second."""
        left, devices = self._size.finished, 8 * self._size.nodes
        pool_of = self._pool_of_nodes()
        while left:
            count = min(left, devices)
            sizes, projects = [1] * count, [n % PROJECTS + 1 for n in range(count)]
            began = self._now
            jobs = self._ask(sizes, [ROUND_S] * count, projects, [0] * count)
            first = self._attempts
            held = [(job, first + place, int(pool_of[place // 8]), place // 8) for place, job in enumerate(jobs)]
            same = {"count": 1_000}
            length = [ROUND_S // 2 + 7_919 * place % (ROUND_S // 2) for place in range(count)]
            promised = [began + ROUND_S + 6_151 * place % (6 * ROUND_S) for place in range(count)]
            placed = [
                self._row(Kind.PLACED, job=j, attempt=a, pool=p, node=n, value=until, **same)
                for (j, a, p, n), until in zip(held, promised, strict=True)
            ]
            self._events(placed)
            self._events([self._row(Kind.SENT, job=j, attempt=a, pool=p, **same) for j, a, p, _ in held])
            self._events([self._row(Kind.STARTED, job=j, attempt=a, pool=p, **same) for j, a, p, _ in held])
            ends = []
            for ran_s, (j, a, p, _) in sorted(zip(length, held, strict=True)):
                at = began + ran_s
                ends.append(self._row(Kind.ENDED, job=j, attempt=a, pool=p, value=ran_s, **same) | {"at": at, "seen": at})
            self._events(ends)
            self._now = began + ROUND_S
            over = {"started_at": began, "outcome": int(Outcome.COMPLETED)}
            told = {"milli": 1_000, "placed_at": began, "state": int(AttemptState.ENDED), "stop_by": None} | over
            runs = [
                {"attempt": a, "job": j, "pool": p, "ended_at": began + ran_s, "kept_s": ran_s} | told
                for ran_s, (j, a, p, _) in zip(length, held, strict=True)
            ]
            self._insert("attempt", runs)
            attempts, pools = [a for _, a, _, _ in held], [p for _, _, p, _ in held]
            told = {"state": int(JobState.COMPLETED), "submitted_at": began, "attempts": 1, "task": None} | over
            ended = [began + ran_s for ran_s in length]
            self._work(jobs, sizes, projects, attempt=attempts, pool=pools, ended_at=ended, **told)
            self._attempts += count
            left -= count

    def _pool_of_nodes(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        return np.repeat(np.arange(len(self._grounds.floor.pools)), [one.nodes for one in self._grounds.floor.pools])

    def _placements(self) -> Iterator[tuple[int, int]]:
        """What runs now: devices and first node, node after node, some of it in gangs."""
        node = 0
        for pool in self._grounds.floor.pools:
            end = node + pool.nodes
            while node < end:
                gang = min((1, 1, 1, 2, 1, 4, 1, 8, 1, 1)[node % 10], end - node)
                for devices in (8 * gang,) if gang > 1 else MIX[node % len(MIX)]:
                    yield devices, node
                node += gang

    def _start(self) -> None:
        held = list(self._placements())
        sizes, nodes = [devices for devices, _ in held], [node for _, node in held]
        projects = [(7 * n) % PROJECTS + 1 for n in range(len(held))]
        asked_s = [ROUND_S * (6 + n % 400) for n in range(len(held))]
        jobs = self._ask(sizes, asked_s, projects, [n % 3 for n in range(len(held))])
        pool_of = self._pool_of_nodes()
        rows = [(job, self._attempts + n, int(pool_of[nodes[n]]), n) for n, job in enumerate(jobs)]
        for kind in (Kind.PLACED, Kind.SENT, Kind.STARTED):
            self._events(
                [
                    self._row(kind, job=j, attempt=a, pool=p, count=1_000 * sizes[n])
                    | ({"node": nodes[n], "value": self._now + asked_s[n]} if kind == Kind.PLACED else {})
                    for j, a, p, n in rows
                ]
            )
        none = {"ended_at": None, "outcome": None}
        told = {"placed_at": self._now, "started_at": self._now, "kept_s": 0, "state": int(AttemptState.RUNNING), "stop_by": None} | none
        self._insert("attempt", [{"attempt": a, "job": j, "pool": p, "milli": 1_000 * sizes[n]} | told for j, a, p, n in rows])
        attempts, pools = [a for _, a, _, _ in rows], [p for _, _, p, _ in rows]
        told = {"state": int(JobState.ACTIVE), "submitted_at": self._now, "started_at": self._now, "attempts": 1, "task": None} | none
        self._work(jobs, sizes, projects, attempt=attempts, pool=pools, **told)
        self._attempts += len(held)
        self._now += 1

    def _wait(self) -> None:
        count = self._size.queued
        mix = kernel_mix(count, 1, 1.0, 8 * self._size.nodes, projects=PROJECTS, qos=3)
        sizes = [int(one) for one in mix.devices]
        asked_s = [int(one) for one in mix.request_s]
        projects, qos = [int(one) + 1 for one in mix.project], [int(one) for one in mix.qos]
        jobs = self._ask(sizes, asked_s, projects, qos)
        none = dict.fromkeys(("task", "attempt", "pool", "started_at", "ended_at", "outcome"))
        self._work(jobs, sizes, projects, state=int(JobState.QUEUED), submitted_at=self._now, attempts=0, **none)
