"""What no key of `plan.risk` can see alone: probabilities that add up, names of shocks, machines, sites and classes that must exist."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dure.model.units import MICRO
from dure.wire.problems import Problem
from dure.wire.tree import did_you_mean

if TYPE_CHECKING:
    from dure.wire.scenario_purchase import PurchaseSection
    from dure.wire.scenario_risk import RiskSection

HERE = ("plan", "risk")
ALL = "*"


def find_risk_problems(asked: RiskSection | None, purchase: PurchaseSection) -> Iterator[Problem]:
    """Every reason why the shocks do not fit together or to the purchase."""
    if asked is None:
        return
    names = [one.name for one in asked.shocks]
    for name, times in Counter(names).items():
        if times > 1:
            yield Problem((*HERE, "shocks"), f"{times} × the name `{name}`", "give each a name of its own")
    if asked.until_s <= purchase.start_s:
        yield Problem((*HERE, "until"), "lies before the first order", "write a day within the plan")
    if asked.sample is not None and asked.joint:
        yield Problem((*HERE, "joint"), "cases are drawn and named at once", "keep sample or joint")
    if asked.sample is None:
        whole = sum(one.probability_ppm or 0 for one in asked.shocks) + sum(one.probability_ppm for one in asked.joint)
        if whole > MICRO:
            yield Problem(
                (*HERE, "shocks"), f"the probabilities together are {whole / 10_000:g}%", "leave what is planned its part of 100%"
            )
        if not whole:
            yield Problem((*HERE, "shocks"), "no shock has a probability", "write one, such as 10%")
    for index, joint in enumerate(asked.joint):
        for name in joint.shocks:
            if name not in names:
                yield Problem((*HERE, "joint", index, "shocks"), f"there is no shock `{name}`", did_you_mean(name, names))
    yield from _unknown(asked, purchase)


def _unknown(asked: RiskSection, purchase: PurchaseSection) -> Iterator[Problem]:
    sites, work = [one.name for one in purchase.sites], [one.name for one in purchase.demand]
    machines = [one.label for one in purchase.machines]
    for index, shock in enumerate(asked.shocks):
        here = (*HERE, "shocks", index)
        for name in _strange(shock.demand.of if shock.demand else (), work):
            yield Problem((*here, "demand"), f"there is no class of demand `{name}`", did_you_mean(name, work))
        for name in _strange(shock.power.of if shock.power else (), sites):
            yield Problem((*here, "power"), f"there is no site `{name}`", did_you_mean(name, sites))
        for name in _strange((shock.technology.like,) if shock.technology else (), machines):
            yield Problem((*here, "technology", "like"), f"there is no machine `{name}`", did_you_mean(name, machines))
        if shock.technology is not None and shock.technology.name in machines:
            yield Problem((*here, "technology", "name"), f"`{shock.technology.name}` is there already", "give the new machine another name")


def _strange(named: Sequence[str], known: Sequence[str]) -> list[str]:
    return [name for name in named if name not in (ALL, *known)]
