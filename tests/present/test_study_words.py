"""What a study says of how it ended: settled is said of what stands within the tolerance, kept waits beside a plan that moves."""

from __future__ import annotations

from typing import Any

import pytest

from dure.present.numbers import Lang
from dure.present.study_tables import _end, _shares
from dure.present.words import Words


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
    last = {"moved_orders": orders, "moved_objective": objective, "moved_mix": 0.02}
    assert _end(row | {"mix_tolerance": 0.05}, last) == expected
    swapped = _end(row | {"mix_tolerance": 0.01}, last)
    assert swapped == ("rounds" if ended == "settled" else expected)


def test_the_range_of_each_vendor_is_said() -> None:
    """Of three rounds the first is what was assumed; AMD keeps its share to a thousandth and is not told."""
    mixes = [{"NVIDIA": 1.0}, {"NVIDIA": 0.6, "AMD": 0.2, "Intel": 0.2}, {"NVIDIA": 0.5, "AMD": 0.2004, "Intel": 0.2996}]
    row = {"rounds": [{"ordered_share_by_vendor": mix} for mix in mixes]}
    said = "Since the first correction the shares of the orders moved within Intel 20.0 % – 30.0 %, NVIDIA 50.0 % – 60.0 %."
    assert _shares(row, Words(Lang.EN)).strip().replace("\u202f", " ").replace("\xa0", " ") == said
    assert _shares({"rounds": [{"ordered_share_by_vendor": mixes[0]}]}, Words(Lang.EN)) == ""
