"""Random small cases that bite: full floors, long queues, equal seconds, overruns, every rule on or off by name.

`make(rng, jobs, features)` is plain code over `random.Random`, so that a case is known by its seed; `smaller` cuts a failing
case down. The hypothesis strategy over it is `tests/strategies.py`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from random import Random

from tests.reference.case import PPM, Account, Case, Job, Policy, Pool, Qos, Rule, Supply

Features = dict[str, str]

FEATURES: dict[str, tuple[str, ...]] = {
    "order": ("fcfs", "sjf", "multifactor"),
    "backfill": ("none", "easy", "kept", "conservative"),
    "pool_rule": ("first", "fastest", "cheapest", "earliest"),
    "node_rule": ("best", "first", "spread"),
    "preempt": ("no", "yes"),
    "quota": ("no", "tree", "credits"),
    "dedicated": ("no", "closed", "lent"),
    "failures": ("no", "evict", "drain"),
    "domains": ("none", "prefer", "require"),
    "delay": ("no", "yes"),
    "reserve": ("no", "yes"),
    "withdraw": ("no", "yes"),
    "models": ("no", "yes"),
    "ahead": ("no", "yes"),
}
"""Every named choice of a case. `kept` is EASY with `hold: kept`."""

CHECKPOINTS_S = (0, 7, 10, 60)
SPEEDS_PPM = (0, 280_000, 500_000, PPM, PPM, 1_700_000, 3_900_000)
WEIGHTS_PPM = (PPM, PPM, 550_000, 1_600_000)


def possible(features: Features) -> bool:
    """Dates need holds; conservative is for one pool of equal nodes: no dedication, no preemption, no *require* (POLICY.md §6a, §10)."""
    if features.get("reserve") == "yes" and features.get("backfill", "easy") not in ("easy", "kept"):
        return False
    if features.get("backfill") != "conservative":
        return True
    plain = {"preempt": "no", "dedicated": "no", "pool_rule": "first"}
    return all(features.get(name, value) == value for name, value in plain.items()) and features.get("domains") != "require"


def pairwise() -> list[Features]:
    """Few feature sets in which every possible pair of choices occurs: greedy, the same on every machine."""
    names = list(FEATURES)
    open_pairs = {
        ((a, x), (b, y)) for a, b in itertools.combinations(names, 2) for x in FEATURES[a] for y in FEATURES[b] if possible({a: x, b: y})
    }
    sets: list[Features] = []
    while open_pairs:
        (a, x), (b, y) = min(open_pairs)
        chosen = {a: x, b: y}
        for name in names:
            if name not in chosen:
                options = [value for value in FEATURES[name] if possible({**chosen, name: value})]
                chosen[name] = max(options, key=lambda value, name=name: _closes({**chosen, name: value}, open_pairs))  # type: ignore[misc]
        open_pairs -= {pair for pair in open_pairs if _has(chosen, pair)}
        sets.append({name: chosen[name] for name in names})
    return sets


Pair = tuple[tuple[str, str], tuple[str, str]]


def _has(chosen: Features, pair: Pair) -> bool:
    return all(chosen.get(name) == value for name, value in pair)


def _closes(chosen: Features, pairs: set[Pair]) -> int:
    return sum(_has(chosen, pair) for pair in pairs)


def any_features(rng: Random) -> Features:
    while True:
        features = {name: rng.choice(values) for name, values in FEATURES.items()}
        if possible(features):
            return features


def make(rng: Random, jobs: int, features: Features) -> Case:
    """A case with this many jobs. Every feature is named; one case in three has all its seconds on a coarse grid (ties)."""
    grid_s = rng.choice((1, 1, 10))
    pools = _pools(rng, features)
    accounts = _accounts(rng, features, pools)
    if features.get("models") == "yes":
        pools, accounts = _named_models(rng, pools, accounts)
    projects = [x for x in range(len(accounts)) if all(account.parent != x for account in accounts)]
    if features["dedicated"] != "no":
        pools = tuple(
            replace(pool, owner=rng.choice(projects), lend=features["dedicated"] == "lent", lend_notice_s=rng.choice((0, 5, 20)))
            if p == 0 or (p == 1 and rng.random() < 0.3)
            else pool
            for p, pool in enumerate(pools)
        )
    kinds = rng.choice((1, 1, 3))
    speeds = tuple(_speeds(rng, len(pools)) for _ in range(kinds))
    qos = _qos(rng, features)
    rows = _jobs(rng, jobs, grid_s, pools, features, (projects, len(qos), kinds))
    horizon_s = max(row.submit_s for row in rows) + 300
    case = Case(
        pools=pools,
        jobs=rows,
        policy=_policy(rng, features, grid_s),
        accounts=accounts,
        qos=qos,
        speeds=speeds,
        supply=_supply(rng, features, pools, grid_s, horizon_s),
        rules=(
            *_rules(rng, features, accounts, projects, grid_s, horizon_s),
            *_withdrawals(rng, features, rows, grid_s),
            *_ceilings(rng, features, pools, accounts, (grid_s, horizon_s)),
        ),
    )
    return _opaque(rng, case, grid_s) if features.get("ahead") == "yes" else case


def _opaque(rng: Random, case: Case, grid_s: int) -> Case:
    """Sites with queues of their own: what lies there starts late, some of it later than it may, and taking it back takes a while."""

    def drawn(*choices: int) -> tuple[int, ...]:
        return tuple(-(-rng.choice(choices) // grid_s) * grid_s for _ in range(16))

    pools = tuple(replace(pool, ahead_s=pool.start_delay_s + rng.choice((10, 20, 50)) if rng.random() < 0.8 else 0) for pool in case.pools)
    return replace(case, pools=pools, late_s=drawn(0, 0, 0, 3, 10, 20, 21, 60, 200), back_s=drawn(1, 1, 1, 2, 5, 30))


def _pools(rng: Random, features: Features) -> tuple[Pool, ...]:
    count = 1 if features["backfill"] == "conservative" else rng.choice((1, 2, 3))
    if features["dedicated"] != "no":
        count = max(2, count)
    delay = features["delay"] == "yes"
    return tuple(
        Pool(
            nodes=rng.randint(2 if count == 1 else 1, 8 // count),
            devices=rng.choice((1, 2, 4, 4, 8)),
            domain_nodes=0 if features["domains"] == "none" else rng.choice((1, 2, 2, 3)),
            weight_ppm=rng.choice(WEIGHTS_PPM),
            start_delay_s=rng.choice((0, 5, 10)) if delay else 0,
        )
        for _ in range(count)
    )


def _accounts(rng: Random, features: Features, pools: tuple[Pool, ...]) -> tuple[Account, ...]:
    """Root 0, two organisations, two or three projects; in `tree` limits anywhere, in `credits` accounts that run dry."""
    whole = sum(pool.nodes * pool.devices * pool.weight_ppm for pool in pools)

    def limits() -> dict[str, int | None]:
        if features["quota"] != "tree" or rng.random() < 0.3:
            return {}
        part = whole * rng.randint(2, 10) // 10
        return {
            "nominal": part,
            "borrow": rng.choice((None, 0, part // 2, part)),
            "lend": rng.choice((None, 0, part // 2)),
        }

    def credits() -> int | None:
        return whole * rng.randint(50, 500) if features["quota"] == "credits" and rng.random() < 0.7 else None

    tops = [Account(nominal=whole if features["quota"] == "tree" and rng.random() < 0.5 else None)]
    tops += [Account(parent=0, share=rng.randint(1, 4), **limits()) for _ in range(2)]
    parents = [1, 2] + [rng.choice((1, 2))] * rng.randint(0, 1)
    return tuple(tops + [Account(parent=parent, share=rng.randint(0, 5), credits=credits(), **limits()) for parent in parents])


def _named_models(rng: Random, pools: tuple[Pool, ...], accounts: tuple[Account, ...]) -> tuple[tuple[Pool, ...], tuple[Account, ...]]:
    """One to three models, and ceilings on some of them anywhere in the tree, some too low for the larger jobs."""
    pools = tuple(replace(pool, model=rng.randrange(min(p + 1, 2) + 1)) for p, pool in enumerate(pools))

    def ceilings() -> tuple[tuple[int, int], ...]:
        return tuple((model, _most_of(rng, pools, model)) for model in sorted({pool.model for pool in pools}) if rng.random() < 0.4)

    return pools, tuple(replace(account, models=ceilings()) for account in accounts)


def _most_of(rng: Random, pools: tuple[Pool, ...], model: int) -> int:
    return sum(pool.nodes * pool.devices for pool in pools if pool.model == model) * rng.randint(1, 8) // 10


def _ceilings(
    rng: Random, features: Features, pools: tuple[Pool, ...], accounts: tuple[Account, ...], span_s: tuple[int, int]
) -> tuple[Rule, ...]:
    """Ceilings on models are set, moved and lifted while it runs, also where there was none."""
    if features.get("models") != "yes":
        return ()
    grid_s, horizon_s = span_s
    rules = []
    for _ in range(rng.randint(0, 4)):
        model, at_s = rng.choice(pools).model, rng.randint(0, horizon_s) // grid_s * grid_s
        value = -1 if rng.random() < 0.4 else _most_of(rng, pools, model)
        rules.append(Rule(at_s, "ceiling", rng.randrange(len(accounts)), value, model))
    return tuple(rules)


def _speeds(rng: Random, pools: int) -> tuple[int, ...]:
    row = [rng.choice(SPEEDS_PPM) for _ in range(pools)]
    if not any(row):
        row[rng.randrange(pools)] = PPM
    return tuple(row)


def _qos(rng: Random, features: Features) -> tuple[Qos, ...]:
    if features["preempt"] == "no":
        return Qos(priority=0, rank=1), Qos(priority=rng.choice((0, 5000)), rank=0, preemptible=features["dedicated"] == "lent")
    return (
        Qos(priority=1000, rank=1, preemptible=rng.random() < 0.5),
        Qos(priority=9000, rank=2, preempts=True, notice_s=rng.choice((0, 3, 10, 30))),
        Qos(priority=0, rank=0, preemptible=True),
    )


def _policy(rng: Random, features: Features, grid_s: int) -> Policy:
    backfill = {"kept": "easy"}.get(features["backfill"], features["backfill"])
    return Policy(
        order=features["order"],
        backfill=backfill,
        hold="kept" if features["backfill"] == "kept" else "fresh",
        pool_rule=features["pool_rule"],
        node_rule=features["node_rule"],
        replan_s=rng.choice((0, 0, 30)),
        depth=rng.choice((0, 0, 0, 5)),
        period_s=rng.choice((30, 100, 300)) // grid_s * grid_s,
        half_life_s=rng.choice((100, 1000, 604_800)),
        fairshare_weight=rng.choice((0, 10_000, 1_000_000)),
        size_weight=rng.choice((0, 3_000)),
        age_weight=rng.choice((0, 4_000)),
        age_max_s=rng.choice((0, 200, 5_000)),
        reserve_ppm=rng.choice((1, 100_000, 300_000, 600_000)) if features["reserve"] == "yes" else 0,
        reserve_after_s=rng.choice((0, 0, 20, 100)),
    )


def _jobs(
    rng: Random, count: int, grid_s: int, pools: tuple[Pool, ...], features: Features, sizes: tuple[list[int], int, int]
) -> tuple[Job, ...]:
    projects, qos, kinds = sizes
    spread_s = rng.choice((0, 40, 400)) * count // 20
    domain = {"none": (0,), "prefer": (0, 1, 1), "require": (0, 1, 2)}[features["domains"]]
    overruns, run_max_s = rng.choice((0.0, 0.0, 0.15)), rng.choice((5, 60, 200))

    def job() -> Job:
        pool = rng.choice(pools)
        devices = rng.randint(1, pool.devices) if rng.random() < 0.55 else rng.randint(1, pool.nodes * pool.devices)
        run_s = -(-rng.randint(1, run_max_s) // grid_s) * grid_s
        request_s = max(1, run_s // 2) if rng.random() < overruns else run_s * rng.randint(1, 4) + rng.choice((0, grid_s))
        return Job(
            submit_s=rng.randint(0, spread_s) // grid_s * grid_s,
            run_s=run_s,
            request_s=request_s,
            devices=devices + (1000 if rng.random() < 0.01 else 0),
            project=rng.choice(projects),
            qos=rng.randrange(qos),
            kind=rng.randrange(kinds),
            domain=rng.choice(domain),
            checkpoint_s=rng.choice(CHECKPOINTS_S),
        )

    return tuple(job() for _ in range(count))


def _supply(rng: Random, features: Features, pools: tuple[Pool, ...], grid_s: int, horizon_s: int) -> tuple[Supply, ...]:
    """Nodes that go and come back, some of them late or not yet delivered at second 0; every node is up in the end."""
    if features["failures"] == "no":
        return ()
    events = []
    for p, pool in enumerate(pools):
        for node in range(pool.nodes):
            at_s = 0 if rng.random() < 0.1 else rng.randint(1, horizon_s)
            while at_s < horizon_s and rng.random() < 0.6:
                down_s, up_s = (-(-t // grid_s) * grid_s for t in (at_s, at_s + rng.randint(1, 150)))
                events += [Supply(down_s, p, node, False, features["failures"] == "evict"), Supply(up_s, p, node, True)]
                at_s = up_s + rng.randint(1, 300)
    return tuple(events)


def _rules(
    rng: Random, features: Features, accounts: tuple[Account, ...], projects: list[int], grid_s: int, horizon_s: int
) -> tuple[Rule, ...]:
    def at_s() -> int:
        return rng.randint(0, horizon_s) // grid_s * grid_s

    rules = []
    if features["quota"] == "tree":
        limited = [x for x, account in enumerate(accounts) if account.nominal is not None]
        if limited:
            x = rng.choice(limited)
            rules.append(Rule(at_s(), "nominal", x, (accounts[x].nominal or 0) * rng.choice((1, 3)) // 2))
    if features["quota"] == "credits":
        project = rng.choice(projects)
        start_s = at_s()
        rules += [Rule(start_s, "stop", project), Rule(start_s + 50 // grid_s * grid_s, "go", project)]
        for project in projects:
            given = accounts[project].credits
            if given is not None:
                rules.append(Rule(at_s(), "credit", project, given))
    return tuple(rules)


def _withdrawals(rng: Random, features: Features, rows: tuple[Job, ...], grid_s: int) -> tuple[Rule, ...]:
    """One job in five is wanted no more some time after it was submitted, whether it waits, runs or is over."""
    if features.get("withdraw") != "yes":
        return ()
    wanted = [(j, row.submit_s + rng.randint(0, 200)) for j, row in enumerate(rows) if rng.random() < 0.2]
    return tuple(Rule(at_s // grid_s * grid_s, "withdraw", j) for j, at_s in wanted)


def smaller(case: Case, fails: Callable[[Case], bool]) -> Case:
    """The same failure with fewer jobs, supply events and rules."""
    for name in ("jobs", "supply", "rules"):
        step = max(1, len(getattr(case, name)) // 2)
        while step:
            at = 0
            while at < len(getattr(case, name)):
                rows = getattr(case, name)
                candidate = replace(case, **{name: rows[:at] + rows[at + step :]})
                if candidate.jobs and fails(candidate):
                    case = candidate
                else:
                    at += step
            step //= 2
    return case
