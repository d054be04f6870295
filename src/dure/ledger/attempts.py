"""Attempts from event rows: when each was placed, ran and ended, and what became of its seconds.

Rows may come in any order and in any chunks; every fact goes to its own place, so the table is the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from dure.model.events import Kind, Outcome

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

NEVER: Final = -1
"""A second that did not come, an outcome that is open."""
REWORK, OVERHEAD, JOB_ERROR = range(3)
"""Causes of LOST rows."""
_COLUMNS: Final = ("job", "pool", "placed_s", "started_s", "ended_s", "outcome", "milli", "kept_s", "rework_s", "overhead_s", "job_error_s")
_ZERO: Final = ("milli", "kept_s", "rework_s", "overhead_s", "job_error_s")
_LOST: Final = {REWORK: "rework_s", OVERHEAD: "overhead_s", JOB_ERROR: "job_error_s"}


@dataclass(frozen=True, slots=True)
class Attempts:
    """One row an attempt, in the order in which they were placed; all columns are 64-bit integers.

    `pool` is the State's pool; `milli` the milli-devices held from `placed_s` to `ended_s`; a second is NEVER where it did not come.
    From `started_s` to `ended_s` the seconds are overhead (start-up), kept, overhead (checkpoints), and rework or job error, in this
    order; `writes_s` is the part of `overhead_s` that comes after the kept ones. `provisional`: open at the horizon, valued as if
    completed then.
    """

    attempt: Ints
    job: Ints
    pool: Ints
    placed_s: Ints
    started_s: Ints
    ended_s: Ints
    outcome: Ints
    milli: Ints
    kept_s: Ints
    overhead_s: Ints
    writes_s: Ints
    rework_s: Ints
    job_error_s: Ints
    provisional: Flags

    def __len__(self) -> int:
        return len(self.attempt)

    @property
    def started(self) -> Flags:
        flags: Flags = self.started_s != NEVER
        return flags

    @property
    def void(self) -> Flags:
        """Those that were taken back before they started: nothing is charged for them (POLICY.md §6b)."""
        flags: Flags = (self.outcome == Outcome.RECALLED) & ~self.started
        return flags

    @property
    def ran_s(self) -> Ints:
        """Seconds from start to end; 0 for those that never started."""
        return np.where(self.started, self.ended_s - self.started_s, 0)


class Gathering:
    """Facts of attempts as they come."""

    def __init__(self, room: int = 1 << 12) -> None:
        self._columns = {name: np.full(room, 0 if name in _ZERO else NEVER, np.int64) for name in _COLUMNS}

    def add(self, rows: npt.NDArray[np.void]) -> None:
        """Takes event rows: a structured array with at least kind, at, job, attempt, pool, count, value and cause."""
        kinds = rows["kind"]
        for kind, take in _TAKERS.items():
            which = np.flatnonzero(kinds == kind)
            if len(which):
                attempt = rows["attempt"][which]
                self._make_room(int(attempt.max()) + 1)
                take(self._columns, attempt, {name: rows[name][which] for name in ("at", "job", "pool", "count", "value", "cause")})

    def _make_room(self, wanted: int) -> None:
        room = len(self._columns["job"])
        if wanted <= room:
            return
        for name, values in self._columns.items():
            more = np.full(max(room, wanted - room), 0 if name in _ZERO else NEVER, np.int64)
            self._columns[name] = np.concatenate([values, more])

    def attempts(self, horizon_s: int, start_up_s: int = 0, interval_s: Ints | None = None, write_s: int = 0) -> Attempts:
        """The table as of `horizon_s`. `interval_s`: by job, seconds from one durable checkpoint to the next, its writing of `write_s`
        included; of the kept seconds, that much of each whole interval is overhead.
        """
        there = np.flatnonzero(self._columns["placed_s"] != NEVER)
        table = {name: values[there] for name, values in self._columns.items()}
        still_open = table["ended_s"] == NEVER
        started = table["started_s"] != NEVER
        table["ended_s"] = np.where(still_open, horizon_s, table["ended_s"])
        ran = np.where(started, table["ended_s"] - table["started_s"], 0)
        table["overhead_s"] = np.where(still_open, np.minimum(ran, start_up_s), table["overhead_s"])
        table["kept_s"] = np.where(still_open, ran - table["overhead_s"], table["kept_s"])
        writes = np.zeros(len(there), np.int64)
        if write_s and interval_s is not None:
            interval = interval_s[table["job"]]
            writes = np.where(interval > 0, table["kept_s"] // np.maximum(interval, 1) * write_s, 0)
        table["kept_s"] = table["kept_s"] - writes
        table["overhead_s"] = table["overhead_s"] + writes
        _check(table, ran)
        return Attempts(attempt=there, writes_s=writes, provisional=still_open, **table)


_Facts = dict[str, Ints]


def _placed(columns: dict[str, Ints], attempt: Ints, facts: _Facts) -> None:
    """A gang has one row per run of nodes: devices add up."""
    columns["placed_s"][attempt] = facts["at"]
    columns["job"][attempt] = facts["job"]
    columns["pool"][attempt] = facts["pool"]
    np.add.at(columns["milli"], attempt, facts["count"].astype(np.int64))


def _started(columns: dict[str, Ints], attempt: Ints, facts: _Facts) -> None:
    columns["started_s"][attempt] = facts["at"]


def _ended(columns: dict[str, Ints], attempt: Ints, facts: _Facts) -> None:
    columns["ended_s"][attempt] = facts["at"]
    columns["outcome"][attempt] = facts["cause"]
    columns["kept_s"][attempt] = facts["value"]


def _lost(columns: dict[str, Ints], attempt: Ints, facts: _Facts) -> None:
    for cause, name in _LOST.items():
        which = facts["cause"] == cause
        np.add.at(columns[name], attempt[which], facts["value"][which])


_TAKERS: Final = {int(Kind.PLACED): _placed, int(Kind.STARTED): _started, int(Kind.ENDED): _ended, int(Kind.LOST): _lost}


def _check(table: dict[str, Ints], ran: Ints) -> None:
    """Every second that an attempt ran is kept, overhead, rework or job error; what never started has none of them."""
    spent = table["kept_s"] + table["overhead_s"] + table["rework_s"] + table["job_error_s"]
    wrong = np.flatnonzero(spent != ran)
    assert not len(wrong), f"{len(wrong)} attempts ran other seconds than they spent, such as {[int(v[wrong[0]]) for v in table.values()]}"


ENDS_JOB: Final = (int(Outcome.COMPLETED), int(Outcome.FAILED), int(Outcome.CANCELED), int(Outcome.TIME_LIMIT))
"""Outcomes after which the job does not wait again."""
