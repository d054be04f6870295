"""Who pays what of a plan, worked out from the question alone: line by line, year by year, with what borrowed money costs later.

A small linear program of its own; shares no code with the builder. Without loans nobody needs it: money with the earliest end is spent
first, and if that does not suffice, nothing does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from dure.model.purchases import BudgetLine, Kind, Loan, Purchase
from dure.model.units import MICRO
from dure.solver import Program, solve

LITTLE = 1e-4
"""What a won of interest counts against a won that nobody pays: it decides only where everything is paid."""

FIRST = 1_000.0
"""What a won that machines lack counts against one that running them lacks: what is ordered is paid for, and what that costs is told."""

Needs = Mapping[tuple[Kind, int], Fraction]


@dataclass(frozen=True, slots=True)
class Payments:
    """Won: drawn by source and year, interest and principal by source and year in which they fall due, missing by kind and year."""

    drawn: Mapping[tuple[str, int], float]
    interest: Mapping[tuple[str, int], float]
    principal: Mapping[tuple[str, int], float]
    missing: Mapping[tuple[Kind, int], float]

    def due(self, year: int) -> float:
        """Interest and principal of a year, of all loans."""
        return sum(won for found in (self.interest, self.principal) for (_, at), won in found.items() if at == year)


def schedule(loan: Loan) -> list[tuple[Fraction, Fraction]]:
    """Interest and principal on 1 borrowed, for each year after the one in which it is drawn: the balance is followed year by year."""
    rate, count, balance, found = Fraction(loan.rate_ppm, MICRO), loan.years - loan.grace, Fraction(1), []
    level = rate / (1 - 1 / (1 + rate) ** count) if loan.level and rate else Fraction(1, count)
    for year in range(1, loan.years + 1):
        interest = balance * rate
        principal = Fraction(0) if year <= loan.grace else level - interest if loan.level else Fraction(1, count)
        balance -= principal
        found.append((interest, principal))
    return found


def payments(purchase: Purchase, needs: Needs) -> Payments:
    """The payments that leave the least unpaid, and then pay the least interest."""
    scale = 10 ** max(0, len(str(max((line.won for line in purchase.budgets), default=1))) - 5)
    program = Program("payments")
    spends: dict[tuple[int, int], int] = {}
    years = sorted({*purchase.all_years, *(year for _, year in needs)})
    plans = {source: schedule(loan) for source, loan in purchase.loans.items()}
    for at, line in enumerate(purchase.budgets):
        cost = LITTLE * float(sum(interest for interest, _ in plans[line.source])) if _lends(line) else 0.0
        for year in range(max(line.year, years[0]), min(last_year(purchase, line), years[-1]) + 1):
            spends[at, year] = program.column(f"{at} in {year}", unit="won", cost=cost)
        own = [(column, 1.0) for (of, _), column in spends.items() if of == at]
        if own:
            program.row(f"line {at}", own, unit="won", high=line.won / scale)
    short: dict[tuple[Kind, int], int] = {}
    kinds = {kind for kind, _ in needs}
    for kind in kinds:
        for year in years:
            need = needs.get((kind, year), Fraction(0))
            due = _due(purchase, spends, plans, year) if kind == "opex" else []
            if not need and not due:
                continue
            short[kind, year] = program.column(f"missing {kind} {year}", unit="won", cost=FIRST if kind == "capex" else 1.0)
            pays = [(column, 1.0) for (of, spent), column in spends.items() if (purchase.budgets[of].kind, spent) == (kind, year)]
            terms = [*pays, (short[kind, year], 1.0), *((column, -each) for column, each in due)]
            program.row(f"paid {kind} {year}", terms, unit="won", low=float(need / scale))
    answer = solve(program)
    assert answer.found, "everything may be missing"
    return _read(purchase, plans, {key: answer.values[at] * scale for key, at in spends.items()}, _won(short, answer.values, scale))


def _won(short: Mapping[tuple[Kind, int], int], values: tuple[float, ...], scale: int) -> dict[tuple[Kind, int], float]:
    return {key: values[at] * scale for key, at in short.items()}


def _lends(line: BudgetLine) -> bool:
    return line.loan is not None and line.kind == "capex"


def last_year(purchase: Purchase, line: BudgetLine) -> int:
    """The last year in which money of a line may be spent."""
    carries = {one.year for one in purchase.budgets if (one.source, one.kind) == (line.source, line.kind) and one.carries}
    year = line.year
    while year in carries:
        year += 1
    return year


Plans = Mapping[str, list[tuple[Fraction, Fraction]]]


def _due(purchase: Purchase, spends: Mapping[tuple[int, int], int], plans: Plans, year: int) -> list[tuple[int, float]]:
    found = []
    for (of, spent), column in spends.items():
        line = purchase.budgets[of]
        if _lends(line) and 1 <= year - spent <= len(plans[line.source]):
            found.append((column, float(sum(plans[line.source][year - spent - 1]))))
    return found


def _read(purchase: Purchase, plans: Plans, spent: Mapping[tuple[int, int], float], missing: dict[tuple[Kind, int], float]) -> Payments:
    drawn: dict[tuple[str, int], float] = {}
    interest: dict[tuple[str, int], float] = {}
    principal: dict[tuple[str, int], float] = {}
    for (of, year), won in spent.items():
        line = purchase.budgets[of]
        if not _lends(line) or won < 0.5:
            continue
        drawn[line.source, year] = drawn.get((line.source, year), 0.0) + won
        for since, (each, back) in enumerate(plans[line.source], 1):
            key = line.source, year + since
            interest[key] = interest.get(key, 0.0) + won * float(each)
            principal[key] = principal.get(key, 0.0) + won * float(back)
    return Payments(drawn, interest, principal, missing)
