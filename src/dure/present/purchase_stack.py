"""What a purchase plan costs by year and item, and what its sites draw by period: figures behind the pictures and tables of its page."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from dure.ledger.cost import FINANCING
from dure.model.purchases import Order, Purchase
from dure.plan.site_costs import sites_won
from dure.plan.spending import borrowed

WATTS = 1_000_000
CAPEX, ELECTRICITY, LABOUR = "capex", "electricity", "labour"


def cost_stack(purchase: Purchase, orders: Sequence[Order]) -> dict[tuple[str, int], int]:
    """Won by item and year: `capex` for everything bought, the items of running cost, `labour`; each rounded once.

    Adds up to what `plan.purchase.spent` says of the kinds: the same money, taken apart; with the interest on what is borrowed.
    """
    found: dict[tuple[str, int], Fraction] = {}

    def add(item: str, year: int, won: Fraction) -> None:
        if won:
            found[item, year] = found.get((item, year), Fraction(0)) + won

    for one in orders:
        machine = purchase.machine(one.machine)
        add(CAPEX, purchase.years[one.period], Fraction(one.units * machine.capex_won(one.site, one.period)))
        terms = machine.terms_of(one.site, one.period)
        for at in purchase.paid_for(machine, one.period):
            for item, won in terms.running_in(purchase.years[at]).items():
                add(item, purchase.years[at], Fraction(one.units * won, purchase.periods_year))
    for stands in purchase.standing:
        terms = purchase.machine(stands.machine).terms[stands.site]
        for at in range(min(stands.until, len(purchase.years))):
            for item, won in terms.running_in(purchase.years[at]).items():
                add(item, purchase.years[at], Fraction(stands.units * won, purchase.periods_year))
    for year in dict.fromkeys(purchase.years):
        add(LABOUR, year, sites_won(purchase, orders, "labour", year))
        add(ELECTRICITY, year, sites_won(purchase, orders, "opex", year))
    for (_, year), interest in borrowed(purchase, orders).interest.items() if purchase.loans and orders else ():
        add(FINANCING, year, Fraction(round(interest)))
    return {key: round(won) for key, won in found.items()}


class Drawn(NamedTuple):
    """What a site draws in a period with cooling, and what it may draw (None: no limit is stated)."""

    site: str
    period: int
    watts: int
    cap_w: int | None


def power_drawn(purchase: Purchase, orders: Sequence[Order]) -> list[Drawn]:
    """Every site and period up to the last in which anything runs."""
    runs: dict[tuple[str, int], int] = {}
    for one in orders:
        machine = purchase.machine(one.machine)
        for at in purchase.in_service(machine, one.period):
            runs[one.site, at] = runs.get((one.site, at), 0) + one.units * machine.power_w
    for stands in purchase.standing:
        for at in range(min(stands.until, len(purchase.years))):
            watts = stands.units * purchase.machine(stands.machine).power_w
            runs[stands.site, at] = runs.get((stands.site, at), 0) + watts
    last = max((at for _, at in runs), default=-1)
    return [
        Drawn(site.name, at, runs.get((site.name, at), 0) * site.pue_ppm // WATTS, site.power_w[at])
        for site in purchase.sites
        if any(name == site.name for name, _ in runs)
        for at in range(last + 1)
    ]
