"""What the log says of some runs and an attempt's row does not: on which servers, and what time was asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy import Engine, select

from dure.adapters.store.registry import Known
from dure.adapters.store.schema import attempt, event, work
from dure.model.events import Kind
from dure.model.units import MILLI, ceil_div

ASKED = 500


class Told(NamedTuple):
    """Names of servers as `dure usage export` calls them; seconds asked of the reference accelerator; seconds of work that are kept."""

    nodes: tuple[str, ...]
    request_s: int | None
    kept_s: int
    asked: int
    state: int


def server_names(now: Known) -> tuple[str, ...]:
    """By node of the State: servers are called by site, pool and their place in it, from 1; a holder's nodes are servers of its pool."""
    servers = [f"{one.pool.replace('/', '-')}-{place:04d}" for one in now.grounds for place in range(1, one.nodes + 1)]
    return (*servers, *(servers[server] for one in now.pieces for server in one.nodes))


def told(engine: Engine, now: Known, attempts: Collection[int]) -> Mapping[int, Told]:
    """By attempt."""
    names = server_names(now)
    size = {one.pool: one.devices for one in now.grounds}
    devices = [*(one.devices for one in now.grounds), *(size[one.pool] for one in now.pieces)]
    found: dict[int, Told] = {}
    with engine.connect() as connection:
        numbers = sorted(attempts)
        for at in range(0, len(numbers), ASKED):
            some = numbers[at : at + ASKED]
            query = select(attempt.c.attempt, attempt.c.job, attempt.c.kept_s, work.c.devices, work.c.state)
            rows = connection.execute(query.join(work, work.c.job == attempt.c.job).where(attempt.c.attempt.in_(some))).all()
            jobs = {row.job for row in rows}
            kinds = event.c.kind.in_([int(Kind.PLACED), int(Kind.SUBMITTED)])
            facts = connection.execute(select(event).where(event.c.job.in_(jobs), kinds).order_by(event.c.seq)).all()
            requests = {row.job: row.value for row in facts if row.kind == Kind.SUBMITTED}
            nodes: dict[int, list[str]] = {}
            for row in facts:
                if row.kind == Kind.PLACED:
                    last = row.node + max(1, ceil_div(row._mapping["count"], devices[row.pool] * MILLI))
                    nodes.setdefault(row.attempt, []).extend(names[row.node : last])
            for row in rows:
                held = tuple(nodes.get(row.attempt, ()))
                found[row.attempt] = Told(held, requests.get(row.job), row.kept_s, row.devices, row.state)
    return found
