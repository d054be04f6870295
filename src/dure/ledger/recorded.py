"""The waterfall of a live log: the causes that its IDLE rows record, and the attempts that it tells of, integrated over a period.

The broker records how every device of a pool that is not busy is accounted for whenever that changes, in the second in which it knew
it (`seen`). What is busy and not in those rows is what is left of the pool; what became of it the attempts say.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dure.ledger.waterfall import COUNTED, LINES
from dure.model.events import Kind

Ints = npt.NDArray[np.int64]
LOSSES = ("rework", "overhead", "job_error")
"""Causes of LOST rows, in their order."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """Milli-device-seconds [pool, line] from one second to before another, and since when the log tells anything."""

    lines: Ints
    since_s: int
    until_s: int


def recorded(rows: npt.NDArray[np.void], milli: Sequence[int], since_s: int, until_s: int, away: Collection[int] = ()) -> Recorded:
    """The waterfall of a log in [since, until). `milli`: milli-devices of each pool of the State; `away`: pools of holders.

    What was not recorded yet is unobserved: a pool counts from the first row that speaks of it. Servers that came to a holder were
    another pool's until then, and not delivered to it. Rework and errors of attempts that go on are not known before they end; until
    then their seconds are productive.
    """
    causes = np.zeros((len(milli), len(COUNTED)), np.int64)
    sums = np.zeros((len(milli), len(COUNTED)), np.int64)
    known_s = np.full(len(milli), until_s, np.int64)
    last_s = np.full(len(milli), since_s, np.int64)
    splits = rows[(rows["kind"] == Kind.IDLE) & (rows["seen"] < until_s)]
    for pool, cause, count, seen in zip(splits["pool"], splits["cause"], splits["count"], splits["seen"], strict=True):
        at = max(int(seen), since_s)
        sums[pool] += causes[pool] * (at - last_s[pool])
        last_s[pool] = at
        causes[pool, cause] = count
        known_s[pool] = min(known_s[pool], at)
    sums += causes * (until_s - last_s)[:, None]
    whole = np.array(milli, np.int64)
    lines = np.zeros((len(milli), len(LINES)), np.int64)
    lines[:, : len(COUNTED)] = sums
    busy = whole * (until_s - known_s) - sums.sum(axis=1)
    before = np.where(np.isin(np.arange(len(milli)), list(away)), LINES.index("not_delivered"), LINES.index("unobserved"))
    lines[np.arange(len(milli)), before] += whole * (known_s - since_s)
    for name, lost in _lost(rows, len(milli), since_s, until_s).items():
        lines[:, LINES.index(name)] = np.minimum(lost, busy)
        busy = busy - lines[:, LINES.index(name)]
    lines[:, LINES.index("productive")] = busy
    assert int(lines.min(initial=0)) >= 0, "more devices are idle than there are"
    return Recorded(lines, int(known_s.min(initial=until_s)), until_s)


def _lost(rows: npt.NDArray[np.void], pools: int, since_s: int, until_s: int) -> dict[str, Ints]:
    """Milli-device-seconds by pool that attempts were busy for nothing: the last ones before their end, within the period."""
    found = {name: np.zeros(pools, np.int64) for name in LOSSES}
    for row in rows[rows["kind"] == Kind.LOST]:
        end = int(row["seen"])
        seconds = min(end, until_s) - max(end - int(row["value"]), since_s)
        found[LOSSES[row["cause"]]][row["pool"]] += int(row["count"]) * max(0, seconds)
    return found
