"""How fast a class of work runs on a model: a plain table, relative to one H100 SXM = 1,000,000 parts per million.

No single number per model works: the same accelerator is 1.0 in one class and 2.7 in another, and software moves it as much as silicon. So
each cell is one measured result with its benchmark, round and source; a cell without a published result is unknown until a
scenario states a speed or assumes one. What is used for a cell, first hit wins:

1. what the scenario states or assumes for exactly that class and model;
2. the published result of this table;
3. an assumption for a group of models ("amd", "domestic", "*") or for all named classes ("*"), the narrower first.

dure ships one assumption of the last kind, for "generic": the class of a job that names none.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from dure.model.catalog import PPM, Assumption, Catalog, Confidence, Training, fold
from dure.model.errors import CatalogError, Where

GENERIC = "generic"
"""The class of a job that names none."""

REFERENCE = "nvidia-h100"
"""The accelerator whose speed is 1 in every class and whose hour is one credit."""

ANY = "*"

Basis = Literal["reference", "published", "assumed"]


@dataclass(frozen=True, slots=True)
class Workload:
    """A class of work; `training` "yes" keeps it off inference-only devices.

    `measured_by` lists benchmarks: the speed of a model is its result in the first of them that it has a comparable result in.
    """

    name: str
    training: Training
    names: tuple[str, ...]
    measured_by: tuple[str, ...]
    meaning: str


@dataclass(frozen=True, slots=True)
class SpeedRow:
    """One published result and the H100 SXM result it is divided by. `use` False: listed for the reader, not used (the note says why)."""

    workload: str
    accelerator: str
    speed_ppm: int | None
    use: bool
    suite: str
    benchmark: str
    value: Decimal | None
    unit: str
    devices: int | None
    reference_value: Decimal | None
    reference_devices: int | None
    round: str
    submitter: str
    reference_round: str
    reference_submitter: str
    source: str
    reference_source: str
    as_of: str
    confidence: Confidence
    note: str


@dataclass(frozen=True, slots=True)
class StatedSpeed:
    """A published speed that a scenario adds, or sets against ours: `workload` and `model` are names, not patterns."""

    workload: str
    model: str
    speed_ppm: int
    source: str


@dataclass(frozen=True, slots=True)
class Speed:
    """A cell of the table and what stands behind it; `assumption` is set where the basis is "assumed", `row` where one of ours is used."""

    ppm: int
    basis: Basis
    source: str
    as_of: str = ""
    confidence: Confidence = "unknown"
    assumption: Assumption | None = None
    row: SpeedRow | None = None


@dataclass(frozen=True, slots=True)
class SpeedTable:
    """Speeds by (class, model). Built once per run by `build_speed_table`; a pure value afterwards."""

    catalog: Catalog
    workloads: Mapping[str, Workload]
    rows: tuple[SpeedRow, ...]
    cells: Mapping[tuple[str, str], Speed]
    fills: tuple[tuple[str, frozenset[str], Assumption], ...]
    _names: Mapping[str, str] = field(repr=False)

    def workload(self, name: str, where: Where | None = None) -> Workload:
        """The class that `name` stands for ("" is "generic"); CatalogError with the nearest names if there is none."""
        key = fold(name) or GENERIC
        if key in self._names:
            return self.workloads[self._names[key]]
        near = difflib.get_close_matches(key, list(self._names), n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}? " if near else ""
        remedy = f"{hint}leave it empty, or state its speeds under catalog: speeds or assume"
        raise CatalogError(f"no workload class {name!r} in the catalogue", where=where, remedy=remedy)

    def knows(self, name: str) -> bool:
        return (fold(name) or GENERIC) in self._names

    def speed(self, workload: str, accelerator: str) -> Speed | None:
        """The cell with its basis, or None where the speed is unknown."""
        name = self.workload(workload).name
        model = self.catalog.resolve(accelerator)
        cell = self.cells.get((name, model))
        if cell is not None:
            return cell
        for pattern, models, assumption in self.fills:
            if model in models and (pattern == name or (pattern == ANY and name != GENERIC)):
                return _assumed(assumption)
        return None

    def interval(self, workload: str, accelerator: str) -> tuple[int, int] | None:
        """Lowest and highest speed that would not surprise whoever stands for the cell, in parts per million; None where it is unknown.

        One published result is a point: no spread is published with it. An assumption has its range; but what names no class runs on the
        reference accelerator at 1 by definition of a time that is stated for it, whatever is assumed of other models.
        """
        cell = self.speed(workload, accelerator)
        if cell is None:
            return None
        if cell.assumption is None or cell.assumption.range is None:
            return cell.ppm, cell.ppm
        if cell.ppm == PPM and self.workload(workload).name == GENERIC and self.catalog.resolve(accelerator) == REFERENCE:
            return PPM, PPM
        low, high = cell.assumption.range
        return ppm(low), ppm(high)

    def speed_ppm(self, workload: str, accelerator: str) -> int | None:
        """Speed relative to one H100 SXM in parts per million; None is unknown."""
        cell = self.speed(workload, accelerator)
        return None if cell is None else cell.ppm

    def may_train(self, accelerator: str) -> bool | None:
        """Whether the model can train at all; None if no source says."""
        return {"yes": True, "no": False, "unknown": None}[self.catalog.accelerator(accelerator).training]

    def trains(self, workload: str, training: bool | None = None) -> bool:
        """Whether work of a class trains: as it says itself, or (None) as its class does."""
        return self.workload(workload).training == "yes" if training is None else training

    def class_speeds(self, workload: str, models: Sequence[str], *, training: bool | None = None) -> list[int | None]:
        """One speed per model: parts per million, 0 where the job is refused (training on a device that cannot), None where unknown.

        `training` None takes the answer of the class. Training on a device of which nobody says whether it trains is unknown, not refused.
        """
        trains = self.trains(workload, training)
        return [self._class_speed(workload, model, trains) for model in models]

    def _class_speed(self, workload: str, model: str, trains: bool) -> int | None:
        able = self.may_train(model)
        if trains and able is False:
            return 0
        return None if trains and able is None else self.speed_ppm(workload, model)

    def assumptions(self, workloads: Iterable[str], models: Iterable[str]) -> tuple[Assumption, ...]:
        """The assumptions that speeds of these classes on these models rest on, each once, in order of first use."""
        models = tuple(models)
        found: dict[Assumption, None] = {}
        for workload in workloads:
            for model in models:
                cell = self.speed(workload, model)
                if cell is not None and cell.assumption is not None:
                    found[cell.assumption] = None
        return tuple(found)


def build_speed_table(
    catalog: Catalog, workloads: Iterable[Workload], rows: Sequence[SpeedRow], stated: Sequence[StatedSpeed] = ()
) -> SpeedTable:
    """The table of one run, from published rows, the assumptions of the catalogue and what the scenario states.

    A class that only the scenario names becomes a class of its own, of unknown training kind. Raises CatalogError for a cell given twice.
    """
    assumed = [row for row in catalog.assumptions if row.what == "speed"]
    classes = {workload.name: workload for workload in workloads}
    names = {fold(name): workload.name for workload in classes.values() for name in (workload.name, *workload.names)}
    rated = (row.workload for row in catalog.assumptions if row.what == "rate")
    for text in (*(row.workload for row in stated), *(row.workload for row in assumed), *rated):
        key = fold(text)
        if key not in ("", ANY) and key not in names:
            classes[key] = Workload(key, "unknown", (), (), "A class that the scenario names")
            names[key] = key
    cells = {(row.workload, row.accelerator): _published(row) for row in rows if row.use and row.speed_ppm is not None}
    given: set[tuple[str, str]] = set()
    fills = []
    for assumption in assumed:
        if _is_exact(catalog, assumption):
            cells[_claim(given, names, catalog, assumption.workload, assumption.model)] = _assumed(assumption)
        else:
            fills.append(_fill(catalog, names, assumption))
    for fact in stated:
        cells[_claim(given, names, catalog, fact.workload, fact.model)] = Speed(fact.speed_ppm, "published", fact.source)
    fills.sort(key=lambda fill: (fill[0] == ANY, len(fill[1])))
    return SpeedTable(catalog, classes, tuple(rows), cells, tuple(fills), names)


def ppm(value: Decimal) -> int:
    """A ratio in parts per million, rounded to the nearest, halves to even."""
    return int((value * PPM).to_integral_value())


def _published(row: SpeedRow) -> Speed:
    assert row.speed_ppm is not None, "a row without a speed has no cell"
    basis: Basis = "reference" if row.suite == "reference" else "published"
    return Speed(row.speed_ppm, basis, row.source, row.as_of, row.confidence, row=row)


def _assumed(assumption: Assumption) -> Speed:
    assert assumption.value is not None, "an assumed speed has a value"
    return Speed(ppm(assumption.value), "assumed", f"assumed by {assumption.who}", "", "low", assumption)


def _is_exact(catalog: Catalog, row: Assumption) -> bool:
    return fold(row.workload) != ANY and row.model != ANY and not catalog.group(row.model)


def _claim(given: set[tuple[str, str]], names: Mapping[str, str], catalog: Catalog, workload: str, model: str) -> tuple[str, str]:
    cell = names[fold(workload) or GENERIC], catalog.resolve(model)
    if cell in given:
        raise CatalogError(f"the speed of {cell[0]} on {cell[1]} is given twice", remedy="keep one of the rows under speeds and assume")
    given.add(cell)
    return cell


def _fill(catalog: Catalog, names: Mapping[str, str], row: Assumption) -> tuple[str, frozenset[str], Assumption]:
    key = fold(row.workload)
    pattern = ANY if key == ANY else names[key or GENERIC]
    if row.model == ANY:
        return pattern, frozenset(catalog.accelerators), row
    group = catalog.group(row.model)
    models = frozenset(model.id for model in group) if group else frozenset((catalog.resolve(row.model),))
    return pattern, models, row
