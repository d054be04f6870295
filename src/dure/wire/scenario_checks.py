"""What no section can see alone: names that must exist elsewhere, and sums over sections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from dure.wire.budget_checks import find_budget_problems
from dure.wire.problems import Problem
from dure.wire.purchase_checks import find_purchase_problems
from dure.wire.quantity import duration_text
from dure.wire.tree import ItemName, Loc, did_you_mean, field_path

if TYPE_CHECKING:
    from dure.wire.scenario import Scenario
    from dure.wire.scenario_programme import Allocation


def find_problems(scenario: Scenario) -> tuple[Problem, ...]:
    """Every reason why the sections do not fit together."""
    checks = (
        _unique_names,
        _allocations,
        _qualities_of_service,
        _projects_named,
        _events,
        _reserve,
        _conservative,
        _generated,
        _costs,
        find_purchase_problems,
        find_budget_problems,
    )
    return tuple(problem for check in checks for problem in check(scenario))


def find_notes(scenario: Scenario) -> tuple[str, ...]:
    """What is sound but probably not meant; said once, never an error."""
    return (*_outside(scenario), *_granted_late(scenario), *_not_used(scenario))


def _outside(scenario: Scenario) -> Iterator[str]:
    """What lies wholly before the start or after the horizon."""
    horizon_s = scenario.programme.horizon_s
    for loc, at_s in _beginnings(scenario):
        if horizon_s is not None and at_s >= horizon_s:
            yield f"{field_path(loc)}: begins at {duration_text(at_s)}, after the horizon of {duration_text(horizon_s)}; it never happens"
    for loc, end_s in _ends(scenario):
        if end_s <= 0:
            yield f"{field_path(loc)}: is over at {duration_text(end_s)}, before the programme starts; it never happens"


def _granted_late(scenario: Scenario) -> Iterator[str]:
    horizon_s = scenario.programme.horizon_s
    if horizon_s is None:
        return
    for organisation in scenario.programme.organisations:
        here = field_path(("programme", "organisations", ItemName(organisation.name)))
        late = Counter(one.granted_at_s for one in organisation.projects if one.granted_at_s >= horizon_s)
        for at_s, count in late.items():
            at, horizon = duration_text(at_s), duration_text(horizon_s)
            yield f"{here}: {count:,} × a grant at {at}, after the horizon of {horizon}; no job is drawn for it"


def _not_used(scenario: Scenario) -> Iterator[str]:
    """What may be written and changes nothing yet."""
    asked = scenario.demand.trace or scenario.demand.generate or scenario.demand.services
    if asked and any(site.power_cap_w is not None for site in scenario.sites):
        yield "power_cap: the plan stays within it; the twin does not limit the power of a site yet"
    if any(site.pue_ppm is not None and site.budget is None for site in scenario.sites):
        yield "pue: read and not used yet, the power that a site draws is not worked out"
    if any(pool.fabric is not None for site in scenario.sites for pool in site.pools):
        yield "fabric: read and not used yet, domain_nodes says which servers are near each other"


def _beginnings(scenario: Scenario) -> Iterator[tuple[Loc, int]]:
    for site in scenario.sites:
        here: Loc = ("sites", ItemName(site.name))
        yield from (((*here, "events", index), event.at_s) for index, event in enumerate(site.events))
        for pool in site.pools:
            yield from (((*here, "pools", ItemName(pool.name), "delivered", n), one.at_s) for n, one in enumerate(pool.delivered))
    yield from ((("programme", "allocations", index), one.from_s) for index, one in enumerate(scenario.programme.allocations))
    yield from ((("demand", "services", ItemName(one.name)), one.from_s) for one in scenario.demand.services)


def _ends(scenario: Scenario) -> Iterator[tuple[Loc, int]]:
    for site in scenario.sites:
        here: Loc = ("sites", ItemName(site.name))
        yield from (((*here, "events", n), one.at_s + one.for_s) for n, one in enumerate(site.events) if one.for_s is not None)
    allocations = scenario.programme.allocations
    yield from ((("programme", "allocations", index), one.to_s) for index, one in enumerate(allocations) if one.to_s is not None)
    yield from ((("demand", "services", ItemName(one.name)), one.to_s) for one in scenario.demand.services if one.to_s is not None)


def _unique_names(scenario: Scenario) -> Iterator[Problem]:
    programme = scenario.programme
    yield from _repeated(("programme", "organisations"), (one.name for one in programme.organisations), "organisation")
    yield from _repeated(("programme", "organisations"), (one.name for one in programme.projects), "project")
    yield from _repeated(("sites",), (one.name for one in scenario.sites), "site")
    for site in scenario.sites:
        yield from _repeated(("sites", ItemName(site.name), "pools"), (one.name for one in site.pools), "pool")
    yield from _repeated(("policy", "qos"), (one.name for one in scenario.policy.qos), "quality of service")
    yield from _repeated(("demand", "services"), (one.name for one in scenario.demand.services), "service")
    yield from _repeated(("catalog", "accelerators"), (one.id for one in scenario.catalog.accelerators), "accelerator")
    yield from _repeated(("catalog", "node_models"), (one.id for one in scenario.catalog.node_models), "node model")


def _repeated(loc: Loc, names: Iterable[str], noun: str) -> Iterator[Problem]:
    for name, times in Counter(names).items():
        if times > 1:
            yield Problem(loc, f"{times} × the {noun} `{name}`", "give each a name of its own")


def _allocations(scenario: Scenario) -> Iterator[Problem]:
    projects = {project.name for project in scenario.programme.projects}
    by_pool: dict[str, list[tuple[int, Allocation]]] = {path: [] for path in scenario.pools}
    for index, allocation in enumerate(scenario.programme.allocations):
        here: Loc = ("programme", "allocations", index)
        if allocation.project not in projects:
            yield Problem((*here, "project"), f"there is no project `{allocation.project}`", did_you_mean(allocation.project, projects))
        if allocation.pool in by_pool:
            by_pool[allocation.pool].append((index, allocation))
        else:
            yield Problem((*here, "pool"), f"there is no pool `{allocation.pool}`", did_you_mean(allocation.pool, by_pool))
    for path, pool in scenario.pools.items():
        room = pool.nodes - pool.own_use_nodes
        index, dedicated = _first_overbooked(by_pool[path], room)
        if dedicated > room:
            what = f"{dedicated} nodes of `{path}` dedicated at one time, of {room} in public use"
            yield Problem(("programme", "allocations", index, "nodes"), what, "grant fewer, or at another time")


def _first_overbooked(allocations: list[tuple[int, Allocation]], room: int) -> tuple[int, int]:
    """The allocation whose beginning first takes more than *room* nodes, and how many are held then; (0, 0) if none does."""
    begins = [(one.from_s, 1, index, one.nodes) for index, one in allocations]
    ends = [(one.to_s, 0, index, -one.nodes) for index, one in allocations if one.to_s is not None]
    held = 0
    for _, _, index, nodes in sorted(begins + ends):
        held += nodes
        if held > room:
            return index, held
    return 0, 0


def _qualities_of_service(scenario: Scenario) -> Iterator[Problem]:
    known = [one.name for one in scenario.policy.qos]
    used: list[tuple[Loc, str]] = [
        (("programme", "organisations", ItemName(organisation.name), "projects", ItemName(project.name), "qos"), project.qos)
        for organisation in scenario.programme.organisations
        for project in organisation.projects
    ]
    demand = scenario.demand
    used += [(("demand", "services", ItemName(one.name), "qos"), one.qos) for one in demand.services]
    used += [(("demand", "map", "qos", pattern), name) for pattern, name in demand.map.qos.items()]
    if demand.generate and demand.generate.qos_micro:
        used += [(("demand", "generate", "qos", name), name) for name in demand.generate.qos_micro]
    for loc, name in used:
        if name not in known:
            yield Problem(loc, f"policy.qos has no `{name}`", did_you_mean(name, known))


def _projects_named(scenario: Scenario) -> Iterator[Problem]:
    known = {project.name for project in scenario.programme.projects}
    demand = scenario.demand
    used: list[tuple[Loc, str]] = [(("demand", "services", ItemName(one.name), "project"), one.project) for one in demand.services]
    used += [(("demand", "map", "projects", pattern), name) for pattern, name in demand.map.projects.items()]
    used += [(("demand", "map", "users", pattern), name) for pattern, name in demand.map.users.items()]
    for loc, name in used:
        if name not in known:
            yield Problem(loc, f"there is no project `{name}`", did_you_mean(name, known))


def _events(scenario: Scenario) -> Iterator[Problem]:
    for site in scenario.sites:
        pools = {pool.name: pool for pool in site.pools}
        for index, event in enumerate(site.events):
            here: Loc = ("sites", ItemName(site.name), "events", index)
            if event.pool is not None and event.pool not in pools:
                yield Problem((*here, "pool"), f"site `{site.name}` has no pool `{event.pool}`", did_you_mean(event.pool, pools))
            elif event.pool is not None and event.nodes is not None and event.nodes > pools[event.pool].nodes:
                what = f"{event.nodes} nodes of a pool of {pools[event.pool].nodes}"
                yield Problem((*here, "nodes"), what, "write at most all of them")


def _reserve(scenario: Scenario) -> Iterator[Problem]:
    if scenario.policy.reserve and scenario.policy.backfill.kind == "none":
        what = "without backfill nothing is held, so no gang can be given a date"
        yield Problem(("policy", "reserve"), what, "use backfill easy, or leave out policy.reserve")


def _conservative(scenario: Scenario) -> Iterator[Problem]:
    """docs/POLICY.md §10: one pool of equal nodes, and nothing that could break a promise."""
    policy = scenario.policy
    if policy.backfill.kind != "conservative":
        return
    here: Loc = ("policy", "backfill")
    if len(scenario.pools) > 1:
        yield Problem(here, f"conservative backfill plans one pool, here are {len(scenario.pools)}", "use easy, or a scenario of one pool")
    if scenario.programme.allocations:
        yield Problem(here, "conservative backfill knows no dedicated servers", "use easy, or leave out programme.allocations")
    if policy.reserve:
        yield Problem(here, "conservative backfill already gives every job a date", "leave out policy.reserve, or use easy")
    if any(one.preempts for one in policy.qos):
        yield Problem(here, "a job that preempts breaks the promises of conservative backfill", "use easy, or let no quality preempt")
    if scenario.demand.generate and scenario.demand.generate.domain == "require":
        yield Problem(here, "conservative backfill counts nodes, not fabric domains", "use easy, or write demand.generate.domain: prefer")


def _generated(scenario: Scenario) -> Iterator[Problem]:
    generate = scenario.demand.generate
    if generate is None:
        return
    here: Loc = ("demand", "generate")
    if generate.to_s is None and scenario.programme.horizon_s is None:
        yield Problem(here, "jobs are generated without an end", "write programme.horizon, or demand.generate.to")
    end_s = generate.to_s if generate.to_s is not None else scenario.programme.horizon_s
    if end_s is not None and end_s <= generate.from_s:
        yield Problem((*here, "from"), "the last submission comes before the first", "write an earlier `from`")
    if generate.projects is not None and scenario.programme.projects:
        yield Problem((*here, "projects"), "the programme names its projects already", "leave out one of the two")
    granted = [one for one in scenario.programme.projects if end_s is None or one.granted_at_s < end_s]
    if scenario.programme.projects and not any(project.demand for project in granted):
        yield Problem(here, "no project submits anything", "give one a demand above 0, and a grant before the end")


def _costs(scenario: Scenario) -> Iterator[Problem]:
    """Prices of one thing stand once and have an exchange rate; sites of the plan are sites of the scenario, where it names any."""
    cost = scenario.plan.cost
    if cost is None:
        return
    seen: dict[tuple[str, str, str], int] = {}
    for index, price in enumerate(cost.prices):
        here: Loc = ("plan", "cost", "prices", index)
        first = seen.setdefault((price.item, price.model, price.site), index)
        if first != index:
            yield Problem(here, f"the price of {price.item} for {price.model} at {price.site} stands twice", "keep one of the two")
        currency = price.price.currency
        if currency not in ("", "KRW") and currency not in cost.exchange:
            yield Problem((*here, "price"), f"{currency} has no exchange rate", f"write plan.cost.exchange.{currency}")
    yield from _repeated(("plan", "cost", "sites"), (site.name for site in cost.sites), "site")
    purchase = scenario.plan.purchase
    known = {site.name for site in scenario.sites} | {site.name for site in (purchase.sites if purchase else ())}
    for site in cost.sites if known else ():
        if site.name not in known:
            yield Problem(
                ("plan", "cost", "sites", ItemName(site.name), "name"), f"there is no site `{site.name}`", did_you_mean(site.name, known)
            )
