"""The files that a scenario's demand names: found from the file that names them, and missing ones said with its line."""

from __future__ import annotations

from pathlib import Path

from dure.adapters.files import LoadedScenario
from dure.adapters.profiles import load_profile
from dure.model.errors import InputError, ScenarioError
from dure.wire.profile import Profile


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
    if generate is None:
        return None
    here = ("demand", "generate", "profile")
    folder = loaded.path(*here).parent
    try:
        return load_profile(generate.profile, folder if folder != Path() else None)
    except InputError as error:
        if error.where.file:
            raise
        raise ScenarioError(error.what, where=loaded.where(*here), remedy=error.remedy) from None
