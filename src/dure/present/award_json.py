"""The award as plain values, for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dure.plan.explain import concentration
from dure.plan.partly import Cut
from dure.present.award_partly import partly_sentences
from dure.present.award_price_words import without_as_json
from dure.present.award_stress_words import stress_sentence
from dure.present.award_tables import Minutes, money_key, objective_value, tables
from dure.present.award_words import flip_value, loss_sentences
from dure.present.words import Words


def as_json(minutes: Minutes, say: Words) -> dict[str, Any]:
    """Every figure as it is, without a word of prose but the sentences of the losses."""
    award, choice, explanation = minutes.award, minutes.award.choice, minutes.explanation
    refusal = award.refusal
    prices = explanation.prices
    by_operator = concentration(explanation.obligations, "operator")
    return {
        "tender": award.tender.name,
        "procedure": award.tender.procedure,
        "status": choice.status,
        "objective_kind": award.tender.objective,
        "objective": minutes.objective,
        "bound": objective_value(award, choice.bound),
        "gap": choice.gap,
        "checked": not minutes.breaches if award.found else None,
        "breaches": [one.rule for one in minutes.breaches],
        "refused_by": [] if refusal is None else list(refusal.conflict) or ["whole units"],
        "way_out": None
        if refusal is None
        else [{"row": one.row, "side": one.side, "amount": one.amount, "unit": one.unit} for one in refusal.relaxation],
        "accelerators_total": minutes.units,
        "public_total": minutes.public,
        "price_per": award.tender.price_per,
        money_key(award.tender, "cost_won"): {"total": minutes.won, "by_operator": _sums(explanation.obligations)},
        "operator_hhi": by_operator.hhi,
        "vendor_hhi": concentration(explanation.obligations, "vendor").hhi,
        "vendor_shares": concentration(explanation.obligations, "vendor").shares,
        "rules_sha256": minutes.rules_sha256,
        "frozen": minutes.frozen,
        "inputs": [{"path": path, "sha256": digest} for path, digest in minutes.inputs],
        "assumptions": [{"what": what, "who": who, "why": why} for what, who, why in minutes.assumptions],
        "marks": dict(minutes.marks),
        "models_alike": list(award.tender.alike(line.model for one in award.judged for line in one.offer.lines)),
        "models_assumed": [{"bid": bid, "lot": lot} for bid, lot in sorted(minutes.models_assumed)],
        "published": [{"what": what, "source": source} for what, source in minutes.published],
        "tables": {key: {"word": table.word, "rows": table.as_json(), "note": table.note} for key, table in tables(minutes, say).items()},
        "losses": _losses(minutes, say),
        "partly": [_partly(minutes, one, say) for one in explanation.cuts],
        **_asked_about(minutes),
        "price_range": None
        if prices is None
        else {
            f"{name}_{money_key(award.tender, key) if key.endswith('won') else key}": getattr(end, key)
            for name, end in (("low", prices.low), ("high", prices.high))
            for key in ("ppm", "scale_ppb", "won", "unit_won", "is_end", "beyond_units", "beyond_public")
        }
        | {
            f"{name}_split": [{"bid": put.bid, "before": put.before, "after": put.after} for put in end.split]
            for name, end in (("low", prices.low), ("high", prices.high))
        },
        "stress": None
        if minutes.stress is None
        else [
            {
                "trick": one.trick,
                "bid": one.bid,
                "gained": one.gained,
                "public_lost": one.public_lost,
                "by_ppm": one.by_ppm,
                "promises": list(one.promises),
                "open": one.open,
                "sentence": stress_sentence(minutes, one, say),
            }
            for one in minutes.stress
        ],
    }


def _losses(minutes: Minutes, say: Words) -> list[dict[str, Any]]:
    award, explanation = minutes.award, minutes.explanation
    return [
        {
            "offer": one.judged.offer.name,
            "why": one.why,
            "failed": [failed.rule.name for failed in one.judged.failed],
            "worse_by": objective_value(award, one.worse_by),
            money_key(award.tender, "over_budget_won"): one.over_won,
            "displaced": [{"bid": put.bid, "before": put.before, "after": put.after} for put in one.displaced],
            "flips": {flip.kind: flip_value(flip) for flip in one.flips},
            "sentences": loss_sentences(minutes, one, say),
        }
        for one in explanation.losses
    ]


def _partly(minutes: Minutes, one: Cut, say: Words) -> dict[str, Any]:
    """A line that was taken in part: amounts in won, accelerators or parts per million as their limit has them."""
    return {
        "offer": one.judged.offer.name,
        "lot": one.at.lot,
        "units": one.units,
        "offered": one.at.most,
        "tight": list(one.tight),
        "one_more": one.more,
        "worse_by": objective_value(minutes.award, one.worse_by),
        "displaced": [{"bid": put.bid, "before": put.before, "after": put.after} for put in one.displaced],
        "more": {more.limit: {"amount": more.amount, "units": more.units} for more in one.remedies},
        "sentences": partly_sentences(minutes, one, say),
    }


def _asked_about(minutes: Minutes) -> dict[str, Any]:
    """Prices that the minutes ask about: low beside the others, or a hundred times off."""
    unit, median = (money_key(minutes.award.tender, key) for key in ("unit_won", "median_won"))
    explanation = minutes.explanation
    return {
        "abnormally_low": [{"offer": one.offer.name, unit: one.unit_won, median: one.median_won} for one in explanation.abnormally_low],
        "without_flagged": without_as_json(minutes),
        "odd_prices": [
            {"bid": one.name, "lot": one.lot, "tier": one.tier, unit: one.unit_won, median: one.median_won}
            for one in explanation.odd_prices
        ],
    }


def _sums(obligations: Sequence[Any]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for one in obligations:
        found[one.operator] = found.get(one.operator, 0) + one.won
    return found
