"""Plan, play, correct, plan again, until the plan stands still.

What is corrected is what the plan assumed and the twin measured: how much of a machine in service does work, and how much of a job's time
on it is work. The first correction is taken whole. When the plan swings back over where it came from, the following corrections are
taken by half as much each time: so the corrections of a question that has no fixed point die out, and the loop ends in any case after
the rounds it is given. A plan that stands still and keeps people waiting for longer than it may is asked to leave more free, a twentieth a
round, until they do not wait so long or no plan leaves more free.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from dure.model.purchases import Machine, Order, Purchase
from dure.model.units import MICRO
from dure.plan.purchase import Planned
from dure.study.delivered import Delivered, Pair

USABLE_LEAST_PPM = 10_000
"""Less than one hundredth of a machine is a measure of nothing; the plan would buy a hundred for one."""


class Ended(StrEnum):
    """Why the loop ended."""

    SETTLED = "settled"
    ROUNDS = "rounds"
    WAITS = "waits"
    """The plan stands still, and people wait for longer than they may: more room would cost what nobody gives."""
    NO_PLAN = "no_plan"


@dataclass(frozen=True, slots=True)
class Settling:
    """When the loop ends: a plan that moves by at most the tolerance and whose vendors keep their shares, or so many rounds."""

    tolerance_ppm: int = 10_000
    mix_ppm: int = 50_000
    """Of the accelerators ordered, what may move from vendor to vendor in a round of a plan that has settled."""
    rounds_most: int = 8
    wait_most_s: int | None = None
    """What nine jobs in ten of every class may wait; None = no matter."""


SLACK_STEP = 20
STILL_ROUNDS = 3
"""Rounds without another order after which more room is not bought: buying units are whole, so one round says nothing."""


@dataclass(frozen=True, slots=True)
class Corrections:
    """Parts per million, by machine and by (workload class, machine): what is used of a machine, and what is kept of a job's time on it."""

    usable: Mapping[str, int] = field(default_factory=dict)
    kept: Mapping[Pair, int] = field(default_factory=dict)
    slack_ppm: int = 0
    """Of what is used, what the plan is asked to leave free."""

    def usable_of(self, question: Purchase, machine: Machine) -> int:
        """What a plan with these corrections counts on of a machine's time."""
        return self.usable.get(machine.name, question.usable_of(machine)) * (MICRO - self.slack_ppm) // MICRO


@dataclass(frozen=True, slots=True)
class Moved:
    """How far the plan moved: accelerators ordered, model by model, and the objective; parts per million of what they were. `mix_ppm`: of
    all accelerators the part that went from one vendor to another.
    """

    orders_ppm: int
    objective_ppm: int
    mix_ppm: int = 0

    @property
    def least_ppm(self) -> int:
        return min(self.orders_ppm, self.objective_ppm)


@dataclass(frozen=True, slots=True)
class Round:
    """One turn: with which corrections was planned, what came out, what users would get; `step_ppm` of the next correction is taken."""

    number: int
    corrections: Corrections
    planned: Planned
    got: Delivered | None
    moved: Moved | None
    step_ppm: int


@dataclass(frozen=True, slots=True)
class Settled:
    ended: Ended
    rounds: tuple[Round, ...]

    @property
    def first(self) -> Round:
        return self.rounds[0]

    @property
    def last(self) -> Round:
        return self.rounds[-1]


def settle(
    question: Purchase,
    classes: Mapping[str, str],
    plan: Callable[[Purchase], Planned],
    play: Callable[[Planned], Delivered],
    settling: Settling,
) -> Settled:
    """The loop. `classes`: workload class of each class of demand; `plan` and `play` answer alike when they are asked alike."""
    corrections, step_ppm = Corrections(), MICRO
    rounds: list[Round] = []
    for number in range(1, settling.rounds_most + 1):
        planned = plan(corrected(question, classes, corrections))
        if not planned.chosen.found:
            return Settled(Ended.NO_PLAN, (*rounds, Round(number, corrections, planned, None, None, step_ppm)))
        moved = movement(rounds[-1].planned, planned) if rounds else None
        if _swings(rounds, planned) or _swaps(rounds, planned, settling.mix_ppm):
            step_ppm //= 2
        got = play(planned)
        rounds.append(Round(number, corrections, planned, got, moved, step_ppm))
        late = waits_too_long(got, settling.wait_most_s)
        still = moved is not None and moved.least_ppm <= settling.tolerance_ppm and moved.mix_ppm <= settling.mix_ppm
        if still and not late:
            return Settled(Ended.SETTLED, tuple(rounds))
        if corrections.slack_ppm and all(one.moved is not None and one.moved.orders_ppm == 0 for one in rounds[-STILL_ROUNDS:]):
            return Settled(Ended.WAITS, tuple(rounds))
        slack = corrections.slack_ppm
        if late and moved is not None:
            slack += (MICRO - slack) // SLACK_STEP
        corrections = replace(damped(corrections, measured(question, got), question, step_ppm), slack_ppm=slack)
    return Settled(Ended.ROUNDS, tuple(rounds))


