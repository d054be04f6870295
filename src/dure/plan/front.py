"""Pareto fronts of a purchase plan: served work against cost, and against dependency on one vendor.

Each point is the most work under a ceiling (of won, or of the largest vendor's share). Cost counts a little in the aim, so that of two
plans that serve the same the cheaper is taken: an optimum of such an aim is never weakly efficient in cost. In shares, where the aim
cannot see them, a point of a small program is pushed on until the same work is not served with less dependency. Of the points found
only those that no other one beats are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import inf

from dure.model.purchases import Purchase, ShareRule
from dure.model.units import MICRO
from dure.plan.check_purchase import Broken
from dure.plan.points import COST, TOTAL, Asking, Point, vendor_measure
from dure.plan.transfers import Transfers, transfers
from dure.plan.whole_units import SMALL
from dure.solver import Limits

WORK_NEAR = 1e-6
"""Relative: what of work counts as the same work."""
SHARE_STEP = Fraction(1, MICRO)
TEN = Fraction(1, 10)


@dataclass(frozen=True, slots=True)
class On:
    """A point of a front: the ceiling that it was found under (won, or a share), and the plan."""

    ceiling: Fraction
    point: Point


@dataclass(frozen=True, slots=True)
class Front:
    """`solved` ceilings were tried, another plan beats `dropped` of theirs; below the share `none_below` there is no plan.

    Under every ceiling of `tried` that has a plan the best one on the front is within `gap` of what no plan passes there, dropped points
    included. `late` of them were stopped by time with a wider gap than was asked for, or (`lost`) without any plan.
    """

    on: tuple[On, ...]
    solved: int
    dropped: int
    none_below: Fraction | None = None
    gap: float = 0.0
    late: int = 0
    lost: int = 0
    tried: tuple[Fraction, ...] = ()


@dataclass(frozen=True, slots=True)
class Fronts:
    """`asked` is the question in which running costs are paid for by nobody where `unfunded`; `aside` the shares that were set aside."""

    asked: Purchase
    cost: Front
    dependency: Front
    unfunded: bool
    aside: tuple[str, ...]
    transfers: Transfers | None = None


def fronts(purchase: Purchase, limits: Limits, points: int = 20, *, keep_shares: bool = False) -> Fronts | None:
    """Both fronts; None where no plan keeps the rules even if running it were paid for."""
    asked, unfunded = funded_or_not(purchase, limits)
    if asked is None:
        return None
    free = asked if keep_shares else replace(asked, shares=())
    aside = () if keep_shares else tuple(one.name for one in asked.shares)
    cost, dependency = cost_front(asked, limits, points), dependency_front(free, limits, points)
    return Fronts(asked, cost, dependency, unfunded, aside, transfers(asked, limits))


def funded_or_not(purchase: Purchase, limits: Limits) -> tuple[Purchase | None, bool]:
    """The question, or where nobody pays to run any plan the one that leaves running costs out; None where that has no plan either."""
    if Asking(purchase, limits).relaxed().found:
        return purchase, False
    wanted = replace(purchase, funded=False)
    return (wanted, True) if purchase.funded and Asking(wanted, limits).relaxed().found else (None, False)


def cost_front(purchase: Purchase, limits: Limits, points: int) -> Front:
    """From the cheapest plan that keeps every rule to the one that serves the most."""
    asking = Asking(purchase, limits)
    at, scale = asking.at(COST), asking.made.scale_won

    def under(ceiling: Fraction) -> Point | None:
        """Served work within so many won; what was found for fewer won is a plan for these too."""
        found = asking.point(purchase, {at: (0.0, float(ceiling / scale))}, start=_known(points_found, ceiling, lambda one: one.won))
        if found is not None and found.won > ceiling * (1 + Fraction(1, MICRO)):
            return replace(found, broken=(*found.broken, Broken("cost of life", found.won, float(ceiling))))
        return found

    points_found: dict[Fraction, Point] = {}
    least = asking.point(purchase, costs=asking.cheapest())
    most = asking.point(purchase, start=least)
    if most is None or least is None:
        return Front((), 2, 0, lost=asking.ran_out)
    most = asking.cheaper(purchase, most)
    points_found |= {Fraction(most.won): most, Fraction(least.won): least}
    solved = 2
    step = Fraction(most.won - least.won, max(1, points - 1))
    for number in range(points - 2, 0, -1):
        ceiling = Fraction(most.won) - number * step
        point = under(ceiling) if step else None
        solved += 1
        if point is not None:
            points_found[ceiling] = point
    if _exact(asking):
        solved += _fill(points_found, under, lambda one: Fraction(one.won), Fraction(1), points)
    return _efficient(points_found, lambda one: Fraction(one.won), solved, asking)


def _known(found: Mapping[Fraction, Point], ceiling: Fraction, measure: Callable[[Point], Fraction | int]) -> Point | None:
    """The best plan found so far that stays under a ceiling."""
    under = [one for one in found.values() if measure(one) <= ceiling and not one.broken]
    return max(under, key=lambda one: one.worth, default=None)


def dependency_front(purchase: Purchase, limits: Limits, points: int) -> Front:
    """From the plan that serves the most down to the smallest share of the largest vendor, at every ten points and evenly between."""
    asking = Asking(purchase, limits)
    rows = _ceilings(asking)

    def set_to(ceiling: Fraction) -> None:
        for vendor, row in rows.items():
            terms = [(asking.at(vendor_measure(vendor)), 1.0), (asking.at(TOTAL), -float(ceiling))]
            asking.made.program.rows[row] = replace(asking.made.program.rows[row], terms=tuple(sorted(terms)))

    def under(ceiling: Fraction) -> Point | None:
        set_to(ceiling)
        cap = round(ceiling * MICRO)
        rules = tuple(ShareRule(f"ceiling of {one}", _of(purchase, one), "count", None, cap) for one in asking.vendors)
        return asking.point(replace(purchase, shares=(*purchase.shares, *rules)), start=_known(found, ceiling, lambda one: one.share))

    found: dict[Fraction, Point] = {}
    most = under(Fraction(1))
    if most is None:
        return Front((), 1, 0, lost=asking.ran_out)
    found[Fraction(1)] = most
    solved, top = 1, most.share
    without, floor = _lowest(asking, set_to, top)
    tens = [top - number * TEN for number in range(1, 10) if top - number * TEN > floor]
    evenly = max(1, points - len(tens) - 1)
    even = [top - (top - floor) * number / evenly for number in range(1, evenly + 1)]
    for ceiling in sorted({_ppm(one) for one in (*tens, *even) if one < top}):
        point = under(ceiling)
        solved += 1
        if point is not None:
            found[ceiling] = _pushed(point, under) if _exact(asking) else point
    if _exact(asking):
        solved += _fill(found, under, lambda one: one.share, SHARE_STEP, points)
    return replace(_efficient(found, lambda one: one.share, solved, asking), none_below=without or None)


def _lowest(asking: Asking, set_to: Callable[[Fraction], None], top: Fraction) -> tuple[Fraction, Fraction]:
    """A share below which no plan is, for the relaxation has none, and one, less than a thousandth above it, at which it has one."""
    low, high = Fraction(0), top
    while high - low > Fraction(1, 1000):
        middle = (low + high) / 2
        set_to(middle)
        low, high = (low, middle) if asking.relaxed().found else (middle, high)
    return low, high


def _ceilings(asking: Asking) -> dict[str, int]:
    """A row for each vendor that says: of all accelerators no more than a share are its own."""
    found = {}
    for vendor in asking.vendors:
        terms = [(asking.at(vendor_measure(vendor)), 1.0), (asking.at(TOTAL), -1.0)]
        found[vendor] = asking.made.program.row(f"ceiling [{vendor}]", terms, unit="accelerators", high=0.0)
    return found


def _of(purchase: Purchase, vendor: str) -> frozenset[str]:
    return frozenset(one.name for one in purchase.machines if one.vendor == vendor)


def _ppm(share: Fraction) -> Fraction:
    return Fraction(round(share * MICRO), MICRO)


def _exact(asking: Asking) -> bool:
    return asking.limits.gap == 0 and len(asking.made.orders) <= SMALL


def _pushed(point: Point, under: Callable[[Fraction], Point | None]) -> Point:
    """The same work with less dependency, as long as there is such a plan."""
    while point.share:
        other = under(point.share - SHARE_STEP)
        if other is None or other.worth < point.worth * (1 - WORK_NEAR):
            break
        point = other
    return point


def _fill(
    found: dict[Fraction, Point],
    under: Callable[[Fraction], Point | None],
    measure: Callable[[Point], Fraction],
    least: Fraction,
    points: int,
) -> int:
    """Points between those found, where some are left: the best plan just below each, the widest gap first; says how many it tried."""
    tried: set[Fraction] = set()
    for _ in range(points):
        ends = sorted({measure(one) for one in found.values()})
        gaps = [(high - low, high) for low, high in pairwise(ends) if high not in tried]
        if len(ends) >= points or not gaps:
            break
        _, high = max(gaps)
        tried.add(high)
        point = under(high - least)
        if point is not None:
            found[high - least] = point
    return len(tried)


def _efficient(found: dict[Fraction, Point], measure: Callable[[Point], Fraction], solved: int, asking: Asking) -> Front:
    """Those that no other one beats: by rising measure, each must serve more than every one before."""
    kept: list[On] = []
    ordered = sorted(found.items(), key=lambda pair: (measure(pair[1]), -pair[1].worth))
    for ceiling, point in ordered:
        if not kept or point.worth > kept[-1].point.worth * (1 + WORK_NEAR) + WORK_NEAR:
            kept.append(On(ceiling, point))
    late = sum(one.gap > max(asking.limits.gap, 1e-7) for one in found.values())
    gap = max((_short(ceiling, one, kept, measure) for ceiling, one in found.items()), default=0.0)
    return Front(tuple(kept), solved, len(found) - len(kept), None, gap, late, asking.ran_out, tuple(sorted(found)))


def _short(ceiling: Fraction, point: Point, kept: Sequence[On], measure: Callable[[Point], Fraction]) -> float:
    """How far the front under a ceiling may be from what no plan passes there; where the aim was another one, what is proven of that."""
    if point.most_worth == inf:
        return point.gap
    best = max((one.point.worth for one in kept if measure(one.point) <= max(ceiling, measure(point))), default=0.0)
    return max(0.0, point.most_worth / best - 1) if best else 0.0 if point.most_worth <= WORK_NEAR else inf
