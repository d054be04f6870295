"""Eligibility, then scores, then the optimal award: which bids, how many accelerators of each, at a proven gap.

Lots that no bundle, alternative, budget or cap ties together are decided apart; where the parts, put together, keep the budget
and the caps, they are the optimum of the whole. Where the budget alone binds, tables over all lots tell what it is best spent on;
else the whole is solved as one program.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import isfinite

from dure.model.tenders import Bid, Objective, Taking, Tender
from dure.model.units import MICRO
from dure.plan.award_program import AwardProgram, OfferPlace, add_cost, build, money_scale, taking, worth_of
from dure.plan.budget_tables import units_under_budget
from dure.plan.elastic import Given, cheapest_relaxation
from dure.plan.lot_tables import LotTables, fineness, fits
from dure.plan.matching import match_lowest, matched_takings
from dure.plan.name_tables import OFFERS_MAX, NameTables
from dure.plan.offers import Offer, offers_of
from dure.plan.same_worth import first_of_equals
from dure.plan.scores import Failed, Points, failures, scores, total
from dure.solver import NO_LIMITS, Limits, Solution, Status, conflict, solve

Scores = Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Judged:
    """One offer after eligibility and scoring; points are empty where it was not judged."""

    offer: Offer
    failed: tuple[Failed, ...]
    points: Points
    too_few: bool

    @property
    def score(self) -> Fraction:
        return total(self.points)

    @property
    def eligible(self) -> bool:
        return not self.failed and not self.too_few


@dataclass(frozen=True, slots=True)
class Choice:
    """What the solver proved, and what that buys. `parts` tells into how many programs the tender fell."""

    status: Status
    objective: float | None
    bound: float | None
    gap: float | None
    takings: tuple[Taking, ...]
    parts: int = 1

    @property
    def taken(self) -> frozenset[tuple[str, int]]:
        return frozenset((one.bid, one.line) for one in self.takings)

    def takes(self, offer: Offer) -> bool:
        return (offer.bid.name, offer.indices[0]) in self.taken


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no award: rows that cannot hold together, or what would have to give; in the names of the rules."""

    conflict: tuple[str, ...]
    relaxation: tuple[Given, ...]
    irreducible: bool = True
    """Whether it was shown that without any one of these rows the rest can hold."""


@dataclass(frozen=True, slots=True)
class Award:
    tender: Tender
    judged: tuple[Judged, ...]
    choice: Choice
    refusal: Refusal | None

    @property
    def found(self) -> bool:
        """Whether there is an award, be it of nothing: not where it is refused, nor where time ended the search without one."""
        return self.choice.objective is not None or self.tender.objective is Objective.MATCH_LOWEST

    @property
    def offers(self) -> tuple[Offer, ...]:
        return tuple(one.offer for one in self.judged if one.eligible)

    @property
    def scores(self) -> dict[str, Fraction]:
        return {one.offer.name: one.score for one in self.judged if one.eligible}


def judge(tender: Tender, offers: Sequence[Offer]) -> tuple[Judged, ...]:
    """Every offer, in order of name; those that fail a rule are not scored, nor do they move the scores of others."""
    failed = {offer.name: failures(tender, offer) for offer in offers}
    points = scores(tender, [offer for offer in offers if not failed[offer.name]])
    least = Fraction(tender.score_least_micro or 0, MICRO)
    return tuple(
        Judged(offer, failed[offer.name], points.get(offer.name, {}), not failed[offer.name] and total(points[offer.name]) < least)
        for offer in sorted(offers, key=lambda one: one.name)
    )


def award(tender: Tender, bids: Sequence[Bid], limits: Limits = NO_LIMITS) -> Award:
    """The whole way from bids to an award, or to the reason why there is none."""
    return award_offers(tender, offers_of(bids), limits)


def award_offers(tender: Tender, offers: Sequence[Offer], limits: Limits = NO_LIMITS) -> Award:
    judged = judge(tender, offers)
    field = [one.offer for one in judged if one.eligible]
    score = {one.offer.name: one.score for one in judged if one.eligible}
    if tender.objective is Objective.MATCH_LOWEST:
        takings = matched_takings(match_lowest(tender, field))
        return Award(tender, judged, Choice(Status.OPTIMAL, None, None, None, takings), None)
    choice = choose(tender, field, score, limits)
    refusal = _refusal(tender, field, score, limits) if choice.status is Status.INFEASIBLE else None
    return Award(tender, judged, choice, refusal)


