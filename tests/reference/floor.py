"""Which nodes: POLICY.md §1 (fits) and §6 (node rule, fabric domains), as functions of a list of free devices."""

from __future__ import annotations

from tests.reference.case import Case

PREFER, REQUIRE = 1, 2


def by_domain(case: Case, pool: int, nodes: list[int]) -> dict[int, list[int]]:
    """Nodes, ascending, of each fabric domain that has any."""
    groups: dict[int, list[int]] = {}
    for node in nodes:
        groups.setdefault(case.pools[pool].domain(node), []).append(node)
    return groups


def reaches(case: Case, job: int, pool: int, nodes: list[int]) -> bool:
    """Would these nodes, were they all whole, take the job? *require*: those of one domain alone."""
    needed = case.nodes_needed(job, pool)
    if case.gang(job, pool) and case.jobs[job].domain == REQUIRE:
        return any(len(group) >= needed for group in by_domain(case, pool, nodes).values())
    return len(nodes) >= needed


def holds_at_all(case: Case, job: int, pool: int, up: list[bool]) -> bool:
    return reaches(case, job, pool, [node for node, is_up in enumerate(up) if is_up])


def choose(case: Case, job: int, pool: int, free: list[int], among: list[int] | None = None) -> tuple[int, ...] | None:
    """The nodes that the node rule takes, or None if the job does not fit. `among` limits the nodes of a job smaller than a node."""
    if case.gang(job, pool):
        return choose_gang(case, job, pool, free)
    asked = case.jobs[job].devices
    fitting = [node for node in (range(len(free)) if among is None else among) if free[node] >= asked]
    if not fitting:
        return None
    rule = case.policy.node_rule
    if rule == "first":
        return (min(fitting),)
    if rule == "spread":
        return (min(fitting, key=lambda node: (-free[node], node)),)
    return (min(fitting, key=lambda node: (free[node], node)),)


def choose_gang(case: Case, job: int, pool: int, free: list[int]) -> tuple[int, ...] | None:
    needed = case.nodes_needed(job, pool)
    whole = [node for node, devices in enumerate(free) if devices == case.pools[pool].devices]
    if len(whole) < needed:
        return None
    rule = case.jobs[job].domain
    if rule not in (PREFER, REQUIRE):
        return tuple(whole[:needed])
    groups = by_domain(case, pool, whole)
    enough = [(len(nodes), domain) for domain, nodes in groups.items() if len(nodes) >= needed]
    if enough:
        return tuple(groups[min(enough)[1]][:needed])
    if rule == REQUIRE:
        return None
    most_first = sorted(groups, key=lambda domain: (-len(groups[domain]), domain))
    return tuple([node for domain in most_first for node in groups[domain]][:needed])
