"""docs/STORE.md, command by command, on a store that served; and what its commands say in Korean and as JSON."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from dure.cli.main import main
from tests.bootstrap.test_serve import Programme
from tests.test_docs import ROOT, _blocks, _in_order

PAGE = ROOT / "docs" / "STORE.md"


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose dure-data has served one job, for longer than a second: there is something to account for."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DURE_LANG", "en")
    monkeypatch.delenv("DURE_STORE", raising=False)
    programme = Programme(tmp_path / "dure-data")
    programme.ask("project", project=1, name="univ-vision", share=1)
    programme.ask("credit", project=1, micro=5_000_000)
    programme.ended(programme.submit(run="sleep 1.2"))
    return tmp_path


@pytest.mark.usefixtures("served")
def test_the_page_is_true(capsys: pytest.CaptureFixture[str]) -> None:
    played = _blocks("docs/STORE.md", PAGE.read_text(encoding="utf-8").splitlines())
    assert len(played) >= 4
    for one in played:
        assert main(shlex.split(one.command)[1:]) == 0, one.where
        said = capsys.readouterr().out
        assert _in_order(one.output, said) is None, f"{one.where}\n{said}"


def test_it_says_so_in_korean_and_as_json(served: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["store", "backup", "copy.db", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["bytes"] == (served / "copy.db").stat().st_size
    assert main(["store", "restore", "copy.db", "--lang", "ko"]) == 4
    assert "이미 사업이 있습니다" in capsys.readouterr().err
    assert main(["store", "restore", "copy.db", "--replace", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == found["rows"]
    assert main(["store", "adopted", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert main(["store", "restore", "none.db", "--lang", "ko"]) == 4
    assert "사본 none.db" in capsys.readouterr().err
