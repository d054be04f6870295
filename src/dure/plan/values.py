"""What one more won, megawatt, month or percentage point is worth: by three questions whose answers need not agree.

The dual of the relaxation is the slope where whole units do not matter. With the orders fixed nothing can be bought with the step, so
what is left is what the machines that are ordered would do with it. The finite difference solves the whole question again with the
step; of a plan that is only proven within a gap it is an interval.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import inf
from typing import Literal

from dure.model.purchases import By, CountRule, Purchase, ShareRule
from dure.model.units import MICRO
from dure.plan.front import funded_or_not
from dure.plan.points import COST, SERVED, Asking, Point
from dure.plan.purchase_program import share_weight
from dure.solver import Limits, Solution

Of = Literal["won", "MW", "month", "point", "count", "supply", "least"]
POINT = MICRO // 100


@dataclass(frozen=True, slots=True)
class Step:
    """One more of something; `rows` are where its dual stands, if it has one.

    `amount` is the step in won, MW, months, points or accelerators (less of a least number is below 0).
    """

    of: Of
    name: str
    amount: float
    asked: Purchase
    rows: tuple[str, ...] = ()
    by: By = "count"

    @property
    def leaves(self) -> bool:
        """Whether every plan of before is still allowed, so that none can be worse off: only a sooner delivery changes what orders mean."""
        return self.of != "month"


@dataclass(frozen=True, slots=True)
class Worth:
    """Weighted reference accelerator-years that the step adds; of a question asked for at least cost, the won by which the cheapest plan
    becomes dearer. `dual` and `fixed` are slopes times the step, None where there is none.

    `relaxed` is the difference of the two continuous optima; `whole` that of the plans, `least` and `most` what is proven of it.
    """

    step: Step
    dual: float | None
    fixed: float | None
    relaxed: float
    whole: float
    least: float
    most: float
    near: float = 1e-6
    """What counts as the same."""

    @property
    def exact(self) -> bool:
        return self.most - self.least <= max(self.near, 1e-6 * abs(self.whole))

    @property
    def agrees(self) -> bool:
        """Whether whole units leave the figure of the relaxation as it is."""
        return self.least - self.near <= self.relaxed <= self.most + self.near


@dataclass(frozen=True, slots=True)
class Values:
    asked: Purchase
    base: Point
    worths: tuple[Worth, ...]
    unfunded: bool


def values(purchase: Purchase, limits: Limits, *, won_ppm: int = 10_000, megawatts: float = 1.0) -> Values | None:
    """What each step is worth, the most first within each kind; None where there is no plan to add to."""
    asked, unfunded = funded_or_not(purchase, limits)
    if asked is None:
        return None
    asking = Asking(asked, limits)
    cost = asked.goal == "cost"
    aim = asking.cheapest() if cost else None
    relaxed, base = asking.relaxed(costs=aim), asking.point(asked, costs=aim)
    if base is None:
        return None
    if cost:
        worths = [_saved(asking, relaxed, base, step, limits) for step in steps(asked, won_ppm, megawatts)]
        return Values(asked, base, tuple(one for one in worths if one is not None), unfunded)
    held = asking.held(base)
    worths = [_worth(asking, relaxed, held, base, step, limits) for step in steps(asked, won_ppm, megawatts)]
    return Values(asked, base, tuple(one for one in worths if one is not None), unfunded)


def _worth(asking: Asking, relaxed: Solution, held: Solution, base: Point, step: Step, limits: Limits) -> Worth | None:
    after = Asking(step.asked, limits)
    after.warm = asking.warm
    slope, point = after.relaxed(), after.point(step.asked)
    if point is None or not slope.found:
        return None
    least = 0.0 if step.leaves else -inf
    return Worth(
        step,
        _dual(asking, relaxed, step),
        _dual(asking, held, step) if held.found else None,
        max(least, slope.values[after.at(SERVED)] - relaxed.values[asking.at(SERVED)]),
        max(least, point.worth - base.worth),
        max(least, point.worth - base.most_worth),
        max(least, point.most_worth - base.worth),
    )


def _saved(asking: Asking, relaxed: Solution, base: Point, step: Step, limits: Limits) -> Worth | None:
    """The same in won: both ends are the cheapest plans, and a gap is a share of what a plan costs."""
    after = Asking(step.asked, limits)
    after.warm = asking.warm
    slope, point = after.relaxed(costs=after.cheapest()), after.point(step.asked, costs=after.cheapest())
    if point is None or not slope.found:
        return None
    dual = _dual(asking, relaxed, step)
    most = 0.0 if step.leaves else inf
    before, now = (values[one.at(COST)] * one.made.scale_won for one, values in ((asking, relaxed.values), (after, slope.values)))
    return Worth(
        step,
        None if dual is None else -dual * asking.made.scale_won,
        None,
        min(most, now - before),
        min(most, float(point.won - base.won)),
        min(most, point.won * (1 - point.gap) - base.won),
        min(most, point.won - base.won * (1 - base.gap)),
        near=max(1.0, asking.made.scale_won * 1e-3),
    )


def _dual(asking: Asking, answer: Solution, step: Step) -> float | None:
    """The slope of the rows that the step moves, times the step."""
    if answer.row_duals is None or not step.rows:
        return None
    duals = dict(zip((one.name for one in asking.made.program.rows), answer.row_duals, strict=True))
    found = [duals[name] for name in step.rows if name in duals]
    if not found:
        return None
    if step.of == "won":
        return sum(found) * step.amount / asking.made.scale_won
    if step.of == "point":  # the row says part - share * whole >= 0: a point of the share moves it by a hundredth of the whole
        whole = sum(share_weight(asking.made, step.by, key) * answer.values[at] for key, at in asking.made.orders.items())
        return -sum(found) * whole * step.amount / 100
    if step.of == "count":  # one row has both ends: the other end's dual is not this one's
        return max(0.0, sum(found) * step.amount)
    return sum(found) * step.amount


def steps(purchase: Purchase, won_ppm: int, megawatts: float) -> Iterator[Step]:
    """A little more of every budget, a megawatt at every site, a period off every lead time, a point off every end of a share."""
    for source, kind in dict.fromkeys((line.source, line.kind) for line in purchase.budgets):
        if kind == "capex" or purchase.funded:
            yield from _won(purchase, source, kind, won_ppm)
    for at, site in enumerate(purchase.sites):
        more = tuple(None if one is None else one + round(megawatts * MICRO) for one in site.power_w)
        rows = tuple(f"site power [{site.name}, {label}]" for label, one in zip(purchase.labels, more, strict=True) if one is not None)
        if rows:
            rooms = (*purchase.sites[:at], replace(site, power_w=more), *purchase.sites[at + 1 :])
            yield Step("MW", site.name, megawatts, replace(purchase, sites=rooms), rows)
    months = 12 // purchase.periods_year
    for vendor in dict.fromkeys(one.vendor for one in purchase.machines if one.lead):
        sooner = tuple(replace(one, lead=max(0, one.lead - 1)) if one.vendor == vendor else one for one in purchase.machines)
        yield Step("month", vendor, float(months), replace(purchase, machines=sooner))
    for at, rule in enumerate(purchase.shares):
        yield from _points(purchase, at, rule)
    for at, count in enumerate(purchase.counts):
        yield from _counts(purchase, at, count)
    for at, work in enumerate(purchase.work):
        if work.least_ppm >= POINT:
            less = (*purchase.work[:at], replace(work, least_ppm=work.least_ppm - POINT), *purchase.work[at + 1 :])
            yield Step("least", work.name, -1.0, replace(purchase, work=less))
    for one in purchase.machines:
        if one.supply:
            supplied = replace(one, supply={period: most + one.unit for period, most in one.supply.items()})
            limits = tuple(f"supply [{one.name}, {purchase.labels[period]}]" for period in one.supply)
            machines = tuple(supplied if each is one else each for each in purchase.machines)
            yield Step("supply", one.name, float(one.unit), replace(purchase, machines=machines), limits)


def _counts(purchase: Purchase, at: int, rule: CountRule) -> Iterator[Step]:
    """A hundredth more room at each end of a number in service, at least the smallest buying unit."""
    unit = min(one.unit for one in purchase.machines)
    for side, limit in (("at least", rule.least), ("at most", rule.most)):
        if limit is None:
            continue
        step = max(unit, limit // 100)
        step = min(step, limit) if side == "at least" else step
        if step:
            other = replace(rule, least=limit - step) if side == "at least" else replace(rule, most=limit + step)
            counts = (*purchase.counts[:at], other, *purchase.counts[at + 1 :])
            sign = -1.0 if side == "at least" else 1.0
            yield Step("count", f"{rule.name}, {side}", sign * step, replace(purchase, counts=counts), (f"count [{rule.name}]",))


def _won(purchase: Purchase, source: str, kind: str, won_ppm: int) -> Iterator[Step]:
    """A share of the whole budget more, in its first year where it carries over, in each year by itself where it lapses."""
    lines = [one for one in purchase.budgets if (one.source, one.kind) == (source, kind)]
    amount = max(1, sum(one.won for one in lines) * won_ppm // MICRO)
    first = min(one.year for one in lines)
    for line in lines:
        if line.carries and line.year != first:
            continue
        moved = tuple(replace(one, won=one.won + amount) if one is line else one for one in purchase.budgets)
        name = f"{kind}, {source}, {line.year}"
        yield Step("won", name, float(amount), replace(purchase, budgets=moved), (f"budget [{name}]",))


def _points(purchase: Purchase, at: int, rule: ShareRule) -> Iterator[Step]:
    """A percentage point more room at each end of a range."""
    for side, share in (("least", rule.least_ppm), ("most", rule.most_ppm)):
        if share is None or not (share >= POINT if side == "least" else share <= MICRO - POINT):
            continue
        other = replace(rule, least_ppm=share - POINT) if side == "least" else replace(rule, most_ppm=share + POINT)
        shares = (*purchase.shares[:at], other, *purchase.shares[at + 1 :])
        name = f"share [{rule.name}, at {side}]"
        yield Step("point", name, 1.0, replace(purchase, shares=shares), (name,), rule.by)
