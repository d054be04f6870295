"""A purchase plan as tables, sentences and plain values: the same for the page, the terminal and JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from dure.model.purchases import Assumed, By, Missing, Purchase
from dure.model.units import MICRO
from dure.plan.check_purchase import Broken
from dure.plan.paying import Payments
from dure.plan.purchase import Planned
from dure.plan.spending import spent, unfunded_rates
from dure.plan.ways_out import Way
from dure.plan.whole_units import Chosen, Value
from dure.plan.work_bound import work_bound, work_served
from dure.present.numbers import Lang
from dure.present.plan_question import question
from dure.present.plan_terms import debts, grid_sentences, grid_table, loan_sentences, loans_table, rules_table
from dure.present.purchase_stack import CAPEX, Drawn, cost_stack, power_drawn
from dure.present.refusal_words import by_year, refusal_sentences, ways_table, works
from dure.present.rule_names import in_runs, parsed, period_words, rules_words
from dure.present.said import said
from dure.present.said import said as text_of
from dure.present.tables import Cell, Column, Table, Word
from dure.present.words import Words

BILLION = 10**9
VALUES_SHOWN = 8
COST_PROVEN = 1e-5
POINT = "percentage point of room"
_NAMED = re.compile(r"(^|[,;] )([A-Za-z][\w-]*)(?= \d)")
_LARGE = re.compile(r"(?<![\w.,])(\d{5,})(?= [A-Z]{3}\b)")
_SPAN = re.compile(r"(?<![\w.])(\d+)(mo|y)(?![\w])")


@dataclass(frozen=True, slots=True)
class PlanPage:
    """All that is said of one plan."""

    planned: Planned
    broken: tuple[Broken, ...]
    assumptions: tuple[Assumed, ...]
    inputs: tuple[tuple[str, str], ...]
    version: str
    unfunded: bool = False
    notes: tuple[str, ...] = ()
    """What the periods of the plan round, and what an unknown speed means for it."""

    @property
    def word(self) -> Word:
        return Word.ASSUMED if self.assumptions else Word.PUBLISHED

    @property
    def units(self) -> int:
        purchase = self.planned.purchase
        return sum(one.units * purchase.machine(one.machine).unit for one in self.planned.chosen.orders)

    @property
    def won(self) -> dict[str, int]:
        """Won by kind over the whole life."""
        found = dict.fromkeys(("capex", "opex", "labour"), 0)
        for (kind, _), won in spent(self.planned.purchase, self.planned.chosen.orders).items():
            found[kind] += won
        return found

    @property
    def debts(self) -> Payments | None:
        """What is borrowed and falls due; None where nothing is."""
        return debts(self.planned.purchase, self.planned.chosen.orders)

    @property
    def by_vendor(self) -> dict[str, int]:
        """Accelerators ordered, by vendor."""
        found: dict[str, int] = {}
        for one in self.planned.chosen.orders:
            machine = self.planned.purchase.machine(one.machine)
            found[machine.vendor] = found.get(machine.vendor, 0) + one.units * machine.unit
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def sentences(page: PlanPage, say: Words) -> list[str]:
    """What is to be known first: who refuses it and the ways out, then what is bought and how sure that is."""
    return [*refused_sentences(page, say), *plan_sentences(page, say)]


def refused_sentences(page: PlanPage, say: Words) -> list[str]:
    """Why there is no plan, and the ways out; empty where there is one."""
    return [*refusal_sentences(page.planned, say), *_ends_at(page, say)]


def plan_sentences(page: PlanPage, say: Words) -> list[str]:
    """What is bought and how sure that is; nothing where a refusal has said that there is no plan."""
    chosen, said = page.planned.chosen, []
    if not chosen.found:
        return [] if page.planned.refusal is not None else [say(f"buy.status.{chosen.status}") + "."]
    if chosen.orders:
        won = page.won
        periods = len({one.period for one in chosen.orders})
        running = say.won(won["opex"] + won["labour"])
        lead = "buy.lead" if page.planned.refusal is None else "buy.lead_wanted"
        said.append(say(lead, units=page.units, periods=periods, won=say.won(won["capex"]), running=running))
    else:
        said.append(say("buy.nothing"))
    said.append(_status(page, say))
    if chosen.rounding is not None and chosen.objective:
        share = say.percent(chosen.rounding / max(1e-9, abs(chosen.objective)), 2)
        unit = say(f"buy.rounding_unit.{page.planned.purchase.goal}")
        said.append(say("buy.rounding", lost=_figure(chosen.rounding), unit=unit, share=share))
    said += _thrift(page, say)
    said += loan_sentences(page.planned.purchase, page.debts, say)
    said += grid_sentences(page.planned.purchase, chosen.orders, say)
    said += [text_of(one, say) for one in page.notes]
    return said


def _thrift(page: PlanPage, say: Words) -> Iterator[str]:
    """What looking for the least cost at the work found has saved, and how near it is to what no plan is below."""
    one = page.planned.thrift
    if one is None or not one.won:
        return
    saved = say("thrift.saved", saved=say.won(one.saved_won)) if one.saved_won else ""
    if one.gap <= COST_PROVEN:
        yield say("thrift.least_saved", said=saved, won=say.won(one.won)) if saved else say("thrift.least", won=say.won(one.won))
        return
    least, gap = say.won(one.bound_won), say.percent(one.gap, 2)
    yield say("thrift.near", said=saved or say("thrift.none"), won=say.won(one.won), least=least, gap=gap)


def _status(page: PlanPage, say: Words) -> str:
    chosen, goal = page.planned.chosen, page.planned.purchase.goal
    if page.broken:
        broken = rules_words((one.rule for one in page.broken[:5]), say, works(page.planned.purchase, say))
        checked = say("buy.breached", rules=", ".join(broken))
    else:
        checked = say("buy.checked" if page.planned.refusal is None else "buy.checked_unfunded")
    return say(
        "buy.status",
        status=say(f"buy.status.{'stopped' if chosen.stopped else chosen.status}"),
        what=say(f"buy.objective.{goal}"),
        objective=_known(chosen.objective, say),
        bound=_known(chosen.bound, say),
        gap=say.percent(chosen.gap, 2),
        checked=checked,
    )


def _known(value: float | None, say: Words) -> str:
    return say.unknown if value is None else _figure(value)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.3g}"


def _ends_at(page: PlanPage, say: Words) -> Iterator[str]:
    """At which rate a refused plan would end if it were carried out all the same."""
    if page.planned.refusal is None or not page.unfunded:
        return
    by_rate: dict[int, list[int]] = {}
    for rate in unfunded_rates(page.planned.purchase, page.planned.chosen.orders):
        by_rate.setdefault(rate.capacity_ppm, []).append(rate.year)
    for ppm, years in by_rate.items():
        yield say("buy.ends_at", rate=say.percent(ppm / MICRO), year=", ".join(map(str, years)))


def assumption_sentences(page: PlanPage, say: Words) -> list[str]:
    """What nobody published, with whoever stands for it and why."""
    return [assumption_sentence(one, say) for one in page.assumptions]


def assumed_what(one: Assumed, say: Words) -> str:
    """What it is, its value and range."""
    return say("buy.assumed_value", what=_title(one, say), value=assumed_value(one, say)) if one.value else _title(one, say)


def _title(one: Assumed, say: Words) -> str:
    of = say("buy.any_model") if one.of == "*" else of_whom(one, say)
    item = say.get(f"buy.item.{one.item}", one.item)
    return say(f"buy.assumed.{one.what}", of=of, item=item).removesuffix(" ()").removesuffix("()")


def without_range(assumed: Sequence[Assumed], say: Words) -> list[str]:
    """What is assumed as one value, with no range to move it over; demand and the usable share are told by themselves."""
    still = (one for one in assumed if one.value and not one.low and one.what != "demand" and one.item != "usable")
    return list(dict.fromkeys(_title(one, say) for one in still))


def assumption_sentence(one: Assumed, say: Words) -> str:
    """What it is, its value and range, then who stands for it and why."""
    what = assumed_what(one, say)
    if not one.who:
        return say("buy.given", what=what)
    why = one.why_ko if say.lang is Lang.KO else one.why
    return say("buy.assumption", what=what, who=said(say.get(f"assume.{one.who}", one.who), say), why=said(why, say))


def of_whom(one: Assumed, say: Words) -> str:
    """The site, class of work or model that a figure is of."""
    return say.name(one.of, "work" if one.what == "demand" else "site")


def assumed_value(one: Assumed, say: Words) -> str:
    """`₩50M (₩43M – ₩65M) per accelerator`."""

    def amount(text: str) -> str:
        if one.what == "price" and text.isdigit():
            return say.won(int(text))
        return written(_sites(text, say) if one.what == "given" else text, say)

    value = amount(one.value) + (f" ({amount(one.low)} – {amount(one.high)})" if one.low and one.high else "")
    unit = say.get(f"buy.assumed_unit.{one.unit}", one.unit)
    return f"{value} {unit}" if unit else value


def _sites(value: str, say: Words) -> str:
    """`national 20 MW (…); ga 25 MW` with the names that the sites have."""
    return _NAMED.sub(lambda found: found[1] + say.name(found[2], "site"), value)


def written(value: str, say: Words) -> str:
    """A value as a scenario writes it, its spans of time in words: `1,200 W, 6mo` is 6 months."""
    value = _LARGE.sub(lambda found: f"{int(found[1]):,}", value)
    return _SPAN.sub(lambda found: say(f"assumed.span.{found[2]}", n=int(found[1])), value)


def value_sentences(page: PlanPage, say: Words) -> list[str]:
    """What one more unit of each binding rule is worth, the most by its own unit first; periods of one rule worth the same together."""
    alike: dict[tuple[str, str], list[str]] = {}
    for one in page.planned.chosen.values:
        unit = POINT if one.rule.startswith("share [") else one.unit
        alike.setdefault((unit, _worth(one, page, say)), []).append(one.rule)
    labels, named = page.planned.purchase.labels, works(page.planned.purchase, say)
    key = {"cost": "buy.value_cost", "dependency": "buy.value_dependency"}.get(page.planned.purchase.goal, "buy.value")
    found = []
    for (unit, worth), rules in alike.items():
        said_unit = say("buy.unit.won" if unit.endswith(" won") else f"buy.unit.{unit}")
        place = {one: (labels.index(rule.period) if (rule := parsed(one)) and rule.period in labels else 0) for one in rules}
        for run in in_runs(sorted(rules, key=lambda one: place[one]), labels):
            (said,) = rules_words(run, say, named)
            found.append(say(key, unit=said_unit, rule=said, worth=worth) + (say("buy.value_each") if len(run) > 1 else ""))
    return found[:VALUES_SHOWN]


def _worth(one: Value, page: PlanPage, say: Words) -> str:
    scale_won = page.planned.scale_won
    worth = one.worth * BILLION / scale_won if one.unit.endswith(" won") else one.worth
    if one.rule.startswith("share ["):  # one more of it is a point of room taken away: the row says part - share of the whole >= 0
        worth = -one.worth * _whole(one, page) / 100
    return say.won(round(worth * scale_won)) if page.planned.purchase.goal == "cost" else _figure(worth)


def _whole(one: Value, page: PlanPage) -> float:
    """What a share is a share of: accelerators, reference accelerators or scaled won, of everything that is ordered."""
    purchase, found = page.planned.purchase, 0.0
    by: By = "money" if one.unit.endswith(" won") else "count" if one.unit == "accelerators" else "capacity"
    scale = {"money": page.planned.scale_won, "count": 1, "capacity": MICRO}[by]
    for order in page.planned.chosen.orders:
        found += order.units * purchase.machine(order.machine).counts_as(by, order.site, order.period) / scale
    return found


def tables(page: PlanPage, say: Words) -> dict[str, Table]:
    made = (
        ways_table(page.planned, say, page.word),
        _schedule(page, say),
        _vendors(page, say),
        _years(page, say),
        _work(page, say),
        _stack(page, say),
        _power(page, say),
        grid_table(page.planned.purchase, page.planned.chosen.orders, page.word, say),
        loans_table(page.planned.purchase, page.debts, page.word, say),
        rules_table(page.planned.purchase, page.planned.chosen.values, page.word, say, _refusing(page)),
        inputs_table(page.inputs, say),
    )
    return {one.key: one for one in made}


def _refusing(page: PlanPage) -> tuple[str, ...]:
    """Kinds of rule that refuse the plan."""
    refusal = page.planned.refusal
    return () if refusal is None else tuple(one.split(" [")[0] for one in refusal.refused_by)


def _columns(say: Words, texts: Sequence[str], numbers: Sequence[str]) -> tuple[Column, ...]:
    left = [Column(name, say(f"buy.column.{name}"), number=False) for name in texts]
    return (*left, *(Column(name, say(f"buy.column.{name}")) for name in numbers))


def _schedule(page: PlanPage, say: Words) -> Table:
    purchase = page.planned.purchase
    rows = []
    for one in sorted(page.planned.chosen.orders, key=lambda one: (one.period, one.machine, one.site)):
        machine = purchase.machine(one.machine)
        count, won = one.units * machine.unit, one.units * machine.capex_won(one.site, one.period)
        label = purchase.labels[one.period]
        texts = (Cell(label, period_words(label, say)), Cell(one.machine, one.machine), Cell(one.site, say.name(one.site, "site")))
        rows.append((*texts, Cell(one.units, say.count(one.units)), Cell(count, say.count(count)), Cell(won, say.won(won))))
    columns = _columns(say, ("period", "machine", "site"), ("units", "accelerators", "capex"))
    return Table("schedule", say("buy.schedule"), columns, tuple(rows), page.word)


def _vendors(page: PlanPage, say: Words) -> Table:
    rows = []
    for vendor, count in page.by_vendor.items():
        share = count / page.units
        rows.append((Cell(vendor, say.name(vendor, "vendor")), Cell(count, say.count(count)), Cell(share, say.percent(share))))
    return Table("vendors", say("buy.vendors"), _columns(say, ("vendor",), ("accelerators", "share")), tuple(rows), page.word)


def _years(page: PlanPage, say: Words) -> Table:
    purchase = page.planned.purchase
    costs, owed = spent(purchase, page.planned.chosen.orders), page.debts
    lacking = by_year(page.planned.refusal.missing) if page.planned.refusal else {}
    rows = []
    for year in purchase.all_years:
        won = [costs.get((kind, year), 0) for kind in ("capex", "opex", "labour")]
        won += [round(sum(of.get((one, year), 0.0) for one in purchase.loans)) for of in ((owed.interest, owed.principal) if owed else ())]
        won.append(lacking.get(year, 0))
        if any(won):
            rows.append((Cell(year, str(year)), *(Cell(one, say.won(one)) for one in won)))
    columns = _columns(say, ("year",), ("capex", "opex", "labour", *(("interest", "principal") if owed else ()), "missing"))
    return Table("years", say("buy.years"), columns, tuple(rows), page.word)


def _work(page: PlanPage, say: Words) -> Table:
    """Reference accelerator-years, over the years in which something is asked for."""
    purchase = page.planned.purchase
    rows = []
    for work in purchase.work:
        asked = sum(work.by_year.get(year, 0) for year in purchase.years) / purchase.periods_year
        done = sum(one.amount for one in page.planned.chosen.served if one.work == work.name) / purchase.periods_year
        share = done / asked if asked else None
        name = work.name_ko if say.lang == "ko" else work.name
        rows.append((Cell(work.name, name), *(Cell(round(one), say.count(one)) for one in (asked, done)), Cell(share, say.percent(share))))
    return Table("work", say("buy.work"), _columns(say, ("work",), ("asked", "served", "share")), tuple(rows), page.word)


def _stack(page: PlanPage, say: Words) -> Table:
    """Won by year and item; an item that costs nothing in any year has no column."""
    won = cost_stack(page.planned.purchase, page.planned.chosen.orders)
    totals = {item: sum(amount for (one, _), amount in won.items() if one == item) for item, _ in won}
    items = sorted(totals, key=lambda item: (item != CAPEX, -totals[item]))
    rows = []
    for year in sorted({year for _, year in won}):
        cells = [won.get((item, year), 0) for item in items]
        rows.append((Cell(year, str(year)), *(Cell(one, say.won(one)) for one in (*cells, sum(cells)))))
    columns = (
        *_columns(say, (), ("year",)),
        *(Column(f"{item}_won", say(f"cost.{item}")) for item in items),
        Column("total_won", say("buy.column.total")),
    )
    return Table("stack", say("buy.stack"), columns, tuple(rows), page.word)


def _power(page: PlanPage, say: Words) -> Table:
    """By site and year the period that is nearest to its cap, or draws most where no cap is stated."""
    purchase = page.planned.purchase
    fullest: dict[tuple[str, int], Drawn] = {}
    for one in power_drawn(purchase, page.planned.chosen.orders):
        key = (one.site, purchase.years[one.period])
        if key not in fullest or _fullness(one) > _fullness(fullest[key]):
            fullest[key] = one
    rows = []
    for (site, year), one in fullest.items():
        drawn, cap = one.watts / MICRO, None if one.cap_w is None else one.cap_w / MICRO
        use = drawn / cap if cap else None
        megawatts = (Cell(drawn, f"{drawn:,.1f}"), Cell(cap, say.unknown if cap is None else f"{cap:,.1f}"))
        rows.append((Cell(site, say.name(site, "site")), Cell(year, str(year)), *megawatts, Cell(use, say.percent(use))))
    columns = (
        Column("site", say("buy.column.site"), number=False),
        Column("year", say("buy.column.year")),
        Column("drawn_mw", f"{say('buy.column.drawn')} MW"),
        Column("cap_mw", f"{say('buy.column.cap')} MW"),
        Column("use", say("buy.column.use")),
    )
    return Table("power", say("buy.power"), columns, tuple(rows), page.word)


def _fullness(one: Drawn) -> tuple[float, int]:
    return (one.watts / one.cap_w if one.cap_w else 0.0, one.watts)


def inputs_table(inputs: Sequence[tuple[str, str]], say: Words) -> Table:
    """Each file that was read, with its hash."""
    rows = tuple((Cell(path, path), Cell(digest, f"SHA-256 {digest}")) for path, digest in inputs)
    return Table("provenance", say("buy.provenance"), _columns(say, ("item", "value"), ()), rows, None)


def as_json(page: PlanPage, say: Words) -> dict[str, Any]:
    """Every figure as it is."""
    planned, chosen, refusal = page.planned, page.planned.chosen, page.planned.refusal
    won, owed = page.won, page.debts
    interest = {"interest": round(sum(owed.interest.values()))} if owed else {}
    rates = unfunded_rates(planned.purchase, chosen.orders) if page.unfunded else ()
    return {
        "plan": planned.purchase.name,
        "status": chosen.status,
        "gap": chosen.gap,
        "stopped": chosen.stopped,
        **_objective(planned.purchase, chosen),
        "objective_kind": planned.purchase.goal,
        "rounding_cost": chosen.rounding,
        "least_cost": None if planned.thrift is None else asdict(planned.thrift) | {"gap": planned.thrift.gap},
        "checked": chosen.found and not page.broken,
        "broken": [one.rule for one in page.broken],
        "refused_by": [] if refusal is None else list(refusal.refused_by),
        "refused_rules": [] if refusal is None else list(refusal.rules),
        "missing_won": [] if refusal is None else [_missing_row(one) for one in refusal.missing],
        "ways_out": None if refusal is None else _ways_out(page),
        "ends_at": [{"year": one.year, "installed": one.installed, "running": one.running, "rate_ppm": one.capacity_ppm} for one in rates],
        "accelerators_total": page.units,
        "vendor_shares": {vendor: count / page.units for vendor, count in page.by_vendor.items()},
        "cost_won": {**won, **interest, "total": sum(won.values()) + sum(interest.values())},
        "values": [{"rule": one.rule, "unit": one.unit, "worth": one.worth} for one in chosen.values],
        "question": [one._asdict() for one in question(planned.purchase).values()],
        "notes": list(page.notes),
        "assumptions": [asdict(one) for one in page.assumptions],
        "inputs": [{"path": path, "sha256": digest} for path, digest in page.inputs],
        "tables": {key: {"word": table.word, "rows": table.as_json()} for key, table in tables(page, say).items()},
        "sentences": sentences(page, say),
    }


def _objective(purchase: Purchase, chosen: Chosen) -> dict[str, float | None]:
    """The figure that the plan is asked for and its bound, between which the gap is; of work served also the work alone, without what
    the search takes off for its money, and what no plan's work alone passes.
    """
    found = {"objective": chosen.objective, "bound": chosen.bound, "work": None, "work_bound": None, "tie_breaker": None}
    if purchase.goal != "served" or chosen.objective is None:
        return found
    work = work_served(purchase, chosen.served)
    return found | {"work": work, "work_bound": work_bound(purchase, chosen.bound), "tie_breaker": work - chosen.objective}


def _missing_row(one: Missing) -> dict[str, int | str]:
    return {"year": one.year, "kind": one.kind, "won": one.won}


def _ways_out(page: PlanPage) -> dict[str, Any]:
    """Each way out with what is known of it; `money` and `rules` are None where nothing of that sort helps, or time ran out."""
    refusal = page.planned.refusal
    assert refusal is not None
    money, fewer, able = refusal.money, refusal.fewer, refusal.fundable
    rules = None
    if fewer is not None and fewer.found:
        rules = [{"row": one.row, "side": one.side, "amount": one.amount, "unit": one.unit} for one in fewer.gives]
    found: dict[str, Any] = {
        "money": None if money is None or not money.found else [_missing_row(one) for one in money.missing],
        "rules": rules,
        "money_proof": None if money is None else _proof(money),
        "rules_proof": None if fewer is None else _proof(fewer),
        "fundable": None,
        "irreducible": refusal.irreducible,
    }
    if able is not None:
        units = sum(one.units * able.asked.machine(one.machine).unit for one in able.chosen.orders)
        known = {**_objective(able.asked, able.chosen), "gap": able.chosen.gap}
        orders = [asdict(one) for one in able.chosen.orders]
        found["fundable"] = {"accelerators_total": units, **known, "checked": not able.broken, "orders": orders}
    return found


def _proof(way: Way) -> dict[str, Any]:
    """How sure a way out is; won of money, or what rules are reckoned at."""
    return {
        "status": way.status,
        "won": way.won,
        "bound_won": way.bound_won,
        "continuous_won": way.continuous_won,
        "gap": way.gap,
        "checked": way.found,
        "orders": [asdict(one) for one in way.orders],
    }
