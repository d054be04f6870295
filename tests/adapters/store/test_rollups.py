"""Rollups by hour say what the ledger says of the whole log; seals prove it; a closed month never changes."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pytest
from sqlalchemy import Engine, delete, insert, select, update

from dure.adapters.store import rollups
from dure.adapters.store.engine import WRITES
from dure.adapters.store.replay import rewrite
from dure.adapters.store.rollups import Seals, broken, month_of, roll, roll_all, rows_by_hour
from dure.adapters.store.schema import correction, event, ground, hourly, month
from dure.adapters.store.sql import SqlStore
from dure.ledger.hourly import HOUR_S, Hours, within_busy
from dure.ledger.recorded import recorded
from dure.ledger.waterfall import LINES
from dure.model.events import Kind
from dure.model.units import MILLI
from dure.operate.ports import Rows
from dure.policy.fold import LIVE, WANTED
from tests.simulation.bench import Bench
from tests.simulation.test_live_equals_twin import delayed

JOBS = 60
NOVEMBER_S = 1_761_922_800
"""2025-11-01 00:00 in Korea."""


@cache
def log(seed: int) -> tuple[Rows, tuple[int, ...]]:
    """A run with failures, preemption, losses and late facts; the milli-devices of its pools."""
    bench = Bench(delayed(seed, JOBS))
    rows = bench.run()
    nodes = np.bincount(bench.broker.state.node["pool"], minlength=len(bench.broker.state.pool))
    return rows.copy(), tuple((nodes * bench.broker.state.pool["devices"] * MILLI).tolist())


@pytest.mark.parametrize("seed", range(3))
def test_hours_add_up_to_what_the_ledger_says_of_the_whole_log(seed: int) -> None:
    rows, milli = log(seed)
    sizes = dict(enumerate(milli))
    hours = Hours()
    for hour in range(int(rows["seen"][0]) // HOUR_S, int(rows["seen"][-1]) // HOUR_S + 1):
        part = rows[rows["seen"] // HOUR_S == hour]
        hours = Hours(json.loads(json.dumps(hours.told())))  # whoever goes on has read it from JSON
        if hours.open_s is not None:
            hours.close(hour * HOUR_S, sizes)
        hours.fold(part.tolist(), {}, sizes)
    first, end = int(rows["seen"][0]) // HOUR_S * HOUR_S, hours.open_s
    assert end is not None
    assert end - first >= 5 * HOUR_S
    for since in range(first, end, HOUR_S):
        found = np.zeros((len(milli), len(LINES)), np.int64)
        for (hour, pool, _, line), amount in hours.amounts.items():
            if hour == since:
                found[pool, line] += amount
        assert [within_busy(one) for one in found.tolist()] == recorded(rows, milli, since, since + HOUR_S).lines.tolist(), since


def filled(engine: Engine, seed: int, begin_s: int) -> SqlStore:
    """A store with the log of a run that begins at a second."""
    rows, milli = log(seed)
    moved = rows.copy()
    for name in ("at", "seen"):
        moved[name] += begin_s
    with engine.execution_options(**WRITES).begin() as connection:
        pools = [{"number": n, "pool": f"s{n}/a", "nodes": size // MILLI, "devices": 1} for n, size in enumerate(milli)]
        connection.execute(insert(ground), pools)
    store = SqlStore(engine, "test")
    for at in range(0, len(moved), 500):
        store.commit(moved[at : at + 500], np.zeros(0, WANTED), {})
    return store


def by_hour(engine: Engine) -> list[tuple[int, ...]]:
    with engine.connect() as connection:
        return sorted(tuple(row) for row in connection.execute(select(hourly).where(hourly.c.milli_s != 0)))


def test_the_store_keeps_them_however_often_it_is_asked(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(engine, 0, NOVEMBER_S)
    monkeypatch.setattr(rollups, "CHUNK", 37)
    while roll(engine, 1):
        pass
    assert not roll(engine, 1)
    rows, milli = log(0)
    found = np.zeros((len(milli), len(LINES)), np.int64)
    hours = rows_by_hour(engine, 0, 1 << 40)
    for _, pool, _, line, amount in hours:
        found[pool, line] += amount
    end = max(hour for hour, *_ in hours) - NOVEMBER_S + HOUR_S
    assert [within_busy(one) for one in found.tolist()] == recorded(rows, milli, 0, end).lines.tolist()


def test_seals_are_one_chain_and_a_changed_row_is_found(engine: Engine) -> None:
    filled(engine, 1, NOVEMBER_S)
    assert Seals(engine).head() == ""
    roll_all(engine, 7)
    seals = Seals(engine).all()
    assert len(seals) >= 5
    assert [one.first for one in seals] == [0, *(one.last + 1 for one in seals[:-1])]
    assert Seals(engine).head() == seals[-1].head == Seals(engine).all(1)[0].head
    assert broken(engine) == (len(seals), [])
    with engine.execution_options(**WRITES).begin() as connection:
        connection.execute(update(event).where(event.c.seq == seals[2].first).values(value=event.c.value + 1))
    assert [one.number for one in broken(engine)[1]] == [3]


def _lost(seq: int, store: SqlStore, at: int, seconds: int, pool: int = 0) -> Rows:
    return np.array([(seq, at, Kind.LOST, 0, 1 << 40, pool, -1, 1_000, seconds, 0, at)], LIVE)


def test_a_closed_month_never_changes_what_comes_late_is_a_correction(engine: Engine) -> None:
    rows, _ = log(2)
    end = month_of(NOVEMBER_S)[1]
    store = filled(engine, 2, end - 3 * HOUR_S)
    roll_all(engine, 7)
    with engine.connect() as connection:
        assert [row.start for row in connection.execute(select(month))] == [NOVEMBER_S]
    before = [row for row in by_hour(engine) if row[0] < end]
    assert len({row[0] for row in before}) == 3
    late = end - 3 * HOUR_S + int(rows["seen"][-1]) + 2 * HOUR_S
    store.commit(_lost(store.seq, store, late, late - end + HOUR_S), np.zeros(0, WANTED), {})
    store.commit(_lost(store.seq, store, late + 2 * HOUR_S, 0), np.zeros(0, WANTED), {})
    roll_all(engine, 7)
    assert [row for row in by_hour(engine) if row[0] < end] == before, "rollups of a closed month never change"
    with engine.connect() as connection:
        found = [tuple(row)[1:] for row in connection.execute(select(correction).order_by(correction.c.line))]
    booked = late // HOUR_S * HOUR_S + 2 * HOUR_S
    rework, productive = LINES.index("rework"), LINES.index("productive")
    moved = HOUR_S * 1_000
    assert sorted(found) == sorted([(booked, end - HOUR_S, 0, 0, rework, moved), (booked, end - HOUR_S, 0, 0, productive, -moved)])
    assert (booked, 0, 0, rework, moved) in rows_by_hour(engine, booked, booked + HOUR_S), "it is told in the hour in which it was booked"


def test_rollups_are_made_again_from_the_log(engine: Engine) -> None:
    end = month_of(NOVEMBER_S)[1]
    filled(engine, 2, end - 3 * HOUR_S)
    roll_all(engine, 7)
    before, seals = by_hour(engine), Seals(engine).all()
    with engine.execution_options(**WRITES).begin() as connection:
        connection.execute(delete(hourly).where(hourly.c.hour == end))
        connection.execute(update(hourly).where(hourly.c.hour > end).values(milli_s=1))
    assert by_hour(engine) != before
    assert rewrite(engine, 7).rollups > 0
    assert by_hour(engine) == before
    assert Seals(engine).all() == seals
