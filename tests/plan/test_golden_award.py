"""Every kind of row of the winner determination, in one small tender, as a golden file.

`python -m tests.plan.test_golden_award` writes it anew; read the difference before you commit it.
"""

from __future__ import annotations

import re
from pathlib import Path

from dure.model.tenders import Caps, Line, Lot, Tier
from dure.plan.award import award
from dure.plan.award_program import build as award_rows
from dure.solver import Program, lp_text
from tests.plan.cases import bid, line, tender

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"
FAMILIES = {
    "accelerators per operator",
    "alternatives",
    "at least",
    "at most",
    "budget",
    "budget per operator",
    "cluster minimum",
    "lot at least",
    "lot at most",
    "one tier",
    "share per operator",
    "taken",
    "used by",
    "whole for public use",
}
"""Every kind of row that the winner determination writes."""


def award_program() -> Program:
    """A bundle, alternatives of one and of several lines, tiers, a share, every cap, and one offer that must be taken."""
    tiers = (Tier(least=2, most=8, unit_won=11, fixed_won=30), Tier(least=10, most=16, unit_won=10))
    bids = [
        bid("A", Line(lot="x", model="m", tiers=tiers, public=12, step=2), operator="o1", alternative="g"),
        bid("B", line("x", 4, 12), line("y", 6, 9, least=2), operator="o2", alternative="g"),
        bid("C", line("x", 3, 13), line("y", 5, 8), operator="o1", together=True),
    ]
    caps = Caps(units=14, budget_ppm=700_000, units_ppm=600_000, cluster_public=2)
    rules = tender(Lot(name="x", least=3, most=16), Lot(name="y", most=9), budget=260, caps=caps, capacity_micro={"m": 1_500_000})
    made = award(rules, bids)
    return award_rows(rules, made.offers, made.scores, force="C").program


def test_every_kind_of_row_of_an_award_stands_in_a_golden_file() -> None:
    made = award_program()
    assert {row.name.split(" [")[0] for row in made.rows} == FAMILIES
    assert lp_text(made) == (GOLDEN / "award-families.lp").read_text(encoding="utf-8")


def test_the_families_are_those_of_the_source() -> None:
    """Whoever adds a kind of row adds it here, and to the golden file."""
    source = (ROOT / "src" / "dure" / "plan" / "award_program.py").read_text(encoding="utf-8")
    assert set(re.findall(r"""row\(f?"([a-z ]+?)(?: \[|")""", source)) == FAMILIES


if __name__ == "__main__":
    (GOLDEN / "award-families.lp").write_text(lp_text(award_program()), encoding="utf-8")
