"""`decide`, the slow way: POLICY.md §5 and §7. Everything is asked anew for every job and every pool."""

from __future__ import annotations

from collections.abc import Callable

from tests.reference import reserve
from tests.reference.admit import admissible, could_hold, feasible
from tests.reference.floor import choose, reaches
from tests.reference.releases import Hold, nodes_by, release_entries, shadow
from tests.reference.world import Attempt, World

GENERAL = -1


def decide(world: World) -> None:
    while not one_cycle(world):
        pass


def one_cycle(world: World) -> bool:
    """Steps 0-4; False if a head was placed elsewhere or can hold its pool no longer, or what is kept until a date is so no longer."""
    case = world.case
    held: list[tuple[int, int]] = []  # a job may be the head of several pools of its project
    kept = reserve.keep(world)
    dedicated = [d for d, pool in enumerate(case.pools) if pool.owner >= 0]
    for d in dedicated:
        owners = [j for j in world.waiting if case.jobs[j].project == case.pools[d].owner and world.eligible(j, d)]
        held += Cycle(world, d, lambda j, d=d: [d], {}).run(owners).items()  # type: ignore[misc]
    lent = {d for d in dedicated if case.pools[d].lend and not owner_waits(world, d)}

    def allowed(job: int) -> list[int]:
        row = case.jobs[job]
        return [
            p
            for p, pool in enumerate(case.pools)
            if world.eligible(job, p) and (pool.owner < 0 or (p in lent and pool.owner != row.project and case.qos[row.qos].preemptible))
        ]

    general = Cycle(world, GENERAL, allowed, kept)
    held += general.run(list(world.waiting)).items()
    stand = not general.again and all(head in world.waiting and could_hold(world, head, pool) for head, pool in held)
    if stand and case.policy.backfill == "easy" and case.policy.reserve_ppm:
        reserve.give(world, world.holds.get(GENERAL))
    return stand


def owner_waits(world: World, d: int) -> bool:
    owner = world.case.pools[d].owner
    return any(world.case.jobs[j].project == owner and admissible(world, j, d) and feasible(world, j, d) for j in world.waiting)


