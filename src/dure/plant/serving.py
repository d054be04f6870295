"""How much a service gets done on a model: the rate that was measured for its class of work, per accelerator.

A class has at most one rate a unit: that of the first of its benchmarks with a published result in that unit, so that a token of a
small language model is never added to one of a large. What is used for a model, first hit wins:

1. what the scenario assumes as `rate` for exactly that class and model;
2. the published result of that benchmark on the model; where the model was measured otherwise, its speed times the rate of the reference
   accelerator: a result of other conditions counts through the ratio to the H100 of the same conditions;
3. a rate that is assumed for a group of models, the narrower first;
4. an assumed speed times the rate of the reference accelerator.

Where none of them holds the rate is unknown. Published rates are of the offline scenario, which knows no limit on how long an answer takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from dure.model.catalog import Assumption
from dure.model.units import MICRO
from dure.plant.speed import ANY, REFERENCE, SpeedRow, SpeedTable

RATE: Final = "rate"
"""What an assumption of a rate is called in a scenario."""

Basis = Literal["published", "derived", "assumed"]

REQUESTS: Final = "requests/s"
TOKENS: Final = "tokens/s"
UNITS: Final = {REQUESTS: REQUESTS, "samples/s": REQUESTS, "queries/s": REQUESTS, TOKENS: TOKENS}
"""Units of the catalogue and of assumptions → the unit of a service. A request is one sample of the benchmark."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Millionths of a request or token a second on one accelerator, and what stands behind it.

    "derived": the published rate of the reference accelerator times a published ratio of other conditions.
    """

    micro_per_s: int
    basis: Basis
    source: str


def rate_units(table: SpeedTable, workload: str) -> tuple[str, ...]:
    """The units in which anything is known of a class, requests first."""
    name = table.workload(workload).name
    assumed = {UNITS[row.unit] for row in _assumed(table, name)}
    return tuple(unit for unit in (REQUESTS, TOKENS) if unit in assumed or _measured(table, name, unit) is not None)


def rate(table: SpeedTable, workload: str, model: str, unit: str) -> Rate | None:
    """What one accelerator of a model serves of a class; None is unknown."""
    name, model = table.workload(workload).name, table.catalog.resolve(model)
    rows = [row for row in _assumed(table, name) if UNITS[row.unit] == unit]
    exact = next((row for row in rows if _names(table, row, model)), None)
    if exact is not None:
        return _of_assumption(exact)
    speed, reference = table.speed(name, model), reference_rate(table, name, unit)
    if reference is not None and (name, model) in table.cells:
        return _through_speed(table, name, model, unit, reference)
    groups = [(len(table.catalog.group(row.model)), row) for row in rows if _covers(table, row, model)]
    if groups:
        return _of_assumption(min(groups, key=lambda one: (one[1].model == ANY, one[0]))[1])
    if speed is None or reference is None:
        return None
    return _through_speed(table, name, model, unit, reference)


def reference_rate(table: SpeedTable, workload: str, unit: str) -> Rate | None:
    """The rate of the reference accelerator: assumed for it, or published beside any model's result of the class's benchmark."""
    name = table.workload(workload).name
    for row in _assumed(table, name):
        if UNITS[row.unit] == unit and _names(table, row, REFERENCE):
            return _of_assumption(row)
    measured = _measured(table, name, unit)
    if measured is None or measured.reference_value is None:
        return None
    return Rate(int(measured.reference_value * MICRO), "published", measured.reference_source)


def _through_speed(table: SpeedTable, name: str, model: str, unit: str, reference: Rate) -> Rate:
    speed = table.speed(name, model)
    assert speed is not None, "the caller has looked"
    own, pinned = speed.row, _measured(table, name, unit)
    if own is not None and own.value is not None and pinned is not None and _like(own) == _like(pinned):
        return Rate(int(own.value * MICRO), "published", own.source)
    basis: Basis = "assumed" if "assumed" in (speed.basis, reference.basis) else "published" if speed.basis == "reference" else "derived"
    source = reference.source if speed.basis == "reference" else f"{reference.source}, times the speed: {speed.source}"
    return Rate(reference.micro_per_s * speed.ppm // MICRO, basis, source)


def _like(row: SpeedRow) -> tuple[object, ...]:
    """What two results must share to be of the same conditions."""
    return row.suite, row.benchmark, row.unit, row.reference_value, row.reference_source


def _measured(table: SpeedTable, name: str, unit: str) -> SpeedRow | None:
    """The result that the class's rate in a unit is taken from: of its benchmarks in order, the first that has one."""
    rows = [row for row in table.rows if row.workload == name and row.use and row.reference_value]
    for benchmark in table.workloads[name].measured_by:
        for row in rows:
            head, _, rest = row.unit.partition(",")
            per_device = head.endswith(" per device") and rest in ("", " offline")
            if f"{row.suite} {row.benchmark}" == benchmark and per_device and UNITS.get(head.removesuffix(" per device")) == unit:
                return row
    return None


def _assumed(table: SpeedTable, name: str) -> Iterator[Assumption]:
    return (row for row in table.catalog.assumptions if row.what == RATE and table.workload(row.workload).name == name)


def _names(table: SpeedTable, row: Assumption, model: str) -> bool:
    return row.model != ANY and not table.catalog.group(row.model) and table.catalog.resolve(row.model) == model


def _covers(table: SpeedTable, row: Assumption, model: str) -> bool:
    return row.model == ANY or model in {one.id for one in table.catalog.group(row.model)}


def _of_assumption(row: Assumption) -> Rate:
    assert row.value is not None, "an assumed rate has a value"
    return Rate(int(row.value * MICRO), "assumed", f"assumed by {row.who}")
