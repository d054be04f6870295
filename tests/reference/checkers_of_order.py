"""More properties from rows alone, about who waits for whom: promises of heads, conservative promises, nothing idle without cause."""

from __future__ import annotations

from tests.reference.case import Case, Result
from tests.reference.checkers import REQUIRE, Limits, Moment, ceilings_admit, duration_s, moments


def room(case: Case, job: int, pool: int, free: list[int]) -> bool:
    """Fits in shape."""
    size, needed = case.pools[pool].devices, case.nodes_needed(job, pool)
    if not case.gang(job, pool):
        return any(devices >= case.jobs[job].devices for devices in free)
    whole = [case.pools[pool].domain(node) for node, devices in enumerate(free) if devices == size]
    if case.jobs[job].domain == REQUIRE:
        return any(whole.count(domain) >= needed for domain in whole)
    return len(whole) >= needed


def may(case: Case, result: Result, moment: Moment, job: int, pool: int) -> bool:
    """Admissible as things stand. Quota by enlarging what is held and looking at the ceilings.

    Where a limit was lowered below what is held there already, the answer is no: what is then left to those below is not judged here.
    """
    project = case.jobs[job].project
    said = [r.what for r in sorted(case.rules, key=lambda r: r.at_s) if r.account == project and r.at_s <= moment.now]
    if case.speed(job, pool) == 0 or [what for what in said if what in ("stop", "go")][-1:] == ["stop"]:
        return False
    limits, asked = Limits(case, moment.now, moment), case.billed(job, pool) * case.pools[pool].weight_ppm
    limits.own[project] += asked
    for x in range(len(case.accounts)):
        ceiling = limits.ceiling(x)
        if ceiling is not None and limits.held(x) > ceiling:
            return False
    if not ceilings_admit(case, moment, job, pool):
        return False
    return _credits_left(case, result, moment, project) >= asked * duration_s(case, job, pool, moment.waiting[job])


def _credits_left(case: Case, result: Result, moment: Moment, project: int) -> int:
    given = case.accounts[project].credits
    if given is None:
        return 1 << 80
    rows = {r.attempt: r for r in result.rows if r.what == "PLACED" and case.jobs[r.job].project == project}
    weight = {number: row.devices * case.pools[row.pool].weight_ppm for number, row in rows.items()}
    given += sum(r.value for r in case.rules if (r.what, r.account) == ("credit", project) and r.at_s <= moment.now)
    spent = sum(weight[e.attempt] * (e.ended_s - e.placed_s) for e in result.ended if e.attempt in rows and e.ended_s <= moment.now)
    return given - spent - sum(weight[n] * (moment.estimated_end_s[n] - moment.live[n].at) for n in moment.live if n in rows)


def large_enough(case: Case, moment: Moment, job: int, pool: int) -> bool:
    size = case.pools[pool].devices
    return room(case, job, pool, [size if (pool, node) in moment.up else 0 for node in range(case.pools[pool].nodes)])


def shadow(case: Case, moment: Moment, job: int, pool: int) -> int:
    """The first instant at which enough nodes are expected whole. No preemption, no *require*."""
    needed, ready = case.nodes_needed(job, pool), []
    for node in range(case.pools[pool].nodes):
        if (pool, node) in moment.up:
            ends = [moment.estimated_end_s[n] for n, row in moment.live.items() if row.pool == pool and node in row.nodes]
            ready.append(max(ends) if moment.used(pool, node) else moment.now)
    return sorted(ready)[needed - 1]


def heads_are_not_delayed(case: Case, result: Result) -> None:
    """First come, one pool, every run within its request, nothing fails, nobody is capped: no head starts after any of its promises.

    With `hold: kept` there is one promise, the first. While a gang has a date on the pool nothing is promised to the head; what was
    promised to it before stands.
    """
    policy = case.policy
    assert (policy.order, len(case.pools), policy.backfill in ("none", "easy")) == ("fcfs", 1, True)
    promised: dict[int, int] = {}
    for moment, _ in moments(case, result):
        line = [job for job in case.order() if job in moment.waiting and large_enough(case, moment, job, 0) and case.speed(job, 0) > 0]
        dated = {job for at, job, *_ in result.dates if at < moment.now and job in moment.waiting}
        for job in [] if dated else line[:1]:
            again = policy.hold == "fresh" or job not in promised
            promised[job] = min(promised.get(job, 1 << 62), shadow(case, moment, job, 0)) if again else promised[job]
    for job, at in ((job, at) for job, at in promised.items() if job not in never(case, result)):
        assert result.starts[job] <= at + case.pools[0].start_delay_s, f"job {job} was promised {at}, starts {result.starts[job]}"


