"""What the planning commands print stays within the terminal, narrow or wide, in both languages."""

from __future__ import annotations

import sys

import pytest

from dure.cli.main import main
from dure.present.layout import cells

SMALL = "examples/study-small.yaml"
COMMANDS = {
    "plan run": ("plan", "run", SMALL),
    "plan cost": ("plan", "cost", SMALL),
    "plan ranges": ("plan", "ranges", SMALL),
    "plan alternatives": ("plan", "alternatives", SMALL, "--slack", "20"),
    "plan values": ("plan", "values", SMALL),
    "plan front": ("plan", "front", SMALL, "--points", "2"),
    "plan award": ("plan", "award", "examples/korea-2026-round-2.yaml"),
    "plan run gwangju": ("plan", "run", "examples/gwangju.yaml", "--unfunded"),
    "demand project": ("demand", "project", "examples/applications.csv"),
    "catalog": ("catalog",),
    "catalog fleets": ("catalog", "fleets"),
    "catalog tariffs": ("catalog", "tariffs"),
    "catalog tariff": ("catalog", "tariffs", "general-b-high-a-1"),
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("columns", "lang"), [(80, "en"), (120, "en"), (80, "ko")])
def test_no_line_is_wider_than_the_terminal(
    command: str, columns: int, lang: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert main([*COMMANDS[command], "--lang", lang]) == 0
    lines = capsys.readouterr().out.splitlines()
    wide = [line for line in lines if cells(line) > columns and len(line.split()) > 1]
    assert len(lines) > 5
    assert wide == []
    assert max(cells(line) for line in lines) > columns * 0.6, "the width that was asked for is used"
