"""An award re-verified from the tender and the bids alone. Shares no code with the builder or the scores: no mistake there hides here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from dure.model.tenders import Bid, Line, Objective, Taking, Tender
from dure.model.units import MICRO
from dure.plan.check_bids import Entry, enough, entries, in_the_running, meets

Field = Sequence[tuple[Entry, Fraction]]
"""Entries that meet every rule of eligibility, each with its points."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that the award does not keep: its name, what it found, what it allows."""

    rule: str
    found: int
    allowed: int


def check(tender: Tender, bids: Sequence[Bid], takings: Sequence[Taking]) -> tuple[Breach, ...]:
    """Every rule that the takings break; nothing is believed but the quantities."""
    by_name = {bid.name: bid for bid in bids}
    field = in_the_running(tender, bids)
    breaches: list[Breach] = []
    for one in takings:
        bid = by_name.get(one.bid)
        if bid is None or not 0 <= one.line < len(bid.lines):
            breaches.append(Breach(f"offered [{one.bid}]", one.line, 0))
            continue
        breaches += _of_taking(tender, field, bid, bid.lines[one.line], one)
    if breaches:
        return tuple(breaches)
    matched = _of_matching(tender, field, takings) if tender.objective is Objective.MATCH_LOWEST else []
    found = (*_of_bids(tender, by_name, takings), *_of_lots(tender, by_name, takings), *_of_operators(tender, by_name, takings))
    return (*found, *matched)


def _of_taking(tender: Tender, field: Field, bid: Bid, line: Line, one: Taking) -> list[Breach]:
    found = []
    if one.units <= 0 or one.units % line.step:
        found.append(Breach(f"buying unit [{one.bid}]", one.units, line.step))
    fitting = [tier for tier in line.tiers if tier.least <= one.units <= tier.most]
    if not fitting:
        return [*found, Breach(f"quantity [{one.bid}]", one.units, line.tiers[-1].most)]
    entry = next(each for each in entries([bid]) if each.covers(one.bid, one.line))
    failed = [rule for rule in tender.eligibility if not meets(tender, entry, rule)]
    if failed:
        return [*found, *(Breach(f"eligible: {rule.name} [{one.bid}]", 0, 1) for rule in failed)]
    points = next(score for each, score in field if each.covers(one.bid, one.line))
    if not enough(tender, points):
        found.append(Breach(f"least score [{one.bid}]", floor(points), (tender.score_least_micro or 0) // MICRO))
        return found
    price = fitting[0].fixed_won + fitting[0].unit_won * one.units
    if tender.objective is Objective.MATCH_LOWEST:
        price = one.units * min(each.tiers[-1].unit_won for each in _on_lot(tender, field, line.lot))
    if one.won != price:
        found.append(Breach(f"price [{one.bid}]", one.won, price))
    public = one.units * line.public // line.tiers[-1].most
    if one.public != public:
        found.append(Breach(f"public use [{one.bid}]", one.public, public))
    return found


def _on_lot(tender: Tender, field: Field, lot: str) -> list[Line]:
    """Lines that stand alone on a lot and whose points suffice."""
    return [entry.lines[0] for entry, points in field if len(entry.lines) == 1 and entry.lines[0].lot == lot and enough(tender, points)]


def _of_matching(tender: Tender, field: Field, takings: Sequence[Taking]) -> list[Breach]:
    """Match the lowest: whoever accepts the lowest price of a lot is served, cheapest first, as far as the lot reaches; nobody else is."""
    found = []
    for lot in tender.lots:
        here = [entry for entry, points in field if len(entry.lines) == 1 and entry.lines[0].lot == lot.name and enough(tender, points)]
        here.sort(key=lambda one: (one.lines[0].tiers[-1].unit_won, one.name))
        room = lot.most
        for place, entry in enumerate(here):
            (line,) = entry.lines
            lowest, floor_won = here[0].lines[0].tiers[-1].unit_won, line.floor_won
            due = line.tiers[-1].most if room is None else min(line.tiers[-1].most, room - room % line.step)
            if due < line.tiers[0].least or (place and floor_won is not None and floor_won > lowest):
                due = 0
            got = sum(one.units for one in takings if entry.covers(one.bid, one.line))
            if got != due:
                found.append(Breach(f"match the lowest [{entry.bid.name}]", got, due))
            room = None if room is None else room - due
    return found


def _of_bids(tender: Tender, bids: dict[str, Bid], takings: Sequence[Taking]) -> list[Breach]:
    found = []
    lines: dict[str, list[Taking]] = {}
    for one in takings:
        lines.setdefault(one.bid, []).append(one)
    for name, taken in lines.items():
        bid = bids[name]
        if len({one.line for one in taken}) != len(taken):
            found.append(Breach(f"one tier [{name}]", len(taken), 1))
        if bid.together and len(taken) != len(bid.lines):
            found.append(Breach(f"bundle [{name}]", len(taken), len(bid.lines)))
        cluster = tender.caps.cluster_public
        groups = [taken] if bid.together else [[one] for one in taken]
        for group in groups:
            public = sum(one.public for one in group)
            if cluster is not None and public < cluster:
                found.append(Breach(f"cluster minimum [{name}]", public, cluster))
    for group_name in {bid.alternative for bid in bids.values() if bid.alternative is not None}:
        chosen = [name for name in lines if bids[name].alternative == group_name]
        if len(chosen) > 1:
            found.append(Breach(f"alternatives [{group_name}]", len(chosen), 1))
    return found


def _of_lots(tender: Tender, bids: dict[str, Bid], takings: Sequence[Taking]) -> list[Breach]:
    found = []
    for lot in tender.lots:
        units = sum(one.units for one in takings if bids[one.bid].lines[one.line].lot == lot.name)
        if units < lot.least:
            found.append(Breach(f"lot at least [{lot.name}]", units, lot.least))
        if lot.most is not None and units > lot.most:
            found.append(Breach(f"lot at most [{lot.name}]", units, lot.most))
    return found


def _of_operators(tender: Tender, bids: dict[str, Bid], takings: Sequence[Taking]) -> list[Breach]:
    found = []
    spent = sum(one.won for one in takings)
    everything = sum(one.units for one in takings)
    if tender.budget_won is not None and spent > tender.budget_won:
        found.append(Breach("budget", spent, tender.budget_won))
    for operator in sorted({bids[one.bid].operator for one in takings}):
        own = [one for one in takings if bids[one.bid].operator == operator]
        units, won = sum(one.units for one in own), sum(one.won for one in own)
        caps = tender.caps
        if caps.units is not None and units > caps.units:
            found.append(Breach(f"accelerators per operator [{operator}]", units, caps.units))
        if caps.units_ppm is not None and units * MICRO > caps.units_ppm * everything:
            found.append(Breach(f"share per operator [{operator}]", units, caps.units_ppm * everything // MICRO))
        if caps.budget_ppm is not None and tender.budget_won is not None and won * MICRO > caps.budget_ppm * tender.budget_won:
            found.append(Breach(f"budget per operator [{operator}]", won, caps.budget_ppm * tender.budget_won // MICRO))
    return found
