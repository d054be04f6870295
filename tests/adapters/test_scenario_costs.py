"""From the YAML of a plan's costs to won."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from dure.adapters.files import load_scenario
from dure.adapters.scenario_costs import scenario_costs
from dure.adapters.tariff_tables import COLUMNS
from dure.ledger.cost import cash
from dure.ledger.fleet_cost import Batch, batch_entries, people
from dure.ledger.tariffs import bills, load_from
from dure.model.errors import CatalogError, CostError
from dure.present.numbers import Lang
from dure.present.said import told
from dure.present.words import Words

WHOLE = """\
plan:
  cost:
    interest: {rate: 4%, who: a test, why: to have one}
    exchange: {USD: {rate: 1450.5, source: a bank}}
    life: 5y
    residual: 0%
    prices:
      - {item: accelerators, model: b200, price: 40000 USD, per: accelerator, vat: none, source: a list}
      - {item: servers, price: 8000만, per: server, vat: none, source: a list}
      - {item: fabric, price: 900만, per: accelerator, vat: none, source: a list}
      - {item: storage, price: 0, per: accelerator, vat: none, source: the bid includes it}
      - {item: site, price: 1500만, per: kw, vat: none, source: a list}
      - {item: software, price: 600만, per: accelerator_year, vat: added, source: a list}
      - {item: support, price: 5%, per: share_year, vat: none, source: a list}
      - {item: spares, price: 0%, per: share_year, vat: none, source: support includes them}
      - {item: insurance, price: 0.3%, per: share_year, vat: none, source: a list}
      - {item: labour, price: 9500만, per: person_year, vat: none, source: a list}
    sites:
      - {name: gwangju, tariff: general-b-high-a-1, contract: 5MW, staff: 12.5}
"""
JANUARY = 2026 * 12


def loaded(folder: Path, text: str = WHOLE):  # type: ignore[no-untyped-def]
    path = folder / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    return load_scenario(path)


def test_a_plan_of_one_server_costs_what_its_file_says(tmp_path: Path) -> None:
    costs = scenario_costs(loaded(tmp_path))
    batch = Batch("gwangju", "nvidia-b200", 8, 8, JANUARY, costs.life_months, power_w=13_680)
    entries = (
        *batch_entries(batch, costs.book, costs.terms),
        people("gwangju", costs.sites["gwangju"].persons_milli, costs.book, JANUARY, JANUARY + 12),
    )
    stack = cash(entries, costs.terms)
    machines = 8 * 40_000 * 1_450 + 8 * 40_000 // 2 + 80_000_000 + 8 * 9_000_000
    assert stack.within([2026]).by("item") == {
        ("accelerators",): 464_160_000,
        ("servers",): 80_000_000,
        ("fabric",): 72_000_000,
        ("storage",): 0,
        ("site",): 205_200_000,
        ("software",): 48_000_000,
        ("vat",): 4_800_000,
        ("support",): machines // 20,
        ("spares",): 0,
        ("insurance",): machines * 3 // 1000,
        ("labour",): 1_187_500_000,
    }
    assert costs.sites["gwangju"].contract_w == 5_000_000
    assert costs.sites["gwangju"].tariff.id == "general-b-high-a-1"
    assert set(stack.marks("item").values()) == {"published"}


@pytest.mark.parametrize(
    ("old", "new", "english"),
    [
        ("general-b-high-a-1", "residential", r"plan.yaml:19: .*no tariff 'residential' in the catalogue; write one of"),
        ("model: b200", "model: b2000", r"plan.yaml:8: .*no accelerator 'b2000' in the catalogue"),
    ],
)
def test_names_are_looked_up_with_their_line(tmp_path: Path, old: str, new: str, english: str) -> None:
    with pytest.raises((CostError, CatalogError), match=english):
        scenario_costs(loaded(tmp_path, WHOLE.replace(old, new, 1)))


def test_two_names_of_one_model_are_one_price(tmp_path: Path) -> None:
    line = "      - {item: accelerators, model: b200, price: 40000 USD, per: accelerator, vat: none, source: a list}\n"
    with pytest.raises(CostError, match=r"plan.yaml:9: .*stands twice"):
        scenario_costs(loaded(tmp_path, WHOLE.replace(line, line + line.replace("b200", "nvidia-b200"))))


def test_a_price_that_is_missing_is_named_with_the_plan(tmp_path: Path) -> None:
    text = "".join(line for line in WHOLE.splitlines(keepends=True) if "item: fabric" not in line)
    costs = scenario_costs(loaded(tmp_path, text))
    with pytest.raises(CostError, match="no price of fabric for nvidia-b200 at gwangju") as caught:
        batch_entries(Batch("gwangju", "nvidia-b200", 8, 8, JANUARY, 60, power_w=13_680), costs.book, costs.terms)
    assert "gwangju 센터 nvidia-b200의 fabric 가격이 없습니다" in told(caught.value, Words(Lang.KO))


def test_a_scenario_without_costs_says_so(tmp_path: Path) -> None:
    with pytest.raises(CostError, match="the scenario states no costs; write `plan:` with `cost:`"):
        scenario_costs(loaded(tmp_path, "sites: []\n"))


def added(folder: Path, name: str, row: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.csv").write_text(",".join(COLUMNS[name]) + "\n" + row, encoding="utf-8")


def test_a_scenario_brings_tariffs_and_holidays_of_its_own(tmp_path: Path) -> None:
    text = WHOLE.replace("    sites:\n", "    tariffs: tables\n    sites:\n").replace("general-b-high-a-1", "own-solar")
    with pytest.raises(CostError, match=r"plan.yaml:18: plan.cost.tariffs: .*tables holds no table of tariffs; put one of tariffs.csv, "):
        scenario_costs(loaded(tmp_path, text))
    tables = tmp_path / "tables"
    why = "a contract,2026-01,high,\n"
    added(tables, "tariff_terms", f"own-solar,2026-01-01,Own,자체,kepco-b,kepco-b-2026,,,,0,public,kepco,{why}")
    rates = "".join(
        f"own-solar,energy,{season},{band},100,won/kWh,2026-01-01,{why}"
        for season in ("summer", "spring_autumn", "winter")
        for band in ("light", "mid", "peak")
    )
    added(tables, "tariffs", rates)
    added(tables, "holidays", f"kr,2031-01-01,public,New Year,신정,{why}")
    costs = scenario_costs(loaded(tmp_path, text))
    assert costs.holidays.years >= {2026, 2031}
    (bill,) = bills(load_from(dt.date(2031, 1, 1), [1_000_000] * 24 * 31), costs.sites["gwangju"].tariff, costs.holidays)
    assert (bill.energy_won, bill.demand_won) == (744_000 * 100, 0)
    added(tables, "tariffs", rates.replace("winter,peak,100", "winter,peak,-100"))
    with pytest.raises(CatalogError, match=r"tables/tariffs.csv:10: value: '-100' is no figure"):
        scenario_costs(loaded(tmp_path, text))
