"""A purchase plan re-verified from the question alone: orders counted by hand, period by period. Shares no code with the builder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from dure.model.purchases import By, Kind, Machine, Order, Purchase, Relief, Served, SiteRoom, Terms
from dure.model.units import MICRO
from dure.plan.paying import last_year, payments

ROOM = 1e-6
"""How far what is served may miss a limit, relative to it: the only figures that are not whole."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that the plan does not keep: its name, what it found, what it allows."""

    rule: str
    found: float
    allowed: float


NOTHING_GAVE = Relief()


def check_purchase(
    purchase: Purchase, orders: Sequence[Order], served: Sequence[Served], gave: Relief = NOTHING_GAVE
) -> tuple[Broken, ...]:
    """Every rule that a plan breaks; nothing is believed but the whole units ordered and the work said to be served.

    In a case that nobody planned for something may have given: rules are then held to what is left of them, machines that are said to
    be dark serve nothing and cost as little less as any of their model would.
    """
    found = list(_orders(purchase, orders))
    if found:
        return tuple(found)
    found += [*_power(purchase, orders, gave), *_shares(purchase, orders, gave), *_counts(purchase, orders, gave)]
    found += [*_supply(purchase, orders), *_dark(purchase, orders, gave), *_work(purchase, orders, served, gave)]
    found += _money(purchase, orders, gave)
    return tuple(found)


def _orders(purchase: Purchase, orders: Sequence[Order]) -> Iterator[Broken]:
    machines = {one.name: one for one in purchase.machines}
    for one in orders:
        machine = machines.get(one.machine)
        label = f"[{one.machine}, {one.site}, {one.period}]"
        if machine is None or one.site not in machine.terms:
            yield Broken(f"may stand there {label}", 1, 0)
        elif not machine.first <= one.period < purchase.buying:
            yield Broken(f"may be ordered then {label}", one.period, machine.first)
        elif one.units != int(one.units) or one.units < 0:
            yield Broken(f"whole buying units {label}", one.units, 0)


def units_there(purchase: Purchase, orders: Sequence[Order], machine: Machine, site: str | None, period: int) -> int:
    """Buying units of a machine in service in a period, at one site or at all."""
    count = 0
    for one in orders:
        if one.machine != machine.name or site not in (None, one.site):
            continue
        came = machine.arrives.get(one.period, one.period + machine.lead)
        if came is not None and 0 <= period - came < machine.life:
            count += one.units
    for stands in purchase.standing:
        if stands.machine == machine.name and site in (None, stands.site) and period < stands.until:
            count += stands.units
    return count


def _dark(purchase: Purchase, orders: Sequence[Order], gave: Relief) -> Iterator[Broken]:
    """No more machines are dark than stand there."""
    for (name, site, period), count in gave.unpowered.items():
        machine = purchase.machine(name)
        there = units_there(purchase, orders, machine, site, period) * machine.unit
        if not -ROOM <= count <= there * (1 + ROOM) + ROOM:
            yield Broken(f"unpowered [{name}, {site}, {purchase.labels[period]}]", count, there)
    for machine in purchase.machines:
        for period in range(len(purchase.years)):
            count = _off(gave, machine.name, period)
            there = units_there(purchase, orders, machine, None, period) * machine.unit if count else 0
            if count > there * (1 + ROOM) + ROOM:
                yield Broken(f"dark [{machine.name}, {purchase.labels[period]}]", count, there)


def _off(gave: Relief, name: str, period: int) -> float:
    unpowered = sum(count for (machine, _, at), count in gave.unpowered.items() if (machine, at) == (name, period))
    return gave.dark.get((name, period), 0.0) + unpowered


def _power(purchase: Purchase, orders: Sequence[Order], gave: Relief) -> Iterator[Broken]:
    for site in purchase.sites:
        for period, cap_w in enumerate(site.power_w):
            held_w = site.grid.most(period) if site.grid else None
            if cap_w is None and held_w is None:
                continue
            watts: float = sum(
                units_there(purchase, orders, one, site.name, period) * one.power_w for one in purchase.machines if site.name in one.terms
            )
            watts -= (
                sum(gave.unpowered.get((one.name, site.name, period), 0.0) * one.power_w / one.unit for one in purchase.machines)
                if gave.unpowered
                else 0
            )
            if held_w is not None and watts * site.pue_ppm > held_w * MICRO * (1 + ROOM if gave.unpowered else 1):
                yield Broken(f"grid impact [{site.name}, {purchase.labels[period]}]", watts * site.pue_ppm / MICRO, held_w)
            if cap_w is not None and watts * site.pue_ppm > (cap_w * (1 + ROOM) + 1) * MICRO:
                yield Broken(f"site power [{site.name}, {purchase.labels[period]}]", watts * site.pue_ppm / MICRO, cap_w)


