"""The programs of the small examples, row by row, as golden files: a change of a rule shows in its LP file before it shows in a plan.

`python -m tests.plan.test_golden_programs` writes them anew; read the difference before you commit it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from dure.adapters.files import load_scenario
from dure.adapters.scenario_purchase import scenario_purchase
from dure.model.purchases import BudgetLine, CountRule, Floor, Loan, Purchase, ShareRule, SiteGrid, SiteRoom, Standing, Terms, Work
from dure.plan.purchase_part import Gives, Part
from dure.plan.purchase_program import build
from dure.solver import Program, lp_text
from tests.plan.purchase_small import machine, money, question

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"
PURCHASES = ("gwangju",)


def program(name: str) -> str:
    """The LP file of an example."""
    path = ROOT / "examples" / f"{name}.yaml"
    return lp_text(build(scenario_purchase(load_scenario(path)).purchase).program)


@pytest.mark.parametrize("name", PURCHASES)
def test_the_program_of_an_example_is_its_golden_file(name: str) -> None:
    assert program(name) == (GOLDEN / f"{name}.lp").read_text(encoding="utf-8")


FAMILIES = {
    *("enters service", "demand", "busy", "draws", "site power", "grid impact", "budget", "opex_funded", "share", "count", "supply"),
    *("unpowered there", "dark there", "no more than shared"),
    *("largest vendor", "site in use", "contract floor"),
}
"""Every kind of row that a purchase program may have, by the head of its name."""
MIXED = "purchase-every-rule"


def every_rule() -> Purchase:
    """A question in which every kind of rule holds: two machines, two sites, a loan, people, contract power, one that stands there."""
    both = {"s": Terms(100, {"electricity": 10, "labour": 2}), "t": Terms(110, {"electricity": 9})}
    held = SiteGrid("a law", 100_000, None, (90_000,) * 4)
    return question(
        machine("a", lead=1, supply={0: 40}, terms=both),
        machine("b", speed_ppm={"work": 500_000}),
        buying=2,
        years=4,
        standing=(Standing("b", "s", 2, 2),),
        sites=(
            SiteRoom("s", (120_000, 120_000, None, None), 1_200_000, 3),
            SiteRoom("t", (None,) * 4, 1_300_000, 4, held, floors={2027: Floor(60_000, 50)}),
        ),
        shares=(ShareRule("B", frozenset("b"), "money", 300_000, 600_000),),
        counts=(CountRule("eight", 1, 8, 80),),
        work=(Work("work", "일", {2026: 20, 2027: 40}, 1_000_000, 500_000),),
        budgets=(
            money("capex", 2026, 400, carries=True),
            money("capex", 2027, 300),
            *(money("opex", year, 90, carries=year == 2026) for year in (2026, 2027, 2028)),
            money("labour", 2026, 30, "province", carries=True),
            BudgetLine(2027, "capex", "policy-loan", 200, False, loan=Loan(20_000, 2)),
        ),
    )


def mixed() -> str:
    """The program of that question as planned, as a case that nobody planned for, in which things give, and for the least dependency."""
    asked = every_rule()
    made = build(asked)
    case = Program("a case of it", maximise=True)
    shared = {key: case.column(f"shared {', '.join(map(str, key))}", unit="buying units", integer=True) for key in made.orders}
    gives = Gives(2.0, 5.0, frozenset({"s"}), since=1)
    build(asked, Part(case, "case: ", made.scale_won, made.cost_weight, shared, gives, drops=1))
    least = build(replace(asked, goal="dependency"))
    return lp_text(made.program) + lp_text(case) + lp_text(least.program)


def families(text: str) -> set[str]:
    """The kinds of rows of an LP file, from the names that stand above them."""
    return set(re.findall(r"^ \\ (?:case: )?(.+?) \[", text, flags=re.MULTILINE))


def test_every_kind_of_rule_stands_in_a_golden_file() -> None:
    text = mixed()
    assert text == (GOLDEN / f"{MIXED}.lp").read_text(encoding="utf-8")
    assert families(text) == FAMILIES
    rooms = (ROOT / "src" / "dure" / "plan" / f"{one}.py" for one in ("purchase_program", "purchase_part", "site_costs"))
    source = "".join(one.read_text(encoding="utf-8") for one in rooms)
    written = set(re.findall(r'made\.row\(f"([a-z ]+?) (?:\[|\{label)', source))
    assert written <= FAMILIES, "a kind of row that no golden file shows"


if __name__ == "__main__":
    (GOLDEN / f"{MIXED}.lp").write_text(mixed(), encoding="utf-8")
    for one in PURCHASES:
        (GOLDEN / f"{one}.lp").write_text(program(one), encoding="utf-8")
