"""The purchase plan as a program of named rows: what is ordered when and for which site, what it serves, who pays.

Whole numbers only where they mean something: the buying units ordered. What is in service, drawn and served is continuous and follows
by one row per model and period, so that an order stands in two rows of each kind and not in one per period of its life.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from math import inf

from dure.ledger.finance import loan_due
from dure.model.purchases import KINDS, OPEX_FUNDED, BudgetLine, By, Kind, Loan, Machine, Purchase, ShareRule, SiteRoom
from dure.model.purchases import Terms as UnitTerms
from dure.model.units import MICRO
from dure.plan.purchase_part import OrderKey, Part, PurchaseProgram, Terms, may_stand_dark, missed_by, not_paid
from dure.plan.site_costs import add_sites, always_won, draw_matters, most_won, site_terms
from dure.solver import Program

COST_WEIGHT = 1e-4
"""What all the budgets together may count against all the demand together: cost decides only between plans that serve the same."""

LENT = 10_000
"""Scaled won in one unit of what is borrowed: so many that the interest on it is not too little for the solver to see."""
RUNNING: tuple[Kind, ...] = ("opex", "labour")
HALF_AN_ACCELERATOR = 0.5
"""What all the budgets together may count against the accelerators of the largest vendor."""


def build(purchase: Purchase, part: Part | None = None) -> PurchaseProgram:
    """The program of a question. Rows of money that are absent mean that nothing is limited: `funded` False leaves running costs out.

    With a part its rows and columns are added to the program there, after those of other cases.
    """
    if part is None:
        scale = money_scale(purchase)
        program = Program(purchase.name, maximise=purchase.goal == "served")
        made = PurchaseProgram(purchase, program, scale, cost_weight(purchase, scale))
    else:
        made = PurchaseProgram(purchase, part.program, part.scale_won, part.cost_weight, part)
    if part is None and purchase.goal == "cost":
        program.offset = float(anyway_won(purchase) / scale)
    _orders(made)
    _capacity(made)
    if made.gives is not None:
        may_stand_dark(made, made.gives, _last(made))
    _service(made)
    _power(made)
    add_sites(made)
    for kind in KINDS:
        if kind == "capex" or purchase.funded:
            _money(made, kind)
    _shares(made)
    _counts(made)
    _supply(made)
    if purchase.goal == "dependency":
        _largest_vendor(made)
    return made


def _largest_vendor(made: PurchaseProgram) -> None:
    """The number that no vendor's accelerators pass: what the objective makes small."""
    most = made.column("largest vendor", "accelerators", 1.0)
    for vendor in dict.fromkeys(one.vendor for one in made.purchase.machines):
        units = {one.name: one.unit for one in made.purchase.machines if one.vendor == vendor}
        sold = [(at, float(units[name])) for (name, _, _), at in made.orders.items() if name in units]
        made.row(f"largest vendor [{vendor}]", [*sold, (most, -1.0)], "accelerators", high=0.0)


def money_scale(purchase: Purchase) -> int:
    """A power of ten won that leaves budgets about five digits, so that rows stay well scaled whatever the currency."""
    largest = max((line.won for line in purchase.budgets), default=0)
    largest = largest or max((terms.capex_won for one in purchase.machines for terms in one.terms.values()), default=1)
    return int(10 ** max(0, len(str(largest)) - 5))


def cost_weight(purchase: Purchase, scale: int) -> float:
    if purchase.goal == "cost":
        return 1.0
    won = sum(line.won for line in purchase.budgets) / scale
    if purchase.goal == "dependency":
        return HALF_AN_ACCELERATOR / won if won else 0.0
    worth = sum(work.weight_micro / MICRO * sum(work.by_year.values()) for work in purchase.work)
    return COST_WEIGHT * worth / won if won else 0.0


def running_won(purchase: Purchase, machine: Machine, site: str, kind: Kind, bought: int, year: int) -> Fraction:
    """What one buying unit costs to run in one year, of one kind."""
    won = machine.terms_of(site, bought).won_in(kind, year)
    span = purchase.paid_for(machine, bought)
    return Fraction(won * _periods(purchase, year, span), purchase.periods_year)


def _periods(purchase: Purchase, year: int, span: range) -> int:
    """How many of some periods lie in a year; the periods of a plan stand in order of time."""
    first, last = bisect_left(purchase.years, year), bisect_right(purchase.years, year)
    return max(0, min(last, span.stop) - max(first, span.start))


