from __future__ import annotations

import pytest

from dure.adapters.render import svg
from dure.adapters.run_reader import read_run
from dure.present.numbers import Lang
from dure.present.report import pictures
from dure.present.words import Words
from dure.wire.runs import RunFolder
from tests.present.fixtures import NAMES_KO, make_run


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return read_run(make_run(tmp_path_factory.mktemp("runs") / "month"))


@pytest.fixture(scope="session")
def run_without_won(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return read_run(make_run(tmp_path_factory.mktemp("runs") / "month", known_values=False))


@pytest.fixture(scope="session")
def drawn(run: RunFolder) -> dict[Lang, dict[str, str]]:
    """Every picture of the run in both languages, rendered once for all tests."""
    return {lang: {key: svg(chart.spec) for key, chart in pictures(run, Words(lang, NAMES_KO)).items()} for lang in Lang}
