"""What a purchase plan costs, by year, site, model and hour: tables, sentences and plain values of `dure plan cost`.

Sums of whole lives stand beside accelerators; hours and work are counted in the years in which work is asked for, with the cost of
those years, so that a year without demand neither counts as idle nor hides what it costs (it stands in the table by year).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from dure.ledger.cost import FINANCING, RESIDUAL, VAT, Asset, CostTerms, Entry, Output, Running, Stack, annual, cash, unit_cost, worth_of
from dure.model.deals import ITEMS
from dure.model.purchases import Assumed, Order, Purchase, Served
from dure.model.units import HOUR_S, MICRO, MILLI
from dure.present.purchase_tables import assumption_sentence
from dure.present.tables import Cell, Column, Table, Word
from dure.present.words import Words

HOURS_YEAR = 8760
LINES = (*(item.name for item in ITEMS), FINANCING, RESIDUAL, VAT)
MACHINES = ("accelerators", "servers", "fabric", "storage", "site")
UPKEEP = ("software", "support", "spares", "insurance")
SHORT: Mapping[str, tuple[str, ...]] = {
    "machines": MACHINES,
    "electricity": ("electricity",),
    "labour": ("labour",),
    "upkeep": UPKEEP,
    FINANCING: (FINANCING,),
    RESIDUAL: (RESIDUAL,),
    VAT: (VAT,),
    "sum": LINES,
}
BASIS = 10
"""Per cent by which an exchange rate is moved to show what hangs on it."""


@dataclass(frozen=True, slots=True)
class Use:
    """Hours of accelerators in the years in which work is asked for: installed, at work, and the work done in reference hours."""

    installed: Fraction
    busy: Fraction
    work: Fraction


@dataclass(frozen=True, slots=True)
class CostPage:
    """All that is said of what a plan costs; `accelerators` by site and model, ordered and standing."""

    name: str
    entries: tuple[Entry, ...]
    terms: CostTerms
    years: frozenset[int]
    """Those in which work is asked for, or in which anything is in service where nobody asks for work at all."""
    accelerators: Mapping[str, Mapping[str, int]]
    use: Mapping[tuple[str, str], Use]
    inputs: tuple[tuple[str, str], ...]
    version: str
    refused_by: tuple[str, ...] = ()
    demand: bool = True
    """Whether anybody asks for work: without, no hour is a used one."""
    broken: tuple[str, ...] = ()
    """Rules that the independent check of the plan found broken: then no figure here is to be believed."""
    assumptions: tuple[Assumed, ...] = ()
    borrowed: tuple[tuple[str, int, int], ...] = ()
    """By source: won drawn, and the interest on it that the plan pays."""

    @property
    def annual(self) -> Stack:
        return annual(self.entries, self.terms)

    @property
    def cash(self) -> Stack:
        return cash(self.entries, self.terms)

    @property
    def word(self) -> Word:
        return Word.ASSUMED if "assumed" in self.annual.marks("mark").values() else Word.PUBLISHED


def counted_years(purchase: Purchase, orders: Sequence[Order]) -> frozenset[int]:
    """Years whose hours are counted: those with demand; of a plan without any, those in which anything is in service."""
    asked = frozenset(year for work in purchase.work for year, amount in work.by_year.items() if amount)
    if asked:
        return asked
    there = {at for one in orders for at in purchase.in_service(purchase.machine(one.machine), one.period)}
    there |= {at for stands in purchase.standing for at in range(min(stands.until, len(purchase.years)))}
    return frozenset(purchase.years[at] for at in there)


def usage(purchase: Purchase, orders: Sequence[Order], served: Iterable[Served]) -> dict[tuple[str, str], Use]:
    """Use by site and model. Work is served by machines of a model wherever they stand, so sites share it by what they have in service."""
    asked = counted_years(purchase, orders)
    hours = Fraction(HOURS_YEAR, purchase.periods_year)
    there: dict[tuple[str, str, int], int] = {}
    for one in orders:
        machine = purchase.machine(one.machine)
        for at in purchase.in_service(machine, one.period):
            there[one.machine, one.site, at] = there.get((one.machine, one.site, at), 0) + one.units * machine.unit
    for stands in purchase.standing:
        for at in range(min(stands.until, len(purchase.years))):
            key = (stands.machine, stands.site, at)
            there[key] = there.get(key, 0) + stands.units * purchase.machine(stands.machine).unit
    whole: dict[tuple[str, int], int] = {}
    for (name, _, at), count in there.items():
        whole[name, at] = whole.get((name, at), 0) + count
    busy: dict[tuple[str, int], Fraction] = {}
    work: dict[tuple[str, int], Fraction] = {}
    for each in served:
        key_of, amount = (each.machine, each.period), Fraction(each.amount)
        speed = Fraction(purchase.machine(each.machine).speed_ppm[each.work], MICRO)
        busy[key_of] = busy.get(key_of, Fraction(0)) + amount / speed
        work[key_of] = work.get(key_of, Fraction(0)) + amount
    found: dict[tuple[str, str], Use] = {}
    for (name, site, at), count in there.items():
        if purchase.years[at] not in asked:
            continue
        model, share = purchase.machine(name).model, Fraction(count, whole[name, at])
        before = found.get((site, model), Use(Fraction(0), Fraction(0), Fraction(0)))
        found[site, model] = Use(
            before.installed + count * hours,
            before.busy + busy.get((name, at), Fraction(0)) * share * hours,
            before.work + work.get((name, at), Fraction(0)) * share * hours,
        )
    return found


def accelerators(purchase: Purchase, orders: Iterable[Order]) -> dict[str, dict[str, int]]:
    """By site and model: ordered, and standing there already."""
    found: dict[str, dict[str, int]] = {}
    for name, site, units in [
        *((one.machine, one.site, one.units) for one in orders),
        *((one.machine, one.site, one.units) for one in purchase.standing),
    ]:
        machine, here = purchase.machine(name), found.setdefault(site, {})
        here[machine.model] = here.get(machine.model, 0) + units * machine.unit
    return found


@dataclass(frozen=True, slots=True)
class Unit:
    """What a group of machines costs: its whole life, and the years with demand over their hours. Milli-won; None where there is none."""

    level: str
    key: str
    accelerators: int
    total: int
    accelerator_milli: int | None
    hour_milli: int | None
    used_milli: int | None
    work_milli: int | None


def units(page: CostPage) -> list[Unit]:
    """The plan, each site and each model; people of a whole site are shared by accelerators."""
    stack = page.annual.allocated(page.accelerators)
    sites = list(page.accelerators)
    models = list(dict.fromkeys(model for site in sites for model in page.accelerators[site]))
    made = [_unit("plan", page.name, page, stack, lambda site, model: True)]
    made += [_unit("site", name, page, stack, lambda site, model, name=name: site == name) for name in sites]
    made += [_unit("model", name, page, stack, lambda site, model, name=name: model == name) for name in models]
    return made


def _unit(level: str, key: str, page: CostPage, stack: Stack, wanted: Any) -> Unit:
    lines = [line for line in stack.lines if wanted(line.site, line.model)]
    total = sum(line.amount for line in lines)
    running = sum(line.amount for line in lines if line.period in page.years)
    count = sum(number for site, models in page.accelerators.items() for model, number in models.items() if wanted(site, model))
    uses = [use for (site, model), use in page.use.items() if wanted(site, model)]
    milli_s = HOUR_S * MILLI
    output = Output(
        count,
        round(sum((use.installed for use in uses), Fraction(0)) * milli_s),
        round(sum((use.busy for use in uses), Fraction(0)) * milli_s),
        round(sum((use.work for use in uses), Fraction(0))),
    )
    each = unit_cost(running, output)
    whole = unit_cost(total, output)
    return Unit(level, key, count, total, whole.accelerator_milli, each.accelerator_hour_milli, each.used_hour_milli, each.work_milli)


def exchange(page: CostPage) -> dict[str, Fraction]:
    """Won over the whole life that hang on each currency but that of the books, before tax."""
    found: dict[str, Fraction] = {}
    for entry in page.entries:
        if isinstance(entry, Asset | Running) and entry.price.currency not in ("", page.terms.currency):
            years = Fraction(1) if isinstance(entry, Asset) else Fraction(entry.to_month - entry.from_month, 12)
            worth, _ = worth_of(entry, page.terms)
            found[entry.price.currency] = found.get(entry.price.currency, Fraction(0)) + worth * years
    return found


def bridge(page: CostPage) -> dict[str, int]:
    """Won from the plan's own sum to the books': paid for purchase and running, and what of it goes to people."""
    lines = [line for line in page.cash.lines if line.item != RESIDUAL]
    return {"paid": sum(line.amount for line in lines), "people": sum(line.amount for line in lines if line.item == "labour")}


def sentences(page: CostPage, say: Words) -> list[str]:
    whole, *_ = units(page)
    stack = page.annual
    by_item = stack.by("item")
    said = [say("plan_cost.lead", won=say.won(stack.total), n=whole.accelerators, each=_milli(whole.accelerator_milli, say))]
    said.append(
        say(
            "plan_cost.hours" if page.demand else "plan_cost.hours_in_service",
            hour=_milli(whole.hour_milli, say, exact=True),
            used=_milli(whole.used_milli, say, exact=True),
            work=_milli(whole.work_milli, say, exact=True),
            years=_span(page.years, say),
        )
    )
    parts = {name: say.won(by_item.get((name,), 0)) for name in (FINANCING, RESIDUAL, VAT)}
    said.append(say("plan_cost.lines", **parts))
    paid = bridge(page)
    credits = {name: parts[name] for name in (FINANCING, RESIDUAL)}
    sums = {name: say.won(won) for name, won in paid.items()}
    said.append(say("plan_cost.bridge", won=say.won(stack.total), **sums, **credits))
    for currency, won in exchange(page).items():
        rate = page.terms.exchange[currency]
        said.append(
            say(
                "plan_cost.exchange_says",
                currency=currency,
                won=say.won(round(won)),
                rate=f"{rate.rate:,.1f}",
                tenth=say.won(round(won / BASIS)),
            )
        )
    for source, drawn, interest in page.borrowed:
        name = say.get(f"rule.source.{source}", source)
        sums = {"drawn": say.won(drawn), "interest": say.won(interest)}
        said.append(say("plan_cost.borrowed", source=name[:1].upper() + name[1:], **sums))
    if not exchange(page):
        said.append(say("plan_cost.no_exchange", currency=page.terms.currency))
    if page.broken:
        said.append(say("buy.breached", rules=", ".join(page.broken[:5])))
    if page.refused_by:
        said.append(say("plan_cost.refused", by=", ".join(page.refused_by)))
    return said


def assumption_sentences(page: CostPage, say: Words) -> list[str]:
    """What nobody published, with whoever stands for it and why."""
    return [assumption_sentence(one, say) for one in page.assumptions]


def _span(years: frozenset[int], say: Words) -> str:
    if not years:
        return say("plan_cost.no_years")
    return str(min(years)) if len(years) == 1 else f"{min(years)}–{max(years)}"


def _milli(value: int | None, say: Words, *, exact: bool = False) -> str:
    if value is None:
        return say.unknown
    return say.won_exact(round(Fraction(value, MILLI))) if exact else say.won(round(Fraction(value, MILLI)))


def tables(page: CostPage, say: Words) -> dict[str, Table]:
    made = [_units(page, say), _years("cost_years", page.annual, page, say), _years("cash_years", page.cash, page, say)]
    if exchange(page):
        made.append(_exchange(page, say))
    rows = tuple((Cell(path, path), Cell(digest, f"SHA-256 {digest}")) for path, digest in page.inputs)
    columns = (Column("item", say("buy.column.item"), number=False), Column("value", say("buy.column.value"), number=False))
    made.append(Table("provenance", say("buy.provenance"), columns, rows, None))
    return {one.key: one for one in made}


def _units(page: CostPage, say: Words) -> Table:
    columns = (
        Column("level", say("plan_cost.level"), number=False),
        Column("name", say("plan_cost.name"), number=False),
        Column("accelerators", say("buy.column.accelerators")),
        Column("total_won", say("plan_cost.total")),
        Column("accelerator_won", say("plan_cost.accelerator")),
        Column("accelerator_hour_won", say("plan_cost.hour")),
        Column("used_hour_won", say("plan_cost.used")),
        Column("work_won", say("plan_cost.work")),
    )
    rows = []
    for one in units(page):
        name = say.name(one.key, one.level) if one.level in ("site", "plan") else one.key
        money = (Cell(one.total, say.won(one.total)), _cell(one.accelerator_milli, say, exact=False))
        hours = (_cell(each, say) for each in (one.hour_milli, one.used_milli, one.work_milli))
        texts = (Cell(one.level, say(f"plan_cost.level.{one.level}")), Cell(one.key, name))
        rows.append((*texts, Cell(one.accelerators, say.count(one.accelerators)), *money, *hours))
    note = say("plan_cost.units_note" if page.demand else "plan_cost.units_in_service", years=_span(page.years, say))
    return Table("unit_costs", say("plan_cost.units"), columns, tuple(rows), page.word, note)


def _cell(milli: int | None, say: Words, *, exact: bool = True) -> Cell:
    return Cell(None if milli is None else milli / MILLI, _milli(milli, say, exact=exact))


def _years(key: str, stack: Stack, page: CostPage, say: Words) -> Table:
    """One row a year, one column a line; a line that is 0 in every year is left out for people."""
    sums = stack.by("period", "item")
    years = sorted({int(year) for year, _ in sums})
    columns = (
        Column("year", say("buy.column.year")),
        *(Column(f"{item}_won", say(f"cost.{item}"), optional=True) for item in LINES),
        Column("total_won", say("buy.column.total")),
    )
    rows = []
    for year in years:
        cells = [sums.get((year, item), 0) for item in LINES]
        rows.append((Cell(year, str(year)), *(Cell(one, say.won(one)) for one in (*cells, sum(cells)))))
    return Table(key, say(f"plan_cost.{key}"), columns, tuple(rows), page.word, say(f"plan_cost.{key}_note"))


def short_years(key: str, stack: Stack, page: CostPage, say: Words) -> Table:
    """The same for a terminal: machines and upkeep in one column each."""
    sums = stack.by("period", "item")
    columns = (Column("year", say("buy.column.year")), *(Column(name, say(f"plan_cost.{name}")) for name in SHORT))
    rows = []
    for year in sorted({int(year) for year, _ in sums}):
        cells = [sum(sums.get((year, item), 0) for item in items) for items in SHORT.values()]
        rows.append((Cell(year, str(year)), *(Cell(one, say.won(one)) for one in cells)))
    return Table(key, say(f"plan_cost.{key}"), columns, tuple(rows), page.word, say(f"plan_cost.{key}_note"))


def _exchange(page: CostPage, say: Words) -> Table:
    columns = (
        Column("currency", say("plan_cost.currency"), number=False),
        Column("rate", say("plan_cost.rate")),
        Column("hangs_won", say("plan_cost.hangs")),
        Column("tenth_won", say("plan_cost.tenth")),
        Column("source", say("catalog.source"), number=False),
    )
    rows = []
    for currency, won in exchange(page).items():
        rate = page.terms.exchange[currency]
        figures = (Cell(float(rate.rate), f"{rate.rate:,.2f}"), Cell(round(won), say.won(round(won))))
        tenth = Cell(round(won / BASIS), say.won(round(won / BASIS)))
        rows.append((Cell(currency, currency), *figures, tenth, Cell(rate.source, rate.source)))
    return Table("exchange", say("plan_cost.exchange"), columns, tuple(rows), page.word)


def as_json(page: CostPage, say: Words) -> dict[str, Any]:
    """Won; `null` where there is none of it, or nobody knows."""
    return {
        "plan": page.name,
        "refused_by": list(page.refused_by),
        "broken": list(page.broken),
        "total_won": page.annual.total,
        "bridge_won": bridge(page),
        "by_item_won": {str(item): won for (item,), won in page.annual.by("item").items()},
        "cash_won": {str(item): won for (item,), won in page.cash.by("item").items()},
        "assumptions": [asdict(one) for one in page.assumptions],
        "borrowed_won": [{"source": source, "drawn": drawn, "interest": interest} for source, drawn, interest in page.borrowed],
        "marks": {str(item): mark for (item,), mark in page.annual.marks("item").items()},
        "years_with_demand": sorted(page.years) if page.demand else [],
        "years_counted": sorted(page.years),
        "tables": {key: {"word": table.word, "rows": table.as_json()} for key, table in tables(page, say).items()},
        "inputs": [{"path": path, "sha256": digest} for path, digest in page.inputs],
        "sentences": sentences(page, say),
    }
