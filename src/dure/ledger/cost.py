"""What machines cost over their life: one formula for a plan, a twin and the bills of an operator.

Everything is one of three entries: an `Asset` that is bought, a `Running` cost that is paid as time passes, a `Billed` cost whose months
are known. `cash` says when money leaves, `annual` what each year costs with interest and residual value. Amounts are integers of the
smallest unit of the books' currency (won; cents where the books are kept in dollars); each line is rounded once, such that the periods of a
line add up to its whole. A price that is missing is an error with its name and place, never 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, NamedTuple

from dure.ledger.finance import annuity, repaid_share, sinking_fund
from dure.ledger.tariffs import Bill
from dure.model.deals import ITEMS, MONTHS, CostKind, ExchangeRate, Mark, Price, weakest
from dure.model.errors import CostError
from dure.model.units import HOUR_S, MICRO, MILLI, round_div, split_largest_remainder

FINANCING: Final = "financing"
RESIDUAL: Final = "residual"
VAT: Final = "vat"

SMALLEST: Final[Mapping[str, int]] = {"KRW": 1, "JPY": 1}
"""Smallest units in one unit of a currency; 100 for those that are not named."""

KINDS: Final[Mapping[str, CostKind]] = {item.name: item.kind for item in ITEMS} | {FINANCING: "opex", RESIDUAL: "capex"}


@dataclass(frozen=True, slots=True)
class CostTerms:
    """The books: their currency, what others are worth in it, interest a year (paid monthly) and value added tax."""

    finance_ppm: int
    vat_ppm: int
    finance_mark: Mark = "assumed"
    vat_mark: Mark = "published"
    currency: str = "KRW"
    exchange: Mapping[str, ExchangeRate] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asset:
    """`quantity` units bought in a month (year × 12 + month − 1), kept for `life_months`, then worth `residual_ppm` of their price."""

    item: str
    site: str
    model: str
    quantity: int | Fraction
    price: Price
    month: int
    life_months: int
    residual_ppm: int = 0
    residual_mark: Mark = "assumed"
    part: str = ""
    paid_month: int | None = None
    """When the price leaves; None: in `month`. An order is paid when it is placed and costs from when it serves."""


@dataclass(frozen=True, slots=True)
class Running:
    """`quantity` units a year, from a month up to and without another."""

    item: str
    site: str
    model: str
    quantity: int | Fraction
    price: Price
    from_month: int
    to_month: int
    part: str = ""


@dataclass(frozen=True, slots=True)
class Billed:
    """What is known month by month, in the smallest unit of the books, and the tax within it."""

    item: str
    site: str
    model: str
    amounts: Mapping[int, int]
    vat: Mapping[int, int]
    mark: Mark
    part: str = ""


Entry = Asset | Running | Billed


class Line(NamedTuple):
    """One amount of one period. `of` is the item that a tax, an interest or a residual value belongs to, else the item itself."""

    item: str
    of: str
    kind: CostKind
    site: str
    model: str
    part: str
    period: int
    amount: int
    mark: Mark


@dataclass(frozen=True, slots=True)
class Stack:
    """Lines of all periods: years (2026), or months (year × 12 + month − 1) where they were asked for."""

    lines: tuple[Line, ...]

    @property
    def total(self) -> int:
        return sum(line.amount for line in self.lines)

    def by(self, *names: str) -> dict[tuple[str | int, ...], int]:
        """Sums by fields of the lines, in the order of their first appearance."""
        found: dict[tuple[str | int, ...], int] = {}
        for line in self.lines:
            key = tuple(getattr(line, name) for name in names)
            found[key] = found.get(key, 0) + line.amount
        return found

    def marks(self, *names: str) -> dict[tuple[str | int, ...], Mark]:
        """How sure each of these sums is: as its least sure line."""
        found: dict[tuple[str | int, ...], Mark] = {}
        for line in self.lines:
            key = tuple(getattr(line, name) for name in names)
            found[key] = weakest(line.mark, found.get(key, line.mark))
        return found

    def shares_ppm(self, *names: str) -> dict[tuple[str | int, ...], int]:
        """Parts per million of what is spent, by largest remainder: they add up to the whole. Credits have no share of what is spent."""
        sums = {key: amount for key, amount in self.by(*names).items() if amount > 0}
        return dict(zip(sums, split_largest_remainder(MICRO if sums else 0, list(sums.values())), strict=True))

    def within(self, periods: Iterable[int]) -> Stack:
        wanted = frozenset(periods)
        return Stack(tuple(line for line in self.lines if line.period in wanted))

    def allocated(self, weights: Mapping[str, Mapping[str, int]]) -> Stack:
        """Lines of a whole site (no model) given to its models in proportion to `weights` by site and model, by largest remainder."""
        lines: list[Line] = []
        for line in self.lines:
            shares = {} if line.model else weights.get(line.site, {})
            if not shares or not any(shares.values()):
                lines.append(line)
                continue
            parts = split_largest_remainder(line.amount, list(shares.values()))
            lines += [line._replace(model=model, amount=part) for model, part in zip(shares, parts, strict=True)]
        return Stack(tuple(lines))


def cash(entries: Iterable[Entry], terms: CostTerms, *, monthly: bool = False) -> Stack:
    """Money as it leaves: assets when they are paid, residual values when their life ends, no interest."""
    span = 1 if monthly else MONTHS
    lines: list[Line] = []
    for entry in entries:
        if not isinstance(entry, Asset):
            lines += _paid(entry, terms, span)
            continue
        worth, mark = worth_of(entry, terms)
        paid = entry.month if entry.paid_month is None else entry.paid_month
        year, sold = paid // span, (entry.month + entry.life_months) // span
        lines.append(_line(entry, entry.item, year, _round(worth), mark))
        if tax := tax_of(entry.price, terms):
            lines.append(_line(entry, VAT, year, _round(worth * tax), weakest(mark, terms.vat_mark)))
        if entry.residual_ppm:
            lines.append(_line(entry, RESIDUAL, sold, -_round(worth * entry.residual_ppm / MICRO), weakest(mark, entry.residual_mark)))
    return Stack(tuple(lines))


def annual(entries: Iterable[Entry], terms: CostTerms, *, monthly: bool = False) -> Stack:
    """What each year costs: assets as the equal payments of their life, their interest apart (`financing`), less a level residual credit.

    Worth the same as the price less the discounted residual value at the interest of the terms.
    """
    span = 1 if monthly else MONTHS
    lines: list[Line] = []
    for entry in entries:
        lines += _financed(entry, terms, span) if isinstance(entry, Asset) else _paid(entry, terms, span)
    return Stack(tuple(lines))


def _financed(asset: Asset, terms: CostTerms, span: int) -> Iterator[Line]:
    worth, mark = worth_of(asset, terms)
    if asset.life_months <= 0:
        raise CostError(f"{asset.item} for {_whose(asset)} last for no month", where=asset.price.where, remedy="write a life above 0")
    yield from _repaid(asset, asset.item, worth, mark, terms, span)
    if tax := tax_of(asset.price, terms):
        yield from _repaid(asset, VAT, worth * tax, weakest(mark, terms.vat_mark), terms, span)
    if asset.residual_ppm:
        credit = sinking_fund(worth * asset.residual_ppm / MICRO, terms.finance_ppm, asset.life_months, MONTHS)
        sure = weakest(mark, asset.residual_mark, terms.finance_mark)
        for period, amount in _spread(asset.month, asset.life_months, span, lambda months: -credit * months):
            yield _line(asset, RESIDUAL, period, amount, sure)


def _repaid(asset: Asset, item: str, principal: Fraction, mark: Mark, terms: CostTerms, span: int) -> Iterator[Line]:
    """The equal payments on a principal: what they pay back as `item`, the rest as interest."""
    rate, life = terms.finance_ppm, asset.life_months

    def back(months: int) -> Fraction:
        return principal * repaid_share(rate, life, months, MONTHS)

    for period, amount in _spread(asset.month, life, span, back):
        yield _line(asset, item, period, amount, mark)
    if rate:
        payment = annuity(principal, rate, life, MONTHS)
        for period, amount in _spread(asset.month, life, span, lambda months: payment * months - back(months)):
            yield _line(asset, FINANCING, period, amount, weakest(mark, terms.finance_mark))


def _paid(entry: Running | Billed, terms: CostTerms, span: int) -> Iterator[Line]:
    if isinstance(entry, Billed):
        for month in sorted({*entry.amounts, *entry.vat}):
            taxed = entry.vat.get(month, 0)
            yield _line(entry, entry.item, month // span, entry.amounts.get(month, 0) - taxed, entry.mark)
            if taxed:
                yield _line(entry, VAT, month // span, taxed, entry.mark)
        return
    worth, mark = worth_of(entry, terms)
    months, tax = entry.to_month - entry.from_month, tax_of(entry.price, terms)
    if months <= 0:
        return
    for period, amount in _spread(entry.from_month, months, span, lambda k: worth * k / MONTHS):
        yield _line(entry, entry.item, period, amount, mark)
    if tax:
        for period, amount in _spread(entry.from_month, months, span, lambda k: worth * tax * k / MONTHS):
            yield _line(entry, VAT, period, amount, weakest(mark, terms.vat_mark))


def electricity(site: str, bills: Iterable[Bill], mark: Mark) -> Billed:
    """The bills of a site as an entry of books in won; the mark is that of the load and the tariff together."""
    amounts: dict[int, int] = {}
    vat: dict[int, int] = {}
    for bill in bills:
        month = bill.month.year * MONTHS + bill.month.month - 1
        amounts[month] = amounts.get(month, 0) + bill.total_won
        vat[month] = vat.get(month, 0) + bill.extras.get(VAT, 0)
    return Billed("electricity", site, "", amounts, vat, mark)


def _spread(start: int, months: int, span: int, until: Callable[[int], Fraction]) -> Iterator[tuple[int, int]]:
    """The amount of each period; `until(k)` is the sum of the first k months, and the rounded amounts add up to the rounded whole."""
    before = 0
    for period in range(start // span, (start + months - 1) // span + 1):
        now = _round(until(min((period + 1) * span, start + months) - start))
        yield period, now - before
        before = now


def _line(entry: Entry, item: str, period: int, amount: int, mark: Mark) -> Line:
    kind = KINDS[entry.item if item == VAT else item]
    return Line(item, entry.item, kind, entry.site, entry.model, entry.part, period, amount, mark)


def _round(amount: Fraction | int) -> int:
    exact = Fraction(amount)
    return round_div(exact.numerator, exact.denominator)


def worth_of(entry: Asset | Running, terms: CostTerms) -> tuple[Fraction, Mark]:
    """Quantity × price in the smallest unit of the books, and how sure that is."""
    one, mark = in_books(entry.price, terms, f"the price of {entry.item} for {_whose(entry)}")
    return one * entry.quantity, mark


def _whose(entry: Entry) -> str:
    return " at ".join(name for name in (entry.model, entry.site) if name) or "all sites"


def tax_of(price: Price, terms: CostTerms) -> Fraction:
    """The share of a price that comes on top of it as value added tax."""
    return Fraction(terms.vat_ppm, MICRO) if price.vat == "added" else Fraction(0)


def smallest(currency: str) -> int:
    """Smallest units in one unit of a currency."""
    return SMALLEST.get(currency, 100)


def in_books(price: Price, terms: CostTerms, what: str) -> tuple[Fraction, Mark]:
    """A price in the smallest unit of the books. Raises CostError for an unknown or negative amount and for a currency without a rate."""
    if price.amount is None:
        raise CostError(
            f"{what} is unknown", where=price.where, remedy="write it, or assume it with a range and who assumes it; it is never 0"
        )
    if price.amount < 0:
        raise CostError(f"{what} is below 0", where=price.where, remedy="write 0 or more; a discount is a lower price")
    amount = Fraction(price.amount) * smallest(terms.currency)
    if price.currency == terms.currency:
        return amount, price.mark
    rate = terms.exchange.get(price.currency)
    if rate is None:
        known = ", ".join((terms.currency, *terms.exchange))
        raise CostError(
            f"{what} is in {price.currency}, which has no rate to {terms.currency}",
            where=price.where,
            remedy=f"write the exchange rate; known are {known}",
        )
    if rate.rate <= 0:
        raise CostError(
            f"the rate of {price.currency} is not above 0", where=price.where, remedy=f"write how many {terms.currency} one is worth"
        )
    return amount * Fraction(rate.rate), weakest(price.mark, rate.mark)


@dataclass(frozen=True, slots=True)
class Output:
    """What the money bought: devices, their installed and busy time in milli-device-seconds, and units of work done (None: unknown)."""

    accelerators: int
    installed_milli_s: int
    busy_milli_s: int | None
    work: int | None = None


@dataclass(frozen=True, slots=True)
class UnitCost:
    """Thousandths of the smallest unit of the books (milli-won) for each; None where there is none of it, or nobody knows how much."""

    accelerator_milli: int | None
    accelerator_hour_milli: int | None
    used_hour_milli: int | None
    work_milli: int | None


def unit_cost(total: int, output: Output) -> UnitCost:
    """One total over what it bought, each rounded once."""
    hour = MILLI * HOUR_S

    def each(divisor: int | None, scale: int = 1) -> int | None:
        return round_div(total * MILLI * scale, divisor) if divisor else None

    return UnitCost(
        each(output.accelerators),
        each(output.installed_milli_s, hour),
        each(output.busy_milli_s, hour),
        each(output.work),
    )
