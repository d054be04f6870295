from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.ledger import waterfall
from dure.ledger.losses import loss_rows
from dure.ledger.spread import Spent
from dure.ledger.waterfall import COUNTED, LINES, Seconds
from dure.model.reasons import CAUSES, STEPS

LINE_VALUES = st.lists(st.integers(0, 10**12), min_size=len(LINES), max_size=len(LINES))


def counted(**cells: int) -> dict[str, np.ndarray]:
    return {name: np.array([[cells.get(name, 0)]]) for name in (*COUNTED, "busy")}


def spent_of(**cells: int) -> Spent:
    names = ("dispatch", "productive", "rework", "overhead", "job_error")
    return Spent(*(np.array([[cells.get(name, 0)]]) for name in names))


@given(LINE_VALUES)
def test_each_step_is_the_one_above_less_its_causes(values: list[int]) -> None:
    row = Seconds(tuple(values)).as_row()
    assert row["contracted_s"] == sum(values)
    left = row["contracted_s"]
    for step in STEPS[1:]:
        left -= sum(row[cause.column] for cause in CAUSES if cause.step == step)
        assert row[f"{step}_s"] == left
    assert row["productive_s"] == values[-1]


def test_rates_stand_together_and_are_unknown_where_nothing_was_there() -> None:
    row = dict.fromkeys(LINES, 0) | {"failed": 25, "no_demand": 25, "rework": 10, "productive": 40}
    found = Seconds(tuple(row[name] for name in LINES)).rates()
    assert found == {"operating_rate": 0.5, "occupancy": 0.666667, "goodput_rate": 0.4}
    assert set(Seconds((0,) * len(LINES)).rates().values()) == {None}


def test_counts_and_log_must_agree() -> None:
    lines = waterfall.by_bin(counted(busy=30, dispatch=2, no_demand=8), spent_of(productive=28, overhead=2, dispatch=2))
    waterfall.add_up(lines, np.array([[40]]))
    with pytest.raises(AssertionError, match=r"40 contracted|41 contracted"):
        waterfall.add_up(lines, np.array([[41]]))
    with pytest.raises(AssertionError, match=r"busy of bin and pool \(0, 0\): 31 counted, 30 in the log"):
        waterfall.by_bin(counted(busy=31), spent_of(productive=30))
    with pytest.raises(AssertionError, match="dispatch"):
        waterfall.by_bin(counted(busy=30, dispatch=1), spent_of(productive=30))


def test_rows_are_grouped_by_key_in_order() -> None:
    lines = np.arange(3 * len(LINES)).reshape(3, len(LINES))
    found = waterfall.grouped(lines, ["a", "b", "a"])
    assert list(found) == ["a", "b"]
    assert found["a"].lines == tuple((lines[0] + lines[2]).tolist())


@given(st.dictionaries(st.sampled_from("abc"), LINE_VALUES, min_size=1), st.integers(0, 10_000))
def test_won_adds_up_to_what_was_contracted(models: dict[str, list[int]], value: int) -> None:
    rows = loss_rows({name: Seconds(tuple(values)) for name, values in models.items()}, dict.fromkeys(models, value))
    assert [row["cause"] for row in rows] == list(LINES)
    worth = sum((2 * sum(values) * value + 3600) // 7200 for values in models.values())
    assert sum(row["won"] for row in rows) == worth
    assert rows[-1]["mend"] == ""


def test_a_loss_of_unknown_worth_is_unknown_not_0() -> None:
    known, unknown = [0] * len(LINES), [0] * len(LINES)
    known[LINES.index("failed")] = 3600
    unknown[LINES.index("held")] = 3600
    rows = {row["cause"]: row for row in loss_rows({"a": Seconds(tuple(known)), "b": Seconds(tuple(unknown))}, {"a": 100, "b": None})}
    assert rows["failed"]["won"] == 100
    assert rows["held"]["won"] is None
    assert rows["capped"]["won"] == 0
    assert rows["failed"]["share_of_contracted_ppm"] == 500_000
