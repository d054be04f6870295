"""Whether the parts of a tender fit together: names exist, weights and shares add up, tiers follow each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from dure.model.tenders import PRICES, Formula, Objective, Procedure
from dure.model.units import MICRO
from dure.wire.problems import Problem
from dure.wire.quantity import micro_text
from dure.wire.tender_marks import mark_problems
from dure.wire.tree import Loc, did_you_mean

if TYPE_CHECKING:
    from dure.wire.tender import BidEntry, LineEntry, TenderFile, TenderRules

FULL_POINTS_MICRO = 100 * MICRO
_NEEDS_ESTIMATE = (Formula.KR_NEGOTIATED, Formula.KR_SUITABILITY)
_SCORED = (Objective.SCORE, Objective.SCORED_CAPACITY)


def find_rule_problems(rules: TenderRules) -> tuple[Problem, ...]:
    """What is wrong with the rules alone."""
    found = [*_twice([one.name for one in rules.lots], ("tender", "lots"))]
    found += _twice([one.name for one in rules.criteria], ("tender", "criteria"))
    weights = sum(one.weight_micro for one in rules.criteria)
    if rules.criteria and weights != FULL_POINTS_MICRO:
        what = f"the weights add up to {micro_text(weights)}, not 100"
        found.append(Problem(("tender", "criteria"), what, "let the weights of all criteria add up to 100"))
    if not rules.criteria and (rules.objective in _SCORED or rules.score_at_least is not None):
        found.append(Problem(("tender", "objective"), "scores are asked for and nothing earns any", "write criteria"))
    for index, one in enumerate(rules.criteria):
        if one.formula in _NEEDS_ESTIMATE and one.subject not in PRICES:
            what = f"`{one.formula}` sets a price against the estimate, and `{one.subject}` is no price"
            remedy = f"write subject: price or price_per_public, or for {one.subject} formula: ratio_to_best or linear"
            found.append(Problem(("tender", "criteria", index, "subject"), what, remedy))
    if rules.score_at_least is not None and rules.score_at_least > FULL_POINTS_MICRO:
        found.append(Problem(("tender", "score_at_least"), "more points than there are", "write at most 100"))
    if rules.caps.budget_share is not None and rules.budget is None:
        found.append(Problem(("tender", "caps", "budget_share"), "a share of a budget that is absent", "write budget"))
    if rules.objective is Objective.MATCH_LOWEST:
        found += _not_matched(rules)
    for index, lot in enumerate(rules.lots):
        at: Loc = ("tender", "lots", index)
        if lot.at_most is not None and lot.at_most < lot.at_least:
            found.append(
                Problem((*at, "at_most"), f"at most {lot.at_most} of at least {lot.at_least}", "write at_most no smaller than at_least")
            )
        if lot.estimate is None and any(one.formula in _NEEDS_ESTIMATE for one in rules.criteria):
            found.append(Problem((*at, "estimate"), "a formula sets prices against an estimate that is absent", "write estimate"))
        if rules.objective is Objective.COST and not lot.at_least:
            found.append(Problem((*at, "at_least"), "the cheapest way to buy nothing is to buy nothing", "write at_least"))
    return tuple(found)


def _not_matched(rules: TenderRules) -> Iterator[Problem]:
    """Matching the lowest price optimises nothing: whoever matches is in, so rules that ask for a choice cannot be kept."""
    for key in ("accelerators", "budget_share", "accelerator_share", "cluster"):
        if getattr(rules.caps, key) is not None:
            yield Problem(("tender", "caps", key), "a cap where everybody matches the lowest price", "leave the cap out, or choose cost")
    if rules.budget is not None:
        yield Problem(("tender", "budget"), "a budget where everybody matches the lowest price", "leave budget out, or choose cost")
    for index, lot in enumerate(rules.lots):
        if lot.at_least:
            what = "a least quantity where everybody matches the lowest price"
            yield Problem(("tender", "lots", index, "at_least"), what, "leave at_least out, or choose cost")


def find_problems(file: TenderFile) -> tuple[Problem, ...]:
    """What is wrong with the bids under these rules."""
    found = [*_twice([one.name for one in file.bids], ("bids",))]
    for index, bid in enumerate(file.bids):
        found += _of_bid(bid, ("bids", index), file.tender)
    return (*found, *mark_problems(file))


def _of_bid(bid: BidEntry, at: Loc, rules: TenderRules) -> Iterator[Problem]:
    lots = [one.name for one in rules.lots]
    yield from _twice([one.lot for one in bid.lines], (*at, "lines"))
    for index, line in enumerate(bid.lines):
        place: Loc = (*at, "lines", index)
        if line.lot not in lots:
            yield Problem((*place, "lot"), f"there is no lot `{line.lot}`", did_you_mean(line.lot, lots))
        yield from _of_line(line, place, rules.procedure)
    if bid.bundle and rules.objective is Objective.MATCH_LOWEST:
        yield Problem((*at, "bundle"), "a bundle in a lot where everybody matches the lowest price", "let each line stand alone")
    if bid.alternative is not None and rules.objective is Objective.MATCH_LOWEST:
        yield Problem((*at, "alternative"), "alternatives where everybody matches the lowest price", "let each bid stand alone")
    given = {one.name: one.weight_micro for one in rules.criteria if one.formula is Formula.POINTS}
    for name, points in bid.points_micro.items():
        if name not in given:
            yield Problem((*at, "points", name), f"`{name}` is no criterion that evaluators give points for", did_you_mean(name, given))
        elif points > given[name]:
            what = f"{micro_text(points)} points of {micro_text(given[name])}"
            yield Problem((*at, "points", name), what, "give at most the weight of the criterion")


def _of_line(line: LineEntry, at: Loc, procedure: Procedure) -> Iterator[Problem]:
    if line.price is None and not line.tiers:
        yield Problem((*at, "price"), "is missing", "write price or tiers; a missing price is never 0")
    if line.price is not None and line.tiers:
        yield Problem((*at, "tiers"), "both price and tiers are written", "write one of them")
    ends = [tier.to for tier in line.tiers]
    if ends != sorted(set(ends)) or (ends and ends[-1] != line.quantity):
        yield Problem(
            (*at, "tiers"), "tiers do not lead up to the quantity", "let each tier end above the one before, the last at quantity"
        )
    if line.at_least is not None and line.at_least > line.quantity:
        yield Problem((*at, "at_least"), f"at least {line.at_least} of {line.quantity}", "write at_least no larger than quantity")
    if line.all_or_nothing and line.at_least not in (None, line.quantity):
        yield Problem((*at, "at_least"), "all or nothing, and still a smaller quantity", "write one of them")
    if line.quantity % line.step or (line.at_least or 0) % line.step:
        yield Problem((*at, "step"), f"the quantity is no multiple of {line.step}", "offer whole buying units")
    if line.public is not None and line.public_share is not None:
        yield Problem((*at, "public"), "both public and public_share are written", "write one of them")
    if line.public is not None and line.public > line.quantity:
        yield Problem((*at, "public"), f"{line.public} for public use of {line.quantity}", "write at most quantity")
    own = line.public not in (None, line.quantity) or line.public_share not in (None, MICRO)
    if own and procedure is Procedure.CONTRACT:
        yield Problem(
            (*at, "public"), "own use pays an agreement, and this is a contract", "leave public out, or write procedure: agreement"
        )


def _twice(names: Iterable[str], at: Loc) -> list[Problem]:
    seen: set[str] = set()
    found = []
    for index, name in enumerate(names):
        if name in seen:
            found.append(Problem((*at, index), f"`{name}` is there twice", "give each a name of its own"))
        seen.add(name)
    return found
