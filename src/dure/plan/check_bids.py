"""What a bid says and which points it earns, worked out again for the check alone: from the text of the rules, not from `scores`.

An entry is what wins or loses as one: all lines of a bid that go together, else each line for itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from dure.model.tenders import LOWER_IS_BETTER, PRICES, Bid, Criterion, EligibilityRule, Formula, Line, Subject, Tender

PART = Fraction(1, 1_000_000)


@dataclass(frozen=True, slots=True)
class Entry:
    """Lines of one bid that are judged together; `first` is the place of the first of them in the bid."""

    bid: Bid
    first: int
    lines: tuple[Line, ...]

    @property
    def name(self) -> str:
        """The bid's, with the lot where its lines stand alone."""
        return self.bid.name if len(self.lines) == len(self.bid.lines) else f"{self.bid.name}/{self.lines[0].lot}"

    def covers(self, bid: str, line: int) -> bool:
        return self.bid.name == bid and self.first <= line < self.first + len(self.lines)


def entries(bids: Sequence[Bid]) -> list[Entry]:
    found = []
    for bid in bids:
        if bid.together:
            found.append(Entry(bid, 0, bid.lines))
        else:
            found += [Entry(bid, at, (line,)) for at, line in enumerate(bid.lines)]
    return found


def said(tender: Tender, entry: Entry, subject: Subject) -> Fraction | None:
    """What an entry says of a subject: won an accelerator, won a public reference accelerator, shares in parts per million; else None."""
    units = sum(line.tiers[-1].most for line in entry.lines)
    if subject in PRICES:
        won = sum(line.tiers[-1].fixed_won + line.tiers[-1].unit_won * line.tiers[-1].most for line in entry.lines)
        whole = Fraction(units) if subject is Subject.PRICE else _public_capacity(tender, entry)
        return won / whole if whole else None
    if subject is Subject.PUBLIC_SHARE:
        return Fraction(sum(line.public for line in entry.lines), units) / PART
    if subject is Subject.QUANTITY:
        return Fraction(units)
    if subject is Subject.POWER:
        watts = [(line.power_w, line.tiers[-1].most) for line in entry.lines]
        known = [each * count for each, count in watts if each is not None]
        return Fraction(sum(known)) if len(known) == len(watts) else None
    bid = entry.bid
    promised = {
        Subject.READY: bid.ready_s,
        Subject.PUE: bid.pue_ppm,
        Subject.AVAILABILITY: bid.availability_ppm,
        Subject.CLUSTER: bid.cluster,
        Subject.SUPPORT: bid.support_s,
    }[subject]
    return None if promised is None else Fraction(promised)


def _public_capacity(tender: Tender, entry: Entry) -> Fraction:
    """Accelerators for public use, each as many as its model counts for."""
    return sum((line.public * tender.capacity_micro.get(line.model, 1_000_000) * PART for line in entry.lines), Fraction(0))


def meets(tender: Tender, entry: Entry, rule: EligibilityRule) -> bool:
    """Rules on one line's price, share and power look at the line, or at the whole where lines go together."""
    if rule.declares is not None and rule.declares not in entry.bid.declares:
        return False
    if rule.subject is None:
        return True
    value = said(tender, entry, rule.subject)
    if value is None:
        return False
    return (rule.least is None or value >= rule.least) and (rule.most is None or value <= rule.most)


def in_the_running(tender: Tender, bids: Sequence[Bid]) -> list[tuple[Entry, Fraction]]:
    """Every entry that meets all rules of eligibility, with its points beside the others that do."""
    field = [entry for entry in entries(bids) if all(meets(tender, entry, rule) for rule in tender.eligibility)]
    best = {rule.subject: _best(tender, rule.subject, field) for rule in tender.criteria}
    return [(one, sum((_points(tender, rule, one, best[rule.subject]) for rule in tender.criteria), Fraction(0))) for one in field]


