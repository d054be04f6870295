"""A scenario: a fleet, who may use it, what is asked of it, and by which rules. docs/SCENARIO.md lists every key.

Keys are written without a unit (`horizon: 30d`), because the value carries it; attributes end in theirs
(`horizon_s`), because they are integers. A scenario that is read is complete: names exist, sums fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Self

from pydantic import Field, ModelWrapValidatorHandler, model_validator

from dure.wire.fields import Part, file_schema, programme_start_s
from dure.wire.problems import UnfitScenario
from dure.wire.quantity import QuantityError, instant_s
from dure.wire.scenario_catalog import CatalogSection
from dure.wire.scenario_checks import find_notes, find_problems
from dure.wire.scenario_demand import Demand
from dure.wire.scenario_plan import Plan
from dure.wire.scenario_policy import Policy
from dure.wire.scenario_programme import Programme
from dure.wire.scenario_sites import Pool, Site


class Scenario(Part):
    """A whole scenario file; every section may be left out."""

    programme: Programme = Field(Programme(), description="the period, the organisations and projects, and their rights")
    catalog: CatalogSection = Field(CatalogSection(), description="machines added, and what is assumed about them")
    sites: tuple[Site, ...] = Field((), description="data centres with their pools of servers")
    demand: Demand = Field(Demand(), description="what is asked of the fleet")
    policy: Policy = Field(Policy(), description="how waiting jobs become placements")
    plan: Plan = Field(Plan(), description="what buying and running machines costs and what may be bought; `dure plan run` answers it")

    @property
    def pools(self) -> dict[str, Pool]:
        """Every pool by `site/pool`, in the order of the file: the order of pool indices."""
        return {f"{site.name}/{pool.name}": pool for site in self.sites for pool in site.pools}

    @property
    def notes(self) -> tuple[str, ...]:
        """What is sound but probably not meant, such as an event after the horizon."""
        return find_notes(self)

    @model_validator(mode="wrap")
    @classmethod
    def _read_as_a_whole(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Dates become offsets from the start of this programme; sections are checked against each other."""
        token = programme_start_s.set(_start_s(data))
        try:
            scenario = handler(data)
        finally:
            programme_start_s.reset(token)
        if problems := find_problems(scenario):
            raise UnfitScenario(problems)
        return scenario


@cache
def scenario_schema() -> Mapping[str, Any]:
    """The JSON Schema of a scenario file, `extends` included (the loader resolves it before a Scenario is made)."""
    schema = file_schema(Scenario)
    extends = {"type": "string", "description": "another scenario file, relative to this one; this one is merged over it"}
    return {**schema, "properties": {"extends": extends, **schema["properties"]}}


def _start_s(data: Any) -> int:
    """The start that the programme will have; a malformed one is reported by its own field."""
    programme = data.get("programme") if isinstance(data, dict) else None
    start = programme.get("start") if isinstance(programme, dict) else None
    try:
        return instant_s(start) if start is not None else Programme().start_s
    except QuantityError:
        return Programme().start_s
