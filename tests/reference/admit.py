"""Who may take how much: the quota tree, credits with escrow, eligibility. POLICY.md §4 and §9."""

from __future__ import annotations

from tests.reference.case import Case
from tests.reference.floor import holds_at_all
from tests.reference.world import World

NO_LIMIT = 1 << 80


def children(case: Case, x: int) -> list[int]:
    return [c for c, account in enumerate(case.accounts) if account.parent == x]


def subtree_nominal(world: World, x: int) -> int:
    """N of a node: its own and the lendable parts of its children; absent counts as nothing to lend."""
    own = world.nominal[x] or 0
    return own + sum(subtree_nominal(world, c) - guaranteed(world, c) for c in children(world.case, x) if world.nominal[c] is not None)


def guaranteed(world: World, x: int) -> int:
    lend = world.account(x).lend
    if world.nominal[x] is None or lend is None:
        return 0
    return max(0, subtree_nominal(world, x) - lend)


def held(world: World, x: int) -> int:
    """Weighted devices that count at x: those of its own jobs and what its children hold beyond their guaranteed parts."""
    return world.held[x] + sum(max(0, held(world, c) - guaranteed(world, c)) for c in children(world.case, x))


def available(world: World, x: int) -> int:
    limited, account = world.nominal[x] is not None, world.account(x)
    if account.parent < 0:
        return subtree_nominal(world, x) - held(world, x) if limited else NO_LIMIT
    above = available(world, account.parent)
    if not limited:
        return above
    mine, sure = held(world, x), guaranteed(world, x)
    if account.borrow is not None:
        above = min(above, subtree_nominal(world, x) - sure + account.borrow - max(0, mine - sure))
    return max(0, sure - mine) + above


def model_room(world: World, project: int, model: int) -> int:
    """Devices of a model that a project may still take: the least that it or any node above it has left under its ceiling."""
    room, x = NO_LIMIT, project
    while x >= 0:
        if model in world.ceilings[x]:
            room = min(room, world.ceilings[x][model] - held_of_model(world, x, model))
        x = world.account(x).parent
    return room


def held_of_model(world: World, x: int, model: int) -> int:
    """Devices that x and everything below it are billed for on pools of a model."""
    case = world.case
    live = [attempt for attempt in world.live.values() if case.pools[attempt.pool].model == model]
    return sum(case.billed(a.job, a.pool) for a in live if is_below(case, case.jobs[a.job].project, x))


def is_below(case: Case, project: int, x: int) -> bool:
    """Whether x is a project or stands above it."""
    return project == x or (project >= 0 and is_below(case, case.accounts[project].parent, x))


def admissible(world: World, job: int, pool: int) -> bool:
    project = world.case.jobs[job].project
    if project in world.stopped or not world.eligible(job, pool):
        return False
    weighted, credits = world.weighted(job, pool), world.credits[project]
    if weighted > available(world, project):
        return False
    if world.case.billed(job, pool) > model_room(world, project, world.case.pools[pool].model):
        return False
    return credits is None or weighted * world.duration_s(job, pool) <= credits - world.escrow[project]


def could_hold(world: World, job: int, pool: int) -> bool:
    """Admissible, large enough busy or not, and not somebody else's."""
    owner = world.case.pools[pool].owner
    mine = owner in (-1, world.case.jobs[job].project)
    return mine and admissible(world, job, pool) and feasible(world, job, pool)


def feasible(world: World, job: int, pool: int) -> bool:
    return world.eligible(job, pool) and not world.barred(job, pool) and holds_at_all(world.case, job, pool, world.up[pool])