def choose(
    tender: Tender, offers: Sequence[Offer], score: Scores, limits: Limits = NO_LIMITS, *, force: str | None = None, ties: bool = True
) -> Choice:
    """The best takings; of several equally good ones the cheapest (for the least cost: the one with most public capacity), where
    that too is equal the one with the fewest offers, and then the one with the most of the first offer in the order of names.
    """
    parts, scale = components(tender, offers), money_scale(tender, offers)
    if len(parts) > 1:
        inside = [{offer.name for offer in part} for part in parts]
        each = [
            choose_in_part(part_of(tender, part), part, score, scale, limits, force=force if force in names else None, ties=ties)
            for part, names in zip(parts, inside, strict=True)
        ]
        whole = joined(each)
        if whole.status is Status.INFEASIBLE or keeps_coupling(tender, offers, whole.takings):
            return whole
    units = units_under_budget(tender, parts, force=force, unique=ties)
    if units is not None:
        takings = _takings(offers, units)
        worth = worth_of(tender, offers, score, takings, scale)
        return Choice(Status.OPTIMAL, worth, worth, 0.0, takings)
    return choose_at_once(tender, offers, score, limits, force=force, ties=ties)


def joined(each: Sequence[Choice]) -> Choice:
    """Several parts as one answer: the worst status, sums of objectives and bounds; where one part has no award there is none."""
    order = (Status.OPTIMAL, Status.FEASIBLE, Status.UNKNOWN, Status.UNBOUNDED, Status.INFEASIBLE)
    status = max((one.status for one in each), key=order.index)
    objective = _sum([one.objective for one in each])
    bound = _sum([one.bound for one in each])
    gap = None if objective is None or bound is None else abs(bound - objective) / max(1e-9, abs(objective))
    takings = tuple(taking for one in each for taking in one.takings) if objective is not None else ()
    return Choice(status, objective, bound, gap, tuple(sorted(takings, key=lambda one: (one.bid, one.line))), len(each))


def _sum(values: Sequence[float | None]) -> float | None:
    known = [one for one in values if one is not None]
    return sum(known) if len(known) == len(values) else None


def components(tender: Tender, offers: Sequence[Offer]) -> list[list[Offer]]:
    """Offers that share a lot or a group of alternatives, directly or through others, stay together."""
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        while parent.setdefault(key, key) != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for offer in offers:
        keys = [f"lot {line.lot}" for line in offer.lines]
        keys += [f"alternative {offer.bid.alternative}"] if offer.bid.alternative is not None else []
        for key in keys[1:]:
            parent[root(key)] = root(keys[0])
    needed = [f"lot {lot.name}" for lot in tender.lots if lot.least]
    found: dict[str, list[Offer]] = {root(key): [] for key in needed}
    for offer in sorted(offers, key=lambda one: one.name):
        found.setdefault(root(f"lot {offer.lines[0].lot}"), []).append(offer)
    return list(found.values())


def keeps_coupling(tender: Tender, offers: Sequence[Offer], takings: Sequence[Taking]) -> bool:
    """Whether budget and caps hold, in whole won and accelerators."""
    operator = {offer.bid.name: offer.bid.operator for offer in offers}
    units: dict[str, int] = {}
    won: dict[str, int] = {}
    for one in takings:
        units[operator[one.bid]] = units.get(operator[one.bid], 0) + one.units
        won[operator[one.bid]] = won.get(operator[one.bid], 0) + one.won
    caps, budget = tender.caps, tender.budget_won
    if budget is not None and sum(won.values()) > budget:
        return False
    if caps.units is not None and any(one > caps.units for one in units.values()):
        return False
    if caps.units_ppm is not None and any(one * MICRO > caps.units_ppm * sum(units.values()) for one in units.values()):
        return False
    return caps.budget_ppm is None or budget is None or all(one * MICRO <= caps.budget_ppm * budget for one in won.values())


def choose_at_once(
    tender: Tender, offers: Sequence[Offer], score: Scores, limits: Limits = NO_LIMITS, *, force: str | None = None, ties: bool = True
) -> Choice:
    """The same as one program of all offers, under budget and caps."""
    made = build(tender, offers, score, force=force)
    return _solved(tender, made, offers, score, limits, ties=ties, named=tender.budget_won is None and force is None)


