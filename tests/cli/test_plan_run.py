"""`dure plan run`: the whole way from a scenario to a schedule or a refusal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dure.adapters.electricity import mean_won_kwh
from dure.adapters.files import load_scenario
from dure.adapters.scenario_purchase import scenario_purchase
from dure.adapters.tariff_tables import load_tariffs
from dure.cli.main import main
from dure.model.errors import ScenarioError

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

SMALL = """\
plan:
  cost:
    interest: {rate: 4%, who: a test, why: to have one}
    life: 2y
    residual: 0%
    prices:
      - {item: accelerators, price: 5000만, per: accelerator, vat: none, source: a list}
      - {item: servers, price: 8000만, per: server, vat: none, source: a list}
      - {item: fabric, price: 0, per: accelerator, vat: none, source: a list}
      - {item: storage, price: 0, per: accelerator, vat: none, source: a list}
      - {item: site, price: 0, per: kw, vat: none, source: a list}
      - {item: software, price: 0, per: accelerator_year, vat: none, source: a list}
      - {item: support, price: 0%, per: share_year, vat: none, source: a list}
      - {item: spares, price: 0%, per: share_year, vat: none, source: a list}
      - {item: insurance, price: 0%, per: share_year, vat: none, source: a list}
      - {item: labour, price: 1억, per: person_year, vat: none, source: a list}
    sites:
      - {name: here, tariff: general-b-high-a-1, staff: 0}
  purchase:
    start: 2026-01-01
    step: half
    periods: 2
    budgets:
      - {kind: capex, source: state, won: {2026: 48억}}
      - {kind: opex, source: state, won: {2026: 10억, 2027: 10억, 2028: 10억}}
    sites:
      - {name: here, power: [{from: 2026-01-01, power: 1MW}], pue: 1.25}
    machines:
      - {model: nvidia-h100, power: 1kW, lead: 6mo, source: a sheet}
      - {model: amd-mi300x, power: 1kW, lead: 6mo, source: a sheet}
    shares:
      - {name: AMD, of: [amd], least: 20%}
    demand:
      - {name: tuning, workload: llm-finetune, accelerators: {2026: 500, 2027: 500}, source: a count}
"""


def written(folder: Path, text: str = SMALL) -> str:
    path = folder / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:  # type: ignore[type-arg]
    assert main(["plan", "run", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_small_plan_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Ten servers of 480 million won; two of them must be AMD."""
    found = answer(capsys, written(tmp_path), "--gap", "0")
    assert found["status"] == "optimal"
    assert found["checked"] is True
    assert found["refused_by"] == []
    assert found["accelerators_total"] == 80
    assert found["vendor_shares"] == {"NVIDIA": 0.8, "AMD": 0.2}
    assert found["cost_won"]["capex"] == 4_800_000_000
    kwh = 80 * 1.25 * 8760 * 2
    of_year = [mean_won_kwh(load_tariffs()["general-b-high-a-1"], year) for year in (2026, 2027, 2028)]
    assert found["cost_won"]["opex"] == pytest.approx(kwh * (of_year[0] / 2 + of_year[1] + of_year[2] / 2) / 2, rel=1e-6)


