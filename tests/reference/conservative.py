"""Conservative backfill, the slow way: POLICY.md §10. The profile is summed anew for every job that is placed in it."""

from __future__ import annotations

from tests.reference.admit import admissible, feasible
from tests.reference.case import Promise
from tests.reference.cycle import release_entries
from tests.reference.floor import choose
from tests.reference.world import World

POOL = 0
Span = tuple[int, int, int]
"""From, until, whole nodes."""


def decide(world: World) -> None:
    ready = ready_jobs(world)
    world.promises = {j: at for j, at in world.promises.items() if j in ready}
    if world.replan_due and world.now - world.replanned_s >= world.case.policy.replan_s:
        world.replan_due, world.replanned_s = False, world.now
        for job in [j for j in ready if j in world.promises]:
            del world.promises[job]
            promise(world, job)
    while extend_and_start(world):
        pass


def ready_jobs(world: World) -> list[int]:
    return sorted((j for j in world.waiting if admissible(world, j, POOL) and feasible(world, j, POOL)), key=world.key)


def extend_and_start(world: World) -> bool:
    """Steps 4 and 5; True if anything was placed."""
    ready = ready_jobs(world)
    for job in ready[: world.case.policy.depth or None]:
        if job not in world.promises:
            promise(world, job)
    before = world.placed_count
    for job in [j for j in ready if world.promises.get(j, world.now + 1) <= world.now]:
        nodes = choose(world.case, job, POOL, world.free[POOL])
        if nodes is not None and admissible(world, job, POOL):
            world.place(job, POOL, nodes)
    return world.placed_count > before


def promise(world: World, job: int) -> None:
    at = earliest(world, job)
    world.promises[job] = at
    world.result.promises.append(Promise(world.now, job, at))


def spans(world: World) -> list[Span]:
    """What attempts and promises take from now on."""
    taken = [(world.now, at, len(nodes)) for at, nodes in release_entries(world, POOL)]
    for job, at in world.promises.items():
        start = max(at, world.now)
        taken.append((start, start + world.duration_s(job, POOL), world.case.nodes_needed(job, POOL)))
    return [span for span in taken if span[1] > span[0]]


def profile(world: World) -> list[tuple[int, int]]:
    """(instant, whole nodes left over from then until the next instant), the first being now."""
    change = {world.now: sum(world.up[POOL])}
    for start, end, count in spans(world):
        change[start] = change.get(start, 0) - count
        change[end] = change.get(end, 0) + count
    steps, left = [], 0
    for at in sorted(change):
        left += change[at]
        steps.append((at, left))
    return steps


def earliest(world: World, job: int) -> int:
    """The least instant from which enough whole nodes are left over for all of the requested time."""
    needed, length_s = world.case.nodes_needed(job, POOL), world.duration_s(job, POOL)
    since: int | None = None
    for at, left in profile(world):
        if since is not None and at >= since + length_s:
            return since
        if left < needed:
            since = None
        elif since is None:
            since = at
    assert since is not None, "behind everything there is room for a feasible job"
    return since
