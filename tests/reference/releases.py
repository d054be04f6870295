"""What is held, and when nodes are expected back: POLICY.md §5, step 2."""

from __future__ import annotations

from dataclasses import dataclass

from tests.reference.floor import reaches
from tests.reference.world import World


@dataclass
class Hold:
    """What is kept for the head: the pool, the promised instant, and the whole nodes that it does not need then."""

    pool: int
    shadow_s: int
    extra: int


def release_entries(world: World, pool: int) -> list[tuple[int, list[int]]]:
    """When which up nodes are expected to be whole again: one entry per attempt of whole nodes, one per node that smaller ones share."""
    size, up = world.case.pools[pool].devices, world.up[pool]
    shared: dict[int, int] = {}
    entries = []
    for attempt in world.attempts_on(pool):
        if attempt.per_node == size:
            entries.append((attempt.release_s(), [node for node in attempt.nodes if up[node]]))
        elif up[attempt.nodes[0]]:
            shared[attempt.nodes[0]] = max(attempt.release_s(), shared.get(attempt.nodes[0], attempt.release_s()))
    return sorted(entries + [(at, [node]) for node, at in shared.items()])


def whole_nodes(world: World, pool: int) -> list[int]:
    return [node for node, free in enumerate(world.free[pool]) if free == world.case.pools[pool].devices]


def nodes_by(world: World, pool: int, at: int) -> list[int]:
    """Nodes that are whole now or expected to be so up to and including `at`."""
    return whole_nodes(world, pool) + [node for time, nodes in release_entries(world, pool) if time <= at for node in nodes]


def shadow(world: World, job: int, pool: int) -> int | None:
    """The least of now and the release times by which the job would have its nodes."""
    nodes, entries = whole_nodes(world, pool), release_entries(world, pool)
    times = sorted({world.now} | {at for at, _ in entries})
    for at in times:
        while entries and entries[0][0] <= at:
            nodes += entries.pop(0)[1]
        if reaches(world.case, job, pool, nodes):
            return at
    return None
