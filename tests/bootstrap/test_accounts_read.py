"""What accounts add up and forget is what they said when they held every attempt: to the unit, whatever ends in between."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

import numpy as np
import pytest
from sqlalchemy import Engine, func, insert, select, update

import dure
from dure.adapters.store.engine import WRITES, connect
from dure.adapters.store.migrate import migrate
from dure.adapters.store.people import People
from dure.adapters.store.registry import known
from dure.adapters.store.runs_read import SETTLED_S, read_runs
from dure.adapters.store.schema import attempt, work
from dure.adapters.store.sql import Inbox
from dure.bootstrap.accounts import Accounts
from dure.bootstrap.held import Held
from dure.bootstrap.places import Places
from dure.bootstrap.serve import Served
from dure.ledger.books import NEVER, Flags, Parts, Place, Runs, parts
from dure.ledger.cells import cells_of
from dure.ledger.use import By, used_by
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
        whole, names = from_scratch(engine, places, now), accounts.project_names()
        spent: Counter[int] = Counter()
        busy: Counter[str] = Counter()
        won: Counter[str] = Counter()
        runs, found, there = whole.runs, whole.parts, whole.places
        for run, micro, milli_s, service in zip(
            found.run.tolist(), found.credits_micro.tolist(), found.busy_milli_s.tolist(), found.service_won.tolist(), strict=True
        ):
            spent[int(runs.project[run])] += micro
            busy[there[int(runs.place[run])].path] += milli_s
            won[there[int(runs.place[run])].path] += service
        assert accounts.spent() == spent
        accounts._by_pool = (-1e9, ())
        assert {one.pool: (one.busy_milli_s, one.service_won) for one in accounts.by_pool()} == {
            path: (busy[path], won[path]) for path in ("north/a", "south/b")
        }
        first = {
            n: int(runs.started_at[(runs.project == n) & (runs.started_at != NEVER)].min())
            for n in set(runs.project[runs.started_at != NEVER].tolist())
        }
        assert {one.project: one.started_at for one in accounts.access() if one.started_at is not None} == {
            names[n]: at for n, at in first.items()
        }
        for month in (None, *MONTHS):
            rows_agree(accounts, whole, month)
        going = accounts._used.known(now)
        assert going.running == set(runs.project[runs.ended_at == NEVER].tolist())
        kept = accounts._used._reader.going(now).runs
        assert len(kept) == int(np.sum((runs.ended_at == NEVER) | (runs.ended_at >= now - SETTLED_S)))
        assert len(kept) < len(runs) // 2


class Whole(NamedTuple):
    runs: Runs
    places: tuple[Place, ...]
    parts: Parts
    fresh: Flags


def from_scratch(engine: Engine, places: Places, now: int) -> Whole:
    """Every attempt, read at once."""
    runs = read_runs(engine)
    prices = places.prices(int(runs.placed_at.min()), now)
    there = places.of(known(engine), prices)
    found = parts(runs, there, [one for one in prices if one is not None], 0, now)
    fresh = np.array([job not in runs.job[:at].tolist() for at, job in enumerate(runs.job.tolist())], np.bool_)
    return Whole(runs, there, found, fresh)


def rows_agree(accounts: Accounts, whole: Whole, month: int | None) -> None:
    """Every grouping is the sum of its runs, by single runs; what is owed comes to the same won whichever way it is asked."""
    single = {one.key: one for one in accounts.used("attempt", month=month)}
    runs = whole.runs
    assert list(single) == sorted(single, reverse=True)
    groups: dict[By, Sequence[int]] = {"project": runs.project.tolist(), "person": runs.person.tolist(), "job": runs.job.tolist()}
    for by, key in groups.items():
        rows = {one.key: one for one in accounts.used(by, month=month)}
        for field in ("runs", "held_milli_s", "busy_milli_s", "credits_micro", "won"):
            sums: Counter[int] = Counter()
            for number, one in single.items():
                sums[key[runs.attempt.tolist().index(number)]] += getattr(one, field)
            assert {number: getattr(one, field) for number, one in rows.items()} == sums, (by, field, month)
    totals = [
        [sum(getattr(one, field) for one in accounts.used(by, month=month)) for field in ("jobs", "runs", "held_milli_s", "won")]
        for by in ("project", "organisation", "site", "operator", "model")
    ]
    assert all(one == totals[0] for one in totals), month
    cells = cells_of(runs, whole.parts, whole.fresh)
    if month is not None:
        cells = cells.only(cells.key("month") == month)
    theirs = used_by(cells, cells.key("project"), np.zeros(len(cells), np.int64), str, whole=month is None)
    ours = accounts.used("project", month=month)
    assert sorted(one._replace(name="", won=0) for one in ours) == sorted(one._replace(name="") for one in theirs)
    paged: list[int] = []
    while page := accounts.runs(None, month, paged[-1] if paged else None, 5):
        assert [one.won for one in page] == [single[one.attempt].won for one in page]
        paged += [one.attempt for one in page]
    assert paged == list(single)
