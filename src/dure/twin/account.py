"""A run in figures: the summary and the tables of its folder, from the plan, the counts of the State and the attempts of the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dure.ledger import usage, waterfall
from dure.ledger.attempts import Attempts, Gathering
from dure.ledger.losses import loss_rows
from dure.ledger.spread import Bins, spent
from dure.ledger.usage import JobTimes, Used
from dure.ledger.waterfall import COUNTED, Seconds
from dure.model.events import Outcome
from dure.model.units import MILLI
from dure.policy import layout
from dure.twin.build import Plan
from dure.twin.funding_rows import funding_rows, funding_summary
from dure.twin.run import RunResult
from dure.twin.served import service_rows

Ints = npt.NDArray[np.int64]
Row = dict[str, Any]

_COLUMN = {name: int(getattr(layout, f"C_{name.upper()}")) for name in (*COUNTED, "busy")}
_RATES = ("installed", "available", "busy", "productive")


@dataclass(frozen=True, slots=True)
class Account:
    """What a run comes to. Rows of `tables` are in the order of the run folder's columns."""

    summary: Row
    tables: Mapping[str, list[Row]]
    attempts: Attempts
    times: JobTimes
    services: tuple[Row, ...] = ()
    funding: Row | None = None
    """The money of sites that have a budget: rows by site, month and day."""


def account(plan: Plan, result: RunResult, gathering: Gathering) -> Account:
    """Figures of a run. Asserts that they add up: counts and log agree in every bin, causes and productive make contracted."""
    attempts = gathering.attempts(result.horizon_s, plan.start_up_s, _interval_s(plan), plan.checkpoint_write_s)
    times = usage.job_times(attempts, plan.jobs.submit_s)
    weights = [plan.floor.pools[piece.pool].weight_ppm for piece in plan.floor.pieces]
    used = usage.used_by(attempts, plan.project, len(plan.people.tree), weights)
    lines = _lines(plan, result, attempts)
    levels = _levels(plan, result, lines, used)
    fleet = levels["fleet"][""]
    values = {pool.model: pool.value_won for pool in plan.floor.pools}
    tables = {
        "waterfall": [
            {"level": level, "key": key} | row.as_row() | row.rates() for level, rows in levels.items() for key, row in rows.items()
        ],
        "rates": _rates(plan, result, lines),
        "waits": _waits(plan, times),
        "access": _access(plan, times, used),
        "losses": loss_rows(levels["model"], values),
    }
    summary = {
        **_jobs(plan, result, times),
        **_felt(plan, result, times),
        **fleet.rates(),
        "waterfall": fleet.as_row(),
        "waterfall_detail": {level: {key: row.as_row() for key, row in rows.items()} for level, rows in levels.items() if level != "fleet"},
        **_used(result, attempts, used),
        **_reserved(plan, result),
        **({"funding": funding_summary(result.money.sites)} if result.money is not None else {}),
        "seed": plan.seed,
        "horizon_s": result.horizon_s,
        "value_won_per_accelerator_hour": {model: value for model, value in values.items() if value is not None},
    }
    funding = None if result.money is None else funding_rows(result.money.sites)
    return Account(summary, tables, attempts, times, tuple(service_rows(plan, attempts, result.horizon_s)), funding)


def _interval_s(plan: Plan) -> Ints:
    """By job, seconds from one checkpoint that costs time to the next; 0 for replicas of services, which write none."""
    interval, until = plan.columns["checkpoint"].astype(np.int64), plan.columns["until"]
    return np.where(until > 0, 0, interval) if len(until) else interval


