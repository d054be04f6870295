from __future__ import annotations

from pathlib import Path

import pytest

from dure.adapters.tenders import load_rules, load_tender
from dure.model.errors import ScenarioError
from dure.present.numbers import Lang
from dure.present.said import told
from dure.present.words import Words
from dure.wire.problems import ScenarioErrors

GOOD = """\
tender:
  name: small
  procedure: agreement
  budget: 10억
  lots:
    - {name: x, at_most: 100, estimate: 100만}
  criteria:
    - {name: price, weight: 60, formula: lowest_price_ratio}
    - {name: skill, weight: 40, formula: points}
bids:
  - name: A
    operator: 가
    lines:
      - {lot: x, model: nvidia-h200, quantity: 80, step: 8, price: 90만, public_share: 75%}
    points: {skill: 30}
marks: {quantity: assumed, price: assumed, points: assumed}
"""


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "tender.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_a_tender_is_read(written: Path) -> None:
    loaded = load_tender(written)
    (bid,) = loaded.bids
    (line,) = bid.lines
    assert (line.least, line.most, line.step, line.public) == (8, 80, 8, 60)
    assert line.tiers[0].unit_won == 900_000
    assert loaded.tender.budget_won == 10**9


@pytest.mark.parametrize(
    ("old", "new", "place", "what", "remedy"),
    [
        ("price: 90만", "price: -5", "14: bids[A].lines[0].price", "-5 is negative", "an amount of won is not"),
        ("price: 90만, ", "", "14: bids[A].lines[0].price", "is missing", "a missing price is never 0"),
        ("price: 90만", "price: 0", "14: bids[A].lines[0].price", "0 is too little", "write something above 0"),
        ("75%", "120%", "14: bids[A].lines[0].public_share", "120% is more than the whole", "write 30% or 0.3"),
        ("public_share: 75%", "public: 90", "14: bids[A].lines[0].public", "90 for public use of 80", "write at most quantity"),
        ("quantity: 80", "quantity: 81", "14: bids[A].lines[0].step", "the quantity is no multiple of 8", "offer whole buying units"),
        ("lot: x, model", "lot: y, model", "14: bids[A].lines[0].lot", "there is no lot `y`", "known here: x"),
        ("weight: 60", "weight: 50", "7: tender.criteria", "the weights add up to 90, not 100", "let the weights"),
        ("skill: 30", "skill: 41", "15: bids[A].points.skill", "41 points of 40", "give at most the weight"),
        ("skill: 30", "skil: 30", "15: bids[A].points.skil", "`skil` is no criterion", "did you mean `skill`?"),
        ("agreement", "contract", "14: bids[A].lines[0].public", "own use pays an agreement", "leave public out"),
        ("budget: 10억", "budget: 10억\n  currency: INR", "5: tender.currency", "INR has no rate", "write won_per_unit"),
        ("lowest_price_ratio", "cheapest", "8: tender.criteria[price].formula", "`cheapest` is not known", "write one of"),
        ("  name: small", "  name: small\n  prize: 1", "3: tender.prize", "unknown key", "known here"),
        ("at_most: 100,", "at_least: 101, at_most: 100,", "6: tender.lots[x].at_most", "at most 100 of at least 101", "no smaller"),
        (
            "price: 90만",
            "tiers: [{to: 40, price: 9}, {to: 70, price: 8}]",
            "14: bids[A].lines[0].tiers",
            "tiers do not lead up",
            "let each",
        ),
        ("60, formula: lowest_price_ratio", "60, formula: linear", "8: tender.criteria[price]", "a linear formula runs", "write full"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(written: Path, old: str, new: str, place: str, what: str, remedy: str) -> None:
    assert old in GOOD
    written.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(ScenarioErrors) as caught:
        load_tender(written)
    lines = str(caught.value).splitlines()
    assert any(f"tender.yaml:{place}: {what}" in line and remedy in line for line in lines), lines
    korean = told(caught.value, Words(Lang.KO))
    assert all(any("가" <= char <= "힣" for char in line.split("; ")[-1]) for line in korean.splitlines()), korean


def test_rules_are_frozen_before_bids_are_read(written: Path) -> None:
    digest = load_rules(written)
    bad_bids = GOOD.replace("price: 90만", "price: -1")
    written.write_text(bad_bids, encoding="utf-8")
    assert load_rules(written) == digest, "bids are not looked at"
    written.write_text(f"frozen: {digest}\n" + GOOD.replace("90만", "80만"), encoding="utf-8")
    assert load_tender(written).rules_sha256 == digest, "bids may change"
    written.write_text(f"frozen: {digest}\n" + GOOD.replace("budget: 10억", "budget: 1_000_000_000"), encoding="utf-8")
    assert load_tender(written).rules_sha256 == digest, "the same rule, typed in another way"
    changed = GOOD.replace("weight: 60", "weight: 59").replace("weight: 40", "weight: 41")
    written.write_text(f"frozen: {digest}\n{changed}", encoding="utf-8")
    with pytest.raises(ScenarioErrors, match="the rules were frozen as"):
        load_tender(written)


def test_a_tender_without_bids_has_rules_only(written: Path) -> None:
    written.write_text(GOOD.split("bids:")[0], encoding="utf-8")
    assert len(load_rules(written)) == 64
    with pytest.raises(ScenarioError, match="there are no bids"):
        load_tender(written)


def test_tiers_are_ranges_of_whole_buying_units(written: Path) -> None:
    tiers = "tiers: [{to: 39, price: 9}, {to: 80, price: 8, fixed: 100}], at_least: 16"
    written.write_text(GOOD.replace("price: 90만", tiers), encoding="utf-8")
    (line,) = load_tender(written).bids[0].lines
    assert [(one.least, one.most, one.unit_won, one.fixed_won) for one in line.tiers] == [(16, 32, 9, 0), (40, 80, 8, 100)]


def test_another_currency_is_exchanged_once(written: Path) -> None:
    text = GOOD.replace("budget: 10억", "budget: 1000000\n  currency: INR\n  won_per_unit: 16.4")
    written.write_text(text.replace("90만", "290.7").replace("100만", "300"), encoding="utf-8")
    loaded = load_tender(written)
    assert loaded.bids[0].lines[0].tiers[0].unit_won == 4_767
    assert loaded.tender.budget_won == 16_400_000