def _shares(purchase: Purchase, orders: Sequence[Order], gave: Relief) -> Iterator[Broken]:
    for rule in purchase.shares:
        sums = {True: Fraction(0), False: Fraction(0)}
        for one in orders:
            machine = purchase.machine(one.machine)
            if machine.arrives.get(one.period, 0) is None:
                continue
            each = Fraction(machine.unit) if rule.by == "count" else Fraction(machine.unit * (machine.capacity_micro or 0))
            each = _price(machine, one) if rule.by == "money" else each
            sums[one.machine in rule.machines] += one.units * each
        whole, part = sum(sums.values()), sums[True]
        slack, by = whole * Fraction(1, MICRO), f"share [{rule.name}, at "
        least = slack + _missed(gave, f"{by}least]", rule.by)
        most = slack + _missed(gave, f"{by}most]", rule.by)
        if rule.least_ppm is not None and part + least < Fraction(whole * rule.least_ppm, MICRO):
            yield Broken(f"share [{rule.name}, at least]", float(part), float(whole * rule.least_ppm / MICRO))
        if rule.most_ppm is not None and part - most > Fraction(whole * rule.most_ppm, MICRO):
            yield Broken(f"share [{rule.name}, at most]", float(part), float(whole * rule.most_ppm / MICRO))


def _missed(gave: Relief, rule: str, by: By) -> Fraction:
    """What a rule is said to be missed by, in the unit in which `_shares` adds up: accelerators, millionths of them by capacity, or won."""
    units: dict[By, int] = {"count": 1, "capacity": MICRO, "money": gave.scale_won}
    return Fraction(gave.missed.get(rule, 0.0)) * units[by]


def _counts(purchase: Purchase, orders: Sequence[Order], gave: Relief) -> Iterator[Broken]:
    for rule in purchase.counts:
        there = sum(units_there(purchase, orders, one, None, rule.period) * one.unit for one in purchase.machines)
        if rule.least is not None and there + gave.missed.get(f"count [{rule.name}]", 0.0) < rule.least - ROOM:
            yield Broken(f"count [{rule.name}]", there, rule.least)
        if rule.most is not None and there > rule.most:
            yield Broken(f"count [{rule.name}]", there, rule.most)


def _supply(purchase: Purchase, orders: Sequence[Order]) -> Iterator[Broken]:
    for one in purchase.machines:
        for period, limit in one.supply.items():
            ordered = sum(order.units for order in orders if order.machine == one.name and order.period == period) * one.unit
            if ordered > limit:
                yield Broken(f"supply [{one.name}, {purchase.labels[period]}]", ordered, limit)


def _work(purchase: Purchase, orders: Sequence[Order], served: Sequence[Served], gave: Relief) -> Iterator[Broken]:
    by_class: Counter[tuple[str, int]] = Counter()
    busy: dict[tuple[str, int], float] = {}
    for one in served:
        machine = purchase.machine(one.machine)
        speed = machine.speed_ppm.get(one.work, 0)
        if one.amount < 0 or not speed:
            yield Broken(f"suitable [{one.work}, {one.machine}]", one.amount, 0)
            continue
        key = one.machine, one.period
        busy[key] = busy.get(key, 0.0) + one.amount * MICRO / speed
        by_class[one.work, one.period] += one.amount  # type: ignore[assignment]
    for (name, period), amount in busy.items():
        machine = purchase.machine(name)
        runs = units_there(purchase, orders, machine, None, period) * machine.unit - _off(gave, name, period)
        usable = runs * purchase.usable_of(machine) / MICRO
        if amount > usable * (1 + ROOM) + ROOM:
            yield Broken(f"busy [{name}, {purchase.labels[period]}]", amount, usable)
    for work in purchase.work:
        for period, year in enumerate(purchase.years):
            asked, done = work.by_year.get(year, 0), float(by_class[work.name, period])
            if done > asked * (1 + ROOM) + ROOM:
                yield Broken(f"demand [{work.name}, {purchase.labels[period]}]", done, asked)
            missed = gave.missed.get(f"demand [{work.name}, {purchase.labels[period]}]", 0.0)
            if done + missed < asked * work.least_ppm / MICRO * (1 - ROOM) - ROOM:
                yield Broken(f"demand [{work.name}, {purchase.labels[period]}]", done, asked * work.least_ppm / MICRO)


def _money(purchase: Purchase, orders: Sequence[Order], gave: Relief) -> Iterator[Broken]:
    """Money with the earliest end is spent first: if that does not suffice, nothing does. Where some is borrowed, see `paying`."""
    kinds: tuple[Kind, ...] = ("capex", "opex", "labour") if purchase.funded else ("capex",)
    if purchase.loans:
        yield from _borrowed(purchase, orders, gave, kinds)
        return
    for kind in kinds:
        purses: list[list[int | Fraction]] = []
        for year in sorted({*purchase.years, *(line.year for line in purchase.budgets)}):
            lines = [line for line in purchase.budgets if (line.kind, line.year) == (kind, year)]
            purses += [[last_year(purchase, line), Fraction(line.won)] for line in lines]
            whole = _need(purchase, orders, kind, year)
            need = max(Fraction(0), whole - _saved(purchase, gave, kind, year) - Fraction(gave.unpaid.get((kind, year), 0.0)))
            for purse in sorted(purses, key=lambda one: one[0]):
                if purse[0] >= year:
                    taken = min(need, Fraction(purse[1]))
                    purse[1] -= taken
                    need -= taken
            if need > whole * Fraction(1, MICRO):
                yield Broken(f"paid for [{kind}, {year}]", float(whole), float(whole - need))


