"""Sentences about bidders who game the rules: what a trick does under these rules, and what of it these rules do not have yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dure.model.tenders import Bid, Formula, Objective, Subject, Tender
from dure.plan.stress import Played, Trick
from dure.present.award_tables import Minutes, money
from dure.present.words import Words

SCORED = (Objective.SCORE, Objective.SCORED_CAPACITY)


def stress_sentence(minutes: Minutes, one: Played, say: Words) -> str:
    """What the trick does under these rules, and what would close it."""
    mark = say("award.stress.open" if one.open else "award.stress.held")
    if not one.open:
        return f"{mark}: {say('award.stress.nothing', trick=say(f'award.stress.name.{one.trick}'))}"
    tender = minutes.award.tender
    paid = one.trick in (Trick.HOLD_UP, Trick.COLLUDE)
    offered = sum(judged.offer.units for judged in minutes.award.judged if judged.offer.bid.name == one.bid)
    promises = ", ".join(say(f"award.stress.promise.{subject}") for subject in one.promises)
    params: dict[str, Any] = {"bid": one.bid, "gained": money(tender, one.gained, say) if paid else one.gained, "lost": one.public_lost}
    params |= {"by": say.percent(one.by_ppm / 10**6, 1), "offered": offered, "promises": promises}
    now = say.percent((tender.abnormally_low_ppm or 0) / 10**6)
    mends = ", ".join(say(f"award.mend.{mend}", now=now) for mend in MENDS[one.trick](tender))
    return f"{mark}: {say(f'award.stress.{_variant(minutes, one)}', **params)} {say('award.stress.mends', mends=mends)}"


def _variant(minutes: Minutes, one: Played) -> str:
    """A date that a bid does not name cannot be said to be late."""
    if one.trick is Trick.LATE and _bid(minutes, one.bid).ready_s is None:
        return "undated"
    return str(one.trick)


def _bid(minutes: Minutes, name: str) -> Bid:
    return next(one.offer.bid for one in minutes.award.judged if one.offer.bid.name == name)


def _underbid(tender: Tender) -> list[str]:
    return ["bond", "runners_up", _more("question", tender.abnormally_low_ppm is not None)]


def _hold_up(tender: Tender) -> list[str]:
    caps = tender.caps
    capped = (caps.units, caps.units_ppm, caps.budget_ppm) != (None, None, None)
    return [_more("cap", capped), "divisible", _more("price_most", _limited(tender, Subject.PRICE, most=True))]


def _collude(tender: Tender) -> list[str]:
    found = [] if tender.budget_won is None else ["budget_secret"]
    found += ["estimate"] if any(lot.estimate_won is None for lot in tender.lots) else []
    return [*found, "markets"]


def _late(tender: Tender) -> list[str]:
    last = _more("date_last", _limited(tender, Subject.READY, most=True))
    return [*_points(tender, "date_points", Subject.READY), last, "days"]


def _own_use(tender: Tender) -> list[str]:
    least = _more("public_least", _limited(tender, Subject.PUBLIC_SHARE, most=False))
    return [least, *_points(tender, "public_points", Subject.PUBLIC_SHARE)]


MENDS: dict[Trick, Callable[[Tender], list[str]]] = {
    Trick.UNDERBID: _underbid,
    Trick.DROP_OUT: lambda tender: ["bond", "runners_up"],
    Trick.HOLD_UP: _hold_up,
    Trick.SPLIT: lambda tender: ["affiliates"],
    Trick.COLLUDE: _collude,
    Trick.OVERPROMISE: lambda tender: ["inspect", "deduct"],
    Trick.STRAW: lambda tender: ["fixed_scale", "score_again"],
    Trick.LATE: _late,
    Trick.OWN_USE: _own_use,
}


"""What would close a trick, by what the tender has: nothing that it follows already, no points where points decide nothing."""


def _more(mend: str, there: bool) -> str:
    """What is there already is asked for in a greater measure."""
    return f"{mend}_more" if there else mend


def _limited(tender: Tender, subject: Subject, *, most: bool) -> bool:
    return any(one.subject is subject and (one.most if most else one.least) is not None for one in tender.eligibility)


def _points(tender: Tender, mend: str, subject: Subject) -> list[str]:
    """Points for a subject, where points decide anything at all."""
    if tender.objective not in SCORED and tender.score_least_micro is None:
        return []
    given = any(one.subject is subject and one.formula is not Formula.POINTS for one in tender.criteria)
    return [_more(mend, given)]