def _lines(plan: Plan, result: RunResult, attempts: Attempts) -> Ints:
    """[bin, piece, line], checked."""
    bins = Bins(result.bin_s, result.horizon_s)
    pieces = len(plan.floor.pieces)
    counted = {name: result.sums[:, :, column] for name, column in _COLUMN.items()}
    free = sum((counted[name] for name in COUNTED[COUNTED.index("held") :]), np.zeros((bins.count, pieces), np.int64))
    assert (free == result.sums[:, :, layout.C_UP]).all(), "the causes of idleness are not the free devices"
    lines = waterfall.by_bin(counted, spent(attempts, bins, pieces))
    milli = np.array([piece.nodes * plan.floor.pools[piece.pool].devices * MILLI for piece in plan.floor.pieces], np.int64)
    contracted = np.diff(bins.edges_s)[:, None] * milli[None, :] - result.away
    waterfall.add_up(lines, contracted)
    whole = np.array([pool.nodes * pool.devices * MILLI for pool in plan.floor.pools], np.int64)
    by_pool = _summed(contracted.sum(axis=0), plan.floor.piece_pool(), len(plan.floor.pools))
    assert (by_pool == result.horizon_s * whole).all(), "a server that changes hands is counted twice, or not at all"
    return lines


def _levels(plan: Plan, result: RunResult, lines: Ints, used: Used) -> dict[str, dict[str, Seconds]]:
    floor = plan.floor
    pools = waterfall.whole_seconds(_summed(lines.sum(axis=0), floor.piece_pool(), len(floor.pools)))
    parts = {"rework": used.rework, "overhead": used.overhead, "job_error": used.job_error, "productive": used.productive}
    held = waterfall.whole_seconds(waterfall.held_lines(used.dispatch, result.dedicated[:, 2], parts))
    mine = np.array([body.index for body in plan.people.projects], np.int64)
    levels = {"fleet": waterfall.grouped(pools, [""] * len(pools))}
    for level, name in (("operator", "operator"), ("site", "site"), ("pool", "path"), ("vendor", "vendor"), ("model", "model")):
        levels[level] = waterfall.grouped(pools, [getattr(pool, name) for pool in floor.pools])
    levels["organisation"] = waterfall.grouped(held[mine], [body.organisation for body in plan.people.projects])
    levels["project"] = waterfall.grouped(held[mine], [body.name for body in plan.people.projects])
    return levels


def _summed(rows: Ints, group: Ints, groups: int) -> Ints:
    total = np.zeros((groups, *rows.shape[1:]), np.int64)
    np.add.at(total, group, rows)
    return total


def _rates(plan: Plan, result: RunResult, lines: Ints) -> list[Row]:
    """Both rates need four sums a bin, for the fleet and by site and vendor."""
    bins = Bins(result.bin_s, result.horizon_s)
    pools = [plan.floor.pools[piece.pool] for piece in plan.floor.pieces]
    series: dict[tuple[str, str], list[int]] = {}
    for index, pool in enumerate(pools):
        for name in (("fleet", ""), ("site", pool.site), ("vendor", pool.vendor)):
            series.setdefault(name, []).append(index)
    ordered = sorted(series, key=lambda name: ("fleet", "site", "vendor").index(name[0]))
    edges = bins.edges_s.tolist()
    rows: list[Row] = []
    for level, key in ordered:
        mine = np.array(series[level, key], np.int64)
        seconds = waterfall.whole_seconds(lines[:, mine].sum(axis=1))
        for number, row in enumerate(seconds.tolist()):
            found = Seconds(tuple(row))
            head = {"start_s": edges[number], "bin_s": edges[number + 1] - edges[number], "level": level, "key": key}
            rows.append(head | {f"{step}_s": found.step(step) for step in _RATES})
    return sorted(rows, key=lambda row: row["start_s"])


def _waits(plan: Plan, times: JobTimes) -> list[Row]:
    rows = []
    for least, most in usage.BUCKETS:
        found = usage.waits(times, usage.in_bucket(plan.jobs.devices, least, most))
        figures = {name: getattr(found, name) for name in usage.Waits.__dataclass_fields__}
        rows.append({"bucket": usage.bucket_name(least, most)} | figures)
    return rows


