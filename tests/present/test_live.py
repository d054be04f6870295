from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.present.layout import cells
from dure.present.live import LOOKS, PER_BLOCK, blocks, done_share, line, view
from dure.present.numbers import Lang
from dure.present.words import Words

EN = Words(Lang.EN)


def snapshot(**more: Any) -> dict[str, Any]:
    sites = [
        {"name": "ga", "states": {"busy": 9_000, "free": 680, "failed": 320}},
        {"name": "centre", "states": {"busy": 3_000, "unfunded": 5_000}},
        {"name": "na", "states": {"not_delivered": 64}},
    ]
    known = {"now_s": 86_400 * 13 + 3_600, "horizon_s": 86_400 * 30, "jobs_done": 123_456, "jobs_total": 612_345}
    return {**known, "sites": sites, "operating_rate": 0.781, "occupancy": None, "title": "A month", "start": "2026-01-01", **more}


def test_one_block_per_64_accelerators_in_the_order_of_states() -> None:
    made = blocks({"free": 64, "busy": 1_216}, PER_BLOCK)
    assert made == ["busy"] * 19 + ["free"]
    assert blocks({}, PER_BLOCK) == []
    assert blocks({"busy": 0}, PER_BLOCK) == []


@given(st.dictionaries(st.sampled_from(sorted(LOOKS)), st.integers(min_value=0, max_value=100_000)), st.sampled_from([64, 128, 4_096]))
def test_no_state_that_holds_anything_is_hidden(states: dict[str, int], per_block: int) -> None:
    made = blocks(states, per_block)
    assert set(made) == {state for state, count in states.items() if count}
    assert len(made) == max(-(-sum(states.values()) // per_block), len(set(made)))


def test_the_view_shows_sites_states_date_and_both_rates() -> None:
    page = view(snapshot(), EN, 100, 24).plain
    assert page.splitlines()[0] == "A month · 14 Jan 2026 01:00 · day 14 · simulated"
    assert [row.split()[0] for row in page.splitlines() if row[:1].isalpha()][1:5] == ["ga", "centre", "na", "a"]
    assert "operating rate 78.1 %" in page
    assert "occupancy unknown" in page
    assert "123,456 of 612,345 jobs" in page
    assert "a block is 64 accelerators" in page
    assert "no operating money" in page


@pytest.mark.parametrize(("width", "height"), [(80, 24), (40, 12), (200, 50)])
def test_the_view_fits_the_screen(width: int, height: int) -> None:
    sites = [{"name": f"아주 긴 이름의 센터 {n}", "states": {"busy": 9_000, "free": 1_000}} for n in range(6)]
    page = view(snapshot(sites=sites), Words(Lang.KO), width, height).plain
    assert len(page.splitlines()) <= height
    blocks_only = [row for row in page.splitlines() if "█" in row and "사용" not in row]
    assert len(blocks_only) >= len(sites)
    assert all(cells(row) <= width for row in blocks_only)


def test_a_low_screen_makes_blocks_stand_for_more_and_says_so() -> None:
    sites = [{"name": "ga", "states": {"busy": 50_000}}]
    assert "a block is 64 accelerators" in view(snapshot(sites=sites), EN, 100, 24).plain
    assert "a block is 256 accelerators" in view(snapshot(sites=sites), EN, 100, 8).plain


def test_progress_is_by_time_and_by_jobs_where_there_is_no_horizon() -> None:
    assert done_share({"now_s": 15, "horizon_s": 30, "jobs_done": 1, "jobs_total": 100}) == 0.5
    assert done_share({"now_s": 15, "horizon_s": 0, "jobs_done": 1, "jobs_total": 4}) == 0.25
    assert done_share({"now_s": 0, "horizon_s": None, "jobs_done": 0, "jobs_total": 0}) == 0.0
    assert line(snapshot(), EN).plain.count("\n") == 0
