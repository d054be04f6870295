"""The fleet of a plan as a scenario: the one place where `dure plan fleet` and `dure study` get it from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dure.adapters.demand_files import demand_profile
from dure.adapters.files import LoadedScenario
from dure.adapters.fleet_files import When, fleet_text, read_over
from dure.adapters.profiles import load_profile
from dure.adapters.scenario_models import scenario_models
from dure.model.errors import ScenarioError
from dure.model.purchases import Order, Purchase
from dure.study.asked import asked_by_workload, numbers
from dure.study.fleet import REPLACED, Document, Month, fleet_document, servers_per_unit, stock
from dure.twin.offer import drawn
from dure.wire.tables import Jobs

NATIONAL = "national"


@dataclass(frozen=True, slots=True)
class Fleet:
    """A fleet of a plan at a date, as text below `extends:` and as a scenario that is read."""

    loaded: LoadedScenario
    text: str


def fleet_of(base: LoadedScenario, purchase: Purchase, orders: Sequence[Order], at: When, month: Month) -> Fleet:
    """The fleet of orders at a date with the demand of that year. Raises ScenarioError where nothing is in service or asked for."""
    scenario = base.scenario
    asked = asked_by_workload(scenario, purchase, at.period)
    if not asked:
        what = f"nothing is asked for in {purchase.years[at.period]}"
        where = base.where("plan", "purchase", "demand")
        raise ScenarioError(what, where=where, remedy="write accelerators for that year, or another --at")
    stocks = stock(purchase, orders, at.period, servers_per_unit(scenario, purchase), month.scale)
    if not stocks:
        what = f"no machine is in service in {at.label}"
        raise ScenarioError(what, where=base.where("plan", "purchase"), remedy="write a later --at: machines arrive after their lead time")
    profile = demand_profile(base) or load_profile(NATIONAL)

    def document(jobs: Mapping[str, int]) -> Document:
        return fleet_document(scenario, purchase, stocks, month, jobs)

    def draw(jobs: Mapping[str, int]) -> Jobs:
        read = read_over(base, fleet_text(document(dict(jobs)), REPLACED))
        assert read.scenario.demand.generate is not None, "a fleet draws its jobs"
        models = scenario_models(read)
        return drawn(read.scenario, read.scenario.demand.generate, profile, models.pools, models.speeds, scenario.programme.seed, None).jobs

    text = fleet_text(document(numbers(profile, asked, month, draw)), REPLACED)
    return Fleet(read_over(base, text), text)