def choose_in_part(
    tender: Tender,
    part: Sequence[Offer],
    score: Scores,
    scale: int,
    limits: Limits = NO_LIMITS,
    *,
    force: str | None = None,
    ties: bool = True,
) -> Choice:
    """What the award takes of offers that nothing but budget and caps ties to the others: from tables where they can tell, else from
    a program. `tender` has the lots of this part alone; money is counted in `scale` won.
    """
    known = _by_tables(tender, part, score, scale, force)
    if known is not None:
        return known
    made = build(tender, part, score, force=force, coupled=False, scale=scale)
    return _solved(tender, made, part, score, limits, ties=ties, named=False)


def _solved(
    tender: Tender, made: AwardProgram, offers: Sequence[Offer], score: Scores, limits: Limits, *, ties: bool, named: bool
) -> Choice:
    best = solve(made.program, limits)
    if not best.found:
        return Choice(best.status, None, None, None, ())
    tables = _named(tender, offers) if named else None
    takings = _one_of_equals(tender, made, score, best, limits, tables) if ties else made.takings(best.values)
    takings = tuple(sorted(takings, key=lambda one: (one.bid, one.line)))
    return Choice(best.status, best.objective, best.bound, best.gap, takings)


def part_of(tender: Tender, offers: Sequence[Offer]) -> Tender:
    """The tender with only the lots that these offers bid on, or that need something and get nothing."""
    names = {line.lot for offer in offers for line in offer.lines}
    lots = tuple(lot for lot in tender.lots if lot.name in names or (lot.least and not offers))
    return replace(tender, lots=lots)


def _by_tables(tender: Tender, offers: Sequence[Offer], score: Scores, scale: int, force: str | None) -> Choice | None:
    """The best award, ties decided, from tables that hold the best of every total; None where tables cannot tell.

    Every quantity of every offer is in them, so what they find is proven.
    """
    tables = name_tables(tender, offers, score)
    if tables is None:
        return None
    own = next((one for one in offers if one.name == force), offers[0])
    units = tables.best(own, score[own.name], force=force is not None)
    if units is None:
        return Choice(Status.INFEASIBLE, None, None, None, ())
    takings = _takings(offers, units)
    worth = worth_of(tender, offers, score, takings, scale)
    return Choice(Status.OPTIMAL, worth, worth, 0.0, takings)


def name_tables(tender: Tender, offers: Sequence[Offer], score: Scores) -> NameTables | None:
    """Tables that tell what the best award takes of each offer, ties decided; None where tables cannot tell."""
    bid_on = {line.lot for offer in offers for line in offer.lines}
    if any(lot.least and lot.name not in bid_on for lot in tender.lots):
        return None
    if not offers or len(offers) > OFFERS_MAX or not fits(tender, offers):
        return None
    finely = fineness(tender, offers)
    if finely is not None:
        return NameTables(LotTables(tender, offers, {}, finely=finely))
    if tender.objective not in (Objective.SCORE, Objective.SCORED_CAPACITY):
        return None
    tables = LotTables(tender, offers, score)
    return NameTables(tables, equal_room(tables.value()))


def equal_room(worth: float) -> float:
    """How far the points of two equally good awards may lie apart."""
    return max(EQUAL_ROOM, 1e-12 * abs(worth)) if isfinite(worth) else EQUAL_ROOM


def _takings(offers: Sequence[Offer], units: Mapping[tuple[str, str], int]) -> tuple[Taking, ...]:
    by_name = {offer.name: offer for offer in offers}
    found = []
    for (name, lot), count in units.items():
        offer = by_name[name]
        line = next(index for index, one in enumerate(offer.lines) if one.lot == lot)
        tier = next(one for one in offer.lines[line].tiers if one.least <= count <= one.most)
        found.append(taking(offer, line, tier, count))
    return tuple(sorted(found, key=lambda one: (one.bid, one.line)))


def _named(tender: Tender, offers: Sequence[Offer]) -> Callable[[], tuple[Taking, ...]] | None:
    """Asks tables what the best award takes of each offer, ties decided; None where tables cannot tell."""
    tables = None if fineness(tender, offers) is None else name_tables(tender, offers, {})
    return None if tables is None else lambda: _takings(offers, tables.taken(offers[0]))