def plan_running_won(purchase: Purchase, machine: Machine, site: str, bought: int) -> Fraction:
    """What one buying unit costs to run in the years of the plan, people with it."""
    years = _yearly(purchase, machine.terms_of(site, bought))
    return Fraction(sum(_running(purchase, purchase.paid_for(machine, bought), years).values()), purchase.periods_year)


def _yearly(purchase: Purchase, terms: UnitTerms) -> dict[tuple[Kind, int], int]:
    """What one buying unit costs to run in each whole year, by kind; a year in which nothing is due is left out."""
    years = range(purchase.years[0], purchase.years[-1] + 1)
    return {(kind, year): won for kind in RUNNING for year in years if (won := terms.won_in(kind, year))}


def _running(purchase: Purchase, span: range, yearly: Mapping[tuple[Kind, int], int]) -> dict[tuple[Kind, int], int]:
    """The same for the periods of its service: won times the periods of a year."""
    inside = range(purchase.years[span.start], purchase.years[span.stop - 1] + 1) if span else range(0)
    count = {year: _periods(purchase, year, span) for year in inside}
    return {key: won * count[key[1]] for key, won in yearly.items() if key[1] in count}


def _all_running(made: PurchaseProgram) -> dict[OrderKey, dict[tuple[Kind, int], int]]:
    """The same for every order there may be."""
    purchase, found = made.purchase, dict[OrderKey, dict[tuple[Kind, int], int]]()
    for one in purchase.machines:
        as_now = {site: _yearly(purchase, terms) for site, terms in one.terms.items()}
        for period in range(one.first, purchase.buying):
            span = purchase.paid_for(one, period)
            then = {site: _yearly(purchase, terms) for site, terms in one.later[period].items()} if period in one.later else as_now
            for site in one.terms:
                found[one.name, site, period] = _running(purchase, span, then[site])
    return found


def _orders(made: PurchaseProgram) -> None:
    purchase = made.purchase
    sign = -1.0 if purchase.goal == "served" else 1.0
    made.running = _all_running(made)
    for one in purchase.machines:
        enter: dict[int, list[int]] = {}
        leave: dict[int, list[int]] = {}
        for period in range(one.first, purchase.buying):
            span = purchase.in_service(one, period)
            if span:
                enter.setdefault(span.start, []).append(period)
                leave.setdefault(span.start + one.life, []).append(period)
        made.moves[one.name] = enter, leave
        for site in one.terms:
            for period in range(one.first, purchase.buying):
                won = sum(made.running[one.name, site, period].values())
                beyond = (one.paid_life or one.life) - len(purchase.paid_for(one, period))
                won += beyond * sum(one.terms_of(site, period).running_won_year.values()) if beyond else 0
                running = sign * made.cost_weight * (won / purchase.periods_year) / made.scale_won
                _order(made, one, (one.name, site, period), running, sign)


def _order(made: PurchaseProgram, one: Machine, key: OrderKey, running: float, sign: float) -> None:
    """The column of one order; one that is shared with other cases stands already, and one that never serves counts nothing."""
    _, site, period = key
    shared = made.part.shared.get(key) if made.part else None
    serves = bool(made.purchase.in_service(one, period))
    worth = running + sign * made.cost_weight * float(one.capex_won(site, period)) / made.scale_won if serves else 0.0
    drops = made.part.drops if made.part else None
    stands = drops is None or period < drops
    if shared is not None and stands:
        made.orders[key] = shared
        if worth:
            made.worth[shared] = worth
    elif serves:
        label = f"[{one.name}, {site}, {made.purchase.labels[period]}]"
        made.orders[key] = at = made.column(f"order {label}", f"{one.unit} accelerators", worth, integer=True)
        if shared is not None:
            made.row(f"no more than shared {label}", [(at, 1.0), (shared, -1.0)], "buying units", high=0.0)


def _last(made: PurchaseProgram) -> int:
    """The last period in which it matters what is in service."""
    if made.gives is not None:
        return len(made.purchase.years) - 1
    purchase = made.purchase
    asked = [at for at, year in enumerate(purchase.years) if any(work.by_year.get(year) for work in purchase.work)]
    return max((*asked, *(one.period for one in purchase.counts)), default=-1)


