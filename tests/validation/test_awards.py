"""P3, P4, P7, P9 and P11: tenders and awards against published or exhaustively computed answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from dure.cli.known_answers import Bench, chosen, compare
from dure.cli.validation_award import award_rows


@pytest.mark.parametrize("family", ["P3", "P4", "P7", "P9", "P11"])
def test_known_answers_of_awards(family: str, tmp_path: Path) -> None:
    rows = list(chosen(award_rows(), [family]))
    assert rows
    assert [verdict for row in rows if not (verdict := compare(row, Bench(tmp_path))).ok] == []
