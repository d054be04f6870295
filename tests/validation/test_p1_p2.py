"""P1 and P2: a flat 400 kW against KEPCO's tables, exact to the won; the published sums are worked again from rates and hours."""

from __future__ import annotations

from pathlib import Path

import pytest

from dure.cli.known_answers import Bench, KnownAnswer, chosen, compare
from dure.cli.validation_rows import rows


@pytest.mark.parametrize("row", list(chosen(rows(), ["P1", "P2"])), ids=lambda row: row.id)
def test_p1_p2(row: KnownAnswer, tmp_path: Path) -> None:
    verdict = compare(row, Bench(tmp_path))
    assert verdict.ok, verdict
    assert row.tolerance == 0


def test_the_published_sums_follow_from_days_and_rates() -> None:
    """July 2023: 21 working days, 5 Saturdays, 5 Sundays. December: 20, 5, 5 and Christmas, a Monday."""
    light, mid, peak = 400 * (21 * 10 + 5 * 10 + 5 * 24), 400 * (21 * 8 + 5 * 14), 400 * 21 * 6
    assert (light, mid, peak) == (152_000, 95_200, 50_400)
    assert (light * 928 + mid * 1457 + peak * 2278) // 10 == 39_457_360
    assert (light * 921 + mid * 1444 + peak * 2256) // 10 == 39_116_320
    light, mid, peak = 400 * (20 * 10 + 5 * 10 + 6 * 24), 400 * (20 * 8 + 5 * 14), 400 * 20 * 6
    assert (light * 998 + mid * 1459 + peak * 2034) // 10 == 38_914_480
