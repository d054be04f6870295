"""The fleet of a plan as a scenario: the one place where `dure plan fleet` and `dure study` get it from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dure.adapters.demand_files import demand_profile, service_profiles
from dure.adapters.files import LoadedScenario
from dure.adapters.fleet_files import When, fleet_text, read_over
from dure.adapters.profiles import load_profile
from dure.adapters.scenario_models import scenario_models
from dure.model.errors import ScenarioError
from dure.model.purchases import Order, Purchase
from dure.study.asked import asked_by_workload, numbers
from dure.study.fleet import REPLACED, Month, fleet_document, servers_per_unit, stock
from dure.study.services import Carried, Left, carried, rest
from dure.twin.offer import drawn
from dure.twin.services import plan_service
from dure.wire.profile import Profile
from dure.wire.tables import Jobs

NATIONAL = "national"


@dataclass(frozen=True, slots=True)
class Fleet:
    """A fleet of a plan at a date, as text below `extends:` and as a scenario that is read, with what became of its services."""

    loaded: LoadedScenario
    text: str
    services: tuple[Carried, ...] = ()


@dataclass(slots=True)
class Counted:
    """Numbers of jobs by workload class, counted once for all fleets of a study: they follow from what is asked for, not from the fleet."""

    jobs: Mapping[str, int] | None = None


def fleet_of(
    base: LoadedScenario, purchase: Purchase, orders: Sequence[Order], at: When, month: Month, counted: Counted | None = None
) -> Fleet:
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
    profiles = service_profiles(base)
    services = carried(scenario.demand.services, asked, scenario_models(base).speeds, profiles, month)

    def read(jobs: Mapping[str, int], playing: Sequence[Carried]) -> tuple[LoadedScenario, str]:
        said = [one.document(month.scale) for one in playing if one.left is None]
        text = fleet_text(fleet_document(scenario, purchase, stocks, month, jobs, said), REPLACED)
        return read_over(base, text), text

    def draw(jobs: Mapping[str, int]) -> Jobs:
        made, _ = read(jobs, ())
        assert made.scenario.demand.generate is not None, "a fleet draws its jobs"
        models = scenario_models(made)
        return drawn(made.scenario, made.scenario.demand.generate, profile, models.pools, models.speeds, scenario.programme.seed, None).jobs

    counted = counted or Counted()
    if counted.jobs is None:
        counted.jobs = numbers(profile, rest(asked, services), month, draw)
    made, text = read(counted.jobs, services)
    playable = _playable(made, services, profiles)
    if playable != services:
        made, text = read(counted.jobs, playable)
    return Fleet(made, text, playable)


def _playable(made: LoadedScenario, services: tuple[Carried, ...], profiles: Mapping[str, Profile]) -> tuple[Carried, ...]:
    """Services that something of the fleet may run; the others are left out, and still ask for what they ask for."""
    if all(one.left is not None for one in services):
        return services
    models = scenario_models(made)
    found = []
    for one in services:
        written = next((each for each in made.scenario.demand.services if each.name == one.name), None)
        if written is not None:
            try:
                plan_service(written, made.scenario, models.pools, models.speeds, profiles.get(one.name))
            except ScenarioError:
                one = replace(one, left=Left.MACHINE)
        found.append(one)
    return tuple(found)
