"""Near-optimal alternatives: plans that serve nearly as much for nearly the same won, from as different vendors as the rules allow.

How far two plans are apart is counted in accelerators that change their vendor. The farthest plan from another is found exactly: the
distance is the largest of so many linear aims as there are ways of giving each vendor more or less, and each is asked once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product

from dure.model.purchases import Purchase
from dure.model.units import MICRO
from dure.plan.check_purchase import Broken
from dure.plan.front import funded_or_not
from dure.plan.points import COST, SERVED, Asking, Point, vendor_measure
from dure.plan.whole_units import SMALL
from dure.solver import Bounds, Limits

VENDORS_MAX = 6
"""Of more vendors, those with fewer accelerators are not told apart: 2 to the power of 6 aims are asked."""
SAME = 1


@dataclass(frozen=True, slots=True)
class Alternative:
    """A plan and how many accelerators its vendors have more and fewer than in the best one; `most_moved` is what no plan in this
    direction passes.
    """

    point: Point
    moved: float
    most_moved: float


@dataclass(frozen=True, slots=True)
class Room:
    """The fewest and the most accelerators of a vendor within the slack, by the continuous relaxation."""

    vendor: str
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Alternatives:
    """`best`, by the aim of the question, is what the others are held against; `slack_ppm` how much less they may serve, and how much
    more they may cost.
    """

    asked: Purchase
    slack_ppm: int
    best: Point
    others: tuple[Alternative, ...]
    rooms: tuple[Room, ...]
    unfunded: bool


def alternatives(purchase: Purchase, limits: Limits, slack_ppm: int = 20_000, plans: int = 4) -> Alternatives | None:
    """The best plan and those that differ most from it and from each other; None where there is no plan at all."""
    asked, unfunded = funded_or_not(purchase, limits)
    if asked is None:
        return None
    asking = Asking(asked, limits)
    best = asking.point(asked, costs=asking.cheapest() if asked.goal == "cost" else None)
    if best is None:
        return None
    best = best if asked.goal == "cost" else asking.cheaper(asked, best)
    within = _within(asking, best, slack_ppm)
    rooms = tuple(_room(asking, within, vendor) for vendor in asking.vendors)
    corners = list(_corners(asking, within, best))
    others: list[Alternative] = []
    while corners and len(others) < plans:
        seen = [best.by_vendor, *(one.point.by_vendor for one in others)]
        corner = max(corners, key=lambda one: min(apart(one.mix, mix) for mix in seen))
        if min(apart(corner.mix, mix) for mix in seen) < SAME:
            break
        corners.remove(corner)
        point = corner.point or asking.point(asked, {**within, **_near(asking, best, corner)})
        if point is None:
            continue
        point = _kept(point, best, slack_ppm)
        if min(apart(point.by_vendor, mix) for mix in seen) >= SAME:
            others.append(Alternative(point, apart(point.by_vendor, best.by_vendor), corner.bound))
    return Alternatives(asked, slack_ppm, best, tuple(sorted(others, key=lambda one: -one.moved)), rooms, unfunded)


def _within(asking: Asking, best: Point, slack_ppm: int) -> Bounds:
    """Served no less and cost no more than the best plan, but for the slack."""
    less, more = best.worth * (1 - slack_ppm / MICRO), best.won * (1 + slack_ppm / MICRO)
    return {asking.at(SERVED): (less, float("inf")), asking.at(COST): (0.0, more / asking.made.scale_won)}


def _kept(point: Point, best: Point, slack_ppm: int) -> Point:
    """The plan with what it breaks of the slack, counted again from its orders."""
    broken = list(point.broken)
    if point.won > best.won * (1 + Fraction(slack_ppm, MICRO)) * (1 + Fraction(1, MICRO)):
        broken.append(Broken("slack of cost", point.won, best.won * (1 + slack_ppm / MICRO)))
    if point.worth < best.worth * (1 - slack_ppm / MICRO) * (1 - 1e-6) - 1e-6:
        broken.append(Broken("slack of work", point.worth, best.worth * (1 - slack_ppm / MICRO)))
    return replace(point, broken=tuple(broken))


def _room(asking: Asking, within: Bounds, vendor: str) -> Room:
    ends = []
    for sign in (-1.0, 1.0):
        answer = asking.relaxed(within, asking.aim({vendor_measure(vendor): sign}))
        ends.append(answer.values[asking.at(vendor_measure(vendor))] if answer.found else float("nan"))
    return Room(vendor, *ends)


@dataclass(frozen=True, slots=True)
class _Corner:
    signs: Mapping[str, int]
    mix: Mapping[str, float]
    bound: float
    point: Point | None = None


def _near(asking: Asking, best: Point, corner: _Corner) -> Bounds:
    """Vendors on the side of a corner, up to a hundredth of all accelerators: whole units do not reach the corner itself."""
    room = best.accelerators / 100
    return {
        asking.at(vendor_measure(one)): (corner.mix[one] - room, float("inf")) if sign > 0 else (0.0, corner.mix[one] + room)
        for one, sign in corner.signs.items()
    }


def _corners(asking: Asking, within: Bounds, best: Point) -> Iterator[_Corner]:
    """The plan farthest from the best in each direction: in whole units where a program is small.

    Of a large one by the relaxation, whose work must leave room for what whole units cost; its bound is taken without that room.
    """
    served = asking.at(SERVED)
    least = within[served][0]
    room = min(best.most_worth - best.worth, (best.worth - least) / 2)
    tight = {**within, served: (least + room, within[served][1])}
    vendors = sorted(asking.vendors, key=lambda one: (-best.by_vendor[one], one))[:VENDORS_MAX]
    for signs in product((-1, 1), repeat=len(vendors)):
        way = dict(zip(vendors, signs, strict=True))
        if len(asking.made.orders) <= SMALL:
            point = asking.point(asking.purchase, within, asking.aim(_aim(way)))
            if point is not None:
                yield _Corner(way, point.by_vendor, apart(point.by_vendor, best.by_vendor), point)
            continue
        outer, answer = (asking.relaxed(limits, asking.aim(_aim(way))) for limits in (within, tight))
        if outer.found and answer.found:
            bound, mix = ({one: found.values[asking.at(vendor_measure(one))] for one in asking.vendors} for found in (outer, answer))
            yield _Corner(way, mix, apart(bound, best.by_vendor))


def _aim(way: Mapping[str, int]) -> dict[str, float]:
    return {vendor_measure(vendor): float(sign) for vendor, sign in way.items()}


def apart(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Accelerators by which two mixes of vendors differ: what one has more and what it has less, together."""
    return sum(abs(one.get(vendor, 0) - other.get(vendor, 0)) for vendor in {*one, *other})


def differences(point: Point, best: Point) -> Sequence[tuple[str, int]]:
    """By vendor, accelerators more (or fewer) than in the best plan, the largest change first."""
    found = [(vendor, point.by_vendor.get(vendor, 0) - count) for vendor, count in best.by_vendor.items()]
    return sorted((one for one in found if one[1]), key=lambda one: (-abs(one[1]), one[0]))
