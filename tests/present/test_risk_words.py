"""What a risk report says of its own figures: worked by hand on a report with four plans and two cases."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from dure.plan.risk import Named, Risk
from dure.plan.risk_program import Weighing
from dure.plan.risk_stress import Stressed
from dure.present.numbers import Lang
from dure.present.risk_words import choice, restored, too_close
from dure.present.words import Words

SAY = Words(Lang.EN)


def number(value: float) -> str:
    return f"{value:,.0f}"


def report(gap: float, whole: tuple[float, float] = (95.0, 60.0)) -> Risk:
    """The two-stage plan scores 98 and 70 (most 100 and 90: loses 20), the base plan 97 and 72 (18), that of the mean 80 and 80 (20)."""
    plans = (Named("base", "", {}, (97.0, 72.0)), Named("mean", "", {}, (80.0, 80.0)), Named("expected", "", {}, (98.0, 70.0)))
    cases = tuple(SimpleNamespace(name=name, name_ko=name) for name in ("calm", "storm"))
    return cast(
        "Risk",
        SimpleNamespace(
            plans=plans,
            most=(100.0, 90.0),
            cases=cases,
            probabilities=(0.5, 0.5),
            how=Weighing(0.9, 0.0),
            recourses=tuple(SimpleNamespace(score=one) for one in whole),
            chosen=SimpleNamespace(first={}, scores=()),
            gap=gap,
            whole_value=sum(whole) / 2,
        ),
    )


def test_both_losses_are_named_where_they_differ() -> None:
    """In whole units it loses 90 − 60 = 30; continuous 90 − 70 = 20."""
    said = " ".join(choice(report(0.0), number, SAY))
    assert "it loses up to 30, if it is “storm”" in said
    assert "up to" not in " ".join(choice(report(0.0, (98.0, 70.0)), number, SAY))


def test_a_plan_that_loses_less_at_worst_is_named() -> None:
    assert "the plan of the base case loses less at worst (18)" in " ".join(choice(report(0.0), number, SAY))


def test_plans_within_the_gap_are_too_close_to_tell() -> None:
    """Averages: two-stage 84, base 84.5, mean 80. 1 % of 84 hides the base plan and not that of the mean; 5 % hides both."""
    (narrow,) = [one for one in choice(report(0.01), number, SAY) if "too close to tell" in one]
    assert "Held against the plan of the base case, it differs" in narrow
    assert "mean" not in narrow
    (wide,) = [one for one in choice(report(0.05), number, SAY) if "too close to tell" in one]
    assert "the plan for the mean of all cases" in wide
    assert not any("too close" in one for one in choice(report(0.0), number, SAY))


def test_a_worth_below_the_gap_is_too_close_to_tell() -> None:
    """The value is 77.5, 1 % of it 0.775."""
    assert [*too_close(0.7, report(0.01), SAY)] == ["That is less than the gap of 1.00 %: too close to tell."]
    assert not [*too_close(0.8, report(0.01), SAY)]


def test_new_orders_say_what_they_restore() -> None:
    def course(missed: float) -> Any:
        return SimpleNamespace(relief=SimpleNamespace(missed={"count": missed}))

    shock = cast("Stressed", SimpleNamespace(kept=course(4816.0), changed=course(0.0)))
    assert "New orders also restore 4,816 of the 4,816 accelerators" in " ".join(restored(shock, SAY))
    assert not [*restored(cast("Stressed", SimpleNamespace(kept=course(0.0), changed=course(0.0))), SAY)]
