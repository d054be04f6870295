"""What a study found, as plain values: the terminal, the page, JSON and another process read the same rows.

Reference accelerators at work are told in the plan's own size: what a fleet at a scale delivered is divided by the scale.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dure.model.purchases import Order, Purchase
from dure.model.units import MICRO
from dure.plan.purchase import Planned
from dure.plan.site_costs import in_plan, sites_won
from dure.plan.spending import spent
from dure.study.delivered import ClassGot, Delivered
from dure.study.fleet import Month, in_service
from dure.study.services import ServiceGot
from dure.study.settle import Corrections, Round, Settled, ordered, vendor_mix

HOURS_YEAR = 8_760
DIGITS = 3
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a study was asked, beside its scenario: the period, the month that is played, and the classes' names."""

    question: Purchase
    classes: Mapping[str, str]
    period: int
    month: Month
    wait_most_s: int | None = None

    def asked(self, workload: str) -> int:
        """Reference accelerators at work that the plan's year asks for, in classes of one workload."""
        year = self.question.years[self.period]
        return sum(one.by_year.get(year, 0) for one in self.question.work if self.classes[one.name] == workload)

    def planned(self, planned: Planned, workload: str) -> float:
        """Reference accelerators at work that the plan promises in the period."""
        return sum(one.amount for one in planned.chosen.served if one.period == self.period and self.classes[one.work] == workload)

    def delivered(self, got: Delivered, one: ClassGot) -> float:
        """Reference accelerators at work that did work that is kept, in the plan's size."""
        return float(Fraction(one.delivered_micro_s, MICRO * got.window_s) / self.month.scale)

    def drawn(self, one: ClassGot) -> float:
        """Reference accelerators at work that the drawn jobs ask for, in the plan's size."""
        return self.of_drawn(one.drawn_s)

    def of_drawn(self, seconds: int) -> float:
        """Seconds of reference accelerators of drawn jobs as accelerators at work, in the plan's size."""
        return float(Fraction(seconds, self.month.days * 86_400) / self.month.scale)


def study_rows(asked: Asked, settled: Settled, hashes: Sequence[str]) -> Row:
    """Rounds, what each class got, machines and cost of the last plan. `hashes` of the events of each round."""
    played = [one for one in settled.rounds if one.got is not None]
    found: Row = {
        "ended": str(settled.ended),
        "period": asked.question.labels[asked.period],
        "start": asked.month.start,
        "days": asked.month.days,
        "warm_up_days": asked.month.warm_up_days,
        "scale": str(asked.month.scale),
        "largest_job": asked.month.largest,
        "goal": asked.question.goal,
        "wait_most_s": asked.wait_most_s,
        "refused_by": [] if settled.last.planned.refusal is None else list(settled.last.planned.refusal.refused_by),
        "rounds": [_round(asked, one, digest) for one, digest in zip(settled.rounds, [*hashes, ""], strict=False)],
    }
    if not played:
        return found | {"classes": [], "services": [], "machines": [], "speeds": [], "cost": None, "jobs_sha256": None}
    last = played[-1]
    got = last.got
    assert got is not None, "it was played"
    return found | {
        "classes": [_class(asked, settled.first, last, got, one) for one in got.classes],
        "services": [_service(asked, got, one) for one in got.services],
        "machines": [_machine(asked, last, got, name) for name in sorted(one.machine for one in got.machines)],
        "speeds": list(_speeds(asked, got)),
        "cost": _cost(asked, last, got),
        "jobs_sha256": got.jobs_sha256,
    }


def _round(asked: Asked, one: Round, digest: str) -> Row:
    chosen = one.planned.chosen
    there = in_service(asked.question, chosen.orders, asked.period)
    units: dict[str, int] = {}
    for (name, _), count in there.items():
        units[name] = units.get(name, 0) + count * asked.question.machine(name).unit
    row: Row = {
        "round": one.number,
        "status": str(chosen.status),
        "gap": chosen.gap,
        "objective": chosen.objective,
        "ordered": sum(ordered(asked.question, chosen.orders).values()),
        "in_service": sum(units.values()),
        "in_service_by_machine": dict(sorted(units.items())),
        "usable": _mean_usable(asked.question, one.corrections, units),
        "counted_on_by_machine": {name: _round3(float(_counted_on(asked.question, one.corrections, name))) for name in sorted(units)},
        "step": one.step_ppm / MICRO,
        "left_free": one.corrections.slack_ppm / MICRO,
        "moved_orders": None if one.moved is None else one.moved.orders_ppm / MICRO,
        "moved_objective": None if one.moved is None else one.moved.objective_ppm / MICRO,
        "moved_mix": None if one.moved is None else one.moved.mix_ppm / MICRO,
        "ordered_share_by_vendor": {vendor: ppm / MICRO for vendor, ppm in sorted(vendor_mix(one.planned).items())},
    }
    if one.got is None:
        return row | dict.fromkeys(("asked", "planned", "delivered", "operating_rate", "goodput_rate", "wait_mean_s", "refused", "hash"))
    waits = [(each.wait_mean_s, each.jobs) for each in one.got.classes if each.wait_mean_s is not None]
    jobs = sum(count for _, count in waits)
    return row | {
        "asked": sum(asked.asked(each.workload) for each in one.got.classes),
        "planned": _round3(sum(asked.planned(one.planned, each.workload) for each in one.got.classes)),
        "delivered": _round3(sum(asked.delivered(one.got, each) for each in one.got.classes)),
        "operating_rate": one.got.operating_rate(),
        "goodput_rate": one.got.goodput_rate(),
        "wait_mean_s": sum(wait * count for wait, count in waits) // jobs if jobs else None,
        "refused": sum(each.refused for each in one.got.classes),
        "hash": digest,
    }


