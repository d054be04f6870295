"""A purchase plan as tables, sentences and plain values: the same for the page, the terminal and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from dure.model.purchases import Assumed, Missing
from dure.plan.check_purchase import Broken
from dure.plan.purchase import Planned, Value, spent, unfunded_rates
from dure.present.numbers import Lang
from dure.present.said import said
from dure.present.tables import Cell, Column, Table, Word
from dure.present.words import Words
from dure.solver import Given

MICRO = 1_000_000
BILLION = 10**9
VALUES_SHOWN = 8


@dataclass(frozen=True, slots=True)
class PlanPage:
    """All that is said of one plan."""

    planned: Planned
    broken: tuple[Broken, ...]
    assumptions: tuple[Assumed, ...]
    inputs: tuple[tuple[str, str], ...]
    version: str
    unfunded: bool = False

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
    def by_vendor(self) -> dict[str, int]:
        """Accelerators ordered, by vendor."""
        found: dict[str, int] = {}
        for one in self.planned.chosen.orders:
            machine = self.planned.purchase.machine(one.machine)
            found[machine.vendor] = found.get(machine.vendor, 0) + one.units * machine.unit
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def sentences(page: PlanPage, say: Words) -> list[str]:
    """What is to be known first: what is bought, how sure that is, who refuses it and the ways out."""
    chosen, said = page.planned.chosen, []
    if chosen.found and chosen.orders:
        won = page.won
        periods = len({one.period for one in chosen.orders})
        running = say.won(won["opex"] + won["labour"])
        said.append(say("buy.lead", units=page.units, periods=periods, won=say.won(won["capex"]), running=running))
    else:
        said.append(say("buy.nothing" if chosen.found else "buy.no_plan"))
    said.append(_status(page, say))
    if chosen.rounding is not None and chosen.objective:
        share = say.percent(chosen.rounding / max(1e-9, abs(chosen.objective)), 2)
        said.append(say("buy.rounding", lost=_figure(chosen.rounding), share=share))
    said += _refusal(page, say)
    return said


def _status(page: PlanPage, say: Words) -> str:
    chosen, goal = page.planned.chosen, page.planned.purchase.goal
    if page.broken:
        checked = say("buy.breached", rules=", ".join(one.rule for one in page.broken[:5]))
    elif not chosen.found:
        checked = say("buy.not_checked")
    else:
        checked = say("buy.checked" if page.planned.refusal is None else "buy.checked_unfunded")
    return say(
        "buy.status",
        status=say(f"buy.status.{chosen.status}"),
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


def _refusal(page: PlanPage, say: Words) -> Iterator[str]:
    refusal = page.planned.refusal
    if refusal is None:
        return
    if not refusal.missing:
        yield say("buy.refused", rules=", ".join(refusal.rules))
        if refusal.fewer:
            yield say("buy.way_out", gives=_gives(refusal.fewer, page.planned.scale_won, say))
        return
    by_year = _by_year(refusal.missing)
    worst = max(by_year, key=lambda year: by_year[year])
    won = say.won(sum(by_year.values()))
    yield say("buy.refused_opex", won=won, years=len(by_year), most=say.won(by_year[worst]), worst=str(worst))
    if refusal.cheapest:
        least = _by_year(refusal.cheapest)
        whole = sum(least.values())
        yield say("buy.way_money", won=say.won(whole), years=len(least), each=say.won(whole // len(least)))
    if refusal.fewer:
        yield say("buy.way_rules", gives=_gives(refusal.fewer, page.planned.scale_won, say))
    else:
        yield say("buy.no_way")
    if page.unfunded:
        by_rate: dict[int, list[int]] = {}
        for rate in unfunded_rates(page.planned.purchase, page.planned.chosen.orders):
            by_rate.setdefault(rate.capacity_ppm, []).append(rate.year)
        for ppm, years in by_rate.items():
            yield say("buy.ends_at", rate=say.percent(ppm / MICRO), year=", ".join(map(str, years)))


def _by_year(missing: Sequence[Missing]) -> dict[int, int]:
    found: dict[int, int] = {}
    for one in missing:
        found[one.year] = found.get(one.year, 0) + one.won
    return found


def _gives(gives: Sequence[Given], scale_won: int, say: Words) -> str:
    return ", ".join(_give(one, scale_won, say) for one in gives)


def _give(one: Given, scale_won: int, say: Words) -> str:
    if one.unit.endswith(" won"):
        amount, unit = say.won(round(one.amount * scale_won)), ""
    else:
        amount, unit = _figure(one.amount), say(f"buy.unit.{one.unit}")
    return say("buy.gives_below" if one.side == "below" else "buy.gives_above", row=one.row, amount=amount, unit=unit).strip()


def assumption_sentences(page: PlanPage, say: Words) -> list[str]:
    """What nobody published, with whoever stands for it and why."""
    return [assumption_text(one, say) for one in page.assumptions]


def assumption_text(one: Assumed, say: Words) -> str:
    of = say("buy.any_model") if one.of == "*" else say.name(one.of, "site")
    what = say(f"buy.assumed.{one.what}", of=of, item=say.get(f"buy.item.{one.item}", one.item))
    why = one.why_ko if say.lang is Lang.KO else one.why
    return say("buy.assumption", what=what, who=said(say.get(f"assume.{one.who}", one.who), say), why=said(why, say))


def value_sentences(page: PlanPage, say: Words) -> list[str]:
    """What one more unit of each binding rule is worth, the most by its own unit first."""
    goal = page.planned.purchase.goal
    return [_value(one, page.planned.scale_won, goal, say) for one in page.planned.chosen.values[:VALUES_SHOWN]]


def _value(one: Value, scale_won: int, goal: str, say: Words) -> str:
    worth = one.worth * BILLION / scale_won if one.unit.endswith(" won") else one.worth
    unit = say("buy.unit.won" if one.unit.endswith(" won") else f"buy.unit.{one.unit}")
    if goal == "cost":
        return say("buy.value_cost", unit=unit, rule=one.rule, worth=say.won(round(worth * scale_won)))
    return say("buy.value", unit=unit, rule=one.rule, worth=_figure(worth))


def tables(page: PlanPage, say: Words) -> dict[str, Table]:
    made = (_schedule(page, say), _vendors(page, say), _years(page, say), _work(page, say), _provenance(page, say))
    return {one.key: one for one in made}


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
        texts = (Cell(label, label), Cell(one.machine, one.machine), Cell(one.site, say.name(one.site, "site")))
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
    costs = spent(purchase, page.planned.chosen.orders)
    lacking = _by_year(page.planned.refusal.missing) if page.planned.refusal else {}
    rows = []
    for year in purchase.all_years:
        won = [costs.get((kind, year), 0) for kind in ("capex", "opex", "labour")] + [lacking.get(year, 0)]
        if any(won):
            rows.append((Cell(year, str(year)), *(Cell(one, say.won(one)) for one in won)))
    columns = _columns(say, ("year",), ("capex", "opex", "labour", "missing"))
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


def _provenance(page: PlanPage, say: Words) -> Table:
    rows = tuple((Cell(path, path), Cell(digest, f"SHA-256 {digest}")) for path, digest in page.inputs)
    return Table("provenance", say("buy.provenance"), _columns(say, ("item", "value"), ()), rows, None)


def as_json(page: PlanPage, say: Words) -> dict[str, Any]:
    """Every figure as it is."""
    planned, chosen, refusal = page.planned, page.planned.chosen, page.planned.refusal
    won = page.won
    rates = unfunded_rates(planned.purchase, chosen.orders) if page.unfunded else ()
    return {
        "plan": planned.purchase.name,
        "status": chosen.status,
        "gap": chosen.gap,
        "bound": chosen.bound,
        "objective": chosen.objective,
        "objective_kind": planned.purchase.goal,
        "rounding_cost": chosen.rounding,
        "checked": chosen.found and not page.broken,
        "broken": [one.rule for one in page.broken],
        "refused_by": None if refusal is None else list(refusal.refused_by),
        "refused_rules": [] if refusal is None else list(refusal.rules),
        "missing_won": [] if refusal is None else [_missing_row(one) for one in refusal.missing],
        "ways_out": None if refusal is None else _ways_out(page),
        "ends_at": [{"year": one.year, "installed": one.installed, "running": one.running, "rate_ppm": one.capacity_ppm} for one in rates],
        "accelerators_total": page.units,
        "vendor_shares": {vendor: count / page.units for vendor, count in page.by_vendor.items()},
        "cost_won": {**won, "total": sum(won.values())},
        "values": [{"rule": one.rule, "unit": one.unit, "worth": one.worth} for one in chosen.values],
        "assumptions": [asdict(one) for one in page.assumptions],
        "inputs": [{"path": path, "sha256": digest} for path, digest in page.inputs],
        "tables": {key: {"word": table.word, "rows": table.as_json()} for key, table in tables(page, say).items()},
        "sentences": sentences(page, say),
    }


def _missing_row(one: Missing) -> dict[str, int | str]:
    return {"year": one.year, "kind": one.kind, "won": one.won}


def _ways_out(page: PlanPage) -> dict[str, Any]:
    refusal = page.planned.refusal
    assert refusal is not None
    return {
        "money": None if refusal.cheapest is None else [_missing_row(one) for one in refusal.cheapest],
        "rules": None
        if refusal.fewer is None
        else [{"row": one.row, "side": one.side, "amount": one.amount, "unit": one.unit} for one in refusal.fewer],
    }
