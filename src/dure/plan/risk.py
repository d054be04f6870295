"""First orders that hold in every case: the plan of the best expectation, the cautious plan, what foresight and what planning are worth.

Every score is weighted work served (less what missed rules count), or cost with its sign turned: more is better.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from dure.model.purchases import Order, Relief, Served
from dure.model.shocks import Case, RiskQuestion
from dure.plan.purchase_part import OrderKey
from dure.plan.risk_program import SESSION_S, CaseProgram, First, Joint, Master, Weighing, between, extensive, inner_case, weighed
from dure.plan.shocks import mean_case
from dure.solver import Limits, Session, Solution, SolverError, Status, solve

WHOLE_MAX = 120
"""With so few whole numbers in all cases together everything is solved as it stands."""
NEAR = 150
"""So many orders are added to those of the relaxation where these do not do."""
WHOLE_S = 10.0
"""Seconds for one case in whole buying units, the first and the second time."""
CAUTION = 0.9
"""How much the CVaR counts in the cautious plan: by itself it would not mind what is lost in any other case."""
ROUNDS = 80
WHOLE_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Found:
    """First orders with the score of each case, what they weigh together, and a bound that no others can pass.

    `first` is whole buying units. `relaxed` is the same weight before anything had to be whole; None where it never was relaxed.
    """

    status: Status
    first: dict[OrderKey, int]
    scores: tuple[float, ...]
    value: float
    bound: float
    relaxed: float | None = None
    rounds: int = 0

    @property
    def gap(self) -> float:
        return abs(self.bound - self.value) / max(1e-9, abs(self.value))


@dataclass(frozen=True, slots=True)
class Recourse:
    """What one case does after given first orders, in whole buying units."""

    case: Case
    score: float
    orders: tuple[Order, ...]
    served: tuple[Served, ...]
    relief: Relief


@dataclass(slots=True)
class Cases:
    """The cases, each ready to answer for first orders, and every answer that was given."""

    joint: Joint
    limits: Limits
    programs: list[CaseProgram] = field(default_factory=list)
    most: list[float] = field(default_factory=list)
    """What each case could score at best, known from the start."""
    own: list[dict[OrderKey, float]] = field(default_factory=list)
    """The first orders of that."""
    answers: list[tuple[First, list[float], list[dict[OrderKey, float]]]] = field(default_factory=list)

    @classmethod
    def of(cls, asked: RiskQuestion, cases: Sequence[Case], limits: Limits) -> Cases:
        joint = Joint.of(asked, cases)
        made = cls(joint, limits, [CaseProgram.of(joint, one) for one in cases])
        for one in made.programs:
            found = solve(one.program, Limits(limits.time_s)) if made.small else one.free()
            if found.objective is None:
                raise SolverError(f"{one.case.name}: {found.status}")
            made.most.append(found.objective)
            made.own.append(one.first(found))
        return made

    @property
    def small(self) -> bool:
        shared = len(self.programs[0].shared)
        return shared + sum(len(one.made.orders) for one in self.programs) <= WHOLE_MAX

    @property
    def spent_s(self) -> float:
        """Seconds that all answers took so far."""
        return sum(one.session.spent_s for one in self.programs)

    def scores(self, first: First) -> list[float | None]:
        """The score of every case after these first orders; None where they break a rule that holds there."""
        return [self._score(one, first) for one in self.programs]

    def _score(self, one: CaseProgram, first: First) -> float | None:
        try:
            if self.small:
                bounds = {at: (first.get(key, 0.0), first.get(key, 0.0)) for key, at in one.shared.items()}
                return solve(one.program, Limits(self.limits.time_s), bounds=bounds).objective
            return one.given(first).objective
        except SolverError:
            return None

    def ask(self, first: First) -> list[float] | None:
        """Scores of all cases, remembered with their slopes; None where a case cannot keep its rules."""
        scores, slopes = [], []
        for one in self.programs:
            try:
                found = one.given(first)
            except SolverError:
                return None
            assert found.objective is not None
            scores.append(found.objective)
            slopes.append(one.slopes(found))
        self.answers.append((dict(first), scores, slopes))
        return scores


def two_stage(cases: Cases, how: Weighing, mean: Case, gap: float) -> Found:
    """The first orders of the best weight."""
    return _as_it_stands(cases, how) if cases.small else _by_cuts(cases, how, mean, gap)


def _as_it_stands(cases: Cases, how: Weighing) -> Found:
    whole = extensive(cases.joint, how)
    found = solve(whole.program, Limits(cases.limits.time_s))
    if found.objective is None or found.bound is None:
        return Found(found.status, {}, (), 0.0, float("inf"))
    scores = tuple(cases.joint.sign * made.objective(found.values) for made in whole.parts)
    first = {key: round(found.values[at]) for key, at in whole.shared.items() if round(found.values[at])}
    return Found(found.status, first, scores, found.objective, found.bound)


def _by_cuts(cases: Cases, how: Weighing, mean: Case, gap: float) -> Found:
    """Rounds of proposal and answers until the relaxation is known to a quarter of the gap, then in whole buying units.

    A round asks half way between the proposal and the best first orders so far, which keeps proposals from leaping.
    """
    probabilities = cases.joint.probabilities
    master = Master(cases.joint, inner_case(cases.joint.cases, mean), how, cases.most)
    for first, scores, slopes in cases.answers:
        _cut(master, first, scores, slopes)
    best = max(((weighed(scores, probabilities, how), first) for first, scores, _ in cases.answers), default=None, key=lambda one: one[0])
    session, bound, rounds = Session(master.program, Limits(SESSION_S)), float("inf"), 0
    while rounds < ROUNDS and cases.spent_s + session.spent_s < cases.limits.time_s:
        proposed = session.solve()
        if proposed.objective is None:
            raise SolverError(f"master: {proposed.status}")
        bound = min(bound, proposed.objective * master.unit)
        if best is not None and bound - best[0] <= gap / 4 * abs(best[0]):
            break
        point = master.first(proposed.values)
        point = point if best is None else between(point, best[1], 0.5 if rounds % 4 else 0.0)
        rounds += 1
        answered = cases.ask(point)
        if answered is None:
            continue
        _cut(master, *cases.answers[-1])
        value = weighed(answered, probabilities, how)
        best = (value, point) if best is None or value > best[0] else best
    relaxed = None if best is None else best[0]
    return _whole(cases, how, master, Found(Status.UNKNOWN, {}, (), -float("inf"), bound, relaxed, rounds), gap)


def _cut(master: Master, first: First, scores: Sequence[float], slopes: Sequence[Mapping[OrderKey, float]]) -> None:
    for n, (score, slope) in enumerate(zip(scores, slopes, strict=True)):
        master.cut(n, score, first, slope)


def _whole(cases: Cases, how: Weighing, master: Master, so_far: Found, gap: float) -> Found:
    """First orders in whole buying units: the master's best, asked of every case, until none promises more than the gap."""
    best, probabilities = so_far, cases.joint.probabilities
    for _ in range(WHOLE_ROUNDS):
        proposed = solve(master.program, Limits(min(20.0, cases.limits.time_s), gap / 8))
        if not proposed.found:
            break
        first = {key: float(round(value)) for key, value in master.first(proposed.values).items()}
        answered = cases.ask(first)
        bound = best.bound if proposed.bound is None else min(best.bound, proposed.bound * master.unit)
        best = replace(best, bound=bound)
        if answered is None:
            break
        _cut(master, *cases.answers[-1])
        value = weighed(answered, probabilities, how)
        if value > best.value:
            kept = {key: round(units) for key, units in first.items() if round(units)}
            best = replace(best, status=Status.FEASIBLE, first=kept, scores=tuple(answered), value=value)
        if best.gap <= gap / 2:
            break
    return best