def _capacity(made: PurchaseProgram) -> None:
    """Accelerators in service: those of the period before, what arrives, less what has reached the end of its life."""
    purchase = made.purchase
    for one in purchase.machines:
        before: int | None = None
        for period in range(_last(made) + 1):
            label = purchase.labels[period]
            here = made.column(f"in service [{one.name}, {label}]", "accelerators")
            terms: Terms = [(here, 1.0)]
            stood, stands = (sum(purchase.standing_units(one.name, site, at) for site in one.terms) for at in (period - 1, period))
            constant = (stands - (stood if period else 0)) * one.unit
            if before is not None:
                terms.append((before, -1.0))
            for site in one.terms:
                terms += _changes(made, one, site, period, float(one.unit))
            made.row(f"enters service [{one.name}, {label}]", terms, "accelerators", constant, constant)
            made.in_service[one.name, period] = before = here


def _changes(made: PurchaseProgram, one: Machine, site: str, period: int, each: float) -> Terms:
    """What enters (counted against) and what leaves service in a period."""
    enter, leave = made.moves[one.name]
    found = []
    for bought, sign in (*((at, -1.0) for at in enter.get(period, ())), *((at, 1.0) for at in leave.get(period, ()))):
        at = made.orders.get((one.name, site, bought))
        if at is not None:
            found.append((at, sign * each))
    return found


def _service(made: PurchaseProgram) -> None:
    """Work is served by suitable machines at their speed, by no more of them than are in service, and no more of it than is asked for."""
    purchase = made.purchase
    used: dict[tuple[str, int], Terms] = {}
    gain = 1.0 / purchase.periods_year if purchase.goal == "served" else 0.0
    for work in purchase.work:
        for period in range(_last(made) + 1):
            asked = work.by_year.get(purchase.years[period], 0)
            if not asked:
                continue
            terms: Terms = []
            for one in purchase.machines:
                speed = one.speed_ppm.get(work.name)
                if speed:
                    name = f"served [{work.name}, {one.name}, {purchase.labels[period]}]"
                    at = made.column(name, "reference accelerators", gain * work.weight_micro / MICRO)
                    made.served[work.name, one.name, period] = at
                    terms.append((at, 1.0))
                    used.setdefault((one.name, period), []).append((at, MICRO / speed))
            rule = f"demand [{work.name}, {purchase.labels[period]}]"
            low = asked * work.least_ppm / MICRO if work.least_ppm else float("-inf")
            unit = "reference accelerators"
            missed = missed_by(made, rule, unit, 1 / purchase.periods_year) if work.least_ppm else []
            named = made.row(rule, [*terms, *missed], unit, low, asked)
            if work.least_ppm:
                made.rules[named] = _accelerator_won(made)
    for (name, period), terms in used.items():
        usable = -purchase.usable_of(purchase.machine(name)) / MICRO
        dark = [at for at in (made.dark.get((name, period)),) if at is not None]
        dark += [at for (machine, _, when), at in made.unpowered.items() if (machine, when) == (name, period)]
        off = [(at, -usable) for at in dark]
        row = f"busy [{name}, {purchase.labels[period]}]"
        made.row(row, [*terms, (made.in_service[name, period], usable), *off], "accelerators", high=0)


def _power(made: PurchaseProgram) -> None:
    """What a site draws, in MW with cooling, stays within what it may draw, as long as anything ordered here runs."""
    purchase = made.purchase
    machines = {one.name: one for one in purchase.machines}
    for site in purchase.sites:
        before: int | None = None
        for period in range(len(site.power_w)):
            if site.grid is None and all(one is None for one in site.power_w) and not draw_matters(site):
                break
            label = purchase.labels[period]
            here = made.draws[site.name, period] = made.column(f"power [{site.name}, {label}]", "MW")
            terms: Terms = [(here, 1.0)]
            if before is not None:
                terms.append((before, -1.0))
            for one in purchase.machines:
                if site.name in one.terms:
                    terms += _changes(made, one, site.name, period, _megawatts(one, site.pue_ppm))
            standing = [one for one in purchase.standing if one.site == site.name]
            change = sum(
                one.units * _megawatts(machines[one.machine], site.pue_ppm) * ((period < one.until) - (0 < period <= one.until))
                for one in standing
            )
            made.row(f"draws [{site.name}, {label}]", terms, "MW", change, change)
            _limits_of_power(made, site, period, here)
            before = here


def _limits_of_power(made: PurchaseProgram, site: SiteRoom, period: int, here: int) -> None:
    """What the site may draw, and while its grid-impact assessment is not passed how much below the threshold it stays."""
    cap, most = site.power_w[period], site.grid.most(period) if site.grid else None
    off = [
        (at, -_megawatts(one, site.pue_ppm) / one.unit)
        for one in made.purchase.machines
        if (at := made.unpowered.get((one.name, site.name, period))) is not None
    ]
    label = f"[{site.name}, {made.purchase.labels[period]}]"
    limits = [("site power", cap), ("grid impact", most if cap is None or (most is not None and most < cap) else None)]
    for rule, watts in limits:
        if watts is not None:
            made.rules[made.row(f"{rule} {label}", [(here, 1.0), *off], "MW", high=watts / MICRO)] = 1e10 / made.scale_won


