"""CPU time of awards with all flip prices: 20 bidders × 60 lots × 4 tiers with bundles. `python -m benchmarks.plan`."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from dure.model.tenders import Bid, Criterion, Formula, Line, Lot, Objective, Procedure, Subject, Tender, Tier
from dure.plan.award import award
from dure.plan.flips import Field, flip_price, losers
from dure.solver import Limits

BIDDERS, LOTS, TIERS = 20, 60, 4


def instance(
    objective: Objective, formula: Formula, bidders: int = BIDDERS, lots: int = LOTS, tiers: int = TIERS
) -> tuple[Tender, list[Bid]]:
    """Every bidder on every lot with tiers that fall in price, and a bundle of two lots from each."""
    dice = np.random.default_rng(20261122)
    needed = [int(one) * 8 for one in dice.integers(10, 60, lots)]
    names = [f"lot-{number:02}" for number in range(1, lots + 1)]
    estimates = [int(one) * 1_000_000 for one in dice.integers(40, 150, lots)]
    most = [None if objective is Objective.COST else one for one in needed]
    least = [one if objective is Objective.COST else 0 for one in needed]
    tender = Tender(
        name="bench",
        procedure=Procedure.CONTRACT,
        objective=objective,
        budget_won=sum(n * e for n, e in zip(needed, estimates, strict=True)) * 2,
        lots=tuple(
            Lot(name=name, least=low, most=high, estimate_won=estimate)
            for name, low, high, estimate in zip(names, least, most, estimates, strict=True)
        ),
        criteria=(
            Criterion(name="price", points_micro=70_000_000, formula=formula, subject=Subject.PRICE, full=20_000_000, zero=250_000_000),
            Criterion(name="skill", points_micro=30_000_000, formula=Formula.POINTS),
        ),
    )
    bids = []
    for bidder in range(1, bidders + 1):
        skill = {"skill": int(dice.integers(10, 31)) * 1_000_000}
        lines = [_line(dice, name, want, estimate, tiers) for name, want, estimate in zip(names, needed, estimates, strict=True)]
        bids.append(Bid(name=f"b{bidder:02}", operator=f"o{bidder:02}", lines=tuple(lines), points_micro=skill))
        first = 2 * (bidder - 1) % (lots - 1)
        pair = tuple(_line(dice, names[at], needed[at], int(estimates[at] * 0.95), 1) for at in (first, first + 1))
        bids.append(Bid(name=f"b{bidder:02}-bundle", operator=f"o{bidder:02}", lines=pair, together=True, points_micro=skill))
    return tender, bids


def _line(dice: np.random.Generator, lot: str, want: int, estimate: int, tiers: int) -> Line:
    price = int(estimate * dice.uniform(0.8, 1.3)) // 1000 * 1000
    whole = max(8, int(want * dice.uniform(0.4, 1.2)) // 8 * 8)
    ends = sorted({max(8, whole * number // tiers // 8 * 8) for number in range(1, tiers + 1)})
    made, begin = [], 8
    for number, end in enumerate(ends):
        made.append(Tier(least=begin, most=end, unit_won=int(price * (1 - 0.03 * number))))
        begin = end + 8
    return Line(lot=lot, model="nvidia-b200", tiers=tuple(made), public=ends[-1], step=8)


def run(objective: Objective, formula: Formula, **size: int) -> str:
    tender, bids = instance(objective, formula, **size)
    begun = time.process_time()
    made = award(tender, bids)
    awarded = time.process_time() - begun
    field = Field(made)
    flips = [flip_price(field, offer) for offer in losers(made)]
    spent = time.process_time() - begun
    found = sum(one.change is not None for one in flips)
    return (
        f"{objective} by {formula}: {made.choice.status}, {len(made.judged)} offers in {made.choice.parts} parts, award {awarded:.2f} s, "
        f"with {found} of {len(flips)} flip prices {spent:.1f} s CPU ({field.solved} awards solved)"
    )


def bound(part: float = 0.6, time_s: float = 120.0, gap: float = 0.005) -> str:
    """The award alone where the budget couples the lots: so much of what everything costs at the estimates."""
    tender, bids = instance(Objective.PUBLIC_CAPACITY, Formula.LINEAR)
    tender = replace(tender, budget_won=round((tender.budget_won or 0) / 2 * part))
    begun = time.process_time()
    made = award(tender, bids, Limits(time_s, gap))
    spent = time.process_time() - begun
    proven = "no award" if made.choice.gap is None else f"gap {made.choice.gap:.2%}"
    return f"public capacity with {part:.0%} of the budget: {made.choice.status}, {proven}, {spent:.1f} s CPU"


def main() -> None:
    print(run(Objective.COST, Formula.LINEAR), flush=True)
    print(run(Objective.SCORE, Formula.LINEAR), flush=True)
    print(run(Objective.SCORE, Formula.LOWEST_PRICE_RATIO), flush=True)
    print(bound(), flush=True)


if __name__ == "__main__":
    main()
