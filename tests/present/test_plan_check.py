"""The plan section of a scenario in one line, and what an unknown speed means for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dure.adapters.files import load_scenario
from dure.adapters.scenario_purchase import scenario_purchase
from dure.model.purchases import CountRule, ShareRule, Standing, Terms, Work
from dure.present.numbers import Lang
from dure.present.plan_check import plan_answer, plan_line
from dure.present.said import said
from dure.present.words import Words
from tests.plan.purchase_small import machine, money, question

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def test_years_that_nobody_pays_are_named() -> None:
    """A server of two years, bought in 2026 or 2027: 2026 to 2028 cost operation; 2026 has a line, which carries into 2027 only."""
    asked = question(machine(), buying=2, years=4, budgets=(money("capex", 2026, 100), money("opex", 2026, 5, carries=True)))
    found = plan_answer(asked, 3)
    assert found["years_without_opex"] == [2028]
    assert found["years_without_labour"] == []
    people = machine(terms={"s": Terms(100, {"labour": 1})})
    assert plan_answer(replace(asked, machines=(people,)), 3)["years_without_labour"] == [2026, 2027, 2028]
    assert "NO money for operation in 2028" in plan_line(found, Words(Lang.EN))
    assert "운영비 재원 없음" in plan_line(found, Words(Lang.KO))


def test_a_class_that_no_machine_of_the_plan_can_serve_is_named() -> None:
    """What may never be ordered serves nothing, unless it stands there."""
    asked = question(
        machine(supply={0: 0}),
        work=(Work("tuning", "조정", {2026: 1}, 1_000_000), Work("work", "일", {2026: 1}, 1_000_000)),
        shares=(ShareRule("A", frozenset("a"), "count", 0, None),),
        counts=(CountRule("none", 0, None, 8),),
    )
    found = plan_answer(asked, 0)
    assert found["classes_nobody_serves"] == ["tuning", "work"]
    assert found["rules"] == ["A", "none"]
    stands = replace(asked, standing=(Standing("a", "s", 1, 3),))
    assert plan_answer(stands, 0)["classes_nobody_serves"] == ["tuning"]
    assert "nobody can serve tuning" in plan_line(plan_answer(stands, 0), Words(Lang.EN))


@pytest.mark.parametrize("lang", list(Lang))
def test_a_speed_that_is_not_known_says_what_follows(lang: Lang) -> None:
    read = scenario_purchase(load_scenario(EXAMPLES / "study-small.yaml"))
    note = "amd-mi300x: no speed of llm-inference-small is known: it serves none of serving"
    assert note in read.notes
    shown = said(note, Words(lang))
    assert shown == note if lang is Lang.EN else "serving 작업을 맡지 못합니다" in shown
