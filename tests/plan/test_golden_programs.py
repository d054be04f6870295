"""The programs of the small examples, row by row, as golden files: a change of a rule shows in its LP file before it shows in a plan.

`python -m tests.plan.test_golden_programs` writes them anew; read the difference before you commit it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from dure.adapters.files import load_scenario
from dure.adapters.scenario_purchase import scenario_purchase
from dure.plan.purchase_program import build
from dure.solver import lp_text

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


if __name__ == "__main__":
    for one in PURCHASES:
        (GOLDEN / f"{one}.lp").write_text(program(one), encoding="utf-8")
