"""CPU time and proven gap of a two-stage plan of 30 drawn cases of the national instance. `python -m benchmarks.risk`."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path

from dure.adapters.files import load_scenario
from dure.adapters.scenario_risk import scenario_risk
from dure.plan.check_purchase import check_purchase
from dure.plan.risk import Risk, risk
from dure.plan.shocks import sampled_cases
from dure.solver import Limits

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "korea-50k-shocks.yaml"
CASES = 30
GAP = 0.01


def two_stage(cases: int = CASES, seed: int = 1, aversion_ppm: int = 0) -> tuple[Risk, float, bool]:
    """The plan, CPU seconds from the file to the last answer in whole buying units, and whether the independent check holds.

    Draws that find the same are one case: so many different ones are weighed, whatever it takes to draw them.
    """
    begun = time.process_time()
    asked = scenario_risk(load_scenario(EXAMPLE)).asked
    draws = cases
    found = sampled_cases(asked.base, asked.shocks, draws, seed)
    while len(found) < cases:
        draws += cases - len(found)
        found = sampled_cases(asked.base, asked.shocks, draws, seed)
    found = found[:cases]
    made = risk(replace(asked, cases=found, seed=seed, aversion_ppm=aversion_ppm), Limits(120.0, GAP), table=False)
    spent = time.process_time() - begun
    answers = [one for one in made.recourses if one is not None]
    checked = all(not check_purchase(one.case.purchase, one.orders, one.served, one.relief) for one in answers)
    return made, spent, checked and len(answers) == len(made.cases)


def main(arguments: list[str]) -> None:
    for aversion in (0, 500_000):
        made, spent, checked = two_stage(10 if "--quick" in arguments else CASES, aversion_ppm=aversion)
        gap = "no plan" if made.gap is None else f"gap {made.gap:.2%}"
        word = "checked" if checked else "BROKEN"
        print(
            f"{len(made.cases)} cases, CVaR at {aversion // 10_000} %: {spent:.1f} s CPU, {gap}, {made.chosen.rounds} rounds, {word}",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
