"""A floor of six nodes, and brokers on it."""

from __future__ import annotations

from dure.operate.broker import Broker
from dure.operate.memory import MemoryStore
from dure.operate.ports import Submission
from dure.policy.build import ClassSpec, PoolSpec, Spec

PPM = 1_000_000
SPEC = Spec(
    pools=(PoolSpec(nodes=4, devices=2), PoolSpec(nodes=2, devices=4)),
    classes=tuple(ClassSpec(devices=devices, speeds=(PPM, PPM)) for devices in (1, 2, 4, 8)),
    jobs=4,
)
"""Classes 0 to 3 ask 1, 2, 4 and 8 devices. The tables have room for four jobs, so that they grow."""


def new_broker(store: MemoryStore | None = None) -> tuple[Broker, MemoryStore]:
    store = store or MemoryStore()
    return Broker(SPEC, store), store


def job(number: int, at: int = 0, klass: int = 0, request_s: int = 100) -> Submission:
    return Submission(at=at, job=number, klass=klass, request_s=request_s)
