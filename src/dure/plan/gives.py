"""A purchase question in which rules have given as far as is said: what a way out is checked against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor

from dure.model.purchases import KINDS, BudgetLine, Kind, Machine, Order, Purchase, Relief, ShareRule
from dure.model.units import MICRO
from dure.plan.elastic import Given
from dure.plan.purchase_part import PurchaseProgram
from dure.plan.purchase_program import spending_rule

ROUND = 1e-6
"""What solvers leave on a figure that is whole."""


def given_purchase(made: PurchaseProgram, gives: Sequence[Given], orders: Sequence[Order]) -> Purchase:
    """The question after the rules gave; a share is held to what the orders reach of it."""
    purchase = made.purchase
    by_row = {(one.row, one.side): one.amount for one in gives}
    counts = tuple(
        replace(
            one,
            least=None if one.least is None else one.least - _up(by_row.get((f"count [{one.name}]", "below"), 0.0)),
            most=None if one.most is None else one.most + _up(by_row.get((f"count [{one.name}]", "above"), 0.0)),
        )
        for one in purchase.counts
    )
    shares = tuple(_share(purchase, one, by_row, orders) for one in purchase.shares)
    sites = tuple(
        replace(one, power_w=tuple(_power(one.name, at, cap, purchase, by_row) for at, cap in enumerate(one.power_w)))
        for one in purchase.sites
    )
    machines = tuple(replace(one, supply=_supply(purchase, one, by_row)) for one in purchase.machines)
    budgets = (*purchase.budgets, *_lines(made, by_row))
    return replace(purchase, counts=counts, shares=shares, sites=sites, machines=machines, budgets=budgets)


def given_relief(gives: Sequence[Given]) -> Relief:
    """Work that must be served and is not: by class and period, as the checker takes it."""
    return Relief(missed={one.row: one.amount for one in gives if one.row.startswith("demand [")})


def share_reached(purchase: Purchase, rule: ShareRule, orders: Sequence[Order]) -> Fraction | None:
    """What the group of a share is of all that is ordered; None where nothing is."""
    sums = {True: Fraction(0), False: Fraction(0)}
    for one in orders:
        machine = purchase.machine(one.machine)
        sums[one.machine in rule.machines] += one.units * machine.counts_as(rule.by, one.site, one.period)
    whole = sums[True] + sums[False]
    return sums[True] / whole if whole else None


def _up(amount: float) -> int:
    return ceil(amount - ROUND * max(1.0, abs(amount)))


def _share(purchase: Purchase, rule: ShareRule, by_row: Mapping[tuple[str, str], float], orders: Sequence[Order]) -> ShareRule:
    reached = share_reached(purchase, rule, orders)
    gave = {side for side in ("least", "most") if (f"share [{rule.name}, at {side}]", "below") in by_row}
    if reached is None or not gave:
        return rule
    if "least" in gave and rule.least_ppm is not None:
        rule = replace(rule, least_ppm=min(rule.least_ppm, floor(reached * MICRO)))
    if "most" in gave and rule.most_ppm is not None:
        rule = replace(rule, most_ppm=max(rule.most_ppm, ceil(reached * MICRO)))
    return rule


def _power(site: str, at: int, cap: int | None, purchase: Purchase, by_row: Mapping[tuple[str, str], float]) -> int | None:
    amount = by_row.get((f"site power [{site}, {purchase.labels[at]}]", "above"), 0.0)
    return None if cap is None else cap + ceil(amount * MICRO)


def _supply(purchase: Purchase, one: Machine, by_row: Mapping[tuple[str, str], float]) -> Mapping[int, int]:
    return {at: limit + _up(by_row.get((f"supply [{one.name}, {purchase.labels[at]}]", "above"), 0.0)) for at, limit in one.supply.items()}


def _lines(made: PurchaseProgram, by_row: Mapping[tuple[str, str], float]) -> list[BudgetLine]:
    """Money that a budget or a year gives more: a line of the same source, or one of nobody's."""
    purchase, found = made.purchase, []

    def add(year: int, kind: Kind, source: str, amount: float, *, carries: bool) -> None:
        found.append(BudgetLine(year, kind, source, ceil(amount * made.scale_won), carries))

    for kind in KINDS:
        for year in purchase.all_years:
            amount = by_row.get((spending_rule(kind, year), "above"))
            if amount:
                add(year, kind, "nobody", amount, carries=False)
    carries = {(line.kind, line.source, line.year): line.carries for line in purchase.budgets}
    for kind, source in dict.fromkeys((line.kind, line.source) for line in purchase.budgets):
        for year in range(min(line.year for line in purchase.budgets), purchase.years[-1] + 1):
            amount = by_row.get((f"budget [{kind}, {source}, {year}]", "above"))
            if amount:
                add(year, kind, source, amount, carries=carries.get((kind, source, year), False))
    return found