def _access(plan: Plan, times: JobTimes, used: Used) -> list[Row]:
    """Per project: grant, first submission, first start, and what it used."""
    size = len(plan.people.tree)
    first_submit = _least(plan.project, times.submit_s, size)
    first_start = _least(plan.project[times.started], times.first_start_s[times.started], size)
    jobs = np.bincount(plan.project, minlength=size)
    busy = used.busy
    return [
        {
            "organisation": body.organisation,
            "region": body.region,
            "project": body.name,
            "granted_s": body.granted_at_s,
            "first_submit_s": first_submit[body.index],
            "first_start_s": first_start[body.index],
            "jobs": int(jobs[body.index]),
            "credits_used": usage.credits(used.credits_micro[body.index]),
            "busy_s": int(busy[body.index]) // MILLI,
        }
        for body in plan.people.projects
    ]


def _least(group: Ints, values: Ints, groups: int) -> list[int | None]:
    """The least value of each group; None where it has none."""
    far = np.iinfo(np.int64).max
    least = np.full(groups, far, np.int64)
    np.minimum.at(least, group, values)
    return [None if value == far else value for value in least.tolist()]


def _jobs(plan: Plan, result: RunResult, times: JobTimes) -> Row:
    ended = times.ended
    done = int(ended.sum())
    assert done == result.jobs_done, f"{done} jobs ended in the log, {result.jobs_done} in the world"
    failed = int(np.isin(times.outcome, (Outcome.FAILED, Outcome.TIME_LIMIT)).sum())
    running = int(result.state.meta[0]["open_jobs"]) - int(result.state.meta[0]["waiting"])
    return {
        "jobs_total": len(plan.jobs) + len(plan.refused),
        "jobs_completed": done,
        "jobs_failed": failed,
        "jobs_canceled": int((times.outcome == Outcome.CANCELED).sum()),
        "jobs_rejected": len(plan.refused),
        "jobs_waiting": len(plan.jobs) - done - running,
        "jobs_running": running,
    }


def _felt(plan: Plan, result: RunResult, times: JobTimes) -> Row:
    felt = usage.waits(times)
    all_ended = bool(times.ended.all())
    last_s = int(times.end_s.max()) if len(times.end_s) and all_ended else result.horizon_s
    return {
        "makespan_s": last_s - int(times.submit_s[0]) if len(times.submit_s) else 0,
        "wait_mean_s": felt.mean_s,
        "wait_median_s": felt.median_s,
        "wait_p95_s": felt.p95_s,
        "wait_p99_s": felt.p99_s,
        "slowdown_mean": felt.slowdown_mean,
        "jain_fairness": usage.fairness(times, plan.project, len(plan.people.tree)),
    }


def _reserved(plan: Plan, result: RunResult) -> Row:
    """What dated reservations came to, where the rule is on: what stood idle only because of dates, and how long the gangs had waited."""
    if plan.spec.rules.reserve_ppm == 0:
        return {}
    meta = result.state.meta[0]
    given, started = int(meta["reserve_given"]), int(meta["reserve_started"])
    return {
        "reservations": {
            "idle_s": int(result.sums[:, :, layout.C_KEPT].sum()) // MILLI,
            "given": given,
            "given_wait_mean_s": int(meta["reserve_waited"]) // given if given else None,
            "started": started,
            "lapsed": given - started - int(meta["reserved"]),
            "started_wait_mean_s": int(meta["reserve_started_waited"]) // started if started else None,
        }
    }


def _used(result: RunResult, attempts: Attempts, used: Used) -> Row:
    held: Sequence[int] = (result.dedicated.sum(axis=0) // MILLI).tolist()
    return {
        "credits_used": usage.credits(sum(used.credits_micro)),
        "preemptions": usage.count_of(attempts, Outcome.PREEMPTED),
        "evictions": usage.count_of(attempts, Outcome.EVICTED),
        "lost_work_s": int((attempts.milli * attempts.rework_s).sum()) // MILLI,
        "attempts": len(attempts),
        "attempts_open": int(attempts.provisional.sum()),
        "dedicated": dict(zip(("held_used_s", "held_lent_s", "held_idle_s"), held, strict=True)),
    }
