"""What a budget of a site needs elsewhere in the scenario: prices, a tariff, a PUE, pools of those names, periods of the run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dure.model.units import DAY_S, HOUR_S
from dure.wire.problems import Problem
from dure.wire.scenario_budget import period_days
from dure.wire.tree import ItemName, Loc, did_you_mean

if TYPE_CHECKING:
    from dure.wire.scenario import Scenario
    from dure.wire.scenario_sites import Site

KST_S = 9 * HOUR_S


def find_budget_problems(scenario: Scenario) -> Iterator[Problem]:
    """Every reason why the money of a site cannot be spent."""
    cost = scenario.plan.cost
    paying = {one.name for one in cost.sites} if cost else set()
    for site in scenario.sites:
        if site.budget is None:
            continue
        here: Loc = ("sites", ItemName(site.name), "budget")
        if cost is None:
            yield Problem(here, "a budget without prices", "write plan.cost: prices, interest and the tariff of the site")
        elif site.name not in paying:
            yield Problem(
                here, f"nobody says what electricity costs at {site.name}", f"write a tariff for {site.name} under plan.cost.sites"
            )
        if site.pue_ppm is None:
            yield Problem(here, f"the PUE of {site.name} is unknown", "write pue: the power drawn for each watt of the machines")
        if scenario.programme.horizon_s is None:
            yield Problem(here, "money is spent without an end", "write programme.horizon")
        yield from _order(site, here)
        yield from _periods(scenario, site, here)


def _order(site: Site, here: Loc) -> Iterator[Problem]:
    assert site.budget is not None
    order, pools = site.budget.order, [pool.name for pool in site.pools]
    if isinstance(order, str):
        return
    for name in order:
        if name not in pools:
            yield Problem((*here, "order"), f"site `{site.name}` has no pool `{name}`", did_you_mean(name, pools))
    if len(set(order)) < len(order):
        yield Problem((*here, "order"), "names a pool twice", "name each pool once")
    if left_out := [name for name in pools if name not in order]:
        yield Problem((*here, "order"), f"leaves out {', '.join(left_out)}", "name every pool of the site, the first goes unfunded first")


def _periods(scenario: Scenario, site: Site, here: Loc) -> Iterator[Problem]:
    """A period must meet the run; second 0 and the horizon are instants, periods are Korean days."""
    assert site.budget is not None
    start_s, horizon_s = scenario.programme.start_s, scenario.programme.horizon_s
    for index, line in enumerate(site.budget.lines):
        first, end = (int((day - dt.date(1970, 1, 1)).days) * DAY_S - KST_S for day in period_days(line.period))
        if end <= start_s or (horizon_s is not None and first >= start_s + horizon_s):
            what = f"{line.period} lies outside the run"
            yield Problem((*here, "lines", index, "period"), what, "write a period that the run meets, or move programme.start and horizon")
