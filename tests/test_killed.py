"""`kill -9` of broker, web and PostgreSQL at drawn moments while real jobs run: nothing that was accepted is lost, nothing runs twice."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.killing import Killable
from tests.stores import new_database


@contextmanager
def killable(kind: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[Killable]:
    postgres = request.getfixturevalue("own_postgres") if kind == "postgres" else ""
    one = Killable(folder, new_database(postgres) if postgres else "", postgres)
    try:
        yield one
    finally:
        one.close()


@pytest.mark.system
@pytest.mark.parametrize(("kind", "rounds"), [("sqlite", 2), ("postgres", 3)])
def test_five_rounds(kind: str, rounds: int, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    with killable(kind, tmp_path, request) as one:
        for seed in range(rounds):
            one.round(seed)
        one.until(one.dure("store", "rebuild", "--check", "--data", "dure-data", *(("--store", one.store) if one.store else ())))
        assert sum(one.found.killed.values()) == 2 * rounds
        assert one.found.accepted > 5 * rounds


@pytest.mark.soak
def test_a_hundred_rounds(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """DURE_ROUNDS: how many. What was killed how often is printed."""
    with killable("postgres", tmp_path, request) as one:
        for seed in range(int(os.environ.get("DURE_ROUNDS", "100"))):
            one.round(seed)
            sys.stdout.write(f"{one.found}\n")
