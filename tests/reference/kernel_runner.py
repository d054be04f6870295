"""A Case played by the kernel and the twin's loop, its log read back into the reference's form.

Rules (stops, credits, quotas, withdrawals) go through the door before the events of their second. Withdrawals come first in the
reference too; the others touch nothing that those events read, and `decide` comes after all. Attempt numbers, order and capacity
are the kernel's own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from dure.model.fleet import Mode
from dure.model.work import Backfill, DomainRule, NodeRule, Order, PoolRule
from dure.policy import layout as L  # noqa: N812
from dure.policy.build import ClassSpec, PoolSpec, ProjectSpec, QosSpec, RuleSpec, Spec, build, grown
from dure.policy.rebuild import rebuild
from dure.policy.rules import give_credits, set_ceiling, set_nominal, set_stopped, withdraw_job
from dure.policy.state import Log, State, new_log
from dure.twin.loop import GROW, REACHED, advance
from dure.twin.world import SUPPLY, World, new_world
from tests.reference.case import PPM, Case, Ended, Result, Row, Rule

END_S = 1 << 40  # behind every event; devices × seconds up to it stay inside 64 bits
OUTCOMES = {L.COMPLETED: "completed", L.OUT_PREEMPTED: "preempted", L.OUT_EVICTED: "evicted", L.OUT_RECALLED: "recalled"}
SAID = {L.K_PREEMPTED: "PREEMPTED", L.K_RECALLED: "RECALLED"}


def run(case: Case) -> Result:
    """Play the case to its end, as many instants at a time as the rules allow."""
    play = Play(case)
    play.to_the_end()
    return play.result()


def class_numbers(case: Case) -> dict[tuple[int, int, int], int]:
    """(devices, kind, domain rule) → class."""
    found = sorted({(row.devices, row.kind, row.domain) for row in case.jobs})
    return {key: number for number, key in enumerate(found)}


def spec_of(case: Case, room: int = 0) -> Spec:
    policy, count = case.policy, len(case.pools)
    parents = {account.parent for account in case.accounts}
    return Spec(
        pools=[
            PoolSpec(
                nodes=pool.nodes,
                devices=pool.devices,
                owner=pool.owner,
                lent=pool.lend,
                notice=pool.lend_notice_s,
                domain_nodes=pool.domain_nodes,
                delay=pool.start_delay_s,
                ahead=pool.ahead_s,
                weight=pool.weight_ppm,
                model=pool.model,
            )
            for pool in case.pools
        ],
        classes=[
            ClassSpec(devices=devices, speeds=case.speeds[kind] if case.speeds else [PPM] * count, domain=DomainRule(domain))
            for devices, kind, domain in class_numbers(case)
        ],
        projects=[
            ProjectSpec(
                parent=account.parent,
                share=account.share,
                nominal=account.nominal,
                borrow=account.borrow,
                lend=account.lend,
                credits=account.credits,
                models=dict(account.models),
                leaf=x not in parents,
            )
            for x, account in enumerate(case.accounts)
        ],
        qos=[
            QosSpec(priority=q.priority, rank=q.rank, preempts=q.preempts, preemptible=q.preemptible, notice=q.notice_s) for q in case.qos
        ],
        rules=RuleSpec(
            order=Order[policy.order.upper()],
            backfill=Backfill[policy.backfill.upper()],
            hold_kept=policy.hold == "kept",
            node_rule=NodeRule[policy.node_rule.upper()],
            pool_rule=PoolRule[policy.pool_rule.upper()],
            period=policy.period_s,
            half_life=policy.half_life_s,
            fair_weight=policy.fairshare_weight,
            age_weight=policy.age_weight,
            age_max=policy.age_max_s,
            size_weight=policy.size_weight,
            replan=policy.replan_s,
            depth=policy.depth,
            reserve_ppm=policy.reserve_ppm,
            reserve_after=policy.reserve_after_s,
        ),
        jobs=room or len(case.jobs) + 8,
        acts=any(rule.what in ("stop", "go") for rule in case.rules),
        ceilings=any(rule.what == "ceiling" for rule in case.rules),
    )


def world_of(case: Case, state: State) -> World:
    """Jobs in order of submission: the kernel's job number is the place in that order."""
    rows, numbers = [case.jobs[j] for j in case.order()], class_numbers(case)
    columns = {
        "submit": np.array([row.submit_s for row in rows], np.int64),
        "klass": np.array([numbers[row.devices, row.kind, row.domain] for row in rows], np.int32),
        "project": np.array([row.project for row in rows], np.int32),
        "qos": np.array([row.qos for row in rows], np.int8),
        "request": np.array([row.request_s for row in rows], np.int64),
        "work": np.array([row.run_s for row in rows], np.int64),
        "checkpoint": np.array([row.checkpoint_s for row in rows], np.int32),
        "outcome": np.full(len(rows), L.COMPLETED, np.int8),
    }
    supply = np.zeros(len(case.supply), SUPPLY)
    for event, said in zip(supply, sorted(case.supply, key=lambda event: event.at_s), strict=True):
        event["at"], event["node"], event["nodes"] = said.at_s, state.pool[said.pool]["first_node"] + said.node, 1
        event["mode"], event["evict"] = Mode.UP if said.up else Mode.FAILED, said.evict and not said.up
    return new_world(state, columns, supply, late=np.array(case.late_s, np.int64), back=np.array(case.back_s, np.int64))


