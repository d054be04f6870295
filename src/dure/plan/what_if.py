"""An award that is asked what-if questions: how much better or worse the best award is with a changed offer than without it.

Where lots stand apart only the part with the offer is solved again; formulas that look at one offer alone are not asked again for the
others; where no cap ties operators together, tables over quantities answer instead of programs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, inf, isfinite
from typing import Any

from dure.model.tenders import PRICES, Formula, Objective, Subject
from dure.model.units import MICRO
from dure.plan.award import (
    Award,
    Choice,
    choose,
    choose_at_once,
    choose_in_part,
    components,
    equal_room,
    joined,
    judge,
    keeps_coupling,
    part_of,
)
from dure.plan.award_program import money_scale, worth_of
from dure.plan.lot_tables import LotTables, fineness, fits
from dure.plan.name_tables import OFFERS_MAX, NameTables
from dure.plan.offers import Offer, cheaper, value_of
from dure.plan.scores import LINEAR_IN_OWN_PRICE, Points, total
from dure.solver import NO_LIMITS, Limits, Status

TOLERANCE = 1e-12
PLANS_MAX = 8
SCORED = (Objective.SCORE, Objective.SCORED_CAPACITY)
Others = Mapping[str, Fraction | None]
"""Scores of those who are not judged as before; None: too few points to be taken."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A changed offer as it is judged: its own points (None: a rule keeps it out), and whose scores are not what they were."""

    own: Points | None
    others: Others

    @property
    def total(self) -> Fraction:
        return total(self.own or {})


