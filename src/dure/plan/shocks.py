"""Shocks put into a purchase question: what it becomes when they hold, the cases that are weighed, and the mean of these."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from dure.model.purchases import PPM, BudgetLine, Machine, Purchase, SiteRoom, Terms, Work
from dure.model.shocks import (
    BudgetShock,
    Case,
    DeliveryShock,
    DemandShock,
    Drawn,
    Effect,
    PowerShock,
    PriceShock,
    Shock,
    TechnologyShock,
)

PLANNED = "as planned"
PLANNED_KO = "계획대로"
NOT_DRAWN: Drawn = {}


def _times(value: int, factor_ppm: int) -> int:
    return round(Fraction(value * factor_ppm, PPM))


def shocked(purchase: Purchase, shock: Shock, drawn: Drawn = NOT_DRAWN) -> Purchase:
    """The question when a shock holds; `drawn` replaces factors that have a range, by the number of the effect."""
    for at, effect in enumerate(shock.effects):
        purchase = _with(purchase, shock, effect, drawn.get(str(at)))
    return purchase


def _with(purchase: Purchase, shock: Shock, effect: Effect, drawn: int | None) -> Purchase:
    if isinstance(effect, PriceShock):
        factor = effect.factor_ppm(effect.times_ppm if drawn is None else drawn)
        return _machines(purchase, effect.machines, lambda one: _dearer(purchase, one, shock, factor))
    if isinstance(effect, DeliveryShock):
        longer = _lengthened(purchase, _longest_wait(purchase, shock, effect))
        return _machines(longer, effect.machines, lambda one: _late(longer, one, shock, effect))
    if isinstance(effect, DemandShock):
        return replace(purchase, work=tuple(_asked(purchase, one, shock, effect, drawn) for one in purchase.work))
    if isinstance(effect, BudgetShock):
        return replace(purchase, budgets=tuple(_funded(one, effect, drawn) for one in purchase.budgets))
    if isinstance(effect, PowerShock):
        return replace(purchase, sites=tuple(_fed(one, shock, effect) for one in purchase.sites))
    return _invented(purchase, shock, effect)


def _machines(purchase: Purchase, named: frozenset[str], change: Callable[[Machine], Machine]) -> Purchase:
    return replace(purchase, machines=tuple(change(one) if one.name in named else one for one in purchase.machines))


def _dearer(purchase: Purchase, one: Machine, shock: Shock, factor_ppm: int) -> Machine:
    prices = dict(one.price_ppm)
    for period in range(shock.begins, min(shock.ends, purchase.buying)):
        prices[period] = _times(prices.get(period, PPM), factor_ppm)
    return replace(one, price_ppm=prices)


def _late(purchase: Purchase, one: Machine, shock: Shock, effect: DeliveryShock) -> Machine:
    arrives = dict(one.arrives)
    for period in range(purchase.buying):
        due = one.arrival(period)
        if due is not None and shock.begins <= due < shock.ends:
            then = shock.ends if effect.late is None else due + effect.late
            arrives[period] = then if then < len(purchase.years) else None
    return replace(one, arrives=arrives)


def _longest_wait(purchase: Purchase, shock: Shock, effect: DeliveryShock) -> int:
    """By how many periods lives end later than anybody planned; what waits until the end of time never comes."""
    if effect.late is not None:
        return effect.late
    if shock.ends >= len(purchase.years):
        return 0
    ends = [shock.ends + (one.paid_life or one.life) for one in purchase.machines if one.name in effect.machines]
    return max(0, max(ends, default=0) - len(purchase.years))


def _lengthened(purchase: Purchase, periods: int) -> Purchase:
    """Whole years more at the end, so that what comes late is run and paid for to the end of its life."""
    each = purchase.periods_year
    names = {4: "-Q", 2: "-H"}.get(each)
    years, labels = list(purchase.years), list(purchase.labels)
    for _ in range(-(-periods // each)):
        year = years[-1] + 1
        years += [year] * each
        labels += [f"{year}{names}{n + 1}" if names else str(year) for n in range(each)]
    more = len(years) - len(purchase.years)
    sites = tuple(replace(one, power_w=one.power_w + (one.power_w[-1],) * more) for one in purchase.sites)
    return replace(purchase, years=tuple(years), labels=tuple(labels), sites=sites)


def _asked(purchase: Purchase, one: Work, shock: Shock, effect: DemandShock, drawn: int | None) -> Work:
    """Demand changes in the whole years that the shock reaches into."""
    if one.name not in effect.work:
        return one
    reached = {purchase.years[at] for at in range(shock.begins, min(shock.ends, len(purchase.years)))}
    times = effect.times_ppm if drawn is None else drawn
    return replace(one, by_year={year: _times(count, times) if year in reached else count for year, count in one.by_year.items()})


def _funded(line: BudgetLine, effect: BudgetShock, drawn: int | None) -> BudgetLine:
    if line.kind not in effect.kinds or line.year not in effect.years:
        return line
    return replace(line, won=_times(line.won, effect.times_ppm if drawn is None else drawn))


def _fed(site: SiteRoom, shock: Shock, effect: PowerShock) -> SiteRoom:
    """What a site would get while the shock lasts comes later; what it has already stays."""
    if site.name not in effect.sites:
        return site
    steps = list(site.power_w)
    for at in range(max(1, shock.begins), len(steps)):
        before, planned = steps[at - 1], site.power_w[at - effect.late] if at >= effect.late else site.power_w[0]
        promised = site.power_w[at]
        if promised is not None and before is not None and at < shock.ends + effect.late:
            steps[at] = min(promised, max(before, planned if planned is not None else promised))
    return replace(site, power_w=tuple(steps))


def _invented(purchase: Purchase, shock: Shock, effect: TechnologyShock) -> Purchase:
    like = purchase.machine(effect.like)

    def other(terms: Mapping[str, Terms]) -> dict[str, Terms]:
        found = {}
        for site, one in terms.items():
            running = {item: _times(won, effect.power_ppm) if item == "electricity" else won for item, won in one.running_won_year.items()}
            by_year = {year: _times(won, effect.power_ppm) for year, won in one.electricity_won.items()}
            found[site] = Terms(_times(one.capex_won, effect.price_ppm), running, by_year)
        return found

    new = replace(
        like,
        name=effect.name,
        terms=other(like.terms),
        later={period: other(terms) for period, terms in like.later.items()},
        first=max(like.first, shock.begins),
        power_w=_times(like.power_w, effect.power_ppm),
        speed_ppm={work: _times(speed, effect.speed_ppm) for work, speed in like.speed_ppm.items()},
    )
    shares = tuple(replace(rule, machines=rule.machines | {new.name}) if like.name in rule.machines else rule for rule in purchase.shares)
    return replace(purchase, machines=(*purchase.machines, new), shares=shares)


def case(
    base: Purchase,
    held: Sequence[Shock],
    probability: Fraction,
    names: tuple[str, str] = ("", ""),
    drawn: Mapping[str, Drawn] | None = None,
) -> Case:
    """The case in which these shocks hold together, one put in after the other."""
    purchase, sites = base, set()
    for shock in held:
        purchase = shocked(purchase, shock, (drawn or {}).get(shock.name, NOT_DRAWN))
        if any(isinstance(one, (DeliveryShock, PowerShock)) for one in shock.effects):
            sites |= {one.name for one in base.sites if any(cap is not None for cap in one.power_w)}
    english = names[0] or " + ".join(one.name for one in held) or PLANNED
    korean = names[1] or " + ".join(one.name_ko for one in held) or PLANNED_KO
    begins = min((one.begins for one in held), default=0)
    drops = min((one.begins for one in held if any(_of_price(effect) for effect in one.effects)), default=None)
    return Case(english, korean, probability, purchase, tuple(one.name for one in held), not held, begins, drops, frozenset(sites))


def _of_price(effect: Effect) -> bool:
    return isinstance(effect, PriceShock) or (isinstance(effect, BudgetShock) and "capex" in effect.kinds)


def named_cases(base: Purchase, shocks: Iterable[Shock]) -> tuple[Case, ...]:
    """Each shock by itself at its probability, and the plan as planned for the rest."""
    found = [case(base, (one,), Fraction(one.probability_ppm, PPM)) for one in shocks if one.probability_ppm]
    rest = 1 - sum((one.probability for one in found), Fraction(0))
    return (case(base, (), rest), *found) if rest > 0 else tuple(found)


def sampled_cases(base: Purchase, shocks: Sequence[Shock], draws: int, seed: int) -> tuple[Case, ...]:
    """So many cases of equal weight: each shock holds or not by its own probability, factors with a range are drawn from it evenly.

    What draw n finds for a shock depends on the seed, the names and n alone: more draws, or another order of the shocks, change nothing
    of it. Draws that find the same are one case of their weight together.
    """
    found: dict[tuple[tuple[str, tuple[tuple[str, int], ...]], ...], list[int]] = {}
    order = sorted(shocks, key=lambda one: one.name)
    for n in range(draws):
        held = tuple((one.name, tuple(_factors(one, seed, n).items())) for one in order if _holds(one, seed, n))
        found.setdefault(held, []).append(n)
    by_name = {one.name: one for one in shocks}
    cases = []
    for key, times in found.items():
        held_shocks = [by_name[name] for name, _ in key]
        drawn = {name: dict(factors) for name, factors in key}
        label = f"{times[0] + 1}: " if any(drawn.values()) else ""
        one = case(base, held_shocks, Fraction(len(times), draws), drawn=drawn)
        cases.append(replace(one, name=label + one.name, name_ko=label + one.name_ko))
    return tuple(cases)


def _holds(shock: Shock, seed: int, n: int) -> bool:
    return bool(shock.probability_ppm) and uniform(seed, shock.name, "holds", n) < Fraction(shock.probability_ppm or 0, PPM)


def _factors(shock: Shock, seed: int, n: int) -> dict[str, int]:
    found = {}
    for at, effect in enumerate(shock.effects):
        reach = getattr(effect, "range_ppm", None)
        if reach is not None:
            low, high = reach
            found[str(at)] = low + int((high - low) * uniform(seed, shock.name, f"factor {at}", n))
    return found


def uniform(seed: int, name: str, what: str, n: int) -> Fraction:
    """A number in [0, 1) that depends on nothing but its arguments."""
    digest = hashlib.sha256(f"{seed}\x1f{name}\x1f{what}\x1f{n}".encode()).digest()
    return Fraction(int.from_bytes(digest[:8], "big"), 2**64)


def mean_case(cases: Sequence[Case]) -> Case:
    """One case whose prices, demand, money, power and deliveries are the means of all: what a plan that forgets the spread is made for.

    A machine that is there in less than half of the weight is not there; one that fails to come in half of it never comes.
    """
    whole = sum((one.probability for one in cases), Fraction(0))
    longest = max((one.purchase for one in cases), key=lambda one: len(one.years))
    weighed = [(one.probability / whole, one.purchase) for one in cases]
    names = dict.fromkeys(machine.name for _, asked in weighed for machine in asked.machines)
    machines = [one for name in names if (one := _mean_machine(name, weighed)) is not None]
    kept = {one.name for one in machines}
    rules: dict[str, frozenset[str]] = {}
    for _, asked in weighed:
        for rule in asked.shares:
            rules[rule.name] = rules.get(rule.name, frozenset()) | rule.machines
    purchase = replace(
        longest,
        machines=tuple(machines),
        work=tuple(_mean_work(at, weighed) for at in range(len(longest.work))),
        budgets=tuple(
            replace(line, won=_mean([(p, asked.budgets[at].won) for p, asked in weighed])) for at, line in enumerate(longest.budgets)
        ),
        sites=tuple(_mean_site(at, weighed, len(longest.years)) for at in range(len(longest.sites))),
        shares=tuple(replace(rule, machines=rules[rule.name] & kept) for rule in longest.shares),
    )
    planned = all(one.planned for one in cases)
    sites = frozenset(site for one in cases for site in one.dark_sites)
    drops = min((one.drops for one in cases if one.drops is not None), default=None)
    return Case("mean", "평균", Fraction(1), purchase, (), planned, min(one.begins for one in cases), drops, sites)


def _mean(parts: Iterable[tuple[Fraction, int]]) -> int:
    return round(sum((weight * value for weight, value in parts), Fraction(0)))


def _mean_machine(name: str, weighed: Sequence[tuple[Fraction, Purchase]]) -> Machine | None:
    found = [(weight, one) for weight, asked in weighed for one in asked.machines if one.name == name]
    there = sum((weight for weight, _ in found), Fraction(0))
    if there * 2 < 1:
        return None
    first, arrives, buying = found[0][1], {}, weighed[0][1].buying
    for period in range(buying):
        due = [(weight, one.arrival(period)) for weight, one in found]
        known = [(weight, at) for weight, at in due if at is not None]
        comes = sum((weight for weight, _ in known), Fraction(0))
        if any(at != period + first.lead for _, at in due):
            arrives[period] = _mean([(weight / comes, at) for weight, at in known]) if comes * 2 > there else None
    prices = {period: _mean([(weight / there, one.price_ppm.get(period, PPM)) for weight, one in found]) for period in range(buying)}
    return replace(first, arrives=arrives, price_ppm={at: price for at, price in prices.items() if price != PPM})


def _mean_work(at: int, weighed: Sequence[tuple[Fraction, Purchase]]) -> Work:
    first = weighed[0][1].work[at]
    return replace(first, by_year={year: _mean((p, asked.work[at].by_year[year]) for p, asked in weighed) for year in first.by_year})


def _mean_site(at: int, weighed: Sequence[tuple[Fraction, Purchase]], periods: int) -> SiteRoom:
    first = weighed[0][1].sites[at]
    steps: list[int | None] = []
    for period in range(periods):
        caps = [(p, asked.sites[at].power_w[min(period, len(asked.sites[at].power_w) - 1)]) for p, asked in weighed]
        steps.append(None if any(cap is None for _, cap in caps) else _mean([(p, cap) for p, cap in caps if cap is not None]))
    return replace(first, power_w=tuple(steps))
