"""A store is put back from an older copy while its sites have gone on: nothing runs twice, nothing is stopped, no device is given twice."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import Engine, insert, select

from dure.adapters.store import engine as engines
from dure.adapters.store.backup import restore, write_backup
from dure.adapters.store.engine import WRITES, connect, place_of
from dure.adapters.store.epochs import Again, adopted_of
from dure.adapters.store.occupied import working
from dure.adapters.store.people_schema import organisation, project
from dure.adapters.store.people_sealed import seal_rows
from dure.adapters.store.replay import compared, rewrite
from dure.adapters.store.schema import attempt, inbox, metadata
from dure.adapters.store.sql import SqlStore
from dure.bootstrap.serve import sites
from dure.bootstrap.witness import witnessed
from dure.model.errors import StoreError
from dure.model.work import JobState
from tests.bootstrap.test_serve import Programme
from tests.stores import new_database


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.system)])
def address(request: pytest.FixtureRequest) -> str:
    """Empty: the file in the data folder."""
    return "" if request.param == "sqlite" else new_database(request.getfixturevalue("postgres"))


@pytest.fixture(autouse=True)
def all_gone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """A leader keeps its connections as long as its process lives; here they go with the test."""
    made: list[Engine] = []
    create = engines.create_engine

    def kept(*told: object, **how: object) -> Engine:
        made.append(create(*told, **how))  # type: ignore[call-overload]
        return made[-1]

    monkeypatch.setattr(engines, "create_engine", kept)

    def gone() -> None:
        for one in made:
            one.dispose()

    yield gone
    gone()


@pytest.fixture
def programme(tmp_path: Path, address: str) -> Programme:
    made = Programme(tmp_path / "data", address)
    made.ask("project", project=1, name="univ-vision", share=1)
    made.ask("credit", project=1, micro=5_000_000)
    _name_projects(made.served.address)
    return made


def _name_projects(address: str) -> None:
    """The names of projects, as `People` keeps them."""
    with connect(address).execution_options(**WRITES).begin() as connection:
        connection.execute(insert(organisation), [_row(organisation, id=1, name="o")])
        connection.execute(insert(project), [_row(project, number=1, name="univ-vision", organisation=1)])
        seal_rows(connection, 0)


def _row(table: object, **known: object) -> dict[str, object]:
    """A row with nothing in what is not named."""
    columns = metadata.tables[str(table)].columns
    empty = {column.name: "" if column.type.python_type is str else 0 for column in columns if not column.nullable}
    return empty | known


def _marking(folder: Path, name: str, then: str = "") -> dict[str, str]:
    """A job that leaves a line each time it runs, and ends when it is told to."""
    return {"name": name, "run": f"echo {name} >> {folder}/ran; {then or f'while [ ! -e {folder}/go-{name} ]; do sleep 0.05; done'}"}


def _ran(folder: Path) -> list[str]:
    place = folder / "ran"
    return sorted(place.read_text().split()) if place.exists() else []


def _again(programme: Programme) -> list[Again]:
    with connect(programme.served.address).connect() as connection:
        return adopted_of(connection)


def _state(programme: Programme, id: int) -> JobState | None:
    tasks = programme.current.tasks(id)
    return tasks[0].state if tasks else None


def test_an_older_copy_takes_up_again_what_its_sites_went_on_with(programme: Programme, tmp_path: Path) -> None:
    held = programme.submit(accelerators=2, **_marking(tmp_path, "known"))
    four = [programme.submit(accelerators=2, **_marking(tmp_path, f"full{n}")) for n in range(3)]
    programme.until(lambda: _ran(tmp_path) == ["full0", "full1", "full2", "known"])
    waits = programme.submit(**_marking(tmp_path, "waits"))
    ends = programme.submit(**_marking(tmp_path, "ends", "true"))
    programme.until(lambda: _state(programme, ends) == JobState.QUEUED)
    unread = programme.submit(**_marking(tmp_path, "unread"))
    copy = tmp_path / "copy.db"
    assert write_backup(connect(programme.served.address), copy).rows > 0

    (tmp_path / "go-full0").touch()
    (tmp_path / "go-full1").touch()
    programme.until(lambda: _state(programme, unread) == JobState.ACTIVE)
    lost = programme.submit(**_marking(tmp_path, "lost"))
    programme.until(lambda: _state(programme, lost) == JobState.ACTIVE and _state(programme, ends) == JobState.COMPLETED)
    programme.until(lambda: "lost" in _ran(tmp_path))  # its program has come as far as saying so
    ran = _ran(tmp_path)
    assert ran == ["ends", "full0", "full1", "full2", "known", "lost", "unread", "waits"]

    connect(programme.served.address).dispose()
    found = restore(connect(programme.served.address), copy, int(time.time()), replace=True)
    assert found.rows > 0
    programme = Programme(programme.served.data, programme.served.store)
    programme.until(lambda: bool(_again(programme)))
    later = programme.submit(**_marking(tmp_path, "later", "true"))
    keys = {one.key: one for one in _again(programme)}
    orphans = [one for one in keys.values() if one.orphan]
    assert len(keys) == 4, "waits, ends, unread and lost were placed after the copy"
    assert [programme.current.tasks(id)[0].state for id in (held, four[2], waits, unread)] == [JobState.ACTIVE] * 4
    assert [programme.current.tasks(id)[0].state for id in (four[0], four[1], ends)] == [JobState.COMPLETED] * 3
    assert len(orphans) == 1
    act = _act_of(programme, orphans[0].key)
    orphan = programme.current.tasks(act)[0]
    assert (orphan.name, orphan.project, orphan.state, orphan.key) == ("lost", 1, JobState.ACTIVE, orphans[0].key)

    for name in ("known", "full2", "waits", "unread", "lost"):
        (tmp_path / f"go-{name}").touch()
    for id in (held, *four, waits, ends, unread, act, later):
        assert programme.ended(id).state == JobState.COMPLETED, id
    assert _ran(tmp_path) == sorted([*ran, "later"]), "nothing ran twice"
    _two_witnesses_agree(programme)
    assert compared(connect(programme.served.address)).differ == ()


def _act_of(programme: Programme, key: str) -> int:
    with connect(programme.served.address).connect() as connection:
        return int(connection.execute(select(inbox.c.number).where(inbox.c.key == f"adopt:{key}")).scalar_one())


def _two_witnesses_agree(programme: Programme) -> None:
    driver, until = programme.driver, int(time.time())
    used = {name: site.usage(0, until) for name, site in sites(programme.served).items()}
    jobs = driver.broker.state.job
    open_jobs = jobs["id"][jobs["state"] >= 0].tolist()
    store = cast("SqlStore", driver._store)
    found = witnessed(store.rows(), open_jobs, used, until, store.keys)
    assert found.kept, found


def test_keys_of_after_the_copy_are_never_given_again(programme: Programme, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    write_backup(connect(programme.served.address), copy)
    given: list[str] = []
    for number in range(3):
        id = programme.submit(**_marking(tmp_path, f"n{number}", "true"))
        assert programme.ended(id).state == JobState.COMPLETED
        with connect(programme.served.address).connect() as connection:
            count = len(list(connection.execute(select(attempt))))
        key = programme.current.attempts(id)[-1].key
        assert key not in given, count
        given.append(key)
        restore(connect(programme.served.address), copy, 1, replace=True)
        programme = Programme(programme.served.data, programme.served.store)
    assert _ran(tmp_path) == ["n0", "n1", "n2"]


def test_a_file_put_back_by_hand_is_found_out(tmp_path: Path, all_gone: Callable[[], None]) -> None:
    programme = Programme(tmp_path / "data")
    programme.ask("project", project=1, name="univ-vision", share=1)
    programme.ask("credit", project=1, micro=5_000_000)
    id = programme.submit(**_marking(tmp_path, "waits"))
    for node in range(4):
        programme.submit(accelerators=2, **_marking(tmp_path, f"full{node}"))
    copy = tmp_path / "copy.db"
    write_backup(connect(programme.served.address), copy)
    programme.until(lambda: _state(programme, id) == JobState.ACTIVE)
    before = _ran(tmp_path)
    all_gone()
    for rest in ("-wal", "-shm"):
        (tmp_path / "data" / f"store.db{rest}").unlink(missing_ok=True)
    (tmp_path / "data" / "store.db").write_bytes(copy.read_bytes())
    programme = Programme(tmp_path / "data")
    programme.until(lambda: _state(programme, id) == JobState.ACTIVE)
    assert programme.driver.epoch > 0
    for node in range(4):
        (tmp_path / f"go-full{node}").touch()
    (tmp_path / "go-waits").touch()
    programme.ended(id)
    assert _ran(tmp_path).count("waits") == 1
    assert set(before) <= set(_ran(tmp_path))


def test_nothing_is_placed_while_a_site_is_silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dure.adapters.engines.local import LocalSite

    programme = Programme(tmp_path / "data")
    programme.ask("project", project=1, name="univ-vision", share=1)
    programme.ask("credit", project=1, micro=5_000_000)
    id = programme.submit(**_marking(tmp_path, "waits", "true"))
    copy = tmp_path / "copy.db"
    write_backup(connect(programme.served.address), copy)
    restore(connect(programme.served.address), copy, int(time.time()), replace=True)
    held = LocalSite.held

    def silent(site: LocalSite, since: int, now: int) -> object:
        if site._home.name == "south":
            raise TimeoutError("no answer")
        return held(site, since, now)

    monkeypatch.setattr(LocalSite, "held", silent)
    programme = Programme(tmp_path / "data")
    for _ in range(5):
        assert not programme.driver.turn()
    assert programme.driver.silent == {"south": "no answer"}
    assert programme.current.attempts(id) == []
    restore(connect(programme.served.address), copy, int(time.time()), replace=True, without=("south",))
    programme = Programme(tmp_path / "data")
    assert programme.ended(id).state == JobState.COMPLETED


def test_a_store_that_is_served_or_full_is_not_replaced(programme: Programme, tmp_path: Path) -> None:
    copy, engine = tmp_path / "copy.db", connect(programme.served.address)
    write_backup(engine, copy)
    with pytest.raises(StoreError, match="holds a programme"):
        restore(engine, copy, 1)
    with working(engine), pytest.raises(StoreError, match=r"works on this store; end it first .* --replace") as refused:
        restore(engine, copy, 1, replace=True)
    assert refused.value.where == place_of(engine)
    with working(engine), pytest.raises(StoreError, match=r"dure store rebuild --check compares while it goes on"):
        rewrite(engine, 1)
    (tmp_path / "other").write_text("not a database")
    with pytest.raises(StoreError, match="no copy of a store"):
        restore(engine, tmp_path / "other", 1, replace=True)
    restore(engine, copy, 1, replace=True)
    assert Programme(programme.served.data, programme.served.store).driver.epoch >= 1


def test_a_copy_of_one_database_is_restored_into_the_other(programme: Programme, tmp_path: Path) -> None:
    id = programme.submit(**_marking(tmp_path, "one", "true"))
    assert programme.ended(id).state == JobState.COMPLETED
    copy = tmp_path / "copy.db"
    write_backup(connect(programme.served.address), copy)
    other = f"sqlite:///{tmp_path}/other/store.db"
    restore(connect(other), copy, int(time.time()))
    assert compared(connect(other)).differ == ()
    moved = Programme(programme.served.data, other)
    job = moved.current.job(id)
    assert job is not None
    assert (job.state, job.key) == (JobState.COMPLETED, "dure-0-0"), "what ended keeps its key"
