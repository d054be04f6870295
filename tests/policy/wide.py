"""Cases with a wide floor: what the small ones of `reference.generate` cannot reach (more than 64 of anything)."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from tests.reference.case import Account, Case, Job
from tests.reference.generate import Features, make


def wide(rng: Random, jobs: int, features: Features) -> Case:
    """A small case with its first pool grown to 100 or 200 nodes, and jobs of seven sizes of which most belong to one list each."""
    small, nodes, longer = make(rng, jobs, features), rng.choice((100, 200)), rng.choice((5, 50))
    pools = tuple(replace(p, nodes=20 if i else nodes, domain_nodes=16 * p.domain_nodes) for i, p in enumerate(small.pools))
    size, spread_s, project = pools[0].devices, rng.choice((30, 100, 300)), small.jobs[0].project
    sizes = (1, max(1, size // 2), size, size, 2 * size, 3 * size, nodes * size // 3)

    def job(row: Job) -> Job:
        return replace(
            row,
            devices=rng.choices(sizes, (40, 20, 40, 30, 10, 10, 1))[0],
            submit_s=rng.randrange(spread_s),
            run_s=row.run_s * longer,
            request_s=row.request_s * longer,
            project=project if rng.random() < 0.7 else row.project,
            kind=0,
        )

    def more(limit: int | None, times: int) -> int | None:
        return None if limit is None else times * limit

    def account(row: Account) -> Account:
        credits = more(row.credits, 25 * longer)
        models = tuple((model, 25 * most) for model, most in row.models)
        return replace(
            row, models=models, nominal=more(row.nominal, 25), borrow=more(row.borrow, 25), lend=more(row.lend, 25), credits=credits
        )

    return replace(
        small,
        pools=pools,
        jobs=tuple(job(row) for row in small.jobs),
        accounts=tuple(account(row) for row in small.accounts),
        speeds=tuple(tuple(max(speed, 500_000) for speed in row) for row in small.speeds),
        supply=tuple(replace(event, node=event.node * 2) for event in small.supply),
        rules=tuple(replace(rule, value=-1 if rule.value < 0 else 25 * rule.value) for rule in small.rules),
    )
