"""Services with a rate, as a part of what a year asks for: carried into the fleet, measured by what they answered.

A service asks for reference accelerators at work: what is offered to it over what one reference accelerator answers. That is a part of what
its class is asked for in that year; jobs make up the rest. A service that says its replicas says what it is given, not what is asked of
it: it is left out, and so is one that nothing of the fleet may run.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from dure.ledger.attempts import Attempts
from dure.ledger.served import Span, served, serving_spans
from dure.model.units import DAY_S, MICRO
from dure.plant.serving import REQUESTS, TOKENS, reference_rate
from dure.plant.speed import SpeedTable
from dure.study.fleet import Month
from dure.twin.build import Plan
from dure.twin.services import Staying, offered
from dure.wire.profile import Profile
from dure.wire.quantity import instant_s
from dure.wire.scenario_services import RateShape, Service

Ints = npt.NDArray[np.int64]
PERCENT_PPM = 10_000


class Left(StrEnum):
    """Why a service is not played."""

    REPLICAS = "replicas"
    CLASS = "class"
    RATE = "rate"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class Carried:
    """A service of the month. `asked` is reference accelerators at work, in the plan's own size; 0 where it cannot be said."""

    written: Service
    asked: Fraction = Fraction(0)
    reference_micro: int = 0
    """Millionths of a request (or token) a second that one reference accelerator answers."""
    left: Left | None = None

    @property
    def name(self) -> str:
        return self.written.name

    def document(self, scale: Fraction) -> dict[str, Any]:
        """As a person would write it, at a part of its rate."""
        one = self.written
        assert one.shape is not None, "only services with a rate are carried"
        said: dict[str, Any] = {"name": one.name, "project": one.project, "workload": one.workload}
        said["requests_per_s" if one.requests_per_s is not None else "tokens_per_s"] = _rate(one.shape, scale)
        if one.tokens_per_request_micro is not None:
            said["tokens_per_request"] = _decimal(one.tokens_per_request_micro)
        if one.headroom_ppm:
            said["headroom"] = f"{Decimal(one.headroom_ppm) / PERCENT_PPM:f}%"
        more = {"sized_on": one.sized_on, "constraint": one.constraint}
        return said | {"accelerators": one.accelerators, "qos": one.qos} | {key: value for key, value in more.items() if value}


def _decimal(micro: int | Fraction) -> str:
    return f"{Decimal(int(micro)) / MICRO:f}"


def _rate(shape: RateShape, scale: Fraction) -> dict[str, Any]:
    said: dict[str, Any] = {"peak": _decimal(max(1, round(shape.peak_micro * scale)))}
    if shape.trough_micro is not None:
        said["trough"] = _decimal(round(shape.trough_micro * scale))
        hours = {"hours": [_decimal(one) for one in shape.hours_micro], "clock": f"{shape.clock_s}s"}
        said |= {"profile": shape.profile} if shape.asks_profile else hours
    return said


def carried(
    services: Iterable[Service], workloads: Collection[str], table: SpeedTable, profiles: Mapping[str, Profile], month: Month
) -> tuple[Carried, ...]:
    """Every service of a scenario over a month. `workloads` are those of the plan's classes, `profiles` by the name a shape gives them."""
    return tuple(_carried(one, workloads, table, profiles.get(one.name), month) for one in services)


def _carried(one: Service, workloads: Collection[str], table: SpeedTable, profile: Profile | None, month: Month) -> Carried:
    if one.shape is None:
        return Carried(one, left=Left.REPLICAS)
    if one.workload not in workloads:
        return Carried(one, left=Left.CLASS)
    unit = TOKENS if one.tokens_per_s is not None or one.tokens_per_request_micro is not None else REQUESTS
    known = reference_rate(table, one.workload, unit)
    if known is None or not known.micro_per_s:
        return Carried(one, left=Left.RATE)
    per_request = MICRO if one.tokens_per_request_micro is None else one.tokens_per_request_micro
    reference = max(1, known.micro_per_s * MICRO // per_request)
    span_s = month.days * DAY_S
    steps = offered(one.shape, profile, instant_s(month.start), 0, span_s)
    asked = Fraction(sum((to_s - from_s) * micro for from_s, to_s, micro in steps), span_s * reference)
    return Carried(one, asked, reference)


def rest(asked: Mapping[str, int], services: Iterable[Carried]) -> dict[str, Fraction]:
    """What jobs have to ask for beside the services, by workload class; a service that nothing can run still asks."""
    found = {name: Fraction(count) for name, count in asked.items()}
    for one in services:
        if one.asked:
            found[one.written.workload] = max(Fraction(0), found[one.written.workload] - one.asked)
    return found


@dataclass(frozen=True, slots=True)
class ServiceGot:
    """A service in the measured days, at the scale that was played: seconds of reference accelerators asked and answered.

    `worked_ppm`: of what its replicas could have answered, what they did: the rest of their time they stood by.
    """

    name: str
    workload: str
    asked_s: Fraction
    answered_s: Fraction
    worked_ppm: int
    left: Left | None = None

    @property
    def share(self) -> float | None:
        return round(float(self.answered_s / self.asked_s), 6) if self.asked_s else None


def services_got(
    plan: Plan, attempts: Attempts, services: Sequence[Carried], from_s: int, end_s: int, scale: Fraction
) -> tuple[ServiceGot, ...]:
    """What became of every service from a second on. One that is not played answered nothing of what it asked for."""
    staying = {one.name: one for one in plan.services}
    found = []
    for one in services:
        there = staying.get(one.name)
        if there is None or one.left is not None:
            whole = one.asked * (end_s - from_s) * scale
            found.append(ServiceGot(one.name, one.written.workload, whole, Fraction(0), 0, one.left))
            continue
        found.append(_got(plan, attempts, there, one, from_s, end_s))
    return tuple(found)


def _got(plan: Plan, attempts: Attempts, one: Staying, of: Carried, from_s: int, end_s: int) -> ServiceGot:
    asked = [Span(max(step.from_s, from_s), min(step.to_s, end_s), step.offered_micro or 0) for step in one.steps]
    until_s = plan.columns["until"].astype(np.int64)
    rows = np.flatnonzero(replicas_of(plan, one)[attempts.job])
    models = [plan.floor.pools[piece.pool].model for piece in plan.floor.pieces]
    micro = np.array([one.replica_micro(model) if model in one.rates else 0 for model in models], np.int64)
    running = [
        Span(max(span.from_s, from_s), span.to_s, span.micro_per_s)
        for span in serving_spans(attempts, rows, until_s, plan.start_up_s, micro)
    ]
    found = served(asked, running)
    worked = found.served * MICRO // found.capacity if found.capacity else 0
    reference = of.reference_micro
    return ServiceGot(one.name, one.workload, Fraction(found.offered, reference), Fraction(found.served, reference), worked)


def replicas_of(plan: Plan, one: Staying) -> npt.NDArray[np.bool_]:
    """Jobs of a plan that are replicas of a service."""
    number = plan.jobs.users.index(one.user) if one.user in plan.jobs.users else -1
    mask: npt.NDArray[np.bool_] = plan.jobs.user == number
    return mask & (plan.columns["until"] > 0) if len(plan.columns["until"]) else np.zeros(len(plan.jobs), np.bool_)
