"""From a tender file that fits to the nouns of `model.tenders`."""

from __future__ import annotations

from dure.model.tenders import Bid, Caps, Criterion, EligibilityRule, Line, Lot, Tender, Tier
from dure.model.units import MICRO, ceil_div
from dure.wire.tender import BidEntry, LineEntry, TenderFile, TenderRules


def tender_of(rules: TenderRules) -> Tender:
    caps = rules.caps
    return Tender(
        name=rules.name,
        name_ko=rules.name_ko or "",
        procedure=rules.procedure,
        objective=rules.objective,
        budget_won=rules.budget,
        lots=tuple(
            Lot(name=one.name, name_ko=one.name_ko or "", least=one.at_least, most=one.at_most, estimate_won=one.estimate)
            for one in rules.lots
        ),
        eligibility=tuple(
            EligibilityRule(
                name=one.name, name_ko=one.name_ko or "", declares=one.declares, subject=one.subject, least=one.at_least, most=one.at_most
            )
            for one in rules.eligibility
        ),
        criteria=tuple(
            Criterion(
                name=one.name,
                name_ko=one.name_ko or "",
                points_micro=one.weight_micro,
                formula=one.formula,
                subject=one.subject,
                full=one.full,
                zero=one.zero,
                target_ppm=one.target,
                factor_micro=one.factor,
                decimals=one.decimals,
            )
            for one in rules.criteria
        ),
        score_least_micro=rules.score_at_least,
        caps=Caps(units=caps.accelerators, budget_ppm=caps.budget_share, units_ppm=caps.accelerator_share, cluster_public=caps.cluster),
        capacity_micro=dict(rules.capacity),
        abnormally_low_ppm=rules.abnormally_low,
        price_per=rules.price_per,
    )


def bids_of(file: TenderFile) -> tuple[Bid, ...]:
    return tuple(_bid(one) for one in file.bids)


def _bid(entry: BidEntry) -> Bid:
    return Bid(
        name=entry.name,
        operator=entry.operator,
        lines=tuple(_line(one) for one in entry.lines),
        together=entry.bundle,
        alternative=entry.alternative,
        ready_s=entry.ready,
        pue_ppm=entry.pue,
        availability_ppm=entry.availability,
        support_s=entry.support,
        cluster=entry.cluster,
        declares=frozenset(entry.declares),
        points_micro=dict(entry.points_micro),
    )


def _line(entry: LineEntry) -> Line:
    public = entry.public
    if public is None:
        public = entry.quantity * (MICRO if entry.public_share is None else entry.public_share) // MICRO
    return Line(
        lot=entry.lot,
        model=entry.model,
        tiers=_tiers(entry),
        public=public,
        step=entry.step,
        power_w=entry.power_each,
        floor_won=entry.floor,
    )


def _tiers(entry: LineEntry) -> tuple[Tier, ...]:
    """Tiers as ranges of whole buying units; those that end below the least accepted quantity are left out."""
    least = entry.quantity if entry.all_or_nothing else entry.at_least or entry.step
    if not entry.tiers:
        assert entry.price is not None
        return (Tier(least=least, most=entry.quantity, unit_won=entry.price),)
    found, begin = [], 1
    for tier in entry.tiers:
        low, high = max(ceil_div(begin, entry.step) * entry.step, least), tier.to // entry.step * entry.step
        begin = tier.to + 1
        if low <= high:
            found.append(Tier(least=low, most=high, unit_won=tier.price, fixed_won=tier.fixed or 0))
    return tuple(found)
