"""Stores to test on: SQLite files always, a PostgreSQL of our own where one is installed (system tier)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from dure.adapters.store.engine import connect
from dure.adapters.store.migrate import migrate
from tests.stores import new_database


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.system)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty store is."""
    return f"sqlite:///{tmp_path}/store.db" if request.param == "sqlite" else new_database(request.getfixturevalue("postgres"))


@pytest.fixture
def engine(address: str) -> Iterator[Engine]:
    """A store with this release's tables."""
    made = connect(address)
    migrate(made)
    yield made
    made.dispose()
