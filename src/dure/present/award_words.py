"""Sentences about an award: what it is, why others lost, what would have made them win, which rules can be gamed."""

from __future__ import annotations

from typing import Any

from dure.model.tenders import Objective, Tender
from dure.model.units import DAY_S
from dure.plan.explain import Loss, Why, concentration
from dure.plan.flips import Flip, FlipKind
from dure.plan.odd_prices import OddPrice
from dure.present.award_price_words import price_range_sentences, without_sentences
from dure.present.award_rule_words import award_rule, gives_text
from dure.present.award_split import displaced_text
from dure.present.award_tables import Minutes, date_text, lot_name, money, objective_text, objective_value
from dure.present.words import Words


def title(tender: Tender, say: Words) -> str:
    return tender.name_ko if say.lang == "ko" and tender.name_ko else tender.name


def lead(minutes: Minutes, say: Words) -> str:
    """The award in one sentence, or why there is none."""
    award = minutes.award
    if award.refusal is not None:
        rules = ", ".join(award_rule(award, one, say) for one in award.refusal.conflict)
        said = say("award.refused", rules=rules) if rules else say("award.refused_whole")
        gives = ", ".join(gives_text(award, one, say) for one in award.refusal.relaxation)
        said = said if award.refusal.irreducible else f"{said} {say('refusal.not_irreducible')}"
        return f"{said} {say('award.way_out', gives=gives)}" if gives else said
    if not award.choice.takings:
        return say("award.nothing")
    budget = award.tender.budget_won
    operators = len({one.operator for one in minutes.explanation.obligations})
    parts: dict[str, Any] = {"units": minutes.units, "operators": operators, "public": minutes.public}
    parts |= {"share": say.percent(minutes.public / minutes.units), "won": money(award.tender, minutes.won, say)}
    if budget is None:
        return say("award.lead_no_budget", **parts)
    return say("award.lead", **parts, left=money(award.tender, budget - minutes.won, say))


def status(minutes: Minutes, say: Words) -> str:
    """How sure that is: status, objective, bound, gap and the independent check, always together."""
    award, choice = minutes.award, minutes.award.choice
    if not award.found:
        return say("award.status_none", status=say(f"award.status.{choice.status}"))
    rules = ", ".join(f"{award_rule(award, one.rule, say)} ({one.found:,} / {one.allowed:,})" for one in minutes.breaches)
    checked = say("award.breached", rules=rules) if minutes.breaches else say("award.checked")
    if award.tender.objective is Objective.MATCH_LOWEST:
        return say("award.status_rule", checked=checked)
    return say(
        "award.status",
        status=say(f"award.status.{choice.status}"),
        what=say(f"award.objective.{award.tender.objective}"),
        objective=objective_text(award, choice.objective, say),
        bound=objective_text(award, choice.bound, say),
        gap=say.unknown if choice.gap is None else "0" if choice.gap < 1e-9 else say.percent(choice.gap, 4),
        checked=checked,
    )


def around(minutes: Minutes, say: Words) -> list[str]:
    """Concentration, and the prices between which the same is bought."""
    found = []
    obligations = minutes.explanation.obligations
    if obligations:
        by_operator, by_vendor = (concentration(obligations, key).hhi for key in ("operator", "vendor"))
        found.append(say("award.hhi", operators=by_operator, vendors=by_vendor))
    guessed = [f"{one.bid}/{one.lot}" for one in obligations if (one.bid, one.lot) in minutes.models_assumed]
    if guessed:
        found.append(say("award.hhi_assumed", lines=", ".join(guessed)))
    return [*found, *price_range_sentences(minutes, say)]


def nobody_lost(minutes: Minutes, say: Words) -> str:
    """Where no bid lost: whether some got less than they offered."""
    cuts = len({one.judged.offer.bid.name for one in minutes.explanation.cuts})
    return say("award.none_lost", n=cuts) if cuts else say("award.no_losses")


def loss_sentences(minutes: Minutes, loss: Loss, say: Words) -> list[str]:
    """Why one offer was not taken, then every change that would have made it win."""
    found = [_why(minutes, loss, say)]
    for flip in loss.flips:
        if flip.change is not None:
            found.append(_flip(minutes, flip, say))
            found += [say("award.flip.fits")] if loss.over_won is not None and flip.kind is FlipKind.PRICE else []
    never = [flip.kind for flip in loss.flips if flip.proven and flip.change is None and flip.lever]
    if never and loss.flips:
        kinds = say("award.flip.or").join(say(f"award.flip.kind.{kind}") for kind in never)
        found.append(say("award.flip.none", kinds=kinds))
    unsure = [flip.kind for flip in loss.flips if not flip.proven]
    if unsure:
        found.append(say("award.flip.unproven", kinds=say("award.flip.or").join(say(f"award.flip.kind.{kind}") for kind in unsure)))
    return found


def _why(minutes: Minutes, loss: Loss, say: Words) -> str:
    judged, award = loss.judged, minutes.award
    name = judged.offer.name
    if loss.why is Why.FAILED:
        rules = [one.rule.name_ko if say.lang == "ko" and one.rule.name_ko else one.rule.name for one in judged.failed]
        return say("award.why.failed", offer=name, rules=", ".join(rules))
    if loss.why is Why.TOO_FEW:
        least = (award.tender.score_least_micro or 0) / 10**6
        return say("award.why.too_few", offer=name, score=f"{float(judged.score):.2f}", least=f"{least:g}")
    if loss.why is Why.NOT_MATCHED:
        return _not_matched(minutes, loss, say)
    if loss.why is Why.IMPOSSIBLE:
        if loss.over_won is not None:
            return say("award.why.over_budget", offer=name, over=money(award.tender, loss.over_won, say))
        return say("award.why.impossible", offer=name)
    displaced = say("award.why.displaced", who=displaced_text(loss.displaced, say)) if loss.displaced else ""
    return say("award.why.worse", offer=name, displaced=displaced, worse=worse_text(minutes, loss.worse_by, say))


