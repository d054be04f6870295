"""Rules in words: every name that the program gives to a rule has its sentence in both languages; periods are said together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dure.plan.check_purchase import check_purchase
from dure.plan.purchase import plan
from dure.plan.purchase_program import build
from dure.present.numbers import Lang
from dure.present.rule_names import Give, gives_words, in_runs, parsed, period_words, rule_words, rules_words
from dure.present.words import Words
from dure.solver import Limits
from tests.plan.purchase_small import drawn

EN, KO = Words(Lang.EN), Words(Lang.KO, {"site": {"ga": "가"}})


@pytest.mark.parametrize(
    ("name", "english", "korean"),
    [
        ("site power [ga, 2028-Q1]", "power of site ga in Q1 2028", "가 센터의 전력(2028년 1분기)"),
        ("site power [ga, 2028-H2]", "power of site ga in the second half of 2028", "가 센터의 전력(2028년 하반기)"),
        ("share [NVIDIA, at most]", "the largest share of NVIDIA", "NVIDIA 비중의 상한"),
        ("share [Intel, AMD, at least]", "the least share of Intel, AMD", "Intel, AMD 비중의 하한"),
        ("opex_funded [2031]", "money to run it in 2031", "운영비 재원(2031년)"),
        ("opex_funded [labour, 2031]", "money for people in 2031", "인건비 재원(2031년)"),
        ("budget [capex, state, 2028]", "purchase of the state's budget in 2028", "국비 예산의 구매비(2028년)"),
        ("budget [capex, 2028]", "money for purchase in 2028", "구매비 재원(2028년)"),
        ("count [50,000, 2030]", "the number in service (50,000, 2030)", "가동 대수(50,000, 2030)"),
        ("demand [x, 2028-Q1]", "demand for x in Q1 2028", "큰 일 수요(2028년 1분기)"),
        (
            "late: supply [nvidia-b200, 2030]",
            "supply of nvidia-b200 in 2030 (scenario late)",
            "nvidia-b200 공급 한도(2030년)(시나리오 late)",
        ),
        ("whole buying units", "whole buying units", "온전한 구매 단위"),
        ("a rule of tomorrow [x]", "a rule of tomorrow [x]", "a rule of tomorrow [x]"),
    ],
)
def test_a_rule_in_words(name: str, english: str, korean: str) -> None:
    works = {"x": "큰 일"}
    assert rule_words(name, EN) == english
    assert rule_words(name, KO, works) == korean


def test_following_periods_of_one_rule_stand_together() -> None:
    labels = ("2027-Q3", "2027-Q4", "2028-Q1", "2028-Q2")
    names = ["demand [chat, 2027-Q3]", "demand [chat, 2027-Q4]", "count [a]", "demand [chat, 2028-Q2]", "budget [opex, own-use, 2028]"]
    names += ["budget [opex, own-use, 2029]"]
    assert in_runs(names, labels) == [names[:2], [names[2]], [names[3]], names[4:]]


def test_rules_of_following_periods_are_said_once() -> None:
    names = ["site power [ga, 2028-Q2]", "share [A, at most]", "site power [ga, 2028-Q1]", "site power [na, 2028-Q1]"]
    assert rules_words(names, EN) == ["power of site ga from Q1 2028 to Q2 2028", "the largest share of A", "power of site na in Q1 2028"]


def test_what_gives_is_the_most_of_its_periods() -> None:
    gives = [Give("site power [ga, 2028]", "above", 3.0, "MW"), Give("site power [ga, 2029]", "above", 5.0, "MW")]
    gives.append(Give("count [c]", "below", 8.0, "accelerators"))
    said = gives_words(gives, {"MW": "MW", "accelerators": "accelerators"}, lambda value, _: f"{value:g}", EN)
    assert said == [
        "power of site ga from 2028 to 2029 higher by up to 5 MW",
        "the number in service (c) lower by 8 accelerators",
    ]


def test_every_rule_of_the_program_and_of_its_checker_has_words() -> None:
    """Rules that may give, refuse or have a value, over many small questions: none stays raw in Korean."""
    heads: dict[str, str] = {}
    for seed in range(60):
        question = drawn(seed)
        for name in build(question).rules:
            rule = parsed(name)
            assert rule is not None, name
            heads[rule.head] = name
        planned = plan(question, Limits(gap=0.0))
        doubled = [replace(one, units=one.units * 50) for one in planned.chosen.orders]
        for broken in check_purchase(question, tuple(doubled), ()):
            rule = parsed(broken.rule)
            assert rule is not None
            heads[rule.head] = broken.rule
    assert {"site power", "share", "count", "supply", "budget", "opex_funded"} <= set(heads)
    assert {head: name for head, name in heads.items() if rule_words(name, KO) == name} == {}


@pytest.mark.parametrize(
    ("label", "english", "korean"), [("2028", "2028", "2028년"), ("2028-Q3", "Q3 2028", "2028년 3분기"), ("w7", "w7", "w7")]
)
def test_periods(label: str, english: str, korean: str) -> None:
    assert (period_words(label, EN), period_words(label, KO)) == (english, korean)
