"""What would have made a losing offer win: the smallest price cut, extra public share or earlier date, each shown by re-solving.

An offer wins at a change when the best award that takes it is at least as good as the best award without it. Both are solved, at
the change and one unit below it, so the figure is the smallest whole one. Where lots stand apart only the part with the offer is
solved again; formulas that look at one offer alone are not asked again for the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, inf, isfinite

from dure.model.tenders import LOWER_IS_BETTER, PRICES, Formula, Objective, Subject
from dure.model.units import DAY_S
from dure.plan.award import Award, Choice, Judged, choose, components, joined, judge, keeps_coupling, part_of
from dure.plan.award_program import build, money_scale, worth_of_unit
from dure.plan.lot_tables import LotTables, fits
from dure.plan.offers import Offer, cheaper, earlier, more_public, value_of
from dure.plan.scores import LINEAR_IN_OWN_PRICE
from dure.solver import NO_LIMITS, Limits, Status, solve

TOLERANCE = 1e-12
_SCORED = (Objective.SCORE, Objective.SCORED_CAPACITY)


class FlipKind(StrEnum):
    PRICE = "price"
    PUBLIC = "public"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class Flip:
    """The smallest change that makes an offer win: won off, accelerators more for public use, or seconds earlier.

    None: no change of this kind does. `solved` counts the awards that were computed to find and to show it.
    """

    offer: Offer
    kind: FlipKind
    change: int | None
    solved: int

    @property
    def variant(self) -> Offer | None:
        return None if self.change is None else _CHANGES[self.kind](self.offer, self.change)


_CHANGES: dict[FlipKind, Callable[[Offer, int], Offer]] = {
    FlipKind.PRICE: cheaper,
    FlipKind.PUBLIC: more_public,
    FlipKind.READY: lambda offer, days: earlier(offer, days * DAY_S),
}


class Field:
    """An award that is asked what-if questions; parts that a question does not touch are not solved again."""

    def __init__(self, made: Award, limits: Limits = NO_LIMITS) -> None:
        self.award, self.limits = made, limits
        self.tender = made.tender
        self.offers, self.scores = made.offers, made.scores
        self._judged = {one.offer.name: one for one in made.judged}
        self.reach = _reach(made)
        self._parts = self._apart()
        self._tables: dict[str, tuple[LotTables, float] | None] = {}
        self._values: dict[tuple[str, Subject], tuple[int, int] | None] = {}
        self._loose_budget = _loose_budget(made)
        self.solved = 0

    def _apart(self) -> dict[str, tuple[list[Offer], Choice, list[Choice]]]:
        """For each offer its part, that part's best, and the best of all other parts; empty where the whole is one program."""
        parts = components(self.tender, self.offers)
        if len(parts) < 2 or self.award.choice.parts != len(parts):
            return {}
        each = [self._of_part(part) for part in parts]
        return {offer.name: (part, each[index], each[:index] + each[index + 1 :]) for index, part in enumerate(parts) for offer in part}

    def _of_part(self, part: Sequence[Offer]) -> Choice:
        """What the award takes of one part: the best of that part, since the parts were solved apart."""
        lines = {(offer.bid.name, index): (offer, line) for offer in part for index, line in zip(offer.indices, offer.lines, strict=True)}
        takings = tuple(one for one in self.award.choice.takings if (one.bid, one.line) in lines)
        if self.tender.objective is Objective.COST:
            worth = sum(one.won for one in takings) / money_scale(self.tender, self.offers)
        else:
            found = [(one, *lines[one.bid, one.line]) for one in takings]
            worth = sum(one.units * worth_of_unit(self.tender, offer, line, self.scores[offer.name]) for one, offer, line in found)
        return Choice(self.award.choice.status, worth, worth, self.award.choice.gap, takings)

    def margin(self, variant: Offer) -> float:
        """How much better the best award is with this offer than without it; −inf where it cannot be taken."""
        known = self.by_tables(variant)
        return self._compare(variant)[0] if known is None else known

    def by_tables(self, variant: Offer) -> float | None:
        """The same from tables over quantities, where the rules allow it and the budget cannot bind; None elsewhere."""
        part, _, others = self._parts.get(variant.name, ([], None, []))
        known = self._tables_of(variant.name, part)
        if known is None:
            return None
        tables, best = known
        self.solved += 1
        if self.reach == "own" or self._moves_nobody(variant, part):
            rivals = [] if self.reach == "own" else self._cheapest(variant, part)
            own = next(one for one in judge(self.tender, [*rivals, variant]) if one.offer.name == variant.name)
            if not own.eligible:
                return -inf
            if len(variant.lines) == 1:
                return self._in_budget(tables.with_single(variant, own.score), best, others)
            field = [*(one for one in part if one.name != variant.name), variant]
            score = {**{one.name: self.scores[one.name] for one in part}, variant.name: own.score}
            return self._in_budget(LotTables(self.tender, field, score).value(force=variant.name), best, others)
        field, score = _field(judge(self.tender, [*(one for one in part if one.name != variant.name), variant]))
        if variant.name not in score:
            return -inf
        changed = LotTables(self.tender, field, score)
        return self._in_budget(changed.value(force=variant.name), changed.value(ban=variant.name), others)

    def _tables_of(self, name: str, part: Sequence[Offer]) -> tuple[LotTables, float] | None:
        """The tables of an offer's part and its best worth, made once; None where tables cannot tell."""
        if not part or self.reach == "all" or not self._loose_budget:
            return None
        if name not in self._tables:
            known = None
            if fits(self.tender, part):
                tables = LotTables(self.tender, part, self.scores)
                known = (tables, tables.value())
            self._tables |= dict.fromkeys((one.name for one in part), known)
        return self._tables[name]

    def _in_budget(self, best: float, without: float, others: list[Choice]) -> float | None:
        """The margin, in the unit of the program; None where the least cost would no longer keep the budget."""
        if self.tender.objective is not Objective.COST:
            return best - without
        rest = sum(taking.won for one in others for taking in one.takings)
        if self.tender.budget_won is not None and rest - best > self.tender.budget_won and isfinite(best):
            return None
        return (best - without) / money_scale(self.tender, self.offers) if isfinite(best) else -inf

    def _cheapest(self, variant: Offer, part: Sequence[Offer]) -> list[Offer]:
        """For each of the variant's lots and each price that is judged, the best of the others: all that its own points hang on."""
        lots, found = {line.lot for line in variant.lines}, {}
        singles = [one for one in part if len(one.lines) == 1 and one.name != variant.name and one.lines[0].lot in lots]
        for subject in PRICES:
            for lot in lots:
                on_lot = [
                    (Fraction(*value), one.name, one) for one in singles if one.lines[0].lot == lot and (value := self._value(one, subject))
                ]
                if on_lot:
                    best = min(on_lot, key=lambda each: each[:2])[2]
                    found[best.name] = best
        return list(found.values())

    def _value(self, offer: Offer, subject: Subject) -> tuple[int, int] | None:
        key = (offer.name, subject)
        if key not in self._values:
            self._values[key] = value_of(offer, subject, self.tender)
        return self._values[key]

    def _moves_nobody(self, variant: Offer, part: Sequence[Offer]) -> bool:
        """Whether prices of others still set the best of every lot, as they did before the change."""
        if len(variant.lines) > 1:
            return True
        before = self._judged[variant.name].offer
        for subject in PRICES:
            rivals = [Fraction(*value) for one in self._cheapest(variant, part) if (value := self._value(one, subject))]
            own = [value_of(one, subject, self.tender) for one in (before, variant)]
            if not rivals or any(value is not None and Fraction(*value) < min(rivals) for value in own):
                return False
        return True

    def wins(self, variant: Offer) -> bool:
        """Whether the award itself, ties decided, takes the offer."""
        part, base, others = self._parts.get(variant.name, ([], None, []))
        self.solved += 1
        if part and base is not None and self.reach == "own":
            own = judge(self.tender, [variant])[0]
            field = [*(one for one in part if one.name != variant.name), variant]
            score = {**{one.name: self.scores[one.name] for one in part}, variant.name: own.score}
            choice = choose(part_of(self.tender, field), field if own.eligible else part, score, self.limits)
            if keeps_coupling(self.tender, [*self.offers, variant], joined([choice, *others]).takings):
                return choice.takes(variant)
        field, score = _field(judge(self.tender, [*(one for one in self._all() if one.name != variant.name), variant]))
        return choose(self.tender, field, score, self.limits).takes(variant)

    def _all(self) -> list[Offer]:
        return [one.offer for one in self.award.judged]

    def _compare(self, variant: Offer) -> tuple[float, Choice | None]:
        part, base, others = self._parts.get(variant.name, ([], None, []))
        own_alone = self.reach == "own"
        around = part if part and self.reach != "all" else self._all()
        if own_alone:
            own = judge(self.tender, [variant])[0]
            field = [*(one for one in (part or self.offers) if one.name != variant.name), variant]
            score = {**{one.name: self.scores[one.name] for one in field if one.name != variant.name}, variant.name: own.score}
            eligible = own.eligible
        else:
            judged = judge(self.tender, [*(one for one in around if one.name != variant.name), variant])
            eligible = any(one.offer.name == variant.name and one.eligible for one in judged)
            field, score = _field(judged)
        if not eligible:
            return -inf, None
        if part and self.reach != "all":
            found = self._in_part(variant, field, score, base, others)
            if found is not None:
                return found
        return self._in_whole(variant, score, field, own_alone)

    def _in_part(
        self, variant: Offer, field: Sequence[Offer], score: dict[str, Fraction], base: Choice | None, others: list[Choice]
    ) -> tuple[float, Choice | None] | None:
        """The comparison inside one part; None where budget or caps would then no longer hold by themselves."""
        assert base is not None
        tender = part_of(self.tender, field)
        best = self._forced(tender, field, score, variant.name, coupled=False)
        if best.objective is None:
            return -inf, None
        without = base
        if self.reach == "part":
            rest = [one for one in field if one.name != variant.name]
            self.solved += 1
            without = choose(tender, rest, score, self.limits, ties=False)
        if not keeps_coupling(self.tender, [*self.offers, variant], joined([best, *others]).takings):
            return None
        return self._signed(best, without), best

    def _in_whole(self, variant: Offer, score: dict[str, Fraction], field: Sequence[Offer], own_alone: bool) -> tuple[float, Choice | None]:
        if own_alone and self._parts:
            field = [*(one for one in self.offers if one.name != variant.name), variant]
            score = {**self.scores, variant.name: score[variant.name]}
        self.solved += 1
        best = choose(self.tender, field, score, self.limits, force=variant.name, ties=False)
        if best.objective is None:
            return -inf, None
        without = self.award.choice
        if not own_alone or without.takes(variant):
            self.solved += 1
            without = choose(self.tender, [one for one in field if one.name != variant.name], score, self.limits, ties=False)
        return self._signed(best, without), best

    def _forced(self, tender: object, field: Sequence[Offer], score: dict[str, Fraction], name: str, *, coupled: bool) -> Choice:
        self.solved += 1
        made = build(part_of(self.tender, field), field, score, force=name, coupled=coupled)
        best = solve(made.program, self.limits)
        if not best.found:
            return Choice(best.status, None, None, None, ())
        return Choice(Status.OPTIMAL, best.objective, best.bound, best.gap, made.takings(best.values))

    def _signed(self, best: Choice, without: Choice) -> float:
        assert best.objective is not None
        if without.objective is None:
            return inf
        difference = best.objective - without.objective
        return -difference if self.tender.objective is Objective.COST else difference

    def tolerance(self) -> float:
        """Below this two awards are equally good: less than one won of cost, or the last digits of a sum."""
        if self.tender.objective is Objective.COST:
            return 0.4 / money_scale(self.tender, self.offers)
        return max(1e-9, TOLERANCE * abs(self.award.choice.objective or 0.0))

    def first_guess(self, offer: Offer) -> int | None:
        """The cut that is exact while the best plan with the offer stays the same; None where nothing is linear in the price."""
        if self.tender.objective is not Objective.COST or self.reach != "own":
            return None
        part, _, _ = self._parts.get(offer.name, ([], None, []))
        known = self._tables_of(offer.name, part)
        if known is not None:
            single = offer.name in self.scores and len(offer.lines) == 1
            return known[0].cut_single(offer, self.scores[offer.name], known[1]) if single else None
        margin, best = self._compare(offer)
        if best is None or not isfinite(margin):
            return None
        units = sum(one.units for one in best.takings if one.bid == offer.bid.name and one.line in offer.indices)
        slope = (units if len(offer.lines) == 1 else 1) / money_scale(self.tender, self.offers)
        return max(1, ceil(-margin / slope - 1e-6)) if units else None


