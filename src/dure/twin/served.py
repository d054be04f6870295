"""A run's services in figures: what was asked of each, what its replicas did, and what became of the replicas it needed."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from dure.ledger.attempts import Attempts
from dure.ledger.served import Span, replica_seconds, served, serving_spans
from dure.model.units import MICRO
from dure.twin.build import Plan
from dure.twin.services import Staying

Ints = npt.NDArray[np.int64]


def service_rows(plan: Plan, attempts: Attempts, horizon_s: int) -> list[dict[str, Any]]:
    """One row a service, in the order of the scenario. Amounts are whole requests or tokens; None is unknown.

    `needed_s` = `serving_s` + `starting_s` + `waiting_s` + `again_s`, in replica-seconds.
    """
    until_s = plan.columns["until"].astype(np.int64)
    users = np.asarray(plan.jobs.user)
    rows = []
    for one in plan.services:
        number = plan.jobs.users.index(one.user) if one.user in plan.jobs.users else -1
        mine = np.flatnonzero(users[attempts.job] == number) if number >= 0 else np.zeros(0, np.int64)
        mine = mine[until_s[attempts.job[mine]] > 0] if len(mine) else mine
        rows.append(_row(plan, one, attempts, mine, until_s, horizon_s))
    return rows


def _row(plan: Plan, one: Staying, attempts: Attempts, mine: Ints, until_s: Ints, horizon_s: int) -> dict[str, Any]:
    spent = replica_seconds(attempts, mine, plan.jobs.submit_s, until_s, plan.start_up_s, horizon_s)
    lengths = [max(0, min(step.to_s, horizon_s) - step.from_s) for step in one.steps]
    needed = sum(length * step.replicas for length, step in zip(lengths, one.steps, strict=True))
    waiting = needed - spent.serving - spent.starting - spent.again
    assert waiting >= 0, "replicas are not more than what is needed"
    return {
        "service": one.name,
        "project": one.project,
        "workload": one.workload,
        "unit": one.unit.removesuffix("/s"),
        "accelerators": one.accelerators,
        "replicas_most": max((step.replicas for step in one.steps), default=0),
        "sized_on": one.sized_on,
        **_amounts(plan, one, attempts, mine, until_s, horizon_s),
        "needed_s": needed,
        "serving_s": spent.serving,
        "starting_s": spent.starting,
        "waiting_s": waiting,
        "again_s": spent.again,
        "rates": [
            {"model": model, "replica_micro_per_s": one.replica_micro(model), "basis": known.basis, "source": known.source}
            for model, known in one.rates.items()
        ],
    }


def _amounts(plan: Plan, one: Staying, attempts: Attempts, mine: Ints, until_s: Ints, horizon_s: int) -> dict[str, int | float | None]:
    """Whole units, rounded down; what was not served is the rest of what was offered, so that both add up."""
    if not one.unit:
        return dict.fromkeys(("offered", "served", "not_served", "served_share", "capacity"))
    models = [plan.floor.pools[piece.pool].model for piece in plan.floor.pieces]
    micro = np.array([one.replica_micro(model) if model in one.rates else 0 for model in models], np.int64)
    asked = [Span(step.from_s, min(step.to_s, horizon_s), step.offered_micro or 0) for step in one.steps]
    found = served(asked, serving_spans(attempts, mine, until_s, plan.start_up_s, micro))
    offered, answered = found.offered // MICRO, found.served // MICRO
    share = round(found.served / found.offered, 6) if found.offered else None
    return {
        "offered": offered,
        "served": answered,
        "not_served": offered - answered,
        "served_share": share,
        "capacity": found.capacity // MICRO,
    }
