"""What a broker has recorded and may now ask of the sites."""

from __future__ import annotations

from dataclasses import dataclass

from dure.operate.ports import Placement, StopWhy


@dataclass(frozen=True, slots=True)
class Send:
    key: str
    placement: Placement


@dataclass(frozen=True, slots=True)
class Stop:
    key: str
    pool: int
    by: int
    why: StopWhy = StopWhy.PREEMPTED


@dataclass(frozen=True, slots=True)
class Recall:
    """To be taken back, if it has not started."""

    key: str
    pool: int


@dataclass(frozen=True, slots=True)
class Intents:
    """What is recorded and may now be done; doing it twice is doing it once."""

    sends: tuple[Send, ...] = ()
    stops: tuple[Stop, ...] = ()
    recalls: tuple[Recall, ...] = ()
