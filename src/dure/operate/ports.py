"""What the broker needs of the world: a store that keeps whole batches, and sites behind one port.

Values only: nothing here opens, waits or looks at a clock; `now` is an argument. Every call may be repeated, and a site that
is asked twice does a thing once: the key decides, never the number of calls.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from dure.model.events import Kind

Rows = npt.NDArray[np.void]


@dataclass(frozen=True, slots=True)
class Placement:
    """The nodes and devices given to one attempt of a job, nodes as the State numbers them."""

    attempt: int
    job: int
    pool: int
    runs: tuple[tuple[int, int, int], ...]
    """(first node, nodes, milli-devices on each)"""
    request_s: int
    """Seconds on the reference accelerator that the job still asks."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What a site says has happened (STARTED, ENDED, LOST, NODE), or what a person rules (QUOTA, CREDIT, STOP, DEDICATED, WITHDRAWN).

    Columns mean what `model.events` says. A site knows an attempt by its key alone. `at` is when it happened, not when it was told.
    """

    kind: Kind
    at: int
    key: str = ""
    job: int = -1
    pool: int = -1
    node: int = -1
    count: int = 0
    value: int = 0
    cause: int = 0


@dataclass(frozen=True, slots=True)
class Submission:
    """A job from the inbox; `job` is its place there, and its number for ever. Sizes and speeds are those of its class."""

    at: int
    job: int
    klass: int
    request_s: int
    project: int = 0
    qos: int = 0
    checkpoint_s: int = 0
    dependencies: int = 0


class Answer(IntEnum):
    """What came back of a send."""

    ACCEPTED = 0  # the site has the attempt
    REFUSED = 1  # it does not want it
    NONE = 2  # nothing came back: the site may have it or not


@dataclass(frozen=True, slots=True)
class Receipt:
    answer: Answer
    barred_until: int = 0
    """REFUSED: do not come back before this second."""


class Presence(IntEnum):
    """What a site knows of a key. ABSENT is a proof: its controller and its accounting both answered and reach back far enough."""

    FOUND = 0
    ABSENT = 1
    UNKNOWN = 2


class Engine(Protocol):
    """A site. `send · stop · observe · lookup` carry live equals twin; the port's other verbs come with the engines that answer them:
    `capabilities() · usage(window) · logs(key, from) · node(id, drain | resume) · account(user, ensure | remove)`.
    """

    def send(self, key: str, placement: Placement, now: int) -> Receipt:
        """Start this attempt once: a second send of a key starts nothing and gets the same answer."""

    def stop(self, key: str, by: int, now: int) -> None:
        """The attempt has notice and ends by second `by`. A key that has ended or is not known there is no error."""

    def observe(self, since: int, now: int) -> tuple[Sequence[Fact], int]:
        """Facts from position `since` on, and the position behind them. Asked again from the same position, a site says the same again."""

    def lookup(self, key: str, now: int) -> Presence:
        """Whether the site has, or ever had, an attempt of this key."""


class Store(Protocol):
    """One log, one writer. A commit is kept whole or not at all."""

    def commit(self, rows: Rows, jobs: Rows, marks: Mapping[str, int]) -> None:
        """Keep rows (`seq` continues the log), what is asked of the jobs they submit, and how far each source has been read."""

    def rows(self, since: int = 0) -> Rows:
        """The rows of the log from `seq` on."""

    def jobs(self) -> Rows:
        """What is asked of every job, by number."""

    def marks(self) -> Mapping[str, Any]:
        """How far each source has been read."""
