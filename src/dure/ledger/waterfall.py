"""The waterfall: what was contracted, less every cause, is productive, to the milli-device-second and at every level.

The State counts supply and the causes of idleness while it runs; what became of busy seconds is known from the attempts. The two meet
in `busy`, which both know: they must agree in every bin and pool, and an assertion that stays on sees to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from dure.ledger.exact import rows_divided
from dure.ledger.spread import Spent
from dure.model.reasons import CAUSE_NAMES, CAUSES, STEPS
from dure.model.units import MILLI

Ints = npt.NDArray[np.int64]

LINES: Final = (*CAUSE_NAMES, "productive")
"""Columns of every array here: the causes in their order, then what is left."""
COUNTED: Final = CAUSE_NAMES[: CAUSE_NAMES.index("rework")]
"""Causes that the State counts; `busy` beside them."""
_AT: Final = {name: index for index, name in enumerate(LINES)}
_BEFORE: Final = {step: [_AT[cause.name] for cause in CAUSES if STEPS.index(cause.step) <= index] for index, step in enumerate(STEPS)}


@dataclass(frozen=True, slots=True)
class Seconds:
    """One row of the waterfall in whole device-seconds: by step and by cause."""

    lines: tuple[int, ...]

    def cause(self, name: str) -> int:
        return self.lines[_AT[name]]

    def step(self, step: str) -> int:
        """Device-seconds left at a step: all lines less the causes above it."""
        return sum(self.lines) - sum(self.lines[index] for index in _BEFORE[step])

    def as_row(self) -> dict[str, int]:
        """Steps in their order, then causes in theirs."""
        return {f"{step}_s": self.step(step) for step in STEPS} | {cause.column: self.cause(cause.name) for cause in CAUSES}

    def rates(self) -> dict[str, float | None]:
        """Both rates together, and goodput; None where nothing was installed or available."""
        busy = self.step("busy")
        pairs = {
            "operating_rate": (busy, self.step("installed")),
            "occupancy": (busy, self.step("available")),
            "goodput_rate": (self.step("productive"), self.step("installed")),
        }
        return {name: round(part / whole, 6) if whole else None for name, (part, whole) in pairs.items()}


def by_bin(counted: Mapping[str, Ints], attempts: Spent) -> Ints:
    """Milli-device-seconds [bin, pool, line]. `counted` holds [bin, pool] for each of COUNTED and for `busy`."""
    whole = np.stack(
        [*(counted[name] for name in COUNTED), attempts.rework, attempts.overhead, attempts.job_error, attempts.productive], axis=2
    )
    _same("busy", counted["busy"], attempts.busy)
    _same("dispatch", counted["dispatch"], attempts.dispatch)
    assert int(whole.min(initial=0)) >= 0, "a loss below 0"
    lines: Ints = whole
    return lines


def _same(what: str, counted: Ints, found: Ints) -> None:
    """The State's own count and the log's must be one."""
    wrong = np.argwhere(counted != found)
    if len(wrong):
        where = tuple(int(i) for i in wrong[0])
        raise AssertionError(f"{what} of bin and pool {where}: {int(counted[where])} counted, {int(found[where])} in the log")


def add_up(lines: Ints, contracted: Ints) -> None:
    """Causes and productive are what was contracted, [bin, pool]: the floor plan times time, known without any of them."""
    total = lines.sum(axis=2)
    wrong = np.argwhere(total != contracted)
    if len(wrong):
        where = tuple(int(i) for i in wrong[0])
        raise AssertionError(f"bin and pool {where}: {int(contracted[where])} contracted, {int(total[where])} accounted for")


def whole_seconds(lines: Ints) -> Ints:
    """[pool, line] in whole device-seconds from milli-device-seconds; each row still adds up."""
    return rows_divided(lines, MILLI)


def grouped(lines: Ints, keys: Sequence[str]) -> dict[str, Seconds]:
    """Rows summed by key, in order of first appearance."""
    found: dict[str, Ints] = {}
    for key, row in zip(keys, lines, strict=True):
        found[key] = found[key] + row if key in found else row
    return {key: Seconds(tuple(row.tolist())) for key, row in found.items()}


def held_lines(dispatch: Ints, dedicated_idle: Ints, spent_by: Mapping[str, Ints]) -> Ints:
    """[project, line] of the time that projects held: all of it counts as available, since supply is the operators' matter."""
    lines = np.zeros((len(dispatch), len(LINES)), np.int64)
    lines[:, _AT["dispatch"]] = dispatch
    lines[:, _AT["dedicated_idle"]] = dedicated_idle
    for name in ("rework", "overhead", "job_error", "productive"):
        lines[:, _AT[name]] = spent_by[name]
    return lines
