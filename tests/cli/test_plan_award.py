"""`dure plan award`: the award, its minutes and its JSON, in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dure.cli.main import main

EXAMPLES = Path(__file__).parents[2] / "examples"
ROUND_1, INDIA = str(EXAMPLES / "korea-2025-round-1.yaml"), str(EXAMPLES / "india-l1.yaml")


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["plan", "award", *words]) == 0
    return capsys.readouterr().out


def test_round_1_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(capsys, ROUND_1, "--json", "--stress"))
    assert (found["status"], found["gap"], found["checked"], found["refused_by"]) == ("optimal", 0, True, [])
    assert (found["accelerators_total"], found["public_total"]) == (13_136, 10_456)
    assert found["cost_won"]["total"] == 1_457_176_000_000
    assert (found["operator_hhi"], found["vendor_hhi"], found["vendor_shares"]) == (4_279, 10_000, {"nvidia": 1.0})
    (loss,) = found["losses"]
    assert loss["flips"]["price"] == {"change": 49_304_800, "value": 95_695_200, "units": 10_000, "value_of_all": 95_695_200}
    assert {one["trick"] for one in found["stress"]} == {
        "underbid",
        "drop_out",
        "hold_up",
        "collude",
        "overpromise",
        "straw",
        "late",
        "own_use",
    }
    low, high = found["price_range"]["low_unit_won"], found["price_range"]["high_unit_won"]
    assert low < 1_459_000_000_000 // 13_136 < high + 10_000
    assert len(found["rules_sha256"]) == 64
    assert found["inputs"][0]["path"] == ROUND_1


def test_round_1_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    english = said(capsys, ROUND_1)
    assert english.index("What is assumed") < english.index("13,136 accelerators from 3 operators, 10,456 for public use (79.6 %)")
    assert "Proven optimal: public capacity 10,456, bound 10,456, gap 0. Independent check: every rule holds." in english
    assert "It would win at ₩95,695,200" in english
    korean = said(capsys, ROUND_1, "--lang", "ko")
    assert "운영사업자 3곳에서 가속기 13,136개, 그중 정부 활용분 10,456개(79.6%)" in korean
    assert "최적해로 증명됨" in korean
    assert "None" not in english + korean


def test_the_lowest_price_or_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(capsys, INDIA, "--json"))
    assert found["accelerators_total"] == 34_333
    taken = {(row["bid"], row["lot"]): row["units"] for row in found["tables"]["award"]["rows"] if row["lot"]}
    assert sum(units for (bid, _), units in taken.items() if bid == "resellers") == 1_200
    assert [one["offer"] for one in found["losses"]] == ["resellers/h100"]
    assert "최저가 ₩1,509/시간을 받아들이지 않았습니다" in " ".join(said(capsys, INDIA, "--lang", "ko").split())


def test_amounts_by_the_hour_say_so_everywhere(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """8,192 accelerators at 92 rupees of 16.4 won: 1,508.8 won an hour, rounded once to 1,509."""
    found = json.loads(said(capsys, INDIA, "--json"))
    assert found["price_per"] == "accelerator_hour"
    assert "cost_won" not in found
    assert found["cost_won_per_hour"]["by_operator"]["가"] == 8_192 * 1_509
    first = found["tables"]["award"]["rows"][0]
    assert (first["won_per_hour"], first["unit_won_per_hour"]) == (8_192 * 1_509, 1_509)
    assert found["tables"]["obligations"]["rows"][0]["unit_won_per_hour"] == 1_509
    assert "one hour" in found["tables"]["obligations"]["note"]
    page = tmp_path / "minutes.html"
    assert "₩1,509/h" in said(capsys, INDIA, "--output", str(page))
    assert "₩1,509/h" in page.read_text(encoding="utf-8")
    assert "Every amount is for one hour" in page.read_text(encoding="utf-8")
    once = json.loads(said(capsys, INDIA, "--json", "--set", "tender.price_per=accelerator"))
    assert (once["price_per"], once["cost_won"]["by_operator"]["가"]) == ("accelerator", 8_192 * 1_509)
    assert once["rules_sha256"] != found["rules_sha256"]


def test_published_hashes_hold(capsys: pytest.CaptureFixture[str]) -> None:
    """The rules of round 1 hashed as they were before a tender could say what a price pays for."""
    frozen = "4e3e3c69b30f64d0a05afda25275cfc0b6bffb48be4afe4a8b5bdeee6bd6e24b"
    assert frozen in said(capsys, ROUND_1, "--freeze")
    assert frozen in said(capsys, ROUND_1, "--freeze", "--set", "tender.price_per=accelerator")


@pytest.mark.parametrize(("lang", "words"), [("en", "less than a hundredth"), ("ko", "100분의 1에 못 미칩니다")])
def test_a_price_without_its_unit_is_asked_about_once(capsys: pytest.CaptureFixture[str], lang: str, words: str) -> None:
    wrong = ("--set", "bids[A].lines[0].price=116", "--set", "tender.abnormally_low=70%", "--lang", lang)
    text = " ".join(said(capsys, ROUND_1, *wrong).split())
    assert text.count(words) == 1
    assert ("< 0.1" in text) is False, "the same bid is not called low a second time"
    found = json.loads(said(capsys, ROUND_1, *wrong, "--json"))
    assert [(one["bid"], one["unit_won"]) for one in found["odd_prices"]] == [("A", 116)]
    assert json.loads(said(capsys, ROUND_1, "--json"))["odd_prices"] == []


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_minutes_are_one_file(capsys: pytest.CaptureFixture[str], tmp_path: Path, lang: str) -> None:
    out = tmp_path / "minutes.html"
    said(capsys, ROUND_1, "--output", str(out), "--stress", "--lang", lang)
    page = out.read_text(encoding="utf-8")
    assert page.startswith(f'<!doctype html>\n<html lang="{lang}">')
    assert "<script" not in page
    assert "http" not in page.replace("http://www.w3.org", "")
    assert page.count("<section") == 12
    assert "<svg" in page
    assert "13,136" in page


def test_a_refusal_is_an_answer(capsys: pytest.CaptureFixture[str]) -> None:
    sets = ("--set", "tender.lots[gpu].at_least=13000", "--set", "tender.budget=1조")
    found = json.loads(said(capsys, ROUND_1, "--json", *sets))
    assert found["status"] == "infeasible"
    assert set(found["refused_by"]) >= {"budget", "lot at least [gpu]"}
    assert found["way_out"]
    assert "Refused by: " in said(capsys, ROUND_1, *sets)


def test_freeze_prints_the_hash_alone(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(capsys, ROUND_1, "--freeze", "--json"))
    assert list(found) == ["rules_sha256"]
    assert found["rules_sha256"] in said(capsys, ROUND_1, "--freeze")


def test_changed_rules_change_the_hash(capsys: pytest.CaptureFixture[str]) -> None:
    before = json.loads(said(capsys, ROUND_1, "--freeze", "--json"))
    after = json.loads(said(capsys, ROUND_1, "--freeze", "--json", "--set", "tender.budget=1.46조"))
    assert before != after
