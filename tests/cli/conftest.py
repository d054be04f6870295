"""Commands are tested in English unless a test says otherwise, whatever the locale of the machine."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DURE_LANG", "en")
