"""An award re-verified from the tender and the bids alone. Shares no code with the builder: a mistake there must not hide here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dure.model.tenders import Bid, EligibilityRule, Line, Objective, Subject, Taking, Tender

MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that the award does not keep: its name, what it found, what it allows."""

    rule: str
    found: int
    allowed: int


def check(tender: Tender, bids: Sequence[Bid], takings: Sequence[Taking]) -> tuple[Breach, ...]:
    """Every rule that the takings break; nothing is believed but the quantities."""
    by_name = {bid.name: bid for bid in bids}
    breaches: list[Breach] = []
    for one in takings:
        bid = by_name.get(one.bid)
        if bid is None or not 0 <= one.line < len(bid.lines):
            breaches.append(Breach(f"offered [{one.bid}]", one.line, 0))
            continue
        breaches += _of_taking(tender, bid, bid.lines[one.line], one, bids)
    if breaches:
        return tuple(breaches)
    return (*_of_bids(tender, by_name, takings), *_of_lots(tender, by_name, takings), *_of_operators(tender, by_name, takings))


def _of_taking(tender: Tender, bid: Bid, line: Line, one: Taking, bids: Sequence[Bid]) -> list[Breach]:
    found = []
    if one.units <= 0 or one.units % line.step:
        found.append(Breach(f"buying unit [{one.bid}]", one.units, line.step))
    fitting = [tier for tier in line.tiers if tier.least <= one.units <= tier.most]
    if not fitting:
        return [*found, Breach(f"quantity [{one.bid}]", one.units, line.tiers[-1].most)]
    price = fitting[0].fixed_won + fitting[0].unit_won * one.units
    if tender.objective is Objective.MATCH_LOWEST:
        price = one.units * _lowest(tender, line.lot, bids)
    if one.won != price:
        found.append(Breach(f"price [{one.bid}]", one.won, price))
    public = one.units * line.public // line.tiers[-1].most
    if one.public != public:
        found.append(Breach(f"public use [{one.bid}]", one.public, public))
    found += [Breach(f"eligible: {rule.name} [{one.bid}]", 0, 1) for rule in tender.eligibility if not _meets(tender, bid, line, rule)]
    return found


def _lowest(tender: Tender, lot: str, bids: Sequence[Bid]) -> int:
    return min(
        line.tiers[-1].unit_won
        for bid in bids
        for line in bid.lines
        if line.lot == lot
        and not (bid.together and len(bid.lines) > 1)
        and all(_meets(tender, bid, line, rule) for rule in tender.eligibility)
    )


def _meets(tender: Tender, bid: Bid, line: Line, rule: EligibilityRule) -> bool:
    """Rules on one line's price, share and power look at the line, or at the whole where lines go together."""
    if rule.declares is not None and rule.declares not in bid.declares:
        return False
    if rule.subject is None:
        return True
    lines = bid.lines if bid.together else (line,)
    units = sum(one.tiers[-1].most for one in lines)
    won = sum(one.tiers[-1].fixed_won + one.tiers[-1].unit_won * one.tiers[-1].most for one in lines)
    public = sum(one.public for one in lines)
    weighted = sum(one.public * tender.capacity_micro.get(one.model, MICRO) for one in lines)
    said: dict[Subject, float | None] = {
        Subject.PRICE: won / units,
        Subject.PRICE_PER_PUBLIC: won * MICRO / weighted if weighted else None,
        Subject.PUBLIC_SHARE: public * MICRO / units,
        Subject.QUANTITY: units,
        Subject.POWER: None if any(one.power_w is None for one in lines) else sum((one.power_w or 0) * one.tiers[-1].most for one in lines),
        Subject.READY: bid.ready_s,
        Subject.PUE: bid.pue_ppm,
        Subject.AVAILABILITY: bid.availability_ppm,
        Subject.CLUSTER: bid.cluster,
        Subject.SUPPORT: bid.support_s,
    }
    value = said[rule.subject]
    if value is None:
        return False
    return (rule.least is None or value >= rule.least) and (rule.most is None or value <= rule.most)


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
