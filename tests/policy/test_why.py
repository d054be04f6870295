"""Every waiting job is told why, and every clause is true.

Each clause is checked against the reference scheduler, which plays the same case in step and shares no code with the kernel. That
nothing is left out is an experiment: on a State made anew with all that was named taken away, and with nobody else waiting, the job
starts, on the pool that was spoken of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.model.reasons import Code, Reason
from dure.policy import layout as L  # noqa: N812
from dure.policy.asked import ask
from dure.policy.entries import decide
from dure.policy.rebuild import rebuild
from dure.policy.state import State, copy, new_log
from dure.policy.why import bars, nearest, slot_of, why, why_all
from tests.reference import conservative, reserve
from tests.reference.admit import admissible, available, feasible, held_of_model, model_room
from tests.reference.case import PPM, Account, Case, Policy, Pool
from tests.reference.cycle import GENERAL, Cycle, owner_waits
from tests.reference.floor import REQUIRE, by_domain, choose, holds_at_all
from tests.reference.generate import make, pairwise
from tests.reference.hand import job
from tests.reference.kernel_runner import Play, spec_of
from tests.reference.loop import Loop
from tests.reference.releases import Hold, nodes_by
from tests.reference.world import World
from tests.strategies import cases

COVER = pairwise()
CREDIT = 3_600 * PPM
LIMITS = {Code.OVER_QUOTA, Code.OVER_MODEL_QUOTA, Code.OVER_CREDITS}
OWNED = {Code.DEDICATED_OWNER_FIRST, Code.NOT_LENT}
FREE = {Code.FREE, Code.FREE_IN_POOL, Code.FREE_ON_A_NODE, Code.FREE_WHOLE_NODES, Code.FREE_IN_A_DOMAIN}


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    for chosen in (COVER[0], {**COVER[0], "backfill": "easy"}):
        explained(make(Random(3), 12, chosen), 0, 1.0)


# --- every clause against the reference


class Witness:
    """What the reference knows of one waiting job and the pool that is spoken of."""

    def __init__(self, world: World, number: int, pool: int) -> None:
        self.world, self.case, self.job, self.pool = world, world.case, number, pool
        self.row = self.case.jobs[number]
        self.own = self.case.pools[pool].owner == self.row.project

    def may_stand(self, number: int, pool: int) -> bool:
        """Whether a job may be on a pool: nobody's, its own project's, or lent to it now."""
        p, row = self.case.pools[pool], self.case.jobs[number]
        lent = p.lend and self.case.qos[row.qos].preemptible and not owner_waits(self.world, pool) if p.owner >= 0 else True
        return p.owner == row.project or lent

    def fits(self, pool: int) -> bool:
        return choose(self.case, self.job, pool, self.world.free[pool]) is not None

    def waits_for_room_alone(self) -> list[int]:
        """Pools on which only room is missing."""
        world = self.world
        found = [p for p in range(len(self.case.pools)) if admissible(world, self.job, p) and feasible(world, self.job, p)]
        if self.row.project in world.stopped:  # which forbids it everywhere alike, and is said beside
            world.stopped.discard(self.row.project)
            found = self.waits_for_room_alone()
            world.stopped.add(self.row.project)
            return found
        return [p for p in found if self.may_stand(self.job, p) and not self.fits(p)]

    def free_at(self, pool: int) -> int:
        return sum(self.world.free[pool])

    def in_one_place(self, nodes: list[int]) -> int:
        """How many of these nodes a gang could use: all, or the most of one domain."""
        if not (self.case.gang(self.job, self.pool) and self.row.domain == REQUIRE):
            return len(nodes)
        return max((len(group) for group in by_domain(self.case, self.pool, nodes).values()), default=0)

    def whole(self) -> list[int]:
        return [node for node, free in enumerate(self.world.free[self.pool]) if free == self.size]

    @property
    def size(self) -> int:
        return self.case.pools[self.pool].devices

    def ahead(self) -> list[int]:
        """Jobs before it that could take the pool at all."""
        world, mine = self.world, self.row.project
        return [
            other
            for other in world.waiting
            if world.key(other) < world.key(self.job)
            and admissible(world, other, self.pool)
            and feasible(world, other, self.pool)
            and (self.case.jobs[other].project == mine if self.own else self.may_stand(other, self.pool) and not self.owned_by(other))
        ]

    def owned_by(self, other: int) -> bool:
        return self.case.pools[self.pool].owner == self.case.jobs[other].project

    @property
    def head(self) -> tuple[int, int] | None:
        """(job, second) for which the pool is held in the line."""
        found = self.world.holds.get(self.pool if self.own else GENERAL)
        return None if found is None or found[1] != self.pool else (found[0], found[2])

    @property
    def ends_s(self) -> int:
        return self.world.now + self.world.duration_s(self.job, self.pool)

    def left(self, holder: int, at: int) -> Hold:
        """What a holder can spare."""
        return Hold(self.pool, at, len(nodes_by(self.world, self.pool, at)) - self.case.nodes_needed(holder, self.pool))

    def beside_head(self) -> list[Hold]:
        """The head's hold, if the job would outlast it."""
        return [] if self.head is None or self.head[0] == self.job or self.ends_s <= self.head[1] else [self.left(*self.head)]

    def beside_gang(self) -> list[Hold]:
        """What is kept until a date, if that binds the job and it would outlast it; what the head takes beside the gang is not there."""
        world = self.world
        if not reserve.binds(world, self.job, self.pool) or self.ends_s <= world.reserved[self.pool][1]:
            return []
        kept = self.left(*world.reserved[self.pool])
        if self.head is not None and self.head[0] in world.waiting:
            reserve.spare_the_head(world, self.head[0], self.left(*self.head), {self.pool: kept})
        return [kept]

    def may_start_beside(self, holds: list[Hold]) -> bool:
        return Cycle(self.world, GENERAL, lambda _: [self.pool], {}).beside(self.job, self.pool, holds)[0] is not None

    def promise_again(self) -> int:
        """Where the job would stand in the plan if it gave its promise back."""
        promised = self.world.promises.pop(self.job)
        at = conservative.earliest(self.world, self.job)
        self.world.promises[self.job] = promised
        return at

    def first_in_line(self) -> int:
        """Who stops all others where nothing is filled in."""
        world = self.world
        pools = [self.pool] if self.own else [p for p, pool in enumerate(self.case.pools) if pool.owner < 0]
        mine = [j for j in world.waiting if not self.own or self.case.jobs[j].project == self.row.project]
        could = [j for j in mine if any(admissible(world, j, p) and feasible(world, j, p) for p in pools)]
        return min(could, key=world.key)


