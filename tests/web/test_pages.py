"""The public pages: what they say, in both languages, with nothing from elsewhere and nothing that anybody can put in."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from dure.adapters.store.rules import RuleSet
from dure.present.numbers import Lang
from dure.present.words import Words
from dure.web.app import create_app
from dure.web.pages import CHECK, waterfall_rows
from dure.web.ports import RatesNow
from tests.web.fakes import NOW, ROOT, House, SomeLive


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("path", ["/", "/audit"])
def test_a_page_stands_by_itself(client: TestClient, path: str, lang: str) -> None:
    answer = client.get(f"{path}?lang={lang}")
    assert answer.status_code == 200
    assert f'<html lang="{lang}">' in answer.text
    assert not re.search(r'(src|href)="(?:https?:)?//|<script|@import|url\(', answer.text)
    assert ("가속기" in answer.text or "기록" in answer.text) == (lang == "ko")


def test_both_rates_and_every_cause(client: TestClient) -> None:
    text = client.get("/?lang=en").text
    assert "25.0%" in text  # 4 of 16
    assert "50.0%" in text  # 4 of 8
    csv = client.get("/waterfall.csv").text.splitlines()
    assert csv[0] == "at,pool,model,line,accelerators_milli"
    assert "2027-01-15T08:00:00Z,gwangju/h100,h100-sxm,busy,4000" in csv


def test_bars_lie_between_the_lines() -> None:
    milli = {
        "contracted": 10_000,
        "unfunded": 2_000,
        "installed": 10_000,
        "powered": 8_000,
        "available": 8_000,
        "no_demand": 5_000,
        "busy": 3_000,
    }
    rows = waterfall_rows(milli, Words(Lang.EN))
    placed = [(row["left"], row["width"]) for row in rows if row["kind"] == "cause"]
    assert placed == [(80.0, 20.0), (30.0, 50.0)]
    assert [row["width"] for row in rows if row["kind"] == "step"] == [100.0, 100.0, 80.0, 80.0, 30.0]
    assert waterfall_rows({}, Words(Lang.EN)) == []


def test_unknown_is_not_zero(home: House) -> None:
    class Blind(SomeLive):
        def rates(self) -> RatesNow:
            return RatesNow(None, ())

    with TestClient(create_app(replace(home.services, live=Blind(), title="<b>&"))) as client:
        text = client.get("/").text
        assert "<h1>&lt;b&gt;&amp;</h1>" in text
        assert "0.0%" not in text
        assert "unknown" in text
        assert client.get("/api/v1/rates").json()["operating_rate"] is None


def test_an_auditor_finds_the_rules_and_what_to_type(home: House) -> None:
    """Every command of the page is one of the command line."""
    sets = (RuleSet(0, "ab" * 32, 0, NOW, {}), RuleSet(1, "cd" * 32, 41, NOW + 60, {}))
    client = TestClient(create_app(replace(home.services, rule_sets=lambda: sets)))
    page = client.get("/audit").text
    assert all(one.name in page for one in sets)
    assert ">41</td>" in page
    assert "UTC" in page
    for command in CHECK.values():
        assert command in page
        words = command.split()
        if words[0] == "dure":
            assert f"## dure {words[1]} {words[2]}" in (ROOT / "docs" / "COMMANDS.md").read_text(encoding="utf-8")
    assert "아직 기록된 규칙이 없습니다" in TestClient(create_app(home.services)).get("/audit?lang=ko").text