def _one_of_equals(
    tender: Tender, made: AwardProgram, score: Scores, best: Solution, limits: Limits, named: Callable[[], tuple[Taking, ...]] | None
) -> tuple[Taking, ...]:
    """Of equally good awards the cheapest (of the cheapest the one with most public capacity), then the one with the fewest offers,
    then the one with the most of the first by name.
    """
    second = _cheapest_of_equals(tender, made, best, limits)
    if second is None:
        return made.takings(best.values)
    found = made.takings(second.values)
    if named is not None:
        takings = named()
    else:
        in_won = not made.program.maximise
        _hold(made, second, "no dearer than the cheapest", MONEY_ROOM / made.scale_won if in_won else EQUAL_ROOM)
        first = first_of_equals(made, second.values, limits)
        takings = found if first is None else made.takings(first)
    return takings if _worth(tender, made, score, takings) >= _worth(tender, made, score, found) else found


def _worth(tender: Tender, made: AwardProgram, score: Scores, takings: Sequence[Taking]) -> tuple[Fraction, Fraction]:
    """The objective and what decides between equals, exactly: solvers allow a little more than is equal."""
    offers = {(place.offer.bid.name, index): place.offer for place in made.places for index in place.offer.indices}
    won, capacity, worth = Fraction(0), Fraction(0), Fraction(0)
    for one in takings:
        offer, line = offers[one.bid, one.line], offers[one.bid, one.line].bid.lines[one.line]
        public = Fraction(tender.capacity_of(line.model) * one.public, MICRO)
        of_score = one.units if tender.objective is Objective.SCORE else public
        won, capacity = won - one.won, capacity + public
        worth += public if tender.objective is Objective.PUBLIC_CAPACITY else of_score * score[offer.name]
    return (won, capacity) if tender.objective is Objective.COST else (worth, won)


MONEY_ROOM = 0.2
"""won that two equal sums may differ by in a program"""
EQUAL_ROOM = 1e-9


def _hold(made: AwardProgram, best: Solution, name: str, room: float) -> None:
    """What was best so far stays so by a row, and costs are cleared for the next question."""
    assert best.objective is not None
    program = made.program
    worth = [(index, one.cost) for index, one in enumerate(program.columns) if one.cost]
    if worth and program.maximise:
        program.row(name, worth, unit="objective", low=best.objective - room)
    elif worth:
        program.row(name, worth, unit="objective", high=best.objective + room)
    for index, _ in worth:
        add_cost(program, index, -program.columns[index].cost)


def _cheapest_of_equals(tender: Tender, made: AwardProgram, best: Solution, limits: Limits) -> Solution | None:
    """Among awards of the same worth the cheapest; among the cheapest the one with most public capacity."""
    assert best.objective is not None
    program = made.program
    if not any(one.cost for one in program.columns):
        return None
    in_won = tender.objective is Objective.COST
    _hold(made, best, "as good as the best", MONEY_ROOM / made.scale_won if in_won else equal_room(best.objective))
    cost_is_first = tender.objective is Objective.COST
    for place in made.places:
        terms = _capacity(tender, place) if cost_is_first else place.won(made.scale_won)
        for column, value in terms:
            add_cost(program, column, value)
    program.maximise = cost_is_first
    second = solve(program, limits)
    return second if second.found else None


def _capacity(tender: Tender, place: OfferPlace) -> list[tuple[int, float]]:
    return [
        (column, value * tender.capacity_of(line.model) / MICRO)
        for index, line in enumerate(place.offer.lines)
        for column, value in place.public(index)
    ]


RELAXED_PRICE = {"budget": 1.0, "lot at least": 100.0, "lot at most": 100.0, "cluster minimum": 10.0, "accelerators per operator": 10.0}
RELAXED_PRICE |= {"share per operator": 10.0, "budget per operator": 1.0}


def _refusal(tender: Tender, offers: Sequence[Offer], score: Scores, limits: Limits) -> Refusal:
    """The rules that cannot hold together; where only whole units are in the way, what would have to give."""
    program = build(tender, offers, score).program
    found = conflict(program, limits)
    weights = {row.name: RELAXED_PRICE[kind] for row in program.rows if (kind := row.name.split(" [")[0]) in RELAXED_PRICE}
    gives = cheapest_relaxation(program, weights, limits)
    return Refusal(() if found is None else found.rows, gives or (), found is None or found.irreducible)
