"""The files that a scenario's demand names: found from the file that names them, and missing ones said with its line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dure.adapters.files import LoadedScenario
from dure.adapters.profiles import load_profile
from dure.adapters.scenario_models import ScenarioModels
from dure.model.errors import CatalogError, InputError, ScenarioError
from dure.twin.offer import Offer, staying
from dure.twin.services import Staying, plan_service
from dure.wire.constraint import parse_constraint
from dure.wire.problems import ScenarioErrors
from dure.wire.profile import Profile
from dure.wire.tree import Loc


def demand_trace(loaded: LoadedScenario) -> Path | None:
    """The trace that the scenario names, if it names one; ScenarioError when it is not there."""
    if loaded.scenario.demand.trace is None:
        return None
    place = loaded.path("demand", "trace")
    if not place.is_file():
        raise ScenarioError(
            f"there is no file {place}",
            where=loaded.where("demand", "trace"),
            remedy="correct the path, or leave the key out and name a trace with --trace",
        )
    return place


def demand_profile(loaded: LoadedScenario) -> Profile | None:
    """The profile that jobs are drawn from, if any are: a packaged one, or a file seen from the scenario that names it."""
    generate = loaded.scenario.demand.generate
    return None if generate is None else _profile(loaded, generate.profile, ("demand", "generate", "profile"))


def _profile(loaded: LoadedScenario, name: str, here: Loc) -> Profile:
    folder = loaded.path(*here).parent
    try:
        return load_profile(name, folder if folder != Path() else None)
    except InputError as error:
        if error.where.file:
            raise
        raise ScenarioError(error.what, where=loaded.where(*here), remedy=error.remedy) from None


def demand_constraints(loaded: LoadedScenario, models: ScenarioModels) -> None:
    """Raises ScenarioErrors where jobs or services insist on a model that the catalogue lacks: they would all be rejected."""
    demand = loaded.scenario.demand
    asked: list[tuple[Loc, str]] = [(("demand", "services", one.name, "constraint"), one.constraint) for one in demand.services]
    if demand.generate is not None:
        asked += [(("demand", "generate", "constraints", text), text) for text in demand.generate.constraints_micro or ()]
    errors: list[InputError] = []
    for here, text in asked:
        try:
            for name in parse_constraint(text).names:
                if not models.catalog.group(name):
                    models.catalog.resolve(name)
        except (InputError, CatalogError) as error:
            errors.append(ScenarioError(error.what, where=loaded.where(*here), remedy=error.remedy))
    if errors:
        raise ScenarioErrors(tuple(errors))


def service_profiles(loaded: LoadedScenario) -> dict[str, Profile]:
    """The profile whose hours each service follows, by the name of the service; those that follow none are not in it."""
    found = {}
    for one in loaded.scenario.demand.services:
        if one.shape is not None and one.shape.asks_profile:
            key = "requests_per_s" if one.requests_per_s is not None else "tokens_per_s"
            found[one.name] = _profile(loaded, one.shape.profile, ("demand", "services", one.name, key, "profile"))
    return found


@dataclass(frozen=True, slots=True)
class ServiceDemand:
    """Services as jobs, and the profiles whose hours they follow."""

    offer: Offer
    profiles: tuple[Profile, ...]


def demand_services(loaded: LoadedScenario, models: ScenarioModels) -> ServiceDemand | None:
    """Every service with its replicas; None where there is none. Raises ScenarioErrors with all that cannot be sized, each at its line."""
    written = loaded.scenario.demand.services
    found: list[Staying] = []
    profiles: dict[str, Profile] = {}
    errors: list[InputError] = []
    for one in written:
        here: Loc = ("demand", "services", one.name)
        key = "requests_per_s" if one.requests_per_s is not None else "tokens_per_s"
        try:
            profile = _profile(loaded, one.shape.profile, (*here, key, "profile")) if one.shape and one.shape.asks_profile else None
            found.append(plan_service(one, loaded.scenario, models.pools, models.speeds, profile))
        except InputError as error:
            errors.append(error if error.where.file else ScenarioError(error.what, where=loaded.where(*here), remedy=error.remedy))
            continue
        if profile is not None:
            profiles[profile.name] = profile
    if errors:
        raise ScenarioErrors(tuple(errors))
    return ServiceDemand(staying(found, written), tuple(profiles.values())) if found else None
