"""What a purchase plan has in service at a date, and the scenario that this fleet is to the twin.

The scenario is a plain document that extends the one that was planned: its policy, its catalogue and its failures hold on. Its sites,
its people's limits and its jobs are replaced: they belong to other machines and another year.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from dure.model.purchases import Machine, Order, Purchase
from dure.model.units import MICRO, ceil_div
from dure.wire.scenario import Scenario
from dure.wire.scenario_purchase import SERVERS
from dure.wire.scenario_sites import Failures, Pool, Site

GANG_MOST = 1_024
"""Accelerators of the largest jobs of the packaged profiles: a fleet at a scale gets jobs cut to this many times the scale."""
SERVER_LEAST = 8
"""Those cut jobs are whole servers of eight."""
REPLACED = (("programme", "organisations"), ("programme", "allocations"), ("sites",), ("demand",))
"""Ways of the document that take the place of what they extend instead of being merged with it."""

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stock:
    """Servers of one machine at one site, `devices` accelerators each."""

    machine: str
    site: str
    nodes: int
    devices: int


@dataclass(frozen=True, slots=True)
class Month:
    """How long is played, from when, at which scale; the first days fill the fleet and are not measured."""

    start: str
    """Second 0, an ISO date."""
    days: int
    warm_up_days: int
    scale: Fraction

    @property
    def largest(self) -> int | None:
        """Most accelerators of one job at this scale; None at full size."""
        return None if self.scale == 1 else SERVER_LEAST * ceil_div(GANG_MOST * self.scale.numerator, SERVER_LEAST * self.scale.denominator)


def in_service(purchase: Purchase, orders: Sequence[Order], period: int) -> dict[tuple[str, str], int]:
    """Buying units by machine and site that work in a period: what stood there before, and what was ordered and has arrived."""
    found: dict[tuple[str, str], int] = {}
    for standing in purchase.standing:
        if period < standing.until:
            found[standing.machine, standing.site] = found.get((standing.machine, standing.site), 0) + standing.units
    for one in orders:
        if period in purchase.in_service(purchase.machine(one.machine), one.period):
            found[one.machine, one.site] = found.get((one.machine, one.site), 0) + one.units
    return found


def stock(purchase: Purchase, orders: Sequence[Order], period: int, per_unit: Mapping[str, int], scale: Fraction) -> tuple[Stock, ...]:
    """Servers at a date. `per_unit` says how many servers of each machine a buying unit has.

    At a scale below 1 each machine stands at one site, the one that has most of it: a tenth of every pool could hold no job of a
    usual size, a tenth of the machines in one pool can. At least one server stays of each.
    """
    units = in_service(purchase, orders, period)
    found = []
    for one in purchase.machines:
        nodes = {site: units[one.name, site] * per_unit[one.name] for site in one.terms if units.get((one.name, site))}
        if scale != 1 and nodes:
            most = max(nodes, key=lambda site: nodes[site])
            nodes = {most: max(1, round(sum(nodes.values()) * scale))}
        devices = one.unit // per_unit[one.name]
        found += [Stock(one.name, site, count, devices) for site, count in nodes.items()]
    return tuple(found)


def servers_per_unit(scenario: Scenario, purchase: Purchase) -> dict[str, int]:
    """Servers in a buying unit of each machine."""
    assert scenario.plan.purchase is not None, "the scenario has a question"
    entries = {one.label: one for one in scenario.plan.purchase.machines}
    return {one.name: entries[one.name].servers or SERVERS[entries[one.name].unit] for one in purchase.machines}


def fleet_document(
    scenario: Scenario,
    purchase: Purchase,
    stocks: Sequence[Stock],
    month: Month,
    jobs: Mapping[str, int],
    services: Sequence[Document] = (),
) -> Document:
    """The scenario of a fleet, as keys and values that a person could have written. `jobs` by workload class."""
    people = {"organisations": list(_organisations(scenario)), "allocations": []}
    programme = {"name": f"{purchase.name} {month.start[:7]}", "start": month.start, "horizon": f"{month.days}d", **people}
    return {"programme": programme, "sites": list(_sites(scenario, purchase, stocks)), "demand": _demand(scenario, month, jobs, services)}


def _organisations(scenario: Scenario) -> Iterator[Document]:
    """Who submits, with the weights they have; quotas, credits, dates and stops are of another year."""
    for body in scenario.programme.organisations:
        projects = [{"name": one.name, "share": one.share, "demand": one.demand} for one in body.projects]
        more = {"region": body.region} if body.region else {}
        yield {"name": body.name, "kind": body.kind, **more, "share": body.share, "projects": projects}


def _sites(scenario: Scenario, purchase: Purchase, stocks: Sequence[Stock]) -> Iterator[Document]:
    known = {site.name: site for site in scenario.sites}
    failing = next((site.failures for site in scenario.sites if site.failures is not None), None)
    for name in dict.fromkeys(one.name for one in purchase.sites):
        here = [one for one in stocks if one.site == name]
        if not here:
            continue
        site = known.get(name)
        failures = failing if site is None else site.failures
        said: Document = {"name": name, "operator": name if site is None else site.operator}
        if site is not None:
            said |= {key: value for key, value in (("name_ko", site.name_ko), ("region", site.region)) if value}
            said["kind"] = site.kind
        said["pools"] = [_pool(scenario, purchase.machine(one.machine), one) for one in here]
        yield said | ({} if failures is None else {"failures": _failures(failures)})


def _pool(scenario: Scenario, machine: Machine, one: Stock) -> Document:
    """A pool with the fabric that the scenario writes for that model, and the start delay of its site."""
    like = _alike(scenario.sites, machine)
    domain = like.domain_nodes if like is not None else None
    more: Document = {} if domain is None else {"domain_nodes": min(domain, one.nodes)}
    delay_s = start_delay_s(scenario.sites, machine, one.site)
    if delay_s:
        more["start_delay"] = f"{delay_s}s"
    return {"name": machine.name, "model": machine.model, "nodes": one.nodes, "accelerators_per_node": one.devices, **more}


def _alike(sites: Sequence[Site], machine: Machine) -> Pool | None:
    return next((pool for site in sites for pool in site.pools if machine.model in (pool.model, pool.name)), None)


def start_delay_s(sites: Sequence[Site], machine: Machine, name: str) -> int:
    """A start delay is the scheduler's: of the site's pool of that model, else the longest of the site, of the model, of all sites."""
    here = [pool for site in sites if site.name == name for pool in site.pools]
    every = [pool for site in sites for pool in site.pools]
    names = (machine.model, machine.name)
    for pools in (here, every):
        alike = [pool for pool in pools if pool.model in names or pool.name in names]
        if found := alike or (here if pools is here else every):
            return max(pool.start_delay_s for pool in found)
    return 0


def _failures(failures: Failures) -> Document:
    rate = f"{Decimal(failures.per_1000_node_days_micro) / MICRO:f}"
    return {"per_1000_node_days": rate, "repair_min": f"{failures.repair_min_s}s", "repair_max": f"{failures.repair_max_s}s"}


def _demand(scenario: Scenario, month: Month, jobs: Mapping[str, int], services: Sequence[Document]) -> Document:
    written = scenario.demand
    said: Document = {
        "time_limit": written.time_limit,
        "start_up": f"{written.start_up_s}s",
        "checkpoint": f"{written.checkpoint_s}s",
        "checkpoint_write": f"{written.checkpoint_write_s}s",
    }
    if services:
        said["services"] = list(services)
    if not sum(jobs.values()):
        return said
    asked: Document = {"jobs": sum(jobs.values()), "workloads": dict(jobs)}
    generate = written.generate
    if generate is not None:
        asked = {"profile": generate.profile, **asked}
        for key, weights in (("constraints", generate.constraints_micro), ("qos", generate.qos_micro)):
            if weights:
                asked[key] = {name: f"{Decimal(weight) / MICRO:f}" for name, weight in weights.items()}
        asked["domain"] = generate.domain
    if month.largest is not None:
        asked["largest"] = month.largest
    return said | {"generate": asked}