def corrected(question: Purchase, classes: Mapping[str, str], corrections: Corrections) -> Purchase:
    """The question with what was measured in place of what was assumed."""
    return replace(question, machines=tuple(_corrected(question, one, classes, corrections) for one in question.machines))


def _corrected(question: Purchase, one: Machine, classes: Mapping[str, str], corrections: Corrections) -> Machine:
    speeds = {
        work: max(1, speed * corrections.kept.get((classes[work], one.name), MICRO) // MICRO) if speed else 0
        for work, speed in one.speed_ppm.items()
    }
    return replace(one, speed_ppm=speeds, usable_ppm=corrections.usable_of(question, one) if corrections.usable else one.usable_ppm)


def waits_too_long(got: Delivered, most_s: int | None) -> bool:
    """Whether nine in ten jobs of some class wait longer than they may."""
    return most_s is not None and any(one.wait_p90_s is not None and one.wait_p90_s > most_s for one in got.classes)


def measured(question: Purchase, got: Delivered) -> Corrections:
    """Corrections that a run asks for. A machine that the fleet has not, or that nobody wanted, counts as the fleet on average does."""
    wanted, held = sum(one.wanted for one in got.machines), sum(one.held for one in got.machines)
    if not wanted or not held:
        return Corrections()
    fleet = held * MICRO // wanted
    usable = {one.name: fleet for one in question.machines}
    usable |= {one.machine: ppm for one in got.machines if (ppm := one.usable_ppm) is not None}
    return Corrections({name: max(USABLE_LEAST_PPM, ppm) for name, ppm in usable.items()}, dict(got.kept_ppm))


def damped(before: Corrections, now: Corrections, question: Purchase, step_ppm: int) -> Corrections:
    """From one correction a step towards another; what is measured for the first time is taken whole, what was not measured stays."""

    def toward(old: int, new: int) -> int:
        return old + (new - old) * step_ppm // MICRO

    plan_says = {one.name: question.usable_of(one) for one in question.machines}
    usable = {name: toward(before.usable.get(name, plan_says[name]), ppm) for name, ppm in now.usable.items()}
    kept = {pair: toward(before.kept[pair], ppm) if pair in before.kept else ppm for pair, ppm in now.kept.items()}
    return Corrections({**before.usable, **usable}, {**before.kept, **kept})


def movement(before: Planned, now: Planned) -> Moved:
    """Accelerators that were ordered of another model, or not at all, and the change of the objective."""
    old, new = (ordered(one.purchase, one.chosen.orders) for one in (before, now))
    changed = sum(abs(new.get(name, 0) - old.get(name, 0)) for name in old | new)
    whole = max(1, sum(old.values()))
    assert before.chosen.objective is not None, "only plans that were found are compared"
    assert now.chosen.objective is not None, "only plans that were found are compared"
    size = max(abs(before.chosen.objective), 1e-9)
    by_objective = round(abs(now.chosen.objective - before.chosen.objective) / size * MICRO)
    return Moved(changed * MICRO // whole, by_objective, _apart(vendor_mix(before), vendor_mix(now)))


def vendor_mix(planned: Planned) -> dict[str, int]:
    """Parts per million of the accelerators ordered, by vendor; empty where nothing is."""
    found: dict[str, int] = {}
    for name, count in ordered(planned.purchase, planned.chosen.orders).items():
        vendor = planned.purchase.machine(name).vendor
        found[vendor] = found.get(vendor, 0) + count
    whole = sum(found.values())
    return {vendor: count * MICRO // whole for vendor, count in found.items()}


def _apart(one: Mapping[str, int], other: Mapping[str, int]) -> int:
    """What would have to go from vendor to vendor to make one mix the other; nothing where one of them has no orders."""
    if not one or not other:
        return 0
    return sum(abs(one.get(vendor, 0) - other.get(vendor, 0)) for vendor in one.keys() | other.keys()) // 2


def ordered(purchase: Purchase, orders: Sequence[Order]) -> dict[str, int]:
    """Accelerators ordered, by machine."""
    found: dict[str, int] = {}
    for one in orders:
        found[one.machine] = found.get(one.machine, 0) + one.units * purchase.machine(one.machine).unit
    return found


def _swings(rounds: Sequence[Round], planned: Planned) -> bool:
    """Whether the objective turns back: up after down, or down after up."""
    if len(rounds) < 2:
        return False
    one, two = (float(each.planned.chosen.objective or 0.0) for each in rounds[-2:])
    return (float(planned.chosen.objective or 0.0) - two) * (two - one) < 0


def _swaps(rounds: Sequence[Round], planned: Planned, most_ppm: int) -> bool:
    """Whether vendors change places and come back: this mix is nearer to the last but one than to the last, from which it moved too far."""
    if len(rounds) < 2:
        return False
    one, two = (vendor_mix(each.planned) for each in rounds[-2:])
    now = vendor_mix(planned)
    return _apart(two, now) > most_ppm and _apart(one, now) < _apart(two, now)
