"""P5 (Hamilton's data centre), P6 (an annuity) and P12 (the grid-impact rule); P5 is worked again in floating point."""

from __future__ import annotations

from pathlib import Path

import pytest

from dure.cli.known_answers import Bench, KnownAnswer, chosen, compare
from dure.cli.validation_rows import rows

ROWS = list(chosen(rows(), ["P5", "P6", "P12"]))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_p5_p6_p12(row: KnownAnswer, tmp_path: Path) -> None:
    verdict = compare(row, Bench(tmp_path))
    assert verdict.ok, verdict
    assert row.tolerance == 0


def monthly(principal: float, months: int) -> float:
    rate = 0.05 / 12
    return principal * rate / (1 - (1 + rate) ** -months)


def test_the_published_month_follows_from_its_inputs() -> None:
    lines = {
        "P5.servers": monthly(45_978 * 1_450, 36),
        "P5.network": monthly(12.8e6, 48),
        "P5.facility": monthly(0.82 * 72e6, 120),
        "P5.other": monthly(0.18 * 72e6, 120),
        "P5.power": 8_000 * 0.8 * 1.45 * 0.07 * 365 * 24 / 12,
    }
    published = {row.id: row.held_to for row in ROWS}
    assert {name: round(dollars) for name, dollars in lines.items()} == {name: published[name] for name in lines}
    assert round(sum(lines.values())) == published["P5.total"]
    assert {f"{name}.share": round(100 * dollars / sum(lines.values())) for name, dollars in lines.items()} == {
        f"{name}.share": published[f"{name}.share"] for name in lines
    }
