"""The grid-impact rule, borrowed money and the rules of a purchase plan by name: tables and sentences of `dure plan run`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dure.model.purchases import Order, Purchase, SiteRoom
from dure.plan.paying import Payments
from dure.plan.spending import borrowed
from dure.plan.whole_units import Value
from dure.present.purchase_stack import WATTS, power_drawn
from dure.present.rule_names import period_words
from dure.present.tables import Cell, Column, Table, Word
from dure.present.words import Words


def grid_reached(purchase: Purchase, orders: Sequence[Order]) -> dict[str, tuple[int, int] | None]:
    """By site under the rule: the first period in which what is ordered brings it to the threshold and the W drawn then, or None."""
    found: dict[str, tuple[int, int] | None] = {}
    drawn = {(one.site, one.period): one.watts for one in power_drawn(purchase, orders)}
    before = {(one.site, one.period): one.watts for one in power_drawn(purchase, ())}
    for site in purchase.sites:
        if site.grid is None:
            continue
        at = [
            (period, watts)
            for (name, period), watts in sorted(drawn.items())
            if name == site.name and watts >= site.grid.threshold_w and watts > before.get((name, period), 0)
        ]
        found[site.name] = at[0] if at else None
    return found


def grid_sentences(purchase: Purchase, orders: Sequence[Order], say: Words) -> Iterator[str]:
    reached = grid_reached(purchase, orders)
    rules = [one.grid for one in purchase.sites if one.grid is not None]
    if not rules or not orders:
        return
    threshold = f"{rules[0].threshold_w / WATTS:g}"
    said = [_site_says(site, purchase, reached[site.name], say) for site in purchase.sites if reached.get(site.name)]
    yield say("buy.grid_says", mw=threshold, sites=", ".join(said)) if said else say("buy.grid_none", mw=threshold)


def _site_says(site: SiteRoom, purchase: Purchase, at: tuple[int, int] | None, say: Words) -> str:
    assert at is not None
    assert site.grid is not None
    name, period = say.name(site.name, "site"), period_words(purchase.labels[at[0]], say)
    if site.grid.days is None:
        return say("buy.grid_site", site=name, period=period)
    return say("buy.grid_site_days", site=name, period=period, days=site.grid.days)


def grid_table(purchase: Purchase, orders: Sequence[Order], word: Word, say: Words) -> Table:
    reached, rows = grid_reached(purchase, orders), []
    for site in purchase.sites:
        if site.grid is None:
            continue
        at = reached.get(site.name)
        opens = next((period for period in range(len(purchase.years)) if site.grid.most(period) is None), None)
        label = None if at is None else purchase.labels[at[0]]
        opened = None if opens is None else purchase.labels[opens]
        rows.append(
            (
                Cell(site.name, say.name(site.name, "site")),
                Cell(site.grid.threshold_w / WATTS, f"{site.grid.threshold_w / WATTS:g}"),
                Cell(opened, say("buy.grid_closed") if opened is None else period_words(opened, say)),
                Cell(label, say("buy.grid_never") if label is None else period_words(label, say)),
                Cell(None if at is None else at[1] / WATTS, "–" if at is None else f"{at[1] / WATTS:,.1f}"),
                Cell(site.grid.days, say.count(site.grid.days)),
            )
        )
    columns = (
        Column("site", say("buy.column.site"), number=False),
        Column("threshold_mw", f"{say('buy.column.threshold')} MW"),
        Column("opens", say("buy.column.opens"), number=False),
        Column("first", say("buy.column.first"), number=False),
        Column("reached_mw", f"{say('buy.column.reached')} MW"),
        Column("days", say("buy.column.days")),
    )
    return Table("grid", say("buy.grid"), columns, tuple(rows), word)


def debts(purchase: Purchase, orders: Sequence[Order]) -> Payments | None:
    """What is drawn and falls due; None where nothing is lent or nothing bought."""
    return borrowed(purchase, orders) if purchase.loans and orders else None


def loan_sentences(purchase: Purchase, made: Payments | None, say: Words) -> Iterator[str]:
    for source, drawn, interest in borrowed_sums(purchase, made):
        assert made is not None
        last = max(year for of, year in made.principal if of == source)
        name = say.get(f"rule.source.{source}", source)
        yield say("buy.loans_say", source=name[:1].upper() + name[1:], drawn=say.won(drawn), interest=say.won(interest), last=str(last))


def borrowed_sums(purchase: Purchase, made: Payments | None) -> tuple[tuple[str, int, int], ...]:
    """By source that lends: won drawn, and interest over the whole loan."""
    found = []
    for source in purchase.loans if made else ():
        assert made is not None
        drawn, interest = (round(sum(won for (of, _), won in sums.items() if of == source)) for sums in (made.drawn, made.interest))
        if drawn:
            found.append((source, drawn, interest))
    return tuple(found)


def loans_table(purchase: Purchase, made: Payments | None, word: Word, say: Words) -> Table:
    rows = []
    for source in purchase.loans if made else ():
        assert made is not None
        owed = 0.0
        for year in purchase.all_years:
            drawn, interest, back = (found.get((source, year), 0.0) for found in (made.drawn, made.interest, made.principal))
            owed += drawn - back
            if drawn or interest or back:
                money = (round(one) for one in (drawn, interest, back, max(0.0, owed)))
                texts = (Cell(year, str(year)), Cell(source, say.get(f"rule.source.{source}", source)))
                rows.append((*texts, *(Cell(won, say.won(won)) for won in money)))
    columns = (
        Column("year", say("buy.column.year")),
        Column("source", say("buy.column.source"), number=False),
        *(Column(f"{name}_won", say(f"buy.column.{key}")) for name, key in _MONEY),
    )
    return Table("loans", say("buy.loans"), columns, tuple(rows), word)


_MONEY = (("drawn", "drawn_won"), ("interest", "interest"), ("principal", "principal"), ("owed", "owed"))


def rules_table(purchase: Purchase, values: Sequence[Value], word: Word, say: Words, refused_by: Sequence[str] = ()) -> Table:
    """Every kind of rule, with its unit, how many limits it sets and how many of them hold the plan back; of one that refuses the plan
    that it does.
    """
    bind = [one.rule.split(" [")[0] for one in values]
    asked = sum(bool(work.by_year.get(year)) for work in purchase.work for year in purchase.years)
    counted = (
        ("budget", "won", sum(one.kind == "capex" for one in purchase.budgets)),
        ("opex_funded", "won", len(purchase.all_years) if purchase.funded else 0),
        ("site power", "MW", sum(one is not None for site in purchase.sites for one in site.power_w)),
        ("grid impact", "MW", sum(one is not None for site in purchase.sites if site.grid for one in site.grid.most_w)),
        ("share", "share", sum(end is not None for one in purchase.shares for end in (one.least_ppm, one.most_ppm))),
        ("count", "accelerators", len(purchase.counts)),
        ("supply", "accelerators", sum(len(one.supply) for one in purchase.machines)),
        ("demand", "reference", asked),
        ("busy", "accelerators", len(purchase.machines) * len(purchase.years)),
        ("units", "units", len(purchase.machines)),
    )
    rows = tuple(
        (
            Cell(rule, say(f"buy.rule.{rule}")),
            Cell(unit, say(f"buy.rule_unit.{unit}")),
            Cell(limits, say.count(limits)),
            Cell(bind.count(rule), say("buy.rule_refuses") if rule in refused_by else say.count(bind.count(rule))),
        )
        for rule, unit, limits in counted
        if limits
    )
    columns = (
        Column("rule", say("buy.column.rule"), number=False),
        Column("unit", say("buy.column.unit"), number=False),
        Column("limits", say("buy.column.limits")),
        Column("binding", say("buy.column.binding")),
    )
    return Table("rules", say("buy.rules"), columns, rows, word)
