"""CPU time and proven gap of a national purchase plan: 20 quarters × 26 models × 8 sites × 7 classes. `python -m benchmarks.purchase`."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from dure.adapters.files import load_scenario
from dure.adapters.scenario_purchase import scenario_purchase
from dure.model.purchases import Purchase, ShareRule, Terms
from dure.plan.check_purchase import check_purchase
from dure.plan.front import cost_front
from dure.plan.purchase import plan
from dure.solver import Limits

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
MODELS = 26
GAP = 0.005


def question(name: str) -> Purchase:
    return scenario_purchase(load_scenario(EXAMPLES / name)).purchase


def widened(asked: Purchase, models: int = MODELS) -> Purchase:
    """The same question with more offers: later ones of the same models, at other prices, as other makers sell them."""
    dice = np.random.default_rng(20261122)
    machines = list(asked.machines)
    origin = {one.name: one.name for one in machines}
    while len(machines) < models:
        one = asked.machines[len(machines) % len(asked.machines)]
        off = float(dice.uniform(0.9, 1.15))
        name = f"{one.name}-{len(machines)}"
        terms = {site: Terms(int(each.capex_won * off), each.running_won_year) for site, each in one.terms.items()}
        speeds = {work: int(speed * dice.uniform(0.95, 1.1)) for work, speed in one.speed_ppm.items()}
        supply = {at: int(most * dice.uniform(0.3, 0.8)) for at, most in one.supply.items()}
        machines.append(replace(one, name=name, terms=terms, speed_ppm=speeds, supply=supply, first=int(dice.integers(0, 8))))
        origin[name] = one.name
    shares = tuple(
        ShareRule(rule.name, frozenset(name for name in origin if origin[name] in rule.machines), rule.by, rule.least_ppm, rule.most_ppm)
        for rule in asked.shares
    )
    return replace(asked, machines=tuple(machines), shares=shares)


def run(title: str, asked: Purchase) -> str:
    begun = time.process_time()
    made = plan(asked, Limits(time_s=30.0, gap=GAP))
    spent = time.process_time() - begun
    chosen = made.chosen
    broken = check_purchase(replace(asked, funded=made.refusal is None), chosen.orders, chosen.served)
    refused = "refused by " + ", ".join(made.refusal.refused_by) if made.refusal else "not refused"
    size = f"{asked.buying} periods × {len(asked.machines)} models × {len(asked.sites)} sites × {len(asked.work)} classes"
    gap = "no plan" if chosen.gap is None else f"gap {chosen.gap:.2%}"
    return f"{title}: {size}, {gap}, {spent:.1f} s CPU, {refused}, {'checked' if not broken else 'BROKEN'}"


def front(title: str, asked: Purchase, points: int = 20) -> str:
    """A whole front of cost against work, every point proven and checked."""
    begun = time.process_time()
    made = cost_front(asked, Limits(time_s=10.0, gap=GAP), points)
    spent = time.process_time() - begun
    checked = "BROKEN" if any(one.point.broken for one in made.on) else "checked"
    left = f"{made.solved} ceilings tried, {made.dropped} beaten, {made.late} late, {made.lost} lost"
    return f"{title}, front of {len(made.on)} points: widest gap {made.gap:.2%}, {left}, {spent:.1f} s CPU, {checked}"


def main() -> None:
    for name in ("korea-50k.yaml", "korea-50k-funded.yaml"):
        asked = question(name)
        print(run(name, asked), flush=True)
        print(run(f"{name}, {MODELS} models", widened(asked)), flush=True)
    funded = question("korea-50k-funded.yaml")
    print(front("korea-50k-funded.yaml", funded), flush=True)
    print(front(f"korea-50k-funded.yaml, {MODELS} models", widened(funded)), flush=True)


if __name__ == "__main__":
    main()
