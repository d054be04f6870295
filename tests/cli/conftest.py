"""Commands are tested in English unless a test says otherwise, whatever the locale of the machine."""

from __future__ import annotations

import pytest

from dure.adapters.run_reader import read_run
from dure.wire.runs import RunFolder
from tests.present.fixtures import make_run


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return read_run(make_run(tmp_path_factory.mktemp("runs") / "month"))


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DURE_LANG", "en")
