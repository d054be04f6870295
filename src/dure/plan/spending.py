"""What orders cost by year, what of it nobody pays, and the rate at which a plan that is not paid for ends up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from dure.model.purchases import KINDS, Kind, Missing, Order, Purchase
from dure.model.units import MICRO
from dure.plan.paying import Payments, payments
from dure.plan.purchase_program import running_won, standing_won
from dure.plan.site_costs import always_won, sites_won


def spent(purchase: Purchase, orders: Sequence[Order]) -> dict[tuple[Kind, int], int]:
    """Won by kind and year of everything the plan orders and of what stands there already, over the whole of its life."""
    return {key: round(won) for key, won in _spent(purchase, orders).items()}


def _spent(purchase: Purchase, orders: Sequence[Order]) -> dict[tuple[Kind, int], Fraction]:
    found: dict[tuple[Kind, int], Fraction] = {}
    for kind in KINDS:
        for year in purchase.all_years:
            won = Fraction(0) if kind == "capex" else standing_won(purchase, kind, year) - always_won(purchase, kind, year)
            won += sites_won(purchase, orders, kind, year)
            for one in orders:
                machine = purchase.machine(one.machine)
                if kind != "capex":
                    won += one.units * running_won(purchase, machine, one.site, kind, one.period, year)
                elif purchase.years[one.period] == year:
                    won += one.units * machine.capex_won(one.site, one.period)
            if won:
                found[kind, year] = won
    return found


def missing(purchase: Purchase, orders: Sequence[Order]) -> tuple[Missing, ...]:
    """What each year lacks to run the plan, when the money there is goes to the earliest year that can use it."""
    if purchase.loans:
        return _short(purchase, orders, round)
    return _missing(purchase, {key: Fraction(won) for key, won in spent(purchase, orders).items()})


def to_fund(purchase: Purchase, orders: Sequence[Order]) -> tuple[Missing, ...]:
    """What must be added for the plan to be paid for to the last part of a won: what is missing, rounded up in each year."""
    if purchase.loans:
        return _short(purchase, orders, ceil)
    return _missing(purchase, _spent(purchase, orders))


def _short(purchase: Purchase, orders: Sequence[Order], whole: Callable[[float], int]) -> tuple[Missing, ...]:
    """What is missing where money is borrowed: what falls due on it must be paid for too."""
    short = borrowed(purchase, orders).missing
    return tuple(
        Missing(year, kind, whole(won)) for (kind, year), won in sorted(short.items(), key=_by_year) if won >= 1 and kind != "capex"
    )


def _by_year(pair: tuple[tuple[Kind, int], float]) -> tuple[int, Kind]:
    (kind, year), _ = pair
    return year, kind


def borrowed(purchase: Purchase, orders: Sequence[Order]) -> Payments:
    """What is drawn, paid as interest and paid back, with the least that is missing and then the least interest."""
    return payments(purchase, {key: Fraction(won) for key, won in spent(purchase, orders).items()})


def _missing(purchase: Purchase, costs: Mapping[tuple[Kind, int], Fraction]) -> tuple[Missing, ...]:
    found = []
    for kind in KINDS:
        if kind == "capex":
            continue
        lines = [line for line in purchase.budgets if line.kind == kind]
        purses = [(purchase.money_lasts(line.source, kind, line.year), line.year, line.won) for line in lines]
        left = {at: Fraction(won) for at, (_, _, won) in enumerate(purses)}
        for year in purchase.all_years:
            need = costs.get((kind, year), Fraction(0))
            for at in sorted(left, key=lambda at: purses[at]):
                last, since, _ = purses[at]
                if since <= year <= last:
                    used = min(need, left[at])
                    left[at] -= used
                    need -= used
            if need:
                found.append(Missing(year, kind, ceil(need)))
    return tuple(sorted(found, key=lambda one: (one.year, one.kind)))


@dataclass(frozen=True, slots=True)
class Rate:
    """A year that is not paid in full: accelerators that run of those installed, and reference capacity, both on average of the year."""

    year: int
    installed: float
    running: float
    capacity_ppm: int


def unfunded_rates(purchase: Purchase, orders: Sequence[Order]) -> tuple[Rate, ...]:
    """The rate at which a plan ends up with the money there is: running cost buys running machines in proportion.

    A year that lacks a share of its running cost leaves that share of every model dark: no source says which machines would be
    switched off, and the rate is then a ceiling that holds for any even choice.
    """
    costs, debts = spent(purchase, orders), borrowed(purchase, orders) if purchase.loans else None
    lacking: dict[int, int] = {}
    for one in missing(purchase, orders):
        lacking[one.year] = lacking.get(one.year, 0) + one.won
    found = []
    for year in purchase.all_years:
        installed = _installed(purchase, orders, year)
        need = costs.get(("opex", year), 0) + costs.get(("labour", year), 0) + (round(debts.due(year)) if debts else 0)
        if not installed or not need:
            continue
        share = max(Fraction(0), Fraction(need - lacking.get(year, 0), need))
        found.append(Rate(year, float(installed), float(installed * share), round(share * MICRO)))
    return tuple(found)


def _installed(purchase: Purchase, orders: Sequence[Order], year: int) -> Fraction:
    """Accelerators in service on average of a year."""
    total = Fraction(0)
    for at, each in enumerate(purchase.years):
        if each == year:
            total += sum(one.units * purchase.machine(one.machine).unit for one in purchase.standing if at < one.until)
            total += sum(
                one.units * purchase.machine(one.machine).unit
                for one in orders
                if at in purchase.in_service(purchase.machine(one.machine), one.period)
            )
    return total / sum(each == year for each in purchase.years)