class Cycle:
    """Steps 1-3 and §7 for some jobs on the pools that `allowed` names. `which` is the dedicated pool of step 0, or GENERAL."""

    def __init__(self, world: World, which: int, allowed: Callable[[int], list[int]], kept: dict[int, Hold]) -> None:
        self.world, self.which, self.allowed, self.kept = world, which, allowed, kept
        self.again = False

    def run(self, jobs: list[int]) -> dict[int, int]:
        """Head → the pool that it holds, if there is a head."""
        queue = sorted(jobs, key=self.world.key)
        for place, job in enumerate(queue):
            if self.start(job, None) or reserve.has_date(self.world, job):
                if self.again:
                    return {}
                continue
            if any(could_hold(self.world, job, p) for p in self.allowed(job)):
                pool = self.behind(job, queue[place + 1 :])
                return {} if pool is None else {job: pool}
        self.world.holds.pop(self.which, None)
        return {}

    def behind(self, head: int, others: list[int]) -> int | None:
        """Steps 2, §7 and 3; the held pool, if there is one."""
        hold = self.hold(head)
        if self.preempt(head):
            self.world.holds.pop(self.which, None)
            hold = self.hold(head)
        if hold is not None:
            reserve.spare_the_head(self.world, head, hold, self.kept)
        if self.world.case.policy.backfill == "easy":
            while self.fill(others, hold) and not self.again and self.calls_back_more(head):
                self.world.holds.pop(self.which, None)
                hold = self.hold(head)
                others = [job for job in others if job in self.world.waiting]
        return None if hold is None else hold.pool

    def fill(self, others: list[int], hold: Hold | None) -> bool:
        """Step 3; whether anything was placed."""
        placed = False
        for job in others:
            placed = (not self.again and self.start(job, hold)) or placed
        return placed

    def calls_back_more(self, head: int) -> bool:
        return self.which != GENERAL and could_hold(self.world, head, self.which) and self.preempt(head)

    # --- step 1

    def fitting(self, job: int, hold: Hold | None) -> dict[int, tuple[tuple[int, ...], int]]:
        """Pool → nodes, where the job may start now, and how many whole nodes each hold there gives for it."""
        found = {}
        for p in self.allowed(job):
            if admissible(self.world, job, p) and not self.world.barred(job, p):
                nodes, cost = self.beside(job, p, self.late_for(job, p, hold))
                if nodes is not None:
                    found[p] = nodes, cost
        return found

    def start(self, job: int, hold: Hold | None) -> bool:
        """Start a job if it may, beside what is held."""
        found = self.fitting(job, hold)
        if found:
            pool = self.by_rule(job, list(found))[0]
            nodes, cost = found[pool]
            for one in self.late_for(job, pool, hold):
                one.extra -= cost
            self.again = self.again or reserve.moves_date(self.world, job, pool)
            self.world.place(job, pool, nodes)
        return bool(found)

    def late_for(self, job: int, pool: int, hold: Hold | None) -> list[Hold]:
        """The holds on a pool that the job would outlast: the head's, and a dated reservation that binds it."""
        holds = [hold] if hold is not None and hold.pool == pool else []
        if pool in self.kept and reserve.binds(self.world, job, pool):
            holds.append(self.kept[pool])
        return [one for one in holds if self.world.now + self.world.duration_s(job, pool) > one.shadow_s]

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

    def hold(self, head: int) -> Hold | None:
        world = self.world
        kept = world.holds.get(self.which)
        if world.case.policy.hold == "kept" and kept is not None and self.still_good(head, *kept):
            _, pool, at = kept
        else:
            finishes = self.finishes(head)
            if not finishes:
                world.holds.pop(self.which, None)
                return None
            _, pool, at = min(finishes)
            world.holds[self.which] = (head, pool, at)
        return Hold(pool, at, len(nodes_by(world, pool, at)) - world.case.nodes_needed(head, pool))

    def still_good(self, head: int, job: int, pool: int, at: int) -> bool:
        world = self.world
        same = job == head and pool in self.allowed(head) and could_hold(world, head, pool)
        same = same and reserve.leaves_room(world, head, pool, at, self.kept)
        return same and at >= world.now and reaches(world.case, head, pool, nodes_by(world, pool, at))

    def finishes(self, head: int) -> list[tuple[int, int, int]]:
        """(finish, pool, shadow) of every pool that the head could hold."""
        found = []
        for p in self.allowed(head):
            if could_hold(self.world, head, p):
                at = shadow(self.world, head, p)
                assert at is not None, "a pool with enough up nodes releases enough"
                if reserve.leaves_room(self.world, head, p, at, self.kept):
                    found.append((max(at, self.world.now) + self.world.duration_s(head, p), p, at))
        return found

    # --- step 3

    def beside(self, job: int, p: int, late_for: list[Hold]) -> tuple[tuple[int, ...] | None, int]:
        """Nodes of a pool that the job may take, and what it costs those whom it would outlast: the first way that is open."""
        world = self.world
        case, free = world.case, world.free[p]
        if not late_for:
            return choose(case, job, p, free), 0
        spare = min(one.extra for one in late_for)
        if case.gang(job, p):
            needed = case.nodes_needed(job, p)
            return (choose(case, job, p, free), needed) if needed <= spare else (None, 0)
        size, until_s = case.pools[p].devices, max(one.shadow_s for one in late_for)
        late = {n for at, nodes in release_entries(world, p) if at > until_s for n in nodes if 0 < free[n] < size}
        nodes = choose(case, job, p, free, sorted(late))
        if nodes is not None:
            return nodes, 0
        return (choose(case, job, p, free), 1) if spare >= 1 else (None, 0)

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
