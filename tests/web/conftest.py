"""The application over stand-ins, and a client that talks to it without a network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from dure.web.app import create_app
from tests.web.fakes import House, house


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    made = house(tmp_path)
    yield made
    made.services.desk.close()


@pytest.fixture
def client(home: House) -> Iterator[TestClient]:
    with TestClient(create_app(home.services), raise_server_exceptions=False) as one:
        yield one


def token(name: str) -> dict[str, str]:
    return {"Authorization": f"Bearer token-of-{name}"}