def worse_text(minutes: Minutes, worse_by: float | None, say: Words) -> str:
    award = minutes.award
    worse = objective_value(award, worse_by)
    if not worse or worse < 1e-6 * abs(minutes.objective or 1.0):
        return say("award.why.worse_equal")
    amount = objective_text(award, worse_by, say)
    if award.tender.objective is Objective.COST:
        return say("award.why.worse_cost", amount=amount)
    return say("award.why.worse_capacity", amount=amount, what=say(f"award.objective.{award.tender.objective}"))


def _not_matched(minutes: Minutes, loss: Loss, say: Words) -> str:
    (line,) = loss.judged.offer.lines
    prices = [
        one.offer.lines[0].tiers[-1].unit_won for one in minutes.award.judged if not one.failed and one.offer.lines[0].lot == line.lot
    ]
    lowest = min(prices)
    if line.floor_won is None or line.floor_won <= lowest:
        return say("award.why.no_room", offer=loss.judged.offer.name)
    tender = minutes.award.tender
    floor, paid = (money(tender, one, say) for one in (line.floor_won, lowest))
    return say("award.why.not_matched", offer=loss.judged.offer.name, lowest=paid, floor=floor)


def _flip(minutes: Minutes, flip: Flip, say: Words) -> str:
    offer, change, tender = flip.offer, flip.change, minutes.award.tender
    assert change is not None
    variant = flip.variant
    assert variant is not None
    if flip.kind is FlipKind.READY:
        return say("award.flip.ready", date=date_text(variant.bid.ready_s, say), days=change)
    if flip.kind is FlipKind.QUANTITY:
        return say("award.flip.quantity", units=variant.lines[0].least, before=offer.lines[0].least)
    if flip.kind is FlipKind.PUBLIC:
        before, after = (say.percent(sum(line.public for line in one.lines) / one.units) for one in (offer, variant))
        return say("award.flip.public", extra=change, share=after, before=before)
    if len(offer.lines) > 1:
        share = say.percent(change / offer.full_won, 2)
        return say("award.flip.price_bundle", price=money(tender, variant.full_won, say), cut=money(tender, change, say), share=share)
    price = variant.lines[0].tiers[-1].unit_won
    share = say.percent(change / offer.lines[0].tiers[-1].unit_won, 2)
    parts = {"price": money(tender, price, say), "cut": money(tender, change, say), "share": share}
    if flip.given is None or flip.given >= variant.lines[0].most:
        return say("award.flip.price", **parts)
    said = say("award.flip.price_part", units=flip.given, most=variant.lines[0].most, **parts)
    if flip.whole is None:
        return said
    return f"{said} {say('award.flip.price_whole', price=money(tender, offer.lines[0].tiers[-1].unit_won - flip.whole, say))}"


def _all(flip: Flip) -> bool:
    return flip.given is not None and flip.given >= flip.offer.lines[0].most


def flip_value(flip: Flip) -> dict[str, int | None]:
    """The change, and what the offer then says."""
    variant = flip.variant
    if variant is None or flip.change is None:
        return {"change": None, "value": None}
    single = len(variant.lines) == 1
    if flip.kind is FlipKind.PRICE:
        value = variant.lines[0].tiers[-1].unit_won if single else variant.full_won
        whole = None if flip.whole is None else flip.offer.lines[0].tiers[-1].unit_won - flip.whole
        return {"change": flip.change, "value": value, "units": flip.given, "value_of_all": value if _all(flip) else whole}
    if flip.kind is FlipKind.QUANTITY:
        return {"change": flip.change * variant.lines[0].step, "value": variant.lines[0].least}
    if flip.kind is FlipKind.PUBLIC:
        return {"change": flip.change, "value": sum(line.public for line in variant.lines)}
    return {"change": flip.change * DAY_S, "value": variant.bid.ready_s}


def low_sentences(minutes: Minutes, say: Words) -> list[str]:
    """Prices that look mistyped, then those below the tender's share of the others; of one bid only the first is said."""
    odd = minutes.explanation.odd_prices
    said = [_odd(minutes, one, say) for one in odd]
    if minutes.award.tender.abnormally_low_ppm is None:
        return [*said, *without_sentences(minutes, say)] if said else [say("award.no_low_rule")]
    lines = {(one.name, one.line) for one in odd}
    found = [
        say(
            "award.low" if len(one.offer.lines) == 1 else "award.low_bundle",
            offer=one.offer.name,
            own=money(minutes.award.tender, one.unit_won, say),
            median=money(minutes.award.tender, one.median_won, say),
            share=say.percent(one.unit_won / one.median_won),
        )
        for one in minutes.explanation.abnormally_low
        if (one.offer.bid.name, one.offer.indices[0]) not in lines
    ]
    return [*said, *found, *without_sentences(minutes, say)] or [say("award.no_low")]


def _odd(minutes: Minutes, one: OddPrice, say: Words) -> str:
    own, middle = (money(minutes.award.tender, won, say) for won in (one.unit_won, one.median_won))
    tier = "" if one.tier is None else say("award.odd_tier", number=one.tier + 1)
    key = "award.odd_low" if one.low else "award.odd_high"
    return say(key, bid=one.name, lot=lot_name(minutes.award, one.lot, say), tier=tier, own=own, median=middle)
