"""Restart of a broker with a long log: 1 M finished and 100,000 open jobs on 50,000 accelerators. CPU seconds and peak memory.

python -m benchmarks.restart [FINISHED [OPEN]]
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from sqlalchemy import insert

from dure.adapters.store.engine import WRITES, connect
from dure.adapters.store.migrate import migrate
from dure.adapters.store.schema import event, head, job
from dure.adapters.store.snapshots import ground_of, load, save
from dure.adapters.store.sql import EVENT_COLUMNS, SqlStore
from dure.model.events import Kind, Outcome
from dure.operate.broker import Broker
from dure.policy.build import ClassSpec, PoolSpec, Spec
from dure.policy.fold import LIVE, WANTED

NODES, DEVICES, MILLI = 6_250, 8, 1_000
PPM = 1_000_000
SPEC = Spec(pools=(PoolSpec(nodes=NODES, devices=DEVICES),), classes=(ClassSpec(devices=1, speeds=(PPM,)),), jobs=1 << 17)


def log(finished: int, still_open: int) -> tuple[np.ndarray, int]:
    """Rounds in which every device runs one job for ten minutes, then jobs that wait; the rows, and how many jobs."""
    parts, now, first = [], 0, 0
    while first < finished:
        jobs = np.arange(first, min(first + NODES * DEVICES, finished))
        device = jobs - first
        for kind, at, value in (
            (Kind.SUBMITTED, now, 600),
            (Kind.PLACED, now, now + 600),
            (Kind.STARTED, now, 0),
            (Kind.ENDED, now + 600, 600),
        ):
            rows = np.zeros(len(jobs), LIVE)
            rows["at"] = rows["seen"] = at
            rows["kind"], rows["job"], rows["value"], rows["count"], rows["cause"] = kind, jobs, value, MILLI, int(Outcome.COMPLETED)
            rows["attempt"] = -1 if kind == Kind.SUBMITTED else jobs
            rows["pool"] = -1 if kind == Kind.SUBMITTED else 0
            rows["node"] = device // DEVICES if kind == Kind.PLACED else -1
            parts.append(rows)
        first += len(jobs)
        now += 600
    rows = np.zeros(still_open, LIVE)
    rows["at"] = rows["seen"] = now
    rows["kind"], rows["job"], rows["value"], rows["count"] = Kind.SUBMITTED, np.arange(first, first + still_open), 600, MILLI
    rows["attempt"] = rows["pool"] = rows["node"] = -1
    whole = np.concatenate([*parts, rows])
    whole["seq"] = np.arange(len(whole))
    return whole, first + still_open


def fill(address: str, rows: np.ndarray, jobs: int) -> None:
    engine = connect(address)
    migrate(engine)
    with engine.execution_options(**WRITES).begin() as connection:
        for since in range(0, len(rows), 100_000):
            told = [dict(zip(EVENT_COLUMNS, row, strict=True)) | {"term": 0} for row in rows[since : since + 100_000].tolist()]
            connection.execute(insert(event), told)
        names = WANTED.names or ()
        for since in range(0, jobs, 100_000):
            connection.execute(insert(job), [{"number": n, **dict.fromkeys(names, 0)} for n in range(since, min(since + 100_000, jobs))])
        connection.execute(head.update().values(seq=len(rows), jobs=jobs))
    engine.dispose()


def main(finished: int = 1_000_000, still_open: int = 100_000) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        address = f"sqlite:///{scratch}/store.db"
        rows, jobs = log(finished, still_open)
        fill(address, rows, jobs)
        print(f"{len(rows):,} rows, {jobs:,} jobs; before: {_peak_mb()} MB")
        del rows
        for way in ("log", "snapshot"):
            began = time.process_time()
            store = SqlStore(connect(address), "bench")
            saved = load(Path(scratch), ground_of(SPEC, 0), store.seq) if way == "snapshot" else None
            broker = Broker(SPEC, store, saved=saved)
            spent_s, waiting = time.process_time() - began, int(broker.state.meta[0]["open_jobs"])
            print(f"restart from the {way}: {spent_s:.2f} s CPU, peak {_peak_mb()} MB, {waiting:,} open")
            if way == "log":
                began = time.process_time()
                save(Path(scratch), ground_of(SPEC, 0), broker.saved())
                print(f"snapshot: {time.process_time() - began:.2f} s CPU, {(Path(scratch) / 'snapshot.npz').stat().st_size / 1e6:.0f} MB")
                del broker


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
