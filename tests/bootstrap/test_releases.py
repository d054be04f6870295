"""Databases that earlier releases wrote: this one takes each of them up, says the same of it, and goes on.

`tests/releases/VERSION` is made by scripts/release_store.py when a release is made, and never changed afterwards.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

import dure
from dure.adapters.store.engine import connect
from dure.adapters.store.migrate import migrate
from dure.adapters.store.people import People
from dure.adapters.store.people_desk import SYSTEM
from dure.adapters.store.replay import compared
from dure.adapters.store.rollups import broken, roll_all
from dure.adapters.store.schema import attempt, seal, work
from dure.adapters.store.sql import Inbox
from dure.bootstrap.accounts import Accounts
from dure.bootstrap.held import Held
from dure.bootstrap.places import Places
from dure.bootstrap.serve import Served, take_lead
from dure.bootstrap.sites import engines_of
from dure.model.people import GrantState
from dure.model.work import JobState

RELEASES = Path(__file__).resolve().parents[1] / "releases"
NAMES = sorted(one.name for one in RELEASES.iterdir() if one.is_dir())
LARGEST = 512 * 1024


@pytest.fixture(params=NAMES)
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Served:
    """A copy of what a release left, with the tables of this one."""
    for name in ("store.db", "scenario.yaml"):
        shutil.copy(RELEASES / request.param / name, tmp_path / name)
    made = Served(tmp_path / "scenario.yaml", tmp_path)
    migrate(connect(made.address))
    return made


@pytest.fixture
def engine(served: Served) -> Engine:
    return connect(served.address)


def test_there_is_one_of_this_release_and_it_is_small() -> None:
    assert dure.__version__ in NAMES, "python scripts/release_store.py makes it"
    assert all((RELEASES / name / "store.db").stat().st_size < LARGEST for name in NAMES)


def test_its_rows_and_seals_stand_as_its_log_says(engine: Engine) -> None:
    found = compared(engine)
    assert found.differ == ()
    assert found.jobs > 30
    seals, wrong = broken(engine)
    assert (seals > 100, wrong) == (True, [])


def test_what_was_granted_and_signed_is_read_as_it_was(served: Served, engine: Engine) -> None:
    people = People(engine, Inbox(engine))
    grants = people.grants(SYSTEM, project=None, before=None, limit=10)
    assert {one.state for one in grants} == {GrantState.ACTIVE}
    assert len(grants) == 3
    (signed,) = people.settled("north-works")
    with engine.connect() as connection:
        last = connection.execute(select(func.max(attempt.c.placed_at))).scalar_one()
        heads = set(connection.execute(select(seal.c.head)).scalars())
    assert signed.head in heads
    assert signed.settlement.won > 0
    accounts = Accounts(engine, Places(served.grounds()), people, Held(engine), lambda: last)
    assert accounts.settlement("north-works", signed.settlement.month).won == signed.settlement.won


@pytest.mark.system
def test_its_broker_goes_on(served: Served, engine: Engine) -> None:
    """The job that ran is at a site that is not there any more: it is proved absent or waited for, and everything is accounted for."""
    with engine.connect() as connection:
        now = int(connection.execute(select(func.max(work.c.submitted_at))).scalar_one()) + 10_000
        before = connection.execute(select(func.count()).select_from(work)).scalar_one()
    grounds = served.grounds()
    driver = take_lead(engine, grounds, served.data, engines_of(grounds, served.data), "next", lambda: now, lambda _: None)
    driver.begin()
    for _ in range(5):
        driver.turn()
    roll_all(engine, now)
    assert compared(engine).differ == ()
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(work)).scalar_one() == before
        over = connection.execute(select(func.count()).where(work.c.state == int(JobState.COMPLETED))).scalar_one()
    assert over >= 30
