"""The power factor line of a KEPCO bill: a surcharge or a reduction on the demand charge, by day and by night.

By day the factor is lagging: below the standard each point adds a share of the demand charge, down to a floor; above it each point takes as
much off, up to a cap. By night the factor is leading: below its standard each point adds the share, above it nothing is taken off. Factors
are the monthly means that the bill states, in whole per cent; nights that lag count as 100. The first month of a surcharge is announced and
not charged (article 43 (3)): these are bills of every later month.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from dure.model.errors import CostError, Where
from dure.model.units import MICRO

PERCENT = 100


@dataclass(frozen=True, slots=True)
class PowerFactorRule:
    """What holds from a day on: standards, floor and cap in whole per cent, `share_ppm` of the demand charge for each point."""

    valid_from: dt.date
    lagging: int
    lagging_cap: int
    leading: int
    floor: int
    share_ppm: int
    day_hours: tuple[int, int]


KEPCO_POWER_FACTOR: tuple[PowerFactorRule, ...] = (
    PowerFactorRule(dt.date(2020, 1, 1), 90, 95, 95, 60, 2_000, (9, 23)),
    PowerFactorRule(dt.date(2025, 2, 1), 92, 97, 95, 60, 2_000, (8, 22)),
)
"""KEPCO terms of supply (기본공급약관), articles 41 to 43, and their reform of 2025-02-01, as summarised in two public bill engines (read
2026-11): by day 92 % (until then 90 %) lagging, reduced up to 97 % (95 %); by night 95 % leading; 0.2 % of the demand charge a point.
A customer without a reactive meter counts as the standard, which adds and takes nothing."""


def rule_on(day: dt.date, rules: Sequence[PowerFactorRule] = KEPCO_POWER_FACTOR) -> PowerFactorRule:
    """The rule in force on a day; CostError before the first."""
    begun = [one for one in rules if one.valid_from <= day]
    if not begun:
        raise CostError(
            f"no power factor rule of {day} is known",
            where=Where(field="power_factor"),
            remedy="leave the power factor out, or add the rule",
        )
    return max(begun, key=lambda one: one.valid_from)


def power_factor_won(demand_won: int, lagging: int, leading: int, rule: PowerFactorRule) -> tuple[int, int]:
    """Won of the day and of the night line (negative: taken off); fractions of a won are dropped, as in every line of the bill."""
    for name, value in (("lagging", lagging), ("leading", leading)):
        if not 0 <= value <= PERCENT:
            raise CostError(
                f"a {name} power factor of {value} % is impossible", where=Where(field="power_factor"), remedy="write 0 to 100 per cent"
            )
    by_day = rule.lagging - min(max(lagging, rule.floor), rule.lagging_cap)
    by_night = max(0, rule.leading - max(leading, rule.floor))
    return _points(demand_won, by_day, rule), _points(demand_won, by_night, rule)


def _points(demand_won: int, points: int, rule: PowerFactorRule) -> int:
    won = demand_won * abs(points) * rule.share_ppm // MICRO
    return -won if points < 0 else won
