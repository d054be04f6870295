"""Budgets of sites: every mistake is named with its place and remedy, in both languages."""

from __future__ import annotations

import datetime as dt

import pytest

from dure.adapters.scenario_funds import scenario_funds
from dure.adapters.scenario_models import scenario_models
from dure.model.errors import CostError, ScenarioError
from dure.present.numbers import Lang
from dure.present.said import told
from dure.present.words import Words
from dure.twin.floor import build_floor
from dure.wire.scenario_budget import period_days
from tests.twin.scenes import loaded
from tests.twin.test_money import SITE

TEXT = SITE.replace("WON", "1억").replace("      EXTRA\n", "").replace("  ALLOCATIONS\n", "")
KO = Words(Lang.KO)


@pytest.mark.parametrize(
    ("period", "first", "end"),
    [("2026", "2026-01-01", "2027-01-01"), ("2026-Q4", "2026-10-01", "2027-01-01"), ("2026-12", "2026-12-01", "2027-01-01")],
)
def test_periods_are_korean_days(period: str, first: str, end: str) -> None:
    assert period_days(period) == (dt.date.fromisoformat(first), dt.date.fromisoformat(end))


@pytest.mark.parametrize(
    ("old", "new", "said", "korean"),
    [
        ("won: 1억", "won: -1억", "-1억 is negative", "-1억: 음수입니다"),
        ("period: 2026", "period: 2026-13", "period", "period"),
        ("period: 2026", "period: 2025, carries: true", "2026-01-01 is not in 2025", "2025 안에 없습니다"),
        ("share: 40%", "share: 30%", "the instalments are 90% of the line", "나누어 주는 몫이 예산의 90%입니다"),
        ("share: 40%", "share: 400%", "400%", "400%"),
        ("at: 2026-07-02", "at: 2026-07-32", "2026-07-32 is not in the calendar", "2026-04-01처럼 쓰십시오"),
        ("pue: 1.3", "region: seoul", "the PUE of s is unknown; write pue", "s 센터의 PUE를 알 수 없습니다"),
        ("horizon: 12d", "seed: 1", "money is spent without an end; write programme.horizon", "끝나는 때 없이 돈을 씁니다"),
        ("    budget:\n", "    budget:\n      order: [p, r]\n", "site `s` has no pool `r`", "풀"),
        ("    budget:\n", "    budget:\n      order: [p]\n", "leaves out q; name every pool of the site", "q: 빠졌습니다"),
        ("    budget:\n", "    budget:\n      order: [p, p, q]\n", "names a pool twice", "같은 풀을 두 번 적었습니다"),
        ("    budget:\n", "    budget:\n      notice: 25h\n", "a notice of more than a day", "통보 기간이 하루를 넘습니다"),
        ("    budget:\n", "    budget:\n      spent: evenly\n", "spend", "spend"),
        ("idle_power: 157W", "idle_power: 2kW", "idle_power is above power", "idle_power가 power보다 큽니다"),
        ("idle_power: 157W", "start_delay: 1m, ahead: 60s", "ahead is not longer than start_delay", "시작 전에 배치 취소됩니다"),
        ("{name: s, tariff", "{name: t, tariff", "nobody says what electricity costs at s", "s"),
        ("who: t, why: t,\n           paid", "\n           paid", "says neither who published it nor who assumes it", "공표한 곳도"),
    ],
)
def test_mistakes_are_named(old: str, new: str, said: str, korean: str) -> None:
    assert old in TEXT
    with pytest.raises(ScenarioError) as caught:
        loaded(TEXT.replace(old, new, 1))
    assert said in str(caught.value)
    assert "scene.yaml:" in str(caught.value)
    assert korean in told(caught.value, KO)


def test_a_budget_without_prices_and_a_period_outside_the_run() -> None:
    with pytest.raises(ScenarioError, match=r"scene\.yaml:\d+: sites\[s\]\.budget: a budget without prices; write plan\.cost"):
        loaded(TEXT[: TEXT.index("plan:\n")])
    with pytest.raises(ScenarioError, match="2027-01 lies outside the run; write a period that the run meets"):
        loaded(
            TEXT.replace(
                "budget:\n      lines:\n", "budget:\n      lines:\n        - {period: 2027-01, won: 1, payer: x, who: t, why: t}\n"
            )
        )


@pytest.mark.parametrize(
    ("sets", "said"),
    [
        (("sites[s].pools[q].idle_power=null",), "nobody says what nvidia-a100 draws at s while it waits; write idle_power"),
        (("sites[s].pools[q].power=null",), "nobody says what nvidia-a100 draws at s; write power"),
        (("plan.cost.sites[s].tariff=general-c",), "general-c"),
        (("sites[s].pools[q].power=null", "sites[s].pools[q].idle_power=null"), "nobody says what nvidia-a100 draws at s; write power"),
    ],
)
def test_a_power_or_tariff_that_is_missing_is_never_0(sets: tuple[str, ...], said: str) -> None:
    scene = loaded(TEXT, sets)
    models = scenario_models(scene)
    with pytest.raises(CostError, match=said):
        scenario_funds(scene, models, build_floor(scene.scenario, models.pools))


def test_what_the_catalogue_measured_stands_in() -> None:
    scene = loaded(TEXT.replace("accelerators_per_node: 4, power: 1370W, idle_power: 157W", "accelerators_per_node: 8"))
    models = scenario_models(scene)
    funds = scenario_funds(scene, models, build_floor(scene.scenario, models.pools))
    assert funds is not None
    assert (funds.sites[0].pools[0].busy_w, funds.sites[0].pools[0].idle_w) == (1370, 1257 // 8)
