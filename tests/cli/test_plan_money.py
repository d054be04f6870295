"""What a plan is priced by, year by year and to the won: tariffs that change, people by the thousand, and the hash of every table."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from dure.adapters.electricity import mean_won_kwh
from dure.adapters.files import load_scenario
from dure.adapters.scenario_purchase import scenario_purchase
from dure.adapters.tariff_tables import load_holidays, load_tariffs
from dure.cli.main import main
from tests.cli.test_plan_run import EXAMPLES, SMALL

ROW = "flat,energy,year,all,450,won/kWh,2027-07-01,invented for the example,2026-01,low,\n"


def copied(folder: Path, *rows: str) -> Path:
    """The example with tariffs of its own (150 won a kWh at every hour), and further rows of them."""
    for name in ("own-tariff.yaml", "study-small.yaml"):
        shutil.copy(EXAMPLES / name, folder / name)
    shutil.copytree(EXAMPLES / "tariffs", folder / "tariffs", dirs_exist_ok=True)
    with (folder / "tariffs" / "tariffs.csv").open("a", encoding="utf-8") as file:
        file.writelines(rows)
    return folder / "own-tariff.yaml"


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main([*arguments, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def test_each_year_is_priced_at_its_own_tariff(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """150 won a kWh until June 2027, 450 after: a mean of 301.2 in 2027 (184 of 365 days at 450), 450 from 2028 on."""
    path = copied(tmp_path, ROW)
    purchase = scenario_purchase(load_scenario(path)).purchase
    machine = purchase.machine("nvidia-h200")
    kwh = Fraction(1370 * 8 * 13 * 8760, 10 * 1000)
    flat = {2026: Fraction(150), 2027: Fraction(150 * 181 + 450 * 184, 365), 2028: Fraction(450), 2029: Fraction(450)}
    for year, won in flat.items():
        assert machine.terms["centre"].running_in(year)["electricity"] == round(kwh * won)
    before = machine.terms["centre"]
    assert before.won_in("opex", 2028) - before.won_in("opex", 2026) == round(kwh * 450) - round(kwh * 150)
    assert before.won_in("labour", 2028) == before.won_in("labour", 2026) == 0

    found = answer(capsys, "plan", "cost", str(path))
    orders = answer(capsys, "plan", "run", str(path))["tables"]["schedule"]["rows"]
    drawn_w = sum(one["units"] * purchase.machine(one["machine"]).power_w for one in orders)
    drawn_kwh = Fraction(drawn_w * 13 * 8760, 10 * 1000)
    years = {row["year"]: row["electricity_won"] for row in found["tables"]["cost_years"]["rows"]}
    assert {year: won for year, won in years.items() if won} == {
        year: pytest.approx(float(drawn_kwh * won), abs=2) for year, won in {**flat, 2030: Fraction(450)}.items() if year > 2026
    }


def test_a_year_beyond_the_known_calendar_has_its_own_rates() -> None:
    """Holidays are known to 2030: 2033 has the calendar of 2030, and its own prices; the weekend discount that ends in 2030 is gone."""
    tariff = load_tariffs()["industrial-b-high-a-1"]
    last = max(load_holidays().years)
    assert mean_won_kwh(tariff, last + 3) == mean_won_kwh(tariff.as_on(dt.date(last + 3, 1, 1)), last)
    assert mean_won_kwh(tariff, last + 3) > mean_won_kwh(tariff, last), "a discount has ended"
    assert mean_won_kwh(tariff, last + 3) == mean_won_kwh(tariff, last + 5)


def test_every_table_that_enters_has_its_hash(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two answers that differ never carry the same evidence."""
    first = answer(capsys, "plan", "cost", str(copied(tmp_path)))
    table = tmp_path / "tariffs" / "tariffs.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("flat,energy,year,all,150,", "flat,energy,year,all,300,"), encoding="utf-8")
    second = answer(capsys, "plan", "cost", str(tmp_path / "own-tariff.yaml"))
    assert first["total_won"] != second["total_won"]
    named = [Path(one["path"]).name for one in first["inputs"]]
    assert named == ["own-tariff.yaml", "study-small.yaml", "tariffs.csv", "tariff_terms.csv", "tariff_seasons.csv", "tariff_hours.csv"]
    changed = [a["path"] for a, b in zip(first["inputs"], second["inputs"], strict=True) if a != b]
    assert [Path(one).name for one in changed] == ["tariffs.csv"]


