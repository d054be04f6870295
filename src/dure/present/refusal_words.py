"""A refused purchase plan in words: why in one sentence, then the ways out by what they cost; and the same as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dure.model.purchases import Missing, Order, Purchase, Served
from dure.plan.elastic import Given
from dure.plan.purchase import WHOLE_UNITS, Planned, Refusal
from dure.plan.spending import borrowed, spent
from dure.plan.ways_out import WAY_GAP, Way
from dure.plan.work_bound import work_asked, work_served
from dure.present.numbers import Lang
from dure.present.rule_names import Give, gives_words, rules_words
from dure.present.tables import Cell, Column, Table, Word
from dure.present.words import Words
from dure.solver import Status


@dataclass(frozen=True, slots=True)
class Remedy:
    """One way out: its sentence, and what a table says of it; None where that is not known or makes no sense."""

    name: str
    said: str
    won: int | None = 0
    least_won: int | None = None
    missing: tuple[Missing, ...] = ()
    orders: tuple[Order, ...] = ()
    served: tuple[Served, ...] | None = None


def by_year(missing: Sequence[Missing]) -> dict[int, int]:
    """Won of all kinds, by year."""
    found: dict[int, int] = {}
    for one in missing:
        found[one.year] = found.get(one.year, 0) + one.won
    return found


def refusal_sentences(planned: Planned, say: Words) -> list[str]:
    """What refuses the plan, and every way out, the cheapest first."""
    refusal = planned.refusal
    if refusal is None:
        return []
    found = [_why(planned, refusal, say)] if refusal.missing else list(_conflict(planned, refusal, say))
    if refusal.money is not None and refusal.money.whole_only:
        found.append(say("refusal.whole_only", units=_units(planned.purchase)))
    ways = remedies(planned, say)
    if ways:
        found.append(say("refusal.ways"))
    found += [say("refusal.way", n=at, way=one.said) for at, one in enumerate(ways, 1)]
    if _buys_nothing(refusal):
        found.append(say("refusal.fund_nothing"))
    found += [say("refusal.timed")] if refusal.timed else []
    return [*found, *_no_way(planned, refusal, say), *_wanted_by_year(planned, refusal, say)]


def _buys_nothing(refusal: Refusal) -> bool:
    """Whether the money there is pays for no plan at all, which is no remedy."""
    return refusal.fundable is not None and not refusal.fundable.broken and not refusal.fundable.chosen.orders


def _wanted_by_year(planned: Planned, refusal: Refusal, say: Words) -> Iterator[str]:
    """The schedule of the plan that is wanted, one line a year; the orders one by one are shown on demand."""
    purchase, orders = planned.purchase, planned.chosen.orders
    if not refusal.missing or not orders:
        return
    yield say("refusal.wanted_orders")
    for year in sorted({purchase.years[one.period] for one in orders}):
        mine = [one for one in orders if purchase.years[one.period] == year]
        yield say("refusal.wanted_year", year=str(year), units=_accelerators(purchase, mine), won=say.won(_capex(purchase, mine)))


def _why(planned: Planned, refusal: Refusal, say: Words) -> str:
    purchase, orders = planned.purchase, planned.chosen.orders
    costs: dict[int, int] = {}
    for (kind, year), won in spent(purchase, orders).items():
        if kind != "capex":
            costs[year] = costs.get(year, 0) + won
    owed = borrowed(purchase, orders) if purchase.loans else None
    for year in purchase.all_years if owed else ():
        assert owed is not None
        costs[year] = costs.get(year, 0) + round(owed.due(year))
    costs = {year: won for year, won in costs.items() if won}
    need, lacks = sum(costs.values()), by_year(refusal.missing)
    worst = max(lacks, key=lambda year: lacks[year])
    units = _accelerators(purchase, orders)
    what = say("refusal.bought", units=units, won=say.won(_capex(purchase, orders))) if orders else say("refusal.stands")
    span = _span(min(costs), max(costs), say)
    it = say("refusal.it" if orders else "refusal.what_stands")
    if sum(lacks.values()) >= need:
        return say("refusal.none_paid", what=what, need=say.won(need), it=it, span=span)
    most = say("refusal.most", most=say.won(lacks[worst]), worst=str(worst)) if len(lacks) > 1 else ""
    return say("refusal.part_paid", what=what, need=say.won(need), it=it, span=span, won=say.won(sum(lacks.values())), most=most)


def _conflict(planned: Planned, refusal: Refusal, say: Words) -> Iterator[str]:
    if refusal.rules == (WHOLE_UNITS,):
        yield say("refusal.whole_units", units=_units(planned.purchase))
        return
    rules = [rule for rule in refusal.rules if not _said_by_its_lines(rule, refusal.rules)]
    yield say("refusal.rules", rules=", ".join(rules_words(rules, say, works(planned.purchase, say))))
    if not refusal.irreducible:
        yield say("refusal.not_irreducible")


def _said_by_its_lines(rule: str, rules: Sequence[str]) -> bool:
    """Whether this is the sum of a year's money whose budget lines are named as well: one rule has one name."""
    kind = rule.removeprefix("budget [").split(",")[0]
    return rule.startswith("budget [") and rule.count(",") == 1 and any(one.startswith(f"budget [{kind},") and one != rule for one in rules)


