"""Properties that any scheduler's answer must have, judged from the case and its rows alone.

Nothing of the reference scheduler is used here (only `case.py`), so these hold for the kernel's rows as they do for the
reference's. Each function asserts, and says where it stops applying. `every` runs those that apply to a case.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from tests.reference.case import CANCEL_NOTICE_S, PPM, Case, Ended, Result, Row

REQUIRE = 2


@dataclass
class Moment:
    """The world after all events and decisions of one second."""

    now: int
    waiting: dict[int, int] = field(default_factory=dict)
    """Job → reference seconds of its request that are left."""
    live: dict[int, Row] = field(default_factory=dict)
    estimated_end_s: dict[int, int] = field(default_factory=dict)
    up: set[tuple[int, int]] = field(default_factory=set)
    withdrawn: set[int] = field(default_factory=set)

    def used(self, pool: int, node: int) -> int:
        return sum(row.devices // len(row.nodes) for row in self.live.values() if row.pool == pool and node in row.nodes)

    def free(self, case: Case, pool: int) -> list[int]:
        size = case.pools[pool].devices
        return [size - self.used(pool, node) if (pool, node) in self.up else 0 for node in range(case.pools[pool].nodes)]


def duration_s(case: Case, job: int, pool: int, request_s: int) -> int:
    return case.pools[pool].start_delay_s + -(-request_s * PPM // case.speed(job, pool))


def moments(case: Case, result: Result) -> Iterator[tuple[Moment, list[Row]]]:
    """Each second in which something happens, after its events and decisions, with its PLACED rows; the same Moment, updated."""
    ended: dict[int, list[Ended]] = {}
    for end in result.ended:
        ended.setdefault(end.ended_s, []).append(end)
    seconds = {row.submit_s for row in case.jobs} | {event.at_s for event in case.supply} | {rule.at_s for rule in case.rules}
    seconds |= set(ended) | {row.at for row in result.rows}
    left = {job: row.request_s for job, row in enumerate(case.jobs)}
    moment = Moment(-1, up={(p, node) for p, pool in enumerate(case.pools) for node in range(pool.nodes)})
    for now in sorted(seconds):
        moment.now = now
        for job in [rule.account for rule in case.rules if rule.what == "withdraw" and rule.at_s == now]:
            if job in moment.waiting or any(row.job == job for row in moment.live.values()):
                moment.withdrawn.add(job)
                moment.waiting.pop(job, None)
        for event in [event for event in case.supply if event.at_s == now]:
            (moment.up.add if event.up else moment.up.discard)((event.pool, event.node))
        for end in ended.get(now, []):
            del moment.live[end.attempt]
            if end.outcome != "completed":
                left[end.job] = max(1, left[end.job] - end.kept_s)
                if end.job not in moment.withdrawn:
                    moment.waiting[end.job] = left[end.job]
        moment.waiting |= {job: left[job] for job, row in enumerate(case.jobs) if row.submit_s == now}
        placed = [row for row in result.rows if row.at == now and row.what == "PLACED"]
        for row in placed:
            assert row.job in moment.waiting, f"job {row.job} is placed at {now} but does not wait"
            moment.estimated_end_s[row.attempt] = now + duration_s(case, row.job, row.pool, moment.waiting.pop(row.job))
            moment.live[row.attempt] = row
        yield moment, placed


def no_device_twice(case: Case, result: Result) -> None:
    """No node carries more than it has, and nothing is placed on a node that is not up."""
    for moment, placed in moments(case, result):
        for row in placed:
            for node in row.nodes:
                assert (row.pool, node) in moment.up, f"{row} on a node that is not up"
        for p, n in {(row.pool, node) for row in placed for node in row.nodes}:
            assert moment.used(p, n) <= case.pools[p].devices, f"node {n} of pool {p} carries too much at {moment.now}"


def gangs_all_or_nothing(case: Case, result: Result) -> None:
    """Each attempt has exactly what its job asks, in one piece, where its class may run; attempts are numbered as placed."""
    placed = [row for row in result.rows if row.what == "PLACED"]
    assert [row.attempt for row in placed] == list(range(len(placed)))
    for row in placed:
        pool, job = case.pools[row.pool], case.jobs[row.job]
        assert case.speed(row.job, row.pool) > 0, f"{row}: not eligible"
        assert len(row.nodes) == len(set(row.nodes)) == case.nodes_needed(row.job, row.pool), f"{row}: wrong number of nodes"
        assert list(row.nodes) == sorted(row.nodes)
        assert set(row.nodes) <= set(range(pool.nodes)), f"{row}: no such node"
        assert row.devices == case.billed(row.job, row.pool) >= job.devices
        if job.domain == REQUIRE and case.gang(row.job, row.pool):
            assert len({pool.domain(node) for node in row.nodes}) == 1, f"{row}: torn over fabric domains"


def one_attempt_at_a_time(case: Case, result: Result) -> None:
    """A job is placed after its submission, never twice at once, never after it completed; each end belongs to a placement."""
    placed = {row.attempt: row for row in result.rows if row.what == "PLACED"}
    for end in result.ended:
        assert end.job == placed[end.attempt].job
        assert placed[end.attempt].at == end.placed_s < end.ended_s or end.outcome == "evicted"
    for job in range(len(case.jobs)):
        spans = sorted((e.placed_s, e.attempt, e.ended_s, e.outcome) for e in result.ended if e.job == job)
        for (_, _, until, outcome), (since, *_) in pairwise(spans):
            assert until <= since
            assert outcome != "completed", f"job {job} runs again after it completed"
        assert all(since >= case.jobs[job].submit_s for since, *_ in spans)


class Limits:
    """Quota limits as of a second, by the plain reading of POLICY.md §9."""

    def __init__(self, case: Case, now: int, moment: Moment) -> None:
        self.case = case
        self.nominal = [account.nominal for account in case.accounts]
        for rule in sorted(case.rules, key=lambda rule: rule.at_s):
            if rule.what == "nominal" and rule.at_s <= now:
                self.nominal[rule.account] = rule.value
        self.own = [0] * len(case.accounts)
        for row in moment.live.values():
            self.own[case.jobs[row.job].project] += row.devices * case.pools[row.pool].weight_ppm

    def below(self, x: int) -> list[int]:
        return [c for c, account in enumerate(self.case.accounts) if account.parent == x]

    def whole(self, x: int) -> int:
        given = [c for c in self.below(x) if self.nominal[c] is not None]
        return (self.nominal[x] or 0) + sum(self.whole(c) - self.sure(c) for c in given)

    def sure(self, x: int) -> int:
        lend = self.case.accounts[x].lend
        return 0 if lend is None or self.nominal[x] is None else max(0, self.whole(x) - lend)

    def held(self, x: int) -> int:
        return self.own[x] + sum(max(0, self.held(c) - self.sure(c)) for c in self.below(x))

    def ceiling(self, x: int) -> int | None:
        account = self.case.accounts[x]
        if self.nominal[x] is None or (account.parent >= 0 and account.borrow is None):
            return None
        return self.whole(x) + (account.borrow or 0 if account.parent >= 0 else 0)


def no_quota_passed(case: Case, result: Result) -> None:
    """Where a second's decisions raise what a node of the tree holds, it stays within nominal + borrowed."""
    before = [0] * len(case.accounts)
    for moment, placed in moments(case, result):
        limits = Limits(case, moment.now, moment)
        after = [limits.held(x) for x in range(len(case.accounts))]
        for row in placed:
            x = case.jobs[row.job].project
            while x >= 0:
                ceiling = limits.ceiling(x)
                assert ceiling is None or after[x] <= max(ceiling, before[x]), f"{row}: account {x} holds {after[x]}, may {ceiling}"
                x = case.accounts[x].parent
        before = after