class Field:
    """An award that is asked what-if questions; parts that a question does not touch are not solved again."""

    def __init__(self, made: Award, limits: Limits = NO_LIMITS) -> None:
        self.award, self.limits = made, limits
        self.tender = made.tender
        self.offers, self.scores = made.offers, made.scores
        self._judged = {one.offer.name: one for one in made.judged}
        self.reach = _reach(made)
        self._scale = money_scale(self.tender, self.offers)
        self._parts = self._apart()
        self._tables: dict[str, tuple[LotTables, float] | None] = {}
        self._values: dict[tuple[str, Subject], tuple[int, int] | None] = {}
        self._lowest: dict[tuple[str, str], list[Offer]] = {}
        self._loose_budget = _loose_budget(made)
        self._fine: dict[str, tuple[LotTables, float] | None] = {}
        self._names: dict[str, NameTables] = {}
        self._weak = [one.offer for one in made.judged if one.too_few]
        self._seen: dict[Any, Seen] = {}
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
        lines = {(offer.bid.name, index) for offer in part for index in offer.indices}
        takings = tuple(one for one in self.award.choice.takings if (one.bid, one.line) in lines)
        worth = worth_of(self.tender, part, self.scores, takings, self._scale)
        return Choice(self.award.choice.status, worth, worth, self.award.choice.gap, takings)

    def margin(self, variant: Offer) -> float:
        """How much better the best award is with this offer than without it; −inf where it cannot be taken."""
        seen = self.seen(variant)
        return self.margin_of(variant, seen.total, seen.others, seen.others) if self.may_win(seen) else -inf

    def may_win(self, seen: Seen) -> bool:
        return seen.own is not None and self.enough(seen.total)

    def enough(self, points: Fraction) -> bool:
        """Whether so many points are as many as a bid must have."""
        return points * MICRO >= (self.tender.score_least_micro or 0)

    def seen(self, variant: Offer) -> Seen:
        """How the changed offer and those whose points it moves are judged beside each other."""
        key = (variant.name, variant.lines, variant.bid.ready_s)
        if key not in self._seen:
            self._seen[key] = self._see(variant)
        return self._seen[key]

    def _see(self, variant: Offer) -> Seen:
        part = self._parts.get(variant.name, ([], None, []))[0] if self.reach != "all" else []
        around = part or self.offers
        if self.reach == "own" or (self.reach == "part" and self._moves_nobody(variant, around)):
            beside = [] if self.reach == "own" else self._cheapest(variant, around)
            moved: dict[str, Offer] = {}
        elif self.reach == "part":
            lots = {line.lot for line in variant.lines}
            moved = {one.name: one for one in around if any(line.lot in lots for line in one.lines) and one.name != variant.name}
            beside = [
                found for lot in sorted({line.lot for one in moved.values() for line in one.lines}) for found in self._best_of(lot, around)
            ]
            beside = [*self._weak, *beside]
        else:
            moved, beside = {one.name: one for one in self.offers if one.name != variant.name}, self._weak
        field = {one.name: one for one in beside} | moved | {variant.name: variant}
        judged = {one.offer.name: one for one in judge(self.tender, list(field.values()))}
        own = judged[variant.name]
        others = {name: judged[name].score if judged[name].eligible else None for name in moved}
        return Seen(None if own.failed else own.points, {name: one for name, one in others.items() if one != self.scores[name]})

    def margin_of(self, variant: Offer, score: Fraction, high: Others, low: Others) -> float:
        """The best award with the offer at this score less the best one without it. Others who move have their `high` scores in the
        first and their `low` ones in the second: where both are the same this is the margin, else no margin between them is larger.
        """
        part, _, others = self._parts.get(variant.name, ([], None, []))
        known = None if len(variant.lines) > 1 and (high or low) else self._tables_of(variant.name, part)
        if known is not None:
            self.solved += 1
            found = self._in_tables(variant, score, high, low, part, known, others)
            if found is not None:
                return found
        return self._by_programs(variant, score, high, low)[0]

    def _by_programs(self, variant: Offer, score: Fraction, high: Others, low: Others) -> tuple[float, Choice | None]:
        part, base, others = self._parts.get(variant.name, ([], None, []))
        if part and base is not None and self.reach != "all":
            within = self._in_part(variant, score, high, low, part, base, others)
            if within is not None:
                return within
        return self._in_whole(variant, score, high, low)

    def _beside(self, variant: Offer, score: Fraction, moved: Others, around: Sequence[Offer]) -> tuple[list[Offer], dict[str, Fraction]]:
        """The field with the offer as it is now and the scores of everybody who may be taken."""
        scores = {one.name: self.scores[one.name] if (now := moved.get(one.name, self.scores[one.name])) is None else now for one in around}
        field = [one for one in around if one.name != variant.name and moved.get(one.name, 0) is not None]
        return [*field, variant], scores | {variant.name: score}

    def _in_tables(
        self,
        variant: Offer,
        score: Fraction,
        high: Others,
        low: Others,
        part: Sequence[Offer],
        known: tuple[LotTables, float],
        others: list[Choice],
    ) -> float | None:
        """The same from tables over quantities; None where the budget could bind after all."""
        tables, best = known
        if not high and not low:
            if len(variant.lines) == 1:
                return self._in_budget(tables.with_single(variant, score), best, others)
            changed = LotTables(self.tender, *self._beside(variant, score, {}, part), like=tables)
            return self._in_budget(changed.value(force=variant.name), best, others)
        lot = variant.lines[0].lot
        made = LotTables(self.tender, *self._beside(variant, score, high, part), like=tables, moved=lot)
        taken = made.value(force=variant.name)
        if high != low:
            made = LotTables(self.tender, *self._beside(variant, score, low, part), like=tables, moved=lot)
        return self._in_budget(taken, made.value(ban=variant.name), others)

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

    def _settled(self, variant: Offer, score: Fraction, part: Sequence[Offer], others: list[Choice]) -> bool | None:
        """Whether the award takes the offer, ties decided, from tables; None where they cannot tell."""
        known = self._finer(variant, part, others)
        if known:
            return known > 0
        tables = self._tables_of(variant.name, part)
        if tables is None or (known is None and self.tender.objective not in SCORED):
            return None
        return self._names_of(variant, part).takes(variant, score)

    def _finer(self, variant: Offer, part: Sequence[Offer], others: list[Choice]) -> float | None:
        """Worth and what decides between equals in one margin, from tables; None where they cannot tell, 0 where names decide."""
        if self._tables_of(variant.name, part) is None or self.award.choice.takes(variant):
            return None
        if variant.name not in self._fine:
            finely = fineness(self.tender, part)
            made = None if finely is None else LotTables(self.tender, part, self.scores, finely=finely)
            self._fine |= dict.fromkeys((one.name for one in part), None if made is None else (made, made.value()))
        known = self._fine[variant.name]
        if known is None:
            return None
        tables, best = known
        if len(variant.lines) == 1:
            taken = tables.with_single(variant, Fraction(0))
        else:
            field = [*(one for one in part if one.name != variant.name), variant]
            taken = LotTables(self.tender, field, self.scores, like=tables, finely=tables.finely).value(force=variant.name)
        kept = self._in_budget(taken // tables.finely[0] if tables.finely else taken, 0.0, others) if isfinite(taken) else 0.0
        return None if kept is None else taken - best

    def _in_budget(self, best: float, without: float, others: list[Choice]) -> float | None:
        """The margin, in the unit of the program; None where the least cost would no longer keep the budget."""
        if self.tender.objective is not Objective.COST:
            return best - without
        rest = sum(taking.won for one in others for taking in one.takings)
        if self.tender.budget_won is not None and rest - best > self.tender.budget_won and isfinite(best):
            return None
        return (best - without) / self._scale if isfinite(best) else -inf

    def rivals(self, offer: Offer) -> list[Offer]:
        """Those whose prices and promises an offer's own points hang on."""
        part = self._parts.get(offer.name, (self.offers, None, []))[0]
        return [one.offer for one in self.award.judged if not one.failed] if self.reach == "all" else self._cheapest(offer, part)

    def _cheapest(self, variant: Offer, part: Sequence[Offer]) -> list[Offer]:
        """For each of the variant's lots and each price that is judged, the best of the others: all that its own points hang on."""
        found = {one.name: one for lot in sorted({line.lot for line in variant.lines}) for one in self._best_of(lot, part, variant.name)}
        return list(found.values())

    def _best_of(self, lot: str, part: Sequence[Offer], apart: str = "") -> list[Offer]:
        """Of the lines that stand alone on a lot the lowest of each price that is judged, one offer left out."""
        if (lot, apart) not in self._lowest:
            singles = [one for one in (*part, *self._weak) if len(one.lines) == 1 and one.name != apart and one.lines[0].lot == lot]
            found = {}
            for subject in PRICES:
                known = [(Fraction(*value), one.name, one) for one in singles if (value := self._value(one, subject))]
                if known:
                    best = min(known, key=lambda each: each[:2])[2]
                    found[best.name] = best
            self._lowest[lot, apart] = list(found.values())
        return self._lowest[lot, apart]

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
            others = [Fraction(*value) for one in self._cheapest(variant, part) if (value := self._value(one, subject))]
            own = [value_of(one, subject, self.tender) for one in (before, variant)]
            if not others or any(value is not None and Fraction(*value) < min(others) for value in own):
                return False
        return True

    def wins(self, variant: Offer) -> bool:
        """Whether the award itself, ties decided, takes the offer."""
        part, _, others = self._parts.get(variant.name, ([], None, []))
        seen = self.seen(variant)
        if not self.may_win(seen):
            return False
        if part and not seen.others and len(part) <= OFFERS_MAX:
            settled = self._settled(variant, seen.total, part, others)
            if settled is not None:
                self.solved += 1
                return settled
        self.solved += 1
        return self._chosen(variant, seen, part, others).takes(variant)

    def _chosen(self, variant: Offer, seen: Seen, part: Sequence[Offer], others: list[Choice]) -> Choice:
        """What the award takes beside a changed offer, from programs: of its part alone where budget and caps then still hold."""
        if part and self.reach != "all":
            field, scores = self._beside(variant, seen.total, seen.others, part)
            choice = choose_in_part(part_of(self.tender, field), field, scores, self._scale, self.limits)
            whole = joined([choice, *others]).takings
            if choice.status is not Status.INFEASIBLE and keeps_coupling(self.tender, [*self.offers, variant], whole):
                return choice
        return choose(self.tender, *self._beside(variant, seen.total, seen.others, self.offers), self.limits)

    def given(self, variant: Offer) -> int:
        """How many accelerators the award takes of a changed offer, ties decided."""
        part, _, others = self._parts.get(variant.name, ([], None, []))
        seen = self.seen(variant)
        if not self.may_win(seen):
            return 0
        self.solved += 1
        if part and not seen.others and len(part) <= OFFERS_MAX and self._settled(variant, seen.total, part, others) is not None:
            return sum(
                units for (name, _), units in self._names_of(variant, part).taken(variant, seen.total).items() if name == variant.name
            )
        found = self._chosen(variant, seen, part, others)
        return sum(one.units for one in found.takings if one.bid == variant.bid.name and one.line in variant.indices)

    def forced(self, offer: Offer) -> Choice:
        """The best award that takes an offer as it is, ties decided."""
        part, _, others = self._parts.get(offer.name, ([], None, []))
        if part:
            self.solved += 1
            own = part_of(self.tender, part)
            whole = joined([choose_in_part(own, part, self.scores, self._scale, self.limits, force=offer.name), *others])
            if whole.status is Status.INFEASIBLE or keeps_coupling(self.tender, self.offers, whole.takings):
                return whole
        self.solved += 1
        return choose_at_once(self.tender, self.offers, self.scores, self.limits, force=offer.name)

    def _names_of(self, variant: Offer, part: Sequence[Offer]) -> NameTables:
        """The tables that decide between equals, made once for a part whose tables can tell."""
        if variant.name not in self._names:
            fine, tables = self._fine.get(variant.name), self._tables_of(variant.name, part)
            assert tables is not None
            made = NameTables(tables[0], equal_room(tables[1])) if fine is None else NameTables(fine[0])
            self._names |= dict.fromkeys((one.name for one in part), made)
        return self._names[variant.name]

    def _in_part(
        self, variant: Offer, score: Fraction, high: Others, low: Others, part: Sequence[Offer], base: Choice, others: list[Choice]
    ) -> tuple[float, Choice | None] | None:
        """The comparison inside one part; None where budget or caps would then no longer hold by themselves."""
        best = self._with(variant, *self._beside(variant, score, high, part))
        if best.objective is None:
            return -inf, None
        without = base
        if low:
            field, scores = self._beside(variant, score, low, part)
            own = part_of(self.tender, field)
            without = choose_in_part(own, field[:-1], scores, self._scale, self.limits, ties=False)
            self.solved += 1
        everybody = [*self.offers, variant]
        if not all(keeps_coupling(self.tender, everybody, joined([one, *others]).takings) for one in (best, without)):
            return None
        return self._signed(best, without), best

    def _in_whole(self, variant: Offer, score: Fraction, high: Others, low: Others) -> tuple[float, Choice | None]:
        field, scores = self._beside(variant, score, high, self.offers)
        self.solved += 1
        best = choose(self.tender, field, scores, self.limits, force=variant.name, ties=False)
        if best.objective is None:
            return -inf, None
        without = self.award.choice
        if low or without.takes(variant):
            field, scores = self._beside(variant, score, low, self.offers)
            self.solved += 1
            without = choose(self.tender, field[:-1], scores, self.limits, ties=False)
        return self._signed(best, without), best

    def _with(self, variant: Offer, field: Sequence[Offer], score: dict[str, Fraction]) -> Choice:
        """The best of one part with the offer in it."""
        self.solved += 1
        return choose_in_part(part_of(self.tender, field), field, score, self._scale, self.limits, force=variant.name, ties=False)

    def _signed(self, best: Choice, without: Choice) -> float:
        assert best.objective is not None
        if without.objective is None:
            return inf
        difference = best.objective - without.objective
        return -difference if self.tender.objective is Objective.COST else difference

    def tolerance(self) -> float:
        """Below this two awards are equally good: less than one won of cost, or the last digits of a sum."""
        if self.tender.objective is Objective.COST:
            return 0.4 / self._scale
        return max(1e-9, TOLERANCE * abs(self.award.choice.objective or 0.0))

    def guesses(self, offer: Offer) -> list[int]:
        """Cuts of the price to try first: where the own price becomes the lowest, and what the best plan with the offer asks for."""
        part, _, _ = self._parts.get(offer.name, ([], None, []))
        known = self._tables_of(offer.name, part)
        if self.reach != "own":
            return self._bends(offer, part or self.offers)
        if self.tender.objective is not Objective.COST:
            return []
        if known is not None:
            single = offer.name in self.scores and len(offer.lines) == 1
            cut = known[0].cut_single(offer, self.scores[offer.name], known[1]) if single else None
            return [] if cut is None else [cut]
        return self._by_plans(offer)

    def _bends(self, offer: Offer, rivals: Sequence[Offer]) -> list[int]:
        """The cut at which a single line asks what the lowest other on its lot asks: from there on everybody's points move."""
        if len(offer.lines) > 1:
            return []
        line = offer.lines[0]
        found = []
        for rival in self._best_of(line.lot, rivals, offer.name):
            cut = (offer.full_won - rival.full_won * line.most // rival.lines[0].most) // line.most
            found += [cut + 1] if cut > 0 else []
        return sorted(set(found))

    def _by_plans(self, offer: Offer) -> list[int]:
        """Least cost: the best plan with the offer tells at which cut it would do; the best plan just below that cut may do with less.

        What is paid falls in a straight line for each plan, so these cuts never rise and end at the least one.
        """
        scale, cut = self._scale, 0
        found: list[int] = []
        for _ in range(PLANS_MAX):
            variant = cheaper(offer, cut)
            seen = self.seen(variant)
            margin, best = self._by_programs(variant, seen.total, {}, {}) if self.may_win(seen) else (-inf, None)
            if best is None or not isfinite(margin):
                break
            units = sum(one.units for one in best.takings if one.bid == offer.bid.name and one.line in offer.indices)
            slope = (units if len(offer.lines) == 1 else 1) / scale
            if not units or (found and margin < -self.tolerance()):
                break
            found.append(max(1, cut + ceil(-margin / slope - 1e-6)))
            cut = found[-1] - 1
        return found[-1:]


def _reach(made: Award) -> str:
    """Whose points a change of one offer can move: its own, those of its part, or everybody's."""
    tender = made.tender
    if tender.objective not in SCORED and tender.score_least_micro is None:
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
