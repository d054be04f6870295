"""What a cluster's own accounting says, as arrays: rows of jobs, nodes with their terms, spells in which nodes could not be used.

Instants are Unix seconds, devices are milli-devices; NEVER stands for an instant that the records do not tell. Readers make these
(`adapters/sacct_rows.py`), `ledger/observed.py` integrates them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

NEVER: Final = 2**62
"""An instant that has not come, or that nobody wrote down."""


class Fate(IntEnum):
    """What became of a row, as far as its state tells; the order is that of the columns of the kernel."""

    KEPT = 0  # completed, cancelled by its user, or still running: nothing says that work was lost
    REWORK = 1  # ended by a node, a preemption or a requeue: done again, from where the records do not tell
    JOB_ERROR = 2  # failed, out of memory, or at its time limit


class Spell(IntEnum):
    """Why a node's free devices could not be used; the lower number counts where two hold."""

    FAILED = 0
    MAINTENANCE = 1
    RESERVED = 2


@dataclass(frozen=True, slots=True)
class JobRows:
    """One row an attempt of a job that asked for accelerators; arrays of equal length, in the order of the file.

    `start_s` is NEVER where it has not started; `end_s` NEVER while it runs or waits. `known_s` is the last second for which the row
    itself says that it ran (end, or the instant of the export). Texts are indices into the name tuples; `model` 0 is not named.
    """

    job: Ints
    submit_s: Ints
    ready_s: Ints
    start_s: Ints
    end_s: Ints
    known_s: Ints
    suspended_s: Ints
    milli: Ints
    model: Ints
    nodes: Ints
    node_list: Ints
    fate: Ints
    state: Ints
    limited: Ints
    tasks: Ints
    user: Ints
    account: Ints
    partition: Ints
    line: Ints
    models: tuple[str, ...] = ("",)
    node_lists: tuple[tuple[str, ...], ...] = ((),)
    states: tuple[str, ...] = ("",)
    users: tuple[str, ...] = ("",)
    accounts: tuple[str, ...] = ("",)
    partitions: tuple[str, ...] = ("",)

    def __len__(self) -> int:
        return len(self.job)

    @property
    def started(self) -> Mask:
        flags: Mask = self.start_s != NEVER
        return flags


@dataclass(frozen=True, slots=True)
class Recorded:
    """All that a file of accounting rows says. `reach` is the span within which every job that was there is in the file.

    sacct lists the jobs that were there between two instants that the file does not name: the first job that ended and the last that
    started or was submitted lie between them.
    """

    jobs: JobRows
    reach: tuple[int, int] | None
    counts: Mapping[str, int] = field(default_factory=dict)
    instants: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A node during one term: accelerators in it, of which model, contracted from and to, installed from (all Unix seconds)."""

    node: str
    model: str
    devices: int
    from_s: int = -NEVER
    to_s: int = NEVER
    installed_s: int = -NEVER


@dataclass(frozen=True, slots=True)
class NodeSpell:
    """From and to when a node was failed, maintained or reserved, and what was written down about it."""

    node: str
    kind: Spell
    from_s: int
    to_s: int
    reason: str = ""
