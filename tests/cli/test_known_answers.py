from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dure.cli.known_answers import Bench, KnownAnswer, Ours, chosen, compare
from dure.cli.validate import difference, figure
from dure.cli.validation_rows import rows
from dure.cli.validation_twin import erlang_c_wait_s
from dure.present.numbers import Lang
from dure.present.words import Words

ROW = KnownAnswer(
    id="T1.fcfs.wait",
    what=("mean wait", "평균 대기"),
    held_to=200.0,
    unit="s",
    tolerance=0.03,
    source=("a paper", "논문"),
    ours=lambda bench: Ours(bench.once("wait", lambda: 205.0)),
)


def test_an_answer_within_its_tolerance_is_held(tmp_path: Path) -> None:
    verdict = compare(ROW, Bench(tmp_path))
    assert (verdict.ours, verdict.error, verdict.ok) == (205.0, 0.025, True)
    assert compare(replace(ROW, tolerance=0.0249), Bench(tmp_path)).ok is False
    assert compare(replace(ROW, kind="absolute", tolerance=5.0), Bench(tmp_path)).ok is True
    assert compare(replace(ROW, kind="absolute", tolerance=4.9), Bench(tmp_path)).error == 5.0


def test_a_statistical_answer_brings_its_own_interval(tmp_path: Path) -> None:
    row = replace(ROW, kind="absolute", ours=lambda bench: Ours(205.0, tolerance=6.0))
    assert (compare(row, Bench(tmp_path)).tolerance, compare(row, Bench(tmp_path)).ok) == (6.0, True)


def test_a_missing_file_is_named_and_nothing_is_computed(tmp_path: Path) -> None:
    row = replace(ROW, needs=("traces/a.swf",), ours=lambda bench: pytest.fail("computed"))
    verdict = compare(row, Bench(tmp_path))
    assert (verdict.ours, verdict.error, verdict.ok, verdict.needs) == (None, None, None, "traces/a.swf")
    assert verdict.as_json()["needs"] == "traces/a.swf"


def test_a_run_that_two_rows_read_is_made_once(tmp_path: Path) -> None:
    made: list[int] = []
    bench = Bench(tmp_path)
    for _ in range(2):
        bench.once("run", lambda: made.append(1))
    assert made == [1]


def test_rows_are_chosen_by_family_and_not_by_digits() -> None:
    rows = [replace(ROW, id=name) for name in ("T1.a", "T1.b", "T11", "T2.a.b")]
    assert [row.id for row in chosen(rows, ["T1"])] == ["T1.a", "T1.b"]
    assert [row.id for row in chosen(rows, ["T2.a", "T11"])] == ["T11", "T2.a.b"]
    assert len(list(chosen(rows, []))) == 4


def test_figures_are_readable() -> None:
    assert [figure(value, "s") for value in (5_309_576, 5_579.96, 0.388, 1_234_567.25)] == [
        "5,309,576 s",
        "5,580 s",
        "0.388 s",
        "1,234,567 s",
    ]
    verdict = compare(ROW, Bench(Path()))
    assert difference(verdict, 0.025, Words(Lang.EN)) == "+2.5 %"
    assert difference(verdict, -0.025, Words(Lang.KO)) == "-2.5%"
    assert difference(replace(verdict, row=replace(ROW, kind="absolute")), -1.5, Words(Lang.EN)) == "-1.5 s"
    assert difference(verdict, 0, Words(Lang.EN)) == "0"


def test_every_row_is_complete_and_unique() -> None:
    known = rows()
    assert len({row.id for row in known}) == len(known)
    assert all(all(row.source) and all(row.what) and row.tolerance >= 0 for row in known)
    assert {row.id.split(".")[0] for row in known} >= {"T1", "T2", "T12", "PROFILE", "P1", "P2", "P5", "P6", "P12"}


def test_erlang_c_is_the_closed_form() -> None:
    assert erlang_c_wait_s(1, 0.9, 100) == pytest.approx(0.9 * 100 / (1 - 0.9))
    assert erlang_c_wait_s(2, 0.5, 100) == pytest.approx(100 / 3)
