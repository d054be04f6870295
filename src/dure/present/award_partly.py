"""Sentences about bids that were taken in part: what cut each, and what would have brought it more."""

from __future__ import annotations

from typing import Any

from dure.model.units import MICRO
from dure.plan.partly import OFFERS_MAX, Cut, Limit, More
from dure.present.award_split import displaced_text
from dure.present.award_tables import Minutes, lot_name, money
from dure.present.award_words import worse_text
from dure.present.words import Words


def partly_sentences(minutes: Minutes, cut: Cut, say: Words) -> list[str]:
    """What one line got, what stands against more, what more would do to the others, and what would have brought it."""
    found = [say("award.partly.got", offer=cut.name, units=cut.units, most=cut.at.most), _limits(minutes, cut, say)]
    if cut.possible:
        who = say("award.why.displaced", who=displaced_text(cut.displaced, say)) if cut.displaced else ""
        found.append(say("award.partly.instead", more=cut.more, displaced=who, worse=worse_text(minutes, cut.worse_by, say)))
    else:
        found.append(say("award.partly.impossible", more=cut.more))
    found += [_more(minutes, cut, one, say) for one in cut.remedies if one.amount is not None]
    never = [say(f"award.partly.kind.{one.limit}") for one in cut.remedies if one.amount is None]
    if never:
        found.append(say("award.partly.never", kinds=say("award.flip.or").join(never)))
    if not cut.solved:
        found.append(say("award.partly.many", most=OFFERS_MAX))
    return found


def partly_note(minutes: Minutes, say: Words) -> list[str]:
    """How the figures were shown, where there are any."""
    return [say("award.partly.again")] if any(more.amount for one in minutes.explanation.cuts for more in one.remedies) else []


def _limits(minutes: Minutes, cut: Cut, say: Words) -> str:
    tender = minutes.award.tender
    if not cut.tight:
        return say("award.partly.room", more=cut.more, aim=say(f"award.aim.{tender.objective}"))
    lot, caps = tender.lot(cut.at.lot), tender.caps
    held = sum(one.units for one in minutes.explanation.obligations if one.lot == lot.name)
    operator = say.name(cut.judged.offer.bid.operator, "operator")
    facts: dict[Limit, dict[str, Any]] = {
        Limit.LOT: {"lot": lot_name(minutes.award, lot.name, say), "most": lot.most, "left": (lot.most or 0) - held},
        Limit.BUDGET: {
            "cost": money(tender, cut.costs_won, say),
            "left": money(tender, (tender.budget_won or 0) - minutes.won, say),
        },
        Limit.UNITS: {"operator": operator, "most": caps.units},
        Limit.BUDGET_SHARE: {"operator": operator, "share": say.percent((caps.budget_ppm or 0) / MICRO)},
        Limit.UNITS_SHARE: {"operator": operator, "share": say.percent((caps.units_ppm or 0) / MICRO)},
    }
    return say("award.partly.tight", more=cut.more, limits=", ".join(say(f"award.partly.limit.{one}", **facts[one]) for one in cut.tight))


def _more(minutes: Minutes, cut: Cut, one: More, say: Words) -> str:
    tender = minutes.award.tender
    assert one.amount is not None
    said: dict[str, Any] = {"units": one.units, "amount": one.amount}
    if one.limit is Limit.PRICE:
        before = cut.at.tiers[-1].unit_won
        said |= {"price": money(tender, before - one.amount, say), "cut": money(tender, one.amount, say)}
        said["share"] = say.percent(one.amount / before, 2)
    elif one.limit is Limit.BUDGET:
        said["amount"] = money(tender, one.amount, say)
    elif one.limit in (Limit.BUDGET_SHARE, Limit.UNITS_SHARE):
        said["amount"] = f"{one.amount / 10_000:g}"
    return say(f"award.partly.more.{one.limit}", **said)
