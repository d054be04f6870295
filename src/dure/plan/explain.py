"""Why the award is what it is: what taking a loser would cost, what would have made it win, how far rules and prices carry it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Literal

from dure.model.tenders import Bid, Objective, Obligation, Tender
from dure.model.units import MICRO
from dure.plan.award import Award, Judged, award_offers, judge
from dure.plan.displaced import Displaced, displaced
from dure.plan.flips import Field, Flip, flip_price, flip_public, flip_quantity, flip_ready
from dure.plan.given import over_budget, with_given
from dure.plan.low_prices import AbnormallyLow, abnormally_low
from dure.plan.odd_prices import OddPrice, odd_prices
from dure.plan.partly import Cut, cuts
from dure.plan.price_range import PriceRange, price_range, quantities
from dure.plan.without_flagged import WithoutFlagged, without_flagged
from dure.solver import NO_LIMITS, Limits

WEIGHT_STEP, WEIGHT_FINE = Fraction(5), Fraction(1, 1000)


class Why(StrEnum):
    """Why an offer was not taken."""

    FAILED = "failed"
    TOO_FEW = "too_few"
    WORSE = "worse"
    IMPOSSIBLE = "impossible"
    NOT_MATCHED = "not_matched"


@dataclass(frozen=True, slots=True)
class Loss:
    """One offer that was not taken. `worse_by` is in units of the objective; flips are empty where nothing was asked."""

    judged: Judged
    why: Why
    worse_by: float | None
    displaced: tuple[Displaced, ...]
    flips: tuple[Flip, ...]
    over_won: int | None = None
    """by how much the cheapest award that holds it exceeds the budget, where that is why none does"""


@dataclass(frozen=True, slots=True)
class WeightRange:
    """Between these points of one criterion, the others in proportion, the award stays; None: to the end."""

    criterion: str
    points: Fraction
    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class Explanation:
    losses: tuple[Loss, ...]
    weights: tuple[WeightRange, ...]
    abnormally_low: tuple[AbnormallyLow, ...]
    prices: PriceRange | None
    odd_prices: tuple[OddPrice, ...]
    obligations: tuple[Obligation, ...]
    without_flagged: WithoutFlagged | None = None
    cuts: tuple[Cut, ...] = ()


def explain(made: Award, limits: Limits = NO_LIMITS) -> Explanation:
    """Everything that minutes say beyond the award itself."""
    matched = made.tender.objective is Objective.MATCH_LOWEST
    solved = bool(made.choice.takings) and not matched
    low = abnormally_low(made)
    odd = odd_prices(made.tender, list({one.offer.bid.name: one.offer.bid for one in made.judged}.values()))
    return Explanation(
        losses(made, limits),
        weight_ranges(made, limits) if solved else (),
        low,
        price_range(made, limits) if solved else None,
        odd,
        obligations(made),
        without_flagged(made, [*(one.offer.bid.name for one in low), *(one.name for one in odd)], limits),
        cuts(made, limits),
    )


def losses(made: Award, limits: Limits = NO_LIMITS) -> tuple[Loss, ...]:
    """Every offer that was not taken, in order of name."""
    lost = [one for one in made.judged if not made.choice.takes(one.offer)]
    if made.tender.objective is Objective.MATCH_LOWEST or made.choice.objective is None:
        why = Why.NOT_MATCHED if made.choice.takings else Why.IMPOSSIBLE
        return tuple(Loss(one, _failed(one) or why, None, (), ()) for one in lost)
    field = Field(made, limits)
    return tuple(_loss(made, field, one, limits) for one in lost)


def _failed(one: Judged) -> Why | None:
    return Why.FAILED if one.failed else Why.TOO_FEW if one.too_few else None


def _loss(made: Award, field: Field, one: Judged, limits: Limits) -> Loss:
    flips = tuple(with_given(field, find(field, one.offer)) for find in (flip_price, flip_public, flip_ready, flip_quantity))
    failed = _failed(one)
    if failed is not None:
        return Loss(one, failed, None, (), flips)
    forced = field.forced(one.offer)
    if forced.objective is None or made.choice.objective is None:
        return Loss(one, Why.IMPOSSIBLE, None, (), flips, over_budget(made, one.offer, limits))
    return Loss(one, Why.WORSE, abs(forced.objective - made.choice.objective), displaced(made.choice.takings, forced.takings), flips)


def weight_ranges(made: Award, limits: Limits = NO_LIMITS) -> tuple[WeightRange, ...]:
    """For each criterion how far its weight may move, the others in proportion, before other quantities are bought."""
    tender, full = made.tender, Fraction(made.tender.full_points_micro, MICRO)
    offers = [one.offer for one in made.judged]
    scored = tender.objective in (Objective.SCORE, Objective.SCORED_CAPACITY)
    found = []
    for criterion in tender.criteria if len(tender.criteria) > 1 else ():
        own = Fraction(criterion.points_micro, MICRO)

        def same(points: Fraction, name: str = criterion.name) -> bool:
            changed = reweighted(tender, name, points)
            if not scored and {one.offer.name for one in judge(changed, offers) if one.eligible} == set(made.scores):
                return True  # points decide who may be taken, and it is the same bids
            return quantities(award_offers(changed, offers, limits)) == quantities(made)

        low, high = _reach(own, Fraction(0), same), _reach(own, full, same)
        found.append(WeightRange(criterion.name, own, low, high))
    return tuple(found)


def reweighted(tender: Tender, name: str, points: Fraction) -> Tender:
    """The tender with so many points for one criterion; the others share the rest as before, evaluators' points with them."""
    full = Fraction(tender.full_points_micro, MICRO)
    own = next(Fraction(one.points_micro, MICRO) for one in tender.criteria if one.name == name)
    rest = (full - points) / (full - own) if full != own else Fraction(0)
    factor = {one.name: (points / own if one.name == name else rest) for one in tender.criteria}
    criteria = tuple(
        replace(one, points_micro=round(one.points_micro * factor[one.name]), scale=one.scale * factor[one.name]) for one in tender.criteria
    )
    return replace(tender, criteria=criteria)


