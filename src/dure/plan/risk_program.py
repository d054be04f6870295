"""Several cases in one program: the first orders are the same in all of them, what follows is each case's own.

Scores are weighted work served, or cost, or the accelerators of the largest vendor, with their sign turned, so that more
is better; cases are weighed by their expectation and by
their CVaR (Rockafellar and Uryasev). A program with few whole numbers is solved as it stands; a large one case by case, by cuts: each
case answers what its best is for given first orders and what one more of each would be worth to it, and a master program that holds
one case whole and these answers of the others proposes first orders and proves how much better any could be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from dure.model.purchases import PPM, Machine, Purchase
from dure.model.shocks import Case, RiskQuestion
from dure.plan.purchase_part import Gives, OrderKey, Part, PurchaseProgram
from dure.plan.purchase_program import build, cost_weight, money_scale
from dure.solver import Limits, Program, Session, Solution, SolverError

First = Mapping[OrderKey, float]
"""Buying units of the first orders."""
SESSION_S = 3600.0
"""A session counts the seconds of all its answers together; who asks keeps the time."""
BEYOND = 10.0
"""How many times what it could ever be worth a won costs that is not there."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """How scores of cases make one: expectation and CVaR at a level, the latter by its `aversion`."""

    level: float
    aversion: float


def shortfall_share(probabilities: Sequence[float], level: float) -> float:
    """The share of worst cases that the CVaR is the mean of; at its least, the worst case alone."""
    return max(1.0 - level, min(probabilities))


def cvar(scores: Sequence[float], probabilities: Sequence[float], level: float) -> float:
    """The mean of the worst `1 - level` of the weight."""
    room = share = shortfall_share(probabilities, level)
    total = 0.0
    for score, probability in sorted(zip(scores, probabilities, strict=True)):
        taken = min(room, probability)
        total += taken * score
        room -= taken
    return total / share


def weighed(scores: Sequence[float], probabilities: Sequence[float], how: Weighing) -> float:
    mean = sum(score * probability for score, probability in zip(scores, probabilities, strict=True))
    return (1 - how.aversion) * mean + (how.aversion * cvar(scores, probabilities, how.level) if how.aversion else 0.0)


@dataclass(frozen=True, slots=True)
class Joint:
    """The cases that are weighed and what all their programs share."""

    asked: RiskQuestion
    cases: tuple[Case, ...]
    scale_won: int
    cost_weight: float

    @classmethod
    def of(cls, asked: RiskQuestion, cases: Sequence[Case]) -> Joint:
        scale = money_scale(asked.base)
        return cls(asked, tuple(cases), scale, cost_weight(asked.base, scale))

    @property
    def probabilities(self) -> list[float]:
        whole = sum((one.probability for one in self.cases), Fraction(0))
        return [float(one.probability / whole) for one in self.cases]

    @property
    def sign(self) -> float:
        return 1.0 if self.asked.base.goal == "served" else -1.0

    def keys(self) -> tuple[OrderKey, ...]:
        """The first orders: what can serve in some case."""
        found: dict[OrderKey, None] = {}
        for one in self.cases:
            purchase = one.purchase
            for machine in purchase.machines:
                for site in machine.terms:
                    for period in range(machine.first, min(self.asked.until, purchase.buying)):
                        if purchase.in_service(machine, period):
                            found[machine.name, site, period] = None
        return tuple(found)

    def gives(self, case: Case) -> Gives | None:
        """What may give: nothing in the planned case."""
        if case.planned:
            return None
        goal, purchase = self.asked.base.goal, case.purchase
        worth = _worth_of_won(purchase) if goal == "served" else _accelerators_of_won(purchase)
        won = BEYOND * (1.0 if goal == "cost" else worth * self.scale_won)
        return Gives(self.missed, won, case.dark_sites, case.begins)

    @property
    def missed(self) -> float:
        """What one accelerator by which a rule is missed counts: what was asked for, or the most that one could serve or cost."""
        base, stated = self.asked.base, self.asked.missed_micro
        if base.goal == "dependency":
            return BEYOND if stated is None else stated / PPM
        if self.sign > 0:
            return _worth_of_accelerator(base) if stated is None else stated / PPM
        dearest = max((t.capex_won // one.unit for one in base.machines for t in one.terms.values()), default=0)
        return (dearest if self.asked.missed_won is None else self.asked.missed_won) / self.scale_won

    def shared(self, program: Program, *, integer: bool) -> dict[OrderKey, int]:
        found = {}
        for key in self.keys():
            name, site, period = key
            label = f"first order [{name}, {site}, {self.asked.base.labels[period]}]"
            found[key] = program.column(label, unit="buying units", integer=integer)
        return found

    def part(self, program: Program, case: Case, prefix: str, shared: Mapping[OrderKey, int], *, whole: bool) -> PurchaseProgram:
        part = Part(program, prefix, self.scale_won, self.cost_weight, shared, self.gives(case), case.drops, whole)
        return build(case.purchase, part)


def _lifelong(purchase: Purchase) -> Iterator[tuple[Machine, float]]:
    """The most weighted work that one accelerator of each machine could serve in its life."""
    weights = {one.name: one.weight_micro / PPM for one in purchase.work}
    for one in purchase.machines:
        best = max((weights[name] * speed / PPM for name, speed in one.speed_ppm.items()), default=0.0)
        yield one, best * one.life / purchase.periods_year


def _worth_of_accelerator(purchase: Purchase) -> float:
    return max((work for _, work in _lifelong(purchase)), default=0.0)


def _worth_of_won(purchase: Purchase) -> float:
    """The most weighted work over its life that a won could buy."""
    prices = {one.name: min((max(1, each.capex_won) for each in one.terms.values()), default=1) for one in purchase.machines}
    return max((work * one.unit / prices[one.name] for one, work in _lifelong(purchase)), default=0.0)


def _accelerators_of_won(purchase: Purchase) -> float:
    """The most accelerators that a won could buy."""
    prices = (Fraction(one.unit, max(1, each.capex_won)) for one in purchase.machines for each in one.terms.values())
    return float(max(prices, default=Fraction(0)))


def priced(program: Program, costs: Mapping[int, float]) -> None:
    """Gives columns their part of the objective."""
    for at, cost in costs.items():
        program.columns[at] = replace(program.columns[at], cost=program.columns[at].cost + cost)


def risk_rows(program: Program, scores: Sequence[int], probabilities: Sequence[float], how: Weighing) -> None:
    """The objective over columns of scores: expectation, and CVaR as the best threshold less the mean shortfall below it."""
    priced(program, {at: (1 - how.aversion) * p for at, p in zip(scores, probabilities, strict=True)})
    if not how.aversion:
        return
    share = shortfall_share(probabilities, how.level)
    threshold = program.column("threshold of the worst cases", unit="score", low=-float("inf"), cost=how.aversion)
    for n, (at, probability) in enumerate(zip(scores, probabilities, strict=True)):
        below = program.column(f"below the threshold [{n}]", unit="score", cost=-how.aversion * probability / share)
        program.row(f"shortfall [{n}]", [(below, 1.0), (at, 1.0), (threshold, -1.0)], unit="score", low=0.0)


def score_column(program: Program, made: PurchaseProgram, name: str, sign: float) -> int:
    """A column that is the score of one part."""
    at = program.column(f"score [{name}]", unit="score", low=-float("inf"))
    terms = [(column, sign * worth) for column, worth in made.worth.items()]
    program.row(f"scores [{name}]", [*terms, (at, -1.0)], unit="score", low=0.0, high=0.0)
    return at


@dataclass(slots=True)
class Extensive:
    """All cases in one program."""

    program: Program
    shared: dict[OrderKey, int]
    parts: list[PurchaseProgram]


def extensive(joint: Joint, how: Weighing) -> Extensive:
    program = Program("two stages", maximise=True)
    shared = joint.shared(program, integer=True)
    parts = [joint.part(program, one, f"{n}: ", shared, whole=True) for n, one in enumerate(joint.cases)]
    scores = [score_column(program, made, str(n), joint.sign) for n, made in enumerate(parts)]
    risk_rows(program, scores, joint.probabilities, how)
    return Extensive(program, shared, parts)


@dataclass(slots=True)
class CaseProgram:
    """One case by itself: the best it makes of given first orders."""

    joint: Joint
    case: Case
    program: Program
    shared: dict[OrderKey, int]
    made: PurchaseProgram
    session: Session = field(init=False)

    def __post_init__(self) -> None:
        self.session = Session(self.program, Limits(SESSION_S))

    @classmethod
    def of(cls, joint: Joint, case: Case) -> CaseProgram:
        program = Program(case.name, maximise=True)
        shared = joint.shared(program, integer=True)
        made = joint.part(program, case, "", shared, whole=True)
        priced(program, {at: joint.sign * worth for at, worth in made.worth.items()})
        return cls(joint, case, program, shared, made)

    def free(self) -> Solution:
        """The best there is when the case is known from the start."""
        found = self.session.solve({at: (0.0, float("inf")) for at in self.shared.values()})
        if not found.found:
            raise SolverError(f"{self.case.name}: {found.status}")
        return found

    def given(self, first: First) -> Solution:
        """The best for given first orders."""
        for room in (1e-7, 1e-5, 1e-3):
            bounds = {at: (max(0.0, first.get(key, 0.0) - room), first.get(key, 0.0) + room) for key, at in self.shared.items()}
            found = self.session.solve(bounds)
            if found.found:
                return found
        raise SolverError(f"{self.case.name}: first orders that it cannot keep")

    def slopes(self, found: Solution) -> dict[OrderKey, float]:
        """What one more of each first order would be worth."""
        assert found.reduced_costs is not None
        return {key: found.reduced_costs[at] for key, at in self.shared.items()}

    def first(self, found: Solution) -> dict[OrderKey, float]:
        return {key: found.values[at] for key, at in self.shared.items()}


class Master:
    """First orders with one case whole, and of every other case what it has answered so far."""

    def __init__(self, joint: Joint, inner: Case, how: Weighing, most: Sequence[float]) -> None:
        """`most` is what each case could score at best, whatever is ordered first."""
        self.joint = joint
        self.program = Program("master", maximise=True)
        self.unit = max(1.0, *(abs(one) for one in most)) / 100
        """Scores are counted in such units, so that rows stay well scaled whatever a score is."""
        self.shared = joint.shared(self.program, integer=True)
        made = joint.part(self.program, inner, "", self.shared, whole=False)
        self.scores: list[int] = []
        for n, case in enumerate(joint.cases):
            if case is inner:
                self.scores.append(score_column(self.program, made, str(n), joint.sign / self.unit))
            else:
                self.scores.append(self.program.column(f"score [{n}]", unit="score", low=-float("inf"), high=most[n] / self.unit))
        self.inner = next((n for n, case in enumerate(joint.cases) if case is inner), None)
        risk_rows(self.program, self.scores, joint.probabilities, how)
        self.cuts = 0

    def cut(self, n: int, score: float, first: First, slopes: Mapping[OrderKey, float]) -> None:
        """Case n scores at most this much for first orders other than those it was asked about."""
        if n == self.inner:
            return
        terms = [(self.scores[n], 1.0), *((self.shared[key], -slope / self.unit) for key, slope in slopes.items())]
        high = score - sum(slope * first.get(key, 0.0) for key, slope in slopes.items())
        self.cuts += 1
        self.program.row(f"answer {self.cuts} [{n}]", terms, unit="score", high=high / self.unit)

    def first(self, values: Sequence[float]) -> dict[OrderKey, float]:
        return {key: max(0.0, values[at]) for key, at in self.shared.items()}


def between(one: First, other: First, share: float) -> dict[OrderKey, float]:
    return {key: (1 - share) * one.get(key, 0.0) + share * other.get(key, 0.0) for key in {*one, *other}}


def inner_case(cases: Iterable[Case], mean: Case) -> Case:
    """The case that the master holds whole: the planned one, whose rules cannot give; else the likeliest."""
    found = list(cases)
    return next((one for one in found if one.planned), max(found, key=lambda one: one.probability, default=mean))
