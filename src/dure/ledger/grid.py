"""The grid-impact rule: whether a site's power demand needs an assessment, and whether an assessment passes. The figures are data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dure.model.deals import GridRule
from dure.model.errors import CostError, Where


def needs_assessment(rule: GridRule, standing_w: int, added_w: int) -> bool:
    """Whether adding demand brings a place to the threshold or above it: what stands there counts too."""
    return added_w > 0 and standing_w + added_w >= rule.threshold_w


@dataclass(frozen=True, slots=True)
class Assessed:
    """Points in thousandths; `short_milli` is what is missing to pass, 0 when the points suffice."""

    points_milli: int
    short_milli: int
    passed: bool


def assess(rule: GridRule, points_milli: Mapping[str, int], voltage_holds: bool) -> Assessed:
    """The score sheet of a site: every part of the rule, none above its most, and the voltage criterion besides."""
    for part, points in points_milli.items():
        if part not in rule.points_milli:
            known = ", ".join(rule.points_milli)
            raise CostError(f"{rule.id} has no part {part}", where=Where(field=part), remedy=f"write points of {known}")
        if not 0 <= points <= rule.points_milli[part]:
            most = rule.points_milli[part]
            raise CostError(f"{points / 1000:g} points of {part}", where=Where(field=part), remedy=f"write points of 0 to {most / 1000:g}")
    missing = next((part for part in rule.points_milli if part not in points_milli), None)
    if missing is not None:
        raise CostError(f"the points of {missing} are missing", where=Where(field=missing), remedy="write them: missing points are not 0")
    total = sum(points_milli.values())
    short_milli = max(rule.pass_milli - total, 0)
    return Assessed(total, short_milli, voltage_holds and not short_milli)
