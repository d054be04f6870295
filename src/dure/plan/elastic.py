"""A program whose rules may give, each at a price: how far they would have to, at least, for anything to be possible."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from dure.solver import FEASIBLE_WITHIN, NO_LIMITS, Limits, Program, solve


@dataclass(frozen=True, slots=True)
class Given:
    """How far one row has to give: `amount` in the row's unit, below its lower or above its upper limit."""

    row: str
    unit: str
    side: str
    amount: float


@dataclass(frozen=True, slots=True)
class Elastic:
    """The program in which the rows named give; `missing` is the column that holds how far, by row and side.

    Columns of the program that it was made from keep their numbers.
    """

    source: Program
    program: Program
    missing: Mapping[tuple[str, str], int]

    def given(self, values: Sequence[float]) -> tuple[Given, ...]:
        """What gives in the values of a solution, reckoned from the rows as they were written."""
        found = []
        may = {row for row, _ in self.missing}
        for row in self.source.rows:
            if row.name not in may:
                continue
            reached = sum(coefficient * values[index] for index, coefficient in row.terms)
            least = FEASIBLE_WITHIN * max(1.0, abs(reached))
            for side, amount in (("below", row.low - reached), ("above", reached - row.high)):
                if amount > least:
                    found.append(Given(row.name, row.unit, side, amount))
        return tuple(found)

    def held(self, values: Sequence[float]) -> Iterable[int]:
        """The columns of rules that give nothing in these values."""
        return (at for at in self.missing.values() if values[at] <= FEASIBLE_WITHIN)


def elastic(program: Program, weights: Mapping[str, float]) -> Elastic:
    """The program that asks for the least weighted sum of what rules give; `weights` names them, with the price of one unit."""
    made = Program(f"{program.name}, relaxed")
    missing: dict[tuple[str, str], int] = {}
    for one in program.columns:
        made.column(one.name, unit=one.unit, low=one.low, high=one.high, integer=one.integer)
    for row in program.rows:
        terms = list(row.terms)
        for side, sign, bound in (("below", 1.0, row.low), ("above", -1.0, row.high)):
            if row.name in weights and isfinite(bound):
                missing[row.name, side] = at = made.column(f"{row.name} {side}", unit=row.unit, cost=weights[row.name])
                terms.append((at, sign))
        made.row(row.name, terms, unit=row.unit, low=row.low, high=row.high)
    return Elastic(program, made, missing)


def cheapest_relaxation(
    program: Program, weights: Mapping[str, float], limits: Limits = NO_LIMITS, *, relaxed: bool = False
) -> tuple[Given, ...] | None:
    """The rows that give, and by how much, where the weighted sum of what they give is least; None where nothing helps."""
    made = elastic(program, weights)
    answer = solve(made.program, limits, relaxed=relaxed)
    return made.given(answer.values) if answer.found else None
