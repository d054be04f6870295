"""Points of every offer by formulas that a tender names. Exact fractions; a criterion may round to the decimals of its rule.

A formula gets the criterion, what the offer says, and what all offers that are judged say; it returns points. Add one by adding
a function and its name to FORMULAS.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from dure.model.tenders import LOWER_IS_BETTER, PRICES, Criterion, EligibilityRule, Formula, Subject, Tender
from dure.model.units import MICRO
from dure.plan.offers import Offer, value_of

KR_LOW = Fraction(8, 10)
KR_LEAST = Fraction(6, 10)


@dataclass(frozen=True, slots=True)
class Said:
    """What one offer says of a subject, beside the best of the field and, for prices, the office's own estimate."""

    own: Fraction
    best: Fraction
    estimate: Fraction | None


def lowest_price_ratio(criterion: Criterion, said: Said) -> Fraction:
    """Full points × lowest over own."""
    return _full(criterion) * said.best / said.own


def kr_negotiated(criterion: Criterion, said: Said) -> Fraction:
    """Price of a Korean contract by negotiation: full points × lowest / own; below 80 % of the estimate the lowest is set against
    that 80 %, and up to 2 points come on top for the way down to 60 %, where lower prices stop to count.
    """
    assert said.estimate is not None
    low, least = said.estimate * KR_LOW, said.estimate * KR_LEAST
    lowest, own = max(said.best, least), max(said.own, least)
    if own >= low:
        return _full(criterion) * lowest / own
    return min(_full(criterion), _full(criterion) * lowest / low + 2 * criterion.scale * (low - own) / (low - least))


def kr_suitability(criterion: Criterion, said: Said) -> Fraction:
    """Price of a Korean suitability test: full points − factor × distance in percentage points from the target share of the estimate;
    own over estimate is rounded to four decimals first, as the rule says.
    """
    assert said.estimate is not None
    assert criterion.target_ppm is not None
    assert criterion.factor_micro is not None
    own = _rounded(said.own / said.estimate, 4)
    distance = abs(Fraction(criterion.target_ppm, MICRO) - own) * 100
    return _full(criterion) - criterion.scale * Fraction(criterion.factor_micro, MICRO) * distance


def linear(criterion: Criterion, said: Said) -> Fraction:
    """Full points at `full`, none at `zero`, in proportion between; nothing below 0 nor above full."""
    assert criterion.full is not None
    assert criterion.zero is not None
    return _full(criterion) * (said.own - criterion.zero) / (criterion.full - criterion.zero)


def ratio_to_best(criterion: Criterion, said: Said) -> Fraction:
    """Full points × own over best where more is better, best over own where less is."""
    if said.own == said.best:
        return _full(criterion)
    over = said.best / said.own if criterion.subject in LOWER_IS_BETTER else said.own / said.best
    return _full(criterion) * over


FORMULAS: dict[Formula, Callable[[Criterion, Said], Fraction]] = {
    Formula.LOWEST_PRICE_RATIO: lowest_price_ratio,
    Formula.KR_NEGOTIATED: kr_negotiated,
    Formula.KR_SUITABILITY: kr_suitability,
    Formula.LINEAR: linear,
    Formula.RATIO_TO_BEST: ratio_to_best,
}
LINEAR_IN_OWN_PRICE = frozenset({Formula.LINEAR, Formula.POINTS})
"""Formulas by which a cut of the own price moves the own points in proportion, and nobody else's."""


def _full(criterion: Criterion) -> Fraction:
    return Fraction(criterion.points_micro, MICRO)


def price_alone(criterion: Criterion, own: Fraction, lowest: Fraction, estimate: Fraction | None = None) -> Fraction:
    """Points of one price by one formula, kept within 0 and full and rounded as the criterion says."""
    return _kept(criterion, FORMULAS[criterion.formula](criterion, Said(own, lowest, estimate)))


def _kept(criterion: Criterion, points: Fraction) -> Fraction:
    points = min(max(points, Fraction(0)), _full(criterion))
    return points if criterion.decimals is None else _rounded(points, criterion.decimals)


