"""What no key of `plan.purchase` can see alone: names that must exist elsewhere, and things that stand twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dure.wire.problems import Problem
from dure.wire.risk_checks import find_risk_problems
from dure.wire.tree import did_you_mean

if TYPE_CHECKING:
    from dure.wire.scenario import Scenario
    from dure.wire.scenario_purchase import PurchaseSection, ShareEntry

HERE = ("plan", "purchase")
WHOLE_PPM = 1_000_000


def find_purchase_problems(scenario: Scenario) -> Iterator[Problem]:
    """Every reason why the parts of the question do not fit together."""
    asked = scenario.plan.purchase
    if asked is None:
        if scenario.plan.risk is not None:
            yield Problem(("plan", "risk"), "there is no purchase that could go wrong", "write plan.purchase")
        return
    if scenario.plan.cost is None:
        yield Problem(HERE, "what may be bought has no prices", "write plan.cost")
    yield from _twice(asked)
    yield from _unknown(asked)
    yield from find_risk_problems(scenario.plan.risk, asked)
    for by in ("count", "capacity", "money"):
        least = [one for one in asked.shares if one.by == by and one.least_ppm]
        if sum(one.least_ppm or 0 for one in least) > WHOLE_PPM and _apart(least):
            yield Problem((*HERE, "shares"), "the least shares together are more than the whole", "lower one of them")


def _apart(shares: Sequence[ShareEntry]) -> bool:
    """Whether no vendor stands in two of them; an origin and a vendor of it may overlap, which the program then finds."""
    names = [name for one in shares for name in one.of]
    return len(names) == len(set(names))


def _twice(asked: PurchaseSection) -> Iterator[Problem]:
    named = {
        "sites": [one.name for one in asked.sites],
        "machines": [one.label for one in asked.machines],
        "shares": [one.name for one in asked.shares],
        "counts": [one.name for one in asked.counts],
        "demand": [one.name for one in asked.demand],
    }
    for key, names in named.items():
        for name, times in Counter(names).items():
            if times > 1:
                yield Problem((*HERE, key), f"{times} × the name `{name}`", "give each a name of its own")
    for (kind, source), times in Counter((one.kind, one.source) for one in asked.budgets).items():
        if times > 1:
            yield Problem((*HERE, "budgets"), f"{times} × the {kind} budget of {source}", "write its years into one entry")


def _unknown(asked: PurchaseSection) -> Iterator[Problem]:
    sites, machines = [one.name for one in asked.sites], [one.label for one in asked.machines]
    for index, one in enumerate(asked.machines):
        for site in one.sites:
            if site != "*" and site not in sites:
                yield Problem((*HERE, "machines", index, "sites"), f"there is no site `{site}`", did_you_mean(site, sites))
    for index, stands in enumerate(asked.standing):
        if stands.site not in sites:
            yield Problem((*HERE, "standing", index, "site"), f"there is no site `{stands.site}`", did_you_mean(stands.site, sites))
        if stands.machine not in machines:
            what = f"there is no machine `{stands.machine}`"
            yield Problem((*HERE, "standing", index, "machine"), what, did_you_mean(stands.machine, machines))
