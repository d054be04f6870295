"""Sentences about prices of an award: between which the same is bought, and what is bought without the bids that are asked about."""

from __future__ import annotations

from typing import Any

from dure.present.award_split import displaced_text
from dure.present.award_tables import Minutes, money, money_key
from dure.present.words import Words


def price_range_sentences(minutes: Minutes, say: Words) -> list[str]:
    """The range, what is bought beyond each end that was found, and where nothing was looked for beyond."""
    prices, tender = minutes.explanation.prices, minutes.award.tender
    if prices is None:
        return []
    ends = {"down": _signed(prices.low.ppm, say), "up": _signed(prices.high.ppm, say)}
    reach = {key: money(tender, end.unit_won, say) for key, end in (("low", prices.low), ("high", prices.high))}
    both = prices.low.is_end and prices.high.is_end
    found = [say("award.prices" if both else "award.prices_at_least", **reach, **ends)]
    beyond = [
        say(f"award.prices_not_{name}")
        if not end.is_end
        else say(f"award.prices_split_{name}", who=displaced_text(end.split, say))
        if (end.beyond_units, end.beyond_public) == (minutes.units, minutes.public)
        else say(f"award.prices_{name}", units=end.beyond_units, public=end.beyond_public)
        for name, end in (("below", prices.low), ("above", prices.high))
    ]
    shown = "both" if both else "low" if prices.low.is_end else "high" if prices.high.is_end else None
    beyond += [] if shown is None else [say("award.prices_shown" if both else f"award.prices_shown_{shown}")]
    return [*found, " ".join(beyond)]


def _signed(ppm: int, say: Words) -> str:
    return f"{'−' if ppm < 0 else '+'}{say.percent(abs(ppm) / 10**6, 2)}"


def without_sentences(minutes: Minutes, say: Words) -> list[str]:
    """What the award would be without the flagged bids."""
    found, tender = minutes.explanation.without_flagged, minutes.award.tender
    if found is None:
        return []
    bids = ", ".join(found.bids)
    if found.same:
        return [say("award.without_same", bids=bids)]
    if found.award is None or not found.award.choice.takings:
        return [say("award.without_none", bids=bids)]
    takings = found.award.choice.takings
    by_bid: dict[str, int] = {}
    for one in takings:
        by_bid[one.bid] = by_bid.get(one.bid, 0) + one.units
    won = sum(one.won for one in takings)
    more = won - minutes.won
    compared = say(
        "award.without_equal" if not more else "award.without_dearer" if more > 0 else "award.without_cheaper",
        amount=money(tender, abs(more), say),
    )
    return [
        say(
            "award.without",
            bids=bids,
            units=sum(by_bid.values()),
            public=sum(one.public for one in takings),
            who=", ".join(f"{bid} {say('award.without_units', units=units)}" for bid, units in by_bid.items()),
            won=money(tender, won, say),
            compared=compared,
        )
    ]


def without_as_json(minutes: Minutes) -> dict[str, Any] | None:
    found = minutes.explanation.without_flagged
    if found is None:
        return None
    takings = () if found.award is None else found.award.choice.takings
    won = money_key(minutes.award.tender, "won")
    return {
        "bids": list(found.bids),
        "same": found.same,
        "status": None if found.award is None else found.award.choice.status,
        "accelerators_total": sum(one.units for one in takings),
        "public_total": sum(one.public for one in takings),
        won: sum(one.won for one in takings),
        "takings": [{"bid": one.bid, "line": one.line, "units": one.units, "public": one.public, won: one.won} for one in takings],
    }
