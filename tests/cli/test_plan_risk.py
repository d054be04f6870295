"""`dure plan risk`: a small scenario by hand, both languages, bad shocks named with their line, the national example."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dure.cli.main import main
from tests.cli.test_plan_run import SMALL

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
RISK = """\
  risk:
    until: 2026-07-01
    level: 80%
    shocks:
      - {name: dear, name_ko: 가격 상승, probability: 25%, from: 2026-07-01, price: {times: 1.2}, who: tests, why: invented, why_ko: 가정}
      - {name: stop, probability: 25%, from: 2027-01-01, deliveries: {of: [nvidia]}, source: a newspaper}
      - {name: cut, from: 2027-01-01, budget: {times: 0.5}, who: tests, why: invented}
"""


def written(tmp_path: Path, risk: str = RISK) -> str:
    assert SMALL.rstrip().splitlines()[-1].startswith("    "), "plan.purchase is the last section"
    path = tmp_path / "risk.yaml"
    path.write_text(SMALL.rstrip() + "\n" + risk, encoding="utf-8")
    return str(path)


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:  # type: ignore[type-arg]
    assert main(["plan", "risk", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_small_question(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, written(tmp_path), "--gap", "0")
    assert found["checked"] is True
    assert found["status"] == "optimal"
    assert [(one["name"], one["probability"]) for one in found["cases"]] == [("as planned", 0.5), ("dear", 0.25), ("stop", 0.25)]
    assert [one["shock"] for one in found["stress"]] == ["dear", "stop", "cut"]
    scores = [one["score"] for one in found["cases"]]
    assert found["expected"] == pytest.approx(0.5 * scores[0] + 0.25 * scores[1] + 0.25 * scores[2])
    assert found["worst"] == pytest.approx(min(scores))
    assert found["worst"] <= found["cvar"] <= found["expected"] <= found["bound"] * (1 + 1e-9)
    assert found["evpi"] >= -1e-6
    assert all(loss is None or loss >= 0 for one in found["regret"] for loss in one["losses"])
    assert found["seed"] is None
    cut = found["stress"][2]
    assert cut["missing_running_won"] >= 0
    assert cut["kept"]["served_share"] <= 1 + 1e-9


def test_drawn_cases_name_their_seed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = answer(capsys, written(tmp_path), "--sample", "6", "--seed", "3")
    assert one["seed"] == 3
    assert sum(each["probability"] for each in one["cases"]) == pytest.approx(1)
    assert one == answer(capsys, written(tmp_path), "--sample", "6", "--seed", "3")


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_text_and_page_in_both_languages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setenv("DURE_LANG", lang)
    page = tmp_path / "risk.html"
    assert main(["plan", "risk", written(tmp_path), "--output", str(page)]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert ("가격 상승(2026년 하반기부터)" if lang == "ko" else "dear (from the second half of 2026)") in out
    assert ("독립 검산" if lang == "ko" else "Independent check: in every case") in out
    html = page.read_text(encoding="utf-8")
    assert f'lang="{lang}"' in html
    assert html.count("<svg") == 2
    assert "http" not in html.replace("http://www.w3.org", "")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("probability: 25%, from: 2026", "probability: 85%, from: 2026", "the probabilities together are 110%"),
        ("probability: 25%, from: 2026", "probability: 125%, from: 2026", "125% is more than the whole"),
        ("price: {times: 1.2}", "price: {times: -1.2}", "-1.2"),
        ("price: {times: 1.2}, ", "", "a shock that changes nothing"),
        ("price: {times: 1.2}", "price: {times: 1.2, range: [1.3, 1.4]}", "lies outside its range, 1.3 to 1.4"),
        ("of: [nvidia]", "of: [nvidio]", "no machine is of nvidio"),
        ("source: a newspaper", "who: me", "says neither who published it nor who assumes it"),
        ("deliveries:", "delivery:", "unknown key"),
        ("name: stop", "name: dear", "2 × the name `dear`"),
        ("until: 2026-07-01", "until: 2026-01-01", "lies before the first order"),
        ("until: 2026-07-01", "until: 2099-01-01", "lies after the last order"),
        ("    level: 80%\n", "    joint: [{shocks: [dear, stopp], probability: 5%}]\n", "there is no shock `stopp`"),
        ("from: 2027-01-01, deliveries", "from: 2027-01-01, until: 2026-01-01, deliveries", "until is not after from"),
        ("deliveries: {of: [nvidia]}", "demand: {of: [nothing], times: 2}", "there is no class of demand `nothing`"),
        ("deliveries: {of: [nvidia]}", "power: {of: [nowhere], late: 6mo}", "there is no site `nowhere`"),
        ("deliveries: {of: [nvidia]}", "technology: {name: b, like: nothing, speed: 2, price: 1}", "there is no machine `nothing`"),
        (
            "    level: 80%\n",
            "    joint: [{shocks: [dear], probability: 5%}]\n    sample: {draws: 5}\n",
            "cases are drawn and named at once",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, said: str) -> None:
    assert old in RISK
    assert main(["plan", "risk", written(tmp_path, RISK.replace(old, new))]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert "risk.yaml:" in err


def test_a_scenario_without_shocks_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "risk", written(tmp_path, "")]) == 2
    assert "the scenario names no shocks" in capsys.readouterr().err


def test_notes_stand_once_on_the_page(tmp_path: Path) -> None:
    page = tmp_path / "risk.html"
    assert main(["--lang", "en", "plan", "risk", written(tmp_path), "--output", str(page)]) == 0
    html = page.read_text(encoding="utf-8")
    for note in ("Every case in whole buying units", "First orders in whole buying units", "Served, as a share of what was planned"):
        assert html.count(note) == 1


def test_less_demand_is_held_against_what_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """500 are asked for in both halves of 2026 and, with the shock, 250 in both of 2027: 1,500 accelerator-halves."""
    shock = "{name: half, probability: 50%, from: 2027-01-01, demand: {times: 0.5}, who: tests, why: invented}"
    half = f"  risk:\n    until: 2026-07-01\n    shocks: [{shock}]\n"
    found = answer(capsys, written(tmp_path, half), "--stress", "--gap", "0")
    (row,) = found["tables"]["stress"]["rows"]
    asked = found["stress"][0]
    assert row["asked"] == pytest.approx(sum(asked["kept"]["served_by_period"]) / 1500)


@pytest.mark.system
def test_the_national_example(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, str(EXAMPLES / "korea-50k-shocks.yaml"))
    assert found["checked"] is True
    assert found["gap"] <= 0.01
    assert found["evpi"] >= 0
    stress = {one["shock"]: one for one in found["stress"]}
    assert stress["operating money cut by 96 %"]["kept"]["lowest"] < 0.5
    assert stress["NVIDIA delivers nothing for a year"]["kept"]["served_share"] < 1.0
    assert stress["all deliveries two quarters late"]["kept"]["recovery_periods"] == 2
    assert stress["NVIDIA never delivers again"]["kept"]["back_at"] is None