def recourse(cases: Cases, first: Mapping[OrderKey, int], n: int, gap: float) -> Recourse | None:
    """What case n does after these first orders, in whole buying units; None where nothing keeps its rules."""
    one = cases.programs[n]
    fixed = {at: (float(first.get(key, 0)),) * 2 for key, at in one.shared.items()}
    found = whole_units(one, fixed, cases.limits, gap)
    if found is None or found.objective is None:
        return None
    values = found.values
    return Recourse(one.case, found.objective, one.made.ordered(values), one.made.serving(values), one.made.relief(values))


def whole_units(one: CaseProgram, bounds: Mapping[int, tuple[float, float]], limits: Limits, gap: float) -> Solution | None:
    """The best in whole buying units: over the orders that the relaxation uses, and over all of them where these do not do."""
    free = {at: (0.0, float("inf")) for at in one.made.orders.values()}
    relaxed = one.session.solve({**free, **bounds})
    if not relaxed.found:
        return None
    unused = {at: (0.0, 0.0) for at in one.made.orders.values() if relaxed.values[at] < 1e-7 and at not in bounds}
    best: Solution | None = None
    for given in ({**unused, **bounds}, {**_far(one, relaxed, unused), **bounds}):
        found = solve(one.program, Limits(min(WHOLE_S, limits.time_s), gap), bounds=given)
        if found.objective is not None and (best is None or best.objective is None or found.objective > best.objective):
            best = found
        if best is not None and (relaxed.objective or 0.0) - (best.objective or 0.0) <= 2 * gap * abs(best.objective or 0.0):
            break
    return best if best is not None else solve(one.program, Limits(limits.time_s, gap), bounds=bounds)


def _far(one: CaseProgram, relaxed: Solution, unused: Mapping[int, tuple[float, float]]) -> dict[int, tuple[float, float]]:
    """What the relaxation does not use, but for the orders that it would use next."""
    assert relaxed.reduced_costs is not None
    costs = relaxed.reduced_costs
    near = sorted(unused, key=lambda at: (abs(costs[at]), at))[:NEAR]
    return {at: bounds for at, bounds in unused.items() if at not in frozenset(near)}


