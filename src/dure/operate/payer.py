"""What pays for a job: servers that its project holds, or its credits. Asked before a job is kept, and when the broker takes it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

CREDITS = "credits"


class Holding(NamedTuple):
    """Dedicated servers of a project: the grant, the pool that they are of (`site/pool`), and accelerators in all."""

    grant: str
    pool: str
    devices: int


def payer(holdings: Sequence[Holding], able: Collection[str], devices: int, allocation: str | None) -> str | None:
    """The grant that runs a job of so many devices, CREDITS, or None: the allocation that was named cannot.

    `able`: pools that can run it. Servers of one's own come before credits, in the order in which they were granted.
    """
    if allocation == CREDITS:
        return CREDITS
    fit = [one.grant for one in holdings if one.pool in able and one.devices >= devices and allocation in (None, one.grant)]
    if fit:
        return fit[0]
    return CREDITS if allocation is None else None
