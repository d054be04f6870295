"""What a study says of how it ended: settled is said of what stands within the tolerance, kept waits beside a plan that moves."""

from __future__ import annotations

from typing import Any

import pytest

from dure.present.study_tables import _end


@pytest.mark.parametrize(
    ("ended", "orders", "objective", "wait_most_s", "p90_s", "expected"),
    [
        ("settled", 0.056, 0.007, None, 0, "settled_objective"),
        ("settled", 0.004, 0.02, None, 0, "settled_orders"),
        ("settled", 0.01, 0.01, None, 0, "settled_both"),
        ("rounds", 0.056, 0.03, None, 0, "rounds"),
        ("rounds", 0.056, 0.03, 7200, 7200, "rounds_kept"),
        ("rounds", 0.056, 0.03, 7200, 7201, "rounds"),
        ("waits", 0.0, 0.0, 7200, 9000, "waits"),
    ],
)
def test_settled_is_said_of_what_settled(
    ended: str, orders: float, objective: float, wait_most_s: int | None, p90_s: int, expected: str
) -> None:
    row: dict[str, Any] = {"ended": ended, "tolerance": 0.01, "wait_most_s": wait_most_s, "classes": [{"wait_p90_s": p90_s}]}
    assert _end(row, {"moved_orders": orders, "moved_objective": objective}) == expected