@dataclass(frozen=True, slots=True)
class Named:
    """One set of first orders under a name: of the base case, of the mean, of one case that was foreseen, of all of them weighed."""

    name: str
    of: str
    first: dict[OrderKey, int]
    scores: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Risk:
    """All that is found: plans × cases, the best of each case, and what these say together.

    `foresight` is the expected value of perfect information, `planning` the value of the two-stage plan over that of the mean case;
    each None where it is not known. Both are at least 0.
    """

    asked: RiskQuestion
    cases: tuple[Case, ...]
    probabilities: tuple[float, ...]
    how: Weighing
    chosen: Found
    plans: tuple[Named, ...]
    most: tuple[float, ...]
    recourses: tuple[Recourse | None, ...]
    whole_value: float | None
    foresight: float | None
    planning: float | None

    @property
    def gap(self) -> float | None:
        """Between the plan with every case in whole buying units and the bound."""
        if self.whole_value is None:
            return None
        return abs(self.chosen.bound - self.whole_value) / max(1e-9, abs(self.whole_value))


def risk(asked: RiskQuestion, limits: Limits, *, table: bool = True, own_max: int = 12) -> Risk:
    """The two-stage plan; with `table` the other plans beside it and what foresight and planning are worth."""
    cases = Cases.of(asked, asked.cases, limits)
    mean = mean_case(asked.cases)
    how = Weighing(asked.level_ppm / 1e6, asked.aversion_ppm / 1e6)
    neutral = replace(how, aversion=0.0)
    mean_first = _mean_first(cases, mean)
    if not cases.small:
        cases.ask(mean_first)
    chosen = two_stage(cases, how, mean, limits.gap)
    recourses = tuple(recourse(cases, chosen.first, n, limits.gap / 4) for n in range(len(asked.cases)))
    scores = [one.score for one in recourses if one is not None]
    whole = weighed(scores, cases.joint.probabilities, how) if len(scores) == len(asked.cases) else None
    expected = chosen if not how.aversion else two_stage(cases, neutral, mean, limits.gap) if table else None
    plans = _plans(cases, how, chosen, expected, mean_first, mean, limits.gap, own_max) if table else ()
    foresight, planning = _identities(cases, expected, mean_first)
    return Risk(
        asked,
        asked.cases,
        tuple(cases.joint.probabilities),
        how,
        chosen,
        plans,
        tuple(cases.most),
        recourses,
        whole,
        foresight,
        planning,
    )


def _mean_first(cases: Cases, mean: Case) -> dict[OrderKey, float]:
    """What a plan that knows the means alone would order first."""
    one = CaseProgram.of(cases.joint, mean)
    found = solve(one.program, Limits(cases.limits.time_s)) if cases.small else one.free()
    return one.first(found) if found.found else {}


def _identities(cases: Cases, expected: Found | None, mean_first: First) -> tuple[float | None, float | None]:
    """Of the relaxation where the cases are large: there the inequalities hold to the last digit, whatever rounding costs."""
    if expected is None:
        return None, None
    probabilities = cases.joint.probabilities
    value = expected.value if expected.relaxed is None else expected.relaxed
    known = sum(most * p for most, p in zip(cases.most, probabilities, strict=True))
    of_mean = cases.scores(mean_first)
    if any(one is None for one in of_mean):
        return known - value, None
    return known - value, value - sum((one or 0.0) * p for one, p in zip(of_mean, probabilities, strict=True))


def _plans(
    cases: Cases, how: Weighing, chosen: Found, expected: Found | None, mean_first: First, mean: Case, gap: float, own_max: int
) -> tuple[Named, ...]:
    """The plans that the table holds against each other; beyond so many cases without the own best of each."""
    found: list[tuple[str, str, dict[OrderKey, int]]] = []
    base = next((n for n, one in enumerate(cases.joint.cases) if one.planned), None)
    if base is not None:
        found.append(("base", "", _own_first(cases, base)))
    found.append(("mean", "", _rounded(mean_first)))
    if expected is not None:
        found.append(("expected", "", expected.first))
    if how.aversion:
        found.append(("chosen", "", chosen.first))
    else:
        cautious = two_stage(cases, replace(how, aversion=CAUTION), mean, gap)
        found.append(("cautious", "", cautious.first))
    if len(cases.joint.cases) <= own_max:
        own = [n for n in range(len(cases.joint.cases)) if n != base]
        found += [("own", cases.joint.cases[n].name, _own_first(cases, n)) for n in own]
    return tuple(Named(name, of, first, tuple(cases.scores({key: float(n) for key, n in first.items()}))) for name, of, first in found)


def _own_first(cases: Cases, n: int) -> dict[OrderKey, int]:
    """What would be ordered first if this case were known, in whole buying units."""
    one = cases.programs[n]
    if cases.small:
        return _rounded(cases.own[n])
    found = whole_units(one, {}, cases.limits, cases.limits.gap / 4)
    return _rounded(one.first(found)) if found is not None else _rounded(cases.own[n])


def _rounded(first: First) -> dict[OrderKey, int]:
    """Down, so that nothing is ordered that the money does not cover; what is whole already stays."""
    return {key: int(units + 1e-6) for key, units in first.items() if int(units + 1e-6)}
