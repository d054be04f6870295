"""A second model of the purchase plan, written from the words of the rules for another solver: both find the same optimum.

It counts period by period and order by order, as nobody would write it who wants it fast, and shares no code with the builder.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from dure.model.purchases import BudgetLine, Loan, Machine, Purchase, ShareRule, SiteGrid, SiteRoom, Standing, Terms
from dure.plan.check_purchase import check_purchase, life_won
from dure.plan.purchase import best
from dure.plan.purchase_program import build
from dure.solver import Limits
from tests.plan.purchase_small import drawn, money

MICRO = 1_000_000
MILLION = 1_000_000
SEEDS = 160


def asked(seed: int) -> Purchase:
    """A small question with everything: grid rule, loan, standing machines, prices that move, two purses that carry over or lapse."""
    dice, base = random.Random(seed), drawn(seed)
    goal = dice.choice(["served", "served", "cost", "dependency"])
    machines = tuple(_won(one, dice) for one in base.machines)
    standing = tuple(Standing(one.name, next(iter(one.terms)), dice.randint(1, 2), dice.randint(1, 4)) for one in machines[:1])
    lines = [replace(line, won=line.won * MILLION // 10) for line in base.budgets]
    if dice.random() < 0.6:
        terms = Loan(dice.choice([0, 30_000, 90_000]), *dice.choice([(1, 0), (3, 1), (4, 0)]), level=dice.random() < 0.5)
        lines.append(BudgetLine(2026, "capex", "bank", dice.randint(5, 60) * MILLION, dice.random() < 0.5, loan=terms))
        lines += [money("opex", year, dice.randint(0, 30) * MILLION, "later") for year in range(2030, 2034)]
    lines += [money("opex", year, dice.randint(0, 8) * MILLION, "firm", carries=dice.random() < 0.5) for year in range(2026, 2030)]
    rooms = tuple(_room(one, machines, standing, dice) for one in base.sites)
    shares = tuple(ShareRule("a", one.machines, one.by, dice.choice([None, 200_000]), one.most_ppm) for one in base.shares)
    work = tuple(replace(one, least_ppm=dice.choice([0, 0, 300_000])) for one in base.work)
    parts: dict[str, Any] = {"machines": machines, "standing": standing, "budgets": tuple(lines), "sites": rooms}
    return replace(base, **parts, shares=shares, work=work, goal=goal)


def _won(one: Machine, dice: random.Random) -> Machine:
    def million(terms: Terms, times: float = 1.0) -> Terms:
        running = {item: won * MILLION // 10 for item, won in terms.running_won_year.items()}
        return Terms(round(terms.capex_won * times) * MILLION // 10, running)

    moved = {site: million(terms, dice.choice([0.8, 1.3])) for site, terms in one.terms.items()}
    own = {site: million(terms) for site, terms in one.terms.items()}
    return replace(one, terms=own, later={1: moved} if dice.random() < 0.3 else {}, power_w=dice.choice([4_000, 10_000]))


def _room(room: SiteRoom, machines: tuple[Machine, ...], standing: tuple[Standing, ...], dice: random.Random) -> SiteRoom:
    if dice.random() < 0.5:
        return room
    watts, due, until = {one.name: one.power_w for one in machines}, dice.choice([12_000, 24_000, 36_000]), dice.randint(1, 4)
    there = [sum(one.units * watts[one.machine] for one in standing if one.site == room.name and at < one.until) for at in range(4)]
    most = tuple(max(due - 1, -(-one * room.pue_ppm // MICRO)) if at < until else None for at, one in enumerate(there))
    return replace(room, grid=SiteGrid("rule", due, 90, most))


def falls_due(loan: Loan) -> list[tuple[Fraction, Fraction]]:
    """Interest and principal of each year on 1: what is owed is followed; level payments are found from a balance that must end at 0."""
    rate, owed, found, count = Fraction(loan.rate_ppm, MICRO), Fraction(1), [], loan.years - loan.grace
    grown, each = Fraction(1), Fraction(0)
    for _ in range(count):
        grown, each = grown * (1 + rate), each * (1 + rate) + 1
    for year in range(1, loan.years + 1):
        interest = owed * rate
        back = Fraction(0) if year <= loan.grace else grown / each - interest if loan.level else Fraction(1, count)
        found.append((interest, back))
        owed -= back
    assert owed == 0
    return found


class Second:
    """The model of a question in million won."""

    def __init__(self, question: Purchase, weight: float) -> None:
        scip = pytest.importorskip("pyscipopt")
        self.q, self.sum, self.model, self.weight = question, scip.quicksum, scip.Model(), weight
        self.model.hideOutput()
        self.model.setParam("numerics/feastol", 1e-9)
        self.units = [
            (one, site, at, self.model.addVar(vtype="I", lb=0))
            for one in question.machines
            for site in one.terms
            for at in range(one.first, question.buying)
        ]
        self.cost: Any = 0
        self._places()
        self._rules()
        self.worth = self._work()
        self._money()

    def serves(self, one: Machine, bought: int, at: int) -> bool:
        return bought + one.lead <= at < bought + one.lead + one.life

    def there(self, at: int, name: str | None = None, site: str | None = None, each: Any = lambda one: one.unit) -> Any:
        machines = {one.name: one for one in self.q.machines}
        new = [v * each(one) for one, s, p, v in self.units if name in (None, one.name) and site in (None, s) and self.serves(one, p, at)]
        old = [one for one in self.q.standing if name in (None, one.machine) and site in (None, one.site) and at < one.until]
        return self.sum(new) + sum(one.units * each(machines[one.machine]) for one in old)

    def _places(self) -> None:
        for site in self.q.sites:
            for at in range(len(self.q.years)):
                drawn_w = self.there(at, site=site.name, each=lambda one, pue=site.pue_ppm: one.power_w * pue / MICRO)
                for limit in (site.power_w[at], site.grid.most_w[at] if site.grid else None):
                    if limit is not None:
                        self.model.addCons(drawn_w <= limit)

    def _rules(self) -> None:
        for rule in self.q.shares:
            each = [(one.name in rule.machines, v * self._counts(rule.by, one, site, at)) for one, site, at, v in self.units]
            part, whole = self.sum([v for inside, v in each if inside]), self.sum([v for _, v in each])
            if rule.least_ppm is not None:
                self.model.addCons(part >= whole * (rule.least_ppm / MICRO))
            if rule.most_ppm is not None:
                self.model.addCons(part <= whole * (rule.most_ppm / MICRO))
        for count in self.q.counts:
            self.model.addCons(self.there(count.period) >= (count.least or 0))
        for one in self.q.machines:
            for at, most in one.supply.items():
                self.model.addCons(self.sum([v * one.unit for each, _, p, v in self.units if each is one and p == at]) <= most)

    def _counts(self, by: str, one: Machine, site: str, at: int) -> float:
        return one.unit * {"count": 1.0, "capacity": (one.capacity_micro or 0) / MICRO, "money": self.price(one, site, at) / one.unit}[by]

    def price(self, one: Machine, site: str, at: int) -> float:
        return self.terms(one, site, at).capex_won / MILLION

    def terms(self, one: Machine, site: str, at: int) -> Terms:
        return one.later[at][site] if at in one.later else one.terms[site]

    def _work(self) -> Any:
        worth: Any = 0
        for at, year in enumerate(self.q.years):
            busy: dict[str, list[Any]] = defaultdict(list)
            for work in self.q.work:
                asked_for, done = work.by_year.get(year, 0), []
                for one in self.q.machines:
                    if one.speed_ppm.get(work.name) and asked_for:
                        done.append(self.model.addVar(lb=0))
                        busy[one.name].append(done[-1] * (MICRO / one.speed_ppm[work.name]))
                self.model.addCons(self.sum(done) <= asked_for)
                self.model.addCons(self.sum(done) >= asked_for * work.least_ppm / MICRO)
                worth += self.sum(done) * (work.weight_micro / MICRO)
            for name, hours in busy.items():
                self.model.addCons(self.sum(hours) <= self.there(at, name) * (self.q.usable_ppm / MICRO))
        return worth

    def _money(self) -> None:
        owed: dict[int, Any] = defaultdict(lambda: 0)
        for kind in ("capex", "opex", "labour"):
            paid: dict[int, list[Any]] = defaultdict(list)
            for line in self.q.budgets:
                if line.kind != kind:
                    continue
                carries = {one.year for one in self.q.budgets if (one.kind, one.source) == (kind, line.source) and one.carries}
                years = [line.year]
                while years[-1] in carries:
                    years.append(years[-1] + 1)
                parts = {year: self.model.addVar(lb=0) for year in years}
                self.model.addCons(self.sum(parts.values()) <= line.won / MILLION)
                for year, part in parts.items():
                    paid[year].append(part)
                    for since, (interest, back) in enumerate(falls_due(line.loan) if line.loan else [], 1):
                        owed[year + since] += part * float(interest + back)
                        self.cost += part * float(interest)
            for year in range(self.q.years[0], self.q.years[-1] + 20):
                need = self._need(kind, year)
                self.cost += need
                self.model.addCons(need + (owed[year] if kind == "opex" else 0) <= self.sum(paid[year]))

    def _need(self, kind: str, year: int) -> Any:
        """Periods are years here."""
        if year not in self.q.years:
            return self.sum([])
        at = self.q.years.index(year)
        if kind == "capex":
            return self.sum([v * self.price(one, site, p) for one, site, p, v in self.units if p == at])
        machines = {one.name: one for one in self.q.machines}
        new = [v * self._a_year(self.terms(one, s, p), kind) for one, s, p, v in self.units if self.serves(one, p, at)]
        old = [one.units * self._a_year(machines[one.machine].terms[one.site], kind) for one in self.q.standing if at < one.until]
        return self.sum(new) + sum(old)

    @staticmethod
    def _a_year(terms: Terms, kind: str) -> float:
        return sum(won for item, won in terms.running_won_year.items() if (item == "labour") == (kind == "labour")) / MILLION

    def optimum(self) -> float | None:
        """What the plan's objective says of the best plan, in million won where it is won; None where there is none."""
        goal: Any = self.cost * self.weight
        if self.q.goal == "dependency":
            most = self.model.addVar(lb=0)
            for vendor in {one.vendor for one in self.q.machines}:
                self.model.addCons(self.sum([v * one.unit for one, _, _, v in self.units if one.vendor == vendor]) <= most)
            goal += most
        served = self.q.goal == "served"
        self.model.setObjective(self.worth - goal if served else goal, "maximize" if served else "minimize")
        self.model.optimize()
        assert self.model.getStatus() in ("optimal", "infeasible")
        return float(self.model.getObjVal()) if self.model.getStatus() == "optimal" else None