def _reach(start: Fraction, end: Fraction, same: Callable[[Fraction], bool]) -> Fraction:
    """The last value from start towards end that keeps the award, to a thousandth of a point, found by steps and then by halving."""
    sign = 1 if end > start else -1
    good = start
    while good != end:
        ahead = good + sign * WEIGHT_STEP
        ahead = min(ahead, end) if sign > 0 else max(ahead, end)
        if not same(ahead):
            break
        good = ahead
    else:
        return end
    while abs(ahead - good) > WEIGHT_FINE:
        middle = (good + ahead) / 2
        good, ahead = (middle, ahead) if same(middle) else (good, middle)
    return good


def obligations(made: Award) -> tuple[Obligation, ...]:
    """What the winners promised, for operation to measure."""
    bids: dict[str, Bid] = {one.offer.bid.name: one.offer.bid for one in made.judged}
    found = []
    for one in made.choice.takings:
        bid = bids[one.bid]
        line = bid.lines[one.line]
        found.append(
            Obligation(
                operator=bid.operator,
                bid=bid.name,
                lot=line.lot,
                model=line.model,
                units=one.units,
                public=one.public,
                own=one.units - one.public,
                won=one.won,
                ready_s=bid.ready_s,
                availability_ppm=bid.availability_ppm,
                pue_ppm=bid.pue_ppm,
                power_w=None if line.power_w is None else line.power_w * one.units,
                support_s=bid.support_s,
                cluster=bid.cluster,
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Concentration:
    """Shares of all accelerators awarded, and the Herfindahl-Hirschman index: 10,000 is one alone."""

    shares: dict[str, float]
    hhi: int


def concentration(promised: Sequence[Obligation], by: Literal["operator", "vendor"]) -> Concentration:
    """By operator, or by vendor (the first word of a model's id)."""
    units: dict[str, int] = {}
    for one in promised:
        key = one.operator if by == "operator" else one.model.split("-")[0]
        units[key] = units.get(key, 0) + one.units
    whole = sum(units.values())
    shares = {key: value / whole for key, value in sorted(units.items())} if whole else {}
    return Concentration(shares, round(sum((share * 100) ** 2 for share in shares.values())))