def enough(tender: Tender, points: Fraction) -> bool:
    return tender.score_least_micro is None or points >= tender.score_least_micro * PART


def _points(tender: Tender, rule: Criterion, entry: Entry, best: Mapping[str, Fraction]) -> Fraction:
    full = rule.points_micro * PART
    if rule.formula is Formula.POINTS:
        return _rounded(rule, min(full, max(Fraction(0), entry.bid.points_micro.get(rule.name, 0) * PART * rule.scale)))
    own = said(tender, entry, rule.subject)
    if own is None:
        return Fraction(0)
    earned = full * _part(tender, rule, entry, own, _beside(tender, rule.subject, entry, own, best))
    return _rounded(rule, min(full, max(Fraction(0), earned)))


def _part(tender: Tender, rule: Criterion, entry: Entry, own: Fraction, best: Fraction) -> Fraction:
    """The part of the full points, by the formulas as docs/TENDER.md states them."""
    if rule.formula is Formula.LINEAR and rule.full is not None and rule.zero is not None:
        return (own - rule.zero) / (rule.full - rule.zero)
    if rule.formula is Formula.LOWEST_PRICE_RATIO or (rule.formula is Formula.RATIO_TO_BEST and rule.subject in LOWER_IS_BETTER):
        return Fraction(1) if own == best else best / own
    if rule.formula is Formula.RATIO_TO_BEST:
        return Fraction(1) if own == best else own / best
    share, lowest = own / _estimate(tender, entry), best / _estimate(tender, entry)
    full, top, bottom = rule.points_micro * PART, Fraction(4, 5), Fraction(3, 5)
    if rule.formula is Formula.KR_SUITABILITY:
        asked, factor = (rule.target_ppm or 0) * PART, (rule.factor_micro or 0) * PART * rule.scale
        return 1 - factor * 100 * abs(asked - Fraction(_half_up(share * 10_000), 10_000)) / full
    share, lowest = max(share, bottom), max(lowest, bottom)
    if share >= top:
        return lowest / share
    return lowest / top + 2 * rule.scale * (top - share) / (top - bottom) / full


def _best(tender: Tender, subject: Subject, field: Sequence[Entry]) -> dict[str, Fraction]:
    """The best that anybody says; of prices the lowest of each lot, among lines that stand alone on it."""
    found: dict[str, list[Fraction]] = {}
    for one in field:
        value = said(tender, one, subject)
        if value is not None and (subject not in PRICES or len(one.lines) == 1):
            found.setdefault(one.lines[0].lot if subject in PRICES else "", []).append(value)
    return {key: (min if subject in LOWER_IS_BETTER else max)(values) for key, values in found.items()}


def _beside(tender: Tender, subject: Subject, entry: Entry, own: Fraction, best: Mapping[str, Fraction]) -> Fraction:
    """What an entry is held against: several lines against each of them at its lot's lowest, never against more than its own."""
    if subject not in PRICES:
        return best[""]
    won, weight = Fraction(0), Fraction(0)
    for line in entry.lines:
        counts = Fraction(line.tiers[-1].most) if subject is Subject.PRICE else _public_capacity(tender, Entry(entry.bid, 0, (line,)))
        won += counts * best.get(line.lot, own)
        weight += counts
    return min(own, won / weight)


def _estimate(tender: Tender, entry: Entry) -> Fraction:
    """The office's own price of one accelerator, over the lines as they are offered."""
    prices = {lot.name: lot.estimate_won or 0 for lot in tender.lots}
    units = sum(line.tiers[-1].most for line in entry.lines)
    return Fraction(sum(prices[line.lot] * line.tiers[-1].most for line in entry.lines), units)


def _rounded(rule: Criterion, points: Fraction) -> Fraction:
    return points if rule.decimals is None else Fraction(_half_up(points * 10**rule.decimals), 10**rule.decimals)


def _half_up(value: Fraction) -> int:
    whole, rest = divmod(value, 1)
    return int(whole) + (rest >= Fraction(1, 2))
