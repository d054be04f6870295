"""Job and attempt states with their partial order (the job states are PSI/J's words)."""

from __future__ import annotations

from enum import IntEnum


class JobState(IntEnum):
    NEW = 0  # known, not ready: waits for a dependency or its begin time
    QUEUED = 1
    ACTIVE = 2
    COMPLETED = 3
    FAILED = 4
    CANCELED = 5

    @property
    def final(self) -> bool:
        return self >= JobState.COMPLETED


class AttemptState(IntEnum):
    """PLACED → SENT → RUNNING → STOPPING → ENDED. LOST keeps its devices until it is found or proved absent.

    RECALLED, from PLACED or SENT: it was asked back, and what comes first, its start or its end, stands.
    """

    FREE = 0
    PLACED = 1
    SENT = 2
    RUNNING = 3
    STOPPING = 4
    ENDED = 5
    LOST = 6
    RECALLED = 7


class Order(IntEnum):
    FCFS = 0
    SJF = 1
    MULTIFACTOR = 2


class Backfill(IntEnum):
    NONE = 0
    EASY = 1
    CONSERVATIVE = 2


class NodeRule(IntEnum):
    BEST = 0
    FIRST = 1
    SPREAD = 2


class PoolRule(IntEnum):
    FIRST = 0
    FASTEST = 1
    CHEAPEST = 2
    EARLIEST = 3


class DomainRule(IntEnum):
    NONE = 0
    PREFER = 1
    REQUIRE = 2
