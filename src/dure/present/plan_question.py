"""What a purchase plan was asked, as named figures: what `dure plan diff` compares and `dure plan run --json` writes down.

Names are those of the rules (`rule_names` says them in words); what is no rule has a name of its own. A figure that is not there is not
limited or not priced; it is never 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dure.model.purchases import Machine, Purchase

MILLION = 1_000_000


class Asked(NamedTuple):
    """One figure of the question; `unit` is won, won_year, share, MW, accelerators, reference accelerators, periods, ratio or word."""

    name: str
    unit: str
    value: int | float | str


def question(purchase: Purchase) -> dict[str, Asked]:
    """Every figure that the plan depends on, by its name."""
    found: dict[str, Asked] = {}
    for part in (_general, _budgets, _sites, _rules, _work, _machines):
        found |= {one.name: one for one in part(purchase)}
    return found


def _general(purchase: Purchase) -> Iterator[Asked]:
    yield Asked("objective", "word", purchase.goal)
    yield Asked("usable share", "share", purchase.usable_ppm / MILLION)
    yield Asked("periods of buying", "periods", purchase.buying)


def _budgets(purchase: Purchase) -> Iterator[Asked]:
    for line in purchase.budgets:
        yield Asked(f"budget [{line.kind}, {line.source}, {line.year}]", "won", line.won)
        if line.carries:
            yield Asked(f"carries over [{line.kind}, {line.source}, {line.year}]", "word", "yes")
    for source, loan in purchase.loans.items():
        yield Asked(f"loan [{source}]", "share", loan.rate_ppm / MILLION)
        yield Asked(f"loan years [{source}]", "periods", loan.years)
        yield Asked(f"loan grace [{source}]", "periods", loan.grace)


def _sites(purchase: Purchase) -> Iterator[Asked]:
    for site in purchase.sites:
        yield Asked(f"PUE [{site.name}]", "ratio", site.pue_ppm / MILLION)
        for year in purchase.all_years:
            caps = [cap for at, cap in enumerate(site.power_w) if purchase.years[at] == year and cap is not None]
            if caps and any(caps):
                yield Asked(f"site power [{site.name}, {year}]", "MW", max(caps) / MILLION)
    for site in purchase.sites:
        held = {purchase.years[at]: most for at in range(len(purchase.years)) if site.grid and (most := site.grid.most(at)) is not None}
        for year, most in held.items():
            yield Asked(f"grid impact [{site.name}, {year}]", "MW", most / MILLION)
    for one in purchase.standing:
        name = f"standing [{one.machine}, {one.site}]"
        yield Asked(name, "accelerators", one.units * purchase.machine(one.machine).unit)


def _rules(purchase: Purchase) -> Iterator[Asked]:
    for rule in purchase.shares:
        for side, ppm in (("least", rule.least_ppm), ("most", rule.most_ppm)):
            if ppm is not None:
                yield Asked(f"share [{rule.name}, at {side}]", "share", ppm / MILLION)
    for count in purchase.counts:
        for side, number in (("least", count.least), ("most", count.most)):
            if number is not None:
                yield Asked(f"count [{count.name}, at {side}]", "accelerators", number)


def _work(purchase: Purchase) -> Iterator[Asked]:
    for work in purchase.work:
        yield Asked(f"weight [{work.name}]", "ratio", work.weight_micro / MILLION)
        if work.least_ppm:
            yield Asked(f"least served [{work.name}]", "share", work.least_ppm / MILLION)
        for year, amount in sorted(work.by_year.items()):
            yield Asked(f"demand [{work.name}, {year}]", "reference accelerators", amount)


def _machines(purchase: Purchase) -> Iterator[Asked]:
    for one in purchase.machines:
        yield Asked(f"buying unit [{one.name}]", "accelerators", one.unit)
        yield Asked(f"lead time [{one.name}]", "periods", one.lead)
        yield Asked(f"life [{one.name}]", "periods", one.life)
        if one.paid_life is not None:
            yield Asked(f"life paid for [{one.name}]", "periods", one.paid_life)
        yield Asked(f"first order [{one.name}]", "word", purchase.labels[one.first])
        yield Asked(f"power [{one.name}]", "MW", one.power_w / one.unit / MILLION)
        for work, ppm in one.speed_ppm.items():
            yield Asked(f"speed [{one.name}, {work}]", "ratio", ppm / MILLION)
        for year in purchase.all_years:
            limits = [most for at, most in one.supply.items() if purchase.years[at] == year]
            if limits:
                yield Asked(f"supply [{one.name}, {year}]", "accelerators", sum(limits))
        yield from _prices(purchase, one)


def _prices(purchase: Purchase, one: Machine) -> Iterator[Asked]:
    """Per accelerator and site; by year of order where prices move."""
    moves = bool(one.later or one.price_ppm)
    for site, terms in one.terms.items():
        running = sum(terms.running_won_year.values())
        yield Asked(f"running cost [{one.name}, {site}]", "won_year", round(running / one.unit))
        if not moves:
            yield Asked(f"price [{one.name}, {site}]", "won", round(terms.capex_won / one.unit))
            continue
        for period in range(one.first, purchase.buying):
            name = f"price [{one.name}, {site}, {purchase.labels[period]}]"
            yield Asked(name, "won", round(one.capex_won(site, period) / one.unit))