def _mean_usable(question: Purchase, corrections: Corrections, units: Mapping[str, int]) -> float | None:
    """What the plan counted on of the machines it has at the date, by their number: used, times what is kept of a job's time."""
    whole = sum(units.values())
    if not whole:
        return None
    total = sum((count * _counted_on(question, corrections, name) for name, count in units.items()), Fraction(0))
    return _round3(float(total / whole))


def _counted_on(question: Purchase, corrections: Corrections, name: str) -> Fraction:
    """What a plan with these corrections counts on of a machine's time: the part that is used, times what is kept of a job's time."""
    kept = [ppm for (_, machine), ppm in sorted(corrections.kept.items()) if machine == name]
    share = Fraction(sum(kept), len(kept) * MICRO) if kept else Fraction(1)
    return Fraction(corrections.usable_of(question, question.machine(name)), MICRO) * share


def _class(asked: Asked, first: Round, last: Round, got: Delivered, one: ClassGot) -> Row:
    names = [name for name, workload in asked.classes.items() if workload == one.workload]
    wanted, delivered = asked.asked(one.workload), asked.delivered(got, one)
    return {
        "class": "+".join(names),
        "class_ko": "·".join(work.name_ko for work in asked.question.work if work.name in names),
        "workload": one.workload,
        "asked": wanted,
        "drawn": _round3(asked.drawn(one)),
        "planned_first": _round3(asked.planned(first.planned, one.workload)),
        "planned": _round3(asked.planned(last.planned, one.workload)),
        "delivered": _round3(delivered),
        "delivered_share": round(delivered / wanted, 6) if wanted else None,
        "jobs": one.jobs,
        "refused": one.refused,
        "refused_work": _round3(asked.of_drawn(one.refused_s)),
        "refused_why": one.why or None,
        "unstarted": one.unstarted,
        "wait_mean_s": one.wait_mean_s,
        "wait_p90_s": one.wait_p90_s,
    }


def _service(asked: Asked, got: Delivered, one: ServiceGot) -> Row:
    """Reference accelerators at work in the plan's size, of those that are measured; a service that is left out says why."""
    size = got.window_s * asked.month.scale
    measured = bool(one.asked_s)
    return {
        "service": one.name,
        "workload": one.workload,
        "asked": _round3(float(one.asked_s / size)) if measured else None,
        "delivered": _round3(float(one.answered_s / size)) if measured else None,
        "answered_share": one.share,
        "left_out": None if one.left is None else str(one.left),
    }


def _machine(asked: Asked, last: Round, got: Delivered, name: str) -> Row:
    one = next(each for each in got.machines if each.machine == name)
    machine = asked.question.machine(name)
    return {
        "machine": name,
        "vendor": machine.vendor,
        "installed": _round3(float(Fraction(one.installed, 1000 * got.window_s) / asked.month.scale)),
        "operating_rate": _share(one.held, one.installed),
        "goodput_rate": _share(one.productive, one.installed),
        "not_wanted": _share(one.installed - one.wanted, one.installed),
        "usable_assumed": asked.question.usable_of(machine) / MICRO,
        "usable_planned": last.corrections.usable_of(asked.question, machine) / MICRO,
        "usable_measured": None if one.usable_ppm is None else one.usable_ppm / MICRO,
    }


def _speeds(asked: Asked, got: Delivered) -> list[Row]:
    rows = []
    for (workload, name), kept in got.kept_ppm.items():
        mine = [one for one, other in asked.classes.items() if other == workload]
        speed = max((asked.question.machine(name).speed_ppm.get(one, 0) for one in mine), default=0)
        row = {"workload": workload, "machine": name, "speed": speed / MICRO, "effective": speed * kept // MICRO / MICRO}
        rows.append(row)
    return rows


def _cost(asked: Asked, last: Round, got: Delivered) -> Row:
    """Of the whole plan, and of a year of the fleet that is in service: price over life, evenly, and a year of running."""
    orders = last.planned.chosen.orders
    won: Row = dict.fromkeys(("capex", "opex", "labour"), 0)
    for (kind, _), amount in spent(last.planned.purchase, orders).items():
        won[kind] += amount
    year = _won_year(asked.question, orders, asked.period)
    delivered = sum(asked.delivered(got, one) for one in got.classes)
    hour = round(year / (HOURS_YEAR * Fraction(delivered))) if delivered else None
    return {f"{kind}_won": amount for kind, amount in won.items()} | {"fleet_won_year": round(year), "won_per_delivered_hour": hour}


def _won_year(purchase: Purchase, orders: Sequence[Order], period: int) -> Fraction:
    at_year = purchase.years[period]
    year = sum((sites_won(purchase, orders, kind, at_year) for kind in ("opex", "labour")), Fraction(0))
    found = year / in_plan(purchase, at_year)
    for one in orders:
        machine = purchase.machine(one.machine)
        if period in purchase.in_service(machine, one.period):
            each = Fraction(machine.capex_won(one.site, one.period) * purchase.periods_year, machine.life)
            found += one.units * (each + sum(machine.terms_of(one.site, one.period).running_in(at_year).values()))
    for standing in purchase.standing:
        machine = purchase.machine(standing.machine)
        if period < standing.until:
            terms = machine.terms[standing.site]
            each = Fraction(terms.capex_won * purchase.periods_year, machine.life)
            found += standing.units * (each + sum(terms.running_in(at_year).values()))
    return found


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None


def _round3(value: float) -> float:
    return round(value, DIGITS)
