"""`decide`, the slow way: POLICY.md §5 and §7. Everything is asked anew for every job and every pool."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.reference.admit import admissible, could_hold, feasible
from tests.reference.floor import choose, reaches
from tests.reference.world import Attempt, World

GENERAL = -1


@dataclass
class Hold:
    """What is kept for the head: the pool, the promised instant, and the whole nodes that it does not need then."""

    pool: int
    shadow_s: int
    extra: int


def decide(world: World) -> None:
    while not one_cycle(world):
        pass


def one_cycle(world: World) -> bool:
    """Steps 0-3; False if a head was placed elsewhere or can hold its pool no longer, so that its pool must be looked at again."""
    case = world.case
    held: list[tuple[int, int]] = []  # a job may be the head of several pools of its project
    dedicated = [d for d, pool in enumerate(case.pools) if pool.owner >= 0]
    for d in dedicated:
        owners = [j for j in world.waiting if case.jobs[j].project == case.pools[d].owner and world.eligible(j, d)]
        held += Cycle(world, d, lambda j, d=d: [d]).run(owners).items()  # type: ignore[misc]
    lent = {d for d in dedicated if case.pools[d].lend and not owner_waits(world, d)}

    def allowed(job: int) -> list[int]:
        row = case.jobs[job]
        return [
            p
            for p, pool in enumerate(case.pools)
            if world.eligible(job, p) and (pool.owner < 0 or (p in lent and pool.owner != row.project and case.qos[row.qos].preemptible))
        ]

    held += Cycle(world, GENERAL, allowed).run(list(world.waiting)).items()
    return all(head in world.waiting and could_hold(world, head, pool) for head, pool in held)


def owner_waits(world: World, d: int) -> bool:
    owner = world.case.pools[d].owner
    return any(world.case.jobs[j].project == owner and admissible(world, j, d) and feasible(world, j, d) for j in world.waiting)


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


class Cycle:
    """Steps 1-3 and §7 for some jobs on the pools that `allowed` names. `which` is the dedicated pool of step 0, or GENERAL."""

    def __init__(self, world: World, which: int, allowed: Callable[[int], list[int]]) -> None:
        self.world, self.which, self.allowed = world, which, allowed

    def run(self, jobs: list[int]) -> dict[int, int]:
        """Head → the pool that it holds, if there is a head."""
        queue = sorted(jobs, key=self.world.key)
        for place, job in enumerate(queue):
            if self.start_now(job):
                continue
            if any(could_hold(self.world, job, p) for p in self.allowed(job)):
                return {job: self.behind(job, queue[place + 1 :])}
        self.world.holds.pop(self.which, None)
        return {}

    def behind(self, head: int, others: list[int]) -> int:
        """Steps 2, §7 and 3; the held pool."""
        hold = self.hold(head)
        if self.preempt(head):
            self.world.holds.pop(self.which, None)
            hold = self.hold(head)
        if self.world.case.policy.backfill == "easy":
            while sum([self.backfill(job, hold) for job in others]) and self.calls_back_more(head):
                self.world.holds.pop(self.which, None)
                hold = self.hold(head)
                others = [job for job in others if job in self.world.waiting]
        return hold.pool

    def calls_back_more(self, head: int) -> bool:
        return self.which != GENERAL and could_hold(self.world, head, self.which) and self.preempt(head)

    # --- step 1

    def fitting(self, job: int) -> dict[int, tuple[int, ...]]:
        """Pool → nodes, where the job may start now."""
        found = {}
        for p in self.allowed(job):
            nodes = choose(self.world.case, job, p, self.world.free[p])
            if nodes is not None and admissible(self.world, job, p):
                found[p] = nodes
        return found

    def start_now(self, job: int) -> bool:
        found = self.fitting(job)
        if found:
            pool = self.by_rule(job, list(found))[0]
            self.world.place(job, pool, found[pool])
        return bool(found)

    def by_rule(self, job: int, pools: list[int]) -> list[int]:
        """Pools in the order of the pool rule."""
        world, rule = self.world, self.world.case.policy.pool_rule
        if rule == "fastest":
            return sorted(pools, key=lambda p: (-world.case.speed(job, p), p))
        if rule == "cheapest":
            return sorted(pools, key=lambda p: (world.weighted(job, p) * world.duration_s(job, p), p))
        if rule == "earliest":
            return sorted(pools, key=lambda p: (world.duration_s(job, p), p))
        return sorted(pools)

    # --- step 2

    def hold(self, head: int) -> Hold:
        world = self.world
        kept = world.holds.get(self.which)
        if world.case.policy.hold == "kept" and kept is not None and self.still_good(head, *kept):
            _, pool, at = kept
        else:
            _, pool, at = min(self.finishes(head))
            world.holds[self.which] = (head, pool, at)
        return Hold(pool, at, len(nodes_by(world, pool, at)) - world.case.nodes_needed(head, pool))

    def still_good(self, head: int, job: int, pool: int, at: int) -> bool:
        world = self.world
        same = job == head and pool in self.allowed(head) and could_hold(world, head, pool)
        return same and at >= world.now and reaches(world.case, head, pool, nodes_by(world, pool, at))

    def finishes(self, head: int) -> list[tuple[int, int, int]]:
        """(finish, pool, shadow) of every pool that the head could hold."""
        found = []
        for p in self.allowed(head):
            if could_hold(self.world, head, p):
                at = shadow(self.world, head, p)
                assert at is not None, "a pool with enough up nodes releases enough"
                found.append((max(at, self.world.now) + self.world.duration_s(head, p), p, at))
        return found

    # --- step 3

    def backfill(self, job: int, hold: Hold) -> bool:
        found = self.fitting(job)
        cost = 0
        if hold.pool in found:
            nodes, cost = self.beside_the_head(job, hold)
            if nodes is None:
                del found[hold.pool]
            else:
                found[hold.pool] = nodes
        if found:
            pool = self.by_rule(job, list(found))[0]
            self.world.place(job, pool, found[pool])
            if pool == hold.pool:
                hold.extra -= cost
        return bool(found)

    def beside_the_head(self, job: int, hold: Hold) -> tuple[tuple[int, ...] | None, int]:
        """Nodes of the held pool that the job may take, and the whole nodes that it costs: the first of four ways that is open."""
        world, p = self.world, hold.pool
        case, free = world.case, world.free[p]
        if world.now + world.duration_s(job, p) <= hold.shadow_s:
            return choose(case, job, p, free), 0
        if case.gang(job, p):
            needed = case.nodes_needed(job, p)
            return (choose(case, job, p, free), needed) if needed <= hold.extra else (None, 0)
        size = case.pools[p].devices
        late = {n for at, nodes in release_entries(world, p) if at > hold.shadow_s for n in nodes if 0 < free[n] < size}
        nodes = choose(case, job, p, free, sorted(late))
        if nodes is not None:
            return nodes, 0
        return (choose(case, job, p, free), 1) if hold.extra >= 1 else (None, 0)

    # --- §7

    def preempt(self, head: int) -> bool:
        """Give notices so that the head fits once they have run out; False if none was given."""
        world = self.world
        quality = world.case.qos[world.case.jobs[head].qos]
        finishes = self.finishes(head)
        if any(self.fits_without(head, p, []) for _, p, _ in finishes):
            return False
        if self.which != GENERAL:
            return self.call_back(head, self.which, max(1, world.case.pools[self.which].lend_notice_s))
        if not quality.preempts:
            return False
        notice_s = max(1, quality.notice_s)
        sooner = sorted((world.now + notice_s + world.duration_s(head, p), p) for _, p, _ in finishes)
        return any(self.call_back(head, p, notice_s) for finish, p in sooner if finish < min(finishes)[0])

    def fits_without(self, head: int, pool: int, going: list[Attempt]) -> bool:
        """Would the head fit if these and all stopping attempts were gone?"""
        gone = {a.number for a in self.world.attempts_on(pool) if a.deadline_s is not None} | {a.number for a in going}
        return choose(self.world.case, head, pool, self.world.free_without(pool, gone)) is not None

    def victims(self, head: int, pool: int) -> list[Attempt]:
        case, rows = self.world.case, self.world.case.jobs

        def may_go(attempt: Attempt) -> bool:
            if attempt.started_s is None or attempt.deadline_s is not None:
                return False
            if self.which != GENERAL:
                return rows[attempt.job].project != case.pools[self.which].owner
            theirs = case.qos[rows[attempt.job].qos]
            return theirs.preemptible and theirs.rank < case.qos[rows[head].qos].rank

        chosen = [attempt for attempt in self.world.attempts_on(pool) if may_go(attempt)]
        return sorted(chosen, key=lambda a: (case.qos[rows[a.job].qos].rank, -(a.started_s or 0), -a.number))

    def call_back(self, head: int, pool: int, notice_s: int) -> bool:
        chosen: list[Attempt] = []
        for attempt in self.victims(head, pool):
            if self.fits_without(head, pool, chosen):
                break
            chosen.append(attempt)
        if not self.fits_without(head, pool, chosen):
            return False
        for attempt in list(chosen):
            rest = [a for a in chosen if a is not attempt]
            if self.fits_without(head, pool, rest):
                chosen = rest
        for attempt in chosen:
            self.world.give_notice(attempt, notice_s)
        return True
