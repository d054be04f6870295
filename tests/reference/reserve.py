"""Dated reservations, the slow way: POLICY.md §6a."""

from __future__ import annotations

from tests.reference.admit import could_hold
from tests.reference.case import PPM
from tests.reference.floor import choose
from tests.reference.releases import Hold, nodes_by, release_entries, shadow, whole_nodes
from tests.reference.world import World


def has_date(world: World, job: int) -> bool:
    return any(gang == job for gang, _ in world.reserved.values())


def binds(world: World, job: int, pool: int) -> bool:
    """Whether a job must spare the reservation of a pool."""
    return pool in world.reserved and world.reserved[pool][0] != job and not world.case.qos[world.case.jobs[job].qos].preempts


def moves_date(world: World, job: int, pool: int) -> bool:
    """Whether placing the job changes what is kept: it has a date itself, or is not bound and outlasts another's."""
    if has_date(world, job):
        return True
    return pool in world.reserved and not binds(world, job, pool) and world.now + world.duration_s(job, pool) > world.reserved[pool][1]


def has_own_pool(world: World, job: int) -> bool:
    return any(pool.owner == world.case.jobs[job].project and world.eligible(job, p) for p, pool in enumerate(world.case.pools))


def keep(world: World) -> dict[int, Hold]:
    """Who has a date starts, loses it, or keeps it: what is held after that."""
    kept = {}
    for pool, (gang, date_s) in sorted(world.reserved.items()):
        free = world.case.pools[pool].owner < 0 and not has_own_pool(world, gang)
        if gang not in world.waiting or not free or not could_hold(world, gang, pool):
            del world.reserved[pool]
            continue
        nodes = choose(world.case, gang, pool, world.free[pool])
        if date_s <= world.now and nodes is not None:
            world.place(gang, pool, nodes)
            continue
        earliest_s = shadow(world, gang, pool)
        assert earliest_s is not None
        if date_s <= world.now or date_s < earliest_s:
            date_s = earliest_s
            world.reserved[pool] = gang, date_s
        kept[pool] = Hold(pool, date_s, len(nodes_by(world, pool, date_s)) - world.case.nodes_needed(gang, pool))
    return kept


def leaves_room(world: World, head: int, pool: int, at: int, kept: dict[int, Hold]) -> bool:
    """Whether a head that would start on a pool at a second does not come in the way of the gang that has a date there."""
    if pool not in kept or not binds(world, head, pool):
        return True
    ends_s = max(at, world.now) + world.duration_s(head, pool)
    return ends_s <= kept[pool].shadow_s or world.case.nodes_needed(head, pool) <= kept[pool].extra


def spare_the_head(world: World, head: int, hold: Hold, kept: dict[int, Hold]) -> None:
    """What the head will take beside the gang is not there for others."""
    pool = hold.pool
    if pool not in kept or not binds(world, head, pool):
        return
    if max(hold.shadow_s, world.now) + world.duration_s(head, pool) > kept[pool].shadow_s:
        kept[pool].extra -= world.case.nodes_needed(head, pool)


def give(world: World, hold: tuple[int, int, int] | None) -> None:
    """A date to every gang that may have one, first come by key. `hold`: the head, its pool and its shadow."""
    for job in sorted(world.waiting, key=world.key):
        row = world.case.jobs[job]
        quality = world.case.qos[row.qos]
        if (
            has_date(world, job)
            or has_own_pool(world, job)
            or quality.preempts
            or quality.preemptible
            or world.now - row.submit_s < world.case.policy.reserve_after_s
        ):
            continue
        found = []
        for pool in range(len(world.case.pools)):
            if may_have(world, job, pool):
                at = date(world, job, pool, hold)
                found.append((max(at, world.now) + world.duration_s(job, pool), pool, at))
        if found:
            _, pool, at = min(found)
            world.reserved[pool] = job, at
            world.result.dates.append((world.now, job, pool, at))


def may_have(world: World, job: int, pool: int) -> bool:
    case = world.case
    if case.pools[pool].owner >= 0 or pool in world.reserved or not could_hold(world, job, pool):
        return False
    return case.gang(job, pool) and case.nodes_needed(job, pool) * PPM > case.policy.reserve_ppm * sum(world.up[pool])


def date(world: World, job: int, pool: int, hold: tuple[int, int, int] | None) -> int:
    own_s = shadow(world, job, pool)
    assert own_s is not None
    if hold is None or hold[0] == job or hold[1] != pool:
        return own_s
    head, _, at = hold
    behind_s = max(at, world.now) + world.duration_s(head, pool)
    both = world.case.nodes_needed(job, pool) + world.case.nodes_needed(head, pool)
    times = [time for time, _ in release_entries(world, pool) if len(nodes_by(world, pool, time)) >= both]
    if len(whole_nodes(world, pool)) >= both:
        times = [world.now]
    beside_s = min(times, default=behind_s)
    return max(own_s, min(beside_s, behind_s))