def never(case: Case, result: Result) -> set[int]:
    """Jobs that were withdrawn and never ran: whatever they were promised."""
    return {rule.account for rule in case.rules if rule.what == "withdraw"} - result.starts.keys()


def dates_are_kept(case: Case, result: Result) -> None:
    """Whoever is given a date starts by it (every run within its request, nothing fails, nobody is capped, no domain is required)."""
    placed = {row.job: row.at for row in result.rows if row.what == "PLACED"}
    gone = never(case, result)
    for at, job, _, date_s in [date for date in result.dates if date[1] not in gone]:
        assert at < placed[job] <= date_s, f"job {job} was given second {date_s} at {at}, is placed at {placed[job]}"


def conservative_promises_kept(case: Case, result: Result) -> None:
    """No promise moves later and none is broken (every run within its request, nothing fails, nobody is capped)."""
    last: dict[int, int] = {}
    for promise in result.promises:
        assert promise.start_s <= last.get(promise.job, promise.start_s), f"{promise} was {last[promise.job]}"
        last[promise.job] = promise.start_s
    placed: dict[int, int] = {}
    for row in result.rows:
        if row.what == "PLACED":
            placed.setdefault(row.job, row.at)
    gone = never(case, result)
    assert last.keys() - gone == placed.keys()
    for job, at in ((job, at) for job, at in last.items() if job not in gone):
        assert placed[job] <= at, f"job {job} was promised {at}, is placed at {placed[job]}"


def nothing_idle_without_cause(case: Case, result: Result) -> None:
    """After each decide (no dedication, not conservative): who fits is kept out by a job that does not fit and that could hold the pool.

    With fcfs and sjf, where the order is plain from the rows, the first that could hold anything must be one that does not fit,
    and with one pool and EASY nobody who fits would end by its shadow.
    """
    assert case.policy.backfill != "conservative"
    assert all(pool.owner < 0 for pool in case.pools)
    pools = range(len(case.pools))
    for moment, _ in moments(case, result):
        frees = [moment.free(case, p) for p in pools]
        allowed = {job: [p for p in pools if may(case, result, moment, job, p)] for job in moment.waiting}
        fits = {job: [p for p in allowed[job] if room(case, job, p, frees[p])] for job in moment.waiting}
        heads = {j: [p for p in allowed[j] if large_enough(case, moment, j, p)] for j in moment.waiting if not fits[j]}
        for job, where in fits.items():
            keepers = [head for head, could in heads.items() if could and (case.policy.backfill == "none" or set(where) <= set(could))]
            assert not where or keepers, f"job {job} fits in pools {where} at {moment.now}, and nothing keeps them"
        if case.policy.order != "multifactor":
            _first_does_not_fit(case, moment, allowed, fits)


def _first_does_not_fit(case: Case, moment: Moment, allowed: dict[int, list[int]], fits: dict[int, list[int]]) -> None:
    place = {job: number for number, job in enumerate(case.order())}
    ranked = any(quality.preempts for quality in case.qos)

    def key(job: int) -> tuple[int, int, int]:
        rank = case.qos[case.jobs[job].qos].rank if ranked else 0
        return -rank, moment.waiting[job] if case.policy.order == "sjf" else 0, place[job]

    line = sorted((j for j in moment.waiting if any(large_enough(case, moment, j, p) for p in allowed[j])), key=key)
    for head in line[:1]:
        assert not fits[head], f"job {head} is first and fits at {moment.now}"
    plain = len(case.pools) == 1 and case.policy.backfill == "easy" and case.policy.hold == "fresh" and not ranked
    if plain and line and case.jobs[line[0]].domain != REQUIRE:
        until = shadow(case, moment, line[0], 0)
        for job in line[1:]:
            ends = moment.now + duration_s(case, job, 0, moment.waiting[job])
            assert not fits[job] or ends > until, f"job {job} fits at {moment.now} and would end by {until}"


def everything_ends(case: Case, result: Result) -> None:
    """When nothing runs any more, who still waits could not run on an empty floor: too large, capped by its own limits, or fenced off."""
    last = None
    for moment, _ in moments(case, result):
        last = moment
    if last is None:
        return
    assert not last.live, "something still runs"
    for job in last.waiting:
        row = case.jobs[job]
        for p, pool in enumerate(case.pools):
            lent = pool.lend and case.qos[row.qos].preemptible and not _owner_waits(case, result, last, p)
            if pool.owner in (-1, row.project) or lent:
                able = large_enough(case, last, job, p) and may(case, result, last, job, p)
                assert not able, f"job {job} waits for ever though pool {p} could run it"


def _owner_waits(case: Case, result: Result, moment: Moment, pool: int) -> bool:
    mine = [job for job in moment.waiting if case.jobs[job].project == case.pools[pool].owner]
    return any(may(case, result, moment, job, pool) and large_enough(case, moment, job, pool) for job in mine)