def remedies(planned: Planned, say: Words) -> list[Remedy]:
    """Ways out that were found: first those without more money, and among the others what keeps the most of the wanted work."""
    refusal = planned.refusal
    assert refusal is not None
    found = [*_without_money(planned, refusal, say)]
    wanted = sum(one.won for one in refusal.missing)
    if refusal.money is not None:
        found += _money(planned, refusal.money, say)
    if refusal.missing and not (found and found[-1].won is not None and found[-1].won >= wanted):
        said = say("refusal.fund_wanted", won=say.won(wanted), span=_each_year(refusal.missing, say))
        found.append(Remedy("wanted", said, wanted, None, refusal.missing, planned.chosen.orders, planned.chosen.served))
    return sorted(found, key=lambda one: (one.name in ("money", "wanted"), one.won is None, -(_work_share(planned, one.served) or 0.0)))


def _without_money(planned: Planned, refusal: Refusal, say: Words) -> Iterator[Remedy]:
    able, fewer = refusal.fundable, refusal.fewer
    if able is not None and not able.broken:
        chosen = able.chosen
        if chosen.orders:
            units, won = _accelerators(planned.purchase, chosen.orders), say.won(_capex(planned.purchase, chosen.orders))
            work = _work(planned, chosen.served, say)
            yield Remedy(
                "fundable",
                say("refusal.fundable", units=units, won=won, work=work, gap=say.percent(chosen.gap, 2)),
                orders=chosen.orders,
                served=chosen.served,
            )
    if fewer is None or not fewer.found or (able is not None and not able.chosen.orders and not fewer.orders):
        return
    proven = fewer.gap is not None and fewer.gap <= WAY_GAP
    key = ("rules_give" if refusal.missing else "out") + ("" if proven else "_late")
    gives = _gives(fewer.gives, planned, say) + (_work(planned, fewer.served, say) if fewer.orders else "")
    said = say(f"refusal.{key}", gives=gives, near=_near(fewer, say), gap=say.percent(fewer.gap))
    yield Remedy("rules", said, None, None, (), fewer.orders, fewer.served)


def _money(planned: Planned, way: Way, say: Words) -> Iterator[Remedy]:
    if way.found and way.won is not None:
        near = way.gap is not None and way.gap <= WAY_GAP
        purchase = planned.purchase
        buys = say("refusal.buys_nothing")
        if way.orders:
            buys = say("refusal.buys", units=_accelerators(purchase, way.orders), won=say.won(_capex(purchase, way.orders)))
        said = say(
            "refusal.fund_least" if near else "refusal.fund_between",
            won=say.won(way.won),
            least=say.won(way.bound_won or 0),
            span=_each_year(way.missing, say),
            buys=buys,
            work=_work(planned, way.served, say) if way.orders else "",
            near=_near(way, say),
        )
        yield Remedy("money", said, way.won, way.bound_won, way.missing, way.orders, way.served)
    elif way.status is Status.UNKNOWN and way.continuous_won is not None:
        yield Remedy("money", say("refusal.fund_unknown", least=say.won(way.bound_won or 0)), None, way.bound_won)


def _no_way(planned: Planned, refusal: Refusal, say: Words) -> Iterator[str]:
    for way, key in ((refusal.money, "refusal.no_money"), (refusal.fewer, "refusal.no_rules")):
        if way is None:
            continue
        if way.broken:
            rules = rules_words((one.rule for one in way.broken[:5]), say, works(planned.purchase, say))
            yield say("refusal.unchecked", rules=", ".join(rules))
        elif way.status is Status.INFEASIBLE:
            yield say(key)
        elif way is refusal.fewer and way.status is Status.UNKNOWN:
            yield say("refusal.no_time")


