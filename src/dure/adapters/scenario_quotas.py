"""Quotas on named models, found in the catalogue: what is no model, what is named twice, and what no pool of the scenario is of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dure.adapters.files import LoadedScenario
from dure.model.catalog import Catalog
from dure.model.errors import CatalogError, InputError
from dure.wire.tree import ItemName, Loc, find


def quota_models(loaded: LoadedScenario, catalog: Catalog, there: set[str]) -> tuple[tuple[InputError, ...], tuple[str, ...]]:
    """Errors, and notes; each once, however many equal projects an entry stands for. `there`: the models of the pools."""
    errors: dict[str, InputError] = {}
    notes: dict[str, None] = {}
    for loc, models in _quotas(loaded):
        seen: dict[str, str] = {}
        for name in models:
            where = loaded.where(*loc, name)
            try:
                model = catalog.resolve(name, where)
                if model in seen:
                    raise CatalogError(f"{seen[model]} and {name} are one model", where=where, remedy="write one ceiling for it")
            except InputError as error:
                errors[str(error)] = error
                continue
            seen[model] = name
            if there and model not in there:
                notes[f"{where}: no pool is of {model}: this caps nothing; name a model of a pool, or leave it out"] = None
    return tuple(errors.values()), tuple(notes)


def _quotas(loaded: LoadedScenario) -> Iterator[tuple[Loc, Mapping[str, int]]]:
    """The named models of every quota, with their place."""
    for organisation in loaded.scenario.programme.organisations:
        here: Loc = ("programme", "organisations", ItemName(organisation.name))
        yield (*here, "quota", "models"), organisation.quota.models
        for project in organisation.projects:
            yield (*_written(loaded, (*here, "projects"), project.name), "quota", "models"), project.quota.models


def _written(loaded: LoadedScenario, projects: Loc, name: str) -> Loc:
    """Where a project stands in the file: `lab-02` in the entry `lab` that counts three of them."""
    alone = find(loaded.lines, (*projects, ItemName(name)))[0] is not find(loaded.lines, projects)[0]
    return (*projects, ItemName(name if alone else name.rpartition("-")[0]))