def _field(judged: Sequence[Judged]) -> tuple[list[Offer], dict[str, Fraction]]:
    field = [one.offer for one in judged if one.eligible]
    return field, {one.offer.name: one.score for one in judged if one.eligible}


def _reach(made: Award) -> str:
    """Whose points a change of one offer can move: its own, those of its part, or everybody's."""
    tender = made.tender
    if tender.objective not in _SCORED and tender.score_least_micro is None:
        return "own"
    reach = "own"
    for one in tender.criteria:
        if one.formula in LINEAR_IN_OWN_PRICE or one.formula is Formula.KR_SUITABILITY:
            continue
        if one.subject not in PRICES:
            return "all"
        reach = "part"
    return reach


def _loose_budget(made: Award) -> bool:
    """Whether even the dearest way to fill every lot keeps the budget (for the least cost it is looked at each time)."""
    budget = made.tender.budget_won
    if budget is None or made.tender.objective is Objective.COST:
        return True
    dearest: dict[str, int] = {}
    for offer in made.offers:
        for line in offer.lines:
            each = max(tier.unit_won + tier.fixed_won for tier in line.tiers)
            dearest[line.lot] = max(dearest.get(line.lot, 0), each)
    return all(made.tender.lot(lot).most is not None for lot in dearest) and budget >= sum(
        won * (made.tender.lot(lot).most or 0) for lot, won in dearest.items()
    )


