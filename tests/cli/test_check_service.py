"""`dure check service` as it is typed: every finding with its remedy, an exit code, values for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dure.cli.main import main

PAGE = Path(__file__).resolve().parents[2] / "docs" / "DEPLOY.md"


def test_what_is_wrong_is_said_with_its_remedy(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    words = next(line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("dure check service --data")).split()[1:]
    assert main(words) == 1
    said = capsys.readouterr().out
    shown = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("✗")]
    assert len(shown) == 3
    assert all(" ".join(line.split()) in " ".join(said.split()) for line in shown), "the page shows what it says"
    assert said.count("✗") == len(shown)
    assert not (tmp_path / "nowhere").exists(), "nothing is made"


def test_for_programs(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["check", "service", "--data", str(tmp_path / "nowhere"), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is False
    assert {"code", "wrong", "where", "what", "remedy"} == set(told["findings"][0])
    assert [one["code"] for one in told["findings"] if one["wrong"]] == ["own_account", "data_missing"]
