"""The store keeps whole batches, once, in one order, and lets one leader write."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text

from dure.adapters.store.engine import connect
from dure.adapters.store.migrate import migrate
from dure.adapters.store.schema import metadata
from dure.adapters.store.sql import Act, Deposed, Inbox, KeyTaken, SqlStore
from dure.model.errors import StoreError
from dure.operate.memory import MemoryStore
from dure.policy.fold import LIVE, WANTED


def rows(n: int, at: int = 0) -> np.ndarray:
    made = np.zeros(n, LIVE)
    made["at"] = np.arange(at, at + n)
    made["kind"] = 4
    made["value"] = np.arange(n) * 10**15
    made["job"] = -1
    return made


def jobs(n: int) -> np.ndarray:
    made = np.zeros(n, WANTED)
    made["klass"] = np.arange(n)
    return made


def test_it_says_what_a_store_in_memory_says(engine: Engine) -> None:
    store, other = SqlStore(engine, "a test"), MemoryStore()
    for one in (store, other):
        one.commit(rows(3), jobs(2), {"inbox": 2})
        one.commit(rows(0), jobs(0), {"site 0": 7})
        one.commit(rows(2, 5), jobs(1), {"inbox": 3})
    for reader in (store, SqlStore(engine, "the next")):
        assert reader.rows().tolist() == other.rows().tolist()
        assert reader.rows(4).tolist() == other.rows(4).tolist()
        assert reader.jobs().tolist() == other.jobs().tolist()
        assert reader.marks() == other.marks()
        assert reader.seq == other.seq == reader.count() == 5


def test_who_was_replaced_writes_nothing(engine: Engine) -> None:
    old = SqlStore(engine, "old")
    old.commit(rows(2), jobs(0), {})
    new = SqlStore(engine, "new")
    with pytest.raises(Deposed, match="term 1 is over"):
        old.commit(rows(1), jobs(1), {"inbox": 9})
    new.commit(rows(1), jobs(0), {})
    with pytest.raises(Deposed):
        old.commit(rows(1), jobs(0), {})
    again = SqlStore(engine, "reader")
    assert (again.seq, again.count(), len(again.jobs()), again.marks()) == (3, 3, 0, {})
    with engine.connect() as connection:
        assert connection.execute(text("SELECT seq, term FROM event ORDER BY seq")).all() == [(0, 1), (1, 1), (2, 2)]


def test_a_commit_that_fails_leaves_nothing(engine: Engine) -> None:
    store = SqlStore(engine, "a test")
    store.commit(rows(1), jobs(1), {"inbox": 1})
    with engine.begin() as connection:  # a row that should not be there: the next commit stumbles over it
        connection.exec_driver_sql("INSERT INTO job (number, klass, project, qos, checkpoint, deps) VALUES (1, 0, 0, 0, 0, 0)")
    with pytest.raises(Exception, match=r"(?i)unique"):
        store.commit(rows(5), jobs(2), {"inbox": 3})
    again = SqlStore(engine, "again")
    assert (again.seq, again.count(), again.marks()) == (1, 1, {"inbox": 1})


def test_an_act_is_numbered_once(engine: Engine) -> None:
    inbox = Inbox(engine)
    first = [Act(f"k{n}", "submit", "kim", 100, {"n": n}) for n in range(3)]
    assert [one.number for one in inbox.put(first)] == [0, 1, 2]
    answer = inbox.put([first[1], Act("new", "cancel", "lee", 101), first[2]])
    assert [(one.number, one.again) for one in answer] == [(1, True), (3, False), (2, True)]
    assert [row.key for row in inbox.read(1)] == ["k1", "k2", "new"]
    assert inbox.read(0, 1)[0].body == {"n": 0}


def test_two_of_one_key_in_one_batch_are_one_act(engine: Engine) -> None:
    one = Act("k", "submit", "kim", 1)
    assert [(each.number, each.again) for each in Inbox(engine).put([one, one])] == [(0, False), (0, True)]


def test_a_key_for_another_request_is_refused_and_nothing_kept(engine: Engine) -> None:
    inbox = Inbox(engine)
    inbox.put([Act("k", "submit", "kim", 1, {"n": 1})])
    with pytest.raises(KeyTaken, match="k was used before"):
        inbox.put([Act("other", "submit", "kim", 2), Act("k", "submit", "kim", 2, {"n": 2})])
    assert [row.key for row in inbox.read(0)] == ["k"]


def test_many_at_once_leave_no_gap_and_see_their_own_number(engine: Engine) -> None:
    inbox = Inbox(engine)

    def send(client: int) -> list[int]:
        return [inbox.put([Act(f"{client}-{n}", "submit", "kim", n)])[0].number for n in range(20)]

    with ThreadPoolExecutor(8) as pool:
        numbers = [number for found in pool.map(send, range(8)) for number in found]
    assert sorted(numbers) == list(range(160))
    kept = inbox.read(0)
    assert [row.number for row in kept] == list(range(160))
    assert len({row.key for row in kept}) == 160


def test_the_tables_are_those_of_the_migrations(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_store_of_a_later_release_is_left_alone(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="version 9999"):
        migrate(engine)


@pytest.mark.parametrize("address", ["sqlite://", "mysql://host/x", "nonsense", "sqlite:///:memory:"])
def test_an_address_that_keeps_nothing_is_refused(address: str) -> None:
    with pytest.raises(StoreError, match=r"sqlite:///FILE"):
        connect(address)


def test_a_commit_of_sqlite_is_on_the_disk_when_it_returns(tmp_path: Path) -> None:
    with connect(f"sqlite:///{tmp_path}/store.db").connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