def smallest_log(state: State) -> Log:
    """With room for one decide, or for the eight rows that one event may write, and no more."""
    return new_log(max(9, int(state.rules[0]["row_room"])))


@dataclass
class Play:
    """A State, its World and the log so far. `between(self)` is called after every instant when played instant by instant."""

    case: Case
    log_rows: int = 1 << 14
    room: int = 0
    rows: list[np.ndarray] = field(default_factory=list)
    state: State = field(init=False)
    world: World = field(init=False)
    log: Log = field(init=False)
    rules: list[Rule] = field(init=False)

    def __post_init__(self) -> None:
        self.state = build(spec_of(self.case, self.room))
        self.world = world_of(self.case, self.state)
        self.log = new_log(self.log_rows)
        self.rules = sorted(self.case.rules, key=lambda rule: rule.at_s)

    def to_the_end(self) -> None:
        """Between rules, the loop runs alone. With multifactor, ticks go on for ever: stop when the world has nothing to say."""
        ticking = self.case.policy.order == "multifactor"
        while (at := self.next_s()) is not None:
            due = self.rules[0].at_s if self.rules else END_S
            self.advance(min(due, at + 1) if ticking else due)
            if self.obey():
                self.advance(due + 1)

    def by_instants(self, between: Callable[[Play], None]) -> None:
        while (at := self.next_s()) is not None:
            self.advance(at)
            self.obey()
            self.advance(at + 1)
            between(self)

    def next_s(self) -> int | None:
        """The next second with an event other than a tick, or None. Times that turn out to be stale are seconds without events."""
        cursor, times = self.world.cursor[0], [rule.at_s for rule in self.rules[:1]]
        if cursor["heap"]:
            times.append(int(self.world.heap_key[0]) >> 1)
        if cursor["job"] < len(self.world.submit):
            times.append(int(self.world.submit[cursor["job"]]))
        if cursor["supply"] < len(self.world.supply):
            times.append(int(self.world.supply[cursor["supply"]]["at"]))
        if self.case.policy.backfill == "conservative" and self.state.meta[0]["promise_next"] != L.NEVER:
            times.append(int(self.state.meta[0]["promise_next"]))
        if self.state.meta[0]["late_next"] != L.NEVER:
            times.append(int(self.state.meta[0]["late_next"]))
        return min(times, default=None)

    def obey(self) -> int:
        """The rules of this second; how many."""
        before = len(self.rules)
        while self.rules and self.rules[0].at_s == self.state.meta[0]["now"]:
            rule = self.rules.pop(0)
            if rule.what == "withdraw":
                if rule.account < len(self.case.jobs):
                    withdraw_job(self.state, self.case.order().index(rule.account))
            elif rule.what in ("stop", "go"):
                set_stopped(self.state, rule.account, int(rule.what == "stop"))
            elif rule.what == "credit":
                give_credits(self.state, rule.account, rule.value)
            elif rule.what == "ceiling":
                most = L.NEVER if rule.value < 0 else rule.value * L.MILLI
                set_ceiling(self.state, rule.account, rule.model, most)
            else:
                set_nominal(self.state, rule.account, rule.value)
        return before - len(self.rules)

    def advance(self, until_s: int) -> None:
        while (outcome := advance(self.state, self.world, self.log, until_s)) != REACHED:
            if outcome == GROW:
                before = len(self.state.job)
                self.state = grown(self.state)
                more = np.zeros(len(self.state.job) - before, np.int64)
                self.world = self.world.replaced(job_work=np.concatenate([self.world.job_work, more]))
            self.take_rows()
        self.take_rows()

    def rebuild(self) -> None:
        """Go on with a State made anew, in which every job and attempt has another slot; the world follows them."""
        old, world = self.state, self.world
        self.state = rebuild(spec_of(self.case, self.room), old)
        jobs, attempts = slots(old.job, self.state.job, L.NONE), slots(old.attempt, self.state.attempt, L.FREE)
        job_work, end_at, end_how = np.zeros(len(self.state.job), np.int64), np.zeros_like(world.end_at), np.zeros_like(world.end_how)
        for was, slot in jobs.items():
            job_work[slot] = world.job_work[was]
        for was, slot in attempts.items():
            end_at[slot], end_how[slot] = world.end_at[was], world.end_how[was]
        entries = [(int(world.heap_key[i]), int(world.heap_attempt[i]), int(world.heap_slot[i])) for i in range(world.cursor[0]["heap"])]
        entries = sorted(entry for entry in entries if entry[2] in attempts and old.attempt[entry[2]]["id"] == entry[1])
        self.world = world.replaced(job_work=job_work, end_at=end_at, end_how=end_how)
        self.world.cursor[0]["heap"] = len(entries)
        for i, (key, attempt, was) in enumerate(entries):
            self.world.heap_key[i], self.world.heap_attempt[i], self.world.heap_slot[i] = key, attempt, attempts[was]

    def take_rows(self) -> None:
        self.rows.append(self.log.rows[: self.log.n[0]].copy())
        self.log.n[0] = 0

    def result(self) -> Result:
        return read(self.case, np.concatenate(self.rows))


