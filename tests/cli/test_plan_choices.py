"""`dure plan front`, `ranges`, `alternatives`, `values` from a scenario, and the mistakes that a purchase question names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dure.adapters.files import load_scenario
from dure.adapters.purchase_ranges import assumed_ranges
from dure.cli.main import main
from tests.cli.test_plan_run import SMALL, written

MINE = {"front": ("--points", "3"), "ranges": (), "alternatives": ("--slack", "5"), "values": ()}
ASSUMED = SMALL.replace(
    "{item: accelerators, price: 5000만, per: accelerator, vat: none, source: a list}",
    "{item: accelerators, price: 5000만, range: [4000만, 6000만], per: accelerator, vat: none, who: a test, why: to have one}",
)


def answer(capsys: pytest.CaptureFixture[str], command: str, path: str, *more: str) -> dict:  # type: ignore[type-arg]
    assert main(["plan", command, path, *MINE[command], "--gap", "0", *more, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("command", MINE)
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_each_answer_as_text_page_and_tables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: str, lang: str
) -> None:
    monkeypatch.setenv("DURE_LANG", lang)
    page, tables = tmp_path / "answer.html", tmp_path / "tables"
    path = written(tmp_path, ASSUMED)
    assert main(["plan", command, path, *MINE[command], "--output", str(page), "--csv", str(tables)]) == 0
    out = capsys.readouterr().out
    assert "assumed" in out if lang == "en" else "가정" in out
    html = page.read_text(encoding="utf-8")
    assert f'lang="{lang}"' in html
    assert "http" not in html.replace("http://www.w3.org", "")
    assert ("<svg" in html) == (command != "values")
    assert any(tables.iterdir())


def test_a_front_of_a_small_scenario(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Ten servers at most; H100 tunes at speed 1, MI300X slower: more won and more dependency serve more, point by point."""
    found = answer(capsys, "front", written(tmp_path))
    assert found["checked"] is True
    for key, measure in (("cost", "won"), ("dependency", "largest_share")):
        rows = found[key]
        assert [one[measure] for one in rows] == sorted(one[measure] for one in rows)
        assert [one["served"] for one in rows] == sorted(one["served"] for one in rows)
        assert all(one["gap"] <= 1e-6 and one["checked"] for one in rows)
    assert found["shares_set_aside"] == ["AMD"]
    assert found["transfers"]["from"] == "nvidia"


def test_ranges_name_every_assumed_figure_and_its_movement(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """4.8 billion won at 48 accelerators of 60 million and servers of 80: the dearer price makes ten servers cost 5.6 billion."""
    path = written(tmp_path, ASSUMED)
    (figure,) = assumed_ranges(load_scenario(path))
    assert (figure.item, figure.value) == ("accelerators", "50000000")
    assert figure.at_high().machine("nvidia-h100").terms["here"].capex_won == 560_000_000
    assert figure.at_low().machine("nvidia-h100").terms["here"].capex_won == 400_000_000
    (row,) = answer(capsys, "ranges", path)["ranges"]
    assert row["high"]["plan_fixed"]["lacks_won"] == 800_000_000
    assert row["low"]["plan_fixed"]["lacks_won"] == 0
    assert row["high"]["best_plan"]["served"] < row["low"]["best_plan"]["served"]


def test_an_assumed_speed_of_the_catalogue_moves_too(tmp_path: Path) -> None:
    row = "{what: speed, model: nvidia-h100, workload: llm-finetune, value: 1.0, range: [0.5, 1.5], who: a test, why: to have one}"
    figures = list(assumed_ranges(load_scenario(written(tmp_path, f"catalog:\n  assume:\n    - {row}\n{SMALL}"))))
    assert [(one.what, one.of, one.item, one.low, one.high) for one in figures] == [("catalog", "nvidia-h100", "speed", "0.5", "1.5")]


def test_no_plan_at_all_is_an_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = SMALL.replace("    demand:", "    counts: [{name: many, at: 2026-12-31, least: 50000}]\n    demand:")
    for command in MINE:
        assert main(["plan", command, written(tmp_path, text)]) == 0
        assert "No plan keeps every rule" in capsys.readouterr().out


def test_a_number_out_of_range_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "front", written(tmp_path), "--points", "1"]) == 2
    assert "--points cannot be 1" in capsys.readouterr().err
    assert main(["plan", "alternatives", written(tmp_path), "--slack", "-1"]) == 2
    assert "--slack cannot be -1" in capsys.readouterr().err


PRICE = "{item: accelerators, price: 5000만, per: accelerator, vat: none, source: a list}"
AMD = "- {name: AMD, of: [amd], least: 20%}"
TOO_MUCH = "- {name: AMD, of: [amd], least: 60%}\n      - {name: NVIDIA, of: [nvidia], least: 50%}"


@pytest.mark.parametrize(
    ("old", "new", "said", "remedy"),
    [
        ("price: 5000만, per", "price: -5000만, per", "-5000만", "write"),
        ("price: 5000만, per", "price: 40000 USD, per", "USD", "exchange"),
        (PRICE, PRICE.replace("price: 5000만, ", ""), "price", "write"),
        (f"      - {PRICE}\n", "", "no price of accelerators", "what costs nothing is written as 0"),
        (AMD, TOO_MUCH, "more than the whole", "lower one of them"),
        ("workload: llm-finetune", "workload: llm-finetun", "llm-finetun", "did you mean llm-finetune"),
        ("model: amd-mi300x, power", "model: amd-mi300x, unit: cluster, servers: 0, power", "0 is too little", "above 0"),
    ],
)
def test_what_is_wrong_names_file_line_and_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, said: str, remedy: str
) -> None:
    assert old in SMALL
    assert main(["plan", "front", written(tmp_path, SMALL.replace(old, new))]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert remedy in err
    assert "plan.yaml:" in err


def test_a_class_that_nobody_can_serve_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """RNGD serves and does not train: without another machine nobody fine-tunes."""
    text = SMALL.replace("      - {model: nvidia-h100, power: 1kW, lead: 6mo, source: a sheet}\n", "")
    text = text.replace("{model: amd-mi300x, power: 1kW", "{model: furiosa-rngd, per_server: 8, power: 1kW")
    text = text.replace("      - {name: AMD, of: [amd], least: 20%}\n", "      - {name: all, of: [domestic], least: 20%}\n")
    assert main(["plan", "run", written(tmp_path, text)]) == 2
    err = capsys.readouterr().err
    assert "no machine can serve tuning" in err
    assert "plan.yaml:" in err
    assert "add a machine that can" in err
