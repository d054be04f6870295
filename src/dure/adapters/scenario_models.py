"""The catalogue as a scenario sees it, and every model and workload that the scenario names found there, or told where it is not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from dure.adapters.catalogs import load_catalog, load_speed_table
from dure.adapters.files import LoadedScenario
from dure.adapters.scenario_quotas import quota_models
from dure.model.catalog import Accelerator, Catalog
from dure.model.errors import CatalogError, InputError, Where
from dure.plant.speed import SpeedTable
from dure.wire.problems import ScenarioErrors
from dure.wire.scenario import Scenario
from dure.wire.scenario_programme import ANY_MODEL, HourValue
from dure.wire.scenario_sites import Pool
from dure.wire.tree import Loc

VALUES = "value_won_per_accelerator_hour"


@dataclass(frozen=True, slots=True)
class PoolModel:
    """What the servers of a pool are made of, as of the start of the programme; None is unknown."""

    accelerator: Accelerator
    devices: int
    """Schedulable devices in one server."""
    weight_ppm: int | None
    """Credits per accelerator-hour."""
    value_won: int | None
    """Won per accelerator-hour."""


@dataclass(frozen=True, slots=True)
class ScenarioModels:
    """Catalogue and speeds with the scenario's additions, and the model of each pool by `site/pool` in the order of the file."""

    catalog: Catalog
    speeds: SpeedTable
    pools: Mapping[str, PoolModel]
    notes: tuple[str, ...] = ()
    """What is sound but probably not meant."""


def scenario_models(loaded: LoadedScenario) -> ScenarioModels:
    """Everything a scenario says about machines, resolved. Raises ScenarioErrors with all the names that the catalogue lacks."""
    scenario = loaded.scenario
    catalog = load_catalog(scenario.catalog, loaded.where)
    speeds = load_speed_table(catalog, scenario.catalog)
    errors: list[InputError] = []
    for name, loc in _workloads(scenario):
        with _gathered(errors):
            speeds.workload(name, loaded.where(*loc))
    values: dict[str, HourValue] = {}
    for name, value in (scenario.programme.value_won_per_accelerator_hour or {}).items():
        with _gathered(errors):
            values[name if name == ANY_MODEL else catalog.resolve(name, loaded.where("programme", VALUES, name))] = value
    start = dt.datetime.fromtimestamp(scenario.programme.start_s, dt.UTC).date()
    pools: dict[str, PoolModel] = {}
    for path, pool in scenario.pools.items():
        site, _, name = path.partition("/")
        with _gathered(errors):
            pools[path] = _pool_model(catalog, pool, values, start, loaded.where("sites", site, "pools", name, "model"))
    wrong, notes = quota_models(loaded, catalog, {pool.accelerator.id for pool in pools.values()})
    if errors := [*errors, *wrong]:
        raise ScenarioErrors(tuple(errors))
    return ScenarioModels(catalog, speeds, pools, notes)


def _pool_model(catalog: Catalog, pool: Pool, values: Mapping[str, HourValue], start: dt.date, where: Where) -> PoolModel:
    model, node = catalog.pool_model(pool.model, where)
    devices = pool.accelerators_per_node or (node.devices if node else None)
    if devices is None:
        raise CatalogError(f"no source says how many {model.id} a server holds", where=where, remedy="write accelerators_per_node")
    weight_ppm = catalog.billing_weight(model.id, start)
    value = values.get(model.id) or values.get(ANY_MODEL)
    return PoolModel(model, devices, weight_ppm, value.per_accelerator_hour(weight_ppm) if value else None)


def _workloads(scenario: Scenario) -> Iterator[tuple[str, Loc]]:
    """Every workload class that demand names, with its place."""
    demand = scenario.demand
    if demand.generate and demand.generate.workloads_micro:
        yield from ((name, ("demand", "generate", "workloads", name)) for name in demand.generate.workloads_micro)
    yield from ((one.workload, ("demand", "services", one.name, "workload")) for one in demand.services)
    if demand.map.workload:
        yield demand.map.workload, ("demand", "map", "workload")


@contextmanager
def _gathered(errors: list[InputError]) -> Iterator[None]:
    """What is wrong inside is put to *errors*, and the next thing is looked at."""
    try:
        yield
    except InputError as error:
        errors.append(error)