Check = Callable[[Witness, dict[str, int]], bool]


def _quota(w: Witness, said: dict[str, int]) -> bool:
    weighted, room = w.world.weighted(w.job, w.pool), available(w.world, w.row.project)
    return weighted > room and said == {"project": w.row.project, "headroom": max(room, 0) // PPM, "needs": -(-weighted // PPM)}


def _ceiling(w: Witness, said: dict[str, int]) -> bool:
    model, needs = w.case.pools[w.pool].model, w.case.billed(w.job, w.pool)
    assert said["held"] == held_of_model(w.world, said["project"], model)
    assert said["most"] == w.world.ceilings[said["project"]][model]
    assert (said["model"], said["needs"]) == (model, needs)
    return needs > model_room(w.world, w.row.project, model) == said["most"] - said["held"]


def _credits(w: Witness, said: dict[str, int]) -> bool:
    left, project = w.world.credits[w.row.project], w.row.project
    assert left is not None
    left -= w.world.escrow[project]
    needs = w.world.weighted(w.job, w.pool) * w.world.duration_s(w.job, w.pool)
    exact = {"project": project, "left_micro": max(left, 0) * PPM // CREDIT, "needs_micro": -(-needs * PPM // CREDIT)}
    return needs > left and said == exact and said["left_micro"] < said["needs_micro"]


def _owner(lent: bool) -> Check:
    def check(w: Witness, said: dict[str, int]) -> bool:
        pool = w.case.pools[w.pool]
        could = pool.lend and w.case.qos[w.row.qos].preemptible
        waits = owner_waits(w.world, w.pool)
        return said == {"project": pool.owner, "pool": w.pool} and not w.own and bool(could) == lent and (waits or not lent)

    return check


def _too_large(w: Witness, said: dict[str, int]) -> bool:
    pools = [p for p in range(len(w.case.pools)) if w.world.eligible(w.job, p)]
    largest = 0
    for p in pools:
        assert not holds_at_all(w.case, w.job, p, [True] * w.case.pools[p].nodes)
        one = Witness(w.world, w.job, p)
        largest = max(largest, one.in_one_place(list(range(w.case.pools[p].nodes))) * one.size)
    return said == {"devices": w.row.devices, "largest": largest} and largest < w.row.devices


def _down(w: Witness, said: dict[str, int]) -> bool:
    up = w.in_one_place([node for node, is_up in enumerate(w.world.up[w.pool]) if is_up]) * w.size
    return not feasible(w.world, w.job, w.pool) and said == {"devices": w.row.devices, "up": up} and up < w.row.devices


def _waits(w: Witness, said: dict[str, int]) -> bool:
    domain = w.row.domain if w.case.gang(w.job, w.pool) else 0
    return not w.fits(w.pool) and said == {"devices": w.row.devices, "memory_gb": 0, "domain": domain}


def _free(w: Witness, said: dict[str, int]) -> bool:
    alike = w.waits_for_room_alone() or [w.pool]
    return said["free"] == sum(w.free_at(p) for p in alike) < w.row.devices


def _free_in_pool(w: Witness, said: dict[str, int]) -> bool:
    everywhere = sum(w.free_at(p) for p in w.waits_for_room_alone())
    return said == {"free": w.free_at(w.pool), "pool": w.pool} and said["free"] < w.row.devices <= everywhere


def _free_on_a_node(w: Witness, said: dict[str, int]) -> bool:
    most = max(w.world.free[w.pool])
    return most < w.row.devices <= w.free_at(w.pool) and said == {"free": w.free_at(w.pool), "most": most, "pool": w.pool}


def _whole_nodes(w: Witness, said: dict[str, int]) -> bool:
    whole, nodes = len(w.whole()), w.case.nodes_needed(w.job, w.pool)
    return whole < nodes and said == {"whole": whole, "nodes": nodes, "pool": w.pool}


def _in_a_domain(w: Witness, said: dict[str, int]) -> bool:
    whole, nodes = w.in_one_place(w.whole()), w.case.nodes_needed(w.job, w.pool)
    return whole < nodes <= len(w.whole()) and said == {"whole": whole, "nodes": nodes, "pool": w.pool}


def _held(w: Witness, said: dict[str, int]) -> bool:
    assert w.head is not None
    head, at = w.head
    kept = w.fits(w.pool) and not w.may_start_beside(w.beside_head())
    return kept and said == {"pool": w.pool, "job": w.case.order().index(head), "start_s": max(at - w.world.now, 0)}


def _window(w: Witness, said: dict[str, int]) -> bool:
    assert w.head is not None
    window_s, needs_s = max(w.head[1] - w.world.now, 0), w.world.duration_s(w.job, w.pool)
    return said == {"window_s": window_s, "needs_s": needs_s} and needs_s > window_s


def _until_date(w: Witness, said: dict[str, int]) -> bool:
    gang, at = w.world.reserved[w.pool]
    kept = w.fits(w.pool) and w.may_start_beside(w.beside_head()) and not w.may_start_beside(w.beside_head() + w.beside_gang())
    date_s, needs_s = max(at - w.world.now, 0), w.world.duration_s(w.job, w.pool)
    number = w.case.order().index(gang)
    return kept and said == {"pool": w.pool, "job": number, "start_s": date_s, "needs_s": needs_s} and needs_s > date_s


def _date(w: Witness, said: dict[str, int]) -> bool:
    gang, at = w.world.reserved[said["pool"]]
    return gang == w.job and said["start_s"] == max(at - w.world.now, 0)


def _behind(w: Witness, said: dict[str, int]) -> bool:
    head = w.first_in_line()
    return w.case.policy.backfill == "none" and w.world.key(head) < w.world.key(w.job) and said == {"job": w.case.order().index(head)}


def _planned(later: bool, whole: bool | None = None) -> Check:
    """Promised later than now though there is room: would it be, if it gave its promise back, and are whole nodes free?"""

    def check(w: Witness, said: dict[str, int]) -> bool:
        assert w.fits(w.pool)
        assert (w.promise_again() > w.world.now) == later
        assert whole is None or (len(w.whole()) >= w.case.nodes_needed(w.job, w.pool)) == whole
        return said == {"start_s": w.world.promises[w.job] - w.world.now} and said["start_s"] > 0

    return check


def _beyond(w: Witness, said: dict[str, int]) -> bool:
    ready = conservative.ready_jobs(w.world)
    return said == {"depth": w.case.policy.depth} and w.job not in w.world.promises and ready.index(w.job) >= said["depth"] > 0


def _starts_at(w: Witness) -> int:
    if w.case.policy.backfill == "conservative":
        return w.world.promises[w.job]
    assert w.head is not None
    assert w.head[0] == w.job
    return w.head[1]


def _expected(w: Witness, said: dict[str, int]) -> bool:
    return said == {"start_s": _starts_at(w) - w.world.now} and said["start_s"] > 0


def _nothing_expected(w: Witness, said: dict[str, int]) -> bool:
    return not said and _starts_at(w) <= w.world.now


def _position(w: Witness, said: dict[str, int]) -> bool:
    world, ahead = w.world, w.ahead()
    words = {
        "fcfs": lambda other: world.place_in_line[other] < world.place_in_line[w.job],
        "sjf": lambda other: world.waiting[other].request_s <= world.waiting[w.job].request_s,
        "multifactor": lambda other: world.fairshare[w.case.jobs[other].project] > world.fairshare[w.row.project],
        "priority": lambda other: world.priority(other) >= world.priority(w.job),
        "rank": lambda other: w.case.qos[w.case.jobs[other].qos].rank >= w.case.qos[w.row.qos].rank,
    }
    return said["ahead"] == len(ahead) > 0 and all(words[str(said["order"])](other) for other in ahead)


def _called_back(w: Witness, said: dict[str, int]) -> bool:
    last = max((end for end in w.world.result.ended if end.job == w.job), key=lambda end: end.attempt)
    (row,) = (row for row in w.world.result.rows if row.attempt == last.attempt and row.what == "RECALLED")
    return last.started_s is None and said == {"pool": row.pool, "ahead_s": w.case.pools[row.pool].ahead_s}


def _barred(w: Witness, said: dict[str, int]) -> bool:
    until_s = w.world.bars[w.case.shape(w.job), w.pool] - w.world.now
    return said == {"pool": w.pool, "until_s": until_s} and until_s > 0


CHECKS: dict[Code, Check] = {
    Code.CALLED_BACK: _called_back,
    Code.POOL_BARRED: _barred,
    Code.BUDGET_STOP: lambda w, said: w.row.project in w.world.stopped and said == {"project": w.row.project},
    Code.OVER_QUOTA: _quota,
    Code.OVER_MODEL_QUOTA: _ceiling,
    Code.OVER_CREDITS: _credits,
    Code.DEDICATED_OWNER_FIRST: _owner(lent=True),
    Code.NOT_LENT: _owner(lent=False),
    Code.TOO_LARGE: _too_large,
    Code.INFEASIBLE_NOW: _down,
    Code.WAITS_FOR_DEVICES: _waits,
    Code.FREE: _free,
    Code.FREE_IN_POOL: _free_in_pool,
    Code.FREE_ON_A_NODE: _free_on_a_node,
    Code.FREE_WHOLE_NODES: _whole_nodes,
    Code.FREE_IN_A_DOMAIN: _in_a_domain,
    Code.HELD_FOR_HEAD: _held,
    Code.LIMITED_BY_BACKFILL: _window,
    Code.KEPT_UNTIL_DATE: _until_date,
    Code.HAS_DATE: _date,
    Code.BEHIND_HEAD: _behind,
    Code.PLANNED_FOR_OTHERS: _planned(later=True, whole=True),
    Code.PLANNED_WHOLE: _planned(later=True, whole=False),
    Code.PLAN_KEPT: _planned(later=False),
    Code.BEYOND_DEPTH: _beyond,
    Code.EXPECTED_START: _expected,
    Code.NO_EXPECTED_START: _nothing_expected,
    Code.QUEUE_POSITION: _position,
    Code.HEAD: lambda w, _: not w.ahead(),
}


# --- all that was named, taken away


def starts_without(case: Case, state: State, slot: int, pool: int, codes: set[Code]) -> bool:
    """Whether a job starts on a pool in a State that differs in what was named, and in that nobody else waits and other pools are down."""
    changed, project = copy(state), int(state.job[slot]["project"])
    changed.node["mode"][changed.node["pool"] != pool] = L.NODE_FAILED
    others = changed.job["state"] == L.JOB_QUEUED
    others[slot] = False
    changed.job["state"][others] = L.NONE
    changed.job["promise"][slot] = L.NEVER
    changed.meta["head"] = changed.meta["hold_pool"] = L.NONE
    changed.pool["held_for"] = changed.pool["kept_for"] = L.NONE
    changed.meta["promise_next"], changed.meta["promise_late"] = L.NEVER, 0
    if Code.BUDGET_STOP in codes:
        changed.project["stopped"][project] = 0
    if Code.OVER_QUOTA in codes:
        changed.project["nominal"], changed.project["guaranteed"] = L.NEVER, 0
    if Code.OVER_MODEL_QUOTA in codes:
        changed.ceiling["most"] = L.NEVER
    if Code.OVER_CREDITS in codes:
        changed.project["credits"][project] = L.NEVER
    if codes & OWNED:
        changed.pool["owner"][pool] = L.NONE
        changed.meta["dedicated"] = int((changed.pool["owner"] != L.NONE).any())
    if Code.POOL_BARRED in codes:
        changed.fit["barred_until"][changed.fit["pool"] == pool] = 0
    if codes & {Code.INFEASIBLE_NOW, Code.POOL_BARRED}:
        changed.node["mode"][changed.node["pool"] == pool] = L.UP
    if codes & (FREE | {Code.INFEASIBLE_NOW, Code.POOL_BARRED, Code.PLANNED_WHOLE}):
        gone = (changed.attempt["pool"] == pool) & (changed.attempt["state"] != L.FREE)
        changed.job["state"][changed.attempt["job"][gone]] = L.NONE
        changed.attempt["state"][gone] = L.FREE
    number, anew = int(state.job[slot]["id"]), rebuild(spec_of(case), changed)
    anew.meta["due"] = 1
    assert decide(anew, new_log(4 * int(anew.rules[0]["row_room"])))
    mine = anew.job[slot_of(anew, number)]
    if case.policy.backfill == "conservative" and codes & (LIMITS | {Code.BUDGET_STOP, Code.BEYOND_DEPTH}) and not codes & FREE:
        return bool(mine["promise"] != L.NEVER or mine["state"] == L.JOB_ACTIVE)  # which is told then why not at once
    return bool(mine["state"] == L.JOB_ACTIVE and anew.attempt[mine["attempt"]]["pool"] == pool)


# --- by hand


def at(case: Case, second: int) -> State:
    """The State after `decide` at a second."""
    play = Play(case)
    play.advance(second + 1)
    state = copy(play.state)
    state.meta["now"] = second
    return state


def said(state: State, number: int) -> list[dict[str, int | str]]:
    return [one.as_json() for one in why(state, slot_of(state, number))]


def test_the_first_in_line_and_the_one_that_would_delay_it() -> None:
    # Four nodes of eight, three of them busy until 100. Job 1 wants all four; jobs 2 and 3 want the one that is left, too long.
    jobs = (job(0, 24, 100), job(1, 32, 50), job(2, 8, 200), job(3, 40, 10))
    state = at(Case(pools=(Pool(4, 8),), jobs=jobs, policy=Policy(backfill="easy")), 3)
    assert said(state, 1) == [
        {"code": "waits_for_devices", "devices": 32, "memory_gb": 0, "domain": 0},
        {"code": "free", "free": 8},
        {"code": "expected_start", "start_s": 97},
        {"code": "head"},
    ]
    assert said(state, 2) == [
        {"code": "held_for_head", "pool": 0, "job": 1, "start_s": 97},
        {"code": "limited_by_backfill", "window_s": 97, "needs_s": 200},
        {"code": "queue_position", "ahead": 1, "order": "fcfs"},
    ]
    assert said(state, 3) == [{"code": "too_large", "devices": 40, "largest": 32}]
    assert said(state, 0) == [], "it runs"


def test_a_gang_with_a_date_and_the_one_that_it_keeps_out() -> None:
    # Four nodes of one: three free from 50 on, the fourth at 100, which is the date of job 2. Job 3 fits, for longer than that.
    jobs = (job(0, 3, 50), job(0, 1, 100), job(1, 4, 10), job(50, 1, 500))
    state = at(Case(pools=(Pool(4, 1),), jobs=jobs, policy=Policy(backfill="easy", reserve_ppm=500_000)), 60)
    assert said(state, 2) == [
        {"code": "waits_for_devices", "devices": 4, "memory_gb": 0, "domain": 0},
        {"code": "free", "free": 3},
        {"code": "has_date", "pool": 0, "start_s": 40},
        {"code": "head"},
    ]
    assert said(state, 3) == [
        {"code": "kept_until_date", "pool": 0, "job": 2, "start_s": 40, "needs_s": 500},
        {"code": "queue_position", "ahead": 1, "order": "fcfs"},
    ]


def test_a_quota_and_a_room_that_are_both_missing_are_both_said() -> None:
    accounts = (Account(), Account(parent=0, nominal=20 * PPM, borrow=0))
    jobs = (job(0, 16, 100, project=1), job(1, 16, 50, project=1))
    state = at(Case(pools=(Pool(3, 8),), jobs=jobs, policy=Policy(backfill="easy"), accounts=accounts), 1)
    assert said(state, 1) == [
        {"code": "over_quota", "project": 1, "headroom": 4, "needs": 16},
        {"code": "waits_for_devices", "devices": 16, "memory_gb": 0, "domain": 0},
        {"code": "free", "free": 8},
    ]


def test_a_ceiling_on_a_model_is_named_with_whose_it_is() -> None:
    """The organisation leaves 2 and the project 4: the organisation's is said. Where both leave 0, the project's own."""
    accounts = (Account(), Account(parent=0, models=((3, 10),)), Account(parent=1, models=((3, 12),)))
    jobs = (job(0, 8, 100, project=2), job(1, 4, 50, project=2))
    assert said(at(Case(pools=(Pool(2, 8, model=3),), jobs=jobs, accounts=accounts), 1), 1) == [
        {"code": "over_model_quota", "project": 1, "model": 3, "held": 8, "most": 10, "needs": 4}
    ]
    accounts = (Account(), Account(parent=0, models=((3, 8),)), Account(parent=1, models=((3, 8),)))
    assert said(at(Case(pools=(Pool(2, 8, model=3),), jobs=jobs, accounts=accounts), 1), 1) == [
        {"code": "over_model_quota", "project": 2, "model": 3, "held": 8, "most": 8, "needs": 4}
    ]


def test_a_job_that_is_placed_or_not_ready_is_told_so() -> None:
    state = at(Case(pools=(Pool(1, 8, start_delay_s=30),), jobs=(job(0, 8, 100), job(1, 8, 100))), 5)
    assert said(state, 0) == [{"code": "dispatching", "pool": 0}]
    state.job["state"][slot_of(state, 1)] = L.JOB_NEW
    assert said(state, 1) == [{"code": "not_ready"}]


def test_what_was_called_back_is_told_from_where_and_when_it_is_tried_again() -> None:
    case = Case(pools=(Pool(1, 8, ahead_s=600),), jobs=(job(0, 8, 100), job(5, 8, 100)), late_s=(10_000,), back_s=(20,))
    state = at(case, 600)
    assert said(state, 0) == [{"code": "calling_back", "pool": 0}]
    state = at(case, 700)
    barred = {"code": "pool_barred", "pool": 0, "until_s": 520}
    assert said(state, 0) == [{"code": "called_back", "pool": 0, "ahead_s": 600}, barred]
    assert said(state, 1) == [barred]


# --- random cases


def explain(case: Case, state: State, world: World, slot: int) -> tuple[Reason, ...]:
    """Why one job waits, checked."""
    before, reasons = copy(state), why(state, slot)
    assert all((getattr(before, name) == array).all() for name, array in state.arrays().items() if name != "domain_scratch"), "only asked"
    number = case.order()[int(state.job[slot]["id"])]
    codes = {one.code for one in reasons}
    assert reserve.has_date(world, number) == (Code.HAS_DATE in codes)
    assert len(codes) == len(reasons) > 0
    assert (world.case.jobs[number].project in world.stopped) == (Code.BUDGET_STOP in codes)
    found = nearest(state, slot)
    if found is None:
        assert not any(world.eligible(number, p) for p in range(len(case.pools)))
        return reasons
    for asked in ask(state, slot):
        assert bars(state, slot, asked) or Code.BUDGET_STOP in codes, f"nothing stops job {number} on pool {asked.pool}, and yet it waits"
    pool = found[0].pool
    witness = Witness(world, number, pool)
    for one in reasons:
        assert CHECKS[one.code](witness, dict(one.params)), f"{one} of job {number} on pool {pool} at {world.now}"
    if Code.TOO_LARGE not in codes:
        assert starts_without(case, state, slot, pool, codes), f"job {number} does not start on pool {pool} without {codes}"
    return reasons


def explained(case: Case, seed: int, often: float) -> Counter[Code]:
    """Plays a case beside the reference; at some instants every waiting job is explained. What was said, counted."""
    rng, other, said = Random(seed), Loop(case), Counter[Code]()

    def between(play: Play) -> None:
        at = int(play.state.meta[0]["now"]) - 1
        while (due := other.next_s()) is not None and due <= at:
            other.instant(due)
        if other.world.now != at or rng.random() >= often:
            return
        state = copy(play.state)
        state.meta["now"] = at
        waiting = (state.job["state"] == L.JOB_QUEUED).nonzero()[0].tolist()
        assert len(waiting) == len(other.world.waiting)
        assert why_all(state, waiting[::-1]) == [why(state, slot) for slot in waiting[::-1]], "a page says what each alone is told"
        for slot in waiting if len(waiting) <= 4 else rng.sample(waiting, 4):
            said.update(one.code for one in explain(case, state, other.world, slot))

    Play(case).by_instants(between)
    return said


def test_every_waiting_job_is_told_what_is_true() -> None:
    said = Counter[Code]()

    @given(cases(jobs_max=25), st.integers(0, 2**16))
    @settings(max_examples=40)
    def is_told(case: Case, seed: int) -> None:
        said.update(explained(case, seed, 0.2))

    is_told()
    assert said.total() > 100, "too few jobs waited to say anything"
    assert len(said) > 4, said


@pytest.mark.system
@pytest.mark.parametrize("chosen", COVER, ids=lambda chosen: "-".join(chosen.values()))
def test_the_pairwise_cover(chosen: dict[str, str]) -> None:
    assert sum(explained(make(Random(seed), 50, chosen), seed, 0.2).total() for seed in range(20))
