from __future__ import annotations

import pytest

from dure.adapters.tariff_tables import load_grid_rules
from dure.ledger.grid import assess, needs_assessment
from dure.model.errors import CostError

RULE = load_grid_rules()["kr-grid-impact"]
MW = 1_000_000


@pytest.mark.parametrize(
    ("standing_kw", "added_kw", "needed"),
    [(0, 9_900, False), (9_800, 200, True), (9_800, 199, False), (0, 10_000, True), (12_000, 1, True), (12_000, 0, False)],
)
def test_demand_at_one_place_counts_together(standing_kw: int, added_kw: int, needed: bool) -> None:
    assert needs_assessment(RULE, standing_kw * 1000, added_kw * 1000) is needed


def test_the_sheet_has_a_hundred_points_and_seventy_pass() -> None:
    assert sum(RULE.points_milli.values()) == 100_000
    assert assess(RULE, {"technical": 45_000, "non_technical": 12_500, "policy": 12_400}, True).passed is False
    assert assess(RULE, {"technical": 45_000, "non_technical": 12_500, "policy": 12_400}, True).short_milli == 100
    assert assess(RULE, {"technical": 45_000, "non_technical": 12_500, "policy": 12_500}, True).passed is True
    assert assess(RULE, {"technical": 60_000, "non_technical": 20_000, "policy": 20_000}, False).passed is False


def test_points_are_complete_and_within_the_sheet() -> None:
    with pytest.raises(CostError, match="the points of policy are missing"):
        assess(RULE, {"technical": 60_000, "non_technical": 20_000}, True)
    with pytest.raises(CostError, match="61 points of technical; write points of 0 to 60"):
        assess(RULE, {"technical": 61_000, "non_technical": 0, "policy": 0}, True)
    with pytest.raises(CostError, match="kr-grid-impact has no part luck; write points of technical, non_technical, policy"):
        assess(RULE, {"luck": 1}, True)