def _megawatts(one: Machine, pue_ppm: int) -> float:
    return one.power_w * pue_ppm / MICRO / MICRO


def _money(made: PurchaseProgram, kind: Kind) -> None:
    """What is spent in a year is paid from its lines; what a line has left goes into the next year where it may."""
    purchase, scale = made.purchase, made.scale_won
    lines = _lines(purchase, kind)
    sources = list(dict.fromkeys(line.source for line in purchase.budgets if line.kind == kind))
    paying: dict[int, Terms] = {}
    for source in sources:
        carried: int | None = None
        for year in range(min(at for name, at in lines if name == source), purchase.all_years[-1] + 1):
            line = lines.get((source, year))
            if line is None and carried is None:
                continue
            label = f"{kind}, {source}, {year}"
            terms: Terms = [] if carried is None else [(carried, -1.0)]
            if year >= purchase.years[0]:
                lent = kind == "capex" and source in purchase.loans
                each = LENT if lent else 1
                paid = made.column(f"paid [{label}]", f"{scale * each} won", _interest_worth(made, source) if lent else 0.0)
                terms.append((paid, float(each)))
                if lent:
                    made.drawn[source, year] = paid
                paying.setdefault(year, []).append((paid, -float(each)))
            carried = made.column(f"carried [{label}]", f"{scale} won") if line is not None and line.carries else None
            terms += [] if carried is None else [(carried, 1.0)]
            rule = made.row(f"budget [{label}]", terms, f"{scale} won", high=(line.won if line else 0) / scale)
            made.rules[rule] = 1.0
    for year in purchase.all_years:
        spent, constant = _spent(made, kind, year)
        spent += _due(made, year) if kind == "opex" else []
        if spent or constant:
            terms = [*spent, *paying.get(year, []), *not_paid(made, kind, year, constant + most_won(purchase, kind, year))]
            rule = made.row(spending_rule(kind, year), terms, f"{scale} won", high=float(-constant / scale))
            made.rules[rule] = 1.0


def _lines(purchase: Purchase, kind: Kind) -> dict[tuple[str, int], BudgetLine]:
    """Money of a kind by source and year; several lines of one source and year are one, whose money carries over where any does."""
    found: dict[tuple[str, int], BudgetLine] = {}
    for line in purchase.budgets:
        if line.kind == kind:
            before = found.get((line.source, line.year))
            more = line if before is None else replace(line, won=before.won + line.won, carries=before.carries or line.carries)
            found[line.source, line.year] = more
    return found


def _interest_worth(made: PurchaseProgram, source: str) -> float:
    """What the interest on `LENT` scaled won borrowed counts in the objective."""
    sign = -1.0 if made.purchase.goal == "served" else 1.0
    return sign * made.cost_weight * LENT * float(interest_share(made.purchase, source))


def interest_share(purchase: Purchase, source: str) -> Fraction:
    """The interest that 1 borrowed costs until it is paid back; 0 where the source lends nothing."""
    loan = purchase.loans.get(source)
    if loan is None:
        return Fraction(0)
    return sum((_falls_due(loan, since)[0] for since in range(1, loan.years + 1)), Fraction(0))


def _falls_due(loan: Loan, since: int) -> tuple[Fraction, Fraction]:
    return loan_due(loan.rate_ppm, loan.years, loan.grace, since, level=loan.level)


def _due(made: PurchaseProgram, year: int) -> Terms:
    """Interest and principal of a year on whatever was borrowed before."""
    found = []
    for (source, drawn), at in made.drawn.items():
        due = sum(_falls_due(made.purchase.loans[source], year - drawn), Fraction(0))
        if due:
            found.append((at, float(due * LENT)))
    return found


def spending_rule(kind: Kind, year: int) -> str:
    """The row that says: what is spent on a kind in a year is paid for."""
    return (
        f"budget [capex, {year}]" if kind == "capex" else f"{OPEX_FUNDED} [{year}]" if kind == "opex" else f"{OPEX_FUNDED} [{kind}, {year}]"
    )