def test_a_projection_has_the_hash_of_its_tables(capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(EXAMPLES / name) for name in ("applications.csv", "measured-use.csv", "korea-50k.yaml")]
    found = answer(capsys, "demand", "project", files[0], "--use", files[1], "--scenario", files[2])
    assert [one["path"] for one in found["inputs"]] == files
    assert all(len(one["sha256"]) == 64 for one in found["inputs"])


@pytest.mark.parametrize(("per_1000", "won"), [("0.12", 172_800), ("1.99", 2_865_600), ("6", 8_640_000)])
def test_people_by_the_thousand_are_not_cut(tmp_path: Path, per_1000: str, won: int) -> None:
    """A server of 8 with 1.99 people for each 1,000 at 100 million won: 0.01592 people, 1,592,000 won; here at 180 million."""
    text = SMALL.replace("price: 1억, per: person_year", "price: 1.8억, per: person_year").replace(
        "pue: 1.25", f"pue: 1.25, staff_per_1000: {per_1000}"
    )
    path = tmp_path / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    purchase = scenario_purchase(load_scenario(path)).purchase
    assert purchase.machine("nvidia-h100").terms["here"].won_in("labour", 2026) == won


TWO = SMALL.replace(
    "      - {name: here, tariff: general-b-high-a-1, staff: 0}",
    "      - {name: here, tariff: general-b-high-a-1, staff: 0}\n      - {name: there, tariff: general-b-high-a-1, staff: 3}",
).replace(
    "      - {name: here, power: [{from: 2026-01-01, power: 1MW}], pue: 1.25}",
    "      - {name: here, power: [{from: 2026-01-01, power: 1MW}], pue: 1.25}\n"
    "      - {name: there, power: [{from: 2026-01-01, power: 1MW}], pue: 1.25}",
)
"""A second site with three people, for whom there is no budget: everything fits into the first."""


def test_a_site_where_nothing_stands_is_paid_for_no_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(TWO, encoding="utf-8")
    found = answer(capsys, "plan", "run", str(path), "--gap", "0")
    assert found["refused_by"] == []
    assert found["checked"] is True
    assert {row["site"] for row in found["tables"]["schedule"]["rows"]} == {"here"}
    assert found["cost_won"]["labour"] == 0
    assert answer(capsys, "plan", "cost", str(path))["by_item_won"].get("labour", 0) == 0


def test_people_that_are_paid_always_are_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(TWO.replace("staff: 3}", "staff: 3, staffed: always}"), encoding="utf-8")
    refused = answer(capsys, "plan", "run", str(path), "--gap", "0")
    assert refused["refused_by"] == ["opex_funded"]
    paid = TWO.replace("staff: 3}", "staff: 3, staffed: always}").replace(
        "      - {kind: opex,",
        "      - {kind: labour, source: state, won: {2026: 3억, 2027: 3억, 2028: 3억, 2029: 3억}}\n      - {kind: opex,",
    )
    path.write_text(paid, encoding="utf-8")
    found = answer(capsys, "plan", "run", str(path), "--gap", "0")
    assert found["refused_by"] == []
    assert found["cost_won"]["labour"] == 4 * 3 * 100_000_000
    assert answer(capsys, "plan", "cost", str(path))["by_item_won"]["labour"] == 4 * 3 * 100_000_000