def _rounded(value: Fraction, decimals: int) -> Fraction:
    """Halves go up; nothing here is negative."""
    scale = 10**decimals
    return Fraction((2 * value * scale + 1) // 2, scale)


Points = dict[str, Fraction | None]
"""Points by criterion; None where the offer does not say what is judged."""


def scores(tender: Tender, offers: Sequence[Offer]) -> dict[str, Points]:
    """Points of every offer by criterion, each judged beside all the offers given."""
    found: dict[str, Points] = {offer.name: {} for offer in offers}
    for criterion in tender.criteria:
        if criterion.formula is Formula.POINTS:
            for offer in offers:
                given = offer.bid.points_micro.get(criterion.name)
                found[offer.name][criterion.name] = None if given is None else _kept(criterion, Fraction(given, MICRO) * criterion.scale)
            continue
        best = _best_by_lot(tender, criterion.subject, offers)
        for offer in offers:
            said = _said(tender, criterion.subject, offer, best)
            found[offer.name][criterion.name] = None if said is None else _kept(criterion, FORMULAS[criterion.formula](criterion, said))
    return found


def turns(tender: Tender, criterion: Criterion, offer: Offer, rivals: Sequence[Offer]) -> tuple[bool, ...]:
    """On which side of each turn of a formula an offer stands: while these stay as they are, its points move one way as it improves."""
    if criterion.formula is Formula.POINTS:
        return ()
    said = _said(tender, criterion.subject, offer, _best_by_lot(tender, criterion.subject, [*rivals, offer]))
    if said is None:
        return ()
    found = [criterion.formula in (Formula.LINEAR, Formula.KR_SUITABILITY) or said.own == said.best]
    if criterion.formula is Formula.KR_NEGOTIATED and said.estimate is not None:
        low, least = said.estimate * KR_LOW, said.estimate * KR_LEAST
        found += [said.own >= low, said.own >= least, said.best >= least]
    if criterion.formula is Formula.KR_SUITABILITY and said.estimate is not None and criterion.target_ppm is not None:
        found.append(_rounded(said.own / said.estimate, 4) >= Fraction(criterion.target_ppm, MICRO))
    return tuple(found)


def total(points: Points) -> Fraction:
    """What was not said earns nothing."""
    return sum((one for one in points.values() if one is not None), Fraction(0))


def _best_by_lot(tender: Tender, subject: Subject, offers: Sequence[Offer]) -> dict[str, Fraction]:
    """The best of a subject among offers on a lot: prices of single lots, everything else of all offers alike (lot "")."""
    found: dict[str, Fraction] = {}
    for offer in offers:
        value = value_of(offer, subject, tender)
        if value is None:
            continue
        lots = [offer.lines[0].lot] if subject in PRICES and len(offer.lines) == 1 else []
        if subject not in PRICES:
            lots = [""]
        own = Fraction(*value)
        for lot in lots:
            better = min if subject in LOWER_IS_BETTER else max
            found[lot] = better(found.get(lot, own), own)
    return found


def _said(tender: Tender, subject: Subject, offer: Offer, best: dict[str, Fraction]) -> Said | None:
    """A bundle's price stands beside what its lots would cost at their lowest prices (its own where nobody else bids on one)."""
    value = value_of(offer, subject, tender)
    if value is None:
        return None
    own = Fraction(*value)
    if subject not in PRICES:
        return Said(own, best[""], None)
    weights = [line.most if subject is Subject.PRICE else line.public * tender.capacity_of(line.model) for line in offer.lines]
    pairs = list(zip(offer.lines, weights, strict=True))
    lowest = sum((best.get(line.lot, own) * weight for line, weight in pairs), Fraction(0)) / sum(weights)
    estimates = [tender.lot(line.lot).estimate_won for line in offer.lines]
    known = [one for one in estimates if one is not None]
    whole = None
    if len(known) == len(estimates):
        whole = Fraction(sum(one * line.most for one, line in zip(known, offer.lines, strict=True)), offer.units)
    return Said(own, min(lowest, own), whole)


@dataclass(frozen=True, slots=True)
class Failed:
    """A rule of eligibility that an offer does not meet, with what it says (None: nothing)."""

    rule: EligibilityRule
    said: Fraction | None


def failures(tender: Tender, offer: Offer) -> tuple[Failed, ...]:
    """The rules of eligibility that an offer fails."""
    found = []
    for rule in tender.eligibility:
        if rule.declares is not None and rule.declares not in offer.bid.declares:
            found.append(Failed(rule, None))
        if rule.subject is not None:
            value = value_of(offer, rule.subject, tender)
            said = None if value is None else Fraction(*value)
            low = rule.least is not None and (said is None or said < rule.least)
            high = rule.most is not None and (said is None or said > rule.most)
            if low or high:
                found.append(Failed(rule, said))
    return tuple(found)
