"""The winner determination as a program of named rows: which offers, how many of each, at which tier."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from dure.model.tenders import Line, Objective, Taking, Tender, Tier
from dure.model.units import MICRO
from dure.plan.offers import Offer
from dure.solver import Program

Terms = list[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class TierPlace:
    """Columns of one tier of one line: `chosen` is 0 or 1, `steps` counts buying units, None where the tier is one quantity."""

    line: int
    tier: Tier
    chosen: int
    steps: int | None


@dataclass(frozen=True, slots=True)
class OfferPlace:
    offer: Offer
    taken: int
    tiers: tuple[TierPlace, ...]
    public_columns: tuple[int | None, ...]
    """by line: whole accelerators for public use, where they are not whole at each buying unit by themselves"""

    def units(self, line: int | None = None) -> Terms:
        """Accelerators taken, of one line or of all."""
        found: Terms = []
        for place in self.tiers:
            if line is None or place.line == line:
                step = self.offer.lines[place.line].step
                found.append((place.chosen, float(place.tier.least)) if place.steps is None else (place.steps, float(step)))
        return found

    def public(self, line: int) -> Terms:
        """Whole accelerators for public use of a line, rounded down as an award rounds them."""
        column = self.public_columns[line]
        if column is not None:
            return [(column, 1.0)]
        one = self.offer.lines[line]
        return [
            (place.chosen, float(one.public_units(place.tier.least)))
            if place.steps is None
            else (place.steps, float(one.public_units(one.step)))
            for place in self.tiers
            if place.line == line
        ]

    def won(self, scale: int) -> Terms:
        """What they cost, in `scale` won."""
        found: Terms = []
        for place in self.tiers:
            tier = place.tier
            if place.steps is None:
                found.append((place.chosen, tier.won(tier.least) / scale))
            else:
                step = self.offer.lines[place.line].step
                found += [(place.chosen, tier.fixed_won / scale), (place.steps, tier.unit_won * step / scale)]
        return found


@dataclass(frozen=True, slots=True)
class AwardProgram:
    """The program, and where each offer stands in it."""

    program: Program
    places: tuple[OfferPlace, ...]
    scale_won: int

    def takings(self, values: Sequence[float]) -> tuple[Taking, ...]:
        """What a solution buys, in whole accelerators and whole won."""
        found = []
        for place in self.places:
            for tier in place.tiers:
                if values[tier.chosen] < 0.5:
                    continue
                line = place.offer.lines[tier.line]
                units = tier.tier.least if tier.steps is None else round(values[tier.steps]) * line.step
                if units:
                    found.append(taking(place.offer, tier.line, tier.tier, units))
        return tuple(found)


def taking(offer: Offer, line: int, tier: Tier, units: int) -> Taking:
    one = offer.lines[line]
    return Taking(bid=offer.bid.name, line=offer.indices[line], units=units, won=tier.won(units), public=one.public_units(units))


def money_scale(tender: Tender, offers: Iterable[Offer]) -> int:
    """A power of ten won that leaves money about seven digits: rows stay well scaled, and other currencies give the same rows."""
    largest = tender.budget_won or max((abs(offer.full_won) for offer in offers), default=1)
    return int(10 ** max(0, len(str(largest)) - 7))


def counted(tender: Tender, line: Line, units: int) -> int:
    """What the objective counts of so many accelerators of a line: all of them for points, else those for public use, whole."""
    return units if tender.objective is Objective.SCORE else line.public_units(units)


def worth_of_one(tender: Tender, line: Line, score: Fraction) -> float:
    """What the objective gives for one accelerator that counts."""
    if tender.objective is Objective.SCORE:
        return float(score)
    capacity = Fraction(tender.capacity_of(line.model), MICRO)
    if tender.objective is Objective.SCORED_CAPACITY:
        return float(capacity * score / (Fraction(tender.full_points_micro, MICRO) or Fraction(1)))
    return float(capacity)


def worth_of(tender: Tender, offers: Iterable[Offer], scores: Mapping[str, Fraction], takings: Sequence[Taking], scale: int) -> float:
    """What the objective of a program is at these takings; money in `scale` won."""
    if tender.objective is Objective.COST:
        return sum(one.won for one in takings) / scale
    lines = {(offer.bid.name, index): (offer, line) for offer in offers for index, line in zip(offer.indices, offer.lines, strict=True)}
    found = [(one.units, *lines[one.bid, one.line]) for one in takings]
    return sum(counted(tender, line, units) * worth_of_one(tender, line, scores[offer.name]) for units, offer, line in found)


def build(
    tender: Tender,
    offers: Sequence[Offer],
    scores: Mapping[str, Fraction],
    *,
    force: str | None = None,
    coupled: bool = True,
    scale: int | None = None,
) -> AwardProgram:
    """The program of these offers in the order of their names; `force` must be taken; without `coupled`, lots stand alone.

    Money is counted in `scale` won, that of the whole tender where this is a part of it.
    """
    scale = money_scale(tender, offers) if scale is None else scale
    program = Program(tender.name, maximise=tender.objective is not Objective.COST)
    places = tuple(_offer(program, tender, offer, scores[offer.name], scale) for offer in sorted(offers, key=lambda one: one.name))
    made = AwardProgram(program, places, scale)
    _lot_rows(made, tender)
    _alternative_rows(made)
    if coupled:
        _budget_rows(made, tender)
        _cap_rows(made, tender)
    for place in places:
        if place.offer.name == force:
            program.row(f"taken [{force}]", [(place.taken, 1.0)], unit="0 or 1", low=1)
    return made


def _offer(program: Program, tender: Tender, offer: Offer, score: Fraction, scale: int) -> OfferPlace:
    taken = program.column(f"take [{offer.name}]", unit="0 or 1", high=1, integer=True)
    places: list[TierPlace] = []
    for index, line in enumerate(offer.lines):
        label = offer.name if len(offer.lines) == 1 else f"{offer.name}, {line.lot}"
        chosen_of_line: Terms = []
        for number, tier in enumerate(line.tiers, 1):
            mark = label if len(line.tiers) == 1 else f"{label}, tier {number}"
            chosen = taken if len(line.tiers) == 1 else program.column(f"tier [{mark}]", unit="0 or 1", high=1, integer=True)
            chosen_of_line.append((chosen, 1.0))
            steps = None
            if tier.least < tier.most:
                steps = program.column(f"units [{mark}]", unit=f"{line.step} accelerators", high=tier.most // line.step, integer=True)
                program.row(f"at most [{mark}]", [(steps, line.step), (chosen, -tier.most)], unit="accelerators", high=0)
                program.row(f"at least [{mark}]", [(steps, line.step), (chosen, -tier.least)], unit="accelerators", low=0)
            places.append(TierPlace(index, tier, chosen, steps))
        if len(line.tiers) > 1:
            program.row(f"one tier [{label}]", [*chosen_of_line, (taken, -1.0)], unit="0 or 1", low=0, high=0)
    place = OfferPlace(offer, taken, tuple(places), _public_columns(program, tender, offer, places))
    _cluster_row(program, tender, place)
    _objective(program, tender, place, score, scale)
    return place


def _public_columns(program: Program, tender: Tender, offer: Offer, places: Sequence[TierPlace]) -> tuple[int | None, ...]:
    """A share of a quantity is seldom whole: where it counts, a whole column stays at or below it, as the award rounds down."""
    if tender.objective is Objective.SCORE and tender.caps.cluster_public is None:
        return (None,) * len(offer.lines)
    found: list[int | None] = []
    for index, line in enumerate(offer.lines):
        own = [one for one in places if one.line == index]
        if all(one.steps is None for one in own) or line.step * line.public % line.most == 0:
            found.append(None)
            continue
        label = offer.name if len(offer.lines) == 1 else f"{offer.name}, {line.lot}"
        column = program.column(f"public [{label}]", unit="accelerators", high=line.public, integer=True)
        share = Fraction(line.public, line.most)
        terms: Terms = [(column, float(share.denominator))]
        for one in own:
            units = one.tier.least if one.steps is None else line.step
            terms.append((one.chosen if one.steps is None else one.steps, -float(share.numerator * units)))
        program.row(f"whole for public use [{label}]", terms, unit=f"1/{share.denominator} accelerators", high=0)
        found.append(column)
    return tuple(found)


def _objective(program: Program, tender: Tender, place: OfferPlace, score: Fraction, scale: int) -> None:
    if tender.objective is Objective.COST:
        gains = place.won(scale)
    else:
        gains = [
            (column, value * worth_of_one(tender, line, score))
            for index, line in enumerate(place.offer.lines)
            for column, value in (place.units(index) if tender.objective is Objective.SCORE else place.public(index))
        ]
    for column, value in gains:
        add_cost(program, column, value)


def add_cost(program: Program, column: int, value: float) -> None:
    one = program.columns[column]
    program.columns[column] = type(one)(one.name, one.unit, one.low, one.high, one.cost + value, one.integer)


def _cluster_row(program: Program, tender: Tender, place: OfferPlace) -> None:
    """A bid that wins holds at least so many public accelerators: one site, one cluster."""
    cluster = tender.caps.cluster_public
    if cluster is None:
        return
    terms = [term for index in range(len(place.offer.lines)) for term in place.public(index)]
    program.row(f"cluster minimum [{place.offer.name}]", [*terms, (place.taken, -float(cluster))], unit="public accelerators", low=0)


def _lot_rows(made: AwardProgram, tender: Tender) -> None:
    for lot in tender.lots:
        terms = [
            term
            for place in made.places
            for index, line in enumerate(place.offer.lines)
            if line.lot == lot.name
            for term in place.units(index)
        ]
        if lot.most is not None and terms:
            made.program.row(f"lot at most [{lot.name}]", terms, unit="accelerators", high=lot.most)
        if lot.least:
            made.program.row(f"lot at least [{lot.name}]", terms, unit="accelerators", low=lot.least)


def _alternative_rows(made: AwardProgram) -> None:
    """Of several bids at most one; a bid whose lines stand alone counts once however many of them win."""
    groups: dict[str, dict[str, list[OfferPlace]]] = {}
    for place in made.places:
        bid = place.offer.bid
        if bid.alternative is not None:
            groups.setdefault(bid.alternative, {}).setdefault(bid.name, []).append(place)
    for group, by_bid in sorted(groups.items()):
        used: Terms = []
        for name, places in sorted(by_bid.items()):
            if len(places) == 1:
                used.append((places[0].taken, 1.0))
                continue
            column = made.program.column(f"used [{name}]", unit="0 or 1", high=1, integer=True)
            used.append((column, 1.0))
            for place in places:
                terms = [(place.taken, 1.0), (column, -1.0)]
                made.program.row(f"used by [{place.offer.name}]", terms, unit="0 or 1", high=0)
        made.program.row(f"alternatives [{group}]", used, unit="bids", high=1)


def _budget_rows(made: AwardProgram, tender: Tender) -> None:
    if tender.budget_won is not None and made.places:
        terms = [term for place in made.places for term in place.won(made.scale_won)]
        made.program.row("budget", terms, unit=f"{made.scale_won} won", high=tender.budget_won / made.scale_won)


def _cap_rows(made: AwardProgram, tender: Tender) -> None:
    caps, by_operator = tender.caps, operators(made.places)
    everything = [term for place in made.places for term in place.units()]
    for operator, places in by_operator.items():
        units = [term for place in places for term in place.units()]
        if caps.units is not None:
            made.program.row(f"accelerators per operator [{operator}]", units, unit="accelerators", high=caps.units)
        if caps.units_ppm is not None:
            share = caps.units_ppm / MICRO
            terms = [*units, *((column, -share * value) for column, value in everything)]
            made.program.row(f"share per operator [{operator}]", terms, unit="accelerators", high=0)
        if caps.budget_ppm is not None and tender.budget_won is not None:
            won = [term for place in places for term in place.won(made.scale_won)]
            most = tender.budget_won * caps.budget_ppm / MICRO / made.scale_won
            made.program.row(f"budget per operator [{operator}]", won, unit=f"{made.scale_won} won", high=most)


def operators(places: Iterable[OfferPlace]) -> dict[str, list[OfferPlace]]:
    found: dict[str, list[OfferPlace]] = {}
    for place in places:
        found.setdefault(place.offer.bid.operator, []).append(place)
    return dict(sorted(found.items()))