def no_ceiling_passed(case: Case, result: Result) -> None:
    """Where a second's decisions take devices of a model, every node of the tree above them is within its ceiling as of that second."""
    for moment, placed in moments(case, result):
        after: dict[tuple[int, int], int] = {}
        for row in moment.live.values():
            for x in _lineage(case, row.job):
                key = x, case.pools[row.pool].model
                after[key] = after.get(key, 0) + row.devices
        most = _ceilings(case, moment.now)
        for row in placed:
            for x in _lineage(case, row.job):
                key = x, case.pools[row.pool].model
                assert key not in most or after[key] <= most[key], f"{row}: account {x} holds {after[key]}, may {most[key]}"


def _lineage(case: Case, job: int) -> list[int]:
    """The job's project and the nodes above it."""
    found = [case.jobs[job].project]
    while case.accounts[found[-1]].parent >= 0:
        found.append(case.accounts[found[-1]].parent)
    return found


def _ceilings(case: Case, now: int) -> dict[tuple[int, int], int]:
    """(node of the tree, model) → most devices, as of a second."""
    most = {(x, model): value for x, account in enumerate(case.accounts) for model, value in account.models}
    for rule in sorted(case.rules, key=lambda rule: rule.at_s):
        if rule.what == "ceiling" and rule.at_s <= now:
            most.pop((rule.account, rule.model), None)
            if rule.value >= 0:
                most[rule.account, rule.model] = rule.value
    return most