def slots(old: np.ndarray, new: np.ndarray, free: int) -> dict[int, int]:
    """Old slot → new slot of what is open, by number."""
    place = {int(new[slot]["id"]): int(slot) for slot in np.flatnonzero(new["state"] != free)}
    return {int(slot): place[int(old[slot]["id"])] for slot in np.flatnonzero(old["state"] != free)}


@dataclass
class Seen:
    """What the log says of one attempt."""

    job: int
    pool: int
    placed_s: int
    nodes: list[int] = field(default_factory=list)
    milli: int = 0
    started_s: int | None = None


def read(case: Case, log: np.ndarray) -> Result:
    """The log's rows in the reference's form; an attempt's PLACED rows, one a run of nodes, become one."""
    first, at = [], 0
    for pool in case.pools:
        first.append(at)
        at += pool.nodes
    left = {j: job.run_s for j, job in enumerate(case.jobs)}
    order, result, seen, rows = case.order(), Result(), dict[int, Seen](), list[tuple[int, str, int, int]]()
    for row in log:
        kind, number, now, p = int(row["kind"]), int(row["attempt"]), int(row["at"]), int(row["pool"])
        if kind == L.K_PLACED or kind in SAID:
            if number not in seen:
                seen[number] = Seen(order[row["job"]], p, now)
            if kind in SAID:
                rows.append((now, SAID[kind], number, p))
                continue
            if not seen[number].nodes:
                rows.append((now, "PLACED", number, p))
            seen[number].milli += int(row["count"])
            size = case.pools[p].devices * L.MILLI
            count = max(1, int(row["count"]) // size)
            seen[number].nodes += [int(row["node"]) - first[p] + n for n in range(count)]
        elif kind == L.K_STARTED:
            seen[number].started_s = now
            result.starts.setdefault(seen[number].job, now)
        elif kind == L.K_ENDED:
            mine, outcome = seen[number], OUTCOMES[int(row["cause"])]
            kept_s = left[mine.job] if outcome == "completed" else int(row["value"]) * case.speed(mine.job, mine.pool) // PPM
            left[mine.job] = max(1, left[mine.job] - kept_s)
            result.ended.append(Ended(number, mine.job, mine.placed_s, mine.started_s, now, outcome, kept_s))
            if outcome == "completed":
                result.ends[mine.job] = now
    result.rows = [Row(now, what, seen[n].job, n, p, tuple(sorted(seen[n].nodes)), seen[n].milli // L.MILLI) for now, what, n, p in rows]
    return result