def test_contract_power_that_is_not_drawn_is_paid_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """10 servers of 8 kW draw 100 kW at PUE 1.25 from July 2026 to June 2028, and the contract is paid in three whole years. One of 1 MW is
    charged for 300 kW at least: 900 kW-years less the 200 drawn; one of 300 kW for 90 kW at least, which is drawn but for one year. A kW
    costs 7,220 won a month with 10 % tax and 2.7 % fund.
    """
    path = tmp_path / "plan.yaml"
    opex, books = {}, {}
    for contract in ("", ", contract: 300kW", ", contract: 1MW"):
        path.write_text(SMALL.replace("staff: 0}", f"staff: 0{contract}}}"), encoding="utf-8")
        found = answer(capsys, "plan", "run", str(path), "--gap", "0")
        assert found["checked"] is True
        assert found["accelerators_total"] == 80
        opex[contract] = found["cost_won"]["opex"]
        books[contract] = answer(capsys, "plan", "cost", str(path), "--gap", "0")["total_won"]
    for contract, kw_years in ((", contract: 300kW", 90), (", contract: 1MW", 700)):
        more = kw_years * 7_220 * 12 * 1.127
        assert opex[contract] - opex[""] == pytest.approx(more, rel=1e-4)
        assert books[contract] - books[""] == pytest.approx(more, rel=1e-4)


def test_hours_in_service_have_a_cost_without_demand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody asks for work, and 80 accelerators must be there by the end of 2026: two years of 8,760 hours each."""
    head, _, _ = SMALL.partition("    shares:")
    text = (
        head.replace("    budgets:", "    objective: cost\n    budgets:")
        + "    counts:\n      - {name: eighty, at: 2026-12-31, least: 80}\n"
    )
    path = tmp_path / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    found = answer(capsys, "plan", "cost", str(path), "--gap", "0")
    plan = found["tables"]["unit_costs"]["rows"][0]
    assert plan["accelerator_hour_won"] == pytest.approx(found["total_won"] / (80 * 8760 * 2), rel=1e-6)
    assert plan["used_hour_won"] is None
    assert (found["years_with_demand"], found["years_counted"]) == ([], [2026, 2027, 2028])
    assert "Nobody asks for work here" in " ".join(found["sentences"])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("pue: 1.25", "pue: 0.9", "a PUE below 1"),
        ("pue: 1.25", "pue: 120", "a PUE of 120"),
        ("nvidia-h100, power: 1kW", "nvidia-h100, power: 0W", "a machine that draws nothing"),
        ("nvidia-h100, power: 1kW", "nvidia-h100, power: 1kW, supply: {2031: 20}", "nothing is ordered in 2031"),
        (
            "    shares:",
            "    standing:\n      - {machine: nvidia-h100, site: here, accelerators: 8, until: 2025-01-01}\n    shares:",
            "that stand until 2025-01-01 are gone before the plan begins",
        ),
        ("storage, price: 0, per: accelerator", "storage, price: 100만, per: tb", "write storage_tb at the machine"),
    ],
)
def test_figures_that_no_plan_can_be_priced_by(tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, said: str) -> None:
    path = tmp_path / "plan.yaml"
    assert old in SMALL
    path.write_text(SMALL.replace(old, new), encoding="utf-8")
    assert main(["--lang", "en", "plan", "run", str(path)]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "plan.yaml:" in error


def test_storage_is_priced_by_the_tb(tmp_path: Path) -> None:
    """8 accelerators of 2.5 TB at a million won each: 20 million won a server more."""
    path = tmp_path / "plan.yaml"
    won = []
    for text in (SMALL, SMALL.replace("storage, price: 0, per: accelerator", "storage, price: 100만, per: tb")):
        path.write_text(text.replace("power: 1kW,", "power: 1kW, storage_tb: 2.5,"), encoding="utf-8")
        won.append(scenario_purchase(load_scenario(path)).purchase.machine("nvidia-h100").terms["here"].capex_won)
    assert won[1] - won[0] == 20_000_000
