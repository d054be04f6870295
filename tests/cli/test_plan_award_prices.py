"""What an award says of prices: ends that were not looked for, parts that a price wins, flagged bids, bids over the budget."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dure.cli.main import main

EXAMPLES = Path(__file__).parents[2] / "examples"
FILE = """\
tender:
  name: t
  procedure: contract
  objective: cost
  budget: 1억
  lots: [{{name: gpu, at_least: 10, at_most: 10{estimate}}}]
bids:
{bids}
marks: {{quantity: assumed, price: assumed, promises: assumed}}
"""


def tender(folder: Path, *prices: int | str, estimate: int | None = None) -> str:
    """A, B, C … each offer ten at these prices."""
    bids = "\n".join(
        f"  - {{name: {name}, operator: o{name}, lines: [{{lot: gpu, model: nvidia-h200, quantity: 10, price: {price}}}]}}"
        for name, price in zip("ABCD", prices, strict=False)
    )
    path = folder / "t.yaml"
    path.write_text(FILE.format(bids=bids, estimate="" if estimate is None else f", estimate: {estimate}"), encoding="utf-8")
    return str(path)


def text(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["plan", "award", *words]) == 0
    return " ".join(capsys.readouterr().out.split())


def values(capsys: pytest.CaptureFixture[str], path: str) -> Any:
    return json.loads(text(capsys, path, "--json"))


def test_an_end_that_was_not_looked_for_is_not_called_one(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """At half the prices the same ten are bought, and at one and a half; of the budget of round 1 both ends are found."""
    path = tender(tmp_path, 1000, 1100)
    english, korean = text(capsys, path), text(capsys, path, "--lang", "ko")
    found = values(capsys, path)["price_range"]
    assert (found["low_is_end"], found["high_is_end"]) == (False, False)
    assert "Below half of the bids' prices it was not looked" in english
    assert "제안 가격의 절반 아래는 찾아보지 않았으므로" in korean
    assert "exact to the won" not in english
    assert "원 단위까지" not in korean
    near = tender(tmp_path, 9_500_000, 9_600_000)
    english = text(capsys, near)
    assert "Below half of the bids' prices it was not looked" in english
    assert "The upper end is exact to the won" in english
    assert (values(capsys, near)["price_range"]["low_is_end"], values(capsys, near)["price_range"]["high_is_end"]) == (False, True)
    assert "Both ends are exact to the won" in text(capsys, str(EXAMPLES / "korea-2025-round-1.yaml"))


def test_a_tie_in_the_minutes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tender(tmp_path, 1000, 1000, 1100)
    said = text(capsys, path)
    assert "10 accelerators from 1 operator" in said
    assert "0 instead of 10 from A and is just as good and costs no less. It would win at ₩999 an accelerator" in said


def test_flagged_prices_and_the_award_without_them(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """C at 9 wins; without C and B the ten are A's at 116: 1,160 against 90."""
    path = tender(tmp_path, 116, "1.16억", 9, 1200, estimate=1000)
    said, korean = text(capsys, path), text(capsys, path, "--lang", "ko")
    assert "Without B, C, whose prices are asked about, the award would be A 10" in said
    assert "for ₩1,160, ₩1,070 more than the award above" in said
    assert "가격을 확인해야 하는 B, C를 빼면 A 10개가 선정됩니다" in korean
    assert "The tender sets no share" not in said
    found = values(capsys, path)["without_flagged"]
    assert (found["bids"], found["won"], found["same"]) == (["B", "C"], 1160, False)
    assert [(one["bid"], one["units"]) for one in found["takings"]] == [("A", 10)]
    page = tmp_path / "m.html"
    text(capsys, path, "--output", str(page))
    assert "Without B, C, whose prices are asked about" in page.read_text(encoding="utf-8")
    plain = tender(tmp_path, 1000, 1100)
    assert values(capsys, plain)["without_flagged"] is None
    assert "The tender sets no share" in text(capsys, plain)


def test_a_bid_over_the_budget_and_the_price_at_which_it_fits(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """One of B at 116 million beside nine at 9 is 116,000,081: 16,000,081 over the budget of a hundred million."""
    path = tender(tmp_path, 116, "1.16억", 9, 1200, estimate=1000)
    said = text(capsys, path)
    assert "B cannot be taken at its price: even the cheapest award with it goes ₩16,000,081 over the budget. It would win at ₩9 an" in said
    assert "At that price it fits the budget." in said
    loss = next(one for one in values(capsys, path)["losses"] if one["offer"] == "B")
    assert loss["over_budget_won"] == 16_000_081


def test_a_price_that_wins_a_part_says_how_much(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Eight of A at 1,000 and B's twelve at 1,100 for ten: C's five win two at 1,099 and all five once below A's 1,000."""
    path = tender(tmp_path, 1000, 1100, 1200)
    written = Path(path).read_text(encoding="utf-8").replace("quantity: 10, price: 1000", "quantity: 8, price: 1000")
    Path(path).write_text(written.replace("quantity: 10, price: 1200", "quantity: 5, price: 1200"), encoding="utf-8")
    said, korean = text(capsys, path), text(capsys, path, "--lang", "ko")
    assert "It would be given 2 of 5 at ₩1,099 an accelerator: ₩101 less (8.42 %). At ₩999 it would be given all of it." in said
    assert "가속기 1개당 ₩1,099이면 5개 중 2개가 선정됩니다" in korean
    flip = next(one for one in values(capsys, path)["losses"] if one["offer"] == "C")["flips"]["price"]
    assert flip == {"change": 101, "value": 1099, "units": 2, "value_of_all": 999}
