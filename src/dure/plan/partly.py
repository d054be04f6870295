"""Bids that were taken in part: which limit leaves no room for more, what more would cost the others, and what would have brought it.

Each remedy is solved again with everything else as it was: `amount` brings more of the line, one step less does not. Where chances may
rise and fall again on the way a smaller amount could do too; it is said as a figure that was shown, not as the smallest of all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from dure.model.tenders import Line, Lot, Objective, Taking, Tender
from dure.model.units import MICRO
from dure.plan.award import Award, Judged, award_offers, choose
from dure.plan.displaced import Displaced, displaced
from dure.plan.offers import Offer, cheaper
from dure.solver import NO_LIMITS, Limits

OFFERS_MAX = 40
"""Above so many offers only the limits are said: one award of a large tender takes seconds, and each line asks for some dozens."""


class Limit(StrEnum):
    """What can cut a bid, in the order in which it is said."""

    LOT = "lot"
    BUDGET = "budget"
    UNITS = "units"
    BUDGET_SHARE = "budget_share"
    UNITS_SHARE = "units_share"
    PRICE = "price"


@dataclass(frozen=True, slots=True)
class More:
    """So much more of a limit (won, accelerators, parts per million), or won off the price of each, and what the line then gets.

    None: nothing brings more.
    """

    limit: Limit
    amount: int | None
    units: int | None


@dataclass(frozen=True, slots=True)
class Cut:
    """One line that was taken in part. `more`: accelerators with one buying unit more; `costs_won` what that takes at its price.

    `worse_by` (in units of the objective) and `displaced` tell of the best award with `more`; both are empty where there is none.
    """

    judged: Judged
    line: int
    units: int
    more: int
    costs_won: int
    tight: tuple[Limit, ...]
    possible: bool
    worse_by: float | None
    displaced: tuple[Displaced, ...]
    remedies: tuple[More, ...]
    solved: bool

    @property
    def at(self) -> Line:
        return self.judged.offer.lines[self.line]

    @property
    def name(self) -> str:
        """The offer; of a bundle with the lot."""
        offer = self.judged.offer
        return offer.name if len(offer.lines) == 1 else f"{offer.name}/{self.at.lot}"


def cuts(made: Award, limits: Limits = NO_LIMITS) -> tuple[Cut, ...]:
    """Every line that was taken in part, in order of offers."""
    if made.tender.objective is Objective.MATCH_LOWEST or made.choice.objective is None:
        return ()
    return tuple(_cut(made, judged, at, taken, limits) for judged, at, taken in _partly(made))


def _partly(made: Award) -> Iterator[tuple[Judged, int, Taking]]:
    taken = {(one.bid, one.line): one for one in made.choice.takings}
    for judged in made.judged:
        for at, (index, line) in enumerate(zip(judged.offer.indices, judged.offer.lines, strict=True)):
            one = taken.get((judged.offer.bid.name, index))
            if one is not None and one.units < line.most:
                yield judged, at, one


def _cut(made: Award, judged: Judged, at: int, taken: Taking, limits: Limits) -> Cut:
    offer, line = judged.offer, judged.offer.lines[at]
    tiers = [tier for tier in line.tiers if tier.most > taken.units]
    first = tiers[0]
    more = max(taken.units + line.step, first.least)
    forced = replace(line, tiers=(replace(first, least=more), *tiers[1:]))
    cost = first.won(more) - taken.won
    raised = replace(offer, lines=(*offer.lines[:at], forced, *offer.lines[at + 1 :]))
    field = [raised if one.name == offer.name else one for one in made.offers]
    solved = len(made.offers) <= OFFERS_MAX
    best = choose(made.tender, field, made.scores, limits, force=offer.name) if solved else None
    own, whole = made.choice.objective, None if best is None else best.objective
    possible = own is not None and whole is not None
    return Cut(
        judged,
        at,
        taken.units,
        more,
        cost,
        tuple(_tight(made, judged, line, more - taken.units, cost)),
        possible,
        abs(whole - own) if own is not None and whole is not None else None,
        displaced(made.choice.takings, best.takings, apart=offer.bid.name) if best is not None and possible else (),
        tuple(_remedies(made, offer, at, taken.units, limits)) if solved else (),
        solved,
    )


def _tight(made: Award, judged: Judged, line: Line, units: int, won: int) -> Iterator[Limit]:
    """Limits that have no room for so many more accelerators at so much more money, all else as awarded."""
    tender, caps = made.tender, made.tender.caps
    operators = {one.offer.bid.name: one.offer.bid.operator for one in made.judged}
    lots = {
        (one.offer.bid.name, index): part.lot for one in made.judged for index, part in zip(one.offer.indices, one.offer.lines, strict=True)
    }
    mine = [one for one in made.choice.takings if operators[one.bid] == judged.offer.bid.operator]
    own_units, own_won = sum(one.units for one in mine) + units, sum(one.won for one in mine) + won
    of_lot = sum(one.units for one in made.choice.takings if lots[one.bid, one.line] == line.lot)
    all_units, all_won = (sum(getattr(one, key) for one in made.choice.takings) for key in ("units", "won"))
    most, budget = tender.lot(line.lot).most, tender.budget_won
    if most is not None and of_lot + units > most:
        yield Limit.LOT
    if budget is not None and all_won + won > budget:
        yield Limit.BUDGET
    if caps.units is not None and own_units > caps.units:
        yield Limit.UNITS
    if caps.budget_ppm is not None and budget is not None and own_won * MICRO > caps.budget_ppm * budget:
        yield Limit.BUDGET_SHARE
    if caps.units_ppm is not None and own_units * MICRO > caps.units_ppm * (all_units + units):
        yield Limit.UNITS_SHARE


def _remedies(made: Award, offer: Offer, at: int, units: int, limits: Limits) -> Iterator[More]:
    offers, lot = [one.offer for one in made.judged], offer.lines[at].lot

    def gets(tender: Tender, changed: Offer = offer) -> int:
        found = award_offers(tender, [changed if one.name == offer.name else one for one in offers], limits)
        return sum(one.units for one in found.choice.takings if (one.bid, one.line) == (offer.bid.name, offer.indices[at]))

    for limit, most, step, lifted in _limits(made.tender, lot, offer):
        yield _least(limit, most, step, lambda amount, lifted=lifted: gets(lifted(amount)), units)  # type: ignore[misc]
    if len(offer.lines) == 1:
        most = min(tier.unit_won for tier in offer.lines[0].tiers) - 1
        yield _least(Limit.PRICE, most, 1, lambda cut: gets(made.tender, cheaper(offer, cut)), units)


Lifted = Callable[[int], Tender]


def _limits(tender: Tender, lot: str, offer: Offer) -> Iterator[tuple[Limit, int, int, Lifted]]:
    """Each limit of the rules that touches the offer: how far it is lifted at most, by which step, and the tender with it lifted."""
    caps, step = tender.caps, next(line.step for line in offer.lines if line.lot == lot)

    def wider(one: Lot, amount: int) -> Lot:
        return one if one.name != lot or one.most is None else replace(one, most=one.most + amount)

    if tender.lot(lot).most is not None:
        yield Limit.LOT, offer.units, step, lambda amount: replace(tender, lots=tuple(wider(one, amount) for one in tender.lots))
    if tender.budget_won is not None:
        budget = tender.budget_won
        yield Limit.BUDGET, offer.full_won, 1, lambda amount: replace(tender, budget_won=budget + amount)
    if caps.units is not None:
        units = caps.units
        yield Limit.UNITS, offer.units, step, lambda amount: replace(tender, caps=replace(caps, units=units + amount))
    if caps.budget_ppm is not None:
        part = caps.budget_ppm
        yield Limit.BUDGET_SHARE, MICRO - part, 1000, lambda amount: replace(tender, caps=replace(caps, budget_ppm=part + amount))
    if caps.units_ppm is not None:
        share = caps.units_ppm
        yield Limit.UNITS_SHARE, MICRO - share, 1000, lambda amount: replace(tender, caps=replace(caps, units_ppm=share + amount))


def _least(limit: Limit, most: int, step: int, gets: Callable[[int], int], units: int) -> More:
    """The amount, in steps, that brings more while one step less does not: looked for by doubling, then by halving."""
    low, high, top = 0, 1, most // step
    while high < top and gets(high * step) <= units:
        low, high = high, high * 2
    high = min(high, top)
    got = gets(high * step) if high > low else units
    if got <= units:
        return More(limit, None, None)
    while high - low > 1:
        middle = (low + high) // 2
        found = gets(middle * step)
        low, high, got = (low, middle, found) if found > units else (middle, high, got)
    return More(limit, high * step, got)