@pytest.mark.parametrize("seed", range(SEEDS))
def test_two_models_and_two_solvers_agree(seed: int) -> None:
    question = asked(seed)
    made = build(question)
    chosen = best(made, Limits(time_s=60.0, gap=0.0))
    weight = 1.0 if question.goal == "cost" else made.cost_weight * MILLION / made.scale_won
    standing = 0.0 if question.goal == "cost" else weight * life_won(replace(question, budgets=()), ()) / MILLION
    known = Second(question, weight).optimum()
    assert chosen.found == (known is not None)
    if known is None:
        return
    assert chosen.objective is not None
    ours = chosen.objective / MILLION if question.goal == "cost" else chosen.objective
    sign = 1.0 if question.goal == "served" else -1.0
    assert ours == pytest.approx(known + sign * standing, rel=1e-5, abs=1e-5)
    assert not check_purchase(question, chosen.orders, chosen.served)
    if question.goal == "cost":
        assert life_won(question, chosen.orders) == pytest.approx(chosen.objective, rel=1e-6)


def test_the_questions_are_of_every_kind() -> None:
    drawn_ones = [asked(seed) for seed in range(SEEDS)]
    assert {one.goal for one in drawn_ones} == {"served", "cost", "dependency"}
    assert sum(bool(one.loans) for one in drawn_ones) > SEEDS // 3
    assert sum(any(site.grid for site in one.sites) for one in drawn_ones) > SEEDS // 3
