"""`dure plan cost`: interest, residual value, tax, exchange and every unit, worked by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dure.adapters.electricity import mean_won_kwh
from dure.adapters.tariff_tables import load_tariffs
from dure.cli.main import main
from tests.cli.test_plan_run import EXAMPLES, SMALL

ONE = (
    SMALL.replace("    shares:\n      - {name: AMD, of: [amd], least: 20%}\n", "")
    .replace("      - {model: amd-mi300x, power: 1kW, lead: 6mo, source: a sheet}\n", "")
    .replace("price: 5000만, per: accelerator, vat: none", "price: 40000 USD, per: accelerator, vat: added")
    .replace(
        "interest: {rate: 4%, who: a test, why: to have one}",
        "interest: {rate: 0%, source: a test}\n    exchange: {USD: {rate: 1250, source: a bank}}",
    )
    .replace("residual: 0%", "residual: 20%")
    .replace("won: {2026: 48억}", "won: {2026: 52억}")
)
"""Ten servers of 8: 50 million won an accelerator and 10 % tax on it, 80 million a server; from July 2026 for two years."""
BY_YEAR = {year: mean_won_kwh(load_tariffs()["general-b-high-a-1"], year) for year in (2026, 2027, 2028)}
WON_KWH = (BY_YEAR[2026] / 2 + BY_YEAR[2027] + BY_YEAR[2028] / 2) / 2
"""Half of 2026, 2027, half of 2028: each at its own tariff and calendar."""


def answer(capsys: pytest.CaptureFixture[str], folder: Path, text: str) -> dict[str, Any]:
    path = folder / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    assert main(["--lang", "en", "plan", "cost", str(path), "--gap", "0", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def test_every_line_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, tmp_path, ONE)
    items = found["by_item_won"]
    assert items["accelerators"] == 80 * 40_000 * 1250
    assert items["servers"] == 10 * 80_000_000
    assert items["residual"] == -(4_000_000_000 + 800_000_000) // 5
    electricity = 80 * 1.25 * 8760 * 2 * WON_KWH
    taxed = items["vat"] - 400_000_000
    assert items["electricity"] + taxed == pytest.approx(electricity, abs=1)
    assert taxed == pytest.approx(electricity * 0.1 / 1.127, rel=1e-3), "10 % of the charges, which 2.7 % of fund come upon as well"
    assert "financing" not in items
    assert found["total_won"] == pytest.approx(4e9 + 0.8e9 + 0.4e9 - 0.96e9 + electricity, rel=1e-9)
    assert found["cash_won"]["accelerators"] == 4_000_000_000


def test_hours_used_hours_and_work_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Work is asked for in 2026 and 2027: one and a half of the two years, in which the H100 does the work of one reference accelerator."""
    text = ONE.replace("    periods: 2\n", "    periods: 2\n    usable: 75%\n")
    found = answer(capsys, tmp_path, text)
    plan = found["tables"]["unit_costs"]["rows"][0]
    part = sum(row["total_won"] for row in found["tables"]["cost_years"]["rows"] if row["year"] <= 2027)
    assert part == pytest.approx(found["total_won"] * 0.75, rel=1e-3), "equal years but for their electricity"
    hours = 80 * 8760 * 1.5
    assert plan["accelerators"] == 80
    assert plan["accelerator_won"] == pytest.approx(found["total_won"] / 80)
    assert plan["accelerator_hour_won"] == pytest.approx(part / hours, rel=1e-6)
    assert plan["used_hour_won"] == pytest.approx(part / hours / 0.75, rel=1e-6)
    assert plan["work_won"] == pytest.approx(part / hours / 0.75, rel=1e-4)
    site, model = found["tables"]["unit_costs"]["rows"][1:]
    assert (site["level"], site["name"], model["name"]) == ("site", "here", "nvidia-h100")
    assert site["total_won"] == model["total_won"] == plan["total_won"]


