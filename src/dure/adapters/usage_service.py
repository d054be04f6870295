"""Runs of a service in the shape that the exports read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dure.adapters.usage_export import Usage
from dure.wire.books_api import RunUse


def usage_of(runs: Sequence[RunUse], at: int, url: str) -> Usage:
    """In the order of their numbers. Which seconds were overhead, rework or errors is unknown here: the events of a bundle tell."""
    rows = sorted(runs, key=lambda one: one.attempt)
    jobs = {one.job: place for place, one in enumerate({one.job: one for one in rows}.values())}
    pools = {one.pool: place for place, one in enumerate({one.pool: one for one in rows}.values())}
    last = {one.job: one for one in rows}
    return Usage(
        start_s=0,
        horizon_s=at,
        pools=tuple({"path": one.pool, "model": one.model, "accelerators_per_node": 1, "servers": ()} for one in _first(rows, "pool")),
        jobs=tuple(_job(one, last[one.job]) for one in _first(rows, "job")),
        attempts=tuple(_attempt(one, jobs[one.job], pools[one.pool]) for one in rows),
        nodes={},
        supply=(),
        names={},
        unique=True,
        origin=f"measured; service {url}",
    )


def _first(rows: Sequence[RunUse], name: str) -> Sequence[RunUse]:
    found: dict[str, RunUse] = {}
    for one in rows:
        found.setdefault(getattr(one, name), one)
    return list(found.values())


def _job(first: RunUse, last: RunUse) -> dict[str, Any]:
    return {
        "job_id": first.job.removeprefix("j").replace(".", "_"),
        "submit_s": first.submitted_at,
        "end_s": last.ended_at,
        "request_s": first.request_s,
        "request_known": first.request_s is not None,
        "project": first.project,
        "user": f"p{first.person}",
        "qos": "",
        "devices": first.asked,
        "ended_as": last.outcome,
    }


def _attempt(one: RunUse, job: int, pool: int) -> dict[str, Any]:
    return {
        "job": job,
        "attempt": one.attempt,
        "pool": pool,
        "milli": one.milli,
        "placed_s": one.placed_at,
        "started_s": one.started_at,
        "ended_s": one.ended_at,
        "outcome": one.outcome,
        "kept_s": one.kept_s,
        "overhead_s": None,
        "rework_s": None,
        "job_error_s": None,
        "provisional": int(one.ended_at is None),
        "nodes": one.nodes,
        "credits_micro": one.credits_micro,
        "won": one.won,
        "energy_wh": one.energy_wh,
        "electricity_won": one.electricity_won,
    }
