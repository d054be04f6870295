"""What a site costs beside its machines, in years in which anything stands there: its people, and the floor of its contract power.

Whether a site is in use is yes or no, so a site with such costs has one whole number a year; all others have none.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from dure.model.purchases import Kind, Order, Purchase, SiteRoom
from dure.model.units import MICRO
from dure.plan.purchase_part import PurchaseProgram, Terms

ROOM = 4
"""How many times what money or power allows a site may draw in a program, so that rules may give there."""
DRAWS_MOST_MW = 10_000.0
"""What no site draws."""


def draw_matters(site: SiteRoom) -> bool:
    """Whether its cost hangs on what it draws."""
    return bool(site.floors) or bool(site.labour_won_year and not site.always_staffed)


def in_plan(purchase: Purchase, year: int) -> Fraction:
    """The part of a year that lies in the plan."""
    return Fraction(sum(each == year for each in purchase.years), purchase.periods_year)


def sites_won(purchase: Purchase, orders: Sequence[Order], kind: Kind, year: int) -> Fraction:
    """Won of a year: people of the sites in use, and what contracts cost beyond what is drawn."""
    return sum((site_won(purchase, orders, site, kind, year) for site in purchase.sites), Fraction(0))


def site_won(purchase: Purchase, orders: Sequence[Order], site: SiteRoom, kind: Kind, year: int) -> Fraction:
    """The same of one site."""
    floor = site.floors.get(year) if kind == "opex" else None
    if kind == "capex" or (kind == "labour" and not site.labour_won_year) or (kind == "opex" and floor is None):
        return Fraction(0)
    draws = [_drawn_w(purchase, orders, site, at) for at, each in enumerate(purchase.years) if each == year]
    used = any(one is not None for one in draws)
    if floor is None:
        return site.labour_won_year * in_plan(purchase, year) if used or site.always_staffed else Fraction(0)
    if not used:
        return Fraction(0)
    below_w = sum((max(Fraction(0), floor.power_w - (one or Fraction(0))) for one in draws), Fraction(0))
    return below_w * floor.won_mw_year / MICRO / purchase.periods_year


def _drawn_w(purchase: Purchase, orders: Sequence[Order], site: SiteRoom, period: int) -> Fraction | None:
    """W with cooling of what stands at a site in a period; None where nothing does."""
    units: dict[str, int] = {}
    for stands in purchase.standing:
        if stands.site == site.name and period < stands.until:
            units[stands.machine] = units.get(stands.machine, 0) + stands.units
    for one in orders:
        if one.site == site.name and one.units and period in purchase.in_service(purchase.machine(one.machine), one.period):
            units[one.machine] = units.get(one.machine, 0) + one.units
    if not any(units.values()):
        return None
    return Fraction(sum(count * purchase.machine(name).power_w for name, count in units.items()) * site.pue_ppm, MICRO)


def always_won(purchase: Purchase, kind: Kind, year: int) -> Fraction:
    """What sites cost of people whatever is ordered: those that are always staffed, and those where something stands before the plan."""
    if kind != "labour":
        return Fraction(0)
    paid = sum(site.labour_won_year for site in purchase.sites if site.always_staffed or stands_in(purchase, site.name, year))
    return paid * in_plan(purchase, year)


def stands_in(purchase: Purchase, site: str, year: int) -> bool:
    """Whether something that was there before the plan stands at a site within a year."""
    first = purchase.years.index(year) if year in purchase.years else None
    return first is not None and any(one.site == site and one.units and first < one.until for one in purchase.standing)


def most_won(purchase: Purchase, kind: Kind, year: int) -> Fraction:
    """What the sites could cost in a year at most."""
    if kind == "labour":
        return sum(site.labour_won_year for site in purchase.sites) * in_plan(purchase, year)
    floors = (site.floors.get(year) for site in purchase.sites)
    won = sum((Fraction(one.power_w * one.won_mw_year, MICRO) for one in floors if one is not None), Fraction(0))
    return won * in_plan(purchase, year) if kind == "opex" else Fraction(0)


def add_sites(made: PurchaseProgram) -> None:
    """Columns for sites in use and for contract power that is paid for and not drawn; what each draws must stand already."""
    for site in made.purchase.sites:
        if not draw_matters(site):
            continue
        for year in dict.fromkeys(made.purchase.years):
            _use(made, site, year)


def _use(made: PurchaseProgram, site: SiteRoom, year: int) -> None:
    purchase = made.purchase
    periods = [at for at, each in enumerate(purchase.years) if each == year]
    stands = stands_in(purchase, site.name, year)
    labour = 0 if stands or site.always_staffed else site.labour_won_year
    used = None
    if not stands:
        used = made.column(
            f"in use [{site.name}, {year}]", "yes or no", _worth(made, labour * in_plan(purchase, year)), high=1, integer=True
        )
        made.used[site.name, year] = used
        for at in periods:
            row: Terms = [(made.draws[site.name, at], 1.0), (used, -_most_mw(made, site))]
            made.row(f"site in use [{site.name}, {purchase.labels[at]}]", row, "MW", high=0.0)
    floor = site.floors.get(year)
    for at in periods if floor else ():
        assert floor is not None
        won = Fraction(floor.won_mw_year, purchase.periods_year)
        label = f"[{site.name}, {purchase.labels[at]}]"
        below = made.column(f"below contract {label}", "MW", _worth(made, won))
        made.below[site.name, at] = below
        mw = floor.power_w / MICRO
        row = [(below, 1.0), (made.draws[site.name, at], 1.0), *([] if used is None else [(used, -mw)])]
        made.row(f"contract floor {label}", row, "MW", low=mw if used is None else 0.0)


def _worth(made: PurchaseProgram, won: Fraction) -> float:
    sign = -1.0 if made.purchase.goal == "served" else 1.0
    return sign * made.cost_weight * float(won) / made.scale_won


def site_terms(made: PurchaseProgram, kind: Kind, year: int) -> list[tuple[int, Fraction]]:
    """Columns of what the sites cost in a year, in won."""
    purchase, found = made.purchase, []
    for site in purchase.sites:
        used = made.used.get((site.name, year))
        if kind == "labour" and used is not None and not site.always_staffed and site.labour_won_year:
            found.append((used, site.labour_won_year * in_plan(purchase, year)))
        floor = site.floors.get(year)
        if kind == "opex" and floor is not None:
            won = Fraction(floor.won_mw_year, purchase.periods_year)
            found += [(at, won) for (name, period), at in made.below.items() if name == site.name and purchase.years[period] == year]
    return found


def _most_mw(made: PurchaseProgram, site: SiteRoom) -> float:
    """More than a site ever draws: some times what it may draw, or what all the money could buy there."""
    purchase = made.purchase
    money = sum(line.won for line in purchase.budgets if line.kind == "capex")
    limits = [DRAWS_MOST_MW / ROOM]
    caps = [one for one in site.power_w if one is not None]
    if len(caps) == len(site.power_w):
        limits.append(max(caps) / MICRO)
    bought = 0.0
    for one in purchase.machines:
        if site.name in one.terms:
            price = min((one.capex_won(site.name, at) for at in range(one.first, purchase.buying)), default=0)
            bought = max(bought, money / price * one.power_w * site.pue_ppm / MICRO / MICRO if price else DRAWS_MOST_MW)
    standing = sum(one.units * purchase.machine(one.machine).power_w for one in purchase.standing if one.site == site.name)
    limits.append(bought + standing * site.pue_ppm / MICRO / MICRO)
    return ROOM * max(min(limits), 1e-3)
