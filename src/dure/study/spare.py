"""How much of its machines' time a plan puts to work in each period, and how much of what is asked for it promises.

A study plays one period: the tightest in which the plan promises what is asked for. In one with machines to spare waits are shorter than
people will have; in one in which the plan itself promises a part of what is asked, the rest waits for ever, and that needs no twin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dure.model.purchases import Order, Purchase, Served
from dure.model.units import MICRO
from dure.study.fleet import in_service

SPARE = 0.05
"""So much less of its time at work than in the tightest period is a period with machines to spare."""
ALIKE = 0.01
"""Periods within one hundredth of each other are alike."""


@dataclass(frozen=True, slots=True)
class Period:
    """One period: accelerators in service, the share of the time that the plan counts on which it puts to work, and of what is asked the
    share that it promises.
    """

    devices: int
    at_work: float
    promised: float


def periods(purchase: Purchase, orders: Sequence[Order], served: Sequence[Served]) -> dict[int, Period]:
    """Periods in which something is asked for and something is in service."""
    found = {}
    for period, year in enumerate(purchase.years):
        asked = sum(work.by_year.get(year, 0) for work in purchase.work)
        there = [(purchase.machine(name), units) for (name, _), units in in_service(purchase, orders, period).items()]
        room = sum(units * machine.unit * purchase.usable_of(machine) / MICRO for machine, units in there)
        if not asked or not room:
            continue
        mine = [one for one in served if one.period == period]
        busy = sum(one.amount * MICRO / purchase.machine(one.machine).speed_ppm[one.work] for one in mine)
        devices = sum(units * machine.unit for machine, units in there)
        found[period] = Period(devices, busy / room, sum(one.amount for one in mine) / asked)
    return found


def tightest(known: Mapping[int, Period]) -> int | None:
    """Of the periods that promise the most of what is asked for, those that put the most time to work; of these the one with the most
    accelerators, then the first. None where there is no period.
    """
    kept = dict(known)
    for name in ("promised", "at_work"):
        most = max((getattr(one, name) for one in kept.values()), default=0.0)
        kept = {at: one for at, one in kept.items() if getattr(one, name) >= most - ALIKE}
    return max(kept, key=lambda at: (kept[at].devices, -at), default=None)


def shortest(known: Mapping[int, Period], until: int) -> int | None:
    """The period before `until` that promises the least of what is asked for; None where all promise everything."""
    early = {at: one for at, one in known.items() if at < until}
    least = min(early, key=lambda at: (early[at].promised, at), default=None)
    return least if least is not None and early[least].promised < 1 - ALIKE else None
