"""Among awards that are equal in worth and cost: the fewest offers, then the most of the first in the order of names, and so on.

No order of names may split a lot between two who ask the same: whoever can deliver it alone does, and a sliver for one more bidder,
with one more contract to run, is never the tie's outcome.
"""

from __future__ import annotations

from collections.abc import Sequence

from dure.plan.award_program import AwardProgram, OfferPlace, Terms, add_cost
from dure.solver import Limits, Solution, Status, solve

BLOCK = 12
"""Offers of which one program says which is the first that can be taken: the first counts twice the second, and so on."""
Values = tuple[float, ...]


def first_of_equals(made: AwardProgram, values: Values, limits: Limits) -> Values | None:
    """The award that is taken of all that the program's rows still allow; `values` is one of them. None: the solver stopped."""
    program = made.program
    if _alone(made, values, limits):
        return values
    program.maximise = False
    found = _asked(made, [(place.taken, 1.0) for place in made.places], limits)
    if found is None:
        return None
    values = found.values
    count = sum(_taken(place, values) for place in made.places)
    program.row("no more offers than the fewest", [(place.taken, 1.0) for place in made.places], unit="offers", high=count)
    program.maximise = True
    return _by_name(made, values, limits)


def _by_name(made: AwardProgram, values: Values, limits: Limits) -> Values | None:
    """Offer by offer as many as can be; offers that are not taken are asked a block at a time for the first that can be."""
    at = 0
    while at < len(made.places) and any(_taken(place, values) for place in made.places[at:]):
        run = next(index for index, place in enumerate(made.places[at:]) if _taken(place, values))
        if run:
            block = made.places[at : at + min(run, BLOCK)]
            found = _asked(made, [(place.taken, float(2 ** (BLOCK - index))) for index, place in enumerate(block)], limits)
            if found is None:
                return None
            none = next((index for index, place in enumerate(block) if _taken(place, found.values)), len(block))
            for place in block[:none]:
                _fix(made, place.taken, 0.0)
            values, at = found.values, at + none
            continue
        place = made.places[at]
        if _units(place, values) < place.offer.units:
            found = _asked(made, place.units(), limits)
            if found is None:
                return None
            values = found.values
        units = float(_units(place, values))
        made.program.row(f"first by name [{place.offer.name}]", place.units(), unit="accelerators", low=units, high=units)
        at += 1
    return values


def _taken(place: OfferPlace, values: Sequence[float]) -> bool:
    return values[place.taken] > 0.5


def _units(place: OfferPlace, values: Sequence[float]) -> int:
    return round(sum(round(values[column]) * count for column, count in place.units()))


def _fix(made: AwardProgram, column: int, value: float) -> None:
    one = made.program.columns[column]
    made.program.columns[column] = type(one)(one.name, one.unit, value, value, 0.0, one.integer)


def _asked(made: AwardProgram, terms: Terms, limits: Limits) -> Solution | None:
    """The best by these terms alone; the program's costs are nothing before and after."""
    for column, value in terms:
        add_cost(made.program, column, value)
    found = solve(made.program, limits)
    for column, value in terms:
        add_cost(made.program, column, -value)
    return found if found.found else None


def _alone(made: AwardProgram, values: Values, limits: Limits) -> bool:
    """Whether no other award can come before this one: it would have fewer offers, or as many and more of one of them."""
    program, columns, rows = made.program, len(made.program.columns), len(made.program.rows)
    taken: Terms = [(place.taken, 1.0) for place in made.places]
    count = sum(_taken(place, values) for place in made.places)
    more: Terms = []
    for place in made.places:
        units = _units(place, values)
        if units < place.offer.units:
            column = program.column(f"more of [{place.offer.name}]", unit="0 or 1", high=1, integer=True)
            program.row(
                f"at least one more of [{place.offer.name}]", [*place.units(), (column, -float(units + 1))], unit="accelerators", low=0
            )
            more.append((column, 1.0))
    program.row("no more offers", taken, unit="offers", high=count)
    program.row("fewer offers, or more of one", [*more, *((column, -1.0) for column, _ in taken)], unit="offers", low=1 - count)
    found = solve(program, limits)
    del program.columns[columns:], program.rows[rows:]
    return found.status is Status.INFEASIBLE
