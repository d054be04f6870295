"""The broker with its store at the size of the issue: restart, first decide, one change, one tick of fair-share. CPU of this process.

python -m benchmarks.service [FOLDER]      FOLDER keeps the store of `benchmarks.big_store` for another time
"""

from __future__ import annotations

import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchmarks.big_store import made
from dure.adapters.store.engine import connect
from dure.adapters.store.registry import known
from dure.adapters.store.snapshots import ground_of, load, save
from dure.bootstrap.serve import Served, driver_of
from dure.model.events import Kind, Outcome
from dure.model.work import AttemptState
from dure.operate.attempts import key_of
from dure.operate.broker import Broker, Gathered
from dure.operate.follow import next_tick_s
from dure.operate.ports import Fact

CHANGES, TICKS = 300, 30


def cpu_s(done: Callable[[], object]) -> float:
    began = time.process_time()
    done()
    return time.process_time() - began


def peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def changes(broker: Broker, count: int) -> list[float]:
    """CPU seconds of one end of an attempt after another, each in a second of its own: recorded, applied, decided on, recorded."""
    running = list(broker.attempts.of(AttemptState.RUNNING))[:count]
    now, spent = int(broker.state.meta[0]["now"]) + 1, []
    for attempt in running:
        if next_tick_s(broker.state) <= now + 1:  # ticks are measured for themselves
            broker.step(now)
            broker.step(now + 1)
            now += 2
        fact = Fact(Kind.ENDED, now, key_of(0, attempt), value=1, cause=Outcome.COMPLETED)
        gathered = Gathered([fact], marks={"site north": now})
        spent.append(cpu_s(lambda now=now, gathered=gathered: broker.step(now, gathered)))  # type: ignore[misc]
        now += 1
    return sorted(spent)


def ticks(broker: Broker, count: int) -> list[float]:
    """CPU seconds of one tick of fair-share after another."""
    spent = []
    for _ in range(count):
        now = max(next_tick_s(broker.state), int(broker.state.meta[0]["now"]) + 1)
        spent.append(cpu_s(lambda now=now: broker.step(now)))  # type: ignore[misc]
    return sorted(spent)


def show(what: str, spent: list[float]) -> None:
    middle, late = spent[len(spent) // 2] * 1e3, spent[len(spent) * 99 // 100] * 1e3
    print(f"{what}: median {middle:.2f} ms, p99 {late:.2f} ms of {len(spent)}")


def measure(broker: Broker) -> None:
    now = int(time.time())
    print(f"first full decide, {int(broker.state.meta[0]['open_jobs']):,} open: {cpu_s(lambda: broker.step(now)) * 1e3:.0f} ms CPU")
    show("one change (an attempt ends), with its store", changes(broker, CHANGES))
    show("one tick of fair-share, with its store", ticks(broker, TICKS))


def bench(kept: Path) -> None:
    with tempfile.TemporaryDirectory(dir=kept) as name:
        data = Path(name) / "data"
        original = made(kept)
        shutil.copytree(original.data, data)
        served = replace(original, data=data)
        warm(served)
        began = time.process_time()
        driver = driver_of(served)
        print(f"restart from the log: {time.process_time() - began:.2f} s CPU, peak {peak_mb()} MB")
        measure(driver.broker)
        spec = served.grounds().spec(known(connect(served.address)))
        print(f"snapshot: {cpu_s(lambda: save(served.data, ground_of(spec, 0), driver.broker.saved())) * 1e3:.0f} ms CPU")
        del driver
        began = time.process_time()
        driver = driver_of(served)
        print(f"restart from the snapshot: {time.process_time() - began:.2f} s CPU")
        reload_s = cpu_s(lambda: load(served.data, ground_of(spec, 0), 1 << 62))
        print(f"of it, the State alone: {reload_s * 1e3:.0f} ms")
        now = max(int(time.time()), int(driver.broker.state.meta[0]["now"]) + 1)
        print(f"and its first full decide: {cpu_s(lambda: driver.broker.step(now)) * 1e3:.0f} ms CPU")


def warm(served: Served) -> None:
    """Everything that a broker calls is compiled before anything is measured."""
    from dure.cli.warm import main

    main()


def main(arguments: list[str]) -> None:
    if arguments:
        bench(Path(arguments[0]))
        return
    with tempfile.TemporaryDirectory() as name:
        bench(Path(name))


if __name__ == "__main__":
    main(sys.argv[1:])
