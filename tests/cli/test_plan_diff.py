"""`dure plan diff`: a change of one figure, worked by hand, is found in the question, in the plan and in the rule that explains it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dure.cli.main import main
from tests.cli.test_plan_run import SMALL

RICH = SMALL.replace("won: {2026: 48억}", "won: {2026: 57억6000만}").replace(
    "name: AMD, of: [amd], least: 20%", "name: AMD, of: [amd], least: 25%"
)


def write(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main(["--lang", "en", "plan", "diff", *words, "--gap", "0", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def test_more_money_and_a_larger_share_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """48 buys 10 servers of 4.8 (8 and 2), 57.6 buys 12, of which a quarter must be AMD (9 and 3): 16 accelerators more."""
    found = answer(capsys, write(tmp_path, "poor.yaml", SMALL), write(tmp_path, "rich.yaml", RICH))
    changed = {one["name"]: (one["first"], one["second"]) for one in found["changed_question"]}
    assert changed == {"budget [capex, state, 2026]": (4_800_000_000, 5_760_000_000), "share [AMD, at least]": (0.2, 0.25)}
    orders = {row["machine"]: (row["first"], row["second"], row["change"]) for row in found["tables"]["diff_orders"]["rows"]}
    assert orders == {"nvidia-h100": (64, 72, 8), "amd-mi300x": (16, 24, 8)}
    models = {row["machine"]: (row["first"], row["second"]) for row in found["tables"]["diff_models"]["rows"]}
    assert models == {"nvidia-h100": (64, 72), "amd-mi300x": (16, 24)}
    assert not any("proven to within" in one for one in found["sentences"]), "both are optimal"
    shares = {row["vendor"]: row["change"] for row in found["tables"]["diff_vendors"]["rows"]}
    assert shares == {"NVIDIA": pytest.approx(-0.05), "AMD": pytest.approx(0.05)}
    money = {row["kind"]: row["change"] for row in found["tables"]["diff_money"]["rows"]}
    assert money["capex"] == 960_000_000
    assert {"rule": "budget [capex, state, 2026]", "binds_first": True, "binds_second": True, "changed": True} in found["explained_by"]
    assert "accelerators 16 more (80 to 96)" in found["sentences"][0]


def test_a_rule_that_binds_on_one_side_only_explains(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With 40 kW at the site only 4 servers of 10 kW (8 kW × 1.25) run: the site's power binds there and not in the other."""
    dark = SMALL.replace("power: 1MW}", "power: 40kW}")
    found = answer(capsys, write(tmp_path, "light.yaml", SMALL), write(tmp_path, "dark.yaml", dark))
    rules = {one["rule"]: one for one in found["explained_by"]}
    powers = [rule for rule in rules if rule.startswith("site power [here, ")]
    assert powers
    assert all(rules[rule] == {"rule": rule, "binds_first": False, "binds_second": True, "changed": True} for rule in powers)
    assert any("holding back dark only, which explains the difference: power of site here" in one for one in found["sentences"])


def test_a_saved_answer_is_as_good_as_its_scenario(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario = write(tmp_path, "plan.yaml", SMALL)
    assert main(["plan", "run", scenario, "--json", "--gap", "0"]) == 0
    saved = write(tmp_path, "saved.json", capsys.readouterr().out)
    found = answer(capsys, saved, scenario)
    assert found["changed_question"] == []
    assert found["tables"]["diff_orders"]["rows"] == []
    assert found["explained_by"] == []
    assert any("asked the same" in one for one in found["sentences"])


def test_refused_and_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    poor = SMALL.replace("      - {kind: opex, source: state, won: {2026: 10억, 2027: 10억, 2028: 10억}}\n", "")
    poor = poor.replace("    demand:", "    counts: [{name: fifty, at: 2026-12-31, least: 50}]\n    demand:")
    found = answer(capsys, write(tmp_path, "poor.yaml", poor), write(tmp_path, "paid.yaml", SMALL))
    assert any("poor is refused by opex_funded" in one for one in found["sentences"])


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_text_and_page(tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str) -> None:
    page = tmp_path / "diff.html"
    files = write(tmp_path, "poor.yaml", SMALL), write(tmp_path, "rich.yaml", RICH)
    assert main(["--lang", lang, "plan", "diff", *files, "--output", str(page)]) == 0
    out = capsys.readouterr().out
    assert ("조건에서 달라진 것" if lang == "ko" else "What changed in the question") in out
    html = page.read_text(encoding="utf-8")
    assert f'lang="{lang}"' in html
    assert "http" not in html.replace("http://www.w3.org", "")


@pytest.mark.parametrize("text", ["{}", "no json", "[1]"])
def test_a_file_that_is_no_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    files = write(tmp_path, "a.json", text), write(tmp_path, "b.yaml", SMALL)
    assert main(["--lang", "en", "plan", "diff", *files]) == 2
    assert "a.json: is no answer of `dure plan run --json`; name a scenario" in capsys.readouterr().err


def test_it_does_not_write_over_what_it_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = write(tmp_path, "a.yaml", SMALL), write(tmp_path, "b.yaml", RICH)
    assert main(["--lang", "en", "plan", "diff", *files, "--output", files[0]]) == 2
    assert "is no .html file" in capsys.readouterr().err


def test_lines_of_one_budget_are_one_row_and_a_shared_refusal_is_said_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Running money of 10 + 10 + 10 halves to 5 + 5 + 5: one row from 30 to 15."""
    rich, half = SMALL, SMALL.replace("{2026: 10억, 2027: 10억, 2028: 10억}", "{2026: 5억, 2027: 5억, 2028: 5억}")
    found = answer(capsys, write(tmp_path, "a.yaml", rich), write(tmp_path, "b.yaml", half))
    (row,) = found["tables"]["diff_question"]["rows"]
    assert (row["first"], row["second"], row["change"]) == (3_000_000_000, 1_500_000_000, -1_500_000_000)
    none = SMALL.replace("      - {kind: opex, source: state, won: {2026: 10억, 2027: 10억, 2028: 10억}}\n", "")
    none = none.replace("    demand:", "    counts: [{name: fifty, at: 2026-12-31, least: 50}]\n    demand:")
    found = answer(capsys, write(tmp_path, "c.yaml", none), write(tmp_path, "d.yaml", none.replace("48억", "50억")))
    (said,) = [one for one in found["sentences"] if one.startswith("Both are refused")]
    assert said.count("opex_funded") == 1


def test_sites_are_shown_on_detail_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = write(tmp_path, "poor.yaml", SMALL), write(tmp_path, "rich.yaml", RICH)
    for detail in ([], ["--detail"]):
        assert main(["--lang", "en", "plan", "diff", *files, "--gap", "0", *detail]) == 0
        out = " ".join(capsys.readouterr().out.split())
        assert "by model and year" in out
        assert ("by site and year" in out) == bool(detail)