def flip_price(field: Field, offer: Offer) -> Flip:
    """Won off: of each accelerator of a single line, of the whole of a bundle."""
    begun = field.solved
    tiers = [tier for line in offer.lines for tier in line.tiers]
    most = (
        min(tier.unit_won for tier in tiers) - 1
        if len(offer.lines) == 1
        else sum(line.tiers[0].won(line.least) for line in offer.lines) - 1
    )
    change = _least(field, lambda cut: cheaper(offer, cut), most, field.first_guess(offer))
    return Flip(offer, FlipKind.PRICE, change, field.solved - begun)


def flip_public(field: Field, offer: Offer) -> Flip:
    """Accelerators more for public use."""
    begun = field.solved
    most = sum(line.most - line.public for line in offer.lines)
    change = _least(field, lambda extra: more_public(offer, extra), most, None)
    return Flip(offer, FlipKind.PUBLIC, change, field.solved - begun)


def flip_ready(field: Field, offer: Offer) -> Flip:
    """Days earlier, down to the date from which nothing in the rules gets any better."""
    begun = field.solved
    limits = [rule.most for rule in field.tender.eligibility if rule.subject is Subject.READY and rule.most is not None]
    judged = [one for one in field.tender.criteria if one.subject is Subject.READY and one.formula is not Formula.POINTS]
    limits += [end for one in judged for end in (one.full, one.zero) if end is not None]
    if any(one.formula is not Formula.LINEAR for one in judged):
        limits += [one.bid.ready_s - 30 * DAY_S for one in field.offers if one.bid.ready_s is not None]
    if offer.bid.ready_s is None or not limits:
        return Flip(offer, FlipKind.READY, None, 0)
    most = max(0, ceil((offer.bid.ready_s - min(limits)) / DAY_S))
    change = _least(field, lambda days: earlier(offer, days * DAY_S), most, None)
    return Flip(offer, FlipKind.READY, change, field.solved - begun)