def _spent(made: PurchaseProgram, kind: Kind, year: int) -> tuple[Terms, Fraction]:
    """What a year costs: by order (in scaled won), and whatever is ordered (in won)."""
    made.spends = made.spends or _spends(made)
    terms = [*made.spends.get((kind, year), ()), *((at, float(won / made.scale_won)) for at, won in site_terms(made, kind, year))]
    return terms, Fraction(0) if kind == "capex" else standing_won(made.purchase, kind, year)


def _spends(made: PurchaseProgram) -> dict[tuple[Kind, int], Terms]:
    """What every order costs (in scaled won), by kind and year."""
    purchase, found = made.purchase, dict[tuple[Kind, int], Terms]()
    machines = {one.name: one for one in purchase.machines}
    whole = made.scale_won * purchase.periods_year
    for (name, site, period), at in made.orders.items():
        one = machines[name]
        paid = one.capex_won(site, period)
        if paid:
            found.setdefault(("capex", purchase.years[period]), []).append((at, paid / made.scale_won))
        for key, won in made.running[name, site, period].items():
            found.setdefault(key, []).append((at, won / whole))
    return found


def standing_won(purchase: Purchase, kind: Kind, year: int) -> Fraction:
    """What machines that are there anyway and the people of their sites cost in a year."""
    found = always_won(purchase, kind, year)
    for one in purchase.standing:
        won = purchase.machine(one.machine).terms[one.site].won_in(kind, year)
        periods = sum(at < one.until and each == year for at, each in enumerate(purchase.years))
        found += Fraction(won * one.units * periods, purchase.periods_year)
    return found


def anyway_won(purchase: Purchase) -> Fraction:
    """What is paid whatever is ordered, over the whole life: without it a cost would be told, and its gap taken, too small."""
    return sum((standing_won(purchase, kind, year) for kind in KINDS if kind != "capex" for year in purchase.all_years), Fraction(0))


def _shares(made: PurchaseProgram) -> None:
    for rule in made.purchase.shares:
        weighed = [(key[0], at, each) for key, at in made.orders.items() if (each := share_weight(made, rule.by, key))]
        for side, share, sign in (("least", rule.least_ppm, 1.0), ("most", rule.most_ppm, -1.0)):
            if share is None:
                continue
            terms = [(at, sign * each * ((name in rule.machines) - share / MICRO)) for name, at, each in weighed]
            name, unit = f"share [{rule.name}, at {side}]", _share_unit(made, rule)
            named = made.row(name, [*terms, *missed_by(made, name, unit)], unit, low=0)
            made.rules[named] = 1.0 if rule.by == "money" else _accelerator_won(made)


def _share_unit(made: PurchaseProgram, rule: ShareRule) -> str:
    return {"count": "accelerators", "capacity": "reference accelerators", "money": f"{made.scale_won} won"}[rule.by]


def share_weight(made: PurchaseProgram, by: By, key: OrderKey) -> float:
    """What one buying unit counts in a share, in the unit of its row."""
    name, site, period = key
    return made.purchase.machine(name).counts_as(by, site, period) / {"money": made.scale_won, "count": 1, "capacity": MICRO}[by]


def _counts(made: PurchaseProgram) -> None:
    for rule in made.purchase.counts:
        terms = [(made.in_service[one.name, rule.period], 1.0) for one in made.purchase.machines]
        name = f"count [{rule.name}]"
        low, high = -inf if rule.least is None else rule.least, inf if rule.most is None else rule.most
        missed = missed_by(made, name, "accelerators") if rule.least is not None else []
        made.rules[made.row(name, [*terms, *missed], "accelerators", low, high)] = _accelerator_won(made)


def _accelerator_won(made: PurchaseProgram) -> float:
    """What one accelerator costs on average, in scaled won: what a rule that gives one is reckoned at."""
    if made.accelerator_won is None:
        prices = [Fraction(terms.capex_won, one.unit) for one in made.purchase.machines for terms in one.terms.values()]
        made.accelerator_won = float(sum(prices, Fraction(0)) / len(prices) / made.scale_won) or 1.0
    return made.accelerator_won


def _supply(made: PurchaseProgram) -> None:
    for name, period, limit in _limits(made.purchase):
        one = made.purchase.machine(name)
        terms = [(at, float(one.unit)) for site in one.terms if (at := made.orders.get((name, site, period))) is not None]
        if terms:
            rule = made.row(f"supply [{name}, {made.purchase.labels[period]}]", terms, "accelerators", high=limit)
            made.rules[rule] = _accelerator_won(made)


def _limits(purchase: Purchase) -> Iterator[tuple[str, int, int]]:
    for one in purchase.machines:
        for period, limit in sorted(one.supply.items()):
            yield one.name, period, limit
