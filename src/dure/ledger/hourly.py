"""The waterfall of a live log by hour, pool, project and line, one row of the log after the other: what a rollup keeps.

The same measure as `ledger.recorded`, which reads a whole log at once: idle devices from IDLE rows, busy ones from the attempts that
STARTED, each up to when its end was seen. Busy time is productive until a LOST row takes the last seconds of it away, be they of an
earlier hour: such an hour changes, or is corrected where its month is closed. Milli-device-seconds; project 0: nobody's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dure.ledger.recorded import LOSSES
from dure.ledger.waterfall import COUNTED, LINES
from dure.model.events import Kind

HOUR_S = 3_600
Amounts = dict[tuple[int, int, int, int], int]
"""(hour, pool, project, line) → milli-device-seconds; an hour is its first second, a line its place in `LINES`."""
_PRODUCTIVE, _UNOBSERVED = LINES.index("productive"), LINES.index("unobserved")
_LOST = tuple(LINES.index(name) for name in LOSSES)
_OVER = (Kind.ENDED, Kind.REFUSED)


class Hours:
    """Folds rows; `told` is put into JSON and read again by whoever goes on."""

    def __init__(self, told: Mapping[str, Any] | None = None) -> None:
        told = told or {}
        self._since: dict[int, int] = {int(pool): at for pool, at in told.get("since", {}).items()}
        self._idle: dict[int, list[int]] = {int(pool): list(counts) for pool, counts in told.get("idle", {}).items()}
        self._held: dict[int, list[list[int]]] = {int(a): parts for a, parts in told.get("held", {}).items()}
        self._running: dict[int, int] = {int(a): at for a, at in told.get("running", {}).items()}
        self._of: dict[int, int] = {int(a): project for a, project in told.get("of", {}).items()}
        self.amounts: Amounts = {(h, p, x, n): milli for h, p, x, n, milli in told.get("amounts", ())}
        self._open: int | None = told.get("open")

    def told(self) -> dict[str, Any]:
        """Everything, as JSON has it."""
        amounts = [[*key, milli] for key, milli in self.amounts.items()]
        same = {"since": self._since, "idle": self._idle, "held": self._held, "running": self._running, "of": self._of}
        return {**same, "amounts": amounts, "open": self._open}

    @property
    def open_s(self) -> int | None:
        """The hour that goes on; None before the first row."""
        return self._open

    def fold(self, rows: Iterable[tuple[int, ...]], project_of: Mapping[int, int], milli: Mapping[int, int]) -> None:
        """Rows of the hour that goes on, in their order. `project_of`: by job; `milli`: of the pools of the scenario."""
        for _, _, kind, job, attempt, pool, _, count, value, cause, seen in rows:
            if self._open is None:
                self._open = seen // HOUR_S * HOUR_S
                for number in milli:
                    self._since[number], self._idle[number] = self._open, []
            if kind == Kind.IDLE:
                self._split(pool, cause, count, seen, milli.get(pool, 0))
            elif kind == Kind.PLACED:
                self._held.setdefault(attempt, []).append([pool, count])
                self._of[attempt] = project_of.get(job, 0)
            elif kind == Kind.STARTED and attempt in self._held:
                self._running.setdefault(attempt, seen)
            elif kind == Kind.LOST:
                for lost, amount in self._parts(attempt, pool, count):
                    self._add(lost, self._of.get(attempt, 0), _LOST[cause], amount, seen - value, seen)
                    self._add(lost, self._of.get(attempt, 0), _PRODUCTIVE, -amount, seen - value, seen)
            elif kind in _OVER:
                self._run(attempt, seen)
                for known in (self._running, self._held, self._of):
                    known.pop(attempt, None)

    def close(self, until: int, milli: Mapping[int, int]) -> None:
        """Everything up to second `until` is counted, and that is the hour that goes on."""
        for pool in list(self._since):
            self._integrate(pool, until, milli.get(pool, 0))
        for attempt in list(self._running):
            self._run(attempt, until)
        self._open = until

    def _parts(self, attempt: int, pool: int, count: int) -> list[tuple[int, int]]:
        return [(part, amount) for part, amount in self._held.get(attempt, ())] or [(pool, count)]

    def _run(self, attempt: int, until: int) -> None:
        since = self._running.get(attempt)
        if since is not None:
            for pool, amount in self._held[attempt]:
                self._add(pool, self._of[attempt], _PRODUCTIVE, amount, since, until)
            self._running[attempt] = until

    def _split(self, pool: int, cause: int, count: int, seen: int, milli: int) -> None:
        self._since.setdefault(pool, seen)
        self._integrate(pool, seen, milli)
        counts = self._idle.setdefault(pool, [])
        counts += [0] * (len(COUNTED) - len(counts))
        counts[cause] = count

    def _integrate(self, pool: int, until: int, milli: int) -> None:
        """What was not recorded yet is unobserved: a pool counts from the first row that speaks of it."""
        counts = self._idle.get(pool)
        if counts:
            for line, count in enumerate(counts):
                if count:
                    self._add(pool, 0, line, count, self._since[pool], until)
        elif milli:
            self._add(pool, 0, _UNOBSERVED, milli, self._since[pool], until)
        self._since[pool] = until

    def _add(self, pool: int, project: int, line: int, milli: int, since: int, until: int) -> None:
        while since < until:
            hour = since // HOUR_S * HOUR_S
            end = min(until, hour + HOUR_S)
            key = (hour, pool, project, line)
            self.amounts[key] = self.amounts.get(key, 0) + milli * (end - since)
            since = end


def within_busy(amounts: Sequence[int]) -> list[int]:
    """Lines of one pool in which no more is lost than was busy, as `ledger.recorded` has it: an end that is told late claims seconds that
    were not recorded as busy.
    """
    found = list(amounts)
    busy = sum(found[line] for line in (*_LOST, _PRODUCTIVE))
    for line in _LOST:
        found[line] = min(found[line], busy)
        busy -= found[line]
    found[_PRODUCTIVE] = busy
    return found
