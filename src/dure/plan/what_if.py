"""An award that is asked what-if questions: how much better or worse the best award is with a changed offer than without it.

Where lots stand apart only the part with the offer is solved again; formulas that look at one offer alone are not asked again for the
others; where no cap ties operators together, tables over quantities answer instead of programs.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, inf, isfinite

from dure.model.tenders import PRICES, Formula, Objective, Subject
from dure.plan.award import Award, Choice, Judged, choose, choose_in_part, components, joined, judge, keeps_coupling, part_of
from dure.plan.award_program import build, counted, money_scale, worth_of_one
from dure.plan.lot_tables import LotTables, fits
from dure.plan.offers import Offer, cheaper, value_of
from dure.plan.scores import LINEAR_IN_OWN_PRICE
from dure.solver import NO_LIMITS, Limits, Status, solve

TOLERANCE = 1e-12
PLANS_MAX = 8
_SCORED = (Objective.SCORE, Objective.SCORED_CAPACITY)


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
        self._lowest: dict[tuple[str, str], list[Offer]] = {}
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
            found = [(one.units, *lines[one.bid, one.line]) for one in takings]
            worth = sum(
                counted(self.tender, line, units) * worth_of_one(self.tender, line, self.scores[offer.name]) for units, offer, line in found
            )
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
            changed = LotTables(self.tender, field, score, like=tables)
            return self._in_budget(changed.value(force=variant.name), best, others)
        return self._where_scores_move(variant, part, tables, others)

    def _where_scores_move(self, variant: Offer, part: Sequence[Offer], tables: LotTables, others: list[Choice]) -> float | None:
        """A single line becomes the lowest of its lot: points of everybody on the lot move with it, and of bundles that hold the lot."""
        lot = variant.lines[0].lot
        touched = {one.name: one for one in part if any(line.lot == lot for line in one.lines)} | {variant.name: variant}
        beside = {line.lot for one in touched.values() for line in one.lines} - {lot}
        rivals = {found.name: found for name in sorted(beside) for found in self._best_of(name, part)}
        judged = judge(self.tender, list((rivals | touched).values()))
        fresh = {one.offer.name: one for one in judged if one.offer.name in touched}
        if not fresh[variant.name].eligible:
            return -inf
        now = {one.name: one for one in part} | {variant.name: variant}
        field = [one for name, one in now.items() if name not in fresh or fresh[name].eligible]
        score = {one.name: fresh[one.name].score if one.name in fresh else self.scores[one.name] for one in field}
        changed = LotTables(self.tender, field, score, like=tables, moved=lot)
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
        found = {one.name: one for lot in sorted({line.lot for line in variant.lines}) for one in self._best_of(lot, part, variant.name)}
        return list(found.values())

    def _best_of(self, lot: str, part: Sequence[Offer], apart: str = "") -> list[Offer]:
        """Of the lines that stand alone on a lot the lowest of each price that is judged, one offer left out."""
        if (lot, apart) not in self._lowest:
            singles = [one for one in part if len(one.lines) == 1 and one.name != apart and one.lines[0].lot == lot]
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
            if not own.eligible:
                return False
            field = [*(one for one in part if one.name != variant.name), variant]
            score = {**{one.name: self.scores[one.name] for one in part}, variant.name: own.score}
            choice = choose_in_part(self.tender, field, score, self.limits)
            if choice.status is not Status.INFEASIBLE and keeps_coupling(
                self.tender, [*self.offers, variant], joined([choice, *others]).takings
            ):
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
        scale, cut = money_scale(self.tender, self.offers), 0
        found: list[int] = []
        for _ in range(PLANS_MAX):
            margin, best = self._compare(cheaper(offer, cut))
            if best is None or not isfinite(margin):
                break
            units = sum(one.units for one in best.takings if one.bid == offer.bid.name and one.line in offer.indices)
            slope = (units if len(offer.lines) == 1 else 1) / scale
            if not units or (found and margin < -self.tolerance()):
                break
            found.append(max(1, cut + ceil(-margin / slope - 1e-6)))
            cut = found[-1] - 1
        return found[-1:]


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