def ceilings_admit(case: Case, moment: Moment, job: int, pool: int) -> bool:
    """Whether one more job of this kind stays under every ceiling."""
    most, model = _ceilings(case, moment.now), case.pools[pool].model
    for x in _lineage(case, job):
        holds = sum(r.devices for r in moment.live.values() if case.pools[r.pool].model == model and x in _lineage(case, r.job))
        if (x, model) in most and holds + case.billed(job, pool) > most[x, model]:
            return False
    return True


def no_credits_passed(case: Case, result: Result) -> None:
    """At each placement: spent + escrow of everything live ≤ granted so far."""
    for project, account in enumerate(case.accounts):
        if account.credits is None:
            continue
        rows = {row.attempt: row for row in result.rows if row.what == "PLACED" and case.jobs[row.job].project == project}
        billed = {number: row.devices * case.pools[row.pool].weight_ppm for number, row in rows.items()}
        weight = billed | {end.attempt: 0 for end in result.ended if end.outcome == "recalled"}
        for moment, placed in moments(case, result):
            if not any(row.attempt in rows for row in placed):
                continue
            grants = [rule.value for rule in case.rules if (rule.what, rule.account) == ("credit", project) and rule.at_s <= moment.now]
            spent = sum(weight[e.attempt] * (e.ended_s - e.placed_s) for e in result.ended if e.attempt in rows and e.ended_s <= moment.now)
            escrow = sum(billed[n] * (moment.estimated_end_s[n] - moment.live[n].at) for n in moment.live if n in rows)
            assert spent + escrow <= account.credits + sum(grants), f"project {project} overdraws at {moment.now}"


def never_started(result: Result) -> list[Ended]:
    """Attempts that were recalled and never started."""
    recalled = {row.attempt for row in result.rows if row.what == "RECALLED"}
    return [end for end in result.ended if end.attempt in recalled and end.started_s is None]


def recalled_in_time(case: Case, result: Result) -> None:
    """Who has not started by `ahead` is recalled in that second, once, and nobody else; its class stays away from there for as long."""
    recalled = {row.attempt: row.at for row in result.rows if row.what == "RECALLED"}
    assert len(recalled) == sum(row.what == "RECALLED" for row in result.rows), "recalled twice"
    placed = {row.attempt: row for row in result.rows if row.what == "PLACED"}
    for end in result.ended:
        ahead_s, lay_s = (
            case.pools[placed[end.attempt].pool].ahead_s,
            (end.ended_s if end.started_s is None else end.started_s) - end.placed_s,
        )
        due = bool(ahead_s) and lay_s > ahead_s
        assert recalled.get(end.attempt) == (end.placed_s + ahead_s if due else None), f"{end}: recalled at {recalled.get(end.attempt)}"
        assert end.outcome != "recalled" or end.started_s is None, f"{end}: was running"
    for end in never_started(result):
        pool = placed[end.attempt].pool
        again = [row for row in placed.values() if row.pool == pool and case.shape(row.job) == case.shape(end.job)]
        assert not [row for row in again if end.ended_s <= row.at < end.ended_s + case.pools[pool].ahead_s], f"{end}: sent there again"


