"""What a project's live grants have left, and whether that is enough for a job: told before it is submitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dure.model.units import MICRO
from dure.present.books_tables import fine
from dure.present.words import Words
from dure.present.work_tables import second
from dure.wire.people_api import Allocation, Grant


def purse_lines(grants: Sequence[Grant], can: Sequence[Mapping[str, Any]], say: Words, now: int) -> list[str]:
    """A line for each allocation whose term is running, then whether the credits suffice; nothing of a project without a grant.

    `can`: the pools of an answer.
    """
    live = [(grant, part) for grant in reversed(grants) for part in grant.allocations if _runs(part, now)]
    lines = [_line(grant, part, say) for grant, part in live]
    purses = [part for _, part in live if part.form == "credits"]
    bounds = [row["credits_most_micro"] for row in can if row.get("credits_most_micro") is not None]
    if purses and bounds:
        left, low, most = sum(_left(part) for part in purses), min(bounds), max(bounds)
        key = "enough" if left >= most else "enough_somewhere" if left >= low else "not_enough"
        lines.append(say(f"purse.{key}", left=fine(left / MICRO), low=fine(low / MICRO), most=fine(most / MICRO)))
    return lines


def _runs(part: Allocation, now: int) -> bool:
    begin, end = second(part.from_at), second(part.to_at)
    return part.released_at is None and (begin is None or begin <= now) and (end is None or now < end)


def _left(part: Allocation) -> int:
    return max(0, part.credits_micro - part.used_credits_micro)


def _line(grant: Grant, part: Allocation, say: Words) -> str:
    named = {"grant": grant.id, "project": grant.project, "until": part.to_at[:10]}
    if part.form != "credits":
        return say("purse.servers", n=part.nodes, pool=part.pool, **named)
    what = {"left": fine(_left(part) / MICRO), "whole": fine(part.credits_micro / MICRO)}
    return say("purse.credits_for" if part.models else "purse.credits", models=", ".join(part.models), **what, **named)