def test_without_running_money_it_is_refused_and_that_is_an_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = SMALL.replace("      - {kind: opex, source: state, won: {2026: 10억, 2027: 10억, 2028: 10억}}\n", "")
    text = text.replace("    demand:", "    counts: [{name: fifty, at: 2026-12-31, least: 50}]\n    demand:")
    found = answer(capsys, written(tmp_path, text), "--unfunded")
    assert found["refused_by"] == ["opex_funded"]
    assert found["accelerators_total"] == 80
    assert sum(one["won"] for one in found["missing_won"]) == found["cost_won"]["opex"]
    assert {one["rate_ppm"] for one in found["ends_at"]} == {0}
    least = sum(one["won"] for one in found["ways_out"]["money"])
    assert least == pytest.approx(found["cost_won"]["opex"] * 50 / 80, rel=0.15)
    assert [one["row"] for one in found["ways_out"]["rules"]] == ["count [fifty]"]


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_text_and_page_in_both_languages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setenv("DURE_LANG", lang)
    page = tmp_path / "plan.html"
    assert main(["plan", "run", written(tmp_path), "--output", str(page)]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert ("독립 검산: 모든 규칙을 지킴" if lang == "ko" else "Independent check: every rule holds") in out
    assert "nvidia-h100" in out
    html = page.read_text(encoding="utf-8")
    assert f'lang="{lang}"' in html
    assert "http" not in html.replace("http://www.w3.org", "")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("power: 1kW, lead: 6mo, source: a sheet}\n      - {model: amd", "power: 1kW, lead: 6mo}\n      - {model: amd", "plan.yaml:29"),
        ("least: 20%", "least: 120%", "120% is more than the whole"),
        ("least: 20%", "least: 60%, most: 50%", "least (60%) is more than most (50%)"),
        ("llm-finetune", "llm-finetun", "did you mean llm-finetune"),
        ("of: [amd]", "of: [intel]", "no machine is of intel"),
        ("start: 2026-01-01\n", "start: 2026-01-02\n", "begins within a month"),
        ("model: amd-mi300x", "model: amd-mi300y", "no accelerator 'amd-mi300y'"),
        ("      - {name: here, tariff: general-b-high-a-1, staff: 0}\n", "      []\n", "nobody says what electricity costs at here"),
        ("      - {item: software, price: 0, per: accelerator_year, vat: none, source: a list}\n", "", "no price of software"),
        ("won: {2026: 48억}", "won: {2026: -48억}", "-48억 is negative"),
        (
            "power: 1kW, lead: 6mo, source: a sheet}\n    shares",
            "power: 1kW, lead: 6mo, speed: 1, source: x}\n    shares",
            "unknown key",
        ),
        ("sites:\n      - {name: here, power", "sites:\n      - {name: there, power", "there is no site `here`"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, said: str) -> None:
    assert old in SMALL
    assert main(["plan", "run", written(tmp_path, SMALL.replace(old, new))]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert "plan.yaml" in err


def test_a_lead_time_and_a_date_fall_into_periods(tmp_path: Path) -> None:
    purchase = scenario_purchase(load_scenario(written(tmp_path))).purchase
    assert purchase.labels[:3] == ("2026-H1", "2026-H2", "2027-H1")
    assert [(one.lead, one.life, one.unit) for one in purchase.machines] == [(1, 4, 8), (1, 4, 8)]
    assert purchase.sites[0].power_w[0] == 1_000_000


def test_p8_the_gwangju_example(capsys: pytest.CaptureFixture[str]) -> None:
    """78.6 PF leased, 44.3 funded: at most 56.4 %, and 22.8 bn won a year for the rest."""
    found = answer(capsys, str(EXAMPLES / "gwangju.yaml"), "--unfunded")
    assert found["refused_by"] == ["opex_funded"]
    assert round(sum(one["won"] for one in found["missing_won"]) / 1e9, 1) == 22.8
    assert [(one["year"], round(one["rate_ppm"] / 10_000, 1)) for one in found["ends_at"]] == [(2025, 56.4)]


@pytest.mark.parametrize(("name", "refused"), [("korea-50k.yaml", ["opex_funded"]), ("korea-50k-funded.yaml", [])])
def test_korea_50k_is_refused_until_running_it_is_paid_for(name: str, refused: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, str(EXAMPLES / name))
    assert found["refused_by"] == refused
    assert found["checked"] is True
    assert found["gap"] <= 0.005
    assert found["accelerators_total"] == pytest.approx(50_000, abs=8)
    assert 0.5 <= found["vendor_shares"]["NVIDIA"] <= 0.6
    assert found["cost_won"]["capex"] <= 5_000_000_000_000


def test_a_life_counts_whole_periods_only(tmp_path: Path) -> None:
    """Thirteen months in half years are two of them; three months are less than one, and an error."""
    purchase = scenario_purchase(load_scenario(Path(written(tmp_path)), ("plan.cost.life=13mo",))).purchase
    assert {one.life for one in purchase.machines} == {2}
    read = scenario_purchase(load_scenario(Path(written(tmp_path)), ("plan.cost.life=13mo", "plan.purchase.machines[0].lead=7mo")))
    assert read.purchase.machines[0].lead == 2
    assert read.notes[:2] == (
        "nvidia-h100: a lead of 7 months counts as 12, periods of 6 months",
        "nvidia-h100: a life of 13 months serves 12 and is paid for 18, periods of 6 months",
    )
    with pytest.raises(ScenarioError, match="a life shorter than a period"):
        scenario_purchase(load_scenario(Path(written(tmp_path)), ("plan.cost.life=3mo",)))


def test_demand_outside_the_plan_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, SMALL.replace("2027: 500}, source", "2050: 100}, least: 100%, source"))
    assert main(["plan", "run", path]) == 2
    said = capsys.readouterr().err
    assert "tuning is asked for in 2050, outside the plan" in said
    assert "plan.yaml:" in said


@pytest.mark.parametrize("by", ["count", "capacity", "money"])
def test_shares_that_cannot_be_reached_are_errors(by: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = "      - {name: AMD, of: [amd], least: 20%}\n"
    too_much = f"      - {{name: A, of: [amd], by: {by}, least: 60%}}\n      - {{name: N, of: [nvidia], by: {by}, least: 60%}}\n"
    assert main(["plan", "run", written(tmp_path, SMALL.replace(line, too_much))]) == 2
    assert "the least shares together are more than the whole" in capsys.readouterr().err
    assert main(["plan", "run", written(tmp_path, SMALL.replace(line, too_much.replace("least: 60", "most: 40")))]) == 2
    assert "the most shares of all machines together are less than the whole" in capsys.readouterr().err
    fits = too_much.replace("least: 60", "most: 50")
    assert scenario_purchase(load_scenario(Path(written(tmp_path, SMALL.replace(line, fits))))).purchase.shares
