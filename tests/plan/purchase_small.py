"""Small purchase questions for tests: drawn from a seed, and their best plan by trying every combination of orders."""

from __future__ import annotations

import itertools
import random

from dure.model.purchases import BudgetLine, CountRule, Machine, Order, Purchase, ShareRule, SiteRoom, Terms, Work
from dure.plan.check_purchase import check_purchase, units_there
from dure.solver import Program, solve

COMBINATIONS_MAX = 300


def machine(name: str = "a", **more: object) -> Machine:
    """A server of 8 for 100 won that costs 10 won a year to run, arrives at once and lives two years."""
    given = {"model": name, "vendor": name, "origin": name, "unit": 8, "lead": 0, "life": 2, "first": 0, "power_w": 10_000}
    given |= {"speed_ppm": {"work": 1_000_000}, "terms": {"s": Terms(100, {"electricity": 10})}, "capacity_micro": 1_000_000}
    return Machine(name=name, **(given | more))  # type: ignore[arg-type]


def question(*machines: Machine, buying: int = 1, years: int = 3, **more: object) -> Purchase:
    """Years as periods, from 2026; one site, 1,000 won to buy and 1,000 a year to run, 100 accelerators of work a year."""
    span = tuple(range(2026, 2026 + years))
    given: dict[str, object] = {"name": "small", "periods_year": 1, "years": span, "labels": tuple(map(str, span)), "buying": buying}
    given |= {"sites": (SiteRoom("s", (None,) * years, 1_200_000),), "standing": (), "shares": (), "counts": ()}
    given |= {"budgets": (money("capex", 2026, 1000), *(money("opex", year, 1000) for year in span))}
    given |= {"work": (Work("work", "일", dict.fromkeys(span, 100), 1_000_000),), "usable_ppm": 1_000_000}
    return Purchase(machines=machines, **(given | more))  # type: ignore[arg-type]


def money(kind: str, year: int, won: int, source: str = "state", *, carries: bool = False) -> BudgetLine:
    return BudgetLine(year, kind, source, won, carries)  # type: ignore[arg-type]


def drawn(seed: int) -> Purchase:
    """At most three machines, two sites, two years of buying, with every kind of rule."""
    dice = random.Random(seed)
    sites, periods = ["s", "t"][: dice.randint(1, 2)], dice.randint(1, 2)
    machines = []
    for name in "abc"[: dice.randint(1, 3)]:
        where = [one for one in sites if dice.random() < 0.8] or sites
        terms = {one: Terms(dice.randint(50, 200), {"electricity": dice.randint(1, 20), "labour": dice.randint(0, 5)}) for one in where}
        speeds = {work: dice.randint(2, 30) * 100_000 for work in ("x", "y") if dice.random() < 0.8}
        supply = {0: dice.randint(0, 40)} if dice.random() < 0.5 else {}
        lead, life, first = dice.randint(0, 1), dice.randint(1, 2), dice.randint(0, periods - 1)
        weight = dice.randint(1, 3) * 1_000_000
        machines.append(Machine(name, name, name, name, dice.choice([4, 8]), lead, life, first, 10_000, speeds, terms, weight, supply))
    span = tuple(range(2026, 2030))
    budgets = [money("capex", year, dice.randint(100, 500), carries=dice.random() < 0.5) for year in span[:periods]]
    budgets += [money(kind, year, dice.randint(10, 60), carries=dice.random() < 0.5) for kind in ("opex", "labour") for year in span]
    shares = [ShareRule("a", frozenset("a"), dice.choice(["count", "capacity", "money"]), None, 600_000)] if dice.random() < 0.4 else []
    counts = [CountRule("c", 1, dice.randint(4, 12), None)] if dice.random() < 0.3 else []
    work = [Work(name, name, {year: dice.randint(5, 30) for year in span[:3]}, dice.randint(1, 3) * 1_000_000) for name in "xy"]
    rooms = tuple(SiteRoom(one, (dice.choice([None, 36_000]),) * len(span), 1_200_000) for one in sites)
    return question(
        *machines,
        buying=periods,
        years=4,
        sites=rooms,
        budgets=tuple(budgets),
        shares=tuple(shares),
        counts=tuple(counts),
        work=tuple(work),
        usable_ppm=900_000,
    )


def by_enumeration(purchase: Purchase, most: int = 6) -> float | None:
    """The most weighted work that any whole number of orders serves; None where no combination keeps the rules, or there are too many."""
    places = [(one.name, site, at) for one in purchase.machines for site in one.terms for at in range(one.first, purchase.buying)]
    if most ** len(places) > COMBINATIONS_MAX:
        return None
    rooms = [range(most)] * len(places)
    best: float | None = None
    for units in itertools.product(*rooms):
        orders = tuple(Order(*place, n) for place, n in zip(places, units, strict=True) if n)
        if not check_purchase(purchase, orders, ()):
            worth = most_served(purchase, orders)
            best = worth if best is None else max(best, worth)
    return best


def most_served(purchase: Purchase, orders: tuple[Order, ...]) -> float:
    """The most weighted work of given orders: each period by itself."""
    total = 0.0
    for period, year in enumerate(purchase.years):
        program = Program("one period", maximise=True)
        used: dict[str, list[tuple[int, float]]] = {one.name: [] for one in purchase.machines}
        for work in purchase.work:
            terms = []
            for one in purchase.machines:
                if speed := one.speed_ppm.get(work.name):
                    at = program.column(f"{work.name} {one.name}", unit="", cost=work.weight_micro / 1e6)
                    terms.append((at, 1.0))
                    used[one.name].append((at, 1e6 / speed))
            program.row(work.name, terms, unit="", high=work.by_year.get(year, 0))
        for one in purchase.machines:
            there = units_there(purchase, orders, one, None, period) * one.unit * purchase.usable_ppm / 1e6
            program.row(one.name, used[one.name], unit="", high=there)
        total += (solve(program).objective or 0.0) / purchase.periods_year
    return total
