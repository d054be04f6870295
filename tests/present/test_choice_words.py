"""Units and signs of what a plan's choices are worth: an axis in won that fits, a figure inside the gap not shown as one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from dure.plan.ranges import End, Swing
from dure.plan.values import Step, Worth
from dure.present.choice_tables import _hidden, _Work, _worths
from dure.present.front_tables import axis_unit
from dure.present.numbers import Lang
from dure.present.tables import Word
from dure.present.words import Words

EN = Words(Lang.EN)


@pytest.mark.parametrize(
    ("won", "lang", "unit"), [(10**12, "en", 1e12), (28_300_000_000, "en", 1e9), (28_300_000_000, "ko", 1e8), (10**12, "ko", 1e12)]
)
def test_the_axis_fits_the_data(won: int, lang: str, unit: float) -> None:
    assert axis_unit(won, Words(Lang(lang)))[0] == unit


def test_a_figure_within_the_gap_is_not_a_figure() -> None:
    """Between −4,882 and 4,663 the sign of −219 is not proven; of 55,208 between 50,545 and 58,921 it is."""
    step = Step("MW", "here", 1.0, cast("object", SimpleNamespace()))  # type: ignore[arg-type]
    noise, clear = Worth(step, 0.0, 0.0, 0.0, -219.0, -4882.0, 4663.0), Worth(step, None, None, 54258.0, 55208.0, 50545.0, 58921.0)
    assert _hidden(noise)
    assert not _hidden(clear)
    rows = _worths([noise, clear], _Work(), Word.ASSUMED, EN).rows
    assert rows[0][4].text == "within the gap (± 4,882)"
    assert rows[0][4].raw == -219.0
    assert rows[1][4].text == "+55,208"


def test_a_least_cost_plan_is_ranked_by_its_won() -> None:
    def end(won: int) -> End:
        return End(300.0, 100, 0, 300.0, won, {})

    assert Swing(0, end(90), end(120)).won_span == 30
    assert Swing(0, end(90), end(120)).span == 0
