"""A refusal in words: why in one sentence, each way out once, the cheapest first, rules by one name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dure.model.purchases import CountRule, Purchase
from dure.plan.purchase import Planned, plan
from dure.present.numbers import Lang
from dure.present.refusal_words import refusal_sentences, remedies, ways_table
from dure.present.tables import Word
from dure.present.words import Words
from dure.solver import Limits
from tests.plan.purchase_small import machine, money, question

EXACT = Limits(time_s=20.0, gap=0.0)
SAY = Words(Lang.EN)


def counted(least: int, *budgets: object, most: int | None = None) -> Purchase:
    return question(machine(), counts=(CountRule("n", 0, least, most),), budgets=budgets)


def test_ways_out_stand_by_their_cost_and_no_way_twice() -> None:
    """20 accelerators need three servers of 8 and 30 won a year; 25 pay for two. The best plan, of ten servers, lacks 75 and 75."""
    planned = plan(counted(20, money("capex", 2026, 1000), money("opex", 2026, 25), money("opex", 2027, 25)), EXACT)
    found = remedies(planned, SAY)
    assert [(one.name, one.won) for one in found] == [("fundable", 0), ("rules", None), ("wanted", 150), ("money", 10)]
    text = refusal_sentences(planned, SAY)
    assert text[0].startswith("REFUSED by opex_funded: 80 accelerators can be bought for ₩1k, but")
    assert "nobody pays ₩150, at most ₩75 in 2026." in text[0]
    assert "In fractions of buying units the money there is would do; in units of 8 accelerators it does not." in text
    assert sum("REFUSED" in one for one in text) == 1
    (fund,) = (one for one in text if one.startswith("Fund ₩10") or " Fund ₩10 " in one)
    assert "Fund ₩10 from 2026 to 2027, ₩5 a year on average and at most ₩5 in 2026: 24 accelerators for ₩300" in fund
    assert "No plan of the same rules needs less; this suffices (checked)." in fund
    rows = ways_table(planned, SAY, Word.ASSUMED).as_json()
    assert [one["accelerators"] for one in rows] == [16, 16, 80, 24]


def test_without_any_money_the_only_plan_is_to_buy_nothing_and_it_is_said_once() -> None:
    planned = plan(counted(20, money("capex", 2026, 1000)), EXACT)
    text = refusal_sentences(planned, SAY)
    assert "nobody pays any of the ₩200 that running them costs from 2026 to 2027." in text[0]
    assert sum("nothing can be bought" in one for one in text) == 1
    assert not any("₩0 more" in one for one in text)
    assert not any("lower by" in one for one in text)


def test_one_rule_has_one_name() -> None:
    """The money of a year and its only line refuse together: the line is named, the sum of the year is not."""
    planned = plan(counted(200, money("capex", 2026, 1000), *(money("opex", year, 1000) for year in (2026, 2027))), EXACT)
    assert planned.refusal is not None
    assert len(planned.refusal.rules) == 3
    text = refusal_sentences(planned, SAY)
    assert text[0] == "REFUSED: these cannot hold together: purchase of the state's budget in 2026, the number in service (n)."
    ended = replace(planned, refusal=replace(planned.refusal, irreducible=False))
    assert any("Time ended the search" in one for one in refusal_sentences(ended, SAY))


@pytest.mark.parametrize("lang", list(Lang))
def test_units_that_are_in_the_way_are_named(lang: Lang) -> None:
    planned = plan(counted(20, money("capex", 2026, 1000), *(money("opex", year, 1000) for year in (2026, 2027)), most=20), EXACT)
    text = refusal_sentences(planned, Words(lang))
    assert ("가속기 8개 단위로는" if lang is Lang.KO else "in units of 8 accelerators there is none") in text[0]
    assert any("(n)" in one for one in text[1:])


def test_what_time_left_open_is_said_as_at_least_and_at_most() -> None:
    planned = plan(counted(20, money("capex", 2026, 1000), money("opex", 2026, 25), money("opex", 2027, 25)), EXACT)
    assert planned.refusal is not None
    assert planned.refusal.money is not None
    open_ = replace(planned.refusal.money, gap=0.3, bound_won=7)
    said = refusal_sentences(Planned(planned.purchase, planned.chosen, replace(planned.refusal, money=open_), 1), SAY)
    assert any("Fund at least ₩7 (in fractions of buying units, or as far as was proven), at most ₩10 from 2026" in one for one in said)