def stopped_means_stopped(case: Case, result: Result) -> None:
    """No placements of a project between a stop (its second included) and the next go."""
    for row in (row for row in result.rows if row.what == "PLACED"):
        said = [r.what for r in sorted(case.rules, key=lambda r: r.at_s) if r.account == case.jobs[row.job].project and r.at_s <= row.at]
        last = [what for what in said if what in ("stop", "go")][-1:]
        assert last != ["stop"], f"{row}: its project is stopped"


def fences_hold(case: Case, result: Result) -> None:
    """On a dedicated pool only the owner runs, and, if it is lent, preemptible work of others."""
    for row in (row for row in result.rows if row.what == "PLACED"):
        pool, job = case.pools[row.pool], case.jobs[row.job]
        assert pool.owner in (-1, job.project) or (pool.lend and case.qos[job.qos].preemptible), f"{row}: not theirs"


def notices_kept(case: Case, result: Result) -> None:
    """Who is preempted may be, ran, is told once, and gets exactly one of the notices that somebody may give there.

    Whose user has withdrawn the job is told too, whatever its quality of service.
    """
    cancelled = {(rule.account, rule.at_s) for rule in case.rules if rule.what == "withdraw"}
    ends = {end.attempt: end for end in result.ended}
    told = [row for row in result.rows if row.what == "PREEMPTED"]
    assert len({row.attempt for row in told}) == len(told), "told twice"
    for row in told:
        pool, job, end = case.pools[row.pool], case.jobs[row.job], ends[row.attempt]
        rank = case.qos[job.qos].rank
        notices = {max(1, quality.notice_s) for quality in case.qos if quality.preempts and quality.rank > rank}
        withdrawn = any(j == row.job and case.jobs[j].submit_s <= at_s <= row.at for j, at_s in cancelled)
        if pool.owner not in (-1, job.project):
            notices = {max(1, pool.lend_notice_s)}
        elif not withdrawn:
            assert case.qos[job.qos].preemptible, f"{row}: may not be preempted"
        notices |= {CANCEL_NOTICE_S} if withdrawn else set()
        assert end.started_s is not None, f"{row}: never started"
        assert end.started_s <= row.at
        assert end.ended_s <= row.at + max(notices)
        if end.outcome == "preempted":
            assert end.ended_s - row.at in notices, f"{row}: stopped after {end.ended_s - row.at} s, notices are {notices}"
    assert all(end.attempt in {row.attempt for row in told} for end in result.ended if end.outcome == "preempted")


def work_is_kept(case: Case, result: Result) -> None:
    """Runs add up: what an attempt keeps are whole checkpoint intervals, and what completes has done all the rest."""
    for job, row in enumerate(case.jobs):
        left = row.run_s
        for end in sorted((e for e in result.ended if e.job == job), key=lambda e: e.attempt):
            pool = next(r.pool for r in result.rows if r.attempt == end.attempt)
            ran_s = end.ended_s - end.started_s if end.started_s is not None else 0
            if end.outcome == "completed":
                assert ran_s == max(1, -(-left * PPM // case.speed(job, pool))), f"{end}: {left} s were left"
            else:
                whole_s = ran_s // row.checkpoint_s * row.checkpoint_s if row.checkpoint_s else 0
                assert end.kept_s == whole_s * case.speed(job, pool) // PPM, f"{end}: keeps too much or too little"
                left = max(1, left - end.kept_s)


def every(case: Case, result: Result) -> None:
    """All of these, on any case."""
    for check in (
        no_device_twice,
        gangs_all_or_nothing,
        one_attempt_at_a_time,
        no_quota_passed,
        no_ceiling_passed,
        no_credits_passed,
        stopped_means_stopped,
        fences_hold,
        notices_kept,
        work_is_kept,
        recalled_in_time,
    ):
        check(case, result)
