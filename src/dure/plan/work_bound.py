"""What a plan serves, and what no plan serves more than: of an objective that weighs money a little to choose between like plans."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from dure.model.purchases import KINDS, Purchase, Served
from dure.model.units import MICRO
from dure.plan.purchase_program import cost_weight, money_scale, running_won
from dure.plan.site_costs import most_won


def work_served(purchase: Purchase, served: Sequence[Served]) -> float:
    """Weighted reference accelerator-years."""
    weights = {one.name: one.weight_micro for one in purchase.work}
    return sum(weights[one.work] * one.amount for one in served) / MICRO / purchase.periods_year


def work_asked(purchase: Purchase) -> float:
    """Weighted reference accelerator-years that all classes ask for."""
    every = sum(work.weight_micro * work.by_year.get(year, 0) for work in purchase.work for year in purchase.years)
    return every / MICRO / purchase.periods_year


def work_bound(purchase: Purchase, bound: float | None) -> float | None:
    """Work that no plan passes where `bound` is what no plan's work less its tie-breaker passes: the most that money counts is added."""
    if bound is None:
        return None
    asked = work_asked(purchase)
    most = _most_won(purchase)
    scale = money_scale(purchase)
    return asked if most is None else min(asked, bound + cost_weight(purchase, scale) * most / scale)


def _most_won(purchase: Purchase) -> float | None:
    """Won that the orders of any plan cost over their life, at most; None where nothing says so."""
    if purchase.loans:
        return None
    if purchase.funded:
        return float(sum(line.won for line in purchase.budgets))
    capex = sum(line.won for line in purchase.budgets if line.kind == "capex")
    times = 1.0
    for one in purchase.machines:
        for site in one.terms:
            for period in range(one.first, purchase.buying):
                price = one.capex_won(site, period)
                if not price:
                    return None
                kinds = [kind for kind in KINDS if kind != "capex"]
                running = sum(running_won(purchase, one, site, kind, period, year) for kind in kinds for year in purchase.all_years)
                times = max(times, float(1 + running / price))
    sites = sum((most_won(purchase, kind, year) for kind in KINDS for year in dict.fromkeys(purchase.years)), Fraction(0))
    return capex * times + float(sites)
