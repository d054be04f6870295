"""P13: the first allocation call, put together from its published records."""

from __future__ import annotations

from pathlib import Path

from dure.cli.known_answers import Bench, compare
from dure.cli.validation_calls import asked, call_rows, granted, granted_by_group, records


def test_the_first_call_adds_up(tmp_path: Path) -> None:
    assert [verdict for row in call_rows() if not (verdict := compare(row, Bench(tmp_path))).ok] == []


def test_a_changed_record_is_seen() -> None:
    """The answers are computed: one server more, or one accelerator of one group, and they are others."""
    known = records()
    assert granted(known | {("all", "servers_granted"): 529}) == 4_232
    assert asked(known | {("all", "servers_asked"): 1_713}) == 13_704
    assert granted_by_group(known | {("industry", "accelerators_granted"): 1_289}) == 4_225
