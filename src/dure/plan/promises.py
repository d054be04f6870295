"""The best of every promise that earns anything under the rules of a tender: points, eligibility, or a place in the objective."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dure.model.tenders import LOWER_IS_BETTER, Bid, Formula, Objective, Procedure, Subject, Tender
from dure.plan.offers import offers_of, value_of

FIELDS = {
    Subject.READY: "ready_s",
    Subject.PUE: "pue_ppm",
    Subject.AVAILABILITY: "availability_ppm",
    Subject.SUPPORT: "support_s",
    Subject.CLUSTER: "cluster",
}
"""Promises that stand once in a bid."""
PUBLIC_COUNTS = frozenset({Objective.PUBLIC_CAPACITY, Objective.SCORED_CAPACITY})


def earning(tender: Tender) -> frozenset[Subject]:
    """Promises that the rules look at. What is for public use counts in some objectives and limits without being a criterion."""
    found = {one.subject for one in tender.criteria if one.formula is not Formula.POINTS}
    found |= {one.subject for one in tender.eligibility if one.subject is not None}
    public = Subject.PRICE_PER_PUBLIC in found or tender.objective in PUBLIC_COUNTS or tender.caps.cluster_public is not None
    if public:
        found.add(Subject.PUBLIC_SHARE)
    if tender.procedure is Procedure.CONTRACT:
        found.discard(Subject.PUBLIC_SHARE)
    return frozenset(found & {*FIELDS, Subject.PUBLIC_SHARE, Subject.POWER})


def best_promises(tender: Tender, bids: Sequence[Bid], bid: Bid) -> tuple[Bid, tuple[Subject, ...]]:
    """A bid that writes the best of all that earns anything, and which of its promises that changed."""
    asked, changed = earning(tender), bid
    for subject, name in FIELDS.items():
        if subject in asked and (value := _best(tender, bids, bid, subject)) is not None:
            changed = replace(changed, **_field(name, value))
    if Subject.PUBLIC_SHARE in asked:
        changed = replace(changed, lines=tuple(replace(line, public=line.most) for line in changed.lines))
    if Subject.POWER in asked and (watts := _best(tender, bids, bid, Subject.POWER)) is not None:
        units = sum(line.most for line in changed.lines)
        each = [max(1, watts // (units if changed.together else line.most)) for line in changed.lines]
        lines = zip(changed.lines, each, strict=True)
        changed = replace(changed, lines=tuple(replace(line, power_w=min(watt, line.power_w or watt)) for line, watt in lines))
    return changed, tuple(one for one in (*FIELDS, Subject.PUBLIC_SHARE, Subject.POWER) if _says(changed, one) != _says(bid, one))


def _field(name: str, value: int) -> dict[str, Any]:
    return {name: value}


def _best(tender: Tender, bids: Sequence[Bid], bid: Bid, subject: Subject) -> int | None:
    """Where the rules give all points and keep nobody out, and at least what the best of all bids says."""
    said = [value[0] // value[1] for one in offers_of([*bids, bid]) if (value := value_of(one, subject, tender)) is not None]
    said += [one.full for one in tender.criteria if one.subject is subject and one.full is not None]
    lower = subject in LOWER_IS_BETTER
    limits = [one.most if lower else one.least for one in tender.eligibility if one.subject is subject]
    said += [one for one in limits if one is not None]
    if not said:
        return None
    return min(said) if lower else max(said)


def _says(bid: Bid, subject: Subject) -> object:
    """What a bid says of a subject, to tell whether it changed."""
    if subject in FIELDS:
        return getattr(bid, FIELDS[subject])
    return [line.public if subject is Subject.PUBLIC_SHARE else line.power_w for line in bid.lines]
