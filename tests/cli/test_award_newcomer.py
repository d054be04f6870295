"""What a newcomer's tender leaves out or mistypes is said, and never taken for published."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dure.cli.main import main

TENDER = """\
tender:
  name: Small round
  procedure: contract
  objective: scored_capacity
  budget: 300억
  lots:
    - {name: training, at_most: 400, estimate: 9000만}
  criteria:
    - {name: price, weight: 20, formula: kr_negotiated, subject: price}
    - {name: technology, weight: 80, formula: points}
bids:
  - name: A
    operator: 한빛
    lines: [{lot: training, model: nvidia-h200, quantity: 256, step: 8, price: 8200만}]
    points: {technology: 70}
  - name: B
    operator: 두리
    lines: [{lot: training, model: nvidia-h200, quantity: 200, step: 8, price: 7600만}]
    points: {technology: 66}
  - name: C
    operator: 새솔
    lines: [{lot: training, model: amd-mi300x, quantity: 256, step: 8, price: 5600만}]
    points: {technology: 58}
"""
MARKS = "marks: {quantity: assumed, price: assumed, points: assumed}\n"
READY = ("    operator: 한빛\n", "    operator: 한빛\n    ready: 2027-03-01\n")


def written(folder: Path, text: str) -> str:
    path = folder / "t.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("command", [["check"], ["plan", "award"]])
@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        (TENDER, "t.yaml:1: marks", "nobody says what kind of figures the bids hold; write marks: {quantity: assumed, price: assumed"),
        ((TENDER + MARKS).replace(*READY), "t.yaml:25: marks.promises", "write promises: under marks"),
        (TENDER + MARKS.replace("price: assumed", "price: published"), "t.yaml:24: marks.price", "no public source is named"),
        (TENDER.replace("200, qu", "200, model_mark: published, qu") + MARKS, "lines[0].model_mark", "no public"),
        (TENDER.replace("kr_negotiated, subject: price", "kr_negotiated, subject: ready") + MARKS,
         "t.yaml:9: tender.criteria[price].subject", "`ready` is no price"),
        (TENDER.replace("price: 8200만", "price: 8,200만") + MARKS, "t.yaml:14: bids[A].lines[0].price",
         'write price: 8200만, or quote it: price: "8,200만"'),
        (TENDER.replace("price: 8200만", "price: 82,000,000") + MARKS, "t.yaml:14", "a comma ends a value inside { }"),
    ],
)  # fmt: skip
def test_what_is_missing_is_an_error_with_its_place(
    command: list[str], text: str, place: str, what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, written(tmp_path, text)]) == 2
    said = capsys.readouterr().err
    assert place in said
    assert what in said
    assert main([*command, written(tmp_path, text), "--lang", "ko"]) == 2
    korean = capsys.readouterr().err
    assert what not in korean
    assert "internal" not in said + korean


def test_rules_alone_need_no_marks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "award", "--freeze", written(tmp_path, TENDER)]) == 0
    capsys.readouterr()


@pytest.mark.parametrize(("lang", "word"), [("en", "published"), ("ko", "공표")])
def test_minutes_claim_no_source_that_is_not_there(lang: str, word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from dure.cli.plan_award import _minutes
    from dure.present.award_document import document
    from dure.present.numbers import Lang
    from dure.present.words import Words

    file, page = written(tmp_path, TENDER.split("  - name: B")[0] + MARKS), tmp_path / "min.html"
    assert main(["plan", "award", file, "--minutes", str(page), "--lang", lang]) == 0
    text = capsys.readouterr().out + page.read_text(encoding="utf-8").split("</style>")[1]
    say = Words(Lang(lang))
    text += json.dumps(document(_minutes(Path(file), (), 60, say, stress=False), say, None), ensure_ascii=False)
    allowed = {"en": ("published before", "What is assumed, and what is published"), "ko": ("가정한 것과 공표된 것",)}[lang]
    for one in allowed:
        text = text.replace(one, "")
    assert word not in text
    assert {"en": "a named person", "ko": "이름을 밝힌 사람"}[lang] not in text
    assert {"en": "nobody named", "ko": "이름 없음"}[lang] in text
    assert main(["plan", "award", file, "--json", "--lang", lang]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {table["word"] for table in found["tables"].values()} == {"assumed", None}
    assert found["marks"] == {"quantity": "assumed", "price": "assumed", "points": "assumed"}


def test_models_that_count_alike_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path, TENDER + MARKS)
    assert main(["check", file]) == 0
    assert "gives no capacity for amd-mi300x, nvidia-h200" in capsys.readouterr().out
    assert main(["plan", "award", file, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["models_alike"] == ["amd-mi300x", "nvidia-h200"]
    assert "amd-mi300x, nvidia-h200 counts as one reference accelerator" in found["assumptions"][1]["what"]
    assert "gives no capacity" in found["tables"]["award"]["note"]
    weighted = TENDER.replace("  budget", "  capacity: {nvidia-h200: 1, amd-mi300x: 1.3}\n  budget") + MARKS
    assert main(["plan", "award", written(tmp_path, weighted), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["models_alike"] == []


def test_a_misspelt_model_has_a_line_and_a_neighbour(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = TENDER.replace("model: nvidia-h200, quantity: 200", "model: nvida-h200, quantity: 200") + MARKS
    file = written(tmp_path, text)
    assert main(["check", file]) == 0
    said = capsys.readouterr().out
    assert "t.yaml:18: bids[B].lines[0].model: the catalogue does not know `nvida-h200`; did you mean `nvidia-h200`?" in said


def test_bids_taken_in_part_are_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """248 × 82 million, 56 × 76 million and 96 × 56 million leave 32 million: no server of 8 more of anybody."""
    file = written(tmp_path, TENDER + MARKS)
    assert main(["plan", "award", file, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    cut = {one["offer"]: one for one in found["partly"]}
    assert {name: (one["units"], one["offered"], one["tight"]) for name, one in cut.items()} == {
        "A": (248, 256, ["lot", "budget"]),
        "B": (56, 200, ["lot", "budget"]),
        "C": (96, 256, ["lot", "budget"]),
    }
    assert cut["A"]["more"]["budget"] == {"amount": 16_000_000, "units": 256}, "8 A for 8 B: 48 million more, 32 are left"
    assert found["price_range"]["low_split"] == [{"bid": "A", "before": 248, "after": 256}, {"bid": "B", "before": 56, "after": 48}]


def test_bids_taken_in_part_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path, TENDER + MARKS)
    assert main(["plan", "award", file]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Every bid was taken, 3 of them in part." in said
    assert "A gets 248 of 256." in said
    assert "With ₩16,000,000 more budget it would get 256." in said
    assert "as many accelerators, split otherwise: 256 instead of 248 from A, 48 instead of 56 from B" in said
