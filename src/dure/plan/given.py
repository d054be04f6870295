"""What a price that wins buys: how many of those offered, at which price all of them, and how far a bid lies over the budget."""

from __future__ import annotations

from dataclasses import replace

from dure.model.tenders import Objective
from dure.plan.award import Award, choose
from dure.plan.flips import Flip, FlipKind
from dure.plan.offers import Offer, cheaper
from dure.plan.what_if import Field
from dure.solver import NO_LIMITS, Limits

OFFERS_LOOKED = 200
"""Where there are more offers the price of the whole is not looked for: each asks for a score of awards."""


def with_given(field: Field, flip: Flip) -> Flip:
    """The price that wins, with what the award then takes of the line; where that is a part, also the price of all of it.

    The price of all is found by halving: at it everything is taken and at a won more it is not.
    """
    if flip.kind is not FlipKind.PRICE or flip.change is None or len(flip.offer.lines) > 1:
        return flip
    offer, most = flip.offer, flip.offer.lines[0].most
    given = field.given(cheaper(offer, flip.change))
    whole = None
    if 0 < given < most and len(field.offers) <= OFFERS_LOOKED:
        low, high = flip.change, min(tier.unit_won for tier in offer.lines[0].tiers) - 1
        if high > low and field.given(cheaper(offer, high)) == most:
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (low, middle) if field.given(cheaper(offer, middle)) == most else (middle, high)
            whole = high
    return replace(flip, given=given or None, whole=whole)


def over_budget(made: Award, offer: Offer, limits: Limits = NO_LIMITS) -> int | None:
    """By how many won the cheapest award that holds the offer exceeds the budget; None where it does not, or where none holds it."""
    budget = made.tender.budget_won
    if budget is None:
        return None
    free = replace(made.tender, budget_won=None, objective=Objective.COST)
    found = choose(free, made.offers, made.scores, limits, force=offer.name, ties=False)
    over = sum(one.won for one in found.takings) - budget
    return over if found.takings and over > 0 else None
