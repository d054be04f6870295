"""What minutes say of gaming, refusals and levers: nothing that the tender follows already, nothing that did not happen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dure.cli.main import main

TENDER = """
tender:
  name: t
  procedure: PROCEDURE
  objective: OBJECTIVE
  budget: 1000
  lots:
    - {name: gpu, name_ko: 가속기, at_most: 20}
  eligibility: [RULES]
  criteria:
    - {name: pub, weight: 50, formula: linear, subject: public_share, full: 100%, zero: 0%}
    - {name: kw, weight: 50, formula: ratio_to_best, subject: power}
bids:
  - {name: A, operator: 가, lines: [{PUBLIC_A, power_each: 1 kW, ALIKE}]DATE}
  - {name: B, operator: 나, lines: [{PUBLIC_B, power_each: 1.2 kW, ALIKE}]DATE}
marks: {quantity: assumed, price: assumed, promises: assumed}
assume:
  - {what: all, what_ko: 다, who: me, why: test, why_ko: 시험}
"""
LAST = '{name: last, subject: ready, at_most: "2027-12-31"}'
LEAST = "{name: public, subject: public_share, at_least: 40%}"


def written(folder: Path, *, objective: str = "score", rules: str = "", date: str = "", contract: bool = False) -> str:
    text = TENDER.replace("OBJECTIVE", objective).replace("RULES", rules).replace("DATE", date)
    text = text.replace("PROCEDURE", "contract" if contract else "agreement")
    text = text.replace("ALIKE", "lot: gpu, model: nvidia-h200, quantity: 20, price: 40, all_or_nothing: true")
    for name, public in (("PUBLIC_A", 16), ("PUBLIC_B", 10)):
        text = text.replace(name, f"public: {20 if contract else public}")
    path = folder / "tender.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def said(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    capsys.readouterr()
    assert main(["plan", "award", *args]) == 0
    return " ".join(capsys.readouterr().out.split())


def test_what_is_played_is_what_the_bids_and_the_rules_say(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = written(tmp_path)
    text = said(capsys, path, "--stress")
    assert "A names no date and wins all the same" in text
    assert "days later" not in text
    assert "B promises the best of what earns anything here (the public share, power) and wins 20 more" in text
    assert "A keeps 9 more of the 20 accelerators it offers for itself" in text
    assert "give points for the date, set a last date, agree on a deduction for every day." in text
    assert "set a least public share, give the public share more points." in text
    assert "set an estimate for each accelerator" in text
    korean = said(capsys, path, "--stress", "--lang", "ko")
    assert "A는 시작일을 적지 않고도 선정됩니다" in korean
    assert "B가 이 공고에서 점수나 자격이 걸린 것(정부 활용 비율, 전력)을 모두 최고로 적으면 20개를 더 얻습니다" in korean
    assert "막는 길: 시작일에 배점 주기, 마감일 정하기, 하루마다 감액 약정하기." in korean
    (over,) = [one for one in json.loads(said(capsys, path, "--stress", "--json"))["stress"] if one["trick"] == "overpromise"]
    assert over["promises"] == ["public_share", "power"]


def test_advice_is_not_what_the_tender_follows_already(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A last date and a least share are there; public capacity decides, so points would change nothing."""
    path = written(tmp_path, objective="public_capacity", rules=f"{LAST}, {LEAST}", date=', ready: "2027-06-01"')
    text = said(capsys, path, "--stress")
    assert "set an earlier last date, agree on a deduction for every day." in text
    assert "raise the least public share." in text
    assert "points for" not in text.split("Played by bidders")[1]


@pytest.mark.parametrize(
    ("lang", "rules", "checked"),
    [
        ("en", "Refused by: the least quantity of lot gpu, the budget.", "There is no award that the independent check could look at."),
        ("ko", "성립하지 않음: 가속기 로트의 최소 수량, 예산.", "독립 검산을 할 선정 결과가 없습니다."),
    ],
)
def test_a_refused_award_is_not_said_to_be_checked(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, lang: str, rules: str, checked: str
) -> None:
    path = written(tmp_path)
    sets = ("--set", "tender.lots[gpu].at_least=20", "--set", "tender.budget=500")
    text = said(capsys, path, *sets, "--lang", lang)
    assert rules in text
    assert checked in text
    assert "Independent check: every rule holds" not in text
    assert "모든 규칙을 지킴" not in text
    assert ("the budget higher by ₩300" if lang == "en" else "예산을 ₩300 높임") in text
    found = json.loads(said(capsys, path, *sets, "--json"))
    assert (found["checked"], found["refused_by"]) == (None, ["lot at least [gpu]", "budget"])


def test_only_what_can_be_moved_is_named_as_moving_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A contract has no own use to give up, and nothing asks for a date: price and quantity are left, and points look at neither."""
    text = said(capsys, written(tmp_path, contract=True))
    assert "No change of one of these alone would make it win: price, a smaller quantity." in text
