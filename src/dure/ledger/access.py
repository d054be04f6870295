"""Access as the field feels it: from applying to being granted, and from there to the first job that runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dure.ledger.use import quantile


class Access(NamedTuple):
    """The first of each of a project, in Unix seconds: it was applied for, it was granted something, a job of it ran. None: not yet."""

    project: str
    applied_at: int
    granted_at: int | None = None
    started_at: int | None = None


STEPS = ("grant", "start", "whole")
"""From application to grant, from grant to first start, from application to first start."""


class Span(NamedTuple):
    """One step over all projects: how many have come through it, how many still wait for its end, and in seconds of those that came
    through the median and what nine in ten did not exceed. Who waits is not in them: they are told beside.
    """

    step: str
    through: int
    waiting: int
    median_s: int | None
    p90_s: int | None


def step_s(one: Access, step: str) -> int | None:
    """How long a step took; None: it has not ended, or has not begun."""
    begin = one.granted_at if step == "start" else one.applied_at
    end = one.granted_at if step == "grant" else one.started_at
    return None if begin is None or end is None else max(0, end - begin)


def spans(found: Iterable[Access]) -> tuple[Span, ...]:
    """The three steps."""
    rows = list(found)
    return tuple(_span(rows, step) for step in STEPS)


def _span(rows: Sequence[Access], step: str) -> Span:
    begun = [one for one in rows if step != "start" or one.granted_at is not None]
    took = sorted(seconds for seconds in (step_s(one, step) for one in begun) if seconds is not None)
    return Span(step, len(took), len(begun) - len(took), quantile(took, 500), quantile(took, 900))
