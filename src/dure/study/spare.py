"""How much of its machines' time a plan puts to work in each period: which period is the tightest, and whether another has room.

A study plays one period. Where that is one with machines to spare, it shows shorter waits than people will have in the tightest.
"""

from __future__ import annotations

from collections.abc import Sequence

from dure.model.purchases import Order, Purchase, Served
from dure.model.units import MICRO
from dure.study.fleet import in_service

SPARE = 0.05
"""So much less of its time at work than in the tightest period is a period with machines to spare."""


def at_work(purchase: Purchase, orders: Sequence[Order], served: Sequence[Served]) -> dict[int, float]:
    """Of the time that the plan counts on in a period, the share that it puts to work; periods in which something is asked for."""
    asked = {year for work in purchase.work for year, count in work.by_year.items() if count}
    found = {}
    for period, year in enumerate(purchase.years):
        there = in_service(purchase, orders, period)
        machines = {name: purchase.machine(name) for name, _ in there}
        room = sum(units * machines[name].unit * purchase.usable_of(machines[name]) / MICRO for (name, _), units in there.items())
        if year not in asked or not room:
            continue
        mine = [one for one in served if one.period == period]
        found[period] = sum(one.amount * MICRO / purchase.machine(one.machine).speed_ppm[one.work] for one in mine) / room
    return found


def tightest(shares: dict[int, float], period: int) -> int | None:
    """The first period of the most work, where the one that is played has clearly less; None where it has not."""
    if period not in shares:
        return None
    most = max(shares, key=lambda at: shares[at])
    return most if shares[most] - shares[period] > SPARE else None
