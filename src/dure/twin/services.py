"""Services that stay: how many replicas each needs hour by hour, the jobs that they are, and what each does on every model.

A replica is a job that ends by the clock. As the rate rises replicas are submitted, as it falls the last ones submitted end first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from dure.model.errors import ScenarioError
from dure.model.units import HOUR_S, MICRO, ceil_div
from dure.plant.serving import REQUESTS, TOKENS, Rate, rate, rate_units
from dure.plant.speed import SpeedTable
from dure.twin.calendar import hour_of_week
from dure.twin.classes import Reader
from dure.twin.floor import Machine
from dure.wire.profile import Profile
from dure.wire.scenario import Scenario
from dure.wire.scenario_services import RateShape, Service
from dure.wire.tables import Jobs

REPLICAS_MAX: Final = 1_000_000


class Step(NamedTuple):
    """From a second to another: millionths of requests or tokens asked for in each (None: nobody says), and replicas needed."""

    from_s: int
    to_s: int
    offered_micro: int | None
    replicas: int


class Life(NamedTuple):
    """One replica, from its submission to its end by the clock."""

    from_s: int
    to_s: int


@dataclass(frozen=True, slots=True)
class Staying:
    """A service of a run. `rates` are those of one accelerator by model; a service of so many replicas has neither unit nor rates."""

    name: str
    project: str
    workload: str
    accelerators: int
    steps: tuple[Step, ...]
    unit: str = ""
    sized_on: str = ""
    rates: Mapping[str, Rate] = field(default_factory=dict)
    tokens_per_request_micro: int | None = None

    @property
    def user(self) -> str:
        """The user under which the replicas run: how their jobs are found again."""
        return f"service:{self.name}"

    def replica_micro(self, model: str) -> int:
        """Millionths of a request or token a second that one replica does on a model of `rates`, rounded down."""
        return _replica_micro(self.rates[model], self.accelerators, self.tokens_per_request_micro)

    def later(self, by_s: int) -> Staying:
        """The same, begun later."""
        return replace(self, steps=tuple(step._replace(from_s=step.from_s + by_s, to_s=step.to_s + by_s) for step in self.steps))


def plan_service(
    written: Service, scenario: Scenario, machines: Mapping[str, Machine], table: SpeedTable, profile: Profile | None
) -> Staying:
    """What a service needs within the horizon. `machines` by `site/pool`; `profile` where its shape asks for the hours of one.

    Raises ScenarioError where it has no end, where its unit is not one that the class is measured in, or where no rate is known.
    """
    end_s = _end_s(written, scenario)
    from_s = max(0, written.from_s)
    common = (written.name, written.project, written.workload, written.accelerators)
    if written.replicas is not None:
        return Staying(*common, (Step(from_s, end_s, None, written.replicas),) if end_s > from_s else ())
    assert written.shape is not None, "the scenario was checked"
    unit = _measured_unit(written, table)
    rates = _rates(written, scenario, machines, table, unit)
    sized_on = _sized_on(written, rates, table)
    replica_micro = _replica_micro(rates[sized_on], written.accelerators, written.tokens_per_request_micro)
    carried = replica_micro * (MICRO - written.headroom_ppm) // MICRO
    if carried == 0 or ceil_div(written.shape.peak_micro, carried) > REPLICAS_MAX:
        raise ScenarioError(
            f"service {written.name} needs more than {REPLICAS_MAX:,} replicas", remedy="write a lower rate, or more accelerators a replica"
        )
    asked = offered(written.shape, profile, scenario.programme.start_s, from_s, end_s)
    steps = tuple(Step(begin_s, over_s, micro, ceil_div(micro, carried)) for begin_s, over_s, micro in asked)
    unit = REQUESTS if written.requests_per_s is not None else TOKENS
    return Staying(*common, steps, unit, sized_on, rates, written.tokens_per_request_micro)


def _end_s(written: Service, scenario: Scenario) -> int:
    ends = [at_s for at_s in (written.to_s, scenario.programme.horizon_s) if at_s is not None]
    if not ends:
        raise ScenarioError(f"service {written.name} stays for ever", remedy="write programme.horizon, or `to` of the service")
    return min(ends)


def _measured_unit(written: Service, table: SpeedTable) -> str:
    """The unit in which the class must be measured for what the service asks; ScenarioError where it is not."""
    by_tokens = written.tokens_per_s is not None or written.tokens_per_request_micro is not None
    unit = TOKENS if by_tokens else REQUESTS
    known = rate_units(table, written.workload)
    if unit in known:
        return unit
    if not known:
        raise ScenarioError(
            f"service {written.name}: no rate of {written.workload} is known on any accelerator",
            remedy="assume one under catalog.assume (what: rate), or write replicas",
        )
    raise ScenarioError(
        f"service {written.name}: {written.workload} is measured in {known[0]}, not in {unit}",
        remedy="write requests_per_s" if known[0] == REQUESTS else "write tokens_per_s, or tokens_per_request beside requests_per_s",
    )


def _rates(written: Service, scenario: Scenario, machines: Mapping[str, Machine], table: SpeedTable, unit: str) -> dict[str, Rate]:
    """Rates on the models of public servers that the service may run on and that hold one replica; ScenarioError if there is none."""
    pools = [path for path, pool in scenario.pools.items() if pool.nodes > pool.own_use_nodes]
    fits = Reader([machines[path].accelerator for path in pools], table).allowed(written.constraint)
    found: dict[str, Rate] = {}
    too_small = 0
    for path, allowed in zip(pools, fits, strict=True):
        pool, machine = scenario.pools[path], machines[path]
        known = rate(table, written.workload, machine.accelerator.id, unit) if allowed else None
        if known is None or not known.micro_per_s:
            continue
        if (pool.nodes - pool.own_use_nodes) * machine.devices >= written.accelerators:
            found[machine.accelerator.id] = known
        too_small += machine.accelerator.id not in found
    if found:
        return found
    if too_small:
        raise ScenarioError(
            f"service {written.name}: no pool that it may run on has {written.accelerators:,} accelerators",
            remedy="write fewer accelerators",
        )
    raise ScenarioError(
        f"service {written.name}: no rate of {written.workload} is known on an accelerator that it may run on",
        remedy="assume one under catalog.assume (what: rate), or write replicas",
    )


def _sized_on(written: Service, rates: Mapping[str, Rate], table: SpeedTable) -> str:
    if written.sized_on is None:
        return min(rates, key=lambda model: rates[model].micro_per_s)
    model = table.catalog.resolve(written.sized_on)
    if model not in rates:
        raise ScenarioError(
            f"service {written.name} is sized on {model}, on which it does not run", remedy=f"write one of {', '.join(rates)}"
        )
    return model


def _replica_micro(known: Rate, accelerators: int, tokens_per_request_micro: int | None) -> int:
    micro = known.micro_per_s * accelerators
    return micro if tokens_per_request_micro is None else micro * MICRO // tokens_per_request_micro


def offered(shape: RateShape, profile: Profile | None, start_s: int, from_s: int, end_s: int) -> list[tuple[int, int, int]]:
    """What a rate asks for: (from, to, millionths a second) without gaps; neighbours differ."""
    if end_s <= from_s:
        return []
    if shape.trough_micro is None:
        return [(from_s, end_s, shape.peak_micro)]
    weights, clock_s = shape.hours_micro, shape.clock_s
    if shape.asks_profile:
        assert profile is not None, "the caller has read it"
        weights, clock_s = profile.hours, profile.clock_s
    low, high = min(weights), max(weights)
    edge = from_s + HOUR_S - (start_s + clock_s + from_s) % HOUR_S
    edges = [from_s, *range(edge, end_s, HOUR_S), end_s]
    found: list[tuple[int, int, int]] = []
    for begin_s, over_s in pairwise(edges):
        weight = weights[int(hour_of_week(start_s + begin_s, clock_s)) % len(weights)]
        span = shape.peak_micro - shape.trough_micro
        micro = shape.trough_micro + (span * (weight - low) // (high - low) if high > low else span)
        if found and found[-1][2] == micro:
            begin_s = found.pop()[0]
        found.append((begin_s, over_s, micro))
    return found


def lives(steps: Sequence[Step]) -> list[Life]:
    """The replicas that give every step its number: the last submitted ends first, so that a replica stays as long as it can."""
    found: list[Life] = []
    running: list[int] = []
    last_s = 0
    for step in steps:
        while len(running) > step.replicas:
            found.append(Life(running.pop(), step.from_s))
        running += [step.from_s] * (step.replicas - len(running))
        last_s = step.to_s
    found += [Life(begin_s, last_s) for begin_s in running]
    return sorted(found)


def replica_jobs(staying: Sequence[Staying], written: Sequence[Service]) -> tuple[Jobs, np.ndarray]:
    """A job per replica, by submission, and the number of its service among `staying`."""
    rows = sorted((one.from_s, index, one.to_s) for index, service in enumerate(staying) for one in lives(service.steps))
    service = np.array([index for _, index, _ in rows], np.int64)
    submit = np.array([from_s for from_s, *_ in rows], np.int64)
    jobs = Jobs.build(
        submit_s=submit,
        run_s=np.array([to_s for *_, to_s in rows], np.int64) - submit,
        devices=np.array([one.accelerators for one in staying], np.int64)[service],
        project=service,
        projects=[one.project for one in staying],
        user=service,
        users=[one.user for one in staying],
        qos=service + 1,
        qos_names=["normal", *(one.qos for one in written)],
        workload=service + 1,
        workloads=["", *(one.workload for one in staying)],
        constraint=service + 1,
        constraints=["", *(one.constraint for one in written)],
        training=np.zeros(len(rows), np.int64),
        checkpoint_s=np.ones(len(rows), np.int64),
    )
    return jobs, service