def test_interest_is_the_annuity_less_the_price(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """4 % a year, paid in 24 months: each month P·r/(1−(1+r)^−24) with r = 4 %/12."""
    text = ONE.replace("interest: {rate: 0%", "interest: {rate: 4%").replace("residual: 20%", "residual: 0%")
    found = answer(capsys, tmp_path, text)
    rate, principal = 0.04 / 12, 5_200_000_000
    paid = 24 * principal * rate / (1 - (1 + rate) ** -24)
    assert found["by_item_won"]["financing"] == pytest.approx(paid - principal, rel=1e-6)
    years = {row["year"]: row["total_won"] for row in found["tables"]["cost_years"]["rows"]}
    assert years[2027] == pytest.approx(years[2026] + years[2028], rel=1e-3), "equal payments: a whole year is two halves but for power"


def test_a_power_factor_moves_the_demand_charge(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """87 % by day is 5 points below 92: 1 % of the demand charge more, which is 12 × 7,220 won for each kW and year, with VAT and fund."""
    plain = answer(capsys, tmp_path, ONE)
    worse = answer(capsys, tmp_path, ONE.replace("staff: 0}", "staff: 0, power_factor: {day: 87%}}"))
    kw = 80 * 1.25
    expected = kw * 12 * 7_220 * 0.01 * 1.127 * 2
    assert worse["total_won"] - plain["total_won"] == pytest.approx(expected, rel=2e-3)


def test_a_power_factor_is_a_whole_per_cent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(ONE.replace("staff: 0}", "staff: 0, power_factor: {day: 87.5%}}"), encoding="utf-8")
    assert main(["--lang", "en", "plan", "cost", str(path)]) == 2
    assert "plan.yaml:" in (said := capsys.readouterr().err)
    assert "a power factor between two points" in said


def test_what_hangs_on_the_dollar(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, tmp_path, ONE)
    (row,) = found["tables"]["exchange"]["rows"]
    assert (row["currency"], row["rate"], row["hangs_won"], row["tenth_won"]) == ("USD", 1250, 4_000_000_000, 400_000_000)
    dearer = answer(capsys, tmp_path, ONE.replace("rate: 1250", "rate: 1375").replace("52억", "57억"))
    assert dearer["by_item_won"]["accelerators"] == 4_400_000_000
    assert "hang on USD" in found["sentences"][4]


def test_a_currency_without_a_rate_is_named_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(ONE.replace("\n    exchange: {USD: {rate: 1250, source: a bank}}", ""), encoding="utf-8")
    assert main(["--lang", "en", "plan", "cost", str(path)]) == 2
    said = capsys.readouterr().err
    assert "plan.yaml:" in said
    assert "USD" in said


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_text_page_and_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str) -> None:
    path, page, book = tmp_path / "plan.yaml", tmp_path / "cost.html", tmp_path / "cost.xlsx"
    path.write_text(ONE, encoding="utf-8")
    for _ in range(2):
        assert main(["--lang", lang, "plan", "cost", str(path), "--output", str(page), "--xlsx", str(book)]) == 0
    out = capsys.readouterr().out
    assert ("잔존가치" if lang == "ko" else "residual value") in out
    assert f'lang="{lang}"' in page.read_text(encoding="utf-8")
    assert book.stat().st_size > 5_000


def test_money_leaves_in_the_years_of_the_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Orders of one year serve in the next: both commands pay them when they are placed, and pay as much."""
    text = (EXAMPLES / "study-small.yaml").read_text(encoding="utf-8")
    found = answer(capsys, tmp_path, text)
    assert main(["plan", "run", str(tmp_path / "plan.yaml"), "--gap", "0", "--json"]) == 0
    planned = json.loads(capsys.readouterr().out)
    won = {row["year"]: row["capex"] + row["opex"] + row["labour"] for row in planned["tables"]["years"]["rows"]}
    cash = {row["year"]: row["total_won"] for row in found["tables"]["cash_years"]["rows"]}
    assert won.keys() == cash.keys()
    assert cash[2026] > 5 * cash[2030], "the order of 2026 is paid in 2026"
    assert 2031 not in won, "nothing stands there any more, and nobody is paid for it"
    for year, amount in won.items():
        assert cash[year] == pytest.approx(amount, abs=100), year
    bridge = found["bridge_won"]
    assert bridge["paid"] == pytest.approx(sum(won.values()), abs=100)
    assert bridge["people"] == 4 * 4 * 95_000_000
    assert bridge["paid"] == pytest.approx(planned["objective"], rel=1e-6)
    assert found["total_won"] == pytest.approx(bridge["paid"] + found["by_item_won"]["financing"], abs=10)
