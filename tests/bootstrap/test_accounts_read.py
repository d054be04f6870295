"""What accounts add up and forget is what they said when they held every attempt: to the unit, whatever ends in between."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from random import Random

import numpy as np
import pytest
from sqlalchemy import Engine, func, insert, select, update

import dure
from dure.adapters.store.engine import WRITES, connect
from dure.adapters.store.migrate import migrate
from dure.adapters.store.people import People
from dure.adapters.store.registry import known
from dure.adapters.store.runs_read import EVER, SETTLED_S, read_runs
from dure.adapters.store.schema import attempt, work
from dure.adapters.store.sql import Inbox
from dure.bootstrap.accounts import Accounts
from dure.bootstrap.held import Held
from dure.bootstrap.places import Places
from dure.bootstrap.serve import Served
from dure.ledger.books import NEVER, owed_parts, part_of, parts
from dure.ledger.use import BYS, used_by
from dure.model.work import AttemptState

RELEASE = Path(__file__).resolve().parents[1] / "releases" / dure.__version__
MONTHS = (2026 * 12 + 4, 2026 * 12 + 5)
"""May and June 2026."""


@pytest.fixture
def served(tmp_path: Path) -> Served:
    for name in ("store.db", "scenario.yaml"):
        shutil.copy(RELEASE / name, tmp_path / name)
    migrate(connect(f"sqlite:///{tmp_path}/store.db"))
    return Served(tmp_path / "scenario.yaml", tmp_path)


def changes(engine: Engine, draw: Random, now: int) -> None:
    """Some attempts begin, start and end, as rows say it."""
    with engine.execution_options(**WRITES).begin() as connection:
        jobs = list(connection.execute(select(work.c.job)).scalars())
        last = int(connection.execute(select(func.max(attempt.c.attempt))).scalar_one())
        for row in connection.execute(select(attempt).where(attempt.c.ended_at.is_(None))).all():
            begun = row.placed_at + 5 if row.started_at is None else row.started_at
            over = {"ended_at": now - draw.randrange(200), "outcome": 0, "state": int(AttemptState.ENDED)} if draw.random() < 0.5 else {}
            connection.execute(update(attempt).where(attempt.c.attempt == row.attempt).values(started_at=begun, **over))
        for number in range(last + 1, last + 1 + draw.randrange(4)):
            row = {
                "attempt": number,
                "job": draw.choice(jobs),
                "pool": draw.randrange(3),
                "state": 0,
                "milli": draw.randrange(1, 9) * 1_000,
            }
            connection.execute(insert(attempt).values(**row, placed_at=now - draw.randrange(500), kept_s=0))


@pytest.mark.parametrize("seed", range(4))
def test_the_sums_are_those_of_all_attempts(served: Served, seed: int) -> None:
    engine, draw = connect(served.address), Random(seed)
    people, places = People(engine, Inbox(engine)), Places(served.grounds())
    with engine.connect() as connection:
        clock = [int(connection.execute(select(func.max(attempt.c.placed_at))).scalar_one()) + 4_000]
    accounts = Accounts(engine, places, people, Held(engine), lambda: clock[0])
    for _ in range(6):
        clock[0] += draw.randrange(1, 40_000)
        changes(engine, draw, clock[0])
        now = clock[0]
        runs = read_runs(engine, projects=None, also=(), since=0, until=EVER)  # every attempt, as it was read before
        prices = places.prices(int(runs.placed_at.min()), now)
        there = places.of(known(engine), prices)
        found = parts(runs, there, [one for one in prices if one is not None], 0, now)
        spent: Counter[int] = Counter()
        for number, micro in zip(runs.project[found.run].tolist(), found.credits_micro.tolist(), strict=True):
            spent[number] += micro
        assert accounts.spent() == spent
        assert accounts._running() == set(runs.project[runs.ended_at == NEVER].tolist())
        busy: Counter[str] = Counter()
        won: Counter[str] = Counter()
        for place, milli_s, service in zip(
            runs.place[found.run].tolist(), found.busy_milli_s.tolist(), found.service_won.tolist(), strict=True
        ):
            busy[there[place].path] += milli_s
            won[there[place].path] += service
        accounts._by_pool = (-1e9, ())
        assert {one.pool: (one.busy_milli_s, one.service_won) for one in accounts.by_pool()} == {
            path: (busy[path], won[path]) for path in ("north/a", "south/b")
        }
        first = {
            n: int(runs.started_at[(runs.project == n) & (runs.started_at != NEVER)].min())
            for n in set(runs.project[runs.started_at != NEVER].tolist())
        }
        names = accounts.project_names()
        assert {one.project: one.started_at for one in accounts.access() if one.started_at is not None} == {
            names[n]: at for n, at in first.items()
        }
        owed = owed_parts(accounts._owed(now), found, runs)
        for month in MONTHS:
            which = found.month == month
            since, until = (accounts.worth(months=(month, month)).since, accounts.worth(months=(month, month)).until)
            for by in BYS:
                ours = accounts.used(by, months=(month, month))
                key, name = accounts._keys(by, accounts.worth()._replace(runs=runs, places=there))
                theirs = used_by(runs, part_of(found, which), owed[which], key, name, since, until)
                assert sorted(str(one._replace(key=0)) for one in ours) == sorted(str(one._replace(key=0)) for one in theirs), (by, month)
        with accounts._lock:
            going = accounts._reader.going(now)
        assert len(going) == int(np.sum((runs.ended_at == NEVER) | (runs.ended_at >= now - SETTLED_S)))
        assert len(going) < len(runs) // 2