def _near(way: Way, say: Words) -> str:
    return "" if way.status is Status.OPTIMAL or not way.gap else say("refusal.near", gap=say.percent(way.gap, 3))


def _each_year(missing: Sequence[Missing], say: Words) -> str:
    lacks = by_year(missing)
    if not lacks:
        return ""
    if len(lacks) == 1:
        return say("refusal.in_year", year=str(next(iter(lacks))))
    worst, first, last = max(lacks, key=lambda year: lacks[year]), min(lacks), max(lacks)
    each, most = say.won(sum(lacks.values()) // (last - first + 1)), say.won(lacks[worst])
    return say("refusal.yearly", first=str(first), last=str(last), each=each, most=most, worst=str(worst))


def _span(first: int, last: int, say: Words) -> str:
    return say("refusal.in_year", year=str(first)) if first == last else say("refusal.years", first=str(first), last=str(last))


def _units(purchase: Purchase) -> str:
    return " / ".join(f"{unit:,}" for unit in sorted({one.unit for one in purchase.machines}))


def _accelerators(purchase: Purchase, orders: Sequence[Order]) -> int:
    return sum(one.units * purchase.machine(one.machine).unit for one in orders)


def _capex(purchase: Purchase, orders: Sequence[Order]) -> int:
    return sum(one.units * purchase.machine(one.machine).capex_won(one.site, one.period) for one in orders)


def _work_share(planned: Planned, served: Sequence[Served] | None) -> float | None:
    wanted = work_served(planned.purchase, planned.chosen.served)
    return None if served is None or not wanted else work_served(planned.purchase, served) / wanted


def _work(planned: Planned, served: Sequence[Served], say: Words) -> str:
    """The share of the work that is wanted; where no plan of that is known, of the work that is asked for."""
    share = _work_share(planned, served)
    if share is not None:
        return say("refusal.work_share", share=say.percent(share))
    asked = work_asked(planned.purchase)
    return say("refusal.asked_share", share=say.percent(work_served(planned.purchase, served) / asked)) if asked else ""


def works(purchase: Purchase, say: Words) -> dict[str, str]:
    """Classes of work by the name that a person reads."""
    return {one.name: one.name_ko if say.lang is Lang.KO else one.name for one in purchase.work}


def _gives(gives: Sequence[Given], planned: Planned, say: Words) -> str:
    scale = planned.scale_won
    units = {one.unit: "" if one.unit.endswith(" won") else say(f"buy.unit.{one.unit}") for one in gives}

    def amount(value: float, unit: str) -> str:
        return say.won(round(value * scale)) if unit.endswith(" won") else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.3g}"

    asked: Mapping[str, str] = works(planned.purchase, say)
    return ", ".join(gives_words([Give(one.row, one.side, one.amount, one.unit) for one in gives], units, amount, say, asked))


def ways_table(planned: Planned, say: Words, word: Word) -> Table:
    """Every way out beside the others; without rows where the plan is not refused."""
    purchase, rows = planned.purchase, []
    for one in remedies(planned, say) if planned.refusal is not None else ():
        lacks, share = by_year(one.missing), _work_share(planned, one.served)
        most = max(lacks.values(), default=None)
        units, capex = _accelerators(purchase, one.orders), _capex(purchase, one.orders)
        rows.append(
            (
                Cell(one.name, say(f"refusal.name.{one.name}")),
                *(Cell(won, say.unknown if won is None else say.won(won)) for won in (one.won, one.least_won, most)),
                Cell(units, say.count(units)),
                Cell(capex, say.won(capex)),
                Cell(share, say.percent(share)),
            )
        )
    columns = (
        Column("way", say("refusal.column.way"), number=False),
        Column("more_won", say("refusal.column.more")),
        Column("least_won", say("refusal.column.least"), optional=True),
        Column("most_won", say("refusal.column.most"), optional=True),
        Column("accelerators", say("buy.column.accelerators")),
        Column("capex_won", say("buy.column.capex")),
        Column("work_share", say("refusal.column.work"), optional=True),
    )
    return Table("ways", say("refusal.table"), columns, tuple(rows), word)
