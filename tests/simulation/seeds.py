"""`python -m tests.simulation.seeds SEED` plays one run again and tells it; `--count N` plays N seeds from there on.

A run is the same on every machine: what it draws is a hash of its seed, and nothing in it looks at a clock.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.simulation.promises import check
from tests.simulation.world import World


@dataclass
class Played:
    """What came of some seeds."""

    seeds: int = 0
    turns: int = 0
    rows: int = 0
    cpu_s: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    failed: dict[int, str] = field(default_factory=dict)


def play(seed: int, *, tracing: bool = False) -> tuple[World, str, int]:
    """The world after its run, what broke (empty: nothing), and how many rows its log has."""
    world = World(seed, tracing=tracing)
    try:
        rows = check(world.run())
    except Exception as error:  # noqa: BLE001  whatever breaks is what this looks for
        return world, f"{type(error).__name__}: {error}", 0
    return world, "", len(rows)


def again(seed: int) -> str:
    """The command that plays a seed again."""
    return f"python -m tests.simulation.seeds {seed}"


def play_many(first: int, count: int, most_failed: int = 10) -> Played:
    """Seeds one after another, until so many have failed."""
    found = Played()
    begun = time.process_time()
    for seed in range(first, first + count):
        world, broke, rows = play(seed)
        found.seeds += 1
        found.turns += world.turns
        found.rows += rows
        found.faults += world.faults
        if broke:
            found.failed[seed] = broke
            sys.stdout.write(f"{again(seed)}    {broke[:200]}\n")
            sys.stdout.flush()
            if len(found.failed) >= most_failed:
                break
    found.cpu_s = time.process_time() - begun
    return found


def digest(seed: int) -> str:
    """A text that is the same for the same run."""
    world, broke, rows = play(seed, tracing=True)
    return hashlib.sha256("\n".join([broke, str(rows), *world.told, *map(str, world.disk.all("SELECT * FROM event"))]).encode()).hexdigest()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.seeds", description=__doc__)
    parser.add_argument("seed", type=int)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--most-failed", type=int, default=10)
    asked = parser.parse_args()
    if asked.count == 1:
        world, broke, rows = play(asked.seed, tracing=True)
        sys.stdout.write("\n".join([*world.told, f"{rows} rows, {world.turns} turns", broke or "every promise was kept"]) + "\n")
        return int(bool(broke))
    found = play_many(asked.seed, asked.count, asked.most_failed)
    sys.stdout.write(f"{found.seeds} seeds, {found.turns} turns, {found.rows} rows of log, {found.cpu_s:.1f} s of CPU, ")
    sys.stdout.write(f"{len(found.failed)} failed\n")
    for fault, n in sorted(found.faults.items()):
        sys.stdout.write(f"{n:9d}  {fault}\n")
    return int(bool(found.failed))


if __name__ == "__main__":
    sys.exit(main())
