"""Jobs that wait for other jobs: whether what they wait for has come, and whether it can still come.

Conditions are those that users of sbatch know: `ok` (afterok), `any` (afterany), `notok` (afternotok), `started` (after). An array that is
waited for is all of its tasks; `notok` is met when all have ended and one of them did not complete.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dure.wire.jobspec_parts import Condition


@dataclass(frozen=True, slots=True)
class Waited:
    """A job that another one waits for: its number in the inbox, one task of it or all, and what of it."""

    job: int
    task: int | None
    condition: Condition


@dataclass(frozen=True, slots=True)
class Standing:
    """How the tasks of a job stand. `unbegun`: open ones that have never run. No tasks: nobody has read it yet."""

    tasks: int
    ended: int
    completed: int
    unbegun: int


def met(one: Waited, stands: Standing) -> bool:
    """Whether what is waited for has come."""
    if not stands.tasks:
        return False
    over = stands.ended == stands.tasks
    if one.condition == "ok":
        return stands.completed == stands.tasks
    if one.condition == "notok":
        return over and stands.completed < stands.tasks
    return over if one.condition == "any" else not stands.unbegun


def lost(one: Waited, stands: Standing) -> bool:
    """Whether it can never come: what has ended stays ended."""
    if one.condition == "ok":
        return stands.ended > stands.completed
    return one.condition == "notok" and stands.tasks > 0 and stands.completed == stands.tasks


def waits_for(waits: Sequence[Waited], stands: Sequence[Standing]) -> list[Waited]:
    """Those that have not come yet."""
    return [one for one, how in zip(waits, stands, strict=True) if not met(one, how)]


def never(waits: Sequence[Waited], stands: Sequence[Standing]) -> list[Waited]:
    """Those that can never come."""
    return [one for one, how in zip(waits, stands, strict=True) if lost(one, how)]