def _borrowed(purchase: Purchase, orders: Sequence[Order], gave: Relief, kinds: tuple[Kind, ...]) -> Iterator[Broken]:
    """What falls due on loans is operation of its year: somebody must pay for that too."""
    whole = {(kind, year): _need(purchase, orders, kind, year) for kind in kinds for year in purchase.all_years}
    needs = {
        (kind, year): max(Fraction(0), won - _saved(purchase, gave, kind, year) - Fraction(gave.unpaid.get((kind, year), 0.0)))
        for (kind, year), won in whole.items()
    }
    made = payments(purchase, needs)
    for (kind, year), won in made.missing.items():
        asked = float(whole[kind, year]) + (made.due(year) if kind == "opex" else 0.0)
        if won > max(1.0, asked * ROOM):
            yield Broken(f"paid for [{kind}, {year}]", asked, asked - won)


def _need(purchase: Purchase, orders: Sequence[Order], kind: str, year: int) -> Fraction:
    if kind == "capex":
        bought = [one for one in orders if purchase.years[one.period] == year]
        return sum((one.units * _price(purchase.machine(one.machine), one) for one in bought), Fraction(0))
    won = Fraction(0)
    for period, each in enumerate(purchase.years):
        if each != year:
            continue
        for one in orders:
            machine = purchase.machine(one.machine)
            came = machine.arrives.get(one.period, one.period + machine.lead)
            if came is not None and 0 <= period - came < (machine.paid_life or machine.life):
                won += Fraction(one.units * _a_year(_terms(machine, one), kind, year), purchase.periods_year)
        for stands in purchase.standing:
            if period < stands.until:
                terms = purchase.machine(stands.machine).terms[stands.site]
                won += Fraction(stands.units * _a_year(terms, kind, year), purchase.periods_year)
    return won + sum((_of_site(purchase, orders, site, kind, year) for site in purchase.sites), Fraction(0))


def _of_site(purchase: Purchase, orders: Sequence[Order], site: SiteRoom, kind: str, year: int) -> Fraction:
    """People of a site and the floor of its contract power, in a year in which something stands there."""
    won, used = Fraction(0), site.always_staffed and kind == "labour"
    floor = site.floors.get(year)
    if (kind == "labour" and not site.labour_won_year) or (kind == "opex" and floor is None):
        return Fraction(0)
    for period, each in enumerate(purchase.years):
        if each != year:
            continue
        units = {one.name: units_there(purchase, orders, one, site.name, period) for one in purchase.machines}
        used = used or any(units.values())
        watts = Fraction(sum(units[one.name] * one.power_w for one in purchase.machines) * site.pue_ppm, MICRO)
        if kind == "labour":
            won += site.labour_won_year
        elif floor is not None and watts < floor.power_w:
            won += (floor.power_w - watts) * floor.won_mw_year / MICRO
    return won / purchase.periods_year if used else Fraction(0)


def _saved(purchase: Purchase, gave: Relief, kind: Kind, year: int) -> Fraction:
    """What dark machines at least save: as if all of them stood where running them costs least."""
    won = Fraction(0)
    if kind == "capex":
        return won
    for (name, period), count in gave.dark.items():
        if purchase.years[period] == year:
            machine = purchase.machine(name)
            least = min(_a_year(terms, kind, year) for each in (machine.terms, *machine.later.values()) for terms in each.values())
            won += Fraction(count) * Fraction(least, machine.unit * purchase.periods_year)
    return won


def _price(machine: Machine, one: Order) -> Fraction:
    """What one buying unit of an order costs; what never arrives costs nothing."""
    never = machine.arrives.get(one.period, 0) is None
    return Fraction(0 if never else _terms(machine, one).capex_won * machine.price_ppm.get(one.period, MICRO), MICRO)


def _a_year(terms: Terms, kind: str, year: int) -> int:
    """Of a whole year, its electricity at the tariff of that year."""
    items = dict(terms.running_won_year)
    if year in terms.electricity_won:
        items["electricity"] = terms.electricity_won[year]
    return sum(amount for item, amount in items.items() if (item == "labour") == (kind == "labour"))


def _terms(machine: Machine, order: Order) -> Terms:
    """What the order costs by the prices of its period."""
    return machine.later[order.period][order.site] if order.period in machine.later else machine.terms[order.site]


def life_won(purchase: Purchase, orders: Sequence[Order]) -> int:
    """Everything that the orders, what stands there and the people of the sites cost, over the whole of the plan; with the least
    interest on what must be borrowed for it.
    """
    years = dict.fromkeys(purchase.years)
    kinds: tuple[Kind, ...] = ("capex", "opex", "labour")
    needs = {(kind, year): _need(purchase, orders, kind, year) for kind in kinds for year in years}
    interest = 0.0
    if purchase.loans:
        paid = {key: won for key, won in needs.items() if purchase.funded or key[0] == "capex"}
        interest = sum(payments(purchase, paid).interest.values())
    return round(sum(needs.values(), Fraction(0))) + round(interest)
