"""One plan under one shock: kept as it is, or changed from the day the shock begins; what is served, what lacks, how long it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from dure.model.purchases import PPM, Missing, Order, Purchase, Relief, Served
from dure.model.shocks import Case, RiskQuestion, Shock
from dure.plan.purchase_part import OrderKey
from dure.plan.risk import whole_units
from dure.plan.risk_program import CaseProgram, Joint
from dure.plan.shocks import case
from dure.plan.spending import missing, spent
from dure.solver import Limits

BACK_PPM = 950_000
"""Served this share of what was planned, a plan has recovered."""


@dataclass(frozen=True, slots=True)
class Course:
    """What a plan serves under a shock, period by period (weighted reference accelerators), beside what it serves as planned.

    As planned is never more than what is asked for under the shock: work that nobody asks for any more is no loss. `back` is the first
    period from `worst` on that reaches 95 % again; None where it never does. `worst` is None where nothing is lost.
    """

    orders: tuple[Order, ...]
    served: tuple[Served, ...]
    relief: Relief
    by_period: tuple[float, ...]
    planned: tuple[float, ...]
    worst: int | None
    lowest: float
    back: int | None

    @property
    def total(self) -> float:
        return sum(self.by_period)

    @property
    def share(self) -> float:
        whole = sum(self.planned)
        return self.total / whole if whole else 1.0

    @property
    def dark(self) -> float:
        """The most accelerators that stand dark at once, for want of money or of power."""
        found: dict[int, float] = {}
        for (_, period), count in self.relief.dark.items():
            found[period] = found.get(period, 0.0) + count
        for (_, _, period), count in self.relief.unpowered.items():
            found[period] = found.get(period, 0.0) + count
        return max(found.values(), default=0.0)


@dataclass(frozen=True, slots=True)
class Stressed:
    """A plan under one shock. `missing` is what running all of it would lack; `capex_missing` what buying all of it would."""

    shock: Shock
    case: Case
    kept: Course | None
    changed: Course | None
    missing: tuple[Missing, ...]
    capex_missing: int
    worst_periods: tuple[int, ...]
    """The periods in which most is lost, kept as it is; the worst first."""


WORST_SHOWN = 3


def stressed(asked: RiskQuestion, shock: Shock, orders: Sequence[Order], served: Sequence[Served], limits: Limits) -> Stressed:
    """A plan under a shock: first with its own orders only, then with orders chosen anew from the day the shock begins."""
    held = case(asked.base, (shock,), Fraction(1))
    joint = Joint.of(RiskQuestion(asked.base, (shock,), (held,), 0, PPM, 0, asked.missed_micro, asked.missed_won), (held,))
    one = CaseProgram.of(joint, held)
    units = {(each.machine, each.site, each.period): each.units for each in orders}
    planned = by_class(asked.base, served)
    kept = _course(one, _kept(one, units, shock.begins), planned, limits)
    changed = _course(one, _fixed(one, units, shock.begins), planned, limits)
    lost = [] if kept is None else [(done - was, at) for at, (done, was) in enumerate(zip(kept.by_period, kept.planned, strict=True))]
    worst = tuple(at for loss, at in sorted(lost)[:WORST_SHOWN] if loss < -1e-6 * max(1.0, sum(kept.planned) if kept else 0.0))
    return Stressed(shock, held, kept, changed, missing(held.purchase, orders), _capex_missing(held.purchase, orders), worst)


def _fixed(one: CaseProgram, units: dict[OrderKey, int], begins: int) -> dict[int, tuple[float, float]]:
    """What was ordered before the shock stands."""
    return {at: (float(units.get(key, 0)),) * 2 for key, at in one.made.orders.items() if key[2] < begins}


def _kept(one: CaseProgram, units: dict[OrderKey, int], begins: int) -> dict[int, tuple[float, float]]:
    """Nothing new is ordered; what can no longer be paid is dropped."""
    later = {at: (0.0, float(units.get(key, 0))) for key, at in one.made.orders.items() if key[2] >= begins}
    return later | _fixed(one, units, begins)


def _course(
    one: CaseProgram, bounds: dict[int, tuple[float, float]], planned: Sequence[Mapping[str, float]], limits: Limits
) -> Course | None:
    found = whole_units(one, bounds, limits, limits.gap / 4)
    if found is None:
        return None
    served = one.made.serving(found.values)
    purchase = one.case.purchase
    by_period = weighted(purchase, served)
    was = _still_asked(purchase, planned)
    shares = {at: done / whole for at, (done, whole) in enumerate(zip(by_period, was, strict=True)) if whole > 0}
    worst = min(shares, key=lambda at: (shares[at], at), default=None)
    if worst is None or shares[worst] >= BACK_PPM / PPM:
        return Course(one.made.ordered(found.values), served, one.made.relief(found.values), by_period, was, None, 1.0, None)
    back = next((at for at in shares if at > worst and shares[at] >= BACK_PPM / PPM), None)
    return Course(one.made.ordered(found.values), served, one.made.relief(found.values), by_period, was, worst, shares[worst], back)


def weighted(purchase: Purchase, served: Sequence[Served]) -> tuple[float, ...]:
    """Weighted reference accelerators at work, by period."""
    weights = {one.name: one.weight_micro / PPM for one in purchase.work}
    found = [0.0] * len(purchase.years)
    for one in served:
        found[one.period] += weights[one.work] * one.amount
    return tuple(found)


def by_class(purchase: Purchase, served: Sequence[Served]) -> tuple[dict[str, float], ...]:
    """Reference accelerators at work, by period and class."""
    found: tuple[dict[str, float], ...] = tuple({} for _ in purchase.years)
    for one in served:
        found[one.period][one.work] = found[one.period].get(one.work, 0.0) + one.amount
    return found


def _still_asked(purchase: Purchase, planned: Sequence[Mapping[str, float]]) -> tuple[float, ...]:
    """Weighted work of the plan by period, as far as it is still asked for."""
    found = []
    for at, year in enumerate(purchase.years):
        was = planned[at] if at < len(planned) else {}
        found.append(sum(one.weight_micro / PPM * min(was.get(one.name, 0.0), one.by_year.get(year, 0)) for one in purchase.work))
    return tuple(found)


def _capex_missing(purchase: Purchase, orders: Sequence[Order]) -> int:
    """Won that buying everything would lack over the whole of the plan: carried or lapsed, no more than all of it could be there."""
    need = sum(won for (kind, _), won in spent(purchase, orders).items() if kind == "capex")
    return max(0, need - sum(line.won for line in purchase.budgets if line.kind == "capex"))