def _least(field: Field, change: Callable[[int], Offer], most: int, guess: int | None) -> int | None:
    """The least whole change at which the offer wins; the margin never falls with the change."""
    if most < 1:
        return None
    room = field.tolerance()
    known: dict[int, float] = {}

    def margin(amount: int) -> float:
        if amount not in known:
            known[amount] = field.margin(change(amount))
        return known[amount]

    low, high = 0, most
    if guess is not None and guess <= most:
        if margin(guess) >= -room:
            high = guess
            if guess == 1 or margin(guess - 1) < -room:
                return _settled(field, change, guess, most, margin(guess), room)
            high = guess - 1
        else:
            low = guess
    if margin(high) < -room:
        return None
    straight = field.reach == "own"  # ratio scores bend where the own price becomes the lowest: halving is surer there
    while high - low > 1:
        span = high - low
        middle = _between(low, high, margin(low), margin(high)) if straight else (low + high) // 2
        for probe in (middle, middle - max(1, span // 1000), middle + max(1, span // 1000)):
            if low < probe < high and (straight or probe == middle):
                low, high = (low, probe) if margin(probe) >= -room else (probe, high)
        straight = straight and (high - low) * 100 < span
    return _settled(field, change, high, most, margin(high), room)


def _between(low: int, high: int, below: float, above: float) -> int:
    """Where a straight line through both ends crosses 0; the middle where there is no line."""
    if not isfinite(below) or not isfinite(above) or above == below:
        return (low + high) // 2
    at = low + ceil((high - low) * -below / (above - below))
    return min(max(at, low + 1), high - 1)


def _settled(field: Field, change: Callable[[int], Offer], least: int, most: int, margin: float, room: float) -> int | None:
    """Where both awards are equally good the cheaper one is taken, so the offer must come down until it is.

    Where tables answer and one unit more wins outright, that unit is reported, whichever way the tie would go.
    """
    if margin > room:
        return least
    outright = field.by_tables(change(least + 1)) if least < most else None
    if outright is not None and outright > room:
        return least + 1
    if field.wins(change(least)):
        return least
    low, span = least, 1
    while low + span < most and not field.wins(change(low + span)):
        low, span = low + span, span * 2
    high = min(low + span, most)
    if not field.wins(change(high)):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if field.wins(change(middle)) else (middle, high)
    return high


def losers(made: Award) -> tuple[Offer, ...]:
    """Offers that the award does not take, in order of name."""
    return tuple(one.offer for one in made.judged if not made.choice.takes(one.offer))


def lower_is_better(subject: Subject) -> bool:
    return subject in LOWER_IS_BETTER
